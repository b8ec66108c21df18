// A log that is read and folded, beside COPY with JSON.parse, and the memory that a process needs for it.
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { allPages } from '../../../dist/shell/Reader.js'
import { openPostgres } from '../../../dist/store/Postgres.js'
import { beside } from './pgbench.mjs'
import { compare } from './rows.mjs'
import { data, rightOf } from './counting.mjs'

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

/** Reads all events and adds up what is in them. */
const readPages = async ({ store }) => {
  let sum = 0
  for await (const page of allPages(store, { pageSize: 5_000 })) {
    for (const { event } of rightOf(page).events) sum += event.data.quantity
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

/** The most memory that a process takes that reads a log and does nothing else, in MiB. */
const memoryOf = ({ url }, { schema }) => {
  const args = [fileURLToPath(import.meta.url), url, schema]
  const { stdout, status } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error('the process that reads ended')
  return Math.round(Number(stdout) / 1_024)
}

export const readingRows = async (setting) => {
  const many = Number(process.env.EVENTS ?? 1_000_000)
  const [log, tenth] = [await filled(setting, many), await filled(setting, many / 10)]
  const shown = (count) => count.toLocaleString('en')
  const row = await compare({
    rounds: setting.rounds,
    id: 'read',
    what: `${shown(many)} events read and folded`,
    against: 'COPY … TO and JSON.parse',
    unit: 'events/s',
    goal: { atLeast: 0.7 },
    run: timed(many, readPages, log),
    base: timed(many, readCopy(setting), log),
    tell: () => ({
      'MiB of a process that reads': memoryOf(setting, log),
      [`MiB for ${shown(many / 10)}`]: memoryOf(setting, tenth),
    }),
  })
  await Promise.all([log.close(), tenth.close()])
  return [row]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , url, schema] = process.argv
  const database = rightOf(await openPostgres(url, { schema })())
  await readPages(database)
  await database.close()
  console.log(process.resourceUsage().maxRSS)
}
