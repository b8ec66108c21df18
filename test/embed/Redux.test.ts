import type { Action, Middleware as ReduxMiddleware, UnknownAction } from '@reduxjs/toolkit'
import { combineReducers, configureStore, createListenerMiddleware } from '@reduxjs/toolkit'
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/Decider.ts'
import type { Decider } from '../../src/Decider.ts'
import type { CommandDispatch, EventTimeline } from '../../src/embed/Redux.ts'
import {
  enhanceStore,
  redo,
  toDispatch,
  toMiddleware,
  toReducer,
  toTimeline,
  undo,
} from '../../src/embed/Redux.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider, orderState } from '../../src/order/index.ts'
import { replay } from '../../src/Projection.ts'
import { deepFreeze } from '../support/deepFreeze.ts'
import { anyHistory, event, threeLines, walk } from '../support/orders.ts'
import { throughText } from './calls.ts'
import { lifted } from './devTools.ts'
import { commandTypes, eventTypes } from './orderTypes.ts'

const decider = orderDecider()

interface Root {
  readonly order: OrderState
}

const reducer = toReducer(decider, eventTypes)
const select = (root: Root) => root.order

const store = () => configureStore({ reducer: combineReducers({ order: reducer }) })

/** A store that takes commands, checks that its state and actions are plain, and keeps its actions. */
const commanded = () => {
  const actions: Array<Action> = []
  const seen: ReduxMiddleware = () => (next) => (action) => {
    actions.push(action as Action)
    return next(action)
  }
  const middleware: ReduxMiddleware<
    CommandDispatch<OrderCommand, OrderEvent, OrderRejection>,
    Root
  > = toMiddleware(decider, commandTypes, select)
  const made = configureStore({
    reducer: combineReducers({ order: reducer }),
    middleware: (defaults) => defaults().prepend(middleware).concat(seen),
  })
  return { store: made, actions }
}

/** Every command adds two to what there is, in two steps. */
type Twice = Decider<
  { readonly type: 'AddTwo'; readonly atMost: number },
  ReadonlyArray<string>,
  { readonly type: 'Added'; readonly text: string },
  { readonly type: 'Full' }
>
const twice: Twice = {
  initialState: [],
  decide: ({ atMost }, { length }) =>
    length + 2 > atMost
      ? left({ type: 'Full' })
      : right([
          { type: 'Added', text: `${length}` },
          { type: 'Added', text: `${length + 1}` },
        ]),
  evolve: (texts, { text }) => [...texts, text],
  isTerminal: () => false,
}
const counted = (n: number) => Array.from({ length: n }, (_, i) => `${i}`)

interface Letter {
  readonly type: 'Letter'
  readonly letter: string
}
const letters = toTimeline(
  { initialState: '', evolve: (text: string, { letter }: Letter) => text + letter },
  { Letter: true },
)

describe('a reducer', () => {
  it('1. evolves, from the initial state where there is none', () => {
    fc.assert(
      fc.property(anyHistory, event, (history, next) => {
        const state = deepFreeze(replay(orderState)(history))
        expect(reducer(state, deepFreeze(next))).toEqual(orderState.evolve(state, next))
        expect(reducer(undefined, next)).toEqual(orderState.evolve(orderState.initialState, next))
      }),
    )
  })

  it('1. gives back the very state for any other action', () => {
    // a reducer of one event meets those of all others in a real store
    const foreign = reducer as (state: OrderState | undefined, action: unknown) => OrderState
    const others = [
      { type: '@@INIT' },
      { type: '@@redux/PROBE_UNKNOWN_ACTION1.2.3' },
      { type: 'SetTax', amount: 1 },
      { type: 'toString' },
      { type: ['TaxSet'] },
      { type: undefined },
      {},
      null,
      undefined,
      'TaxSet',
    ]
    fc.assert(
      fc.property(anyHistory, fc.constantFrom(...others), (history, action) => {
        const state = replay(orderState)(history)
        expect(foreign(state, action)).toBe(state)
        expect(foreign(undefined, action)).toBe(orderState.initialState)
      }),
    )
  })

  it('folds a history in a Redux store that checks for mutation and for what is not plain', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const made = store()
        for (const one of history) made.dispatch(one)
        expect(made.getState().order).toEqual(replay(orderState)(history))
      }),
      { numRuns: 20 },
    )
  })

  it('keeps a state that is there although it is nothing much', () => {
    const last = { initialState: 5, evolve: (_: number, e: { type: 'Set'; to: number }) => e.to }
    expect(toReducer(last, { Set: true })(0, { type: 'Set', to: 0 })).toBe(0)
    const other = { type: 'Other' } as unknown as { type: 'Set'; to: number }
    expect(toReducer(last, { Set: true })(0, other)).toBe(0)
    expect(toReducer(last, { Set: true })(undefined, other)).toBe(5)
    const inherited = { type: 'toString', to: 7 } as unknown as { type: 'Set'; to: number }
    expect(toReducer(last, { Set: true })(0, inherited)).toBe(0)
  })
})

describe('commands', () => {
  it('2. give what run gives, dispatched over a store', () => {
    fc.assert(
      fc.property(walk(25, 15), (commands) => {
        const made = store()
        const expected = run(decider)(commands)
        expect(commands.map(toDispatch(decider, select)(made))).toEqual(expected.outcomes)
        expect(made.getState().order).toEqual(expected.state)
      }),
      { numRuns: 30 },
    )
  })

  it('2, 3. give what run gives, to an enhanced store', () => {
    const enhanced = enhanceStore(decider, commandTypes, select)
    fc.assert(
      fc.property(walk(25, 15), (commands) => {
        const inner = store()
        const made = enhanced(inner)
        let changes = 0
        made.subscribe(() => changes++)
        const expected = run(decider)(commands)
        expect(commands.map((command) => made.dispatch(command))).toEqual(expected.outcomes)
        expect(made.getState().order).toEqual(expected.state)
        expect(made.getState()).toBe(inner.getState())
        expect(changes).toBe(expected.events.length)
      }),
      { numRuns: 30 },
    )
  })

  it('leave what is none of them to the store that was enhanced', () => {
    const made = enhanceStore(decider, commandTypes, select)(store())
    const [created] = threeLines
    const tax: OrderEvent = { type: 'TaxSet', amount: 1 }
    expect(created && made.dispatch(created)._tag).toBe('Right')
    expect(made.dispatch(tax)).toBe(tax)
    expect(made.getState().order).toMatchObject({ tax: 1 })
    // a thunk of the store is none either, and is given the dispatch of the store within
    expect(made.dispatch((_: unknown, getState: () => Root) => getState().order.type)).toBe('Order')
  })

  it('2. give what run gives, as actions', () => {
    fc.assert(
      fc.property(walk(25, 15), (commands) => {
        const made = commanded()
        const expected = run(decider)(commands)
        expect(commands.map((command) => made.store.dispatch(command))).toEqual(expected.outcomes)
        expect(made.store.getState().order).toEqual(expected.state)
        expect(made.actions.filter(({ type }) => type in eventTypes)).toEqual(expected.events)
        expect(made.actions.filter(({ type }) => type in commandTypes)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  it('3. that are rejected dispatch nothing and tell nobody', () => {
    const { store: made, actions } = commanded()
    const before = made.getState()
    let told = 0
    made.subscribe(() => told++)
    expect(made.dispatch({ type: 'SetTax', amount: 1 })).toEqual(left({ type: 'OrderNotFound' }))
    expect(actions).toEqual([])
    expect(told).toBe(0)
    expect(made.getState()).toBe(before)
  })

  it('are taken from thunks, and others pass', () => {
    const { store: made } = commanded()
    const outcome = made.dispatch((dispatch) => {
      const create: UnknownAction = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
      dispatch(create)
      return made.dispatch({ type: 'SetTax', amount: 7 })
    })
    expect(outcome).toEqual(right([{ type: 'TaxSet', amount: 7 }]))
    const other: UnknownAction = { type: 'page/turned' }
    expect(made.dispatch(other)).toBe(other)
  })

  it('4. that a subscriber sends between two events are decided on both', () => {
    const reduce = toReducer(twice, { Added: true })
    const made = configureStore({ reducer: reduce })
    const send = toDispatch(twice, (texts: ReadonlyArray<string>) => texts)(made)
    const outcomes: Array<unknown> = []
    made.subscribe(() => {
      if (outcomes.length < 4) outcomes.push(send({ type: 'AddTwo', atMost: 6 }))
    })
    expect(send({ type: 'AddTwo', atMost: 6 })).toEqual(
      twice.decide({ type: 'AddTwo', atMost: 6 }, []),
    )
    expect(made.getState()).toEqual(counted(6))
    const full = left({ type: 'Full' })
    expect(outcomes).toEqual([
      twice.decide({ type: 'AddTwo', atMost: 6 }, counted(2)),
      twice.decide({ type: 'AddTwo', atMost: 6 }, counted(4)),
      full,
      full,
    ])
    expect(send({ type: 'AddTwo', atMost: 8 })._tag).toBe('Right')
    expect(made.getState()).toEqual(counted(8))
  })

  it('4. that come on the way to the reducer are decided on both events, too', () => {
    let asked = 0
    let texts: ReadonlyArray<string> = []
    const send = toDispatch(
      twice,
      (root: typeof texts) => root,
    )({
      getState: () => texts,
      dispatch: (added: { readonly type: 'Added'; readonly text: string }) => {
        if (asked++ === 0) send({ type: 'AddTwo', atMost: 9 })
        texts = twice.evolve(texts, added)
      },
    })
    send({ type: 'AddTwo', atMost: 9 })
    expect(texts).toEqual(counted(4))
  })

  it('4. that a listener sends are decided on all events', () => {
    const listener = createListenerMiddleware()
    const made = configureStore({
      reducer: combineReducers({ texts: toReducer(twice, { Added: true }) }),
      middleware: (defaults) =>
        defaults()
          .prepend(listener.middleware)
          .prepend(
            toMiddleware(
              twice,
              { AddTwo: true },
              (root: { readonly texts: ReadonlyArray<string> }) => root.texts,
            ),
          ),
    })
    listener.startListening({
      predicate: (action) => action.type === 'Added',
      effect: (_, api) => {
        api.dispatch({ type: 'AddTwo', atMost: 8 })
      },
    })
    const ask: UnknownAction = { type: 'AddTwo', atMost: 8 }
    made.dispatch(ask)
    expect(made.getState().texts).toEqual(counted(8))
  })

  it('are dispatched to the end though a subscriber throws, and the first of that is thrown', () => {
    const made = configureStore({ reducer: toReducer(twice, { Added: true }) })
    const send = toDispatch(twice, (texts: ReadonlyArray<string>) => texts)(made)
    let told = 0
    const stop = made.subscribe(() => {
      throw new Error(`subscriber ${++told}`)
    })
    expect(() => send({ type: 'AddTwo', atMost: 4 })).toThrow('subscriber 1')
    expect(made.getState()).toEqual(counted(2))
    stop()
    expect(send({ type: 'AddTwo', atMost: 4 })._tag).toBe('Right')
    expect(made.getState()).toEqual(counted(4))
  })
})

describe('a timeline', () => {
  const timeline = toTimeline(orderState, eventTypes)
  type Step = OrderEvent | ReturnType<typeof undo>
  const isStep = (step: Step): step is ReturnType<typeof undo> => step.type.startsWith('timeline/')
  const travel: fc.Arbitrary<ReturnType<typeof undo>> = fc
    .tuple(
      fc.constantFrom(undo, redo),
      fc.constantFrom(1, 1, 1, 2, 5, 0, -1, 0.5, 1.5, NaN, Infinity),
    )
    .map(([make, n]) => make(n))
  const steps: fc.Arbitrary<ReadonlyArray<Step>> = fc
    .tuple(
      anyHistory,
      fc.array(fc.oneof<Array<fc.Arbitrary<Step>>>(event, travel), { maxLength: 40 }),
    )
    .map(([history, more]) => [...history.slice(0, 20), ...more])
  const after = (list: ReadonlyArray<Step>) =>
    list.reduce<EventTimeline<OrderState, OrderEvent> | undefined>(
      (state, step) => deepFreeze(timeline(state, step)),
      undefined,
    ) ?? timeline(undefined, undo())

  it('5. is at what its past adds up to', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { past, present } = after(list)
        expect(present).toEqual(replay(orderState)(past))
      }),
    )
  })

  it('5. has in its past and future what an editor would have: told a second time', () => {
    fc.assert(
      fc.property(steps, (list) => {
        let events: ReadonlyArray<OrderEvent> = []
        let cursor = 0
        for (const step of list) {
          if (isStep(step)) {
            const n = Number.isNaN(step.events) ? 0 : Math.max(0, Math.trunc(step.events))
            cursor += step.type === 'timeline/undo' ? -n : n
            cursor = Math.min(events.length, Math.max(0, cursor))
          } else {
            events = [...events.slice(0, cursor), step]
            cursor++
          }
        }
        const { past, future } = after(list)
        expect(past).toEqual(events.slice(0, cursor))
        expect(future).toEqual(events.slice(cursor))
      }),
    )
  })

  it('6. goes back and forth to where it was', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 20 }), (list, n) => {
        const here = after(list)
        const steps = Math.min(n, here.past.length)
        expect(timeline(timeline(here, undo(steps)), redo(steps))).toEqual(here)
        expect(timeline(timeline(here, undo(steps)), { type: 'TaxSet', amount: 1 }).future).toEqual(
          [],
        )
      }),
    )
  })

  it('a step survives JSON, however many events it asks for', () => {
    for (const events of [0, 1, 2.5, -1, Infinity, -Infinity, NaN, 1e300]) {
      for (const step of [undo(events), redo(events)]) {
        expect(throughText(step)).toStrictEqual(step)
        expect(Number.isSafeInteger(step.events)).toBe(true)
      }
    }
    const three = ['a', 'b', 'c'].reduce<EventTimeline<string, Letter> | undefined>(
      (here, letter) => letters(here, { type: 'Letter', letter }),
      undefined,
    )
    const none = letters(three, throughText(undo(Infinity)) as ReturnType<typeof undo>)
    expect(none).toMatchObject({ past: [], present: '' })
    expect(letters(none, throughText(redo(Infinity)) as ReturnType<typeof undo>)).toStrictEqual(
      three,
    )
    // an action that somebody else made
    expect(letters(three, { type: 'timeline/undo', events: Infinity })).toStrictEqual(none)
  })

  it('6. gives back the very timeline where there is nothing to do', () => {
    const here = after([{ type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }])
    const foreign = { type: 'page/turned' } as unknown as ReturnType<typeof undo>
    for (const step of [undo(0), undo(-1), undo(NaN), redo(), foreign]) {
      expect(timeline(here, step)).toBe(here)
    }
    expect(timeline(undefined, foreign)).toEqual({
      past: [],
      present: { type: 'NoOrder' },
      future: [],
    })
  })

  it('lives in a store, and commands are decided on its present', () => {
    const made = configureStore({ reducer: combineReducers({ timeline }) })
    const send = toDispatch(
      decider,
      (root: { readonly timeline: EventTimeline<OrderState, OrderEvent> }) => root.timeline.present,
    )(made)
    for (const command of threeLines) expect(send(command)._tag).toBe('Right')
    made.dispatch(undo(threeLines.length))
    expect(send({ type: 'SetTax', amount: 1 })).toEqual(left({ type: 'OrderNotFound' }))
    made.dispatch(redo(1))
    expect(send({ type: 'SetTax', amount: 1 })).toEqual(right([{ type: 'TaxSet', amount: 1 }]))
    expect(made.getState().timeline.past.map(({ type }) => type)).toEqual([
      'OrderCreated',
      'TaxSet',
    ])
    expect(made.getState().timeline.future).toEqual([])
  })
})

describe('development tools that replay actions', () => {
  it('compute the states again from the actions', () => {
    fc.assert(
      fc.property(walk(20, 15), (commands) => {
        const { store: made, actions } = commanded()
        for (const command of commands) made.dispatch(command)
        const tools = lifted(reducer, actions as ReadonlyArray<Action> as ReadonlyArray<OrderEvent>)
        expect(tools.state()).toEqual(made.getState().order)
      }),
      { numRuns: 20 },
    )
  })

  it('take them in again from a file', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const file = lifted(reducer, history).file()
        const tools = lifted(reducer, [])
        tools.open(file)
        // a file holds no -0
        const plain = JSON.parse(JSON.stringify(history)) as ReadonlyArray<OrderEvent>
        expect(tools.state()).toEqual(replay(orderState)(plain))
      }),
      { numRuns: 20 },
    )
  })

  it('leave out an action, go to another and drop the skipped ones', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(), fc.nat(), (history, skip, jump) => {
        fc.pre(history.length > 0)
        const tools = lifted(reducer, history)
        const skipped = skip % history.length
        tools.toggle(skipped)
        const rest = history.filter((_, i) => i !== skipped)
        expect(tools.state()).toEqual(replay(orderState)(rest))
        tools.sweep()
        const at = jump % (rest.length + 1)
        tools.jump(at)
        expect(tools.state()).toEqual(replay(orderState)(rest.slice(0, at)))
        tools.commit()
        expect(tools.state()).toEqual(replay(orderState)(rest.slice(0, at)))
      }),
      { numRuns: 50 },
    )
  })

  it('stand beneath a store that takes commands', () => {
    fc.assert(
      fc.property(walk(20, 15), (commands) => {
        const tools = lifted<OrderState, OrderEvent>(reducer, [])
        const made = enhanceStore(decider, commandTypes, (state: OrderState) => state)(tools.store)
        const expected = run(decider)(commands)
        expect(commands.map((command) => made.dispatch(command))).toEqual(expected.outcomes)
        expect(tools.state()).toEqual(expected.state)
        const [first] = expected.events
        if (first === undefined) return
        // without the event that made the order, nothing of it is left, and it can be made anew
        tools.toggle(0)
        expect(made.getState()).toEqual(replay(orderState)(expected.events.slice(1)))
        const again = made.getState().type === 'NoOrder' ? 'Right' : 'Left'
        const create = { type: 'CreateOrder', customerId: 'TOMSP', currency: 'EUR' } as const
        expect(made.dispatch(create)._tag).toBe(again)
      }),
      { numRuns: 30 },
    )
  })

  it('move an action in front of another', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        fc.pre(history.length > 1)
        const tools = lifted(reducer, history)
        tools.reorder(history.length - 1, 0)
        const moved = [...history.slice(-1), ...history.slice(0, -1)]
        expect(tools.state()).toEqual(replay(orderState)(moved))
      }),
      { numRuns: 50 },
    )
  })

  it('replay the steps of undo and redo as they were', () => {
    const tools = lifted<
      EventTimeline<OrderState, OrderEvent>,
      OrderEvent | ReturnType<typeof undo>
    >(toTimeline(decider, eventTypes), [
      { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' },
      { type: 'TaxSet', amount: 1 },
      undo(),
      redo(),
    ])
    tools.toggle(3)
    expect(tools.state().future).toEqual([{ type: 'TaxSet', amount: 1 }])
    tools.toggle(2)
    tools.toggle(3)
    expect(tools.state().past).toHaveLength(2)
  })
})
