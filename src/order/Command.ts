/**
 * The commands of an order.
 *
 * @since 0.1.0
 */
import type { BasisPoints, Money } from './Money.ts'
import type { OrderStatus } from './Status.ts'

/**
 * Creates the order. Sent again with the same customer and currency, it changes nothing.
 *
 * @category command
 * @since 0.1.0
 */
export interface CreateOrder {
  readonly type: 'CreateOrder'
  readonly customerId: string
  /** ISO 4217, three capital letters. */
  readonly currency: string
}

/**
 * Adds a line; a product that is on the order already is rejected.
 *
 * @category command
 * @since 0.1.0
 */
export interface AddLine {
  readonly type: 'AddLine'
  readonly productId: string
  readonly quantity: number
  readonly unitPrice: Money
  readonly discount: BasisPoints
}

/**
 * Changes the quantity of a product's line; to remove it, use `RemoveLine`.
 *
 * @category command
 * @since 0.1.0
 */
export interface ChangeQuantity {
  readonly type: 'ChangeQuantity'
  readonly productId: string
  readonly quantity: number
}

/**
 * Removes a product's line. If there is none, this changes nothing.
 *
 * @category command
 * @since 0.1.0
 */
export interface RemoveLine {
  readonly type: 'RemoveLine'
  readonly productId: string
}

/**
 * Sets the cost of shipping.
 *
 * @category command
 * @since 0.1.0
 */
export interface SetShipping {
  readonly type: 'SetShipping'
  readonly amount: Money
}

/**
 * Sets the tax.
 *
 * @category command
 * @since 0.1.0
 */
export interface SetTax {
  readonly type: 'SetTax'
  readonly amount: Money
}

/**
 * Moves the order to another status.
 *
 * @category command
 * @since 0.1.0
 */
export interface ChangeStatus {
  readonly type: 'ChangeStatus'
  readonly newStatus: OrderStatus
}

/**
 * All commands of an order.
 *
 * @category command
 * @since 0.1.0
 */
export type OrderCommand =
  | CreateOrder
  | AddLine
  | ChangeQuantity
  | RemoveLine
  | SetShipping
  | SetTax
  | ChangeStatus
