/**
 * Shares the one connection of PGlite: statements of the store, statements of the user and transactions of
 * the user run one after the other. After a statement of the user the session is reset (open transactions,
 * settings, temporary tables) before anything else runs.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { AsyncLocalStorage } from 'node:async_hooks'
import type { OpenPGlite } from './files.ts'
import type { NotAsked, TransactionFailed } from '../internal/databaseFailures.ts'
import type { OwnershipLost } from '../internal/pgliteFailures.ts'
import type { ActiveTransaction } from '../internal/transactions.ts'
import { notAsked, rejected, runWithin, transactionFailed } from '../internal/transactions.ts'
import { transactionStatementIn } from '../internal/transactionStatement.ts'
import type { RunTransaction, SqlClient } from '../Sql.ts'

export interface PGliteSession {
  /** For the store, whose statements need no reset. */
  readonly own: SqlClient
  /** For users: single statements. */
  readonly client: SqlClient
  readonly transaction: RunTransaction
  /** Why a call of the store from here would fail. */
  readonly blocked: () => NotAsked | undefined
  readonly close: Task<void>
}

/** A session on an open database; it ends when `lost` returns a reason. */
export const openPGliteSession = async (
  pglite: OpenPGlite,
  lost: () => OwnershipLost | undefined,
  end: Task<void>,
): Promise<PGliteSession> => {
  const { rows } = await pglite.query('select quote_ident(session_user) as name', [])
  const { thenReset, unusable } = resets(pglite, String(rows[0]?.['name']))
  const inside = new AsyncLocalStorage<ActiveTransaction>()
  const isInside = (): boolean => inside.getStore()?.stop !== undefined
  let closed = false
  let closing: Promise<void> | undefined

  /** Why the database can't be asked. */
  const obstacle = (): unknown => (closed ? notAsked('DatabaseClosed') : (unusable() ?? lost()))
  const { turn, allEnded } = ownedTurns(obstacle, lost)

  const transaction: RunTransaction =
    (run, { timeout = 30_000 } = {}) =>
    () => {
      if (isInside()) return Promise.resolve(transactionFailed('Nested', undefined))
      const active: ActiveTransaction = { stop: undefined }
      return turn(() => thenReset(transactionOn(pglite, inside, active, run, timeout))).catch(
        (cause: unknown) => transactionFailed('Failed', cause),
      )
    }

  const guarded =
    (ask: SqlClient['query']): SqlClient['query'] =>
    (text, params) =>
      isInside() ? rejected(notAsked('InsideTransaction')) : turn(() => ask(text, params))

  const alone = guarded((text, params) => thenReset(pglite.query(text, params)))
  return {
    own: { query: guarded((text, params) => pglite.query(text, params)) },
    client: {
      query: (text, params) => {
        const refused = transactionStatementIn(text)
        return refused === undefined ? alone(text, params) : rejected(refused)
      },
    },
    transaction,
    blocked: () => (isInside() ? notAsked('InsideTransaction') : undefined),
    close: () => {
      inside.getStore()?.stop?.('Closed')
      return (closing ??= allEnded().then(async () => {
        closed = true
        // closing writes, which is not allowed if the files belong to another process by now
        if (lost() === undefined) await pglite.close().catch(() => undefined)
        await end()
      }))
    },
  }
}

/** Runs tasks one after the other; checks the ownership before and after each, which costs 3 % of an append. */
const ownedTurns = (obstacle: () => unknown, lost: () => OwnershipLost | undefined) => {
  let last: Promise<unknown> = Promise.resolve()
  const checked = async <A>(task: () => Promise<A>): Promise<A> => {
    const before = obstacle()
    if (before !== undefined) return rejected(before)
    // a statement that the fence stopped looks like a failure of the database
    const result = await task().catch((cause: unknown) => rejected(lost() ?? cause))
    const after = lost()
    return after === undefined ? result : rejected(after)
  }
  return {
    turn: <A>(task: () => Promise<A>): Promise<A> => {
      const result = last.then(() => checked(task))
      last = result.catch(() => undefined)
      return result
    },
    allEnded: (): Promise<unknown> => last,
  }
}

/** Resets of the session of a user, and why the last one failed. */
const resets = (pglite: OpenPGlite, user: string) => {
  const reset = simpleQuery(resetting(user))
  let unusable: unknown
  return {
    unusable: (): unknown => unusable,
    /** Waits for a call, resets the session, and rolls back a transaction that is still open. */
    thenReset: async <A>(asked: Promise<A>): Promise<A> => {
      try {
        return await asked
      } finally {
        try {
          if (pglite.isInTransaction()) await pglite.exec('rollback')
          await pglite.execProtocol(reset)
        } catch (cause) {
          unusable = cause
        }
      }
    },
  }
}

const transactionOn = async <F, A>(
  pglite: OpenPGlite,
  inside: AsyncLocalStorage<ActiveTransaction>,
  active: ActiveTransaction,
  run: (client: SqlClient) => TaskEither<F, A>,
  timeout: number,
): Promise<Either<F | TransactionFailed, A>> => {
  // the result, if it is to be rolled back
  let rolledBack: Either<F | TransactionFailed, never> | undefined
  try {
    return await pglite.transaction(async (tx) => {
      const result = await runWithin(active, (enter) => inside.run(active, enter), tx, run, timeout)
      // PGlite rolls back if the promise rejects
      if (result._tag === 'Left') return rejected((rolledBack = result))
      return result
    })
  } catch (cause) {
    return rolledBack ?? transactionFailed('Failed', cause)
  }
}

/**
 * Does what `discard all` does, except for dropping plans, which would double the time of the next append.
 * The reset takes 90 µs, a plain `select` 110. In PostgreSQL's single-user mode `discard all` does not reset
 * the user; the role is reset with it.
 */
const resetting = (user: string): string => `set session authorization ${user}; reset all;
  close all; deallocate all; unlisten *; select pg_catalog.pg_advisory_unlock_all();
  discard temp; discard sequences`

/** A message of PostgreSQL's protocol: a letter, the length without it, and a string. */
const simpleQuery = (text: string): Uint8Array => {
  const bytes = new TextEncoder().encode(`Q----${text}\0`)
  new DataView(bytes.buffer).setUint32(1, bytes.length - 1)
  return bytes
}
