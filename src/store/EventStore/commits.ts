/**
 * Commits, as a store returns them, and how keeping their commands fails.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Issues } from '../../codec/Codec.ts'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { RecordedCommit } from '../../Recorded.ts'
import type { CallOptions, GivenUp, StoreUnavailable } from './calls.ts'

/**
 * A part of the global order, as commits. To read on, ask for the commits after `end`.
 *
 * @category model
 * @since 0.1.0
 */
export interface CommitPage<out C> {
  /** The commits after the position that was asked for, up to `end`. */
  readonly commits: ReadonlyArray<RecordedCommit<C>>
  /** All commits up to this position have been read: the last event of a full page, or else the head. */
  readonly end: number
  /** The position of the last event in the store, in the same snapshot as the commits. 0 if it is empty. */
  readonly head: number
}

/**
 * Reads the commits of a store. Their commands are encoded; `commitPages` and `findCommit` of `shell/Reader`
 * decode them.
 *
 * @category model
 * @since 0.1.0
 */
export interface CommitReader {
  /**
   * At most `limit` commits of which the first event is after a position, in order of position. Read on after
   * the page's `end`, until that is its `head`.
   */
  readonly read: (
    afterPosition: number,
    limit: number,
    options?: CallOptions,
  ) => TaskEither<StoreUnavailable | GivenUp, CommitPage<EncodedEvent>>
  /** The commit of an id; `None` if none was stored. */
  readonly find: (
    commitId: string,
    options?: CallOptions,
  ) => TaskEither<StoreUnavailable | GivenUp, Option<RecordedCommit<EncodedEvent>>>
}

/**
 * A kept command that the codec does not know or rejects.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UndecodableCommand {
  readonly type: 'UndecodableCommand'
  readonly commitId: string
  readonly stream: string
  /** The position of the commit's first event. */
  readonly position: number
  /** Its place, from 0, among the commands of the commit. */
  readonly index: number
  readonly commandType: string
  readonly schemaVersion: number
  /** Where in the data the first issue lies, as `lines[0].quantity`. */
  readonly path: string
  readonly issues: Issues
}

/**
 * A command that is to be kept, and that the codec does not know or rejects. It was not decided.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UnencodableCommand {
  readonly type: 'UnencodableCommand'
  readonly stream: string
  /** Its place, from 0, among the commands of the request. */
  readonly index: number
  readonly commandType: string
  readonly schemaVersion: number
  /** Where in the command the first issue lies, as `lines[0].quantity`. */
  readonly path: string
  readonly issues: Issues
}
