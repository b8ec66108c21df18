// Appends and whole commands, beside pgbench.
import { called } from './calls.mjs'
import { jobs } from './jobs.mjs'
import { inserts } from './pgbench.mjs'
import { inProcesses } from './processes.mjs'
import { compare } from './rows.mjs'
import { rightOf } from './counting.mjs'

/** A job on a new store, by callers of this process. */
export const inOne = (setting, callers, job) => async () => {
  const { store, close } = await setting.newStore()
  const call = jobs[job](store, 'one')
  await call('warm', 0)
  const measured = await called(callers, setting.seconds, async (caller, n) => {
    rightOf(await call(caller, n))
  })
  await close()
  return measured
}

/** A job on a new store, by eight processes with eight callers each. */
export const inEight = (setting, job) => async () => {
  const { schema, close } = await setting.newStore()
  const { url, seconds } = setting
  const measured = await inProcesses(8, { url, schema, job, callers: 8, seconds })
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
    await compare({
      ...pgbench(64),
      id: 'commits-8x8',
      what: '8 processes × 8 callers, commits of one event',
      goal: { atLeast: 0.6 },
      run: inEight(setting, 'commits'),
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
