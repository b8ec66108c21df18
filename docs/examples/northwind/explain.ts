// Failures in words: the library's own are its business, the rejections of orders are said here. The
// compiler asks for words: a rejection that is new in the library does not compile here until it has some.
import type { OrderRejection } from 'decider-ts/order'
import type { AnyFailure } from 'decider-ts/store/showFailure'
import { showFailure } from 'decider-ts/store/showFailure'
import { showDecimal } from './fields.ts'

const money = showDecimal(2)
const fraction = showDecimal(4)

/** Why an order refuses a command. */
export const explainRejection = (rejection: OrderRejection): string => {
  switch (rejection.type) {
    case 'OrderNotFound':
      return 'there is no such order yet'
    case 'OrderAlreadyExists':
      return `the order exists already, for customer ${rejection.customerId} in ${rejection.currency}`
    case 'OrderNotEditable':
      return `the order is ${rejection.status}; lines, shipping and tax change only while it is new`
    case 'ProductAlreadyOnOrder':
      return `product_id: product ${rejection.productId} is on the order already, with quantity ${rejection.quantity}`
    case 'ProductNotOnOrder':
      return `product_id: product ${rejection.productId} is not on the order`
    case 'InvalidQuantity':
      return `quantity: expected 1 or more, got ${rejection.quantity}`
    case 'InvalidUnitPrice':
      return `unit_price: expected 0.00 or more, got ${money(rejection.unitPrice)}`
    case 'InvalidDiscount':
      return `discount: expected a fraction from 0 to 1, got ${fraction(rejection.discount)}`
    case 'InvalidAmount':
      return `${rejection.field === 'shipping' ? 'freight' : 'tax'}: expected 0.00 or more, got ${money(rejection.amount)}`
    case 'MoneyOverflow':
      return `the ${rejection.sum} would come to more than ${money(rejection.limit)}`
    case 'EmptyOrder':
      return 'the order has no lines, so it can not be confirmed'
    case 'IllegalTransition': {
      const { from, to, allowed } = rejection
      const moves = allowed.length > 0 ? `only ${allowed.join(' or ')}` : 'that is final'
      return `the order is ${from} and can not become ${to}: ${moves}`
    }
  }
}

/** Why a request was not carried out, or the database not opened. */
export const explainFailure = (failure: AnyFailure<OrderRejection>): string => {
  if (!('type' in failure)) return showFailure(failure)
  switch (failure.type) {
    case 'Rejected':
      return explainRejection(failure.rejection)
    case 'StoreLocked':
      return (
        `${showFailure(failure)}; wait for it to end, choose another place with --data, or, where ` +
        'you know better, take it with --take-over'
      )
    default:
      return showFailure(failure)
  }
}
