// A store on a server: how it is opened, whom it leaves alone, and that nothing waits for ever.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { left, right } from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openPostgres } from '../../src/store/Postgres.ts'
import type { PostgresConfig, PostgresOptions } from '../../src/store/Postgres.ts'
import type { SqlDatabase } from '../../src/store/Sql.ts'
import { grantText } from '../../src/store/Sql.ts'
import { chunkFunctions } from '../../src/store/Sql/chunks.ts'
import { knownVersion } from '../../src/store/Sql/migrations.ts'
import { firstTables } from '../../src/store/Sql/tables.ts'
import { commitOf, everything, leftOf, noStream, rightOf } from '../contract/commits.ts'
import { databaseContract } from '../contract/database.ts'
import { openInMemory } from '../support/database.mjs'
import { useDatabase } from '../support/postgres.ts'
import { ask } from '../postgres/shared.mjs'

const url = useDatabase()

/** A schema of its own for each test, with its name among the connections. */
let schema = ''
let count = 0
beforeEach(() => {
  schema = `s${++count}`
})

let opened: Array<SqlDatabase> = []
afterAll(() => Promise.all(opened.map(({ close }) => close())))

const openAt = async (
  config: string | (PostgresConfig & Record<string, unknown>) = url(),
  options: PostgresOptions = {},
): Promise<SqlDatabase> => {
  const database = rightOf(await openPostgres(config, { schema, ...options })())
  opened = [...opened, database]
  return database
}

const failed = async (config: string | PostgresConfig, options: PostgresOptions = {}) =>
  leftOf(await openPostgres(config, { schema, ...options })())

/** The URL with another user, password or database. */
const urlWith = (change: (at: URL) => void): string => {
  const at = new URL(url())
  change(at)
  return at.href
}

const open = { type: 'StoreUnavailable', operation: 'open' } as const

databaseContract('PostgreSQL', () =>
  openAt(url(), { schema: `of_contract_${++count}`, connections: 2 }),
)

describe('opening', () => {
  it('makes the tables in an empty database, and finds them again', async () => {
    const first = await openAt()
    rightOf(await first.store.append(commitOf('a', 'c1', noStream, 1))())
    await first.close()
    const second = await openAt()
    expect(await everything(second.store)).toHaveLength(1)
  })

  it('by several at once makes them once', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => openAt()))
    await Promise.all(
      all.map(({ store }, i) => store.append(commitOf(`a${i}`, `c${i}`, noStream, 1))()),
    )
    expect(await everything((await openAt()).store)).toHaveLength(4)
  })

  it('takes fields instead of a URL, and shows its name to the server', async () => {
    const { hostname, port, username, password, pathname } = new URL(url())
    const config = {
      host: hostname,
      port: Number(port),
      user: decodeURIComponent(username),
      password: () => Promise.resolve(decodeURIComponent(password)),
      database: pathname.slice(1),
    }
    const nameOf = async ({ client }: SqlDatabase) =>
      (await client.query("select current_setting('application_name') as name", [])).rows
    expect(await nameOf(await openAt(config))).toStrictEqual([{ name: 'decider-ts' }])
    const named = await openAt({ ...config, application_name: 'shop' })
    expect(await nameOf(named)).toStrictEqual([{ name: 'shop' }])
  })

  it('does not migrate the tables of an earlier version, unless it is asked to', async () => {
    await ask(url(), `create schema ${schema}`)
    await ask(url(), firstTables(`"${schema}"`))
    const older = { type: 'OlderSchema', schema, found: 1, known: knownVersion }
    expect(await failed(url())).toStrictEqual({ ...open, cause: older })
    const { store } = await openAt(url(), { migrate: true })
    rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())
    await openAt()
  })

  it('leaves tables of a newer version alone', async () => {
    await openAt()
    await ask(url(), `insert into ${schema}.decider_schema values (99)`)
    const newer = { type: 'NewerSchema', schema, found: 99, known: knownVersion }
    expect(await failed(url(), { migrate: true })).toStrictEqual({ ...open, cause: newer })
  })

  it('refuses a server before PostgreSQL 15 by its version', async () => {
    class OldServer extends pg.Client {
      override query(...given: ReadonlyArray<never>): never {
        const [{ text }] = given as unknown as [{ text: string }]
        return text.includes('server_version_num')
          ? (Promise.resolve({ rows: [{ version: '14.9', number: '140009' }] }) as never)
          : super.query(...(given as [never]))
      }
    }
    const config = { connectionString: url(), Client: OldServer }
    const cause = { type: 'UnsupportedServer', version: '14.9' }
    expect(await failed(config)).toStrictEqual({ ...open, cause })
    const { length } = await ask(url(), `select from pg_namespace where nspname = '${schema}'`)
    expect(length).toBe(0)
  })

  it('as a role that may append and read, it does just that', async () => {
    await openAt()
    const role = `web_${count}`
    await ask(url(), `create role ${role} login password 'w'`)
    const asRole = urlWith((at) => {
      at.username = role
      at.password = 'w'
    })
    expect(await failed(asRole)).toMatchObject({ ...open, cause: { code: '42501' } })
    await ask(url(), rightOf(grantText(schema, role)))
    const { store, client } = await openAt(asRole)
    rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())
    expect(await everything(store)).toHaveLength(1)
    await expect(client.query(`delete from ${schema}.decider_events`, [])).rejects.toMatchObject({
      code: '42501',
    })
    await ask(url(), `drop owned by ${role}`)
    await Promise.all(opened.map(({ close }) => close()))
    await ask(url(), `drop role ${role}`)
  })
})

/** Runs the module in a process of its own, in an empty folder. */
const inProcess = async (program: string, folder = mkdtempSync(join(tmpdir(), 'postgres-'))) => {
  await build({
    stdin: { contents: program, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(folder, 'program.mjs'),
  })
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder })
  rmSync(folder, { recursive: true })
  return stdout
}

it('says so if node-postgres is not installed', async () => {
  const said = await inProcess(`
    import { openPostgres } from './src/store/Postgres.ts'
    import { showFailure } from './src/store/showFailure.ts'
    const opened = await openPostgres('postgres://localhost/x')()
    console.log(showFailure(opened.left))`)
  expect(said).toBe('the store failed (open): the package pg is not installed: npm install pg\n')
})

it('a program that forgets to close ends when it has nothing more to do', async () => {
  const start = performance.now()
  const folder = mkdtempSync(join(process.cwd(), '.build/postgres-'))
  const said = await inProcess(
    `
    import { openPostgres } from './src/store/Postgres.ts'
    const opened = await openPostgres(${JSON.stringify(url())}, { schema: '${schema}' })()
    await opened.right.client.query('select 1', [])
    console.log(opened._tag)`,
    folder,
  )
  expect(said).toBe('Right\n')
  expect(performance.now() - start).toBeLessThan(9_000)
})

describe('what the database gives', () => {
  it('is as PGlite gives it', async () => {
    const text = `select 1::int8 as small, 9007199254740993::int8 as large, -9007199254740993::int8 as least,
      '{1,NULL,9007199254740993}'::int8[] as integers, 1.5::numeric as exact, '{1.50}'::numeric[] as exacts,
      1.5::float8 as double, 2::int2 as short, date '2020-01-02' as day, '{2020-01-02}'::date[] as days,
      timestamptz '2020-01-02 03:04:05.678+01' as instant, time '03:04' as time,
      interval '1 day 2 hours' as span, '{1 day}'::interval[] as spans, true as truth,
      '{a,NULL}'::text[] as texts, '{"a":1}'::json as json, '{"a":1}'::jsonb as jsonb, 'x'::char(3) as padded,
      null as nothing, point '(1,2)' as point, count(*) as counted`
    const pglite = await openInMemory()
    const { client, transaction } = await openAt()
    const { rows } = await pglite.query(text)
    await pglite.close()
    expect((await client.query(text, [])).rows).toStrictEqual(rows)
    const within = await transaction((tx) => async () => right((await tx.query(text, [])).rows))()
    expect(within).toStrictEqual(right(rows))
  })
})

describe('sessions', () => {
  it('are read committed, whatever the server defaults to', async () => {
    const database = new URL(url()).pathname.slice(1)
    const levels = ['repeatable read', 'serializable']
    for (const level of levels) {
      await ask(url(), `alter database ${database} set default_transaction_isolation = '${level}'`)
      const { store, client } = await openAt(
        urlWith((at) =>
          at.searchParams.set('options', '-c default_transaction_isolation=serializable'),
        ),
      )
      const sent = [commitOf(level, level, noStream, 1), commitOf('o', `${level} 2`, noStream, 1)]
      await Promise.all(sent.map((commit) => store.append(commit)()))
      expect(rightOf(await store.load(level)())).toHaveLength(1)
      const { rows } = await client.query('show transaction_isolation', [])
      expect(rows).toStrictEqual([{ transaction_isolation: 'read committed' }])
    }
    const pooled = await openAt(url(), { pooler: true })
    expect(leftOf(await pooled.store.append(commitOf('p', 'p', noStream, 1))())).toMatchObject({
      cause: { type: 'UnsupportedIsolation', isolation: 'serializable' },
    })
    await ask(url(), `alter database ${database} reset default_transaction_isolation`)
  })

  it('through a pooler are left as they are', async () => {
    const settings = async (options: PostgresOptions) => {
      const { client } = await openAt(url(), options)
      const names = ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout']
      const texts = names.map((name) => `current_setting('${name}')`).join(', ')
      const { rows } = await client.query(`select array[${texts}] as all`, [])
      return rows[0]?.['all']
    }
    expect(await settings({})).toStrictEqual(['10s', '1min', '1min'])
    expect(await settings({ timeout: 4_000 })).toStrictEqual(['2s', '4s', '4s'])
    expect(await settings({ timeout: Infinity })).toStrictEqual(['10s', '0', '0'])
    expect(await settings({ pooler: true })).toStrictEqual(['0', '0', '0'])
  })

  it('are no more than was asked for, half of them for the store', async () => {
    const name = `few_${count}`
    const { store, client } = await openAt(
      { connectionString: url(), application_name: name },
      { connections: 5 },
    )
    const counted = `select count(*)::int as n from pg_stat_activity where application_name = $1`
    const loads = Array.from({ length: 50 }, (_, i) => store.load(`s${i}`)())
    const queries = Array.from({ length: 50 }, () => client.query('select pg_sleep(0.01)', []))
    await Promise.all([...loads, ...queries])
    expect(await ask(url(), counted, [name])).toStrictEqual([{ n: 5 }])
  })

  it('slow queries of the user do not keep the store from appending', async () => {
    const { store, client } = await openAt(url(), { connections: 4 })
    const slow = Array.from({ length: 6 }, () => client.query('select pg_sleep(0.4)', []))
    const start = performance.now()
    rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())
    expect(performance.now() - start).toBeLessThan(350)
    await Promise.all(slow)
  })

  it('that were lost while they were idle are replaced', async () => {
    const name = `idle_${count}`
    const { store, client } = await openAt({ connectionString: url(), application_name: name })
    const terminate = () =>
      ask(
        url(),
        'select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = $1',
        [name],
      )
    for (let i = 0; i < 3; i++) {
      rightOf(await store.append(commitOf(`a${i}`, `c${i}`, noStream, 1))())
      await client.query('select 1', [])
      expect(await terminate()).toHaveLength(2)
    }
    expect(await everything(store)).toHaveLength(3)
    // of the user's, one that is in use
    const sleeping = client.query('select pg_sleep(10)', []).catch((cause: unknown) => cause)
    const isAsleep = async () =>
      (
        await ask(
          url(),
          "select from pg_stat_activity where application_name = $1 and wait_event = 'PgSleep'",
          [name],
        )
      ).length > 0
    while (!(await isAsleep())) await new Promise((resume) => setTimeout(resume, 10))
    expect(await terminate()).toHaveLength(2)
    expect(await sleeping).toMatchObject({ code: '57P01' })
  })

  it('an error of a statement does not cost the store its connection', async () => {
    const { store } = await openAt(url(), { connections: 2 })
    const { rows } = await (await openAt()).client.query('select 1', [])
    expect(rows).toHaveLength(1)
    const before = await backends()
    const load = chunkFunctions.find((each) => each.startsWith('decider_load'))
    await ask(url(), `drop function ${schema}.${load}`)
    expect(leftOf(await store.load('a')())).toMatchObject({ cause: { code: '42883' } })
    expect(leftOf(await store.load('a')())).toMatchObject({ cause: { code: '42883' } })
    expect(await backends()).toStrictEqual(before)
  })
})

const backends = async () => {
  const rows = await ask(
    url(),
    `select array_agg(pid order by pid) as pids from pg_stat_activity
      where application_name = 'decider-ts' and datname = current_database()`,
  )
  return rows[0]?.['pids']
}

describe('nothing waits for ever', () => {
  it('a statement ends at its time limit, on the server', async () => {
    const { client, store } = await openAt(url(), { timeout: 300 })
    await expect(client.query('select pg_sleep(20)', [])).rejects.toMatchObject({ code: '57014' })
    await client.query('select 1', [])
    // somebody else holds the table
    const other = await openAt()
    await other.transaction((tx) => async () => {
      await tx.query(`lock table ${schema}.decider_events`, [])
      expect(leftOf(await store.load('a')())).toMatchObject({ cause: { code: '55P03' } })
      const sent = ['1', '2', '3'].map((id) => store.append(commitOf(id, id, noStream, 1))())
      for (const each of await Promise.all(sent)) {
        expect(leftOf(each)).toMatchObject({ operation: 'append', cause: { code: '55P03' } })
      }
      return left('done')
    })()
    rightOf(await store.append(commitOf('1', '1', noStream, 1))())
  })

  it('a transaction that exceeds its limit within a statement holds nothing any more', async () => {
    const { transaction, client } = await openAt()
    await client.query(`create table ${schema}.held (n int)`, [])
    const stopped = await transaction(
      (tx) => async () => {
        await tx.query(`lock table ${schema}.held`, [])
        await tx.query('select pg_sleep(20)', [])
        return right('kept?')
      },
      { timeout: 200 },
    )()
    expect(stopped).toStrictEqual(
      left({ type: 'TransactionFailed', reason: 'TimedOut', cause: undefined }),
    )
    await client.query(`insert into ${schema}.held values (1)`, [])
  })

  it('a transaction may take longer than a statement, if it says so', async () => {
    // making the tables may take longer
    await openAt()
    const { transaction } = await openAt(url(), { timeout: 400 })
    const done = await transaction(
      (tx) => async () => right((await tx.query('select 1 as one from pg_sleep(0.6)', [])).rows),
      { timeout: 5_000 },
    )()
    expect(done).toStrictEqual(right([{ one: 1 }]))
  })
})

describe('closing', () => {
  it('waits for what was asked, refuses what comes after, and happens once', async () => {
    const name = `closing_${count}`
    const { store, client, transaction, close } = await openAt({
      connectionString: url(),
      application_name: name,
    })
    const sent = Array.from({ length: 100 }, (_, i) =>
      store.append(commitOf(`a${i}`, `c${i}`, noStream, 1))(),
    )
    const asked = client.query('select 1 as one from pg_sleep(0.1)', [])
    const ran = transaction(
      (tx) => async () => right((await tx.query('select 2 as two from pg_sleep(0.1)', [])).rows),
    )()
    await Promise.all([close(), close()])
    const closed = { type: 'DatabaseClosed' }
    expect(await store.load('a')()).toMatchObject(left({ operation: 'load', cause: closed }))
    expect(store.blocked?.()).toMatchObject({ cause: closed })
    await expect(client.query('select 1', [])).rejects.toStrictEqual(closed)
    expect(await transaction(() => () => Promise.resolve(right(1)))()).toMatchObject(
      left({ reason: 'Failed', cause: closed }),
    )
    for (const each of await Promise.all(sent)) expect(each._tag).toBe('Right')
    expect((await asked).rows).toStrictEqual([{ one: 1 }])
    expect(await ran).toStrictEqual(right([{ two: 2 }]))
    const left_ = `select from pg_stat_activity where application_name = $1`
    while ((await ask(url(), left_, [name])).length > 0) {
      await new Promise((resume) => setTimeout(resume, 10))
    }
  })
})
