/**
 * Snapshots: states of long streams, stored beside them, so that a handler loads and folds only later events.
 *
 * A snapshot belongs to a stream, a version, and a fingerprint of how its state was made: of the codec of the
 * state, and of a version string of `evolve`. It is a cache that outlives the process, and trusted no more than one:
 * the handler loads the event at its version together with what comes after, and compares the mark.
 *
 * `S` is the state.
 *
 * Laws:
 *
 * 1. a handler has the same outcomes with any policy, whichever snapshots are lost, and without snapshots
 * 2. a snapshot with another fingerprint is not read
 * 3. a snapshot of another history (the store was restored from a backup) is recognised by its mark, and not used
 * 4. a state that would not come back from the codec as it was is not stored
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
 * A snapshot that is of no use: the codec rejects what is stored (`load`), or what it encodes would not come back
 * as it was (`save`).
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidSnapshot {
  readonly type: 'InvalidSnapshot'
  readonly operation: 'load' | 'save'
  readonly stream: string
  readonly version: number
  /** Where in the state the first issue lies, as `lines[0].quantity`. */
  readonly path: string
  readonly issues: Issues
}

/**
 * What can go wrong with snapshots. The request goes on without.
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
   * Asked when the state of a stream is known at `version`; `from` is the version of the state that it was folded
   * from: a snapshot, a cached state, or 0.
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
  /** To be changed together with `evolve`, and with what of the codec its structure does not show. */
  readonly evolveVersion: string
  /** Defaults to `everyEvents(1_000)`. */
  readonly policy?: SnapshotPolicy
  /** Milliseconds that loading or saving a snapshot may take. Defaults to 1,000. */
  readonly timeout?: number
  /** Called with each failure, for logging. */
  readonly onFailure?: (failure: SnapshotFailure) => void
}

/**
 * A snapshot each time that a stream reaches or passes a multiple of `events`: then no more than about so many are
 * loaded after it. Values below 1 and `NaN` count as 1.
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
