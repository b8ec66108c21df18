/**
 * The engine on PostgreSQL 15 or later, embedded or on a server: one table, and one statement per append.
 * The database itself rejects changing, deleting or truncating events.
 *
 * It works with any driver: all values are parameters, and data are strings, which no driver interprets.
 *
 * Give it a pool, or a connection that nothing else uses: an append inside someone else's open transaction
 * would be acknowledged and could still be rolled back. (`openPGlite` prevents that itself.)
 *
 * All laws of `EventStore` hold on one connection, as with PGlite. If several connections write at the same
 * time, law 4 does not hold: the one with the lower positions may commit last, and a reader that has passed
 * them never sees its events. Until the library orders them, let only one connection write, or rebuild the
 * read models.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { Instant, Recorded } from '../Recorded.ts'
import type { CheckedCommit, CheckedEvent } from './Engine.ts'
import type { StoredCommit, StoredEvents } from './internal/engine.ts'
import { engineStore, pageOf, repeated, timeOf, unavailable } from './internal/engine.ts'
import { errorCode } from './internal/errorCode.ts'
import type { EventRow } from './internal/rows.ts'
import { jsonListOf, nullOf, recordedOf } from './internal/rows.ts'
import type {
  AppendFailure,
  EventStore,
  ExpectedVersion,
  InvalidCommit,
  Page,
  StoreUnavailable,
} from './EventStore.ts'
import { isReuse } from '../shell/internal/marks.ts'
import { quotedIdentifier, schemaIn } from './Sql/schema.ts'
import { left, right } from '../internal/either.ts'

/**
 * The part of a driver that is used: PGlite, and a client or a pool of node-postgres, can be passed as they
 * are. `params` is a new array on every call, for drivers whose types require a mutable one.
 *
 * @category model
 * @since 0.1.0
 */
export interface SqlClient {
  readonly query: (
    text: string,
    params: Array<unknown>,
  ) => Promise<{ readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>> }>
}

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
}

/**
 * Creates the schema, the table and its functions if they do not exist, and migrates a database of an earlier
 * version. Any number of connections may do so at once.
 *
 * If rows were copied into the table, it moves the sequence of positions past them, so that new events come
 * after all others.
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
  (client: SqlClient, { schema }: SchemaOptions = {}): TaskEither<StoreUnavailable, void> =>
  async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        const name = schema ?? (await currentSchema(client))
        if (!isSchemaName(name)) {
          return unavailable('open', {
            type: 'InvalidSchema',
            schema: name,
          } satisfies InvalidSchema)
        }
        await client.query(schemaIn(quotedIdentifier(name)), [])
        return right(undefined)
      } catch (cause) {
        // another connection, perhaps of an earlier version of this library, created the same meanwhile
        if (attempt >= 3 || !madeTwice.has(errorCode(cause))) return unavailable('open', cause)
      }
    }
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

// PostgreSQL cuts names off after 63 bytes; a dollar could end the quoted body of the functions
const isSchemaName = (name: unknown): name is string =>
  typeof name === 'string' && /^[^$\0]+$/.test(name) && new TextEncoder().encode(name).length <= 63

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
  { now = Date.now, schema }: SqlOptions = {},
): EventStore<EncodedEvent> => {
  hearErrors(client)
  const { appendText, loadText, readText } = statementsIn(schema)
  return engineStore({
    load: (stream, afterVersion, limit) => loadSql(client, loadText, [stream, afterVersion, limit]),
    append: (commit) =>
      commit.also.length > 0
        ? Promise.resolve(oneStreamOnly(commit))
        : appendSql(client, appendText, commit, now),
    readAll: (afterPosition, limit, { types, categories }) => {
      const params = [afterPosition, limit, jsonListOf(types), jsonListOf(categories)]
      return readSql(client, readText, params, afterPosition, limit)
    },
  })
}

/**
 * A pool of node-postgres emits an error event when it loses an idle connection, which ends the process if
 * nobody listens. A statement on such a connection fails anyway.
 */
const hearErrors = (client: SqlClient): void => {
  // only an emitter has these methods
  const { on, listenerCount } = client as Partial<Emitter>
  if (typeof on !== 'function' || typeof listenerCount !== 'function') return
  if (listenerCount.call(client, 'error') === 0) on.call(client, 'error', () => {})
}

interface Emitter {
  readonly on: (event: 'error', listener: () => void) => unknown
  readonly listenerCount: (event: 'error') => number
}

interface Statements {
  readonly loadText: string
  readonly readText: string
  readonly appendText: string
}

const statementsIn = (schema: string | undefined): Statements => {
  const at = schema === undefined ? '' : `${quotedIdentifier(schema)}.`
  return {
    loadText: `select * from ${at}decider_load_2($1, $2) as event limit $3`,
    // a stable function sees the snapshot of the statement that calls it
    readText: `select event, head
      from (select coalesce(max(position), 0) as head from ${at}decider_events) as last
      left join ${at}decider_read_3($1, $2, $3, $4) with ordinality as e (event, n) on true
      order by n`,
    // a mark without a position names the last event of its commit
    appendText: `select ${at}decider_append_3($1, $2, $3, $4, $5, $6, $7, coalesce($8::bigint, (
      select position from ${at}decider_events where stream = $1 and commit_id = $7
        order by version desc limit 1
    )), $9) as answer`,
  }
}

/** The result of `decider_append_3`: the version before, and the known commit or the new positions. */
interface Answer {
  readonly head: number
  readonly known: ReadonlyNonEmptyArray<EventRow> | null
  readonly positions: ReadonlyArray<number> | null
}

const loadSql = async (
  client: SqlClient,
  text: string,
  params: Array<unknown>,
): Promise<Either<StoreUnavailable, StoredEvents>> => {
  try {
    const { rows } = await client.query(text, params)
    return right(rows.map(({ event }) => parsedEvent(event)))
  } catch (cause) {
    return unavailable('load', cause)
  }
}

const readSql = async (
  client: SqlClient,
  text: string,
  params: Array<unknown>,
  afterPosition: number,
  limit: number,
): Promise<Either<StoreUnavailable, Page<EncodedEvent>>> => {
  try {
    const { rows } = await client.query(text, params)
    // a page without events is one row without an event
    const events = rows.flatMap(({ event }) => (event === null ? [] : [parsedEvent(event)]))
    // drivers give a bigint as a number or as a string
    const head = Number(rows[0]?.['head'])
    return Number.isSafeInteger(head)
      ? right(pageOf(events, afterPosition, limit, head))
      : unavailable('readAll', 'the database returned no head')
  } catch (cause) {
    return unavailable('readAll', cause)
  }
}

/** Both functions return rows of the table as JSON. */
const parsedEvent = (event: unknown): Recorded<EncodedEvent> =>
  eventOf(JSON.parse(String(event)) as EventRow)

const oneStreamOnly = ({ stream, also }: CheckedCommit): Either<InvalidCommit, never> => {
  const expected = 'nothing: this store does not yet keep commits to several streams'
  return left({
    type: 'InvalidCommit',
    stream,
    issues: [{ path: ['also'], expected, actual: also.map((part) => part.stream) }],
  })
}

/** The functions return the data parsed. */
const eventOf = (row: EventRow): Recorded<EncodedEvent> => recordedOf(row, row.data)

/**
 * Another writer came first: unique violation, serialization failure, deadlock. The failed statement waited
 * for that writer's commit and wrote nothing, so the next one sees that commit. It succeeds or finds a
 * conflict, unless the writer expects any version; then at least the other writer made progress.
 */
const raceCodes = new Set<unknown>(['23505', '40001', '40P01'])

const mostAppendAttempts = 40

/** Waits before the next attempt, longer each time, and at random so that two writers differ. */
const pause = (attempt: number): Promise<void> =>
  new Promise((resume) => setTimeout(resume, Math.random() * Math.min(2 ** attempt, 64)))

const appendSql = async (
  client: SqlClient,
  appendText: string,
  commit: CheckedCommit,
  now: () => Instant,
): Promise<Either<AppendFailure, StoredCommit>> => {
  const { stream, commitId, expected, fingerprint, events } = commit
  const mark = expected.type === 'Exactly' ? expected.mark : undefined
  for (let attempt = 1; ; attempt++) {
    try {
      const time = timeOf(now)
      if (time._tag === 'Left') return time
      const recordedAt = time.right
      // prettier-ignore
      const params = [
        stream, commitId, versionOf(expected), recordedAt, eventsJson(events, recordedAt), fingerprint ?? null,
        mark?.commitId ?? null, mark?.position ?? null, mark?.recordedAt ?? null,
      ]
      const { rows } = await client.query(appendText, params)
      // decider_append_3 returns an object with these fields
      const answer = JSON.parse(String(rows[0]?.['answer'])) as Answer
      return appended(commit, recordedAt, answer)
    } catch (cause) {
      if (attempt >= mostAppendAttempts || !raceCodes.has(errorCode(cause)))
        return unavailable('append', cause)
      await pause(attempt)
    }
  }
}

const versionOf = (expected: ExpectedVersion): number | null => {
  switch (expected.type) {
    case 'Any':
      return null
    case 'NoStream':
      return 0
    case 'Exactly':
      return expected.version
  }
}

const eventsJson = (events: ReadonlyArray<CheckedEvent>, recordedAt: Instant): string =>
  JSON.stringify(
    events.map(({ event, occurredAt, actor, correlationId, causationId }) => ({
      type: event.type,
      schema_version: event.schemaVersion,
      data: JSON.stringify(event.data),
      occurred_at: occurredAt ?? recordedAt,
      actor: nullOf(actor),
      correlation_id: nullOf(correlationId),
      causation_id: nullOf(causationId),
    })),
  )

const appended = (
  { stream, commitId, expected, fingerprint, events }: CheckedCommit,
  recordedAt: Instant,
  { head, known, positions }: Answer,
): Either<AppendFailure, StoredCommit> => {
  if (known !== null) {
    const [first, ...rest] = known
    if (first.stream !== stream) {
      return left({ type: 'CommitIdTaken', commitId, stream: first.stream })
    }
    return isReuse(fingerprint, first.fingerprint)
      ? left({ type: 'CommitIdReused', commitId, stream })
      : right(repeated([eventOf(first), ...rest.map(eventOf)]))
  }
  if (positions === null) {
    return left({ type: 'VersionConflict', stream, expected, actual: head })
  }
  const recorded = events.map((proposed, i) => ({
    stream,
    version: head + i + 1,
    // one position for each event, in the order of the events
    position: positions[i] as number,
    commitId,
    recordedAt,
    occurredAt: proposed.occurredAt ?? recordedAt,
    actor: proposed.actor,
    correlationId: proposed.correlationId,
    causationId: proposed.causationId,
    event: proposed.event,
  }))
  // one for each event of the commit, of which there is at least one
  return right(recorded as unknown as StoredCommit)
}
