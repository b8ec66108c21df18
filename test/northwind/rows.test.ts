import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import {
  parseDay,
  parseDecimal,
  showDay,
  showDecimal,
} from '../../docs/examples/northwind/fields.ts'
import { readLineRow, readOrderRow } from '../../docs/examples/northwind/rows.ts'

const place = { file: 'f.csv', line: 7 }
const order = {
  order_id: '1',
  customer_id: 'VINET',
  order_date: '1996-07-04',
  shipped_date: '1996-07-16',
  freight: '32.38',
}
const line = {
  order_id: '1',
  product_id: '11',
  unit_price: '14.00',
  quantity: '12',
  discount: '0.05',
}
const day = Date.UTC(1996, 6, 4)

const noAmounts = [
  ...'1,5 1. . - -. 1.234 1.2340001 1e3 1E+05 0x1 +1 --1 NaN Infinity １ 90071992547409.92'.split(
    ' ',
  ),
  '',
  ' ',
  ' 1',
  '1\n',
  '9'.repeat(400),
  `1.${'0'.repeat(400)}1`,
]

describe('fields', () => {
  it.each([
    ['14.00', 1_400],
    ['14', 1_400],
    ['9.8', 980],
    ['0.07', 7],
    ['-1.05', -105],
    ['-0.00', 0],
    ['007.10', 710],
    ['10.0000', 1_000],
    ['10.500000', 1_050],
    ['.5000', 50],
    ['-.05', -5],
    ['90071992547409.91', 9_007_199_254_740_991],
  ])('%s has %i hundredths', (text, units) => {
    expect(parseDecimal(2)(text)).toEqual(some(units))
  })

  it.each(noAmounts)('%j is no amount', (text) => {
    expect(parseDecimal(2)(text)).toEqual(none)
  })

  it('quantities of a database are whole: 1.0, 12.000', () => {
    expect(['1.0', '12.000', '1.5', '1.0001'].map(parseDecimal(0))).toEqual([
      some(1),
      some(12),
      none,
      none,
    ])
  })

  it('amounts survive their text', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(6), (units, decimals) => {
        expect(parseDecimal(decimals)(showDecimal(decimals)(units))).toEqual(some(units))
      }),
    )
  })

  it('days survive their text', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (days) => {
        expect(parseDay(showDay(days * 86_400_000))).toEqual(some(days * 86_400_000))
      }),
    )
  })

  it.each([
    '',
    '1996-02-30',
    '1997-02-29',
    '1996-13-01',
    '1996-7-4',
    '04.07.1996',
    '1996-07-04T00',
  ])('%j is no day', (text) => {
    expect(parseDay(text)).toEqual(none)
  })
})

describe('good rows', () => {
  it('an order, shipped', () => {
    expect(readOrderRow({ place, fields: order })).toEqual(
      right({
        place,
        order_id: '1',
        customer_id: 'VINET',
        order_date: day,
        shipped_date: some(Date.UTC(1996, 6, 16)),
        freight: 3_238,
      }),
    )
  })

  it('an order that is not shipped, and one that is on the same day', () => {
    expect(readOrderRow({ place, fields: { ...order, shipped_date: '' } })).toMatchObject({
      right: { shipped_date: none },
    })
    expect(readOrderRow({ place, fields: { ...order, shipped_date: '1996-07-04' } })).toMatchObject(
      {
        right: { shipped_date: some(day) },
      },
    )
  })

  it('a line', () => {
    expect(readLineRow({ place, fields: line })).toEqual(
      right({
        place,
        order_id: '1',
        product_id: '11',
        unit_price: 1_400,
        quantity: 12,
        discount: 500,
      }),
    )
  })
})

const amount = 'expected an amount with at most 2 decimals, below 90 trillion'
const name = 'expected a text of 1 to 100 printable characters in UTF-8 with no space around it'

describe('bad rows name the field, what was expected and what was found', () => {
  it.each([
    ['order_id', '', `order_id: ${name}, got ""`],
    ['order_id', ' 1', `order_id: ${name}, got " 1"`],
    ['order_id', '1\u00a0', `order_id: ${name}, got "1\u00a0"`],
    ['customer_id', 'Caf\uFFFD', `customer_id: ${name}, got "Caf\uFFFD"`],
    ['customer_id', 'a\0', `customer_id: ${name}, got "a\\u0000"`],
    ['order_date', '1996-02-30', 'order_date: expected a date like 1996-07-04, got "1996-02-30"'],
    ['order_date', '', 'order_date: expected a date like 1996-07-04, got ""'],
    ['shipped_date', 'x', 'shipped_date: expected nothing or a date like 1996-07-04, got "x"'],
    [
      'shipped_date',
      '1996-07-03',
      'shipped_date: expected the order date 1996-07-04 or a later day, got "1996-07-03"',
    ],
    ['freight', '1.234', `freight: ${amount}, got "1.234"`],
    ['freight', 'abc', `freight: ${amount}, got "abc"`],
  ])('order: %s %j', (field, text, reason) => {
    const fields = { ...order, [field]: text }
    expect(readOrderRow({ place, fields })).toEqual(left([reason]))
  })

  it.each([
    ['product_id', '', `product_id: ${name}, got ""`],
    ['unit_price', '14,00', `unit_price: ${amount}, got "14,00"`],
    ['quantity', '1.5', 'quantity: expected a whole number, got "1.5"'],
    ['quantity', 'dozen', 'quantity: expected a whole number, got "dozen"'],
    [
      'discount',
      '0.12345',
      'discount: expected a fraction with at most 4 decimals, like 0.15, got "0.12345"',
    ],
  ])('line: %s %j', (field, text, reason) => {
    const fields = { ...line, [field]: text }
    expect(readLineRow({ place, fields })).toEqual(left([reason]))
  })

  it('every bad field of a row', () => {
    const fields = { ...line, unit_price: 'a', quantity: 'b' }
    expect(readLineRow({ place, fields })).toEqual(
      left([`unit_price: ${amount}, got "a"`, 'quantity: expected a whole number, got "b"']),
    )
  })
})
