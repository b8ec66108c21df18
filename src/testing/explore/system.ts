/**
 * A transition system: what can be explored. A decider with commands to try is one.
 *
 * `S` is the state, `A` an action to try in it, `E` what an accepted action emits, `R` why an action is
 * rejected. All functions are pure.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider, Transition } from '../../Decider.ts'
import { transition } from '../../Decider.ts'
import { shaped } from '../internal/shapes.ts'

/**
 * Where it starts, which actions can be tried, what they lead to, and which states are terminal.
 *
 * @category model
 * @since 0.1.0
 */
export interface System<in out S, in out A, out E, out R> {
  readonly initialState: S
  /** The actions to try in a state: finitely many. Repeated actions are tried once. */
  readonly actions: (state: S) => ReadonlyArray<A>
  readonly step: (action: A, state: S) => Either<R, Transition<S, E>>
  readonly isTerminal: (state: S) => boolean
  /** What generated tests call the decider, if the actions are the commands of one. */
  readonly decider?: string
}

/**
 * A decider and the commands to try on it: the same in every state, or those that a function returns for
 * a state. Annotate the return type of such a function, `(state): ReadonlyArray<OrderCommand> => …`, to
 * have excess fields of its commands reported as well.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { deciderSystem } from 'decider-ts/testing/explore'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const system = deciderSystem(decider, [{ type: 'SetTax', amount: 100 }])
 *   const [setTax] = system.actions(system.initialState)
 *   assert.ok(setTax !== undefined)
 *   assert.deepStrictEqual(system.step(setTax, system.initialState), left({ type: 'OrderNotFound' }))
 *
 * @category building
 * @since 0.1.0
 */
export const deciderSystem: {
  <const C, S, E, R>(
    decider: Decider<C, S, E, R>,
    commands: (state: S) => ReadonlyArray<C>,
  ): System<S, C, E, R>
  <C, S, E, R>(
    decider: Decider<C, S, E, R>,
    commands: ReadonlyArray<C> | ((state: S) => ReadonlyArray<C>),
  ): System<S, C, E, R>
} = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  commands: ReadonlyArray<C> | ((state: S) => ReadonlyArray<C>),
): System<S, C, E, R> => ({
  initialState: decider.initialState,
  actions: typeof commands === 'function' ? commands : () => commands,
  step: transition(shaped(decider)),
  isTerminal: shaped(decider).isTerminal,
  decider: 'decider',
})
