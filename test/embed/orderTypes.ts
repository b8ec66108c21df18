// The types of the order's commands and events, named one by one.
import type { ActionTypes } from '../../src/embed/Redux/actionTypes.ts'
import type { OrderCommand, OrderEvent } from '../../src/order/index.ts'

export const eventTypes: ActionTypes<OrderEvent> = {
  OrderCreated: true,
  LineAdded: true,
  QuantityChanged: true,
  LineRemoved: true,
  ShippingSet: true,
  TaxSet: true,
  StatusChanged: true,
}

export const commandTypes: ActionTypes<OrderCommand> = {
  CreateOrder: true,
  AddLine: true,
  ChangeQuantity: true,
  RemoveLine: true,
  SetShipping: true,
  SetTax: true,
  ChangeStatus: true,
}
