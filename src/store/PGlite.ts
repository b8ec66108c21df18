/**
 * The durable engine without a server: PostgreSQL as a library (PGlite, an optional peer
 * dependency), in a directory that one process owns at a time.
 *
 * What was acknowledged survives the death of the process at any moment, the very first opening
 * included. It may not survive a power failure or a crash of the machine, since PGlite does not wait
 * for the disk. Node only.
 *
 * A query runs in this thread, and awaiting one after another leaves timers and signals no turn: a
 * long job that wants to notice them has to pause now and then (`setImmediate`).
 *
 * @since 0.1.0
 */
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { LockOptions, StoreLocked } from './DirectoryLock.ts'
import { lockDirectory } from './DirectoryLock.ts'
import { unavailable } from './EngineParts.ts'
import type { EventStore, StoreUnavailable } from './EventStore.ts'
import type { SqlClient, SqlOptions } from './Sql.ts'
import { createSchema, sqlStore } from './Sql.ts'

/**
 * An open database: its store, what else can be asked of it, and the end of it. Closing waits for
 * what was asked before, and lets the next one open the directory; a second time it does nothing.
 *
 * @category model
 * @since 0.1.0
 */
export interface Database {
  readonly store: EventStore<EncodedEvent>
  readonly client: SqlClient
  readonly close: Task<void>
}

/**
 * Opens the database in a directory, which is made where there is none. The first time takes some
 * seconds, later ones half a second.
 *
 * It fails with `StoreLocked`, which names the owner, where the directory is open already, here or
 * in another process; a process that has died is no owner. Without the package
 * `@electric-sql/pglite` it fails with `StoreUnavailable`.
 *
 * @example
 *   import { openPGlite } from 'decider-ts/store/PGlite'
 *   import { isRight, right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const opened = await openPGlite('.data/lamps')()
 *   assert.ok(isRight(opened))
 *   assert.deepStrictEqual(await opened.right.store.load('lamp-7')(), right([]))
 *   await opened.right.close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const openPGlite =
  (
    directory: string,
    options: SqlOptions & LockOptions = {},
  ): TaskEither<StoreLocked | StoreUnavailable, Database> =>
  async () => {
    try {
      await mkdir(directory, { recursive: true })
    } catch (cause) {
      return unavailable('open', cause)
    }
    const locked = await lockDirectory(directory, options)()
    if (locked._tag === 'Left') return locked
    const release = locked.right
    try {
      const pglite = await start(resolve(directory))
      const close = once(() => pglite.close().then(release, release))
      const created = await createSchema(pglite)()
      if (created._tag === 'Left') {
        await close()
        return created
      }
      const store = sqlStore(pglite, options)
      return { _tag: 'Right', right: { store, client: pglite, close } }
    } catch (cause) {
      await release()
      return unavailable('open', cause)
    }
  }

/**
 * What is used of the package. Its own types would ask those of a browser and of Emscripten from
 * whoever compiles this.
 */
interface Driver {
  readonly PGlite: {
    readonly create: (
      directory: string,
    ) => Promise<SqlClient & { readonly close: () => Promise<void> }>
  }
}

const driver: string = '@electric-sql/pglite'

/** PGlite on `pg` in the directory, which has that name only since it was complete. */
const start = async (directory: string) => {
  // the package exports this class among others
  const { PGlite } = (await import(driver)) as Driver
  const complete = join(directory, 'pg')
  if (!(await exists(complete))) {
    const unfinished = join(directory, 'pg.new')
    await rm(unfinished, { recursive: true, force: true })
    const first = await PGlite.create(unfinished)
    await first.close()
    await rename(unfinished, complete)
  }
  return PGlite.create(complete)
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (cause: { readonly code?: string }) =>
      cause.code === 'ENOENT' ? false : Promise.reject(cause),
  )

/** A task that runs once, and gives what came of it from then on. */
const once = (task: Task<void>): Task<void> => {
  let result: Promise<void> | undefined
  return () => (result ??= task())
}
