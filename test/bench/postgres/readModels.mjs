// The tables of orders, kept by a read model, beside loops written by hand; rebuilding them; and what fifty read models
// cost that have nothing to do.
import pg from 'pg'
import { some } from 'fp-ts/lib/Option.js'
import { orderTables } from '../../../dist/order/index.js'
import { orderEventCodec } from '../../../dist/order/codec.js'
import { column, readModel, table } from '../../../dist/ReadModel.js'
import { readModelRunner } from '../../../dist/shell/ReadModelRunner.js'
import { withCodec } from '../../../dist/store/Encoded.js'
import { openPostgres } from '../../../dist/store/Postgres.js'
import { sqlReadModels } from '../../../dist/store/Sql.js'
import { histories } from '../orders.mjs'
import { rightOf } from './counting.mjs'
import { handWritten } from './handWritten.mjs'
import { compare, rowOf } from './rows.mjs'

const batch = 1_000

/** Events of the log of which idle read models have read all. */
const few = 1_000

/** The events of orders of ten each, three hundred of which are open at a time. */
function* interleaved(many) {
  for (let first = 0; first < many / 10; first += 300) {
    const open = histories(Math.min(300, many / 10 - first), 10, first + 1)
    for (let version = 1; version <= 10; version++) {
      for (const [i, events] of open.entries()) {
        yield { stream: `order-${first + i}`, version, event: events[version - 1] }
      }
    }
  }
}

/** Makes a log of so many events without the store. */
const filled = async (pool, schema, many) => {
  let rows = []
  let position = 0
  const insert = async () => {
    await pool.query(
      `insert into ${schema}.decider_events (position, stream, version, commit_id, type, schema_version, data, occurred_at,
          recorded_at, actor)
        select n, stream, version, 'commit-' || n, type, schema, data::json, 1700000000000 + n, 1700000000000 + n, 'ann'
        from json_to_recordset($1::json) as
          e (n bigint, stream text, version bigint, type text, schema bigint, data text)`,
      [JSON.stringify(rows)],
    )
    rows = []
  }
  for (const { stream, version, event } of interleaved(many)) {
    const { type, schemaVersion: schema, data } = rightOf(orderEventCodec.encode(event))
    rows.push({ n: ++position, stream, version, type, schema, data: JSON.stringify(data) })
    if (rows.length === 10_000) await insert()
  }
  if (rows.length > 0) await insert()
  await pool.query(`update ${schema}.decider_counter set position = $1`, [many])
  await pool.query(`vacuum analyze ${schema}.decider_events`)
}

let schemas = 0

/** A new schema with the tables of orders, and the checkpoint of a loop that is written by hand. */
const newTables = async (pool, database) => {
  const schema = `orders_${++schemas}`
  await pool.query(`create schema ${schema}; create table ${schema}.checkpoint (position bigint not null);
    insert into ${schema}.checkpoint values (0)`)
  const tables = sqlReadModels(database, { schema })
  rightOf(await tables.prepare(orderTables, 'refuse')())
  return { schema, tables, drop: () => pool.query(`drop schema ${schema} cascade`) }
}

const runnerOf = (database, tables) =>
  readModelRunner({
    store: withCodec(orderEventCodec)(database.store),
    tables,
    models: [orderTables],
    now: Date.now,
    pageSize: batch,
  })

/** What is in the tables, as one text. */
const contentsOf = async (pool, schema) => {
  const names = ['orders', 'order_lines', 'orders_history', 'totals_by_status']
  const each = names.map(
    (name) =>
      `select '${name}', count(*), md5(string_agg(t::text, ',' order by t::text)) from ${schema}.${name} t`,
  )
  const { rows } = await pool.query({ text: each.join(' union all '), rowMode: 'array' })
  return JSON.stringify(rows.sort())
}

/** Runs a contestant with new tables: events per second, and what it left in the tables. */
const measured = async ({ pool }, database, many, run) => {
  const { schema, tables, drop } = await newTables(pool, database)
  const start = performance.now()
  await run(schema, tables)
  const rate = many / ((performance.now() - start) / 1_000)
  const contents = await contentsOf(pool, schema)
  await drop()
  return { rate, contents }
}

/** The same, and throws unless both leave the same rows. */
const compared = async (setting, database, many, { run, base, ...given }) => {
  const left = new Set()
  const timed = (contestant) => async () => {
    const { rate, contents } = await measured(setting, database, many, contestant)
    left.add(contents)
    if (left.size > 1) throw new Error(`other rows: ${[...left].join(' and ')}`)
    return { rate }
  }
  return compare({
    rounds: setting.rounds,
    unit: 'events/s',
    ...given,
    run: timed(run),
    base: timed(base),
  })
}

const byReadModel = (database) => async (_, tables) => {
  const [{ problem }] = rightOf(await runnerOf(database, tables).runOnce()())
  if (problem._tag === 'Some') throw new Error(JSON.stringify(problem.value))
}

/** In transactions of so many events. */
const byHand = (client, log, size, most) => (at) => handWritten(client, { log, at, size, most })

/** Events per second of a rebuild beside the tables that are in use. */
const rebuilt = async ({ pool }, database, many) => {
  const { tables, drop } = await newTables(pool, database)
  await byReadModel(database)('', tables)
  rightOf(await tables.rebuild(orderTables)())
  const start = performance.now()
  const runner = runnerOf(database, tables)
  let rounds = 0
  for (let isBuilding = true; isBuilding; rounds++) {
    if (rounds > 9) throw new Error('the rebuilt tables did not take their place')
    rightOf(await runner.runOnce()())
    isBuilding = rightOf(await tables.status()).some(({ role }) => role === 'building')
  }
  const rate = many / ((performance.now() - start) / 1_000)
  await drop()
  return { rate }
}

const idle = (n) =>
  readModel({
    name: `idle${n}`,
    version: '1',
    tables: {
      [`idle${n}`]: table({
        columns: { id: column.text, count: column.integer },
        key: ['id'],
        keys: ({ stream }) => [{ id: stream }],
        evolve: (row, _, { id }) =>
          some({ id, count: row._tag === 'Some' ? row.value.count + 1 : 1 }),
      }),
    },
  })

/** Statements and transactions a second of fifty read models that are up to date. */
const idleQueries = async ({ seconds }, database) => {
  let queries = 0
  const counted = (query) => (text, params) => (queries++, query(text, params))
  const transactions = {
    client: { query: counted(database.client.query) },
    transaction: (run) => database.transaction((tx) => run({ query: counted(tx.query) })),
  }
  const store = {
    ...database.store,
    readAll: (...asked) => (queries++, database.store.readAll(...asked)),
  }
  const models = Array.from({ length: 50 }, (_, n) => idle(n))
  const tables = sqlReadModels(transactions)
  const runner = readModelRunner({ store, tables, models, now: Date.now })
  const stopped = new AbortController()
  const loop = runner.loop({ signal: stopped.signal })()
  rightOf(await runner.waitFor(few, { timeout: 60_000 })())
  // until the pauses have grown
  await new Promise((resume) => setTimeout(resume, 3_000))
  queries = 0
  await new Promise((resume) => setTimeout(resume, seconds * 1_000))
  const rate = queries / seconds
  stopped.abort()
  await loop
  return rate
}

/** A log of so many events, and the database that holds it. */
const newLog = async (setting, many) => {
  const { schema, close } = await setting.newStore()
  await filled(setting.pool, schema, many)
  const database = rightOf(await openPostgres(setting.url, { schema })())
  return { schema, database, close: () => database.close().then(close) }
}

export const readModelRows = async (setting) => {
  const many = Number(process.env.TABLE_EVENTS ?? 100_000)
  const shown = (count) => count.toLocaleString('en')
  const log = await newLog(setting, many)
  const client = new pg.Client({ connectionString: setting.url })
  await client.connect()
  const inBatches = await compared(setting, log.database, many, {
    id: 'readModel',
    what: `${shown(many)} events into the four tables of orders`,
    against: `a loop written by hand, the same upserts in the same batches of ${shown(batch)}`,
    goal: { atLeast: 0.8 },
    run: byReadModel(log.database),
    base: byHand(client, log.schema, batch),
  })
  await log.close()
  const short = await newLog(setting, 2_000)
  const oneByOne = await compared(setting, short.database, 2_000, {
    id: 'readModelSingly',
    what: 'The same, 2,000 events',
    against: 'the loop with a transaction for each event',
    goal: { atLeast: 5 },
    run: byReadModel(short.database),
    base: byHand(client, short.schema, 1),
  })
  await short.close()
  await client.end()
  return [inBatches, oneByOne, await rebuildRow(setting), await idleRow(setting)]
}

const rebuildRow = async (setting) => {
  const many = process.env.REBUILD === '1' ? 1_000_000 : 100_000
  const { database, close } = await newLog(setting, many)
  const row = await compare({
    rounds: process.env.REBUILD === '1' ? 1 : setting.rounds,
    id: 'rebuild',
    what: `Rebuild of the four tables from ${many.toLocaleString('en')} events, beside those in use`,
    against: 'their first build',
    unit: 'events/s',
    run: () => rebuilt(setting, database, many),
    base: () => measured(setting, database, many, byReadModel(database)),
  })
  await close()
  return row
}

const idleRow = async (setting) => {
  const { database, close } = await newLog(setting, few)
  const rate = await idleQueries(setting, database)
  await close()
  return rowOf({
    id: 'idle',
    what: '50 read models that are up to date, statements',
    against: 'one a second',
    unit: 'statements/s',
    goal: { atMost: 2 },
    ratios: [rate],
    measured: [{ rate }],
    others: [{ rate: 1 }],
  })
}
