// Loads and pages, in whichever form the database sends them.
import type { PGlite } from '@electric-sql/pglite'
import { right } from 'fp-ts/lib/Either.js'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Query } from '../../../src/Query.ts'
import { matches, tag } from '../../../src/Query.ts'
import { pageOf } from '../../../src/store/internal/engine.ts'
import type { SqlClient } from '../../../src/store/Sql.ts'
import { createSchema, sqlStore } from '../../../src/store/Sql.ts'
import { eventsPerChunk } from '../../../src/store/Sql/chunks.ts'
import { eventsPerPage } from '../../../src/store/Sql/pages.ts'
import { commitOf, everything, noStream, rightOf } from '../../contract/commits.ts'
import { emptyDatabase } from '../../support/pglite.ts'

let client: PGlite
let texts: Array<string> = []

/** Notes the statements. */
const noted: SqlClient = {
  query: (text, params) => {
    texts.push(text)
    return client.query(text, params)
  },
}

beforeAll(async () => {
  client = await emptyDatabase()
})
beforeEach(async () => {
  await client.exec('drop schema public cascade; create schema public')
  rightOf(await createSchema(client)())
  texts = []
})

/** Stores streams of so many events without the store. */
const fill = async (lengths: Readonly<Record<string, number>>): Promise<void> => {
  for (const [stream, length] of Object.entries(lengths)) {
    await client.query(
      `insert into decider_events (position, stream, version, commit_id, type, schema_version, data, occurred_at,
          recorded_at, actor, tags)
        select p + n, $1::text, n, $1::text || n, 'Noted', 1 + n % 2, ('{"n":' || n || '}')::json, n, n + n % 3,
          case when n % 2 = 1 then 'ann' end, case when n % 5 = 0 then array['t:1', 'u:2'] end
        from (select coalesce(max(position), 0) as p from decider_events) l, generate_series(1, $2::int) n`,
      [stream, length],
    )
  }
  await client.query(
    'update decider_counter set position = (select max(position) from decider_events)',
  )
}

const usesJson = (): boolean => texts.some((text) => /_8\(/.test(text))

describe('loads at the same time', () => {
  const lengths = {
    one: 1,
    'one less': eventsPerChunk - 1,
    chunk: eventsPerChunk,
    'one more': eventsPerChunk + 1,
    page: eventsPerPage,
    long: eventsPerPage + eventsPerChunk + 1,
  }

  it('each give what is stored, be it none, a chunk, or more than a page', async () => {
    await fill(lengths)
    const store = sqlStore(noted)
    const all = await everything(store)
    texts = []
    const names = [...Object.keys(lengths), 'none']
    for (const after of [0, 1, eventsPerChunk - 1, eventsPerChunk]) {
      const loaded = await Promise.all(names.map((name) => store.load(name, after)()))
      expect(loaded.map(rightOf)).toStrictEqual(
        names.map((name) =>
          all.filter(({ stream, version }) => stream === name && version > after),
        ),
      )
    }
    expect(usesJson()).toBe(false)
  })

  it('are few calls', async () => {
    await fill({ a: 3 })
    const store = sqlStore(noted)
    const loaded = await Promise.all(Array.from({ length: 60 }, () => store.load('a')()))
    expect(loaded.map((each) => rightOf(each).length)).toStrictEqual(loaded.map(() => 3))
    expect(texts.length).toBeLessThanOrEqual(3)
  })

  it('are given in another form where a name needs it, and only those', async () => {
    const names = ['plain', 'quote"', 'back\\slash', 'new\nline', 'a","b', 'é\u2028']
    const store = sqlStore(noted)
    for (const name of names) {
      const { events, ...commit } = commitOf('s' + name, name, noStream, 1, 2)
      const [first, ...others] = events.map((event) => ({ ...event, actor: name }))
      if (first !== undefined)
        rightOf(await store.append({ ...commit, events: [first, ...others] })())
    }
    texts = []
    const loaded = await Promise.all(names.map((name) => store.load('s' + name)()))
    expect(texts.filter((text) => text.includes('decider_load_8'))).toHaveLength(4)
    const all = await everything(store)
    expect(all).toHaveLength(2 * names.length)
    expect(loaded.map(rightOf)).toStrictEqual(
      names.map((name) => all.filter(({ stream }) => stream === 's' + name)),
    )
  })

  it('of a stream with a gap in its versions give the versions that are stored', async () => {
    await fill({ a: 3 })
    await client.query(`alter table decider_events disable trigger append_only`)
    await client.query('delete from decider_events where version = 2')
    const loaded = rightOf(await sqlStore(client).load('a')())
    expect(loaded.map(({ version, event }) => [version, event.data])).toStrictEqual([
      [1, { n: 1 }],
      [3, { n: 3 }],
    ])
  })
})

describe('reads by query at the same time', () => {
  const [t1, u2, none] = [tag('t')('1'), tag('u')('2'), tag('none')('1')]
  const queries: ReadonlyArray<Query> = [
    [{ tags: [t1] }],
    [{ tags: [t1], types: ['Noted'] }],
    [{ tags: [t1], types: ['Other'] }],
    [{ tags: [none] }, { tags: [u2] }],
    [{ tags: [t1, u2] }],
    [{ tags: [t1, none] }],
    [{ types: ['Noted'] }, { tags: [t1] }],
    [{ types: ['Other', 'Noted'] }],
    [{}],
    [{ tags: [tag('t')('\0')] }],
    [{ types: ['\0'] }, { tags: [t1] }],
  ]

  /** Streams of events of which every fifth has two tags. */
  const fillWithTags = async (length: number): Promise<void> => {
    await fill({ a: length, b: length })
    await client.query(`insert into decider_tags (tag, position, type)
      select unnest(tags), position, type from decider_events`)
  }

  it.each([1, 3, 5 * eventsPerChunk, 5 * eventsPerChunk + 5])(
    'each give what matches of streams of %i events, and the head',
    async (length) => {
      await fillWithTags(length)
      const store = sqlStore(noted)
      const all = await everything(store)
      texts = []
      for (const limit of [0, 1, eventsPerChunk, 10_000]) {
        for (const after of [0, length - 1, 2 * length, 2 * length + 1]) {
          const pages = await Promise.all(
            queries.map((query) => store.readAll(after, limit, { query })()),
          )
          const found = queries
            .map(matches)
            .map((isMatch) =>
              all
                .filter(
                  (each) => each.position > after && isMatch(each.event.type, each.tags ?? []),
                )
                .slice(0, limit),
            )
          expect(pages).toStrictEqual(
            found.map((events) => right(pageOf(events, after, limit, 2 * length))),
          )
        }
      }
      expect(usesJson()).toBe(false)
    },
  )

  it('are few calls', async () => {
    await fillWithTags(10)
    const store = sqlStore(noted)
    const read = () => store.readAll(0, 10, { query: [{ tags: [t1] }] })()
    const pages = await Promise.all(Array.from({ length: 60 }, read))
    expect(pages.map((page) => rightOf(page).events.length)).toStrictEqual(pages.map(() => 4))
    expect(texts.length).toBeLessThanOrEqual(3)
  })

  it('are given in another form where a name needs it, and only those', async () => {
    const store = sqlStore(noted)
    for (const name of ['plain', 'quote"', 'back\\slash', 'a","b']) {
      const { events, ...commit } = commitOf('s' + name, name, noStream, 1, 2)
      const [first, ...others] = events.map((event) => ({ ...event, tags: [tag('n')(name)] }))
      if (first !== undefined)
        rightOf(await store.append({ ...commit, events: [first, ...others] })())
    }
    const all = await everything(store)
    texts = []
    const names = ['plain', 'quote"', 'back\\slash', 'a","b']
    const pages = await Promise.all(
      names.map((name) => store.readAll(0, 10, { query: [{ tags: [tag('n')(name)] }] })()),
    )
    expect(texts.filter((text) => text.includes('decider_read_8'))).toHaveLength(3)
    expect(pages.map(rightOf)).toStrictEqual(
      names.map((name) => ({
        events: all.filter(({ stream }) => stream === 's' + name),
        end: 8,
        head: 8,
      })),
    )
  })
})

describe('a page', () => {
  it.each([0, 1, eventsPerChunk - 1, eventsPerChunk, eventsPerChunk + 1, 3 * eventsPerChunk])(
    'of at most %i events has so many, and the head',
    async (limit) => {
      await fill({ 'a-1': eventsPerChunk, 'b-1': 2 * eventsPerChunk })
      const store = sqlStore(noted)
      const head = 3 * eventsPerChunk
      const page = rightOf(await store.readAll(0, limit)())
      expect(page).toMatchObject({ head, end: limit })
      expect(page.events.map(({ position }) => position)).toStrictEqual(
        Array.from({ length: limit }, (_, i) => i + 1),
      )
      const some = rightOf(await store.readAll(0, limit, { categories: ['b'] })())
      const most = Math.min(limit, 2 * eventsPerChunk)
      expect(some.events.map(({ position }) => position)).toStrictEqual(
        Array.from({ length: most }, (_, i) => eventsPerChunk + i + 1),
      )
      expect(usesJson()).toBe(false)
    },
  )

  it('holds an event that happened long before or after it was recorded', async () => {
    const store = sqlStore(client, { now: () => 8.64e15 })
    const { events, ...commit } = commitOf('a', 'c1', noStream, 1)
    rightOf(await store.append({ ...commit, events: [{ ...events[0], occurredAt: -8.64e15 }] })())
    const [event] = rightOf(await store.readAll(0, 1)()).events
    expect(event).toMatchObject({ occurredAt: -8.64e15, recordedAt: 8.64e15 })
    expect(rightOf(await store.load('a')())).toStrictEqual([event])
  })
})
