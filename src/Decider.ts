/**
 * A decider is a business rule as a value: what a command may do in a state, and what an event does
 * to it. Both functions are pure.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection; `d` a decider, `s0` its
 * initial state, `fold(s, es)` the fold of `d.evolve`; `d ≈ d'` means that for every list of
 * commands both give the same outputs and the same `isTerminal` at each step.
 *
 * Laws (B for behaviour, M for mapping; every one is a property test under its number):
 *
 * - B1 purity: on deeply frozen arguments, calling twice gives deeply equal results; nothing throws, and
 *   nothing but the arguments is read
 * - B2 fold: `fold(s, []) = s` and `fold(s, [...xs, ...ys]) = fold(fold(s, xs), ys)`
 * - B3 replay: the state after running commands is `fold(s0, all emitted events)`
 * - B4 `evolve` is total, and an event that does not apply leaves the state unchanged
 * - B5 an emitted event changes the state that it meets, or is declared to have no effect
 * - B6 invariants hold in `s0` and at every prefix of every emission
 * - B7 a command declared idempotent, decided again on the state it led to, gives `Right([])`
 * - B8 in a terminal state `decide` gives `Left` or `Right([])`
 * - B9 events survive their codec: a law of `EventCodec`
 * - B10 a rejection changes nothing
 * - B11 running from the stored state and from the stored events emits the same events
 * - M1 identity: each map with the identity is `≈ d`
 * - M2 composition: mapping twice is mapping once with the composed function
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Projection } from './Projection.ts'
import { replayFrom } from './Projection.ts'
import { left, right } from './internal/either.ts'

/**
 * The rules of one kind of stream. Its functions are called without a receiver.
 *
 * @example
 *   import type { Decider } from 'decider-ts/Decider'
 *   import { left, right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   type Command = { readonly type: 'SwitchOn' } | { readonly type: 'SwitchOff' }
 *   type Event = { readonly type: 'SwitchedOn' } | { readonly type: 'SwitchedOff' }
 *   type Rejection = { readonly type: 'AlreadyOff' }
 *
 *   const lamp: Decider<Command, boolean, Event, Rejection> = {
 *     initialState: false,
 *     decide: (command, on) => {
 *       switch (command.type) {
 *         case 'SwitchOn':
 *           return right(on ? [] : [{ type: 'SwitchedOn' }])
 *         case 'SwitchOff':
 *           return on ? right([{ type: 'SwitchedOff' }]) : left({ type: 'AlreadyOff' })
 *       }
 *     },
 *     evolve: (_, event) => event.type === 'SwitchedOn',
 *     isTerminal: () => false,
 *   }
 *   assert.deepStrictEqual(lamp.decide({ type: 'SwitchOn' }, false), right([{ type: 'SwitchedOn' }]))
 *
 * @category model
 * @since 0.1.0
 */
export interface Decider<in C, in out S, in out E, out R> extends Projection<S, E> {
  /** The events that the command causes in this state, or why it is rejected. */
  readonly decide: (command: C, state: S) => Either<R, ReadonlyArray<E>>
  /** Whether the stream ends here: no command emits an event any more. */
  readonly isTerminal: (state: S) => boolean
}

/**
 * The commands that a decider takes: `CommandOf<typeof decider>`.
 *
 * @category inference
 * @since 0.1.0
 */
export type CommandOf<D> = D extends {
  readonly decide: (command: infer C, state: never) => unknown
}
  ? C
  : never

/**
 * The states of a decider or of a projection.
 *
 * @category inference
 * @since 0.1.0
 */
export type StateOf<P> = P extends { readonly initialState: infer S } ? S : never

/**
 * The events of a decider or of a projection.
 *
 * @category inference
 * @since 0.1.0
 */
export type EventOf<P> = P extends {
  readonly evolve: (state: never, event: infer E) => unknown
}
  ? E
  : never

/**
 * Why a decider rejects commands.
 *
 * @category inference
 * @since 0.1.0
 */
export type RejectionOf<D> = D extends {
  readonly decide: (command: never, state: never) => Either<infer R, unknown>
}
  ? R
  : never

/**
 * What accepted commands led to: the events they emitted, oldest first, and the state after the
 * last one.
 *
 * @category model
 * @since 0.1.0
 */
export interface Transition<out S, out E> {
  readonly events: ReadonlyArray<E>
  readonly state: S
}

/**
 * One step: a command in a state gives a rejection, or its events with the state they lead to.
 *
 * @example
 *   import { transition } from 'decider-ts/Decider'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const step = transition(decider)({ type: 'SetTax', amount: 100 }, decider.initialState)
 *   assert.deepStrictEqual(step, left({ type: 'OrderNotFound' }))
 *
 * @category running
 * @since 0.1.0
 */
export const transition =
  <C, S, E, R>(
    decider: Decider<C, S, E, R>,
  ): ((command: C, state: S) => Either<R, Transition<S, E>>) =>
  (command, state) => {
    const decision = decider.decide(command, state)
    return decision._tag === 'Left'
      ? decision
      : right({
          events: decision.right,
          state: replayFrom(decider)(state, decision.right),
        })
  }

/** A rejection in a list of commands, with the index (from 0) of the rejected command. */
interface RejectedAt<out R> {
  readonly index: number
  readonly rejection: R
}

/**
 * Many commands, all or nothing: each is decided on the state that the previous ones led to, and the
 * first rejection rejects them all.
 *
 * @example
 *   import { transitionAll } from 'decider-ts/Decider'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const all = transitionAll(decider)(
 *     [
 *       { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *       { type: 'ChangeStatus', newStatus: 'confirmed' },
 *     ],
 *     decider.initialState,
 *   )
 *   assert.deepStrictEqual(all, left({ index: 1, rejection: { type: 'EmptyOrder' } }))
 *
 * @category running
 * @since 0.1.0
 */
export const transitionAll =
  <C, S, E, R>(
    decider: Decider<C, S, E, R>,
  ): ((commands: ReadonlyArray<C>, state: S) => Either<RejectedAt<R>, Transition<S, E>>) =>
  (commands, state) => {
    let next = state
    const events: Array<E> = []
    for (let index = 0; index < commands.length; index++) {
      // index < length, so the element is a C
      const decision = decider.decide(commands[index] as C, next)
      if (decision._tag === 'Left') {
        return left({ index, rejection: decision.left })
      }
      for (const event of decision.right) {
        next = decider.evolve(next, event)
        events.push(event)
      }
    }
    return right({ events, state: next })
  }

/**
 * What became of many commands: everything that was emitted, the last state, and for each command
 * its own events or its rejection.
 */
interface Run<out S, out E, out R> extends Transition<S, E> {
  readonly outcomes: ReadonlyArray<Either<R, ReadonlyArray<E>>>
}

/**
 * Many commands, each on its own: a rejected command changes nothing and the next one is decided
 * all the same. Starts from the initial state.
 *
 * @example
 *   import { run } from 'decider-ts/Decider'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const { events, outcomes } = run(decider)([
 *     { type: 'SetTax', amount: 100 },
 *     { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *     { type: 'SetTax', amount: 100 },
 *   ])
 *   assert.deepStrictEqual(outcomes.map(isLeft), [true, false, false])
 *   assert.deepStrictEqual(events.map((e) => e.type), ['OrderCreated', 'TaxSet'])
 *
 * @category running
 * @since 0.1.0
 */
export const run =
  <C, S, E, R>(decider: Decider<C, S, E, R>): ((commands: ReadonlyArray<C>) => Run<S, E, R>) =>
  (commands) => {
    let state = decider.initialState
    const events: Array<E> = []
    const outcomes: Array<Either<R, ReadonlyArray<E>>> = []
    for (const command of commands) {
      const decision = decider.decide(command, state)
      outcomes.push(decision)
      if (decision._tag === 'Right') {
        for (const event of decision.right) {
          state = decider.evolve(state, event)
          events.push(event)
        }
      }
    }
    return { events, state, outcomes }
  }

/**
 * Accepts other commands and translates them on the way in.
 *
 * @example
 *   import { contramapCommand } from 'decider-ts/Decider'
 *   import { orderDecider, type OrderCommand } from 'decider-ts/order'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const taxOnly = pipe(
 *     decider,
 *     contramapCommand((amount: number): OrderCommand => ({ type: 'SetTax', amount })),
 *   )
 *   assert.deepStrictEqual(taxOnly.decide(100, taxOnly.initialState), left({ type: 'OrderNotFound' }))
 *
 * @category mapping
 * @since 0.1.0
 */
export const contramapCommand =
  <C, C2>(
    f: (command: C2) => C,
  ): (<S, E, R>(decider: Decider<C, S, E, R>) => Decider<C2, S, E, R>) =>
  (decider) => ({
    initialState: decider.initialState,
    decide: (command, state) => decider.decide(f(command), state),
    evolve: decider.evolve,
    isTerminal: decider.isTerminal,
  })

/**
 * Returns other rejections, translated on the way out.
 *
 * @example
 *   import { mapRejection } from 'decider-ts/Decider'
 *   import { orderDecider, type OrderRejection } from 'decider-ts/order'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const coded = pipe(decider, mapRejection((rejection: OrderRejection) => rejection.type))
 *   const refused = coded.decide({ type: 'SetTax', amount: 1 }, coded.initialState)
 *   assert.deepStrictEqual(refused, left('OrderNotFound'))
 *
 * @category mapping
 * @since 0.1.0
 */
export const mapRejection =
  <R, R2>(
    f: (rejection: R) => R2,
  ): (<C, S, E>(decider: Decider<C, S, E, R>) => Decider<C, S, E, R2>) =>
  (decider) => ({
    initialState: decider.initialState,
    decide: (command, state) => {
      const decision = decider.decide(command, state)
      return decision._tag === 'Left' ? left(f(decision.left)) : decision
    },
    evolve: decider.evolve,
    isTerminal: decider.isTerminal,
  })

/**
 * Keeps its state in another form. `to` and `from` must be inverses on the states that the decider
 * reaches (`from(to(s)) = s`); other values never reach `from`.
 *
 * @example
 *   import { imapState } from 'decider-ts/Decider'
 *   import { orderDecider, type OrderState } from 'decider-ts/order'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const boxed = pipe(decider, imapState((state: OrderState) => ({ state }), (box) => box.state))
 *   assert.deepStrictEqual(boxed.initialState, { state: { type: 'NoOrder' } })
 *
 * @category mapping
 * @since 0.1.0
 */
export const imapState =
  <S, S2>(
    to: (state: S) => S2,
    from: (state: S2) => S,
  ): (<C, E, R>(decider: Decider<C, S, E, R>) => Decider<C, S2, E, R>) =>
  (decider) => ({
    initialState: to(decider.initialState),
    decide: (command, state) => decider.decide(command, from(state)),
    evolve: (state, event) => to(decider.evolve(from(state), event)),
    isTerminal: (state) => decider.isTerminal(from(state)),
  })

/**
 * Emits and folds its events in another form. Needs `from(to(e)) = e` for every event the decider
 * emits, or replay breaks.
 *
 * @example
 *   import { imapEvent } from 'decider-ts/Decider'
 *   import { orderDecider, type OrderEvent } from 'decider-ts/order'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const tagged = pipe(
 *     decider,
 *     imapEvent((order: OrderEvent) => ({ order }), ({ order }) => order),
 *   )
 *   assert.deepStrictEqual(
 *     tagged.decide({ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }, { type: 'NoOrder' }),
 *     right([{ order: { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' } }]),
 *   )
 *
 * @category mapping
 * @since 0.1.0
 */
export const imapEvent =
  <E, E2>(
    to: (event: E) => E2,
    from: (event: E2) => E,
  ): (<C, S, R>(decider: Decider<C, S, E, R>) => Decider<C, S, E2, R>) =>
  (decider) => ({
    initialState: decider.initialState,
    decide: (command, state) => {
      const decision = decider.decide(command, state)
      return decision._tag === 'Left' ? decision : right(decision.right.map((event) => to(event)))
    },
    evolve: (state, event) => decider.evolve(state, from(event)),
    isTerminal: decider.isTerminal,
  })
