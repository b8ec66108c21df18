/**
 * The statuses of an order, and the moves between them as data.
 *
 * @since 0.1.0
 */

/**
 * All statuses.
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
 * The status of an order. A new order is `new` without an event.
 *
 * @category status
 * @since 0.1.0
 */
export type OrderStatus = (typeof orderStatuses)[number]

/**
 * The allowed moves from each status. A status without moves is terminal.
 *
 * @category status
 * @since 0.1.0
 */
export type OrderLifecycle = Readonly<Record<OrderStatus, ReadonlyArray<OrderStatus>>>

/**
 * The default lifecycle: new → confirmed → paid → shipped, or cancelled from any of the first three.
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
