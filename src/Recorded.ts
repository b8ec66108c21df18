/**
 * The envelope around a stored event: where it stands, when and by whom it came about, and the
 * event itself.
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

/**
 * A point in time as whole milliseconds since 1970-01-01T00:00:00Z, what `Date.now()` and
 * `date.getTime()` give. A number, because a `Date` can be changed by whoever holds it.
 *
 * @category model
 * @since 0.1.0
 */
export type Instant = number

/**
 * What a request may say about itself: when it happened in the business's own time, who asked, and which
 * conversation and which message it belongs to.
 *
 * @category model
 * @since 0.1.0
 */
export interface Metadata {
  /** When it happened in the world, which may be long before it was recorded. Defaults to the store's clock. */
  readonly occurredAt?: Instant | undefined
  /** Who asked for it: a user, a job, a service. */
  readonly actor?: string | undefined
  /** The conversation that it belongs to; handed on unchanged from message to message. */
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
  /** The place in the stream; the first event is 1. */
  readonly version: number
  /** The place in the global order of the store; unique and rising, not always without gaps. */
  readonly position: number
  /** The commit that the event came with; unique in the store. */
  readonly commitId: string
  /** When the store recorded it. */
  readonly recordedAt: Instant
  /** When it happened in the world. */
  readonly occurredAt: Instant
  readonly actor: Option<string>
  readonly correlationId: Option<string>
  readonly causationId: Option<string>
  /**
   * Where a stored event has become several by an upcast: which of them, from 1. Left out for the first,
   * and so for every event that is one.
   */
  readonly part?: number
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
 * Events as they were loaded, in order. Versions and positions are those of what is stored: where a codec
 * drops an event there is a gap, and where it makes several of one they share both.
 *
 * @category model
 * @since 0.1.0
 */
export interface Loaded<out E> extends ReadonlyArray<Recorded<E>> {
  /** The stored events among these that the codec drops, in order; left out where there are none. */
  readonly dropped?: ReadonlyArray<DroppedEvent>
}

/**
 * The first stored event of those that were loaded.
 *
 * @internal
 */
export const firstOf = (loaded: Loaded<unknown>): DroppedEvent | undefined => {
  const [first] = loaded
  const dropped = loaded.dropped?.[0]
  return first === undefined || (dropped !== undefined && dropped.position < first.position)
    ? dropped
    : first
}

/**
 * The last stored event of those that were loaded: where its stream ends.
 *
 * @internal
 */
export const lastOf = (loaded: Loaded<unknown>): DroppedEvent | undefined => {
  const last = loaded[loaded.length - 1]
  const dropped = loaded.dropped?.[loaded.dropped.length - 1]
  return last === undefined || (dropped !== undefined && dropped.position > last.position)
    ? dropped
    : last
}

/**
 * The events behind a position, of those that were loaded.
 *
 * @internal
 */
export const laterThan = <E>(loaded: Loaded<E>, position: number): Loaded<E> => {
  const isLater = (event: DroppedEvent): boolean => event.position > position
  return withDropped(loaded.filter(isLater), loaded.dropped?.filter(isLater))
}

/**
 * The events with what a codec dropped beside them.
 *
 * @internal
 */
export const withDropped = <E>(
  events: ReadonlyArray<Recorded<E>>,
  dropped: ReadonlyArray<DroppedEvent> | undefined,
): Loaded<E> =>
  dropped === undefined || dropped.length === 0 ? events : Object.assign([...events], { dropped })

/**
 * The same envelope around another event.
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
export const withEvent = <E>(recorded: Recorded<unknown>, event: E): Recorded<E> =>
  recorded.part === undefined
    ? envelope(recorded, event)
    : { ...envelope(recorded, event), part: recorded.part }

const envelope = <E>(recorded: Recorded<unknown>, event: E): Recorded<E> => ({
  // what every reader looks at lies in front, in memory too
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
})
