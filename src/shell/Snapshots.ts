/**
 * Snapshots: states of long streams, stored beside them, so that a handler loads and folds only later events.
 *
 * A snapshot belongs to a stream, a version, and a fingerprint of how its state was made: of the codec of the state
 * and of a version string for `evolve`. It is a cache that outlives the process, and is checked before it is used: the
 * handler loads the event at its version together with the later ones, and compares it with the snapshot's mark.
 *
 * `S` is the state.
 *
 * Laws:
 *
 * 1. a handler has the same outcomes without snapshots, with any policy, and whichever snapshots are lost
 * 2. a snapshot with another fingerprint is not read
 * 3. a snapshot of another history (after the store was restored from a backup) is recognised by its mark, and not
 *    used
 * 4. a state is not stored unless decoding returns it unchanged
 * 5. no failure of snapshots fails a request
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Codec, Issues } from '../codec/Codec.ts'
import type { CallOptions, GivenUp, HistoryMark, Thrown } from '../store/EventStore.ts'

/**
 * A snapshot as it is stored.
 *
 * @category model
 * @since 0.1.0
 */
export interface StoredSnapshot {
  readonly stream: string
  /** How its state was made: by which codec and which `evolve`. */
  readonly fingerprint: string
  /** How many events are in the state. */
  readonly version: number
  /** Identifies the last of them. */
  readonly mark: Required<HistoryMark>
  /** The encoded state, a JSON value. */
  readonly state: unknown
}

/**
 * The store of snapshots did not answer, or answered with an error, which is `cause`.
 *
 * @category failures
 * @since 0.1.0
 */
export interface SnapshotsUnavailable {
  readonly type: 'SnapshotsUnavailable'
  readonly operation: 'load' | 'save'
  readonly cause: unknown
}

/**
 * Keeps snapshots: the last one saved for each stream and fingerprint. It may lose any of them at any time.
 *
 * @category model
 * @since 0.1.0
 */
export interface SnapshotStore {
  readonly load: (
    stream: string,
    fingerprint: string,
    options?: CallOptions,
  ) => TaskEither<SnapshotsUnavailable | GivenUp, Option<StoredSnapshot>>
  /** Replaces the snapshot of the same stream and fingerprint, also by one of a lower version. */
  readonly save: (
    snapshot: StoredSnapshot,
    options?: CallOptions,
  ) => TaskEither<SnapshotsUnavailable | GivenUp, void>
}

/**
 * A snapshot that cannot be used: the codec rejects the stored state (`load`), or decoding would not return the state
 * that was encoded (`save`).
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidSnapshot {
  readonly type: 'InvalidSnapshot'
  readonly operation: 'load' | 'save'
  readonly stream: string
  readonly version: number
  /** Where in the state the first issue is, such as `lines[0].quantity`. */
  readonly path: string
  readonly issues: Issues
}

/**
 * How loading and saving a snapshot can fail. The request continues without it.
 *
 * @category failures
 * @since 0.1.0
 */
export type SnapshotFailure = SnapshotsUnavailable | InvalidSnapshot | GivenUp | Thrown

/**
 * When to save a snapshot.
 *
 * @category model
 * @since 0.1.0
 */
export interface SnapshotPolicy {
  /**
   * Whether to save the state of a stream at `version`. It was folded from a state at the version `from`: that of a
   * snapshot or of a cached state, or 0.
   */
  readonly isDue: (from: number, version: number) => boolean
}

/**
 * How a handler uses snapshots.
 *
 * @category model
 * @since 0.1.0
 */
export interface SnapshotOptions<in out S> {
  readonly store: SnapshotStore
  /** The codec of the state. Its structure is part of the fingerprint, unless it was written by hand. */
  readonly codec: Codec<S>
  /** Change it whenever `evolve` changes, or the codec in a way that its structure does not show. */
  readonly evolveVersion: string
  /** Defaults to `everyEvents(1_000)`. */
  readonly policy?: SnapshotPolicy
  /** Milliseconds that loading or saving a snapshot may take. Defaults to 1,000. */
  readonly timeout?: number
  /** Called with each failure, for logging. */
  readonly onFailure?: (failure: SnapshotFailure) => void
}

/**
 * Saves a snapshot whenever a stream reaches or passes a multiple of `events`, so that about `events` events at most
 * are loaded after it. Values below 1 and `NaN` count as 1.
 *
 * @example
 *   import { everyEvents } from 'decider-ts/shell/Snapshots'
 *   import assert from 'node:assert'
 *
 *   const { isDue } = everyEvents(100)
 *   assert.deepStrictEqual([isDue(98, 99), isDue(99, 101), isDue(101, 199)], [false, true, false])
 *
 * @category policies
 * @since 0.1.0
 */
export const everyEvents = (events: number): SnapshotPolicy => {
  const every = events >= 1 ? events : 1
  return { isDue: (from, version) => Math.floor(from / every) < Math.floor(version / every) }
}
