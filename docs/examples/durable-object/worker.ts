// Orders and a warehouse, each a Durable Object, and a worker in front of them that speaks HTTP:
//
//   POST /orders/10248              { "commitId": "…", "commands": [ … ] }
//   GET  /orders/10248              the order now
//   GET  /orders/10248/history      its events
//   GET  /orders/10248/at/3         the order after three events
//   GET  /orders/10248/as-of/<ms>   the order as it was recorded by then
//   POST /warehouses/main           { "commitId": "…", "commands": [{ "type": "Close" }] }
//   GET  /warehouses/main           what was shipped
import { DurableObject } from 'cloudflare:workers'
import type { DurableDecider, DurableRequest } from 'decider-ts/embed/DurableDecider'
import { durableDecider } from 'decider-ts/embed/DurableDecider'
import { decider } from 'decider-ts/order'
import { commandCodec, eventCodec } from 'decider-ts/order/codec'
import { durableObjectStore } from 'decider-ts/store/DurableObject'
import { left } from 'fp-ts/lib/Either.js'
import { shipping } from './shipping.ts'
import { codecs, warehouse } from './warehouse.ts'

interface Env {
  readonly ORDERS: DurableObjectNamespace<OrderObject>
  readonly WAREHOUSES: DurableObjectNamespace<WarehouseObject>
  /** Milliseconds from one try to ship to the next. */
  readonly PAUSE: string
}

export class OrderObject extends DurableObject<Env> {
  private readonly order: DurableDecider = durableDecider({
    decider,
    codecs: { commands: commandCodec, events: eventCodec },
    stream: this.ctx.id.toString(),
    store: durableObjectStore(this.ctx.storage),
    now: Date.now,
    following: {
      process: shipping,
      alarms: this.ctx.storage,
      pause: () => Number(this.env.PAUSE),
      send:
        ({ id }, record) =>
        async () => {
          const order = this.ctx.id.toString()
          const commands = [{ type: 'Ship', order }]
          const main = this.env.WAREHOUSES.getByName('main')
          const { type } = await main.handle({ commitId: `${order}/${id}`, commands })
          return type === 'Accepted'
            ? record(id, { type: 'ChangeStatus', newStatus: 'shipped' })()
            : left(type)
        },
    },
  })
  handle(request: DurableRequest) {
    return this.order.handle(request)
  }
  history() {
    return this.order.history()
  }
  state() {
    return this.order.state()
  }
  stateAtVersion(version: number) {
    return this.order.stateAtVersion(version)
  }
  stateAsOf(instant: number) {
    return this.order.stateAsOf(instant, 'recordedAt')
  }
  override async alarm() {
    await this.order.alarm()
  }
}

export class WarehouseObject extends DurableObject<Env> {
  private readonly warehouse: DurableDecider = durableDecider({
    decider: warehouse,
    codecs,
    stream: 'warehouse',
    store: durableObjectStore(this.ctx.storage),
    now: Date.now,
  })
  handle(request: DurableRequest) {
    return this.warehouse.handle(request)
  }
  state() {
    return this.warehouse.state()
  }
}

const answer = async (request: Request, env: Env): Promise<unknown> => {
  const [, kind = '', name = '', what, at] = new URL(request.url).pathname.split('/')
  const posted = request.method === 'POST' ? await request.json<DurableRequest>() : undefined
  if (kind === 'warehouses') {
    const main = env.WAREHOUSES.getByName(name)
    return posted === undefined ? main.state() : main.handle(posted)
  }
  if (kind !== 'orders') return { type: 'NotFound' }
  const order = env.ORDERS.getByName(name)
  if (posted !== undefined) return order.handle(posted)
  switch (what) {
    case undefined:
      return order.state()
    case 'history':
      return order.history()
    case 'at':
      return order.stateAtVersion(Number(at))
    case 'as-of':
      return order.stateAsOf(Number(at))
    default:
      return { type: 'NotFound' }
  }
}

export default {
  fetch: async (request: Request, env: Env): Promise<Response> =>
    Response.json(await answer(request, env)),
}
