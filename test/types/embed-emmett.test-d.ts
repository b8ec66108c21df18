import type { Command, Decider as Theirs, Event } from '@event-driven-io/emmett'
import {
  DeciderCommandHandler,
  DeciderSpecification,
  getInMemoryEventStore,
} from '@event-driven-io/emmett'
import type { Option } from 'fp-ts/lib/Option.js'
import { none } from 'fp-ts/lib/Option.js'
import { expectTypeOf, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import type { EmmettMessage } from '../../src/embed/Emmett.ts'
import { fromEmmett, fromEmmettMessage, toEmmett, toEmmettMessage } from '../../src/embed/Emmett.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'

const decider = orderDecider()

const order = toEmmett(decider)
const completion = { isTerminal: () => false, rejectionOf: () => none }

it("a decider is one of Emmett's", () => {
  expectTypeOf<EmmettMessage<OrderCommand>>().toExtend<Command>()
  expectTypeOf<EmmettMessage<OrderEvent>>().toExtend<Event>()
  expectTypeOf(order).toExtend<
    Theirs<OrderState, EmmettMessage<OrderCommand>, EmmettMessage<OrderEvent>>
  >()
  expectTypeOf(order.rejectionOf('')).toEqualTypeOf<Option<OrderRejection>>()
})

it('in its specification and its handler, wrong messages do not compile', () => {
  const given = DeciderSpecification.for(order)
  given([{ type: 'TaxSet', data: { amount: 1 } }]).when({ type: 'SetTax', data: { amount: 1 } })
  // @ts-expect-error no such event
  given([{ type: 'TaxUnset', data: { amount: 1 } }])
  // @ts-expect-error the amount is missing
  given([]).when({ type: 'SetTax', data: {} })
  const handle = DeciderCommandHandler(order)
  expectTypeOf<EmmettMessage<OrderCommand>>().toExtend<Parameters<typeof handle>[2]>()
  // @ts-expect-error an event is no command
  void handle(getInMemoryEventStore(), 'order-1', { type: 'TaxSet', data: { amount: 1 } })
})

it('there and back is the same type', () => {
  const back: Decider<OrderCommand, OrderState, OrderEvent, OrderRejection> = fromEmmett(order)
  expectTypeOf(back.decide).parameter(0).toExtend<OrderCommand>()
  expectTypeOf(fromEmmettMessage(toEmmettMessage({ type: 'A', n: 1 }))).toExtend<{
    type: string
    n: number
  }>()
  type Optional = { readonly type: 'A'; readonly n?: number }
  expectTypeOf<EmmettMessage<Optional>>().toEqualTypeOf<{
    readonly type: 'A'
    readonly data: { readonly n?: number }
  }>()
})

it("a decider of Emmett's is one of ours, completed", () => {
  type Opened = Event<'Opened', { by: string }>
  type Closed = Event<'Closed', { at: number }, { tenant: string }>
  type Open = Command<'Open', { by: string }>
  const theirs: Theirs<boolean, Open, Opened | Closed> = {
    decide: ({ data }) => ({ type: 'Opened', data }),
    evolve: (_, { type }) => type === 'Opened',
    initialState: () => false,
  }
  const ours = fromEmmett({ ...theirs, ...completion })
  ours.decide({ type: 'Open', by: 'Ann' }, true)
  ours.evolve(true, { type: 'Closed', at: 1 })
  // @ts-expect-error the data are flat
  ours.decide({ type: 'Open', data: { by: 'Ann' } }, true)
  // @ts-expect-error a closed door closes at a time
  ours.evolve(true, { type: 'Closed', by: 'Ann' })
  // @ts-expect-error nothing says when it is over, or what is thrown
  fromEmmett(theirs)
})

it('data that cannot stand beside the type do not compile', () => {
  type Typed = Event<'Typed', { type: string }>
  type Open = Event<'Open', { by: string }>
  const decide = (): Array<Typed> => []
  const evolve = (state: number, _: Typed) => state
  const initialState = () => 0
  // @ts-expect-error there would be two types
  fromEmmett<number, Open, Typed, never>({ decide, evolve, initialState, ...completion })
})
