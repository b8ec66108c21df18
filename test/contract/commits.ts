// Commits, drawn and written by hand, and the smallest store that could keep them.
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { fromNullable } from 'fp-ts/lib/Option.js'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import type { Query } from '../../src/Query.ts'
import { matches } from '../../src/Query.ts'
import type { Recorded } from '../../src/Recorded.ts'
import type {
  AppendFailure,
  Commit,
  CommitPart,
  EventStore,
  ExpectedVersion,
  Proposed,
  ReadOptions,
} from '../../src/store/EventStore.ts'
import { plain } from '../support/plain.ts'

export type Encoded = Commit<EncodedEvent>
export type Stored = ReadonlyArray<Recorded<EncodedEvent>>
export type MakeStore = (now?: () => number) => Promise<EventStore<EncodedEvent>>

export const noStream: ExpectedVersion = { type: 'NoStream' }
export const anyVersion: ExpectedVersion = { type: 'Any' }
export const exactly = (version: number): ExpectedVersion => ({ type: 'Exactly', version })

export const encoded = (data: unknown, type = 'Noted'): EncodedEvent => ({
  type,
  schemaVersion: 1,
  data,
})

/** A commit of an event for each of the data. */
export const commitOf = (
  stream: string,
  commitId: string,
  expected: ExpectedVersion,
  ...[first, ...others]: [unknown, ...Array<unknown>]
): Encoded => {
  const proposed = (data: unknown): Proposed<EncodedEvent> => ({
    occurredAt: 1_000,
    event: encoded(data),
  })
  return { stream, expected, commitId, events: [proposed(first), ...others.map(proposed)] }
}

export const rightOf = <A>(either: Either<unknown, A>): A => {
  if (either._tag === 'Right') return either.right
  throw new Error(`Left: ${JSON.stringify(either.left)}`)
}

export const leftOf = <E>(either: Either<E, unknown>): E => {
  if (either._tag === 'Left') return either.left
  throw new Error('Right, where a failure was expected')
}

/** What an append gives whose commit is stored already. */
export const repeated = <A>(events: ReadonlyArray<A>): ReadonlyArray<A> =>
  Object.assign([...events], { repeated: true })

/** Everything that a store holds. */
export const everything = async (store: EventStore<EncodedEvent>): Promise<Stored> =>
  rightOf(await store.readAll(0, 1_000_000)()).events

/** Data that JSON can hold, as `JSON.parse` gives it. */
export const jsonData: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'binary' })
  .map((value) => JSON.stringify(value))
  .filter((text) => !text.includes('__proto__'))
  .map((text): unknown => JSON.parse(text))

const name = fc.option(fc.constantFrom('ann', 'Ü', 'a"b\\c', "d'e"), { nil: undefined })

const proposed: fc.Arbitrary<Proposed<EncodedEvent>> = plain({
  occurredAt: fc.integer({ min: -8.64e15, max: 8.64e15 }),
  actor: name,
  correlationId: name,
  causationId: name,
  event: plain({
    type: fc.constantFrom('Noted', 'Ändered', '{,"}'),
    schemaVersion: fc.constantFrom(1, 7, Number.MAX_SAFE_INTEGER),
    data: jsonData,
  }),
})

const expectedVersion: fc.Arbitrary<ExpectedVersion> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(noStream, anyVersion) },
  { weight: 3, arbitrary: fc.nat({ max: 6 }).map(exactly) },
  {
    weight: 1,
    arbitrary: plain({
      type: fc.constant('Exactly' as const),
      version: fc.nat({ max: 3 }),
      mark: plain({
        commitId: fc.integer({ min: 1, max: 12 }).map((n) => `c${n}`),
        position: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
        recordedAt: fc.option(fc.constantFrom(1_000, 2_000, 3_000), { nil: undefined }),
      }),
    }),
  },
)

const stream = fc.constantFrom('a', 'a-1', 'ç/1')

/** Commits to few streams under few commit ids, so that they meet. */
export const commit: fc.Arbitrary<Encoded> = plain({
  stream,
  expected: expectedVersion,
  commitId: fc.integer({ min: 1, max: 12 }).map((n) => `c${n}`),
  fingerprint: fc.constantFrom(undefined, undefined, 'one', 'two'),
  events: fc
    .tuple(proposed, fc.array(proposed, { maxLength: 2 }))
    .map(([first, others]) => [first, ...others] as const),
})

const parts: fc.Arbitrary<ReadonlyArray<CommitPart<EncodedEvent>>> = fc.uniqueArray(
  plain({
    stream,
    expected: fc.oneof(fc.constant(anyVersion), expectedVersion),
    events: fc.array(proposed, { maxLength: 2 }),
  }),
  { selector: (part) => part.stream, maxLength: 3 },
)

/** Commits of which some are to several streams. */
export const severalStreams: fc.Arbitrary<Encoded> = fc
  .tuple(commit, fc.option(parts, { nil: undefined }))
  .map(([own, also]) =>
    also === undefined ? own : { ...own, also: also.filter((part) => part.stream !== own.stream) },
  )

/** What makes a commit one that no store keeps. */
const faults: ReadonlyArray<(commit: Encoded) => Encoded> = [
  (valid) => ({ ...valid, stream: '' }),
  (valid) => ({ ...valid, stream: 'a\0b' }),
  (valid) => ({ ...valid, commitId: 'x'.repeat(801) }),
  (valid) => ({ ...valid, commitId: '\ud800' }),
  (valid) => ({ ...valid, expected: exactly(-1) }),
  (valid) => ({ ...valid, expected: exactly(0.5) }),
  (valid) => ({ ...valid, fingerprint: '' }),
  (valid) => ({ ...valid, expected: { ...exactly(1), mark: { commitId: '', position: 1 } } }),
  (valid) => ({ ...valid, expected: { ...exactly(1), mark: { commitId: 'c', position: NaN } } }),
  (valid) => ({
    ...valid,
    expected: { ...exactly(1), mark: { commitId: 'c', position: 1, recordedAt: NaN } },
  }),
  ...[
    { stream: '' },
    { stream: 'x', expected: exactly(-1) },
    { stream: 'x', events: [{ event: encoded(new Date(0)) }] },
    { stream: 'x', events: [{ actor: '', event: encoded(1) }] },
  ].map((fault) => (valid: Encoded): Encoded => {
    const also = [{ expected: anyVersion, events: [], ...fault }]
    return { ...valid, also }
  }),
  (valid) => ({
    ...valid,
    also: [valid.stream, 'x'].map((name) => ({ stream: name, expected: anyVersion, events: [] })),
  }),
  (valid) => ({
    ...valid,
    also: ['x', 'x'].map((name) => ({ stream: name, expected: anyVersion, events: [] })),
  }),
  // what plain JavaScript can pass
  (valid) => ({ ...valid, expected: { type: 'Anything' } as unknown as ExpectedVersion }),
  (valid) => ({ ...valid, stream: 7 as unknown as string }),
  (valid) => ({ ...valid, commitId: null as unknown as string }),
  ...[
    { occurredAt: NaN },
    { occurredAt: 0.5 },
    { actor: '' },
    { event: { ...encoded(1), type: '' } },
    { event: { ...encoded(1), schemaVersion: -1 } },
    { event: { ...encoded(1), schemaVersion: 0 } },
    { event: encoded({ at: new Date(0) }) },
    { event: encoded([1n]) },
    { event: encoded(undefined) },
    { event: encoded(JSON.parse('{"a":{"__proto__":1}}')) },
  ].map((fault) => (valid: Encoded): Encoded => {
    const bad: Proposed<EncodedEvent> = { occurredAt: 0, event: encoded(1), ...fault }
    return { ...valid, events: [valid.events[0], ...valid.events.slice(1), bad] }
  }),
]

export const invalidCommit: fc.Arbitrary<Encoded> = fc
  .tuple(commit, fc.constantFrom(...faults))
  .map(([valid, spoil]) => spoil(valid))

const isMatch = (query: Query, { event, tags = [] }: Stored[number]): boolean =>
  matches(query)(event.type, tags)

/** The store as the contract has it, told in as few words as possible. */
export const model = (now: () => number) => {
  const all: Array<Recorded<EncodedEvent>> = []
  const load = (stream: string, after = 0, limit = Infinity): Stored =>
    all
      .filter((event) => event.stream === stream && event.version > (after || 0))
      .slice(0, Math.max(0, limit || 0))
  const prints = new Map<string, string | undefined>()
  const isAsExpected = ({ stream, expected }: Pick<Encoded, 'stream' | 'expected'>): boolean => {
    if (expected.type === 'Any') return true
    const stored = load(stream)
    if (stored.length !== (expected.type === 'NoStream' ? 0 : expected.version)) return false
    const mark = expected.type === 'Exactly' ? expected.mark : undefined
    const last = stored.at(-1)
    return (
      mark === undefined ||
      (mark.commitId === last?.commitId &&
        (mark.position === undefined || mark.position === last.position) &&
        (mark.recordedAt === undefined || mark.recordedAt === last.recordedAt))
    )
  }
  const append = (commit: Encoded): Either<AppendFailure, Stored> => {
    const { stream, commitId, fingerprint } = commit
    const known = all.filter((event) => event.commitId === commitId)
    const holder = known[0]?.stream
    const print = prints.get(commitId)
    if (holder === stream) {
      return fingerprint !== undefined && print !== undefined && fingerprint !== print
        ? left({ type: 'CommitIdReused', commitId, stream })
        : right(repeated(known))
    }
    if (holder !== undefined) return left({ type: 'CommitIdTaken', commitId, stream: holder })
    const parts = [commit, ...(commit.also ?? [])]
    const stale = parts.find((part) => !isAsExpected(part))
    if (stale !== undefined) {
      const actual = load(stale.stream).length
      const { expected } = stale
      return left({ type: 'VersionConflict', stream: stale.stream, expected, actual })
    }
    const { condition } = commit
    if (condition !== undefined) {
      const disturbing = all.filter(
        (event) => event.position > condition.after && isMatch(condition.query, event),
      )
      const position = condition.after > all.length ? all.length : disturbing[0]?.position
      if (position !== undefined) {
        return left({ type: 'AppendConditionFailed', stream, condition, position })
      }
    }
    const at = now()
    const start = all.length
    for (const part of parts) {
      for (const proposed of part.events) {
        all.push({
          event: proposed.event,
          occurredAt: proposed.occurredAt ?? at,
          actor: fromNullable(proposed.actor),
          correlationId: fromNullable(proposed.correlationId),
          causationId: fromNullable(proposed.causationId),
          stream: part.stream,
          version: load(part.stream).length + 1,
          position: all.length + 1,
          commitId,
          recordedAt: at,
          ...((proposed.tags ?? []).length > 0 && { tags: [...new Set(proposed.tags)].sort() }),
        })
      }
    }
    prints.set(commitId, fingerprint)
    return right(all.slice(start))
  }
  const readAll = (after: number, limit: number, options: ReadOptions = {}) => {
    const from = Math.min(Math.max(0, after || 0), Number.MAX_SAFE_INTEGER)
    const most = Math.max(0, limit || 0)
    const rest = all
      .filter(({ position }) => position > from)
      .filter(({ event }) => options.types?.includes(event.type) ?? true)
      .filter((event) => options.query === undefined || isMatch(options.query, event))
      .filter(({ stream }) => options.categories?.includes(stream.replace(/-.*/s, '')) ?? true)
    const events = rest.slice(0, most)
    const end =
      events.length < most ? Math.max(from, all.length) : (events.at(-1)?.position ?? from)
    return { events, end, head: all.length }
  }
  return { load, append, readAll }
}
