/**
 * The reference engine: a store in memory, for tests and for data that need not outlive the process.
 * Appending takes constant time, however many streams and events there are.
 *
 * It stores deeply frozen copies and rejects everything that JSON cannot hold, so that what works here also
 * works on a database.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { Instant, Recorded } from '../Recorded.ts'
import type { CheckedCommit, CheckedEvent } from './Engine.ts'
import type { CommitIds } from './Memory/commitIds.ts'
import { commitIds } from './Memory/commitIds.ts'
import { queryIndex } from './Memory/queries.ts'
import type { FindEvents } from './Memory/queries.ts'
import type { StoredCommands, StoredCommit, StoredEvents } from './internal/engineModel.ts'
import { recordedCommit } from './Memory/recordedCommit.ts'
import {
  commitPageOf,
  conditionFailure,
  conflictIn,
  conflictOfParts,
  engineStore,
  pageOf,
  timeOf,
} from './internal/engine.ts'
import { repeated } from './internal/engineModel.ts'
import type {
  AppendConditionFailed,
  AppendFailure,
  EventStore,
  ReadOptions,
  StoreUnavailable,
} from './EventStore.ts'
import { isReuse } from '../shell/internal/marks.ts'
import { categoryOf } from '../internal/category.ts'
import { left, none, right, some } from '../internal/either.ts'

export { memoryCheckpoints } from './Memory/checkpoints.ts'
export { memorySnapshots } from './Memory/snapshots.ts'

/**
 * The options of a store in memory.
 *
 * @category model
 * @since 0.1.0
 */
export interface MemoryOptions {
  /** The clock for `recordedAt`. Defaults to the system's. */
  readonly now?: () => Instant
}

interface Stream {
  /** The same string for all events of the stream, so that the strings of requests can be freed. */
  readonly name: string
  readonly events: Array<Recorded<EncodedEvent>>
}

/**
 * Opens a new, empty store, with the signature of `openPGlite`: a program can use either. Closing it does
 * nothing.
 *
 * @example
 *   import { openMemory } from 'decider-ts/store/Memory'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const opened = await openMemory()()
 *   assert.ok(isRight(opened))
 *   await opened.right.close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const openMemory =
  (
    options?: MemoryOptions,
  ): TaskEither<
    StoreUnavailable,
    { readonly store: EventStore<EncodedEvent>; readonly close: Task<void> }
  > =>
  () =>
    Promise.resolve(right({ store: memoryStore(options), close: () => Promise.resolve() }))

/**
 * Returns a new, empty store.
 *
 * @example
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const empty = { events: [], end: 0, head: 0 }
 *   assert.deepStrictEqual(await memoryStore().readAll(0, 10)(), right(empty))
 *
 * @category constructors
 * @since 0.1.0
 */
export const memoryStore = ({ now = Date.now }: MemoryOptions = {}): EventStore<EncodedEvent> => {
  const all: Array<Recorded<EncodedEvent>> = []
  const find = queryIndex(all)
  const log: MemoryLog = {
    all,
    streams: new Map(),
    commits: commitIds((position) => all[position - 1]?.commitId),
    fingerprints: new Map(),
    causes: new Map(),
  }
  return engineStore({
    hasTags: true,
    load: (stream, afterVersion, limit) => {
      const events = log.streams.get(stream)?.events ?? noEvents
      return afterVersion >= events.length
        ? emptyRead
        : Promise.resolve(right(events.slice(afterVersion, afterVersion + limit)))
    },
    append: (commit) => Promise.resolve(appendToLog(log, find, commit, now)),
    readAll: (afterPosition, limit, only) => {
      const events = selectedAfter(all, find, afterPosition, limit, only)
      return Promise.resolve(right(pageOf(events, afterPosition, limit, all.length)))
    },
    readCommits: (afterPosition, limit) => {
      const found = commitsOfLog(log, afterPosition, limit)
      return Promise.resolve(right(commitPageOf(found, afterPosition, limit, all.length)))
    },
    findCommit: (commitId) => {
      const first = firstEventOf(log, commitId)
      return Promise.resolve(right(first === undefined ? none : some(commitAt(log, first))))
    },
  })
}

/** Everything that was appended. */
interface MemoryLog {
  readonly all: Array<Recorded<EncodedEvent>>
  readonly streams: Map<string, Stream>
  readonly commits: CommitIds
  /** Fingerprints by commit id. */
  readonly fingerprints: Map<string, string>
  /** Conditions and commands by commit id, of commits that have any. */
  readonly causes: Map<string, Pick<CheckedCommit, 'condition' | 'commands'>>
}

const appendToLog = (
  log: MemoryLog,
  find: FindEvents,
  commit: CheckedCommit,
  now: () => Instant,
): Either<AppendFailure, StoredCommit> => {
  const { all, commits, streams } = log
  const { stream, commitId, events, also } = commit
  const known = firstEventOf(log, commitId)
  if (known !== undefined) return repeatedIn(log, commit, known)
  const own = streams.get(stream)
  const conflict =
    conflictIn(stream, commit.expected, lastEventOf(own)) ??
    (also.length === 0
      ? undefined
      : conflictOfParts(also, (name) => lastEventOf(streams.get(name))))
  if (conflict !== undefined) return left(conflict)
  const disturbed = commit.condition && disturbedIn(log, find, commit)
  if (disturbed !== undefined) return left(disturbed)
  const time = timeOf(now)
  if (time._tag === 'Left') return time
  const start = all.length
  write(log, own ?? newStream(stream), commitId, events, time.right)
  for (const part of also) {
    write(
      log,
      streams.get(part.stream) ?? newStream(part.stream),
      commitId,
      part.events,
      time.right,
    )
  }
  // one for each event of the commit, of which there is at least one
  const stored = all.slice(start) as unknown as StoredCommit
  commits.add(commitId, start + 1)
  const { fingerprint, condition, commands } = commit
  if (fingerprint !== undefined) log.fingerprints.set(commitId, fingerprint)
  if (condition !== undefined || commands !== undefined) {
    log.causes.set(commitId, { condition, commands })
  }
  return right(stored)
}

/** The first event of a commit. */
const firstEventOf = (
  { all, commits }: MemoryLog,
  commitId: string,
): Recorded<EncodedEvent> | undefined => {
  const position = commits.find(commitId)
  return position === undefined ? undefined : all[position - 1]
}

/** The answer to a commit whose id was stored before, with `known` as its first event. */
const repeatedIn = (
  { all, fingerprints }: MemoryLog,
  { stream, commitId, fingerprint }: CheckedCommit,
  known: Recorded<EncodedEvent>,
): Either<AppendFailure, StoredCommit> => {
  if (known.stream !== stream) {
    return left({ type: 'CommitIdTaken', commitId, stream: known.stream })
  }
  return isReuse(fingerprint, fingerprints.get(commitId))
    ? left({ type: 'CommitIdReused', commitId, stream })
    : right(repeated(commitFrom(all, known)))
}

const lastEventOf = (stream: Stream | undefined): Recorded<EncodedEvent> | undefined =>
  stream?.events[stream.events.length - 1]

const disturbedIn = (
  { all }: MemoryLog,
  find: FindEvents,
  commit: CheckedCommit,
): AppendConditionFailed | undefined =>
  conditionFailure(
    commit,
    all.length,
    ({ query, after }) => find(query, after, 1, always)[0]?.position,
  )

const newStream = (name: string): Stream => ({ name, events: [] })

/** Appends to one stream, which is new if it has no events. */
const write = (
  { all, streams }: MemoryLog,
  stream: Stream,
  commitId: string,
  events: ReadonlyArray<CheckedEvent>,
  recordedAt: Instant,
): void => {
  const { name, events: before } = stream
  if (before.length === 0 && events.length > 0) streams.set(name, stream)
  for (const { event, occurredAt, actor, correlationId, causationId, tags } of events) {
    const stored: Recorded<EncodedEvent> = {
      event: Object.freeze(event),
      commitId,
      stream: name,
      version: before.length + 1,
      position: all.length + 1,
      recordedAt,
      occurredAt: occurredAt ?? recordedAt,
      actor,
      correlationId,
      causationId,
    }
    if (tags.length > 0) Object.assign(stored, { tags })
    before.push(Object.freeze(stored))
    all.push(stored)
  }
}

/** At most `limit` commits of which the first event is after a position. */
const commitsOfLog = (
  log: MemoryLog,
  afterPosition: number,
  limit: number,
): ReadonlyArray<StoredCommands> => {
  const { all } = log
  const found: Array<StoredCommands> = []
  // a commit that begins before the position is not read
  const last = all[afterPosition - 1]
  let next = all[last === undefined ? 0 : endOfCommit(all, last)]
  while (next !== undefined && afterPosition < all.length && found.length < limit) {
    const commit = commitAt(log, next)
    found.push(commit)
    next = all[commit.lastPosition]
  }
  return found
}

const commitAt = ({ all, causes }: MemoryLog, first: Recorded<EncodedEvent>): StoredCommands =>
  recordedCommit(commitFrom(all, first), causes.get(first.commitId) ?? {})

const always = (): boolean => true

const noEvents: StoredEvents = Object.freeze([])

const emptyRead: Promise<Either<never, StoredEvents>> = Promise.resolve(right(noEvents))

/** At most `limit` of the selected events after a position, which is also their index. */
const selectedAfter = (
  all: StoredEvents,
  find: FindEvents,
  position: number,
  limit: number,
  options: ReadOptions,
): StoredEvents => {
  const { query } = options
  if (query !== undefined) {
    return find(query, position, limit, ({ stream, event }) => isAsked(options, stream, event.type))
  }
  if (options.types === undefined && options.categories === undefined) {
    return all.slice(position, position + limit)
  }
  const found: Array<Recorded<EncodedEvent>> = []
  for (let i = position; i < all.length && found.length < limit; i++) {
    const recorded = all[i] as Recorded<EncodedEvent> // i < length
    if (isAsked(options, recorded.stream, recorded.event.type)) found.push(recorded)
  }
  return found
}

/** The events of a commit, given its first one: they stand together in the global order. */
const commitFrom = (
  all: StoredEvents,
  { position, commitId }: Recorded<EncodedEvent>,
): ReadonlyNonEmptyArray<Recorded<EncodedEvent>> => {
  const events = all.slice(position - 1, endOfCommit(all, { position, commitId }))
  // from the first event on, so there is at least one
  return events as unknown as ReadonlyNonEmptyArray<Recorded<EncodedEvent>>
}

/** The position of the last event of a commit, given one of its events. */
const endOfCommit = (
  all: StoredEvents,
  { position, commitId }: Pick<Recorded<unknown>, 'position' | 'commitId'>,
): number => {
  let end = position
  while (all[end]?.commitId === commitId) end++
  return end
}

/** Whether these options select an event of this type in this stream. */
const isAsked = ({ types, categories }: ReadOptions, stream: string, type: string): boolean =>
  (types === undefined || types.includes(type)) &&
  (categories === undefined || categories.includes(categoryOf(stream)))
