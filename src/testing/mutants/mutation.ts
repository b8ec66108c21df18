/**
 * Mutations: faults as data.
 *
 * @since 0.1.0
 */
import type { Path } from '../../internal/diff.ts'

/**
 * One small fault in a decider, as data that names the rule it breaks. Commands, events and rejections are
 * named by their kind, which is usually their `type`.
 *
 * - `DropEvent`: the command emits all but the first event of a kind
 * - `DuplicateEvent`: the command emits the first event of a kind twice
 * - `SwapEvents`: the command emits two adjacent events in the other order
 * - `ChangeNumber`: the number at `path` in the first event of a kind that the command emits is off by one
 * - `SwallowRejection`: instead of this rejection, the command is accepted and emits nothing
 * - `SkipRule`: instead of this rejection, the command is accepted and emits what it emits elsewhere: the
 *   rule is gone
 * - `OtherRejection`: instead of this rejection, the command is rejected with another
 * - `RejectAccepted`: instead of being accepted with these events, the command is rejected
 * - `IgnoreEvent`: the event leaves the state as it is
 * - `ForgetField`: the field at `path` in the state keeps the value that it had before the event; it does not
 *   appear if it was absent, and does not disappear
 * - `FlipTerminal`: `isTerminal` returns the opposite where the decider returns `terminal`
 * - `IgnoreCommand`: the command is accepted and emits nothing, whatever the state; for commands about which
 *   nothing else is known
 * - `IgnoreRejection`: whatever is rejected for this reason is accepted and emits nothing; for rejections that
 *   were named and never seen
 *
 * Of decisions, where `kind` is the kind of a tag:
 *
 * - `ForgetType`: what the command reads leaves out the events of a type
 * - `ForgetTag`: the event does not carry its tags of a kind
 * - `AnyTag`: the command reads the events that have any of the tags of an item, instead of all
 * - `AnyThing`: the command reads the events of all things of a kind, not only of those it names
 *
 * @category mutation
 * @since 0.1.0
 */
export type Mutation =
  | { readonly type: 'DropEvent'; readonly command: string; readonly event: string }
  | { readonly type: 'DuplicateEvent'; readonly command: string; readonly event: string }
  | {
      readonly type: 'SwapEvents'
      readonly command: string
      readonly first: string
      readonly second: string
    }
  | {
      readonly type: 'ChangeNumber'
      readonly command: string
      readonly event: string
      readonly path: Path
      readonly by: 1 | -1
    }
  | { readonly type: 'SwallowRejection'; readonly command: string; readonly rejection: string }
  | { readonly type: 'SkipRule'; readonly command: string; readonly rejection: string }
  | {
      readonly type: 'OtherRejection'
      readonly command: string
      readonly rejection: string
      readonly instead: string
    }
  | {
      readonly type: 'RejectAccepted'
      readonly command: string
      readonly events: ReadonlyArray<string>
      readonly rejection: string
    }
  | { readonly type: 'IgnoreEvent'; readonly event: string }
  | { readonly type: 'ForgetField'; readonly event: string; readonly path: Path }
  | { readonly type: 'FlipTerminal'; readonly terminal: boolean }
  | { readonly type: 'IgnoreCommand'; readonly command: string }
  | { readonly type: 'IgnoreRejection'; readonly rejection: string }
  | { readonly type: 'ForgetType'; readonly command: string; readonly event: string }
  | { readonly type: 'ForgetTag'; readonly event: string; readonly kind: string }
  | { readonly type: 'AnyTag'; readonly command: string }
  | { readonly type: 'AnyThing'; readonly command: string; readonly kind: string }

/** The mutations of one type. */
export type MutationOf<T extends Mutation['type']> = Extract<Mutation, { readonly type: T }>

const dotted = (path: Path, whole: string): string => path.join('.') || whole

const mutationSentences: { readonly [T in Mutation['type']]: (mutation: MutationOf<T>) => string } =
  {
    DropEvent: ({ command, event }) => `${command} does not emit ${event}`,
    DuplicateEvent: ({ command, event }) => `${command} emits ${event} twice`,
    SwapEvents: ({ command, first, second }) => `${command} emits ${second} before ${first}`,
    ChangeNumber: ({ command, event, path, by }) =>
      `${command} emits ${event} with ${dotted(path, 'its number')} one ${by === 1 ? 'more' : 'less'}`,
    SwallowRejection: ({ command, rejection }) =>
      `${command} is accepted with no event, instead of rejected with ${rejection}`,
    SkipRule: ({ command, rejection }) =>
      `${command} is accepted with the events it emits elsewhere, instead of rejected with ${rejection}`,
    OtherRejection: ({ command, rejection, instead }) =>
      `${command} is rejected with ${instead}, instead of ${rejection}`,
    RejectAccepted: ({ command, events, rejection }) =>
      `${command} is rejected with ${rejection}, instead of accepted with ${events.join(', ') || 'no event'}`,
    IgnoreEvent: ({ event }) => `${event} leaves the state as it is`,
    ForgetField: ({ event, path }) => `${event} leaves ${dotted(path, 'the state')} as it is`,
    FlipTerminal: ({ terminal }) =>
      terminal
        ? 'a terminal state is said not to be terminal'
        : 'a state that is not terminal is said to be',
    IgnoreCommand: ({ command }) => `${command} is accepted with no event, whatever the state`,
    IgnoreRejection: ({ rejection }) => `nothing is rejected with ${rejection}`,
    ForgetType: ({ command, event }) => `${command} does not read ${event}`,
    ForgetTag: ({ event, kind }) => `${event} does not carry its tags of the kind ${kind}`,
    AnyTag: ({ command }) => `${command} reads events with any of its tags, instead of all`,
    AnyThing: ({ command, kind }) => `${command} reads the events of every ${kind}`,
  }

/**
 * A mutation in a sentence.
 *
 * @example
 *   import { showMutation } from 'decider-ts/testing/mutants'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(
 *     showMutation({ type: 'SkipRule', command: 'AddLine', rejection: 'OrderNotEditable' }),
 *     'AddLine is accepted with the events it emits elsewhere, instead of rejected with OrderNotEditable',
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showMutation = (mutation: Mutation): string => {
  // each mutation is given to the sentence of its own type
  const sentence = mutationSentences[mutation.type] as (mutation: Mutation) => string
  return sentence(mutation)
}
