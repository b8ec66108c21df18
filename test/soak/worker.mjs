// A process of a soak: writers, readers that follow, an owner of the read model, and somebody who looks at its
// table. Everything is recorded in a file as it happens. It ends when its standard input does, and then writes one
// line of figures.
import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { left, right } from 'fp-ts/lib/Either.js'
import { commandHandler, lruCache } from '../../dist/shell/CommandHandler.js'
import { readModelRunner } from '../../dist/shell/ReadModelRunner.js'
import { openPostgres } from '../../dist/store/Postgres.js'
import { sqlReadModels } from '../../dist/store/Sql.js'
import {
  historyLine,
  historyRecorder,
  recordReadModel,
  recordReceived,
  recordStore,
} from '../../dist/testing/history.js'
import { commitIdOf, counter, counts, lookAt, stateOf } from './counter.mjs'
import { dice } from './dice.mjs'

const { url, schema, name, history, seed, writers, streams, pause, readers, lease, looks } =
  JSON.parse(process.argv[2])

const stop = new AbortController()
process.stdin.on('end', () => stop.abort())
const isOver = () => stop.signal.aborted

const file = openSync(history, 'a')
const recorder = historyRecorder({
  process: name,
  now: () => Number(process.hrtime.bigint()),
  write: (record) => writeSync(file, `${historyLine(record)}\n`),
})

/** Does something until it succeeds: the server may be away. */
const insist = async (task) => {
  for (;;) {
    const done = await task()
    if (done._tag === 'Right' || isOver()) return done
    await sleep(20)
  }
}

const opened = await insist(openPostgres(url, { schema, connections: 6 }))
if (opened._tag === 'Left') process.exit(0)
const database = opened.right
const figures = { name, commands: 0, failures: {} }
const count = (type) => {
  figures.failures[type] = (figures.failures[type] ?? 0) + 1
}

const handle = commandHandler({
  decider: counter,
  store: recordStore(database.store, recorder, 'writers'),
  cache: lruCache(1_000),
})

/** Sends one command after the other, each as often as it takes, with the same id. */
const write = async (writer) => {
  const draw = dice(seed, `${name} ${writer}`)
  for (let n = 0; !isOver(); n++) {
    const add = 1 + draw(2)
    const commitId = commitIdOf(`${name}-${writer}`, n, add)
    const stream = streams[draw(streams.length)]
    for (;;) {
      const done = await handle({ stream, commitId, commands: [{ add }] })()
      if (done._tag === 'Right') {
        figures.commands++
        break
      }
      count(done.left.type)
      if (isOver()) return
    }
    if (pause > 0) await sleep(draw(pause))
  }
}

/** Follows the log, each time after what it has got. */
const follow = async (reader) => {
  const store = recordStore(database.store, recorder, reader)
  const draw = dice(seed, `${name} ${reader}`)
  for (let after = 0; !isOver();) {
    const page = await store.readAll(after, 1 + draw(500))()
    if (page._tag === 'Left') count('NotRead')
    else {
      recordReceived(recorder, `${name} ${reader}`, after, page.right)
      after = page.right.end
    }
    if (page._tag === 'Left' || page.right.end === page.right.head) await sleep(draw(20))
  }
}

const own = async () => {
  const tables = sqlReadModels(database, { schema })
  const options = { store: database.store, tables, models: [counts], now: Date.now, lease }
  const runner = readModelRunner({ ...options, pageSize: 100 })
  await runner.loop({
    signal: stop.signal,
    pollEvery: 10,
    onProblem: (_, { type }) => count(`ReadModel ${type}`),
  })()
}

const look = async () => {
  const read = recordReadModel(recorder, 'looker', 'counts', async () => {
    try {
      const { rows } = await database.client.query(lookAt(schema), [])
      return right({ position: Number(rows[0].position), state: stateOf(rows[0]) })
    } catch (cause) {
      return left(cause)
    }
  })
  const draw = dice(seed, `${name} looker`)
  while (!isOver()) {
    await read()
    await sleep(draw(100))
  }
}

process.stdout.write('ready\n')
// all begin at the same time
await new Promise((begin) => process.stdin.once('data', begin))
process.stdin.resume()
await Promise.all([
  ...Array.from({ length: writers }, (_, i) => write(i)),
  ...Array.from({ length: readers }, (_, i) => follow(`reader${i}`)),
  ...(lease === 0 ? [] : [own()]),
  ...(looks ? [look()] : []),
])
await database.close()
process.stdout.write(`${JSON.stringify(figures)}\n`)
