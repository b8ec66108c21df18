/**
 * The events of an order.
 *
 * @since 0.1.0
 */
import type { BasisPoints, Money } from './Money.ts'
import type { OrderStatus } from './Status.ts'

/**
 * The order was created, with the status `new`.
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
 * A product was added, on a line of its own.
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
 * The quantity of a line changed; price and discount did not.
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
 * A product's line was removed.
 *
 * @category event
 * @since 0.1.0
 */
export interface LineRemoved {
  readonly type: 'LineRemoved'
  readonly productId: string
}

/**
 * The cost of shipping was set.
 *
 * @category event
 * @since 0.1.0
 */
export interface ShippingSet {
  readonly type: 'ShippingSet'
  readonly amount: Money
}

/**
 * The tax was set.
 *
 * @category event
 * @since 0.1.0
 */
export interface TaxSet {
  readonly type: 'TaxSet'
  readonly amount: Money
}

/**
 * The order moved to another status.
 *
 * @category event
 * @since 0.1.0
 */
export interface StatusChanged {
  readonly type: 'StatusChanged'
  readonly newStatus: OrderStatus
}

/**
 * All events of an order.
 *
 * @category event
 * @since 0.1.0
 */
export type OrderEvent =
  | OrderCreated
  | LineAdded
  | QuantityChanged
  | LineRemoved
  | ShippingSet
  | TaxSet
  | StatusChanged
