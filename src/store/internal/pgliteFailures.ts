/**
 * How opening and using a PGlite database can fail.
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
