// Histories of several orders: drawn, and those of Northwind.
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { readCsv } from '../../docs/examples/northwind/csv.ts'
import { joinOrders } from '../../docs/examples/northwind/orders.ts'
import { planOrder } from '../../docs/examples/northwind/requests.ts'
import { lineColumns, orderColumns } from '../../docs/examples/northwind/rows.ts'
import { run } from '../../src/Decider.ts'
import type { OrderEvent } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { event } from './orders.ts'
import { plain } from './plain.ts'
import { record, recordedOf } from './recorded.ts'

type Log = ReadonlyArray<Recorded<OrderEvent>>

/** Events of three orders, mixed; two of the orders exist from the start. */
export const orderHistory: fc.Arbitrary<Log> = recordedOf(
  fc
    .array(plain({ stream: fc.constantFrom('10248', '10249', '10250'), event }), {
      maxLength: 60,
      size: 'max',
    })
    .map((rest) => [
      { stream: '10249', event: { type: 'OrderCreated', customerId: 'VINET', currency: 'EUR' } },
      { stream: '10248', event: { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' } },
      ...rest,
    ]),
)

/** The events of the Northwind orders, one order after the other. */
export const northwindHistory = (): Log => {
  const sheet = (name: string, columns: ReadonlyArray<string>) => {
    const path = `docs/examples/northwind/${name}.csv`
    const read = readCsv(path, readFileSync(path, 'utf8'), columns)
    return read._tag === 'Right' ? read.right : expect.fail(name)
  }
  const joined = joinOrders(sheet('orders', orderColumns), sheet('order_details', lineColumns))
  return record(
    joined.orders.flatMap((order) => {
      const plan = planOrder(order)
      if (plan._tag === 'Left') return expect.fail('every order can be planned')
      const commands = plan.right.requests.flatMap(({ request }) => request.commands)
      return run(orderDecider())(commands).events.map((one, i) => ({
        stream: plan.right.orderId,
        event: one,
        occurredAt: i,
        recordedAt: i,
      }))
    }),
  )
}
