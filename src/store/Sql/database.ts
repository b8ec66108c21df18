/**
 * What an open PGlite database and an open PostgreSQL server have in common.
 *
 * @since 0.1.0
 */
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { EventStore } from '../EventStore.ts'
import type { TransactionFailed } from '../internal/databaseFailures.ts'
import type { SqlClient } from './client.ts'

/**
 * Runs statements in one transaction; it is committed if `run` returns a `Right`.
 *
 * @category model
 * @since 0.1.0
 */
export type RunTransaction = <F, A>(
  run: (client: SqlClient) => TaskEither<F, A>,
  options?: {
    /** Milliseconds until it is rolled back, from its start. Defaults to 30,000. */
    readonly timeout?: number
  },
) => TaskEither<F | TransactionFailed, A>

/**
 * An open database, embedded or on a server: what works with one works with the other. Nothing that is done
 * with `client` or in a `transaction` can undo what the store has acknowledged.
 *
 * @category model
 * @since 0.1.0
 */
export interface SqlDatabase {
  readonly store: EventStore<EncodedEvent>
  /**
   * Runs single statements, such as a query or an update of your own table. Each is committed at once. A
   * statement that starts or ends a transaction is rejected with `TransactionStatement`.
   */
  readonly client: SqlClient
  /**
   * Runs statements in one transaction: it is committed if `run` returns a `Right`, and rolled back if it
   * returns a `Left` or fails, or after its `timeout` (30,000 milliseconds by default). If `run` itself calls
   * the store or the other client, they fail with `InsideTransaction`: append before or after the transaction,
   * not inside.
   */
  readonly transaction: RunTransaction
  /** Waits for pending calls and ends the connections. The second call does nothing. */
  readonly close: Task<void>
}
