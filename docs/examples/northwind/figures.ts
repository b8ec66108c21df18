// What all orders come to. Everything here is folded from the events in the store, never counted in
// the files.
import type { Dictionary } from 'decider-ts/Dictionary'
import type { OrderEvent, OrderRow, OrderStatus, OrderTable } from 'decider-ts/order'
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
import { importedShippings } from './differences.ts'

/** The read models side by side, so that one pass over the store feeds them all. */
export interface Views {
  /** How many events the store holds. */
  readonly stored: number
  /** How many of them count, as of the instant that is looked at. */
  readonly events: number
  readonly orders: OrderTable<OrderRow>
  readonly lines: (typeof OrderLines)['initialState']
  readonly history: (typeof OrdersHistory)['initialState']
  readonly totals: (typeof TotalsByStatus)['initialState']
  /** When orders were shipped as they were imported, whatever the instant that is looked at. */
  readonly shippings: Dictionary<Instant>
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
    shippings: importedShippings,
  })
}

const count: Projection<number, Recorded<OrderEvent>> = {
  initialState: 0,
  evolve: (n) => n + 1,
}

/** Minor units (cents), exact: digits where JSON's readers would round, `null` over several currencies. */
export type Amount = number | string | null

/** What some orders come to. */
export interface Sums {
  readonly orders: number
  readonly lines: number
  readonly subtotal: Amount
  readonly shipping: Amount
  readonly tax: Amount
  readonly total: Amount
  readonly byStatus: Readonly<
    Partial<Record<OrderStatus, { readonly orders: number; readonly total: Amount }>>
  >
}

export interface Figures extends Sums {
  readonly events: number
  /** How many events this run has added to the store. */
  readonly newEvents: number
  /** How many orders of the files were refused. */
  readonly rejected: number
  /** What the orders of each currency come to, where there are several. */
  readonly byCurrency?: Readonly<Record<string, Sums>>
}

export const figuresOf = (views: Views, newEvents: number, rejected: number): Figures => {
  const rows = allRows(views.orders)
  const totals = statusTotals(views.totals)
  const run = { orders: rows.length, events: views.events, newEvents, rejected }
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort()
  if (currencies.length <= 1) return { ...run, ...sumsOf(rows, totals, exact) }
  const byCurrency = Object.fromEntries(
    currencies.map((name) => {
      const isIn = ({ currency }: { readonly currency: string }): boolean => currency === name
      return [name, sumsOf(rows.filter(isIn), totals.filter(isIn), exact)]
    }),
  )
  return { ...run, ...sumsOf(rows, totals, () => null), byCurrency }
}

const exact = (sum: bigint): Amount => {
  const number = Number(sum)
  return Number.isSafeInteger(number) ? number : String(sum)
}

const sumsOf = (
  rows: ReadonlyArray<OrderRow>,
  totals: ReturnType<typeof statusTotals>,
  amount: (sum: bigint) => Amount,
): Sums => {
  const sum = (of: (row: OrderRow) => number): Amount =>
    amount(rows.reduce((all, row) => all + BigInt(of(row)), 0n))
  const byStatus: Partial<
    Record<OrderStatus, { readonly orders: number; readonly total: Amount }>
  > = {}
  for (const { status, orders, total } of totals) {
    byStatus[status] = { orders: (byStatus[status]?.orders ?? 0) + orders, total: amount(total) }
  }
  return {
    orders: rows.length,
    lines: rows.reduce((all, { lines }) => all + lines, 0),
    subtotal: sum((row) => row.subtotal),
    shipping: sum((row) => row.shipping),
    tax: sum((row) => row.tax),
    total: sum((row) => row.total),
    byStatus,
  }
}
