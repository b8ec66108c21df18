import assert from 'node:assert'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import type { EventCodec } from '../../src/codec/EventCodec.ts'
import { eventCodec, variant } from '../../src/codec/IoTs.ts'
import { mergeCodecs } from '../../src/codec/EventCodec/product.ts'
import { split } from '../../src/codec/EventCodec/upcast.ts'
import type { Decider } from '../../src/Decider.ts'
import { stateAtVersion } from '../../src/History.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { withEvent } from '../../src/Recorded.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { catchUp } from '../../src/shell/Projector.ts'
import type { StateCache } from '../../src/shell/CommandHandler/cache.ts'
import { lruCache } from '../../src/shell/CommandHandler/cache.ts'
import type { EventStore, Page } from '../../src/store/EventStore.ts'
import type { CodecOptions } from '../../src/store/Encoded.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import type { AppendCondition } from '../../src/store/EventStore.ts'
import type { Query } from '../../src/Query.ts'
import { tag } from '../../src/Query.ts'

type Tally = { readonly type: 'Added'; readonly n: number }

const parts = { Added: { n: t.number } }
const before = eventCodec({ ...parts, Noted: {}, Doubled: { n: t.number } })
const doubled = pipe(
  variant('Doubled', { n: t.number }),
  split(({ n }): ReadonlyArray<Tally> => (n === 0 ? [] : [added(n), added(n)])),
)
const today = eventCodec<Tally>(parts, { retired: { Doubled: doubled }, dropped: ['Noted'] })
const added = (n: number): Tally => ({ type: 'Added', n })

const latest: () => StateCache<number> = lruCache(9)

/** Adds the number, or nothing where it is 0. */
const tally: Decider<number, number, Tally, never> = {
  initialState: 0,
  decide: (n) => E.right(n === 0 ? [] : [added(n)]),
  evolve: (sum, { n }) => sum + n,
  isTerminal: () => false,
}

type Old = Parameters<typeof before.encode>[0]

const noted: Old = { type: 'Noted' }
const twice = (n: number): Old => ({ type: 'Doubled', n })

const setUp = () => {
  const inner = memoryStore({ now: () => 7 })
  return { inner, store: withCodec(today)(inner), old: withCodec(before)(inner) }
}

const append = async <A>(
  store: EventStore<A>,
  stream: string,
  commitId: string,
  ...all: ReadonlyArray<A>
) => {
  const [first, ...others] = all.map((event) => ({ occurredAt: 1, event }))
  if (first === undefined) return expect.unreachable('it has no events')
  const expected = { type: 'Any' } as const
  return store.append({ stream, expected, commitId, events: [first, ...others] })()
}

const placesOf = (read: E.Either<unknown, ReadonlyArray<Recorded<Tally>>>): unknown =>
  E.isRight(read) &&
  read.right.map(({ version, position, part, event }) => [version, position, part ?? 0, event.n])

const pagePlaces = (read: E.Either<unknown, Page<Tally>>): unknown =>
  placesOf(E.isRight(read) ? E.right(read.right.events) : read)

const request = (commitId: string, command: number, expected?: number) => ({
  stream: 's-1',
  commitId,
  occurredAt: 1,
  commands: [command] as const,
  ...(expected === undefined ? {} : { expected: { type: 'Exactly', version: expected } as const }),
})

describe('dropped and split events', () => {
  it('leave versions and positions as they are stored', async () => {
    const { store, old } = setUp()
    await append(old, 's-1', 'c1', noted, added(1), twice(2), noted, added(3), noted)
    const loaded = await store.load('s-1')()
    const all = [
      [2, 2, 0, 1],
      [3, 3, 0, 2],
      [3, 3, 1, 2],
      [5, 5, 0, 3],
    ]
    expect(placesOf(loaded)).toStrictEqual(all)
    expect(pagePlaces(await store.readAll(0, 9)())).toStrictEqual(all)
    expect(placesOf(await store.load('s-1', 3)())).toStrictEqual(all.slice(3))
    expect(E.isRight(loaded) && loaded.right.dropped).toStrictEqual(
      [1, 4, 6].map((version) => ({ version, position: version, commitId: 'c1', recordedAt: 7 })),
    )
  })

  it('are no end of the global order: an empty page tells where to read on', async () => {
    const { store, old } = setUp()
    await append<Old>(old, 's-1', 'c1', noted, noted, noted, added(1), noted)
    const pages = []
    for (let after = 0; after < 5;) {
      const page = await store.readAll(after, 2)()
      if (E.isLeft(page)) return expect.unreachable()
      after = page.right.end
      pages.push([pagePlaces(page), after, page.right.events.dropped?.length, page.right.head])
    }
    expect(pages).toStrictEqual([
      [[], 2, 2, 5],
      [[[4, 4, 0, 1]], 4, 1, 5],
      [[], 5, 1, 5],
    ])
  })

  it('part of an event: its envelope is kept around another event', async () => {
    const { store, old } = setUp()
    await append(old, 's-1', 'c1', twice(2))
    const loaded = await store.load('s-1')()
    const parted = E.isRight(loaded) ? loaded.right[1] : undefined
    expect(parted && withEvent(parted, parted.event)).toStrictEqual(parted)
  })

  it('one that can not be read is a failure still', async () => {
    const { inner, store } = setUp()
    await append(inner, 's-1', 'c1', { type: 'Lost', schemaVersion: 1, data: {} })
    for (const read of [store.load('s-1'), store.readAll(0, 9)]) {
      expect(await read()).toMatchObject(E.left({ type: 'UndecodableEvent', eventType: 'Lost' }))
    }
  })

  it('a commit of which nothing is left can not be told the outcome of', async () => {
    const { store, old } = setUp()
    await append(old, 's-1', 'c1', noted)
    expect(await append(store, 's-1', 'c1', added(1))).toMatchObject(
      E.left({ type: 'UndecodableEvent', eventType: 'Noted', version: 1 }),
    )
    await append(old, 's-1', 'c2', noted, twice(1))
    expect(placesOf(await append(store, 's-1', 'c2', added(1)))).toStrictEqual([
      [3, 3, 0, 1],
      [3, 3, 1, 1],
    ])
    expect(await append(store, 's-1', 'c3', added(1))).toMatchObject(E.right([{ version: 4 }]))
  })
})

describe('a handler over a stream with dropped and split events', () => {
  const modes = [{ optimistic: false }, { optimistic: true }]

  it.each(modes)('appends at the version that is stored: %o', async ({ optimistic }) => {
    for (const cache of [undefined, latest]) {
      const { store, old } = setUp()
      await append(old, 's-1', 'c1', noted)
      const handle = commandHandler({ decider: tally, store, optimistic, ...(cache && { cache }) })
      expect(await handle(request('c2', 1))()).toMatchObject(E.right({ version: 2, state: 1 }))
      await append(old, 's-1', 'c3', twice(2), noted)
      expect(await handle(request('c4', 0))()).toMatchObject(E.right({ version: 4, state: 5 }))
      expect(await handle(request('c5', 0))()).toMatchObject(E.right({ version: 4, state: 5 }))
      expect(await handle(request('c6', 1, 4))()).toMatchObject(E.right({ version: 5, state: 6 }))
      expect(await handle(request('c7', 1, 4))()).toMatchObject(
        E.left({ type: 'VersionConflict', actual: 5 }),
      )
      // sent again
      expect(await handle(request('c3', 9))()).toMatchObject(E.right({ version: 4, state: 5 }))
      // all that it recorded is dropped by now
      for (const more of [0, 9]) {
        expect(await handle(request('c1', more))()).toStrictEqual(
          E.right({ stream: 's-1', version: 1, state: 0, events: [] }),
        )
      }
      expect(await handle(request('c2', 9))()).toMatchObject(E.right({ version: 2, state: 1 }))
    }
  })

  it('decides as if they had been stored as what they have become', async () => {
    const olds = fc.array(fc.oneof(fc.constant(noted), fc.nat(3).map(twice), fc.nat(3).map(added)))
    await fc.assert(
      fc.asyncProperty(olds, fc.array(fc.nat(3)), async (history, commands) => {
        const { store, old } = setUp()
        if (history.length > 0) await append(old, 's-1', 'old', ...history)
        const handle = commandHandler({ decider: tally, store, cache: latest })
        let sum = history.reduce(
          (all, e) => all + (e.type === 'Added' ? e.n : e.type === 'Doubled' ? 2 * e.n : 0),
          0,
        )
        let version = history.length
        for (const [i, command] of commands.entries()) {
          sum += command
          if (command > 0) version++
          expect(await handle(request(`c${i}`, command))()).toMatchObject(
            E.right({ version, state: sum }),
          )
        }
      }),
      { numRuns: 30 },
    )
  })

  it('has a state at every version that is stored', async () => {
    const { store, old } = setUp()
    await append(old, 's-1', 'c1', added(1), twice(2), noted)
    const loaded = await store.load('s-1')()
    const states = [0, 1, 2, 3, 4].map((version) =>
      E.isRight(loaded) ? stateAtVersion(tally)(loaded.right, version) : undefined,
    )
    expect(states).toMatchObject(
      [0, 1, 5, 5].map((value) => ({ value })).concat({ _tag: 'None' } as never),
    )
  })
})

describe('catching up over dropped and split events', () => {
  const sum = {
    initialState: 0,
    evolve: (all: number, { event }: Recorded<Tally>) => all + event.n,
  }

  it('leads to the same state from every checkpoint and with pages of any size', async () => {
    const { store, old } = setUp()
    await append(old, 's-1', 'c1', noted, twice(1), noted, noted, added(3), twice(5), noted)
    for (const pageSize of [1, 2, 3, 9]) {
      const read = catchUp(store, sum, { pageSize })
      const first = await read({ position: 0, state: 0 })()
      expect(first).toMatchObject(E.right({ state: 15, position: 6 }))
      if (E.isLeft(first)) continue
      expect(await read(first.right)()).toStrictEqual(first)
    }
  })

  it('goes on from a checkpoint at an event that is dropped by now, or split', async () => {
    const { store, old } = setUp()
    await append(old, 's-1', 'c1', added(1), noted, twice(2), added(4))
    for (const [position, state] of [
      [2, 1],
      [3, 5],
    ] as const) {
      const caughtUp = await catchUp(store, sum)({ position, state, commitId: 'c1' })()
      expect(caughtUp).toMatchObject(E.right({ position: 4, state: 9 }))
    }
    expect(await catchUp(store, sum)({ position: 2, state: 1, commitId: 'other' })()).toMatchObject(
      E.left({ type: 'HistoryChanged' }),
    )
  })
})

describe('a store that others write to', () => {
  const lamps = eventCodec({ SwitchedOn: {} })
  const house = async (options?: CodecOptions) => {
    const inner = memoryStore()
    await append(withCodec(lamps)(inner), 'lamp-1', 'l1', { type: 'SwitchedOn' } as const)
    await append(withCodec(today)(inner), 'tally-1', 't1', added(1))
    await append(withCodec(today)(inner), 'other-1', 'o1', added(2))
    const read = <A>(codec: EventCodec<A>) => withCodec(codec, options)(inner)
    return { inner, read }
  }

  it('is not read by a codec that does not know all of its types, unless it skips them', async () => {
    const refusing = await house()
    expect(await refusing.read(today).readAll(0, 9)()).toMatchObject(
      E.left({ type: 'UndecodableEvent', eventType: 'SwitchedOn' }),
    )
    const { read } = await house({ foreign: 'skip' })
    expect(pagePlaces(await read(today).readAll(0, 9)())).toStrictEqual([
      [1, 2, 0, 1],
      [1, 3, 0, 2],
    ])
    expect(await read(lamps).readAll(0, 9)()).toMatchObject(
      E.right({ events: [{ stream: 'lamp-1' }], end: 3, head: 3 }),
    )
  })

  it('a reader may ask for less, and never gets more', async () => {
    const { read } = await house({ foreign: 'skip', categories: ['tally', 'lamp'] })
    const store = read(today)
    expect(pagePlaces(await store.readAll(0, 9)())).toStrictEqual([[1, 2, 0, 1]])
    expect(pagePlaces(await store.readAll(0, 9, { types: ['SwitchedOn'] })())).toStrictEqual([])
    expect(pagePlaces(await store.readAll(0, 9, { categories: ['other'] })())).toStrictEqual([])
    expect(
      pagePlaces(await store.readAll(0, 9, { categories: ['tally'], types: ['Added'] })()),
    ).toStrictEqual([[1, 2, 0, 1]])
    const by = await house({ categories: ['tally'] })
    expect(pagePlaces(await by.read(today).readAll(0, 9)())).toStrictEqual([[1, 2, 0, 1]])
  })

  it('a stream is read as a whole: a foreign event in it is a failure', async () => {
    const { read } = await house({ foreign: 'skip' })
    expect(await read(today).load('lamp-1')()).toMatchObject(E.left({ type: 'UndecodableEvent' }))
  })

  it('is read by a codec that was merged from those of its writers', async () => {
    const { read } = await house()
    const all = await read(mergeCodecs(today, lamps)).readAll(0, 9)()
    expect(E.isRight(all) && all.right.events.map(({ event }) => event.type)).toStrictEqual([
      'SwitchedOn',
      'Added',
      'Added',
    ])
  })
})

it('passes tags, queries and conditions on, and asks for former types, too', async () => {
  const { store, old } = setUp()
  const tags = [tag('tally')('1')]
  const query: Query = [{ types: ['Added'], tags }]
  const propose = <A>(commitId: string, event: A, condition?: AppendCondition) => ({
    stream: 'tally-1',
    expected: { type: 'Any' } as const,
    commitId,
    events: [{ occurredAt: 1, event, tags }] as const,
    condition,
  })
  await old.append(propose('c1', twice(2)))()
  await old.append(propose('c2', noted))()
  const read = await store.readAll(0, 9, { query })()
  assert.ok(E.isRight(read))
  expect(read.right.events.map((one) => [one.event, one.tags, one.part])).toStrictEqual([
    [added(2), tags, undefined],
    [added(2), tags, 1],
  ])
  const stale = await store.append(propose('c3', added(1), { query, after: 0 }))()
  expect(stale).toMatchObject({ left: { type: 'AppendConditionFailed', position: 1 } })
  const followers = [propose('c4', added(1), { query, after: 2 })]
  const told = await store.append({ ...propose('c3', added(1), { query, after: 1 }), followers })()
  assert.ok(E.isRight(told))
  expect(told.right[0].tags).toStrictEqual(tags)
  expect(told.right.followers).toMatchObject([
    { left: { type: 'AppendConditionFailed', position: 3 } },
  ])
})
