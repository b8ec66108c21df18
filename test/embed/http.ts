// Orders over HTTP, in memory, and requests to them.
import type { FetchHandler, FetchOptions } from '../../src/embed/Fetch.ts'
import { toFetchHandler } from '../../src/embed/Fetch.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import { orderCommandCodec, orderEventCodec } from '../../src/order/codec.ts'

import { immediate } from '../../src/shell/CommandHandler/retry.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { memoryStore } from '../../src/store/Memory.ts'

const decider = orderDecider()

export type Options = FetchOptions<OrderCommand, OrderState, OrderEvent, OrderRejection>

export const newStore = (): EventStore<EncodedEvent> =>
  memoryStore({ now: () => Date.UTC(1996, 6, 5) })

export const optionsOf = (
  store: EventStore<EncodedEvent>,
  more: Partial<Options> = {},
): Options => ({
  decider,
  store,
  retry: immediate(3),
  commands: orderCommandCodec,
  events: orderEventCodec,
  state: (order) => order,
  metadata: () => ({ occurredAt: Date.UTC(1996, 6, 4) }),
  base: '/orders',
  ...more,
})

/** What came back, with its body read. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

export const reply = async (response: Response): Promise<Reply> => {
  const text = await response.text()
  const { status, headers } = response
  return { status, headers, text, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
}

export const at = (path: string): string => `http://localhost${path}`

type Headed = Readonly<Record<string, string>>

export interface Client {
  readonly handle: FetchHandler
  readonly send: (path: string, init?: RequestInit) => Promise<Reply>
  readonly get: (path: string, headers?: Headed) => Promise<Reply>
  /** A POST of a body, with the key as its id where there is one. */
  readonly post: (path: string, key: string, body: unknown, headers?: Headed) => Promise<Reply>
}

export const clientOf = (handle: FetchHandler): Client => {
  const send: Client['send'] = async (path, init) =>
    reply(await handle(new Request(at(path), init)))
  return {
    handle,
    send,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, key, body, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
        body: JSON.stringify(body),
      }),
  }
}

export const client = (store: EventStore<EncodedEvent> = newStore(), more: Partial<Options> = {}) =>
  clientOf(toFetchHandler(optionsOf(store, more)))

export const create = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' } as const
export const tax = (amount: number) => ({ type: 'SetTax', amount }) as const

export const problem = (name: string, status: number, more: object = {}): object => ({
  status,
  body: { type: `urn:decider-ts:${name}`, status, ...more },
})

/** A client of a server where the order `a` is at version 2. */
export const begun = async (): Promise<Client> => {
  const one = client()
  await one.post('/orders/a', 'k1', create)
  await one.post('/orders/a', 'k2', tax(5))
  return one
}
