// 100,000 commands over 1,000 streams in memory, through the whole handler: load, decode, replay,
// decide, encode, append. Round robin over the streams, so that none stays in the processor's cache.
// Each contestant has a process of its own, as in a program that uses it: in one process the engine
// would tune the code that they share, as evolve is, to all of them at once.
import assert from 'node:assert'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { DeciderCommandHandler, getInMemoryEventStore } from '@event-driven-io/emmett'
import { orderDecider } from '../../dist/order/index.js'
import { orderEventCodec } from '../../dist/order/codec.js'
import { commandHandler } from '../../dist/shell/CommandHandler.js'
import { immediate } from '../../dist/shell/CommandHandler.js'
import { lruCache } from '../../dist/shell/CommandHandler.js'
import { withCodec } from '../../dist/store/Encoded.js'
import { memoryStore } from '../../dist/store/Memory.js'
import { replayByHand } from './literal.mjs'
import { median, ratio, turns } from './measure.mjs'
import { commandOf, histories } from './orders.mjs'

const decider = orderDecider()

const streams = 1_000
const length = 100
const commands = histories(streams, length).map((events) => events.map(commandOf))

/** Waits for each command, and fails where one is refused. */
const roundRobin = async (handle, accepted) => {
  for (let i = 0; i < length; i++) {
    for (let s = 0; s < streams; s++) {
      const outcome = await handle(`order-${s}`, commands[s][i], `${s}:${i}`)
      if (!accepted(outcome)) throw new Error(JSON.stringify(outcome))
    }
  }
}

const library = async (cache) => {
  const store = withCodec(orderEventCodec)(memoryStore())
  const handle = commandHandler({ decider, store, retry: immediate(3), ...cache })
  await roundRobin(
    (stream, command, commitId) =>
      handle({ stream, commitId, occurredAt: 0, commands: [command] })(),
    ({ _tag }) => _tag === 'Right',
  )
}

/** No envelope, no codec, no versions: arrays in a map, replayed for each command. */
const byHand = async () => {
  const store = new Map()
  await roundRobin(
    async (stream, command) => {
      const events = store.get(stream) ?? []
      const decision = decider.decide(command, replayByHand(events))
      assert.strictEqual(decision._tag, 'Right')
      for (const event of decision.right) events.push(event)
      store.set(stream, events)
      return decision
    },
    ({ _tag }) => _tag === 'Right',
  )
}

/** The same decider in the shape that Emmett asks for. */
const emmett = async () => {
  const store = getInMemoryEventStore()
  const handle = DeciderCommandHandler({
    initialState: () => decider.initialState,
    evolve: (state, { data }) => decider.evolve(state, data),
    decide: ({ data }, state) => {
      const decision = decider.decide(data, state)
      assert.strictEqual(decision._tag, 'Right')
      return decision.right.map((event) => ({ type: event.type, data: event }))
    },
  })
  await roundRobin(
    (stream, command) => handle(store, stream, { type: command.type, data: command }),
    ({ newEvents }) => newEvents.length === 1,
  )
}

const contestants = {
  hand: byHand,
  plain: () => library({}),
  optimistic: () => library({ cache: lruCache(streams), optimistic: true }),
  cached: () => library({ cache: lruCache(streams) }),
  emmett,
}

const inProcess = (name) => {
  const args = ['--expose-gc', fileURLToPath(import.meta.url), name]
  const { stdout, status } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) process.exit(1)
  return JSON.parse(stdout)
}

/** Milliseconds of each contestant, of three processes that took turns. */
const timesOf = () => {
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]))
  for (let turn = 0; turn < 3; turn++) {
    for (const name of Object.keys(contestants)) times[name].push(median(inProcess(name)))
  }
  return times
}

export const commandRows = () => {
  const times = timesOf()
  const row = (what, name, against, limit) => ({
    what,
    value: `${Math.round((streams * length) / (median(times[name]) / 1_000)).toLocaleString('en')} commands/s`,
    against: against === 'hand' ? 'loop by hand' : 'Emmett',
    // how many times as fast
    ratio: ratio(times, against, name),
    limit,
    atLeast: true,
  })
  return [
    row('commands, loop by hand', 'hand', 'hand'),
    row('commands, handler with state cache', 'cached', 'hand', 1.8),
    row('commands, handler without cache', 'plain', 'hand', 0.45),
    row('commands, handler with state cache', 'cached', 'emmett', 9),
    row('commands, handler without cache', 'plain', 'emmett', 2.2),
    row('commands, optimistic handler', 'optimistic', 'hand', 1.8),
    row('commands, optimistic handler', 'optimistic', 'emmett', 9),
    row('commands, Emmett 0.42 handler', 'emmett', 'emmett'),
  ]
}

const [, script, name] = process.argv
if (script === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify((await turns({ [name]: contestants[name] }, 3))[name]))
}
