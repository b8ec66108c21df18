/**
 * Money as a whole number of minor units (cents), and the one sum an order needs: what a line costs.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'

/**
 * A whole, non-negative number of a currency's minor units, at most `maxMoney`: 1,250 is 12.50 USD.
 *
 * @category money
 * @since 0.1.0
 */
export type Money = number

/**
 * Hundredths of a percent, from 0 to 10,000: 1,500 is 15 %.
 *
 * @category money
 * @since 0.1.0
 */
export type BasisPoints = number

/**
 * The largest sum of money: 2^53 − 1 minor units, beyond which a number is no longer exact.
 *
 * @category money
 * @since 0.1.0
 */
export const maxMoney: Money = 9_007_199_254_740_991

const whole: BasisPoints = 10_000

/**
 * Whether a number is a sum of money. Negative zero is none: it would not survive storage.
 *
 * @example
 *   import { isMoney } from 'decider-ts/order'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual([0, 1250, -1, 0.5, 2 ** 53].map(isMoney), [true, true, false, false, false])
 *
 * @category money
 * @since 0.1.0
 */
export const isMoney = (n: number): boolean =>
  Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0)

/**
 * Whether a number is a quantity: a whole number of at least 1.
 *
 * @example
 *   import { isQuantity } from 'decider-ts/order'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual([1, 12, 0, 1.5].map(isQuantity), [true, true, false, false])
 *
 * @category money
 * @since 0.1.0
 */
export const isQuantity = (n: number): boolean => Number.isSafeInteger(n) && n >= 1

/**
 * Whether a number is a discount in basis points.
 *
 * @example
 *   import { isDiscount } from 'decider-ts/order'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual([0, 1500, 10_000, 10_001].map(isDiscount), [true, true, true, false])
 *
 * @category money
 * @since 0.1.0
 */
export const isDiscount = (n: number): boolean => isMoney(n) && n <= whole

/**
 * What a line costs: unit price × quantity × (10,000 − discount) / 10,000, rounded half up to whole
 * minor units, exact for every input. `none` where a factor is out of its range or the result is
 * beyond `maxMoney`.
 *
 * @example
 *   import { lineTotal } from 'decider-ts/order'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(lineTotal(1_250, 3, 1_500), some(3_188)) // 3,187.5 rounded half up
 *   assert.deepStrictEqual(lineTotal(2 ** 52, 4, 0), none)
 *
 * @category money
 * @since 0.1.0
 */
export const lineTotal = (
  unitPrice: Money,
  quantity: number,
  discount: BasisPoints,
): Option<Money> => {
  const total = lineTotalOrNaN(unitPrice, quantity, discount)
  return Number.isNaN(total) ? { _tag: 'None' } : { _tag: 'Some', value: total }
}

/**
 * `lineTotal` for the fold, where an option for each event would be felt.
 *
 * @internal
 */
export const lineTotalOrNaN = (
  unitPrice: Money,
  quantity: number,
  discount: BasisPoints,
): number => {
  if (!isMoney(unitPrice) || !isQuantity(quantity) || !isDiscount(discount)) return NaN
  const product = unitPrice * quantity * (whole - discount)
  // Below 2^53 every step was exact; a product that rounding brought down to 2^53 is not below it.
  return product <= maxMoney
    ? roundHalfUp(product)
    : largeLineTotal(unitPrice, quantity, whole - discount)
}

const roundHalfUp = (product: number): number => {
  const rest = product % whole
  return (product - rest) / whole + (rest >= whole / 2 ? 1 : 0)
}

const largeLineTotal = (unitPrice: number, quantity: number, factor: number): number => {
  const product = BigInt(unitPrice) * BigInt(quantity) * BigInt(factor)
  const total = (product + BigInt(whole / 2)) / BigInt(whole)
  return total <= BigInt(maxMoney) ? Number(total) : NaN
}
