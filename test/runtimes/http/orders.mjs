// A handler of orders whose answers depend on nothing but the requests.
import { toFetchHandler } from 'decider-ts/embed/Fetch'
import { decider } from 'decider-ts/order'
import { commandCodec, eventCodec } from 'decider-ts/order/codec'
import { immediate } from 'decider-ts/shell/CommandHandler'
import { withCodec } from 'decider-ts/store/Encoded'
import { memoryStore } from 'decider-ts/store/Memory'

export const handle = toFetchHandler({
  decider,
  store: withCodec(eventCodec)(memoryStore({ now: () => 0 })),
  retry: immediate(5),
  commands: commandCodec,
  events: eventCodec,
  state: (order) => order,
  metadata: () => ({ occurredAt: 0 }),
  base: '/orders',
})
