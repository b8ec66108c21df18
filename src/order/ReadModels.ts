/**
 * The read models of orders, as pure projections over the recorded events of many orders: `Orders` with a
 * row for each order, `OrderLines` for each line, `OrdersHistory` for each event, `TotalsByStatus` for
 * each status and currency. The stream of an event is the id of its order; instants are those of
 * `occurredAt` unless stated otherwise.
 *
 * Laws:
 *
 * 1. partition: an order's rows depend on its own events alone
 * 2. an event that leaves its order unchanged adds a row to `OrdersHistory` and changes nothing else
 * 3. `TotalsByStatus` is the exact sum of the rows of `Orders`, however large
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Dictionary } from '../Dictionary.ts'
import { empty, entries, get, set } from '../Dictionary.ts'
import type { Change } from '../Diff.ts'
import { diff } from '../Diff.ts'
import type { Projection } from '../Projection.ts'
import type { Instant, Recorded } from '../Recorded.ts'
import type { OrderEvent } from './Event.ts'
import type { Money } from './Money.ts'
import type { Order, OrderLine, OrderState } from './State.ts'
import { orderState } from './State.ts'
import type { OrderStatus } from './Status.ts'
import { orderStatuses } from './Status.ts'

/**
 * Rows by order: the state and the rows of each order.
 *
 * @category read model
 * @since 0.1.0
 */
export type OrderTable<Row> = Dictionary<{
  readonly state: OrderState
  readonly rows: ReadonlyArray<Row>
}>

/**
 * The rows of one order.
 *
 * @example
 *   import { Orders, rowsOfOrder } from 'decider-ts/order'
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(rowsOfOrder('10248')(replay(Orders)([])), [])
 *
 * @category read model
 * @since 0.1.0
 */
export const rowsOfOrder =
  (orderId: string): (<Row>(table: OrderTable<Row>) => ReadonlyArray<Row>) =>
  (table) => {
    const kept = get(orderId)(table)
    return kept._tag === 'Some' ? kept.value.rows : []
  }

/**
 * The rows of all orders, ordered by the id of the order.
 *
 * @example
 *   import { allRows, Orders } from 'decider-ts/order'
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(allRows(replay(Orders)([])), [])
 *
 * @category read model
 * @since 0.1.0
 */
export const allRows = <Row>(table: OrderTable<Row>): ReadonlyArray<Row> =>
  [...entries(table)].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, kept]) => kept.rows)

type NextRows<Row> = (
  rows: ReadonlyArray<Row>,
  recorded: Recorded<OrderEvent>,
  before: OrderState,
  after: OrderState,
) => ReadonlyArray<Row>

/** Tracks the state of each order; `next` computes its rows. */
const perOrder = <Row>(next: NextRows<Row>): Projection<OrderTable<Row>, Recorded<OrderEvent>> => ({
  initialState: empty,
  evolve: (tables, recorded) => {
    const kept = get(recorded.stream)(tables)
    const before = kept._tag === 'Some' ? kept.value.state : orderState.initialState
    const rowsBefore = kept._tag === 'Some' ? kept.value.rows : []
    const state = orderState.evolve(before, recorded.event)
    const rows = next(rowsBefore, recorded, before, state)
    return rows === rowsBefore ? tables : set(recorded.stream, { state, rows })(tables)
  },
})

/**
 * One order at a glance.
 *
 * @category read model
 * @since 0.1.0
 */
export interface OrderRow {
  readonly id: string
  readonly customerId: string
  readonly currency: string
  readonly status: OrderStatus
  /** How many lines it has. */
  readonly lines: number
  readonly subtotal: Money
  readonly shipping: Money
  readonly tax: Money
  readonly total: Money
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/**
 * The read model with a row for each order.
 *
 * @example
 *   import { allRows, Orders } from 'decider-ts/order'
 *   import { replay } from 'decider-ts/Projection'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const created = {
 *     occurredAt: Date.UTC(1996, 6, 4), actor: none, correlationId: none, causationId: none,
 *     stream: '10248',
 *     version: 1,
 *     position: 1,
 *     commitId: 'c1',
 *     recordedAt: Date.UTC(2026, 0, 1),
 *     event: { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' },
 *   } as const
 *   const [row] = allRows(replay(Orders)([created]))
 *   assert.deepStrictEqual([row?.id, row?.customerId, row?.status], ['10248', 'VINET', 'new'])
 *
 * @category read model
 * @since 0.1.0
 */
export const Orders: Projection<OrderTable<OrderRow>, Recorded<OrderEvent>> = perOrder(
  (rows, { stream, occurredAt }, before, after) =>
    after.type === 'NoOrder' || after === before
      ? rows
      : [orderRow(stream, after, rows[0]?.createdAt ?? occurredAt, occurredAt)],
)

/** @internal */
export const orderRow = (
  id: string,
  order: Order,
  createdAt: Instant,
  updatedAt: Instant,
): OrderRow => ({
  id,
  customerId: order.customerId,
  currency: order.currency,
  status: order.status,
  lines: order.lines.length,
  subtotal: order.subtotal,
  shipping: order.shipping,
  tax: order.tax,
  total: order.total,
  createdAt,
  updatedAt,
})

/**
 * One line of one order.
 *
 * @category read model
 * @since 0.1.0
 */
export interface OrderLineRow extends OrderLine {
  readonly orderId: string
}

/**
 * The read model with a row for each line, in the order in which they were added.
 *
 * @example
 *   import { allRows, OrderLines } from 'decider-ts/order'
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(allRows(replay(OrderLines)([])), [])
 *
 * @category read model
 * @since 0.1.0
 */
export const OrderLines: Projection<OrderTable<OrderLineRow>, Recorded<OrderEvent>> = perOrder(
  (rows, { stream }, before, after) =>
    after.type === 'NoOrder' || after === before
      ? rows
      : after.lines.map(({ productId, quantity, unitPrice, discount, total }) => ({
          orderId: stream,
          productId,
          quantity,
          unitPrice,
          discount,
          total,
        })),
)

/**
 * An event of an order: its type, what it changed, when and by whom.
 *
 * @category read model
 * @since 0.1.0
 */
export interface OrdersHistoryRow {
  /** The position of the event in the store. */
  readonly id: number
  readonly orderId: string
  /** The type of the event. */
  readonly event: OrderEvent['type']
  readonly when: Instant
  readonly data: {
    /** The fields that changed; a line's fields stand under its product. */
    readonly changes: ReadonlyArray<Change>
    readonly occurredAt: Instant
    readonly recordedAt: Instant
    readonly actor: Recorded<unknown>['actor']
  }
}

/**
 * Names a line of an order by its product, for `keyOf` of `Diff` and `History`.
 *
 * @example
 *   import { orderLineKey } from 'decider-ts/order'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(orderLineKey({ productId: '11' }), some('11'))
 *   assert.deepStrictEqual(orderLineKey('11'), none)
 *
 * @category read model
 * @since 0.1.0
 */
export const orderLineKey = (element: unknown): Option<string> =>
  typeof element === 'object' &&
  element !== null &&
  'productId' in element &&
  typeof element.productId === 'string'
    ? { _tag: 'Some', value: element.productId }
    : { _tag: 'None' }

/** @internal */
export const changesOf: (before: OrderState, after: OrderState) => ReadonlyArray<Change> =
  diff(orderLineKey)

/**
 * The read model with a row for each event, in the order of each stream.
 *
 * @example
 *   import { allRows, OrdersHistory } from 'decider-ts/order'
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(allRows(replay(OrdersHistory)([])), [])
 *
 * @category read model
 * @since 0.1.0
 */
export const OrdersHistory: Projection<
  OrderTable<OrdersHistoryRow>,
  Recorded<OrderEvent>
> = perOrder((rows, recorded, before, after) => [
  ...rows,
  {
    id: recorded.position,
    orderId: recorded.stream,
    event: recorded.event.type,
    when: recorded.occurredAt,
    data: {
      changes: changesOf(before, after),
      occurredAt: recorded.occurredAt,
      recordedAt: recorded.recordedAt,
      actor: recorded.actor,
    },
  },
])

/**
 * The number of orders in a status and their total, in one currency.
 *
 * @category read model
 * @since 0.1.0
 */
export interface StatusTotal {
  readonly status: OrderStatus
  readonly currency: string
  readonly orders: number
  /** Minor units; a `bigint`, as a sum over orders may be more than `maxMoney`, the most of one order. */
  readonly total: bigint
}

/**
 * The state of `TotalsByStatus`: each order's state, and the sums.
 *
 * @category read model
 * @since 0.1.0
 */
export interface Totals {
  readonly orders: Dictionary<OrderState>
  readonly sums: Dictionary<StatusTotal>
}

const countOrder = (sums: Dictionary<StatusTotal>, state: OrderState, by: 1 | -1): typeof sums => {
  if (state.type === 'NoOrder') return sums
  const { status, currency } = state
  const key = `${status} ${currency}`
  const sum = get(key)(sums)
  const orders = (sum._tag === 'Some' ? sum.value.orders : 0) + by
  const total = (sum._tag === 'Some' ? sum.value.total : BigInt(0)) + BigInt(by * state.total)
  return set(key, { status, currency, orders, total })(sums)
}

/**
 * The read model of orders and their exact totals by status and currency.
 *
 * @example
 *   import { statusTotals, TotalsByStatus } from 'decider-ts/order'
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(statusTotals(replay(TotalsByStatus)([])), [])
 *
 * @category read model
 * @since 0.1.0
 */
export const TotalsByStatus: Projection<Totals, Recorded<OrderEvent>> = {
  initialState: { orders: empty, sums: empty },
  evolve: (totals, { stream, event }) => {
    const kept = get(stream)(totals.orders)
    const before = kept._tag === 'Some' ? kept.value : orderState.initialState
    const after = orderState.evolve(before, event)
    if (after === before) return totals
    return {
      orders: set(stream, after)(totals.orders),
      sums: countOrder(countOrder(totals.sums, before, -1), after, 1),
    }
  },
}

/**
 * The totals with at least one order, sorted by status in the order of the lifecycle, then by currency.
 *
 * @example
 *   import { statusTotals, TotalsByStatus } from 'decider-ts/order'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(statusTotals(TotalsByStatus.initialState), [])
 *
 * @category read model
 * @since 0.1.0
 */
export const statusTotals = (totals: Totals): ReadonlyArray<StatusTotal> =>
  entries(totals.sums)
    .map(([, sum]) => sum)
    .filter(({ orders }) => orders > 0)
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))

const rank = ({ status, currency }: StatusTotal): string =>
  `${orderStatuses.indexOf(status)} ${currency}`
