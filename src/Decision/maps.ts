/**
 * The maps of deciders, for decisions: each does what the map of that name does to the decider, and translates the
 * queries, tags and types as well.
 *
 * @since 0.1.0
 */
import { adapt as adaptDecider } from '../Adapt.ts'
import * as Decider from '../Decider.ts'
import { nothing } from '../Query.ts'
import type { Decision } from '../internal/decision.ts'
import { typeOfEvent } from '../internal/decision.ts'

/** What makes a decision of a decider. */
type ReadPart<C, S, E> = Required<
  Pick<Decision<C, S, E, unknown>, 'reads' | 'readsMore' | 'tags' | 'typeOf'>
>

const readPart = <C, S, E, R>(decision: Decision<C, S, E, R>): ReadPart<C, S, E> => ({
  reads: decision.reads,
  readsMore: decision.readsMore ?? (() => nothing),
  tags: decision.tags,
  typeOf: (event) => typeOfEvent(decision, event),
})

/**
 * Accepts other commands and translates them on the way in. A command reads what the translated one reads.
 *
 * @example
 *   import { contramapCommand, many } from 'decider-ts/Decision'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { tag } from 'decider-ts/Query'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import assert from 'node:assert'
 *
 *   const taxFree = pipe(
 *     orderDecider(),
 *     many(tag('order')),
 *     contramapCommand((key: string) => ({ key, command: { type: 'SetTax', amount: 0 } as const })),
 *   )
 *   assert.deepStrictEqual(taxFree.reads('a'), [{ tags: ['order:a'] }])
 *
 * @category mapping
 * @since 0.1.0
 */
export const contramapCommand =
  <C, C2>(
    f: (command: C2) => C,
  ): (<S, E, R>(decision: Decision<C, S, E, R>) => Decision<C2, S, E, R>) =>
  (decision) => {
    const { reads, readsMore, tags, typeOf } = readPart(decision)
    return {
      ...Decider.contramapCommand(f)(decision),
      reads: (command) => reads(f(command)),
      readsMore: (command, state) => readsMore(f(command), state),
      tags,
      typeOf,
    }
  }

/**
 * Returns other rejections, translated on the way out. Commands read what they did before.
 *
 * @example
 *   import { many, mapRejection } from 'decider-ts/Decision'
 *   import { orderDecider, type OrderRejection } from 'decider-ts/order'
 *   import { tag } from 'decider-ts/Query'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import assert from 'node:assert'
 *
 *   const orders = pipe(
 *     orderDecider(),
 *     many(tag('order')),
 *     mapRejection((of: { readonly rejection: OrderRejection }) => of.rejection.type),
 *   )
 *   const refused = orders.decide({ key: 'a', command: { type: 'SetTax', amount: 1 } }, orders.initialState)
 *   assert.deepStrictEqual(refused, left('OrderNotFound'))
 *
 * @category mapping
 * @since 0.1.0
 */
export const mapRejection =
  <R, R2>(
    f: (rejection: R) => R2,
  ): (<C, S, E>(decision: Decision<C, S, E, R>) => Decision<C, S, E, R2>) =>
  (decision) => ({ ...Decider.mapRejection(f)(decision), ...readPart(decision) })

/**
 * Keeps its state in another form. `to` and `from` must be inverses on the states that the decision reaches.
 *
 * @example
 *   import { imapState, many } from 'decider-ts/Decision'
 *   import type { Dictionary } from 'decider-ts/Dictionary'
 *   import { orderDecider, type OrderState } from 'decider-ts/order'
 *   import { tag } from 'decider-ts/Query'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import assert from 'node:assert'
 *
 *   const orders = pipe(
 *     orderDecider(),
 *     many(tag('order')),
 *     imapState((states: Dictionary<OrderState>) => ({ states }), (box) => box.states),
 *   )
 *   assert.strictEqual(orders.initialState.states.size, 0)
 *
 * @category mapping
 * @since 0.1.0
 */
export const imapState =
  <S, S2>(
    to: (state: S) => S2,
    from: (state: S2) => S,
  ): (<C, E, R>(decision: Decision<C, S, E, R>) => Decision<C, S2, E, R>) =>
  (decision) => {
    const { reads, readsMore, tags, typeOf } = readPart(decision)
    return {
      ...Decider.imapState(to, from)(decision),
      reads,
      readsMore: (command, state) => readsMore(command, from(state)),
      tags,
      typeOf,
    }
  }

/**
 * Emits and folds its events in another form. They keep their types and tags in queries, so the codec of the new form
 * must store them under the old types. Requires `from(to(e)) = e` for every event that the decision emits.
 *
 * @example
 *   import { imapEvent, many } from 'decider-ts/Decision'
 *   import { orderDecider, type OrderEvent } from 'decider-ts/order'
 *   import { tag } from 'decider-ts/Query'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import assert from 'node:assert'
 *
 *   type Stored = readonly [order: string, event: OrderEvent]
 *   const orders = pipe(
 *     orderDecider(),
 *     many(tag('order')),
 *     imapEvent(({ key, event }): Stored => [key, event], ([key, event]: Stored) => ({ key, event })),
 *   )
 *   assert.deepStrictEqual(orders.tags(['a', { type: 'TaxSet', amount: 5 }]), ['order:a'])
 *
 * @category mapping
 * @since 0.1.0
 */
export const imapEvent =
  <E, E2>(
    to: (event: E) => E2,
    from: (event: E2) => E,
  ): (<C, S, R>(decision: Decision<C, S, E, R>) => Decision<C, S, E2, R>) =>
  (decision) => {
    const { reads, readsMore, tags, typeOf } = readPart(decision)
    return {
      ...Decider.imapEvent(to, from)(decision),
      reads,
      readsMore,
      tags: (event) => tags(from(event)),
      typeOf: (event) => typeOf(from(event)),
    }
  }

/** Where a decision sits in a larger world, as for `Adapt.adapt`. */
type AdaptedWorld<C2, C, S2, S, E2, E> = Parameters<typeof adaptDecider<C2, C, S2, S, E2, E>>[0]

/**
 * Puts a decision into a larger world, as `Adapt.adapt` does a decider. A command of the world that it does not
 * handle reads nothing, and an event of the world that is not its own has no tags.
 *
 * @example
 *   import { adapt, many } from 'decider-ts/Decision'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { nothing, tag } from 'decider-ts/Query'
 *   import { fromPredicate } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const orders = many(tag('order'))(orderDecider())
 *   type Command = Parameters<typeof orders.decide>[0]
 *   type Event = Parameters<typeof orders.evolve>[1]
 *   type State = typeof orders.initialState
 *   type ShopCommand = Command | { readonly type: 'Enter' }
 *   type ShopEvent = Event | { readonly type: 'Entered' }
 *
 *   const inShop = adapt<ShopCommand, Command, { readonly orders: State }, State, ShopEvent, Event>({
 *     command: { getOption: fromPredicate((c): c is Command => 'key' in c), reverseGet: (c) => c },
 *     event: { getOption: fromPredicate((e): e is Event => 'key' in e), reverseGet: (e) => e },
 *     state: { get: (shop) => shop.orders, set: (states) => () => ({ orders: states }) },
 *     initialState: { orders: orders.initialState },
 *   })(orders)
 *   assert.deepStrictEqual(inShop.reads({ type: 'Enter' }), nothing)
 *
 * @category mapping
 * @since 0.1.0
 */
export const adapt =
  <C2, C, S2, S, E2, E>(
    world: AdaptedWorld<C2, C, S2, S, E2, E>,
  ): (<R>(decision: Decision<C, S, E, R>) => Decision<C2, S2, E2, R>) =>
  (decision) => {
    const { reads, readsMore, tags, typeOf } = readPart(decision)
    const { command: commands, event: events, state: place } = world
    return {
      ...adaptDecider(world)(decision),
      reads: (command) => {
        const own = commands.getOption(command)
        return own._tag === 'None' ? nothing : reads(own.value)
      },
      readsMore: (command, state) => {
        const own = commands.getOption(command)
        return own._tag === 'None' ? nothing : readsMore(own.value, place.get(state))
      },
      tags: (event) => {
        const own = events.getOption(event)
        return own._tag === 'None' ? [] : tags(own.value)
      },
      typeOf: (event) => {
        const own = events.getOption(event)
        return own._tag === 'None' ? typeOfEvent({}, event) : typeOf(own.value)
      },
    }
  }
