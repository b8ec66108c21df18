/**
 * Whether a decider gives the same answers wherever it runs: everything that it answers to a fixed list of
 * questions, as one digest. Run it in two runtimes and compare.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection.
 *
 * Laws:
 *
 * 1. the same subject and options lead to the same results, at any time and in any runtime
 * 2. a subject that answers one of the questions differently has another digest
 *
 * It needs no test runner, and of its runtime only ECMAScript itself.
 *
 * @since 0.1.0
 */
import { sample } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { Task } from 'fp-ts/lib/Task.js'
import type { Recorded } from '../Recorded.ts'
import type { CodedDecider } from './conformance/answers.ts'
import { answersOfHandler, answersOfHistory, answersTo } from './conformance/answers.ts'
import { arbitrary, nearMisses, nearMissesOfEvents } from './arbitrary.ts'
import { digest } from './conformance/digest.ts'
import type { LawOptions } from './laws.ts'
import { checkLaws } from './laws.ts'
import { walk } from './walk.ts'

export { digest } from './conformance/digest.ts'

/** What is asked: a decider with its codecs, how its laws are tested, and questions of its own. */
interface ConformanceSubject<in out C, in out S, in out E, in out R> extends CodedDecider<
  C,
  S,
  E,
  R
> {
  readonly laws: LawOptions<C, S, E, R>
  /** Views of everything that a store holds in the end, by name. */
  readonly views?: Readonly<Record<string, (history: ReadonlyArray<Recorded<E>>) => unknown>>
  /** More answers, by name. */
  readonly more?: Readonly<Record<string, () => Iterable<unknown>>>
}

/** Which questions are asked. */
interface ConformanceOptions {
  /** Lists of commands as they come from outside, one for each stream. */
  readonly corpus?: ReadonlyArray<ReadonlyArray<unknown>>
  /** How many walks to draw, and of everything else that is drawn. Defaults to 20. */
  readonly walks?: number
  /** Defaults to 1. */
  readonly seed?: number
  /** Called with every answer, to find the first one that differs between two runtimes. */
  readonly tell?: (section: string, answer: unknown) => void
}

/**
 * The number and the digest of the answers to each kind of question, and the digest of those digests.
 *
 * @category model
 * @since 0.1.0
 */
export interface Conformance {
  readonly digest: string
  readonly sections: ReadonlyArray<{
    readonly name: string
    readonly answers: number
    readonly digest: string
  }>
}

/**
 * Asks everything: what becomes of each list of commands in the corpus and in drawn walks, of drawn
 * commands and events, and of near misses; whether the laws hold and how often each was tested; what a
 * command handler over a store in memory answers, and what time travel shows there; and the subject's own
 * `views` of the stored history and `more` questions.
 *
 * `corpus` holds lists of commands as they come from outside, `walks` (defaults to 20) and `seed` (defaults
 * to 1) decide what is drawn, and `tell` is called with every answer, to find the first one that differs.
 *
 * @example
 *   import type { Decider } from 'decider-ts/Decider'
 *   import { codec } from 'decider-ts/codec/IoTs'
 *   import { eventCodecOf } from 'decider-ts/codec/EventCodec'
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
 *       events: eventCodecOf<Added>({ Added: codec(Added) }),
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
    subject: ConformanceSubject<C, S, E, R>,
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
      // without a time limit, so that slow runtimes try as much as fast ones
      laws: () => checkLaws(decider, { runs: walks, seed, time: endlessRun, ...laws }),
      ...more,
    }
    const sections: Array<Conformance['sections'][number]> = []
    const put = (name: string, answers: ReadonlyArray<unknown>): void => {
      for (const answer of answers) tell(name, answer)
      sections.push({ name, answers: answers.length, digest: digest(answers) })
    }
    for (const [name, ask] of Object.entries(questions)) put(name, [...ask()])
    const { answers, history } = await answersOfHandler(subject, [...corpus, ...walked])()
    put('handler', answers)
    put('history', answersOfHistory(decider, history))
    for (const [name, view] of Object.entries(views)) put(name, [view(history)])
    return { digest: digest(sections), sections }
  }

const endlessRun = { milliseconds: Infinity, now: () => 0 }
