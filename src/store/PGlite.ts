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
import { resolve } from 'node:path'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type {
  DirectoryLock,
  LockOptions,
  OwnershipLost,
  StoreLocked,
} from './PGlite/directoryLock.ts'
import { lockDirectory } from './PGlite/directoryLock.ts'
import { unavailable } from './internal/engineParts.ts'
import type { EventStore, StoreUnavailable } from './EventStore.ts'
import { makeDirectory, openFiles, watchFiles } from './PGlite/files.ts'
import type { Fence } from './PGlite/module.ts'
import type { RunTransaction, Session } from './PGlite/session.ts'
import { openSession } from './PGlite/session.ts'
import type { SqlClient, SqlOptions } from './Sql.ts'
import { createSchema, sqlStore } from './Sql.ts'
import { right } from '../internal/either.ts'

export type {
  LockContended,
  LockOptions,
  OwnershipLost,
  StoreLocked,
} from './PGlite/directoryLock.ts'
export type { DamagedDatabase } from './PGlite/files.ts'
export type { CorruptLock, Owner } from './PGlite/lockFile.ts'
export type {
  NotAsked,
  RunTransaction,
  TransactionFailed,
  TransactionOptions,
} from './PGlite/session.ts'
export type { TransactionStatement } from './PGlite/transactionStatement.ts'

/**
 * An open database: its store, what else can be asked of it, and the end of it.
 *
 * There is one connection, and everything takes its turn on it. Nothing that is done with `client` or
 * in a `transaction` can take back what the store has acknowledged.
 *
 * @category model
 * @since 0.1.0
 */
export interface Database {
  readonly store: EventStore<EncodedEvent>
  /**
   * Runs single statements, such as a query or the update of a table of your own. Each is kept at
   * once, and nothing of the session outlives it: no transaction, setting, temporary table or cursor.
   * A statement that begins or ends a transaction is refused with `TransactionStatement`.
   */
  readonly client: SqlClient
  /**
   * Runs statements in one transaction: what `run` does with the client it is given is kept where it
   * gives a Right, and rolled back where it gives a Left or fails. The store and the other client wait
   * until it has ended, at most for its time limit. Asked by `run` itself they fail with
   * `InsideTransaction`, since what they did could be rolled back: append before or after, not within.
   */
  readonly transaction: RunTransaction
  /**
   * Waits for what was asked before, and lets the next one open the directory. A second time it does
   * nothing.
   */
  readonly close: Task<void>
}

/**
 * Opens the database in a directory, which is made where there is none. The first time takes some
 * seconds, later ones half a second.
 *
 * It fails with `StoreLocked`, which names the owner, where the directory is open already, here, in
 * another process, in another container or on another machine. An owner that has died on this machine
 * is no owner; one that died elsewhere, or before a reboot, is waited for: after 10 seconds without a
 * heartbeat it counts as gone. `takeOver` does not wait, nor ask.
 *
 * An owner that another one has followed (it was paused for long, or taken over from) is told so: its
 * store fails with `StoreUnavailable` and the cause `OwnershipLost`, and so it does where the files
 * were deleted or replaced.
 *
 * Without the package `@electric-sql/pglite` it fails with `StoreUnavailable`; where files of the
 * database are missing, with the cause `DamagedDatabase`.
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
 *   // a table of your own, changed by several statements or by none
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
  ): TaskEither<StoreLocked | StoreUnavailable, Database> =>
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
      const session = await start(resolve(directory), lock)
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
      const store = { ...sqlStore(session.own, { ...options, schema }), blocked }
      return right({ store, client, transaction, close })
    } catch (cause) {
      await lock.release()
      return unavailable('open', cause)
    }
  }

const start = async (directory: string, lock: DirectoryLock): Promise<Session> => {
  const fence: Fence = () => {
    const checked = lock.check()
    return checked._tag === 'Left' ? checked.left : undefined
  }
  const pglite = await openFiles(directory, fence)
  const files = watchFiles(directory)
  const lost = (): OwnershipLost | undefined => {
    const isLost = fence()
    if (isLost !== undefined) return isLost
    return files.isSame() ? undefined : { type: 'OwnershipLost', directory, reason: 'Removed' }
  }
  const end = async (): Promise<void> => {
    files.stop()
    await lock.release()
  }
  return openSession(pglite, lost, end)
}
