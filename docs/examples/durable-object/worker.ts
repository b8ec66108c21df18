// Orders and a warehouse, each a Durable Object, and a worker in front of them that speaks HTTP. Each
// request needs the header `Authorization: Bearer …` with one of the tokens:
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
import { orderDecider } from 'decider-ts/order'
import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
import { durableObjectStore } from 'decider-ts/store/DurableObject'
import { left } from 'fp-ts/lib/Either.js'
import { callerOf, requestOf } from './front.ts'
import { shipping } from './shipping.ts'
import { codecs, warehouse } from './warehouse.ts'

const decider = orderDecider()

interface Env {
  readonly ORDERS: DurableObjectNamespace<OrderObject>
  readonly WAREHOUSES: DurableObjectNamespace<WarehouseObject>
  /** Milliseconds from one try to ship to the next. */
  readonly PAUSE: string
  /** `{ "token": "name" }`: in production a secret, or an identity provider in its place. */
  readonly TOKENS: string
}

export class OrderObject extends DurableObject<Env> {
  private readonly order: DurableDecider = durableDecider({
    decider,
    codecs: { commands: orderCommandCodec, events: orderEventCodec },
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

const answer = async (request: Request, env: Env, actor: string): Promise<Response> => {
  const [, kind = '', name = '', what, at] = new URL(request.url).pathname.split('/')
  if (kind !== 'orders' && kind !== 'warehouses') return refused(404)
  const object = kind === 'orders' ? env.ORDERS.getByName(name) : env.WAREHOUSES.getByName(name)
  if (request.method === 'POST') {
    const asked = requestOf(await request.json().catch(() => undefined), actor)
    return asked === undefined ? refused(403) : Response.json(await object.handle(asked))
  }
  return kind === 'warehouses'
    ? Response.json(await object.state())
    : told(env.ORDERS.getByName(name), what, Number(at))
}

const told = async (
  order: DurableObjectStub<OrderObject>,
  what: string | undefined,
  at: number,
): Promise<Response> => {
  switch (what) {
    case undefined:
      return Response.json(await order.state())
    case 'history':
      return Response.json(await order.history())
    case 'at':
      return Response.json(await order.stateAtVersion(at))
    case 'as-of':
      return Response.json(await order.stateAsOf(at))
    default:
      return refused(404)
  }
}

const refused = (status: number, headers: Record<string, string> = {}): Response =>
  Response.json({ status }, { status, headers })

export default {
  fetch: async (request: Request, env: Env): Promise<Response> => {
    const actor = callerOf(env.TOKENS, request.headers.get('authorization'))
    return actor === undefined
      ? refused(401, { 'www-authenticate': 'Bearer' })
      : answer(request, env, actor)
  },
}
