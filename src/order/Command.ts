/**
 * What can be asked of an order.
 *
 * @since 0.1.0
 */
import type { BasisPoints, Money } from './Money.ts'
import type { OrderStatus } from './Status.ts'

/**
 * Asks for a new order. Asked again with the same customer and currency, it changes nothing.
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
 * Asks for one more line; a product that stands on a line already is refused.
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
 * Asks for another quantity on a product's line; for none of it, ask for `RemoveLine`.
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
 * Asks that a product be on no line. Where it is on none, this changes nothing.
 *
 * @category command
 * @since 0.1.0
 */
export interface RemoveLine {
  readonly type: 'RemoveLine'
  readonly productId: string
}

/**
 * Asks that shipping cost so much, whatever it cost before.
 *
 * @category command
 * @since 0.1.0
 */
export interface SetShipping {
  readonly type: 'SetShipping'
  readonly amount: Money
}

/**
 * Asks that tax come to so much, whatever it came to before.
 *
 * @category command
 * @since 0.1.0
 */
export interface SetTax {
  readonly type: 'SetTax'
  readonly amount: Money
}

/**
 * Asks for a move in the lifecycle.
 *
 * @category command
 * @since 0.1.0
 */
export interface ChangeStatus {
  readonly type: 'ChangeStatus'
  readonly newStatus: OrderStatus
}

/**
 * Everything that can be asked of an order.
 *
 * @category command
 * @since 0.1.0
 */
export type OrderCommand =
  CreateOrder | AddLine | ChangeQuantity | RemoveLine | SetShipping | SetTax | ChangeStatus
