/**
 * A pool of connections whose sessions are as the store needs them.
 *
 * @since 0.1.0
 */
import { errorCode } from '../internal/errorCode.ts'
import type { ConnectionPool, PoolConnection, PostgresDriver } from './driver.ts'
import { typeParsers } from './driver.ts'

/** Where the server is, and as whom to connect; the fields of node-postgres. */
export type DriverConfig = Readonly<Record<string, unknown>>

export interface PoolOptions {
  readonly connections: number
  /** Milliseconds for a statement. */
  readonly timeout: number
  /** Whether sessions are shared with others, so that nothing may be set in them. */
  readonly pooler: boolean
}

export interface SessionPool {
  /**
   * Uses a connection that nobody else has meanwhile, and gives it back; `isSpent` tells whether to end it
   * instead. Rejects with what the driver or `use` rejects with.
   */
  readonly using: <A>(
    use: (connection: PoolConnection) => Promise<A>,
    isSpent: (connection: PoolConnection, failure: unknown) => boolean,
  ) => Promise<A>
  readonly end: () => Promise<void>
}

/** Milliseconds to wait for a connection, a new one or one that others use. */
const connectTimeout = 10_000

/** Milliseconds after which an idle connection is closed. */
const idleTimeout = 30_000

/** Seconds after which a connection is replaced, so that all end up at the server that a name stands for. */
const longestLife = 1_800

/** Milliseconds after its own limit that the server gets to end a statement, before the connection is given up. */
export const grace = 5_000

/** Milliseconds to wait for a lock: a store that stands still is to say why. */
const lockTimeout = 10_000

/** A pool as node-postgres has it. */
export const driverPool = (
  driver: PostgresDriver,
  config: DriverConfig,
  { connections, timeout }: Pick<PoolOptions, 'connections' | 'timeout'>,
): ConnectionPool => {
  const pool: ConnectionPool = new driver.Pool({
    application_name: 'decider-ts',
    connectionTimeoutMillis: connectTimeout,
    idleTimeoutMillis: idleTimeout,
    maxLifetimeSeconds: longestLife,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // as a database in the process: idle connections keep no program alive
    allowExitOnIdle: true,
    ...config,
    max: connections,
    types: typeParsers(driver),
    query_timeout: limitOf(timeout + grace),
  })
  // an idle connection that was lost is replaced when it is needed; an error without a listener ends the program
  pool.on('error', ignore)
  pool.on('connect', (connection) => connection.on('error', ignore))
  return pool
}

export const sessionPool = (
  driver: PostgresDriver,
  config: DriverConfig,
  options: PoolOptions,
): SessionPool => {
  const { timeout, pooler } = options
  const pool = driverPool(driver, config, options)
  const prepared = new WeakSet<PoolConnection>()

  const prepare = async (connection: PoolConnection): Promise<void> => {
    if (pooler || prepared.has(connection)) return
    await connection.query({ text: settings(timeout) })
    prepared.add(connection)
  }

  return {
    using: async (use, isSpent) => {
      const connection = await pool.connect()
      let failure: unknown
      try {
        await prepare(connection)
        return await use(connection)
      } catch (cause) {
        failure = cause ?? 'unknown'
        throw cause
      } finally {
        connection.release(isSpent(connection, failure))
      }
    },
    end: () => pool.end(),
  }
}

const ignore = (): void => {}

/**
 * A limit as the driver and the server take it. Both limit it to 31 bits; 0 means none.
 */
export const limitOf = (milliseconds: number): number =>
  milliseconds > 0x7f_ff_ff_ff ? 0 : Math.max(1, Math.ceil(milliseconds))

/**
 * The settings of a session. They are not passed on connecting, where a `default_transaction_isolation` of the
 * URL would win, and where poolers refuse them.
 */
const settings = (timeout: number): string => `set default_transaction_isolation = 'read committed';
set lock_timeout = ${limitOf(Math.min(lockTimeout, timeout / 2))};
set statement_timeout = ${limitOf(timeout)};
set idle_in_transaction_session_timeout = ${limitOf(timeout)}`

/** Whether a failure leaves the connection as it was: an error of the statement, told by the server. */
export const isOfStatement = (failure: unknown): boolean => {
  const code = errorCode(failure)
  // not those that end the session: 08 connection, 57P shutdown, 25P idle for too long
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|25P0[34])/.test(code)
}
