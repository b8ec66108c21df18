/**
 * Explores a decider, or any transition system, exhaustively: breadth first through every state that its
 * commands lead to, so that each trace it shows is a shortest one.
 *
 * `S` is the state, `A` an action (of a decider: a command), `E` an event, `R` a rejection.
 *
 * Laws, for a pure system:
 *
 * 1. if the exploration is complete, `states` is the number of states that some list of actions leads to,
 *    and `depth` the most actions that a shortest path to any of them takes
 * 2. an invariant is `Broken` exactly if some state within `depth` actions breaks it, and its trace is a
 *    shortest path to such a state
 * 3. a trace replays: taking its steps on the system gives its events and its states
 * 4. if the exploration is complete, what must stay possible is `Broken` exactly if some state has no path
 *    to it, and its trace is a shortest path to such a state
 * 5. the graph counts each state once, and for each state each accepted action once and each rejected
 *    action once; except the action to a state beyond the limit, which ends the exploration
 *
 * @since 0.1.0
 */
import type { FinishedSearch } from './explore/conclude.ts'
import { goalOf, reportOf } from './explore/conclude.ts'
import { counting, noFindings } from './explore/findings.ts'
import { firstMerger } from './explore/merged.ts'
import type { ExploreOptions } from './explore/options.ts'
import { searchRecord } from './explore/record.ts'
import type { ExploreReport, GoalResult } from './explore/report.ts'
import { searchSystem } from './explore/search.ts'
import type { System } from './explore/system.ts'

export type { ExploreOptions } from './explore/options.ts'
export { isSettled, processSystem } from './explore/process.ts'
export { processLaws } from './explore/processLaws.ts'
export type { ExploreReport } from './explore/report.ts'
export { assertExplored, showExploration } from './explore/showExploration.ts'
export type { System } from './explore/system.ts'
export { deciderSystem } from './explore/system.ts'
export type { Trace } from './explore/trace.ts'
export { showScenario, showTrace } from './explore/trace.ts'

const explored = <S, A, E, R>(
  system: System<S, A, E, R>,
  options: ExploreOptions<S, A, E>,
  stopsAtGoal: boolean,
): FinishedSearch<S, A, E, R> => {
  const record = searchRecord(system, options)
  const findings = noFindings(options, stopsAtGoal)
  searchSystem(record, options, counting(record, findings))
  return { record, findings, unsound: firstMerger(record, findings) }
}

/**
 * Explores everything that the actions of a system lead to. A broken invariant does not end it. If the
 * system throws, or something writes to a state (which ends the exploration), that is reported, nothing
 * counts as proved, and `extent` is `Faulty`. Throws what `abstraction`, `canonical`, `find` and `tell`
 * throw.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { explore, deciderSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const system = deciderSystem(decider, [
 *     { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *     { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 1_400, discount: 0 },
 *     { type: 'RemoveLine', productId: '11' },
 *     { type: 'SetTax', amount: 100 },
 *   ])
 *   const report = explore(system, {
 *     invariants: { 'never dear': (state) => state.type === 'NoOrder' || state.total <= 1_400 },
 *   })
 *   assert.deepStrictEqual(report.extent, { type: 'Complete' })
 *   assert.strictEqual(report.states, 5)
 *   const neverDear = report.invariants['never dear']
 *   assert.ok(neverDear?.type === 'Broken' && neverDear.trace.steps.length === 3)
 *
 * @category exploring
 * @since 0.1.0
 */
export const explore = <S, A, E, R>(
  system: System<S, A, E, R>,
  options: ExploreOptions<S, A, E> = {},
): ExploreReport<S, A, E> => reportOf(explored(system, options, false))

/**
 * Finds a shortest trace to a state that satisfies a predicate, and stops there.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { shortest, deciderSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const system = deciderSystem(decider, [
 *     { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *     { type: 'ChangeStatus', newStatus: 'confirmed' },
 *     { type: 'ChangeStatus', newStatus: 'cancelled' },
 *     { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 1_400, discount: 0 },
 *   ])
 *   const confirmed = shortest(system, (state) => state.type === 'Order' && state.status === 'confirmed')
 *   assert.ok(confirmed.type === 'Found')
 *   assert.deepStrictEqual(
 *     confirmed.trace.steps.map(({ action }) => action.type),
 *     ['CreateOrder', 'AddLine', 'ChangeStatus'],
 *   )
 *
 * @category exploring
 * @since 0.1.0
 */
export const shortest = <S, A, E, R>(
  system: System<S, A, E, R>,
  find: (state: S) => boolean,
  options: Omit<ExploreOptions<S, A, E>, 'find'> = {},
): GoalResult<S, A, E> => goalOf(explored(system, { ...options, find }, true))
