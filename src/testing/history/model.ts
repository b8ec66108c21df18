/**
 * The records of a history: each call when it is made, and its answer when it arrives.
 *
 * @since 0.1.0
 */
import type { Query } from '../../Query.ts'
import type {
  AppendCondition,
  AppendConditionFailed,
  CommitIdReused,
  CommitIdTaken,
  ExpectedVersion,
  VersionConflict,
} from '../../store/EventStore.ts'

/**
 * An event as a client saw it. The digest is a hash of the whole event, so that a record is small, is always
 * valid JSON, and does not change if the event is mutated later.
 *
 * @category model
 * @since 0.1.0
 */
export interface SeenEvent {
  readonly stream: string
  readonly version: number
  readonly position: number
  readonly commitId: string
  readonly digest: number
}

/** What a commit does to one stream; without events it only checks the version. */
interface ProposedPart {
  readonly stream: string
  readonly expected: ExpectedVersion
  /** The digests of the events, in order. */
  readonly digests: ReadonlyArray<number>
}

/** Which events are read: all, or those of some types, of some categories, and that match a query. */
export interface EventSelection {
  readonly types?: ReadonlyArray<string> | undefined
  readonly categories?: ReadonlyArray<string> | undefined
  readonly query?: Query | undefined
}

/** A call of `append`: the commit's own stream first, then the others. */
export interface AppendCall {
  readonly type: 'Append'
  readonly commitId: string
  readonly fingerprint?: string | undefined
  readonly parts: ReadonlyArray<ProposedPart>
  readonly condition?: AppendCondition | undefined
}

export interface LoadCall {
  readonly type: 'Load'
  readonly stream: string
  readonly afterVersion: number
  readonly limit: number
}

export interface ReadAllCall extends EventSelection {
  readonly type: 'ReadAll'
  readonly afterPosition: number
  readonly limit: number
}

/** A reader, which reads on from where it was, waits for the next events. */
interface ReceiveCall extends EventSelection {
  readonly type: 'Receive'
  readonly reader: string
}

/** A query for the state of a read model. */
interface ReadModelCall {
  readonly type: 'ReadModel'
  readonly name: string
}

/**
 * A call: of the store, for the next events of a reader, or for the state of a read model.
 *
 * @category model
 * @since 0.1.0
 */
export type HistoryCall = AppendCall | LoadCall | ReadAllCall | ReceiveCall | ReadModelCall

/** The events after one position up to another, as a reader received them. */
export interface ReadEvents {
  readonly events: ReadonlyArray<SeenEvent>
  readonly end: number
}

/**
 * The answer to a call. `NotStored` promises that the append wrote nothing. After `Unknown` it may have been
 * stored, or may still be stored later.
 *
 * @category model
 * @since 0.1.0
 */
export type HistoryAnswer =
  | { readonly type: 'Stored'; readonly events: ReadonlyArray<SeenEvent> }
  | VersionConflict
  | AppendConditionFailed
  | CommitIdTaken
  | CommitIdReused
  | { readonly type: 'NotStored'; readonly reason: string }
  | { readonly type: 'Unknown'; readonly reason: string }
  | { readonly type: 'Loaded'; readonly events: ReadonlyArray<SeenEvent> }
  | ({ readonly type: 'Page'; readonly head: number } & ReadEvents)
  | ({ readonly type: 'Received'; readonly afterPosition: number } & ReadEvents)
  | { readonly type: 'ReadModelState'; readonly position: number; readonly state: unknown }
  | { readonly type: 'NotRead'; readonly reason: string }

/** A call that was made. `at` is a time of the recorder's clock. */
export interface CalledRecord {
  readonly type: 'Called'
  /** Unique in the history. */
  readonly id: string
  /** The client that called. Its calls may overlap. */
  readonly client: string
  readonly at: number
  readonly call: HistoryCall
}

/** The record of an answer. A process that was killed leaves calls without one. */
interface AnsweredRecord {
  readonly type: 'Answered'
  readonly id: string
  readonly at: number
  readonly answer: HistoryAnswer
}

/**
 * One line of a recorded history. It is JSON data, except for the state of a read model, which can be any
 * value.
 *
 * @category model
 * @since 0.1.0
 */
export type HistoryRecord = CalledRecord | AnsweredRecord

/** A call with the times of its start and its end. `end` is `Infinity` if no answer was recorded. */
export interface CallSpan {
  readonly id: string
  readonly client: string
  readonly start: number
  readonly end: number
  readonly call: HistoryCall
}
