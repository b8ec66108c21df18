// The SQL store on a PostgreSQL server of its own, beside pgbench and node-postgres on the same server, in one run:
// `npm run bench:postgres`. fsync is on. pgbench is taken from the PATH or from Debian's folders; it is part of
// PostgreSQL's server packages.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Table from 'cli-table3'
import pg from 'pg'
import { right } from 'fp-ts/lib/Either.js'
import { commandHandler, lruCache } from '../../dist/shell/CommandHandler.js'
import { allPages } from '../../dist/shell/Reader.js'
import { createSchema, sqlStore } from '../../dist/store/Sql.js'
import { startServer } from '../postgres/server.mjs'
import { median } from './measure.mjs'

const rounds = Number(process.env.ROUNDS ?? 5)
const seconds = Number(process.env.SECONDS ?? 3)
const data = { productId: 'p11', quantity: 4, unitPrice: { amount: 1250, currency: 'EUR' } }
const columns = `stream text collate "C" not null, version bigint not null, commit_id text collate "C" not null,
  type text not null, schema_version bigint not null, data json not null, occurred_at bigint not null,
  recorded_at bigint not null, actor text, correlation_id text, causation_id text`

const findPgbench = () => {
  const debian = '/usr/lib/postgresql'
  const folders = existsSync(debian) ? readdirSync(debian).map((v) => join(debian, v, 'bin')) : []
  const places = [...(process.env.PATH ?? '').split(':'), ...folders]
  return places.map((folder) => join(folder, 'pgbench')).find((path) => existsSync(path))
}

const pgbench = findPgbench()
if (pgbench === undefined) {
  console.error('pgbench is needed: on Debian, apt-get install postgresql')
  process.exit(1)
}

const server = await startServer({ settings: { max_connections: 100 } })
const folder = mkdtempSync(join(tmpdir(), 'decider-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const pool = new pg.Pool({ connectionString: server.url, max: 4 })
const { rows: settings } = await pool.query(
  "select current_setting('server_version') v, current_setting('fsync') f, current_setting('synchronous_commit') s",
)
await pool.query(`create table bare (position bigserial primary key, ${columns},
  unique (stream, version), unique (commit_id))`)
const script = join(folder, 'insert.sql')
writeFileSync(
  script,
  `\\set v random(1, 1000000000000)
insert into bare (stream, version, commit_id, type, schema_version, data, occurred_at, recorded_at, actor)
  values ('order-' || :v, 1, 'commit-' || :v, 'LineAdded', 1, '${JSON.stringify(data)}', 0, 0, 'ann');\n`,
)

/** Inserts per second of pgbench, a row each. */
const bareInserts = (clients) => {
  const args = ['-n', '-M', 'prepared', '-c', clients, '-j', 2, '-T', seconds, '-f', script]
  const { stdout, stderr, status } = spawnSync(pgbench, [...args.map(String), server.url], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1])
}

let schemas = 0
const newStore = async () => {
  const schema = `s${++schemas}`
  const created = await createSchema(pool, { schema })()
  if (created._tag === 'Left') throw new Error(JSON.stringify(created.left))
  return sqlStore(pool, { schema })
}

/** Calls a function from so many callers for some seconds: calls per second, and percentiles in milliseconds. */
const called = async (callers, call) => {
  const end = performance.now() + seconds * 1000
  const times = []
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let n = 0; performance.now() < end; n++) {
        const start = performance.now()
        const answer = await call(caller, n)
        if (answer._tag === 'Left') throw new Error(JSON.stringify(answer.left))
        times.push(performance.now() - start)
      }
    }),
  )
  times.sort((a, b) => a - b)
  return {
    rate: times.length / seconds,
    p50: times[times.length >> 1],
    p99: times[Math.floor(times.length * 0.99)],
  }
}

const event = { event: { type: 'LineAdded', schemaVersion: 1, data }, actor: 'ann' }
const appends = async (callers) => {
  const store = await newStore()
  return called(callers, (caller, n) =>
    store.append({
      stream: `order-${caller}`,
      expected: n === 0 ? { type: 'NoStream' } : { type: 'Exactly', version: n },
      commitId: `commit-${caller}-${n}`,
      events: [event],
    })(),
  )
}

const counter = {
  initialState: 0,
  decide: (command) => right([command]),
  evolve: (n) => n + 1,
  isTerminal: () => false,
}
const events = {
  types: ['LineAdded'],
  encode: (fact) => right({ type: 'LineAdded', schemaVersion: 1, data: fact.data }),
  decode: (encoded) => right({ type: 'LineAdded', data: encoded.data }),
}
const commands = async (callers, streamOf) => {
  const store = await newStore()
  const handle = commandHandler({ decider: counter, store, events, cache: lruCache(1_000) })
  return called(callers, (caller, n) =>
    handle({
      stream: streamOf(caller),
      commitId: `commit-${caller}-${n}`,
      commands: [{ type: 'LineAdded', data }],
    })(),
  )
}

/** Makes a log of so many events without the store. */
const filled = async (many) => {
  const store = await newStore()
  const at = `s${schemas}`
  await pool.query(
    `insert into ${at}.decider_events
      select n, 'order-' || n % 5000, n / 5000 + 1, 'commit-' || n, 'LineAdded', 1, $2::json, 0, 0, 'ann', null, null
      from generate_series(1, $1::bigint) n`,
    [many, JSON.stringify(data)],
  )
  await pool.query(`update ${at}.decider_counter set position = $1`, [many])
  await pool.query(`vacuum analyze ${at}.decider_events`)
  return { store, at }
}

/** Reads all events and adds up what is in them. */
const readPages = async ({ store }) => {
  let sum = 0
  for await (const page of allPages(store, { pageSize: 5_000 })) {
    if (page._tag === 'Left') throw new Error(JSON.stringify(page.left))
    for (const { event } of page.right.events) sum += event.data.quantity
  }
  return sum
}

/** The same by COPY, which psql asks for, with JSON.parse of the data of each row. */
const readCopy = async ({ at }) => {
  const text = `copy (select * from ${at}.decider_events order by position) to stdout`
  const psql = spawn(join(pgbench, '../psql'), ['-X', '-q', '-c', text, server.url])
  let sum = 0
  for await (const line of createInterface({ input: psql.stdout })) {
    sum += JSON.parse(line.split('\t')[6]).quantity
  }
  return sum
}

const timed = (many, read, log) => async () => {
  const start = performance.now()
  if ((await read(log)) !== many * data.quantity) throw new Error('not all events')
  return { rate: many / ((performance.now() - start) / 1000) }
}

const table = new Table({ head: ['what', 'measured', 'against', 'ratio', 'goal'] })
const add = (what, measured, against, goal) => {
  const ratios = measured.map(({ rate }, i) => rate / against[i].rate)
  const [rate, p50, p99] = ['rate', 'p50', 'p99'].map((key) => median(measured.map((m) => m[key])))
  table.push([
    what,
    `${Math.round(rate)}/s, p50 ${p50?.toFixed(1) ?? '–'} ms, p99 ${p99?.toFixed(1) ?? '–'} ms`,
    `${Math.round(median(against.map((a) => a.rate)))}/s`,
    median(ratios).toFixed(2),
    goal,
  ])
}
const inTurn = async (ours, other) => {
  const measured = []
  const against = []
  for (let round = 0; round < rounds; round++) {
    against.push(await other())
    measured.push(await ours())
  }
  return [measured, against]
}
const bare = (clients) => () => ({ rate: bareInserts(clients) })

add(
  '64 callers, a commit of one event each, against pgbench',
  ...(await inTurn(() => appends(64), bare(64))),
  '≥ 1.8',
)
add('one caller, append, against pgbench', ...(await inTurn(() => appends(1), bare(1))), '')
const own = (caller) => `order-${caller}`
add(
  'one caller, whole command with a warm cache, against pgbench',
  ...(await inTurn(() => commands(1, own), bare(1))),
  '≥ 0.71',
)
add(
  '64 callers on one stream, against 64 streams',
  ...(await inTurn(
    () => commands(64, () => 'hot'),
    () => commands(64, own),
  )),
  '≥ 0.5',
)
const many = Number(process.env.EVENTS ?? 1_000_000)
const log = await filled(many)
add(
  `${many.toLocaleString('en')} events read and folded, against COPY and JSON.parse`,
  ...(await inTurn(timed(many, readPages, log), timed(many, readCopy, log))),
  '≥ 0.7',
)
console.log(table.toString())
const [cpu] = cpus()
console.log(
  `${cpu.model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; node ${process.version}; PostgreSQL ${settings[0].v}, ` +
    `fsync ${settings[0].f}, synchronous_commit ${settings[0].s}; ${rounds} rounds of ${seconds} s, medians`,
)
await pool.end()
await server.stop()
