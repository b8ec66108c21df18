/**
 * Orders: commands, events, rejections, states, the decider over them, and their read models.
 *
 * @since 0.1.0
 */
export type { OrderCommand } from './Command.ts'
export { orderDecider } from './decide.ts'
export type { OrderEvent } from './Event.ts'
export { lineTotal } from './Money.ts'
export type { OrderRow, OrderTable } from './ReadModels.ts'
export {
  allRows,
  orderLineKey,
  OrderLines,
  Orders,
  OrdersHistory,
  rowsOfOrder,
  statusTotals,
  TotalsByStatus,
} from './ReadModels.ts'
export type { OrderRejection } from './Rejection.ts'
export type { Order, OrderState } from './State.ts'
export { orderState } from './State.ts'
export type { OrderLifecycle, OrderStatus } from './Status.ts'
export { orderStatuses, standardLifecycle } from './Status.ts'
export { orderTables } from './tables.ts'
