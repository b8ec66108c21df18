/**
 * The durable engine without a server: PostgreSQL as a library (PGlite, an optional peer dependency), in a
 * directory that one process owns at a time.
 *
 * Acknowledged appends survive a crash of the process at any moment, even during the first opening. They may
 * not survive a power failure or a crash of the machine, because PGlite does not wait for the disk. Node
 * only.
 *
 * Queries run in the calling thread, and awaiting one after the other starves timers and signals: a long job
 * that should notice them has to pause now and then (`setImmediate`).
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { resolve } from 'node:path'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { DirectoryLock, LockOptions } from './PGlite/directoryLock.ts'
import { lockDirectory } from './PGlite/directoryLock.ts'
import { unavailable } from './internal/engine.ts'
import type { OwnershipLost, StoreLocked } from './internal/pgliteFailures.ts'
import type { EventStore, StoreUnavailable } from './EventStore.ts'
import { makeDirectory, openFiles, watchFiles } from './PGlite/files.ts'
import type { Fence } from './PGlite/module.ts'
import type { PGliteSession } from './PGlite/session.ts'
import { openPGliteSession } from './PGlite/session.ts'
import type { SqlDatabase, SqlOptions } from './Sql.ts'
import { createSchema, sqlStore } from './Sql.ts'
import { left, right } from '../internal/either.ts'

export type {
  CorruptLock,
  DamagedDatabase,
  OwnershipLost,
  StoreLocked,
} from './internal/pgliteFailures.ts'

/**
 * An open database. All calls share one connection and run one after the other. After each statement of
 * `client` and after each transaction the session is reset: no setting, temporary table or cursor remains. The
 * store and the client wait until a transaction ends; called inside one they fail, because its rollback would
 * undo their work. Closing gives the directory back.
 *
 * @category model
 * @since 0.1.0
 */
export interface PGliteDatabase extends SqlDatabase {}

/**
 * Opens the database in a directory, which is created if needed. The first time takes some seconds, later
 * ones half a second.
 *
 * Fails with `StoreLocked`, which names the owner, if the directory is open already: in this process, in
 * another one, in another container or on another machine. An owner that died on this machine is replaced
 * at once; one that died elsewhere, or before a reboot, counts as gone after 10 seconds without a
 * heartbeat. `takeOver` replaces any owner without waiting.
 *
 * An owner that was replaced (because it was paused for long, or by `takeOver`) notices: its store fails
 * with `StoreUnavailable` and the cause `OwnershipLost`. The same happens if its files are deleted or
 * replaced.
 *
 * Fails with `StoreUnavailable`: with the cause `MissingPackage` if `@electric-sql/pglite` is not installed,
 * and with `DamagedDatabase` if files of the database are missing.
 *
 * @example
 *   import { openPGlite } from 'decider-ts/store/PGlite'
 *   import { isRight, right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const opened = await openPGlite('.data/lamps')()
 *   assert.ok(isRight(opened))
 *   const { store, transaction, close } = opened.right
 *   assert.deepStrictEqual(await store.load('lamp-7')(), right([]))
 *   // several statements on your own table: all or none
 *   const moved = await transaction((client) => async () => {
 *     await client.query('create table if not exists lit (lamp text primary key)', [])
 *     await client.query('insert into lit values ($1) on conflict do nothing', ['lamp-7'])
 *     return right((await client.query('select lamp from lit', [])).rows)
 *   })()
 *   assert.deepStrictEqual(moved, right([{ lamp: 'lamp-7' }]))
 *   await close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const openPGlite =
  (
    directory: string,
    options: SqlOptions & LockOptions = {},
  ): TaskEither<StoreLocked | StoreUnavailable, PGliteDatabase> =>
  async () => {
    try {
      await makeDirectory(directory)
    } catch (cause) {
      return unavailable('open', cause)
    }
    const locked = await lockDirectory(directory, options)()
    if (locked._tag === 'Left') return locked
    const lock = locked.right
    try {
      const session = await startSession(resolve(directory), lock)
      const { schema = 'public' } = options
      const created = await createSchema(session.own, { schema })()
      if (created._tag === 'Left') {
        await session.close()
        return created
      }
      const { client, transaction, close } = session
      const blocked = (): StoreUnavailable | undefined => {
        const cause = session.blocked()
        return cause && { type: 'StoreUnavailable', operation: 'append', cause }
      }
      const sql = sqlStore(session.own, { writers: 1, ...options, schema })
      const append: EventStore<EncodedEvent>['append'] = (commit, limits) => () => {
        // asked here, because a commit that waits is sent by whoever comes before it
        const reason = blocked()
        return reason === undefined ? sql.append(commit, limits)() : Promise.resolve(left(reason))
      }
      const store = { ...sql, append, blocked }
      return right({ store, client, transaction, close })
    } catch (cause) {
      await lock.release()
      return unavailable('open', cause)
    }
  }

const startSession = async (directory: string, lock: DirectoryLock): Promise<PGliteSession> => {
  const fence: Fence = () => {
    const checked = lock.check()
    return checked._tag === 'Left' ? checked.left : undefined
  }
  const pglite = await openFiles(directory, fence)
  const files = watchFiles(directory)
  const lost = (): OwnershipLost | undefined => {
    const ownershipLost = fence()
    if (ownershipLost !== undefined) return ownershipLost
    return files.isSame() ? undefined : { type: 'OwnershipLost', directory, reason: 'Removed' }
  }
  const end = async (): Promise<void> => {
    files.stop()
    await lock.release()
  }
  return openPGliteSession(pglite, lost, end)
}
