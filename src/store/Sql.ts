/**
 * The engine on PostgreSQL 15 or later, embedded or on a server. The database itself rejects changing, deleting
 * or truncating events.
 *
 * It works with any driver: all values are parameters, and data are strings, which no driver interprets.
 *
 * Any number of connections and processes may append at the same time. Commits of one process are sent
 * together: those that come while calls are under way wait, and up to 64 of them are stored by the next call,
 * in one transaction, each with its own result. If the connection breaks, a call is repeated for up to 10
 * seconds (an append with the same commit id).
 *
 * If it is given a pool of node-postgres of at least two connections, handlers that meet on a stream take turns. Each
 * holds a connection, up to half of the pool.
 *
 * Give it a pool, or a connection that nothing else uses: an append inside someone else's open transaction
 * would be acknowledged and could still be rolled back. (`openPGlite` prevents that itself.) The transactions
 * of its connections must be `read committed`, which is PostgreSQL's default.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { Instant } from '../Recorded.ts'
import { commitPageOf, engineStore, unavailable } from './internal/engine.ts'
import type { EventStore, StoreUnavailable } from './EventStore.ts'
import type { SqlClient } from './Sql/client.ts'
import type { CommitColumns } from './Sql/commits.ts'
import { commitsOf } from './Sql/commits.ts'
import {
  grantsIn,
  hasTableText,
  isBehindText,
  knownVersion,
  migrateIn,
  statementsFrom,
  versionText,
} from './Sql/migrations.ts'
import { countCopied } from './Sql/tables.ts'
import { quotedIdentifier } from './internal/sqlQuotes.ts'
import { isSchemaName } from './Sql/names.ts'
import { loadInPages } from './Sql/pages.ts'
import { connectionsOf, hearErrors } from './Sql/pool.ts'
import type { SendLoads } from './Sql/pages.ts'
import { loadQueue } from './Sql/loads.ts'
import { queryQueue } from './Sql/queries.ts'
import { fetched, loadTails, readPageAfter, readQueries } from './Sql/reading.ts'
import { appendQueue } from './Sql/queue.ts'
import { callAgain } from './Sql/again.ts'
import { sendFlight } from './Sql/send.ts'
import { sqlTurns } from './Sql/turns.ts'
import { errorCode } from './internal/errorCode.ts'
import { left, none, right, some } from '../internal/either.ts'

export type { SqlClient } from './Sql/client.ts'
export { sqlCheckpoints } from './Sql/checkpoints.ts'
export type { SqlReadModelsOptions, SqlTransactions } from './Sql/readModels.ts'
export { sqlReadModels } from './Sql/readModels.ts'
export type { SwapRefused } from './Sql/readModels/failures.ts'
export { sqlSnapshots } from './Sql/snapshots.ts'
export type { RunTransaction, SqlDatabase } from './Sql/database.ts'
export type {
  MissingPackage,
  NotAsked,
  TransactionFailed,
  TransactionStatement,
} from './internal/databaseFailures.ts'
export type { UnsupportedIsolation } from './Sql/send.ts'

interface SchemaOptions {
  /**
   * The schema that holds the table and its functions, for example one for each tenant. Defaults to the first
   * schema of the connection's search path that exists; give it if the search path may change.
   */
  readonly schema?: string
}

/**
 * The options of a store in a database.
 *
 * @category model
 * @since 0.1.0
 */
export interface SqlOptions extends SchemaOptions {
  /** The clock for `recordedAt`. Defaults to the system's. */
  readonly now?: () => Instant
  /**
   * How many calls of append may be under way at the same time, each with up to 64 commits. The database runs
   * one at a time; the others are in transit. Defaults to 2.
   */
  readonly writers?: number
  /**
   * How many commits may wait for their turn, before further ones are answered with `StoreBusy`. Defaults to 10,000;
   * `NaN` counts as no limit.
   */
  readonly mostWaiting?: number
}

/**
 * The database has tables of a newer version of this library than the one that runs.
 *
 * @category failures
 * @since 0.1.0
 */
export interface NewerSchema {
  readonly type: 'NewerSchema'
  readonly schema: string
  /** The version that the database has. */
  readonly found: number
  /** The newest version that this library knows. */
  readonly known: number
}

/**
 * The database has tables of an earlier version of this library, and `migrate` is `false`.
 *
 * @category failures
 * @since 0.1.0
 */
export interface OlderSchema {
  readonly type: 'OlderSchema'
  readonly schema: string
  /** The version that the database has. */
  readonly found: number
  /** The version that this library needs. */
  readonly known: number
}

interface CreateOptions extends SchemaOptions {
  /** Whether to migrate tables of an earlier version. Defaults to `true`. */
  readonly migrate?: boolean
}

/**
 * Creates the schema, the tables and their functions if they do not exist, and migrates a database of an
 * earlier version; nothing is written if it is up to date. If events were copied into the table, new ones get
 * positions after them. Any number of connections may do this at once. Fails with `StoreUnavailable`: with the
 * cause `NewerSchema` for a database of a newer version, and with `OlderSchema` for one of an earlier version
 * if `migrate` is `false`.
 *
 * @example
 *   import { createSchema } from 'decider-ts/store/Sql'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const client = { query: () => Promise.reject(new Error('no connection')) }
 *   const created = await createSchema(client)()
 *   assert.ok(isLeft(created) && created.left.type === 'StoreUnavailable')
 *
 * @category constructors
 * @since 0.1.0
 */
export const createSchema =
  (
    client: SqlClient,
    { schema, migrate = true }: CreateOptions = {},
  ): TaskEither<StoreUnavailable, void> =>
  async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        const name = schema ?? (await currentSchema(client))
        if (!isSchemaName(name)) return unavailable('open', invalidSchema(name))
        return await bringUpToDate(client, name, migrate)
      } catch (cause) {
        // meanwhile another connection, perhaps of an earlier version of this library, created the same
        if (attempt >= 3 || !madeTwice.has(errorCode(cause))) return unavailable('open', cause)
      }
    }
  }

const bringUpToDate = async (
  client: SqlClient,
  schema: string,
  migrate: boolean,
): Promise<Either<StoreUnavailable, void>> => {
  const at = quotedIdentifier(schema)
  const found = await versionIn(client, at)
  if (found > knownVersion || (found < knownVersion && found > 0 && !migrate)) {
    const type = found > knownVersion ? 'NewerSchema' : 'OlderSchema'
    const cause: NewerSchema | OlderSchema = { type, schema, found, known: knownVersion }
    return unavailable('open', cause)
  }
  if (found < knownVersion) await client.query(migrateIn(at), [])
  else if (await answersTrue(client, isBehindText(at))) await client.query(countCopied(at), [])
  return right(undefined)
}

/** The version of the tables in a schema; 0 if there are none. Version 1 did not record its version. */
const versionIn = async (client: SqlClient, at: string): Promise<number> => {
  const isRecorded = (): Promise<boolean> => answersTrue(client, hasTableText(at, 'decider_schema'))
  if (!(await isRecorded())) {
    if (!(await answersTrue(client, hasTableText(at, 'decider_events')))) return 0
    // another process may have created all tables after the first question
    if (!(await isRecorded())) return 1
  }
  const { rows } = await client.query(versionText(at), [])
  return Number(rows[0]?.['version'])
}

/** Whether the one column of the one row is true. */
const answersTrue = async (client: SqlClient, text: string): Promise<boolean> => {
  const { rows } = await client.query(text, [])
  return Object.values(rows[0] ?? {})[0] === true
}

const currentSchema = async (client: SqlClient): Promise<unknown> => {
  const { rows } = await client.query('select current_schema() as name', [])
  return rows[0]?.['name']
}

/**
 * There is no schema to use: the given name is not valid, or none was given and no schema of the connection's
 * search path exists.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidSchema {
  readonly type: 'InvalidSchema'
  readonly schema: unknown
}

const invalidSchema = (schema: unknown): InvalidSchema => ({ type: 'InvalidSchema', schema })

/**
 * Returns the statements of `createSchema`, for running migrations yourself: from an empty schema, or from the
 * version that `select max(version) from decider_schema` returns (1 if that table does not exist, but
 * `decider_events` does). Run them in one transaction. Returns `InvalidSchema` for an invalid name.
 *
 * @example
 *   import { migrationText } from 'decider-ts/store/Sql'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const text = migrationText('shop')
 *   assert.ok(isRight(text) && text.right.includes('create table "shop".decider_commits'))
 *
 * @category constructors
 * @since 0.1.0
 */
export const migrationText = (schema: string, from = 0): Either<InvalidSchema, string> =>
  isSchemaName(schema)
    ? right(statementsFrom(quotedIdentifier(schema), from))
    : left(invalidSchema(schema))

/**
 * Returns the statements that let a role append and read, and nothing else: it can call the functions, which
 * check every append, but not write to the tables.
 *
 * @example
 *   import { grantText } from 'decider-ts/store/Sql'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const text = grantText('shop', 'web')
 *   assert.ok(isRight(text) && text.right.startsWith('grant usage on schema "shop" to "web";'))
 *
 * @category constructors
 * @since 0.1.0
 */
export const grantText = (schema: string, role: string): Either<InvalidSchema, string> =>
  isSchemaName(schema)
    ? right(grantsIn(quotedIdentifier(schema), quotedIdentifier(role)))
    : left(invalidSchema(schema))

// duplicate schema, table, function, object, and row of the catalogue
const madeTwice = new Set<unknown>(['42P06', '42P07', '42723', '42710', '23505', 'XX000'])

/**
 * Returns the store in a database that `createSchema` has prepared.
 *
 * @example
 *   import { openPGlite } from 'decider-ts/store/PGlite'
 *   import { sqlStore } from 'decider-ts/store/Sql'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const opened = await openPGlite('.data/lamps')()
 *   assert.ok(isRight(opened))
 *   const { client, close } = opened.right
 *   const appended = await sqlStore(client, { now: () => 0 }).append({
 *     stream: 'lamp-1',
 *     expected: { type: 'NoStream' },
 *     commitId: 'c1',
 *     events: [{ event: { type: 'SwitchedOn', schemaVersion: 1, data: {} } }],
 *   })()
 *   assert.ok(isRight(appended) && appended.right[0].version === 1)
 *   await close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const sqlStore = (
  client: SqlClient,
  { now = Date.now, schema, writers = 2, mostWaiting = 10_000 }: SqlOptions = {},
): EventStore<EncodedEvent> => {
  hearErrors(client)
  const connections = connectionsOf(client)
  const turns = connections && sqlTurns(connections, schema)
  const at = schema === undefined ? '' : `${quotedIdentifier(schema)}.`
  const again = callAgain()
  const ask = <A>(operation: StoreUnavailable['operation'], run: () => Promise<A>) =>
    again(operation, async () => right(await run()))
  const limits = { writers, commits: 64, size: 1_000_000, waiting: mostWaiting }
  const appendChain = appendQueue(sendFlight(client, at, now, again, turns), limits)
  const loadAll: SendLoads = (tails, limit) =>
    ask('load', () => loadTails(client, at, tails, limit))
  const gathered = { calls: 2, together: 32 }
  const readByQuery = queryQueue(
    (reads, limit) => ask('readAll', () => readQueries(client, at, reads, limit)),
    gathered,
  )
  const store = engineStore({
    hasTags: true,
    append: async (commit, call) => (await appendChain([commit], call))[0] ?? noAnswer,
    appendChain,
    load: loadInPages(
      loadQueue(loadAll, { ...gathered, halves: connections !== undefined }),
      async (stream, after, limit) => {
        const loaded = await loadAll([{ stream, after }], limit)
        return loaded._tag === 'Left' ? loaded : right(loaded.right[0] ?? [])
      },
    ),
    readAll: (after, limit, { query, types, categories }, call) =>
      query === undefined || types !== undefined || categories !== undefined
        ? ask('readAll', () =>
            readPageAfter(client, at, after, limit, { query, types, categories }),
          )
        : readByQuery({ query, after, limit }, call),
    readCommits: (afterPosition, limit) =>
      ask('readCommits', async () => {
        const text = `select ${at}decider_read_commits_8($1, $2)`
        const page = await fetched<CommitColumns & WithHead>(client, text, [afterPosition, limit])
        return commitPageOf(commitsOf(page), afterPosition, limit, page.head)
      }),
    findCommit: (commitId) =>
      ask('findCommit', async () => {
        const text = `select ${at}decider_find_commit_8($1)`
        const [commit] = commitsOf(await fetched(client, text, [commitId]))
        return commit === undefined ? none : some(commit)
      }),
  })
  return turns === undefined ? store : { ...store, turns }
}

interface WithHead {
  readonly head: number
}

/** Never returned, since the queue answers every commit. */
const noAnswer = unavailable('append', 'no answer')
