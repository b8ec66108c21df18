/**
 * Whether a decider gives the same answers wherever it runs: everything that it answers to a fixed
 * list of questions, as one digest. Run it in two runtimes and compare.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection.
 *
 * Laws:
 *
 * 1. the same subject and options give the same answers, whenever and wherever they are asked
 * 2. a subject that answers any of the questions otherwise has another digest
 *
 * It needs no test runner and nothing of any runtime but ECMAScript itself.
 *
 * @since 0.1.0
 */
import { sample } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { Task } from 'fp-ts/lib/Task.js'
import type { Recorded } from '../Recorded.ts'
import { answersOfHistory } from './conformance/answersOfHistory.ts'
import type { Boundary } from './conformance/answers.ts'
import { answersTo } from './conformance/answers.ts'
import { arbitrary, nearMisses, nearMissesOfEvents } from './arbitrary.ts'
import { digest } from './conformance/digest.ts'
import { handled } from './conformance/handled.ts'
import type { LawOptions } from './laws.ts'
import { checkLaws } from './laws.ts'
import { walk } from './walk.ts'

export { digest } from './conformance/digest.ts'

/**
 * A decider, how its commands and events look as data, and how its laws are tested; and what else is
 * asked, each under a name: `views` of all that a store holds in the end, and `more`, lists of answers
 * that need nothing.
 *
 * @category model
 * @since 0.1.0
 */
export interface Subject<in out C, in out S, in out E, in out R> extends Boundary<C, S, E, R> {
  readonly laws: LawOptions<C, S, E, R>
  readonly views?: Readonly<Record<string, (history: ReadonlyArray<Recorded<E>>) => unknown>>
  readonly more?: Readonly<Record<string, () => Iterable<unknown>>>
}

/**
 * What is asked.
 *
 * - `corpus`: lists of commands as they come from outside, one list a stream
 * - `walks`: how many walks to draw, and of everything else that is drawn; 20 where nothing is said
 * - `seed`: what is drawn; 1 where nothing is said
 * - `tell`: is told every answer, to find the first one that two runtimes do not share
 *
 * @category model
 * @since 0.1.0
 */
export interface ConformanceOptions {
  readonly corpus?: ReadonlyArray<ReadonlyArray<unknown>>
  readonly walks?: number
  readonly seed?: number
  readonly tell?: (section: string, answer: unknown) => void
}

/**
 * The answers to one kind of question: how many, and their digest.
 *
 * @category model
 * @since 0.1.0
 */
export interface Section {
  readonly name: string
  readonly answers: number
  readonly digest: string
}

/**
 * All answers, and the digest of the digests.
 *
 * @category model
 * @since 0.1.0
 */
export interface Conformance {
  readonly digest: string
  readonly sections: ReadonlyArray<Section>
}

/**
 * Asks everything: what becomes of each list of commands of the corpus and of drawn walks, of drawn
 * commands and events, and of data that is only just wrong; whether the laws hold and how often each
 * was tested; what a command handler over a store in memory makes of it, and what time travel shows
 * there; and what is the subject's own.
 *
 * @example
 *   import type { Decider } from 'decider-ts/Decider'
 *   import { codec } from 'decider-ts/codec/IoTs'
 *   import { eventCodec, first } from 'decider-ts/codec/EventCodec'
 *   import { conformance } from 'decider-ts/testing/conformance'
 *   import fc from 'fast-check'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const Added = t.type({ type: t.literal('Added'), by: t.Int })
 *   type Added = t.TypeOf<typeof Added>
 *   const counter: Decider<number, number, Added, never> = {
 *     initialState: 0,
 *     decide: (by) => right([{ type: 'Added', by: by as t.Int }]),
 *     evolve: (sum, { by }) => sum + by,
 *     isTerminal: () => false,
 *   }
 *   const ask = conformance(
 *     {
 *       decider: counter,
 *       commands: codec(t.number),
 *       events: eventCodec<Added>({ Added: first(codec(Added)) }),
 *       laws: { command: fc.integer(), noEffect: ({ by }) => by === 0 },
 *     },
 *     { corpus: [[1, 2, 3], [4, 'five']], walks: 3 },
 *   )
 *   assert.deepStrictEqual(await ask(), await ask())
 *
 * @category testing
 * @since 0.1.0
 */
export const conformance =
  <C, S, E extends { readonly type: string }, R>(
    subject: Subject<C, S, E, R>,
    { corpus = [], walks = 20, seed = 1, tell = () => {} }: ConformanceOptions = {},
  ): Task<Conformance> =>
  async () => {
    const { decider, commands, events, laws, views = {}, more = {} } = subject
    const drawn = <A>(source: Arbitrary<A>): ReadonlyArray<A> =>
      sample(source, { numRuns: walks, seed })
    const walked = drawn(walk(decider, laws)).map((list) => list.map(commands.encode))
    const single = drawn(arbitrary(commands)).map((command) => [commands.encode(command)])
    const ofMisses = () => [
      ...drawn(nearMisses(commands)).map(({ input }) => commands.decode(input)),
      ...drawn(nearMissesOfEvents(events)).map(({ input }) => events.decode(input)),
    ]
    const questions: Readonly<Record<string, () => Iterable<unknown>>> = {
      corpus: () => answersTo(subject, corpus),
      walks: () => answersTo(subject, walked),
      commands: () => answersTo(subject, single),
      'near misses': ofMisses,
      // slow runtimes have to try what fast ones do
      laws: () => checkLaws(decider, { runs: walks, seed, time: endless, ...laws }),
      ...more,
    }
    const sections: Array<Section> = []
    const put = (name: string, answers: ReadonlyArray<unknown>): void => {
      for (const answer of answers) tell(name, answer)
      sections.push({ name, answers: answers.length, digest: digest(answers) })
    }
    for (const [name, ask] of Object.entries(questions)) put(name, [...ask()])
    const { answers, history } = await handled(subject, [...corpus, ...walked])()
    put('handler', answers)
    put('history', answersOfHistory(decider, history))
    for (const [name, view] of Object.entries(views)) put(name, [view(history)])
    return { digest: digest(sections), sections }
  }

const endless = { milliseconds: Infinity, now: () => 0 }
