/**
 * Deciders to Emmett and back: there a message is `{ type, data }`, a rejection is thrown, and nothing
 * says when it is over.
 *
 * `d` is a decider, `C` its commands, `S` its state, `E` its events, `R` its rejections; `≈` is that of
 * `Decider`.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. `fromEmmett(toEmmett(d)) ≈ d`
 * 2. `toEmmett(d).decide` gives the events of `d.decide` as messages, or throws what
 *    `toEmmett(d).rejectionOf` takes the rejection of `d.decide` from
 * 3. `fromMessage(toMessage(a)) = a`
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Decider } from '../Decider.ts'
import { refusalsOf } from './internal/refusals.ts'
import { left, right } from '../internal/either.ts'

/**
 * What is told apart by its `type`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Typed {
  readonly type: string
}

/**
 * A flat command or event as a message of Emmett: its `type`, and its other fields as `data`.
 *
 * @category model
 * @since 0.1.0
 */
export type MessageOf<A extends Typed> = A extends Typed
  ? {
      readonly type: A['type']
      readonly data: { readonly [K in keyof A as Exclude<K, 'type'>]: A[K] }
    }
  : never

/**
 * A message of Emmett whose data can stand beside its `type`: an object without a field of that name.
 *
 * @category model
 * @since 0.1.0
 */
export interface Message {
  readonly type: string
  readonly data: object & { readonly type?: never }
}

/**
 * A message with its data flat beside its `type`. Its metadata is left behind.
 *
 * @category model
 * @since 0.1.0
 */
export type FlatOf<M extends Message> = M extends { readonly data: infer D }
  ? Flat<{ readonly type: M['type'] } & D>
  : never

type Flat<A> = { readonly [K in keyof A]: A[K] }

/**
 * A decider in the form of Emmett. `decide` gives one event or several, or throws.
 *
 * @category model
 * @since 0.1.0
 */
export interface EmmettDecider<S, C, E> {
  readonly decide: (command: C, state: S) => E | Array<E>
  readonly evolve: (state: S, event: E) => S
  readonly initialState: () => S
}

/**
 * What Emmett's form leaves out: when it is over, and which rejection a thrown value stands for, `none`
 * for one that is no refusal but a fault.
 *
 * @category model
 * @since 0.1.0
 */
export interface Completion<S, R> {
  readonly isTerminal: (state: S) => boolean
  readonly rejectionOf: (thrown: unknown) => Option<R>
}

/**
 * A command or an event as a message of Emmett.
 *
 * @example
 *   import { toMessage } from 'decider-ts/embed/Emmett'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(toMessage({ type: 'SetTax', amount: 5 }), {
 *     type: 'SetTax',
 *     data: { amount: 5 },
 *   })
 *
 * @category messages
 * @since 0.1.0
 */
export const toMessage = <A extends Typed>(value: A): MessageOf<A> => {
  const { type, ...data } = value
  // what MessageOf says of each member
  return { type, data } as unknown as MessageOf<A>
}

/**
 * The command or event of a message.
 *
 * @example
 *   import { fromMessage } from 'decider-ts/embed/Emmett'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(fromMessage({ type: 'SetTax', data: { amount: 5 } }), {
 *     type: 'SetTax',
 *     amount: 5,
 *   })
 *
 * @category messages
 * @since 0.1.0
 */
export const fromMessage = <M extends Message>({ type, data }: M): FlatOf<M> => {
  const first = { type }
  // what FlatOf says of each member; data from outside may have a type of its own, which is none
  return { ...first, ...data, type } as unknown as FlatOf<M>
}

/**
 * The decider for Emmett's `DeciderCommandHandler` and `DeciderSpecification`. A rejection is thrown as
 * an `Error` with the field `rejection` and an `errorCode` of 403, that of Emmett's `IllegalStateError`;
 * `rejectionOf` takes the rejection out of what was caught.
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
export const toEmmett = <C extends Typed, S, E extends Typed, R>(
  decider: Decider<C, S, E, R>,
): EmmettDecider<S, MessageOf<C>, MessageOf<E>> & Completion<S, R> => {
  const { errorOf, rejectionOf } = refusalsOf<R>()
  return {
    decide: (command, state) => {
      const decision = decider.decide(flat<C>(command), state)
      if (decision._tag === 'Right') return decision.right.map((event) => toMessage(event))
      // the only way to refuse that Emmett knows
      throw Object.assign(errorOf(decision.left), { errorCode: 403 })
    },
    evolve: (state, event) => decider.evolve(state, flat<E>(event)),
    initialState: () => decider.initialState,
    isTerminal: decider.isTerminal,
    rejectionOf,
  }
}

/** The one value that the message was made of, or one like it. */
const flat = <A extends Typed>(message: { readonly type: string; readonly data: object }): A =>
  // toMessage and fromMessage are each other's inverses
  fromMessage(message) as unknown as A

/**
 * A decider of Emmett, completed by what its form leaves out, as a decider: what it throws to refuse
 * comes back as a rejection. What it throws for any other reason is thrown on. Its `initialState` is
 * called each time it is asked for: where `evolve` writes to the state that it is given, no other fold
 * starts from what it wrote. Do not keep such states anywhere.
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
export const fromEmmett = <S, C extends Message, E extends Message, R>(
  decider: EmmettDecider<S, C, E> & Completion<S, R>,
): Decider<FlatOf<C>, S, FlatOf<E>, R> => ({
  get initialState() {
    return decider.initialState()
  },
  decide: (command, state) => {
    try {
      const events = decider.decide(split<C>(command), state)
      const list = Array.isArray(events) ? events : [events]
      return right(list.map((event) => fromMessage(event)))
    } catch (thrown) {
      const rejection = decider.rejectionOf(thrown)
      if (rejection._tag === 'Some') return left(rejection.value)
      // a fault stays one
      throw thrown
    }
  },
  evolve: (state, event) => decider.evolve(state, split<E>(event)),
  isTerminal: decider.isTerminal,
})

/** The message that the flat value was made of, or one like it. */
const split = <M extends Message>(value: Typed): M =>
  // fromMessage and toMessage are each other's inverses
  toMessage(value) as unknown as M
