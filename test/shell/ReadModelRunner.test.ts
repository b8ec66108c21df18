import type { PGlite } from '@electric-sql/pglite'
import { right } from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { orderEventCodec } from '../../src/order/codec.ts'
import type { OrderEvent } from '../../src/order/index.ts'
import { orderTables } from '../../src/order/index.ts'
import { readModelRunner } from '../../src/shell/ReadModelRunner.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { sqlReadModels } from '../../src/store/SqlReadModels.ts'
import {
  newSchema,
  openDatabase,
  rightOf,
  selectAll,
  transactionsOf,
} from '../support/sqlReadModels.ts'

let pglite: PGlite
let schema: string

beforeAll(async () => {
  pglite = await openDatabase()
})
afterAll(() => pglite.close())
beforeEach(async () => {
  schema = await newSchema(pglite)
})

describe('readModelRunner', () => {
  it('brings the tables forward to the head', async () => {
    const store = withCodec(orderEventCodec)(memoryStore({ now: () => 5 }))
    const events: ReadonlyArray<OrderEvent> = [
      { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' },
      { type: 'LineAdded', productId: '11', quantity: 12, unitPrice: 1_400, discount: 0 },
    ]
    for (const [i, event] of events.entries()) {
      rightOf(
        await store.append({
          stream: '10248',
          expected: { type: 'Any' },
          commitId: `c${i}`,
          events: [{ event }],
        })(),
      )
    }
    const tables = sqlReadModels(transactionsOf(pglite), { schema })
    const runner = readModelRunner({ store, tables, models: [orderTables], now: Date.now })
    expect(await runner.runOnce()()).toStrictEqual(
      right([
        {
          readModel: 'orders',
          role: 'live',
          owned: true,
          position: 2,
          head: 2,
          rate: none,
          timeLeft: none,
          problem: none,
        },
      ]),
    )
    expect(await selectAll(pglite, `${schema}.orders`, 'id')).toMatchObject([
      { id: '10248', customer_id: 'VINET', total: 16_800 },
    ])
    rightOf(await runner.waitFor(2)())
  })
})
