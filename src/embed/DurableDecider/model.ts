/**
 * Requests to a decider in a Durable Object and its answers, as plain data.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Clock } from '../../History.ts'
import type { Instant, Metadata, Recorded } from '../../Recorded.ts'
import type { HandlerFailure } from '../../shell/CommandHandler.ts'
import type { ShownIssue } from '../internal/showing.ts'

/**
 * A value that JSON can hold. The type is this loose because the platform's types fail on recursive types
 * and drop results that contain `unknown`.
 *
 * @category model
 * @since 0.1.0
 */
export type DurableData = null | boolean | number | string | object

/**
 * An event as data, in its newest version.
 *
 * @category model
 * @since 0.1.0
 */
export interface DurableEvent extends EncodedEvent {
  readonly data: DurableData
}

/**
 * Commands for the object's stream, accepted together or not at all. Each request has its own commit id.
 * Once it has recorded events, sending it again returns the same outcome, and the same id with other
 * commands or another actor is `CommitIdReused`. `occurredAt` defaults to now. It is trusted, and so is
 * `actor`: do not let clients set them.
 *
 * @category model
 * @since 0.1.0
 */
export interface DurableRequest extends Metadata {
  readonly commitId: string
  /** Each as the codec of commands encodes it. */
  readonly commands: ReadonlyArray<unknown>
}

/**
 * - `Invalid`: the input is invalid; nothing was written
 * - `Failed`: the store, the decider, a codec or the clock is at fault. After `StoreUnavailable` and `Thrown`
 *   events may have been written: send the request again under the same commit id
 *
 * @category failures
 * @since 0.1.0
 */
export type DurableFailure =
  | { readonly type: 'Invalid'; readonly issues: ReadonlyArray<ShownIssue> }
  | {
      readonly type: 'Failed'
      readonly failure:
        | Exclude<HandlerFailure<never>['type'], 'Rejected'>
        | 'HistoryChanged'
        | 'NotJson'
      readonly reason: string
    }

/**
 * `Accepted`: the version and state after the request, and the events that it recorded. `Rejected`: the
 * rejection, the index of its command (from 0), and the version.
 *
 * @category model
 * @since 0.1.0
 */
export type DurableAnswer =
  | {
      readonly type: 'Accepted'
      readonly version: number
      readonly state: DurableData
      readonly events: ReadonlyArray<Recorded<DurableEvent>>
    }
  | {
      readonly type: 'Rejected'
      readonly version: number
      readonly index: number
      readonly rejection: DurableData
    }
  | DurableFailure

/**
 * A state and the number of its events; or `NoSuchVersion`, with the last version of the stream.
 *
 * @category model
 * @since 0.1.0
 */
export type DurableState =
  | { readonly type: 'State'; readonly version: number; readonly state: DurableData }
  | { readonly type: 'NoSuchVersion'; readonly version: number; readonly last: number }
  | DurableFailure

/**
 * The events after a version.
 *
 * @category model
 * @since 0.1.0
 */
export type DurableHistory =
  | { readonly type: 'History'; readonly events: ReadonlyArray<Recorded<DurableEvent>> }
  | DurableFailure

/**
 * The result of an alarm: how many commands were sent, which ones failed, and which are still outstanding,
 * by their ids.
 *
 * @category model
 * @since 0.1.0
 */
export type DurableRun =
  | {
      readonly type: 'Ran'
      readonly sent: number
      readonly failed: ReadonlyArray<{ readonly id: string; readonly reason: string }>
      readonly outstanding: ReadonlyArray<string>
    }
  | DurableFailure

/**
 * The alarm of an object; `ctx.storage` is one.
 *
 * @category model
 * @since 0.1.0
 */
export interface DurableAlarms {
  readonly setAlarm: (scheduledTime: Instant) => Promise<void>
  readonly getAlarm: () => Promise<Instant | null>
  readonly deleteAlarm: () => Promise<void>
}

/**
 * The methods that an object's class forwards to.
 *
 * - `handle`: commands in, events or a rejection out
 * - `history`: the events after a version, by default all
 * - `state`, `stateAtVersion`, `stateAsOf`: the state now, after so many events, and as of an instant
 * - `alarm`: called by the platform when an alarm is due
 *
 * @category model
 * @since 0.1.0
 */
export interface DurableDecider {
  readonly handle: (request: DurableRequest) => Promise<DurableAnswer>
  readonly history: (afterVersion?: number) => Promise<DurableHistory>
  readonly state: () => Promise<DurableState>
  readonly stateAtVersion: (version: number) => Promise<DurableState>
  readonly stateAsOf: (instant: Instant, clock: Clock) => Promise<DurableState>
  readonly alarm: () => Promise<DurableRun>
}
