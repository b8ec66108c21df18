import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { expectTypeOf, it } from 'vitest'
import type { EmittedFrom, EventFromLogic, InputFrom, OutputFrom } from 'xstate'
import { createActor, createMachine, setup, toPromise } from 'xstate'
import { toActorLogic, toMachine } from '../../src/embed/XState.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import type { ExploredGraph } from '../../src/testing/internal/graph.ts'

const decider = orderDecider()

const logic = toActorLogic(decider)

it('an actor takes commands and shows states, without annotations', () => {
  const actor = createActor(logic)
  actor.send({ type: 'SetTax', amount: 1 })
  // @ts-expect-error an event is no command
  actor.send({ type: 'TaxSet', amount: 1 })
  // @ts-expect-error the amount is missing
  actor.send({ type: 'SetTax' })
  expectTypeOf(actor.getSnapshot().context).toEqualTypeOf<OrderState>()
  expectTypeOf(actor.getSnapshot().decision).toEqualTypeOf<
    Option<Either<OrderRejection, ReadonlyArray<OrderEvent>>>
  >()
  actor.on('TaxSet', (event) => {
    expectTypeOf(event.amount).toEqualTypeOf<number>()
  })
  // @ts-expect-error no such event
  actor.on('SetTax', () => {})
  createActor(logic, { input: [{ type: 'TaxSet', amount: 1 }] })
  // @ts-expect-error no such event in the history
  createActor(logic, { input: [{ type: 'SetTax', amount: 1 }] })
  expectTypeOf(toPromise(actor)).toEqualTypeOf<Promise<OrderState>>()
})

it('XState reads the types off the logic', () => {
  type Logic = typeof logic
  expectTypeOf<EventFromLogic<Logic>>().toEqualTypeOf<OrderCommand>()
  expectTypeOf<EmittedFrom<Logic>>().toEqualTypeOf<OrderEvent>()
  expectTypeOf<InputFrom<Logic>>().toEqualTypeOf<ReadonlyArray<OrderEvent> | undefined>()
  expectTypeOf<OutputFrom<Logic>>().toEqualTypeOf<OrderState>()
})

it('a machine invokes it', () => {
  const parent = setup({ actors: { order: logic } }).createMachine({
    initial: 'open',
    states: {
      open: {
        invoke: {
          id: 'order',
          src: 'order',
          onDone: { target: 'closed', guard: ({ event }) => event.output.type === 'Order' },
        },
      },
      closed: {},
    },
  })
  expectTypeOf(createActor(parent).getSnapshot().value).toEqualTypeOf<'open' | 'closed'>()
})

it('a graph of the explorer becomes a machine', () => {
  const machine = createMachine(toMachine({} as ExploredGraph))
  createActor(machine).send({ type: 'SetTax', to: 'new' })
  // @ts-expect-error a graph has edges
  toMachine({ initial: '', nodes: [] })
})
