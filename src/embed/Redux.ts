/**
 * Uses a decider for the state of a user interface: as a reducer whose actions are its events (for Redux,
 * React's `useReducer` and anything else that folds actions), as a dispatch that takes commands, and as a
 * reducer with undo and redo.
 *
 * `d` is a decider, `p` a projection (every decider is one), `S` its state, `E` its events, `C` its commands,
 * `R` its rejections; `Root` is the state of a store, `select` finds `S` in it, `t` is a timeline.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. `toReducer(p, types)(s, e) = p.evolve(s, e)` for events named in `types`; any other action returns the
 *    same state object, or the initial state if there was none
 * 2. commands sent to a store one after the other lead to the outcomes and the state of `run(d)`
 * 3. a rejected command dispatches nothing
 * 4. a command that arrives while the events of another are being dispatched is decided on the state after
 *    those, and its events follow them, provided nothing else changes the state meanwhile
 * 5. `t.present = replay(p)(t.past)` after any events, undos and redos
 * 6. `undo(n)` and then `redo(n)` restores the timeline; after an event there is nothing to redo
 *
 * As everywhere in Redux, an action is recognised by its `type` alone. Decode untrusted data first.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider } from '../Decider.ts'
import type { Projection } from '../Projection.ts'
import { replayFrom } from '../Projection.ts'
import type { WithType } from '../codec/internal/shortForm.ts'
import type { ActionTypes } from './Redux/actionTypes.ts'
import { hasTypeIn } from './Redux/actionTypes.ts'

export type { EventTimeline } from './Redux/timeline.ts'
export { redo, toTimeline, undo } from './Redux/timeline.ts'

/**
 * Makes a reducer of a projection. `types` names its events: one key for each, as in
 * `{ Added: true, Cleared: true }`. Other actions, such as the first ones of Redux, do not change the state.
 *
 * @example
 *   import { toReducer } from 'decider-ts/embed/Redux'
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   type Event = { readonly type: 'Added'; readonly amount: number } | { readonly type: 'Cleared' }
 *   const sum = {
 *     initialState: 0,
 *     evolve: (state: number, event: Event) => (event.type === 'Added' ? state + event.amount : 0),
 *   }
 *   const reducer = toReducer(sum, { Added: true, Cleared: true })
 *   assert.strictEqual(reducer(undefined, { type: 'Added', amount: 2 }), 2)
 *   assert.strictEqual(reducer(2, { type: 'Added', amount: 3 }), replay(sum)([{ type: 'Added', amount: 5 }]))
 *
 * @category reducers
 * @since 0.1.0
 */
export const toReducer = <S, E extends WithType>(
  projection: Projection<S, E>,
  types: ActionTypes<E>,
): ((state: S | undefined, action: E) => S) => {
  const isEvent = hasTypeIn(types)
  return (state, action) => {
    const before = state === undefined ? projection.initialState : state
    return isEvent(action) ? projection.evolve(before, action) : before
  }
}

/** What commands need of a store. A Redux store is one, and so are the two arguments of a thunk. */
interface ReduxStore<out Root, in E> {
  readonly getState: () => Root
  readonly dispatch: (event: E) => unknown
}

/**
 * Sends a command and returns the events that were dispatched, or the rejection.
 *
 * @category model
 * @since 0.1.0
 */
export type CommandDispatch<C, E, R> = (command: C) => Either<R, ReadonlyArray<E>>

/**
 * Makes the function that sends commands to a store; make one for each store. Each event is dispatched as
 * an action of its own, so other reducers and middleware see it too. An error that a subscriber or a
 * reducer throws is rethrown after all events are dispatched.
 *
 * @example
 *   import { toDispatch, toReducer } from 'decider-ts/embed/Redux'
 *   import { orderDecider, type OrderEvent } from 'decider-ts/order'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   let order = decider.initialState
 *   const send = toDispatch(decider, (root: typeof order) => root)({
 *     getState: () => order,
 *     dispatch: (event: OrderEvent) => {
 *       order = decider.evolve(order, event)
 *     },
 *   })
 *   assert.deepStrictEqual(send({ type: 'SetTax', amount: 5 }), left({ type: 'OrderNotFound' }))
 *   assert.ok(send({ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' })._tag === 'Right')
 *   assert.strictEqual(order.type, 'Order')
 *
 * @category commands
 * @since 0.1.0
 */
export const toDispatch =
  <C, S, E, R, Root>(
    decider: Decider<C, S, E, R>,
    select: (root: Root) => S,
  ): ((store: ReduxStore<Root, E>) => CommandDispatch<C, E, R>) =>
  (store) => {
    const queue: EventQueue<S, E> = { events: [], at: 0, before: decider.initialState, busy: false }
    return (command) => {
      const decision = decider.decide(command, stateAhead(decider, select(store.getState()), queue))
      if (decision._tag === 'Left') return decision
      for (const event of decision.right) queue.events.push(event)
      if (queue.busy) return decision
      const firstError = dispatchAll(queue, () => select(store.getState()), store.dispatch)
      // thrown by code of the host, which expects to see it
      if (firstError !== undefined) throw firstError.value
      return decision
    }
  }

/** Accepted events. Those before `at` were dispatched; `at` is being dispatched, from the state `before`. */
interface EventQueue<S, E> {
  events: Array<E>
  at: number
  before: S
  busy: boolean
}

/** The state after all queued events. */
const stateAhead = <S, E>(projection: Projection<S, E>, state: S, queue: EventQueue<S, E>): S => {
  // an unchanged state means that the event has not been applied yet, or changes nothing
  const from = Object.is(state, queue.before) ? queue.at : queue.at + 1
  return replayFrom(projection)(state, queue.events.slice(from))
}

/** Dispatches every event, also those accepted meanwhile. Returns the first error that was thrown. */
const dispatchAll = <S, E>(
  queue: EventQueue<S, E>,
  state: () => S,
  dispatch: (event: E) => unknown,
): { readonly value: unknown } | undefined => {
  let firstError: { readonly value: unknown } | undefined
  queue.busy = true
  for (queue.at = 0; queue.at < queue.events.length; queue.at++) {
    try {
      queue.before = state()
      dispatch(queue.events[queue.at] as E) // at < length
    } catch (value) {
      firstError ??= { value }
    }
  }
  queue.events = []
  queue.busy = false
  return firstError
}

/**
 * Wraps a store so that its `dispatch` also takes the commands named in `types`: it decides them, dispatches
 * their events instead and returns the outcome. Other actions pass through unchanged. Give the result to
 * components. It wraps a finished store, so call it around `configureStore`, not as one of its enhancers.
 * Thunks and listeners still see the inner `dispatch`; if they send commands, use `toMiddleware`. Works for
 * stores that are plain objects, as Redux stores are.
 *
 * @example
 *   import { legacy_createStore as createStore } from '@reduxjs/toolkit'
 *   import { enhanceStore } from 'decider-ts/embed/Redux'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const counter = {
 *     initialState: 0,
 *     decide: (_: { readonly type: 'Count' }) => right([{ type: 'Counted' as const }]),
 *     evolve: (n: number) => n + 1,
 *     isTerminal: () => false,
 *   }
 *   const inner = createStore((n: number = -1) => n + 1) // Redux sends an action of its own first
 *   const store = enhanceStore(counter, { Count: true }, (n: number) => n)(inner)
 *   assert.deepStrictEqual(store.dispatch({ type: 'Count' }), right([{ type: 'Counted' }]))
 *   assert.strictEqual(store.getState(), 1)
 *
 * @category commands
 * @since 0.1.0
 */
export const enhanceStore = <C extends WithType, S, E, R, Root>(
  decider: Decider<C, S, E, R>,
  types: ActionTypes<C>,
  select: (root: Root) => S,
): (<Made extends ReduxStore<Root, E>>(
  store: Made,
) => Omit<Made, 'dispatch'> & {
  readonly dispatch: CommandDispatch<C, E, R> & Made['dispatch']
}) => {
  const isCommand = hasTypeIn(types)
  return <Made extends ReduxStore<Root, E>>(store: Made) => {
    const send = toDispatch(decider, select)(store)
    const dispatch = (action: C | E) => (isCommand(action) ? send(action) : store.dispatch(action))
    // anything but a command goes to the store's own dispatch, with its types
    return { ...store, dispatch: dispatch as CommandDispatch<C, E, R> & Made['dispatch'] }
  }
}

/** Redux middleware. */
type ReduxMiddleware<Root> = (
  store: Pick<ReduxStore<Root, never>, 'getState'>,
) => (next: (action: unknown) => unknown) => (action: unknown) => unknown

/**
 * Middleware that decides the commands named in `types` and passes their events on instead; `dispatch`
 * returns the outcome. Put it before other middleware, so that those see the events. To tell the compiler
 * what `dispatch` takes, annotate it with Redux's own `Middleware`:
 * `const middleware: Middleware<CommandDispatch<C, E, R>> = toMiddleware(…)`.
 *
 * @example
 *   import { toMiddleware } from 'decider-ts/embed/Redux'
 *   import { orderDecider, type OrderState } from 'decider-ts/order'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   type Root = { readonly order: OrderState }
 *   const commands = {
 *     CreateOrder: true,
 *     AddLine: true,
 *     ChangeQuantity: true,
 *     RemoveLine: true,
 *     SetShipping: true,
 *     SetTax: true,
 *     ChangeStatus: true,
 *   }
 *   const middleware = toMiddleware(decider, commands, (root: Root) => root.order)
 *   const dispatch = middleware({ getState: () => ({ order: { type: 'NoOrder' } }) })(() => 'passed on')
 *   assert.deepStrictEqual(dispatch({ type: 'SetTax', amount: 5 }), left({ type: 'OrderNotFound' }))
 *   assert.strictEqual(dispatch({ type: 'window/resized' }), 'passed on')
 *
 * @category commands
 * @since 0.1.0
 */
export const toMiddleware = <C extends WithType, S, E, R, Root>(
  decider: Decider<C, S, E, R>,
  types: ActionTypes<C>,
  select: (root: Root) => S,
): ReduxMiddleware<Root> => {
  const isCommand = hasTypeIn(types)
  return ({ getState }) =>
    (next) => {
      const send = toDispatch(decider, select)({ getState, dispatch: next })
      return (action) => (isCommand(action) ? send(action) : next(action))
    }
}
