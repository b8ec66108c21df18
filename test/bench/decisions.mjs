// Conditional appends, as decisions across streams make them, beside those of @dcb-es/event-store and beside plain
// appends to streams, on one PostgreSQL server and in memory: `npm run bench:decisions`. fsync is on.
//
// A commit is one event with two tags, and its condition has an item for each of the two. Every caller has tags of
// its own, so nothing conflicts. Those who read first read up to twenty events before each commit.
import assert from 'node:assert'
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { MemoryEventStore, Query, SequencePosition, Tags } from '@dcb-es/event-store'
import { PostgresEventStore } from '@dcb-es/event-store-postgres'
import Table from 'cli-table3'
import pg from 'pg'
import { tag } from '../../dist/Query.js'
import { memoryStore } from '../../dist/store/Memory.js'
import { createSchema, sqlStore } from '../../dist/store/Sql.js'
import { startServer } from '../postgres/server.mjs'
import { median } from './measure.mjs'

const rounds = Number(process.env.ROUNDS ?? 5)
const seconds = Number(process.env.SECONDS ?? 2)
const few = Number(process.env.FEW ?? 10_000)
const many = Number(process.env.EVENTS ?? 10_000_000)
const inMemory = Number(process.env.MEMORY ?? 5_000)

const server = await startServer({ settings: { max_connections: 150 } })
const pool = new pg.Pool({ connectionString: server.url, max: 4 })
const theirPool = new pg.Pool({ connectionString: server.url, max: 64 })
const { rows: settings } = await pool.query(
  "select current_setting('server_version') v, current_setting('fsync') f, current_setting('synchronous_commit') s",
)
const data = { course: 'c1', student: 's1', at: 1250 }
const type = 'Joined'
const [course, student] = [tag('course'), tag('student')]

let schemas = 0
const newStore = async () => {
  const schema = `s${++schemas}`
  const created = await createSchema(pool, { schema })()
  if (created._tag === 'Left') throw new Error(JSON.stringify(created.left))
  return { store: sqlStore(pool, { schema }), at: schema }
}

const rightOf = (answer) => {
  if (answer._tag === 'Left') throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const ourQuery = (tags) => tags.map((each) => ({ types: [type], tags: [each] }))

/** One commit of ours after another by one caller: each is decided on all that was stored before. */
const decided = (store, name, start = 0, tags = [course(name), student(name)], first = 0) => {
  let after = start
  let n = first
  const query = ourQuery(tags)
  return async () => {
    const [{ position }] = rightOf(
      await store.append({
        stream: `course-${name}`,
        expected: { type: 'Any' },
        commitId: `${name}-${++n}`,
        events: [{ event: { type, schemaVersion: 1, data }, tags }],
        condition: { query, after },
      })(),
    )
    after = position
  }
}

const theirQuery = (name) =>
  Query.fromItems([
    { types: [type], tags: Tags.fromObj({ course: name }) },
    { types: [type], tags: Tags.fromObj({ student: name }) },
  ])

/** The same of @dcb-es. */
const theirs = (store, name, start = SequencePosition.initial()) => {
  let after = start
  const failIfEventsMatch = theirQuery(name)
  const tags = Tags.fromObj({ course: name, student: name })
  return async () => {
    const events = { type, tags, data, metadata: {} }
    after = await store.append({ events, condition: { failIfEventsMatch, after } })
  }
}

/** How many events a caller reads and appends under the same tags. */
const underOneTag = 20

/** As decisions are made without a cache: what matches is read before each commit. */
const readAndDecided = (store, name) => {
  let n = 0
  return async () => {
    const own = `${name}-${Math.floor(n / underOneTag)}`
    const query = ourQuery([course(own), student(own)])
    const { events, end } = rightOf(await store.readAll(0, 1_000, { query })())
    assert.strictEqual(events.length, n++ % underOneTag)
    await decided(store, own, end, undefined, n)()
  }
}

/** The same of @dcb-es. */
const theyReadAndDecide = (store, name) => {
  let n = 0
  return async () => {
    const own = `${name}-${Math.floor(n / underOneTag)}`
    const events = []
    for await (const event of store.read(theirQuery(own))) events.push(event)
    assert.strictEqual(events.length, n++ % underOneTag)
    await theirs(store, own, events.at(-1)?.position)()
  }
}

const inStream = (store, name) => {
  let version = 0
  return async () => {
    rightOf(
      await store.append({
        stream: `course-${name}`,
        expected: version === 0 ? { type: 'NoStream' } : { type: 'Exactly', version },
        commitId: `${name}-${version++}`,
        events: [{ event: { type, schemaVersion: 1, data } }],
      })(),
    )
  }
}

/** What so many callers get done for some seconds: calls per second, and percentiles in milliseconds. */
const called = async (callers) => {
  const end = performance.now() + seconds * 1000
  const times = []
  await Promise.all(
    callers.map(async (call) => {
      while (performance.now() < end) {
        const start = performance.now()
        await call()
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

const names = (count) => Array.from({ length: count }, (_, i) => `x${i}`)
/** Leaves nothing that the server would tidy up while something else is measured. */
const dropped = (text) => pool.query(`set client_min_messages = warning; drop ${text} cascade`)
const onNewStore = (count, caller) => async () => {
  const { store, at } = await newStore()
  const measured = await called(names(count).map((name) => caller(store, name)))
  await dropped(`schema ${at}`)
  return measured
}
const ours = (count) => onNewStore(count, decided)
const reading = (count) => onNewStore(count, readAndDecided)
const streams = (count) => onNewStore(count, inStream)
let prefixes = 0
const other = (count, caller) => async () => {
  const tablePrefix = `t${++prefixes}`
  const store = new PostgresEventStore({ pool: theirPool, tablePrefix })
  await store.ensureInstalled()
  const measured = await called(names(count).map((name) => caller(store, name)))
  const { rows } = await pool.query('select tablename from pg_tables where tablename like $1', [
    `${tablePrefix}\\_%`,
  ])
  await dropped(`table ${rows.map(({ tablename }) => tablename).join(', ')}`)
  return measured
}

/** Makes a log of so many events without the store: each with a course of its own, and every tenth with one tag. */
const filled = async (count) => {
  const { store, at } = await newStore()
  await pool.query(
    `insert into ${at}.decider_events
      select n, 'course-' || n % 5000, n / 5000 + 1, 'commit-' || n, $2, 1, $3::json, 0, 0, null, null, null,
        case when n % 10 = 0 then array['tenth:1', 'course:' || n] else array['course:' || n, 'student:' || n % 5000] end
      from generate_series(1, $1::bigint) n`,
    [count, type, JSON.stringify(data)],
  )
  await pool.query(
    `insert into ${at}.decider_tags (tag, position, type)
      select t, position, type from ${at}.decider_events cross join unnest(tags) t`,
  )
  await pool.query(`update ${at}.decider_counter set position = $1`, [count])
  await pool.query(`vacuum analyze ${at}.decider_events, ${at}.decider_tags`)
  return { store, count }
}

let fresh = 0
/** One caller on a log, with tags that nothing has yet, or one that a tenth of the events has. */
const onLog =
  ({ store, count }, isPopular) =>
  async () => {
    const name = `new${++fresh}`
    const tags = isPopular ? [tag('tenth')('1'), course(name)] : undefined
    const { end } = rightOf(
      await store.readAll(count, 1, { query: [{ tags: [course('none')] }] })(),
    )
    return called([decided(store, name, end, tags)])
  }

const together = (make) => async () => {
  const store = make()
  const start = performance.now()
  const calls = names(inMemory).map((name) => store(name))
  for (const call of calls) await call()
  return { rate: (inMemory * 1000) / (performance.now() - start) }
}
const ourMemory = together(() => {
  const store = memoryStore()
  return (name) => decided(store, name)
})
const theirMemory = together(() => {
  const store = new MemoryEventStore()
  return (name) => theirs(store, name)
})

const table = new Table({ head: ['what', 'measured', 'against', 'ratio', 'goal'] })
const add = async (what, run, base, goal) => {
  const [measured, against] = [[], []]
  for (let round = 0; round < rounds; round++) {
    against.push(await base())
    measured.push(await run())
  }
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

for (const count of [1, 16, 64]) {
  const goal = count === 64 ? '≥ 3' : ''
  await add(`${count} callers, against @dcb-es`, ours(count), other(count, theirs), goal)
  await add(`${count} callers, against appends to streams`, ours(count), streams(count), '≥ 0.7')
  await add(
    `${count} callers who read first, against @dcb-es`,
    reading(count),
    other(count, theyReadAndDecide),
    '',
  )
}
const [small, large] = [await filled(few), await filled(many)]
const shown = (count) => count.toLocaleString('en')
const sizes = `${shown(many)} events, against ${shown(few)}`
await add(`one caller on ${sizes}`, onLog(large, false), onLog(small, false), '≥ 0.83')
await add(`the same, a tag of a tenth of them`, onLog(large, true), onLog(small, true), '≥ 0.83')
await add(`${shown(inMemory)} in memory, against @dcb-es`, ourMemory, theirMemory, '≥ 5')

console.log(table.toString())
const [cpu] = cpus()
const { dependencies } = JSON.parse(readFileSync(`${import.meta.dirname}/package.json`, 'utf8'))
console.log(
  `${cpu.model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; node ${process.version}; ` +
    `PostgreSQL ${settings[0].v}, fsync ${settings[0].f}, synchronous_commit ${settings[0].s}; ` +
    `@dcb-es/event-store ${dependencies['@dcb-es/event-store']}; ${rounds} rounds of ${seconds} s, medians`,
)
await Promise.all([pool.end(), theirPool.end()])
await server.stop()
