// Hints that something was appended: they wake loops, cost appends nothing, and nothing depends on them.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readModelRunner } from '../../../src/shell/ReadModelRunner.ts'
import type { ReadModelLoopOptions } from '../../../src/shell/ReadModelRunner.ts'
import type { PostgresDatabase, PostgresOptions } from '../../../src/store/Postgres.ts'
import { openPostgres } from '../../../src/store/Postgres.ts'
import type { ConnectionPool, PoolConnection } from '../../../src/store/Postgres/driver.ts'
import { appendHints } from '../../../src/store/Postgres/hints.ts'
import { sqlReadModels } from '../../../src/store/Sql.ts'
import { commitOf, noStream, rightOf } from '../../contract/commits.ts'
import { ask } from '../../postgres/shared.mjs'
import { useDatabase } from '../../support/postgres.ts'
import { counts } from '../../support/readModelRunner.ts'

const url = useDatabase()

let count = 0
let schema = ''
let name = ''
let queries = 0
beforeEach(() => {
  schema = `h${++count}`
  name = `hints_${count}`
})
let opened: Array<PostgresDatabase> = []
afterEach(async () => {
  await Promise.all(opened.map(({ close }) => close()))
  opened = []
})

/** A client that counts what it is asked. */
class CountingClient extends pg.Client {
  override query(...given: ReadonlyArray<never>): never {
    queries++
    return super.query(...(given as [never]))
  }
}

const open = async (options: PostgresOptions = {}): Promise<PostgresDatabase> => {
  const config = { connectionString: url(), application_name: name, Client: CountingClient }
  const database = rightOf(await openPostgres(config, { schema, connections: 4, ...options })())
  opened = [...opened, database]
  return database
}

let appends = 0
const append = async ({ store }: PostgresDatabase): Promise<number> => {
  const id = `c${++appends}`
  const [{ position }] = rightOf(await store.append(commitOf(id, id, noStream, 1))())
  return position
}

/** Keeps a read model in this database, while something happens. */
const keeping = async (
  database: PostgresDatabase,
  options: Partial<ReadModelLoopOptions>,
  work: (waitFor: (position: number) => Promise<void>) => Promise<void>,
): Promise<void> => {
  const tables = sqlReadModels(database, { schema })
  const runner = readModelRunner({ store: database.store, tables, models: [counts], now: Date.now })
  const stop = new AbortController()
  const loop = runner.loop({ signal: stop.signal, ...options })()
  try {
    await work(async (position) => {
      rightOf(await runner.waitFor(position, { timeout: 20_000 })())
    })
  } finally {
    stop.abort()
    await loop
  }
}

const listening = async (): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> =>
  ask(
    url(),
    `select pid from pg_stat_activity where application_name = $1 and query like 'listen %'`,
    [name],
  )

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(10)
}

/** Fails if there is no hint for a long time. */
const woken = (hint: Promise<void>): Promise<void> =>
  Promise.race([
    hint,
    sleep(20_000, undefined, { ref: false }).then(() => {
      throw new Error('no hint')
    }),
  ])

describe('on a server', () => {
  it('an append of another process is heard of, and one of its own', async () => {
    const [reader, writer] = [await open(), await open({ notify: true })]
    // it listens from now on
    await woken(reader.appended())
    for (const from of [writer, reader, writer]) {
      const all = [reader.appended(), reader.appended()]
      await append(from)
      await Promise.all(all.map(woken))
    }
    expect(await listening()).toHaveLength(1)
    // what is appended last is told, too
    const last = reader.appended()
    await append(writer)
    await writer.close()
    await woken(last)
  })

  it('nothing hangs if there are no notifications', async () => {
    const [reader, writer] = [await open(), await open({ notify: false })]
    await woken(reader.appended())
    let hints = 0
    const appended = () => reader.appended().then(() => hints++)
    await keeping(reader, { pollEvery: 100, appended }, async (waitFor) => {
      for (let i = 0; i < 3; i++) await waitFor(await append(writer))
    })
    expect(hints).toBe(0)
  })

  it('a connection that was cut listens again, and what it has not heard is looked for', async () => {
    const [reader, writer] = [await open(), await open({ notify: true })]
    await woken(reader.appended())
    const [before] = await listening()
    const lost = reader.appended()
    await writer.client.query('select pg_terminate_backend($1::int)', [before?.['pid']])
    await woken(lost)
    await woken(reader.appended())
    expect(await listening()).not.toStrictEqual([before])
    const next = reader.appended()
    await append(writer)
    await woken(next)
  })

  it('costs no queries, and no connection before it is used or behind a pooler', async () => {
    const [reader, pooled] = [await open(), await open({ pooler: true })]
    const own = pooled.appended()
    expect(await listening()).toHaveLength(0)
    await append(pooled)
    await woken(own)
    await keeping(reader, { pollEvery: 60_000, appended: reader.appended }, async (waitFor) => {
      await waitFor(1)
      await sleep(1_000)
      queries = 0
      await sleep(1_000)
      expect(queries).toBeLessThanOrEqual(2)
    })
    expect(await listening()).toHaveLength(1)
    await reader.close()
    await until(async () => (await listening()).length === 0)
  })
})

/** A server whose connections are lost when a test says so. */
const fakePool = () => {
  let connects = 0
  let heard = (_: string): void => {}
  let lose = (): void => {}
  let isDown = false
  const connection: PoolConnection = {
    query: () => Promise.resolve({ rows: [], command: 'LISTEN' }),
    on: (event, listener) => {
      if (event === 'notification') heard = (payload) => listener({ payload })
      if (event === 'end') lose = () => listener({})
    },
    release: () => {},
  }
  const pool: ConnectionPool = {
    connect: () => {
      connects++
      return isDown ? Promise.reject(new Error('down')) : Promise.resolve(connection)
    },
    on: () => {},
    end: () => Promise.resolve(),
  }
  return {
    pool,
    connects: () => connects,
    notify: (payload: string) => heard(payload),
    lose: () => lose(),
    setDown: (down: boolean) => {
      isDown = down
    },
  }
}

describe('hints', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const resolved = async (promise: Promise<void>): Promise<boolean> => {
    let isResolved = false
    void promise.then(() => (isResolved = true))
    await vi.advanceTimersByTimeAsync(0)
    return isResolved
  }

  it('others are told at most once in 10 ms, of the last append too, and failures are ignored', async () => {
    const notify = vi.fn(() => Promise.reject(new Error('gone')))
    const { stored, close } = appendHints({ schema: 's', notify, pool: undefined })
    stored()
    expect(notify.mock.calls).toStrictEqual([['decider_appended', 's']])
    for (let i = 0; i < 1_000; i++) {
      stored()
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(notify.mock.calls.length).toBeGreaterThan(50)
    expect(notify.mock.calls.length).toBeLessThanOrEqual(102)
    await vi.advanceTimersByTimeAsync(20)
    const before = notify.mock.calls.length
    await vi.advanceTimersByTimeAsync(1_000)
    expect(notify.mock.calls).toHaveLength(before)
    stored()
    stored()
    await close()
    expect(notify.mock.calls).toHaveLength(before + 2)
  })

  it('come from this schema, and after each connection', async () => {
    const { pool, notify, lose, connects } = fakePool()
    const { appended, close } = appendHints({ schema: 's', notify: undefined, pool: () => pool })
    expect(await resolved(appended())).toBe(true)
    const next = appended()
    notify('another')
    expect(await resolved(next)).toBe(false)
    notify('s')
    expect(await resolved(next)).toBe(true)
    const lost = appended()
    lose()
    expect(await resolved(lost)).toBe(true)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(connects()).toBe(2)
    await close()
    expect(await resolved(appended())).toBe(false)
    expect(connects()).toBe(2)
  })

  it('a server that is away is asked again, less and less often', async () => {
    const { pool, connects, setDown } = fakePool()
    setDown(true)
    const { appended, close } = appendHints({ schema: 's', notify: undefined, pool: () => pool })
    void appended()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(connects()).toBeGreaterThan(5)
    expect(connects()).toBeLessThan(12)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(connects()).toBeLessThan(14)
    setDown(false)
    const next = appended()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await resolved(next)).toBe(true)
    await close()
  })

  it('a promise that nobody fulfils is replaced in the end, so that waits do not pile up', async () => {
    const { appended, close } = appendHints({ schema: 's', notify: undefined, pool: undefined })
    const first = appended()
    for (let i = 0; i < 1_000; i++) void appended()
    expect(await resolved(first)).toBe(true)
    expect(await resolved(appended())).toBe(false)
    await close()
  })
})
