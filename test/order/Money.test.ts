import fc from 'fast-check'
import { isNone, none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { lineTotal } from '../../src/order/index.ts'
import { isDiscount, isMoney, isQuantity, maxMoney } from '../../src/order/Money.ts'
import { runs } from '../setup.ts'
import { exactLineTotal } from '../support/exactMoney.ts'
import { oddNumbers } from '../support/orders.ts'

const oracle = (unitPrice: number, quantity: number, discount: number) => {
  const total = exactLineTotal(unitPrice, quantity, discount)
  return total === undefined ? none : some(Number(total))
}

const discount = fc.nat({ max: 10_000 })
const near = fc.integer({ min: -3, max: 3 })

describe('lineTotal is exact, against big integers', () => {
  it('for everyday numbers', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 100_000 }),
        fc.integer({ min: 1, max: 999 }),
        discount,
        (price, quantity, off) => {
          expect(lineTotal(price, quantity, off)).toStrictEqual(oracle(price, quantity, off))
        },
      ),
      { numRuns: runs(500) },
    )
  })

  it('for any numbers, in range or out of it', () => {
    const any = fc.oneof(
      fc.constantFrom(...oddNumbers),
      fc.maxSafeInteger(),
      fc.nat({ max: 10_001 }),
      fc.double(),
    )
    fc.assert(
      fc.property(any, any, any, (price, quantity, off) => {
        expect(lineTotal(price, quantity, off)).toStrictEqual(oracle(price, quantity, off))
      }),
      { numRuns: runs(1_000) },
    )
  })

  it('on both sides of the largest sum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), discount, near, (quantity, off, by) => {
        const factor = Math.max(1, 10_000 - off)
        const limit = (BigInt(maxMoney) * 10_000n) / (BigInt(quantity) * BigInt(factor))
        const price = Number(limit) + by
        fc.pre(price <= maxMoney)
        const less = 10_000 - factor
        expect(lineTotal(price, quantity, less)).toStrictEqual(oracle(price, quantity, less))
      }),
      { numRuns: runs(500) },
    )
  })

  it('where the exact product leaves the whole numbers of a double', () => {
    // about 2^53 to 2^56, and within 3 of a half: rounding the product first would go wrong here
    fc.assert(
      fc.property(
        fc.integer({ min: 2 ** 39, max: 2 ** 42 }),
        fc.constantFrom(1, 3, 7, 9, 11),
        fc.constantFrom(1, 3, 7, 9_999),
        near,
        (total, quantity, factor, by) => {
          const product = BigInt(total) * 10_000n * 2n + 5_000n + BigInt(by)
          const price = Number(product / BigInt(quantity * factor))
          const less = 10_000 - factor
          expect(lineTotal(price, quantity, less)).toStrictEqual(oracle(price, quantity, less))
        },
      ),
      { numRuns: runs(2_000) },
    )
  })

  it.each([
    // price, quantity, discount, total
    [1_250, 3, 1_500, 3_188], // 3,187.5
    [1, 1, 5_000, 1], // 0.5
    [1, 1, 5_001, 0], // 0.4999
    [3, 1, 5_000, 2], // 1.5
    [1, 1, 10_000, 0],
    [maxMoney, 7, 10_000, 0],
    [0, maxMoney, 0, 0],
    [maxMoney, 1, 0, maxMoney],
    [1, maxMoney, 0, maxMoney],
    [maxMoney, 2, 5_000, maxMoney],
    [maxMoney, 1, 1, 9_006_298_534_815_517], // 9,006,298,534,815,516.9…
    [3_002_399_753_333_333, 3, 9_997, 2_702_159_778_000], // 2,702,159,777,999.9…
  ])('%d × %d less %d basis points is %d', (price, quantity, off, total) => {
    expect(lineTotal(price, quantity, off)).toStrictEqual(some(total))
  })

  it.each([
    [maxMoney, 2, 0],
    [maxMoney, 1, -1],
    [maxMoney, 2, 4_999],
    [2 ** 52, 2, 0],
    [maxMoney, maxMoney, 9_999],
  ])('%d × %d less %d basis points is more than can be told', (price, quantity, off) => {
    expect(lineTotal(price, quantity, off)).toStrictEqual(none)
  })
})

describe('ranges', () => {
  it('the largest sum is the largest safe integer', () => {
    expect(maxMoney).toBe(Number.MAX_SAFE_INTEGER)
  })

  const never = [-1, -0, 0.5, NaN, Infinity, -Infinity, 2 ** 53]

  it.each([
    ['isMoney', isMoney, [0, 1, maxMoney], never],
    ['isQuantity', isQuantity, [1, 2, maxMoney], [...never, 0]],
    ['isDiscount', isDiscount, [0, 1, 10_000], [...never, 10_001, maxMoney]],
  ] as const)('%s', (_, accepts, good, bad) => {
    expect(good.filter((n) => !accepts(n))).toStrictEqual([])
    expect(bad.filter((n) => accepts(n))).toStrictEqual([])
  })

  it.each([
    ['price', (n: number) => lineTotal(n, 1, 0), never],
    ['quantity', (n: number) => lineTotal(1, n, 0), [...never, 0]],
    ['discount', (n: number) => lineTotal(1, 1, n), [...never, 10_001]],
  ] as const)('a %s out of its range gives none', (_, total, bad) => {
    expect(bad.filter((n) => !isNone(total(n)))).toStrictEqual([])
  })
})
