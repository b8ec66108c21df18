// What all orders come to. Everything here is folded from the events in the store, never counted in
// the files.
import type {
  OrderEvent,
  OrderLineRow,
  OrderRow,
  OrdersHistoryRow,
  Status,
  Table,
  Totals,
} from 'decider-ts/order'
import {
  allRows,
  OrderLines,
  Orders,
  OrdersHistory,
  statusTotals,
  TotalsByStatus,
} from 'decider-ts/order'
import type { Projection } from 'decider-ts/Projection'
import { selectEvent, struct } from 'decider-ts/Projection'
import type { Instant, Recorded } from 'decider-ts/Recorded'
import { none, some } from 'fp-ts/lib/Option.js'

/** The read models side by side, so that one pass over the store feeds them all. */
export interface Views {
  /** How many events the store holds. */
  readonly stored: number
  /** How many of them count, as of the instant that is looked at. */
  readonly events: number
  readonly orders: Table<OrderRow>
  readonly lines: Table<OrderLineRow>
  readonly history: Table<OrdersHistoryRow>
  readonly totals: Totals
}

/** Time travel: the read models as they stood at an instant are those of the events up to it. */
export const viewsAsOf = (until: Instant): Projection<Views, Recorded<OrderEvent>> => {
  const asOf = selectEvent((recorded: Recorded<OrderEvent>) =>
    recorded.occurredAt <= until ? some(recorded) : none,
  )
  return struct({
    stored: count,
    events: asOf(count),
    orders: asOf(Orders),
    lines: asOf(OrderLines),
    history: asOf(OrdersHistory),
    totals: asOf(TotalsByStatus),
  })
}

const count: Projection<number, Recorded<OrderEvent>> = {
  initialState: 0,
  evolve: (n) => n + 1,
}

/** Money in minor units (cents). */
export interface Figures {
  readonly orders: number
  readonly events: number
  /** How many events this run has added to the store. */
  readonly newEvents: number
  /** How many orders of the files were refused. */
  readonly rejected: number
  readonly lines: number
  readonly subtotal: number
  readonly shipping: number
  readonly tax: number
  readonly total: number
  readonly byStatus: Readonly<
    Partial<Record<Status, { readonly orders: number; readonly total: number }>>
  >
}

export const figuresOf = (views: Views, newEvents: number, rejected: number): Figures => {
  const rows = allRows(views.orders)
  const sum = (amount: (row: OrderRow) => number): number =>
    rows.reduce((total, row) => total + amount(row), 0)
  return {
    orders: rows.length,
    events: views.events,
    newEvents,
    rejected,
    lines: sum((row) => row.lines),
    subtotal: sum((row) => row.subtotal),
    shipping: sum((row) => row.shipping),
    tax: sum((row) => row.tax),
    total: sum((row) => row.total),
    byStatus: Object.fromEntries(
      statusTotals(views.totals).map(({ status, orders, total }) => [status, { orders, total }]),
    ),
  }
}
