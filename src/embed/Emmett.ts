/**
 * Converts deciders to Emmett and back. An Emmett message is `{ type, data }`, an Emmett decider throws to
 * reject, and it has no `isTerminal`.
 *
 * `d` is a decider, `C` its commands, `S` its state, `E` its events, `R` its rejections, `a` a command or an
 * event; `≈` is the equivalence of `Decider`.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. `fromEmmett(toEmmett(d)) ≈ d`
 * 2. `toEmmett(d).decide` returns the events of `d.decide` as messages, or throws an error from which
 *    `toEmmett(d).rejectionOf` extracts the rejection of `d.decide`
 * 3. `fromEmmettMessage(toEmmettMessage(a)) = a`
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Decider } from '../Decider.ts'
import { catchRejection, rejectionErrors } from './internal/rejectionErrors.ts'
import type { WithType } from '../codec/internal/shortForm.ts'

/**
 * A flat command or event as an Emmett message: its `type`, and its other fields as `data`.
 *
 * @category model
 * @since 0.1.0
 */
export type EmmettMessage<A extends WithType> = A extends WithType
  ? {
      readonly type: A['type']
      readonly data: { readonly [K in keyof A as Exclude<K, 'type'>]: A[K] }
    }
  : never

/** A message whose data can become fields beside its `type`: an object without a field of that name. */
interface Flattenable {
  readonly type: string
  readonly data: object & { readonly type?: never }
}

type Flattened<M extends Flattenable> = M extends { readonly data: infer D }
  ? SameFields<{ readonly type: M['type'] } & D>
  : never

type SameFields<A> = { readonly [K in keyof A]: A[K] }

/** An Emmett decider, and the two things that Emmett's form lacks. */
type EmmettDecider<S, C, E, R> = {
  readonly decide: (command: C, state: S) => E | Array<E>
  readonly evolve: (state: S, event: E) => S
  readonly initialState: () => S
  readonly isTerminal: (state: S) => boolean
  /** The rejection that a thrown value stands for; `none` for any other error. */
  readonly rejectionOf: (thrown: unknown) => Option<R>
}

/**
 * Converts a flat command or event to an Emmett message.
 *
 * @example
 *   import { toEmmettMessage } from 'decider-ts/embed/Emmett'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(toEmmettMessage({ type: 'SetTax', amount: 5 }), {
 *     type: 'SetTax',
 *     data: { amount: 5 },
 *   })
 *
 * @category messages
 * @since 0.1.0
 */
export const toEmmettMessage = <A extends WithType>(value: A): EmmettMessage<A> => {
  const { type, ...data } = value
  // EmmettMessage says the same of each member of the union
  return { type, data } as unknown as EmmettMessage<A>
}

/**
 * Converts an Emmett message to a flat command or event. Its metadata is dropped.
 *
 * @example
 *   import { fromEmmettMessage } from 'decider-ts/embed/Emmett'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(fromEmmettMessage({ type: 'SetTax', data: { amount: 5 } }), {
 *     type: 'SetTax',
 *     amount: 5,
 *   })
 *
 * @category messages
 * @since 0.1.0
 */
export const fromEmmettMessage = <M extends Flattenable>({ type, data }: M): Flattened<M> => {
  const first = { type }
  // Flattened says the same of each member; untyped data may have a `type`, which must not win
  return { ...first, ...data, type } as unknown as Flattened<M>
}

/**
 * Converts a decider for use with Emmett's `DeciderCommandHandler` and `DeciderSpecification`. A rejection
 * is thrown as an `Error` with the field `rejection` and the `errorCode` 403 of Emmett's
 * `IllegalStateError`; `rejectionOf` extracts the rejection from a caught error.
 *
 * @example
 *   import { DeciderSpecification } from '@event-driven-io/emmett'
 *   import { toEmmett } from 'decider-ts/embed/Emmett'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const order = toEmmett(decider)
 *   const given = DeciderSpecification.for(order)
 *   given({ type: 'OrderCreated', data: { customerId: 'VINET', currency: 'USD' } })
 *     .when({ type: 'SetTax', data: { amount: 5 } })
 *     .then({ type: 'TaxSet', data: { amount: 5 } })
 *   given([])
 *     .when({ type: 'SetTax', data: { amount: 5 } })
 *     .thenThrows((error) => {
 *       assert.deepStrictEqual(order.rejectionOf(error), some({ type: 'OrderNotFound' }))
 *       return true
 *     })
 *
 * @category deciders
 * @since 0.1.0
 */
export const toEmmett = <C extends WithType, S, E extends WithType, R>(
  decider: Decider<C, S, E, R>,
): EmmettDecider<S, EmmettMessage<C>, EmmettMessage<E>, R> => {
  const { errorOf, rejectionOf } = rejectionErrors<R>()
  return {
    decide: (command, state) => {
      const decision = decider.decide(flatten<C>(command), state)
      if (decision._tag === 'Right') return decision.right.map((event) => toEmmettMessage(event))
      // Emmett knows no other way to reject
      throw Object.assign(errorOf(decision.left), { errorCode: 403 })
    },
    evolve: (state, event) => decider.evolve(state, flatten<E>(event)),
    initialState: () => decider.initialState,
    isTerminal: decider.isTerminal,
    rejectionOf,
  }
}

/** The value from which the message was made. */
const flatten = <A extends WithType>(message: {
  readonly type: string
  readonly data: object
}): A =>
  // toEmmettMessage and fromEmmettMessage are each other's inverses
  fromEmmettMessage(message) as unknown as A

/**
 * Converts an Emmett decider, completed by `isTerminal` and `rejectionOf`. An error that `rejectionOf`
 * recognises becomes a rejection; any other error is thrown on. `initialState` is called anew for each
 * fold, so that an `evolve` that mutates its state does not affect other folds. Do not cache such states.
 *
 * @example
 *   import { IllegalStateError } from '@event-driven-io/emmett'
 *   import { fromEmmett } from 'decider-ts/embed/Emmett'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   type Open = { readonly type: 'Open'; readonly data: { readonly by: string } }
 *   type Opened = { readonly type: 'Opened'; readonly data: { readonly by: string } }
 *   const door = {
 *     initialState: () => 'closed',
 *     decide: ({ data }: Open, state: string): Opened => {
 *       if (state === 'open') throw new IllegalStateError('It is open')
 *       return { type: 'Opened', data }
 *     },
 *     evolve: (_: string, event: Opened) => (event.type === 'Opened' ? 'open' : 'closed'),
 *   }
 *   const decider = fromEmmett({
 *     ...door,
 *     isTerminal: () => false,
 *     rejectionOf: (thrown) => (thrown instanceof IllegalStateError ? some(thrown.message) : none),
 *   })
 *   assert.deepStrictEqual(decider.decide({ type: 'Open', by: 'Ann' }, 'open'), left('It is open'))
 *
 * @category deciders
 * @since 0.1.0
 */
export const fromEmmett = <S, C extends Flattenable, E extends Flattenable, R>(
  decider: EmmettDecider<S, C, E, R>,
): Decider<Flattened<C>, S, Flattened<E>, R> => ({
  get initialState() {
    return decider.initialState()
  },
  decide: (command, state) =>
    catchRejection(decider.rejectionOf, () => {
      const events = decider.decide(toMessageOf<C>(command), state)
      const list = Array.isArray(events) ? events : [events]
      return list.map((event) => fromEmmettMessage(event))
    }),
  evolve: (state, event) => decider.evolve(state, toMessageOf<E>(event)),
  isTerminal: decider.isTerminal,
})

/** The message from which the flat value was made. */
const toMessageOf = <M extends Flattenable>(value: WithType): M =>
  // fromEmmettMessage and toEmmettMessage are each other's inverses
  toEmmettMessage(value) as unknown as M
