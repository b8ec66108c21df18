// Eight processes with eight callers each that decide on one stream, against 64 callers of one process on one stream:
// commands a second, the share of the slowest process, what was refused, and how long commands took.
// `node test/bench/rivals.mjs`; `CONNECTIONS` is how many each process has
import { fork } from 'node:child_process'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { commandHandler, lruCache } from '../../dist/shell/CommandHandler.js'
import { createSchema, sqlStore } from '../../dist/store/Sql.js'
import { createDatabase, sharedServer } from '../postgres/shared.mjs'
import { median } from './measure.mjs'

const seconds = Number(process.env.SECONDS ?? 6)
const rounds = Number(process.env.ROUNDS ?? 3)
const connections = Number(process.env.CONNECTIONS ?? 3)
const right = (value) => ({ _tag: 'Right', right: value })

const counter = {
  initialState: 0,
  decide: (command) => right([command]),
  evolve: (n) => n + 1,
  isTerminal: () => false,
}
const events = {
  types: ['LineAdded'],
  encode: (fact) => right({ type: 'LineAdded', schemaVersion: 1, data: fact.data }),
  decode: (encoded) => right({ type: 'LineAdded', data: encoded.data }),
}

/** Sends commands to one stream from so many callers, and counts those that were accepted and refused. */
const send = async (url, schema, callers, name, start = () => Promise.resolve()) => {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  const store = sqlStore(pool, { schema })
  const handle = commandHandler({ decider: counter, store, events, cache: lruCache(10) })
  await handle({ stream: `warm-${name}`, commitId: `warm-${name}`, commands: [{ data: {} }] })()
  await start()
  const end = Date.now() + seconds * 1_000
  const counts = { accepted: 0, refused: 0, took: [] }
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let n = 0; Date.now() < end; n++) {
        const start = performance.now()
        const commitId = `${name}-${caller}-${n}`
        const command = { type: 'LineAdded', data: { quantity: 2 } }
        const answer = await handle({ stream: 'hot', commitId, commands: [command] })()
        counts[answer._tag === 'Right' ? 'accepted' : 'refused']++
        counts.took.push(performance.now() - start)
      }
    }),
  )
  await pool.end()
  return counts
}

/** Processes that begin when all of them are ready. */
const inChildren = async (url, schema) => {
  const children = Array.from({ length: 8 }, (_, i) =>
    fork(fileURLToPath(import.meta.url), [url, schema, `p${i}`]),
  )
  const next = (child) => new Promise((resolve) => child.once('message', resolve))
  await Promise.all(children.map(next))
  const counts = Promise.all(children.map(next))
  for (const child of children) child.send('go')
  return counts
}

const main = async () => {
  const server = await sharedServer()
  const database = await createDatabase(server.url)
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  const measured = []
  for (let round = 0; round < rounds; round++) {
    for (const schema of [`one_${round}`, `eight_${round}`]) await createSchema(pool, { schema })()
    const one = await send(database.url, `one_${round}`, 64, 'one')
    const all = await inChildren(database.url, `eight_${round}`)
    const counts = all.map(({ accepted }) => accepted).sort((a, b) => a - b)
    const sum = counts.reduce((a, b) => a + b, 0)
    const refused = all.reduce((a, b) => a + b.refused, 0)
    const times = all.flatMap((each) => each.took).sort((a, b) => a - b)
    const took = (part) => Math.round(times[Math.ceil(part * times.length) - 1])
    measured.push({
      rate: sum / one.accepted,
      share: counts[0] / counts[7],
      refused,
      p99: took(0.99),
    })
    console.log(
      `one process ${Math.round(one.accepted / seconds)}/s, eight ${Math.round(sum / seconds)}/s (${(sum / one.accepted).toFixed(3)} ×),`,
      `slowest ${(counts[0] / counts[7]).toFixed(2)} of the fastest, ${refused} refused,`,
      `p50 ${took(0.5)} ms, p99 ${took(0.99)} ms, longest ${took(1)} ms; load ${loadavg()[0].toFixed(1)}`,
    )
  }
  const middle = (key) => median(measured.map((each) => each[key]))
  console.log(
    `medians: ${middle('rate').toFixed(3)} × (goal ≥ 0.1), slowest ${middle('share').toFixed(2)} (goal ≥ 0.5), refused ${middle('refused')}, p99 ${middle('p99')} ms`,
  )
  await pool.end()
  await database.drop()
  await server.stop()
}

const [, , url, schema, name] = process.argv
if (url === undefined) await main()
else {
  const start = () =>
    new Promise((resolve) => {
      process.once('message', resolve)
      process.send('ready')
    })
  process.send(await send(url, schema, 8, name, start))
  process.disconnect()
}
