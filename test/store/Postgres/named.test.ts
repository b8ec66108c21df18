// Statements that have a name answer as those of the driver do, whether they are sent for the first time or again.
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PoolConnection, PostgresDriver } from '../../../src/store/Postgres/driver.ts'
import { typeParsers } from '../../../src/store/Postgres/driver.ts'
import { namedStatements } from '../../../src/store/Postgres/named.ts'
import { useDatabase } from '../../support/postgres.ts'

const url = useDatabase()

/** How often each message was sent to the server. */
let messages: Record<'parse' | 'describe', number>
let clients: Array<pg.Client> = []
beforeEach(() => {
  messages = { parse: 0, describe: 0 }
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  clients = []
})

type Counted = Record<'parse' | 'describe', (message: object) => void>

const connect = async (config: object = {}): Promise<PoolConnection> => {
  const types = typeParsers(pg as unknown as PostgresDriver)
  const client = new pg.Client({ connectionString: url(), types, ...config })
  clients = [...clients, client]
  await client.connect()
  const { connection } = client as unknown as { readonly connection: Counted }
  for (const name of ['parse', 'describe'] as const) {
    const send = connection[name].bind(connection)
    connection[name] = (message) => {
      messages[name]++
      send(message)
    }
  }
  return client as unknown as PoolConnection
}

const text = 'select $1::text as name, $2::int8 as number, $3::bool as yes'

describe('a statement that has a name', () => {
  it('is parsed and described once, and gives the same rows', async () => {
    const [run, connection] = [namedStatements(), await connect()]
    for (let i = 0; i < 3; i++) {
      const { rows } = await run(connection, 'a', text, ['é"\\', 9_007_199_254_740_993n, null])
      expect(rows).toStrictEqual([{ name: 'é"\\', number: 9_007_199_254_740_993n, yes: null }])
      const other = await run(connection, 'a', text, [undefined, i, true])
      expect(other.rows).toStrictEqual([{ name: null, number: i, yes: true }])
    }
    expect(messages).toStrictEqual({ parse: 1, describe: 1 })
  })

  it('gives any number of rows', async () => {
    const [run, connection] = [namedStatements(), await connect()]
    const many = 'select n, n * 2 as twice from generate_series(1, $1::int) n'
    for (const count of [0, 3, 0, 1]) {
      const { rows } = await run(connection, 'many', many, [count])
      expect(rows).toStrictEqual(
        Array.from({ length: count }, (_, i) => ({ n: i + 1, twice: 2 * i + 2 })),
      )
    }
    const { rows } = await run(connection, 'nothing', 'do $$ begin end $$', [])
    expect(rows).toStrictEqual([])
  })

  it('is one for each connection', async () => {
    const run = namedStatements()
    for (const connection of [await connect(), await connect()]) {
      for (let i = 0; i < 2; i++) {
        const { rows } = await run(connection, 'a', text, ['x', 1, false])
        expect(rows).toStrictEqual([{ name: 'x', number: 1, yes: false }])
      }
    }
    expect(messages.parse).toBe(2)
  })

  it('fails with the error of the server, and can be sent again', async () => {
    const [run, connection] = [namedStatements(), await connect()]
    const divide = 'select 1 / $1::int as one'
    await run(connection, 'divide', divide, [1])
    for (let i = 0; i < 2; i++) {
      await expect(run(connection, 'divide', divide, [0])).rejects.toMatchObject({ code: '22012' })
      const { rows } = await run(connection, 'divide', divide, [1])
      expect(rows).toStrictEqual([{ one: 1 }])
    }
    // by the driver, not by the server
    await expect(run(connection, 'divide', 'select 2 as two', [])).rejects.toThrow(/unique/)
    expect(messages.parse).toBe(1)
  })

  it('fails if its values cannot be sent or its rows cannot be read, and the connection goes on', async () => {
    const [run, connection] = [namedStatements(), await connect()]
    await run(connection, 'a', text, ['x', 1, true])
    const unsendable = { toString: () => 'x'.repeat(2 ** 29) } // longer than a string may be
    const fine = run(connection, 'a', text, ['y', 2, true])
    await expect(run(connection, 'a', text, [unsendable, 1, true])).rejects.toThrow(/length/)
    expect((await fine).rows).toStrictEqual([{ name: 'y', number: 2, yes: true }])
    const { rows } = await run(connection, 'a', text, ['x', 1, true])
    expect(rows).toStrictEqual([{ name: 'x', number: 1, yes: true }])

    const unreadable = () => {
      throw new Error('unreadable')
    }
    const other = await connect({ types: { getTypeParser: () => unreadable } })
    const one = 'select $1::int as one'
    await run(other, 'one', one, [null])
    await expect(run(other, 'one', one, [1])).rejects.toThrow('unreadable')
    expect((await run(other, 'one', one, [null])).rows).toStrictEqual([{ one: null }])
  })

  it('fails if the connection is lost while it runs, and after that', async () => {
    const [run, connection] = [namedStatements(), await connect()]
    connection.on('error', () => {})
    const sleep = 'select pg_sleep($1)'
    await run(connection, 'sleep', sleep, [0])
    const running = run(connection, 'sleep', sleep, [60])
    const { stream } = connection.connection as unknown as {
      readonly stream: { readonly destroy: () => void }
    }
    stream.destroy()
    await expect(running).rejects.toThrow(/Connection terminated/)
    await expect(run(connection, 'sleep', sleep, [0])).rejects.toThrow(/not queryable/)
  })

  it('fails at the time limit of the driver', async () => {
    const [run, connection] = [namedStatements(), await connect({ query_timeout: 200 })]
    await run(connection, 'sleep', 'select pg_sleep($1)', [0])
    const late = run(connection, 'sleep', 'select pg_sleep($1)', [0.5])
    await expect(late).rejects.toThrow('Query read timeout')
  })

  it('fails if a client that somebody has wrapped refuses it', async () => {
    const [run, connection] = [namedStatements(), await connect()]
    await run(connection, 'a', text, ['x', 1, true])
    const refuse = () => Promise.reject(new Error('refused'))
    Object.assign(connection, { query: refuse })
    await expect(run(connection, 'a', text, ['x', 1, true])).rejects.toThrow('refused')
  })

  it('is left to a driver that sends several statements at once, or another one', async () => {
    const run = namedStatements()
    let asked = 0
    const other: PoolConnection = {
      query: () => {
        asked++
        return Promise.resolve({ rows: [], command: 'SELECT', fields: [] })
      },
      on: () => {},
      release: () => {},
    }
    const pipelined: PoolConnection = { ...other, pipeline: true, connection: { bind: () => {} } }
    for (const connection of [other, pipelined, other, pipelined]) {
      expect(await run(connection, 'a', text, ['x', 1, true])).toMatchObject({ rows: [] })
    }
    expect(asked).toBe(4)
  })
})
