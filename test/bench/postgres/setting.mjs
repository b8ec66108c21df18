// What the measurements on a PostgreSQL server share: the server, stores that are new, and what is told of both.
import { cpus, totalmem } from 'node:os'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { openPostgres } from '../../../dist/store/Postgres.js'
import { startServer } from '../../postgres/server.mjs'
import { rightOf } from './counting.mjs'
import { pgbenchVersion } from './pgbench.mjs'

/** A server of its own, with fsync on, and the length of each measurement and of the warm-up. */
export const openSetting = async ({ rounds, seconds, warmUp }) => {
  const server = await startServer({ settings: { max_connections: 200 } })
  const pool = new pg.Pool({ connectionString: server.url, max: 4 })
  let schemas = 0
  return {
    url: server.url,
    pool,
    rounds,
    seconds,
    warmUp,
    /** An empty store with its defaults, in a schema of its own. */
    newStore: async () => {
      const schema = `s${++schemas}`
      const { store, close } = rightOf(await openPostgres(server.url, { schema })())
      return {
        schema,
        store,
        /** Leaves nothing that the server would tidy up while something else is measured. */
        close: async () => {
          await close()
          await pool.query(`set client_min_messages = warning; drop schema ${schema} cascade`)
        },
      }
    },
    close: async () => {
      await pool.end()
      await server.stop()
    },
  }
}

const version = (name, folder) =>
  JSON.parse(readFileSync(new URL(`${folder}/node_modules/${name}/package.json`, import.meta.url)))
    .version

/** What it was measured on. */
export const describeSetting = async ({ pool, rounds, seconds, warmUp }) => {
  const { rows } = await pool.query(
    `select current_setting('server_version') v, current_setting('fsync') f, current_setting('synchronous_commit') s,
      current_setting('full_page_writes') w`,
  )
  const [{ v, f, s, w }] = rows
  const [cpu] = cpus()
  return {
    machine: { cpu: cpu.model, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) },
    versions: {
      node: process.versions.node,
      postgresql: v.split(' ')[0],
      pgbench: pgbenchVersion,
      pg: version('pg', '../../..'),
      'emmett-postgresql': version('@event-driven-io/emmett-postgresql', '..'),
    },
    settings: { fsync: f, synchronous_commit: s, full_page_writes: w },
    rounds,
    seconds,
    warmUp,
  }
}
