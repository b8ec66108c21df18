// Commits to several streams, on every engine. The numbers are those of the laws in
// src/store/EventStore.ts.
import { left, right } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import type { CommitPart, ExpectedVersion } from '../../src/store/EventStore.ts'
import type { Encoded, MakeStore } from './commits.ts'
import {
  anyVersion,
  commitOf,
  encoded,
  everything,
  exactly,
  leftOf,
  noStream,
  repeated,
  rightOf,
} from './commits.ts'

type Part = CommitPart<EncodedEvent>

const part = (
  stream: string,
  expected: ExpectedVersion,
  ...data: ReadonlyArray<unknown>
): Part => ({
  stream,
  expected,
  events: data.map((each) => ({ occurredAt: 1_000, event: encoded(each) })),
})

const places = (events: ReadonlyArray<{ stream: string; version: number; position: number }>) =>
  events.map(({ stream, version, position }) => [stream, version, position])

export const severalStreamsLaws = (makeStore: MakeStore): void => {
  const sent: Encoded = {
    ...commitOf('a', 'c1', noStream, 1, 2),
    also: [part('c', noStream, 3), part('b', exactly(0)), part('d', anyVersion, 4, 5)],
  }

  it("law 12: its own stream's events come first, then those of the others in their order", async () => {
    const store = await makeStore()
    const appended = rightOf(await store.append(sent)())
    expect(places(appended)).toStrictEqual([
      ['a', 1, 1],
      ['a', 2, 2],
      ['c', 1, 3],
      ['d', 1, 4],
      ['d', 2, 5],
    ])
    expect(appended.map(({ event }) => event.data)).toStrictEqual([1, 2, 3, 4, 5])
    expect(new Set(appended.map(({ commitId }) => commitId))).toStrictEqual(new Set(['c1']))
    expect(await everything(store)).toStrictEqual(appended)
    for (const stream of ['a', 'b', 'c', 'd']) {
      expect(await store.load(stream)()).toStrictEqual(
        right(appended.filter((event) => event.stream === stream)),
      )
    }
  })

  it('law 12: a stream that is only checked stays as it is', async () => {
    const store = await makeStore()
    rightOf(await store.append(sent)())
    rightOf(await store.append(commitOf('b', 'c2', noStream, 1))())
    const checking = { ...commitOf('a', 'c3', exactly(2), 1), also: [part('b', exactly(1))] }
    expect(places(rightOf(await store.append(checking)()))).toStrictEqual([['a', 3, 7]])
    expect(rightOf(await store.load('b')())).toHaveLength(1)
  })

  it('laws 1 and 3: it is stored in all of its streams or in none, and a conflict names the first', async () => {
    const store = await makeStore()
    rightOf(await store.append(commitOf('b', 'c0', noStream, 0))())
    const before = await everything(store)
    const conflict = (stream: string, expected: ExpectedVersion, actual: number) =>
      left({ type: 'VersionConflict', stream, expected, actual })
    const second = { ...sent, also: [part('b', exactly(1), 2), part('d', exactly(1))] }
    expect(await store.append(second)()).toStrictEqual(conflict('d', exactly(1), 0))
    const first = { ...sent, also: [part('d', exactly(4), 1), part('b', noStream, 1)] }
    expect(await store.append(first)()).toStrictEqual(conflict('d', exactly(4), 0))
    const own = { ...first, expected: exactly(9) }
    expect(await store.append(own)()).toStrictEqual(conflict('a', exactly(9), 0))
    const unstorable = { ...sent, also: [part('d', anyVersion, 1, new Date(0))] }
    expect(leftOf(await store.append(unstorable)())).toMatchObject({
      type: 'InvalidCommit',
      stream: 'a',
      issues: [{ path: ['also', 0, 'events', 1, 'data'] }],
    })
    expect(await everything(store)).toStrictEqual(before)
  })

  it('law 6: sent again it gives all that was recorded, and its id belongs to its own stream', async () => {
    const store = await makeStore()
    const recorded = rightOf(await store.append(sent)())
    rightOf(await store.append(commitOf('a', 'c2', exactly(2), 6))())
    const alone = commitOf('a', 'c1', noStream, 1, 2)
    for (const again of [sent, alone, { ...sent, also: [part('e', exactly(9), 1)] }]) {
      expect(await store.append(again)()).toStrictEqual(right(repeated(recorded)))
    }
    const taken = left({ type: 'CommitIdTaken', commitId: 'c1', stream: 'a' })
    for (const stream of ['c', 'd', 'e']) {
      expect(await store.append({ ...alone, stream })()).toStrictEqual(taken)
    }
    expect(await everything(store)).toHaveLength(6)
  })

  it('law 6: another fingerprint is refused in the first stream', async () => {
    const store = await makeStore()
    const recorded = rightOf(await store.append({ ...sent, fingerprint: 'one' })())
    expect(await store.append({ ...sent, fingerprint: 'one' })()).toStrictEqual(
      right(repeated(recorded)),
    )
    expect(await store.append({ ...sent, fingerprint: 'two' })()).toStrictEqual(
      left({ type: 'CommitIdReused', commitId: 'c1', stream: 'a' }),
    )
  })

  it('law 8: marks are compared in every stream', async () => {
    const store = await makeStore()
    rightOf(await store.append(sent)())
    const marked = (commitId: string, position?: number): ExpectedVersion => ({
      ...exactly(2),
      type: 'Exactly',
      version: 2,
      mark: { commitId, position },
    })
    const next = (expected: ExpectedVersion) =>
      store.append({ ...commitOf('a', 'c2', anyVersion, 1), also: [part('d', expected, 1)] })()
    for (const expected of [marked('c0'), marked('c0', 5), marked('c1', 4)]) {
      expect(await next(expected)).toStrictEqual(
        left({ type: 'VersionConflict', stream: 'd', expected, actual: 2 }),
      )
    }
    expect(rightOf(await next(marked('c1', 5)))).toHaveLength(2)
  })

  it('law 3: of many at once over the same streams, in whatever order, one wins', async () => {
    const store = await makeStore()
    for (const round of [0, 1, 2]) {
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, n) => {
          const [one, other] = n % 2 === 0 ? (['a', 'b'] as const) : (['b', 'a'] as const)
          const commit = commitOf(one, `c${round}-${n}`, exactly(round), n)
          return store.append({ ...commit, also: [part(other, exactly(round), n)] })()
        }),
      )
      expect(results.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
    }
    const [a, b] = [rightOf(await store.load('a')()), rightOf(await store.load('b')())]
    expect([a.length, b.length]).toStrictEqual([3, 3])
    expect(a.map(({ commitId }) => commitId)).toStrictEqual(b.map(({ commitId }) => commitId))
  })
}
