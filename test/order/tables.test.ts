import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { OrderEvent } from '../../src/order/index.ts'
import {
  allRows,
  OrderLines,
  Orders,
  OrdersHistory,
  orderTables,
  statusTotals,
  TotalsByStatus,
} from '../../src/order/index.ts'
import { replay } from '../../src/Projection.ts'
import { earliestInstant, inMemory, rowsIn } from '../../src/ReadModel.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { checkReadModel, readModelLaws } from '../../src/testing/readModel.ts'
import { runs } from '../setup.ts'
import { drawUntil } from '../support/draws.ts'
import { northwindHistory, orderHistory } from '../support/orderHistories.ts'
import { record } from '../support/recorded.ts'

type Log = ReadonlyArray<Recorded<OrderEvent>>

const optionOf = (side: object, name: 'before' | 'after') =>
  name in side ? some((side as Record<string, unknown>)[name]) : none

/** The tables as the rows of the projections. */
const rowsOf = (log: Log) => {
  const rows = replay(inMemory(orderTables))(log)
  const lines = rowsIn(
    orderTables,
    'orderLines',
  )(rows).toSorted((a, b) =>
    a.orderId === b.orderId ? a.addedAt - b.addedAt : a.orderId < b.orderId ? -1 : 1,
  )
  return {
    orders: rowsIn(orderTables, 'orders')(rows),
    orderLines: lines.map(({ addedAt, ...line }) => line),
    ordersHistory: rowsIn(
      orderTables,
      'ordersHistory',
    )(rows).map(({ id, orderId, event, occurredAt, recordedAt, actor, changes }) => ({
      id,
      orderId,
      event,
      when: occurredAt,
      data: {
        changes: changes.map((change) => ({
          path: change.path,
          before: optionOf(change, 'before'),
          after: optionOf(change, 'after'),
        })),
        occurredAt,
        recordedAt,
        actor,
      },
    })),
    totals: new Set(rowsIn(orderTables, 'totalsByStatus')(rows)),
  }
}

const projected = (log: Log) => ({
  orders: allRows(replay(Orders)(log)),
  orderLines: allRows(replay(OrderLines)(log)),
  ordersHistory: allRows(replay(OrdersHistory)(log)).toSorted((a, b) => a.id - b.id),
  totals: new Set(statusTotals(replay(TotalsByStatus)(log))),
})

describe('tables of orders', () => {
  it('tables 1: the rows are those of the projections, for any events', () => {
    fc.assert(
      fc.property(orderHistory, (log) => {
        expect(rowsOf(log)).toStrictEqual(projected(log))
      }),
      { numRuns: runs(60) },
    )
  })

  it('tables 1: the rows are those of the projections, for the Northwind orders', () => {
    const log = northwindHistory()
    expect(log.length).toBeGreaterThan(5_000)
    expect(rowsOf(log)).toStrictEqual(projected(log))
  })

  it('keep the laws of read models', async () => {
    const unseen = new Set(['M1', 'M2', 'M3'])
    const draw = (seed: number) => {
      const options = { history: orderHistory, runs: runs(30), seed }
      for (const { law, verdict } of checkReadModel(orderTables, options)) {
        expect(verdict).not.toMatchObject({ type: 'Failed' })
        if (verdict.type === 'Held') unseen.delete(law)
      }
    }
    await drawUntil(() => unseen.size === 0, draw)
  })

  it('what no database can hold stops nothing', () => {
    const entry = (one: OrderEvent, at: number) => ({
      stream: '10248',
      event: one,
      occurredAt: at,
      recordedAt: 0,
    })
    const log = record([
      entry({ type: 'OrderCreated', customerId: 'a\0', currency: '\ud800' }, -8.64e15),
      entry(
        { type: 'LineAdded', productId: '\0', quantity: 1, unitPrice: 5, discount: 0 },
        8.64e15,
      ),
    ])
    readModelLaws(orderTables, { history: fc.constant(log) })
    const rows = replay(inMemory(orderTables))(log)
    const [order] = rowsIn(orderTables, 'orders')(rows)
    expect([order?.customerId, order?.createdAt]).toStrictEqual(['a\ufffd', earliestInstant])
    expect(rowsIn(orderTables, 'orderLines')(rows)[0]?.productId).toBe('\ufffd')
    expect(rowsIn(orderTables, 'totalsByStatus')(rows)).toStrictEqual([
      { status: 'new', currency: '\ufffd', orders: 1, total: 5n },
    ])
  })
})
