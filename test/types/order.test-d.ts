import type { Either } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { expectTypeOf, it } from 'vitest'
import type { Decider, Transition } from '../../src/Decider.ts'
import { mapRejection, run, transition } from '../../src/Decider.ts'
import type {
  OrderLifecycle,
  Order,
  OrderCommand,
  OrderEvent,
  OrderRejection,
  OrderState,
  OrderStatus,
  OrderRow,
} from '../../src/order/index.ts'
import type { OrderLine } from '../../src/order/State.ts'
import type { OrdersHistoryRow } from '../../src/order/ReadModels.ts'
import {
  orderDecider,
  Orders,
  OrdersHistory,
  orderState,
  rowsOfOrder,
  standardLifecycle,
} from '../../src/order/index.ts'
import { orderEventCodec } from '../../src/order/codec.ts'
import { replay } from '../../src/Projection.ts'
import type { CommandHandler } from '../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { lruCache } from '../../src/shell/CommandHandler/cache.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { memoryStore } from '../../src/store/Memory.ts'

const decider = orderDecider()

declare const order: Order
declare const line: OrderLine
declare const event: OrderEvent
declare const command: OrderCommand
declare const rejection: OrderRejection

it('an order is a decider like any other', () => {
  expectTypeOf(decider).toEqualTypeOf<
    Decider<OrderCommand, OrderState, OrderEvent, OrderRejection>
  >()
  expectTypeOf(orderDecider(standardLifecycle)).toEqualTypeOf(decider)
  expectTypeOf(transition(decider)(command, order)).toEqualTypeOf<
    Either<OrderRejection, Transition<OrderState, OrderEvent>>
  >()
  expectTypeOf(replay(orderState)([event])).toEqualTypeOf<OrderState>()
  expectTypeOf(
    pipe(
      decider,
      mapRejection(({ type }) => type),
    ),
  ).toEqualTypeOf<Decider<OrderCommand, OrderState, OrderEvent, OrderRejection['type']>>()
})

it('a list of commands needs no annotation, and a foreign one does not compile', () => {
  run(decider)([
    { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
    { type: 'ChangeStatus', newStatus: 'confirmed' },
  ])
  // @ts-expect-error there is no such command
  run(decider)([{ type: 'DeleteOrder' }])
  // @ts-expect-error a line needs a price
  run(decider)([{ type: 'AddLine', productId: '11', quantity: 1, discount: 0 }])
  // @ts-expect-error there is no such status
  run(decider)([{ type: 'ChangeStatus', newStatus: 'lost' }])
  expectTypeOf(run(decider)).parameter(0).toEqualTypeOf<ReadonlyArray<OrderCommand>>()
})

it('commands, events, rejections and states are told apart by their type', () => {
  expectTypeOf<OrderCommand['type']>().toEqualTypeOf<
    | 'CreateOrder'
    | 'AddLine'
    | 'ChangeQuantity'
    | 'RemoveLine'
    | 'SetShipping'
    | 'SetTax'
    | 'ChangeStatus'
  >()
  expectTypeOf<OrderEvent['type']>().toEqualTypeOf<
    | 'OrderCreated'
    | 'LineAdded'
    | 'QuantityChanged'
    | 'LineRemoved'
    | 'ShippingSet'
    | 'TaxSet'
    | 'StatusChanged'
  >()
  expectTypeOf<OrderState['type']>().toEqualTypeOf<'NoOrder' | 'Order'>()
  expectTypeOf<Extract<OrderRejection, { type: 'IllegalTransition' }>>().toEqualTypeOf<{
    readonly type: 'IllegalTransition'
    readonly from: OrderStatus
    readonly to: OrderStatus
    readonly allowed: ReadonlyArray<OrderStatus>
  }>()
})

it('orders, events, commands and rejections are read-only', () => {
  // @ts-expect-error a status is changed by an event
  order.status = 'paid'
  // @ts-expect-error lines are read-only
  order.lines.push(line)
  // @ts-expect-error so is each of them
  order.lines[0] = line
  // @ts-expect-error and each field
  line.quantity = 2
  // @ts-expect-error what happened stays
  event.type = 'TaxSet'
  // @ts-expect-error what was asked stays
  command.type = 'SetTax'
  // @ts-expect-error why it was refused stays
  rejection.type = 'EmptyOrder'
})

it('a lifecycle has the moves of every status, and only of statuses', () => {
  // @ts-expect-error cancelled is missing
  const short: OrderLifecycle = { new: [], confirmed: [], paid: [], shipped: [] }
  // @ts-expect-error there is no such status
  const odd: OrderLifecycle = { ...standardLifecycle, new: ['lost'] }
  // @ts-expect-error a lifecycle is read-only
  standardLifecycle.new = []
  expectTypeOf([short, odd]).toEqualTypeOf<Array<OrderLifecycle>>()
})

it('tables give rows of their own', () => {
  expectTypeOf(rowsOfOrder('10248')(replay(Orders)([]))).toEqualTypeOf<ReadonlyArray<OrderRow>>()
  expectTypeOf(rowsOfOrder('10248')(replay(OrdersHistory)([]))).toEqualTypeOf<
    ReadonlyArray<OrdersHistoryRow>
  >()
})

it('a handler of orders takes a cache without a word about its states', () => {
  const store = withCodec(orderEventCodec)(memoryStore())
  const handle = commandHandler({ decider, store, cache: lruCache(1_000) })
  expectTypeOf(handle).toEqualTypeOf<
    CommandHandler<OrderCommand, OrderState, OrderEvent, OrderRejection>
  >()
})
