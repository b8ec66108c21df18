import type { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import type { OrderEvent } from '../../../../src/order/index.ts'
import { orderTables } from '../../../../src/order/index.ts'
import type { Recorded } from '../../../../src/Recorded.ts'
import { sqlReadModels } from '../../../../src/store/Sql.ts'
import { runs } from '../../../setup.ts'
import { northwindHistory, orderHistory } from '../../../support/orderHistories.ts'
import { emptyDatabase } from '../../../support/pglite.ts'
import {
  batchOf,
  memoryRowsOf,
  newSchema,
  ownedBy,
  rightOf,
  storedRowsOf,
  transactionsOf,
} from '../../../support/sqlReadModels.ts'

let pglite: PGlite
beforeAll(async () => {
  pglite = await emptyDatabase()
})

/** Keeps the tables of a history, in batches of a size. */
const kept = async (history: ReadonlyArray<Recorded<OrderEvent>>, size: number) => {
  const schema = await newSchema(pglite)
  const tables = sqlReadModels(transactionsOf(pglite), { schema })
  let generation = await ownedBy(tables, orderTables)
  for (let at = 0; at < history.length; at += size) {
    const batch = batchOf(at, history.slice(at, at + size))
    rightOf(await tables.apply(orderTables, generation, batch, 60_000)())
    generation = { ...generation, position: batch.to }
  }
  return schema
}

it('the tables of orders in SQL are those in memory, for any events', async () => {
  await fc.assert(
    fc.asyncProperty(orderHistory, fc.integer({ min: 1, max: 30 }), async (history, size) => {
      const schema = await kept(history, size)
      expect(await storedRowsOf(pglite, schema, orderTables)).toEqual(
        memoryRowsOf(orderTables, history),
      )
    }),
    { numRuns: runs(15) },
  )
})

it('the tables of the Northwind orders in SQL are those in memory', async () => {
  // the first fourth of them
  const history = northwindHistory().slice(0, 1_600)
  const schema = await kept(history, 500)
  const stored = await storedRowsOf(pglite, schema, orderTables)
  expect(stored).toEqual(memoryRowsOf(orderTables, history))
  expect(stored['orders']?.length).toBeGreaterThan(200)
  expect(stored['orderLines']?.length).toBeGreaterThan(500)
})
