/**
 * A pool of connections with the settings that the store needs.
 *
 * @since 0.1.0
 */
import { errorCode } from '../internal/errorCode.ts'
import type { ConnectionPool, PoolConnection, PostgresClient, PostgresDriver } from './driver.ts'
import { typeParsers } from './driver.ts'
import { lendingOf } from './lending.ts'

/** Where the server is, and as whom to connect; the fields of node-postgres. */
export type DriverConfig = Readonly<Record<string, unknown>>

export interface PoolOptions {
  readonly connections: number
  /** The time limit of a statement, in milliseconds. */
  readonly timeout: number
  /** Whether a pooler shares the sessions with other clients, so that nothing may be set in them. */
  readonly pooler: boolean
}

export interface SessionPool {
  /** Whether a session keeps what a statement leaves in it. */
  readonly keepsStatements: boolean
  /** The maximum number of connections. */
  readonly size: number
  /**
   * Lends a connection to `use` alone, and takes it back, or ends it if `isSpent` says so. Rejects with what
   * the driver or `use` rejects with.
   */
  readonly using: <A>(
    use: (connection: PoolConnection) => Promise<A>,
    isSpent: (connection: PoolConnection, failure: unknown) => boolean,
  ) => Promise<A>
  readonly end: () => Promise<void>
}

/** Milliseconds to wait for a connection, new or pooled. */
const connectTimeout = 10_000

/** Milliseconds after which an idle connection is closed. */
const idleTimeout = 30_000

/** Seconds after which a connection is replaced, so that a changed DNS entry takes effect. */
const longestLife = 1_800

/** Milliseconds that the server has to end a statement after its limit, before the connection is closed. */
export const grace = 5_000

/** Milliseconds to wait for a lock, after which the error names the lock as the reason. */
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
    // as with an embedded database, idle connections keep no program alive
    allowExitOnIdle: true,
    Client: endingClient(driver),
    ...config,
    max: connections,
    types: typeParsers(driver),
    query_timeout: limitOf(timeout + grace),
  })
  // a lost idle connection is replaced when needed, but an error without a listener would end the program
  pool.on('error', ignore)
  pool.on('connect', (connection) => connection.on('error', ignore))
  return pool
}

/**
 * The constructor of clients that end if they fail to connect. Those of node-postgres stay connected where the
 * reason is their own, such as a missing password, and keep the program running until the server gives up.
 */
const endingClient = ({ Client }: PostgresDriver) =>
  function (config: DriverConfig): PostgresClient {
    const client = new Client(config)
    const connect = client.connect.bind(client)
    return Object.assign(client, {
      connect: (done: (failure?: unknown) => void): void =>
        connect((failure) => {
          if (failure !== undefined && failure !== null) client.end(ignore)
          done(failure)
        }),
    })
  }

export const sessionPool = (
  driver: PostgresDriver,
  config: DriverConfig,
  options: PoolOptions,
): SessionPool => {
  const { timeout, pooler } = options
  const pool = driverPool(driver, config, options)
  const { take, giveBack, stop } = lendingOf(pool)
  const prepared = new WeakSet<PoolConnection>()

  const prepare = async (connection: PoolConnection): Promise<void> => {
    await connection.query({ text: settings(timeout) })
    prepared.add(connection)
  }

  return {
    keepsStatements: !pooler,
    size: options.connections,
    using: async (use, isSpent) => {
      const taken = take()
      const connection = 'query' in taken ? taken : await taken
      let failure: unknown
      try {
        if (!pooler && !prepared.has(connection)) await prepare(connection)
        return await use(connection)
      } catch (cause) {
        failure = cause ?? 'unknown'
        throw cause
      } finally {
        giveBack(connection, isSpent(connection, failure))
      }
    },
    end: () => {
      stop()
      return pool.end()
    },
  }
}

const ignore = (): void => {}

/** A limit in the form of the driver and the server: an integer of at most 31 bits, where 0 means none. */
export const limitOf = (milliseconds: number): number =>
  milliseconds > 0x7f_ff_ff_ff ? 0 : Math.max(1, Math.ceil(milliseconds))

/**
 * The settings of a session. They are sent as a statement, because a `default_transaction_isolation` in the URL
 * would override startup parameters, and poolers reject those.
 */
const settings = (timeout: number): string => `set default_transaction_isolation = 'read committed';
set lock_timeout = ${limitOf(Math.min(lockTimeout, timeout / 2))};
set statement_timeout = ${limitOf(timeout)};
set idle_in_transaction_session_timeout = ${limitOf(timeout)}`

/** Whether a failure is an error of the statement, after which the connection can still be used. */
export const isOfStatement = (failure: unknown): boolean => {
  const code = errorCode(failure)
  // these codes end the session: 08 connection, 57P shutdown, 25P idle for too long
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|25P0[34])/.test(code)
}
