/**
 * Deciders and projections to fmodel-ts and back: there a decider refuses by throwing and never ends,
 * and a projection is called a view.
 *
 * `d` is a decider, `p` a projection, `C` commands, `S` state, `E` events, `R` rejections; `≈` is that of
 * `Decider`.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. `fromFmodelDecider(toFmodelDecider(d)) ≈ d`
 * 2. `toFmodelDecider(d).decide` gives the events of `d.decide`, or throws what its `rejectionOf` takes
 *    the rejection of `d.decide` from
 * 3. `fromFmodelView(toFmodelView(p))` folds as `p` does
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Decider } from '../Decider.ts'
import type { Projection } from '../Projection.ts'
import { refusalsOf } from './internal/refusals.ts'
import { left, right } from '../internal/either.ts'

/**
 * A decider in the form of fmodel-ts, its `IDecider`.
 *
 * @category model
 * @since 0.1.0
 */
export interface FmodelDecider<C, S, E> extends FmodelView<S, E> {
  readonly decide: (command: C, state: S) => ReadonlyArray<E>
}

/**
 * A view in the form of fmodel-ts, its `IView`.
 *
 * @category model
 * @since 0.1.0
 */
export interface FmodelView<S, E> {
  readonly evolve: (state: S, event: E) => S
  readonly initialState: S
}

/**
 * What the form of fmodel-ts leaves out: when it is over, and which rejection a thrown value stands for,
 * `none` for one that is no refusal but a fault.
 *
 * @category model
 * @since 0.1.0
 */
export interface Completion<S, R> {
  readonly isTerminal: (state: S) => boolean
  readonly rejectionOf: (thrown: unknown) => Option<R>
}

/**
 * The decider as fmodel-ts takes it, for its aggregates as it is, and for its class by
 * `new Decider(d.decide, d.evolve, d.initialState)`. A rejection is thrown as an `Error` with the field
 * `rejection`; `rejectionOf` takes the rejection out of what was caught.
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
): FmodelDecider<C, S, E> & Completion<S, R> => {
  const { errorOf, rejectionOf } = refusalsOf<R>()
  const { evolve, initialState } = toFmodelView(decider)
  return {
    decide: (command, state) => {
      const decision = decider.decide(command, state)
      if (decision._tag === 'Right') return decision.right
      // the only way to refuse that is no event
      throw errorOf(decision.left)
    },
    evolve,
    initialState,
    isTerminal: decider.isTerminal,
    rejectionOf,
  }
}

/**
 * A decider of fmodel-ts, completed by what its form leaves out: what it throws to refuse comes back as
 * a rejection. What it throws for any other reason is thrown on.
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
  decider: FmodelDecider<C, S, E> & Completion<S, R>,
): Decider<C, S, E, R> => {
  const { initialState, evolve } = fromFmodelView(decider)
  return {
    initialState,
    decide: (command, state) => {
      try {
        return right(decider.decide(command, state))
      } catch (thrown) {
        const rejection = decider.rejectionOf(thrown)
        if (rejection._tag === 'Some') return left(rejection.value)
        // a fault stays one
        throw thrown
      }
    },
    evolve,
    isTerminal: decider.isTerminal,
  }
}

/**
 * The projection as a view of fmodel-ts. Its `evolve` takes a state and an event and nothing else:
 * fmodel-ts folds by `reduce`, which would hand on an index and the list.
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
 * A view of fmodel-ts as a projection.
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
