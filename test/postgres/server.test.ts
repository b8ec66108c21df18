// The servers that tests start do what tests rely on.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { left } from 'fp-ts/lib/Either.js'
import { openPostgres } from '../../src/store/Postgres.ts'
import { showFailure } from '../../src/store/showFailure.ts'
import { commitOf, everything, leftOf, noStream, rightOf } from '../contract/commits.ts'
import { serverUrl } from '../support/postgres.ts'
import type { Server } from './server.mjs'
import { startServer } from './server.mjs'
import { ask, createDatabase, sharedServer } from './shared.mjs'

/** Waits for something that happens soon. */
const until = async (holds: () => unknown): Promise<void> => {
  while (!(await holds())) await new Promise((resume) => setTimeout(resume, 20))
}

/** Runs a program that imports the server, in a process of its own. */
const program = (text: string, env: NodeJS.ProcessEnv = {}) => {
  const module = fileURLToPath(new URL('server.mjs', import.meta.url))
  const script = `import { startServer } from '${module}'\n${text}`
  return spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a server of its own', () => {
  let server: Server
  beforeAll(async () => {
    server = await startServer({ settings: { max_connections: 12 } })
    await ask(server.url, 'create table kept (n int)')
  })
  afterAll(() => server.stop())

  it('waits for the disk, and has the settings that it was given', async () => {
    const setting = async (name: string) => (await ask(server.url, `show ${name}`))[0]?.[name]
    expect(await setting('fsync')).toBe('on')
    expect(await setting('synchronous_commit')).toBe('on')
    expect(await setting('max_connections')).toBe('12')
    // so that a statement that forgets the collation of a column is noticed
    const order = await ask(
      server.url,
      "select array_agg(c order by c) o from unnest('{b,A,B,a}'::text[]) c",
    )
    expect(order).toStrictEqual([{ o: ['a', 'A', 'b', 'B'] }])
  })

  it('asks for the password', async () => {
    const refused = ask(server.urlOf('postgres', 'postgres', 'guessed'), 'select 1')
    await expect(refused).rejects.toMatchObject({ code: '28P01' })
  })

  it('killed and started again, it has the same address and what was committed', async () => {
    await ask(server.url, 'insert into kept values (1)')
    const before = server.pid()
    await server.kill()
    await expect(ask(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await server.start()
    expect(server.pid()).not.toBe(before)
    expect(await ask(server.url, 'select n from kept')).toStrictEqual([{ n: 1 }])
    expect(server.log()).toContain('was not properly shut down')
  })

  it('a store on it loses nothing when it is killed while appends are under way', async () => {
    const { store, close } = rightOf(await openPostgres(server.url, { connections: 4 })())
    rightOf(await store.append(commitOf('before', 'before', noStream, 1))())
    const sent = Array.from({ length: 200 }, (_, i) =>
      store.append(commitOf(`s${i}`, `c${i}`, noStream, 1))(),
    )
    await sent[0]
    await server.kill()
    const down = await store.load('before', 0, { timeout: 200 })()
    expect(down).toMatchObject(left({ type: 'GivenUp', reason: 'TimedOut' }))
    await server.start()
    for (const each of await Promise.all(sent)) rightOf(each)
    expect(await everything(store)).toHaveLength(201)
    await close()
  })

  it('has a standby, which follows it and takes no writes', async () => {
    const standby = await server.standby()
    await ask(server.url, 'insert into kept values (2)')
    await until(async () => (await ask(standby.url, 'select n from kept')).length === 2)
    const refused = ask(standby.url, 'insert into kept values (3)')
    await expect(refused).rejects.toMatchObject({ code: '25006' })
    // a store there can be read
    const { store, close } = rightOf(await openPostgres(standby.url, { connections: 2 })())
    expect(await everything(store)).toHaveLength(201)
    expect(showFailure(leftOf(await store.append(commitOf('a', 'a', noStream, 1))()))).toMatch(
      /it is a standby.*: cannot execute UPDATE in a read-only transaction \(25006\); connect to the primary/,
    )
    await close()
    await standby.stop()
    expect(existsSync(standby.data)).toBe(false)
  })
})

it('a disk of a given size fills up', async () => {
  const server = await startServer({ diskSize: 48 * 2 ** 20 })
  // not logged: a server that finds no room for its log ends at once, which happens where no checkpoint comes in time
  await ask(server.url, 'create unlogged table filling (t text)')
  const row = "insert into filling select repeat('x', 1000) from generate_series(1, 1000)"
  const { store, close } = rightOf(await openPostgres(server.url, { connections: 2 })())
  let error: unknown
  while (error === undefined) await ask(server.url, row).catch((cause: unknown) => (error = cause))
  expect(error).toMatchObject({
    message: expect.stringMatching(/^could not extend file/) as string,
  })
  // a store there says so, and goes on once there is room
  const large = commitOf('a', 'a', noStream, 4_000)
  const refused = leftOf(await store.append(large)())
  expect(refused).toMatchObject({ type: 'StoreUnavailable', operation: 'append' })
  expect(showFailure(refused)).toMatch(/the disk is full: could not extend file.*; free some space/)
  await ask(server.url, 'drop table filling')
  rightOf(await store.append(large)())
  await close()
  await server.stop()
  expect(existsSync(server.data)).toBe(false)
})

it('ends with the process that started it, also where that is killed', async () => {
  const owner = program(`
    const server = await startServer()
    console.log(JSON.stringify([server.pid(), server.data]))
    setInterval(() => {}, 1_000)`)
  const [text] = (await once(owner.stdout, 'data')) as [Buffer]
  const [pid, data] = JSON.parse(String(text)) as [number, string]
  expect([isRunning(pid), existsSync(data)]).toStrictEqual([true, true])
  owner.kill('SIGKILL')
  await until(() => !isRunning(pid) && !existsSync(data))
})

it('says what to do where it does not start', async () => {
  const broken = program('await startServer()', { POSTGRES_BIN: '/nowhere' })
  const said: Array<string> = []
  broken.stderr.on('data', (chunk) => said.push(String(chunk)))
  const [code] = (await once(broken, 'close')) as [number]
  expect(code).toBe(1)
  expect(said.join('')).toContain('PostgreSQL does not start. DATABASE_URL can name a server')
})

it('the shared server is that of DATABASE_URL where it is set', async () => {
  const before = process.env['DATABASE_URL']
  process.env['DATABASE_URL'] = await serverUrl()
  const { url, stop } = await sharedServer()
  expect(url).toBe(await serverUrl())
  await stop()
  if (before === undefined) delete process.env['DATABASE_URL']
  else process.env['DATABASE_URL'] = before
  // it still runs
  const database = await createDatabase(url)
  expect(
    await ask(database.url, 'select current_database() = $1 as own', [
      new URL(database.url).pathname.slice(1),
    ]),
  ).toStrictEqual([{ own: true }])
  await database.drop()
  await expect(ask(database.url, 'select 1')).rejects.toMatchObject({ code: '3D000' })
})
