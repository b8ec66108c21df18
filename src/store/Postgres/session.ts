/**
 * Two pools: one for the store, whose sessions nobody else can change, and one for the statements and
 * transactions of the user.
 *
 * @since 0.1.0
 */
import type { Task } from 'fp-ts/lib/Task.js'
import { AsyncLocalStorage } from 'node:async_hooks'
import type { NotAsked } from '../internal/databaseFailures.ts'
import type { ActiveTransaction } from '../internal/transactions.ts'
import { notAsked, rejected, transactionFailed } from '../internal/transactions.ts'
import { transactionStatementIn } from '../internal/transactionStatement.ts'
import type { RunTransaction, SqlClient } from '../Sql.ts'
import type { PoolConnection, StatementResults } from './driver.ts'
import { inOneResult, lastResult } from './driver.ts'
import type { SessionPool } from './pool.ts'
import { isOfStatement } from './pool.ts'
import { leavesNothing } from './leftovers.ts'
import { namedStatements } from './named.ts'
import { inTransaction } from './transaction.ts'

export interface PostgresSession {
  /** For the store. */
  readonly own: SqlClient
  /** For users: single statements. */
  readonly client: SqlClient
  readonly transaction: RunTransaction
  /** Why a call made here would be refused; `undefined` if it would not. */
  readonly refused: () => NotAsked | undefined
  /** Runs a function that closing waits for. */
  readonly pending: <A>(run: () => Promise<A>) => Promise<A>
  /** Waits for what runs, does `last` and ends the connections. */
  readonly close: (last?: Task<void>) => Promise<void>
}

export const openPostgresSession = (ofStore: SessionPool, ofUser: SessionPool): PostgresSession => {
  const inside = new AsyncLocalStorage<ActiveTransaction>()
  const isInside = (): boolean => inside.getStore()?.stop !== undefined
  const { pending, allEnded } = pendingCalls()
  let closing: Promise<void> | undefined

  const refused = (): NotAsked | undefined => {
    if (closing !== undefined) return notAsked('DatabaseClosed')
    return isInside() ? notAsked('InsideTransaction') : undefined
  }

  const transaction: RunTransaction =
    (run, { timeout = 30_000 } = {}) =>
    () => {
      if (isInside()) return Promise.resolve(transactionFailed('Nested', undefined))
      const reason = refused()
      if (reason !== undefined) return Promise.resolve(transactionFailed('Failed', reason))
      const active: ActiveTransaction = { stop: undefined }
      return pending(() =>
        inTransaction(ofUser, active, (enter) => inside.run(active, enter), run, timeout),
      )
    }

  const end = async (last: Task<void> | undefined): Promise<void> => {
    await allEnded()
    await last?.()
    await Promise.all([ofStore.end(), ofUser.end()])
  }

  return {
    own: storeClient(ofStore),
    client: userClient(ofUser, refused, pending),
    transaction,
    refused,
    pending,
    close: (last) => {
      inside.getStore()?.stop?.('Closed')
      return (closing ??= end(last))
    },
  }
}

/** Keeps count of calls that run. */
const pendingCalls = () => {
  let running = 0
  let resume: Array<() => void> = []
  const end = (): void => {
    running--
    if (running > 0) return
    for (const each of resume) each()
    resume = []
  }
  return {
    pending: <A>(run: () => Promise<A>): Promise<A> => {
      const result = run()
      running++
      void result.then(end, end)
      return result
    },
    allEnded: async (): Promise<void> => {
      while (running > 0) await new Promise<void>((resolve) => resume.push(resolve))
    },
  }
}

/**
 * As a pool of node-postgres, which also lends connections. Behind a pooler it lends none: who waits for a turn would
 * keep its connections from others.
 */
const storeClient = (pool: SessionPool) => {
  const runNamed = namedStatements()
  const isSpent = (_: PoolConnection, failure: unknown): boolean =>
    failure !== undefined && !isOfStatement(failure)
  return {
    query: (text: string, params: ReadonlyArray<unknown>) =>
      pool.using((connection) => queried(connection, text, params).then(lastResult), isSpent),
    ...(pool.keepsStatements && {
      named: (name: string, text: string, params: ReadonlyArray<unknown>) =>
        pool.using((connection) => runNamed(connection, name, text, params), isSpent),
      options: { max: pool.size },
      connect: () => lent(pool),
    }),
  }
}

const lent = (
  pool: SessionPool,
): Promise<SqlClient & { readonly release: (end: boolean) => void }> =>
  new Promise((give, refuse) => {
    let isSpent = false
    const use = (connection: PoolConnection): Promise<void> =>
      new Promise((free) =>
        give({
          query: (text, params) => queried(connection, text, params).then(inOneResult),
          release: (end) => {
            isSpent = end
            free()
          },
        }),
      )
    pool.using(use, () => isSpent).catch(refuse)
  })

const userClient = (
  pool: SessionPool,
  refused: PostgresSession['refused'],
  pending: PostgresSession['pending'],
): SqlClient => ({
  query: (text, params) => {
    const reason = refused() ?? transactionStatementIn(text)
    return reason === undefined ? pending(() => queryAlone(pool, text, params)) : rejected(reason)
  },
})

const queried = (
  connection: PoolConnection,
  text: string,
  values: ReadonlyArray<unknown>,
): Promise<StatementResults> => connection.query({ text, values })

/** A statement of the user. If it leaves anything in its session, the connection is ended. */
const queryAlone = (
  pool: SessionPool,
  text: string,
  params: ReadonlyArray<unknown>,
): ReturnType<SqlClient['query']> => {
  let isClean = false
  return pool.using(
    async (connection) => {
      const results = await queried(connection, text, params)
      isClean = leavesNothing(text, results)
      return lastResult(results)
    },
    (connection, failure) =>
      failure !== undefined || !isClean || (connection.getTransactionStatus?.() ?? 'I') !== 'I',
  )
}
