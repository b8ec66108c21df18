// A real PostgreSQL server with files of its own under the temporary folder, for tests that stop it, kill it,
// fill its disk or follow it with a standby; `shared.mjs` has one for all others. It listens on a free port of
// this machine, for whoever has the password, and ends with the process that started it. Writes reach the disk
// as in production: fsync is on.
import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { copyCluster, give } from './cluster.mjs'
import { makeHome } from './home.mjs'
import { postmaster } from './postmaster.mjs'
import { programs } from './programs.mjs'

/**
 * @typedef {Readonly<Record<string, string | number>>} Settings of PostgreSQL, such as `max_connections`
 */

/**
 * @typedef {object} ServerOptions
 * @property {Settings} [settings]
 * @property {number} [diskSize] in bytes, 48 MB or more. If this process may not mount a disk of that size,
 *   each file ends at a tenth of it instead, which PostgreSQL reports as XX000 and not as 53100.
 */

/**
 * @typedef {object} Server
 * @property {string} url of the database `postgres`, for its owner, who may do everything
 * @property {(database: string, user?: string, password?: string) => string} urlOf
 * @property {string} version
 * @property {string} data the folder of its files
 * @property {() => number | undefined} pid of the postmaster, the process that runs all others
 * @property {() => string} log what it wrote so far
 * @property {() => Promise<void>} kill kills the postmaster with SIGKILL
 * @property {(mode?: 'fast' | 'immediate') => Promise<void>} halt ends it and keeps its files
 * @property {() => Promise<void>} start starts it again, after `kill` or `halt`
 * @property {(settings?: Settings) => Promise<Server>} standby starts a read-only server that follows this one
 * @property {() => Promise<void>} stop ends it and removes its files
 */

/** Its log is in segments of 1 MB, smaller than any file may get. */
const small = {
  segments: ['--wal-segsize=1'],
  settings: { max_wal_size: '4MB', min_wal_size: '2MB' },
}

/**
 * Starts a server, which takes a second, and some more the first time.
 *
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export const startServer = ({ settings = {}, diskSize } = {}) =>
  inHome(async (home) => {
    const found = programs(home.home)
    if (diskSize === undefined) {
      const password = copyCluster(found, home.data, [])
      return serverIn(home, found, password, settings)
    }
    const fileSize = home.mount(diskSize) ? undefined : diskSize / 10
    const password = copyCluster(found, home.data, small.segments)
    moveLog(home)
    return serverIn(home, found, password, { ...small.settings, ...settings }, fileSize)
  })

/** Puts the log on another disk than the tables, since a server whose log can't be written crashes. */
const moveLog = ({ home, data }) => {
  const log = join(home, 'wal')
  cpSync(join(data, 'pg_wal'), log, { recursive: true })
  rmSync(join(data, 'pg_wal'), { recursive: true })
  symlinkSync(log, join(data, 'pg_wal'))
}

/** @param {(home: ReturnType<typeof makeHome>) => Promise<Server>} start */
const inHome = async (start) => {
  const home = makeHome()
  try {
    return await start(home)
  } catch (cause) {
    home.remove()
    throw new Error(
      'PostgreSQL does not start. DATABASE_URL can name a server that runs already, POSTGRES_BIN the folder of ' +
        `the programs to start one with.\n${cause.message}`,
      { cause },
    )
  }
}

const serverIn = async ({ home, data, remove }, found, password, settings, fileSize) => {
  give(home, found.user)
  const { start, end, log, port, pid } = postmaster({
    home,
    data,
    programs: found,
    settings,
    fileSize,
  })
  await start()
  const urlOf = (database, user = 'postgres', secret = password) => {
    const [name, key, place] = [user, secret, database].map(encodeURIComponent)
    return `postgres://${name}:${key}@127.0.0.1:${port()}/${place}`
  }
  /** @type {Server} */
  const server = {
    url: urlOf('postgres'),
    urlOf,
    version: found.version,
    data,
    pid,
    log,
    kill: () => end('SIGKILL'),
    halt: (mode = 'fast') => end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    start,
    standby: (more = {}) =>
      inHome(async (other) => {
        await copyRunning(server, other.data)
        const followed = { primary_conninfo: server.url, ...more }
        return serverIn(other, found, password, followed)
      }),
    stop: async () => {
      await end('SIGQUIT')
      remove()
    },
  }
  return server
}

/** Copies the files of a running server, as a backup does, for a standby. */
const copyRunning = async (primary, data) => {
  const client = new pg.Client(primary.url)
  await client.connect()
  try {
    await client.query("select pg_backup_start('standby', fast => true)")
    const left = /\/(postmaster\.(pid|opts)|pg_replslot\/.*|pg_wal\/.*)$/
    cpSync(primary.data, data, { recursive: true, filter: (path) => !left.test(path) })
    const { rows } = await client.query('select labelfile from pg_backup_stop()')
    writeFileSync(join(data, 'backup_label'), rows[0].labelfile)
    writeFileSync(join(data, 'standby.signal'), '')
  } finally {
    await client.end()
  }
}
