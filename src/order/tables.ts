/**
 * The read models of orders as tables of a database: `orders`, `orderLines`, `ordersHistory` and
 * `totalsByStatus`; in SQL `orders`, `order_lines`, `orders_history` and `totals_by_status`.
 *
 * Laws:
 *
 * 1. the rows are those of `Orders`, `OrderLines`, `OrdersHistory` and `TotalsByStatus`, as far as a database
 *    can hold what a client sent: see `storableText` and `earliestInstant`
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Change } from '../Diff.ts'
import { none, some } from '../internal/either.ts'
import type { ReadModel, RecordedChange, Table } from '../ReadModel.ts'
import { column, earliestInstant, readModelOver, storableText, table } from '../ReadModel.ts'
import type { Instant } from '../Recorded.ts'
import type { OrderEvent } from './Event.ts'
import type { OrderLineRow, OrderRow, StatusTotal } from './ReadModels.ts'
import { changesOf, orderRow } from './ReadModels.ts'
import type { OrderState } from './State.ts'
import { lineIndex, orderState } from './State.ts'

type OrderChange = RecordedChange<OrderState, OrderEvent>

/** The clock of a client may be set to anything, which must not stop the read model of all orders. */
const storable = (instant: Instant): Instant => Math.max(instant, earliestInstant)

const isChange = ({ before, after }: OrderChange): boolean => before !== after

const orders: Table<OrderRow, 'id', OrderChange> = table({
  columns: {
    id: column.text,
    customerId: column.text,
    currency: column.text,
    status: column.text,
    lines: column.integer,
    subtotal: column.integer,
    shipping: column.integer,
    tax: column.integer,
    total: column.integer,
    createdAt: column.instant,
    updatedAt: column.instant,
  },
  key: ['id'],
  keys: (change: OrderChange) => (isChange(change) ? [{ id: change.stream }] : []),
  evolve: (kept: Option<OrderRow>, { after, occurredAt }, { id }) => {
    if (after.type === 'NoOrder') return kept
    const updatedAt = storable(occurredAt)
    const createdAt = kept._tag === 'Some' ? kept.value.createdAt : updatedAt
    const row = orderRow(id, after, createdAt, updatedAt)
    const { customerId, currency } = after
    return some({ ...row, customerId: storableText(customerId), currency: storableText(currency) })
  },
  indexes: [['customerId'], ['status']],
})

/**
 * A line of an order, with its place among the lines.
 *
 * @category read model
 * @since 0.1.0
 */
export interface OrderLinesRow extends OrderLineRow {
  /** The position of the event that added it: the lines of an order are in this order. */
  readonly addedAt: number
}

const orderLines: Table<OrderLinesRow, 'orderId' | 'productId', OrderChange> = table({
  columns: {
    orderId: column.text,
    productId: column.text,
    quantity: column.integer,
    unitPrice: column.integer,
    discount: column.integer,
    total: column.integer,
    addedAt: column.integer,
  },
  key: ['orderId', 'productId'],
  keys: (change: OrderChange) =>
    isChange(change) && 'productId' in change.event
      ? [{ orderId: change.stream, productId: storableText(change.event.productId) }]
      : [],
  evolve: (row: Option<OrderLinesRow>, { event, after, position }, { orderId, productId }) => {
    if (after.type === 'NoOrder' || !('productId' in event)) return row
    const line = after.lines[lineIndex(after.lines, event.productId)]
    if (line === undefined) return none
    const { quantity, unitPrice, discount, total } = line
    const addedAt = row._tag === 'Some' ? row.value.addedAt : position
    return some({ orderId, productId, quantity, unitPrice, discount, total, addedAt })
  },
  indexes: [['productId']],
})

/**
 * A field that an event changed; a line's fields stand under its product. What was not there before, or is
 * not there afterwards, is left out.
 *
 * @category read model
 * @since 0.1.0
 */
export interface StoredChange {
  readonly path: Change['path']
  readonly before?: unknown
  readonly after?: unknown
}

/**
 * An event of an order: its type, what it changed, when and by whom.
 *
 * @category read model
 * @since 0.1.0
 */
export interface OrdersHistoryTableRow {
  /** The position of the event in the store. */
  readonly id: number
  /** 0, unless a codec made several events of the stored one: then their index. */
  readonly part: number
  readonly orderId: string
  /** The type of the event. */
  readonly event: OrderEvent['type']
  readonly occurredAt: Instant
  readonly recordedAt: Instant
  readonly actor: Option<string>
  readonly changes: ReadonlyArray<StoredChange>
}

const ordersHistory: Table<OrdersHistoryTableRow, 'id' | 'part', OrderChange> = table({
  columns: {
    id: column.position,
    part: column.integer,
    orderId: column.text,
    event: column.text,
    occurredAt: column.instant,
    recordedAt: column.instant,
    actor: column.optional(column.text),
    changes: column.json,
  },
  key: ['id', 'part'],
  keys: ({ position, part = 0 }: OrderChange) => [{ id: position, part }],
  evolve: (_: Option<OrdersHistoryTableRow>, change, { id, part }) =>
    some({
      id,
      part,
      orderId: change.stream,
      event: change.event.type,
      occurredAt: storable(change.occurredAt),
      recordedAt: storable(change.recordedAt),
      actor: change.actor,
      changes: changesOf(change.before, change.after).map(({ path, before, after }) => ({
        path,
        ...(before._tag === 'Some' ? { before: before.value } : {}),
        ...(after._tag === 'Some' ? { after: after.value } : {}),
      })),
    }),
  indexes: [['orderId', 'id']],
})

const totalKey = (state: OrderState): ReadonlyArray<Pick<StatusTotal, 'status' | 'currency'>> =>
  state.type === 'NoOrder' ? [] : [{ status: state.status, currency: storableText(state.currency) }]

/** What an order counts for in the totals of a key: itself, or nothing. */
const countedShare = (
  state: OrderState,
  { status, currency }: Pick<StatusTotal, 'status' | 'currency'>,
): Pick<StatusTotal, 'orders' | 'total'> =>
  state.type === 'Order' && state.status === status && storableText(state.currency) === currency
    ? { orders: 1, total: BigInt(state.total) }
    : { orders: 0, total: BigInt(0) }

const totalsByStatus: Table<StatusTotal, 'status' | 'currency', OrderChange> = table({
  columns: {
    status: column.text,
    currency: column.text,
    orders: column.integer,
    total: column.bigint,
  },
  key: ['status', 'currency'],
  keys: (change: OrderChange) =>
    isChange(change) ? [...totalKey(change.before), ...totalKey(change.after)] : [],
  evolve: (row: Option<StatusTotal>, { before, after }, key) => {
    const kept = row._tag === 'Some' ? row.value : { orders: 0, total: BigInt(0) }
    const [less, more] = [countedShare(before, key), countedShare(after, key)]
    const orders = kept.orders - less.orders + more.orders
    const total = kept.total - less.total + more.total
    return orders === 0 ? none : some({ ...key, orders, total })
  },
})

/**
 * The tables of orders, as one read model.
 *
 * @example
 *   import { orderTables } from 'decider-ts/order'
 *   import { inMemory, rowsIn } from 'decider-ts/ReadModel'
 *   import { replay } from 'decider-ts/Projection'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const created = {
 *     occurredAt: Date.UTC(1996, 6, 4), actor: none, correlationId: none, causationId: none,
 *     stream: '10248', version: 1, position: 1, commitId: 'c1', recordedAt: Date.UTC(2026, 0, 1),
 *     event: { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' },
 *   } as const
 *   const rows = replay(inMemory(orderTables))([created])
 *   assert.deepStrictEqual(rowsIn(orderTables, 'totalsByStatus')(rows), [
 *     { status: 'new', currency: 'USD', orders: 1, total: 0n },
 *   ])
 *
 * @category read model
 * @since 0.1.0
 */
export const orderTables: ReadModel<
  OrderEvent,
  {
    readonly orders: typeof orders
    readonly orderLines: typeof orderLines
    readonly ordersHistory: typeof ordersHistory
    readonly totalsByStatus: typeof totalsByStatus
  }
> = readModelOver(orderState)({
  name: 'orders',
  version: '1',
  tables: { orders, orderLines, ordersHistory, totalsByStatus },
})
