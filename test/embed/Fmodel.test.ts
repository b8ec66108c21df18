import {
  Decider as Theirs,
  EventSourcingAggregate,
  MaterializedView,
  View,
} from '@fraktalio/fmodel-ts'
import type { EventRepository } from '@fraktalio/fmodel-ts'
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/Decider.ts'
import {
  fromFmodelDecider,
  fromFmodelView,
  toFmodelDecider,
  toFmodelView,
} from '../../src/embed/Fmodel.ts'
import type { OrderCommand, OrderEvent, OrderState } from '../../src/order/index.ts'
import { orderDecider, orderState } from '../../src/order/index.ts'
import { struct } from '../../src/Product.ts'
import { replay } from '../../src/Projection.ts'
import { commands, events, finite, tables } from '../support/finite.ts'
import { observe } from '../support/observe.ts'
import { anyHistory, command, walk } from '../support/orders.ts'

const decider = orderDecider()

const order = toFmodelDecider(decider)
const theirs = new Theirs(order.decide, order.evolve, order.initialState)

/** One stream in memory. */
const repository = <C, E>() => {
  const stored: Array<E> = []
  const made: EventRepository<C, E> = {
    fetchEvents: () => Promise.resolve([...stored]),
    save: (one) => {
      stored.push(one)
      return Promise.resolve(one)
    },
    saveAll: (list) => {
      stored.push(...list)
      return Promise.resolve(list)
    },
  }
  return { stored, repository: made }
}

/** The outcome of a call that refuses by throwing. */
const outcomeOf = <A>(call: Promise<A>) =>
  call.then(
    (value) => right(value),
    (thrown: unknown) => {
      const rejection = order.rejectionOf(thrown)
      return rejection._tag === 'Some' ? left(rejection.value) : thrown
    },
  )

describe('there and back', () => {
  it('1. an order is the same', () => {
    fc.assert(
      fc.property(walk(30, 15), anyHistory, (list, history) => {
        const back = fromFmodelDecider(toFmodelDecider(decider))
        expect(observe(back)(list)).toEqual(observe(decider)(list))
        expect(replay(back)(history)).toEqual(replay(orderState)(history))
      }),
    )
  })

  it('1. any decider is the same, also by way of their class', () => {
    fc.assert(
      fc.property(tables, commands, events, (table, list, said) => {
        const d = finite(table)
        const { decide, evolve, initialState, isTerminal, rejectionOf } = toFmodelDecider(d)
        const made = new Theirs(decide, evolve, initialState)
        const back = fromFmodelDecider({
          decide: made.decide,
          evolve: made.evolve,
          initialState: made.initialState,
          isTerminal,
          rejectionOf,
        })
        expect(observe(back)(list)).toEqual(observe(d)(list))
        expect(replay(back)(said)).toEqual(replay(d)(said))
      }),
    )
  })

  it('3. a projection is the same', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const { evolve, initialState } = toFmodelView(orderState)
        const view = new View(evolve, initialState)
        expect(replay(fromFmodelView(toFmodelView(orderState)))(history)).toEqual(
          replay(orderState)(history),
        )
        expect(replay(fromFmodelView(view))(history)).toEqual(replay(orderState)(history))
      }),
    )
  })
})

describe('in fmodel-ts', () => {
  it('2. decides the same, or throws the rejection', () => {
    fc.assert(
      fc.property(anyHistory, command, (history, asked) => {
        const state = history.reduce(theirs.evolve, theirs.initialState)
        expect(state).toEqual(replay(orderState)(history))
        const back = fromFmodelDecider(order)
        expect(back.decide(asked, state)).toEqual(decider.decide(asked, state))
        const decision = decider.decide(asked, state)
        if (decision._tag === 'Right') {
          expect(theirs.decide(asked, state)).toEqual(decision.right)
        } else {
          expect(() => theirs.decide(asked, state)).toThrow(`rejected: ${decision.left.type}`)
        }
      }),
    )
  })

  it('hands on a state and an event, and nothing that reduce adds', () => {
    const given: Array<number> = []
    const evolve = (...all: ReadonlyArray<unknown>) => given.push(all.length)
    const counting = { initialState: 0, evolve }
    ;['a', 'b'].reduce(toFmodelView(counting).evolve, 0)
    ;['a', 'b'].reduce(fromFmodelView(counting).evolve, 0)
    const d = { ...counting, decide: () => right([]), isTerminal: () => false }
    ;['a', 'b'].reduce(toFmodelDecider(d).evolve, 0)
    expect(given).toEqual([2, 2, 2, 2, 2, 2])
  })

  it('an aggregate handles commands', async () => {
    await fc.assert(
      fc.asyncProperty(walk(20, 15), async (list) => {
        const { stored, repository: kept } = repository<OrderCommand, OrderEvent>()
        const aggregate = new EventSourcingAggregate(order, kept)
        const expected = run(decider)(list)
        for (const [i, asked] of list.entries()) {
          expect(await outcomeOf(aggregate.handle(asked))).toEqual(expected.outcomes[i])
        }
        expect(stored).toEqual(expected.events)
      }),
      { numRuns: 30 },
    )
  })

  it('a materialized view follows events', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        let state: OrderState | null = null
        const view = new MaterializedView(toFmodelView(orderState), {
          fetchState: () => Promise.resolve(state),
          save: (next: OrderState) => {
            state = next
            return Promise.resolve(next)
          },
        })
        for (const one of history) await view.handle(one)
        expect(state ?? orderState.initialState).toEqual(replay(orderState)(history))
      }),
      { numRuns: 20 },
    )
  })

  it('several deciders go in as one product, which keeps their messages apart', () => {
    const pair = struct({ mine: decider, yours: decider })
    const { decide, evolve, initialState } = toFmodelDecider(pair)
    const both = new Theirs(decide, evolve, initialState)
    const create = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' } as const
    const said = both.decide({ type: 'mine', command: create }, both.initialState)
    const { mine, yours } = said.reduce(both.evolve, both.initialState)
    expect([mine.type, yours.type]).toEqual(['Order', 'NoOrder'])
  })
})

describe('a decider of fmodel-ts', () => {
  const halves = new Theirs<number, number, { readonly half: number }>(
    (n) => {
      if (n % 2 === 1) throw new RangeError(`${n} is odd`)
      if (n < 0) throw new TypeError('a bug')
      return [{ half: n / 2 }]
    },
    (sum, { half }) => sum + half,
    0,
  )
  const ours = fromFmodelDecider({
    decide: halves.decide,
    evolve: halves.evolve,
    initialState: halves.initialState,
    isTerminal: (sum) => sum > 9,
    rejectionOf: (thrown) => (thrown instanceof RangeError ? some(thrown.message) : none),
  })

  it('refuses by a rejection, and what is a fault stays thrown', () => {
    expect(ours.decide(4, 0)).toEqual(right([{ half: 2 }]))
    expect(ours.decide(3, 0)).toEqual(left('3 is odd'))
    expect(() => ours.decide(-2, 0)).toThrow(TypeError)
    expect(run(ours)([4, 3, 6]).state).toBe(5)
    expect([9, 10].map((sum) => ours.isTerminal(sum))).toEqual([false, true])
  })
})
