/**
 * What can have happened to an order.
 *
 * @since 0.1.0
 */
import type { BasisPoints, Money } from './Money.ts'
import type { OrderStatus } from './Status.ts'

/**
 * Opens the stream of an order, which is `new` from then on.
 *
 * @category event
 * @since 0.1.0
 */
export interface OrderCreated {
  readonly type: 'OrderCreated'
  readonly customerId: string
  /** ISO 4217, three capital letters. */
  readonly currency: string
}

/**
 * A product came onto the order, on a line of its own.
 *
 * @category event
 * @since 0.1.0
 */
export interface LineAdded {
  readonly type: 'LineAdded'
  readonly productId: string
  /** At least 1. */
  readonly quantity: number
  readonly unitPrice: Money
  readonly discount: BasisPoints
}

/**
 * A line has another quantity, at the price and discount that it has had.
 *
 * @category event
 * @since 0.1.0
 */
export interface QuantityChanged {
  readonly type: 'QuantityChanged'
  readonly productId: string
  /** The new quantity, at least 1. */
  readonly quantity: number
}

/**
 * A product left the order.
 *
 * @category event
 * @since 0.1.0
 */
export interface LineRemoved {
  readonly type: 'LineRemoved'
  readonly productId: string
}

/**
 * What shipping costs from now on, instead of what it cost before.
 *
 * @category event
 * @since 0.1.0
 */
export interface ShippingSet {
  readonly type: 'ShippingSet'
  readonly amount: Money
}

/**
 * What tax comes to from now on, instead of what it came to before.
 *
 * @category event
 * @since 0.1.0
 */
export interface TaxSet {
  readonly type: 'TaxSet'
  readonly amount: Money
}

/**
 * The order moved on in its lifecycle.
 *
 * @category event
 * @since 0.1.0
 */
export interface StatusChanged {
  readonly type: 'StatusChanged'
  readonly newStatus: OrderStatus
}

/**
 * Everything that can have happened to an order.
 *
 * @category event
 * @since 0.1.0
 */
export type OrderEvent =
  OrderCreated | LineAdded | QuantityChanged | LineRemoved | ShippingSet | TaxSet | StatusChanged
