/**
 * Explores a decider, or any transition system, exhaustively: breadth first through every state that
 * its commands lead to, so that each way it shows is a shortest one.
 *
 * `S` is the state, `A` an action (of a decider: a command), `E` an event, `R` a rejection.
 *
 * Laws, of a pure system:
 *
 * 1. `states` is the number of states that some list of actions leads to, where the exploration is
 *    complete, and `depth` the most actions that any of them takes at the least
 * 2. an invariant is `Broken` exactly when a state breaks it that is reached in at most `depth` actions;
 *    no shorter way breaks it than its trace
 * 3. a trace replays: its steps, taken on the system, give its events and its states
 * 4. what must stay possible is `Broken` exactly when some state has no way to it, where the exploration
 *    is complete; its trace is a shortest way to such a state
 * 5. the graph counts each state once, each accepted action once for each state, and each refusal once
 *    for each state; not the action to a state beyond the limit of states, which ends the exploration
 *
 * @since 0.1.0
 */
import { run } from './explore/search.ts'
import { reportOf, soughtOf } from './explore/findings.ts'
import { checkMerged } from './explore/merged.ts'
import type { Options } from './explore/options.ts'
import type { Report, Sought } from './explore/report.ts'
import { begin } from './explore/memory.ts'
import type { System } from './explore/system.ts'

export type { Identity, Limits, Options, Progress } from './explore/options.ts'
export type { Action, Happening, Keyed, Trouble, World } from './explore/process.ts'
export { isSettled, processSystem } from './explore/process.ts'
export type { ProcessLaws } from './explore/processLaws.ts'
export { processLaws } from './explore/processLaws.ts'
export type {
  Allowance,
  CommandUse,
  Extent,
  Finding,
  Report,
  Sought,
  Thrown,
  Unsound,
  Verdict,
  Written,
} from './explore/report.ts'
export { assertExplored, faultsOf, showReport } from './explore/report.ts'
export type { System } from './explore/system.ts'
export { deciderSystem } from './explore/system.ts'
export type { Step, Trace } from './explore/trace.ts'
export { lastState, showScenario, showTrace } from './explore/trace.ts'
export type { Edge, Graph, Node, Refusal } from './internal/graph.ts'

/**
 * Everything that the actions of a system lead to. A broken invariant does not end it. What the system
 * throws is reported, and that something writes to a state, which ends it: then nothing counts as proved,
 * `extent` is `Faulty`, and no verdict complete.
 * What `abstraction`, `canonical`, `find` and `tell` throw is thrown.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { explore, deciderSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
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
 *   const verdict = report.invariants['never dear']
 *   assert.ok(verdict?.type === 'Broken' && verdict.trace.steps.length === 3)
 *
 * @category exploring
 * @since 0.1.0
 */
export const explore = <S, A, E, R>(
  system: System<S, A, E, R>,
  options: Options<S, A, E> = {},
): Report<S, A, E> => {
  const search = begin(system, options, false)
  run(search)
  checkMerged(search)
  return reportOf(search)
}

/**
 * A shortest way to a state, which is where the exploration ends.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { shortest, deciderSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
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
  options: Omit<Options<S, A, E>, 'find'> = {},
): Sought<S, A, E> => {
  const search = begin(system, { ...options, find }, true)
  run(search)
  checkMerged(search)
  return soughtOf(search)
}
