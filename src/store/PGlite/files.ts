/**
 * The files of a PGlite database: `pg` in its directory, which has that name only since it was
 * complete.
 *
 * @internal
 * @since 0.1.0
 */
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { closeSync, fstatSync, lstatSync, openSync } from 'node:fs'
import { lstat, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SqlClient } from '../Sql.ts'
import { codeOf } from './lockFile.ts'

/** What is used of a database that is open. */
export interface OpenPGlite extends SqlClient {
  readonly exec: (text: string) => Promise<unknown>
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
  readonly PGlite: new (directory: string) => Starting
}

const driver: string = '@electric-sql/pglite'

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

/** Opens the database in a directory, and makes it the first time. */
export const openFiles = async (directory: string): Promise<OpenPGlite> => {
  // the package exports this class among others
  const { PGlite } = (await import(driver)) as Driver
  const complete = completeIn(directory)
  if (await isThere(complete)) {
    const missing = (await Promise.all(needed.map((name) => missingIn(complete, name)))).flat()
    // becomes the cause of StoreUnavailable
    if (missing[0] !== undefined) return Promise.reject(damaged(missing[0]))
  } else {
    const unfinished = join(directory, 'pg.new')
    await rm(unfinished, { recursive: true, force: true })
    const first = await start(() => new PGlite(unfinished))
    await first.close()
    await rename(unfinished, complete)
  }
  return start(() => new PGlite(complete))
}

/**
 * Starts a database, without its timers: PostgreSQL sets one of 10 seconds for a report about a slow
 * start and one for its statistics, and both would keep a program alive that forgot to close. None of
 * its timers can interrupt a statement anyway, since that runs without giving anything else a turn.
 */
const start = async (make: () => Starting): Promise<OpenPGlite> => {
  const starting = new AsyncLocalStorage<true>()
  const timers: Array<NodeJS.Timeout> = []
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      // a resource of this type is what setTimeout gives
      if (type === 'Timeout' && starting.getStore()) timers.push(resource as NodeJS.Timeout)
    },
  }).enable()
  try {
    return await starting.run(true, async () => {
      const pglite = make()
      withoutTimers(pglite)
      await pglite.waitReady
      return pglite
    })
  } finally {
    hook.disable()
    // while it is in use, every promise of the program is slower
    starting.disable()
    for (const timer of timers) clearTimeout(timer)
  }
}

const withoutTimers = (pglite: Starting): void => {
  const ask = pglite.execProtocolRawSync.bind(pglite)
  pglite.execProtocolRawSync = (message) => {
    // nothing else runs before it is put back, since the call is synchronous
    const { setTimeout } = globalThis
    const never = (...args: Parameters<typeof setTimeout>): NodeJS.Timeout => {
      const timer = setTimeout(...args)
      clearTimeout(timer)
      return timer
    }
    globalThis.setTimeout = Object.assign(never, setTimeout)
    try {
      return ask(message)
    } finally {
      globalThis.setTimeout = setTimeout
    }
  }
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
