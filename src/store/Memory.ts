/**
 * The reference engine: a store in memory, for tests and for data that need not outlive the process.
 * Appending takes constant time, however many streams and events there are.
 *
 * It stores deeply frozen copies and rejects everything that JSON cannot hold, so that what works here works
 * on a database.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { Instant, Recorded } from '../Recorded.ts'
import type { CheckedCommit } from './Engine.ts'
import { commitIds } from './Memory/commitIds.ts'
import type { StoredCommit, StoredEvents } from './internal/engine.ts'
import { categoryOf, engineStore, timeOf } from './internal/engine.ts'
import type { AppendFailure, EventStore, ReadOptions, StoreUnavailable } from './EventStore.ts'
import { agrees, isReuse } from '../shell/internal/marks.ts'
import { left, right } from '../internal/either.ts'

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
  /** One string for all events, not one for each request. */
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
 *   assert.deepStrictEqual(await memoryStore().readAll(0, 10)(), right([]))
 *
 * @category constructors
 * @since 0.1.0
 */
export const memoryStore = ({ now = Date.now }: MemoryOptions = {}): EventStore<EncodedEvent> => {
  const all: Array<Recorded<EncodedEvent>> = []
  const streams = new Map<string, Stream>()
  /** The position of the first event of each commit. */
  const commits = commitIds((position) => all[position - 1]?.commitId)
  /** Fingerprints by commit id. */
  const fingerprints = new Map<string, string>()

  const append = (commit: CheckedCommit): Either<AppendFailure, StoredCommit> => {
    const { stream, expected, commitId, fingerprint, events } = commit
    const { name, events: before } = streams.get(stream) ?? { name: stream, events: [] }
    const hash = commits.hashOf(commitId)
    const place = commits.find(hash, commitId)
    const known = place > 0 ? all[place - 1] : undefined
    if (known !== undefined) {
      if (known.stream !== stream) {
        return left({ type: 'CommitIdTaken', commitId, stream: known.stream })
      }
      return isReuse(fingerprint, fingerprints.get(commitId))
        ? left({ type: 'CommitIdReused', commitId, stream })
        : right(commitFrom(before, known))
    }
    const actual = before.length
    if (!agrees(expected, actual, before[actual - 1])) {
      return left({ type: 'VersionConflict', stream, expected, actual })
    }
    const time = timeOf(now)
    if (time._tag === 'Left') return time
    const recordedAt = time.right
    let recorded: Array<Recorded<EncodedEvent>> | undefined
    for (const { event, occurredAt, actor, correlationId, causationId } of events) {
      const stored = Object.freeze({
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
      })
      before.push(stored)
      all.push(stored)
      recorded ??= []
      recorded.push(stored)
    }
    // one for each event of the commit, of which there is at least one
    const appended = recorded as unknown as StoredCommit
    if (actual === 0) streams.set(name, { name, events: before })
    commits.add(hash, appended[0].position)
    if (fingerprint !== undefined) fingerprints.set(commitId, fingerprint)
    return right(appended)
  }

  return engineStore({
    load: (stream, afterVersion) => {
      const events = streams.get(stream)?.events ?? noEvents
      return resolved(afterVersion >= events.length ? noEvents : events.slice(afterVersion))
    },
    append: (commit) => Promise.resolve(append(commit)),
    readAll: (afterPosition, limit, only) => resolved(page(all, afterPosition, limit, only)),
    head: () => Promise.resolve(right(all.length)),
  })
}

const noEvents: StoredEvents = Object.freeze([])

const emptyRead: Promise<Either<never, StoredEvents>> = Promise.resolve(right(noEvents))

const resolved = (events: StoredEvents): Promise<Either<never, StoredEvents>> =>
  events.length === 0 ? emptyRead : Promise.resolve(right(events))

/** At most `limit` of the selected events after a position, which is also their index. */
const page = (
  all: StoredEvents,
  position: number,
  limit: number,
  options: ReadOptions,
): StoredEvents => {
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

/** The events of a commit, given its first one. */
const commitFrom = (
  stream: StoredEvents,
  { version, commitId }: Recorded<EncodedEvent>,
): StoredCommit => {
  let end = version
  while (stream[end]?.commitId === commitId) end++
  // from the first event on, so there is at least one
  return stream.slice(version - 1, end) as unknown as StoredCommit
}

/** Whether reading with these options gives an event of this type in this stream. */
const isAsked = ({ types, categories }: ReadOptions, stream: string, type: string): boolean =>
  (types === undefined || types.includes(type)) &&
  (categories === undefined || categories.includes(categoryOf(stream)))
