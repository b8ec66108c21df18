/**
 * The engine on a PostgreSQL server, 15 or later, with node-postgres (`pg`, an optional peer dependency). Any
 * number of processes may share a database. Node only.
 *
 * Acknowledged appends are on the disk of the server, unless its `fsync` or `synchronous_commit` is off.
 *
 * It has two pools of connections: one that only the store uses, and one for your own statements. All
 * sessions are `read committed`, whatever the default of the server. Every call ends: a statement after
 * `timeout`, the wait for a connection or a lock after 10 seconds. If the connection breaks, a call is
 * repeated for up to 10 seconds, so that a restart of the server only takes time.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import { right } from '../internal/either.ts'
import type { EventStore, StoreUnavailable } from './EventStore.ts'
import { unavailable } from './internal/engine.ts'
import type { ConnectionPool } from './Postgres/driver.ts'
import { loadDriver } from './Postgres/driver.ts'
import type { AppendHints } from './Postgres/hints.ts'
import { appendHints } from './Postgres/hints.ts'
import { driverPool, sessionPool } from './Postgres/pool.ts'
import type { PostgresSession } from './Postgres/session.ts'
import { openPostgresSession } from './Postgres/session.ts'
import type { SqlClient, SqlDatabase, SqlOptions } from './Sql.ts'
import { createSchema, sqlStore } from './Sql.ts'

/**
 * The address of the server, and the user to connect as. Fields that are left out are taken from the
 * environment (`PGHOST`, `PGUSER`, …), as by every client of PostgreSQL. Further fields are passed on to the
 * pool of node-postgres.
 *
 * @category model
 * @since 0.1.0
 */
export interface PostgresConfig {
  readonly connectionString?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly database?: string | undefined
  readonly user?: string | undefined
  /** A function is called for each new connection, for passwords that expire. */
  readonly password?: string | (() => string | Promise<string>) | undefined
  /** `true`, or options of Node's `tls.connect`, such as `ca`. */
  readonly ssl?: boolean | object | undefined
  /** Shown by the server for each connection. Defaults to `decider-ts`. */
  readonly application_name?: string | undefined
  /** How long to wait for a connection, in milliseconds. Defaults to 10,000. */
  readonly connectionTimeoutMillis?: number | undefined
}

/**
 * The options of a store on a server.
 *
 * @category model
 * @since 0.1.0
 */
export interface PostgresOptions extends SqlOptions {
  /** Defaults to `public`. */
  readonly schema?: string
  /**
   * Whether to migrate tables of an earlier version of this library. Defaults to `false`: then opening fails
   * with the cause `OlderSchema`. In an empty database the tables are created in any case.
   */
  readonly migrate?: boolean
  /**
   * The maximum number of connections, at least 2; the store has half of them. `appended` needs one more. With 4 or
   * more, processes that write to one stream take turns. Defaults to 10.
   */
  readonly connections?: number
  /**
   * The time limit of a statement in milliseconds, also for those of the store; the server ends it. If the
   * server does not answer, the connection is closed 5 seconds later. Defaults to 60,000.
   */
  readonly timeout?: number
  /**
   * Whether the connections go through a pooler in transaction mode. Then no session settings are made: set
   * them on the role. Defaults to `false`.
   */
  readonly pooler?: boolean
  /**
   * Whether to notify other processes of appends, by `NOTIFY`, at most a hundred times a second, so that
   * `appended` resolves there. Defaults to `false`.
   */
  readonly notify?: boolean
}

/**
 * An open database on a server. Calls run at the same time, on different connections. If a statement leaves a
 * setting, a role, a temporary table or the like in its session, the connection is ended, so that the next user
 * does not inherit it; what a function of your own leaves is not noticed. 64-bit integers are numbers, or
 * bigints if a number would not be exact, and dates are midnight UTC, as with PGlite.
 *
 * @category model
 * @since 0.1.0
 */
export interface PostgresDatabase extends SqlDatabase {
  /**
   * Resolves at the next append of this process, or of another one that was opened with `notify`: for the
   * loops of read models and processes. It is a hint, which may be early, late or lost, so these loops also
   * poll. The first call takes one more connection, which listens. Behind a `pooler` there is none, and only
   * appends of this process are noticed.
   */
  readonly appended: () => Promise<void>
}

/**
 * The server is older than PostgreSQL 15.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UnsupportedServer {
  readonly type: 'UnsupportedServer'
  /** Its version, such as `14.9`. */
  readonly version: string
}

/**
 * Opens a database on a server, and creates the tables if there are none. Call `close` to end the connections.
 *
 * Fails with `StoreUnavailable`. Its cause is the error of the driver; or `MissingPackage` if `pg` is not
 * installed, `UnsupportedServer`, `OlderSchema` unless `migrate` is set, or `NewerSchema`.
 *
 * @example
 *   import { openPostgres } from 'decider-ts/store/Postgres'
 *   import { showFailure } from 'decider-ts/store/showFailure'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   // nothing listens at this port
 *   const opened = await openPostgres('postgres://shop:secret@127.0.0.1:1/shop', { connections: 20 })()
 *   assert.ok(isLeft(opened))
 *   assert.match(showFailure(opened.left), /^the store failed \(open\): connection refused/)
 *
 * @category constructors
 * @since 0.1.0
 */
export const openPostgres =
  (
    connection: string | PostgresConfig,
    options: PostgresOptions = {},
  ): TaskEither<StoreUnavailable, PostgresDatabase> =>
  async () => {
    const { schema = 'public', migrate = false } = options
    let session: PostgresSession | undefined
    try {
      const connected = await connect(connection, options)
      session = connected.session
      const created = await prepare(session.own, schema, migrate)
      if (created._tag === 'Left') {
        await session.close()
        return created
      }
      const hints = appendHints({
        schema,
        notify: options.notify === true ? notifyBy(session) : undefined,
        pool: options.pooler === true ? undefined : connected.listenPool,
      })
      return right(databaseOf(session, hints, { ...options, schema }))
    } catch (cause) {
      await session?.close()
      return unavailable('open', cause)
    }
  }

const connect = async (
  connection: string | PostgresConfig,
  { connections = 10, timeout = 60_000, pooler = false }: PostgresOptions,
): Promise<{ readonly session: PostgresSession; readonly listenPool: () => ConnectionPool }> => {
  const driver = await loadDriver()
  const config = typeof connection === 'string' ? { connectionString: connection } : connection
  const all = Math.max(2, Math.floor(connections) || 0)
  const poolOf = (size: number) =>
    sessionPool(driver, { ...config }, { connections: size, timeout, pooler })
  return {
    session: openPostgresSession(poolOf(Math.floor(all / 2)), poolOf(Math.ceil(all / 2))),
    listenPool: () => driverPool(driver, { ...config }, { connections: 1, timeout }),
  }
}

/** A statement of its own: in the transaction of an append, it would hold a lock of all databases of the server. */
const notifyBy =
  ({ own }: PostgresSession) =>
  (channel: string, schema: string): Promise<unknown> =>
    own.query('select pg_notify($1, $2)', [channel, schema])

const oldestServer = 150_000

const prepare = async (
  client: SqlClient,
  schema: string,
  migrate: boolean,
): Promise<Either<StoreUnavailable, void>> => {
  const { rows } = await client.query(
    "select current_setting('server_version') as version, current_setting('server_version_num') as number",
    [],
  )
  if (Number(rows[0]?.['number']) < oldestServer) {
    const version = String(rows[0]?.['version'])
    const cause: UnsupportedServer = { type: 'UnsupportedServer', version }
    return unavailable('open', cause)
  }
  return createSchema(client, { schema, migrate })()
}

const databaseOf = (
  session: PostgresSession,
  hints: AppendHints,
  options: SqlOptions,
): PostgresDatabase => {
  const { own, client, transaction, refused } = session
  const sql = sqlStore(own, options)
  const { commits } = sql
  const asked = asksUnlessRefused(session)
  const store: EventStore<EncodedEvent> = {
    ...sql,
    load: (stream, after, limits) => asked('load', sql.load(stream, after, limits)),
    append: (commit, limits) =>
      asked('append', async () => {
        const appended = await sql.append(commit, limits)()
        if (appended._tag === 'Right') hints.stored()
        return appended
      }),
    readAll: (after, limit, only) => asked('readAll', sql.readAll(after, limit, only)),
    ...(commits && {
      commits: {
        read: (after, limit, limits) => asked('readCommits', commits.read(after, limit, limits)),
        find: (commitId, limits) => asked('findCommit', commits.find(commitId, limits)),
      },
    }),
    blocked: () => {
      const cause = refused()
      return cause && { type: 'StoreUnavailable', operation: 'append', cause }
    },
  }
  const close = (): Promise<void> => session.close(hints.close)
  return { store, client, transaction, close, appended: hints.appended }
}

/** Calls of the store, which closing waits for, unless the session refuses them. */
const asksUnlessRefused =
  ({ refused, pending }: PostgresSession) =>
  <F, A>(
    operation: StoreUnavailable['operation'],
    call: TaskEither<F, A>,
  ): TaskEither<F | StoreUnavailable, A> =>
  () => {
    const cause = refused()
    return cause === undefined ? pending(call) : Promise.resolve(unavailable(operation, cause))
  }
