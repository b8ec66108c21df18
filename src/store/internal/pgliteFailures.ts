/**
 * How opening and using a PGlite database fails.
 *
 * @since 0.1.0
 */
import type { Instant } from '../../Recorded.ts'

/**
 * The process that owns a directory.
 *
 * @category model
 * @since 0.1.0
 */
export interface LockOwner {
  readonly pid: number
  readonly host: string
  /** When it became the owner, by its own clock. */
  readonly since: Instant
}

/**
 * The directory is open already: in another process, or elsewhere in this one.
 *
 * @category failures
 * @since 0.1.0
 */
export interface StoreLocked {
  readonly type: 'StoreLocked'
  readonly directory: string
  readonly owner: LockOwner
  /** How the owner is known to be alive: its process was found, or its heartbeat changed. */
  readonly proof: 'Process' | 'Heartbeat'
  /** Milliseconds without a heartbeat after which an owner counts as gone if its process can't be looked up. */
  readonly lease: number
}

/**
 * This process no longer owns the directory: another one took it over, or the files were removed or
 * replaced.
 *
 * @category failures
 * @since 0.1.0
 */
export interface OwnershipLost {
  readonly type: 'OwnershipLost'
  readonly directory: string
  readonly reason: 'TakenOver' | 'Removed'
}

/**
 * The cause of a `StoreUnavailable` if other processes won every attempt to lock the directory.
 *
 * @category failures
 * @since 0.1.0
 */
export interface LockContended {
  readonly type: 'LockContended'
  readonly directory: string
}

/**
 * A lock file that this library did not write. It is left untouched.
 *
 * @category failures
 * @since 0.1.0
 */
export interface CorruptLock {
  readonly type: 'CorruptLock'
  readonly file: string
}

/**
 * The database in the directory lacks a file that it needs. It is left untouched: opening it would replace it
 * by an empty database.
 *
 * @category failures
 * @since 0.1.0
 */
export interface DamagedDatabase {
  readonly type: 'DamagedDatabase'
  /** The file that is missing. */
  readonly file: string
}

/**
 * A transaction was rolled back. If the commit itself failed, for example because the directory was lost
 * meanwhile, its changes may have been kept.
 *
 * - `TimedOut`: it exceeded its time limit
 * - `Closed`: the database was closed from within it
 * - `Nested`: it was started inside another one
 * - `Failed`: a statement, `run` itself or the database failed with `cause`
 *
 * @category failures
 * @since 0.1.0
 */
export interface TransactionFailed {
  readonly type: 'TransactionFailed'
  readonly reason: 'TimedOut' | 'Closed' | 'Nested' | 'Failed'
  readonly cause: unknown
}

/**
 * The store or the client refused a call without asking the database.
 *
 * - `InsideTransaction`: called inside `transaction`, whose rollback would undo it
 * - `TransactionEnded`: the transaction of this client has ended
 * - `DatabaseClosed`: the database is closed
 *
 * @category failures
 * @since 0.1.0
 */
export interface NotAsked {
  readonly type: 'InsideTransaction' | 'TransactionEnded' | 'DatabaseClosed'
}

/**
 * A statement that starts or ends a transaction was given to the shared client. It was not executed. Use
 * `transaction` of the database.
 *
 * @category failures
 * @since 0.1.0
 */
export interface TransactionStatement {
  readonly type: 'TransactionStatement'
  /** The first word of the statement, in lower case. */
  readonly statement: string
}
