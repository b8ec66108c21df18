/**
 * The codecs, the input and the output of a decider for other languages.
 *
 * @since 0.1.0
 */
import type { Codec } from '../../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import type { ShownIssue } from '../internal/showing.ts'

/**
 * The codecs of a decider's values. Without a codec for the state, a host can only pass the events so far,
 * and receives no states. Without one for rejections, rejections must be JSON values.
 *
 * @category model
 * @since 0.1.0
 */
export interface JsonCodecs<in out C, in out S, in out E, in out R> {
  readonly commands: Codec<C>
  readonly events: EventCodec<E>
  readonly state?: Codec<S>
  readonly rejections?: Codec<R>
}

/**
 * The current state of a stream as a host passes it: all events so far, oldest first, or the state after
 * them and their number.
 *
 * @category model
 * @since 0.1.0
 */
export type JsonBefore =
  | { readonly type: 'Events'; readonly events: ReadonlyArray<EncodedEvent> }
  | { readonly type: 'State'; readonly version: number; readonly state: unknown }

/** The input that is invalid. */
export type JsonInput = 'before' | 'command' | 'events'

/** The function or the codec that threw or returned what can't be encoded. */
export type JsonPart =
  | 'commands'
  | 'events'
  | 'state'
  | 'rejections'
  | 'decide'
  | 'evolve'
  | 'isTerminal'

/**
 * The parsed output.
 *
 * - `Accepted`: the new events, which the host must store, and the version and state after them
 * - `Evolved`: the version and the state after the events
 * - `Rejected`: the decider rejected the command, at this version
 * - `Invalid`: an input is not JSON, or its codec rejects it
 * - `Failed`: the decider or a codec has a defect: it threw, or returned what can't be encoded
 *
 * `state` is present if there is a codec for it.
 *
 * @category model
 * @since 0.1.0
 */
export type JsonAnswer =
  | {
      readonly type: 'Accepted'
      readonly version: number
      readonly isTerminal: boolean
      readonly events: ReadonlyArray<EncodedEvent>
      readonly state?: unknown
    }
  | {
      readonly type: 'Evolved'
      readonly version: number
      readonly isTerminal: boolean
      readonly state?: unknown
    }
  | { readonly type: 'Rejected'; readonly version: number; readonly rejection: unknown }
  | {
      readonly type: 'Invalid'
      readonly input: JsonInput
      readonly issues: ReadonlyArray<ShownIssue>
    }
  | { readonly type: 'Failed'; readonly part: JsonPart; readonly reason: string }
