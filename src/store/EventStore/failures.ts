/**
 * How reading and appending fail.
 *
 * @since 0.1.0
 */
import type { Issues } from '../../codec/Codec.ts'
import type { EventIssues } from '../../codec/EventCodec.ts'
import type { GivenUp, StoreUnavailable } from './calls.ts'
import type { AppendCondition, ExpectedVersion } from './conditions.ts'

/**
 * The stream is not at the expected version. If `actual` equals it, the event at that version is not the one
 * that the expected mark identifies.
 *
 * @category failures
 * @since 0.1.0
 */
export interface VersionConflict {
  readonly type: 'VersionConflict'
  readonly stream: string
  readonly expected: ExpectedVersion
  /** How many events the stream holds; 0 means that it does not exist. */
  readonly actual: number
}

/**
 * An event that the condition excludes was stored in the meantime. Nothing was written.
 *
 * @category failures
 * @since 0.1.0
 */
export interface AppendConditionFailed {
  readonly type: 'AppendConditionFailed'
  readonly stream: string
  readonly condition: AppendCondition
  /**
   * The position of the first such event. If it is not greater than `condition.after`, the store ends there: it
   * has lost what the writer had read.
   */
  readonly position: number
}

/**
 * The commit id belongs to a commit of another stream.
 *
 * @category failures
 * @since 0.1.0
 */
export interface CommitIdTaken {
  readonly type: 'CommitIdTaken'
  readonly commitId: string
  /** The stream that holds it. */
  readonly stream: string
}

/**
 * The commit id was used in this stream before, for a request with another fingerprint. Nothing was
 * written.
 *
 * @category failures
 * @since 0.1.0
 */
export interface CommitIdReused {
  readonly type: 'CommitIdReused'
  readonly commitId: string
  readonly stream: string
}

/**
 * A store can't keep the commit: a name is empty, too long or not a string, an instant is invalid, or data are
 * not JSON.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidCommit {
  readonly type: 'InvalidCommit'
  readonly stream: string
  readonly issues: Issues
}

/**
 * A stored event that the codec does not know or rejects. Nothing after it was read.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UndecodableEvent extends EventIssues {
  readonly type: 'UndecodableEvent'
  readonly stream: string
  readonly version: number
  readonly position: number
  /** Where in the data the first issue is, such as `lines[0].quantity`. */
  readonly path: string
}

/**
 * An event that the codec does not know or rejects, so nothing was stored.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UnencodableEvent extends EventIssues {
  readonly type: 'UnencodableEvent'
  readonly stream: string
  /** Its index, from 0, among the events of the commit. */
  readonly index: number
  /** Where in the event the first issue is, such as `lines[0].quantity`. */
  readonly path: string
}

/**
 * As many appends are waiting as the store allows. Nothing was stored; send the commit again later.
 *
 * @category failures
 * @since 0.1.0
 */
export interface StoreBusy {
  readonly type: 'StoreBusy'
  /** How many appends were waiting, which is the limit. */
  readonly waiting: number
}

/**
 * A function that was passed in (of a decider, a projection, a codec or a store) threw `cause`, which its type
 * does not allow.
 *
 * @category failures
 * @since 0.1.0
 */
export interface Thrown {
  readonly type: 'Thrown'
  readonly cause: unknown
}

/**
 * How reading can fail.
 *
 * @category failures
 * @since 0.1.0
 */
export type LoadFailure = UndecodableEvent | StoreUnavailable | GivenUp

/**
 * How appending can fail.
 *
 * @category failures
 * @since 0.1.0
 */
export type AppendFailure =
  | VersionConflict
  | AppendConditionFailed
  | CommitIdTaken
  | CommitIdReused
  | InvalidCommit
  | UnencodableEvent
  | UndecodableEvent
  | StoreUnavailable
  | StoreBusy
  | GivenUp
