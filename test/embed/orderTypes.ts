// The types of the order's commands and events, named one by one.
import type { TypesOf } from '../../src/embed/Redux.ts'
import type { OrderCommand, OrderEvent } from '../../src/order/index.ts'

export const eventTypes: TypesOf<OrderEvent> = {
  OrderCreated: true,
  LineAdded: true,
  QuantityChanged: true,
  LineRemoved: true,
  ShippingSet: true,
  TaxSet: true,
  StatusChanged: true,
}

export const commandTypes: TypesOf<OrderCommand> = {
  CreateOrder: true,
  AddLine: true,
  ChangeQuantity: true,
  RemoveLine: true,
  SetShipping: true,
  SetTax: true,
  ChangeStatus: true,
}
