// The numbers are those of the laws in src/shell/Reader.ts.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { allPages, streamPages } from '../../src/shell/Reader.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { anyVersion, commitOf, encoded, everything, rightOf } from '../contract/commits.ts'

/** A store with an event at each position, of two types and in two streams. */
const filled = async (n: number): Promise<EventStore<EncodedEvent>> => {
  const store = memoryStore({ now: () => 0 })
  for (let i = 0; i < n; i++) await append(store, i)
  return store
}

const append = async (store: EventStore<EncodedEvent>, i: number) => {
  const event = encoded(i, i % 3 === 0 ? 'A' : 'B')
  const commit = commitOf(`s-${i % 2}`, `c${i}`, anyVersion, i)
  rightOf(await store.append({ ...commit, events: [{ occurredAt: 0, event }] })())
}

const collected = async <A>(values: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const all: Array<A> = []
  for await (const value of values) all.push(value)
  return all
}

const pageSize = fc.constantFrom(undefined, 1, 2, 3.5, 7, 0, -1, NaN, Infinity)
const after = fc.constantFrom(undefined, 0, 1, 5, 100)

describe('pages of the global order', () => {
  it('law 1: hold together what one read holds', async () => {
    const types = fc.constantFrom(undefined, ['A'], ['none'])
    await fc.assert(
      fc.asyncProperty(fc.nat(12), pageSize, after, types, async (n, size, from, only) => {
        const store = await filled(n)
        const options = { pageSize: size, after: from, types: only }
        const pages = (await collected(allPages(store, options))).map(rightOf)
        const whole = rightOf(await store.readAll(from ?? 0, 1_000, { types: only })())
        expect(pages.flatMap(({ events }) => events)).toStrictEqual(whole.events)
        expect(pages.at(-1)).toMatchObject({ end: whole.end, head: n })
        const most = Math.max(1, Math.trunc(size ?? 1_000) || 1)
        expect(pages.every(({ events }) => events.length <= most)).toBe(true)
      }),
    )
  })

  it('law 2: end beside a writer that never pauses', async () => {
    const store = await filled(4)
    let appends = 0
    const busy: typeof store = {
      ...store,
      readAll:
        (...asked) =>
        async () => {
          const page = await store.readAll(...asked)()
          for (let n = 0; n < 2; n++) await append(store, 1_000 + appends++)
          return page
        },
    }
    const pages = (await collected(allPages(busy, { pageSize: 2 }))).map(rightOf)
    expect(pages.map(({ end }) => end)).toStrictEqual([2, 4])
  })

  it.each([0, 1, 5])(
    'law 2: end with a failure if the store is restored to %i events meanwhile',
    async (kept) => {
      const [whole, restored] = [await filled(20), await filled(kept)]
      let reads = 0
      const losing: typeof whole = {
        ...whole,
        readAll: (...asked) => {
          // instead of reading for ever
          expect(++reads).toBeLessThan(10)
          return (reads > 2 ? restored : whole).readAll(...asked)
        },
      }
      const values = await collected(allPages(losing, { pageSize: 2 }))
      expect(values.at(-1)).toMatchObject(left({ type: 'StoreUnavailable', operation: 'readAll' }))
    },
  )

  it('law 3: end with a failure, also of a store that goes nowhere', async () => {
    const store = await filled(4)
    let calls = 0
    const failure = { type: 'StoreUnavailable', operation: 'readAll', cause: 'x' } as const
    const failing: typeof store = {
      ...store,
      readAll: (...asked) =>
        ++calls === 2 ? () => Promise.resolve(left(failure)) : store.readAll(...asked),
    }
    const values = await collected(allPages(failing, { pageSize: 1 }))
    expect(values.slice(1)).toStrictEqual([left(failure)])
    // the third was read at the same time as the second
    expect(calls).toBe(3)
    const stuck: typeof store = {
      ...store,
      readAll: () => () => Promise.resolve(right({ events: [], end: 3, head: 9 })),
    }
    const cause = 'reading does not advance beyond 3'
    const stopped = left({ type: 'StoreUnavailable', operation: 'readAll', cause })
    expect((await collected(allPages(stuck, { after: 3 }))).at(-1)).toStrictEqual(stopped)
  })

  it('law 4: are read when the consumer asks, from the second on one ahead, and no further than the first head', async () => {
    const { store, read, mostAtOnce } = watched(await filled(9))
    const seen: Array<number> = []
    for await (const page of allPages(store, { pageSize: 2 })) {
      seen.push(rightOf(page).end)
      expect(read).toStrictEqual([0, 2, 4, 6, 8].slice(0, seen.length === 1 ? 1 : seen.length + 1))
      if (seen.length === 3) break
    }
    expect(seen).toStrictEqual([2, 4, 6])
    read.length = 0
    await collected(allPages(store, { pageSize: 3 }))
    expect([read, mostAtOnce()]).toStrictEqual([[0, 3, 6], 2])
  })

  it('law 4: are not read ahead from where a page with gaps may end', async () => {
    const { store, read } = watched(await filled(12))
    await collected(allPages(store, { pageSize: 2, types: ['A'] }))
    expect(read).toStrictEqual([0, 4, 10])
  })

  it('are given up with the signal, also one that was read ahead', async () => {
    const store = await filled(9)
    const limit = new AbortController()
    const pages = allPages(store, { pageSize: 2, signal: limit.signal })
    rightOf((await pages.next()).value ?? left('no page'))
    rightOf((await pages.next()).value ?? left('no page'))
    limit.abort('enough')
    expect((await pages.next()).value).toStrictEqual(
      left({
        type: 'GivenUp',
        operation: 'readAll',
        reason: 'Aborted',
        outcome: 'NotStored',
        cause: 'enough',
      }),
    )
    expect((await pages.next()).done).toBe(true)
  })

  it('that were read ahead for nobody may fail', async () => {
    const store = await filled(9)
    const failing: typeof store = {
      ...store,
      readAll: (after, ...asked) =>
        after >= 4
          ? () => Promise.reject(new Error('the store does what it must not'))
          : store.readAll(after, ...asked),
    }
    const ends: Array<number> = []
    for await (const page of allPages(failing, { pageSize: 2 })) {
      if (ends.push(rightOf(page).end) === 2) break
    }
    expect(ends).toStrictEqual([2, 4])
    // a rejection that nobody handles would fail the test run
    await new Promise((resume) => setTimeout(resume, 0))
  })
})

/** Records which pages of a store are read, and how many at the same time. */
const watched = (store: EventStore<EncodedEvent>) => {
  const read: Array<number> = []
  let now = 0
  let most = 0
  const readAll: typeof store.readAll =
    (after, ...asked) =>
    async () => {
      read.push(after)
      most = Math.max(most, ++now)
      const page = await store.readAll(after, ...asked)()
      now--
      return page
    }
  return { store: { ...store, readAll }, read, mostAtOnce: () => most }
}

describe('pages of a stream', () => {
  it('law 1: hold together what one load holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(12), pageSize, after, async (n, size, from) => {
        const store = await filled(n)
        const pages = await collected(streamPages(store, 's-0', { pageSize: size, after: from }))
        const whole = rightOf(await store.load('s-0', from ?? 0)())
        expect(pages.flatMap((page) => [...rightOf(page)])).toStrictEqual(whole)
      }),
    )
  })

  it('law 3: end with a failure, also of a store that goes nowhere', async () => {
    const store = await filled(2)
    const all = await everything(store)
    const stuck: typeof store = { ...store, load: () => () => Promise.resolve(right(all)) }
    const values = await collected(streamPages(stuck, 's-0', { after: 1, pageSize: 1 }))
    const cause = 'reading does not advance beyond 1'
    expect(values).toStrictEqual([left({ type: 'StoreUnavailable', operation: 'load', cause })])
  })

  it('law 4: are read one at a time, and no further than the consumer goes', async () => {
    const store = await filled(9)
    let calls = 0
    const counted: typeof store = { ...store, load: (...asked) => (calls++, store.load(...asked)) }
    for await (const page of streamPages(counted, 's-0', { pageSize: 2 })) {
      expect(rightOf(page)).toHaveLength(2)
      break
    }
    expect(calls).toBe(1)
  })
})
