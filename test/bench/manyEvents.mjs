// The latency of an append to a log of many events, against one of 10,000: of a commit that expects a version, and of
// one with a condition on a tag and types. `node test/bench/manyEvents.mjs [events …]`, 1,000,000 by default.
import assert from 'node:assert'
import pg from 'pg'
import { loadavg } from 'node:os'
import { createSchema, sqlStore } from '../../dist/store/Sql.js'
import { createDatabase, sharedServer } from '../postgres/shared.mjs'
import { median, ratio, turns } from './measure.mjs'

const few = 10_000
const rounds = 25
const inRound = 40

const rightOf = (either) => {
  assert.strictEqual(either._tag, 'Right', JSON.stringify(either))
  return either.right
}

/** Streams of ten events, each with a tag of its stream and one of every hundredth stream. */
const fill = async (pool, at, events) => {
  const each = 500_000
  for (let from = 0; from < events; from += each) {
    const range = `generate_series(${from + 1}, ${Math.min(events, from + each)}) n`
    const stream = `'order-' || (n - 1) / 10`
    const tags = `array['order:' || (n - 1) / 10, 'part:' || (n - 1) / 10 % 100]`
    await pool.query(`insert into ${at}.decider_events (position, stream, version, commit_id, type, schema_version,
        data, occurred_at, recorded_at, actor, tags)
      select n, ${stream}, (n - 1) % 10 + 1, md5(n::text), 'LineAdded' || n % 7, 1, '{"productId":"11","quantity":2}', 0, 0,
        'ann', ${tags} from ${range}`)
    await pool.query(`insert into ${at}.decider_commits (position, last_position, commit_id, stream, recorded_at)
      select n, n, md5(n::text), ${stream}, 0 from ${range}`)
    await pool.query(`insert into ${at}.decider_tags (tag, position, type)
      select t.tag, n, 'LineAdded' || n % 7 from ${range} cross join unnest(${tags}) t (tag)`)
  }
  await pool.query(`update ${at}.decider_counter set position = ${events}`)
  await pool.query(`vacuum analyze ${at}.decider_events, ${at}.decider_commits, ${at}.decider_tags`)
}

const server = await sharedServer()
const database = await createDatabase(server.url)
const pool = new pg.Pool({ connectionString: database.url, max: 4 })

const logOf = async (events) => {
  const schema = `log_${events}`
  rightOf(await createSchema(pool, { schema })())
  const start = performance.now()
  await fill(pool, schema, events)
  console.log(
    `${events.toLocaleString('en')} events in ${Math.round((performance.now() - start) / 1000)} s`,
  )
  return { store: sqlStore(pool, { schema, writers: 1 }), events }
}

let ids = 0
const event = (tags) => ({
  event: { type: 'LineAdded3', schemaVersion: 1, data: { productId: '11', quantity: 2 } },
  actor: 'ann',
  tags,
})
/** To streams that are spread over the log, each once. */
const streams = ({ events }) => `order-${(ids * 7_919) % (events / 10)}`
const times = (run) => async () => {
  for (let i = 0; i < inRound; i++) await run()
}
const plain = (log) =>
  times(async () => {
    const commitId = `c${++ids}`
    rightOf(
      await log.store.append({
        stream: streams(log),
        expected: { type: 'Any' },
        commitId,
        events: [event()],
      })(),
    )
  })
const conditional = (log) =>
  times(async () => {
    const commitId = `c${++ids}`
    const query = [
      { types: ['LineAdded3', 'LineAdded5'], tags: [`order:${ids % (log.events / 10)}`] },
      { types: ['LineRemoved'] },
    ]
    rightOf(
      await log.store.append({
        stream: `new-${ids}`,
        expected: { type: 'NoStream' },
        commitId,
        events: [event(['order:x', `part:${ids % 100}`])],
        condition: { query, after: log.events },
      })(),
    )
  })

const small = await logOf(few)
for (const events of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000_000]) {
  const large = await logOf(events)
  for (const [what, run] of [
    ['a commit to a stream', plain],
    ['a commit with a condition', conditional],
  ]) {
    const taken = await turns({ few: run(small), few_again: run(small), many: run(large) }, rounds)
    console.log(
      `${what}, ${events.toLocaleString('en')} events: ${(median(taken.many) / inRound).toFixed(2)} ms,`,
      `${ratio(taken, 'many', 'few').toFixed(2)} × that at ${few.toLocaleString('en')}`,
      `(the same again: ${ratio(taken, 'few_again', 'few').toFixed(2)}; goal ≤ 1.2; load ${loadavg()[0].toFixed(1)})`,
    )
  }
}
await pool.end()
await database.drop()
await server.stop()
