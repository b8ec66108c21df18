/**
 * Transactions of users, on any database: each has a time limit, and its client can't be used after its end.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { left } from '../../internal/either.ts'
import { longestTimer } from '../../shell/internal/bounded.ts'
import type { SqlClient } from '../Sql.ts'
import type { NotAsked, TransactionFailed } from './databaseFailures.ts'
import { transactionStatementIn } from './transactionStatement.ts'

/** A transaction before, during or after its run. */
export interface ActiveTransaction {
  /** Ends the transaction; undefined before its start and after its end. */
  stop: ((reason: 'TimedOut' | 'Closed') => void) | undefined
}

/**
 * Runs a user's transaction for at most `timeout` milliseconds. `enter` marks everything that it calls as
 * inside the transaction.
 */
export const runWithin = async <F, A>(
  active: ActiveTransaction,
  enter: <T>(run: () => T) => T,
  tx: SqlClient,
  run: (client: SqlClient) => TaskEither<F, A>,
  timeout: number,
): Promise<Either<F | TransactionFailed, A>> => {
  const stopped = new Promise<Either<TransactionFailed, never>>((resolve) => {
    active.stop = (reason) => resolve(transactionFailed(reason, undefined))
  })
  const timer =
    timeout > longestTimer ? undefined : setTimeout(() => active.stop?.('TimedOut'), timeout)
  const running = enter(async () => run(clientOf(tx, active))())
  return Promise.race([running, stopped]).finally(() => {
    clearTimeout(timer)
    active.stop = undefined
  })
}

/** The client of a transaction, usable while that is open. */
const clientOf = (tx: SqlClient, active: ActiveTransaction): SqlClient => ({
  query: (text, params) => {
    if (active.stop === undefined) return rejected(notAsked('TransactionEnded'))
    const refused = transactionStatementIn(text, 'Savepoints')
    return refused === undefined ? tx.query(text, params) : rejected(refused)
  },
})

export const notAsked = (type: NotAsked['type']): NotAsked => ({ type })

export const transactionFailed = (
  reason: TransactionFailed['reason'],
  cause: unknown,
): Either<TransactionFailed, never> => left({ type: 'TransactionFailed', reason, cause })

/** Clients reject promises, as every driver does; the store turns that into values. */
export const rejected = (cause: unknown): Promise<never> => Promise.reject(cause)
