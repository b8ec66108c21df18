// Orders over HTTP.
import { toFetchHandler, type FetchHandler } from 'decider-ts/embed/Fetch'
import { decider, type OrderEvent } from 'decider-ts/order'
import { commandCodec, eventCodec } from 'decider-ts/order/codec'
import { occurredAt } from 'decider-ts/Recorded'
import { withCodec, type EventStore } from 'decider-ts/store/EventStore'
import { memoryStore } from 'decider-ts/store/Memory'

/** In memory, so that they end with the process; any other store takes its place. */
export const newStore = (): EventStore<OrderEvent> => withCodec(eventCodec)(memoryStore())

export const orders = (store: EventStore<OrderEvent>): FetchHandler =>
  toFetchHandler({
    decider,
    store,
    commands: commandCodec,
    events: eventCodec,
    state: (order) => order,
    metadata: () => occurredAt(Date.now()),
    base: '/orders',
    rejectionStatus: ({ type }) => (type === 'OrderNotFound' ? 404 : 422),
    onFault: (fault) => console.error(fault),
  })
