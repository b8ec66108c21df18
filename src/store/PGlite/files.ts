/**
 * The files of a PGlite database: `pg` in its directory, which has that name only since it was
 * complete.
 *
 * @since 0.1.0
 */
import { closeSync, fstatSync, lstatSync, openSync, renameSync } from 'node:fs'
import { lstat, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SqlClient } from '../Sql.ts'
import { codeOf } from './lockFile.ts'
import type { Fence, PGliteFiles } from './module.ts'
import { fenced, gateOf } from './module.ts'

/** What is used of a database that is open. */
export interface OpenPGlite extends SqlClient {
  readonly exec: (text: string) => Promise<unknown>
  /** Sends a message of the protocol: half the cost of `exec`. */
  readonly execProtocol: (message: Uint8Array) => Promise<unknown>
  readonly isInTransaction: () => boolean
  readonly transaction: <A>(run: (client: SqlClient) => Promise<A>) => Promise<A>
  readonly close: () => Promise<void>
}

/** The part of it that only this file uses. */
interface Starting extends OpenPGlite {
  readonly waitReady: Promise<void>
  execProtocolRawSync: (message: Uint8Array) => Uint8Array
}

/**
 * What is used of the package. Its own types would ask those of a browser and of Emscripten from
 * whoever compiles this.
 */
interface Driver {
  readonly PGlite: new (options: { readonly fs: PGliteFiles }) => Starting
  readonly NodeFS: new (directory: string) => PGliteFiles
}

/** As variables, so that whoever compiles this needs no declarations of the package. */
const main: string = '@electric-sql/pglite'
const nodeFiles: string = '@electric-sql/pglite/nodefs'

const loadDriver = async (): Promise<Driver> => {
  // each exports the class of that name among others
  const { PGlite } = (await import(main)) as Driver
  const { NodeFS } = (await import(nodeFiles)) as Driver
  return { PGlite, NodeFS }
}

/**
 * The database in the directory lacks a file without which it is none, while others are there. It is
 * left as it is: opened, it would become an empty one.
 *
 * @category failures
 * @since 0.1.0
 */
export interface DamagedDatabase {
  readonly type: 'DamagedDatabase'
  /** The file that is missing. */
  readonly file: string
}

/** Opens the database in a directory, and makes it the first time; changes files as the fence lets it. */
export const openFiles = async (directory: string, fence: Fence): Promise<OpenPGlite> => {
  const driver = await loadDriver()
  const complete = completeIn(directory)
  if (await isThere(complete)) {
    const missing = (await Promise.all(needed.map((name) => missingIn(complete, name)))).flat()
    // becomes the cause of StoreUnavailable
    if (missing[0] !== undefined) return Promise.reject(damaged(missing[0]))
  } else {
    const unfinished = join(directory, 'pg.new')
    await rm(unfinished, { recursive: true, force: true })
    const first = await start(driver, unfinished, fence)
    await first.close()
    const lost = fence()
    if (lost !== undefined) return Promise.reject(lost)
    renameSync(unfinished, complete)
  }
  return start(driver, complete, fence)
}

/** Starts a database that is stopped in the middle of a statement once the fence is shut. */
const start = async (
  { PGlite, NodeFS }: Driver,
  directory: string,
  fence: Fence,
): Promise<OpenPGlite> => {
  const gate = gateOf(fence)
  const pglite = new PGlite({ fs: fenced(new NodeFS(directory), gate.pass) })
  const ask = pglite.execProtocolRawSync.bind(pglite)
  pglite.execProtocolRawSync = (message) => {
    gate.enter()
    try {
      return ask(message)
    } finally {
      gate.enter()
    }
  }
  // what is known better than whatever became of that while PGlite started
  await pglite.waitReady.finally(gate.enter)
  return pglite
}

/** Files that PostgreSQL always has; PGlite makes a new database where the first one is missing. */
const needed = ['PG_VERSION', join('global', 'pg_control')]

const missingIn = async (complete: string, name: string): Promise<ReadonlyArray<string>> => {
  const file = join(complete, name)
  const found = await stat(file).catch(absent)
  return found?.isFile() === true ? [] : [file]
}

const damaged = (file: string): DamagedDatabase => ({ type: 'DamagedDatabase', file })

const completeIn = (directory: string): string => join(directory, 'pg')

/** Whether the name is taken; a link counts, wherever it leads: what it led to may come back. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path)
    .catch(absent)
    .then((found) => found !== undefined)

const absent = (cause: unknown): undefined | Promise<never> => {
  const code = codeOf(cause)
  return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : Promise.reject(cause)
}

/**
 * Makes a directory and those above it. `mkdir` with `recursive` never ends where a directory is
 * there but nothing can be made in it, as in `/proc`.
 */
export const makeDirectory = async (directory: string): Promise<void> => {
  const make = (): Promise<void> =>
    mkdir(directory).catch(async (cause: unknown) => {
      if (codeOf(cause) !== 'EEXIST' || !(await stat(directory)).isDirectory()) throw cause
    })
  return make().catch(async (cause: unknown) => {
    const parent = dirname(directory)
    if (codeOf(cause) !== 'ENOENT' || parent === directory || (await isThere(parent))) throw cause
    await makeDirectory(parent)
    await make()
  })
}

/** Whether the files of the open database are still the ones in their place. */
export interface FilesWatch {
  readonly isSame: () => boolean
  readonly stop: () => void
}

/** Watches the files of a database that was just opened. */
export const watchFiles = (directory: string): FilesWatch => {
  // PostgreSQL writes this file in place. Open here, its number is given to no other file.
  const file = join(completeIn(directory), 'global', 'pg_control')
  const descriptor = openSync(file, 'r')
  const { dev, ino } = fstatSync(descriptor, { bigint: true })
  const isSame = (): boolean => {
    try {
      const found = lstatSync(file, { bigint: true })
      return found.ino === ino && found.dev === dev
    } catch {
      return false
    }
  }
  return { isSame, stop: () => closeSync(descriptor) }
}
