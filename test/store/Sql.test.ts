import { EventEmitter } from 'node:events'
import type { PGlite } from '@electric-sql/pglite'
import { left, right } from 'fp-ts/lib/Either.js'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Query, Tag } from '../../src/Query.ts'
import { everything as everythingQuery, tag } from '../../src/Query.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import type { CallOptions, EventStore } from '../../src/store/EventStore.ts'
import type { SqlClient } from '../../src/store/Sql.ts'
import {
  createSchema,
  grantText,
  migrationText,
  sqlSnapshots,
  sqlStore,
} from '../../src/store/Sql.ts'
import { knownVersion, statementsFrom } from '../../src/store/Sql/migrations.ts'
import { firstTables } from '../../src/store/Sql/tables.ts'
import {
  anyVersion,
  commitOf,
  everything,
  exactly,
  leftOf,
  noStream,
  rightOf,
  repeated,
} from '../contract/commits.ts'
import { emptyDatabase } from '../support/pglite.ts'

let client: PGlite

beforeAll(async () => {
  client = await emptyDatabase()
})
beforeEach(async () => {
  await client.exec('reset all; drop schema public cascade; create schema public')
  rightOf(await createSchema(client)())
})

describe('the schema', () => {
  it.each([
    'update decider_events set version = version',
    'update decider_events set version = 2 where false',
    'delete from decider_events',
    'truncate decider_events',
    "insert into decider_events select * from decider_events on conflict (position) do update set type = 'x'",
    'merge into decider_events e using (select 1) s on true when matched then delete',
    "update decider_commits set fingerprint = 'x'",
    'delete from decider_commits',
    'truncate decider_commits',
    "update decider_tags set tag = 'x'",
    'delete from decider_tags',
    'truncate decider_tags',
  ])('refuses %s', async (text) => {
    const store = sqlStore(client)
    await store.append(commitOf('a', 'c1', noStream, 1))()
    const before = await everything(store)
    await expect(client.query(text)).rejects.toThrow('append-only')
    expect(await everything(store)).toStrictEqual(before)
  })

  it('is not taken for an older one if another process creates it between two questions', async () => {
    // whether there is a table of versions, and one of events; then again; the version; whether a counter is behind
    const answers = [
      { a: false },
      { a: true },
      { a: true },
      { version: knownVersion },
      { a: false },
    ]
    const query = () => Promise.resolve({ rows: [answers.shift() ?? {}] })
    rightOf(await createSchema({ query }, { schema: 'shop', migrate: false })())
    expect(answers).toEqual([])
  })

  it('is made once, and found again', async () => {
    await sqlStore(client).append(commitOf('a', 'c1', noStream, 1))()
    const again = await Promise.all([createSchema(client)(), createSchema(client)()])
    expect(again).toStrictEqual([right(undefined), right(undefined)])
    expect(await everything(sqlStore(client))).toHaveLength(1)
  })

  it('is made whole or not at all', async () => {
    await client.exec('drop schema public cascade; create schema public')
    await client.exec('create table decider_commits (mine int)')
    expect(leftOf(await createSchema(client)())).toMatchObject({
      type: 'StoreUnavailable',
      operation: 'open',
      cause: { code: '42P07' },
    })
    const { rows } = await client.query("select to_regclass('decider_events') as made")
    expect(rows).toStrictEqual([{ made: null }])
  })

  it('of a newer version is left alone, with both versions in the failure', async () => {
    await client.exec('insert into decider_schema (version) values (99)')
    expect(leftOf(await createSchema(client)())).toStrictEqual({
      type: 'StoreUnavailable',
      operation: 'open',
      cause: { type: 'NewerSchema', schema: 'public', found: 99, known: knownVersion },
    })
  })

  it('of an earlier version is left alone where it is not to be migrated, and one that is missing is made', async () => {
    rightOf(await createSchema(client, { migrate: false })())
    await client.exec('drop schema public cascade; create schema public')
    await client.exec(firstTables('"public"'))
    const older = { type: 'OlderSchema', schema: 'public', found: 1, known: knownVersion }
    expect(leftOf(await createSchema(client, { migrate: false })())).toMatchObject({ cause: older })
    expect(leftOf(await sqlStore(client).load('a')())).toMatchObject({ cause: { code: '42883' } })
    await client.exec('drop schema public cascade; create schema public')
    rightOf(await createSchema(client, { migrate: false })())
    rightOf(await sqlStore(client).load('a')())
  })

  it('is made by its statements as well, and from each version on', async () => {
    await client.exec('drop schema public cascade')
    await client.exec(rightOf(migrationText('public')))
    const store = sqlStore(client)
    rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())
    await client.exec('drop schema public cascade; create schema public')
    await client.exec(firstTables('"public"'))
    await client.exec(rightOf(migrationText('public', 1)))
    rightOf(await createSchema(client)())
    rightOf(await sqlStore(client).append(commitOf('a', 'c1', noStream, 1))())
    expect(leftOf(migrationText('a$b'))).toStrictEqual({ type: 'InvalidSchema', schema: 'a$b' })
    expect(leftOf(grantText('', 'web')).type).toBe('InvalidSchema')
  })
})

describe('a role that may append and read', () => {
  const asWeb = async <A>(run: () => Promise<A>): Promise<A> => {
    await client.exec('set role web')
    try {
      return await run()
    } finally {
      await client.exec('reset role')
    }
  }

  it('can do nothing else, by what grantText gives it', async () => {
    await client.exec('drop role if exists web; create role web')
    await asWeb(async () => {
      const refused = await sqlStore(client, { schema: 'public' }).load('a')()
      expect(leftOf(refused)).toMatchObject({ cause: { code: '42501' } })
    })
    await client.exec(rightOf(grantText('public', 'web')))
    await asWeb(async () => {
      rightOf(await createSchema(client)())
      const store = sqlStore(client)
      rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())
      rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())
      expect(rightOf(await store.load('a')())).toHaveLength(1)
      expect(await everything(store)).toHaveLength(1)
      expect(await store.commits?.find('c1')()).toMatchObject({ right: { _tag: 'Some' } })
      expect(await store.commits?.read(0, 9)()).toMatchObject({ right: { commits: [{}] } })
      const mark = { commitId: 'c1', position: 1, recordedAt: 0 }
      const snapshot = { stream: 'a', fingerprint: 'f', version: 1, mark, state: 0 }
      for (const version of [1, 2]) {
        rightOf(await sqlSnapshots(client).save({ ...snapshot, version })())
      }
      expect(rightOf(await sqlSnapshots(client).load('a', 'f')())._tag).toBe('Some')
      for (const text of [
        'insert into decider_events select * from decider_events',
        'update decider_counter set position = 0',
        "insert into decider_commits values (9, 9, 'x', 'x', 0)",
        'delete from decider_schema',
        "insert into decider_tags values ('x', 1, 'x')",
        'alter table decider_events disable trigger append_only',
        'create table mine (x int)',
      ]) {
        await expect(client.query(text)).rejects.toMatchObject({ code: '42501' })
      }
    })
    await client.exec('drop owned by web; drop role web')
  })
})

describe('tenants', () => {
  it('each have a schema of their own, by the search path or by name', async () => {
    // as if another application had its table where everybody finds it
    await sqlStore(client).append(commitOf('a', 'public', noStream, 1))()
    await client.exec('drop schema if exists tenant_a cascade; create schema tenant_a')
    await client.exec('set search_path = tenant_a, public')
    rightOf(await createSchema(client)())
    rightOf(await sqlStore(client).append(commitOf('a', 'a', noStream, 1))())
    await client.exec('reset search_path')
    const hostile = `b"'; drop table x; --`
    rightOf(await createSchema(client, { schema: hostile })())
    rightOf(await createSchema(client, { schema: hostile })())
    const ids = ['b1', 'b2']
    const store = sqlStore(client, { schema: hostile })
    for (const id of ids) rightOf(await store.append(commitOf(id, id, noStream, 1))())
    const idsIn = async (schema: string) =>
      (await everything(sqlStore(client, { schema }))).map(({ commitId }) => commitId)
    expect(await idsIn('public')).toStrictEqual(['public'])
    expect(await idsIn('tenant_a')).toStrictEqual(['a'])
    expect(await idsIn(hostile)).toStrictEqual(ids)
    await client.exec('set search_path = nowhere')
    expect(leftOf(await createSchema(client)())).toMatchObject({
      cause: { type: 'InvalidSchema', schema: null },
    })
    for (const schema of ['', 'a$function$b', 'x'.repeat(64), 'a\0', '\ud800']) {
      const refused = leftOf(await createSchema(client, { schema })())
      expect(refused).toMatchObject({ cause: { type: 'InvalidSchema', schema } })
    }
    // a store with a name for its schema does not mind
    expect(await idsIn(hostile)).toStrictEqual(ids)
    await client.exec('reset search_path; drop schema tenant_a cascade')
    await client.exec(`drop schema "${hostile.replaceAll('"', '""')}" cascade`)
  })
})

describe('rows that were copied', () => {
  it('do not make later events come before them, and keep their commit ids', async () => {
    await client.exec(`insert into decider_events
      select 41, 'a', 1, 'old', 'Noted', 1, '1', 0, 0, null, null, null`)
    rightOf(await createSchema(client)())
    const store = sqlStore(client)
    const [next] = rightOf(await store.append(commitOf('b', 'new', noStream, 1))())
    expect(next.position).toBe(42)
    const [again] = rightOf(await store.append(commitOf('a', 'old', anyVersion, 2))())
    expect(again.position).toBe(41)
  })

  it('are found by their tags', async () => {
    await client.exec(`insert into decider_events
      select 41, 'a', 1, 'old', 'Noted', 1, '1', 0, 0, null, null, null, '{x:1,y:1}'`)
    rightOf(await createSchema(client)())
    const query: Query = [{ tags: [tag('y')('1')] }]
    const read = rightOf(await sqlStore(client).readAll(0, 9, { query })())
    expect(read.events).toMatchObject([{ position: 41, tags: ['x:1', 'y:1'] }])
  })
})

it('a database of the first version is brought up to date, with its events and its commits', async () => {
  await client.exec('drop schema public cascade; create schema public')
  await client.exec(firstTables('"public"'))
  // as that version left it, with a gap in its sequence
  await client.exec(`insert into decider_events (
      position, stream, version, commit_id, commit_index, type, schema_version, data,
      occurred_at, recorded_at, actor, fingerprint
    ) overriding system value values
    (1, 'a', 1, 'c1', 0, 'Noted', 1, '1', 5, 6, 'ann', 'f'),
    (2, 'a', 2, 'c1', 1, 'Noted', 1, '2', 5, 6, 'ann', 'f'),
    (7, 'b', 1, 'c2', 0, 'Noted', 1, '3', 7, 8, null, null)`)
  rightOf(await createSchema(client)())
  const store = sqlStore(client)
  const before = await everything(store)
  expect(before.map(({ position, commitId }) => [position, commitId])).toStrictEqual([
    [1, 'c1'],
    [2, 'c1'],
    [7, 'c2'],
  ])
  const again = { ...commitOf('a', 'c1', noStream, 1), fingerprint: 'f' }
  expect(rightOf(await store.append(again)())).toStrictEqual(repeated(before.slice(0, 2)))
  expect(leftOf(await store.append({ ...again, fingerprint: 'g' })()).type).toBe('CommitIdReused')
  const [next] = rightOf(await store.append(commitOf('a', 'c3', exactly(2), 1))())
  expect(next.position).toBe(8)
})

it('events of a database from before there were tags are found by their types', async () => {
  await client.exec('drop schema public cascade')
  const all = statementsFrom('"public"', 0)
  await client.exec(
    all.slice(0, all.indexOf('alter table "public".decider_events add column tags')),
  )
  await client.exec(`insert into decider_events
    select 1, 'a', 1, 'c1', 'Noted', 1, '1', 0, 0, null, null, null;
    update decider_counter set position = 1`)
  rightOf(await createSchema(client)())
  const store = sqlStore(client)
  const byType: Query = [{ types: ['Noted'] }]
  expect(rightOf(await store.readAll(0, 9, { query: byType })()).events).toHaveLength(1)
  const condition = { query: byType, after: 0 }
  const failed = await store.append({ ...commitOf('b', 'c2', noStream, 1), condition })()
  expect(leftOf(failed)).toMatchObject({ type: 'AppendConditionFailed', position: 1 })
})

it('a schema that somebody else makes meanwhile is found', async () => {
  let first = true
  const racing: SqlClient = {
    query: async (text, params) => {
      if (!text.startsWith('do ') || !first) return client.query(text, params)
      first = false
      return Promise.reject(violation('42P07'))
    },
  }
  rightOf(await createSchema(racing)())
})

describe('C18 the order', () => {
  /** Stored the wrong way round, and read without the indexes that would put it right by chance. */
  const backwards = async (): Promise<void> => {
    await client.exec(`insert into decider_events
      select 4 - n, 'a', 4 - n, 'c' || n, 'Noted', 1, '1', 0, 0, null, null, null
      from generate_series(1, 3) n;
      set enable_indexscan = off; set enable_indexonlyscan = off`)
  }

  it('of a stream is that of its versions', async () => {
    await backwards()
    const loaded = rightOf(await sqlStore(client).load('a')())
    expect(loaded.map(({ version }) => version)).toStrictEqual([1, 2, 3])
  })

  it('of all events is that of their positions', async () => {
    await backwards()
    const read = await everything(sqlStore(client))
    expect(read.map(({ position }) => position)).toStrictEqual([1, 2, 3])
  })

  it('of a commit that is sent again is that of its events', async () => {
    await client.exec(`insert into decider_events
      select 4 - n, 'a', 4 - n, 'c', 'Noted', 1, '1', 0, 0, null, null, null
      from generate_series(1, 3) n;
      insert into decider_commits values (1, 3, 'c', 'a', 0);
      set enable_indexscan = off; set enable_indexonlyscan = off`)
    const again = rightOf(await sqlStore(client).append(commitOf('a', 'c', anyVersion, 1))())
    expect(again.map(({ version }) => version)).toStrictEqual([1, 2, 3])
  })
})

/** The client, but for what happens before each append. */
const disturbed = (before: (append: number) => Promise<unknown>): SqlClient => {
  let appends = 0
  return {
    query: async (text, params) => {
      if (text.includes('decider_append')) await before(++appends)
      return client.query(text, params)
    },
  }
}

/** Something to wait for, until it is opened. */
const newGate = () => {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { open: () => open(), passed }
}

const violation = (code: string): Error => Object.assign(new Error('driver'), { code })

describe('a page of the global order', () => {
  const names = ['plain', 'qu"ote', 'back\\slash', 'new\nline', 'a",["b', 'x', 'c"],"d', 'é\u2028']

  it.each([
    [names],
    [['plain', 'é\u2028', '0', ',', 'null']],
    // as many values as rows, if arrays were counted as values
    [['a",["b', 'x', 'c"],"d']],
  ])('holds all names as they were given: %j', async (all) => {
    const asked: Array<string> = []
    const counting: SqlClient = {
      query: (text, params) => (asked.push(text), client.query(text, params)),
    }
    const store = sqlStore(client, { now: () => 5 })
    for (const [i, name] of all.entries()) {
      const commit = commitOf(name, `${name}c${i}`, noStream, { name })
      const others = [{}, { actor: name }, { correlationId: name, causationId: name }][i % 3]
      const [{ event }] = commit.events
      rightOf(await store.append({ ...commit, events: [{ event, ...others }] })())
    }
    const { events } = rightOf(await sqlStore(counting).readAll(0, 100)())
    const loaded = await Promise.all(all.map(async (name) => rightOf(await store.load(name)())))
    expect(events).toStrictEqual(loaded.flat())
    expect(events.map(({ stream }) => stream)).toStrictEqual(all)
    // names that would have to be escaped take a second question
    expect(asked.length).toBe(all.some((name) => /["\\\n]/.test(name)) ? 2 : 1)
  })
})

describe('the isolation of transactions', () => {
  it.each(['repeatable read', 'serializable'])('C35 %s is refused by name', async (isolation) => {
    await client.exec(`set default_transaction_isolation = '${isolation}'`)
    const store = sqlStore(client)
    const [one, two] = [commitOf('a', 'c1', noStream, 1), commitOf('b', 'c2', noStream, 1)]
    const refused = left({
      type: 'StoreUnavailable',
      operation: 'append',
      cause: { type: 'UnsupportedIsolation', isolation },
    })
    // alone, and in a flight with another
    expect(await store.append(one)()).toStrictEqual(refused)
    const answers = await Promise.all([store.append(one)(), store.append(two)()])
    expect(answers).toStrictEqual([refused, refused])
    const condition = { query: everythingQuery, after: 0 }
    expect(await store.append({ ...one, condition })()).toStrictEqual(refused)
    await client.exec('reset default_transaction_isolation')
    expect(await everything(store)).toStrictEqual([])
  })
})

describe('C18 what the driver throws', () => {
  it.each(['23505', '40001', '40P01'])('a race that ends with %s is decided anew', async (code) => {
    const racing = disturbed(async (append) => {
      if (append > 1) return
      // as if a rival had committed while this append was under way
      await sqlStore(client).append(commitOf('a', 'rival', noStream, 1))()
      return Promise.reject(violation(code))
    })
    const result = await sqlStore(racing).append(commitOf('a', 'c1', noStream, 2))()
    expect(result).toStrictEqual(
      left({ type: 'VersionConflict', stream: 'a', expected: noStream, actual: 1 }),
    )
    expect(await everything(sqlStore(client))).toHaveLength(1)
  })

  it('a race for one commit id gives both what was recorded', async () => {
    const sent = commitOf('a', 'c1', noStream, 1)
    const racing = disturbed(async (append) => {
      if (append > 1) return
      await sqlStore(client).append(sent)()
      return Promise.reject(violation('23505'))
    })
    const result = await sqlStore(racing).append(sent)()
    expect(result).toStrictEqual(right(repeated(await everything(sqlStore(client)))))
  })

  it('a writer that expects any version goes on, but not for ever', async () => {
    let appends = 0
    const lucky = disturbed((n) =>
      n < 10 ? Promise.reject(violation('23505')) : Promise.resolve(),
    )
    rightOf(await sqlStore(lucky).append(commitOf('a', 'c1', anyVersion, 1))())
    const cause = violation('23505')
    const unlucky = disturbed((n) => Promise.reject(((appends = n), cause)))
    expect(await sqlStore(unlucky).append(commitOf('a', 'c2', anyVersion, 1))()).toStrictEqual(
      left({ type: 'StoreUnavailable', operation: 'append', cause }),
    )
    expect(appends).toBe(40)
  })

  it('a connection that breaks makes no unknown outcome: the commit is sent again', async () => {
    for (const stored of [true, false]) {
      const id = stored ? 'stored' : 'lost'
      const breaking: SqlClient = {
        query: async (text, params) => {
          if (text.includes('decider_append') && !broken.has(id)) {
            broken.add(id)
            if (stored) await client.query(text, params)
            throw violation('ECONNRESET')
          }
          return client.query(text, params)
        },
      }
      const broken = new Set<string>()
      const appended = rightOf(await sqlStore(breaking).append(commitOf(id, id, noStream, 1))())
      expect(await everything(sqlStore(client))).toContainEqual(appended[0])
    }
    expect(await everything(sqlStore(client))).toHaveLength(2)
  })

  it('C21 a flight that is sent again holds the same commits', async () => {
    let calls = 0
    const breaking: SqlClient = {
      query: async (text, params) => {
        if (!text.includes('decider_append')) return client.query(text, params)
        calls++
        if (calls === 1) throw violation('40001')
        const { rows } = await client.query<Readonly<Record<string, unknown>>>(text, params)
        if (calls === 2) throw violation('57P01')
        return { rows }
      },
    }
    const store = sqlStore(breaking)
    const ids = Array.from({ length: 40 }, (_, i) => `c${i}`)
    const answers = await Promise.all(
      ids.map((id) => store.append(commitOf(id, id, noStream, 1))()),
    )
    const acknowledged = answers.map(rightOf).map(([{ commitId }]) => commitId)
    expect(acknowledged).toStrictEqual(ids)
    const stored = await everything(sqlStore(client))
    expect(stored.map(({ commitId }) => commitId)).toStrictEqual(ids)
  })

  it.each(['ECONNRESET', 'ECONNREFUSED', '57P01', '40001'])(
    'what is read when a connection breaks (%s) is asked again',
    async (code) => {
      const lost = new Set<string>()
      const breaking: SqlClient = {
        query: async (text, params) => {
          if (lost.has(text)) return client.query(text, params)
          lost.add(text)
          throw violation(code)
        },
      }
      const [stored] = rightOf(await sqlStore(client).append(commitOf('a', 'c1', noStream, 1))())
      expect(await sqlStore(breaking).load('a')()).toStrictEqual(right([stored]))
      expect(await everything(sqlStore(breaking))).toStrictEqual([stored])
      expect(lost.size).toBe(2)
    },
  )

  it('anything else is StoreUnavailable at once, from a client that throws as well', async () => {
    const cause = violation('42501')
    const unavailable = (operation: string) => left({ type: 'StoreUnavailable', operation, cause })
    const rejecting: SqlClient = { query: () => Promise.reject(cause) }
    const throwing: SqlClient = {
      query: () => {
        throw cause
      },
    }
    for (const broken of [rejecting, throwing]) {
      const store = sqlStore(broken)
      expect(await createSchema(broken)()).toStrictEqual(unavailable('open'))
      expect(await store.load('a')()).toStrictEqual(unavailable('load'))
      expect(await store.readAll(0, 1)()).toStrictEqual(unavailable('readAll'))
      expect(await store.append(commitOf('a', 'c', noStream, 1))()).toStrictEqual(
        unavailable('append'),
      )
    }
  })

  it.each([[[]], [[{ answer: null }]], [[{ answer: 'nonsense' }]]])(
    'an answer that is none, %j, is StoreUnavailable',
    async (rows) => {
      const store = sqlStore({ query: () => Promise.resolve({ rows }) })
      const result = await store.append(commitOf('a', 'c', noStream, 1))()
      expect(leftOf(result)).toMatchObject({ type: 'StoreUnavailable', operation: 'append' })
    },
  )
})

describe('commits at once, each of which expects the one before', () => {
  const after = (version: number, commitId: string) => ({
    ...exactly(version),
    mark: { commitId },
  })
  const [a, b, c, d] = [
    commitOf('s', 'a', noStream, 1, 2),
    commitOf('s', 'b', after(2, 'a'), 3),
    commitOf('s', 'c', after(3, 'b'), 4, 5),
    commitOf('s', 'd', after(5, 'c'), 6),
  ]

  it.each([1, 2, 3, 4])('go on where the first %d were stored before', async (stored) => {
    const store = sqlStore(client, { now: () => 0 })
    const chain = [a, b, c, d]
    const before: Array<Awaited<ReturnType<ReturnType<typeof store.append>>>> = []
    for (const each of chain.slice(0, stored)) before.push(await store.append(each)())
    // together with another, which is not held up
    const all = [...chain, commitOf('t', 'e', noStream, 1)]
    const answers = await Promise.all(all.map((each) => store.append(each)()))
    expect(answers.slice(0, stored)).toStrictEqual(
      before.map((each) => right(repeated(rightOf(each)))),
    )
    expect(answers.map(rightOf).map(([{ commitId }]) => commitId)).toStrictEqual(
      all.map(({ commitId }) => commitId),
    )
    const kept = (await everything(store)).filter(({ stream }) => stream === 's')
    expect(kept.map(({ event }) => event.data)).toStrictEqual([1, 2, 3, 4, 5, 6])
  })

  it('are refused behind one that was stored before and is not the last one', async () => {
    const store = sqlStore(client, { now: () => 0 })
    rightOf(await store.append(a)())
    rightOf(await store.append(commitOf('s', 'rival', exactly(2), 3, 4))())
    const [first, ...others] = await Promise.all([a, b, c].map((each) => store.append(each)()))
    expect(first?._tag).toBe('Right')
    expect(others.map((each) => leftOf(each))).toStrictEqual(
      [b, c].map(({ stream, expected }) => ({
        type: 'VersionConflict',
        stream,
        expected,
        actual: 4,
      })),
    )
  })
})

describe('an append that is given up', () => {
  it('was not stored if it still waited, and may be stored if it was on its way', async () => {
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    const store = sqlStore(disturbed(() => gate))
    const abort = new AbortController()
    const calls = ['c1', 'c2', 'c3'].map((id) =>
      store.append(commitOf('a', id, anyVersion, id), { signal: abort.signal })(),
    )
    const patient = store.append(commitOf('a', 'c4', anyVersion, 'c4'))()
    await new Promise((resume) => setTimeout(resume, 5))
    abort.abort('changed my mind')
    const givenUp = { type: 'GivenUp', operation: 'append', reason: 'Aborted' }
    const outcomes = (await Promise.all(calls)).map(leftOf)
    expect(outcomes).toStrictEqual([
      { ...givenUp, outcome: 'Unknown', cause: 'changed my mind' },
      { ...givenUp, outcome: 'NotStored', cause: 'changed my mind' },
      { ...givenUp, outcome: 'NotStored', cause: 'changed my mind' },
    ])
    go()
    rightOf(await patient)
    const stored = (await everything(sqlStore(client))).map(({ commitId }) => commitId)
    expect(stored).toStrictEqual(['c1', 'c4'])
  })

  it('law 9: may be stored if a follower still waited, because what it follows was stored', async () => {
    const [firstArrived, secondArrived] = [newGate(), newGate()]
    const arrived = [firstArrived, secondArrived]
    const [first, second] = [newGate(), newGate()]
    const gates = [first, second]
    const store = sqlStore(
      disturbed(async () => {
        arrived.shift()?.open()
        await gates.shift()?.passed
      }),
      { writers: 1 },
    )
    // its condition lets it be sent only once the first is stored
    const follower = { ...commitOf('a', 'c2', anyVersion, 2), condition: { query: [{ types: ['None'] }], after: 0 } } as const // prettier-ignore
    const abort = new AbortController()
    const chain = { ...commitOf('a', 'c1', anyVersion, 1), followers: [follower] }
    const givenUp = store.append(chain, { signal: abort.signal })()
    await firstArrived.passed
    // the only writer takes this one before the follower
    const patient = store.append(commitOf('b', 'c3', anyVersion, 3))()
    first.open()
    await secondArrived.passed
    // the follower waits by now
    await new Promise((resume) => setTimeout(resume))
    abort.abort('changed my mind')
    expect(leftOf(await givenUp)).toMatchObject({ type: 'GivenUp', outcome: 'Unknown' })
    second.open()
    rightOf(await patient)
    const stored = (await everything(sqlStore(client))).map(({ commitId }) => commitId)
    expect(stored).toStrictEqual(['c1', 'c3'])
  })
})

describe('a read that is given up', () => {
  it.each<[string, (store: EventStore<EncodedEvent>, options: CallOptions) => Promise<unknown>]>([
    ['load', (store, options) => store.load('a', 0, options)()],
    ['query', (store, options) => store.readAll(0, 9, { query: [{}], ...options })()],
  ])('is not sent if it still waited (%s)', async (_, read) => {
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    let calls = 0
    const store = sqlStore({
      query: async (text, params) => {
        calls++
        await gate
        return client.query(text, params)
      },
    })
    // two calls are under way
    const first = read(store, {})
    await new Promise((resume) => setTimeout(resume))
    const second = read(store, {})
    await new Promise((resume) => setTimeout(resume))
    const abort = new AbortController()
    const waiting = read(store, { signal: abort.signal })
    abort.abort('changed my mind')
    expect(await waiting).toMatchObject(left({ type: 'GivenUp', reason: 'Aborted' }))
    go()
    await Promise.all([first, second])
    await new Promise((resume) => setTimeout(resume))
    expect(calls).toBe(2)
  })
})

describe('the statements', () => {
  it('a stream that cannot exist, and a commit that none keeps, are not asked about', async () => {
    const store = sqlStore({ query: () => Promise.reject(new Error('asked')) })
    expect(await store.load('a\0')()).toStrictEqual(right([]))
    const refused = await store.append(commitOf('', 'c', exactly(-1), 1))()
    expect(leftOf(refused).type).toBe('InvalidCommit')
  })

  it('C18 everything travels as a parameter, none of it in the text', async () => {
    const texts = new Set<string>()
    const listening: SqlClient = {
      query: (text, params) => {
        texts.add(text)
        return client.query(text, params)
      },
    }
    const store = sqlStore(listening)
    const hostile = "x'); drop table decider_events; --"
    await store.append(commitOf(hostile, hostile, noStream, hostile, { [hostile]: hostile }))()
    const loaded = rightOf(await store.load(hostile)())
    expect(loaded.map(({ event }) => event.data)).toStrictEqual([hostile, { [hostile]: hostile }])
    expect([...texts].join(' ')).not.toContain('drop')
    expect(texts.size).toBe(2)
  })

  it.each<[string, number, ReadonlyArray<string>]>([
    ['one commit', 3, ['a']],
    ['one commit to a stream that is gone', 0, ['a']],
    ['commits to several streams', 3, ['a', 'b', 'c']],
    ['commits to several streams, one of which is gone', 0, ['b', 'a', 'c']],
  ])(
    '%s: stored behind what is there, where a stream has lost its last events',
    async (_, left, streams) => {
      const store = sqlStore(client)
      const append = (id: string, to: ReadonlyArray<string>) =>
        Promise.all(
          to.map(async (stream) => {
            const stored = await store.append(
              commitOf(stream, `${stream}-${id}`, anyVersion, 1, 2),
            )()
            return rightOf(stored).map(({ version }) => version)
          }),
        )
      await append('1', ['a', 'b', 'c'])
      await append('2', ['a', 'b', 'c'])
      await append('3', ['a'])
      // as after a backup was restored
      await client.exec(`alter table decider_events disable trigger append_only;
      delete from decider_events where stream = 'a' and version > ${left};
      alter table decider_events enable trigger append_only`)
      const [expected, of] = [{ a: left, b: 4, c: 4 }, await append('4', streams)]
      expect(of).toStrictEqual(
        streams.map((stream) => [1, 2].map((n) => expected[stream as 'a'] + n)),
      )
      const conflict = commitOf('a', 'late', exactly(6), 1)
      expect(leftOf(await store.append(conflict)())).toMatchObject({ actual: left + 2 })
    },
  )

  it('append and load use the indexes, also where statistics say that the tables are small', async () => {
    const store = sqlStore(client)
    await store.append(commitOf('a', 'c1', noStream, 1))()
    await client.exec('vacuum analyze decider_events, decider_commits')
    const pair = (n: string) =>
      Promise.all([`${n}x`, `${n}y`].map((id) => store.append(commitOf(id, id, noStream, 1))()))
    for (let n = 0; n < 12; n++) {
      await store.append(commitOf(`s${n}`, `s${n}`, noStream, 1))()
      await pair(`p${n}`)
      await store.load(`s${n}`)()
    }
    const scans = async () => {
      await client.exec('select pg_stat_force_next_flush()')
      const { rows } = await client.query<Readonly<Record<'name' | 'seq' | 'idx', unknown>>>(
        `select relname as name, seq_scan as seq, idx_scan as idx from pg_stat_user_tables
          where relname in ('decider_events', 'decider_commits') order by relname`,
      )
      return rows.map(({ seq, idx }) => ({ seq: Number(seq), idx: Number(idx) }))
    }
    const [commits, events] = await scans()
    if (commits === undefined || events === undefined) return expect.unreachable()
    await store.append(commitOf('b', 'c2', noStream, 1))()
    await store.load('b')()
    // one commit id; the head and the stream
    const single = [
      { ...commits, idx: commits.idx + 1 },
      { ...events, idx: events.idx + 2 },
    ]
    expect(await scans()).toStrictEqual(single)
    // both commit ids at once; the head of each stream
    await pair('q')
    const [ofCommits, ofEvents] = single
    expect(await scans()).toStrictEqual([
      { ...ofCommits, idx: commits.idx + 2 },
      { ...ofEvents, idx: events.idx + 4 },
    ])
  })
})

describe('queries', () => {
  /** Events of which all have one tag, every tenth another, and one a third. */
  const fill = async (n: number): Promise<void> => {
    await client.exec(`insert into decider_events
      select n, 's' || n, 1, 'c' || n, 'Noted', 1, '1', 0, 0, null, null, null, array['all:1']
        || case when n % 10 = 0 then array['tenth:1'] else '{}' end
        || case when n = 2900 then array['one:1'] else '{}' end
      from generate_series(1, ${n}) n`)
    rightOf(await createSchema(client)())
    await client.exec('vacuum analyze decider_events, decider_tags')
  }

  /** How many entries of the indexes a call reads, and whether it scans a table. */
  const readBy = async (run: () => Promise<unknown>) => {
    const counts = async () => {
      await client.exec('select pg_stat_force_next_flush()')
      const { rows } = await client.query<Readonly<Record<'read' | 'scans', number>>>(
        `select (select sum(idx_tup_read)::int from pg_stat_user_indexes) as read,
          (select sum(seq_scan)::int from pg_stat_user_tables where relname like 'decider_%'
            and relname not in ('decider_counter', 'decider_schema')) as scans`,
      )
      return rows[0] ?? expect.unreachable()
    }
    const before = await counts()
    await run()
    const after = await counts()
    return { read: after.read - before.read, scans: after.scans - before.scans }
  }

  const [all, tenth, one] = ['all', 'tenth', 'one'].map((kind) => tag(kind)('1')) as [Tag, Tag, Tag]

  it('of a condition beyond the end of the store fail it among others too, with the end', async () => {
    const store = sqlStore(client, { writers: 1 })
    const append = (id: string, after?: number) =>
      store.append({
        ...commitOf(id, id, noStream, 1),
        ...(after !== undefined && { condition: { query: [{ tags: [one] }], after } }),
      })()
    const [first] = rightOf(await append('a'))
    const [alone, ...others] = await Promise.all([
      append('b', 1),
      append('c', first.position + 2),
      append('d', first.position),
      append('e'),
    ])
    rightOf(alone)
    const failed = { type: 'AppendConditionFailed', position: first.position }
    expect(leftOf(others[0] ?? expect.unreachable())).toMatchObject(failed)
    expect(others.slice(1).map((each) => rightOf(each)[0].position)).toStrictEqual([3, 4])
  })

  it('and conditions read no more than they need, by the indexes alone', async () => {
    await fill(3_000)
    const store = sqlStore(client)
    let n = 0
    const append = (query: Query, after: number) =>
      store.append({ ...commitOf(`x${++n}`, `x${n}`, noStream, 1), condition: { query, after } })()
    const cases: ReadonlyArray<readonly [Query, number, number]> = [
      [[{ tags: [all] }], 3_000, 12], // nothing after it
      [[{ tags: [all] }], 0, 12], // the first one disturbs
      [[{ types: ['Noted'], tags: [tenth] }], 2_995, 12],
      [[{ tags: [all, one] }], 0, 250], // the rare one leads, after a hundred of the others were counted
      [[{ types: ['None', 'Noted'] }], 2_999, 12],
      [[{}], 2_999, 12],
    ]
    for (const [query, after, most] of cases) {
      // the first call makes the plan
      await append(query, after)
      const { read, scans } = await readBy(() => append(query, after))
      expect(scans).toBe(0)
      expect(read).toBeLessThanOrEqual(most)
    }
    await store.readAll(0, 10, { query: [{ tags: [tenth] }] })()
    for (const query of [
      [{ tags: [tenth] }],
      [{ types: ['Noted'] }, { tags: [one] }],
      [{}],
    ] as const) {
      // prettier-ignore
      const { read, scans } = await readBy(() => store.readAll(1_000, 10, { query })())
      expect(scans).toBe(0)
      expect(read).toBeLessThanOrEqual(40)
    }
  })

  it('are kept with the commit that they are a condition of', async () => {
    const condition = { query: [{ types: ['A'], tags: [all] }], after: 0 } as const
    const store = sqlStore(client)
    rightOf(await store.append({ ...commitOf('a', 'c1', noStream, 1), condition })())
    const together = ['c2', 'c3'].map((id) =>
      store.append({ ...commitOf(id, id, noStream, 1), ...(id === 'c3' && { condition }) })(),
    )
    await Promise.all(together)
    const { rows } = await client.query('select condition from decider_commits order by commit_id')
    expect(rows.map((row) => (row as { condition: unknown }).condition)).toStrictEqual([
      condition,
      null,
      condition,
    ])
  })
})

it('refuses commits beyond the number that may wait, and takes further ones once those are stored', async () => {
  const store = sqlStore(client, { mostWaiting: 2, writers: 1 })
  const send = (id: string) => store.append(commitOf(id, id, noStream, 1))()
  const first = ['a', 'b', 'c'].map(send)
  expect(leftOf(await (first[2] ?? expect.fail()))).toStrictEqual({ type: 'StoreBusy', waiting: 2 })
  for (const answer of await Promise.all(first.slice(0, 2))) rightOf(answer)
  rightOf(await send('c'))
})

describe('a client that tells of lost connections by an event', () => {
  const pool = () =>
    Object.assign(new EventEmitter(), { query: () => Promise.resolve({ rows: [] }) })

  it('does not end the process where nobody listens', () => {
    const client = pool()
    sqlStore(client)
    sqlStore(client)
    expect(client.listenerCount('error')).toBe(1)
    expect(client.emit('error', new Error('terminated'))).toBe(true)
  })

  it('keeps the listener that it has', () => {
    const client = pool()
    const heard = vi.fn<(error: Error) => void>()
    client.on('error', heard)
    sqlStore(client)
    expect(client.listenerCount('error')).toBe(1)
  })
})
