// A process of callers who want seats. What it is told is noted in a file as it happens. It ends when its standard
// input does.
import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPostgres } from '../../dist/store/Postgres.js'
import { dice } from './dice.mjs'
import { callSeats } from './seats.mjs'

const { url, schema, name, notes, seed } = JSON.parse(process.argv[2])
let over = false
const isOver = () => over
process.stdin.on('end', () => (over = true))
process.stdin.resume()
const file = openSync(notes, 'a')
const note = (one) => writeSync(file, `${JSON.stringify(one)}\n`)
for (;;) {
  const opened = await openPostgres(url, { schema, connections: 4 })()
  if (opened._tag === 'Right') {
    process.stdout.write('ready\n')
    await callSeats({ store: opened.right.store, name, draw: dice(seed, name), isOver, note })
    await opened.right.close()
    break
  }
  if (isOver()) break
  await sleep(50)
}
