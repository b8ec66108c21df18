import * as E from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import type { HandlerFailure, Outcome } from '../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import type { RetryPolicy } from '../../src/shell/CommandHandler/retry.ts'
import { backoff, immediate } from '../../src/shell/CommandHandler/retry.ts'
import type { StateCache } from '../../src/shell/CommandHandler/cache.ts'
import { lruCache } from '../../src/shell/CommandHandler/cache.ts'
import type { AppendFailure, EventStore } from '../../src/store/EventStore.ts'
import { runs } from '../setup.ts'
import type { Command, Event, Rejection } from './counter.ts'
import { counter, limit, newStore, request, spied } from './counter.ts'
import { nobody } from '../support/recorded.ts'

type Result = E.Either<HandlerFailure<Rejection>, Outcome<number, Event>>

const handlerOf = (
  store: EventStore<Event>,
  retry: RetryPolicy = immediate(1),
  decider: Decider<Command, number, Event, Rejection> = counter,
) => commandHandler({ decider, store, retry })

const everything = async (store: EventStore<Event>) => {
  const read = await store.readAll(0, 10_000)()
  return E.isRight(read) ? read.right.events : expect.unreachable('it can not be read')
}

/** A count of how often the stream was written to by others while a handler was at work. */
const intruder =
  (store: EventStore<Event>, times: number) =>
  async (operation: string, n: number): Promise<void> => {
    if (operation !== 'append' || n > times) return
    expect(E.isRight(await handlerOf(store)(request('s', `intruder-${n}`, 1))())).toBe(true)
  }

/** Requests that come again, cross each other, do nothing or ask too much. */
const requests = fc
  .record({
    stream: fc.constantFrom('a', 'b'),
    id: fc.nat(8),
    shared: fc.nat(9),
    commands: fc.array(fc.constantFrom(0, 0, 1, 2, 3, 5), { minLength: 1, maxLength: 3 }),
  })
  .map(({ stream, id, shared, commands: [add = 0, ...more] }) =>
    request(stream, shared === 0 ? 'shared' : `${stream}-${id}`, add, ...more),
  )

const caches: ReadonlyArray<readonly [string, () => StateCache<number> | undefined, boolean]> = [
  ['no cache', () => undefined, false],
  ['a cache of one stream', () => lruCache(1)<number>(), false],
  ['a cache of all streams', () => lruCache(10)<number>(), false],
  [
    'a cache that forgets everything',
    () => ({ get: () => undefined, set: () => undefined, forget: () => undefined }),
    false,
  ],
  ['no cache, optimistic', () => undefined, true],
  ['a cache of one stream, optimistic', () => lruCache(1)<number>(), true],
  ['a cache of all streams, optimistic', () => lruCache(10)<number>(), true],
]

const handlerWith = (
  store: EventStore<Event>,
  cache: StateCache<number> | undefined,
  attempts: number,
  optimistic: boolean,
) =>
  commandHandler({
    decider: counter,
    store,
    optimistic,
    retry: immediate(attempts),
    ...(cache === undefined ? {} : { cache: () => cache }),
  })

describe.each(caches)('with %s', (_, newCache, optimistic) => {
  it('laws 1 to 5: one request after the other, against a model', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(requests, { maxLength: 25 }), async (all) => {
        const { calls, store } = spied(newStore())
        const handle = handlerWith(store, newCache(), 1, optimistic)
        const counts = new Map<string, number>()
        const done = new Map<string, { readonly stream: string; readonly result: Result }>()
        for (const one of all) {
          const { stream, commitId, commands } = one
          const stored = await everything(store)
          const appends = calls.filter((call) => call === 'append').length
          const result = await handle(one)()
          const first = done.get(commitId)
          const count = counts.get(stream) ?? 0
          if (first?.stream === stream) {
            expect(result).toStrictEqual(first.result)
            expect(await everything(store)).toHaveLength(stored.length)
            continue
          }
          let state = count
          const index = commands.findIndex(({ add }) => {
            const fits = state + add <= limit
            if (fits) state += add
            return !fits
          })
          if (index >= 0) {
            const rejection = { type: 'TooMany', at: state }
            expect(result).toStrictEqual(
              E.left({ type: 'Rejected', stream, version: count, index, rejection }),
            )
          } else if (state === count) {
            expect(result).toStrictEqual(E.right({ stream, version: count, state, events: [] }))
          } else if (first !== undefined) {
            expect(result).toStrictEqual(
              E.left({ type: 'CommitIdTaken', commitId, stream: first.stream }),
            )
          } else {
            const added = state - count
            expect(result).toMatchObject(E.right({ stream, version: state, state }))
            const events = (await everything(store)).slice(stored.length)
            expect(E.isRight(result) && result.right.events).toStrictEqual(events)
            expect(events.map(({ event }) => event.before)).toEqual(
              Array.from({ length: added }, (__, i) => count + i),
            )
            counts.set(stream, state)
            done.set(commitId, { stream, result })
            continue
          }
          expect(await everything(store)).toHaveLength(stored.length)
          const nothing = index >= 0 || state === count
          const appended = calls.filter((call) => call === 'append').length - appends
          // one that has a state at hand may have asked on a guess
          if (!optimistic) expect(nothing ? [0] : [1, 2]).toContain(appended)
        }
      }),
      { numRuns: runs(150) },
    )
  })

  it('laws 1, 3, 4 and 6: requests at the same time, in every order of their steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(requests, { minLength: 2, maxLength: 6 }),
        async (scheduler, all) => {
          const store = newStore()
          const slow = spied(store, () => scheduler.schedule(Promise.resolve()))
          const handle = handlerWith(slow.store, newCache(), 50, optimistic)
          const running = Promise.all(all.map((one) => handle(one)()))
          await scheduler.waitFor(running)
          const results = await running
          const stored = await everything(store)
          const counts = new Map<string, number>()
          for (const { stream, version, event } of stored) {
            const count = counts.get(stream) ?? 0
            expect([version, event.before]).toEqual([count + 1, count])
            counts.set(stream, count + 1)
          }
          const accepted = new Set<string>()
          for (const [i, result] of results.entries()) {
            const one = all[i]
            if (one === undefined) return expect.unreachable()
            if (E.isLeft(result)) {
              expect(['Rejected', 'CommitIdTaken']).toContain(result.left.type)
              continue
            }
            const { stream, version, state, events } = result.right
            expect([stream, state]).toEqual([one.stream, version])
            if (events.length === 0) continue
            accepted.add(one.commitId)
            expect(events).toStrictEqual(stored.filter(({ commitId }) => commitId === one.commitId))
            expect(events.at(-1)?.version).toBe(version)
          }
          expect(new Set(stored.map(({ commitId }) => commitId))).toEqual(accepted)
        },
      ),
      { numRuns: runs(100) },
    )
  })
})

describe('law 1: what was committed is what decide says in the state at that version', () => {
  it('even where another writer came between load and append', async () => {
    const store = newStore()
    const { store: watched, calls } = spied(store, intruder(store, 2))
    const result = await handlerOf(watched, immediate(5))(request('s', 'mine', 2))()
    expect(result).toMatchObject(E.right({ version: 4, state: 4 }))
    expect(E.isRight(result) && result.right.events.map(({ event }) => event.before)).toEqual([
      2, 3,
    ])
    expect(calls).toEqual(['load', 'append', 'load', 'append', 'load', 'append'])
  })

  it('and an expected version that says so: none for a new stream, else the one loaded', async () => {
    const store = newStore()
    const seen: Array<unknown> = []
    const watched: EventStore<Event> = {
      ...store,
      append: (commit) => {
        seen.push(commit.expected)
        return store.append(commit)
      },
    }
    await handlerOf(watched)(request('s', 'c1', 2))()
    await handlerOf(watched)(request('s', 'c2', 1))()
    expect(seen).toEqual([
      { type: 'NoStream' },
      { type: 'Exactly', version: 2, mark: { commitId: 'c1', position: 2, recordedAt: 7 } },
    ])
  })
})

describe('law 2: Right([])', () => {
  it('writes nothing and does not even ask the store to', async () => {
    const { store, calls } = spied(newStore())
    const nothing = { stream: 's', version: 0, state: 0, events: [] }
    expect(await handlerOf(store)(request('s', 'c1', 0, 0))()).toStrictEqual(E.right(nothing))
    expect(calls).toEqual(['load'])
    await handlerOf(store)(request('s', 'c2', 2))()
    expect(await handlerOf(store)(request('s', 'c3', 0))()).toStrictEqual(
      E.right({ stream: 's', version: 2, state: 2, events: [] }),
    )
    expect(calls).toEqual(['load', 'load', 'append', 'load'])
  })
})

describe('law 3: a failed attempt writes nothing', () => {
  const cause = new Error('down')

  it.each(['load', 'append'] as const)(
    'where the store is unavailable at %s',
    async (operation) => {
      const store = newStore()
      const failure = { type: 'StoreUnavailable', operation, cause } as const
      const { store: watched, calls } = spied({
        ...store,
        [operation]: () => () => Promise.resolve(E.left(failure)),
      })
      const result = await handlerOf(watched, immediate(5))(request('s', 'c1', 1))()
      expect(E.isLeft(result) && result.left).toBe(failure)
      expect(calls).toEqual(operation === 'load' ? ['load'] : ['load', 'append'])
      expect(await everything(store)).toEqual([])
    },
  )

  it('where the store is busy, and it is not asked again', async () => {
    const store = newStore()
    const failure = { type: 'StoreBusy', waiting: 9 } as const
    const busy = { ...store, append: () => () => Promise.resolve(E.left(failure)) }
    const { store: watched, calls } = spied(busy)
    const parts = { decider: counter, store: watched, retry: immediate(5) }
    expect(await commandHandler(parts)(request('s', 'c1', 1))()).toStrictEqual(E.left(failure))
    expect(calls).toEqual(['load', 'append'])
    const cache = lruCache(1)<number>()
    cache.set('s', { version: 0, state: 0, mark: undefined })
    const hasty = commandHandler({ ...parts, cache: () => cache, optimistic: true })
    expect(await hasty(request('s', 'c1', 1))()).toStrictEqual(E.left(failure))
    expect(calls).toEqual(['load', 'append', 'append'])
  })

  it('where it is refused', async () => {
    const { store, calls } = spied(newStore())
    expect(await handlerOf(store, immediate(5))(request('s', 'c1', limit + 1))()).toStrictEqual(
      E.left({
        type: 'Rejected',
        stream: 's',
        version: 0,
        index: 0,
        rejection: { type: 'TooMany', at: 0 },
      }),
    )
    expect(calls).toEqual(['load'])
  })

  it('where the commit is none that can be stored, and tries only once', async () => {
    const { store, calls } = spied(newStore())
    expect(await handlerOf(store, immediate(5))(request('', 'c1', 1))()).toMatchObject(
      E.left({ type: 'InvalidCommit', issues: [{ path: ['stream'] }] }),
    )
    expect(calls).toEqual(['load', 'append'])
    expect(await everything(store)).toEqual([])
  })

  it('and a repeated request after one starts afresh', async () => {
    const store = newStore()
    let down = true
    const shaky: EventStore<Event> = {
      ...store,
      append: (commit) => async () =>
        down
          ? E.left({ type: 'StoreUnavailable', operation: 'append', cause })
          : store.append(commit)(),
    }
    const handle = handlerOf(shaky)
    expect(E.isLeft(await handle(request('s', 'c1', 1))())).toBe(true)
    down = false
    expect(await handle(request('s', 'c1', 1))()).toMatchObject(E.right({ version: 1, state: 1 }))
  })
})

describe('law 4: the same commit id twice', () => {
  it('gives the first outcome, once, whatever came in between and whatever is asked', async () => {
    const store = newStore()
    const handle = handlerOf(store)
    const first = await handle(request('s', 'c1', 1, 2))()
    await handle(request('s', 'c2', 1))()
    expect(await handle(request('s', 'c1', 1, 2))()).toStrictEqual(first)
    expect(await handle(request('s', 'c1', 9))()).toStrictEqual(first)
    expect(await handle(request('s', 'c1', limit + 1))()).toStrictEqual(first)
    expect(first).toMatchObject(E.right({ version: 3, state: 3 }))
    expect(await everything(store)).toHaveLength(4)
  })

  it('is so where the answer to the first was lost', async () => {
    const store = newStore()
    let lose = true
    const lossy: EventStore<Event> = {
      ...store,
      append: (commit) => async () => {
        const appended = await store.append(commit)()
        return lose
          ? E.left({ type: 'StoreUnavailable', operation: 'append', cause: 'timed out' })
          : appended
      },
    }
    const handle = handlerOf(lossy)
    expect(await handle(request('s', 'c1', 2))()).toMatchObject(
      E.left({ type: 'StoreUnavailable', operation: 'append' }),
    )
    lose = false
    const again = await handle(request('s', 'c1', 2))()
    expect(again).toMatchObject(E.right({ version: 2, state: 2 }))
    expect(E.isRight(again) && again.right.events).toStrictEqual(await everything(store))
  })

  it('is so where the two run at the same time', async () => {
    const store = newStore()
    const twice = request('s', 'c1', 2)
    const { store: watched } = spied(store, async (operation, n) => {
      if (operation === 'append' && n === 1) await handlerOf(store)(twice)()
    })
    expect(await handlerOf(watched)(twice)()).toStrictEqual(await handlerOf(store)(twice)())
    expect(await everything(store)).toHaveLength(2)
  })

  it('is so where others wrote before and after the first', async () => {
    const store = newStore()
    const twice = request('s', 'c1', 2)
    const { store: watched } = spied(store, async (operation, n) => {
      if (operation !== 'append' || n > 1) return
      await handlerOf(store)(request('s', 'before', 1))()
      await handlerOf(store)(twice)()
      await handlerOf(store)(request('s', 'after', 1))()
    })
    const result = await handlerOf(watched)(twice)()
    expect(result).toMatchObject(E.right({ version: 3, state: 3 }))
    expect(result).toStrictEqual(await handlerOf(store)(twice)())
    expect(await everything(store)).toHaveLength(4)
  })

  it('in another stream is refused', async () => {
    const handle = handlerOf(newStore(), immediate(5))
    await handle(request('s', 'c1', 1))()
    expect(await handle(request('t', 'c1', 1))()).toStrictEqual(
      E.left({ type: 'CommitIdTaken', commitId: 'c1', stream: 's' }),
    )
  })
})

describe('law 5: a batch is one commit', () => {
  it('each command is decided on what the ones before it led to', async () => {
    const store = newStore()
    const result = await handlerOf(store)(request('s', 'c1', 2, 0, 1))()
    expect(result).toMatchObject(E.right({ version: 3, state: 3 }))
    const stored = await everything(store)
    expect(stored.map(({ event, commitId }) => [commitId, event.before])).toEqual([
      ['c1', 0],
      ['c1', 1],
      ['c1', 2],
    ])
  })

  it('one rejection refuses them all, and says which command it was, at which version', async () => {
    const store = newStore()
    await handlerOf(store)(request('s', 'c0', 2))()
    expect(await handlerOf(store)(request('s', 'c1', 3, 4, 5, 6))()).toStrictEqual(
      E.left({
        type: 'Rejected',
        stream: 's',
        version: 2,
        index: 2,
        rejection: { type: 'TooMany', at: 9 },
      }),
    )
    expect(await everything(store)).toHaveLength(2)
  })

  it('the metadata of a request are those of its events', async () => {
    const store = newStore()
    const commands = [{ add: 2 }, { add: 0 }, { add: 1 }] as const
    const about = { occurredAt: -2, actor: 'Ann', correlationId: 'r1', causationId: 'm1' }
    await handlerOf(store)({ stream: 's', commitId: 'c1', commands, ...about })()
    const recorded = {
      occurredAt: -2,
      actor: some('Ann'),
      correlationId: some('r1'),
      causationId: some('m1'),
    }
    const stored = await everything(store)
    expect(stored).toHaveLength(3)
    for (const one of stored) expect(one).toMatchObject(recorded)
  })

  it('a request that says nothing of itself occurred when it was recorded, by nobody', async () => {
    const store = newStore()
    await handlerOf(store)({ stream: 's', commitId: 'c1', commands: [{ add: 1 }] })()
    const [one] = await everything(store)
    expect(one).toMatchObject({ ...nobody, occurredAt: one?.recordedAt })
  })
})

describe('law 6: a conflict is decided anew, as often as the policy says', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  const conflict = (actual: number): AppendFailure => ({
    type: 'VersionConflict',
    stream: 's',
    expected: { type: 'NoStream' },
    actual,
  })

  it('and then it is the answer', async () => {
    for (const attempts of [1, 2, 3, 7]) {
      let actual = 0
      const { store, calls } = spied({
        ...newStore(),
        append: () => () => Promise.resolve(E.left(conflict(++actual))),
      })
      expect(await handlerOf(store, immediate(attempts))(request('s', 'c1', 1))()).toStrictEqual(
        E.left(conflict(attempts)),
      )
      expect(calls.filter((call) => call === 'load')).toHaveLength(attempts)
      expect(calls.filter((call) => call === 'append')).toHaveLength(attempts)
    }
  })

  it('a policy without attempts tries once', async () => {
    for (const attempts of [0, -1]) {
      const { store, calls } = spied({
        ...newStore(),
        append: () => () => Promise.resolve(E.left(conflict(1))),
      })
      const result = await handlerOf(store, immediate(attempts))(request('s', 'c1', 1))()
      expect(result).toStrictEqual(E.left(conflict(1)))
      expect(calls).toEqual(['load', 'append'])
    }
  })

  it('C7: each attempt decides on what is stored by then', async () => {
    const store = newStore()
    const { store: watched } = spied(store, intruder(store, 3))
    const states: Array<number> = []
    const decider: typeof counter = {
      ...counter,
      decide: (command, state) => {
        states.push(state)
        return counter.decide(command, state)
      },
    }
    const result = await handlerOf(watched, immediate(4), decider)(request('s', 'c1', 1))()
    expect(result).toMatchObject(E.right({ version: 4 }))
    expect(states).toEqual([0, 1, 2, 3])
  })

  it('and may then be refused, or change nothing', async () => {
    const store = newStore()
    const { store: watched } = spied(store, intruder(store, 1))
    expect(await handlerOf(watched, immediate(2))(request('s', 'c1', limit))()).toStrictEqual(
      E.left({
        type: 'Rejected',
        stream: 's',
        version: 1,
        index: 0,
        rejection: { type: 'TooMany', at: 1 },
      }),
    )
  })

  it('after the pauses of the policy, whose attempts are counted from 1', async () => {
    vi.useFakeTimers()
    const { store, calls } = spied({
      ...newStore(),
      append: () => () => Promise.resolve(E.left(conflict(1))),
    })
    const paused = vi.fn((attempt: number) => attempt * 100)
    const running = handlerOf(store, { attempts: 4, pause: paused })(request('s', 'c1', 1))()
    const appends = () => calls.filter((call) => call === 'append').length
    for (const [ms, so] of [
      [0, 1],
      [99, 1],
      [1, 2],
      [199, 2],
      [1, 3],
      [299, 3],
      [1, 4],
    ] as const) {
      await vi.advanceTimersByTimeAsync(ms)
      expect(appends()).toBe(so)
    }
    expect(await running).toStrictEqual(E.left(conflict(1)))
    expect(paused.mock.calls.map((asked: ReadonlyArray<unknown>) => asked.slice(0, 2))).toEqual([
      [1, 'c1'],
      [2, 'c1'],
      [3, 'c1'],
    ])
  })

  it('a pause of nothing sets no timer', async () => {
    vi.useFakeTimers()
    for (const pause of [0, -1, NaN]) {
      const store = newStore()
      const { store: watched } = spied(store, intruder(store, 2))
      const retry = { attempts: 3, pause: () => pause }
      expect(await handlerOf(watched, retry)(request('s', 'c1', 1))()).toMatchObject(
        E.right({ version: 3 }),
      )
    }
  })

  it('with a real pause', async () => {
    const store = newStore()
    const { store: watched } = spied(store, intruder(store, 2))
    const retry = backoff({ attempts: 3, shortest: 1, longest: 2 })
    expect(await handlerOf(watched, retry)(request('s', 'c1', 1))()).toMatchObject(
      E.right({ version: 3 }),
    )
  })
})

describe('an exception', () => {
  const cause = new Error('out of order')
  const fail = (): never => {
    throw cause
  }

  const broken: ReadonlyArray<readonly [string, () => ReturnType<typeof handlerOf>]> = [
    ['decide', () => handlerOf(newStore(), immediate(3), { ...counter, decide: fail })],
    ['evolve', () => handlerOf(newStore(), immediate(3), { ...counter, evolve: fail })],
    ['load', () => handlerOf({ ...newStore(), load: fail })],
    ['the task of load', () => handlerOf({ ...newStore(), load: () => fail })],
    [
      'a rejected load',
      () => handlerOf({ ...newStore(), load: () => () => Promise.reject(cause) }),
    ],
    ['append', () => handlerOf({ ...newStore(), append: fail })],
    ['the task of append', () => handlerOf({ ...newStore(), append: () => fail })],
    [
      'a rejected append',
      () => handlerOf({ ...newStore(), append: () => () => Promise.reject(cause) }),
    ],
    [
      'the pause of a policy',
      () => {
        const store = newStore()
        return handlerOf(spied(store, intruder(store, 1)).store, { attempts: 2, pause: fail })
      },
    ],
    [
      'a cache',
      () =>
        commandHandler({
          decider: counter,
          store: newStore(),
          retry: immediate(1),
          cache: () => ({ ...lruCache(1)<number>(), get: fail }),
        }),
    ],
  ]

  it.each(broken)('of %s is a failure, not a rejected promise', async (_, handler) => {
    const result = await handler()(request('s', 'c1', 1))()
    expect(E.isLeft(result) && result.left).toStrictEqual({ type: 'Thrown', cause })
  })
})

it('a request is handled when it is run, and every time that it is', async () => {
  const { store, calls } = spied(newStore())
  const task = handlerOf(store)(request('s', 'c1', 1))
  expect(calls).toEqual([])
  expect(await task()).toStrictEqual(await task())
  expect(calls).toEqual(['load', 'append', 'load'])
})

/** The mark of an event that no store here holds. */
const another = { commitId: 'another', position: 5 }

describe('a cache', () => {
  const setUp = (cache: StateCache<number>) => {
    const loads: Array<readonly [string, number | undefined]> = []
    const store = newStore()
    const watched: EventStore<Event> = {
      ...store,
      load: (stream, after) => {
        loads.push([stream, after])
        return store.load(stream, after)
      },
    }
    const retry = immediate(2)
    return {
      store,
      loads,
      handle: commandHandler({ decider: counter, store: watched, retry, cache: () => cache }),
    }
  }

  it('spares a load, and after another writer the events that are folded already', async () => {
    const { store, loads, handle } = setUp(lruCache(10)<number>())
    await handle(request('s', 'c1', 2))()
    await handle(request('s', 'c2', 1))()
    expect(loads).toEqual([['s', 0]])
    await handlerOf(store)(request('s', 'other', 1))()
    expect(await handle(request('s', 'c3', 1))()).toMatchObject(E.right({ version: 5, state: 5 }))
    expect(loads).toEqual([
      ['s', 0],
      // the last event that is folded comes again, so that another history is told from this one
      ['s', 2],
    ])
  })

  it('spares them after an outcome that came from the store, too', async () => {
    const { loads, handle, store } = setUp(lruCache(10)<number>())
    await handlerOf(store)(request('s', 'c1', 2))()
    await handle(request('s', 'c1', 2))()
    await handle(request('s', 'c2', 1))()
    expect(loads).toEqual([['s', 0]])
  })

  it('spares them after an outcome that changed nothing, too', async () => {
    const { loads, handle, store } = setUp(lruCache(10)<number>())
    await handlerOf(store)(request('s', 'c1', 2))()
    await handle(request('s', 'c2', 0))()
    await handle(request('s', 'c3', 1))()
    expect(loads).toEqual([['s', 0]])
  })

  it('spares none where the outcome lies in what came after them', async () => {
    const { loads, handle, store } = setUp(lruCache(10)<number>())
    await handle(request('s', 'c1', 2))()
    const second = await handlerOf(store)(request('s', 'c2', 2))()
    await handlerOf(store)(request('s', 'c3', 1))()
    expect(await handle(request('s', 'c2', 2))()).toStrictEqual(second)
    expect(loads).toEqual([
      ['s', 0],
      ['s', 0],
    ])
  })

  it('is not trusted for the outcome of a commit of another history', async () => {
    let current = newStore()
    const store: EventStore<Event> = {
      load: (...args) => current.load(...args),
      append: (...args) => current.append(...args),
      readAll: (...args) => current.readAll(...args),
    }
    // the state is the sum of what was asked for, which the number of events does not tell
    const sums: typeof counter = {
      ...counter,
      decide: ({ add }) => E.right([{ type: 'Added', before: add }]),
      evolve: (sum, { before }) => sum + before,
    }
    const handle = commandHandler({ decider: sums, store, cache: lruCache(10) })
    await handle(request('s', 'c1', 900))()
    current = newStore()
    const others = commandHandler({ decider: sums, store })
    await others(request('s', 'r1', 1))()
    const second = await others(request('s', 'c2', 5))()
    // directly after what is cached, if that were of the same history
    expect(await handle(request('s', 'c2', 5))()).toStrictEqual(second)
    expect(await handle(request('s', 'c3', 1))()).toMatchObject(E.right({ version: 3, state: 7 }))
  })

  it('is not asked for an answer that the events it spares might change', async () => {
    const { loads, handle } = setUp(lruCache(10)<number>())
    const first = await handle(request('s', 'c1', 2))()
    await handle(request('s', 'c2', 1))()
    expect(await handle(request('s', 'c1', 0))()).toStrictEqual(first)
    await handle(request('s', 'c3', 1))()
    expect(await handle(request('s', 'c1', limit))()).toStrictEqual(first)
    await handle(request('s', 'c4', 1))()
    expect(await handle(request('s', 'c1', 1))()).toStrictEqual(first)
    expect(loads.filter(([, after]) => after === 0)).toHaveLength(4)
  })

  it('that is ahead of the store is not believed', async () => {
    const ahead = lruCache(10)<number>()
    const { store, handle } = setUp(ahead)
    ahead.set('s', { version: 5, state: 5, mark: another })
    expect(await handle(request('s', 'c1', 1))()).toMatchObject(E.right({ version: 1, state: 1 }))
    ahead.set('s', { version: 5, state: limit, mark: another })
    expect(await handle(request('s', 'c2', 1))()).toMatchObject(E.right({ version: 2, state: 2 }))
    ahead.set('s', { version: 5, state: 5, mark: another })
    expect(await handle(request('s', 'c3', 0))()).toMatchObject(E.right({ version: 2, state: 2 }))
    expect(await everything(store)).toHaveLength(2)
  })

  it('forgets a stream whose append failed', async () => {
    const cache = lruCache(10)<number>()
    const { store } = setUp(cache)
    cache.set('s', { version: 0, state: 0, mark: undefined })
    const failure = { type: 'StoreUnavailable', operation: 'append', cause: 'down' } as const
    const down = { ...store, append: () => () => Promise.resolve(E.left(failure)) }
    const handle = commandHandler({
      decider: counter,
      store: down,
      retry: immediate(1),
      cache: () => cache,
    })
    expect(await handle(request('s', 'c1', 1))()).toStrictEqual(E.left(failure))
    expect(cache.get('s')).toBeUndefined()
  })
})

describe('an optimistic handler', () => {
  const setUp = (cache?: StateCache<number>) => {
    const { calls, store } = spied(newStore())
    const handle = commandHandler({
      decider: counter,
      store,
      retry: immediate(1),
      optimistic: true,
      ...(cache === undefined ? {} : { cache: () => cache }),
    })
    return { calls, store, handle }
  }

  it('asks the store once for a stream that is new, and for one that it has cached', async () => {
    const { calls, handle } = setUp(lruCache(1)<number>())
    await handle(request('s', 'c1', 1))()
    await handle(request('s', 'c2', 1))()
    expect(calls).toStrictEqual(['append', 'append'])
  })

  it('loads where the stream is not what it took it for, even with a single attempt', async () => {
    const { calls, store, handle } = setUp()
    await handle(request('s', 'c1', 1))()
    const second = await handle(request('s', 'c2', 1))()
    expect(second).toMatchObject(E.right({ version: 2, state: 2 }))
    expect(calls).toStrictEqual(['append', 'append', 'load', 'append'])
    expect(await everything(store)).toHaveLength(2)
  })

  it('loads before it refuses', async () => {
    const { calls, handle } = setUp()
    const refused = await handle(request('s', 'c1', limit + 1))()
    expect(refused).toMatchObject(E.left({ type: 'Rejected', version: 0 }))
    expect(calls).toStrictEqual(['load'])
  })

  it('law 6: a guess is none of the attempts, whether it asked the store or not', async () => {
    const conflict = {
      type: 'VersionConflict',
      stream: 's',
      expected: { type: 'NoStream' },
      actual: 1,
    } as const
    for (const [state, guesses] of [
      [limit, 0],
      [0, 1],
    ] as const) {
      const { calls, store } = spied({
        ...newStore(),
        append: () => () => Promise.resolve(E.left(conflict)),
      })
      const cache = lruCache(1)<number>()
      cache.set('s', { version: state, state, mark: state === 0 ? undefined : another })
      const pause = vi.fn(() => 0)
      const retry = { attempts: 3, pause }
      const handle = commandHandler({
        decider: counter,
        store,
        retry,
        cache: () => cache,
        optimistic: true,
      })
      expect(await handle(request('s', 'c1', 1))()).toStrictEqual(E.left(conflict))
      expect(calls.filter((call) => call === 'load')).toHaveLength(3)
      expect(calls.filter((call) => call === 'append')).toHaveLength(3 + guesses)
      expect(pause.mock.calls.map((asked: ReadonlyArray<unknown>) => asked.slice(0, 2))).toEqual([
        [1, 'c1'],
        [2, 'c1'],
      ])
    }
  })

  it('does not go by a guess of which it can not be told what became of it', async () => {
    const failure = { type: 'StoreUnavailable', operation: 'append', cause: 'down' } as const
    const { calls, store } = spied({
      ...newStore(),
      append: () => () => Promise.resolve(E.left(failure)),
    })
    const retry = immediate(3)
    const handle = commandHandler({ decider: counter, store, retry, optimistic: true })
    expect(await handle(request('s', 'c1', 1))()).toStrictEqual(E.left(failure))
    expect(calls).toEqual(['append'])
  })
})

it('a store that does not load what it has stored is not asked for ever', async () => {
  const store = newStore()
  await handlerOf(store)(request('s', 'c1', 1))()
  await handlerOf(store)(request('s', 'c2', 1))()
  const { calls, store: stale } = spied(
    { ...store, load: () => () => Promise.resolve(E.right([])) },
    (_, n) => (n > 100 ? Promise.reject(new Error('for ever')) : Promise.resolve()),
  )
  const result = await handlerOf(stale, immediate(3))(request('s', 'c2', 1))()
  // by law 3 a failed load would say that nothing was written
  expect(result).toMatchObject(E.left({ type: 'StoreUnavailable', operation: 'append' }))
  expect(calls.length).toBeLessThan(10)
})

it('a number of attempts that is none is one attempt', async () => {
  const { store } = spied(newStore())
  let appends = 0
  const contended: EventStore<Event> = {
    ...store,
    append: ({ stream, expected }) => {
      appends++
      const conflict = { type: 'VersionConflict', stream, expected, actual: 7 } as const
      return () => Promise.resolve(E.left(conflict))
    },
  }
  const retry = { attempts: NaN, pause: () => 0 }
  const result = await commandHandler({ decider: counter, store: contended, retry })(
    request('s', 'c1', 1),
  )()
  expect(result).toMatchObject(E.left({ type: 'VersionConflict', actual: 7 }))
  expect(appends).toBe(1)
})
