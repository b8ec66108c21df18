// The plans of the statements in the database's functions, as the server reports them: what a call reads does not
// grow with what is stored, whether its plan was made when the tables were empty or after they were analyzed.
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tag } from '../../src/Query.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import type { Commit } from '../../src/store/EventStore.ts'
import { createSchema, sqlCheckpoints, sqlSnapshots, sqlStore } from '../../src/store/Sql.ts'
import { anyVersion, commitOf, encoded, exactly, noStream, rightOf } from '../contract/commits.ts'
import { useDatabase } from '../support/postgres.ts'

const url = useDatabase()
let client: pg.Client
let reported: Array<string> = []

beforeAll(async () => {
  client = new pg.Client({ connectionString: url() })
  await client.connect()
  client.on('notice', ({ message }) => reported.push(message ?? ''))
  rightOf(await createSchema(client)())
  await client.query("load 'auto_explain'")
  for (const [name, value] of [
    ['log_min_duration', '0'],
    ['log_nested_statements', 'on'],
    ['log_analyze', 'on'],
    ['log_timing', 'off'],
    ['log_format', 'json'],
    ['log_level', 'notice'],
  ]) {
    await client.query(`set auto_explain.${name} = ${value}`)
  }
})
afterAll(() => client.end())

/** What of a node of a plan is looked at. */
interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Cond'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: ReadonlyArray<PlanNode>
}

function* nodesOf(plan: PlanNode): Iterable<PlanNode> {
  yield plan
  for (const part of plan.Plans ?? []) yield* nodesOf(part)
}

/** The scans of tables in all statements that a call runs in the database. */
const scansOf = async (call: () => Promise<unknown>): Promise<ReadonlyArray<PlanNode>> => {
  reported = []
  await call()
  return reported
    .flatMap((message) => {
      const [, json] = message.split('plan:\n')
      return json === undefined ? [] : [...nodesOf((JSON.parse(json) as { Plan: PlanNode }).Plan)]
    })
    .filter((node) => node['Relation Name'] !== undefined && node['Node Type'] !== 'ModifyTable')
    .filter((node) => node['Actual Loops'] > 0)
}

const all = tag('all')('1')
const one = tag('one')('1')

/** Streams of ten events, each with a tag that all have, one of them with a tag of its own. */
const fill = async (events: number): Promise<void> => {
  await client.query(`insert into decider_events (position, stream, version, commit_id, type, schema_version, data,
      occurred_at, recorded_at, tags)
    select n, 's-' || (n - 1) / 10, (n - 1) % 10 + 1, 'f' || n, 'Noted', 1, '{}', 0, 0,
      case when n = 1 then array['${all}', '${one}'] else array['${all}'] end
    from generate_series(1, ${events}) n`)
  await client.query(`insert into decider_commits (position, last_position, commit_id, stream, recorded_at)
    select position, position, commit_id, stream, 0 from decider_events`)
  await client.query(`insert into decider_tags (tag, position, type)
    select t.tag, position, type from decider_events cross join unnest(tags) t (tag)`)
  await client.query(`update decider_counter set position = ${events}`)
}

const events = 10_000

let ids = 0
const next = (more: Partial<Commit<EncodedEvent>> = {}): Commit<EncodedEvent> => {
  const id = `new-${++ids}`
  return { ...commitOf(id, id, noStream, 1), ...more }
}

/** What is called, and how many rows it may read in all. */
const calls = (): Record<string, readonly [() => Promise<unknown>, number]> => {
  const store = sqlStore(client, { writers: 1 })
  const query = [{ tags: [all] }] as const
  const old = [{ types: ['Noted'], tags: [all] }] as const
  const read = store.commits ?? expect.fail()
  const condition = { query, after: events * 2 }
  return {
    'a commit to a new stream': [() => store.append(next())(), 20],
    'a commit to a stored stream': [
      () => store.append(next({ stream: 's-7', expected: anyVersion }))(),
      20,
    ],
    'a commit whose version is another': [
      () => store.append(next({ stream: 's-8', expected: exactly(3) }))(),
      20,
    ],
    'a commit with a condition that fails at its first event': [
      () => store.append(next({ condition: { query: old, after: 0 } }))(),
      20,
    ],
    'a commit with a condition of two tags, one of them rare': [
      () => store.append(next({ condition: { query: [{ tags: [all, one] }], after: 0 } }))(),
      250,
    ],
    'a commit with a condition on types': [
      () => store.append(next({ condition: { query: [{ types: ['Noted'] }], after: 0 } }))(),
      20,
    ],
    'a commit with a condition on a type that is rare': [
      () => store.append(next({ condition: { query: [{ types: ['None', 'Rare'] }], after: 0 } }))(),
      20,
    ],
    'a flight with a condition on a type that is rare': [
      () =>
        Promise.all([
          store.append(next())(),
          store.append(next({ condition: { query: [{ types: ['None', 'Rare'] }], after: 0 } }))(),
        ]),
      30,
    ],
    'a page by a query on a type that is rare': [
      () => store.readAll(0, 10, { query: [{ types: ['Rare'] }] })(),
      20,
    ],
    'a commit with a condition on what is not there yet': [
      () => store.append(next({ condition }))(),
      20,
    ],
    'a flight of several commits, with and without conditions': [
      () =>
        Promise.all([
          store.append(next())(),
          store.append(next({ stream: 's-9', expected: anyVersion }))(),
          store.append(next({ condition: { query: old, after: 0 } }))(),
          store.append(next({ followers: [] }))(),
        ]),
      60,
    ],
    'a commit that is stored already': [
      () => store.append({ ...next(), commitId: 'f17', stream: 's-1' })(),
      20,
    ],
    'a stream': [() => store.load('s-5')(), 20],
    'several streams': [
      () => Promise.all([store.load('s-5')(), store.load('s-6')(), store.load('s-7', 9)()]),
      25,
    ],
    'the end of a stream': [() => store.load('s-5', 8)(), 5],
    'a page': [() => store.readAll(100, 10)(), 12],
    'a page by a query': [() => store.readAll(100, 10, { query })(), 24],
    'pages by several queries': [
      () =>
        Promise.all([
          store.readAll(100, 10, { query })(),
          store.readAll(100, 10, { query: [{ tags: [all], types: ['Noted'] }] })(),
          store.readAll(0, 10, { query: [{ tags: [one] }] })(),
          store.readAll(0, 10, { query: [{ types: ['Rare'] }] })(),
          store.readAll(0, 10, { query: [{ tags: [all, one] }] })(),
        ]),
      350,
    ],
    'a page by a query of some categories': [
      () => store.readAll(100, 10, { query, categories: ['s'], types: ['Noted'] })(),
      40,
    ],
    'a page of some categories': [() => store.readAll(100, 10, { categories: ['s'] })(), 12],
    'a page of commits': [() => read.read(100, 10)(), 40],
    'a commit by its id': [() => read.find('f17')(), 8],
    'a snapshot': [() => sqlSnapshots(client).load('s-1', 'f')(), 1],
    'a checkpoint': [() => sqlCheckpoints(client).take('p', 1)(), 1],
  }
}

const rowsOf = (scan: PlanNode): number =>
  (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops']

/** What the calls read that they should not. */
const tooMuch = async (): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const [name, [call, most]] of Object.entries(calls())) {
    const scans = await scansOf(call)
    for (const {
      'Node Type': type,
      'Relation Name': table = '',
      'Index Cond': condition,
    } of scans) {
      const isIndexScan = /^Index (Only )?Scan$/.test(type) && condition !== undefined
      if (table !== 'decider_counter' && !isIndexScan) found.push(`${name}: ${type} on ${table}`)
    }
    const rows = scans.reduce((sum, scan) => sum + rowsOf(scan), 0)
    if (rows > most) found.push(`${name}: ${rows} rows`)
  }
  return found
}

it('what could disturb a flight is not looked for, where the store knows all that was stored since', async () => {
  const [store, other] = [sqlStore(client), sqlStore(client)]
  const last = new Map<string, number>()
  const flight = (by: typeof store, ...names: ReadonlyArray<string>) =>
    Promise.all(
      names.map(async (name) => {
        const tags = [tag('own')(name)] as const
        const condition = { query: [{ tags }] as const, after: last.get(name) ?? 0 }
        const events = [{ event: encoded(1), tags }] as const
        const answer = await by.append(next({ expected: anyVersion, events, condition }))()
        if (answer._tag === 'Right') last.set(name, answer.right[0].position)
        return answer._tag
      }),
    )
  const looks = async (by: typeof store, ...names: ReadonlyArray<string>): Promise<boolean> => {
    const scans = await scansOf(async () => {
      expect(await flight(by, ...names)).toStrictEqual(names.map(() => 'Right'))
    })
    return scans.some((scan) => scan['Relation Name'] === 'decider_tags')
  }
  await flight(store, 'a', 'b')
  expect(await looks(store, 'a', 'b')).toBe(false)
  expect(await looks(store, 'b', 'a')).toBe(false)
  // another store knows nothing of these, and they know nothing of what it stores
  expect(await looks(other, 'c', 'd')).toBe(true)
  expect(await looks(store, 'a', 'b')).toBe(true)
  expect(await looks(store, 'a', 'b')).toBe(false)
  last.set('a', 0)
  expect(await flight(store, 'a', 'b')).toStrictEqual(['Left', 'Right'])
})

describe('what a call reads does not grow with what is stored', () => {
  it('by plans that were made when the tables were empty', async () => {
    expect(await tooMuch()).toStrictEqual([])
    await client.query('truncate decider_processes')
    await client.query('alter table decider_events disable trigger append_only')
    await client.query('alter table decider_commits disable trigger append_only')
    await client.query('alter table decider_tags disable trigger append_only')
    await client.query('truncate decider_events, decider_commits, decider_tags')
    await fill(events)
    expect(await tooMuch()).toStrictEqual([])
  })

  it('by plans with the statistics of many events', async () => {
    await client.query('analyze')
    expect(await tooMuch()).toStrictEqual([])
    // of which the planner would not think that an index pays
    await client.query(
      "update pg_class set reltuples = 1e9, relpages = 1e7 where relname like 'decider_%'",
    )
    await client.query('discard plans')
    expect(await tooMuch()).toStrictEqual([])
  })
})
