// Processes that call at the same time: they are started and warmed up once, and begin each measurement when all are
// ready.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openPostgres } from '../../../dist/store/Postgres.js'
import { percentiles, timesOf } from './calls.mjs'
import { rightOf } from './counting.mjs'
import { jobs } from './jobs.mjs'

const next = (child) =>
  new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`a process ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message)
    })
  })

/** Sends a message to processes, and gives their answers. */
const asked = (children, message) => {
  const answers = Promise.all(children.map(next))
  for (const child of children) child.send(message)
  return answers
}

/** Each opens a store, calls for some seconds when all have one, and closes it. */
const called = async (children, { schema, seconds }) => {
  await asked(children, { open: schema })
  const all = await asked(children, { seconds })
  await asked(children, 'close')
  return all
}

/**
 * Starts so many processes for a job, and gives `use` a function that measures all of them together on a store: calls
 * per second, percentiles over all calls, the rates of the slowest and the fastest one, and how many calls were
 * refused.
 *
 * Each process calls alone first, for `warmUp.seconds` on a store of its own: it takes some 20,000 calls until V8 has
 * optimized a process, which a measurement of some seconds would never reach.
 */
export const withProcesses = async (count, { url, job, callers, warmUp }, use) => {
  const children = Array.from({ length: count }, (_, i) =>
    fork(fileURLToPath(import.meta.url), [JSON.stringify({ url, job, callers, name: `p${i}` })], {
      serialization: 'advanced',
    }),
  )
  await Promise.all(children.map(next))
  for (const child of warmUp === undefined ? [] : children) {
    const { schema, close } = await warmUp.newStore()
    await called([child], { schema, seconds: warmUp.seconds })
    await close()
  }
  const measure = async (schema, seconds) => {
    const all = await called(children, { schema, seconds })
    const times = all.flatMap((each) => Array.from(each.times))
    const accepted = all.map((each) => each.times.length)
    return {
      rate: times.length / seconds,
      ...percentiles(times),
      slowest: Math.min(...accepted) / seconds,
      fastest: Math.max(...accepted) / seconds,
      refused: all.reduce((sum, each) => sum + each.refused, 0),
    }
  }
  const result = await use(measure)
  for (const child of children) child.disconnect()
  return result
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, job, callers, name } = JSON.parse(process.argv[2])
  const message = () => new Promise((resolve) => process.once('message', resolve))
  const told = async (answer) => {
    const answered = message()
    process.send(answer)
    return answered
  }
  let { open: schema } = await told('started')
  for (;;) {
    const { store, close } = rightOf(await openPostgres(url, { schema })())
    const call = jobs[job](store, name)
    // a connection is open, and the code is loaded
    await call('warm', 0)
    const { seconds } = await told('ready')
    let refused = 0
    const times = await timesOf(callers, seconds, async (caller, n) => {
      const answer = await call(caller, n)
      if (answer._tag === 'Left') refused++
    })
    await told({ times: Float64Array.from(times), refused })
    await close()
    schema = (await told('closed')).open
  }
}
