/**
 * The report of an exploration, printed, and as a test that fails.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import { shown } from '../internal/source.ts'
import { seen } from '../internal/text.ts'
import type { CommandUse, ExploreReport, FoundTraces, InvariantResult } from './report.ts'
import { showScenario, showTrace } from './trace.ts'

/** What a test may allow. */
type ExploreAllowance =
  | 'DeadEnds'
  | 'Incomplete'
  | 'NeverAccepted'
  | 'NeverEmitted'
  | 'NeverGiven'
  | 'NeverTried'
  | 'NotFound'
  | 'TerminalLeft'

/** A fault, printed, and the allowance that would let it pass. */
interface ExploreFault {
  readonly allowance: ExploreAllowance | undefined
  readonly message: string
}

const counted = (n: number, what: string): string => (n === 1 ? `1 ${what}` : `${n} ${what}s`)

const undeniableFaults = (messages: ReadonlyArray<string>): ReadonlyArray<ExploreFault> =>
  messages.map((message) => ({ allowance: undefined, message }))

const shownOption = <A, B>(option: Option<A>, show: (value: A) => B): ReadonlyArray<B> =>
  option._tag === 'Some' ? [show(option.value)] : []

const brokenOf = <S, A, E>(
  { decider }: ExploreReport<S, A, E>,
  results: Readonly<Record<string, InvariantResult<S, A, E>>>,
  what: string,
): ReadonlyArray<ExploreFault> =>
  undeniableFaults(
    Object.entries(results).flatMap(([name, result]) => {
      if (result.type === 'Holds') return []
      const { trace } = result
      const scenario = shownOption(decider, (given) => `\n\n${showScenario(trace, given)}`).join('')
      const after = counted(trace.steps.length, 'action')
      return [`${what} "${seen(name)}" is broken after ${after}:\n${showTrace(trace)}${scenario}`]
    }),
  )

/** The trace to a state, and the action that was under way there. */
const showInterrupted = <S, A, E>({
  trace,
  action,
}: Pick<ExploreReport<S, A, E>['thrown'][number], 'trace' | 'action'>): string =>
  showTrace(trace) + shownOption(action, (value) => `\nwith: ${shown(value)}`).join('')

const thrownOf = <S, A, E>(thrown: ExploreReport<S, A, E>['thrown'][number]): string => {
  const times = thrown.count === 1 ? 'once' : `${thrown.count} times`
  return `${thrown.by} threw ${thrown.message} (${times}), first at:\n${showInterrupted(thrown)}`
}

const foundOf = <S, A, E>(
  allowance: ExploreAllowance,
  { count, examples }: FoundTraces<S, A, E>,
  what: string,
): ReadonlyArray<ExploreFault> => {
  if (count === 0) return []
  const example = examples.slice(0, 1).map(showTrace).join()
  return [{ allowance, message: `${what}: ${counted(count, 'state')}, such as\n${example}` }]
}

const kindFaults = (
  allowance: ExploreAllowance,
  kinds: ReadonlyArray<string>,
  what: string,
): ReadonlyArray<ExploreFault> =>
  kinds.length === 0 ? [] : [{ allowance, message: `${what}: ${kinds.join(', ')}` }]

const unprovedOf = <S, A, E>(report: ExploreReport<S, A, E>): ReadonlyArray<ExploreFault> => [
  ...(report.extent.type === 'Complete'
    ? []
    : [{ allowance: 'Incomplete', message: `not complete: ${showExtent(report)}` } as const]),
  ...(report.goal._tag === 'Some' && report.goal.value.type === 'NotFound'
    ? [{ allowance: 'NotFound', message: 'the goal was not found' } as const]
    : []),
]

const allFaults = <S, A, E>(report: ExploreReport<S, A, E>): ReadonlyArray<ExploreFault> => [
  ...undeniableFaults(
    shownOption(
      report.written,
      (written) =>
        'a state was written to by decide, evolve, or a function that reads states, and is shown as it is now:\n' +
        showInterrupted(written),
    ),
  ),
  ...undeniableFaults(
    shownOption(
      report.unsound,
      ({ what, known, other }) =>
        `two states were merged, but they behave differently: ${what}\n` +
        `one of them:\n${showTrace(known)}\nthe other:\n${showTrace(other)}`,
    ),
  ),
  ...brokenOf(report, report.invariants, 'invariant'),
  ...brokenOf(report, report.stepInvariants, 'step invariant'),
  ...brokenOf(report, report.alwaysPossible, 'what must stay possible,'),
  ...undeniableFaults(report.thrown.map(thrownOf)),
  ...foundOf('TerminalLeft', report.terminalLeft, 'a terminal state is left'),
  ...foundOf('DeadEnds', report.deadEnds, 'a dead end that is not terminal'),
  ...unprovedOf(report),
  ...kindFaults('NeverTried', report.neverTried, 'commands never tried'),
  ...kindFaults('NeverAccepted', report.neverAccepted, 'commands never accepted'),
  ...kindFaults('NeverEmitted', report.neverEmitted, 'events never emitted'),
  ...kindFaults('NeverGiven', report.neverGiven, 'rejections never given'),
]

/**
 * The faults in a report, each printed, except those that are allowed.
 *
 * @internal
 */
export const faultsOf = <S, A, E>(
  report: ExploreReport<S, A, E>,
  allowed: ReadonlyArray<ExploreAllowance> = [],
): ReadonlyArray<string> =>
  allFaults(report).flatMap(({ allowance, message }) =>
    allowance !== undefined && allowed.includes(allowance) ? [] : [message],
  )

/**
 * Fails a test, whatever runs it, by throwing an `Error` that shows every fault with its shortest trace,
 * and as a test to paste. Broken invariants and what was thrown are always faults, others unless they are
 * allowed.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { explore, assertExplored, deciderSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const report = explore(
 *     deciderSystem(decider, [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }]),
 *     { invariants: { 'no order yet': (state) => state.type === 'NoOrder' } },
 *   )
 *   assert.throws(
 *     () => assertExplored(report, ['DeadEnds']),
 *     /"no order yet" is broken after 1 action/,
 *   )
 *
 * @category asserting
 * @since 0.1.0
 */
export const assertExplored = <S, A, E>(
  report: ExploreReport<S, A, E>,
  allowed: ReadonlyArray<ExploreAllowance> = [],
): void => {
  const faults = faultsOf(report, allowed)
  if (faults.length > 0) throw new Error(faults.join('\n\n'))
}

/** Digits in groups of three. */
const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')

const showExtent = <S, A, E>(report: ExploreReport<S, A, E>): string => {
  const { extent, depth, written, unsound } = report
  if (extent.type === 'Complete') return `complete, depth ${depth}`
  if (extent.type === 'Stopped') {
    return `stopped at the limit of ${extent.limit.toLowerCase()}, all tried to depth ${depth}`
  }
  const reason =
    written._tag === 'Some'
      ? 'a state was written to'
      : unsound._tag === 'Some'
        ? 'two different states were merged'
        : 'something threw'
  return `cut short where ${reason}, all tried to depth ${depth}`
}

const showResult = <S, A, E>(name: string, result: InvariantResult<S, A, E>): string =>
  result.type === 'Holds'
    ? `  holds    ${name}`
    : `  broken   ${name}, after ${counted(result.trace.steps.length, 'action')}`

const showUse = ({ command, tried, accepted, emitted }: CommandUse): string =>
  `  ${command}: tried ${grouped(tried)}, accepted ${grouped(accepted)}, emitted ${grouped(emitted)}`

/**
 * Prints a report: the figures, the invariants, the commands, and every fault with its trace.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { explore, showExploration, deciderSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const create = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' } as const
 *   const report = explore(deciderSystem(decider, [create]))
 *   assert.match(showExploration(report), /^2 states, 2 transitions, 0 refused, complete, depth 1\n/)
 *
 * @category showing
 * @since 0.1.0
 */
export const showExploration = <S, A, E>(report: ExploreReport<S, A, E>): string => {
  const { states, transitions, refused, invariants, stepInvariants, alwaysPossible } = report
  const { commands, goal } = report
  const results = [invariants, stepInvariants, alwaysPossible].flatMap(
    Object.entries<InvariantResult<S, A, E>>,
  )
  return [
    `${grouped(states)} states, ${grouped(transitions)} transitions, ${grouped(refused)} refused, ${showExtent(report)}`,
    ...(results.length === 0 ? [] : ['invariants']),
    ...results.map(([name, result]) => showResult(name, result)),
    ...shownOption(goal, (found) =>
      found.type === 'NotFound'
        ? 'goal: not found'
        : `goal: found after ${counted(found.trace.steps.length, 'action')}\n${showTrace(found.trace)}`,
    ),
    ...(commands.length === 0 ? [] : ['commands']),
    ...commands.map(showUse),
    ...faultsOf(report, ['Incomplete', 'NotFound']).map((fault) => `\n${fault}`),
  ].join('\n')
}
