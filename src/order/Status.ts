/**
 * The statuses of an order and, as data, the moves between them.
 *
 * @since 0.1.0
 */

/**
 * Every status there is.
 *
 * @category status
 * @since 0.1.0
 */
export const orderStatuses: readonly ['new', 'confirmed', 'paid', 'shipped', 'cancelled'] = [
  'new',
  'confirmed',
  'paid',
  'shipped',
  'cancelled',
]

/**
 * Where an order stands. A new order is `new` without an event that says so.
 *
 * @category status
 * @since 0.1.0
 */
export type OrderStatus = (typeof orderStatuses)[number]

/**
 * The moves that are allowed, by the status they start from. A status without moves is terminal.
 *
 * @category status
 * @since 0.1.0
 */
export type OrderLifecycle = Readonly<Record<OrderStatus, ReadonlyArray<OrderStatus>>>

/**
 * The default: new → confirmed → paid → shipped, and cancelled from any of the first three.
 *
 * @category status
 * @since 0.1.0
 */
export const standardLifecycle: OrderLifecycle = {
  new: ['confirmed', 'cancelled'],
  confirmed: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: [],
  cancelled: [],
}
