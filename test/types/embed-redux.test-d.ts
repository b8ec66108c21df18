import type { Middleware, ThunkDispatch, UnknownAction } from '@reduxjs/toolkit'
import { combineReducers, configureStore, createSlice } from '@reduxjs/toolkit'
import type { Either } from 'fp-ts/lib/Either.js'
import { useReducer } from 'react'
import { expectTypeOf, it } from 'vitest'
import type { CommandDispatch, EventTimeline } from '../../src/embed/Redux.ts'
import { toDispatch, toMiddleware, toReducer, toTimeline, undo } from '../../src/embed/Redux.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider, orderState } from '../../src/order/index.ts'
import { commandTypes, eventTypes } from '../embed/orderTypes.ts'

const decider = orderDecider()

type Outcome = Either<OrderRejection, ReadonlyArray<OrderEvent>>

const reducer = toReducer(decider, eventTypes)
const timeline = toTimeline(decider, eventTypes)

it('a reducer needs no annotations, in Redux and in React', () => {
  const store = configureStore({ reducer })
  expectTypeOf(store.getState()).toEqualTypeOf<OrderState>()
  const root = configureStore({ reducer: combineReducers({ order: reducer, timeline }) })
  expectTypeOf(root.getState().order).toEqualTypeOf<OrderState>()
  expectTypeOf(root.getState().timeline).toEqualTypeOf<EventTimeline<OrderState, OrderEvent>>()
  root.dispatch({ type: 'TaxSet', amount: 1 })
  root.dispatch(undo())
  const slice = createSlice({ name: 'page', initialState: 1, reducers: { turned: (n) => n + 1 } })
  const page = slice.reducer
  const mixed = configureStore({ reducer: combineReducers({ order: reducer, page }) })
  expectTypeOf(mixed.getState()).toEqualTypeOf<{ order: OrderState; page: number }>()

  const component = () => {
    const [state, dispatch] = useReducer(reducer, decider.initialState)
    expectTypeOf(state).toEqualTypeOf<OrderState>()
    dispatch({ type: 'TaxSet', amount: 1 })
    // @ts-expect-error no such event
    dispatch({ type: 'TaxUnset' })
    const [travelled, travel] = useReducer(timeline, timeline(undefined, undo(0)))
    expectTypeOf(travelled).toEqualTypeOf<EventTimeline<OrderState, OrderEvent>>()
    travel(undo(2))
    // @ts-expect-error a command is no event
    travel({ type: 'SetTax', amount: 1 })
  }
  expectTypeOf(component).toBeFunction()
})

it('every event is named and nothing else', () => {
  const { TaxSet, ...others } = eventTypes
  expectTypeOf(TaxSet).toBeUnknown()
  // @ts-expect-error TaxSet is forgotten
  toReducer(decider, others)
  // @ts-expect-error there is no TaxUnset
  toReducer(decider, { ...eventTypes, TaxUnset: true } satisfies typeof eventTypes)
  // @ts-expect-error these are the commands
  toTimeline(orderState, commandTypes)
  // @ts-expect-error these are the events
  toMiddleware(decider, eventTypes, (root: OrderState) => root)
})

it('commands give events or a rejection', () => {
  const store = configureStore({ reducer: combineReducers({ order: reducer }) })
  const send = toDispatch(decider, (root: { readonly order: OrderState }) => root.order)(store)
  expectTypeOf(send({ type: 'SetTax', amount: 1 })).toEqualTypeOf<Outcome>()
  // @ts-expect-error an event is no command
  send({ type: 'TaxSet', amount: 1 })
  // @ts-expect-error there is no order in the root
  toDispatch(decider, (root: { readonly order: number }) => root.order)(store)
  // @ts-expect-error the store has no such root
  toDispatch(decider, (root: { readonly elsewhere: OrderState }) => root.elsewhere)(store)

  // the two functions that a thunk gets
  const thunk = (
    dispatch: ThunkDispatch<OrderState, undefined, UnknownAction>,
    getState: () => OrderState,
  ) => toDispatch(decider, (root: OrderState) => root)({ dispatch, getState })
  expectTypeOf(thunk).returns.toEqualTypeOf<
    CommandDispatch<OrderCommand, OrderEvent, OrderRejection>
  >()
})

it('middleware fits, and tells what dispatch takes where it is said', () => {
  type Root = { readonly order: OrderState }
  const select = (root: Root) => root.order
  const middleware: Middleware<
    CommandDispatch<OrderCommand, OrderEvent, OrderRejection>,
    Root
  > = toMiddleware(decider, commandTypes, select)
  const store = configureStore({
    reducer: combineReducers({ order: reducer }),
    middleware: (defaults) => defaults().prepend(middleware),
  })
  expectTypeOf(store.dispatch({ type: 'SetTax', amount: 1 })).toEqualTypeOf<Outcome>()
  const bare = configureStore({
    reducer: combineReducers({ order: reducer }),
    middleware: (defaults) => defaults().prepend(toMiddleware(decider, commandTypes, select)),
  })
  expectTypeOf(bare.getState()).toEqualTypeOf<{ order: OrderState }>()
})

it('a timeline takes its own steps', () => {
  expectTypeOf(timeline).parameter(1).toEqualTypeOf<OrderEvent | ReturnType<typeof undo>>()
  // @ts-expect-error no such step
  timeline(undefined, { type: 'timeline/jump', events: 1 })
})
