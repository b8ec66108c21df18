// Failures in words. Each function has a case for every member of its union, and the compiler says
// so: a rejection or a failure that is new in the library does not compile here until it has words.
import { showIssue } from 'decider-ts/codec/Codec'
import type { OrderRejection } from 'decider-ts/order'
import type { HandlerFailure } from 'decider-ts/shell/CommandHandler'
import type { HistoryChanged } from 'decider-ts/shell/Projector'
import type { StoreLocked } from 'decider-ts/store/DirectoryLock'
import type { ExpectedVersion } from 'decider-ts/store/EventStore'
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
export const explainFailure = (
  failure: HandlerFailure<OrderRejection> | HistoryChanged | StoreLocked,
): string => {
  switch (failure.type) {
    case 'StoreLocked':
      return explainLocked(failure)
    case 'Rejected':
      return explainRejection(failure.rejection)
    case 'VersionConflict':
      return `others keep writing to the order: expected ${version(failure.expected)}, found ${failure.actual}`
    case 'CommitIdTaken':
      return `commit ${failure.commitId} belongs to order ${failure.stream}`
    case 'CommitIdReused':
      return `commit ${failure.commitId} of order ${failure.stream} was used for another request`
    case 'HistoryChanged':
      return 'the database holds another history than before: read it again from the start'
    case 'GivenUp':
      return `the database did not answer in time (${failure.operation})`
    case 'InvalidCommit':
      return showIssue(failure.issues[0])
    case 'UnencodableEvent':
      return `${failure.eventType} can't be stored: ${showIssue(failure.issues[0])}`
    case 'UndecodableEvent':
      return `order ${failure.stream}, event ${failure.version} (${failure.eventType}) can't be read: ${showIssue(failure.issues[0])}`
    case 'StoreUnavailable':
      return `the database does not work (${failure.operation}): ${cause(failure.cause)}`
    case 'Thrown':
      return `a defect: ${cause(failure.cause)}`
  }
}

const explainLocked = ({ directory, owner }: StoreLocked): string =>
  `${directory} is in use by process ${owner.pid} on ${owner.host} since ` +
  `${new Date(owner.since).toISOString()}; wait for it to end, or choose another place with --data`

const version = (expected: ExpectedVersion): string => {
  switch (expected.type) {
    case 'Any':
      return 'any version'
    case 'NoStream':
      return 'version 0'
    case 'Exactly':
      return `version ${expected.version}`
  }
}

const cause = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : JSON.stringify(thrown)
