/**
 * Money as an integer number of minor units (cents), and what a line costs.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'

/**
 * Minor units of a currency: an integer from 0 to `maxMoney`. 1,250 is 12.50 USD.
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
 * The largest amount of money: 2^53 − 1 minor units, the largest integer that a number holds exactly.
 *
 * @category money
 * @since 0.1.0
 */
export const maxMoney: Money = 9_007_199_254_740_991

const fullDiscount: BasisPoints = 10_000

/**
 * Whether a number is an amount of money. -0 is not: JSON would turn it into 0.
 *
 * @category money
 * @since 0.1.0
 */
export const isMoney = (n: number): boolean =>
  Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0)

/**
 * Whether a number is a quantity: an integer of at least 1.
 *
 * @category money
 * @since 0.1.0
 */
export const isQuantity = (n: number): boolean => Number.isSafeInteger(n) && n >= 1

/**
 * Whether a number is a discount in basis points.
 *
 * @category money
 * @since 0.1.0
 */
export const isDiscount = (n: number): boolean => isMoney(n) && n <= fullDiscount

/**
 * What a line costs: unit price × quantity × (10,000 − discount) / 10,000, rounded half up to minor
 * units, exact for every input. Returns `none` if a factor is out of range or the result exceeds 2^53 −
 * 1.
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
 * `lineTotal` for the fold, without allocating an option for each event.
 *
 * @internal
 */
export const lineTotalOrNaN = (
  unitPrice: Money,
  quantity: number,
  discount: BasisPoints,
): number => {
  if (!isMoney(unitPrice) || !isQuantity(quantity) || !isDiscount(discount)) return NaN
  const product = unitPrice * quantity * (fullDiscount - discount)
  // below 2^53 every step was exact; a product that was rounded down to 2^53 is not below it
  return product <= maxMoney
    ? roundHalfUp(product)
    : largeLineTotal(unitPrice, quantity, fullDiscount - discount)
}

const roundHalfUp = (product: number): number => {
  const rest = product % fullDiscount
  return (product - rest) / fullDiscount + (rest >= fullDiscount / 2 ? 1 : 0)
}

const largeLineTotal = (unitPrice: number, quantity: number, factor: number): number => {
  const product = BigInt(unitPrice) * BigInt(quantity) * BigInt(factor)
  const total = (product + BigInt(fullDiscount / 2)) / BigInt(fullDiscount)
  return total <= BigInt(maxMoney) ? Number(total) : NaN
}
