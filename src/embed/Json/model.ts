/**
 * What a decider for other languages is made of, is told and answers.
 *
 * @since 0.1.0
 */
import type { Path } from '../../internal/diff.ts'
import type { Codec } from '../../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'

/**
 * What the values of a decider look like as data. Without a codec of states, a host can name only
 * the events so far, and is given no states. Without one of rejections, they have to be values that
 * JSON can hold.
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
 * What a host names as the present: all events so far, oldest first, or the state that they led to
 * with how many they were.
 *
 * @category model
 * @since 0.1.0
 */
export type JsonBefore =
  | { readonly type: 'Events'; readonly events: ReadonlyArray<EncodedEvent> }
  | { readonly type: 'State'; readonly version: number; readonly state: unknown }

/**
 * One reason why a text was refused. `message` is the path and the reason in one line.
 *
 * @category model
 * @since 0.1.0
 */
export interface JsonIssue {
  readonly path: Path
  readonly expected: string
  readonly message: string
}

/**
 * Which of the texts was refused.
 *
 * @category model
 * @since 0.1.0
 */
export type JsonInput = 'before' | 'command' | 'events'

/**
 * Whose function broke its promise: threw, or gave what can't be encoded.
 *
 * @category model
 * @since 0.1.0
 */
export type JsonPart =
  'commands' | 'events' | 'state' | 'rejections' | 'decide' | 'evolve' | 'isTerminal'

/**
 * What comes out, once it is parsed.
 *
 * - `Accepted`: the new events, to be stored after those before, and the version and state after them
 * - `Evolved`: the version and the state that the events lead to
 * - `Rejected`: the decider refused the command, at this version
 * - `Invalid`: one of the texts is no JSON, or not what its codec takes
 * - `Failed`: the decider or a codec is at fault, whatever the texts are
 *
 * `state` is there where there is a codec of states.
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
      readonly issues: ReadonlyArray<JsonIssue>
    }
  | { readonly type: 'Failed'; readonly part: JsonPart; readonly reason: string }

/**
 * The two questions, as functions of texts.
 *
 * - `decideJson`: what a command does, from a `JsonBefore` and a command
 * - `evolveJson`: what events lead to, from a `JsonBefore` and a list of events
 *
 * @category model
 * @since 0.1.0
 */
export interface JsonDecider {
  readonly decideJson: (before: string, command: string) => string
  readonly evolveJson: (before: string, events: string) => string
}
