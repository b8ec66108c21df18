// A log that is read, decoded and folded, beside COPY with JSON.parse, and the memory that a process needs for it.
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as t from 'io-ts'
import { eventCodec } from '../../../dist/codec/IoTs.js'
import { allPages } from '../../../dist/shell/Reader.js'
import { withCodec } from '../../../dist/store/Encoded.js'
import { openPostgres } from '../../../dist/store/Postgres.js'
import { beside } from './pgbench.mjs'
import { compare, rowOf } from './rows.mjs'
import { data as fields, rightOf } from './counting.mjs'

const data = { type: 'LineAdded', ...fields }
const codec = eventCodec({
  LineAdded: {
    productId: t.string,
    quantity: t.number,
    unitPrice: t.type({ amount: t.number, currency: t.string }),
  },
})

/** Makes a log of so many events without the store. */
const filled = async ({ pool, newStore }, many) => {
  const { schema, store, close } = await newStore()
  await pool.query(
    `insert into ${schema}.decider_events (position, stream, version, commit_id, type, schema_version, data, occurred_at,
        recorded_at, actor)
      select n, 'order-' || n % 5000, n / 5000 + 1, 'commit-' || n, 'LineAdded', 1, $2::json, 0, 0, 'ann'
      from generate_series(1, $1::bigint) n`,
    [many, JSON.stringify(data)],
  )
  await pool.query(`update ${schema}.decider_counter set position = $1`, [many])
  await pool.query(`vacuum analyze ${schema}.decider_events`)
  return { schema, store, close }
}

/** Reads all events, decodes them and adds up what is in them. */
const readPages = async ({ store }, afterPage = () => {}) => {
  let sum = 0
  for await (const page of allPages(withCodec(codec)(store), { pageSize: 5_000 })) {
    for (const { event } of rightOf(page).events) sum += event.quantity
    afterPage()
  }
  return sum
}

/** The same by COPY, which psql asks for, with JSON.parse of the data of each row. */
const readCopy =
  ({ url }) =>
  async ({ schema }) => {
    const text = `copy (select * from ${schema}.decider_events order by position) to stdout`
    const psql = spawn(beside('psql'), ['-X', '-q', '-c', text, url])
    let sum = 0
    for await (const line of createInterface({ input: psql.stdout })) {
      sum += JSON.parse(line.split('\t')[6]).quantity
    }
    return sum
  }

const timed = (many, read, log) => async () => {
  const start = performance.now()
  if ((await read(log)) !== many * data.quantity) throw new Error('not all events')
  return { rate: many / ((performance.now() - start) / 1_000) }
}

/** What a process takes that reads a log and does nothing else, in MiB: in all, and what lives on its heap. */
const memoryOf = ({ url }, { schema }) => {
  const args = ['--expose-gc', fileURLToPath(import.meta.url), url, schema]
  const { stdout, status } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error('the process that reads ended')
  return JSON.parse(stdout)
}

const readRow = (setting, { many, log }) =>
  compare({
    rounds: setting.rounds,
    id: 'read',
    what: `${shown(many)} events read, decoded and folded`,
    against: 'COPY … TO and JSON.parse',
    unit: 'events/s',
    goal: { atLeast: 0.7 },
    run: timed(many, readPages, log),
    base: timed(many, readCopy(setting), log),
  })

/** Constant memory: the heap must not grow with the log. */
const heapRow = (setting, { many, log, tenth }) => {
  const [long, short] = [memoryOf(setting, log), memoryOf(setting, tenth)]
  return rowOf({
    id: 'read-heap',
    what: `heap of a process that reads ${shown(many)} events`,
    against: `${shown(many / 10)} events`,
    unit: 'MiB',
    goal: { atMost: 1.2 },
    ratios: [long.heap / short.heap],
    measured: [{ rate: long.heap }],
    others: [{ rate: short.heap }],
    more: {
      'MiB of the whole process': Math.round(long.all),
      [`MiB for ${shown(many / 10)}`]: Math.round(short.all),
    },
  })
}

const shown = (count) => count.toLocaleString('en')

export const readingRows = async (setting) => {
  const many = Number(process.env.EVENTS ?? 1_000_000)
  const logs = { many, log: await filled(setting, many), tenth: await filled(setting, many / 10) }
  const rows = [await readRow(setting, logs), heapRow(setting, logs)]
  await Promise.all([logs.log.close(), logs.tenth.close()])
  return rows
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , url, schema] = process.argv
  const database = rightOf(await openPostgres(url, { schema })())
  let heap = 0
  await readPages(database, () => {
    globalThis.gc()
    heap = Math.max(heap, process.memoryUsage().heapUsed / 2 ** 20)
  })
  await database.close()
  console.log(JSON.stringify({ all: process.resourceUsage().maxRSS / 2 ** 10, heap }))
}
