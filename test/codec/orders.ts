// Random commands and events of orders: every value that their codecs have to take.
import fc from 'fast-check'
import type { OrderCommand, OrderEvent } from '../../src/order/index.ts'
import { orderStatuses } from '../../src/order/index.ts'
import { maxMoney } from '../../src/order/Money.ts'

const id = fc.string({ minLength: 1, maxLength: 5 })
const productId = fc.oneof(fc.constantFrom('p1', 'p2', 'p3'), id)
const currency = fc.oneof(fc.constant('USD'), fc.stringMatching(/^[A-Z]{3}$/))
const integer = fc.oneof(fc.nat(20), fc.maxSafeInteger())
const money = fc.oneof(fc.nat(5_000), fc.nat(maxMoney))
const quantity = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: maxMoney }))
const discount = fc.nat(10_000)
const newStatus = fc.constantFrom(...orderStatuses)

const tagged = <K extends string, A extends object>(
  type: K,
  fields: { readonly [F in keyof A]: fc.Arbitrary<A[F]> },
): fc.Arbitrary<{ readonly type: K } & A> =>
  fc.record(fields, { noNullPrototype: true }).map((data) => ({ type, ...data }))

export const orderCommand: fc.Arbitrary<OrderCommand> = fc.oneof(
  tagged('CreateOrder', { customerId: id, currency }),
  tagged('AddLine', { productId, quantity: integer, unitPrice: integer, discount: integer }),
  tagged('ChangeQuantity', { productId, quantity: integer }),
  tagged('RemoveLine', { productId }),
  tagged('SetShipping', { amount: integer }),
  tagged('SetTax', { amount: integer }),
  tagged('ChangeStatus', { newStatus }),
)

export const orderEvent: fc.Arbitrary<OrderEvent> = fc.oneof(
  tagged('OrderCreated', { customerId: id, currency }),
  tagged('LineAdded', { productId, quantity, unitPrice: money, discount }),
  tagged('QuantityChanged', { productId, quantity }),
  tagged('LineRemoved', { productId }),
  tagged('ShippingSet', { amount: money }),
  tagged('TaxSet', { amount: money }),
  tagged('StatusChanged', { newStatus }),
)
