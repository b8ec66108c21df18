// Batches that are too much for the database or the driver.
import { left } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import type { TransactionFailed } from '../../../../src/store/internal/databaseFailures.ts'
import type { SqlClient, SqlTransactions } from '../../../../src/store/Sql.ts'
import { counts, useWorkshop } from '../../../support/readModelRunner.ts'
import {
  batchOf,
  leftOf,
  ownedBy,
  rightOf,
  transactionsOf,
} from '../../../support/sqlReadModels.ts'

const { at, tablesOf, append, runnerOf, rowsOf, expectedRows } = useWorkshop()

/** A database whose transactions fail. */
const failing = (reason: TransactionFailed['reason'], cause?: unknown): SqlTransactions => ({
  client: at.pglite,
  transaction: () => () => Promise.resolve(left({ type: 'TransactionFailed', reason, cause })),
})
const coded = (code: string, message = 'no'): Error => Object.assign(new Error(message), { code })

const tooMuch: ReadonlyArray<readonly [string, TransactionFailed['reason'], unknown]> = [
  ['the time limit of a transaction', 'TimedOut', undefined],
  ['the time limit of a statement', 'Failed', coded('57014', 'due to statement timeout')],
  ['the time limit of a transaction on the server', 'Failed', coded('25P04')],
  ['the time limit between two statements', 'Failed', coded('25P03')],
  ['the memory of the database', 'Failed', coded('53200')],
  ['the longest text of the program', 'Failed', new RangeError('Invalid string length')],
  ['the longest text of the driver', 'Failed', coded('ERR_STRING_TOO_LONG')],
]
const others: ReadonlyArray<readonly [string, TransactionFailed['reason'], unknown]> = [
  ['a database that is closed', 'Closed', undefined],
  ['a statement that somebody cancels', 'Failed', coded('57014', 'due to user request')],
  ['a lock that is not available', 'Failed', coded('55P03')],
  ['a lost connection', 'Failed', new Error('Connection terminated')],
]

/** How a batch of several events fails, and one of a single event. */
const failuresOf = async (reason: TransactionFailed['reason'], cause: unknown) => {
  const start = await ownedBy(tablesOf(), counts)
  await append(2)
  const { events } = rightOf(await at.store.readAll(0, 2)())
  const first = events[0] ?? expect.fail('it is there')
  // a codec may make several parts of one stored event
  const parts = [first, { ...first, part: 1 }]
  const tables = tablesOf(failing(reason, cause))
  const failureOf = async (all: typeof events) =>
    leftOf(await tables.apply(counts, start, batchOf(0, all), 60_000)()).type
  return { several: await failureOf(events), single: await failureOf(parts) }
}

it.each(tooMuch)(
  'sqlReadModels 4: several events beyond %s are to be cut, and one is tried again',
  async (_, reason, cause) => {
    const expected = { several: 'BatchRefused', single: 'TablesUnavailable' }
    expect(await failuresOf(reason, cause)).toStrictEqual(expected)
  },
)

it.each(others)('sqlReadModels 4: %s is no reason to cut a batch', async (_, reason, cause) => {
  const expected = { several: 'TablesUnavailable', single: 'TablesUnavailable' }
  expect(await failuresOf(reason, cause)).toStrictEqual(expected)
})

it('sqlReadModels 4: batches that take too long become smaller until they pass', async () => {
  for (let i = 0; i < 40; i++) await append(1, `s${i}`)
  const db = transactionsOf(at.pglite)
  const sizes: Array<number> = []
  const timedOut = left({
    type: 'TransactionFailed',
    reason: 'TimedOut',
    cause: undefined,
  } as const)
  const slow: SqlTransactions = {
    client: db.client,
    transaction: (run) => async () => {
      let isSlow = false
      // ten rows in a transaction are all that this database does in the time
      const counting = (tx: SqlClient): SqlClient => ({
        query: (text, params) => {
          if (!text.includes('insert into') || !text.includes('counts'))
            return tx.query(text, params)
          const size = (JSON.parse(String(params.at(-1))) as ReadonlyArray<unknown>).length
          sizes.push(size)
          isSlow = size > 10
          return isSlow ? Promise.reject(new Error('ended')) : tx.query(text, params)
        },
      })
      const done = await db.transaction((tx) => run(counting(tx)))()
      return isSlow ? timedOut : done
    },
  }
  rightOf(await runnerOf({ tables: tablesOf(slow) }).runOnce()())
  expect(await rowsOf()).toStrictEqual(await expectedRows())
  expect(sizes.slice(0, 3)).toStrictEqual([40, 20, 10])
})
