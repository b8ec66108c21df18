/**
 * What becomes of commands that come from outside, without a store.
 *
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec } from '../../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import type { Decider } from '../../Decider.ts'
import { transition } from '../../Decider.ts'
import { states } from '../../Projection.ts'
import { jsonText } from '../internal/text.ts'

/** A decider, and how its commands and events look as data. */
export interface Boundary<in out C, in out S, in out E, in out R> {
  readonly decider: Decider<C, S, E, R>
  readonly commands: Codec<C>
  readonly events: EventCodec<E>
}

/**
 * For each list of commands: why those that are none were refused, what each other one led to, what
 * its events look like as JSON text, and the states that they lead to when they are read from there.
 */
export const answersTo = <C, S, E extends { readonly type: string }, R>(
  boundary: Boundary<C, S, E, R>,
  lists: ReadonlyArray<ReadonlyArray<unknown>>,
): ReadonlyArray<unknown> => lists.flatMap((inputs) => answersToOne(boundary, inputs))

const answersToOne = <C, S, E extends { readonly type: string }, R>(
  { decider, commands, events }: Boundary<C, S, E, R>,
  inputs: ReadonlyArray<unknown>,
): ReadonlyArray<unknown> => {
  const answers: Array<unknown> = []
  const texts: Array<string> = []
  const step = transition(decider)
  let state = decider.initialState
  for (const input of inputs) {
    const decoded = commands.decode(input)
    if (decoded._tag === 'Left') {
      answers.push(decoded)
      continue
    }
    const stepped = step(decoded.right, state)
    answers.push(stepped)
    if (stepped._tag === 'Left') continue
    state = stepped.right.state
    for (const event of stepped.right.events) texts.push(textOf(events.encode(event)))
  }
  const read = texts.map((text) => events.decode(parsed(text)))
  const replayed = states(decider)(read.flatMap(rightOf))
  return [...answers, texts, replayed, decider.isTerminal(state)]
}

const textOf = <F, A>(encoded: Either<F, A>): string =>
  jsonText(encoded._tag === 'Left' ? encoded.left : encoded.right)

/** What an event was encoded to, or why it was not, which is no event. */
const parsed = (text: string): EncodedEvent => JSON.parse(text) as EncodedEvent

const rightOf = <A>(decoded: Either<unknown, A>): ReadonlyArray<A> =>
  decoded._tag === 'Left' ? [] : [decoded.right]
