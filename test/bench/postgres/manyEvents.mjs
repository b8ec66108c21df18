// The latency of an append to a log of many events (MANY, 1,000,000 by default), against one of 10,000: of a commit that
// expects a version, and of one with a condition on a tag and types.
import { percentiles } from './calls.mjs'
import { compare } from './rows.mjs'
import { rightOf } from './counting.mjs'

const few = 10_000
const rounds = 25
const inRound = 40

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

const logOf = async ({ pool, newStore }, events) => {
  const { schema, store, close } = await newStore()
  const start = performance.now()
  await fill(pool, schema, events)
  const seconds = Math.round((performance.now() - start) / 1_000)
  process.stderr.write(`${events.toLocaleString('en')} events in ${seconds} s\n`)
  return { store, close, events }
}

let ids = 0
const event = (tags) => ({
  event: { type: 'LineAdded3', schemaVersion: 1, data: { productId: '11', quantity: 2 } },
  actor: 'ann',
  tags,
})

/** To streams that are spread over the log; `n` counts these commits. */
const plain = ({ store, events }, n) => {
  const streams = events / 10
  const stream = `order-${(n * 7_919) % streams}`
  const expected = { type: 'Exactly', version: 10 + Math.floor(n / streams) }
  return store.append({ stream, expected, commitId: `c${++ids}`, events: [event()] })()
}

const conditional = ({ store, events }, n) => {
  const query = [
    { types: ['LineAdded3', 'LineAdded5'], tags: [`order:${n % (events / 10)}`] },
    { types: ['LineRemoved'] },
  ]
  const commitId = `c${++ids}`
  return store.append({
    stream: `new-${ids}`,
    expected: { type: 'NoStream' },
    commitId,
    events: [event(['order:x', `part:${n % 100}`])],
    condition: { query, after: events },
  })()
}

/** One commit after the other. */
const round = (log, commit) => {
  let n = 0
  return async () => {
    const times = []
    for (let i = 0; i < inRound; i++) {
      const start = performance.now()
      rightOf(await commit(log, n++))
      times.push(performance.now() - start)
    }
    const sum = times.reduce((a, b) => a + b, 0)
    return { rate: (inRound * 1_000) / sum, ...percentiles(times) }
  }
}

export const manyRows = async (setting) => {
  const many = Number(process.env.MANY ?? 1_000_000)
  const [small, large] = [await logOf(setting, few), await logOf(setting, many)]
  const shown = many.toLocaleString('en')
  const row = async (id, what, commit) => {
    const [run, base] = [round(large, commit), round(small, commit)]
    // code is loaded, plans are made
    for (const each of [run, base]) await each()
    return compare({
      rounds,
      id,
      what: `one caller, ${what} to ${shown} events, time`,
      against: `the same to ${few.toLocaleString('en')}`,
      unit: 'commits/s',
      goal: { atMost: 1.2 },
      run,
      base,
    })
  }
  const rows = [
    await row('many', 'commits', plain),
    await row('many-condition', 'commits with a condition', conditional),
  ]
  await Promise.all([small.close(), large.close()])
  return rows
}
