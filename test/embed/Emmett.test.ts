import {
  DeciderCommandHandler,
  DeciderSpecification,
  EmmettError,
  getInMemoryEventStore,
  IllegalStateError,
} from '@event-driven-io/emmett'
import type { Decider as Theirs, Event } from '@event-driven-io/emmett'
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { contramapCommand, imapEvent, run } from '../../src/Decider.ts'
import { fromEmmett, fromEmmettMessage, toEmmett, toEmmettMessage } from '../../src/embed/Emmett.ts'
import { orderDecider, orderState } from '../../src/order/index.ts'
import { replay } from '../../src/Projection.ts'
import { deepFreeze } from '../support/deepFreeze.ts'
import { commands, event as anyEvent, finite, tables } from '../support/finite.ts'
import { observe } from '../support/observe.ts'
import { anyHistory, command, event, threeLines, walk } from '../support/orders.ts'

const decider = orderDecider()

const order = toEmmett(decider)

/** A decider of a few numbers, whose commands and events have a type. */
const typed = (table: Parameters<typeof finite>[0]) =>
  pipe(
    finite(table),
    contramapCommand(({ n }: { readonly type: 'Ask'; readonly n: number }) => ({ command: n })),
    imapEvent(
      ({ event: n }) => ({ type: 'Said' as const, n }),
      ({ n }) => ({ event: n }),
    ),
  )

const caught = (f: () => unknown): unknown => {
  try {
    f()
  } catch (thrown) {
    return thrown
  }
  throw new Error('nothing was thrown')
}

describe('there and back', () => {
  it('1. an order is the same', () => {
    fc.assert(
      fc.property(walk(30, 15), anyHistory, (list, history) => {
        const back = fromEmmett(toEmmett(decider))
        expect(observe(back)(list)).toEqual(observe(decider)(list))
        expect(replay(back)(history)).toEqual(replay(orderState)(history))
      }),
    )
  })

  it('1. any decider is the same', () => {
    fc.assert(
      fc.property(tables, commands, fc.array(anyEvent), (table, list, events) => {
        const d = typed(table)
        const back = fromEmmett(toEmmett(d))
        const asked = list.map(({ command: n }) => ({ type: 'Ask' as const, n }))
        expect(observe(back)(asked)).toEqual(observe(d)(asked))
        const said = events.map(({ event: n }) => ({ type: 'Said' as const, n }))
        expect(replay(back)(said)).toEqual(replay(d)(said))
      }),
    )
  })

  it('go by the type of the message, whatever its data say', () => {
    // from outside, where types are not checked
    const data = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD', amount: 5 }
    const message = { type: 'SetTax' as const, data: data as { amount: number } }
    expect(() => order.decide(message, order.initialState())).toThrow('OrderNotFound')
    expect(fromEmmettMessage(message)).toMatchObject({ type: 'SetTax', amount: 5 })
  })

  it('3. a command or an event is the same', () => {
    fc.assert(
      fc.property(fc.oneof(command, event), (value) => {
        const message = toEmmettMessage(deepFreeze(value))
        expect(message.type).toBe(value.type)
        expect(Object.keys(message)).toEqual(['type', 'data'])
        expect(Object.keys(message.data)).not.toContain('type')
        const back = fromEmmettMessage(message)
        expect(back).toEqual(value)
        expect(Object.keys(back)).toEqual(Object.keys(value))
      }),
    )
  })
})

describe("a decider in Emmett's form", () => {
  it('2. gives the events, or throws the rejection', () => {
    fc.assert(
      fc.property(anyHistory, command, (history, asked) => {
        const state = history
          .map((e) => toEmmettMessage(e))
          .reduce(order.evolve, order.initialState())
        expect(state).toEqual(replay(orderState)(history))
        const decision = decider.decide(asked, state)
        const decide = () => order.decide(toEmmettMessage(asked), state)
        if (decision._tag === 'Right') {
          expect(decide()).toEqual(decision.right.map((e) => toEmmettMessage(e)))
        } else {
          const thrown = caught(decide)
          expect(order.rejectionOf(thrown)).toEqual(some(decision.left))
          expect(thrown).toBeInstanceOf(Error)
          expect(thrown).toMatchObject({
            name: 'Rejection',
            rejection: decision.left,
            message: `rejected: ${decision.left.type}`,
          })
          // for Emmett it is an error of its own kind, that of an illegal state
          expect(EmmettError.isInstanceOf(thrown, EmmettError.Codes.IllegalStateError)).toBe(true)
          expect(EmmettError.mapFrom(thrown as Error)).toBe(thrown)
        }
      }),
    )
  })

  it('2. takes nothing else for a rejection', () => {
    const alike = Object.assign(new Error(), { rejection: { type: 'OrderNotFound' } })
    for (const thrown of [alike, new IllegalStateError(), null, undefined, 'OrderNotFound', 403]) {
      expect(order.rejectionOf(thrown)).toEqual(none)
    }
  })

  it('2. throws any rejection', () => {
    const odd = [
      'no',
      undefined,
      null,
      0,
      {},
      { type: Symbol('no') },
      { type: Object.create(null) },
    ]
    for (const rejection of odd) {
      const no = toEmmett({
        initialState: 0,
        decide: (_: { readonly type: 'Ask' }) => left(rejection),
        evolve: (s: number, _: { readonly type: 'Said' }) => s,
        isTerminal: () => false,
      })
      const thrown = caught(() => no.decide({ type: 'Ask', data: {} }, 0))
      expect(no.rejectionOf(thrown)).toEqual(some(rejection))
      expect(thrown).toHaveProperty('rejection', rejection)
      expect(thrown).toHaveProperty('message', 'rejected')
    }
  })

  it('ignores what a store adds to an event', () => {
    const created = {
      type: 'OrderCreated',
      data: { customerId: 'VINET', currency: 'USD' },
      kind: 'Event',
      metadata: { streamName: 'order-1' },
    } as const
    expect(Object.keys(order.evolve(order.initialState(), created))).not.toContain('metadata')
  })

  it('passes its specification', () => {
    const given = DeciderSpecification.for(order)
    const created = {
      type: 'OrderCreated',
      data: { customerId: 'VINET', currency: 'USD' },
    } as const
    given(created)
      .when({ type: 'SetTax', data: { amount: 5 } })
      .then({ type: 'TaxSet', data: { amount: 5 } })
    given([created, { type: 'TaxSet', data: { amount: 5 } }])
      .when({ type: 'SetTax', data: { amount: 5 } })
      .thenNothingHappened()
    const told: Array<unknown> = []
    given([])
      .when({ type: 'SetTax', data: { amount: 5 } })
      .thenThrows(Error, (error) => told.push(order.rejectionOf(error)) > 0)
    expect(told).toEqual([some({ type: 'OrderNotFound' })])
    expect(() =>
      given(created)
        .when({ type: 'SetTax', data: { amount: 5 } })
        .then({ type: 'TaxSet', data: { amount: 6 } }),
    ).toThrow('Condition is false')
    expect(() =>
      given(created)
        .when({ type: 'SetTax', data: { amount: 5 } })
        .thenThrows(),
    ).toThrow('did not fail')
  })

  it('runs in its command handler over its store', async () => {
    await fc.assert(
      fc.asyncProperty(walk(20, 15), async (list) => {
        const store = getInMemoryEventStore()
        const handle = DeciderCommandHandler(order)
        const expected = run(decider)(list)
        for (const [i, asked] of list.entries()) {
          const outcome = await handle(store, 'order-1', toEmmettMessage(asked)).then(
            ({ newEvents }) => right(newEvents.map((message) => fromEmmettMessage(message))),
            (thrown: unknown) => order.rejectionOf(thrown),
          )
          const wanted = expected.outcomes[i]
          expect(outcome).toEqual(wanted?._tag === 'Left' ? some(wanted.left) : wanted)
        }
        const { events } = await store.readStream('order-1')
        expect(events.map(({ type, data }) => ({ type, ...data }))).toEqual(expected.events)
        const { state } = await store.aggregateStream('order-1', order)
        expect(state).toEqual(expected.state)
      }),
      { numRuns: 20 },
    )
  })

  it('handles several commands all or nothing, as transitionAll does', async () => {
    const store = getInMemoryEventStore()
    const handle = DeciderCommandHandler(order)
    const messages = threeLines.map((asked) => toEmmettMessage(asked))
    const { newState } = await handle(store, 'order-1', messages)
    expect(newState).toEqual(run(decider)(threeLines).state)
    const confirm = { type: 'ChangeStatus', data: { newStatus: 'confirmed' } } as const
    const ship = { type: 'ChangeStatus', data: { newStatus: 'shipped' } } as const
    const thrown = await handle(store, 'order-1', [confirm, ship]).catch((error: unknown) => error)
    expect(order.rejectionOf(thrown)).toMatchObject({ value: { type: 'IllegalTransition' } })
    expect((await store.readStream('order-1')).events).toHaveLength(threeLines.length)
  })
})

describe("a decider of Emmett's", () => {
  type Command =
    | { type: 'Open'; data: { by: string } }
    | { type: 'Close'; data: { fault?: boolean } }
  type Opened = Event<'Opened', { by: string }, { tenant: string }>
  type Closed = Event<'Closed', { fault?: boolean }>
  const theirs: Theirs<ReadonlyArray<string>, Command, Opened | Closed> = {
    initialState: () => [],
    decide: (asked, state) => {
      if (asked.type === 'Open') {
        if (state.length > 1) throw new IllegalStateError('two are enough')
        return { type: 'Opened', data: asked.data, metadata: { tenant: 'a' } }
      }
      if (asked.data.fault === true) throw new TypeError('a bug')
      return state.map(() => ({ type: 'Closed', data: {} }))
    },
    evolve: (state, { type, data }) => (type === 'Opened' ? [...state, data.by] : state.slice(1)),
  }
  const ours = fromEmmett({
    ...theirs,
    isTerminal: (state) => state.length > 1,
    rejectionOf: (thrown) => (thrown instanceof IllegalStateError ? some(thrown.message) : none),
  })

  it('gives one event, several or none', () => {
    expect(ours.initialState).toEqual([])
    expect(ours.decide({ type: 'Open', by: 'Ann' }, [])).toEqual(
      right([{ type: 'Opened', by: 'Ann' }]),
    )
    expect(ours.decide({ type: 'Close' }, ['Ann', 'Bob'])).toEqual(
      right([{ type: 'Closed' }, { type: 'Closed' }]),
    )
    expect(ours.decide({ type: 'Close' }, [])).toEqual(right([]))
    expect(ours.evolve(['Ann'], { type: 'Opened', by: 'Bob' })).toEqual(['Ann', 'Bob'])
    expect([[], ['Ann', 'Bob']].map(ours.isTerminal)).toEqual([false, true])
  })

  it('refuses by a rejection, and what is a fault stays thrown', () => {
    expect(ours.decide({ type: 'Open', by: 'Ann' }, ['Ann', 'Bob'])).toEqual(left('two are enough'))
    expect(() => ours.decide({ type: 'Close', fault: true }, [])).toThrow(TypeError)
  })

  it('starts each fold from a state of its own, also where evolve writes to it', () => {
    const written = fromEmmett({
      initialState: (): Array<string> => [],
      decide: ({ data }: { readonly type: 'Add'; readonly data: { readonly text: string } }) => ({
        type: 'Added' as const,
        data,
      }),
      evolve: (texts: Array<string>, { data: { text } }) => {
        texts.push(text)
        return texts
      },
      isTerminal: () => false,
      rejectionOf: () => none,
    })
    const history = [
      { type: 'Added' as const, text: 'a' },
      { type: 'Added' as const, text: 'b' },
    ]
    expect(replay(written)(history)).toStrictEqual(['a', 'b'])
    expect(replay(written)(history)).toStrictEqual(['a', 'b'])
    expect(run(written)([{ type: 'Add', text: 'c' }]).state).toStrictEqual(['c'])
  })
})
