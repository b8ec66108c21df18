// Races of two transactions on a server, step by step: one of them stands still in the middle.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { readModelRunner } from '../../src/shell/ReadModelRunner.ts'
import { allPages } from '../../src/shell/Reader.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { createSchema, sqlStore } from '../../src/store/Sql.ts'
import type { SqlClient } from '../../src/store/Sql.ts'
import { sqlReadModels } from '../../src/store/Sql.ts'
import type { Stored } from '../contract/commits.ts'
import { anyVersion, commitOf, leftOf, noStream, rightOf } from '../contract/commits.ts'
import { transactionsOfPool } from '../support/poolTransactions.ts'
import { useDatabase } from '../support/postgres.ts'
import { counts } from '../support/readModelRunner.ts'

type Store = EventStore<EncodedEvent>

const url = useDatabase()
const schema = 'races'

let pool: pg.Pool
let store: Store
/** The position of the last event before a test. */
let start = 0

const storeOn = (client: SqlClient): Store => sqlStore(client, { schema })
const headOf = async (reader: Store): Promise<number> => rightOf(await reader.readAll(0, 0)()).head

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: url(), max: 8 })
  pool.on('error', () => {})
  rightOf(await createSchema(pool, { schema })())
  store = storeOn(pool)
})
afterAll(() => pool.end())
beforeEach(async () => {
  start = await headOf(store)
})

/** A writer that is slow to commit: what it appends is in a transaction that stays open. */
const slowWriter = async () => {
  const connection = await pool.connect()
  await connection.query('begin')
  return {
    store: storeOn(connection),
    commit: async () => {
      await connection.query('commit')
      connection.release()
    },
  }
}

/** Tells whether a call has ended. */
const watched = <A>(call: Promise<A>) => {
  let hasEnded = false
  const result = call.finally(() => {
    hasEnded = true
  })
  return { result, hasEnded: () => hasEnded }
}

/** Until so many sessions wait for a lock; not for ever, if they need not wait. */
const untilWaiting = async (count: number): Promise<void> => {
  for (let i = 0; i < 200; i++) {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if ((rows[0]?.n ?? 0) >= count) return
    await sleep(5)
  }
}

/** A reader that asks for one event at a time, each after the last one that it got. */
const tailing = (from: number) => {
  let cursor = from
  const received: Array<Stored[number]> = []
  return {
    received,
    readOn: async () => {
      for await (const page of allPages(store, { after: cursor, pageSize: 1 })) {
        const { events, end } = rightOf(page)
        received.push(...events)
        cursor = end
      }
    },
  }
}

const placesOf = (events: Stored) =>
  events.map(({ stream, version, position }) => [stream, version, position - start])

describe('while a writer is slow to commit', () => {
  it('C3, C4 and C10: a reader beside writers of any speed misses nothing, and sees streams in order', async () => {
    const reader = tailing(start)
    const slow = await slowWriter()
    rightOf(await slow.store.append(commitOf('a3', 'a3-1', noStream, 1))())
    const fast = watched(store.append(commitOf('b3', 'b3-1', anyVersion, 1))())
    await untilWaiting(1)
    await reader.readOn()
    rightOf(await slow.store.append(commitOf('b3', 'b3-2', anyVersion, 2))())
    await reader.readOn()
    expect([fast.hasEnded(), reader.received]).toStrictEqual([false, []])
    await slow.commit()
    await reader.readOn()
    rightOf(await fast.result)
    await reader.readOn()
    expect(placesOf(reader.received)).toStrictEqual([
      ['a3', 1, 1],
      ['b3', 1, 2],
      ['b3', 2, 3],
    ])
  })

  it('C23: a reader that starts at the end gets what was on its way', async () => {
    const slow = await slowWriter()
    rightOf(await slow.store.append(commitOf('a23', 'a23', noStream, 1))())
    const reader = tailing(await headOf(store))
    await reader.readOn()
    await slow.commit()
    await reader.readOn()
    expect(placesOf(reader.received)).toStrictEqual([['a23', 1, 1]])
  })

  it.each([
    ['no stream', noStream],
    ['any version', anyVersion],
  ])(
    'C5 and C35: a check is made on what a writer who expects %s has stored',
    async (_, expected) => {
      const stream = `a5-${expected.type}`
      const slow = await slowWriter()
      rightOf(await slow.store.append(commitOf(stream, `${stream}-1`, expected, 1))())
      const fast = watched(store.append(commitOf(stream, `${stream}-2`, noStream, 2))())
      await untilWaiting(1)
      expect(fast.hasEnded()).toBe(false)
      await slow.commit()
      expect(leftOf(await fast.result)).toMatchObject({ type: 'VersionConflict', actual: 1 })
    },
  )

  it('C31: of two commits that each check the stream of the other, one is stored', async () => {
    const commit = (own: string, other: string) => ({
      ...commitOf(own, own, noStream, 1),
      also: [{ stream: other, expected: noStream, events: [] }],
    })
    const slow = await slowWriter()
    rightOf(await slow.store.append(commit('a31', 'b31'))())
    const fast = store.append(commit('b31', 'a31'))()
    await untilWaiting(1)
    await slow.commit()
    expect(leftOf(await fast)).toMatchObject({ type: 'VersionConflict', stream: 'a31', actual: 1 })
    // also where neither is slow
    for (let i = 0; i < 5; i++) {
      const both = [commit(`c31${i}`, `d31${i}`), commit(`d31${i}`, `c31${i}`)]
      const answers = await Promise.all(both.map((each) => storeOn(pool).append(each)()))
      expect(answers.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
    }
  })

  it('C17 and C33: what waits for the lock is stored together once that is free', async () => {
    const slow = await slowWriter()
    rightOf(await slow.store.append(commitOf('a17', 'a17', noStream, 1))())
    const fast = storeOn(pool)
    const append = (i: number) => fast.append(commitOf(`b17-${i}`, `b17-${i}`, noStream, 1))()
    const first = append(0)
    await untilWaiting(1)
    const second = append(1)
    await untilWaiting(2)
    const others = Array.from({ length: 62 }, (_, i) => append(i + 2))
    await slow.commit()
    for (const answer of await Promise.all([first, second, ...others])) rightOf(answer)
    const { rows } = await pool.query(
      `select count(*)::int as events, count(distinct xmin::text)::int as transactions
        from ${schema}.decider_events where position > $1 and stream like 'b17-%'`,
      [start],
    )
    expect(rows).toStrictEqual([{ events: 64, transactions: 3 }])
  })
})

it('C20: a page and its head are of one moment, whatever is stored between two statements', async () => {
  let appended = 0
  const raced = storeOn({
    query: async (text, params) => {
      const append = () =>
        store.append(commitOf('a20', `a20-${start}-${++appended}`, anyVersion, 1))()
      rightOf(await append())
      const answer = await pool.query<Readonly<Record<string, unknown>>>(text, [...params])
      rightOf(await append())
      return answer
    },
  })
  for (const options of [{}, { types: ['Noted'] }, { categories: ['a20'] }]) {
    const { events, end, head } = rightOf(await raced.readAll(start, 1_000, options)())
    expect(events.map(({ position }) => position)).toStrictEqual(
      Array.from({ length: head - start }, (_, i) => start + i + 1),
    )
    expect(end).toBe(head)
  }
  expect(appended).toBeGreaterThan(5)
})

it('C26: a page that ends within a commit goes on with the next event of it', async () => {
  const also = [
    { stream: 'b26', expected: noStream, events: commitOf('b26', '', noStream, 4, 5).events },
  ]
  rightOf(await store.append({ ...commitOf('a26', 'a26', noStream, 1, 2, 3), also })())
  rightOf(await store.append(commitOf('c26', 'c26', noStream, 6, 7))())
  const reader = tailing(start)
  await reader.readOn()
  expect(reader.received.map(({ event }) => event.data)).toStrictEqual([1, 2, 3, 4, 5, 6, 7])
})

it('C27: transactions that strangers leave open stop no writer, no reader and no read model', async () => {
  await pool.query('create table of_stranger (n int)')
  const strangers = await Promise.all([pool.connect(), pool.connect()])
  const [writer, reader] = strangers
  // one with a number that is older than all that come, and one with a snapshot
  await writer.query('begin')
  await writer.query('insert into of_stranger values (1)')
  await reader.query('begin isolation level repeatable read')
  await reader.query(`select count(*) from ${schema}.decider_events`)
  const timeout = 10_000
  const tail = tailing(start)
  for (let i = 0; i < 3; i++) {
    rightOf(await store.append(commitOf('a27', `a27-${i}`, anyVersion, 1), { timeout })())
    await tail.readOn()
  }
  expect(placesOf(tail.received)).toStrictEqual([1, 2, 3].map((n) => ['a27', n, n]))
  const tables = sqlReadModels(transactionsOfPool(pool), { schema })
  const runner = readModelRunner({ store, tables, models: [counts], now: Date.now })
  expect(rightOf(await runner.runOnce({ timeout })())).toMatchObject([{ position: start + 3 }])
  for (const stranger of strangers) {
    await stranger.query('rollback')
    stranger.release()
  }
})
