// Values as people write them.
import type { Change } from 'decider-ts/Diff'
import type { Order } from 'decider-ts/order'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { showDecimal } from './fields.ts'

export const showCount = (n: number): string => n.toLocaleString('en-US')

/** 123456 is 1,234.56 USD. */
export const showMoney = (minorUnits: number | bigint, currency: string): string => {
  const [whole = '', cents = ''] = showDecimal(2)(minorUnits).split('.')
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents} ${currency}`
}

/** 1500 basis points are 15 %. */
export const showDiscount = (basisPoints: number): string =>
  `${showDecimal(2)(basisPoints).replace(/\.?0+$/, '') || '0'} %`

export const showActor = (actor: Option<string>): string => O.getOrElse(() => 'unknown')(actor)

const amounts: ReadonlyArray<unknown> = ['subtotal', 'shipping', 'tax', 'total', 'unitPrice']

/** The place of a change: a field of the order, or a product's line. */
export const showPlace = ({ path }: Change): string => {
  const [field, product, ...rest] = path
  return field === 'lines' && product !== undefined
    ? [`product ${product}`, ...rest].join(' ')
    : String(field)
}

/** One side of a change. */
export const showSide = (side: Option<unknown>, { path }: Change, currency: string): string => {
  if (O.isNone(side)) return '—'
  const { value } = side
  if (isLine(value)) {
    const { quantity, unitPrice, discount } = value
    const price = `${showCount(quantity)} × ${showMoney(unitPrice, currency)}`
    return discount === 0 ? price : `${price} − ${showDiscount(discount)}`
  }
  return typeof value === 'number' && amounts.includes(path.at(-1))
    ? showMoney(value, currency)
    : String(value)
}

const isLine = (value: unknown): value is Order['lines'][number] =>
  typeof value === 'object' && value !== null && 'unitPrice' in value

/** Whether a change says something: a new order's first zeros and empty list don't. */
export const isTelling = ({ path, before, after }: Change): boolean =>
  path[0] !== 'type' &&
  !(O.isNone(before) && O.isSome(after) && (after.value === 0 || Array.isArray(after.value)))
