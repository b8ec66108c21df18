/**
 * Does a test suite notice when the rules are broken? Plants one fault after another in a decider
 * and runs the suite against each mutant: those that it does not fail on name the rules that it
 * does not test.
 *
 * `d` is a decider, `d'` a mutant of it. The faults come from what the suite does with `d`, and from
 * walks through `d` that go where the suite does not: over its own commands, and over those that the
 * options tell of. A command that neither asks can't be known to be there: that is why `assertMutants`
 * asks for a list of them, or for a generator.
 *
 * Laws:
 *
 * 1. a mutant answers otherwise than `d` exactly where its mutation says so, and is reported as
 *    `unchanged` only if it never did
 * 2. a suite that compares every answer with that of `d` leaves no survivor; one that never fails
 *    kills no mutant
 * 3. the score is the share of the killed among those that are killed, survived or never reached
 * 4. each kind of command and event, and each rejection, that the options name has a mutant
 *
 * @since 0.1.0
 */
import type { Arbitrary } from 'fast-check'
import { constantFrom, oneof, sample } from 'fast-check'
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Decider } from '../Decider.ts'
import type { Kinds } from './mutants/kinds.ts'
import { namesOf } from './mutants/kinds.ts'
import { traceOf } from './internal/walkTrace.ts'
import type { Probe } from './mutants/mutate.ts'
import { mutate } from './mutants/mutate.ts'
import type { Mutation } from './mutants/mutation.ts'
import { showMutation } from './mutants/mutation.ts'
import { shaped } from './internal/shapes.ts'
import { tried } from './mutants/tried.ts'
import { walk } from './walk.ts'
import { witness } from './mutants/candidates.ts'
import { left, right } from '../internal/either.ts'

export type { Mutation } from './mutants/mutation.ts'
export { showMutation } from './mutants/mutation.ts'

/**
 * A test suite as a function of the decider that it tests: it throws, or its promise is rejected,
 * where a test fails. It has to use the decider that it is given, and to do the same each time that
 * it is called.
 *
 * @category model
 * @since 0.1.0
 */
export type Suite<C, S, E, R> = (decider: Decider<C, S, E, R>) => void | Promise<void>

/**
 * What became of a mutant.
 *
 * - `killed`: the suite failed
 * - `survived`: the suite passed although the mutant answered otherwise: no test checks this rule
 * - `unreached`: the suite passed and never came to the place: no test tries this rule
 * - `unchanged`: the suite passed, came to the place, and the mutant always answered the same
 *
 * @category model
 * @since 0.1.0
 */
export interface MutantResult {
  readonly mutation: Mutation
  readonly verdict: 'killed' | 'survived' | 'unreached' | 'unchanged'
  /** How the suite failed; `none` where it passed. */
  readonly failure: Option<string>
}

/**
 * What became of all mutants.
 *
 * @category model
 * @since 0.1.0
 */
export interface MutantReport {
  readonly results: ReadonlyArray<MutantResult>
  readonly killed: number
  readonly survived: number
  readonly unreached: number
  readonly unchanged: number
  /** From 0 to 1. Mutants that are `unchanged` do not count; 1 where none counts. */
  readonly score: number
  /**
   * Whether the options say which commands there are. Where they do not, the score says nothing of a
   * command that the suite never asks.
   */
  readonly commandsKnown: boolean
}

/**
 * Why there is no report: the suite fails on the decider itself, at once or when it is run a second
 * time; or it never asks the decider that it is given to decide.
 *
 * @category model
 * @since 0.1.0
 */
export type MutantsFailure =
  | { readonly type: 'SuiteFails'; readonly run: 1 | 2; readonly failure: string }
  | { readonly type: 'SuiteDecidesNothing' }

/**
 * What there is to test, and how. The first five say what there is beyond what the suite comes upon;
 * what no test comes to is `unreached`.
 *
 * - `command`: commands to walk with, as for `laws`
 * - `choices`: the commands that make sense in a state, to walk with
 * - `walks`: lists of commands, each run from the initial state
 * - `commands`, `events`: every kind there is: as names, as an object with a field for each (which does
 *   not compile where one is missing), or as the codec
 * - `rejections`: the rejections there are; where neither these nor the walks have any, no mutant can
 *   refuse
 * - `skip`: mutations that are left out, since they are known to break nothing
 * - `timeLimit`: after how many milliseconds a suite that waits for ever counts as failed; a suite
 *   that loops for ever ends by itself, since a mutant throws when it is called far too often
 * - `onProgress`: called after each mutant
 *
 * @category model
 * @since 0.1.0
 */
export interface MutantsOptions<out C, in S, out E, out R> {
  readonly command?: Arbitrary<C>
  readonly choices?: (state: S) => ReadonlyArray<C>
  readonly walks?: ReadonlyArray<ReadonlyArray<C>>
  readonly commands?: Kinds<C>
  readonly events?: Kinds<E>
  readonly rejections?: ReadonlyArray<R>
  readonly skip?: (mutation: Mutation) => boolean
  readonly timeLimit?: number
  readonly onProgress?: (progress: MutantsProgress) => void
}

/**
 * How far the mutants have come: `done` of `total`, and what became of the last one.
 *
 * @category model
 * @since 0.1.0
 */
export interface MutantsProgress {
  readonly done: number
  readonly total: number
  readonly result: MutantResult
}

/**
 * Runs the suite on the decider itself, twice, then on each of its mutants, one after another.
 *
 * @example
 *   import { mutants } from 'decider-ts/testing/mutants'
 *   import { decider, type OrderCommand, type OrderState } from 'decider-ts/order'
 *   import type { Decider } from 'decider-ts/Decider'
 *   import assert from 'node:assert'
 *
 *   const create: OrderCommand = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
 *   const report = await mutants(decider, (d) => {
 *     assert.strictEqual(d.decide(create, d.initialState)._tag, 'Right')
 *   })()
 *
 *   // that something is accepted is tested, and what is emitted is not
 *   assert.ok(report._tag === 'Right' && report.right.survived > 0)
 *
 * @category running
 * @since 0.1.0
 */
export const mutants =
  <C, S, E, R>(
    decider: Decider<C, S, E, R>,
    suite: Suite<C, S, E, R>,
    options: NoInfer<MutantsOptions<C, S, E, R>> = {},
  ): TaskEither<MutantsFailure, MutantReport> =>
  async () => {
    const commands = options.commands && namesOf(options.commands)
    const watched = witness(shaped(decider), {
      commands: commands ?? [],
      events: (options.events && namesOf(options.events)) ?? [],
      rejections: options.rejections ?? [],
    })
    for (const times of [1, 2] as const) {
      const failed = await tried(suite, times === 1 ? watched.decider : decider, options.timeLimit)
      if (failed._tag === 'Some') {
        return left({ type: 'SuiteFails', run: times, failure: failed.value })
      }
    }
    const calls = watched.calls()
    if (calls.decide === 0) return left({ type: 'SuiteDecidesNothing' })
    for (const walk of walksThrough(decider, options, watched.commands())) {
      traceOf(watched.decider, walk)
    }
    const mutations = watched.mutations().filter((mutation) => options.skip?.(mutation) !== true)
    const results: Array<MutantResult> = []
    for (const mutation of mutations) {
      const probe: Probe = { reached: false, changed: false }
      const mutant = mutate(decider, mutation, watched.material, probe)
      const limited = limit(mutant, calls.all * 20 + 10_000)
      const failure = await tried(suite, limited, options.timeLimit)
      const result: MutantResult = { mutation, verdict: verdictOf(failure, probe), failure }
      results.push(result)
      options.onProgress?.({ done: results.length, total: mutations.length, result })
    }
    const { command, choices, walks } = options
    const told = [command, choices, walks, commands].some((one) => one !== undefined)
    return right(reportOf(results, told))
  }

/** So many walks of at most so many commands, of which about so many of a hundred are refused. */
const walkCount = 30
const walkOptions = { length: 40, refused: 30 }

/** Walks over the commands that the suite asked and those that the options tell of, and the given ones. */
const walksThrough = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  { command, choices, walks = [] }: MutantsOptions<C, S, E, R>,
  asked: ReadonlyArray<C>,
): ReadonlyArray<ReadonlyArray<C>> => {
  const own = constantFrom(...asked)
  const source = {
    ...walkOptions,
    command: command === undefined ? own : oneof(command, own),
    ...(choices === undefined ? {} : { choices }),
  }
  // the same each time, or a suite would do now, and not the next time
  return [...walks, ...sample(walk(decider, source), { numRuns: walkCount, seed: 1 })]
}

const verdictOf = (failure: Option<string>, probe: Probe): MutantResult['verdict'] => {
  if (failure._tag === 'Some') return 'killed'
  if (!probe.reached) return 'unreached'
  return probe.changed ? 'survived' : 'unchanged'
}

const reportOf = (results: ReadonlyArray<MutantResult>, commandsKnown: boolean): MutantReport => {
  const count = (verdict: MutantResult['verdict']) =>
    results.filter((result) => result.verdict === verdict).length
  const [killed, survived, unreached] = [count('killed'), count('survived'), count('unreached')]
  const counted = killed + survived + unreached
  return {
    results,
    killed,
    survived,
    unreached,
    unchanged: count('unchanged'),
    score: counted === 0 ? 1 : killed / counted,
    commandsKnown,
  }
}

/** A decider that throws once it was called too often, so that no loop runs on it for ever. */
const limit = <C, S, E, R>(decider: Decider<C, S, E, R>, most: number): Decider<C, S, E, R> => {
  let calls = 0
  const counted = (): void => {
    calls++
    if (calls > most) throw new Error(`the suite never ends: more than ${most} calls`)
  }
  return {
    initialState: decider.initialState,
    decide: (command, state) => {
      counted()
      return decider.decide(command, state)
    },
    evolve: (state, event) => {
      counted()
      return decider.evolve(state, event)
    },
    isTerminal: (state) => {
      counted()
      return decider.isTerminal(state)
    },
  }
}

/**
 * A report as text: the score, then the mutants that the suite let live, by what became of them.
 *
 * @example
 *   import { showMutants } from 'decider-ts/testing/mutants'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const text = showMutants({
 *     results: [
 *       { mutation: { type: 'IgnoreEvent', event: 'TaxSet' }, verdict: 'survived', failure: none },
 *     ],
 *     killed: 0,
 *     survived: 1,
 *     unreached: 0,
 *     unchanged: 0,
 *     score: 0,
 *     commandsKnown: true,
 *   })
 *   assert.deepStrictEqual(text.split('\n'), [
 *     '0 of 1 mutants killed (0 %)',
 *     '',
 *     'The suite is too weak. It passes although',
 *     '  TaxSet leaves the state as it is',
 *     '',
 *   ])
 *
 * @category showing
 * @since 0.1.0
 */
export const showMutants = (report: MutantReport): string => {
  const { results, killed, unchanged, score, commandsKnown } = report
  const list = (title: string, verdict: MutantResult['verdict']) => {
    const found = results.filter((result) => result.verdict === verdict)
    const lines = found.map(({ mutation }) => `  ${showMutation(mutation)}`)
    return lines.length === 0 ? [] : ['', title, ...lines]
  }
  const counted = results.length - unchanged
  return (
    [
      `${killed} of ${counted} mutants killed (${Math.floor(score * 100)} %)`,
      ...(commandsKnown ? [] : ['', ...unknownCommands]),
      ...list('The suite is too weak. It passes although', 'survived'),
      ...list('The suite never comes to the place where', 'unreached'),
      ...list('Left out, since nothing came out otherwise although', 'unchanged'),
    ].join('\n') + '\n'
  )
}

const unknownCommands = [
  'Nothing says which commands there are: one that the suite never asks is not counted.',
  'Give command (a generator), or commands: { …: true } with a field for each type, or a codec.',
]

/**
 * A failure as text.
 *
 * @example
 *   import { showMutantsFailure } from 'decider-ts/testing/mutants'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(
 *     showMutantsFailure({ type: 'SuiteFails', run: 1, failure: '1 is not 2' }),
 *     'The suite fails on the decider itself:\n1 is not 2\n',
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showMutantsFailure = (failure: MutantsFailure): string => {
  if (failure.type === 'SuiteDecidesNothing') {
    return 'The suite never calls decide on the decider that it is given.\n'
  }
  const when =
    failure.run === 1 ? '' : ' when it is run a second time; it keeps something in between'
  return `The suite fails on the decider itself${when}:\n${failure.failure}\n`
}

/**
 * `mutants` for a test runner: the promise is rejected with an `Error` that tells the survivors
 * where the score is below `atLeast` (defaults to 1), where nothing says which commands there are, or
 * where there is no report.
 *
 * @example
 *   import { assertMutants } from 'decider-ts/testing/mutants'
 *   import { run } from 'decider-ts/Decider'
 *   import { decider } from 'decider-ts/order'
 *   import { commandCodec } from 'decider-ts/order/codec'
 *   import assert from 'node:assert'
 *
 *   const suite = (d: typeof decider) => {
 *     const { events } = run(d)([{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }])
 *     assert.strictEqual(events.length, 1)
 *   }
 *   await assert.rejects(
 *     assertMutants(decider, suite, { commands: commandCodec }),
 *     /never comes to the place where\n {2}AddLine is accepted with no event, whatever the state/,
 *   )
 *   await assert.rejects(assertMutants(decider, suite), /Nothing says which commands there are/)
 *
 * @category running
 * @since 0.1.0
 */
export const assertMutants = async <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  suite: Suite<C, S, E, R>,
  options: NoInfer<MutantsOptions<C, S, E, R>> & { readonly atLeast?: number } = {},
): Promise<MutantReport> => {
  const result = await mutants(decider, suite, options)()
  if (result._tag === 'Left') throw new Error(showMutantsFailure(result.left))
  const { score, commandsKnown } = result.right
  if (!commandsKnown || score < (options.atLeast ?? 1)) throw new Error(showMutants(result.right))
  return result.right
}
