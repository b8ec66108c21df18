import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../docs/examples/northwind/csv.ts'

const columns = ['order_id', 'name']
const read = (text: string) => readCsv('f.csv', text, columns)
const row = (line: number, order_id: string, name: string) => ({
  place: { file: 'f.csv', line },
  fields: { order_id, name },
})

describe('rows', () => {
  it.each([
    ['plain', 'order_id,name\n1,a\n2,b\n', [row(2, '1', 'a'), row(3, '2', 'b')]],
    ['with a BOM and CRLF', '\uFEFForder_id,name\r\n1,a\r\n', [row(2, '1', 'a')]],
    ['without a last line break', 'order_id,name\n1,a', [row(2, '1', 'a')]],
    ['quoted', 'order_id,name\n"1","a, ""b"""\n', [row(2, '1', 'a, "b"')]],
    ['after empty lines', 'order_id,name\n\n  \n1,a\n', [row(4, '1', 'a')]],
    ['in another order of columns', 'name,order_id\na,1\n', [row(2, '1', 'a')]],
    ['none', 'order_id,name\n', []],
  ])('%s', (_, text, rows) => {
    expect(read(text)).toEqual(right({ rows, problems: [] }))
  })
})

describe('a bad row spoils itself alone', () => {
  it.each([
    ['too few fields', '9', 'expected 2 fields (order_id, name), found 1'],
    ['too many fields', '9,a,b', 'expected 2 fields (order_id, name), found 3'],
    ['a quote that stays open', '9,"a', 'wrong quote: a quoted field does not end on its line'],
    ['an open quote first', '"9,a', 'wrong quote: a quoted field does not end on its line'],
    [
      'a quote inside',
      '9,a"b',
      'wrong quote: a quote stands inside a field that does not start with one',
    ],
    [
      'text after a quote',
      '9,"a"b',
      'wrong quote: a field goes on after its closing quote (a quote inside is written twice)',
    ],
  ])('%s', (_, bad, reason) => {
    expect(read(`order_id,name\n1,a\n${bad}\n2,b`)).toEqual(
      right({
        rows: [row(2, '1', 'a'), row(4, '2', 'b')],
        problems: [{ place: { file: 'f.csv', line: 3 }, reason, orderId: some('9') }],
      }),
    )
  })

  it('whose order can not be told', () => {
    expect(read('order_id,name\n,a,b')).toMatchObject({ right: { problems: [{ orderId: none }] } })
  })
})

describe('a file that can not be used', () => {
  const expected = 'expected a header with order_id, name'
  it.each([
    ['is empty', '', `${expected}, found nothing`],
    ['lacks a column', 'order_id,b\n1,a', `${expected}, found order_id, b (missing: name)`],
    ['has a column twice', 'order_id,name,name\n1,a,b', `${expected}, found name twice`],
    [
      'has a wrong quote in its header',
      'order_id,"name\n1,a',
      'wrong quote: a quoted field does not end on its line',
    ],
  ])('%s', (_, text, reason) => {
    expect(read(text)).toEqual(left({ place: { file: 'f.csv', line: 1 }, reason, orderId: none }))
  })
})
