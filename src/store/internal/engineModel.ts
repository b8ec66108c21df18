/**
 * What an engine has to do, in addition to what all engines have in common.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Recorded, RecordedCommit } from '../../Recorded.ts'
import type { CheckedCommit } from '../Engine.ts'
import type {
  AppendFailure,
  CommitPage,
  Page,
  ReadOptions,
  StoreUnavailable,
} from '../EventStore.ts'

export type StoredEvents = ReadonlyArray<Recorded<EncodedEvent>>

/** All events of one commit, as recorded, and whether they were recorded before. */
export type StoredCommit = ReadonlyNonEmptyArray<Recorded<EncodedEvent>> & {
  readonly repeated?: true
}

/** A commit that is stored, with its commands. */
export type StoredCommands = RecordedCommit<EncodedEvent>

/** The events of a commit that was stored before. */
export const repeated = (events: ReadonlyNonEmptyArray<Recorded<EncodedEvent>>): StoredCommit =>
  Object.assign(events, { repeated: true as const })

/** What an engine and its caller know about an append that is under way. */
export interface AppendProgress {
  /** Whether the commit may have been stored. True from the start unless the engine makes it wait. */
  hasStarted: boolean
  /** Set if the caller no longer waits: an append that has not started is not to start. */
  isGivenUp: boolean
}

/** What a load knows of its caller. */
export interface LoadProgress {
  /** Set when the caller no longer waits: nothing more need be read. */
  isGivenUp: boolean
}

/** The result of one commit. */
export type CommitAnswer = Either<AppendFailure, StoredCommit>

/** The calls of a store, with checked arguments. They need not deal with time limits. */
export interface Engine {
  /** Whether it keeps tags, and so can answer queries and check conditions. */
  readonly hasTags: boolean
  readonly load: (
    stream: string,
    afterVersion: number,
    limit: number,
    call: LoadProgress,
  ) => Promise<Either<StoreUnavailable, StoredEvents>>
  readonly append: (commit: CheckedCommit, call: AppendProgress) => Promise<CommitAnswer>
  /**
   * Appends commits at once, each of which is certain to be accepted if the one before it is stored. The
   * answers end with the first commit that was not stored by this call. By default they are appended one by
   * one.
   */
  readonly appendChain?: (
    commits: ReadonlyNonEmptyArray<CheckedCommit>,
    call: AppendProgress,
  ) => Promise<ReadonlyArray<CommitAnswer>>
  readonly readAll: (
    afterPosition: number,
    limit: number,
    only: ReadOptions,
    call: LoadProgress,
  ) => Promise<Either<StoreUnavailable, Page<EncodedEvent>>>
  readonly readCommits: (
    afterPosition: number,
    limit: number,
  ) => Promise<Either<StoreUnavailable, CommitPage<EncodedEvent>>>
  readonly findCommit: (
    commitId: string,
  ) => Promise<Either<StoreUnavailable, Option<StoredCommands>>>
}
