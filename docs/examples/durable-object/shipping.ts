// What has to follow from an order: once it is paid, it is to be shipped, until it was.
import type { OrderEvent } from 'decider-ts/order'
import type { Process } from 'decider-ts/Process'
import { fromPending } from 'decider-ts/Process'
import type { Recorded } from 'decider-ts/Recorded'

export const shipping: Process<Recorded<OrderEvent>, string, 'Ship'> = fromPending({
  initialState: 'new',
  evolve: (status: string, { event }: Recorded<OrderEvent>) =>
    event.type === 'StatusChanged' ? event.newStatus : status,
  pending: (status) => (status === 'paid' ? [{ id: 'ship', command: 'Ship' }] : []),
  isTerminal: (status) => status === 'shipped' || status === 'cancelled',
})
