// What a person sees: pure functions from read models and histories to text.
import { stateAsOf, timeline } from 'decider-ts/History'
import type { History } from 'decider-ts/History'
import type { Order, OrderEvent, OrderRow, OrderState } from 'decider-ts/order'
import { orderLineKey, orderState } from 'decider-ts/order'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { showDay } from './fields.ts'
import {
  isTelling,
  showActor,
  showCount,
  showDiscount,
  showMoney,
  showPlace,
  showSide,
} from './show.ts'
import type { HistoryEntry, Shown, ShownTables } from './shown.ts'
import type { Style } from './table.ts'
import { showTable } from './table.ts'
import type { Done } from './work.ts'

/** What a table holds, and how to ask for it. */
const captionOf = (caption: string, { query }: Shown<unknown>): string =>
  O.isSome(query) ? `${caption}\n${query.value};` : caption

const showOrder = (style: Style, row: OrderRow, shown: ShownTables['orders']): string => {
  const { id, customerId, currency, status, lines, subtotal, shipping, tax, total } = row
  const sums = [subtotal, shipping, tax, total].map((amount) => showMoney(amount, currency))
  const dates = `${showDay(row.createdAt)}\n${showDay(row.updatedAt)}`
  return showTable(
    style,
    'Orders',
    captionOf('a row an order: what its events add up to', shown),
    'Order, Customer, Status, >Lines, >Subtotal, >Shipping, >Tax, >Total, Created\nUpdated',
    [[id, customerId, status, showCount(lines), ...sums, dates]],
  )
}

const showLines = (
  style: Style,
  lines: ShownTables['lines'],
  { currency }: OrderRow,
  products: ReadonlyMap<string, string>,
): string =>
  showTable(
    style,
    'OrderLines',
    captionOf('a row a line of the order', lines),
    'Order, Product, Name, >Quantity, >Unit price, >Discount, >Total',
    lines.rows.map((line) => [
      line.orderId,
      line.productId,
      products.get(line.productId) ?? '',
      showCount(line.quantity),
      showMoney(line.unitPrice, currency),
      showDiscount(line.discount),
      showMoney(line.total, currency),
    ]),
  )

const showHistory = (style: Style, history: Shown<HistoryEntry>, currency: string): string =>
  showTable(
    style,
    'OrdersHistory',
    captionOf(
      'a row an event: nothing is overwritten, each change is kept with when and by whom',
      history,
    ),
    'Id, Order, Event, When, By, What it set',
    history.rows.map(({ id, orderId, event, occurredAt, actor, changes }) => [
      String(id),
      orderId,
      event,
      showDay(occurredAt),
      showActor(actor),
      changes
        .filter(isTelling)
        .map((change) => `${showPlace(change)}: ${showSide(change.after, change, currency)}`)
        .join('\n'),
    ]),
  )

/** The history once more, as steps: what each event changed, before and after. */
const showTimeline = (style: Style, history: History<OrderEvent>, currency: string): string =>
  showTable(
    style,
    'Timeline',
    'the order, step by step: each event and the fields that it changed',
    '>#, When, Who, Event, Field, >Before, >After',
    timeline(
      orderState,
      orderLineKey,
    )(history).flatMap(({ recorded, changes }) => {
      const { version, occurredAt, actor, event } = recorded
      const step = [String(version), showDay(occurredAt), showActor(actor), event.type]
      return changes
        .filter(isTelling)
        .map((change, i) => [
          ...(i === 0 ? step : step.map(() => '')),
          showPlace(change),
          showSide(change.before, change, currency),
          showSide(change.after, change, currency),
        ])
    }),
  )

const showTotals = (style: Style, shown: ShownTables['totals']): string => {
  const totals = shown.rows
  const rows = totals.map(({ status, orders, total, currency }) => [
    status,
    showCount(orders),
    showMoney(total, currency),
  ])
  const currencies = [...new Set(totals.map(({ currency }) => currency))].sort()
  const all = currencies.map((currency) => {
    const own = totals.filter((total) => total.currency === currency)
    const orders = own.reduce((sum, total) => sum + total.orders, 0)
    const total = own.reduce((sum, { total }) => sum + total, 0n)
    return ['all', showCount(orders), showMoney(total, currency)]
  })
  return showTable(
    style,
    'Totals by status',
    captionOf('all orders', shown),
    'Status, >Orders, >Total',
    [...rows, ...all],
  )
}

const summary: ReadonlyArray<readonly [string, (order: Order) => string]> = [
  ['status', ({ status }) => status],
  ['lines', ({ lines }) => showCount(lines.length)],
  ['subtotal', ({ subtotal, currency }) => showMoney(subtotal, currency)],
  ['shipping', ({ shipping, currency }) => showMoney(shipping, currency)],
  ['tax', ({ tax, currency }) => showMoney(tax, currency)],
  ['total', ({ total, currency }) => showMoney(total, currency)],
]

/** Time travel: the order at the end of the day before its last event, beside what it became. */
const showEarlier = (style: Style, id: string, history: History<OrderEvent>): string => {
  const last = history.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt), -Infinity)
  const lastDay = Date.parse(showDay(last))
  const stateAt = stateAsOf(orderState)
  const was = stateAt(history, lastDay - 1, 'occurredAt')
  const is = stateAt(history, last, 'occurredAt')
  const cell = (state: OrderState, show: (order: Order) => string): string =>
    state.type === 'Order' ? show(state) : 'no order yet'
  const [dayBefore, day] = [showDay(lastDay - 1), showDay(lastDay)]
  return showTable(
    style,
    `Order ${id} as of ${dayBefore}`,
    'its events replayed up to the end of that day, beside what it became',
    `Field, >On ${dayBefore}, >On ${day}, `,
    summary.map(([field, show]) => {
      const [before, after] = [cell(was, show), cell(is, show)]
      return [field, before, after, before === after ? '' : 'changed']
    }),
  )
}

/** How much was new, and how fast that went. */
const showThroughput = (style: Style, { newEvents, checked, unnamed, seconds }: Done): string => {
  const rate = (n: number): string => showCount(Math.round(n / Math.max(seconds, 0.001)))
  const time = `${seconds.toFixed(1)} s`
  const text =
    newEvents === 0
      ? `Nothing was new: ${showCount(checked)} orders checked in ${time}.`
      : `${showCount(checked)} orders sent, ${showCount(newEvents)} new events, in ${time}: ` +
        `${rate(checked)} orders and ${rate(newEvents)} events a second.`
  const others =
    unnamed === 0
      ? ''
      : `\nOrders in the database that are not in these files: ${showCount(unnamed)}.`
  return `${style.heading('Throughput')}  ${text}${others}`
}

export interface Wanted {
  readonly order: Option<string>
  readonly asOf: Option<number>
}

/** One order's tables and history where it is asked for; else a tour of all there is. */
export const showReport = (
  style: Style,
  products: ReadonlyMap<string, string>,
  { order, asOf }: Wanted,
  done: Done,
): string => {
  const { views, history, shown } = done
  const id = history[0]?.stream ?? ''
  const [row] = shown.orders.rows
  const then = O.isSome(asOf) ? ` at the end of ${showDay(asOf.value)}` : ''
  const title = `${showCount(views.orders.size)} orders${then}, told by ${showCount(views.events)} events`
  const start = `${style.heading(title)}\n`
  const end = showThroughput(style, done)
  if (row === undefined) return [start, end].join('\n')
  const tables = [
    showOrder(style, row, shown.orders),
    showLines(style, shown.lines, row, products),
    showHistory(style, shown.history, row.currency),
  ]
  return O.isSome(order)
    ? [...tables, showTimeline(style, history, row.currency)].join('\n').trimEnd()
    : [
        start,
        ...tables,
        showTotals(style, shown.totals),
        showEarlier(style, id, history),
        end,
      ].join('\n')
}
