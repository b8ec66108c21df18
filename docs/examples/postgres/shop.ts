// A shop on a PostgreSQL server: its tables, two orders, a read model, and what it holds by then.
import { orderDecider, orderTables } from 'decider-ts/order'
import { orderEventCodec } from 'decider-ts/order/codec'
import { commandHandler } from 'decider-ts/shell/CommandHandler'
import { readModelRunner } from 'decider-ts/shell/ReadModelRunner'
import { withCodec } from 'decider-ts/store/Encoded'
import type { PostgresDatabase } from 'decider-ts/store/Postgres'
import { openPostgres } from 'decider-ts/store/Postgres'
import { showFailure } from 'decider-ts/store/showFailure'
import { sqlReadModels } from 'decider-ts/store/Sql'

/** Everything is in a schema of its own, so that the database may hold other things. */
const schema = 'decider_shop'

export const query = `select id, customer_id, status, lines, total from ${schema}.orders order by id`

/** What was stored, or why nothing was. */
export type Shown =
  | { readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>> }
  | { readonly failure: string }

/** Takes orders, and asks the table that is kept of them. The second time, it finds everything there. */
export const shop = async (url: string): Promise<Shown> => {
  // the first time, this makes the tables of events
  const opened = await openPostgres(url, { schema })()
  if (opened._tag === 'Left') return { failure: showFailure(opened.left) }
  try {
    return await takeOrders(opened.right)
  } finally {
    await opened.right.close()
  }
}

const takeOrders = async (database: PostgresDatabase): Promise<Shown> => {
  const store = withCodec(orderEventCodec)(database.store)
  const handle = commandHandler({ decider: orderDecider(), store })
  for (const [stream, quantity] of [
    ['10248', 12],
    ['10249', 9],
  ] as const) {
    // sent again, after a crash or for fun, a request with the same commit id is done once
    const placed = await handle({
      stream,
      commitId: `place-${stream}`,
      commands: [
        { type: 'CreateOrder', customerId: 'VINET', currency: 'EUR' },
        { type: 'AddLine', productId: '11', quantity, unitPrice: 1_400, discount: 0 },
        { type: 'ChangeStatus', newStatus: 'confirmed' },
      ],
    })()
    if (placed._tag === 'Left') {
      return { failure: showFailure<{ readonly type: string }>(placed.left) }
    }
  }
  // a process that stays would call `loop` instead
  const tables = sqlReadModels(database, { schema })
  const runner = readModelRunner({ store, tables, models: [orderTables], now: Date.now })
  const ran = await runner.runOnce()()
  if (ran._tag === 'Left') return { failure: showFailure(ran.left) }
  const { rows } = await database.client.query(query, [])
  return { rows }
}
