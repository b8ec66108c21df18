/**
 * Orders: commands, events, rejections, states, the decider over them, and their read models.
 *
 * @since 0.1.0
 */
export type {
  AddLine,
  ChangeQuantity,
  ChangeStatus,
  CreateOrder,
  OrderCommand,
  RemoveLine,
  SetShipping,
  SetTax,
} from './Command.ts'
export { decider, orderDecider } from './decide.ts'
export { eqOrderCommand, eqOrderEvent, eqOrderRejection, eqOrderState } from './eq.ts'
export type {
  LineAdded,
  LineRemoved,
  OrderCreated,
  OrderEvent,
  QuantityChanged,
  ShippingSet,
  StatusChanged,
  TaxSet,
} from './Event.ts'
export type { BasisPoints, Money } from './Money.ts'
export { isDiscount, isMoney, isQuantity, lineTotal, maxMoney } from './Money.ts'
export type {
  OrderLineRow,
  OrderRow,
  OrdersHistoryRow,
  StatusTotal,
  Table,
  Totals,
} from './ReadModels.ts'
export {
  allRows,
  lineKey,
  OrderLines,
  Orders,
  OrdersHistory,
  rowsOf,
  statusTotals,
  TotalsByStatus,
} from './ReadModels.ts'
export type { OrderRejection } from './Rejection.ts'
export type { Order, OrderLine, OrderState } from './State.ts'
export { orderState } from './State.ts'
export type { Lifecycle, Status } from './Status.ts'
export { anyStatus, standard, statuses } from './Status.ts'
