/**
 * The engine on PostgreSQL 15 or later, embedded or a server: one table, one statement for an
 * append. The database itself refuses to change, delete or truncate events.
 *
 * It is written against the least that a driver offers. Everything travels as a parameter, and data
 * as text that no driver interprets, so that it comes back as it was whichever driver that is.
 *
 * All laws of `EventStore` hold on one connection, as with PGlite. Where several connections of a
 * server write at the same time, law 4 does not: the one that got the lower positions may commit
 * last, and a reader that has gone past them never sees its events. An order for them is not
 * provided yet; until then let one connection write, or rebuild what reads.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { Instant, Recorded } from '../Recorded.ts'
import { bounded } from '../shell/bounded.ts'
import { checkCommit, isName } from './Commit.ts'
import { unavailable, whole } from './EngineParts.ts'
import type {
  AppendFailure,
  Commit,
  EventStore,
  ExpectedVersion,
  Proposed,
  StoreUnavailable,
} from './EventStore.ts'
import { isReuse } from './EventStore.ts'
import { schema } from './SqlSchema.ts'

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

/**
 * What a store in a database may be given.
 *
 * @category model
 * @since 0.1.0
 */
export interface SqlOptions {
  /** The clock that `recordedAt` is read from; the system's where there is none. */
  readonly now?: () => Instant
}

/**
 * Makes the table and what belongs to it, where they are not there yet, in the first schema of the
 * connection's search path.
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
  (client: SqlClient): TaskEither<StoreUnavailable, void> =>
  async () => {
    try {
      await client.query(schema, [])
      return { _tag: 'Right', right: undefined }
    } catch (cause) {
      return unavailable('open', cause)
    }
  }

/**
 * The store in a database that `createSchema` has prepared.
 *
 * @example
 *   import { occurredAt } from 'decider-ts/Recorded'
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
 *     events: [{ ...occurredAt(0), event: { type: 'SwitchedOn', schemaVersion: 1, data: {} } }],
 *   })()
 *   assert.ok(isRight(appended) && appended.right[0].version === 1)
 *   await close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const sqlStore = (
  client: SqlClient,
  { now = Date.now }: SqlOptions = {},
): EventStore<EncodedEvent> => ({
  load:
    (stream, afterVersion = 0, options = {}) =>
    () =>
      bounded('load', options, () =>
        isName(stream)
          ? read(client, 'load', loadText, [stream, whole(afterVersion)])
          : Promise.resolve({ _tag: 'Right', right: [] }),
      ),
  append:
    (commit, options = {}) =>
    () => {
      const checked = checkCommit(commit)
      return checked._tag === 'Left'
        ? Promise.resolve(checked)
        : bounded('append', options, () => append(client, checked.right, now))
    },
  readAll:
    (afterPosition, limit, options = {}) =>
    () =>
      bounded('readAll', options, () => {
        const { types, categories } = options
        const params = [whole(afterPosition), whole(limit), listOf(types), listOf(categories)]
        return read(client, 'readAll', readText, params)
      }),
  head:
    (options = {}) =>
    () =>
      bounded('readAll', options, () => headOf(client)),
})

const loadText = 'select * from decider_load($1, $2) as event'
const readText = 'select * from decider_read_2($1, $2, $3, $4) as event'
const appendText = 'select decider_append_2($1, $2, $3, $4, $5, $6, $7, $8) as answer'

const headText = 'select coalesce(max(position), 0) as head from decider_events'

const headOf = async (client: SqlClient): Promise<Either<StoreUnavailable, number>> => {
  try {
    const { rows } = await client.query(headText, [])
    // drivers give a bigint as a number or as a string
    return { _tag: 'Right', right: Number(rows[0]?.['head']) }
  } catch (cause) {
    return unavailable('readAll', cause)
  }
}

/** A list as JSON, since drivers differ in how they pass arrays. */
const listOf = (names: ReadonlyArray<string> | undefined): string | null =>
  names === undefined ? null : JSON.stringify(names)

/** A row of the table as `row_to_json` writes it. */
interface Row {
  readonly position: number
  readonly stream: string
  readonly version: number
  readonly commit_id: string
  readonly type: string
  readonly schema_version: number
  readonly data: unknown
  readonly occurred_at: number
  readonly recorded_at: number
  readonly actor: string | null
  readonly correlation_id: string | null
  readonly causation_id: string | null
  readonly fingerprint: string | null
}

/** What `decider_append_2` answers: the stream's version before, and what is stored or was written. */
interface Answer {
  readonly head: number
  readonly known: ReadonlyNonEmptyArray<Row> | null
  readonly positions: ReadonlyArray<number> | null
}

type Appended = ReadonlyNonEmptyArray<Recorded<EncodedEvent>>

const read = async (
  client: SqlClient,
  operation: 'load' | 'readAll',
  text: string,
  params: Array<unknown>,
): Promise<Either<StoreUnavailable, ReadonlyArray<Recorded<EncodedEvent>>>> => {
  try {
    const { rows } = await client.query(text, params)
    // both functions give rows of the table, as text
    const events = rows.map(({ event }) => recordedOf(JSON.parse(String(event)) as Row))
    return { _tag: 'Right', right: events }
  } catch (cause) {
    return unavailable(operation, cause)
  }
}

const recordedOf = (row: Row): Recorded<EncodedEvent> => ({
  stream: row.stream,
  version: row.version,
  position: row.position,
  commitId: row.commit_id,
  recordedAt: row.recorded_at,
  occurredAt: row.occurred_at,
  actor: optionOf(row.actor),
  correlationId: optionOf(row.correlation_id),
  causationId: optionOf(row.causation_id),
  event: { type: row.type, schemaVersion: row.schema_version, data: row.data },
})

const optionOf = (name: string | null): Option<string> =>
  name === null ? { _tag: 'None' } : { _tag: 'Some', value: name }

const nullOf = (name: Option<string>): string | null => (name._tag === 'None' ? null : name.value)

/**
 * Another writer came first: unique violation, serialization failure, deadlock. The failed
 * statement has waited for that writer's commit and wrote nothing itself, so the next one sees that
 * commit. It gives the answer unless the writer expects any version, and then somebody else has
 * made progress.
 */
const races = new Set<unknown>(['23505', '40001', '40P01'])

const isRace = (cause: unknown): boolean =>
  typeof cause === 'object' && cause !== null && 'code' in cause && races.has(cause.code)

const maxAttempts = 20

const append = async (
  client: SqlClient,
  commit: Commit<EncodedEvent>,
  now: () => Instant,
): Promise<Either<AppendFailure, Appended>> => {
  const { stream, commitId, expected, fingerprint, events } = commit
  const mark = expected.type === 'Exactly' ? expected.mark : undefined
  for (let attempt = 1; ; attempt++) {
    try {
      const recordedAt = now()
      // prettier-ignore
      const params = [
        stream, commitId, versionOf(expected), recordedAt, textOf(events), fingerprint ?? null,
        mark?.commitId ?? null, mark?.position ?? null,
      ]
      const { rows } = await client.query(appendText, params)
      // the answer of decider_append_2 is an object with these fields
      const answer = JSON.parse(String(rows[0]?.['answer'])) as Answer
      return outcomeOf(commit, recordedAt, answer)
    } catch (cause) {
      if (attempt >= maxAttempts || !isRace(cause)) return unavailable('append', cause)
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

const textOf = (events: ReadonlyArray<Proposed<EncodedEvent>>): string =>
  JSON.stringify(
    events.map(({ event, occurredAt, actor, correlationId, causationId }) => ({
      type: event.type,
      schema_version: event.schemaVersion,
      data: JSON.stringify(event.data),
      occurred_at: occurredAt,
      actor: nullOf(actor),
      correlation_id: nullOf(correlationId),
      causation_id: nullOf(causationId),
    })),
  )

const outcomeOf = (
  { stream, commitId, expected, fingerprint, events }: Commit<EncodedEvent>,
  recordedAt: Instant,
  { head, known, positions }: Answer,
): Either<AppendFailure, Appended> => {
  if (known !== null) {
    const [first, ...rest] = known
    if (first.stream !== stream) {
      return { _tag: 'Left', left: { type: 'CommitIdTaken', commitId, stream: first.stream } }
    }
    return isReuse(fingerprint, first.fingerprint)
      ? { _tag: 'Left', left: { type: 'CommitIdReused', commitId, stream } }
      : { _tag: 'Right', right: [recordedOf(first), ...rest.map(recordedOf)] }
  }
  if (positions === null) {
    return { _tag: 'Left', left: { type: 'VersionConflict', stream, expected, actual: head } }
  }
  const recorded = events.map((proposed, i) => ({
    stream,
    version: head + i + 1,
    // one position for each event, in the order of the events
    position: positions[i] as number,
    commitId,
    recordedAt,
    occurredAt: proposed.occurredAt,
    actor: proposed.actor,
    correlationId: proposed.correlationId,
    causationId: proposed.causationId,
    event: proposed.event,
  }))
  // one for each event of the commit, of which there is at least one
  return { _tag: 'Right', right: recorded as unknown as Appended }
}
