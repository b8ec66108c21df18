import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
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
    ['with CR only', 'order_id,name\r1,a\r2,b\r', [row(2, '1', 'a'), row(3, '2', 'b')]],
    [
      'with a lone CR among other line ends: nothing behind it is dropped',
      'order_id,name\n1,a\r2,b\r\n3,c',
      [row(2, '1', 'a'), row(3, '2', 'b'), row(4, '3', 'c')],
    ],
    ['after rows of commas alone', 'order_id,name\n,\n"",\n1,a\n', [row(4, '1', 'a')]],
    ['with a header in other letters', ' Order_ID , NAME\n1,a\n', [row(2, '1', 'a')]],
    ['with a NUL', 'order_id,name\n1,a\0b\n', [row(2, '1', 'a\0b')]],
  ])('%s', (_, text, rows) => {
    expect(read(text)).toMatchObject(right({ rows, broken: [] }))
  })
})

describe('a bad row spoils itself alone', () => {
  it.each([
    ['too few fields', '9', ['9'], 'expected 2 fields (order_id, name), found 1'],
    ['too many fields', '9,a,b', ['9', 'a', 'b'], 'expected 2 fields (order_id, name), found 3'],
    [
      'a quote that stays open',
      '9,"a',
      ['9', 'a'],
      'wrong quote: a quoted field does not end on its line',
    ],
    [
      'an open quote first',
      '"9,a',
      ['9', 'a'],
      'wrong quote: a quoted field does not end on its line',
    ],
    [
      'a quote inside',
      '9,a"b',
      ['9', 'ab'],
      'wrong quote: a quote stands inside a field that does not start with one',
    ],
    [
      'text after a quote',
      '9,"a"b',
      ['9', 'ab'],
      'wrong quote: a field goes on after its closing quote (a quote inside is written twice)',
    ],
  ])('%s', (_, bad, values, reason) => {
    expect(read(`order_id,name\n1,a\n${bad}\n2,b`)).toEqual(
      right({
        rows: [row(2, '1', 'a'), row(4, '2', 'b')],
        columns,
        broken: [{ place: { file: 'f.csv', line: 3 }, values, reason }],
      }),
    )
  })
})

describe('a field in quotes may hold line breaks', () => {
  const withNote = (text: string) => readCsv('f.csv', text, columns)

  it('in a column that is not needed, and the lines after it keep their numbers', () => {
    const text = 'order_id,name,note\r\n1,a,"x\r\ny\nz"\r\n2,b,\r\n'
    expect(withNote(text)).toMatchObject(
      right({
        rows: [
          { place: { line: 2 }, fields: { note: 'x\r\ny\nz' } },
          { place: { line: 5 }, fields: { order_id: '2' } },
        ],
        broken: [],
      }),
    )
  })

  it.each([
    ['in a column that is needed', 'order_id,name,note\n1,"a\n2,b,\n3,c",\n4,d,\n', [3, 5], [2, 4]],
    ['around a whole row', 'order_id,name,note\n1,a,"x\n2,b,y\n3,c,z"\n4,d,\n', [3, 5], [2, 4]],
    ['in a row with too few fields', 'order_id,name,note\n1,"a\nb"\n4,d,\n', [4], [2, 3]],
  ])('%s: the quote is taken for open, and ends with its line', (_, text, good, bad) => {
    const sheet = withNote(text)
    const linesOf = (rows: ReadonlyArray<{ readonly place: { readonly line: number } }>) =>
      rows.map(({ place }) => place.line)
    expect(sheet._tag === 'Right' && linesOf(sheet.right.rows)).toEqual(good)
    expect(sheet._tag === 'Right' && linesOf(sheet.right.broken)).toEqual(bad)
  })

  it('but no more than a million bytes', () => {
    const long = 'x'.repeat(1_000_001)
    expect(read(`order_id,name\n1,"${long}"\n2,b`)).toMatchObject(
      right({
        rows: [row(3, '2', 'b')],
        broken: [{ reason: 'the row has more than 1000000 bytes; is a quote open?' }],
      }),
    )
  })
})

describe('reading', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '7', ' ', ',', '"', 'é') })
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`

  it('gives back what was written, however rows end', () => {
    const rows = fc.array(
      fc.record({
        id: fc.integer({ min: 1 }),
        name: cell,
        end: fc.constantFrom('\n', '\r\n', '\r'),
      }),
    )
    fc.assert(
      fc.property(rows, (written) => {
        const text = written.map(({ id, name, end }) => `${id},${quoted(name)}${end}`).join('')
        const expected = written.map(({ id, name }, i) => row(i + 2, String(id), name))
        expect(read(`order_id,name\n${text}`)).toEqual(
          right({ columns, rows: expected, broken: [] }),
        )
      }),
    )
  })

  it('loses no line of any text: each is in a row that is read or told', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', '\r\n'),
      maxLength: 30,
    })
    fc.assert(
      fc.property(text, (body) => {
        const sheet = read(`order_id,name\n${body}\n99,z`)
        expect(sheet._tag).toBe('Right')
        if (sheet._tag === 'Left') return
        const { rows, broken } = sheet.right
        const heard = [
          ...rows.flatMap(({ fields }) => Object.values(fields)),
          ...broken.flatMap(({ values }) => values),
        ]
        const count = (all: string, letter: string) => all.split(letter).length
        for (const letter of ['a', '1']) {
          expect(count(heard.join(), letter)).toBe(count(body, letter))
        }
        expect([...rows, ...broken].length).toBeGreaterThan(0)
      }),
    )
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
    expect(read(text)).toEqual(left({ place: { file: 'f.csv', line: 1 }, reason, orders: [] }))
  })
})
