/**
 * A mutation: one small fault in a decider, said as data that names the rule it breaks.
 *
 * Commands, events and rejections go by their kind: the `type`, as a rule.
 *
 * @since 0.1.0
 */
import type { Path } from '../../Diff.ts'

/**
 * The command emits everything but the first event of a kind.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface DropEvent {
  readonly type: 'DropEvent'
  readonly command: string
  readonly event: string
}

/**
 * The command emits the first event of a kind twice.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface DuplicateEvent {
  readonly type: 'DuplicateEvent'
  readonly command: string
  readonly event: string
}

/**
 * The command emits two neighbouring events the other way round.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface SwapEvents {
  readonly type: 'SwapEvents'
  readonly command: string
  readonly first: string
  readonly second: string
}

/**
 * A number in the first event of a kind that the command emits is one off.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface ChangeNumber {
  readonly type: 'ChangeNumber'
  readonly command: string
  readonly event: string
  /** Where the number stands in the event. */
  readonly path: Path
  readonly by: 1 | -1
}

/**
 * Where the command is refused for this reason, it is accepted and emits nothing.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface SwallowRejection {
  readonly type: 'SwallowRejection'
  readonly command: string
  readonly rejection: string
}

/**
 * Where the command is refused for this reason, it is accepted and emits what it emits elsewhere:
 * the rule is gone.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface SkipRule {
  readonly type: 'SkipRule'
  readonly command: string
  readonly rejection: string
}

/**
 * Where the command is refused for this reason, it is refused for another.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface OtherRejection {
  readonly type: 'OtherRejection'
  readonly command: string
  readonly rejection: string
  readonly instead: string
}

/**
 * Where the command is accepted with these events, it is refused.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface RejectAccepted {
  readonly type: 'RejectAccepted'
  readonly command: string
  readonly events: ReadonlyArray<string>
  readonly rejection: string
}

/**
 * The event leaves the state as it is.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface IgnoreEvent {
  readonly type: 'IgnoreEvent'
  readonly event: string
}

/**
 * A field of the state keeps the value that it had before the event: it does not come where it was
 * not there before, nor does it go.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface ForgetField {
  readonly type: 'ForgetField'
  readonly event: string
  /** Where the field stands in the state. */
  readonly path: Path
}

/**
 * A state is said not to be terminal although it is (`terminal: true`), or the other way round.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface FlipTerminal {
  readonly type: 'FlipTerminal'
  /** What the decider says itself. */
  readonly terminal: boolean
}

/**
 * The command is accepted and emits nothing, whatever the state. Stands for a command about which nothing
 * else is known.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface IgnoreCommand {
  readonly type: 'IgnoreCommand'
  readonly command: string
}

/**
 * Whatever is refused for this reason is accepted and emits nothing. Stands for a rejection that was
 * named and never seen.
 *
 * @category mutation
 * @since 0.1.0
 */
export interface IgnoreRejection {
  readonly type: 'IgnoreRejection'
  readonly rejection: string
}

/**
 * Every kind of fault.
 *
 * @category mutation
 * @since 0.1.0
 */
export type Mutation =
  | DropEvent
  | DuplicateEvent
  | SwapEvents
  | ChangeNumber
  | SwallowRejection
  | SkipRule
  | OtherRejection
  | RejectAccepted
  | IgnoreEvent
  | ForgetField
  | FlipTerminal
  | IgnoreCommand
  | IgnoreRejection

/**
 * A mutation in a sentence.
 *
 * @example
 *   import { showMutation } from 'decider-ts/testing/mutants'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(
 *     showMutation({ type: 'SkipRule', command: 'AddLine', rejection: 'OrderNotEditable' }),
 *     'AddLine is accepted with the events it emits elsewhere, instead of refused with OrderNotEditable',
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showMutation = (mutation: Mutation): string => {
  switch (mutation.type) {
    case 'DropEvent':
      return `${mutation.command} does not emit ${mutation.event}`
    case 'DuplicateEvent':
      return `${mutation.command} emits ${mutation.event} twice`
    case 'SwapEvents':
      return `${mutation.command} emits ${mutation.second} before ${mutation.first}`
    case 'ChangeNumber':
      return (
        `${mutation.command} emits ${mutation.event} with ${placeOf(mutation.path, 'its number')} ` +
        (mutation.by === 1 ? 'one more' : 'one less')
      )
    case 'SwallowRejection':
      return `${mutation.command} is accepted with no event, instead of refused with ${mutation.rejection}`
    case 'SkipRule':
      return (
        `${mutation.command} is accepted with the events it emits elsewhere, ` +
        `instead of refused with ${mutation.rejection}`
      )
    case 'OtherRejection':
      return `${mutation.command} is refused with ${mutation.instead}, instead of ${mutation.rejection}`
    case 'RejectAccepted':
      return (
        `${mutation.command} is refused with ${mutation.rejection}, ` +
        `instead of accepted with ${mutation.events.join(', ') || 'no event'}`
      )
    case 'IgnoreEvent':
      return `${mutation.event} leaves the state as it is`
    case 'ForgetField':
      return `${mutation.event} leaves ${placeOf(mutation.path, 'the state')} as it is`
    case 'FlipTerminal':
      return mutation.terminal
        ? 'a terminal state is said not to be terminal'
        : 'a state that is not terminal is said to be'
    case 'IgnoreCommand':
      return `${mutation.command} is accepted with no event, whatever the state`
    case 'IgnoreRejection':
      return `nothing is refused with ${mutation.rejection}`
  }
}

const placeOf = (path: Path, whole: string): string => path.join('.') || whole
