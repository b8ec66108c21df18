// A process of its own on the built package, for the tests that need more than one or that kill
// one. Takes one command a line, as JSON, and answers each with a line of JSON.
import fs, { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { lockWithin } from '../../dist/store/PGlite/directoryLock.js'
import { openPGlite } from '../../dist/store/PGlite.js'

// a hundredth of what it is for users
const lockDirectory = lockWithin({ beat: 10, lease: 100 })

const answer = (value) => process.stdout.write(JSON.stringify(value) + '\n')
let give = async () => undefined
let database

const take = ({ _tag, left, right }) => {
  if (_tag === 'Left') return { refused: left }
  give = right.close ?? right.release
  database = right
  return { owner: process.pid }
}

const commit = (n, events) => ({
  stream: `s${n % 3}`,
  expected: { type: 'Any' },
  commitId: `c${n}`,
  events: Array.from({ length: events }, () => ({
    occurredAt: 0,
    event: { type: 'Noted', schemaVersion: 1, data: { n } },
  })),
})

/** Stops this process after so many more changes of a file, before it looks whether it may make the next. */
const stopAfter = (changes) => {
  const { writeSync } = fs
  let made = 0
  fs.writeSync = (...args) => {
    const written = writeSync(...args)
    if (++made === changes) {
      writeSync(process.stdout.fd, '"stopped"\n')
      process.kill(process.pid, 'SIGSTOP')
    }
    return written
  }
}

const commands = {
  lock: async ({ directory }) => take(await lockDirectory(directory)()),
  check: () => database.check(),
  open: async ({ directory, takeOver }) => take(await openPGlite(directory, { takeOver })()),
  // nothing else has a turn meanwhile
  spin: ({ for: milliseconds }) => {
    const end = performance.now() + milliseconds
    while (performance.now() < end);
    return 'spun'
  },
  close: async () => {
    await give()
    return 'closed'
  },
  // reads and writes a number, a task that nobody else must do meanwhile
  count: async ({ directory, file, times }) => {
    for (let done = 0; done < times;) {
      const { _tag, right } = await lockDirectory(directory)()
      if (_tag === 'Left') continue
      const n = Number(readFileSync(file, 'utf8'))
      await new Promise((resume) => setTimeout(resume))
      writeFileSync(file, String(n + 1))
      done++
      await right.release()
    }
    return 'counted'
  },
  // in one statement
  appendOne: async ({ n, events, stopAfter: changes }) => {
    if (changes !== undefined) stopAfter(changes)
    const { _tag, left } = await database.store.append(commit(n, events))()
    return _tag === 'Right' ? { acknowledged: n } : left
  },
  // appends until it is killed, and says what was acknowledged
  append: async () => {
    for (let n = 1; ; n++) {
      const { _tag, left } = await database.store.append(commit(n, 3))()
      answer(_tag === 'Right' ? { acknowledged: n } : left)
    }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  if (command.do === 'end') process.stdin.destroy()
  if (command.do === 'end') break
  answer(await commands[command.do](command))
}
