/**
 * The engine on PostgreSQL 15 or later, embedded or a server: one table, one statement for an
 * append. The database itself refuses to change, delete or truncate events.
 *
 * It needs little of a driver: everything is passed as a parameter, and data as strings that no driver
 * interprets, so that data come back unchanged with every driver.
 *
 * Give it a pool, or a connection that nothing else uses: an append inside someone else's open transaction
 * would be acknowledged and could still be rolled back. (`openPGlite` prevents that itself.)
 *
 * All laws of `EventStore` hold on one connection, as with PGlite. Where several connections of a
 * server write at the same time, law 4 does not: the one that got the lower positions may commit
 * last, and a reader that has gone past them never sees its events. An order for them is not
 * provided yet; until then let one connection write, or rebuild what reads.
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
import { engineStore, timeOf, unavailable } from './internal/engine.ts'
import { errorCode } from './internal/errorCode.ts'
import type { EventRow } from './internal/rows.ts'
import { jsonListOf, nullOf, recordedOf } from './internal/rows.ts'
import type { AppendFailure, EventStore, ExpectedVersion, StoreUnavailable } from './EventStore.ts'
import { isReuse } from '../shell/internal/marks.ts'
import { quotedIdentifier, schemaIn } from './Sql/schema.ts'
import { left, right } from '../internal/either.ts'

/**
 * What the engine needs of a driver: PGlite, and the client or the pool of node-postgres, are one as
 * they come. `params` is a new array on every call, for drivers that ask for a mutable one.
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
   * The schema of the database that holds the table and what belongs to it, and nothing is looked for
   * anywhere else: one for each tenant, say. Defaults to the first schema of the connection's search
   * path that exists; give it wherever the search path may change.
   */
  readonly schema?: string
}

/**
 * What a store in a database may be given.
 *
 * @category model
 * @since 0.1.0
 */
export interface SqlOptions extends SchemaOptions {
  /** The clock that `recordedAt` is read from; the system's where there is none. */
  readonly now?: () => Instant
}

/**
 * Makes the table and what belongs to it, where they are not there yet, in one schema, which is made
 * as well. Brings a database of an earlier version up to date. Any number of connections may do so at
 * once.
 *
 * Where rows were copied into the table, the sequence that gives positions is moved past them, so that
 * new events come after all others.
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
        // somebody else, perhaps an earlier version of this library, made the same meanwhile
        if (attempt >= 3 || !madeTwice.has(errorCode(cause))) return unavailable('open', cause)
      }
    }
  }

const currentSchema = async (client: SqlClient): Promise<unknown> => {
  const { rows } = await client.query('select current_schema() as name', [])
  return rows[0]?.['name']
}

/**
 * There is no such schema to make: the one that was named has a name that is not taken, or none was
 * named and none of those in the connection's search path exists.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidSchema {
  readonly type: 'InvalidSchema'
  readonly schema: unknown
}

// 63 bytes is what PostgreSQL keeps of a name; a dollar could end the text of our functions
const isSchemaName = (name: unknown): name is string =>
  typeof name === 'string' && /^[^$\0]+$/.test(name) && new TextEncoder().encode(name).length <= 63

// duplicate schema, table, function, object, and a row of the catalogue
const madeTwice = new Set<unknown>(['42P06', '42P07', '42723', '42710', '23505', 'XX000'])

/**
 * The store in a database that `createSchema` has prepared.
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
  const { appendText, headText, loadText, readText } = statementsIn(schema)
  return engineStore({
    load: (stream, afterVersion) => eventsFrom(client, 'load', loadText, [stream, afterVersion]),
    append: (commit) => appendSql(client, appendText, commit, now),
    readAll: (afterPosition, limit, { types, categories }) => {
      const params = [afterPosition, limit, jsonListOf(types), jsonListOf(categories)]
      return eventsFrom(client, 'readAll', readText, params)
    },
    head: () => headFrom(client, headText),
  })
}

/**
 * The pool of node-postgres tells of an idle connection that was lost by an event, which ends the process
 * where nobody listens. A statement on such a connection fails by itself.
 */
const hearErrors = (client: SqlClient): void => {
  // what has these methods is an emitter; what has not is left alone
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
  readonly headText: string
}

const statementsIn = (schema: string | undefined): Statements => {
  const at = schema === undefined ? '' : `${quotedIdentifier(schema)}.`
  return {
    loadText: `select * from ${at}decider_load_2($1, $2) as event`,
    readText: `select * from ${at}decider_read_3($1, $2, $3, $4) as event`,
    appendText: `select ${at}decider_append_3($1, $2, $3, $4, $5, $6, $7, $8, $9) as answer`,
    headText: `select coalesce(max(position), 0) as head from ${at}decider_events`,
  }
}

const headFrom = async (
  client: SqlClient,
  headText: string,
): Promise<Either<StoreUnavailable, number>> => {
  try {
    const { rows } = await client.query(headText, [])
    // drivers give a bigint as a number or as a string
    return right(Number(rows[0]?.['head']))
  } catch (cause) {
    return unavailable('readAll', cause)
  }
}

/** What `decider_append_3` answers: the stream's version before, and what is stored or was written. */
interface Answer {
  readonly head: number
  readonly known: ReadonlyNonEmptyArray<EventRow> | null
  readonly positions: ReadonlyArray<number> | null
}

const eventsFrom = async (
  client: SqlClient,
  operation: 'load' | 'readAll',
  text: string,
  params: Array<unknown>,
): Promise<Either<StoreUnavailable, StoredEvents>> => {
  try {
    const { rows } = await client.query(text, params)
    // both functions give rows of the table, as text
    const events = rows.map(({ event }) => eventOf(JSON.parse(String(event)) as EventRow))
    return right(events)
  } catch (cause) {
    return unavailable(operation, cause)
  }
}

/** The functions return the data parsed. */
const eventOf = (row: EventRow): Recorded<EncodedEvent> => recordedOf(row, row.data)

/**
 * Another writer came first: unique violation, serialization failure, deadlock. The failed
 * statement has waited for that writer's commit and wrote nothing itself, so the next one sees that
 * commit. It gives the answer unless the writer expects any version, and then somebody else has
 * made progress.
 */
const raceCodes = new Set<unknown>(['23505', '40001', '40P01'])

const mostAppendAttempts = 40

/** Waits before the next attempt, longer each time and never as long as another writer. */
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
      // the answer of decider_append_3 is an object with these fields
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
      : right([eventOf(first), ...rest.map(eventOf)])
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
