// A process manager whose errands must not get lost: each `Asked` wants one command, whose commit says `Done`. How a
// program keeps it, and whether what all programs did is as it should be.
import { appendFileSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { codec } from '../../dist/codec/IoTs.js'
import { fromPending } from '../../dist/Process.js'
import { commandHandler } from '../../dist/shell/CommandHandler.js'
import { keepProcess } from '../../dist/shell/ProcessRunner.js'
import { checkHistory, decidedBy, foldedBy, showHistory } from '../../dist/testing/history.js'

const eventOf = { ask: 'Asked', do: 'Done' }

/** Each event says how many there were before it in its stream, so that a decision on another state shows. */
const clerk = {
  initialState: 0,
  decide: ({ what, errand }, before) =>
    right([{ type: eventOf[what], schemaVersion: 1, data: { errand, before } }]),
  evolve: (count) => count + 1,
  isTerminal: () => false,
}

/** The id of a commit says its command. */
const decisions = decidedBy(clerk, (commitId) => {
  const [what, errand] = commitId.split(' ')
  return [{ what, errand }]
})

/** The errands that were asked for and are not done, in the order in which they were asked for. */
const outstanding = {
  initialState: [],
  evolve: (open, { event }) => {
    const { errand } = event.data
    return event.type === 'Asked' ? [...open, errand] : open.filter((one) => one !== errand)
  },
}

const errands = fromPending({
  ...outstanding,
  pending: (open) => open.map((errand) => ({ id: `do ${errand}`, command: errand })),
  isTerminal: () => false,
})

export const processName = 'errands'

/** Carries an errand out once for each id, in one of ten streams. */
const carryOut = (store) => {
  const handle = commandHandler({ decider: clerk, store })
  return (what, errand) =>
    handle({
      stream: `${what}-${Number(errand) % 10}`,
      commitId: `${what} ${errand}`,
      commands: [{ what, errand }],
    })
}

/** Asks for one errand after the other, as often as it takes, and returns how many there are. */
export const askFor = async ({ store, isOver, pause }) => {
  const send = carryOut(store)
  let count = 0
  for (; !isOver(); count++) {
    while ((await send('ask', String(count))())._tag === 'Left') await sleep(20)
    await pause(count + 1)
  }
  return count
}

/** Keeps the process until the signal is aborted. Commands are noted in a file as they arrive, with who sent them. */
export const keepErrands = ({
  store,
  checkpoints,
  lease,
  saveEvery,
  arrivals,
  name,
  draw,
  signal,
  count,
}) =>
  keepProcess({
    store,
    process: errands,
    send:
      ({ id, command }) =>
      async () => {
        appendFileSync(arrivals, `${id} ${name}\n`)
        await sleep(draw(12))
        const done = await carryOut(store)('do', command)()
        if (done._tag === 'Left') count(done.left.type)
        await sleep(draw(3))
        return done
      },
    now: Date.now,
    name: processName,
    checkpoints,
    codec: codec(t.readonlyArray(t.string)),
    evolveVersion: '1',
    pollEvery: 20,
    fuel: 10,
    lease,
    saveEvery,
    onFailure: ({ type }) => count(type),
  })(signal)()

/** The commands that have arrived, each as often as it did. */
export const arrivalsIn = (file) =>
  readFileSync(file, { encoding: 'utf8', flag: 'a+' })
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.lastIndexOf(' ')
      return { id: line.slice(0, at), name: line.slice(at + 1) }
    })

/** What is wrong with what happened, and figures. The records are of all programs, with looks at the checkpoint. */
export const judgeErrands = ({ records, log, asked, arrivals }) => {
  const checked = checkHistory({
    records,
    log,
    decider: decisions,
    readModels: [foldedBy(processName, outstanding, (open) => open)],
  })
  const faults = checked._tag === 'Left' ? [showHistory(checked)] : []
  const arrived = arrivalsIn(arrivals).map(({ id }) => id)
  const commits = new Map()
  for (const { commitId } of log) commits.set(commitId, (commits.get(commitId) ?? 0) + 1)
  const known = new Set(arrived)
  for (let errand = 0; errand < asked; errand++) {
    const id = `do ${errand}`
    if (!known.has(id)) faults.push(`${id} never arrived`)
    if (commits.get(id) !== 1) faults.push(`${id} has ${commits.get(id) ?? 0} commits`)
  }
  if (log.length !== asked * 2) faults.push(`${log.length} events for ${asked} errands`)
  const figures = { asked, 'arrived again': arrived.length - known.size }
  return { isRight: faults.length === 0, faults: faults.slice(0, 10).join('\n'), figures }
}
