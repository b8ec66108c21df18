/**
 * Turns on the one connection that PGlite has: the store's statements, the user's own, and the user's
 * transactions, one after the other. What a user's statement leaves behind in the session (an open
 * transaction, settings, temporary tables) is gone before anybody else's turn.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { AsyncLocalStorage } from 'node:async_hooks'
import type { OwnershipLost } from './directoryLock.ts'
import type { OpenPGlite } from './files.ts'
import type { SqlClient } from '../Sql.ts'
import { transactionStatementIn } from './transactionStatement.ts'
import { left } from '../../internal/either.ts'

/**
 * A transaction came to nothing: none of its changes were kept. Where the commit itself failed, as
 * when the directory was lost meanwhile, they may have been.
 *
 * - `TimedOut`: it took longer than its time limit
 * - `Closed`: the database was closed from within it
 * - `Nested`: it was begun within another one
 * - `Failed`: a statement, `run` itself or the database failed; `cause` says how
 *
 * @category failures
 * @since 0.1.0
 */
export interface TransactionFailed {
  readonly type: 'TransactionFailed'
  readonly reason: 'TimedOut' | 'Closed' | 'Nested' | 'Failed'
  readonly cause: unknown
}

/**
 * Why the store or the client did not ask the database at all.
 *
 * - `InsideTransaction`: called within `transaction`, where the outcome could still be taken back
 * - `TransactionEnded`: the client of a transaction that is over
 * - `DatabaseClosed`: closed before
 *
 * @category failures
 * @since 0.1.0
 */
export interface NotAsked {
  readonly type: 'InsideTransaction' | 'TransactionEnded' | 'DatabaseClosed'
}

/**
 * What a transaction may be given.
 *
 * @category model
 * @since 0.1.0
 */
export interface TransactionOptions {
  /** Milliseconds after which it is rolled back, counted from its turn. Defaults to 30,000. */
  readonly timeout?: number
}

/**
 * Runs statements in one transaction, which keeps all others out. It is kept where `run` gives a Right.
 *
 * @category model
 * @since 0.1.0
 */
export type RunTransaction = <F, A>(
  run: (client: SqlClient) => TaskEither<F, A>,
  options?: TransactionOptions,
) => TaskEither<F | TransactionFailed, A>

/** One connection, and the ways to ask it. */
export interface Session {
  /** For the store: its statements leave nothing behind. */
  readonly own: SqlClient
  /** For users: each statement by itself. */
  readonly client: SqlClient
  readonly transaction: RunTransaction
  /** Why the store would not answer whoever asks it from here. */
  readonly blocked: () => NotAsked | undefined
  readonly close: Task<void>
}

interface Active {
  /** Ends the transaction; undefined once it is over. */
  stop: ((reason: 'TimedOut' | 'Closed') => void) | undefined
}

/** The session on an open database, as long as `lost` gives nothing. */
export const openSession = async (
  pglite: OpenPGlite,
  lost: () => OwnershipLost | undefined,
  end: Task<void>,
): Promise<Session> => {
  const { rows } = await pglite.query('select quote_ident(session_user) as name', [])
  const reset = simpleQuery(resetting(String(rows[0]?.['name'])))
  const inside = new AsyncLocalStorage<Active>()
  const isInside = (): boolean => inside.getStore()?.stop !== undefined
  let last: Promise<unknown> = Promise.resolve()
  let unusable: unknown
  let closed = false
  let closing: Promise<void> | undefined

  /** What stands in the way of asking the database. */
  const obstacle = (): unknown => (closed ? notAsked('DatabaseClosed') : (unusable ?? lost()))

  /**
   * Runs when everything before has ended; looks before and after whether the files are ours, which is
   * 3 % of an append.
   */
  const turn = <A>(task: () => Promise<A>): Promise<A> => {
    const checked = async (): Promise<A> => {
      const before = obstacle()
      if (before !== undefined) return rejected(before)
      // what stops a statement in the middle looks like a failure of the database
      const result = await task().catch((cause: unknown) => rejected(lost() ?? cause))
      const after = lost()
      return after === undefined ? result : rejected(after)
    }
    const result = last.then(checked)
    last = result.catch(() => undefined)
    return result
  }

  /** Leaves the session as it was at the start. A transaction that is still open is rolled back. */
  const clean = async (): Promise<void> => {
    try {
      if (pglite.isInTransaction()) await pglite.exec('rollback')
      await pglite.execProtocol(reset)
    } catch (cause) {
      unusable = cause
    }
  }

  const thenClean = async <A>(asked: Promise<A>): Promise<A> => {
    try {
      return await asked
    } finally {
      await clean()
    }
  }

  const transaction: RunTransaction =
    (run, { timeout = 30_000 } = {}) =>
    () => {
      if (isInside()) return Promise.resolve(failed('Nested', undefined))
      const active: Active = { stop: undefined }
      return turn(() => thenClean(inTransaction(pglite, inside, active, run, timeout))).catch(
        (cause: unknown) => failed('Failed', cause),
      )
    }

  const guarded =
    (ask: SqlClient['query']): SqlClient['query'] =>
    (text, params) =>
      isInside() ? rejected(notAsked('InsideTransaction')) : turn(() => ask(text, params))

  const askAlone: SqlClient['query'] = (text, params) => thenClean(pglite.query(text, params))
  const alone = guarded(askAlone)
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
      return (closing ??= last.then(async () => {
        closed = true
        // closing writes; where the files belong to somebody else by now, nothing may be written
        if (lost() === undefined) await pglite.close().catch(() => undefined)
        await end()
      }))
    },
  }
}

const inTransaction = async <F, A>(
  pglite: OpenPGlite,
  inside: AsyncLocalStorage<Active>,
  active: Active,
  run: (client: SqlClient) => TaskEither<F, A>,
  timeout: number,
): Promise<Either<F | TransactionFailed, A>> => {
  // what the transaction came to, where it is to be rolled back
  let rolledBack: Either<F | TransactionFailed, never> | undefined
  try {
    return await pglite.transaction(async (tx) => {
      const stopped = new Promise<Either<TransactionFailed, never>>((resolve) => {
        active.stop = (reason) => resolve(failed(reason, undefined))
      })
      // a timer takes no more than 31 bits of milliseconds; longer is for ever
      const timer =
        timeout > 0x7f_ff_ff_ff ? undefined : setTimeout(() => active.stop?.('TimedOut'), timeout)
      const running = inside.run(active, async () => run(clientOf(tx, active))())
      const result = await Promise.race([running, stopped]).finally(() => {
        clearTimeout(timer)
        active.stop = undefined
      })
      // a rejection is what makes PGlite roll back
      if (result._tag === 'Left') return rejected((rolledBack = result))
      return result
    })
  } catch (cause) {
    return rolledBack ?? failed('Failed', cause)
  }
}

/** The client of a transaction, as long as that is open. */
const clientOf = (tx: SqlClient, active: Active): SqlClient => ({
  query: (text, params) => {
    if (active.stop === undefined) return rejected(notAsked('TransactionEnded'))
    const refused = transactionStatementIn(text, 'Savepoints')
    return refused === undefined ? tx.query(text, params) : rejected(refused)
  },
})

const notAsked = (type: NotAsked['type']): NotAsked => ({ type })

const failed = (
  reason: TransactionFailed['reason'],
  cause: unknown,
): Either<TransactionFailed, never> => left({ type: 'TransactionFailed', reason, cause })

/**
 * Does what `discard all` does, but for the plans, which follow the session by themselves: making
 * those anew doubles the time of the next append. Resetting takes 90 µs, a plain `select` 110. In
 * PostgreSQL's single-user mode the user is no part of `discard all`; the role goes with it.
 */
const resetting = (user: string): string => `set session authorization ${user}; reset all;
  close all; deallocate all; unlisten *; select pg_catalog.pg_advisory_unlock_all();
  discard temp; discard sequences`

/** A message of PostgreSQL's protocol: its letter, its length without that, and a string. */
const simpleQuery = (text: string): Uint8Array => {
  const bytes = new TextEncoder().encode(`Q----${text}\0`)
  new DataView(bytes.buffer).setUint32(1, bytes.length - 1)
  return bytes
}

/** Failures of a client are rejections, as those of any driver; the store turns them into values. */
const rejected = (cause: unknown): Promise<never> => Promise.reject(cause)
