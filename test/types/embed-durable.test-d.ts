import type { DurableObjectNamespace, DurableObjectStorage, Rpc } from '@cloudflare/workers-types'
import { expectTypeOf, it } from 'vitest'
import type {
  DurableAnswer,
  DurableDecider,
  DurableDeciderOptions,
  DurableHistory,
  DurableRequest,
  DurableState,
} from '../../src/embed/DurableDecider.ts'
import { durableDecider } from '../../src/embed/DurableDecider.ts'
import { orderCommandCodec, orderEventCodec } from '../../src/order/codec.ts'
import { orderDecider } from '../../src/order/index.ts'
import type { OrderEvent } from '../../src/order/index.ts'
import type { Process } from '../../src/Process.ts'
import type { Recorded } from '../../src/Recorded.ts'
import type { DurableStorage } from '../../src/store/DurableObject.ts'
import { durableObjectStore } from '../../src/store/DurableObject.ts'

const decider = orderDecider()

declare const storage: DurableObjectStorage
declare const process: Process<Recorded<OrderEvent>, boolean, 'Ship'>

const codecs = { commands: orderCommandCodec, events: orderEventCodec }
const store = durableObjectStore(storage)
const options = { decider, codecs, stream: 'a', store, now: () => 0 }

it('the storage of an object is what the store and the alarms need', () => {
  expectTypeOf<DurableObjectStorage>().toExtend<DurableStorage>()
  expectTypeOf<DurableObjectStorage>().toExtend<
    NonNullable<
      DurableDeciderOptions<never, never, never, never, never, never>['following']
    >['alarms']
  >()
})

it('a host is told without annotations', () => {
  expectTypeOf(durableDecider(options)).toEqualTypeOf<DurableDecider>()
  durableDecider({
    ...options,
    following: {
      process,
      alarms: storage,
      send: ({ id, command }, record) => {
        expectTypeOf(command).toEqualTypeOf<'Ship'>()
        return record(id, { type: 'ChangeStatus', newStatus: 'shipped' })
      },
    },
  })
})

it('what does not fit does not compile', () => {
  // @ts-expect-error no codec of orders
  durableDecider({ ...options, codecs: { commands: orderCommandCodec, events: orderCommandCodec } })
  // @ts-expect-error a store of an object, not its storage
  durableDecider({ ...options, store: storage })
  const alarms = storage
  durableDecider({
    ...options,
    // @ts-expect-error what is recorded is a command of this decider
    following: { process, alarms, send: ({ id }, record) => record(id, 1) },
  })
  // @ts-expect-error a request without an id is sent twice one day
  void durableDecider(options).handle({ commands: [] })
})

it('no answer is lost on its way through the platform', async () => {
  interface OrderObject extends Rpc.DurableObjectBranded {
    readonly handle: (request: DurableRequest) => Promise<DurableAnswer>
    readonly history: () => Promise<DurableHistory>
    readonly state: () => Promise<DurableState>
  }
  const orders = {} as DurableObjectNamespace<OrderObject> // only its type is looked at
  const order = orders.get(orders.newUniqueId())
  const answer = await order.handle({ commitId: '1', commands: [{ type: 'CreateOrder' }] })
  expectTypeOf(answer.type).toEqualTypeOf<DurableAnswer['type']>()
  const history = await order.history()
  expectTypeOf(history.type).toEqualTypeOf<DurableHistory['type']>()
  if (history.type === 'History') {
    expectTypeOf(history.events[0]?.version).toEqualTypeOf<number | undefined>()
  }
  const state = await order.state()
  expectTypeOf(state.type).toEqualTypeOf<DurableState['type']>()
})
