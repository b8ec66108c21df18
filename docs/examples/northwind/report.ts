// What a person sees: pure functions from read models and histories to text.
import { stateAsOf, timeline } from 'decider-ts/History'
import type { History } from 'decider-ts/History'
import type { Order, OrderEvent, OrderRow, OrderState } from 'decider-ts/order'
import { lineKey, orderState, rowsOf, statusTotals } from 'decider-ts/order'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { showDay } from './fields.ts'
import type { Views } from './figures.ts'
import { isTelling, showCount, showDiscount, showMoney, showPlace, showSide } from './show.ts'
import type { Column, Style } from './table.ts'
import { showTable } from './table.ts'
import type { Done } from './work.ts'

const left = (title: string): Column => ({ title })
const right = (title: string): Column => ({ title, align: 'right' })

const showOrder = (style: Style, row: OrderRow): string => {
  const money = (amount: number): string => showMoney(amount, row.currency)
  const { id, customerId, status, lines, subtotal, shipping, tax, total } = row
  return showTable(
    style,
    'Orders',
    'a row an order: what its events add up to',
    [
      ...[left('Order'), left('Customer'), left('Status'), right('Lines'), right('Subtotal')],
      ...[right('Shipping'), right('Tax'), right('Total'), left('Created\nUpdated')],
    ],
    [
      [
        ...[id, customerId, status, showCount(lines), money(subtotal)],
        ...[money(shipping), money(tax), money(total)],
        `${showDay(row.createdAt)}\n${showDay(row.updatedAt)}`,
      ],
    ],
  )
}

const showLines = (
  style: Style,
  views: Views,
  row: OrderRow,
  products: ReadonlyMap<string, string>,
): string =>
  showTable(
    style,
    'OrderLines',
    'a row a line of the order',
    [
      ...[left('Order'), left('Product'), left('Name'), right('Quantity')],
      ...[right('Unit price'), right('Discount'), right('Total')],
    ],
    rowsOf(row.id)(views.lines).map((line) => [
      line.orderId,
      line.productId,
      products.get(line.productId) ?? '',
      showCount(line.quantity),
      showMoney(line.unitPrice, row.currency),
      showDiscount(line.discount),
      showMoney(line.total, row.currency),
    ]),
  )

const showHistory = (style: Style, views: Views, row: OrderRow): string =>
  showTable(
    style,
    'OrdersHistory',
    'a row an event: nothing is overwritten, each change is kept with when and by whom',
    [left('Id'), left('Order'), left('Event'), left('When'), left('By'), left('What it set')],
    rowsOf(row.id)(views.history).map(({ id, orderId, event, when, data }) => [
      String(id),
      orderId,
      event,
      showDay(when),
      O.getOrElse(() => 'unknown')(data.actor),
      data.changes
        .filter(isTelling)
        .map((change) => `${showPlace(change)}: ${showSide(change.after, change, row.currency)}`)
        .join('\n'),
    ]),
  )

/** The history once more, as steps: what each event changed, before and after. */
const showTimeline = (style: Style, history: History<OrderEvent>, currency: string): string =>
  showTable(
    style,
    'Timeline',
    'the order, step by step: each event and the fields that it changed',
    [
      ...[right('#'), left('When'), left('Who'), left('Event'), left('Field')],
      ...[right('Before'), right('After')],
    ],
    timeline(
      orderState,
      lineKey,
    )(history).flatMap(({ recorded, changes }) => {
      const who = O.getOrElse(() => 'unknown')(recorded.actor)
      const step = [
        String(recorded.version),
        showDay(recorded.occurredAt),
        who,
        recorded.event.type,
      ]
      return changes
        .filter(isTelling)
        .map((change, i) => [
          ...(i === 0 ? step : ['', '', '', '']),
          showPlace(change),
          showSide(change.before, change, currency),
          showSide(change.after, change, currency),
        ])
    }),
  )

const showTotals = (style: Style, views: Views): string => {
  const totals = statusTotals(views.totals)
  const sum = (of: (total: (typeof totals)[number]) => number): number =>
    totals.reduce((all, total) => all + of(total), 0)
  return showTable(
    style,
    'Totals by status',
    'all orders',
    [left('Status'), right('Orders'), right('Total')],
    [
      ...totals.map(({ status, orders, total, currency }) => [
        status,
        showCount(orders),
        showMoney(total, currency),
      ]),
      [
        'all',
        showCount(sum((t) => t.orders)),
        showMoney(
          sum((t) => t.total),
          'USD',
        ),
      ],
    ],
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
  const last = history.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt), 0)
  const lastDay = Date.parse(showDay(last))
  const at = (instant: number): OrderState => stateAsOf(orderState)(history, instant, 'occurredAt')
  const before = at(lastDay - 1)
  const after = at(last)
  const cell = (state: OrderState, show: (order: Order) => string): string =>
    state.type === 'Order' ? show(state) : 'no order yet'
  return showTable(
    style,
    `Order ${id} as of ${showDay(lastDay - 1)}`,
    'its events replayed up to the end of that day, beside what it became',
    [left('Field'), right(`On ${showDay(lastDay - 1)}`), right(`On ${showDay(lastDay)}`), left('')],
    summary.map(([field, show]) => {
      const [was, is] = [cell(before, show), cell(after, show)]
      return [field, was, is, was === is ? '' : 'changed']
    }),
  )
}

/** How much was new, and how fast that went. */
const showThroughput = (style: Style, { newEvents, checked, seconds }: Done): string => {
  const rate = (n: number): string => showCount(Math.round(n / Math.max(seconds, 0.001)))
  const time = `${seconds.toFixed(1)} s`
  const text =
    newEvents === 0
      ? `Nothing was new: ${showCount(checked)} orders checked in ${time}.`
      : `${showCount(checked)} orders sent, ${showCount(newEvents)} new events, in ${time}: ` +
        `${rate(checked)} orders and ${rate(newEvents)} events a second.`
  return `${style.heading('Throughput')}  ${text}`
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
  const { views, history } = done
  const then = O.isSome(asOf) ? ` at the end of ${showDay(asOf.value)}` : ''
  const id = history[0]?.stream ?? ''
  const [row] = rowsOf(id)(views.orders)
  const counted = showCount(views.events)
  const title = style.heading(
    `${showCount(views.orders.size)} orders${then}, told by ${counted} events`,
  )
  if (row === undefined) return [title, showThroughput(style, done)].join('\n\n')
  const tables = [showOrder(style, row), showLines(style, views, row, products)]
  const sections = O.isSome(order)
    ? [...tables, showHistory(style, views, row), showTimeline(style, history, row.currency)]
    : [
        ...[`${title}\n`, ...tables, showHistory(style, views, row), showTotals(style, views)],
        ...[showEarlier(style, id, history), showThroughput(style, done)],
      ]
  return sections.join('\n').trimEnd()
}
