/**
 * Why an order rejects a command, with the data that explains it.
 *
 * @since 0.1.0
 */
import type { BasisPoints, Money } from './Money.ts'
import type { OrderStatus } from './Status.ts'

/**
 * Why an order refuses a command.
 *
 * - `OrderNotFound`: there is no order yet; only `CreateOrder` makes one
 * - `OrderAlreadyExists`: with this customer and currency, other than those asked for
 * - `OrderNotEditable`: lines, shipping and tax change only while the order is `new`
 * - `ProductAlreadyOnOrder`: the product has a line already, with this quantity
 * - `ProductNotOnOrder`: no line has the product
 * - `InvalidQuantity`: not an integer of at least 1
 * - `InvalidUnitPrice`, `InvalidAmount`: not a non-negative integer of minor units
 * - `InvalidDiscount`: not an integer of basis points from 0 to 10,000
 * - `MoneyOverflow`: the amount named by `sum` would exceed `limit`
 * - `EmptyOrder`: an order without lines can't be confirmed
 * - `IllegalTransition`: the lifecycle has no such move; `allowed` are the possible ones
 *
 * @category rejection
 * @since 0.1.0
 */
export type OrderRejection =
  | { readonly type: 'OrderNotFound' }
  | { readonly type: 'OrderAlreadyExists'; readonly customerId: string; readonly currency: string }
  | { readonly type: 'OrderNotEditable'; readonly status: OrderStatus }
  | {
      readonly type: 'ProductAlreadyOnOrder'
      readonly productId: string
      readonly quantity: number
    }
  | { readonly type: 'ProductNotOnOrder'; readonly productId: string }
  | { readonly type: 'InvalidQuantity'; readonly productId: string; readonly quantity: number }
  | { readonly type: 'InvalidUnitPrice'; readonly productId: string; readonly unitPrice: Money }
  | { readonly type: 'InvalidDiscount'; readonly productId: string; readonly discount: BasisPoints }
  | { readonly type: 'InvalidAmount'; readonly field: 'shipping' | 'tax'; readonly amount: Money }
  | { readonly type: 'MoneyOverflow'; readonly sum: 'line' | 'total'; readonly limit: Money }
  | { readonly type: 'EmptyOrder' }
  | {
      readonly type: 'IllegalTransition'
      readonly from: OrderStatus
      readonly to: OrderStatus
      readonly allowed: ReadonlyArray<OrderStatus>
    }
