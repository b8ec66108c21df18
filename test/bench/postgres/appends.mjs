// Appends and whole commands, beside pgbench.
import { called } from './calls.mjs'
import { jobs } from './jobs.mjs'
import { inserts } from './pgbench.mjs'
import { withProcesses } from './processes.mjs'
import { compare } from './rows.mjs'
import { rightOf } from './counting.mjs'

/** The jobs that this process has done. */
const warm = new Set()

/** A job on a new store, by callers of this process. The first time, it is done once more before, to warm up. */
export const inOne = (setting, callers, job) => async () => {
  const run = async (seconds) => {
    const { store, close } = await setting.newStore()
    const call = jobs[job](store, 'one')
    await call('warm', 0)
    const measured = await called(callers, seconds, async (caller, n) => {
      rightOf(await call(caller, n))
    })
    await close()
    return measured
  }
  if (!warm.has(job)) await run(setting.warmUp)
  warm.add(job)
  return run(setting.seconds)
}

/**
 * Gives `use` a run of a job on a new store, by eight processes with eight callers each, which are warmed up as this
 * process is.
 */
export const withEight = ({ url, seconds, warmUp, newStore }, job, use) =>
  withProcesses(8, { url, job, callers: 8, warmUp: { seconds: warmUp, newStore } }, (measure) =>
    use(onNewStore(newStore, (schema) => measure(schema, seconds))),
  )

/** The same, by processes that were started just before. */
export const inEightNew = ({ url, seconds, newStore }, job) =>
  onNewStore(newStore, (schema) =>
    withProcesses(8, { url, job, callers: 8 }, (measure) => measure(schema, seconds)),
  )

const onNewStore = (newStore, run) => async () => {
  const { schema, close } = await newStore()
  const measured = await run(schema)
  await close()
  return measured
}

export const tellRefused = (measured) => ({
  refused: measured.reduce((sum, { refused }) => sum + refused, 0),
})

export const appendRows = async (setting) => {
  const pgbench = (clients) => ({
    rounds: setting.rounds,
    against: `pgbench, ${clients === 1 ? 'one client' : `${clients} clients`}`,
    unit: 'commits/s',
    base: inserts(setting, clients),
  })
  return [
    await compare({
      ...pgbench(64),
      id: 'commits-64',
      what: '64 callers, commits of one event',
      goal: { atLeast: 1.8 },
      run: inOne(setting, 64, 'commits'),
    }),
    await withEight(setting, 'commits', (run) =>
      compare({
        ...pgbench(64),
        id: 'commits-8x8',
        what: '8 processes × 8 callers, commits of one event',
        goal: { atLeast: 0.6 },
        run,
        tell: tellRefused,
      }),
    ),
    await compare({
      ...pgbench(64),
      id: 'commits-8x8-new',
      what: 'the same, by processes that have just started',
      run: inEightNew(setting, 'commits'),
      tell: tellRefused,
    }),
    await compare({
      ...pgbench(1),
      id: 'commits-1',
      what: 'one caller, commits of one event',
      run: inOne(setting, 1, 'commits'),
    }),
    await compare({
      ...pgbench(1),
      id: 'command-1',
      what: 'one caller, whole commands with a warm cache, time',
      goal: { atMost: 1.4 },
      run: inOne(setting, 1, 'commands'),
    }),
    await compare({
      ...pgbench(64),
      id: 'commits-100',
      what: '64 callers, commits of 100 events',
      against: 'pgbench, 64 clients, 100 rows a statement',
      goal: { atLeast: 0.6 },
      base: inserts(setting, 64, 100),
      run: inOne(setting, 64, 'commitsOf100'),
    }),
  ]
}
