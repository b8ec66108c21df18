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
export const statuses: readonly ['new', 'confirmed', 'paid', 'shipped', 'cancelled'] = [
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
export type Status = (typeof statuses)[number]

/**
 * The moves that are allowed, by the status they start from. A status without moves is terminal.
 *
 * @category status
 * @since 0.1.0
 */
export type Lifecycle = Readonly<Record<Status, ReadonlyArray<Status>>>

/**
 * The default: new → confirmed → paid → shipped, and cancelled from any of the first three.
 *
 * @category status
 * @since 0.1.0
 */
export const standard: Lifecycle = {
  new: ['confirmed', 'cancelled'],
  confirmed: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: [],
  cancelled: [],
}

/**
 * Every move among new, paid, confirmed and shipped: what a plain setter that only checks that the
 * status is one of the four would allow.
 *
 * @category status
 * @since 0.1.0
 */
export const anyStatus: Lifecycle = {
  new: ['paid', 'confirmed', 'shipped'],
  confirmed: ['new', 'paid', 'shipped'],
  paid: ['new', 'confirmed', 'shipped'],
  shipped: ['new', 'paid', 'confirmed'],
  cancelled: [],
}
