// A program that keeps the process of errands, until its standard input ends. What it does is recorded in a file as it
// happens.
import { openSync, writeSync } from 'node:fs'
import { openPostgres } from '../../dist/store/Postgres.js'
import { sqlCheckpoints } from '../../dist/store/Sql.js'
import { historyLine, historyRecorder, recordStore } from '../../dist/testing/history.js'
import { dice } from './dice.mjs'
import { keepErrands } from './errands.mjs'

const { url, schema, name, history, seed, ...job } = JSON.parse(process.argv[2])
const stop = new AbortController()
process.stdin.on('end', () => stop.abort())
const file = openSync(history, 'a')
const recorder = historyRecorder({
  process: name,
  now: () => Number(process.hrtime.bigint()),
  write: (record) => writeSync(file, `${historyLine(record)}\n`),
})
const failures = {}
const count = (type) => {
  failures[type] = (failures[type] ?? 0) + 1
}

process.stdout.write('ready\n')
await new Promise((begin) => process.stdin.once('data', begin))
process.stdin.resume()
while (!stop.signal.aborted) {
  const opened = await openPostgres(url, { schema, connections: 4 })()
  if (opened._tag === 'Left') continue
  const { store, client, close } = opened.right
  const ended = await keepErrands({
    store: recordStore(store, recorder, 'keeper'),
    checkpoints: sqlCheckpoints(client, { schema }),
    name,
    draw: dice(seed, name),
    signal: stop.signal,
    count,
    ...job,
  })
  // only a fault ends it before it is stopped
  if (ended._tag === 'Left') console.error(name, ended.left)
  await close()
}
process.stdout.write(`${JSON.stringify({ name, failures })}\n`)
