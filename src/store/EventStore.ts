/**
 * What a store of events must do, and how it fails.
 *
 * `E` is the event; a store of `EncodedEvent` keeps what `withCodec` encodes.
 *
 * Laws (the contract that every engine is tested against):
 *
 * 1. an append is atomic, over all of its streams: all its events are stored or none
 * 2. the versions of a stream are 1, 2, 3, … without gap or repeat
 * 3. the expected version is checked atomically with the commit
 * 4. positions are unique and increasing; once a position is visible, no lower one appears later
 * 5. events of one stream keep their order in the global order
 * 6. a commit id is stored once: appending it again returns what was recorded the first time and writes
 *    nothing; with another fingerprint it is rejected
 * 7. an append without an answer is resolved by sending it again with the same commit id
 * 8. marks distinguish histories of the same length: an append that names a mark is rejected if the event at
 *    that version is another one
 * 9. a call ends when its signal is aborted or its time limit passes; the outcome of an append that had
 *    started is then unknown
 * 10. a page holds all selected events from where it begins to its end, and ends at the head or after as many
 *     events as were asked for; reading on from end to head misses none and repeats none
 * 11. a limit of `load` leaves the first stored events after the version
 * 12. a commit to several streams writes to its own first, then to the others in their order; a stream without
 *     events is only checked, and a conflict names the first stream that is not as expected
 * 13. a follower of a commit is stored only directly after the commit that it follows, and only if the same
 *     append stored that one
 * 14. the tags of an event are kept as a set: sorted, each once, whatever the order in which they were given
 * 15. a query selects the events that `matches` accepts, by their stored types and their tags
 * 16. a commit with a condition is stored only if no event that the query selects stands between `after` and
 *     the commit, and nothing before `after` is missing; this is checked atomically with the commit
 * 17. the commits that are read are those whose events are: in order of position, each once, with the commands
 *     that were appended with it; pages of them begin and end as pages of events do
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { Query, Tag } from '../Query.ts'
import type { Loaded, Metadata, Recorded } from '../Recorded.ts'
import type { CallOptions, StoreUnavailable } from './EventStore/calls.ts'
import type { CommitReader } from './EventStore/commits.ts'
import type { AppendCondition, ExpectedVersion } from './EventStore/conditions.ts'
import type { AppendFailure, LoadFailure } from './EventStore/failures.ts'
import type { StreamTurns } from './EventStore/turns.ts'

export type { CallOptions, GivenUp, StoreUnavailable } from './EventStore/calls.ts'
export type {
  CommitPage,
  CommitReader,
  UndecodableCommand,
  UnencodableCommand,
} from './EventStore/commits.ts'
export type { AppendCondition, ExpectedVersion, HistoryMark } from './EventStore/conditions.ts'
export type {
  AppendConditionFailed,
  AppendFailure,
  CommitIdReused,
  CommitIdTaken,
  InvalidCommit,
  LoadFailure,
  StoreBusy,
  Thrown,
  UndecodableEvent,
  UnencodableEvent,
  VersionConflict,
} from './EventStore/failures.ts'
export type { StreamTurns, Turn } from './EventStore/turns.ts'

/**
 * How much of a stream to load.
 *
 * @category model
 * @since 0.1.0
 */
export interface LoadOptions extends CallOptions {
  /** The maximum number of stored events. Defaults to all. */
  readonly limit?: number | undefined
}

/**
 * Which events to read: all, or those of some types, of some categories, and that match a query. The category
 * of a stream is the part of its name before the first `-`, or the whole name if it has none: `order-7` has
 * the category `order`.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadOptions extends CallOptions {
  /** The stored types of events. Defaults to all. */
  readonly types?: ReadonlyArray<string> | undefined
  /** The categories of streams. Defaults to all. */
  readonly categories?: ReadonlyArray<string> | undefined
  /** Selects by stored types and tags. Defaults to all. */
  readonly query?: Query | undefined
}

/**
 * An event to be stored, with the metadata of its command.
 *
 * @category model
 * @since 0.1.0
 */
export interface Proposed<out E> extends Metadata {
  readonly event: E
  /** By which queries find the event, in any order. Defaults to none. */
  readonly tags?: ReadonlyArray<Tag> | undefined
}

/**
 * What a commit does to another stream than its own: it appends events to it, or, if there are none, only
 * checks its version.
 *
 * @category model
 * @since 0.1.0
 */
export interface CommitPart<out E> {
  readonly stream: string
  readonly expected: ExpectedVersion
  readonly events: ReadonlyArray<Proposed<E>>
}

/**
 * The events of one accepted request, which are stored together or not at all.
 *
 * @category model
 * @since 0.1.0
 */
export interface Commit<out E> {
  readonly stream: string
  readonly expected: ExpectedVersion
  /** Unique in the store; identifies a repeated append. */
  readonly commitId: string
  /**
   * Identifies the content of the request, for example by a hash of its body: 1 to 800 characters.
   * Stored with the commit. The same commit id with another fingerprint is rejected.
   */
  readonly fingerprint?: string | undefined
  readonly events: ReadonlyNonEmptyArray<Proposed<E>>
  /** The commands that caused it, encoded as events are, to be kept with it. Defaults to none. */
  readonly commands?: ReadonlyNonEmptyArray<EncodedEvent> | undefined
  /**
   * Other streams that are written or checked together with this one, each named once. Their events follow
   * those of `events` in the global order, in the order given. Defaults to none.
   */
  readonly also?: ReadonlyArray<CommitPart<E>> | undefined
  /** Checked after the expected versions. Stored with the commit, if the engine has a place for it. Defaults to none. */
  readonly condition?: AppendCondition | undefined
  /**
   * Commits to the same stream that were decided on this one: each is stored directly after the one before
   * it, as `append` stores it, but only if that one was stored now. They need no `followers` of their own.
   * Defaults to none.
   */
  readonly followers?: ReadonlyArray<Commit<E>> | undefined
}

/**
 * The events of a commit, as recorded.
 *
 * @category model
 * @since 0.1.0
 */
export interface Appended<out E> extends ReadonlyNonEmptyArray<Recorded<E>> {
  /** Whether the commit was stored before, so that nothing was written now. Left out if it was not. */
  readonly repeated?: true
  /**
   * The results of the commit's followers, in order, up to the first that was not stored now. Later ones were
   * not tried, with two exceptions. After `StoreUnavailable` or `GivenUp` it is unknown whether they were
   * stored; so it is after a commit that was stored before, perhaps by a first attempt of this append whose
   * answer was lost. Left out if the commit has none.
   */
  readonly followers?: ReadonlyArray<Either<AppendFailure, Appended<E>>>
}

/**
 * A part of the global order. To read on, ask for the events after `end`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Page<out E> {
  /** The selected events after the position that was asked for, up to `end`. */
  readonly events: Loaded<E>
  /** Everything selected up to this position has been read: the last event of a full page, or else the head. */
  readonly end: number
  /** The position of the last event in the store, in the same snapshot as the events. 0 if it is empty. */
  readonly head: number
}

/**
 * A store of events: streams to append to, and one global order over all of them.
 *
 * @category model
 * @since 0.1.0
 */
export interface EventStore<in out E> {
  /** The events of a stream after a version, in order; none if the stream does not exist. */
  readonly load: (
    stream: string,
    afterVersion?: number,
    options?: LoadOptions,
  ) => TaskEither<LoadFailure, Loaded<E>>
  /** Stores a commit and returns its events as recorded: now, or when its id was first appended. */
  readonly append: (
    commit: Commit<E>,
    options?: CallOptions,
  ) => TaskEither<AppendFailure, Appended<E>>
  /**
   * At most `limit` stored events after a position, in order of position; of all streams by default. Read
   * on after the page's `end`, until that is its `head`: a page of which a codec drops all events is empty.
   */
  readonly readAll: (
    afterPosition: number,
    limit: number,
    options?: ReadOptions,
  ) => TaskEither<LoadFailure, Page<E>>
  /** Reads commits, with the commands that were kept. Left out by a store that cannot tell them. */
  readonly commits?: CommitReader
  /** Lets writers that have met on a stream take turns. Left out by a store that gives none. */
  readonly turns?: StreamTurns<E>
  /**
   * Returns a failure if a call made from here would never be answered: inside a transaction on the only
   * connection, a call of the store waits for that transaction. The handler asks before it waits for another
   * request. By default no call is blocked.
   */
  readonly blocked?: () => StoreUnavailable | undefined
}
