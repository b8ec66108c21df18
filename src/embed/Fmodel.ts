/**
 * Converts deciders and projections to fmodel-ts and back. An fmodel decider throws to reject and has no
 * `isTerminal`; a projection is called a view.
 *
 * `d` is a decider, `p` a projection, `C` commands, `S` state, `E` events, `R` rejections; `≈` is the
 * equivalence of `Decider`.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. `fromFmodelDecider(toFmodelDecider(d)) ≈ d`
 * 2. `toFmodelDecider(d).decide` returns the events of `d.decide`, or throws an error from which its
 *    `rejectionOf` extracts the rejection of `d.decide`
 * 3. `fromFmodelView(toFmodelView(p))` folds as `p` does
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Decider } from '../Decider.ts'
import type { Projection } from '../Projection.ts'
import { catchRejection, rejectionErrors } from './internal/rejectionErrors.ts'

/** fmodel's `IDecider`, and the two things that it lacks. */
type FmodelDecider<C, S, E, R> = FmodelView<S, E> & {
  readonly decide: (command: C, state: S) => ReadonlyArray<E>
  readonly isTerminal: (state: S) => boolean
  /** The rejection that a thrown value stands for; `none` for any other error. */
  readonly rejectionOf: (thrown: unknown) => Option<R>
}

/** fmodel's `IView`. */
type FmodelView<S, E> = {
  readonly evolve: (state: S, event: E) => S
  readonly initialState: S
}

/**
 * Converts a decider for fmodel-ts: its aggregates take the result as it is, its class takes three fields,
 * `new Decider(d.decide, d.evolve, d.initialState)`. A rejection is thrown as an `Error` with the field
 * `rejection`; `rejectionOf` extracts the rejection from a caught error.
 *
 * @example
 *   import { Decider } from '@fraktalio/fmodel-ts'
 *   import { toFmodelDecider } from 'decider-ts/embed/Fmodel'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const { decide, evolve, initialState, rejectionOf } = toFmodelDecider(decider)
 *   const order = new Decider(decide, evolve, initialState)
 *   const create = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' } as const
 *   assert.strictEqual(order.decide(create, order.initialState)[0]?.type, 'OrderCreated')
 *   try {
 *     order.decide({ type: 'SetTax', amount: 5 }, order.initialState)
 *     assert.fail()
 *   } catch (error) {
 *     assert.deepStrictEqual(rejectionOf(error), some({ type: 'OrderNotFound' }))
 *   }
 *
 * @category deciders
 * @since 0.1.0
 */
export const toFmodelDecider = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
): FmodelDecider<C, S, E, R> => {
  const { errorOf, rejectionOf } = rejectionErrors<R>()
  const { evolve, initialState } = toFmodelView(decider)
  return {
    decide: (command, state) => {
      const decision = decider.decide(command, state)
      if (decision._tag === 'Right') return decision.right
      // the only way to reject without an event
      throw errorOf(decision.left)
    },
    evolve,
    initialState,
    isTerminal: decider.isTerminal,
    rejectionOf,
  }
}

/**
 * Converts an fmodel decider, completed by `isTerminal` and `rejectionOf`. An error that `rejectionOf`
 * recognises becomes a rejection; any other error is thrown on.
 *
 * @example
 *   import { Decider } from '@fraktalio/fmodel-ts'
 *   import { fromFmodelDecider } from 'decider-ts/embed/Fmodel'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const counter = new Decider<'Count', number, 'Counted'>(
 *     () => ['Counted'],
 *     (count) => count + 1,
 *     0,
 *   )
 *   const { decide, evolve, initialState } = counter
 *   const ours = fromFmodelDecider({
 *     decide,
 *     evolve,
 *     initialState,
 *     isTerminal: (count) => count === 3,
 *     rejectionOf: () => none,
 *   })
 *   assert.deepStrictEqual(ours.decide('Count', 1), right(['Counted']))
 *
 * @category deciders
 * @since 0.1.0
 */
export const fromFmodelDecider = <C, S, E, R>(
  decider: FmodelDecider<C, S, E, R>,
): Decider<C, S, E, R> => {
  const { initialState, evolve } = fromFmodelView(decider)
  return {
    initialState,
    decide: (command, state) =>
      catchRejection(decider.rejectionOf, () => decider.decide(command, state)),
    evolve,
    isTerminal: decider.isTerminal,
  }
}

/**
 * Converts a projection to an fmodel view. fmodel-ts folds with `reduce`, which passes an index and the
 * list as well; the projection does not see them.
 *
 * @example
 *   import { View } from '@fraktalio/fmodel-ts'
 *   import { toFmodelView } from 'decider-ts/embed/Fmodel'
 *   import { orderState } from 'decider-ts/order'
 *   import assert from 'node:assert'
 *
 *   const { evolve, initialState } = toFmodelView(orderState)
 *   const view = new View(evolve, initialState)
 *   assert.deepStrictEqual(view.initialState, { type: 'NoOrder' })
 *
 * @category views
 * @since 0.1.0
 */
export const toFmodelView = <S, E>({
  initialState,
  evolve,
}: Projection<S, E>): FmodelView<S, E> => ({
  evolve: (state, event) => evolve(state, event),
  initialState,
})

/**
 * Converts an fmodel view to a projection.
 *
 * @example
 *   import { View } from '@fraktalio/fmodel-ts'
 *   import { fromFmodelView } from 'decider-ts/embed/Fmodel'
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   const sum = new View<number, number>((state, event) => state + event, 0)
 *   assert.strictEqual(replay(fromFmodelView(sum))([1, 2, 3]), 6)
 *
 * @category views
 * @since 0.1.0
 */
export const fromFmodelView = <S, E>(view: FmodelView<S, E>): Projection<S, E> => ({
  initialState: view.initialState,
  evolve: (state, event) => view.evolve(state, event),
})
