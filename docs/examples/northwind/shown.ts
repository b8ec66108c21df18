// The rows that the report shows: out of the tables in SQL; as of an earlier day, out of memory.
import type { Change } from 'decider-ts/Diff'
import type { OrderEvent, OrderRow, OrderStatus } from 'decider-ts/order'
import { orderTables, rowsOfOrder, statusTotals } from 'decider-ts/order'
import type { RowOf } from 'decider-ts/ReadModel'
import type { ReadModelProblem } from 'decider-ts/shell/ReadModelRunner'
import { readModelRunner } from 'decider-ts/shell/ReadModelRunner'
import type { EventStore, GivenUp, Thrown } from 'decider-ts/store/EventStore'
import type { SqlDatabase } from 'decider-ts/store/Sql'
import { sqlReadModels } from 'decider-ts/store/Sql'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { compact } from 'fp-ts/lib/ReadonlyArray.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Views } from './figures.ts'

type Tables = (typeof orderTables)['tables']
type StatusTotal = RowOf<Tables['totalsByStatus']>
type StoredChange = RowOf<Tables['ordersHistory']>['changes'][number]

/** An event of an order, as far as it is shown. */
export interface HistoryEntry {
  readonly id: number
  readonly orderId: string
  readonly event: string
  readonly occurredAt: number
  readonly actor: Option<string>
  readonly changes: ReadonlyArray<Change>
}

/** Rows, and the query that gave them, where one did. */
export interface Shown<Row> {
  readonly rows: ReadonlyArray<Row>
  readonly query: Option<string>
}

export interface ShownTables {
  readonly orders: Shown<OrderRow>
  readonly lines: Shown<Omit<RowOf<Tables['orderLines']>, 'addedAt'>>
  readonly history: Shown<HistoryEntry>
  readonly totals: Shown<StatusTotal>
}

const inMemory = <Row>(rows: ReadonlyArray<Row>): Shown<Row> => ({ rows, query: O.none })

/** One order and all totals, folded. */
export const shownOf = (views: Views, orderId: string): ShownTables => ({
  orders: inMemory(rowsOfOrder(orderId)(views.orders)),
  lines: inMemory(rowsOfOrder(orderId)(views.lines)),
  history: inMemory(
    rowsOfOrder(orderId)(views.history).map(({ id, event, when, data: { actor, changes } }) => ({
      id,
      orderId,
      event,
      occurredAt: when,
      actor,
      changes,
    })),
  ),
  totals: inMemory(statusTotals(views.totals)),
})

export type TablesFailure = ReadModelProblem | GivenUp | Thrown

export type TablesDatabase = Pick<SqlDatabase, 'client' | 'transaction'>

/** Brings the tables up to date with the store, and asks them. */
export const showTables = (
  store: EventStore<OrderEvent>,
  database: TablesDatabase,
  orderId: string,
): TaskEither<TablesFailure, ShownTables> =>
  pipe(
    keepTables(store, database),
    TE.chainW(() => queryTables(database, orderId)),
  )

const keepTables = (
  store: EventStore<OrderEvent>,
  database: TablesDatabase,
): TaskEither<TablesFailure, void> =>
  pipe(
    readModelRunner({
      store,
      tables: sqlReadModels(database),
      models: [orderTables],
      // tables that an earlier version of this program has made
      onChange: 'rebuild',
      now: Date.now,
    }).runOnce(),
    TE.chainW((progress) => {
      const [problem] = compact(progress.map((each) => each.problem))
      return problem === undefined ? TE.right(undefined) : TE.left(problem)
    }),
  )

/** One order and all totals, as a person would ask for them. */
const queryTables =
  ({ client }: TablesDatabase, orderId: string): TaskEither<TablesFailure, ShownTables> =>
  async () => {
    const id = `'${orderId.replaceAll("'", "''")}'`
    const ask = async <Row>(query: string, rowOf: (row: never) => Row): Promise<Shown<Row>> => {
      const { rows } = await client.query(query, [])
      // the columns are those of the query
      return { rows: (rows as ReadonlyArray<never>).map(rowOf), query: O.some(query) }
    }
    try {
      return await TE.right({
        orders: await ask(`select * from orders where id = ${id}`, orderRow),
        lines: await ask(
          `select * from order_lines where order_id = ${id} order by added_at`,
          lineRow,
        ),
        history: await ask(
          `select id, order_id, event, occurred_at, actor, changes from orders_history\n` +
            `  where order_id = ${id} order by id`,
          historyEntry,
        ),
        totals: await ask(
          'select status, currency, orders, total from totals_by_status\n' +
            "  order by array_position('{new,confirmed,paid,shipped,cancelled}', status), currency",
          totalRow,
        ),
      })()
    } catch (cause) {
      return TE.left({ type: 'TablesUnavailable', operation: 'status', cause } as const)()
    }
  }

// PostgreSQL has instants as dates, and numbers of any size as strings

interface SqlOrder extends Omit<OrderRow, 'customerId' | 'createdAt' | 'updatedAt'> {
  readonly customer_id: string
  readonly created_at: Date
  readonly updated_at: Date
}

const orderRow = ({ customer_id, created_at, updated_at, ...row }: SqlOrder): OrderRow => ({
  ...row,
  customerId: customer_id,
  createdAt: created_at.getTime(),
  updatedAt: updated_at.getTime(),
})

interface SqlLine {
  readonly order_id: string
  readonly product_id: string
  readonly quantity: number
  readonly unit_price: number
  readonly discount: number
  readonly total: number
}

const lineRow = (row: SqlLine): ShownTables['lines']['rows'][number] => ({
  orderId: row.order_id,
  productId: row.product_id,
  quantity: row.quantity,
  unitPrice: row.unit_price,
  discount: row.discount,
  total: row.total,
})

interface SqlEntry {
  readonly id: number
  readonly order_id: string
  readonly event: string
  readonly occurred_at: Date
  readonly actor: string | null
  readonly changes: ReadonlyArray<StoredChange>
}

const historyEntry = (row: SqlEntry): HistoryEntry => ({
  id: row.id,
  orderId: row.order_id,
  event: row.event,
  occurredAt: row.occurred_at.getTime(),
  actor: O.fromNullable(row.actor),
  changes: row.changes.map((change) => ({
    path: change.path,
    before: 'before' in change ? O.some(change.before) : O.none,
    after: 'after' in change ? O.some(change.after) : O.none,
  })),
})

const totalRow = (row: {
  readonly status: OrderStatus
  readonly currency: string
  readonly orders: number
  readonly total: string
}): StatusTotal => ({ ...row, total: BigInt(row.total) })
