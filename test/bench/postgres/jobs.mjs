// What callers do, by name: each call is answered by an `Either`.
import { commandHandler, lruCache } from '../../../dist/shell/CommandHandler.js'
import { counter, data, event, events } from './counting.mjs'

/** Commits to a stream of the caller's own, each with the version that it expects and its id. */
const commitsOf = (size) => (store, name) => {
  const all = Array.from({ length: size }, () => event)
  return (caller, n) =>
    store.append({
      stream: `order-${name}-${caller}`,
      expected: n === 0 ? { type: 'NoStream' } : { type: 'Exactly', version: n * size },
      commitId: `commit-${name}-${caller}-${n}`,
      events: all,
    })()
}

/** Whole commands, decided on cached states. */
const commandsTo = (streamOf) => (store, name) => {
  const handle = commandHandler({ decider: counter, store, events, cache: lruCache(1_000) })
  return (caller, n) =>
    handle({
      stream: caller === 'warm' ? `warm-${name}` : streamOf(caller),
      commitId: `commit-${name}-${caller}-${n}`,
      commands: [{ type: 'LineAdded', data }],
    })()
}

export const jobs = {
  commits: commitsOf(1),
  commitsOf100: commitsOf(100),
  commands: commandsTo((caller) => `order-${caller}`),
  hotCommands: commandsTo(() => 'hot'),
}
