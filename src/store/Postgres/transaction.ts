/**
 * A transaction of a user, on a connection of its own.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { longestTimer } from '../../shell/internal/bounded.ts'
import type { TransactionFailed } from '../internal/databaseFailures.ts'
import type { ActiveTransaction } from '../internal/transactions.ts'
import { runWithin, transactionFailed } from '../internal/transactions.ts'
import type { SqlClient } from '../Sql.ts'
import type { PoolConnection, StatementResult } from './driver.ts'
import { lastResult } from './driver.ts'
import { leavesNothing } from './leftovers.ts'
import type { SessionPool } from './pool.ts'
import { grace, limitOf } from './pool.ts'

export const inTransaction = async <F, A>(
  pool: SessionPool,
  active: ActiveTransaction,
  enter: <T>(run: () => T) => T,
  run: (client: SqlClient) => TaskEither<F, A>,
  timeout: number,
): Promise<Either<F | TransactionFailed, A>> => {
  let isSpent = true
  try {
    return await pool.using(
      async (connection) => {
        await connection.query({ text: beginStatement(timeout) })
        const statements = statementsOn(connection, timeout)
        const result = await runWithin(active, enter, statements.client, run, timeout).catch(failed)
        if (result._tag === 'Right') {
          const ended = await statements.ask('commit', [])
          isSpent = statements.leaveSomething()
          // PostgreSQL answers ROLLBACK to the commit of a transaction in which a statement failed
          return ended.command === 'COMMIT' ? result : failed(statements.failure())
        }
        // a statement that is still running ends only with the connection
        if (statements.running() === 0) {
          await statements.ask('rollback', []).then(
            () => (isSpent = statements.leaveSomething()),
            () => undefined,
          )
        }
        return result
      },
      () => isSpent,
    )
  } catch (cause) {
    return failed(cause)
  }
}

const failed = (cause: unknown): Either<TransactionFailed, never> =>
  transactionFailed('Failed', cause)

/**
 * The server gets the limits too, so that it does not continue a transaction that nobody waits for. Its limits
 * are a little longer, so that the limit of the program passes first.
 */
const beginStatement = (timeout: number): string => `begin isolation level read committed;
set local statement_timeout = ${limitOf(timeout + 200)};
set local idle_in_transaction_session_timeout = ${limitOf(timeout + grace)}`

interface Statements {
  readonly client: SqlClient
  readonly ask: (text: string, values: ReadonlyArray<unknown>) => Promise<StatementResult>
  readonly running: () => number
  /** The error of the first statement that failed. */
  readonly failure: () => unknown
  readonly leaveSomething: () => boolean
}

/** Statements on a connection, one after the other. */
const statementsOn = (connection: PoolConnection, timeout: number): Statements => {
  const limit = Math.min(timeout + grace, longestTimer)
  let last: Promise<unknown> = Promise.resolve()
  let running = 0
  let failure: unknown
  let isClean = true
  const askNow = async (text: string, values: ReadonlyArray<unknown>): Promise<StatementResult> => {
    try {
      const results = await connection.query({ text, values, query_timeout: limit })
      isClean &&= leavesNothing(text, results)
      return lastResult(results)
    } catch (cause) {
      failure ??= cause
      throw cause
    } finally {
      running--
    }
  }
  const ask: Statements['ask'] = (text, values) => {
    running++
    const result = last.then(() => askNow(text, values))
    last = result.catch(() => undefined)
    return result
  }
  return {
    client: { query: ask },
    ask,
    running: () => running,
    failure: () => failure,
    leaveSomething: () => !isClean,
  }
}
