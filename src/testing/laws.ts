/**
 * The laws of a decider, tested on walks that go deep. One call tests them all. What breaks one is shrunk
 * and printed as a scenario to paste.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection; `d` a decider, `s0` its initial
 * state, `fold(s, es)` the fold of `d.evolve`.
 *
 * Laws of `d` (B for behaviour):
 *
 * - B1 purity: called twice on frozen arguments, each function returns the same and throws nothing; nothing
 *   else is read
 * - B2 fold: `fold(s, []) = s` and `fold(s, [...xs, ...ys]) = fold(fold(s, xs), ys)`
 * - B3 replay: the state that a run leads to is the fold of its events
 * - B4 any event, from anywhere, leads each state to a state; one that does not apply (by `applies`) leaves
 *   the state as it was, and one that does keeps the invariants
 * - B5 an emitted event changes the state that it meets, unless it is declared to have no effect
 * - B6 the invariants, decisions and changes that are given hold at every event of every emission
 * - B7 a command declared idempotent, decided again in the state that it led to, gives `Right([])`
 * - B8 in a terminal state, decide gives `Left` or `Right([])`
 * - B9 codec: `decode(encode(e)) = Right(e)`, also through JSON; an old event leads every state to where
 *   its successor leads it
 * - B10 a rejection changes nothing
 * - B11 the stored state and the stored events lead to the same decisions
 *
 * Laws of `d` if it is a decision (V for view: what a command sees of the log; the others are laws of stores and
 * of combinators, see `Decision`):
 *
 * - V0 sufficiency: deciding on what a command reads is deciding on everything
 * - V1 an event that a command does not read changes nothing in what the command leads to
 * - V2 reading for several commands at once is reading for each
 * - V5 tags are made by `tag(kind)`, each once, and survive the codec, which stores an event under the type that
 *   it has in queries
 * - V6 an emitted event that changes what a command leads to is read by the command
 *
 * Laws of the tests themselves:
 *
 * 1. a law that was never tested is not reported as held
 * 2. the seed and the path of a failure reproduce it, or another failure that its walk shows
 * 3. without any one of its commands, the walk of a failure breaks nothing
 * 4. the report says what the walks were like; if no command emitted an event, it is a failure
 * 5. with the same seed, and enough time, the report is the same
 *
 * Time is limited. Defaults to 2 seconds. Walks that there was no time for are left out, and the report
 * says so. At least one walk is tried. Shrinking failures may take as long again.
 *
 * Only the user knows which events apply (B4). Without `applies` the invariants are not asked of the states
 * that events from elsewhere lead to: such an event is part of no history, and a plain account that
 * accepts any withdrawal in its history has nothing wrong with it.
 *
 * An emission may hold events after the one that ended the stream, such as an archived order after a
 * delivered one: B5 applies to them as to all, B8 does not.
 *
 * @since 0.1.0
 */
import { constant, readConfigureGlobal } from 'fast-check'
import type { Decider } from '../Decider.ts'
import { alike } from './internal/alike.ts'
import { aligned } from './internal/columns.ts'
import type { InferredOptions } from './internal/commandSource.ts'
import { parametersOf } from './internal/parameters.ts'
import type { BrokenLaw, LawOutcome, TriedLaws } from './laws/check.ts'
import { allLaws, tryLaws } from './laws/check.ts'
import { systemClock } from './laws/clock.ts'
import { drawingFor, walksOf } from './laws/drawing.ts'
import { untouched } from './laws/isolation.ts'
import { violationMessage, scenarioOf, lawTitles } from './laws/message.ts'
import type { DeclaredLaws, Law } from './laws/model.ts'
import { judging } from './laws/model.ts'
import { pacesOf } from './laws/pace.ts'
import type { RedrawnValues } from './laws/redrawn.ts'
import type {
  LawFailure,
  LawId,
  LawOptions,
  LawReport,
  LawsReport,
  LawVerdict,
} from './laws/report.ts'
import { watchedChoices } from './laws/sideEffects.ts'
import { decisionIn, followsV0, viewLaws } from './laws/views.ts'
import type { WalkCounter } from './laws/walked.ts'
import { showWalks, watchWalks } from './laws/walked.ts'

export type { LawFailure, LawId, LawOptions, LawsReport } from './laws/report.ts'

/** The second form is for deciders of any type, where nothing is written in place. */
interface TestLaws {
  <C, S, E, R>(
    decider: Decider<C, S, E, R>,
    options: InferredOptions<LawOptions<C, S, E, R>, C>,
  ): LawsReport<C, S, E>
  <C, S, E, R>(decider: Decider<C, S, E, R>, options: LawOptions<C, S, E, R>): LawsReport<C, S, E>
}

/**
 * Tests the laws. Throws if one fails, with all that is known about it, or if none could be tested.
 * Returns the report otherwise. If B1 fails no other law is tried: nothing can be said of a function that
 * gives different answers. If V0 fails, V1, V2 and V6 are not tried any further: they say the same.
 *
 * While a decider or a property is called, B1 notices what it reads of the outside world: the time, randomness,
 * the time zone (`getHours`, `toString`), the locale (`toLocaleString` and `localeCompare` without one), the
 * process and its environment (except `process.env.NODE_ENV`). Reading it is the fault, whether or not it makes
 * a difference today. Not noticed are references that were taken earlier, such as `const now = Date.now` in a
 * module, and reads of files.
 *
 * @example
 *   import { laws } from 'decider-ts/testing/laws'
 *   import type { Decider } from 'decider-ts/Decider'
 *   import { left, right } from 'fp-ts/lib/Either.js'
 *   import fc from 'fast-check'
 *   import assert from 'node:assert'
 *
 *   type Command = { readonly type: 'Deposit' | 'Withdraw'; readonly amount: number }
 *   type Event = { readonly type: 'Deposited' | 'Withdrawn'; readonly amount: number }
 *
 *   const account: Decider<Command, number, Event, 'NotEnough'> = {
 *     initialState: 0,
 *     decide: ({ type, amount }, balance) =>
 *       type === 'Deposit'
 *         ? right([{ type: 'Deposited', amount }])
 *         : amount > balance
 *           ? left('NotEnough')
 *           : right([{ type: 'Withdrawn', amount }]),
 *     evolve: (balance, { type, amount }) =>
 *       type === 'Deposited' ? balance + amount : balance - amount,
 *     isTerminal: () => false,
 *   }
 *   const command = fc.record({
 *     type: fc.constantFrom('Deposit' as const, 'Withdraw' as const),
 *     amount: fc.integer({ min: 1, max: 100 }),
 *   })
 *   const report = laws(account, {
 *     command,
 *     changes: { 'an event moves its amount': (a, { amount }, b) => Math.abs(a - b) === amount },
 *   })
 *   assert.strictEqual(report.find(({ law }) => law === 'B10')?.verdict.type, 'Held')
 *   assert.strictEqual(report.find(({ law }) => law === 'B7')?.verdict.type, 'NotSeen')
 *
 * @category testing
 * @since 0.1.0
 */
export const laws: TestLaws = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: LawOptions<C, S, E, R>,
): LawsReport<C, S, E> => {
  const report = checkLaws(decider, options)
  const failed = report.flatMap(({ verdict }) =>
    verdict.type === 'Failed' ? verdict.failures.map(({ message }) => message) : [],
  )
  const unseen = report.flatMap(({ law, verdict }) =>
    (options.mustSee ?? []).includes(law) && 'why' in verdict
      ? [`${law} was not tested: ${verdict.why}`]
      : [],
  )
  const isTested = report.some(({ verdict }) => !('why' in verdict))
  const wrong = [...failed, ...unseen, ...(isTested ? report.walks.problems : [untested(report)])]
  if (wrong.length > 0) throw new Error(wrong.join('\n\n'))
  return report
}

/** Nothing was tested: why the first law that was asked for was not. */
const untested = <C, S, E>(report: ReadonlyArray<LawReport<C, S, E>>): string => {
  const whys = report.flatMap(({ verdict }) => ('why' in verdict ? [verdict] : []))
  const why = (whys.find(({ type }) => type === 'NotSeen') ?? whys[0])?.why
  return `no law was tested: ${why ?? ''}`
}

/**
 * Tests the laws and returns the result of each, whatever it is.
 *
 * @example
 *   import { checkLaws } from 'decider-ts/testing/laws'
 *   import type { Decider } from 'decider-ts/Decider'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import fc from 'fast-check'
 *   import assert from 'node:assert'
 *
 *   const endless: Decider<'go', number, 'gone', never> = {
 *     initialState: 0,
 *     decide: () => right(['gone']),
 *     evolve: (n) => n + 1,
 *     isTerminal: (n) => n === 2,
 *   }
 *   const report = checkLaws(endless, { command: fc.constant('go'), only: ['B8'] })
 *   const b8 = report.find(({ law }) => law === 'B8')
 *   assert.ok(b8?.verdict.type === 'Failed')
 *   assert.deepStrictEqual(b8.verdict.failures[0].given, ['gone', 'gone'])
 *
 * @category testing
 * @since 0.1.0
 */
export const checkLaws: TestLaws = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: LawOptions<C, S, E, R>,
): LawsReport<C, S, E> => {
  const { runs = 1 } = options
  if (!Number.isInteger(runs) || runs < 1) {
    return notRun(decider, `runs must be an integer above 0, but is ${runs}`)
  }
  const watched = options.choices && watchedChoices(options.choices)
  const report = lawsReport(decider, watched ? { ...options, choices: watched.choices } : options)
  return watched?.wrote() === true
    ? notRun(decider, 'choices writes to the state that it is given')
    : report
}

const notRun = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  why: string,
): LawsReport<never, never, never> => {
  const reports = lawsOf(decider).map(({ law }) => ({
    law,
    title: lawTitles[law],
    verdict: { type: 'NotRun', why } as const,
  }))
  const walks = watchWalks<never, never, never, never>({}).report({ asked: 0, leftOut: [] })
  return Object.assign(reports, { walks })
}

/** The laws of a decider, and those of a decision if it is one. */
const lawsOf = <C, S, E, R>(decider: Decider<C, S, E, R>): ReadonlyArray<Law<C, S, E, R>> =>
  decisionIn(decider) === undefined
    ? allLaws()
    : [...allLaws<C, S, E, R>(), ...viewLaws<C, S, E, R>()]

/** Well below the time limit of a test in most runners. */
const defaultTime = 2_000

const lawsReport = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: LawOptions<C, S, E, R>,
): LawsReport<C, S, E> => {
  const { only, except = [] } = options
  const declared = declaredOf(decider, options)
  const every = lawsOf(decider)
  const wanted = every.filter(
    ({ law }) => (only === undefined || only.includes(law)) && !except.includes(law),
  )
  const watch = watchWalks<C, S, E, R>(options)
  const tried = triedInTurn(declared, options, wanted, watch)
  const outcomes = new Map(tried.flatMap((each) => [...each.outcomes]))
  const isBroken = (law: LawId): boolean => (outcomes.get(law)?.broken.length ?? 0) > 0
  const reports = every.map(({ law, unseen }): LawReport<C, S, E> => {
    const outcome = outcomes.get(law)
    const why = wanted.some((other) => other.law === law) ? 'B1 fails' : 'not asked for'
    const verdict: LawVerdict<C, S, E> =
      outcome === undefined
        ? { type: 'NotRun', why }
        : followsV0.includes(law) && outcome.broken.length === 0 && isBroken('V0')
          ? { type: 'NotRun', why: 'V0 fails' }
          : lawVerdict(outcome, unseen(declared))
    return { law, title: lawTitles[law], verdict }
  })
  const failed = reports.some(({ verdict }) => verdict.type === 'Failed')
  return Object.assign(reports, { walks: walksOf(watch, tried, failed) })
}

/** B1 first, then the others if it holds. */
const triedInTurn = <C, S, E, R>(
  declared: DeclaredLaws<C, S, E, R>,
  options: LawOptions<C, S, E, R>,
  wanted: ReadonlyArray<Law<C, S, E, R>>,
  watch: WalkCounter<C, S, E, R>,
): ReadonlyArray<TriedLaws<C, S, E, R>> => {
  const { decider } = declared
  const { time } = options
  const isFirst = ({ law }: Law<C, S, E, R>) => law === 'B1'
  const most = time?.milliseconds ?? readConfigureGlobal().interruptAfterTimeLimit ?? defaultTime
  const paces = pacesOf(most, time?.now ?? systemClock)
  const parameters = parametersOf(options)
  const known: RedrawnValues<ReadonlyArray<C>> = new Map()
  const { tested, drawing, earlier, restore } = untouched(decider)
  const first = tryLaws({ ...declared, decider: tested }, wanted.filter(isFirst), {
    ...drawingFor(drawing, options, paces.first, known),
    others: constant([]),
    strays: constant([]),
    earlier,
    parameters,
    watch,
  })
  restore()
  const isPure = first.outcomes.get('B1')?.broken.length !== 1
  const rest = isPure ? wanted.filter((law) => !isFirst(law)) : []
  const others = tryLaws(declared, rest, {
    ...drawingFor(decider, options, paces.rest, known),
    earlier: [],
    parameters,
    watch,
  })
  return [first, others]
}

const lawVerdict = <C, S, E, R>(
  { times, broken }: LawOutcome<C, S, E, R>,
  unseen: string,
): LawVerdict<C, S, E> => {
  const [first, ...more] = broken.map(lawFailure)
  if (first !== undefined) return { type: 'Failed', failures: [first, ...more] }
  return times === 0 ? { type: 'NotSeen', why: unseen } : { type: 'Held', times }
}

const lawFailure = <C, S, E, R>({
  violation,
  commands,
  foundAt,
}: BrokenLaw<C, S, E, R>): LawFailure<C, S, E> => ({
  law: violation.law,
  what: violation.what,
  given: violation.given,
  command: violation.command,
  state: violation.state,
  commands,
  scenario: scenarioOf(violation),
  message: violationMessage(violation, commands, foundAt),
  seed: foundAt.seed,
  path: foundAt.path,
})

const declaredOf = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: LawOptions<C, S, E, R>,
): DeclaredLaws<C, S, E, R> => {
  const { eqState, applies } = options
  return {
    decider,
    eq: eqState ? { equals: judging('eqState', (a: S, b: S) => eqState.equals(a, b)) } : alike,
    invariants: Object.entries(options.invariants ?? {}),
    decisions: Object.entries(options.decisions ?? {}),
    changes: Object.entries(options.changes ?? {}),
    idempotent: options.idempotent && judging('idempotent', options.idempotent),
    noEffect: judging('noEffect', options.noEffect ?? (() => false)),
    applies: applies && judging('applies', applies),
    applicable: applies && judging('applies', applies),
    codec: options.codec,
    mayRead: options.mayRead ?? [],
    old: options.old ?? [],
  }
}

/**
 * A report as a string: the result of each law, then what the walks were like.
 *
 * @example
 *   import { checkLaws, showLaws } from 'decider-ts/testing/laws'
 *   import type { Decider } from 'decider-ts/Decider'
 *   import { left, right } from 'fp-ts/lib/Either.js'
 *   import fc from 'fast-check'
 *   import assert from 'node:assert'
 *
 *   const door: Decider<'open' | 'lock', boolean, 'opened', 'no key'> = {
 *     initialState: false,
 *     decide: (command, open) =>
 *       command === 'lock' ? left('no key') : right(open ? [] : ['opened']),
 *     evolve: () => true,
 *     isTerminal: () => false,
 *   }
 *   const report = checkLaws(door, { command: fc.constantFrom('open', 'lock'), seed: 1 })
 *   const text = showLaws(report)
 *   assert.ok(text.includes("Never seen\n  'lock' was rejected each time"))
 *   assert.ok(text.includes("'opened'"))
 *
 * @category showing
 * @since 0.1.0
 */
export const showLaws = <C, S, E>(report: LawsReport<C, S, E>): string => {
  const verdicts = report.map(({ law, verdict }) => {
    switch (verdict.type) {
      case 'Held':
        return [law, `held ${verdict.times} times`]
      case 'Failed':
        return [law, `failed: ${verdict.failures.map(({ what }) => what).join('; ')}`]
      case 'NotSeen':
        return [law, `never tested: ${verdict.why}`]
      case 'NotRun':
        return [law, `not run: ${verdict.why}`]
    }
  })
  return [...aligned(verdicts), '', ...showWalks(report.walks)].join('\n') + '\n'
}
