// Importing the Northwind orders on disk: the library's handler against bare inserts of the same
// rows into a table with the same columns and indexes, in the same database, by turns. The bare side
// knows neither commands nor versions; it writes rows that are ready.
import assert from 'node:assert'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readInput } from '../../.build/northwind/files.js'
import { orderDecider } from '../../dist/order/index.js'
import { orderEventCodec } from '../../dist/order/codec.js'
import { commandHandler } from '../../dist/shell/CommandHandler.js'
import { immediate } from '../../dist/shell/CommandHandler.js'
import { lruCache } from '../../dist/shell/CommandHandler.js'
import { withCodec } from '../../dist/store/Encoded.js'
import { openPGlite } from '../../dist/store/PGlite.js'
import { median, ratio, turns } from './measure.mjs'

const decider = orderDecider()

const columns =
  'stream, version, commit_id, commit_index, type, schema_version, data, occurred_at, recorded_at, actor, correlation_id, causation_id'
const width = columns.split(',').length

const bareTable = `create table bare (
  position bigint generated always as identity primary key, stream text not null,
  version bigint not null, commit_id text not null, commit_index int not null, type text not null,
  schema_version bigint not null, data json not null, occurred_at bigint not null,
  recorded_at bigint not null, actor text, correlation_id text, causation_id text,
  unique (stream, version), unique (commit_id, commit_index))`

const right = (either) => {
  assert.strictEqual(either._tag, 'Right', JSON.stringify(either.left))
  return either.right
}

/** The rows of each commit, once for every round: ids differ, nothing else does. */
const rowsOf = (plans, round) =>
  plans.flatMap(({ requests }) => {
    let version = 0
    return requests.map(({ request, events }) =>
      events.map((event, i) => [
        `${request.stream}-${round}`,
        ++version,
        `${request.commitId}-${round}`,
        i,
        event.type,
        1,
        JSON.stringify(event),
        request.occurredAt,
        Date.now(),
        'northwind import',
        null,
        null,
      ]),
    )
  })

const insert = (rows) => {
  const tuple = (_, r) =>
    `(${Array.from({ length: width }, (__, c) => `$${r * width + c + 1}`).join(',')})`
  return `insert into bare (${columns}) values ${rows.map(tuple).join(',')}`
}

export const northwindRows = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'northwind-'))
  const file = (name) => `docs/examples/northwind/${name}.csv`
  const { plans } = right(
    await readInput({ orders: file('orders'), lines: file('order_details') })(),
  )
  const { store, client, close } = right(await openPGlite(directory)())
  await client.query(bareTable, [])
  let round = 0
  const handled = (options) => async () => {
    round++
    const retry = immediate(3)
    const handle = commandHandler({
      decider,
      store: withCodec(orderEventCodec)(store),
      retry,
      ...options,
    })
    for (const { requests } of plans) {
      for (const { request } of requests) {
        const { commands } = request
        const [stream, commitId] = [`${request.stream}-${round}`, `${request.commitId}-${round}`]
        right(await handle({ stream, commitId, commands })())
      }
    }
  }
  const bare = (split) => async () => {
    round++
    for (const rows of rowsOf(plans, round)) {
      for (const part of split(rows)) await client.query(insert(part), part.flat())
    }
  }
  const times = await turns(
    {
      optimistic: handled({ optimistic: true, cache: lruCache(1) }),
      plain: handled({}),
      single: bare((rows) => rows.map((row) => [row])),
      commit: bare((rows) => [rows]),
    },
    5,
  )
  await close()
  rmSync(directory, { recursive: true })
  const count = rowsOf(plans, 0).flat().length
  const row = (what, name, base, against, limit) => ({
    what,
    value: `${Math.round(count / (median(times[name]) / 1_000)).toLocaleString('en')} events/s`,
    against,
    // how many times as fast
    ratio: ratio(times, base, name),
    limit,
    atLeast: true,
  })
  return [
    row('import, optimistic', 'optimistic', 'single', 'bare inserts, a row each', 0.8),
    row('import, optimistic', 'optimistic', 'commit', 'bare inserts, a commit each', 0.8),
    row('import, loading first', 'plain', 'single', 'bare inserts, a row each', 0.8),
    row('import, loading first', 'plain', 'commit', 'bare inserts, a commit each', 0.8),
  ]
}
