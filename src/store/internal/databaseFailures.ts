/**
 * How using a database can fail, embedded or on a server.
 *
 * @since 0.1.0
 */

/**
 * The package of a driver is not installed, or cannot be loaded for `cause`.
 *
 * @category failures
 * @since 0.1.0
 */
export interface MissingPackage {
  readonly type: 'MissingPackage'
  /** Its name on npm. */
  readonly name: string
  readonly cause: unknown
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
 * - `InsideTransaction`: called inside `transaction`, to which the call would not belong, or whose rollback
 *   would undo it
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
