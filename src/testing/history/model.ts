/**
 * What is recorded of a store: each call when it is made, and its answer when it comes.
 *
 * @since 0.1.0
 */
import type {
  AppendConditionFailed,
  CommitIdReused,
  CommitIdTaken,
  ExpectedVersion,
  VersionConflict,
} from '../../store/EventStore.ts'

/**
 * An event as somebody saw it. The digest is a hash of all of it, so that a record stays small, is JSON
 * whatever the event is, and does not change with it.
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

/** What a commit does to one stream; without events it only checks its version. */
interface ProposedPart {
  readonly stream: string
  readonly expected: ExpectedVersion
  /** Of the events, in order. */
  readonly digests: ReadonlyArray<number>
}

/** Which events are read: all, or those of some types and some categories. */
export interface EventSelection {
  readonly types?: ReadonlyArray<string> | undefined
  readonly categories?: ReadonlyArray<string> | undefined
}

/** What an append asks of the store: the commit's own stream first, then the others. */
export interface AppendCall {
  readonly type: 'Append'
  readonly commitId: string
  readonly fingerprint?: string | undefined
  readonly parts: ReadonlyArray<ProposedPart>
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

/** Somebody waits for the next events of a reader that starts at some position and reads on from there. */
interface ReceiveCall extends EventSelection {
  readonly type: 'Receive'
  readonly reader: string
}

/** Somebody asks for the state of a read model. */
interface ReadModelCall {
  readonly type: 'ReadModel'
  readonly name: string
}

/**
 * What was asked: a call of the store, the next events of a reader, or the state of a read model.
 *
 * @category model
 * @since 0.1.0
 */
export type HistoryCall = AppendCall | LoadCall | ReadAllCall | ReceiveCall | ReadModelCall

/** The events after one position up to another, as a reader got them. */
export interface ReadEvents {
  readonly events: ReadonlyArray<SeenEvent>
  readonly end: number
}

/**
 * What came of a call. `NotStored` promises that the append wrote nothing; after `Unknown` it may have been
 * stored, and may still be.
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
  /** Who called: its calls are made one after the other, or at the same time. */
  readonly client: string
  readonly at: number
  readonly call: HistoryCall
}

/** The answer to a call. A process that was killed leaves calls without one. */
interface AnsweredRecord {
  readonly type: 'Answered'
  readonly id: string
  readonly at: number
  readonly answer: HistoryAnswer
}

/**
 * One line of a recorded history. All of it is JSON, except the state of a read model, which is what was
 * recorded.
 *
 * @category model
 * @since 0.1.0
 */
export type HistoryRecord = CalledRecord | AnsweredRecord

/** A call with the times between which it was under way. `end` is `Infinity` if no answer was recorded. */
export interface CallSpan {
  readonly id: string
  readonly client: string
  readonly start: number
  readonly end: number
  readonly call: HistoryCall
}
