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
import type { Report, Sought } from './explore/report.ts'
import { begin } from './explore/memory.ts'
import type { System } from './explore/system.ts'

/**
 * How far to go. Whichever is met first ends the exploration; none of them makes a result wrong, only
 * less complete. Numbers are rounded down; what is less than 1 state, no action or no time is read as
 * that, and so is `NaN`: the initial state is always looked at.
 *
 * @category model
 * @since 0.1.0
 */
export interface Limits {
  /** The most actions in a row. */
  readonly depth?: number
  /** The most states; 100,000 where nothing is said. */
  readonly states?: number
  /**
   * The longest time, and the clock to read it from, such as `Date.now`. It is read before each state
   * and every 1,024 actions of one: what takes longer in between is not cut short.
   */
  readonly time?: { readonly milliseconds: number; readonly now: () => number }
}

/**
 * How far an exploration has come.
 *
 * @category model
 * @since 0.1.0
 */
export interface Progress {
  readonly states: number
  /** States that were reached and in which nothing was tried yet. */
  readonly waiting: number
  readonly transitions: number
  readonly refused: number
  readonly depth: number
}

/**
 * What makes two states one.
 *
 * `Observable`: that no pure function can tell them apart. They have the same fields, elements, entries
 * and members, in the same order, all the way down, and in both the same of these are one object. An
 * instance of a class with private fields is like no other, unless it shows what it holds by `toJSON`,
 * `valueOf` or `toString`.
 *
 * `Structural`: that `structural` of `Diff` takes them for equal. Fewer states are told apart, and what
 * is found is proved only if nothing that reads a state sees the order of fields, of a map's entries or
 * of a set's members, the prototype of a plain object, a hole of an array, or whether two parts are one
 * object. A queue that is kept in a `Set` is lost by it.
 *
 * @category model
 * @since 0.1.0
 */
export type Identity = 'Observable' | 'Structural'

/**
 * What to look for.
 *
 * @category model
 * @since 0.1.0
 */
export interface Options<in S, in A, in E> {
  /** The label of the node that a state stands under in the graph. One node where nothing is said. */
  readonly abstraction?: (state: S) => string
  /** What makes two states one. Defaults to `Observable`: what is told apart is explored apart. */
  readonly identity?: Identity
  /**
   * States whose canonical values are one by `identity` are explored as one. Sound where such states
   * behave alike: they refuse the same, and go on to states with the same canonical value. A sorted list
   * of lines is one where the order of lines does not matter. The first 2,000 states are looked at
   * without it, and where two do not behave alike that are one by it, the report says `unsound`.
   * Defaults to the state itself.
   */
  readonly canonical?: (state: S) => unknown
  /** What must hold in every state. One that throws is broken. */
  readonly invariants?: Readonly<Record<string, (state: S) => boolean>>
  /** What must hold of every accepted action. One that throws is broken. */
  readonly stepInvariants?: Readonly<
    Record<string, (before: S, action: A, events: ReadonlyArray<E>, after: S) => boolean>
  >
  /**
   * What must stay possible: from every state, some way leads to a state that satisfies it. It takes 8
   * more bytes for each transition.
   */
  readonly alwaysPossible?: Readonly<Record<string, (state: S) => boolean>>
  /** A state to find the shortest way to. */
  readonly find?: (state: S) => boolean
  readonly limits?: Limits
  /** The kinds of commands that should be tried. */
  readonly commands?: ReadonlyArray<string>
  /** The kinds of events that should be emitted; `Failed` is met by `Failed.'NoFunds'`, too. */
  readonly events?: ReadonlyArray<string>
  /** The kinds of rejections that should be given. */
  readonly rejections?: ReadonlyArray<string>
  /** How many traces to show of each kind of finding; 3 where nothing is said. */
  readonly examples?: number
  /** Called after every so many actions tried. */
  readonly progress?: { readonly every: number; readonly tell: (progress: Progress) => void }
}

/**
 * Everything that the actions of a system lead to. A broken invariant does not end it. What the system
 * throws is reported, and that something writes to a state, which ends it: then nothing counts as proved,
 * `extent` is `Faulty`, and no verdict complete.
 * What `abstraction`, `canonical`, `find` and `tell` throw is thrown.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { explore } from 'decider-ts/testing/explore'
 *   import { deciderSystem } from 'decider-ts/testing/explore'
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
 *   import { shortest } from 'decider-ts/testing/explore'
 *   import { deciderSystem } from 'decider-ts/testing/explore'
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
