/**
 * The laws of a decider, tested on walks that get deep. One call tests them all; what breaks one is
 * made as small as can be and printed as a scenario to paste.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection; `d` a decider, `s0` its
 * initial state, `fold(s, es)` the fold of `d.evolve`. The laws are those of `Decider`, and:
 *
 * - B9 codec: `decode(encode(e)) = Right(e)`, through JSON text as well; an old event leads every
 *   state to what its successor leads it to
 *
 * Of the tests themselves:
 *
 * 1. a law that was never put to the test is not said to hold
 * 2. the seed and the path of a failure show the same failure again, or another that its walk shows
 * 3. without any one command, the walk of a failure breaks nothing
 * 4. the report tells what the walks were like; where no command emitted an event, it is a failure
 * 5. with the same seed, and time enough, the report is the same
 *
 * Time is limited, to 2 seconds where nothing else is said: walks for which there was none are left out,
 * and the report says so. At least one walk is tried. Failures are made smaller in as much time again.
 *
 * B4 asks what can be asked of any decider: that each event, from wherever, leads each state to a
 * state. Which events apply is known to the user alone. Where `applies` says that one does not, the
 * state must stay as it was; where it says that one does, the invariants must hold of what it leads to.
 * Without `applies` they are not asked: an event from elsewhere is part of no history, and a plain
 * account that takes any withdrawal that there is in its history has nothing wrong with it.
 *
 * B8 asks commands in terminal states. An emission may hold events after the one that ended it, as an
 * archived order after a delivered one: B5 asks of them what it asks of all, B8 nothing.
 *
 * @since 0.1.0
 */
import type { Arbitrary } from 'fast-check'
import { constant, readConfigureGlobal } from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { EncodedEvent, EventCodec } from '../codec/EventCodec.ts'
import type { Decider } from '../Decider.ts'
import { alike } from './internal/alike.ts'
import { aligned } from './internal/columns.ts'
import type { Declared, LawId as Id } from './laws/model.ts'
import { judging } from './laws/model.ts'
import { messageOf, scenarioOf, titles } from './laws/message.ts'
import { drawing, parametersOf, walksOf } from './laws/drawing.ts'
import type { Broken, Law, Outcome } from './laws/check.ts'
import { allLaws, tryLaws } from './laws/check.ts'
import type { Redrawn } from './laws/redrawn.ts'
import { untouched } from './laws/isolation.ts'
import { watchedChoices } from './laws/sideEffects.ts'
import { pacesOf } from './laws/pace.ts'
import { systemClock } from './laws/clock.ts'
import type { Inferred, WalkOptions } from './walk.ts'
import type { Walked as WalkedBy, WalksReport as Walks } from './laws/walked.ts'
import { showWalks, watchWalks } from './laws/walked.ts'

/**
 * The number of a law.
 *
 * @category model
 * @since 0.1.0
 */
export type LawId = Id

/**
 * What is tested, and how. Next to where the commands come from, all of it may be left out:
 *
 * - `event`: any event at all, for B4 and B9; without it B4 takes events of other walks
 * - `invariants`: what holds of every state (B6; B4 where `applies` is given)
 * - `decisions`: what holds of every command, the state it met and what was decided (B6); commands of
 *   a walk are asked in other states of it as well
 * - `changes`: what holds of every event, the state it met and the state it led to (B6;
 *   B4 where `applies` is given)
 * - `applies`: whether an event may come in a state; where not, it must leave it alone (B4)
 * - `noEffect`: emitted events that may leave the state as it was (B5)
 * - `idempotent`: commands that find everything done when they are asked again (B7)
 * - `codec`, `old`: how events are stored, and stored ones of old, each with what it counts as (B9)
 * - `eqState`: when two states are the same, where it is not when every field is
 * - `mayRead`: what the decider may read of the world all the same (B1), by the names that the message of
 *   the failure has, such as `Date.now()`, `the time zone` or `process.env`. Defaults to nothing
 * - `runs`: how many walks, one or more; 100 where neither this nor fast-check's global settings say it
 * - `time`: how long all walks may take; `Infinity` for as long as it takes. Defaults to fast-check's
 *   global `interruptAfterTimeLimit`, or 2,000 milliseconds, and to the clock of the system
 * - `label`: what a walk is to be counted under in the report, such as the currency of its order
 * - `cover`: the least percentage of walks in which something is to be seen, or all fails: a command that
 *   emits, an event, a rejection (by their kinds), or a label. 0 asks for one walk. Choose it well below
 *   what the report shows, since other seeds draw other walks
 * - `seed`, `path`: as a failure prints them, to see it again
 * - `only`, `except`: the laws to test, all where nothing is said
 * - `mustSee`: laws that have to be put to the test, or all fails
 *
 * @category model
 * @since 0.1.0
 */
export type LawOptions<C, S, E, R> = WalkOptions<C, S> & {
  readonly event?: Arbitrary<E>
  readonly invariants?: Readonly<Record<string, (state: S) => boolean>>
  readonly decisions?: Readonly<
    Record<string, (command: C, state: S, decision: Either<R, ReadonlyArray<E>>) => boolean>
  >
  readonly changes?: Readonly<Record<string, (before: S, event: E, after: S) => boolean>>
  readonly applies?: (event: E, state: S) => boolean
  readonly noEffect?: (event: E, state: S) => boolean
  readonly idempotent?: (command: C) => boolean
  readonly codec?: EventCodec<E>
  readonly old?: ReadonlyArray<OldEvent<E>>
  readonly eqState?: Eq<S>
  readonly mayRead?: ReadonlyArray<string>
  readonly runs?: number
  readonly time?: { readonly milliseconds: number; readonly now?: () => number }
  readonly label?: (walk: WalkedBy<C, S, E>) => string | ReadonlyArray<string>
  readonly cover?: Readonly<Record<string, number>>
  readonly seed?: number
  readonly path?: string
  readonly only?: ReadonlyArray<LawId>
  readonly except?: ReadonlyArray<LawId>
  readonly mustSee?: ReadonlyArray<LawId>
}

/**
 * An event as it was stored once, and the event of today that it counts as.
 *
 * @category model
 * @since 0.1.0
 */
export interface OldEvent<out E> {
  readonly encoded: EncodedEvent
  readonly becomes: E
}

/**
 * A broken law: after the events given, the command asked shows it. Where there is no command, the
 * events alone do. `commands` is the whole walk, made as small as can be: under B4 without the stray
 * event, under B8 without the command asked where another walk has it. `scenario` is the test to paste,
 * `message` all of it for people.
 *
 * @category model
 * @since 0.1.0
 */
export interface LawFailure<out C, out S, out E> {
  readonly law: LawId
  readonly what: string
  readonly given: ReadonlyArray<E>
  readonly command: Option<C>
  /** The state that shows it. */
  readonly state: S
  readonly commands: ReadonlyArray<C>
  readonly scenario: string
  readonly message: string
  readonly seed: number
  readonly path: string
}

/**
 * What became of a law: it held as often as it was put to the test, it failed (B4 and B6 once for each
 * property that does not hold), there was nothing to put it to the test with, or it was not tried.
 *
 * @category model
 * @since 0.1.0
 */
export type Verdict<C, S, E> =
  | { readonly type: 'Held'; readonly times: number }
  | { readonly type: 'Failed'; readonly failures: ReadonlyNonEmptyArray<LawFailure<C, S, E>> }
  | { readonly type: 'NotSeen'; readonly why: string }
  | { readonly type: 'NotRun'; readonly why: string }

/**
 * A law and what became of it.
 *
 * @category model
 * @since 0.1.0
 */
export interface LawReport<out C, out S, out E> {
  readonly law: LawId
  readonly title: string
  readonly verdict: Verdict<C, S, E>
}

/**
 * What became of each law, and what the walks were like that they were tried on.
 *
 * @category model
 * @since 0.1.0
 */
export interface LawsReport<C, S, E> extends ReadonlyArray<LawReport<C, S, E>> {
  readonly walks: WalksReport
}

/**
 * What walks were like: what became of each kind of command, in how many walks what was seen, what was
 * never seen, what there was no time for, and why these walks prove too little.
 *
 * @category model
 * @since 0.1.0
 */
export type WalksReport = Walks

/**
 * A walk, as `label` sees it.
 *
 * @category model
 * @since 0.1.0
 */
export type Walked<C, S, E> = WalkedBy<C, S, E>

/**
 * What takes a decider and options and gives reports. The second form is for deciders of any type,
 * where nothing is written in place.
 *
 * @category model
 * @since 0.1.0
 */
export interface Judge {
  <C, S, E, R>(
    decider: Decider<C, S, E, R>,
    options: Inferred<LawOptions<C, S, E, R>, C>,
  ): LawsReport<C, S, E>
  <C, S, E, R>(decider: Decider<C, S, E, R>, options: LawOptions<C, S, E, R>): LawsReport<C, S, E>
}

/**
 * Tests the laws and throws where one fails, with all that is known about it, or where none was put
 * to the test. Gives the report otherwise. Where B1 fails no other law is tried: nothing can be said of
 * what gives now this, now that.
 *
 * While a decider or a property is asked, B1 sees what it reads of the world: the time, chance, the time
 * zone (`getHours`, `toString`), the locale (`toLocaleString` and `localeCompare` without one), the
 * process and its environment. Reading it is the fault, whether or not it makes a difference today.
 * `process.env.NODE_ENV` may be read as long as it makes none. A reference that was taken before, as by
 * `const now = Date.now` in a module, is out of sight, and so is what comes from files. Where a test has a clock that can be moved, as the fake timers
 * of vitest, jest and sinon are, and they were set before the module was loaded, calls are asked at 512
 * instants of the years 2000 to 2063, so that a rule for Sundays is found all the same.
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
export const laws: Judge = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: LawOptions<C, S, E, R>,
): LawsReport<C, S, E> => {
  const report = checkLaws(decider, options)
  const failed = report.flatMap(({ verdict }) =>
    verdict.type === 'Failed' ? verdict.failures.map(({ message }) => message) : [],
  )
  const unseen = report.flatMap(({ law, verdict }) =>
    (options.mustSee ?? []).includes(law) && 'why' in verdict
      ? [`${law} was not put to the test: ${verdict.why}`]
      : [],
  )
  const judged = report.some(({ verdict }) => !('why' in verdict))
  const { problems } = report.walks
  const wrong = [...failed, ...unseen, ...(judged ? problems : [untested(report)])]
  if (wrong.length > 0) throw new Error(wrong.join('\n\n'))
  return report
}

/** Nothing was tested: why the first law was not that was asked for. */
const untested = <C, S, E>(report: ReadonlyArray<LawReport<C, S, E>>): string => {
  const whys = report.flatMap(({ verdict }) => ('why' in verdict ? [verdict] : []))
  const why = (whys.find(({ type }) => type === 'NotSeen') ?? whys[0])?.why
  return `no law was put to the test: ${why ?? ''}`
}

/**
 * Tests the laws and tells what became of each, whatever it was.
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
export const checkLaws: Judge = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: LawOptions<C, S, E, R>,
): LawsReport<C, S, E> => {
  const watched = options.choices && watchedChoices(options.choices)
  const report = reportOf(decider, watched ? { ...options, choices: watched.choices } : options)
  return watched?.wrote() === true ? notRun('choices writes to the state that it is given') : report
}

/** No law is tried, or nothing can be said of any. */
const notRun = (why: string): LawsReport<never, never, never> =>
  withWalks(
    allLaws<never, never, never, never>().map(({ law }) => ({
      law,
      title: titles[law],
      verdict: { type: 'NotRun', why },
    })),
    watchWalks<never, never, never, never>({}).report({ asked: 0, leftOut: [] }),
  )

/** A list of reports, and one of the walks beside it. */
const withWalks = <C, S, E>(
  reports: ReadonlyArray<LawReport<C, S, E>>,
  walks: WalksReport,
): LawsReport<C, S, E> => Object.assign([...reports], { walks })

/** So long are laws tried where nothing is said: well below what a test may take in most runners. */
const defaultTime = 2_000

const reportOf = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: LawOptions<C, S, E, R>,
): LawsReport<C, S, E> => {
  const { only, except = [], runs = 1, time } = options
  if (!Number.isInteger(runs) || runs < 1) {
    return notRun(`runs is ${runs}, and not a whole number above 0`)
  }
  const declared = declaredOf(decider, options)
  const every = allLaws<C, S, E, R>()
  const wanted = every.filter(
    ({ law }) => (only === undefined || only.includes(law)) && !except.includes(law),
  )
  const isFirst = ({ law }: Law<C, S, E, R>) => law === 'B1'
  const most = time?.milliseconds ?? readConfigureGlobal().interruptAfterTimeLimit ?? defaultTime
  const paces = pacesOf(most, time?.now ?? systemClock)
  const watch = watchWalks<C, S, E, R>(options)
  const parameters = parametersOf(options)
  const known: Redrawn<ReadonlyArray<C>> = new Map()
  const drawn = untouched(decider)
  const first = tryLaws({ ...declared, decider: drawn.tested }, wanted.filter(isFirst), {
    ...drawing(drawn.drawing, options, paces.first, known),
    others: constant([]),
    strays: constant([]),
    earlier: drawn.earlier,
    parameters,
    watch,
  })
  drawn.restore()
  const pure = first.outcomes.get('B1')?.broken.length !== 1
  const rest = pure ? wanted.filter((law) => !isFirst(law)) : []
  const others = tryLaws(declared, rest, {
    ...drawing(decider, options, paces.rest, known),
    earlier: [],
    parameters,
    watch,
  })
  const outcomes = new Map([...first.outcomes, ...others.outcomes])
  const reports = every.map(({ law, unseen }): LawReport<C, S, E> => {
    const outcome = outcomes.get(law)
    const why = wanted.some((other) => other.law === law) ? 'B1 fails' : 'not asked for'
    const verdict: Verdict<C, S, E> =
      outcome === undefined ? { type: 'NotRun', why } : verdictOf(outcome, unseen(declared))
    return { law, title: titles[law], verdict }
  })
  const failed = reports.some(({ verdict }) => verdict.type === 'Failed')
  return withWalks(reports, walksOf(watch, [first, others], failed))
}

const verdictOf = <C, S, E, R>(
  { times, broken }: Outcome<C, S, E, R>,
  unseen: string,
): Verdict<C, S, E> => {
  const [first, ...more] = broken.map(failureOf)
  if (first !== undefined) return { type: 'Failed', failures: [first, ...more] }
  return times === 0 ? { type: 'NotSeen', why: unseen } : { type: 'Held', times }
}

const failureOf = <C, S, E, R>({
  violation,
  commands,
  place,
}: Broken<C, S, E, R>): LawFailure<C, S, E> => ({
  law: violation.law,
  what: violation.what,
  given: violation.given,
  command: violation.command,
  state: violation.state,
  commands,
  scenario: scenarioOf(violation),
  message: messageOf(violation, commands, place),
  seed: place.seed,
  path: place.path,
})

const eqOf = <C, S, E, R>({ eqState }: LawOptions<C, S, E, R>): Eq<S> =>
  eqState === undefined
    ? alike
    : { equals: judging('eqState', (a: S, b: S) => eqState.equals(a, b)) }

const declaredOf = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: LawOptions<C, S, E, R>,
): Declared<C, S, E, R> => ({
  decider,
  eq: eqOf(options),
  invariants: Object.entries(options.invariants ?? {}),
  decisions: Object.entries(options.decisions ?? {}),
  changes: Object.entries(options.changes ?? {}),
  idempotent: options.idempotent && judging('idempotent', options.idempotent),
  noEffect: judging('noEffect', options.noEffect ?? (() => false)),
  applies: options.applies && judging('applies', options.applies),
  applicable: options.applies && judging('applies', options.applies),
  codec: options.codec,
  mayRead: options.mayRead ?? [],
  old: options.old ?? [],
})

/**
 * A report as text: what became of each law, then what the walks were like.
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
 *   assert.ok(text.includes("Never seen\n  'lock' was refused each time"))
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
        return [law, `never put to the test: ${verdict.why}`]
      case 'NotRun':
        return [law, `not tried: ${verdict.why}`]
    }
  })
  return [...aligned(verdicts), '', ...showWalks(report.walks)].join('\n') + '\n'
}
