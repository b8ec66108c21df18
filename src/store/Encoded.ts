/**
 * Makes a store of a decider's own events from a store of encoded events.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Issues } from '../codec/Codec.ts'
import { showPath } from '../codec/Codec.ts'
import type { EncodedEvent, EventCodec, EventIssues } from '../codec/EventCodec.ts'
import { decodeAllOf } from '../codec/internal/eventCodec.ts'
import type { Query, QueryItem } from '../Query.ts'
import type { Loaded, Recorded } from '../Recorded.ts'
import { withDropped } from '../internal/loaded.ts'
import { withEvent } from '../Recorded.ts'
import { worked } from '../shell/internal/timeLimit.ts'
import type {
  AppendFailure,
  Appended,
  CallOptions,
  Commit,
  CommitPart,
  EventStore,
  Page,
  Proposed,
  ReadOptions,
  StreamTurns,
  UndecodableEvent,
  UnencodableEvent,
} from './EventStore.ts'
import { left, right } from '../internal/either.ts'
import { same } from '../internal/equality.ts'

/**
 * Encodes events on their way into a store and decodes them on their way out. An event that would not decode
 * again is not stored; a stored event that can't be decoded is a failure that names it, never a gap.
 *
 * @example
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const store = withCodec(orderEventCodec)(memoryStore())
 *   assert.deepStrictEqual(await store.load('10248')(), right([]))
 *
 * @category constructors
 * @since 0.1.0
 */
export const withCodec = <E>(
  codec: EventCodec<E>,
  options: CodecOptions = {},
): ((store: EventStore<EncodedEvent>) => EventStore<E>) => {
  const widened = widenedBy(codec.former)
  const narrowed = narrowedBy(codec, options, widened)
  return (store) => {
    // made once, not once a call
    const decodeRead = <F>(read: Either<F, Page<EncodedEvent>>) => decodePage(codec, read)
    const decodeLoaded = <F>(read: LoadResult<F, EncodedEvent>) => decodeStream(codec, read)
    const decodeStored = (appended: AppendResult<EncodedEvent>) => decodeAppended(codec, appended)
    return {
      load: (stream, afterVersion, limits) => () =>
        store
          .load(stream, afterVersion, limits)()
          .then(timed(limits, 'load', decodeLoaded)),
      append: (commit, limits) => () => {
        const { followers } = commit
        const encoded =
          followers === undefined
            ? encodeCommit(codec, widened, commit)
            : encodeChain(codec, widened, commit, followers)
        worked(limits?.signal, 'encode')
        return encoded._tag === 'Left'
          ? Promise.resolve(encoded)
          : store.append(encoded.right, limits)().then(decodeStored)
      },
      ...(store.blocked === undefined ? {} : { blocked: store.blocked }),
      readAll: (afterPosition, limit, asked) => () =>
        store
          .readAll(afterPosition, limit, narrowed(asked))()
          .then(timed(asked, 'readAll', decodeRead)),
      ...(store.commits === undefined ? {} : { commits: store.commits }),
      ...(store.turns === undefined ? {} : { turns: decodedTurns(codec, store.turns) }),
    }
  }
}

/** Reports the start and the end of decoding to a time limit. */
const timed = <A, B>(
  limits: CallOptions | undefined,
  operation: 'load' | 'readAll',
  decode: (read: A) => B,
): ((read: A) => B) =>
  limits?.signal === undefined
    ? decode
    : (read) => {
        worked(limits.signal, operation)
        const decoded = decode(read)
        worked(limits.signal, 'decode')
        return decoded
      }

/**
 * What `readAll` returns if the store also holds events of other codecs. A stream is always read as a whole: an
 * event in it that the codec does not know is a failure.
 *
 * @category model
 * @since 0.1.0
 */
export interface CodecOptions {
  /** Whether `readAll` fails on types that the codec does not know, or skips them. Defaults to 'refuse'. */
  readonly foreign?: 'refuse' | 'skip'
  /** The categories that `readAll` reads. Defaults to all. */
  readonly categories?: ReadonlyArray<string>
}

/** Adds the types under which events were stored that are of other types today. Widening is always safe. */
type WidenQuery = (query: Query) => Query

const widenedBy = (former: ReadonlyArray<string> | undefined): WidenQuery => {
  if (former === undefined) return (query) => query
  const widened = (item: QueryItem): QueryItem =>
    item.types === undefined || item.types.length === 0
      ? item
      : { ...item, types: [...item.types, ...former] }
  // as many items as before
  return (query) => query.map(widened) as unknown as Query
}

const narrowedBy = (
  { types, former }: Pick<EventCodec<never>, 'types' | 'former'>,
  { foreign = 'refuse', categories }: CodecOptions,
  widened: WidenQuery,
): ((asked: ReadOptions | undefined) => ReadOptions | undefined) =>
  foreign === 'refuse' && categories === undefined && former === undefined
    ? (asked) => asked
    : (asked = {}) => ({
        ...asked,
        types: foreign === 'skip' ? inBoth(asked.types, types) : asked.types,
        categories:
          categories === undefined ? asked.categories : inBoth(asked.categories, categories),
        query: asked.query && widened(asked.query),
      })

const inBoth = (
  some: ReadonlyArray<string> | undefined,
  others: ReadonlyArray<string>,
): ReadonlyArray<string> => some?.filter((one) => others.includes(one)) ?? others

const decodePage = <E, F>(
  codec: EventCodec<E>,
  read: Either<F, Page<EncodedEvent>>,
): Either<F | UndecodableEvent, Page<E>> => {
  if (read._tag === 'Left') return read
  const { events, end, head } = read.right
  const decoded = decodeRecords(codec, events)
  return decoded._tag === 'Left' ? decoded : right({ events: decoded.right, end, head })
}

/**
 * Decodes what an append recorded. Fails if the codec now drops all events of a repeated commit, since there is
 * no outcome to return then.
 */
const decodeAppended = <E>(
  codec: EventCodec<E>,
  appended: AppendResult<EncodedEvent>,
): AppendResult<E> => {
  if (appended._tag === 'Left') return appended
  const decoded = decodeRecords(codec, appended.right)
  if (decoded._tag === 'Left') return decoded
  if (decoded.right.length === 0) return left(allDropped(appended.right[0]))
  // the array is not empty here
  const events = decoded.right as unknown as Appended<E>
  const { repeated, followers } = appended.right
  if (repeated !== undefined) Object.assign(events, { repeated })
  if (followers !== undefined) {
    Object.assign(events, { followers: followers.map((next) => decodeAppended(codec, next)) })
  }
  return right(events)
}

const allDropped = (recorded: Recorded<EncodedEvent>): UndecodableEvent => {
  const { type: eventType, schemaVersion } = recorded.event
  const expected = 'an event that the codec does not drop'
  const issues: Issues = [{ path: ['type'], expected, actual: eventType }]
  return undecodable(recorded, { eventType, schemaVersion, issues })
}

/** Turns with decoded events. If decoding fails, they have to be loaded, which says why. */
const decodedTurns = <E>(
  codec: EventCodec<E>,
  { take, areWanted }: StreamTurns<EncodedEvent>,
): StreamTurns<E> => ({
  take: (stream, afterVersion) => async () => {
    const turn = await take(stream, afterVersion)()
    return turn && { loaded: turn.loaded && decodedOrNone(codec, turn.loaded), end: turn.end }
  },
  areWanted,
})

const decodedOrNone = <E>(
  codec: EventCodec<E>,
  loaded: ReadonlyArray<Recorded<EncodedEvent>>,
): Loaded<E> | undefined => {
  try {
    const decoded = decodeRecords(codec, loaded)
    return decoded._tag === 'Left' ? undefined : decoded.right
  } catch {
    return undefined
  }
}

type LoadResult<F, E> = Either<F, Loaded<E>>

type AppendResult<E> = Either<AppendFailure, Appended<E>>

/** Decodes records of which some become several events, or none. */
const decodeEach = <E>(
  codec: EventCodec<E>,
  records: ReadonlyArray<Recorded<EncodedEvent>>,
  events: Array<Recorded<E>>,
): Either<UndecodableEvent, Loaded<E>> => {
  const decode = decodeAllOf(codec)
  const dropped: Array<NonNullable<Loaded<unknown>['dropped']>[number]> = []
  for (const recorded of records.slice(events.length)) {
    const decoded = decode(recorded.event)
    if (decoded._tag === 'Left') return left(undecodable(recorded, decoded.left))
    const { version, position, commitId, recordedAt } = recorded
    if (decoded.right.length === 0) dropped.push({ version, position, commitId, recordedAt })
    decoded.right.forEach((event, part) => {
      const one = withEvent(recorded, event)
      events.push(part === 0 ? one : { ...one, part })
    })
  }
  return right(withDropped(events, dropped))
}

const decodeStream = <E, F>(
  codec: EventCodec<E>,
  read: LoadResult<F, EncodedEvent>,
): LoadResult<F | UndecodableEvent, E> =>
  read._tag === 'Left' ? read : decodeRecords(codec, read.right)

const decodeRecords = <E>(
  codec: EventCodec<E>,
  records: ReadonlyArray<Recorded<EncodedEvent>>,
): Either<UndecodableEvent, Loaded<E>> => {
  // all are looked up before the first is decoded, so that the processor waits for memory once, not once an event:
  // measured, 5 to 14 % less for a command without a cache
  const encoded = records.map(({ event }) => event)
  let events: Array<Recorded<E>> | undefined
  for (let i = 0; i < records.length; i++) {
    const decoded = codec.decode(encoded[i] as EncodedEvent) // i < length
    if (decoded._tag === 'Left') return decodeEach(codec, records, events ?? [])
    const event = withEvent(records[i] as Recorded<EncodedEvent>, decoded.right)
    if (events === undefined) events = [event]
    else events.push(event)
  }
  return right(events ?? [])
}

const undecodable = (
  { stream, version, position }: Recorded<EncodedEvent>,
  { eventType, schemaVersion, issues }: EventIssues,
): UndecodableEvent => ({
  type: 'UndecodableEvent',
  stream,
  version,
  position,
  eventType,
  schemaVersion,
  path: showPath(issues[0].path),
  issues,
})

/**
 * Encodes a commit and its followers, up to the first that can't be encoded. It also ends after a commit whose
 * events would decode to other events than those that were decided, since the next commit was decided on those.
 */
const encodeChain = <E>(
  codec: EventCodec<E>,
  widened: WidenQuery,
  commit: Commit<E>,
  followers: ReadonlyArray<Commit<E>>,
): Either<UnencodableEvent, Commit<EncodedEvent>> => {
  const kept: Kept = { isWhole: true }
  const first = encodeCommit(codec, widened, commit, kept)
  if (first._tag === 'Left') return first
  const others: Array<Commit<EncodedEvent>> = []
  for (const follower of followers) {
    const encoded = kept.isWhole ? encodeCommit(codec, widened, follower, kept) : undefined
    if (encoded?._tag !== 'Right') break
    others.push(encoded.right)
  }
  return right({ ...first.right, followers: others })
}

/** Whether all events so far decode to what they were before they were encoded. */
interface Kept {
  isWhole: boolean
}

const encodeCommit = <E>(
  codec: EventCodec<E>,
  widened: WidenQuery,
  commit: Commit<E>,
  kept?: Kept,
): Either<UnencodableEvent, Commit<EncodedEvent>> => {
  const { stream, expected, commitId, fingerprint, commands, also } = commit
  const condition = commit.condition && {
    ...commit.condition,
    query: widened(commit.condition.query),
  }
  const encoded = encodeEvents(codec, stream, commit.events, 0, kept)
  if (encoded._tag === 'Left') return encoded
  // one event for each of the commit's, of which there is at least one
  const events = encoded.right as unknown as ReadonlyNonEmptyArray<Proposed<EncodedEvent>>
  if (also === undefined) {
    return right({ stream, expected, commitId, fingerprint, events, commands, condition })
  }
  const parts: Array<CommitPart<EncodedEvent>> = []
  let before = events.length
  for (const part of also) {
    const others = encodeEvents(codec, part.stream, part.events, before)
    if (others._tag === 'Left') return others
    parts.push({ stream: part.stream, expected: part.expected, events: others.right })
    before += others.right.length
  }
  return right({
    stream,
    expected,
    commitId,
    fingerprint,
    events,
    commands,
    also: parts,
    condition,
  })
}

/** Encodes the events for one stream; `before` events of the same commit come before them. */
const encodeEvents = <E>(
  codec: EventCodec<E>,
  stream: string,
  events: ReadonlyArray<Proposed<E>>,
  before: number,
  kept?: Kept,
): Either<UnencodableEvent, ReadonlyArray<Proposed<EncodedEvent>>> => {
  let all: Array<Proposed<EncodedEvent>> | undefined
  for (const proposed of events) {
    const encoded = encodeToDecode(codec, proposed.event, kept)
    if (encoded._tag === 'Left') {
      const index = before + (all?.length ?? 0)
      const path = showPath(encoded.left.issues[0].path)
      return left({ type: 'UnencodableEvent', stream, index, path, ...encoded.left })
    }
    const { occurredAt, actor, correlationId, causationId, tags } = proposed
    const next = { event: encoded.right, occurredAt, actor, correlationId, causationId, tags }
    if (all === undefined) all = [next]
    else all.push(next)
  }
  return right(all ?? [])
}

/** Encodes an event and checks that it decodes again. */
const encodeToDecode = <E>(
  codec: EventCodec<E>,
  event: E,
  kept: Kept | undefined,
): Either<EventIssues, EncodedEvent> => {
  const encoded = codec.encode(event)
  if (encoded._tag === 'Left') return encoded
  const decoded = codec.decode(encoded.right)
  if (decoded._tag === 'Left') return decoded
  if (kept !== undefined) kept.isWhole &&= same(decoded.right, event)
  return encoded
}
