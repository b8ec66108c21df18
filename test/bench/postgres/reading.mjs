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
import { compare } from './rows.mjs'
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

/** Throws if the heap grows with the log. */
const memoryFigures = (long, short, shortName) => {
  if (long.heap > 1.2 * short.heap + 1) {
    throw new Error(`the heap grows: ${short.heap} MiB for ${shortName}, then ${long.heap}`)
  }
  return {
    'MiB of a process that reads': Math.round(long.all),
    [`MiB for ${shortName}`]: Math.round(short.all),
    'MiB on its heap': Math.round(long.heap),
    [`MiB on the heap for ${shortName}`]: Math.round(short.heap),
  }
}

export const readingRows = async (setting) => {
  const many = Number(process.env.EVENTS ?? 1_000_000)
  const [log, tenth] = [await filled(setting, many), await filled(setting, many / 10)]
  const shown = (count) => count.toLocaleString('en')
  const row = await compare({
    rounds: setting.rounds,
    id: 'read',
    what: `${shown(many)} events read, decoded and folded`,
    against: 'COPY … TO and JSON.parse',
    unit: 'events/s',
    goal: { atLeast: 0.7 },
    run: timed(many, readPages, log),
    base: timed(many, readCopy(setting), log),
    tell: () => memoryFigures(memoryOf(setting, log), memoryOf(setting, tenth), shown(many / 10)),
  })
  await Promise.all([log.close(), tenth.close()])
  return [row]
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
