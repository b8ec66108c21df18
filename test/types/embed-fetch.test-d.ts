// The handler where hosts put it, and options that infer.
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expectTypeOf, test } from 'vitest'
import { commandCodec as codecOfCommands } from '../../src/codec/IoTs.ts'
import type { ServerFault, FetchHandler } from '../../src/embed/Fetch.ts'
import { toFetchHandler } from '../../src/embed/Fetch.ts'
import { orderCommandCodec, orderEventCodec } from '../../src/order/codec.ts'
import type { OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import { immediate } from '../../src/shell/CommandHandler/retry.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { memoryStore } from '../../src/store/Memory.ts'

const decider = orderDecider()

const parts = {
  decider,
  store: memoryStore(),
  retry: immediate(1),
  commands: orderCommandCodec,
  events: orderEventCodec,
}
const metadata = () => ({ occurredAt: 0 })

describe('toFetchHandler', () => {
  test('infers', () => {
    const handle = toFetchHandler({
      ...parts,
      state: (state) => {
        expectTypeOf(state).toEqualTypeOf<OrderState>()
        return state
      },
      metadata: (request) => {
        expectTypeOf(request).toEqualTypeOf<Request>()
        return { occurredAt: 0 }
      },
      rejectionStatus: (rejection) => {
        expectTypeOf(rejection).toEqualTypeOf<OrderRejection>()
        return 422
      },
      onFault: (fault) => {
        expectTypeOf(fault).toEqualTypeOf<ServerFault>()
      },
    })
    expectTypeOf(handle).toEqualTypeOf<FetchHandler>()
    expectTypeOf(handle).toExtend<(request: Request) => Response | Promise<Response>>()
  })

  test('asks for the hook where clients send less than the decider takes', () => {
    const clients = codecOfCommands({ Begin: {} })
    const options = { ...parts, metadata, state: (order: OrderState) => order, commands: clients }
    // @ts-expect-error without the hook nothing makes a command of what was sent
    toFetchHandler(options)
    toFetchHandler({
      ...options,
      command: (decoded, { stream, metadata: { actor } }) => {
        expectTypeOf(decoded).toEqualTypeOf<{ readonly type: 'Begin' }>()
        expectTypeOf(stream).toEqualTypeOf<string>()
        return actor === undefined
          ? left({ status: 401, title: 'Unauthorized' })
          : right({ type: 'CreateOrder' as const, customerId: actor, currency: 'USD' })
      },
    })
  })

  test('refuses what does not fit', () => {
    const state = (order: OrderState) => order
    // @ts-expect-error a state of another decider
    toFetchHandler({ ...parts, metadata, state: (count: number) => count })
    // @ts-expect-error a codec of events for commands
    toFetchHandler({ ...parts, metadata, state, commands: orderEventCodec })
    // @ts-expect-error a store that has a codec already
    toFetchHandler({ ...parts, metadata, state, store: withCodec(orderEventCodec)(memoryStore()) })
  })
})
