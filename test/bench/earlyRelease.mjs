// What releasing the writers' lock before the flush would bring: an append commits with synchronous_commit off, and is
// acknowledged after a second, empty commit has flushed the log. With fsync as it is, and with flushes that take 2 ms
// longer (commit_delay, which the leader of a group of commits sleeps while it holds the lock of the log).
// `node test/bench/earlyRelease.mjs`
import { loadavg } from 'node:os'
import pg from 'pg'
import { createSchema, sqlStore } from '../../dist/store/Sql.js'
import { createDatabase, sharedServer } from '../postgres/shared.mjs'
import { median } from './measure.mjs'

const slice = Number(process.env.SLICE ?? 500)
const rounds = Number(process.env.ROUNDS ?? 9)

const server = await sharedServer()
const database = await createDatabase(server.url)
const admin = new pg.Client({ connectionString: database.url })
await admin.connect()
const schema = 'log'
const created = await createSchema(admin, { schema })()
if (created._tag === 'Left') throw new Error(JSON.stringify(created.left))

const poolOf = (options) => new pg.Pool({ connectionString: database.url, max: 4, options })
const flush = "select pg_logical_emit_message(true, 'decider', '')"

/** A client as the store uses it, which releases the lock early. */
const early = () => {
  const lazy = poolOf('-c synchronous_commit=off')
  const waiting = poolOf()
  return {
    query: async (text, params) => {
      const answer = await lazy.query(text, params)
      await waiting.query(flush)
      return answer
    },
    end: () => Promise.all([lazy.end(), waiting.end()]),
  }
}
const clients = { now: () => poolOf(), now_again: () => poolOf(), early }

let ids = 0
/** Appends from so many callers of each of so many stores: appends a second. */
const rate = async (stores, callers) => {
  const end = performance.now() + slice
  let appended = 0
  const call = async (store) => {
    while (performance.now() < end) {
      const id = `c${++ids}`
      const answer = await store.append({
        stream: id,
        expected: { type: 'NoStream' },
        commitId: id,
        events: [
          { event: { type: 'LineAdded', schemaVersion: 1, data: { quantity: 2 } }, actor: 'ann' },
        ],
      })()
      if (answer._tag === 'Left') throw new Error(JSON.stringify(answer.left))
      appended++
    }
  }
  await Promise.all(stores.flatMap((store) => Array.from({ length: callers }, () => call(store))))
  return (appended / slice) * 1000
}

for (const delay of [0, 2_000]) {
  await admin.query(`alter system set commit_delay = ${delay}`)
  await admin.query('alter system set commit_siblings = 0')
  await admin.query('select pg_reload_conf()')
  for (const [what, processes, callers] of [
    ['one caller', 1, 1],
    ['64 callers of one store', 1, 64],
    ['8 callers of each of 8 stores', 8, 8],
  ]) {
    const made = Object.entries(clients).map(([name, make]) => {
      const own = Array.from({ length: processes }, make)
      return { name, own, stores: own.map((client) => sqlStore(client, { schema })), rates: [] }
    })
    for (let round = 0; round <= rounds; round++) {
      for (const { stores, rates } of made) {
        const measured = await rate(stores, callers)
        if (round > 0) rates.push(measured)
      }
    }
    const [now, again, released] = made.map(({ rates }) => rates)
    const against = (rates) => median(rates.map((each, i) => each / now[i])).toFixed(2)
    console.log(
      `flush + ${delay / 1000} ms, ${what}: ${Math.round(median(now))}/s;`,
      `early release ${against(released)} × (the same again ${against(again)} ×; load ${loadavg()[0].toFixed(1)})`,
    )
    for (const { own } of made) await Promise.all(own.map((client) => client.end()))
  }
}
await admin.query('alter system reset commit_delay')
await admin.query('alter system reset commit_siblings')
await admin.query('select pg_reload_conf()')
await admin.end()
await database.drop()
await server.stop()
