// The two files' rows: which columns they need, and what must stand in them. Whether the values make
// sense for an order (a negative price, a product twice) is not said here: `decide` knows.
import { showIssue } from 'decider-ts/codec/Codec'
import type { Codec } from 'decider-ts/codec/Codec'
import { codec } from 'decider-ts/codec/IoTs'
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import type { Row } from './csv.ts'
import { Day, Discount, MaybeDay, Money, Name, Quantity, showDay } from './fields.ts'
import type { Place } from './problem.ts'

const OrderFields = t.type({
  order_id: Name,
  customer_id: Name,
  order_date: Day,
  shipped_date: MaybeDay,
  freight: Money,
})

const LineFields = t.type({
  order_id: Name,
  product_id: Name,
  unit_price: Money,
  quantity: Quantity,
  discount: Discount,
})

/** A row of `orders.csv`, and where it stands. */
export type OrderRow = t.TypeOf<typeof OrderFields> & { readonly place: Place }

/** A row of `order_details.csv`, and where it stands. */
export type LineRow = t.TypeOf<typeof LineFields> & { readonly place: Place }

export const orderColumns: ReadonlyArray<string> = Object.keys(OrderFields.props)

export const lineColumns: ReadonlyArray<string> = Object.keys(LineFields.props)

/** The values of a row, or what is wrong with each field that has none. */
type Read<A> = Either<ReadonlyArray<string>, A>

const decode =
  <A>(fields: Codec<A>) =>
  (row: Row): Read<A & { readonly place: Place }> => {
    const decoded = fields.decode(row.fields)
    return E.isRight(decoded)
      ? E.right({ ...decoded.right, place: row.place })
      : E.left(decoded.left.map(showIssue))
  }

export const readLineRow: (row: Row) => Read<LineRow> = decode(codec(LineFields))

export const readOrderRow = (row: Row): Read<OrderRow> => {
  const read = decode(codec(OrderFields))(row)
  if (E.isLeft(read)) return read
  const { order_date, shipped_date } = read.right
  if (O.isNone(shipped_date) || shipped_date.value >= order_date) return read
  const expected = `the order date ${showDay(order_date)} or a later day`
  const actual = row.fields['shipped_date']
  return E.left([showIssue({ path: ['shipped_date'], expected, actual })])
}
