// Connections that are lost in the moment in which a pool lends them, with a server that says just that.
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectionsOf } from '../../../src/store/Sql/pool.ts'
import { sqlCheckpoints, sqlReadModels, sqlSnapshots, sqlStore } from '../../../src/store/Sql.ts'

/** A message of the protocol: its letter, its length and its fields. */
const message = (letter: string, fields: Buffer): Buffer => {
  const head = Buffer.from(`${letter}....`)
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}
const welcome = message('R', Buffer.alloc(4))
const ready = message('Z', Buffer.from('I'))
const done = message('C', Buffer.from('SELECT 0\0'))
const terminated = message('E', Buffer.from('SFATAL\0C57P01\0Mterminated\0\0'))

let server: Server
let uncaught: Array<unknown>
let answers: ReadonlyArray<Buffer>
const hear = (error: unknown): unknown => uncaught.push(error)

/** Answers each call, which is one packet, with all messages of the next answer in one packet. */
const serve = (socket: Socket): void => {
  socket.on('error', () => {})
  socket.on('data', () => {
    const [answer, ...later] = answers
    answers = later
    if (answer !== undefined) socket.write(answer)
  })
}

beforeEach(async () => {
  uncaught = []
  process.on('uncaughtException', hear)
  server = createServer(serve)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  process.off('uncaughtException', hear)
  server.close()
})

const newPool = (): pg.Pool =>
  new pg.Pool({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, max: 2 })

const lend = (pool: pg.Pool): Promise<string> => {
  const connections = connectionsOf(pool) ?? expect.fail('no connections')
  return connections.lend((connection) =>
    connection.query('select', []).then(
      () => 'answered',
      () => 'refused',
    ),
  )
}

describe('a connection that is lost as it is lent', () => {
  it.each<[string, (client: pg.Pool) => unknown]>([
    ['sqlStore', (client) => sqlStore(client)],
    ['sqlSnapshots', (client) => sqlSnapshots(client)],
    ['sqlCheckpoints', (client) => sqlCheckpoints(client)],
    ['sqlReadModels', (client) => sqlReadModels({ client, transaction: () => expect.fail() })],
  ])('does not end the process where it is new (%s)', async (_, give) => {
    answers = [Buffer.concat([welcome, ready, terminated])]
    const pool = newPool()
    give(pool)
    expect(await lend(pool)).toBe('refused')
    expect(uncaught).toStrictEqual([])
    await pool.end()
  })

  it('does not end the process where the pool had it before the store was made', async () => {
    const start = Buffer.concat([welcome, ready])
    answers = [start, start, Buffer.concat([done, ready, terminated])]
    const pool = newPool()
    const [first, second] = await Promise.all([pool.connect(), pool.connect()])
    sqlStore(pool)
    const waiting = lend(pool)
    // released while its last answer is read
    first.query('select', () => first.release())
    expect(await waiting).toBe('refused')
    expect(uncaught).toStrictEqual([])
    second.release()
    await pool.end()
  })
})
