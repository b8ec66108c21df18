/**
 * The rules of an order.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider } from '../Decider.ts'
import type {
  AddLine,
  ChangeQuantity,
  ChangeStatus,
  CreateOrder,
  OrderCommand,
  SetShipping,
  SetTax,
} from './Command.ts'
import type { OrderEvent } from './Event.ts'
import { isDiscount, isMoney, isQuantity, lineTotalOrNaN, maxMoney } from './Money.ts'
import type { OrderRejection } from './Rejection.ts'
import type { Order, OrderState } from './State.ts'
import { lineIndex, orderState } from './State.ts'
import type { OrderLifecycle } from './Status.ts'
import { standardLifecycle } from './Status.ts'

type OrderDecision = Either<OrderRejection, ReadonlyArray<OrderEvent>>

const reject = (rejection: OrderRejection): OrderDecision => ({ _tag: 'Left', left: rejection })

const emit = (event: OrderEvent): OrderDecision => ({ _tag: 'Right', right: [event] })

const unchanged: OrderDecision = { _tag: 'Right', right: [] }

const overflow = (sum: 'line' | 'total'): OrderDecision =>
  reject({ type: 'MoneyOverflow', sum, limit: maxMoney })

const create = ({ customerId, currency }: CreateOrder, state: OrderState): OrderDecision => {
  if (state.type === 'NoOrder') return emit({ type: 'OrderCreated', customerId, currency })
  return state.customerId === customerId && state.currency === currency
    ? unchanged
    : reject({
        type: 'OrderAlreadyExists',
        customerId: state.customerId,
        currency: state.currency,
      })
}

/** Rejects what only a new order allows; `undefined` if the order is new. */
const locked = (order: Order): OrderDecision | undefined =>
  order.status === 'new' ? undefined : reject({ type: 'OrderNotEditable', status: order.status })

const addLine = (command: AddLine, order: Order): OrderDecision => {
  const { productId, quantity, unitPrice, discount } = command
  const refused = locked(order)
  if (refused !== undefined) return refused
  const line = order.lines[lineIndex(order.lines, productId)]
  if (line !== undefined) {
    return reject({ type: 'ProductAlreadyOnOrder', productId, quantity: line.quantity })
  }
  if (!isQuantity(quantity)) return reject({ type: 'InvalidQuantity', productId, quantity })
  if (!isMoney(unitPrice)) return reject({ type: 'InvalidUnitPrice', productId, unitPrice })
  if (!isDiscount(discount)) return reject({ type: 'InvalidDiscount', productId, discount })
  const total = lineTotalOrNaN(unitPrice, quantity, discount)
  if (Number.isNaN(total)) return overflow('line')
  if (order.total + total > maxMoney) return overflow('total')
  return emit({ type: 'LineAdded', productId, quantity, unitPrice, discount })
}

const changeQuantity = ({ productId, quantity }: ChangeQuantity, order: Order): OrderDecision => {
  const line = order.lines[lineIndex(order.lines, productId)]
  if (line !== undefined && line.quantity === quantity) return unchanged
  const refused = locked(order)
  if (refused !== undefined) return refused
  if (line === undefined) return reject({ type: 'ProductNotOnOrder', productId })
  if (!isQuantity(quantity)) return reject({ type: 'InvalidQuantity', productId, quantity })
  const total = lineTotalOrNaN(line.unitPrice, quantity, line.discount)
  if (Number.isNaN(total)) return overflow('line')
  if (order.total - line.total + total > maxMoney) return overflow('total')
  return emit({ type: 'QuantityChanged', productId, quantity })
}

const removeLine = (productId: string, order: Order): OrderDecision =>
  lineIndex(order.lines, productId) === -1
    ? unchanged
    : (locked(order) ?? emit({ type: 'LineRemoved', productId }))

const setAmount = (command: SetShipping | SetTax, order: Order): OrderDecision => {
  const { amount } = command
  const field = command.type === 'SetShipping' ? 'shipping' : 'tax'
  if (Object.is(order[field], amount)) return unchanged
  const refused = locked(order)
  if (refused !== undefined) return refused
  if (!isMoney(amount)) return reject({ type: 'InvalidAmount', field, amount })
  if (order.total - order[field] + amount > maxMoney) return overflow('total')
  return emit({ type: field === 'shipping' ? 'ShippingSet' : 'TaxSet', amount })
}

const changeStatus = (
  { newStatus }: ChangeStatus,
  { status, lines }: Order,
  lifecycle: OrderLifecycle,
): OrderDecision => {
  if (status === newStatus) return unchanged
  const allowed = lifecycle[status]
  if (!allowed.includes(newStatus)) {
    return reject({ type: 'IllegalTransition', from: status, to: newStatus, allowed })
  }
  return newStatus === 'confirmed' && lines.length === 0
    ? reject({ type: 'EmptyOrder' })
    : emit({ type: 'StatusChanged', newStatus })
}

const decide =
  (lifecycle: OrderLifecycle) =>
  (command: OrderCommand, state: OrderState): OrderDecision => {
    if (command.type === 'CreateOrder') return create(command, state)
    if (state.type === 'NoOrder') return reject({ type: 'OrderNotFound' })
    switch (command.type) {
      case 'AddLine':
        return addLine(command, state)
      case 'ChangeQuantity':
        return changeQuantity(command, state)
      case 'RemoveLine':
        return removeLine(command.productId, state)
      case 'SetShipping':
      case 'SetTax':
        return setAmount(command, state)
      case 'ChangeStatus':
        return changeStatus(command, state, lifecycle)
    }
  }

/**
 * The decider of orders. The lifecycle says which statuses follow which; it defaults to
 * `standardLifecycle`.
 *
 * - Lines, shipping and tax change only while the order is `new`.
 * - A product stands on one line, with a quantity of at least 1.
 * - An order without lines can't be confirmed.
 * - A command that would change nothing returns `Right([])`; any other that is not allowed is rejected.
 *
 * @example
 *   import { orderDecider, standardLifecycle } from 'decider-ts/order'
 *   import { run } from 'decider-ts/Decider'
 *   import assert from 'node:assert'
 *
 *   const reopening = orderDecider({ ...standardLifecycle, cancelled: ['new'] })
 *   const { state } = run(reopening)([
 *     { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *     { type: 'ChangeStatus', newStatus: 'cancelled' },
 *     { type: 'ChangeStatus', newStatus: 'new' },
 *   ])
 *   assert.ok(state.type === 'Order' && state.status === 'new')
 *
 * @category decider
 * @since 0.1.0
 */
export const orderDecider = (
  lifecycle: OrderLifecycle = standardLifecycle,
): Decider<OrderCommand, OrderState, OrderEvent, OrderRejection> => ({
  initialState: orderState.initialState,
  decide: decide(lifecycle),
  evolve: orderState.evolve,
  isTerminal: (state) => state.type === 'Order' && lifecycle[state.status].length === 0,
})
