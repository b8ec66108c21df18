/**
 * What a store of events must do, and how it fails.
 *
 * `E` is the event; a store of `EncodedEvent` keeps what `withCodec` encodes.
 *
 * Laws (the contract that every engine is tested against):
 *
 * 1. an append is atomic: all its events are stored or none
 * 2. the versions of a stream are 1, 2, 3, … without gap or repeat
 * 3. the expected version is checked against the truth at commit
 * 4. positions are unique and rising, and no position at or below one already observed appears later
 * 5. events of one stream keep their order in the global order
 * 6. a commit id is stored once: appended again, it gives what was recorded the first time and
 *    writes nothing; with another fingerprint it is refused
 * 7. an append without an answer is resolved by sending it again with the same commit id
 * 8. a history is told from another of the same length by its marks: an append that names the mark of
 *    its version is refused where that version is another event
 * 9. a call ends when its signal or time limit says so; an append that had begun is then unknown
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Issues } from '../codec/Codec.ts'
import { showPath } from '../codec/Codec.ts'
import type { EncodedEvent, EventCodec, EventIssues } from '../codec/EventCodec.ts'
import { decodeAllOf } from '../codec/EventCodec.ts'
import { isFrozen } from '../codec/internal/json.ts'
import { grown } from '../internal/grown.ts'
import type { DroppedEvent, Instant, Loaded, Metadata, Recorded } from '../Recorded.ts'
import { withDropped, withEvent } from '../Recorded.ts'
import { worked } from '../shell/internal/timeLimit.ts'

/**
 * Identifies a stored event, and with it the history that leads up to it. A version or a position
 * alone does not: a store that was restored from a backup, or that lost its last commits in a
 * fail-over, reaches the same numbers again with other events.
 *
 * @category model
 * @since 0.1.0
 */
export interface HistoryMark {
  readonly commitId: string
  readonly position: number
  /**
   * When the event was recorded. A retry of the last request, sent to a store that was restored to before
   * it, gets the same commit id and position; this tells it apart. Not compared where it is left out.
   */
  readonly recordedAt?: Instant | undefined
}

/**
 * What the writer believes of the stream: that it does not exist, that it holds exactly so many
 * events, or nothing. With a `mark`, the event at that version must be the one that the mark names.
 *
 * @category model
 * @since 0.1.0
 */
export type ExpectedVersion =
  | { readonly type: 'NoStream' }
  | { readonly type: 'Exactly'; readonly version: number; readonly mark?: HistoryMark }
  | { readonly type: 'Any' }

/**
 * Whether a stream of so many events, the last of which has this mark, is what the writer believes.
 *
 * @internal
 */
export const agrees = (
  expected: ExpectedVersion,
  actual: number,
  last: HistoryMark | undefined,
): boolean => {
  switch (expected.type) {
    case 'Any':
      return true
    case 'NoStream':
      return actual === 0
    case 'Exactly':
      return (
        actual === expected.version && (expected.mark === undefined || isAt(expected.mark, last))
      )
  }
}

/**
 * Whether an event is the one that a mark names.
 *
 * @internal
 */
export const isAt = (mark: HistoryMark, event: HistoryMark | undefined): boolean =>
  event !== undefined &&
  event.commitId === mark.commitId &&
  event.position === mark.position &&
  (mark.recordedAt === undefined || event.recordedAt === mark.recordedAt)

/**
 * Whether a known commit id is used for another request: both have a fingerprint, and they differ.
 *
 * @internal
 */
export const isReuse = (given: string | undefined, stored: string | null | undefined): boolean =>
  given !== undefined && stored !== undefined && stored !== null && given !== stored

/**
 * How long a call may take. Without either it waits for as long as the store takes.
 *
 * @category model
 * @since 0.1.0
 */
export interface CallOptions {
  /** Ends the wait when it is aborted. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds after which the wait ends. */
  readonly timeout?: number | undefined
}

/**
 * What to read of the global order: all events, or those of some types and some categories. The
 * category of a stream is the part of its name before the first `-`, or the whole name where there is
 * none: `order-7` is of category `order`.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadOptions extends CallOptions {
  /** Types of events as they are stored. Defaults to all. */
  readonly types?: ReadonlyArray<string> | undefined
  /** Categories of streams. Defaults to all. */
  readonly categories?: ReadonlyArray<string> | undefined
}

/**
 * An event about to be stored, with what its command said about itself.
 *
 * @category model
 * @since 0.1.0
 */
export interface Proposed<out E> extends Metadata {
  readonly event: E
}

/**
 * The events of one accepted request, to be stored together or not at all.
 *
 * @category model
 * @since 0.1.0
 */
export interface Commit<out E> {
  readonly stream: string
  readonly expected: ExpectedVersion
  /** Unique in the store; the key by which a repeated append is recognised. */
  readonly commitId: string
  /**
   * Identifies the content of the request, for example by a hash of its body: 1 to 800 characters.
   * Stored with the commit. The same commit id with another fingerprint is refused.
   */
  readonly fingerprint?: string | undefined
  readonly events: ReadonlyNonEmptyArray<Proposed<E>>
}

/**
 * The stream does not stand where the writer believed it does. Where `actual` is the expected version,
 * the event at that version is not the one that the expected mark names.
 *
 * @category failures
 * @since 0.1.0
 */
export interface VersionConflict {
  readonly type: 'VersionConflict'
  readonly stream: string
  readonly expected: ExpectedVersion
  /** How many events the stream holds; 0 means that it does not exist. */
  readonly actual: number
}

/**
 * The commit id belongs to a commit of another stream.
 *
 * @category failures
 * @since 0.1.0
 */
export interface CommitIdTaken {
  readonly type: 'CommitIdTaken'
  readonly commitId: string
  /** The stream that holds it. */
  readonly stream: string
}

/**
 * The commit id was used in this stream before, for a request with another fingerprint. Nothing was
 * written.
 *
 * @category failures
 * @since 0.1.0
 */
export interface CommitIdReused {
  readonly type: 'CommitIdReused'
  readonly commitId: string
  readonly stream: string
}

/**
 * The caller's signal (`Aborted`, its reason as `cause`) or time limit (`TimedOut`) ended the call.
 * `outcome` says what became of an append: `NotStored` where it had not begun, `Unknown` where it may
 * still be stored, until it is sent again with the same commit id. Reading stores nothing. Work that
 * never pauses is not cut off: what would come after it is.
 *
 * @category failures
 * @since 0.1.0
 */
export interface GivenUp {
  readonly type: 'GivenUp'
  /**
   * What was running when the limit passed or the signal came: a call of the store; `wait`, which is
   * waiting for one's turn or between two attempts; a function that was handed in, by its name in the
   * decider, the projection, the process or the codec; `body` or a hook of an HTTP request.
   */
  readonly operation:
    | 'wait'
    | 'load'
    | 'append'
    | 'readAll'
    | 'send'
    | 'decide'
    | 'evolve'
    | 'resume'
    | 'encode'
    | 'decode'
    | 'body'
    | 'metadata'
    | 'commitId'
    | 'command'
    | 'read'
  readonly reason: 'Aborted' | 'TimedOut'
  readonly outcome: 'NotStored' | 'Unknown'
  readonly cause: unknown
}

/**
 * The commit is nothing that a store can keep: a name that is empty, too long or no text, an instant
 * that is none, data that JSON can't hold.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidCommit {
  readonly type: 'InvalidCommit'
  readonly stream: string
  readonly issues: Issues
}

/**
 * A stored event that the codec does not know or refuses. Nothing after it was read.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UndecodableEvent extends EventIssues {
  readonly type: 'UndecodableEvent'
  readonly stream: string
  readonly version: number
  readonly position: number
  /** Where in the data the first issue lies, as `lines[0].quantity`. */
  readonly path: string
}

/**
 * An event that the codec does not know or refuses, so that it was not stored.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UnencodableEvent extends EventIssues {
  readonly type: 'UnencodableEvent'
  readonly stream: string
  /** Its place, from 0, among the events of the commit. */
  readonly index: number
  /** Where in the event the first issue lies, as `lines[0].quantity`. */
  readonly path: string
}

/**
 * The store did not answer, or answered with an error of its own, which is `cause`. Where the
 * operation was an append, its outcome is unknown until it is sent again with the same commit id.
 *
 * @category failures
 * @since 0.1.0
 */
export interface StoreUnavailable {
  readonly type: 'StoreUnavailable'
  readonly operation: 'open' | 'load' | 'append' | 'readAll'
  readonly cause: unknown
}

/**
 * How reading fails.
 *
 * @category failures
 * @since 0.1.0
 */
export type LoadFailure = UndecodableEvent | StoreUnavailable | GivenUp

/**
 * How appending fails.
 *
 * @category failures
 * @since 0.1.0
 */
export type AppendFailure =
  | VersionConflict
  | CommitIdTaken
  | CommitIdReused
  | InvalidCommit
  | UnencodableEvent
  | UndecodableEvent
  | StoreUnavailable
  | GivenUp

/**
 * A store of events: streams to append to, and one global order over all of them.
 *
 * @category model
 * @since 0.1.0
 */
export interface EventStore<in out E> {
  /** The events of a stream after a version, in order; none where there is no such stream. */
  readonly load: (
    stream: string,
    afterVersion?: number,
    options?: CallOptions,
  ) => TaskEither<LoadFailure, Loaded<E>>
  /** Stores a commit and gives its events as they were recorded: now, or when its id first came. */
  readonly append: (
    commit: Commit<E>,
    options?: CallOptions,
  ) => TaskEither<AppendFailure, ReadonlyNonEmptyArray<Recorded<E>>>
  /**
   * At most `limit` stored events after a position, in order of position; of all streams by default. None
   * only where there are no more.
   */
  readonly readAll: (
    afterPosition: number,
    limit: number,
    options?: ReadOptions,
  ) => TaskEither<LoadFailure, Loaded<E>>
  /** The position of the last event of all; 0 where there is none. */
  readonly head: (options?: CallOptions) => TaskEither<LoadFailure, number>
  /**
   * Why a call made from here would never be answered, asked by whoever is about to wait for another call:
   * within a transaction on the only connection, that call waits for the transaction. Never by default.
   */
  readonly blocked?: () => StoreUnavailable | undefined
}

/**
 * A store of events out of a store of what they are encoded to. Whatever enters is encoded, and what
 * could not be decoded again is refused; whatever comes back is decoded, and one event that can't be
 * is a failure that names it, never a gap.
 *
 * A store in memory hands out the same records every time. Where such a record is frozen in depth,
 * and decodes to the very data in it, the next load of its stream gives what the first one decoded:
 * neither can have changed.
 *
 * @example
 *   import { eventCodec } from 'decider-ts/order/codec'
 *   import { withCodec } from 'decider-ts/store/EventStore'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const store = withCodec(eventCodec)(memoryStore())
 *   assert.deepStrictEqual(await store.load('10248')(), right([]))
 *
 * @category constructors
 * @since 0.1.0
 */
export const withCodec = <E>(
  codec: EventCodec<E>,
  options: CodecOptions = {},
): ((store: EventStore<EncodedEvent>) => EventStore<E>) => {
  const narrowed = narrowedBy(codec.types, options)
  return (store) => {
    const kept: Kept<E> = new WeakMap()
    // made once, not once a call
    const decodeRead = <F>(read: Read<F, EncodedEvent>) => decodeAll(codec, read)
    const decodeLoaded = <F>(read: Read<F, EncodedEvent>) => decodeStream(codec, kept, read)
    return {
      load: (stream, afterVersion, limits) => () =>
        store
          .load(stream, afterVersion, limits)()
          .then(timed(limits, 'load', decodeLoaded)),
      append: (commit, limits) => () => {
        const encoded = encodeCommit(codec, commit)
        worked(limits?.signal, 'encode')
        return encoded._tag === 'Left'
          ? Promise.resolve(encoded)
          : store
              .append(encoded.right, limits)()
              .then((appended) => decodeAppended(codec, appended))
      },
      head: store.head,
      ...(store.blocked === undefined ? {} : { blocked: store.blocked }),
      readAll: (afterPosition, limit, asked) => () =>
        readOn(
          (after) => store.readAll(after, limit, narrowed(asked))(),
          afterPosition,
          timed(asked, 'readAll', decodeRead),
        ),
    }
  }
}

/** Decoding that tells when it has begun and ended, where a time limit may run. */
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
 * What a store with a codec reads where others write to the same store. A stream is always read as a whole:
 * an event in it that the codec does not know is a failure.
 *
 * @category model
 * @since 0.1.0
 */
export interface CodecOptions {
  /** Whether `readAll` fails on types that the codec does not know, or leaves them out. Defaults to 'refuse'. */
  readonly foreign?: 'refuse' | 'skip'
  /** The categories that `readAll` reads. Defaults to all. */
  readonly categories?: ReadonlyArray<string>
}

const narrowedBy = (
  types: ReadonlyArray<string>,
  { foreign = 'refuse', categories }: CodecOptions,
): ((asked: ReadOptions | undefined) => ReadOptions | undefined) =>
  foreign === 'refuse' && categories === undefined
    ? (asked) => asked
    : (asked = {}) => ({
        ...asked,
        types: foreign === 'skip' ? inBoth(asked.types, types) : asked.types,
        categories:
          categories === undefined ? asked.categories : inBoth(asked.categories, categories),
      })

const inBoth = (
  some: ReadonlyArray<string> | undefined,
  others: ReadonlyArray<string>,
): ReadonlyArray<string> => some?.filter((one) => others.includes(one)) ?? others

/** Where a codec drops all of a page, the next one is read, too: none would mean that there are no more. */
const readOn = async <F, E>(
  readAfter: (position: number) => Promise<Read<F, EncodedEvent>>,
  position: number,
  decode: (read: Read<F, EncodedEvent>) => Read<F | UndecodableEvent, E>,
): Promise<Read<F | UndecodableEvent, E>> => {
  let dropped: Loaded<E>['dropped']
  for (let after = position; ;) {
    const page = await readAfter(after)
    const decoded = decode(page)
    const last = page._tag === 'Right' ? page.right[page.right.length - 1] : undefined
    if (decoded._tag === 'Left') return decoded
    // those of the first page tell a reader that the event it had come to is there
    dropped ??= decoded.right.dropped
    if (last === undefined || decoded.right.length > 0) {
      return { _tag: 'Right', right: withDropped(decoded.right, dropped) }
    }
    after = last.position
  }
}

/**
 * What an append recorded. Only a commit that was stored long ago and is sent again may have become no
 * event at all: there is nothing to say of its outcome then.
 */
const decodeAppended = <E>(
  codec: EventCodec<E>,
  appended: Either<AppendFailure, ReadonlyNonEmptyArray<Recorded<EncodedEvent>>>,
): Either<AppendFailure, ReadonlyNonEmptyArray<Recorded<E>>> => {
  if (appended._tag === 'Left') return appended
  const decoded = decodeAll<E, AppendFailure>(codec, appended)
  // every array that is not empty is a non-empty one
  if (decoded._tag === 'Left' || decoded.right.length > 0)
    return decoded as typeof decoded & Either<AppendFailure, ReadonlyNonEmptyArray<Recorded<E>>>
  const [{ event }] = appended.right
  const expected = 'an event that the codec does not drop'
  const issues: Issues = [{ path: ['type'], expected, actual: event.type }]
  const { type: eventType, schemaVersion } = event
  return {
    _tag: 'Left',
    left: undecodable(appended.right[0], { eventType, schemaVersion, issues }),
  }
}

/** What streams were decoded to, by their first record, as far as it can't change any more. */
type Kept<E> = WeakMap<object, Prefix<E>>

interface Prefix<E> {
  readonly records: Array<Recorded<EncodedEvent>>
  /** One for each of the records. */
  readonly decoded: Array<Recorded<E>>
}

type Read<F, E> = Either<F, Loaded<E>>

const decodeAll = <E, F>(
  codec: EventCodec<E>,
  read: Read<F, EncodedEvent>,
): Read<F | UndecodableEvent, E> =>
  read._tag === 'Left' ? read : decodeFrom(codec, read.right, undefined, undefined)

/** As many events as each stored one has become, behind those that are one each. */
const decodeEach = <E>(
  codec: EventCodec<E>,
  records: ReadonlyArray<Recorded<EncodedEvent>>,
  events: Array<Recorded<E>>,
): Either<UndecodableEvent, Loaded<E>> => {
  const decode = decodeAllOf(codec)
  const dropped: Array<DroppedEvent> = []
  for (const recorded of records.slice(events.length)) {
    const decoded = decode(recorded.event)
    if (decoded._tag === 'Left') return { _tag: 'Left', left: undecodable(recorded, decoded.left) }
    const { version, position, commitId, recordedAt } = recorded
    if (decoded.right.length === 0) dropped.push({ version, position, commitId, recordedAt })
    decoded.right.forEach((event, part) => {
      const one = withEvent(recorded, event)
      events.push(part === 0 ? one : { ...one, part })
    })
  }
  return { _tag: 'Right', right: withDropped(events, dropped) }
}

const decodeStream = <E, F>(
  codec: EventCodec<E>,
  kept: Kept<E>,
  read: Read<F, EncodedEvent>,
): Read<F | UndecodableEvent, E> => {
  if (read._tag === 'Left') return read
  const records = read.right
  const first = records[0]
  if (first === undefined || first.version !== 1 || !Object.isFrozen(first)) {
    return decodeFrom(codec, records, undefined, undefined)
  }
  let prefix = kept.get(first)
  if (prefix === undefined) {
    prefix = { records: [], decoded: [] }
    kept.set(first, prefix)
  }
  let same = 0
  while (same < records.length && records[same] === prefix.records[same]) same++
  return decodeFrom(codec, records, prefix.decoded.slice(0, same), prefix)
}

/** Decodes the records after those that are known, and keeps what follows the prefix. */
const decodeFrom = <E>(
  codec: EventCodec<E>,
  records: ReadonlyArray<Recorded<EncodedEvent>>,
  known: Array<Recorded<E>> | undefined,
  prefix: Prefix<E> | undefined,
): Either<UndecodableEvent, Loaded<E>> => {
  let events = known
  for (let i = known?.length ?? 0; i < records.length; i++) {
    const recorded = records[i] as Recorded<EncodedEvent> // i is below their number
    const decoded = codec.decode(recorded.event)
    if (decoded._tag === 'Left') return decodeEach(codec, records, events ?? [])
    const event = withEvent(recorded, decoded.right)
    events = grown(events, event)
    if (prefix?.records.length === i && isFixed(recorded, decoded.right)) {
      prefix.records.push(recorded)
      prefix.decoded.push(Object.freeze(event))
    }
  }
  return { _tag: 'Right', right: events ?? [] }
}

/** Whether a record can't change, and neither can what it was decoded to: its own data. */
const isFixed = (recorded: Recorded<EncodedEvent>, event: unknown): boolean =>
  event === recorded.event.data && Object.isFrozen(recorded) && isFrozen(recorded.event)

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

const encodeCommit = <E>(
  codec: EventCodec<E>,
  commit: Commit<E>,
): Either<UnencodableEvent, Commit<EncodedEvent>> => {
  const { stream, expected, commitId, fingerprint } = commit
  let events: Array<Proposed<EncodedEvent>> | undefined
  for (const proposed of commit.events) {
    const encoded = encodeToDecode(codec, proposed.event)
    if (encoded._tag === 'Left') {
      const index = events?.length ?? 0
      const path = showPath(encoded.left.issues[0].path)
      return {
        _tag: 'Left',
        left: { type: 'UnencodableEvent', stream, index, path, ...encoded.left },
      }
    }
    const { occurredAt, actor, correlationId, causationId } = proposed
    const next = { event: encoded.right, occurredAt, actor, correlationId, causationId }
    events = grown(events, next)
  }
  // one event for each of the commit's, of which there is at least one
  const all = events as unknown as ReadonlyNonEmptyArray<Proposed<EncodedEvent>>
  return { _tag: 'Right', right: { stream, expected, commitId, fingerprint, events: all } }
}

/** The encoded event, once it has been seen to decode again. */
const encodeToDecode = <E>(codec: EventCodec<E>, event: E): Either<EventIssues, EncodedEvent> => {
  const encoded = codec.encode(event)
  if (encoded._tag === 'Left') return encoded
  const decoded = codec.decode(encoded.right)
  return decoded._tag === 'Left' ? decoded : encoded
}
