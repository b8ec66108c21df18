// Programs that keep a process manager are killed at random moments, mostly the one of two that owns it; the other takes over.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { right } from 'fp-ts/lib/Either.js'
import { openPostgres } from '../../dist/store/Postgres.js'
import {
  historyRecorder,
  readLog,
  recordReadModel,
  recordStore,
} from '../../dist/testing/history.js'
import { openArena, schema } from './arena.mjs'
import { newCrew } from './crew.mjs'
import { dice } from './dice.mjs'
import { arrivalsIn, askFor, judgeErrands, processName } from './errands.mjs'
import { startProxy } from './proxy.mjs'

const script = join(import.meta.dirname, 'errandsWorker.mjs')

/** The checkpoint that is stored, as a read model, whose state the checker of histories compares with the log. */
const storedCheckpoint = (client) => async () => {
  const text = `select epoch::int as epoch, checkpoint from ${schema}.decider_processes where name = $1`
  const { rows } = await client.query(text, [processName])
  const { position = 0, state = [] } = parsed(rows[0]?.checkpoint) ?? {}
  return right({ position, state, epoch: rows[0]?.epoch ?? 0 })
}
const parsed = (json) => (typeof json === 'string' ? JSON.parse(json) : json)

/** Waits until so many more commands have arrived, or for some seconds, and says who sent the last one. */
const lastSender = async (arrivals, more) => {
  const before = arrivalsIn(arrivals).length
  const end = Date.now() + 5_000
  for (;;) {
    const all = arrivalsIn(arrivals)
    if (all.length >= before + more || Date.now() > end) return all.at(-1)?.name
    await sleep(5)
  }
}

/** Kills the program that sends at a random moment, and now and then the other one, and starts another each time. */
const killOften = async ({ crew, proxy, draw, times, arrivals }) => {
  let cuts = 0
  for (let i = 0; i < times; i++) {
    const sender = await lastSender(arrivals, 1 + draw(10))
    await sleep(draw(15))
    if (draw(4) === 0) {
      proxy.cut(draw)
      cuts++
    }
    const others = crew.names().filter((name) => name !== sender)
    const isOther = others.length > 1 || draw(5) === 0
    const job = await crew.kill(isOther ? others[draw(others.length)] : sender)
    await crew.startAll([job])
  }
  return cuts
}

/** Waits until nothing is outstanding, or for a minute in which nothing happens. */
const settled = async (store, asked) => {
  let [head, end] = [0, Date.now() + 60_000]
  while (head < asked * 2 && Date.now() < end) {
    const page = rightOf(await store.readAll(0, 0)())
    if (page.head > head) [head, end] = [page.head, Date.now() + 60_000]
    await sleep(20)
  }
}

const rightOf = (answer) => {
  if (answer._tag === 'Left') throw new Error(JSON.stringify(answer.left))
  return answer.right
}

/** Waits a moment, and while many errands wait, or the programs would lag behind more and more. */
const pauseOf = (arrivals, draw) => async (asked) => {
  const isBehind = () => asked - new Set(arrivalsIn(arrivals).map(({ id }) => id)).size > 40
  do await sleep(draw(20))
  while (isBehind())
}

/** A database, two programs that may be killed behind a proxy, and a store that is reached without it. */
const inScene = async ({ server, seed }, run) => {
  const arena = await openArena(server.url)
  const proxy = await startProxy(arena.url)
  const crew = newCrew({ url: proxy.url, schema, seed }, 'p', script)
  const folder = mkdtempSync(join(tmpdir(), 'decider-errands-'))
  const database = rightOf(await openPostgres(arena.url, { schema, connections: 4 })())
  try {
    return await run({ ...database, proxy, crew, arrivals: join(folder, 'arrivals') })
  } finally {
    crew.remove()
    proxy.stop()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
    await arena.close()
  }
}

const recorded = (records) =>
  historyRecorder({
    process: 'asker',
    now: () => Number(process.hrtime.bigint()),
    write: (record) => records.push(record),
  })

/** Works on any server. */
export const errands = ({ server, seed, times, lease = 500 }) =>
  inScene({ server, seed }, async ({ store, client, proxy, crew, arrivals }) => {
    const draw = dice(seed, 'errands')
    const records = []
    const recorder = recorded(records)
    const job = { lease, saveEvery: 5, arrivals }
    await crew.startAll([job, job])
    let isOver = false
    const asking = askFor({
      store: recordStore(store, recorder, 'asker'),
      isOver: () => isOver,
      pause: pauseOf(arrivals, draw),
    })
    const look = recordReadModel(recorder, 'looker', processName, storedCheckpoint(client))
    const looking = (async () => {
      for (; !isOver; await sleep(draw(30))) await look()
    })()
    const cuts = await killOften({ crew, proxy, draw, times, arrivals })
    isOver = true
    const [asked] = await Promise.all([asking, looking])
    await settled(store, asked)
    await crew.stop()
    const log = rightOf(await readLog(store)())
    // the last one stores its checkpoint when it ends
    const { epoch } = rightOf(await look())
    records.push(...(await crew.histories()))
    const { isRight, faults, figures } = judgeErrands({ records, log, asked, arrivals })
    const answers = records.filter(({ type }) => type === 'Answered').length
    return { isRight, faults, figures: { kills: times, cuts, ...figures, epoch, answers } }
  })
