/**
 * What a decider in a Durable Object is told and what it answers, as plain data.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Clock } from '../../History.ts'
import type { Instant, Metadata, Recorded } from '../../Recorded.ts'
import type { HandlerFailure } from '../../shell/CommandHandler.ts'
import type { ShownIssue } from '../internal/showing.ts'

/**
 * A value that JSON can hold. It is no more than that to the types, because those of the platform
 * give up on a type that contains itself, and drop an answer that contains `unknown`.
 *
 * @category model
 * @since 0.1.0
 */
export type DurableData = null | boolean | number | string | object

/**
 * An event as data, in the newest version of its shape.
 *
 * @category model
 * @since 0.1.0
 */
export interface DurableEvent extends EncodedEvent {
  readonly data: DurableData
}

/**
 * Commands for the object's stream, accepted together or not at all. The commit id is the request's
 * own: once events are recorded under it, it gets that outcome however often it is sent again, and other
 * commands under it, or another actor, get `CommitIdReused`. `occurredAt` defaults to now. It is believed, and so is `actor`: no client should fill them in.
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
 * - `Invalid`: what came in is not what it should be; nothing was written
 * - `Failed`: the store, the decider, a codec or the clock is at fault. After `StoreUnavailable` and `Thrown` it
 *   is not known whether anything was written: send the request again under the same commit id
 *
 * @category failures
 * @since 0.1.0
 */
export type DurableFailure =
  | { readonly type: 'Invalid'; readonly issues: ReadonlyArray<ShownIssue> }
  | {
      readonly type: 'Failed'
      readonly failure:
        Exclude<HandlerFailure<never>['type'], 'Rejected'> | 'HistoryChanged' | 'NotJson'
      readonly reason: string
    }

/**
 * The version and the state after a request and the events that it recorded, or why it was refused:
 * which of the commands (from 0), and at which version.
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
 * A state and how many events are in it, or how many there are where a version was asked for that
 * the stream does not have.
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
 * What an alarm has done: how many commands it sent, which others failed, and which are outstanding
 * still, by their ids.
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
 * An object's alarm: `ctx.storage` is one as it comes.
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
 * What an object's class forwards to.
 *
 * - `handle`: commands in, events or a rejection out
 * - `history`: the events after a version, all where it is left out
 * - `state`, `stateAtVersion`, `stateAsOf`: the state now, after so many events, and as of an instant
 * - `alarm`: what the platform calls when an alarm is due
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
