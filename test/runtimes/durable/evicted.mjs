// The worker of docs/examples/durable-object with one path more, under which the platform throws an
// order's object out of memory: GET /evict/10248.
import worker, {
  OrderObject as Order,
  WarehouseObject,
} from '../../../docs/examples/durable-object/worker.ts'

export { WarehouseObject }

export class OrderObject extends Order {
  evict() {
    this.ctx.abort('evicted')
  }
}

export default {
  fetch: async (request, env) => {
    const [, kind, name] = new URL(request.url).pathname.split('/')
    if (kind !== 'evict') return worker.fetch(request, env)
    // whoever asks for it is told that the object has gone
    const failed = await env.ORDERS.getByName(name)
      .evict()
      .then(
        () => null,
        (error) => error.message,
      )
    return Response.json({ failed })
  },
}
