/**
 * The state of an order: what its events add up to.
 *
 * Laws, at every prefix of every history, whatever its events:
 *
 * 1. `subtotal` is the sum of the lines' totals, and `total` is `subtotal + shipping + tax`
 * 2. a product has at most one line, with a quantity of at least 1
 * 3. every amount is an integer from 0 to `maxMoney`
 * 4. lines, shipping and tax change only while the order is `new`
 *
 * @since 0.1.0
 */
import type { Projection } from '../Projection.ts'
import type { LineAdded, OrderEvent, QuantityChanged } from './Event.ts'
import type { BasisPoints, Money } from './Money.ts'
import { isMoney, lineTotalOrNaN, maxMoney } from './Money.ts'
import type { OrderStatus } from './Status.ts'

/**
 * One product on an order.
 *
 * @category state
 * @since 0.1.0
 */
export interface OrderLine {
  readonly productId: string
  readonly quantity: number
  readonly unitPrice: Money
  readonly discount: BasisPoints
  /** Unit price × quantity minus the discount, rounded half up. */
  readonly total: Money
}

/**
 * An order with its cost summary.
 *
 * @category state
 * @since 0.1.0
 */
export interface Order {
  readonly type: 'Order'
  readonly customerId: string
  readonly currency: string
  readonly status: OrderStatus
  /** In the order in which they were added. */
  readonly lines: ReadonlyArray<OrderLine>
  /** The sum of the lines' totals. */
  readonly subtotal: Money
  readonly shipping: Money
  readonly tax: Money
  /** subtotal + shipping + tax. */
  readonly total: Money
}

/**
 * No order yet, or an order.
 *
 * @category state
 * @since 0.1.0
 */
export type OrderState = { readonly type: 'NoOrder' } | Order

const initialState: OrderState = { type: 'NoOrder' }

/**
 * The index of a product's line, or -1.
 *
 * @internal
 */
export const lineIndex = (lines: ReadonlyArray<OrderLine>, productId: string): number => {
  for (let i = 0; i < lines.length; i++) if (lines[i]?.productId === productId) return i
  return -1
}

/**
 * The only function that builds a changed order. If the total would overflow, or a line's total is `NaN`,
 * it returns the order unchanged.
 */
const revised = (
  order: Order,
  status: OrderStatus,
  lines: ReadonlyArray<OrderLine>,
  subtotal: Money,
  shipping: Money,
  tax: Money,
): Order => {
  const total = subtotal + shipping + tax
  return total <= maxMoney
    ? {
        type: 'Order',
        customerId: order.customerId,
        currency: order.currency,
        status,
        lines,
        subtotal,
        shipping,
        tax,
        total,
      }
    : order
}

const withLine = (order: Order, event: LineAdded): Order => {
  const { lines } = order
  if (lineIndex(lines, event.productId) !== -1) return order
  const total = lineTotalOrNaN(event.unitPrice, event.quantity, event.discount)
  const line: OrderLine = {
    productId: event.productId,
    quantity: event.quantity,
    unitPrice: event.unitPrice,
    discount: event.discount,
    total,
  }
  const subtotal = order.subtotal + total
  return revised(order, order.status, [...lines, line], subtotal, order.shipping, order.tax)
}

const withQuantity = (order: Order, { productId, quantity }: QuantityChanged): Order => {
  const index = lineIndex(order.lines, productId)
  const line = order.lines[index]
  if (line === undefined || line.quantity === quantity) return order
  const total = lineTotalOrNaN(line.unitPrice, quantity, line.discount)
  const lines = order.lines.slice()
  const { unitPrice, discount } = line
  lines[index] = { productId, quantity, unitPrice, discount, total }
  const subtotal = order.subtotal - line.total + total
  return revised(order, order.status, lines, subtotal, order.shipping, order.tax)
}

const withoutLine = (order: Order, productId: string): Order => {
  const index = lineIndex(order.lines, productId)
  const line = order.lines[index]
  if (line === undefined) return order
  const lines = order.lines.filter((_, i) => i !== index)
  const subtotal = order.subtotal - line.total
  return revised(order, order.status, lines, subtotal, order.shipping, order.tax)
}

const created = (none: OrderState, event: OrderEvent): OrderState =>
  event.type === 'OrderCreated'
    ? {
        type: 'Order',
        customerId: event.customerId,
        currency: event.currency,
        status: 'new',
        lines: [],
        subtotal: 0,
        shipping: 0,
        tax: 0,
        total: 0,
      }
    : none

/**
 * Applies an event. An event that does not apply returns the same state: one for another status, for a
 * missing product, or with an impossible amount.
 */
const evolve = (order: OrderState, event: OrderEvent): OrderState => {
  if (order.type === 'NoOrder') return created(order, event)
  const { status, lines, subtotal, shipping, tax } = order
  if (event.type === 'StatusChanged') {
    return event.newStatus === status
      ? order
      : revised(order, event.newStatus, lines, subtotal, shipping, tax)
  }
  if (status !== 'new') return order
  switch (event.type) {
    case 'LineAdded':
      return withLine(order, event)
    case 'QuantityChanged':
      return withQuantity(order, event)
    case 'LineRemoved':
      return withoutLine(order, event.productId)
    case 'ShippingSet':
      return isMoney(event.amount) && event.amount !== shipping
        ? revised(order, status, lines, subtotal, event.amount, tax)
        : order
    case 'TaxSet':
      return isMoney(event.amount) && event.amount !== tax
        ? revised(order, status, lines, subtotal, shipping, event.amount)
        : order
    default:
      return order
  }
}

/**
 * The projection of an order's events to its state, whatever the lifecycle.
 *
 * @example
 *   import { orderState } from 'decider-ts/order'
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   const state = replay(orderState)([
 *     { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' },
 *     { type: 'LineAdded', productId: '11', quantity: 12, unitPrice: 1_400, discount: 0 },
 *     { type: 'ShippingSet', amount: 3_238 },
 *   ])
 *   assert.ok(state.type === 'Order' && state.total === 20_038)
 *
 * @category state
 * @since 0.1.0
 */
export const orderState: Projection<OrderState, OrderEvent> = { initialState, evolve }
