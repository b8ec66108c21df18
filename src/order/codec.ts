/**
 * The codecs of the commands and events of orders, built on io-ts. They check what a value is; `decide`
 * says whether a command makes sense.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import type { Codec } from '../codec/Codec.ts'
import type { EventCodec } from '../codec/EventCodec.ts'
import { commandCodec, eventCodec, where } from '../codec/IoTs.ts'
import type { OrderCommand } from './Command.ts'
import type { OrderEvent } from './Event.ts'
import { isDiscount, isMoney, isQuantity } from './Money.ts'
import type { OrderStatus } from './Status.ts'

const Status: t.Type<OrderStatus> = t.keyof({
  new: null,
  confirmed: null,
  paid: null,
  shipped: null,
  cancelled: null,
})

const Id = where(t.string, (id) => id !== '', 'a non-empty string')
const Currency = where(t.string, (code) => /^[A-Z]{3}$/.test(code), 'a currency code like "USD"')
const Integer = where(t.number, Number.isSafeInteger, 'an integer')
const money = where(t.number, isMoney, 'a non-negative integer of minor units')
const Quantity = where(t.number, isQuantity, 'an integer of at least 1')
const Discount = where(t.number, isDiscount, 'an integer of basis points from 0 to 10,000')

/**
 * The codec of commands. Numbers need only be integers: whether they are in range is a rule, so `decide`
 * rejects those that are not.
 *
 * @example
 *   import { orderCommandCodec } from 'decider-ts/order/codec'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const command = { type: 'SetTax', amount: 250 }
 *   assert.deepStrictEqual(orderCommandCodec.decode(command), right(command))
 *
 * @category codecs
 * @since 0.1.0
 */
export const orderCommandCodec: Codec<OrderCommand> = commandCodec<OrderCommand>({
  CreateOrder: { customerId: Id, currency: Currency },
  AddLine: { productId: Id, quantity: Integer, unitPrice: Integer, discount: Integer },
  ChangeQuantity: { productId: Id, quantity: Integer },
  RemoveLine: { productId: Id },
  SetShipping: { amount: Integer },
  SetTax: { amount: Integer },
  ChangeStatus: { newStatus: Status },
})

/**
 * The codec of events. Stored events were decided, so every number must be in range.
 *
 * @example
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const event = { type: 'TaxSet', amount: 250 } as const
 *   assert.deepStrictEqual(
 *     orderEventCodec.encode(event),
 *     right({ type: 'TaxSet', schemaVersion: 1, data: event }),
 *   )
 *
 * @category codecs
 * @since 0.1.0
 */
export const orderEventCodec: EventCodec<OrderEvent> = eventCodec<OrderEvent>({
  OrderCreated: { customerId: Id, currency: Currency },
  LineAdded: { productId: Id, quantity: Quantity, unitPrice: money, discount: Discount },
  QuantityChanged: { productId: Id, quantity: Quantity },
  LineRemoved: { productId: Id },
  ShippingSet: { amount: money },
  TaxSet: { amount: money },
  StatusChanged: { newStatus: Status },
})
