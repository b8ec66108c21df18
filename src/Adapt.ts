/**
 * Puts a decider into a larger world: it handles some of the world's commands and events, and keeps its
 * state in a part of the world's state.
 *
 * `d` is a decider, `a` the adapted one, `c` a prism on commands, `e` one on events, `l` a lens on the
 * state.
 *
 * A prism has `getOption(reverseGet(x)) = some(x)`; a lens has `get(set(x)(s)) = x`,
 * `set(get(s))(s) = s` and `set(x)(set(y)(s)) = set(x)(s)`. Both are the shapes of monocle-ts.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. commands that `c` does not select emit nothing; events that `e` does not select change nothing
 * 2. what they select is handled as `d` does: `a.decide(c.reverseGet(x), s)` is `d.decide(x, l.get(s))`,
 *    its events embedded, and `l.get(a.evolve(s, e.reverseGet(y))) = d.evolve(l.get(s), y)`
 * 3. the rest of the world's state stays as it is
 * 4. identity: with the identity prisms and lens, `a ≈ d`
 * 5. composition: adapting twice is adapting once with the composed prisms and lens
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Decider } from './Decider.ts'
import { right } from './internal/either.ts'

/**
 * Some values of `S` are an `A`: how to find it, and how to turn an `A` into an `S`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Prism<in out S, in out A> {
  readonly getOption: (s: S) => Option<A>
  readonly reverseGet: (a: A) => S
}

/**
 * Every value of `S` holds an `A`: how to read it, and how to replace it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Lens<in out S, in out A> {
  readonly get: (s: S) => A
  readonly set: (a: A) => (s: S) => S
}

/** Infers the world from `getOption`, so `reverseGet` may return something narrower. */
interface PrismFrom<in out S, in out A> extends Prism<S, A> {
  readonly reverseGet: (a: A) => NoInfer<S>
}

/** Where a decider sits in a larger world. */
interface Adaptation<in out C2, in out C, in out S2, in out S, in out E2, in out E> {
  readonly command: PrismFrom<C2, C>
  readonly event: PrismFrom<E2, E>
  readonly state: Lens<S2, S>
  /** The world's initial state; the decider's own is set into it. */
  readonly initialState: S2
}

/**
 * Adapts a decider to a larger world.
 *
 * @example
 *   import { adapt } from 'decider-ts/Adapt'
 *   import { orderDecider, type OrderCommand, type OrderEvent, type OrderState } from 'decider-ts/order'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import { fromPredicate } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   type Shop = { readonly visitors: number; readonly order: OrderState }
 *   type ShopCommand = OrderCommand | { readonly type: 'Enter' }
 *   type ShopEvent = OrderEvent | { readonly type: 'Entered' }
 *
 *   const inShop = pipe(
 *     decider,
 *     adapt<ShopCommand, OrderCommand, Shop, OrderState, ShopEvent, OrderEvent>({
 *       command: {
 *         getOption: fromPredicate((c): c is OrderCommand => c.type !== 'Enter'),
 *         reverseGet: (c) => c,
 *       },
 *       event: {
 *         getOption: fromPredicate((e): e is OrderEvent => e.type !== 'Entered'),
 *         reverseGet: (e) => e,
 *       },
 *       state: { get: (shop) => shop.order, set: (order) => (shop) => ({ ...shop, order }) },
 *       initialState: { visitors: 7, order: decider.initialState },
 *     }),
 *   )
 *   assert.deepStrictEqual(inShop.decide({ type: 'Enter' }, inShop.initialState), right([]))
 *   const shop = inShop.evolve(inShop.initialState, {
 *     type: 'OrderCreated',
 *     customerId: 'VINET',
 *     currency: 'USD',
 *   })
 *   assert.deepStrictEqual([shop.visitors, shop.order.type], [7, 'Order'])
 *
 * @category mapping
 * @since 0.1.0
 */
export const adapt =
  <C2, C, S2, S, E2, E>({
    command: commands,
    event: events,
    state: place,
    initialState,
  }: Adaptation<C2, C, S2, S, E2, E>): (<R>(
    decider: Decider<C, S, E, R>,
  ) => Decider<C2, S2, E2, R>) =>
  (decider) => ({
    initialState: place.set(decider.initialState)(initialState),
    decide: (command, state) => {
      const own = commands.getOption(command)
      if (own._tag === 'None') return right([])
      const decision = decider.decide(own.value, place.get(state))
      return decision._tag === 'Left'
        ? decision
        : right(decision.right.map((event) => events.reverseGet(event)))
    },
    evolve: (state, event) => {
      const own = events.getOption(event)
      if (own._tag === 'None') return state
      const before = place.get(state)
      const after = decider.evolve(before, own.value)
      return Object.is(before, after) ? state : place.set(after)(state)
    },
    isTerminal: (state) => decider.isTerminal(place.get(state)),
  })
