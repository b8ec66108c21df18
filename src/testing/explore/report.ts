/**
 * What an exploration found, as a value, as text, and as a test that fails.
 *
 * `S` is the state, `A` the action, `E` the event of the system that was explored.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Graph } from '../internal/graph.ts'
import { shown } from '../internal/source.ts'
import { seen } from '../internal/text.ts'
import type { Trace } from './trace.ts'
import { showScenario, showTrace } from './trace.ts'

/**
 * Whether every state was reached and every action tried in it, or which limit was met. `Faulty` is no
 * proof either: something that the system threw stands in `thrown`, and what is beyond it is not known; or
 * a state was written to, as `written` tells, which ends it; or two were taken for one that do not go on
 * alike, as `unsound` tells.
 *
 * @category model
 * @since 0.1.0
 */
export type Extent =
  | { readonly type: 'Complete' }
  | { readonly type: 'Faulty' }
  | { readonly type: 'Stopped'; readonly limit: 'Depth' | 'States' | 'Time' }

/**
 * What became of an invariant: it holds on every way of at most `depth` actions, and on all ways if
 * `complete`; or a shortest way breaks it.
 *
 * @category model
 * @since 0.1.0
 */
export type Verdict<S, A, E> =
  | { readonly type: 'Holds'; readonly depth: number; readonly complete: boolean }
  | { readonly type: 'Broken'; readonly trace: Trace<S, A, E> }

/**
 * What became of a goal: a shortest way to it, or none of at most `depth` actions, and none at all
 * if `complete`.
 *
 * @category model
 * @since 0.1.0
 */
export type Sought<S, A, E> =
  | { readonly type: 'Found'; readonly trace: Trace<S, A, E> }
  | { readonly type: 'NotFound'; readonly depth: number; readonly complete: boolean }

/**
 * How many states something was found in, and the ways to the first few of them, shortest first.
 *
 * @category model
 * @since 0.1.0
 */
export interface Finding<out S, out A, out E> {
  readonly count: number
  readonly examples: ReadonlyArray<Trace<S, A, E>>
}

/**
 * One message that was thrown, how often, by what, and the shortest way to where it was.
 *
 * @category model
 * @since 0.1.0
 */
export interface Thrown<out S, out A, out E> {
  /** `step` (decide or evolve), `actions`, `isTerminal`, or the name of an invariant. */
  readonly by: string
  readonly message: string
  readonly count: number
  readonly trace: Trace<S, A, E>
  /** The action under way, which is not in the trace. */
  readonly action: Option<A>
}

/**
 * The shortest way to the first state that something wrote to, such as an evolve that pushes, or an
 * invariant that sorts. What was found of the state before is no longer true of it, and other states that
 * share a part with it may have been written to as well, those of the trace included. The first 256 states
 * and every second of the others are looked at.
 *
 * @category model
 * @since 0.1.0
 */
export interface Written<out S, out A, out E> {
  readonly trace: Trace<S, A, E>
  /** The action under way, which is not in the trace; `none` where none was, or it is not known. */
  readonly action: Option<A>
}

/**
 * Two states that `canonical` or `identity` takes for one and that do not go on alike: a way to each, and
 * what is true of one of them alone. What was found is found of one of the two, and what lies behind the
 * other was never looked at. For that, up to 2,000 states are found once more, each for itself.
 *
 * @category model
 * @since 0.1.0
 */
export interface Unsound<out S, out A, out E> {
  readonly what: string
  readonly known: Trace<S, A, E>
  readonly other: Trace<S, A, E>
}

/**
 * How often commands of one kind were tried, and in how many of those tries they were accepted, and
 * emitted something.
 *
 * @category model
 * @since 0.1.0
 */
export interface CommandUse {
  readonly command: string
  readonly tried: number
  readonly accepted: number
  readonly emitted: number
}

/**
 * All that an exploration found. Kinds are those of the graph: a value's `type`, or the value as source
 * where it has none. A value of a product shows what it wraps: `{ type: 'order', command: x }`, with
 * nothing beside it, is `order.AddLine` where `x` has a `type`, and `bit.'On'` where it is a text, and
 * likewise with `event` and `rejection`. Of other values wrapped so, `type` alone is the kind.
 *
 * @category model
 * @since 0.1.0
 */
export interface Report<out S, out A, out E> {
  /** What a test calls the decider; `none` where the actions are not the commands of one. */
  readonly decider: Option<string>
  readonly extent: Extent
  /** How many states were told apart. */
  readonly states: number
  /**
   * How many actions were accepted, counted once for each state they were tried in, and only where
   * there was room for the state that they lead to.
   */
  readonly transitions: number
  /** How many were refused. */
  readonly refused: number
  /** Every way of at most so many actions was tried. */
  readonly depth: number
  readonly invariants: Readonly<Record<string, Verdict<S, A, E>>>
  readonly stepInvariants: Readonly<Record<string, Verdict<S, A, E>>>
  /** Broken: from the last state of the trace, no way leads to what must stay possible. */
  readonly alwaysPossible: Readonly<Record<string, Verdict<S, A, E>>>
  /** `none` where no goal was given. */
  readonly goal: Option<Sought<S, A, E>>
  /** The kinds that were tried. */
  readonly commands: ReadonlyArray<CommandUse>
  /** Declared kinds of commands that were tried nowhere. */
  readonly neverTried: ReadonlyArray<string>
  /** Kinds of commands that were tried and accepted nowhere. */
  readonly neverAccepted: ReadonlyArray<string>
  /** Single commands that were tried and accepted nowhere, of whatever kind. */
  readonly refusedEverywhere: ReadonlyArray<A>
  /** Declared kinds of events that nothing emitted. */
  readonly neverEmitted: ReadonlyArray<string>
  /** Declared kinds of rejections that nothing gave. */
  readonly neverGiven: ReadonlyArray<string>
  /** States that are not terminal and that no action leaves. */
  readonly deadEnds: Finding<S, A, E>
  /** Terminal states in which an action emits: the last step of each example is that action. */
  readonly terminalLeft: Finding<S, A, E>
  readonly thrown: ReadonlyArray<Thrown<S, A, E>>
  /** `none` where states that were taken for one go on alike, as far as that was looked at. */
  readonly unsound: Option<Unsound<S, A, E>>
  /** `none` where all states are as they were found. */
  readonly written: Option<Written<S, A, E>>
  readonly graph: Graph
}

/**
 * What a test may let pass.
 *
 * @category asserting
 * @since 0.1.0
 */
export type Allowance =
  | 'DeadEnds'
  | 'Incomplete'
  | 'NeverAccepted'
  | 'NeverEmitted'
  | 'NeverGiven'
  | 'NeverTried'
  | 'NotFound'
  | 'TerminalLeft'

type Faults = ReadonlyArray<readonly [Allowance | 'Always', string]>

const list = (kinds: ReadonlyArray<string>): string => kinds.join(', ')

const steps = (n: number): string => (n === 1 ? '1 action' : `${n} actions`)

const brokenOf = <S, A, E>(
  { decider }: Report<S, A, E>,
  verdicts: Readonly<Record<string, Verdict<S, A, E>>>,
  what: string,
) =>
  Object.entries(verdicts).flatMap(([name, verdict]) =>
    verdict.type === 'Holds'
      ? []
      : [
          [
            'Always',
            `${what} "${seen(name)}" is broken after ${steps(verdict.trace.steps.length)}:\n` +
              showTrace(verdict.trace) +
              (decider._tag === 'None' ? '' : `\n\n${showScenario(verdict.trace, decider.value)}`),
          ] as const,
        ],
  )

const thrownOf = <S, A, E>({ by, message, count, trace, action }: Thrown<S, A, E>): string =>
  `${by} threw ${message} (${count === 1 ? 'once' : `${count} times`}), first at:\n${showTrace(trace)}` +
  showAction(action)

const showAction = <A>(action: Option<A>): string =>
  action._tag === 'Some' ? `\nwith: ${shown(action.value)}` : ''

const writtenOf = <S, A, E>({ trace, action }: Written<S, A, E>): string =>
  'a state was written to by decide, evolve or what looks at states, and is shown as it was left:\n' +
  showTrace(trace) +
  showAction(action)

const unsoundOf = <S, A, E>({ what, known, other }: Unsound<S, A, E>): string =>
  `two states are taken for one, and do not go on alike: ${what}\n` +
  `one of them:\n${showTrace(known)}\nthe other:\n${showTrace(other)}`

const foundOf = <S, A, E>(
  allowance: Allowance,
  { count, examples }: Finding<S, A, E>,
  what: string,
): Faults =>
  count === 0
    ? []
    : [
        [
          allowance,
          `${what}: ${count === 1 ? '1 state' : `${count} states`}, such as\n` +
            examples.slice(0, 1).map(showTrace).join(),
        ],
      ]

const namesOf = (allowance: Allowance, kinds: ReadonlyArray<string>, what: string): Faults =>
  kinds.length === 0 ? [] : [[allowance, `${what}: ${list(kinds)}`]]

const allFaults = <S, A, E>(report: Report<S, A, E>): Faults => [
  ...(report.written._tag === 'Some'
    ? ([['Always', writtenOf(report.written.value)]] as const)
    : []),
  ...(report.unsound._tag === 'Some'
    ? ([['Always', unsoundOf(report.unsound.value)]] as const)
    : []),
  ...brokenOf(report, report.invariants, 'invariant'),
  ...brokenOf(report, report.stepInvariants, 'step invariant'),
  ...brokenOf(report, report.alwaysPossible, 'what must stay possible,'),
  ...report.thrown.map((thrown) => ['Always', thrownOf(thrown)] as const),
  ...foundOf('TerminalLeft', report.terminalLeft, 'a terminal state is left'),
  ...foundOf('DeadEnds', report.deadEnds, 'a dead end that is not terminal'),
  ...(report.extent.type === 'Complete'
    ? []
    : ([['Incomplete', `not complete: ${showExtent(report)}`]] as const)),
  ...(report.goal._tag === 'Some' && report.goal.value.type === 'NotFound'
    ? ([['NotFound', 'the goal was not found']] as const)
    : []),
  ...namesOf('NeverTried', report.neverTried, 'commands never tried'),
  ...namesOf('NeverAccepted', report.neverAccepted, 'commands never accepted'),
  ...namesOf('NeverEmitted', report.neverEmitted, 'events never emitted'),
  ...namesOf('NeverGiven', report.neverGiven, 'rejections never given'),
]

/**
 * What is wrong, each fault as text: broken invariants and what was thrown always, the rest unless
 * it is allowed.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { explore, faultsOf, deciderSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const report = explore(deciderSystem(decider, [{ type: 'SetTax', amount: 100 }]))
 *   assert.deepStrictEqual(faultsOf(report, ['DeadEnds']), ['commands never accepted: SetTax'])
 *
 * @category asserting
 * @since 0.1.0
 */
export const faultsOf = <S, A, E>(
  report: Report<S, A, E>,
  allowed: ReadonlyArray<Allowance> = [],
): ReadonlyArray<string> =>
  allFaults(report)
    .filter(([allowance]) => allowance === 'Always' || !allowed.includes(allowance))
    .map(([, text]) => text)

/**
 * Fails a test, whatever runs it, by throwing an `Error` that shows every fault with its shortest
 * trace, and as a test to paste.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { explore, assertExplored, deciderSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const report = explore(
 *     deciderSystem(decider, [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }]),
 *     { invariants: { 'no order yet': (state) => state.type === 'NoOrder' } },
 *   )
 *   assert.throws(() => assertExplored(report), /"no order yet" is broken after 1 action/)
 *
 * @category asserting
 * @since 0.1.0
 */
export const assertExplored = <S, A, E>(
  report: Report<S, A, E>,
  allowed: ReadonlyArray<Allowance> = [],
): void => {
  const faults = faultsOf(report, allowed)
  if (faults.length > 0) throw new Error(faults.join('\n\n'))
}

const number = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')

const showExtent = <S, A, E>({ extent, depth, written, unsound }: Report<S, A, E>): string => {
  if (extent.type === 'Complete') return `complete, depth ${depth}`
  const end =
    extent.type === 'Faulty'
      ? `cut short where ${written._tag === 'Some' ? 'a state was written to' : unsound._tag === 'Some' ? 'two states were taken for one' : 'something threw'}`
      : `stopped at the limit of ${extent.limit.toLowerCase()}`
  return `${end}, all tried to depth ${depth}`
}

const showVerdict = <S, A, E>(name: string, verdict: Verdict<S, A, E>): string =>
  verdict.type === 'Holds'
    ? `  holds    ${name}`
    : `  broken   ${name}, after ${steps(verdict.trace.steps.length)}`

const showSought = <S, A, E>(sought: Sought<S, A, E>): ReadonlyArray<string> =>
  sought.type === 'Found'
    ? [`goal: found after ${steps(sought.trace.steps.length)}`, showTrace(sought.trace)]
    : ['goal: not found']

const showUse = ({ command, tried, accepted, emitted }: CommandUse): string =>
  `  ${command}: tried ${number(tried)}, accepted ${number(accepted)}, emitted ${number(emitted)}`

/**
 * A report as text: the figures, the verdicts, the commands and then every fault with its trace.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { explore, showReport, deciderSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const create = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' } as const
 *   const report = explore(deciderSystem(decider, [create]))
 *   assert.match(showReport(report), /^2 states, 2 transitions, 0 refused, complete, depth 1\n/)
 *
 * @category showing
 * @since 0.1.0
 */
export const showReport = <S, A, E>(report: Report<S, A, E>): string => {
  const { states, transitions, refused, invariants, stepInvariants, alwaysPossible } = report
  const { commands, goal } = report
  const verdicts = [invariants, stepInvariants, alwaysPossible].flatMap((named) =>
    Object.entries(named),
  )
  const faults = faultsOf(report, ['Incomplete', 'NotFound'])
  return [
    `${number(states)} states, ${number(transitions)} transitions, ${number(refused)} refused, ${showExtent(report)}`,
    ...(verdicts.length === 0 ? [] : ['invariants']),
    ...verdicts.map(([name, verdict]) => showVerdict(name, verdict)),
    ...(goal._tag === 'None' ? [] : showSought(goal.value)),
    ...(commands.length === 0 ? [] : ['commands']),
    ...commands.map(showUse),
    ...faults.map((fault) => `\n${fault}`),
  ].join('\n')
}
