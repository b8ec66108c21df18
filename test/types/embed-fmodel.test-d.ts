import type { IDecider, IView, EventRepository } from '@fraktalio/fmodel-ts'
import { Decider as Theirs, EventSourcingAggregate, View } from '@fraktalio/fmodel-ts'
import type { Option } from 'fp-ts/lib/Option.js'
import { none } from 'fp-ts/lib/Option.js'
import { expectTypeOf, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import {
  fromFmodelDecider,
  fromFmodelView,
  toFmodelDecider,
  toFmodelView,
} from '../../src/embed/Fmodel.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider, orderState } from '../../src/order/index.ts'
import type { Projection } from '../../src/Projection.ts'

const decider = orderDecider()

const order = toFmodelDecider(decider)

it('a decider is one of theirs, and goes into their class and their aggregate', () => {
  expectTypeOf(order).toExtend<IDecider<OrderCommand, OrderState, OrderEvent>>()
  expectTypeOf(order.rejectionOf('')).toEqualTypeOf<Option<OrderRejection>>()
  const theirs = new Theirs(order.decide, order.evolve, order.initialState)
  expectTypeOf(theirs).toEqualTypeOf<Theirs<OrderCommand, OrderState, OrderEvent>>()
  const aggregate = (repository: EventRepository<OrderCommand, OrderEvent>) =>
    new EventSourcingAggregate(order, repository)
  expectTypeOf(aggregate).returns.toEqualTypeOf<
    EventSourcingAggregate<OrderCommand, OrderState, OrderEvent>
  >()
  // @ts-expect-error an event is no command
  theirs.decide({ type: 'TaxSet', amount: 1 }, { type: 'NoOrder' })
})

it('a projection is a view of theirs, and the other way round', () => {
  expectTypeOf(toFmodelView(orderState)).toExtend<IView<OrderState, OrderEvent>>()
  const { evolve, initialState } = toFmodelView(orderState)
  const view = new View(evolve, initialState)
  expectTypeOf(view).toEqualTypeOf<View<OrderState, OrderEvent>>()
  expectTypeOf(fromFmodelView(view)).toEqualTypeOf<Projection<OrderState, OrderEvent>>()
})

it('there and back is the same type', () => {
  expectTypeOf(fromFmodelDecider(order)).toEqualTypeOf<
    Decider<OrderCommand, OrderState, OrderEvent, OrderRejection>
  >()
  const { decide, evolve, initialState } = order
  const bare = { decide, evolve, initialState }
  // @ts-expect-error nothing says when it is over, or what is thrown
  fromFmodelDecider(bare)
  expectTypeOf(
    fromFmodelDecider({ ...bare, isTerminal: () => false, rejectionOf: () => none }),
  ).toEqualTypeOf<Decider<OrderCommand, OrderState, OrderEvent, never>>()
})
