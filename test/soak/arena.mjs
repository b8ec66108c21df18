// A database for one scenario, with what makes its life hard: transactions are `repeatable read` by default, and
// strangers leave theirs open all along.
import pg from 'pg'
import { readModelRunner } from '../../dist/shell/ReadModelRunner.js'
import { openPostgres } from '../../dist/store/Postgres.js'
import { sqlReadModels } from '../../dist/store/Sql.js'
import { checkHistory, readLog, showHistory } from '../../dist/testing/history.js'
import { ask, createDatabase } from '../postgres/shared.mjs'
import { counts, decisions, lookAt, readModels, stateOf } from './counter.mjs'

export const schema = 'soak'

const rightOf = (result) => {
  if (result._tag === 'Right') return result.right
  throw new Error(JSON.stringify(result.left))
}

/** Two transactions that stay open: one that has written, and one that has read. */
const strangers = async (url) => {
  const clients = [1, 2].map(() => new pg.Client(url))
  // the server may be killed
  for (const client of clients) client.on('error', () => {})
  await Promise.all(clients.map((client) => client.connect()))
  const [writer, reader] = clients
  await writer.query('create table if not exists of_stranger (n int)')
  await writer.query('begin isolation level read committed')
  await writer.query('insert into of_stranger values (1)')
  await reader.query('begin isolation level repeatable read')
  await reader.query(`select count(*) from ${schema}.decider_events`)
  return () => Promise.all(clients.map((client) => client.end().catch(() => {})))
}

/** @param {string} server the URL of a server */
export const openArena = async (server) => {
  const { url, drop } = await createDatabase(server)
  const name = new URL(url).pathname.slice(1)
  await ask(server, `alter database ${name} set default_transaction_isolation = 'repeatable read'`)
  const open = async () => rightOf(await openPostgres(url, { schema, connections: 2 })())
  await (await open()).close()
  let leave = await strangers(url)

  /** Brings the read model to the end, and returns the log and the state of its table. */
  const settled = async (database) => {
    const { store, client } = database
    const runner = readModelRunner({
      store,
      tables: sqlReadModels(database, { schema }),
      models: [counts],
      now: Date.now,
    })
    const log = rightOf(await readLog(store)())
    const end = Date.now() + 60_000
    for (;;) {
      const [found] = rightOf(await runner.runOnce()())
      if (found.position === log.length || Date.now() > end) break
    }
    const { rows } = await client.query(lookAt(schema), [])
    return { log, position: Number(rows[0].position), state: stateOf(rows[0]) }
  }

  return {
    url,
    /** After the server was away. */
    returnOfStrangers: async () => {
      await leave()
      leave = await strangers(url)
    },
    head: async () => {
      const database = await open()
      const { head } = rightOf(await database.store.readAll(0, 0)())
      await database.close()
      return head
    },
    /** Checks what was recorded since a position. */
    judge: async (records, from = 0) => {
      const database = await open()
      const { log, position, state } = await settled(database)
      await database.close()
      const last = [
        { type: 'Called', id: 'end', client: 'judge', call: { type: 'ReadModel', name: 'counts' } },
        { type: 'Answered', id: 'end', answer: { type: 'ReadModelState', position, state } },
      ].map((record) => ({ ...record, at: Number(process.hrtime.bigint()) }))
      const checked = checkHistory({
        records: [...records, ...last],
        log,
        from,
        decider: decisions,
        readModels: readModels(),
      })
      const behind = log.length - position
      const isRight = checked._tag === 'Right' && behind === 0
      const counted = showHistory(checked)
      const faults =
        behind === 0 ? counted : `the read model is ${behind} events behind\n${counted}`
      return {
        isRight,
        faults,
        report: checked._tag === 'Right' ? checked.right : checked.left.report,
      }
    },
    close: async () => {
      await leave()
      await drop()
    },
  }
}
