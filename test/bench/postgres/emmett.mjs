// Emmett's store on the same server, each library with its own command handler and the set-up of its guide: orders, by
// the same decider.
import assert from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'
import { endAllPools } from '@event-driven-io/dumbo'
import { DeciderCommandHandler } from '@event-driven-io/emmett'
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'
import { orderEventCodec } from '../../../dist/order/codec.js'
import { orderDecider } from '../../../dist/order/index.js'
import { commandHandler, lruCache } from '../../../dist/shell/CommandHandler.js'
import { withCodec } from '../../../dist/store/Encoded.js'
import { createDatabase } from '../../postgres/shared.mjs'
import { commandOf, histories } from '../orders.mjs'
import { called } from './calls.mjs'
import { compare } from './rows.mjs'
import { rightOf } from './counting.mjs'

const decider = orderDecider()
const callers = 64
const each = 16
const length = 100

/** A caller has 16 streams, which take turns; when all of their commands are done, it begins with new ones. */
const plan = () => {
  const all = histories(callers * each, length).map((events) => events.map(commandOf))
  return (caller, n) => {
    const [turn, step] = [Math.floor(n / each / length), Math.floor(n / each) % length]
    const stream = caller * each + (n % each)
    const name = `order-${turn}-${stream}`
    return { stream: name, command: all[stream][step], commitId: `${name}-${step}` }
  }
}

const emmettDecider = {
  initialState: () => decider.initialState,
  evolve: (state, { data }) => decider.evolve(state, data),
  decide: ({ data }, state) =>
    rightOf(decider.decide(data, state)).map((event) => ({ type: event.type, data: event })),
}

/** A new database with the store of Emmett, whose tables have fixed names. */
const openEmmett = async ({ url, pool }) => {
  const database = await createDatabase(url)
  const name = new URL(database.url).pathname.slice(1)
  const connections = async () => {
    const text = 'select count(*)::int as n from pg_stat_activity where datname = $1'
    return (await pool.query(text, [name])).rows[0].n
  }
  const store = getPostgreSQLEventStore(database.url)
  await store.schema.migrate()
  return {
    store,
    close: async () => {
      await store.close()
      // after a migration, the store leaves its pool open
      await endAllPools()
      // one that is ended by force is an error that nobody hears
      while ((await connections()) > 0) await sleep(20)
      await database.drop()
    },
  }
}

const ours = (setting, commandAt, options) => async () => {
  const { store, close } = await setting.newStore()
  const coded = withCodec(orderEventCodec)(store)
  const handle = commandHandler({ decider, store: coded, ...options() })
  const measured = await called(callers, setting.seconds, async (caller, n) => {
    const { stream, command, commitId } = commandAt(caller, n)
    rightOf(await handle({ stream, commitId, commands: [command] })())
  })
  await close()
  return measured
}

const theirs = (setting, commandAt) => async () => {
  const { store, close } = await openEmmett(setting)
  const handle = DeciderCommandHandler(emmettDecider)
  const measured = await called(callers, setting.seconds, async (caller, n) => {
    const { stream, command } = commandAt(caller, n)
    await handle(store, stream, { type: command.type, data: command })
  })
  await close()
  return measured
}

const commandRows = async (setting) => {
  const commandAt = plan()
  const base = theirs(setting, commandAt)
  const row = (id, what, options) =>
    compare({
      rounds: setting.rounds,
      id,
      what: `64 callers, commands to 1,024 orders, ${what}`,
      against: 'emmett-postgresql',
      unit: 'commands/s',
      goal: { atLeast: 5 },
      run: ours(setting, commandAt, options),
      base,
    })
  return [
    await row('emmett-commands', 'no cache', () => ({})),
    await row('emmett-commands-cached', 'state cache', () => ({ cache: lruCache(10_000) })),
    await row('emmett-commands-optimistic', 'state cache, optimistic', () => ({
      cache: lruCache(10_000),
      optimistic: true,
    })),
  ]
}

/** Both stores with the same orders, by name. */
const withOrders = async (setting, orders) => {
  const [our, their] = [await setting.newStore(), await openEmmett(setting)]
  const store = withCodec(orderEventCodec)(our.store)
  const names = orders.map((_, i) => `order-${i}`)
  for (const [i, facts] of orders.entries()) {
    const commit = { stream: names[i], expected: { type: 'NoStream' }, commitId: names[i] }
    rightOf(await store.append({ ...commit, events: facts.map((event) => ({ event })) })())
    await their.store.appendToStream(
      names[i],
      facts.map((event) => ({ type: event.type, data: event })),
    )
  }
  return {
    names,
    ours: async (name) => {
      let state = decider.initialState
      for (const { event } of rightOf(await store.load(name)()))
        state = decider.evolve(state, event)
      return state
    },
    theirs: async (name) => (await their.store.aggregateStream(name, emmettDecider)).state,
    close: () => Promise.all([our.close(), their.close()]),
  }
}

/** Loads and folds all orders, so many at a time. */
const replayed = (names, many, load) => async () => {
  const left = names.entries()
  const start = performance.now()
  const some = Array.from({ length: many }, async () => {
    for (const [i, name] of left) {
      // both have folded all of it
      assert.strictEqual((await load(name)).customerId, `C${i}`)
    }
  })
  await Promise.all(some)
  return { rate: (names.length * 1_000) / ((performance.now() - start) / 1_000) }
}

const replayRows = async (setting) => {
  const {
    names,
    ours: our,
    theirs: their,
    close,
  } = await withOrders(setting, histories(200, 1_000))
  const row = (id, what, many) =>
    compare({
      rounds: setting.rounds,
      id,
      what: `200 orders of 1,000 events loaded and folded, ${what}`,
      against: 'emmett-postgresql',
      unit: 'events/s',
      goal: { atLeast: 3 },
      run: replayed(names, many, our),
      base: replayed(names, many, their),
    })
  const rows = [
    await row('emmett-replay', 'one by one', 1),
    await row('emmett-replay-8', '8 at a time', 8),
  ]
  await close()
  return rows
}

export const emmettRows = async (setting) => [
  ...(await commandRows(setting)),
  ...(await replayRows(setting)),
]
