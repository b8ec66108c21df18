/**
 * The engine inside a Cloudflare Durable Object: a table of events, and one of the commands that are kept, in
 * the object's own SQLite. The database itself rejects changing or deleting them, and storing an event that is
 * not the next of its stream.
 *
 * An append is one synchronous transaction. The platform holds back everything that leaves the object
 * (responses and calls) until the database has confirmed the writes before it, so an acknowledged commit is
 * durable. If the database cannot confirm them, the platform ends the object and the caller gets its
 * exception; then send the request again with the same commit id.
 *
 * The database holds events of at most 2 MB each, as JSON, and as much for the commands of a commit. What is
 * larger is rejected with `StoreUnavailable`, and nothing of its commit is stored.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { Instant, Recorded } from '../Recorded.ts'
import type { CheckedCommit } from './Engine.ts'
import type { LastEvent } from './internal/engine.ts'
import type { StoredCommit, StoredEvents } from './internal/engineModel.ts'
import {
  commitPageOf,
  conditionFailure,
  engineStore,
  firstConflict,
  pageOf,
  timeOf,
  unavailable,
} from './internal/engine.ts'
import { repeated } from './internal/engineModel.ts'
import { insertTagText, positionsAfter, tagTables } from './DurableObject/queries.ts'
import type { EventRow } from './internal/rows.ts'
import { jsonListOf, nullOf, recordedOf } from './internal/rows.ts'
import { commitOfId, commitsAfter } from './DurableObject/commits.ts'
import type { DurableStorage } from './DurableObject/storage.ts'
import type { AppendFailure, EventStore, StoreUnavailable } from './EventStore.ts'
import { isReuse } from '../shell/internal/marks.ts'
import { left, none, right, some } from '../internal/either.ts'

export { durableObjectSnapshots } from './DurableObject/snapshots.ts'
export type { DurableStorage } from './DurableObject/storage.ts'

interface DurableOptions {
  /** The clock for `recordedAt`. Defaults to the system's. */
  readonly now?: () => Instant
}

/**
 * Returns the store in an object's storage. Its tables are created when the store is first
 * used. One object may hold one stream or many.
 *
 * @example
 *   import { durableObjectStore, type DurableStorage } from 'decider-ts/store/DurableObject'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   // in an object's class: durableObjectStore(this.ctx.storage)
 *   const gone = (): never => {
 *     throw new Error('the object was reset')
 *   }
 *   const storage: DurableStorage = { sql: { exec: gone }, transactionSync: gone }
 *   const loaded = await durableObjectStore(storage).load('lamp-1')()
 *   assert.ok(isLeft(loaded) && loaded.left.type === 'StoreUnavailable')
 *
 * @category constructors
 * @since 0.1.0
 */
export const durableObjectStore = (
  storage: DurableStorage,
  { now = Date.now }: DurableOptions = {},
): EventStore<EncodedEvent> => {
  const attempt = withTables(storage)
  return engineStore({
    hasTags: true,
    load: (stream, afterVersion, limit) =>
      attempt('load', () => right(recordedRows(storage, loadText, stream, afterVersion, limit))),
    append: (commit) =>
      attempt('append', () => storage.transactionSync(() => appendTo(storage, commit, now))),
    readAll: (afterPosition, limit, options) => {
      const types = jsonListOf(options.types)
      const categories = jsonListOf(options.categories)
      const bindings = [afterPosition, types, types, categories, categories, limit]
      const { query } = options
      // nothing comes between two queries of one turn
      return attempt('readAll', () => {
        const events =
          query === undefined
            ? recordedRows(storage, readText, ...bindings)
            : eventsAt(storage, positionsAfter(storage, query, afterPosition, limit, options))
        return right(pageOf(events, afterPosition, limit, headPosition(storage)))
      })
    },
    readCommits: (afterPosition, limit) =>
      attempt('readCommits', () => {
        const commits = commitsAfter(storage, afterPosition, limit)
        return right(commitPageOf(commits, afterPosition, limit, headPosition(storage)))
      }),
    findCommit: (commitId) =>
      attempt('findCommit', () => {
        const commit = commitOfId(storage, commitId)
        return right(commit === undefined ? none : some(commit))
      }),
  })
}

/** Runs queries, after creating the tables if necessary. Whatever a query throws is a failure. */
const withTables = (storage: DurableStorage) => {
  let isThere = false
  return function attempt<F, A>(
    operation: StoreUnavailable['operation'],
    ask: () => Either<F, A>,
    more = true,
  ): Promise<Either<F | StoreUnavailable, A>> {
    try {
      if (!isThere) storage.transactionSync(() => createEventTables(storage))
      isThere = true
    } catch (cause) {
      return Promise.resolve(unavailable('open', cause))
    }
    try {
      return Promise.resolve(ask())
    } catch (cause) {
      isThere = hasTable(storage)
      // if everything in the storage was deleted, create the tables again and retry once
      return more && !isThere
        ? attempt(operation, ask, false)
        : Promise.resolve(unavailable(operation, cause))
    }
  }
}

type Bindings = Array<string | number | null>

// Replacing a row deletes it without firing a trigger on delete, so the one on insert rejects rows that
// exist already.
const schema = `
create table if not exists decider_events (
  position integer primary key,
  stream text not null,
  version integer not null,
  commit_id text not null,
  commit_index integer not null,
  type text not null,
  schema_version integer not null,
  data text not null,
  occurred_at integer not null,
  recorded_at integer not null,
  actor text,
  correlation_id text,
  causation_id text,
  fingerprint text,
  tags text,
  condition text,
  unique (stream, version),
  unique (commit_id, commit_index)
) strict;

create table if not exists decider_commands (
  position integer primary key,
  commands text not null
) strict;

create trigger if not exists decider_commands_no_update before update on decider_commands begin
  select raise(abort, 'update refused: decider_commands is append-only');
end;

create trigger if not exists decider_commands_no_delete before delete on decider_commands begin
  select raise(abort, 'delete refused: decider_commands is append-only');
end;

create trigger if not exists decider_commands_once before insert on decider_commands
when exists (select 1 from decider_commands where position = new.position)
begin
  select raise(abort, 'insert refused: decider_commands is append-only');
end;

create trigger if not exists decider_no_update before update on decider_events begin
  select raise(abort, 'update refused: decider_events is append-only');
end;

create trigger if not exists decider_no_delete before delete on decider_events begin
  select raise(abort, 'delete refused: decider_events is append-only');
end;

create trigger if not exists decider_next before insert on decider_events
when new.position is not (select coalesce(max(position), 0) + 1 from decider_events)
  or new.version is not (
    select coalesce(max(version), 0) + 1 from decider_events where stream = new.stream
  )
  or exists (
    select 1 from decider_events
      where commit_id = new.commit_id and commit_index = new.commit_index
  )
begin
  select raise(abort, 'insert refused: decider_events is append-only, and this is not the next');
end;
${tagTables}`

const loadText =
  'select * from decider_events where stream = ? and version > ? order by version limit ?'
const readText = `select * from decider_events where position > ?
  and (? is null or type in (select value from json_each(?)))
  and (? is null or substr(stream, 1, instr(stream || '-', '-') - 1) in (select value from json_each(?)))
  order by position limit ?`
const positionsText =
  'select * from decider_events where position in (select value from json_each(?)) order by position'
const commitText = 'select * from decider_events where commit_id = ? order by commit_index'
const fingerprintText =
  'select fingerprint from decider_events where commit_id = ? and commit_index = 0'
const lastText =
  'select version, commit_id, position, recorded_at from decider_events where stream = ? order by version desc limit 1'
const headText = 'select coalesce(max(position), 0) as position from decider_events'
const insertText = `insert into decider_events (
  position, stream, version, commit_id, commit_index, type, schema_version, data,
  occurred_at, recorded_at, actor, correlation_id, causation_id, fingerprint, tags, condition
) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const insertCommandsText = 'insert into decider_commands (position, commands) values (?, ?)'

/** Adds the columns to tables that were created before there were such. */
const createEventTables = ({ sql }: DurableStorage): void => {
  sql.exec(schema)
  for (const name of ['fingerprint', 'tags', 'condition']) {
    const [column] = sql
      .exec(`select 1 from pragma_table_info('decider_events') where name = '${name}'`)
      .toArray()
    if (column === undefined) sql.exec(`alter table decider_events add column ${name} text`)
  }
}

/** Whether the table exists; assumed if the storage does not answer. */
const hasTable = ({ sql }: DurableStorage): boolean => {
  try {
    return (
      sql.exec("select 1 from pragma_table_info('decider_events') limit 1").toArray().length > 0
    )
  } catch {
    return true
  }
}

const recordedRows = ({ sql }: DurableStorage, text: string, ...bindings: Bindings): StoredEvents =>
  sql
    .exec(text, ...bindings)
    .toArray()
    .map((row) => recordedOf(eventRowOf(row), JSON.parse(String(row['data']))))

const eventRowOf = (row: Readonly<Record<string, unknown>>): EventRow => {
  // every query selects whole rows of the table, whose tags are a list as JSON
  const { tags, ...others } = row as unknown as Omit<EventRow, 'tags'> & { tags: string | null }
  return { ...others, tags: tags === null ? null : (JSON.parse(tags) as EventRow['tags']) }
}

const eventsAt = (storage: DurableStorage, positions: ReadonlyArray<number>): StoredEvents =>
  recordedRows(storage, positionsText, JSON.stringify(positions))

const appendTo = (
  storage: DurableStorage,
  commit: CheckedCommit,
  now: () => Instant,
): Either<AppendFailure, StoredCommit> => {
  const { stream, commitId, fingerprint } = commit
  const known = recordedRows(storage, commitText, commitId)
  const holder = known[0]?.stream
  if (holder !== undefined) {
    if (holder !== stream) {
      return left({ type: 'CommitIdTaken', commitId, stream: holder })
    }
    const [stored] = storage.sql.exec(fingerprintText, commitId).toArray()
    return isReuse(fingerprint, stored?.['fingerprint'] as string | null) // a column of type text
      ? left({ type: 'CommitIdReused', commitId, stream })
      : // there is a first event
        right(repeated(known as unknown as ReadonlyNonEmptyArray<Recorded<EncodedEvent>>))
  }
  const conflict = firstConflict(commit, (name) => lastEvent(storage, name))
  if (conflict !== undefined) return left(conflict)
  const disturbed = conditionFailure(
    commit,
    headPosition(storage),
    ({ query, after }) => positionsAfter(storage, query, after, 1)[0],
  )
  if (disturbed !== undefined) return left(disturbed)
  const time = timeOf(now)
  return time._tag === 'Left' ? time : right(insert(storage, commit, time.right))
}

const lastEvent = ({ sql }: DurableStorage, stream: string): LastEvent | undefined => {
  const [row] = sql.exec(lastText, stream).toArray()
  return (
    row && {
      version: Number(row['version']),
      commitId: String(row['commit_id']),
      position: Number(row['position']),
      recordedAt: Number(row['recorded_at']),
    }
  )
}

const headPosition = ({ sql }: DurableStorage): number =>
  Number(sql.exec(headText).toArray()[0]?.['position'])

/** Writes the events after the last one of their stream and the last one of all. */
const insert = (
  storage: DurableStorage,
  commit: CheckedCommit,
  recordedAt: Instant,
): StoredCommit => {
  const { commitId, fingerprint, commands, condition } = commit
  const start = headPosition(storage)
  if (commands !== undefined) {
    storage.sql.exec(insertCommandsText, start + 1, JSON.stringify(commands))
  }
  const recorded: Array<Recorded<EncodedEvent>> = []
  for (const { stream, events } of [commit, ...commit.also]) {
    let version = events.length === 0 ? 0 : (lastEvent(storage, stream)?.version ?? 0)
    for (const proposed of events) {
      const { event, actor, correlationId, causationId, tags } = proposed
      const index = recorded.length
      const position = start + index + 1
      const { occurredAt = recordedAt } = proposed
      version++
      // prettier-ignore
      storage.sql.exec(
        insertText, position, stream, version, commitId, index, event.type, event.schemaVersion,
        JSON.stringify(event.data), occurredAt, recordedAt, nullOf(actor), nullOf(correlationId),
        nullOf(causationId), fingerprint ?? null, tags.length === 0 ? null : JSON.stringify(tags),
        condition === undefined || index > 0 ? null : JSON.stringify(condition),
      )
      for (const tag of tags) storage.sql.exec(insertTagText, tag, position)
      // prettier-ignore
      recorded.push({
        event, commitId, stream, version, position, recordedAt, occurredAt, actor, correlationId, causationId,
        ...(tags.length > 0 && { tags }),
      })
    }
  }
  // one for each event of the commit, of which there is at least one
  return recorded as unknown as StoredCommit
}
