// Loading a stream of 1,000,000 events with a snapshot, against loading one of 10 without: what a handler does
// before it decides, and a whole command. In memory, on PGlite and on PostgreSQL.
import assert from 'node:assert'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as t from 'io-ts'
import { codec, eventCodec } from '../../dist/codec/IoTs.js'
import { commandHandler, lruCache } from '../../dist/shell/CommandHandler.js'
import { everyEvents } from '../../dist/shell/Snapshots.js'
import { withCodec } from '../../dist/store/Encoded.js'
import { memorySnapshots, openMemory } from '../../dist/store/Memory.js'
import { openPGlite } from '../../dist/store/PGlite.js'
import { openPostgres } from '../../dist/store/Postgres.js'
import { sqlSnapshots } from '../../dist/store/Sql.js'
import { createDatabase, sharedServer } from '../postgres/shared.mjs'
import { median, ratio, turns } from './measure.mjs'

const perCommit = 1_000
const rounds = 15
const inRound = 20

const decider = {
  initialState: { events: 0, sum: 0 },
  decide: ({ by }) => ({ _tag: 'Right', right: by.map((n) => ({ type: 'Counted', by: n })) }),
  evolve: ({ events, sum }, { by }) => ({ events: events + 1, sum: sum + by }),
  isTerminal: () => false,
}
const counted = eventCodec({ Counted: { by: t.number } })
const state = codec(t.type({ events: t.number, sum: t.number }))
const thousand = Array.from({ length: perCommit }, (_, i) => i)
const ten = thousand.slice(0, 10)

const rightOf = (either) => {
  assert.strictEqual(either._tag, 'Right', JSON.stringify(either))
  return either.right
}

// a turn of the event loop after each, as in a server: snapshots are saved between requests
const times = (run) => async () => {
  for (let i = 0; i < inRound; i++) {
    await run()
    await new Promise((resume) => setImmediate(resume))
  }
}

let ids = 0
const send = async (handle, stream, by) =>
  rightOf(await handle({ stream, commitId: `c${++ids}`, commands: [{ type: 'Count', by }] })())

/** Handlers of new processes, which have no state cached, and one that writes long streams. */
const handlers = (store, snapshots, events) => {
  const options = (every) => ({
    store: snapshots,
    codec: state,
    evolveVersion: '1',
    policy: everyEvents(every),
    onFailure: (failure) => assert.fail(JSON.stringify(failure)),
  })
  const parts = { decider, store, events: counted }
  return {
    plain: () => commandHandler(parts),
    writer: commandHandler({
      ...parts,
      optimistic: true,
      cache: lruCache(1),
      snapshots: options(events),
    }),
    withSnapshots: () => commandHandler({ ...parts, snapshots: options(10) }),
  }
}

const measured = async (engine, store, kept, events) => {
  let fingerprint
  const snapshots = {
    load: kept.load,
    save: (snapshot) => {
      fingerprint = snapshot.fingerprint
      return kept.save(snapshot)
    },
  }
  const { plain, writer, withSnapshots } = handlers(store, snapshots, events)
  for (let stored = 0; stored < events; stored += perCommit) await send(writer, 'long', thousand)
  // saved at the last event, as the policy of the writer says
  while (fingerprint === undefined) await new Promise((resume) => setTimeout(resume, 10))
  await new Promise((resume) => setTimeout(resume, 100))

  const shorts = Array.from({ length: (rounds + 1) * inRound + 1 }, (_, i) => `short-${i}`)
  for (const short of shorts) await send(writer, short, ten)
  const typed = withCodec(counted)(store)
  const loads = await turns(
    {
      ten: times(async () => {
        const loaded = rightOf(await typed.load(shorts[0])())
        loaded.reduce((folded, { event }) => decider.evolve(folded, event), decider.initialState)
      }),
      snapshot: times(async () => {
        const snapshot = rightOf(await snapshots.load('long', fingerprint)()).value
        rightOf(state.decode(snapshot.state))
        rightOf(await typed.load('long', snapshot.version - 1)())
      }),
    },
    rounds,
  )
  const commands = await turns(
    {
      ten: times(() => send(plain(), shorts.pop(), [1])),
      snapshot: times(() => send(withSnapshots(), 'long', [1])),
    },
    rounds,
  )
  const row = (what, taken, limit) => ({
    what: `${what} on a stream of ${events.toLocaleString('en')} events with a snapshot, ${engine}`,
    value: `${(median(taken.snapshot) / inRound).toFixed(3)} ms`,
    against: 'one of 10',
    ratio: ratio(taken, 'snapshot', 'ten'),
    limit,
  })
  return [row('loading', loads, 2), row('a command', commands, 2)]
}

const onPGlite = async (events) => {
  const directory = mkdtempSync(join(tmpdir(), 'snapshots-'))
  const opened = rightOf(await openPGlite(join(directory, 'data'))())
  try {
    return await measured('on PGlite', opened.store, sqlSnapshots(opened.client), events)
  } finally {
    await opened.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

const onPostgres = async (events) => {
  const server = await sharedServer()
  const database = await createDatabase(server.url)
  const opened = rightOf(await openPostgres(database.url)())
  try {
    return await measured('on PostgreSQL', opened.store, sqlSnapshots(opened.client), events)
  } finally {
    await opened.close()
    await database.drop()
    await server.stop()
  }
}

export const snapshotRows = async (events = 1_000_000) => {
  const memory = rightOf(await openMemory()())
  const inMemory = await measured('in memory', memory.store, memorySnapshots(), events)
  return [...inMemory, ...(await onPGlite(events)), ...(await onPostgres(events))]
}
