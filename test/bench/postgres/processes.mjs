// Processes that call at the same time: each is started with a job, and begins when all are ready.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openPostgres } from '../../../dist/store/Postgres.js'
import { percentiles, timesOf } from './calls.mjs'
import { rightOf } from './counting.mjs'
import { jobs } from './jobs.mjs'

const next = (child) =>
  new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`a process ended with ${code}`)))
  })

/** Calls per second of all processes, percentiles over all calls, the rates of the slowest and the fastest one, and how many calls were refused. */
export const inProcesses = async (count, options) => {
  const children = Array.from({ length: count }, (_, i) =>
    fork(fileURLToPath(import.meta.url), [JSON.stringify({ ...options, name: `p${i}` })], {
      serialization: 'advanced',
    }),
  )
  await Promise.all(children.map(next))
  const answers = Promise.all(children.map(next))
  for (const child of children) child.send('go')
  const all = await answers
  const times = all.flatMap((each) => Array.from(each.times))
  const accepted = all.map((each) => each.times.length)
  return {
    rate: times.length / options.seconds,
    ...percentiles(times),
    slowest: Math.min(...accepted) / options.seconds,
    fastest: Math.max(...accepted) / options.seconds,
    refused: all.reduce((sum, each) => sum + each.refused, 0),
  }
}

const beginning = () =>
  new Promise((resolve) => {
    process.once('message', resolve)
    process.send('ready')
  })

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, schema, name, job, callers, seconds } = JSON.parse(process.argv[2])
  const { store, close } = rightOf(await openPostgres(url, { schema })())
  const call = jobs[job](store, name)
  // a connection is open, and the code is loaded
  await call('warm', 0)
  await beginning()
  let refused = 0
  const times = await timesOf(callers, seconds, async (caller, n) => {
    const answer = await call(caller, n)
    if (answer._tag === 'Left') refused++
  })
  await close()
  process.send({ times: Float64Array.from(times), refused }, () => process.disconnect())
}
