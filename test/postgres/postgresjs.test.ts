// The SQL store and its read models on another client, postgres.js, as it is.
import { left, right } from 'fp-ts/lib/Either.js'
import postgres from 'postgres'
import { afterAll, expect, it } from 'vitest'
import { readModelRunner } from '../../src/shell/ReadModelRunner.ts'
import type { SqlClient } from '../../src/store/Sql.ts'
import { createSchema, sqlStore } from '../../src/store/Sql.ts'
import type { SqlTransactions } from '../../src/store/Sql.ts'
import { sqlReadModels } from '../../src/store/Sql.ts'
import { commitOf, everything, noStream, repeated, rightOf } from '../contract/commits.ts'
import { useDatabase } from '../support/postgres.ts'
import { counts } from '../support/readModelRunner.ts'

const url = useDatabase()
let sql: postgres.Sql | undefined
afterAll(() => sql?.end())

const clientOf = (on: Pick<postgres.Sql, 'unsafe'>): SqlClient => ({
  // the store passes strings, numbers and null
  query: async (text, params) => ({ rows: await on.unsafe(text, params as Array<string>) }),
})

const transactionOf =
  (on: postgres.Sql): SqlTransactions['transaction'] =>
  (run) =>
  async () => {
    try {
      const done = await on.begin(async (tx) => {
        const result = await run(clientOf(tx))()
        if (result._tag === 'Left') throw new Error('rollback', { cause: result })
        return result.right
      })
      return right(done as never)
    } catch (cause) {
      return left({ type: 'TransactionFailed', reason: 'Failed', cause })
    }
  }

it('stores, reads and keeps read models', async () => {
  sql = postgres(url(), { max: 3, onnotice: () => {} })
  const client = clientOf(sql)
  rightOf(await createSchema(client)())
  const store = sqlStore(client)
  const data = ['{"a":1}', { b: null, a: 'ü"\\\u0000' }, [], 2 ** 53 - 1]
  const commit = commitOf('a', 'c1', noStream, ...(data as [unknown]))
  const first = rightOf(await store.append(commit)())
  expect(rightOf(await store.append(commit)())).toStrictEqual(repeated(first))
  const more = Array.from({ length: 20 }, (_, i) => commitOf(`b${i}`, `d${i}`, noStream, i))
  for (const each of await Promise.all(more.map((one) => store.append(one)()))) rightOf(each)
  const all = await everything(store)
  expect(all.slice(0, 4).map(({ event }) => event.data)).toStrictEqual(data)
  expect(all.map(({ position }) => position)).toStrictEqual(all.map((_, i) => i + 1))

  const tables = sqlReadModels({ client, transaction: transactionOf(sql) })
  const runner = readModelRunner({ store, tables, models: [counts], now: Date.now })
  expect(rightOf(await runner.runOnce()())).toMatchObject([{ position: 24, head: 24 }])
})
