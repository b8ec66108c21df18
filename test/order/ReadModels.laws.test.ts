// The laws of the read models: a decider over several orders whose state is what they hold, and what
// is declared of it beside the orders themselves.
import fc from 'fast-check'
import { right } from 'fp-ts/lib/Either.js'
import { fromNullable, none } from 'fp-ts/lib/Option.js'
import { describe, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import { diff, structural, valueAt } from '../../src/Diff.ts'
import type {
  OrderCommand,
  OrderEvent,
  OrderRejection,
  OrderRow,
  OrderState,
  OrderTable,
} from '../../src/order/index.ts'
import type { OrderLineRow, OrdersHistoryRow, Totals } from '../../src/order/ReadModels.ts'
import {
  allRows,
  orderDecider,
  orderLineKey,
  OrderLines,
  Orders,
  OrdersHistory,
  rowsOfOrder,
  orderStatuses,
  statusTotals,
  TotalsByStatus,
} from '../../src/order/index.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { laws } from '../../src/testing/laws.ts'
import { runs } from '../setup.ts'
import { drawUntil } from '../support/draws.ts'
import { commandWith } from '../support/orders.ts'
import { plain } from '../support/plain.ts'

const order = orderDecider()

interface Command {
  readonly stream: string
  readonly at: number
  readonly actor: string | undefined
  readonly command: OrderCommand
}

type Event = Recorded<OrderEvent>

/** An order with the times at which it first and last changed. */
interface Kept {
  readonly state: OrderState
  readonly createdAt: number
  readonly updatedAt: number
}

interface Books {
  readonly kept: Readonly<Record<string, Kept>>
  readonly position: number
  readonly orders: OrderTable<OrderRow>
  readonly lines: OrderTable<OrderLineRow>
  readonly history: OrderTable<OrdersHistoryRow>
  readonly totals: Totals
}

const streams = ['10249', '10248', '10250']

const stateOf = (books: Books, stream: string): OrderState =>
  books.kept[stream]?.state ?? order.initialState

const keep = (kept: Kept | undefined, { event, occurredAt }: Event): Kept | undefined => {
  const before = kept?.state ?? order.initialState
  const state = order.evolve(before, event)
  if (state === before) return kept
  return { state, createdAt: kept?.createdAt ?? occurredAt, updatedAt: occurredAt }
}

const books: Decider<Command, Books, Event, OrderRejection> = {
  initialState: {
    kept: {},
    position: 0,
    orders: Orders.initialState,
    lines: OrderLines.initialState,
    history: OrdersHistory.initialState,
    totals: TotalsByStatus.initialState,
  },
  decide: ({ stream, at, actor, command }, state) => {
    const decision = order.decide(command, stateOf(state, stream))
    if (decision._tag === 'Left') return decision
    return right(
      decision.right.map((event, i) => ({
        stream,
        version: state.position + i + 1,
        position: state.position + i + 1,
        commitId: `commit-${state.position}`,
        recordedAt: at + 1,
        occurredAt: at,
        actor: fromNullable(actor),
        correlationId: none,
        causationId: none,
        event,
      })),
    )
  },
  evolve: (state, event) => {
    const kept = keep(state.kept[event.stream], event)
    return {
      kept: kept === undefined ? state.kept : { ...state.kept, [event.stream]: kept },
      position: event.position,
      orders: Orders.evolve(state.orders, event),
      lines: OrderLines.evolve(state.lines, event),
      history: OrdersHistory.evolve(state.history, event),
      totals: TotalsByStatus.evolve(state.totals, event),
    }
  },
  isTerminal: () => false,
}

const command: fc.Arbitrary<Command> = plain({
  stream: fc.constantFrom(...streams),
  at: fc.nat({ max: 20 }),
  actor: fc.constantFrom('ann', undefined),
  command: commandWith(30),
})

const rowOf = (id: string, { state, createdAt, updatedAt }: Kept): ReadonlyArray<OrderRow> => {
  if (state.type === 'NoOrder') return []
  const { customerId, currency, status, lines, subtotal, shipping, tax, total } = state
  const sums = { subtotal, shipping, tax, total }
  return [{ id, customerId, currency, status, lines: lines.length, ...sums, createdAt, updatedAt }]
}

const lineRows = (orderId: string, { state }: Kept): ReadonlyArray<OrderLineRow> =>
  state.type === 'NoOrder' ? [] : state.lines.map((line) => ({ orderId, ...line }))

/** A table holds these rows of each order, and all of them in the order of the orders' names. */
const holds = <Row>(
  { kept }: Books,
  table: OrderTable<Row>,
  rows: (stream: string, order: Kept) => ReadonlyArray<Row>,
): boolean => {
  const of = (stream: string) => {
    const here = kept[stream]
    return here === undefined ? [] : rows(stream, here)
  }
  return (
    streams.every((stream) => structural.equals(rowsOfOrder(stream)(table), of(stream))) &&
    structural.equals(allRows(table), ['10248', '10249', '10250'].flatMap(of))
  )
}

/** The totals from scratch. */
const totalsOf = ({ kept }: Books) =>
  orderStatuses.flatMap((status) =>
    ['EUR', 'USD'].flatMap((currency) => {
      const here = Object.values(kept).flatMap(({ state }) =>
        state.type === 'Order' && state.status === status && state.currency === currency
          ? [BigInt(state.total)]
          : [],
      )
      const total = here.reduce((sum, next) => sum + next, 0n)
      return here.length === 0 ? [] : [{ status, currency, orders: here.length, total }]
    }),
  )

/** Each change stands where it says, under the product where it is on a line, and none is left out. */
const tells = (row: OrdersHistoryRow, before: OrderState, after: OrderState): boolean => {
  const at = valueAt(orderLineKey)
  const products = [before, after].flatMap((state) =>
    state.type === 'Order' ? state.lines.map(({ productId }) => productId) : [],
  )
  return (
    row.data.changes.every(
      (change) =>
        structural.equals(at(before, change.path), change.before) &&
        structural.equals(at(after, change.path), change.after) &&
        (change.path[0] !== 'lines' ||
          change.path.length === 1 ||
          products.some((productId) => productId === change.path[1])),
    ) && structural.equals(row.data.changes, diff(orderLineKey)(before, after))
  )
}

describe('read models', () => {
  it('keep the laws, and what is declared of them', async () => {
    const unseen = new Set(['B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B10', 'B11'])
    const report = (seed: number) =>
      laws(books, {
        command,
        seed,
        runs: runs(40),
        length: 60,
        invariants: {
          'Orders has a row of each order, as it is now': (state) =>
            holds(state, state.orders, rowOf),
          'OrderLines has a row of each line of each order': (state) =>
            holds(state, state.lines, lineRows),
          'TotalsByStatus adds up orders by status and currency': (state) =>
            structural.equals(statusTotals(state.totals), totalsOf(state)),
        },
        changes: {
          'OrdersHistory grows by a row an event, which tells what changed': (before, e, after) => {
            const { stream, position, occurredAt, recordedAt, actor } = e
            const rows = rowsOfOrder(stream)(after.history)
            const last = rows[rows.length - 1]
            return (
              structural.equals(rows.slice(0, -1), rowsOfOrder(stream)(before.history)) &&
              last !== undefined &&
              structural.equals(last, {
                id: position,
                orderId: stream,
                event: e.event.type,
                when: occurredAt,
                data: { changes: last.data.changes, occurredAt, recordedAt, actor },
              }) &&
              tells(last, stateOf(before, stream), stateOf(after, stream))
            )
          },
          'an event of one order leaves the rows of the others': (before, e, after) =>
            streams
              .filter((stream) => stream !== e.stream)
              .every((stream) =>
                structural.equals(
                  rowsOfOrder(stream)(before.history),
                  rowsOfOrder(stream)(after.history),
                ),
              ),
          'a change of nothing leaves the very tables': (before, e, after) =>
            stateOf(before, e.stream) !== stateOf(after, e.stream) ||
            (before.orders === after.orders &&
              before.lines === after.lines &&
              before.totals === after.totals),
        },
      })
    await drawUntil(
      () => unseen.size === 0,
      (seed) => {
        for (const { law, verdict } of report(seed)) if (verdict.type === 'Held') unseen.delete(law)
      },
    )
  })
})
