import { none, some } from 'fp-ts/lib/Option.js'
import { expect, it } from 'vitest'
import {
  isTelling,
  showDiscount,
  showMoney,
  showPlace,
  showSide,
} from '../../docs/examples/northwind/show.ts'

it.each([
  [0, '0.00 USD'],
  [7, '0.07 USD'],
  [123_456, '1,234.56 USD'],
  [100_000_000, '1,000,000.00 USD'],
  [-123_456, '-1,234.56 USD'],
  [18_014_398_509_481_982n, '180,143,985,094,819.82 USD'],
  [Number.MAX_SAFE_INTEGER, '90,071,992,547,409.91 USD'],
])('%i cents are %s', (cents, text) => {
  expect(showMoney(cents, 'USD')).toBe(text)
})

it.each([
  [0, '0 %'],
  [1, '0.01 %'],
  [1_500, '15 %'],
  [1_050, '10.5 %'],
  [10_000, '100 %'],
])('%i basis points are %s', (points, text) => {
  expect(showDiscount(points)).toBe(text)
})

const line = { productId: '11', quantity: 1_200, unitPrice: 1_400, discount: 500, total: 1 }

it.each([
  [['lines', '11'], none, some(line), 'product 11: — → 1,200 × 14.00 USD − 5 %'],
  [['lines', '11', 'quantity'], some(1), some(2), 'product 11 quantity: 1 → 2'],
  [['lines', '11', 'total'], some(100), some(200), 'product 11 total: 1.00 USD → 2.00 USD'],
  [['total'], some(0), some(1_234), 'total: 0.00 USD → 12.34 USD'],
  [['status'], some('new'), some('confirmed'), 'status: new → confirmed'],
])('a change of %j', (path, before, after, text) => {
  const change = { path, before, after }
  const [was, is] = [before, after].map((side) => showSide(side, change, 'USD'))
  expect(`${showPlace(change)}: ${was} → ${is}`).toBe(text)
})

it('the first zeros of an order say nothing', () => {
  expect(isTelling({ path: ['tax'], before: none, after: some(0) })).toBe(false)
  expect(isTelling({ path: ['lines'], before: none, after: some([]) })).toBe(false)
  expect(isTelling({ path: ['tax'], before: some(5), after: some(0) })).toBe(true)
})
