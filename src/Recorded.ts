/**
 * A stored event with its position, its time and the metadata of its request.
 *
 * `E` is the event.
 *
 * Laws:
 *
 * 1. `withEvent(r, r.event)` equals `r`
 * 2. `withEvent(withEvent(r, a), b)` equals `withEvent(r, b)`
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Query, Tag } from './Query.ts'

/**
 * A point in time as whole milliseconds since 1970-01-01T00:00:00Z, what `Date.now()` and
 * `date.getTime()` give. A number, because a `Date` can be changed by whoever holds it.
 *
 * @category model
 * @since 0.1.0
 */
export type Instant = number

/**
 * The metadata of a request: when it happened, who sent it, and which conversation and message it belongs
 * to. All of it is optional.
 *
 * @category model
 * @since 0.1.0
 */
export interface Metadata {
  /** When it happened, which may be long before it was recorded. Defaults to the store's clock. */
  readonly occurredAt?: Instant | undefined
  /** Who sent it: a user, a job, a service. */
  readonly actor?: string | undefined
  /** The conversation that it belongs to; passed on unchanged from message to message. */
  readonly correlationId?: string | undefined
  /** The message that caused it. */
  readonly causationId?: string | undefined
}

/**
 * An event as it was recorded, with the metadata of its request.
 *
 * @category model
 * @since 0.1.0
 */
export interface Recorded<out E> {
  /** The stream: all events of one business object. */
  readonly stream: string
  /** The position in the stream, from 1. */
  readonly version: number
  /** The position in the global order of the store: unique and increasing, possibly with gaps. */
  readonly position: number
  /** The id of the event's commit; unique in the store. */
  readonly commitId: string
  /** When the store recorded it. */
  readonly recordedAt: Instant
  /** When it happened. */
  readonly occurredAt: Instant
  readonly actor: Option<string>
  readonly correlationId: Option<string>
  readonly causationId: Option<string>
  /**
   * If an upcast made several events of a stored one: the index of this one, from 0. Left out for the first.
   */
  readonly part?: number
  /** Sorted, each once. Left out if there are none. */
  readonly tags?: ReadonlyArray<Tag>
  readonly event: E
}

/** The position of a stored event that a codec dropped. */
interface DroppedEvent {
  readonly version: number
  readonly position: number
  readonly commitId: string
  readonly recordedAt: Instant
}

/**
 * Loaded events, in order. Versions and positions are those of the stored events: an event that a codec drops
 * leaves a gap, and several events that it makes of one share both.
 *
 * @category model
 * @since 0.1.0
 */
export interface Loaded<out E> extends ReadonlyArray<Recorded<E>> {
  /** The stored events that the codec dropped, in order; left out if there are none. */
  readonly dropped?: ReadonlyArray<DroppedEvent>
}

/** What a commit wrote to a stream. */
interface CommitStream {
  readonly stream: string
  /** The version of its first event in the stream: the state before is that of `version - 1`. */
  readonly version: number
  /** The version of its last event in the stream. */
  readonly lastVersion: number
}

/**
 * A commit as it was recorded: the positions and streams of its events, and the commands that caused it. A
 * request that was rejected, or that changed nothing, left no commit.
 *
 * @category model
 * @since 0.1.0
 */
export interface RecordedCommit<out C> {
  readonly commitId: string
  /** The stream that the request was for. */
  readonly stream: string
  /** The position of its first event. */
  readonly position: number
  /** The position of its last event. All positions in between are of this commit. */
  readonly lastPosition: number
  /** When the store recorded it. */
  readonly recordedAt: Instant
  /** The metadata of its first event; a command handler gives those of the request to all events. */
  readonly occurredAt: Instant
  readonly actor: Option<string>
  readonly correlationId: Option<string>
  readonly causationId: Option<string>
  /** The streams that it wrote to, in order of position: its own first. */
  readonly streams: ReadonlyNonEmptyArray<CommitStream>
  /** What must not have been stored between `after` and the commit. `None` if it was stored without a condition. */
  readonly condition: Option<{ readonly query: Query; readonly after: number }>
  /** In the order in which they were decided. `None` if they were not kept. */
  readonly commands: Option<ReadonlyArray<C>>
}

/**
 * The same recorded event with another event in it.
 *
 * @example
 *   import { withEvent } from 'decider-ts/Recorded'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const recorded = {
 *     occurredAt: 0,
 *     actor: none,
 *     correlationId: none,
 *     causationId: none,
 *     stream: 'lamp-1',
 *     version: 1,
 *     position: 1,
 *     commitId: 'c1',
 *     recordedAt: 0,
 *     event: 'on',
 *   }
 *   assert.deepStrictEqual(withEvent(recorded, 2), { ...recorded, event: 2 })
 *
 * @category mapping
 * @since 0.1.0
 */
export const withEvent = <E>(recorded: Recorded<unknown>, event: E): Recorded<E> => {
  const { part, tags } = recorded
  const same: Recorded<E> = {
    // the fields that every reader reads come first, in memory too
    event,
    commitId: recorded.commitId,
    stream: recorded.stream,
    version: recorded.version,
    position: recorded.position,
    recordedAt: recorded.recordedAt,
    occurredAt: recorded.occurredAt,
    actor: recorded.actor,
    correlationId: recorded.correlationId,
    causationId: recorded.causationId,
  }
  const tagged = tags === undefined ? same : { ...same, tags }
  return part === undefined ? tagged : { ...tagged, part }
}
