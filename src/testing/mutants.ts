/**
 * Does a test suite notice broken rules? Plants one fault after another in a decider and runs the suite
 * on each mutant. Mutants on which the suite passes name the rules that it does not test.
 *
 * `d` is a decider, `d'` a mutant of it. The faults come from what the suite does with `d`, and from walks
 * through `d` that go further: over the suite's own commands, and those in the options. A command that is in
 * neither cannot be known. That is why `assertMutants` asks for a list of commands, or a generator.
 *
 * Laws:
 *
 * 1. a mutant gives other answers than `d` exactly where its mutation says so, and is reported as
 *    `unchanged` only if it never did
 * 2. a suite that compares every answer with that of `d` leaves no survivor; one that never fails kills no
 *    mutant
 * 3. the score is the share of the killed among the killed, the survived and the unreached
 * 4. each kind of command and event, and each rejection, that the options name has a mutant
 *
 * @since 0.1.0
 */
import type { Arbitrary } from 'fast-check'
import { constantFrom, oneof, sample } from 'fast-check'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Decider } from '../Decider.ts'
import type { MutantKinds } from './mutants/kinds.ts'
import { kindNames } from './mutants/kinds.ts'
import { traceOf } from './internal/walkTrace.ts'
import type { MutationProbe } from './mutants/mutate.ts'
import { limitCalls, mostCalls } from './mutants/limitCalls.ts'
import { mutate } from './mutants/mutate.ts'
import type { Mutation } from './mutants/mutation.ts'
import type { MutantResult, MutantsFailure, MutantsReport } from './mutants/report.ts'
import { mutantsReport, mutantVerdict, suiteFailure } from './mutants/report.ts'
import { showMutation } from './mutants/mutation.ts'
import { shaped } from './internal/shapes.ts'
import { walk } from './walk.ts'
import { witness } from './mutants/candidates.ts'
import { left, right } from '../internal/either.ts'

export type { MutantsReport } from './mutants/report.ts'
export type { Mutation } from './mutants/mutation.ts'
export { queryMutants } from './mutants/queries.ts'
export { showMutation } from './mutants/mutation.ts'

/** Throws, or its promise is rejected, if a test fails. */
type TestSuite<C, S, E, R> = (decider: Decider<C, S, E, R>) => void | Promise<void>

/**
 * What there is to test, and how. The first six add to what the suite comes upon; what no test comes to is
 * `unreached`.
 *
 * - `command`: an arbitrary of commands for walks, as for `laws`
 * - `choices`: the commands that make sense in a state, for walks
 * - `walks`: lists of commands, each run from the initial state
 * - `commands`, `events`: every kind there is: as names, as an object with a field for each (which does not
 *   compile if one is missing), or as the codec
 * - `rejections`: the rejections there are; without any, seen or given, no mutant can reject
 * - `skip`: mutations to leave out, since they are known to break nothing
 * - `timeLimit`: after how many milliseconds a suite that hangs counts as failed. A suite that loops ends by
 *   itself, since a mutant throws when it is called far too often. Defaults to no limit
 * - `onProgress`: called after each mutant, with its result and how many of how many are done
 *
 * @category model
 * @since 0.1.0
 */
export interface MutantsOptions<out C, in S, out E, out R> {
  readonly command?: Arbitrary<C>
  readonly choices?: (state: S) => ReadonlyArray<C>
  readonly walks?: ReadonlyArray<ReadonlyArray<C>>
  readonly commands?: MutantKinds<C>
  readonly events?: MutantKinds<E>
  readonly rejections?: ReadonlyArray<R>
  readonly skip?: (mutation: Mutation) => boolean
  readonly timeLimit?: number
  readonly onProgress?: (progress: {
    readonly done: number
    readonly total: number
    readonly result: MutantResult
  }) => void
}

/**
 * Runs the suite on the decider itself, twice, then on each of its mutants. A suite is a function that
 * throws, or returns a rejected promise, if a test fails. It has to use the decider that it is given, and do
 * the same in every run. There is no report if the suite fails on the decider itself, in the first run or
 * in the second, or never calls its `decide`.
 *
 * @example
 *   import { mutants } from 'decider-ts/testing/mutants'
 *   import { orderDecider, type OrderCommand, type OrderState } from 'decider-ts/order'
 *   import type { Decider } from 'decider-ts/Decider'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
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
    suite: TestSuite<C, S, E, R>,
    options: NoInfer<MutantsOptions<C, S, E, R>> = {},
  ): TaskEither<MutantsFailure, MutantsReport> =>
  async () => {
    const commands = options.commands && kindNames(options.commands)
    const watched = witness(shaped(decider), {
      commands: commands ?? [],
      events: (options.events && kindNames(options.events)) ?? [],
      rejections: options.rejections ?? [],
    })
    for (const run of [1, 2] as const) {
      const tested = run === 1 ? watched.decider : decider
      const failed = await suiteFailure(suite, tested, options.timeLimit)
      if (failed._tag === 'Some') return left({ type: 'SuiteFails', run, failure: failed.value })
    }
    const calls = watched.calls()
    if (calls.decide === 0) return left({ type: 'SuiteDecidesNothing' })
    for (const one of walksThrough(decider, options, watched.commands())) {
      traceOf(watched.decider, one)
    }
    const mutations = watched.mutations().filter((mutation) => options.skip?.(mutation) !== true)
    const results: Array<MutantResult> = []
    for (const mutation of mutations) {
      const probe: MutationProbe = { reached: false, changed: false }
      const mutant = mutate(decider, mutation, watched.material, probe)
      const limited = limitCalls(mutant, mostCalls(calls.all))
      const failure = await suiteFailure(suite, limited, options.timeLimit)
      const result: MutantResult = { mutation, verdict: mutantVerdict(failure, probe), failure }
      results.push(result)
      options.onProgress?.({ done: results.length, total: mutations.length, result })
    }
    const { command, choices, walks } = options
    const known = [command, choices, walks, commands].some((one) => one !== undefined)
    return right(mutantsReport(results, known))
  }

/** How many walks there are, how long they are, and how many of a hundred commands are rejected. */
const walkCount = 30
const walkOptions = { length: 40, rejected: 30 }

/** Walks over the commands that the suite used and those in the options, and the given walks. */
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

/**
 * A report as a string: the score, then the mutants on which the suite passed, by verdict. Or why there is
 * no report.
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
export const showMutants = (report: MutantsReport | MutantsFailure): string => {
  if ('type' in report) return showMutantsFailure(report)
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
      ...list('Left out, because it made no difference that', 'unchanged'),
    ].join('\n') + '\n'
  )
}

const unknownCommands = [
  'The options do not say which commands there are: one that the suite never uses is not counted.',
  'Give command (a generator), or commands: { …: true } with a field for each type, or a codec.',
]

const showMutantsFailure = (failure: MutantsFailure): string => {
  if (failure.type === 'SuiteDecidesNothing') {
    return 'The suite never calls decide on the decider that it is given.\n'
  }
  const when = failure.run === 1 ? '' : ' in its second run: it keeps something between runs'
  return `The suite fails on the decider itself${when}:\n${failure.failure}\n`
}

/**
 * `mutants` for a test runner: the promise is rejected with an `Error` that names the survivors if the
 * score is below `atLeast` (defaults to 1), if the options do not say which commands there are, or if there
 * is no report.
 *
 * @example
 *   import { assertMutants } from 'decider-ts/testing/mutants'
 *   import { run } from 'decider-ts/Decider'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderCommandCodec } from 'decider-ts/order/codec'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const suite = (d: typeof decider) => {
 *     const { events } = run(d)([{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }])
 *     assert.strictEqual(events.length, 1)
 *   }
 *   await assert.rejects(
 *     assertMutants(decider, suite, { commands: orderCommandCodec }),
 *     /never comes to the place where\n {2}AddLine is accepted with no event, whatever the state/,
 *   )
 *   await assert.rejects(assertMutants(decider, suite), /do not say which commands there are/)
 *
 * @category running
 * @since 0.1.0
 */
export const assertMutants = async <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  suite: TestSuite<C, S, E, R>,
  options: NoInfer<MutantsOptions<C, S, E, R>> & { readonly atLeast?: number } = {},
): Promise<MutantsReport> => {
  const result = await mutants(decider, suite, options)()
  if (result._tag === 'Left') throw new Error(showMutants(result.left))
  const { score, commandsKnown } = result.right
  if (!commandsKnown || score < (options.atLeast ?? 1)) throw new Error(showMutants(result.right))
  return result.right
}
