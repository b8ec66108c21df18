// Reading the global order in pages, and parts of streams, on every engine. The numbers are those of the
// laws in src/store/EventStore.ts.
import fc from 'fast-check'
import { right } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import type { Query } from '../../src/Query.ts'
import type { ReadOptions } from '../../src/store/EventStore.ts'
import { runs } from '../setup.ts'
import type { MakeStore, Stored } from './commits.ts'
import { anyVersion, commitOf, encoded, everything, rightOf } from './commits.ts'

const types = ['A', 'B', 'None']
const categories = ['s', 'r', 'none']

/** Events of two types in two categories, at positions 1 to `n`. */
const filled = async (makeStore: MakeStore, n: number) => {
  const store = await makeStore()
  for (let i = 1; i <= n; i++) {
    const event = encoded(i, types[i % 2])
    const commit = commitOf(`${categories[(i >> 1) % 2] ?? ''}-1`, `c${i}`, anyVersion, i)
    rightOf(await store.append({ ...commit, events: [{ occurredAt: 0, event }] })())
  }
  return store
}

const isSelected =
  (options: ReadOptions) =>
  ({ stream, event }: Stored[number]): boolean =>
    (options.types?.includes(event.type) ?? true) &&
    (options.categories?.includes(stream.slice(0, -2)) ?? true)

export const pageLaws = (makeStore: MakeStore): void => {
  it('law 10: from end to end up to the head, every selected event comes once and in order', async () => {
    const options = fc.record({
      types: fc.option(fc.subarray(types), { nil: undefined }),
      categories: fc.option(fc.subarray(categories), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.nat(9),
        fc.integer({ min: 1, max: 4 }),
        options,
        async (n, limit, only) => {
          const store = await filled(makeStore, n)
          const read = []
          for (let after = 0; ;) {
            const { events, end, head } = rightOf(await store.readAll(after, limit, only)())
            read.push(...events)
            expect(head).toBe(n)
            expect(end).toBe(events.length < limit ? n : events.at(-1)?.position)
            if (end === head) break
            expect(end).toBeGreaterThan(after)
            after = end
          }
          expect(read).toStrictEqual((await everything(store)).filter(isSelected(only)))
        },
      ),
      { numRuns: runs(25) },
    )
  })

  it('law 10: a page ends where it was asked to begin, if that lies beyond the head', async () => {
    const store = await filled(makeStore, 3)
    for (const after of [3, 4, 1_000, Number.MAX_SAFE_INTEGER]) {
      const page = right({ events: [], end: after, head: 3 })
      expect(await store.readAll(after, 9)()).toStrictEqual(page)
      expect(await store.readAll(after, 9, { types: ['A'] })()).toStrictEqual(page)
    }
    const last = right({ events: [], end: Number.MAX_SAFE_INTEGER, head: 3 })
    for (const after of [Infinity, 1e300]) {
      expect(await store.readAll(after, 9)()).toStrictEqual(last)
    }
    const empty = await makeStore()
    expect(await empty.readAll(0, 9)()).toStrictEqual(right({ events: [], end: 0, head: 0 }))
    expect(await empty.readAll(7, 9)()).toStrictEqual(right({ events: [], end: 7, head: 0 }))
  })

  it('law 10: a page of at most no events ends where it begins, and tells the head', async () => {
    const store = await filled(makeStore, 3)
    for (const limit of [0, -1, NaN, 0.5, -Infinity]) {
      expect(await store.readAll(1, limit)()).toStrictEqual(right({ events: [], end: 1, head: 3 }))
      expect(await store.readAll(-1, limit, { types: ['A'] })()).toStrictEqual(
        right({ events: [], end: 0, head: 3 }),
      )
    }
    const all = await everything(store)
    for (const limit of [3, 3.5, 4, 1e300, Infinity]) {
      expect(await store.readAll(0, limit)()).toStrictEqual(right({ events: all, end: 3, head: 3 }))
    }
  })

  it('law 10: a type or a category that no database holds selects nothing, and changes nothing beside others', async () => {
    const store = await makeStore()
    const streams = ['s-1', '-1', '\ufffd-1']
    for (const [i, stream] of streams.entries()) {
      const event = encoded(i, ['A', '\ufffd', 'a'][i])
      const commit = commitOf(stream, `c${i}`, anyVersion, i)
      rightOf(await store.append({ ...commit, events: [{ occurredAt: 0, event }] })())
    }
    const all = await everything(store)
    const selected = async (options: ReadOptions) => {
      const { events, end, head } = rightOf(await store.readAll(0, 9, options)())
      expect([end, head]).toStrictEqual([3, 3])
      return events.map(({ position }) => all.findIndex((one) => one.position === position))
    }
    const query: Query = [{}]
    for (const bad of ['a\0b', 'a\0', '\0', '\ud800', '\udc00\ud800']) {
      for (const more of [{}, { query }]) {
        expect(await selected({ types: [bad], ...more })).toStrictEqual([])
        expect(await selected({ categories: [bad], ...more })).toStrictEqual([])
        expect(await selected({ types: ['A', bad], ...more })).toStrictEqual([0])
        expect(await selected({ categories: [bad, ''], ...more })).toStrictEqual([1])
      }
    }
    for (const more of [{}, { query }]) {
      expect(await selected({ types: [], ...more })).toStrictEqual([])
      expect(await selected({ types: [''], ...more })).toStrictEqual([])
      expect(await selected({ categories: [], ...more })).toStrictEqual([])
      expect(await selected({ types: ['\ufffd'], ...more })).toStrictEqual([1])
      expect(await selected({ categories: ['\ufffd'], ...more })).toStrictEqual([2])
    }
  })

  it('law 11: a limit leaves the first events of a stream after a version', async () => {
    const store = await makeStore()
    await store.append(commitOf('a', 'c1', anyVersion, 1, 2, 3))()
    await store.append(commitOf('b', 'c2', anyVersion, 1))()
    await store.append(commitOf('a', 'c3', anyVersion, 4))()
    const all = rightOf(await store.load('a')())
    expect(all).toHaveLength(4)
    const limits = [undefined, 0, -1, NaN, 0.5, 1, 2.5, 3, 4, 5, 1e300, Infinity]
    for (const after of [0, 1, 3, 4, 5]) {
      for (const limit of limits) {
        const most = limit === undefined ? 4 : Math.max(0, Math.trunc(limit)) || 0
        expect(await store.load('a', after, { limit })()).toStrictEqual(
          right(all.slice(after, after + most)),
        )
      }
    }
  })
}
