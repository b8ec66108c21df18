// Orders over HTTP: customers fill, confirm and cancel their own; the office may do everything. What only
// a process of ours should do, such as marking an order paid, is closed to customers.
import { toFetchHandler, type FetchHandler, type FetchProblem } from 'decider-ts/embed/Fetch'
import { orderDecider, type OrderCommand } from 'decider-ts/order'
import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
import type { EventStore } from 'decider-ts/store/EventStore'
import { memoryStore } from 'decider-ts/store/Memory'
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { EncodedEvent } from 'decider-ts/codec/EventCodec'

const decider = orderDecider()

/** In memory, so that they end with the process; any other store takes its place. */
export const newStore = (): EventStore<EncodedEvent> => memoryStore()

/** Whoever sends a request: the office, or a customer with the streams `order-NAME-…`. */
export type Caller =
  | { readonly role: 'Office'; readonly name: string }
  | { readonly role: 'Customer'; readonly name: string }

/** Who holds which token. With an identity provider, this is where it is asked. */
export type Tokens = ReadonlyMap<string, Caller>

const callerOf =
  (tokens: Tokens) =>
  ({ headers }: Request): Caller | undefined =>
    tokens.get(headers.get('authorization')?.replace(/^Bearer /, '') ?? '')

const login: FetchProblem = {
  status: 401,
  title: 'Unauthorized',
  detail: 'Send a token that is known here.',
  headers: { 'www-authenticate': 'Bearer' },
}
const forbidden: FetchProblem = { status: 403, title: 'Forbidden' }
const notSold: FetchProblem = { status: 422, title: 'Not sold here' }

const prices: ReadonlyMap<string, number> = new Map([
  ['11', 1_400],
  ['42', 980],
  ['72', 3_480],
])

/** What a customer's command comes to: the price is ours to say, and so is who the customer is. */
const asCustomer = (
  command: OrderCommand,
  customerId: string,
): Either<FetchProblem, OrderCommand> => {
  switch (command.type) {
    case 'CreateOrder':
      return right({ ...command, customerId })
    case 'AddLine': {
      const unitPrice = prices.get(command.productId)
      return unitPrice === undefined ? left(notSold) : right({ ...command, unitPrice, discount: 0 })
    }
    case 'ChangeQuantity':
    case 'RemoveLine':
      return right(command)
    case 'ChangeStatus':
      return ['confirmed', 'cancelled'].includes(command.newStatus)
        ? right(command)
        : left(forbidden)
    case 'SetShipping':
    case 'SetTax':
      return left(forbidden)
  }
}

/** Whether a caller has anything to do with a stream. */
const admitted = (caller: Caller | undefined, stream: string): Either<FetchProblem, Caller> => {
  if (caller === undefined) return left(login)
  const own = stream.startsWith(`order-${caller.name}-`)
  return caller.role === 'Office' || own ? right(caller) : left(forbidden)
}

export const orders = (store: EventStore<EncodedEvent>, tokens: Tokens): FetchHandler => {
  const caller = callerOf(tokens)
  return toFetchHandler({
    decider,
    store,
    commands: orderCommandCodec,
    events: orderEventCodec,
    state: (order) => order,
    metadata: (request) => ({ occurredAt: Date.now(), actor: caller(request)?.name }),
    command: (command, { request, stream }) => {
      const found = admitted(caller(request), stream)
      if (found._tag === 'Left') return found
      return found.right.role === 'Office' ? right(command) : asCustomer(command, found.right.name)
    },
    read: (request, stream) => admitted(caller(request), stream),
    base: '/orders',
    rejectionStatus: ({ type }) => (type === 'OrderNotFound' ? 404 : 422),
    onFault: (fault) => console.error(fault),
  })
}
