/**
 * A decider in a store of user-interface state: as a reducer whose actions are its events, for Redux,
 * React's `useReducer` and whatever else folds actions, as a dispatch that takes commands, and as a
 * reducer that can go back and forth in its events.
 *
 * `d` is a decider, `p` a projection (every decider is one), `S` its state, `E` its events, `C` the
 * commands, `R` the rejections, `Root` the state of a store, `select` what finds `S` in it, `t` a timeline.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. `toReducer(p, types)(s, e) = p.evolve(s, e)` for the events that `types` names; any other action
 *    gives back the very state, or the initial one where there was none
 * 2. commands that a store takes one after the other give the outcomes and the state of `run(d)`
 * 3. a rejected command dispatches nothing
 * 4. a command that arrives while the events of another are being dispatched is decided on the state
 *    that those lead to, and its events follow them, as long as nothing else changes the state meanwhile
 * 5. `t.present = replay(p)(t.past)`, whatever events, undos and redos came before
 * 6. `undo(n)` and then `redo(n)` is where it was; after an event there is nothing to redo
 *
 * An action is recognised by its `type`, as everywhere in Redux; what the rest of it holds is for the
 * types of whoever dispatches to say. Data from outside goes through a codec first.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider } from '../Decider.ts'
import type { Projection } from '../Projection.ts'
import { replay, replayFrom } from '../Projection.ts'

/**
 * What is recognised by its `type`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Typed {
  readonly type: string
}

/**
 * An object with a key for each type of `A` and no other key, for example the codecs by their types.
 * Only the keys are read. It is how a program knows at run time what the compiler knows: an event that
 * is forgotten here does not compile.
 *
 * @category model
 * @since 0.1.0
 */
export type TypesOf<A extends Typed> = Readonly<Record<A['type'], unknown>>

/**
 * A function from a state and an action to the next state. Without a state it starts with the initial
 * one.
 *
 * @category model
 * @since 0.1.0
 */
export type Reducer<S, A> = (state: S | undefined, action: A) => S

/** Whether a value is of one of the types, which is told by its name alone. */
const isTyped = <A extends Typed>(types: TypesOf<A>): ((value: unknown) => value is A) => {
  const names = new Set<unknown>(Object.keys(types))
  return (value): value is A =>
    typeof value === 'object' && value !== null && 'type' in value && names.has(value.type)
}

/**
 * The projection as a reducer. Actions that are none of its events, like those that Redux sends when
 * it starts, leave the state as it is.
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
export const toReducer = <S, E extends Typed>(
  projection: Projection<S, E>,
  types: TypesOf<E>,
): Reducer<S, E> => {
  const isEvent = isTyped(types)
  return (state, action) => {
    const before = state === undefined ? projection.initialState : state
    return isEvent(action) ? projection.evolve(before, action) : before
  }
}

/**
 * What commands need of a store: to read its state, and to send it the events. A Redux store is one,
 * and so are the two functions that a thunk gets.
 *
 * @category model
 * @since 0.1.0
 */
export interface Store<out Root, in E> {
  readonly getState: () => Root
  readonly dispatch: (event: E) => unknown
}

/**
 * Takes a command and tells what came of it: the events that were dispatched, or the rejection.
 *
 * @category model
 * @since 0.1.0
 */
export type Dispatch<C, E, R> = (command: C) => Either<R, ReadonlyArray<E>>

/**
 * A dispatch of commands over a store, of which a store has one. Each event goes to the store as an
 * action of its own, so that other reducers and middleware meet it too. What a subscriber or a reducer
 * throws meanwhile is thrown when all events are dispatched.
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
  ): ((store: Store<Root, E>) => Dispatch<C, E, R>) =>
  (store) => {
    const queue: Queue<S, E> = { events: [], at: 0, before: decider.initialState, busy: false }
    return (command) => {
      const decision = decider.decide(command, ahead(decider, select(store.getState()), queue))
      if (decision._tag === 'Left') return decision
      for (const event of decision.right) queue.events.push(event)
      if (queue.busy) return decision
      const thrown = drain(queue, () => select(store.getState()), store.dispatch)
      // it is the host's own, and the host wants to know of it
      if (thrown !== undefined) throw thrown.value
      return decision
    }
  }

/** Accepted events, of which those before `at` were sent; `at` is on its way, from the state `before`. */
interface Queue<S, E> {
  events: Array<E>
  at: number
  before: S
  busy: boolean
}

/** The state that the events on their way will lead to. */
const ahead = <S, E>(projection: Projection<S, E>, state: S, queue: Queue<S, E>): S => {
  // while the state is what it was, the event has not come to it, or does nothing to it
  const from = Object.is(state, queue.before) ? queue.at : queue.at + 1
  return replayFrom(projection)(state, queue.events.slice(from))
}

/** Sends every event, those too that are accepted meanwhile. Gives back what was thrown first. */
const drain = <S, E>(
  queue: Queue<S, E>,
  state: () => S,
  dispatch: (event: E) => unknown,
): { readonly value: unknown } | undefined => {
  let thrown: { readonly value: unknown } | undefined
  queue.busy = true
  for (queue.at = 0; queue.at < queue.events.length; queue.at++) {
    try {
      queue.before = state()
      dispatch(queue.events[queue.at] as E) // at < length
    } catch (value) {
      thrown ??= { value }
    }
  }
  queue.events = []
  queue.busy = false
  return thrown
}

/**
 * A store that takes commands, too: the same store, but that its `dispatch` decides the commands which
 * `types` names, dispatches their events in their place and returns the outcome. Everything else goes
 * through as it is, so this is the store to hand to components. It takes a store that is made already, so
 * it stands around `configureStore` and not among its enhancers. A thunk or a listener has the `dispatch` of
 * the store within: where those send commands, take `toMiddleware`. For stores that are plain objects, as
 * those of Redux are.
 *
 * @example
 *   import { legacy_createStore as createStore } from '@reduxjs/toolkit'
 *   import { enhance } from 'decider-ts/embed/Redux'
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
 *   const store = enhance(counter, { Count: true }, (n: number) => n)(inner)
 *   assert.deepStrictEqual(store.dispatch({ type: 'Count' }), right([{ type: 'Counted' }]))
 *   assert.strictEqual(store.getState(), 1)
 *
 * @category commands
 * @since 0.1.0
 */
export const enhance = <C extends Typed, S, E, R, Root>(
  decider: Decider<C, S, E, R>,
  types: TypesOf<C>,
  select: (root: Root) => S,
): (<Made extends Store<Root, E>>(
  store: Made,
) => Omit<Made, 'dispatch'> & { readonly dispatch: Dispatch<C, E, R> & Made['dispatch'] }) => {
  const isCommand = isTyped(types)
  return <Made extends Store<Root, E>>(store: Made) => {
    const send = toDispatch(decider, select)(store)
    const dispatch = (action: C | E) => (isCommand(action) ? send(action) : store.dispatch(action))
    // the store's own dispatch for all that is no command, with the store's own types
    return { ...store, dispatch: dispatch as Dispatch<C, E, R> & Made['dispatch'] }
  }
}

/**
 * Middleware in the form of Redux: from what a store offers to middleware, to a wrapper around the
 * dispatch of whatever comes next.
 *
 * @category model
 * @since 0.1.0
 */
export type Middleware<Root> = (
  store: Pick<Store<Root, never>, 'getState'>,
) => (next: (action: unknown) => unknown) => (action: unknown) => unknown

/**
 * Middleware that takes the commands which `types` names out of the actions, decides them, and sends
 * their events on in their place; `dispatch` returns the outcome. It belongs in front of the others, so
 * that they meet the events. To tell the compiler what `dispatch` takes, give it Redux's own type:
 * `const middleware: Middleware<Dispatch<C, E, R>> = toMiddleware(…)`, with `Middleware` of Redux.
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
export const toMiddleware = <C extends Typed, S, E, R, Root>(
  decider: Decider<C, S, E, R>,
  types: TypesOf<C>,
  select: (root: Root) => S,
): Middleware<Root> => {
  const isCommand = isTyped(types)
  return ({ getState }) =>
    (next) => {
      const send = toDispatch(decider, select)({ getState, dispatch: next })
      return (action) => (isCommand(action) ? send(action) : next(action))
    }
}

/**
 * A state with the events that led to it, and those that were undone, both oldest first.
 *
 * @category model
 * @since 0.1.0
 */
export interface Timeline<out S, out E> {
  readonly past: ReadonlyArray<E>
  readonly present: S
  readonly future: ReadonlyArray<E>
}

/**
 * A step back or forth by so many events: a whole number, which JSON keeps as it is.
 *
 * @category model
 * @since 0.1.0
 */
export interface Travel {
  readonly type: 'timeline/undo' | 'timeline/redo'
  readonly events: number
}

/**
 * The action that takes back the last events: as many as there are, at most, so that `undo(Infinity)`
 * takes back all of them. A command may have emitted more than one; its outcome tells how many.
 *
 * @example
 *   import { undo } from 'decider-ts/embed/Redux'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(undo(), { type: 'timeline/undo', events: 1 })
 *
 * @category time travel
 * @since 0.1.0
 */
export const undo = (events: number = 1): Travel => ({
  type: 'timeline/undo',
  events: countOf(events),
})

/** JSON has no `Infinity`, and an action may be stored or sent to developer tools. `NaN` counts as 0. */
const countOf = (events: number): number =>
  Math.min(Math.max(0, Math.trunc(events)), Number.MAX_SAFE_INTEGER) || 0

/**
 * The action that brings back the next of the events that were undone: as many as there are, at most.
 *
 * @example
 *   import { redo } from 'decider-ts/embed/Redux'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(redo(2), { type: 'timeline/redo', events: 2 })
 *
 * @category time travel
 * @since 0.1.0
 */
export const redo = (events: number = 1): Travel => ({
  type: 'timeline/redo',
  events: countOf(events),
})

/**
 * The projection as a reducer that remembers its events: `undo` replays fewer of them, `redo` more, and
 * an event after an `undo` drops what could have been redone.
 *
 * @example
 *   import { redo, toTimeline, undo } from 'decider-ts/embed/Redux'
 *   import assert from 'node:assert'
 *
 *   type Event = { readonly type: 'Added'; readonly amount: number }
 *   const sum = { initialState: 0, evolve: (state: number, event: Event) => state + event.amount }
 *   const reducer = toTimeline(sum, { Added: true })
 *   const three = reducer(reducer(undefined, { type: 'Added', amount: 1 }), { type: 'Added', amount: 2 })
 *   const one = reducer(three, undo())
 *   assert.deepStrictEqual([three.present, one.present], [3, 1])
 *   assert.deepStrictEqual(reducer(one, redo()), three)
 *   assert.deepStrictEqual(reducer(one, { type: 'Added', amount: 5 }).future, [])
 *
 * @category time travel
 * @since 0.1.0
 */
export const toTimeline = <S, E extends Typed>(
  projection: Projection<S, E>,
  types: TypesOf<E>,
): Reducer<Timeline<S, E>, E | Travel> => {
  const isEvent = isTyped(types)
  const isTravel = isTyped<Travel>({ 'timeline/undo': true, 'timeline/redo': true })
  const initial: Timeline<S, E> = { past: [], present: projection.initialState, future: [] }
  return (state, action) => {
    const before = state === undefined ? initial : state
    if (isEvent(action)) {
      const present = projection.evolve(before.present, action)
      return { past: [...before.past, action], present, future: [] }
    }
    return isTravel(action) ? travelled(projection, before, action) : before
  }
}

const travelled = <S, E>(
  projection: Projection<S, E>,
  timeline: Timeline<S, E>,
  { type, events }: Travel,
): Timeline<S, E> => {
  const { past, present, future } = timeline
  const back = type === 'timeline/undo'
  const steps = Math.min(countOf(events), (back ? past : future).length)
  if (steps === 0) return timeline
  if (back) {
    const kept = past.slice(0, -steps)
    const undone = past.slice(-steps)
    return { past: kept, present: replay(projection)(kept), future: [...undone, ...future] }
  }
  const redone = future.slice(0, steps)
  return {
    past: [...past, ...redone],
    present: replayFrom(projection)(present, redone),
    future: future.slice(steps),
  }
}
