import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/Decider.ts'
import { empty } from '../../src/Dictionary.ts'
import { valueAt } from '../../src/Diff.ts'
import type { OrderEvent, OrderRow, OrderTable } from '../../src/order/index.ts'
import {
  allRows,
  orderDecider,
  orderLineKey,
  OrderLines,
  Orders,
  OrdersHistory,
  orderState,
  rowsOfOrder,
  statusTotals,
  TotalsByStatus,
} from '../../src/order/index.ts'
import { maxMoney } from '../../src/order/Money.ts'
import type { Projection } from '../../src/Projection.ts'
import { replay, states } from '../../src/Projection.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { runs } from '../setup.ts'
import { event, threeLines } from '../support/orders.ts'
import { plain } from '../support/plain.ts'
import type { Placed } from '../support/recorded.ts'
import { record, recordedOf } from '../support/recorded.ts'

const decider = orderDecider()

type Log = ReadonlyArray<Recorded<OrderEvent>>

const streams = ['10248', '10249', '10250']

const created = (stream: string, currency: string): Placed<OrderEvent> => ({
  stream,
  event: { type: 'OrderCreated', customerId: 'VINET', currency },
})

/** Events of three orders, mixed; two of the orders exist from the start. */
const log: fc.Arbitrary<Log> = recordedOf(
  fc
    .array(plain({ stream: fc.constantFrom(...streams), event }), { maxLength: 60, size: 'max' })
    .map((rest) => [created('10249', 'EUR'), created('10248', 'USD'), ...rest]),
)

const ownEvents = (events: Log, stream: string): Log => events.filter((r) => r.stream === stream)

/** Every event with the state of its order before and after it. */
const steps = (events: Log) =>
  streams.flatMap((stream) => {
    const own = ownEvents(events, stream)
    const seen = states(orderState)(own.map((r) => r.event))
    return own.flatMap((recorded, i) => {
      const [before, after] = [seen[i], seen[i + 1]]
      return before && after ? [{ recorded, before, after }] : []
    })
  })

const numRuns = runs(60)

describe('read models', () => {
  describe.each<[string, Projection<OrderTable<unknown>, Recorded<OrderEvent>>]>([
    // a table of rows is a table of unknowns to whoever only reads it and hands it back
    ['Orders', Orders as never],
    ['OrderLines', OrderLines as never],
    ['OrdersHistory', OrdersHistory as never],
  ])('%s', (_, table) => {
    it('ReadModels 1: the rows of an order are what its own events alone would give', () => {
      fc.assert(
        fc.property(log, (events) => {
          const all = replay(table)(events)
          const alone = streams.map((stream) =>
            rowsOfOrder(stream)(replay(table)(ownEvents(events, stream))),
          )
          expect(streams.map((stream) => rowsOfOrder(stream)(all))).toStrictEqual(alone)
          expect(allRows(all)).toStrictEqual(alone.flat())
        }),
        { numRuns },
      )
    })

    it('has no rows of an order that it has not heard of', () => {
      expect(table.initialState).toBe(empty)
      expect(rowsOfOrder('10248')(table.initialState)).toStrictEqual([])
    })
  })

  it('ReadModels 1: totals of disjoint orders add up', () => {
    fc.assert(
      fc.property(log, (events) => {
        const totals = (of: Log) => statusTotals(replay(TotalsByStatus)(of))
        const sums = new Map<string, number>()
        for (const sum of streams.flatMap((stream) => totals(ownEvents(events, stream)))) {
          const key = `${sum.status} ${sum.currency}`
          sums.set(key, (sums.get(key) ?? 0) + sum.orders)
        }
        expect(
          new Map(totals(events).map((sum) => [`${sum.status} ${sum.currency}`, sum.orders])),
        ).toStrictEqual(sums)
      }),
      { numRuns },
    )
  })

  it('ReadModels 2: an event without effect adds a row of history and changes no other', () => {
    fc.assert(
      fc.property(log, (events) => {
        const models = [Orders, OrderLines, TotalsByStatus].map((model) =>
          // each is asked only whether it gives back the very state it met
          states(model as Projection<unknown, Recorded<OrderEvent>>)(events),
        )
        const history = states(OrdersHistory)(events)
        const effective = new Set(
          steps(events)
            .filter(({ before, after }) => before !== after)
            .map(({ recorded }) => recorded.position),
        )
        events.forEach(({ position, stream }, i) => {
          const same = models.map((seen) => seen[i] === seen[i + 1])
          expect(same).toStrictEqual(models.map(() => !effective.has(position)))
          const [rows, more] = [history[i], history[i + 1]].map((table) =>
            rowsOfOrder(stream)(table ?? empty),
          )
          expect(more?.slice(0, -1)).toStrictEqual(rows)
          expect(more?.at(-1)?.data.changes.length === 0).toBe(!effective.has(position))
        })
      }),
      { numRuns: runs(20) },
    )
  })

  it('ReadModels 3: totals by status are the sums of the rows of Orders', () => {
    fc.assert(
      fc.property(log, (events) => {
        const rows = allRows(replay(Orders)(events))
        const sum = (own: ReadonlyArray<OrderRow>) =>
          own.reduce((total, row) => total + BigInt(row.total), 0n)
        const expected = ['new', 'confirmed', 'paid', 'shipped', 'cancelled'].flatMap((status) =>
          ['EUR', 'USD'].flatMap((currency) => {
            const own = rows.filter((row) => row.status === status && row.currency === currency)
            return own.length === 0
              ? []
              : [{ status, currency, orders: own.length, total: sum(own) }]
          }),
        )
        expect(statusTotals(replay(TotalsByStatus)(events))).toStrictEqual(expected)
      }),
      { numRuns },
    )
  })

  it('ReadModels 3: a sum beyond what a number holds is exact, and stays so on its way back', () => {
    const tax = (stream: string, amount: number) =>
      ({ stream, event: { type: 'TaxSet', amount } }) as const
    const events = record(
      [
        created('1', 'USD'),
        created('2', 'USD'),
        tax('1', maxMoney),
        tax('2', maxMoney - 1),
        tax('1', 3),
        tax('2', 4),
      ].map((placed, i) => ({ ...placed, occurredAt: i, recordedAt: i })),
    )
    const largest = BigInt(maxMoney)
    expect(statusTotals(replay(TotalsByStatus)(events.slice(0, 4)))).toStrictEqual([
      { status: 'new', currency: 'USD', orders: 2, total: 2n * largest - 1n },
    ])
    expect(statusTotals(replay(TotalsByStatus)(events))).toStrictEqual([
      { status: 'new', currency: 'USD', orders: 2, total: 7n },
    ])
  })

  it('totals stand in the order of the lifecycle, then of the currency', () => {
    const currencies = ['USD', 'EUR', 'CHF', 'NOK', 'BRL', 'JPY']
    const events = record(
      currencies
        .flatMap((currency) => [
          created(`${currency} 1`, currency),
          created(`${currency} 2`, currency),
          {
            stream: `${currency} 1`,
            event: { type: 'StatusChanged', newStatus: 'cancelled' } as const,
          },
        ])
        .map((placed, i) => ({ ...placed, occurredAt: i, recordedAt: i })),
    )
    const rows = statusTotals(replay(TotalsByStatus)(events))
    expect(rows.map(({ status, currency }) => `${status} ${currency}`)).toStrictEqual(
      ['new', 'cancelled'].flatMap((status) =>
        ['BRL', 'CHF', 'EUR', 'JPY', 'NOK', 'USD'].map((currency) => `${status} ${currency}`),
      ),
    )
  })

  it('Orders has a row an order: its summary, when it came about and when it last changed', () => {
    fc.assert(
      fc.property(log, (events) => {
        const rows = streams.flatMap((stream) => {
          const changes = steps(events).filter(
            ({ recorded, before, after }) => recorded.stream === stream && before !== after,
          )
          const last = changes.at(-1)
          if (last?.after.type !== 'Order') return []
          const { customerId, currency, status, lines, subtotal, shipping, tax, total } = last.after
          return [
            {
              id: stream,
              customerId,
              currency,
              status,
              lines: lines.length,
              subtotal,
              shipping,
              tax,
              total,
              createdAt: changes[0]?.recorded.occurredAt,
              updatedAt: last.recorded.occurredAt,
            },
          ]
        })
        expect(allRows(replay(Orders)(events))).toStrictEqual(rows)
      }),
      { numRuns },
    )
  })

  it('OrderLines has a row a line, under the id of its order', () => {
    fc.assert(
      fc.property(log, (events) => {
        const rows = streams.flatMap((stream) => {
          const state = replay(orderState)(ownEvents(events, stream).map((r) => r.event))
          return state.type === 'Order'
            ? state.lines.map((line) => ({ orderId: stream, ...line }))
            : []
        })
        expect(allRows(replay(OrderLines)(events))).toStrictEqual(rows)
      }),
      { numRuns },
    )
  })

  it('OrdersHistory has a row an event: which, when, by whom, and what stood there before and after', () => {
    fc.assert(
      fc.property(log, (events) => {
        const at = valueAt(orderLineKey)
        const rows = steps(events).map(({ recorded, before, after }, i) => ({
          id: recorded.position,
          orderId: recorded.stream,
          event: recorded.event.type,
          when: recorded.occurredAt,
          data: {
            changes: allRows(replay(OrdersHistory)(events))[i]?.data.changes.map(({ path }) => ({
              path,
              before: at(before, path),
              after: at(after, path),
            })),
            occurredAt: recorded.occurredAt,
            recordedAt: recorded.recordedAt,
            actor: recorded.actor,
          },
        }))
        expect(allRows(replay(OrdersHistory)(events))).toStrictEqual(rows)
      }),
      { numRuns: runs(15) },
    )
  })
})

describe('one order, told by its tables', () => {
  const july = (day: number) => Date.UTC(1996, 6, day)
  const imported = Date.UTC(2026, 0, 1)
  const { events } = run(decider)([
    ...threeLines,
    { type: 'RemoveLine', productId: '11' },
    { type: 'ChangeQuantity', productId: '42', quantity: 1 },
    { type: 'ChangeStatus', newStatus: 'confirmed' },
  ])
  const told = record(
    events.map((e, i) => ({
      stream: '10248',
      event: e,
      occurredAt: july(4 + i),
      recordedAt: imported + i,
      actor: i < 6 ? 'vinet' : 'clerk 5',
    })),
  )

  it('Orders', () => {
    expect(allRows(replay(Orders)(told))).toStrictEqual([
      {
        id: '10248',
        customerId: 'VINET',
        currency: 'USD',
        status: 'confirmed',
        lines: 2,
        subtotal: 15_770,
        shipping: 3_238,
        tax: 500,
        total: 19_508,
        createdAt: july(4),
        updatedAt: july(12),
      },
    ])
  })

  it('OrderLines', () => {
    const [first, second] = [
      { productId: '42', quantity: 1, unitPrice: 980, discount: 0, total: 980 },
      { productId: '72', quantity: 5, unitPrice: 3_480, discount: 1_500, total: 14_790 },
    ]
    expect(rowsOfOrder('10248')(replay(OrderLines)(told))).toStrictEqual([
      { orderId: '10248', ...first },
      { orderId: '10248', ...second },
    ])
  })

  it('TotalsByStatus', () => {
    expect(statusTotals(replay(TotalsByStatus)(told))).toStrictEqual([
      { status: 'confirmed', currency: 'USD', orders: 1, total: 19_508n },
    ])
  })

  it('OrdersHistory: what was changed, when and by whom', () => {
    const rows = rowsOfOrder('10248')(replay(OrdersHistory)(told))
    expect(rows.map((row) => [row.id, row.event, row.when, row.data.actor])).toStrictEqual([
      [1, 'OrderCreated', july(4), some('vinet')],
      [2, 'LineAdded', july(5), some('vinet')],
      [3, 'LineAdded', july(6), some('vinet')],
      [4, 'LineAdded', july(7), some('vinet')],
      [5, 'ShippingSet', july(8), some('vinet')],
      [6, 'TaxSet', july(9), some('vinet')],
      [7, 'LineRemoved', july(10), some('clerk 5')],
      [8, 'QuantityChanged', july(11), some('clerk 5')],
      [9, 'StatusChanged', july(12), some('clerk 5')],
    ])
    expect(rows[7]).toStrictEqual({
      id: 8,
      orderId: '10248',
      event: 'QuantityChanged',
      when: july(11),
      data: {
        changes: [
          { path: ['lines', '42', 'quantity'], before: some(10), after: some(1) },
          { path: ['lines', '42', 'total'], before: some(9_800), after: some(980) },
          { path: ['subtotal'], before: some(24_590), after: some(15_770) },
          { path: ['total'], before: some(28_328), after: some(19_508) },
        ],
        occurredAt: july(11),
        recordedAt: imported + 7,
        actor: some('clerk 5'),
      },
    })
  })

  it('OrdersHistory: removing the first of three lines reports just that line', () => {
    const removed = rowsOfOrder('10248')(replay(OrdersHistory)(told))[6]
    expect(removed?.data.changes).toStrictEqual([
      {
        path: ['lines', '11'],
        before: some({
          productId: '11',
          quantity: 12,
          unitPrice: 1_400,
          discount: 0,
          total: 16_800,
        }),
        after: none,
      },
      { path: ['subtotal'], before: some(41_390), after: some(24_590) },
      { path: ['total'], before: some(45_128), after: some(28_328) },
    ])
  })

  it('OrdersHistory: an event that came too late for its order is told, and changed nothing', () => {
    const late = record([
      ...told.map((r) => ({ ...r, actor: undefined })),
      {
        stream: '10248',
        event: { type: 'TaxSet', amount: 7 } as const,
        occurredAt: july(13),
        recordedAt: imported + 9,
      },
    ])
    expect(rowsOfOrder('10248')(replay(OrdersHistory)(late)).at(-1)).toStrictEqual({
      id: 10,
      orderId: '10248',
      event: 'TaxSet',
      when: july(13),
      data: { changes: [], occurredAt: july(13), recordedAt: imported + 9, actor: none },
    })
  })
})

describe('orderLineKey', () => {
  it('names a line by its product, and nothing else', () => {
    expect(
      [{ productId: '11' }, { productId: 11 }, {}, null, undefined, '11'].map(orderLineKey),
    ).toStrictEqual([some('11'), none, none, none, none, none])
  })
})
