// A handler of orders whose answers depend on nothing but the requests.
import { toFetchHandler } from 'decider-ts/embed/Fetch'
import { orderDecider } from 'decider-ts/order'
import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
import { immediate } from 'decider-ts/shell/CommandHandler'
import { memoryStore } from 'decider-ts/store/Memory'

const decider = orderDecider()

export const handle = toFetchHandler({
  decider,
  store: memoryStore({ now: () => 0 }),
  retry: immediate(5),
  commands: orderCommandCodec,
  events: orderEventCodec,
  state: (order) => order,
  metadata: () => ({ occurredAt: 0 }),
  // what is sent beyond it is on its way before the answer, however soon a host closes the connection
  maxBytes: 10_000,
  base: '/orders',
})
