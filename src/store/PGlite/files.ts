/**
 * The files of a PGlite database, in the folder `pg` of its directory. The folder gets that name only when
 * the database in it is complete.
 *
 * @since 0.1.0
 */
import { closeSync, fstatSync, lstatSync, openSync, renameSync } from 'node:fs'
import { lstat, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DamagedDatabase } from '../internal/pgliteFailures.ts'
import type { SqlClient } from '../Sql.ts'
import { errorCode } from '../internal/errorCode.ts'
import { packageFailure } from '../internal/packageFailure.ts'
import { rejected } from '../internal/transactions.ts'
import type { Fence, PGliteFiles } from './module.ts'
import { fenced, gateOf } from './module.ts'

/** The part of an open database that is used. */
export interface OpenPGlite extends SqlClient {
  readonly exec: (text: string) => Promise<unknown>
  /** Sends a protocol message, at half the cost of `exec`. */
  readonly execProtocol: (message: Uint8Array) => Promise<unknown>
  readonly isInTransaction: () => boolean
  readonly transaction: <A>(run: (client: SqlClient) => Promise<A>) => Promise<A>
  readonly close: () => Promise<void>
}

interface StartingPGlite extends OpenPGlite {
  readonly waitReady: Promise<void>
  execProtocolRawSync: (message: Uint8Array) => Uint8Array
}

/**
 * The part of the package that is used. Its own types would require users to have browser and Emscripten types.
 */
interface PGliteDriver {
  readonly PGlite: new (options: { readonly fs: PGliteFiles }) => StartingPGlite
  readonly NodeFS: new (directory: string) => PGliteFiles
}

/** As variables, so that users can compile without the declarations of the package. */
const main: string = '@electric-sql/pglite'
const nodeFiles: string = '@electric-sql/pglite/nodefs'

const loadPGlite = async (): Promise<PGliteDriver> => {
  try {
    // each module exports the class of that name
    const { PGlite } = (await import(main)) as PGliteDriver
    const { NodeFS } = (await import(nodeFiles)) as PGliteDriver
    return { PGlite, NodeFS }
  } catch (cause) {
    return rejected(packageFailure(main, cause))
  }
}

/** Opens the database in a directory, or creates it; changes files only while the fence allows it. */
export const openFiles = async (directory: string, fence: Fence): Promise<OpenPGlite> => {
  const driver = await loadPGlite()
  const complete = completeIn(directory)
  if (await isThere(complete)) {
    const missing = (await Promise.all(needed.map((name) => missingIn(complete, name)))).flat()
    // becomes the cause of StoreUnavailable
    if (missing[0] !== undefined) return Promise.reject(damaged(missing[0]))
  } else {
    const unfinished = join(directory, 'pg.new')
    await rm(unfinished, { recursive: true, force: true })
    const first = await startDriver(driver, unfinished, fence)
    await first.close()
    const lost = fence()
    if (lost !== undefined) return Promise.reject(lost)
    renameSync(unfinished, complete)
  }
  return startDriver(driver, complete, fence)
}

/** Starts a database whose statements are stopped once the fence is shut. */
const startDriver = async (
  { PGlite, NodeFS }: PGliteDriver,
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
  // reports the lost ownership rather than the error that PGlite made of it
  await pglite.waitReady.finally(gate.enter)
  return pglite
}

/** Files that PostgreSQL always has; PGlite creates a new database if the first one is missing. */
const needed = ['PG_VERSION', join('global', 'pg_control')]

const missingIn = async (complete: string, name: string): Promise<ReadonlyArray<string>> => {
  const file = join(complete, name)
  const found = await stat(file).catch(absent)
  return found?.isFile() === true ? [] : [file]
}

const damaged = (file: string): DamagedDatabase => ({ type: 'DamagedDatabase', file })

const completeIn = (directory: string): string => join(directory, 'pg')

/** Whether the name exists; a broken link counts, since its target may come back. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path)
    .catch(absent)
    .then((found) => found !== undefined)

const absent = (cause: unknown): undefined | Promise<never> => {
  const code = errorCode(cause)
  return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : Promise.reject(cause)
}

/**
 * Creates a directory and its parents. `mkdir` with `recursive` never ends in a directory in which nothing
 * can be created, such as `/proc`.
 */
export const makeDirectory = async (directory: string): Promise<void> => {
  const make = (): Promise<void> =>
    mkdir(directory).catch(async (cause: unknown) => {
      if (errorCode(cause) !== 'EEXIST' || !(await stat(directory)).isDirectory()) throw cause
    })
  return make().catch(async (cause: unknown) => {
    const parent = dirname(directory)
    if (errorCode(cause) !== 'ENOENT' || parent === directory || (await isThere(parent)))
      throw cause
    await makeDirectory(parent)
    await make()
  })
}

export interface FilesWatch {
  /** Whether the open files are still the ones in the directory, neither removed nor replaced. */
  readonly isSame: () => boolean
  readonly stop: () => void
}

/** Watches the files of an open database. */
export const watchFiles = (directory: string): FilesWatch => {
  // PostgreSQL writes this file in place. While it is open here, its inode is not reused.
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
