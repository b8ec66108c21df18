import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Projection } from '../../src/Projection.ts'
import { replay } from '../../src/Projection.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { catchUp } from '../../src/shell/Projector.ts'
import { immediate } from '../../src/shell/CommandHandler/retry.ts'
import type { EventStore, UndecodableEvent } from '../../src/store/EventStore.ts'
import type { Event } from './counter.ts'
import { counter, newStore, request, spied } from './counter.ts'

/** Every position, stream and event, in the order in which they came. */
const Log: Projection<ReadonlyArray<string>, Recorded<Event>> = {
  initialState: [],
  evolve: (log, { position, stream, event }) => [...log, `${position} ${stream} ${event.before}`],
}

const start = { position: 0, state: Log.initialState }

const fill = async (store: EventStore<Event>, streams: ReadonlyArray<string>): Promise<void> => {
  const handle = commandHandler({ decider: counter, store, retry: immediate(1) })
  const before = await store.readAll(0, 1_000)()
  const offset = E.isRight(before) ? before.right.events.length : 0
  for (const [i, stream] of streams.entries())
    await handle(request(stream, `c${offset}-${i}`, 1 + (i % 2)))()
}

const stored = async (store: EventStore<Event>): Promise<ReadonlyArray<Recorded<Event>>> => {
  const read = await store.readAll(0, 1_000)()
  return E.isRight(read) ? read.right.events : expect.unreachable()
}

/** Where catching up ends that has read these events. */
const checkpointOf = (events: ReadonlyArray<Recorded<Event>>) => {
  const last = events.at(-1)
  const state = replay(Log)(events)
  return last === undefined
    ? { position: 0, state }
    : {
        position: last.position,
        state,
        commitId: last.commitId,
        recordedAt: last.recordedAt,
        end: last.position,
      }
}

const streams = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
const pageSize = fc.constantFrom(1, 2, 3, 5, 1_000, 0, NaN, undefined)

describe('laws', () => {
  it('law 1: catching up from the start is replaying everything', async () => {
    await fc.assert(
      fc.asyncProperty(streams, pageSize, async (all, size) => {
        const store = newStore()
        await fill(store, all)
        const events = await stored(store)
        expect(await catchUp(store, Log, { pageSize: size })(start)()).toStrictEqual(
          E.right(checkpointOf(events)),
        )
      }),
    )
  })

  it('law 2: catching up twice, from where the first time ended, is catching up once', async () => {
    await fc.assert(
      fc.asyncProperty(streams, streams, pageSize, async (before, after, size) => {
        const store = newStore()
        const read = catchUp(store, Log, { pageSize: size })
        await fill(store, before)
        const first = await read(start)()
        if (E.isLeft(first)) return expect.unreachable()
        expect(await read(first.right)()).toStrictEqual(first)
        await fill(store, after)
        expect(await read(first.right)()).toStrictEqual(await read(start)())
      }),
    )
  })

  it('law 3: an event that can not be read is a failure, never a gap', async () => {
    const failure: UndecodableEvent = {
      type: 'UndecodableEvent',
      stream: 'a',
      version: 2,
      position: 4,
      eventType: 'Added',
      schemaVersion: 1,
      path: 'before',
      issues: [{ path: ['before'], expected: 'number', actual: 'x' }],
    }
    await fc.assert(
      fc.asyncProperty(pageSize, async (size) => {
        const store = newStore()
        await fill(store, ['a', 'b', 'a', 'b'])
        const broken: EventStore<Event> = {
          ...store,
          readAll: (after, limit) =>
            after < 4 && after + limit >= 4
              ? () => Promise.resolve(E.left(failure))
              : store.readAll(after, limit),
        }
        const result = await catchUp(broken, Log, { pageSize: size })(start)()
        expect(E.isLeft(result) && result.left).toBe(failure)
      }),
    )
  })
})

it('reads page by page, each after the last position of the one before', async () => {
  const store = newStore()
  await fill(store, ['a', 'b', 'a'])
  const pages: Array<readonly [number, number]> = []
  const watched: EventStore<Event> = {
    ...store,
    readAll: (after, limit) => {
      pages.push([after, limit])
      return store.readAll(after, limit)
    },
  }
  await catchUp(watched, Log, { pageSize: 3 })(start)()
  expect(pages).toEqual([
    [0, 3],
    [3, 3],
  ])
  pages.length = 0
  await catchUp(watched, Log)({ position: 2, state: [] })()
  expect(pages).toEqual([[2, 1_000]])
})

it('a page holds one event at least', async () => {
  const store = newStore()
  await fill(store, ['a', 'b'])
  for (const size of [0, -1]) {
    expect(await catchUp(store, Log, { pageSize: size })(start)()).toStrictEqual(
      await catchUp(store, Log)(start)(),
    )
  }
})

it.each([
  ['once more', (all: ReadonlyArray<Recorded<Event>>) => all.flatMap((each) => [each, each])],
  ['out of order', (all: ReadonlyArray<Recorded<Event>>) => [...all].reverse()],
  ['from before the position', (all: ReadonlyArray<Recorded<Event>>) => all],
])('C16 a store that gives events %s is not believed', async (_, bend) => {
  const store = newStore()
  await fill(store, ['a', 'b'])
  const all = await stored(store)
  let reads = 0
  const bent: EventStore<Event> = {
    ...store,
    readAll: () => async () =>
      ++reads > 9 ? expect.fail('for ever') : E.right({ events: bend(all), end: 3, head: 99 }),
  }
  expect(await catchUp(bent, Log)(start)()).toStrictEqual(
    E.left({
      type: 'StoreUnavailable',
      operation: 'readAll',
      cause: expect.stringMatching(/^position \d comes after position \d$/),
    }),
  )
  expect(reads).toBeLessThan(3)
})

it.each([
  ['ends before its last event', { end: 1, head: 9 }],
  ['ends beyond the head', { end: 9, head: 5 }],
  ['ends where it begins', { end: 0, head: 9, events: [] }],
  ['ends before it begins', { end: -1, head: 9, events: [] }],
])('a page that %s is not believed', async (_, bent) => {
  const store = newStore()
  await fill(store, ['a', 'b'])
  const events = await stored(store)
  let reads = 0
  const readAll: typeof store.readAll = () => async () =>
    ++reads > 9 ? expect.fail('for ever') : E.right({ events, ...bent })
  expect(await catchUp({ ...store, readAll }, Log)(start)()).toMatchObject(
    E.left({ type: 'StoreUnavailable', operation: 'readAll' }),
  )
  expect(reads).toBe(1)
})

it('law 1: catching up on some events is replaying them, and reaches the head', async () => {
  const names = fc.array(fc.constantFrom('a-1', 'a-2', 'b-1'), { maxLength: 8 })
  const only = { categories: ['a'] }
  await fc.assert(
    fc.asyncProperty(names, names, pageSize, async (before, after, size) => {
      const store = newStore()
      const read = catchUp(store, Log, { ...only, pageSize: size })
      await fill(store, before)
      const first = await read(start)()
      await fill(store, after)
      const events = await stored(store)
      const wanted = {
        ...checkpointOf(events.filter(({ stream }) => stream.startsWith('a'))),
        ...(events.length === 0 ? {} : { end: events.at(-1)?.position }),
      }
      expect(await read(start)()).toStrictEqual(E.right(wanted))
      expect(E.isRight(first) && (await read(first.right)())).toStrictEqual(E.right(wanted))
    }),
  )
})

it('an exception is a failure, not a rejected promise', async () => {
  const cause = new Error('out of order')
  const fail = (): never => {
    throw cause
  }
  const store = newStore()
  await fill(store, ['a'])
  const thrown = E.left({ type: 'Thrown', cause })
  for (const readAll of [fail, () => fail, () => () => Promise.reject(cause)])
    expect(await catchUp({ ...store, readAll }, Log)(start)()).toStrictEqual(thrown)
  expect(await catchUp(store, { ...Log, evolve: fail })(start)()).toStrictEqual(thrown)
})

it('reads when it is run, and every time that it is', async () => {
  const { store, calls } = spied(newStore())
  const task = catchUp(store, Log)(start)
  expect(calls).toEqual([])
  expect(await task()).toStrictEqual(E.right(start))
  await fill(store, ['a'])
  expect(await task()).toStrictEqual(
    E.right({ position: 1, state: ['1 a 0'], commitId: 'c0-0', recordedAt: 7, end: 1 }),
  )
})

describe('law 4: it ends', () => {
  it('beside a writer that appends before every read, at the head it saw first', async () => {
    const store = newStore()
    await fill(store, ['a', 'b', 'a', 'b'])
    let reads = 0
    const busy: EventStore<Event> = {
      ...store,
      readAll: (after, limit, options) => async () => {
        if (++reads > 50) return expect.fail('for ever')
        const page = await store.readAll(after, limit, options)()
        await fill(store, [`busy-${reads}`])
        return page
      },
    }
    for (const pageSize of [1, 2]) {
      reads = 0
      const caughtUp = await catchUp(busy, Log, { pageSize })(start)()
      expect(E.isRight(caughtUp) && caughtUp.right.position).toBeGreaterThan(4)
    }
  })

  it('and timers run between its pages', async () => {
    const store = newStore()
    await fill(store, ['a', 'b', 'a', 'b', 'a', 'b'])
    let ticks = 0
    const timer = setInterval(() => ticks++, 0)
    await catchUp(store, Log, { pageSize: 1 })(start)()
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(1)
  })

  it.each([
    ['a time limit', () => ({ timeout: 5 }), 'TimedOut'],
    ['a signal', () => ({ signal: AbortSignal.timeout(5) }), 'Aborted'],
  ] as const)('%s ends it where the store hangs', async (_, end, reason) => {
    const hanging = () => new Promise<never>(() => {})
    const slow = { ...newStore(), readAll: () => hanging }
    expect(await catchUp(slow, Log, end())(start)()).toMatchObject({
      left: { type: 'GivenUp', reason, outcome: 'NotStored' },
    })
  })
})

describe('law 5: a checkpoint of another history is a failure', () => {
  const reached = async (streams: ReadonlyArray<string>) => {
    const store = newStore()
    await fill(store, streams)
    const caughtUp = await catchUp(store, Log)(start)()
    return E.isRight(caughtUp) ? caughtUp.right : expect.unreachable()
  }
  const other = async (...streams: ReadonlyArray<string>) => {
    const store = newStore()
    const handle = commandHandler({ decider: counter, store })
    for (const [i, stream] of streams.entries()) await handle(request(stream, `o${i}`, 1))()
    return store
  }

  it('where the store holds another event at its position', async () => {
    const checkpoint = await reached(['a'])
    expect(await catchUp(await other('a', 'b'), Log)(checkpoint)()).toStrictEqual(
      E.left({
        type: 'HistoryChanged',
        position: 1,
        expected: some('c0-0'),
        actual: some('o0'),
      }),
    )
  })

  it('where the store is shorter, with a commit id or without one', async () => {
    const checkpoint = await reached(['a', 'b', 'a'])
    const expected = { type: 'HistoryChanged', position: 4 } as const
    const store = await other('a')
    expect(await catchUp(store, Log)(checkpoint)()).toStrictEqual(
      E.left({ ...expected, expected: some('c0-2'), actual: none }),
    )
    const { position, state } = checkpoint
    expect(await catchUp(store, Log)({ position, state })()).toStrictEqual(
      E.left({ ...expected, expected: none, actual: none }),
    )
  })

  it('where the last commit came again to a store that was restored to before it', async () => {
    const store = newStore()
    await fill(store, ['a'])
    const caughtUp = await catchUp(store, Log)(start)()
    const checkpoint = E.isRight(caughtUp) ? caughtUp.right : expect.unreachable()
    expect(E.isRight(await catchUp(store, Log)(checkpoint)())).toBe(true)
    const later = { ...checkpoint, recordedAt: 8 }
    expect(await catchUp(store, Log)(later)()).toMatchObject({ left: { type: 'HistoryChanged' } })
  })

  it('where the store ends before what was read, though it holds the last event of the state', async () => {
    const store = newStore()
    await fill(store, ['a-1', 'b-1', 'b-2'])
    const only = { categories: ['a'] }
    const read = await catchUp(store, Log, only)(start)()
    const checkpoint = E.isRight(read) ? read.right : expect.unreachable()
    expect(checkpoint).toMatchObject({ position: 1, end: 4 })
    const restored = newStore()
    await fill(restored, ['a-1', 'b-1'])
    const changed = { type: 'HistoryChanged', position: 4, expected: none, actual: none }
    expect(await catchUp(restored, Log, only)(checkpoint)()).toStrictEqual(E.left(changed))
    expect(await catchUp(restored, Log)({ ...start, end: 4 })()).toStrictEqual(E.left(changed))
  })

  it('but what came after the last event of the state is read, whatever stood there before', async () => {
    const store = newStore()
    await fill(store, ['a-1', 'b-1', 'b-2'])
    const only = { categories: ['a'] }
    const read = await catchUp(store, Log, only)(start)()
    const checkpoint = E.isRight(read) ? read.right : expect.unreachable()
    // restored to after the first commit, and grown past the checkpoint
    const restored = newStore()
    await fill(restored, ['a-1', 'a-2', 'b-1', 'b-2'])
    expect(await catchUp(restored, Log, only)(checkpoint)()).toStrictEqual(
      await catchUp(restored, Log, only)(start)(),
    )
  })

  it('where the store loses events while it is read', async () => {
    const store = newStore()
    await fill(store, ['a', 'b', 'a'])
    const shorter = newStore()
    await fill(shorter, ['a'])
    let reads = 0
    const losing: EventStore<Event> = {
      ...store,
      readAll: (...asked) => (++reads > 1 ? shorter : store).readAll(...asked),
    }
    expect(await catchUp(losing, Log, { pageSize: 2 })(start)()).toStrictEqual(
      E.left({ type: 'HistoryChanged', position: 4, expected: none, actual: none }),
    )
  })

  it('and the same history is not', async () => {
    const store = newStore()
    await fill(store, ['a', 'b'])
    const first = await catchUp(store, Log)(start)()
    const checkpoint = E.isRight(first) ? first.right : expect.unreachable()
    expect(await catchUp(store, Log)(checkpoint)()).toStrictEqual(first)
    expect(await catchUp(store, Log)({ position: 3, state: [] })()).toStrictEqual(
      E.right({ position: 3, state: [] }),
    )
  })
})

it('reads some types and categories only', async () => {
  const store = newStore()
  await fill(store, ['a-1', 'b-1', 'a-2'])
  const read = await catchUp(store, Log, { categories: ['a'], pageSize: 1 })(start)()
  expect(E.isRight(read) && read.right.state).toEqual(['1 a-1 0', '4 a-2 0'])
  const nothing = await catchUp(store, Log, { types: ['Removed'] })(start)()
  expect(nothing).toStrictEqual(E.right({ ...start, end: 4 }))
})
