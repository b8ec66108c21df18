// What requests do to each other that go through one handler, how they end when nobody waits for them
// any more, and what a handler makes of a store that holds another history than it has seen.
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommandHandler } from '../../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { lruCache } from '../../../src/shell/CommandHandler/cache.ts'
import { turns } from '../../../src/shell/internal/turns.ts'
import type { CallOptions, EventStore } from '../../../src/store/EventStore.ts'
import type { Command, Event, Rejection } from '../counter.ts'
import { counter, limit, newStore, request, spied } from '../counter.ts'

type Handler = CommandHandler<Command, number, Event, Rejection>

const handlerOf = (store: EventStore<Event>): Handler => commandHandler({ decider: counter, store })

const open = { ...counter, isTerminal: () => false, decide: () => E.right([{ type: 'Added', before: 0 } as const]) } // prettier-ignore

const later = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 1))

const hanging = (): Promise<never> => new Promise(() => {})

describe('law 8: requests for one stream wait for their turn', () => {
  it('64 requests at once on one stream are all accepted, in their order, without a conflict', async () => {
    const { store, calls } = spied(newStore(), later)
    const handle = commandHandler({ decider: open, store })
    const ids = [...Array(64).keys()].map((n) => `c${n}`)
    const outcomes = await Promise.all(ids.map((id) => handle(request('s', id, 1))()))
    expect(outcomes.every(E.isRight)).toBe(true)
    // the first is handled at once, and the others together as soon as it is stored
    expect(calls).toEqual(['load', 'append', 'append'])
    const stored = await store.load('s')()
    expect(E.isRight(stored) && stored.right.map(({ commitId }) => commitId)).toEqual(ids)
  })

  it('without the turns they would meet in conflicts: a handler for each is refused and retries', async () => {
    const { store, calls } = spied(newStore(), later)
    const ids = [...Array(6).keys()].map((n) => `c${n}`)
    await Promise.all(
      ids.map((id) => commandHandler({ decider: open, store })(request('s', id, 1))()),
    )
    expect(calls.filter((call) => call === 'append').length).toBeGreaterThan(6)
    const stored = await store.load('s')()
    expect(E.isRight(stored) && stored.right).toHaveLength(6)
  })

  it('a runtime that tells no time but that of dates is enough', async () => {
    vi.stubGlobal('performance', undefined)
    try {
      const handle = commandHandler({ decider: counter, store: newStore() })
      const sent = ['c1', 'c2', 'c3'].map((id) => handle(request('a', id, 1))())
      expect((await Promise.all(sent)).map(({ _tag }) => _tag)).toStrictEqual(
        Array.from({ length: 3 }, () => 'Right'),
      )
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('requests for other streams do not wait', async () => {
    const store = newStore()
    const handle = handlerOf({
      ...store,
      load: (stream, ...rest) => (stream === 'stuck' ? hanging : store.load(stream, ...rest)),
    })
    void handle(request('stuck', 'c1', 1))()
    expect(E.isRight(await handle(request('s', 'c2', 1))())).toBe(true)
  })

  it('a request that fails or throws passes the turn on', async () => {
    const store = newStore()
    const handle = handlerOf({
      ...store,
      append: (commit, options) => {
        if (commit.commitId === 'c1') throw new Error('down')
        return store.append(commit, options)
      },
    })
    const [broken, rejected, fine] = await Promise.all([
      handle(request('s', 'c1', 1))(),
      handle(request('s', 'c2', limit + 1))(),
      handle(request('s', 'c3', 1))(),
    ])
    expect(broken).toMatchObject({ left: { type: 'Thrown' } })
    expect(rejected).toMatchObject({ left: { type: 'Rejected' } })
    expect(fine).toMatchObject({ right: { version: 1 } })
  })
})

describe('law 9: a request ends when its caller says so', () => {
  // on a busy machine a limit may pass before the call begins that it is to end: no time passes but in here
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const inTime = async <A>(answer: Promise<A>): Promise<A> => {
    await vi.advanceTimersByTimeAsync(100)
    return answer
  }

  /** A handler whose appends of the commit `stuck` never answer, and end when `free` is called. */
  const stuck = () => {
    const store = newStore()
    return handlerOf({
      ...store,
      append: (commit, options) =>
        commit.commitId === 'stuck' ? hanging : store.append(commit, options),
    })
  }
  const abortedAfter = (milliseconds: number): AbortSignal => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), milliseconds)
    return controller.signal
  }
  const ends: ReadonlyArray<[string, () => CallOptions, string]> = [
    ['a time limit', () => ({ timeout: 25 }), 'TimedOut'],
    ['a signal', () => ({ signal: abortedAfter(5) }), 'Aborted'],
    ['both', () => ({ timeout: 25, signal: new AbortController().signal }), 'TimedOut'],
  ]

  it.each(ends)(
    '%s ends an append that hangs, and its outcome is unknown',
    async (_, end, reason) => {
      const result = await inTime(stuck()(request('s', 'stuck', 1), end())())
      expect(result).toMatchObject({
        left: { type: 'GivenUp', operation: 'append', reason, outcome: 'Unknown' },
      })
    },
  )

  it.each(ends)('%s ends a load that hangs, and nothing is stored', async (_, end, reason) => {
    const handle = handlerOf({ ...newStore(), load: () => hanging })
    expect(await inTime(handle(request('s', 'c1', 1), end())())).toMatchObject({
      left: { type: 'GivenUp', operation: 'load', reason, outcome: 'NotStored' },
    })
  })

  it.each(ends)('%s ends the pause between two attempts', async (_, end, reason) => {
    const store = newStore()
    await handlerOf(store)(request('s', 'c0', 1))()
    const stale = { ...store, load: () => () => Promise.resolve(E.right([])) }
    const retry = { attempts: 3, pause: () => 60_000 }
    const handle = commandHandler({ decider: counter, store: stale, retry })
    expect(await inTime(handle(request('s', 'c1', 1), end())())).toMatchObject({
      left: { type: 'GivenUp', operation: 'wait', reason, outcome: 'NotStored' },
    })
  })

  it.each(ends)(
    '%s takes a waiting request out of its line, and nobody with it',
    async (_, end, reason) => {
      const handle = stuck()
      const first = handle(request('s', 'stuck', 1), { timeout: 75 })()
      const second = handle(request('s', 'c2', 1), end())()
      const third = handle(request('s', 'c3', 1))()
      expect(await inTime(second)).toMatchObject({
        left: { type: 'GivenUp', operation: 'wait', reason, outcome: 'NotStored' },
      })
      expect(await first).toMatchObject({ left: { type: 'GivenUp' } })
      expect(await third).toMatchObject({ right: { version: 1, events: [{ commitId: 'c3' }] } })
    },
  )

  it('a turn that comes at the moment in which its request is given up is passed on', async () => {
    const line = turns()
    const controller = new AbortController()
    const order: Array<string> = []
    let free = (): void => {}
    const first = line.take('k', {}, () => new Promise<E.Either<never, void>>((resolve) => { free = () => resolve(E.right(undefined)) })) // prettier-ignore
    const run = (name: string) => () => {
      order.push(name)
      return Promise.resolve(E.right(name))
    }
    const second = line.take('k', { signal: controller.signal }, run('second'))
    const third = line.take('k', {}, run('third'))
    controller.abort()
    free()
    await first
    expect(await second).toMatchObject({ left: { type: 'GivenUp' } })
    expect(await third).toStrictEqual(E.right('third'))
    expect(order).toEqual(['third'])
    expect(await line.take('k', {}, run('fourth'))).toStrictEqual(E.right('fourth'))
  })

  it('what was given before it began asks the store for nothing', async () => {
    const { store, calls } = spied(newStore())
    for (const options of [{ timeout: 0 }, { timeout: -1 }, { signal: AbortSignal.abort() }]) {
      const result = await handlerOf(store)(request('s', 'c1', 1), options)()
      expect(result).toMatchObject({ left: { type: 'GivenUp', outcome: 'NotStored' } })
    }
    expect(calls).toEqual([])
  })

  it('the store is told, so that it can stop as well', async () => {
    const seen: Array<AbortSignal | undefined> = []
    const store = newStore()
    const handle = handlerOf({
      ...store,
      load: (stream, after, options) => {
        seen.push(options?.signal)
        return hanging
      },
    })
    await inTime(handle(request('s', 'c1', 1), { timeout: 2 })())
    expect(seen.map((signal) => signal?.aborted)).toEqual([true])
  })
})

describe('law 9: a load that nobody waits for', () => {
  it('holds up no request behind it', async () => {
    const limit = new AbortController()
    let hangs = false
    const store = newStore()
    const handle = commandHandler({
      store: { ...store, load: (...args) => (hangs ? hanging : store.load(...args)) },
      decider: {
        ...counter,
        // a rejection has to be confirmed by the whole stream, which by then nobody waits for
        decide: (command: Command, count: number) => {
          if (command.add <= 1) return counter.decide(command, count)
          limit.abort()
          hangs = true
          return E.left({ type: 'TooMany', at: count } as const)
        },
      },
    })
    const first = handle(request('s', 'c1', 1))()
    const { signal } = limit
    const given = [2, 3].map((n) => handle(request('s', `c${n}`, n), { signal })())
    await first
    const answers = await Promise.all(given)
    expect(hangs).toBe(true)
    expect(answers).toMatchObject([{ left: { type: 'GivenUp' } }, { left: { type: 'GivenUp' } }])
    hangs = false
    let last: unknown
    void handle(request('s', 'c4', 1))().then((answer) => (last = answer))
    for (let n = 0; n < 20; n++) await later()
    expect(last).toMatchObject({ right: { version: 2 } })
  })
})

describe('law 10: a request that fails changes nothing for those after it', () => {
  it.each([false, true])(
    'what was rejected behind a commit that was not stored is decided again (optimistic: %s)',
    async (optimistic) => {
      const { store, calls } = spied(newStore(), later)
      await handlerOf(store)(request('other', 'taken', 1))()
      const handle = commandHandler({ decider: counter, store, optimistic })
      // while the first is stored, the others are waiting, and are then appended together
      const sent = ['c1', 'c2', 'taken', 'c3', 'c4'].map((id, i) =>
        handle(request('s', id, [1, 2, 7, 6, 3][i] ?? 0))(),
      )
      const [first, second, taken, ...behind] = await Promise.all(sent)
      expect([first, second]).toMatchObject([{ right: { version: 1 } }, { right: { version: 3 } }])
      expect(taken).toMatchObject({ left: { type: 'CommitIdTaken' } })
      // behind the seven of the commit that failed, these would be too many
      expect(behind).toMatchObject([{ right: { version: 9 } }, { right: { version: 12 } }])
      expect(calls.filter((call) => call === 'append')).toHaveLength(4)
    },
  )
})

describe('another history of the same length', () => {
  /** A store that can be put back to how it was when it held so many events. */
  const restorable = () => {
    let current = newStore()
    const store: EventStore<Event> = {
      load: (...args) => current.load(...args),
      append: (...args) => current.append(...args),
      readAll: (...args) => current.readAll(...args),
    }
    const restore = async (...adds: ReadonlyArray<number>): Promise<void> => {
      current = newStore()
      for (const [i, add] of adds.entries()) await handlerOf(current)(request('s', `r${i}`, add))()
    }
    return { store, restore }
  }

  it.each([true, false])(
    'a cached state of it is not trusted (optimistic: %s)',
    async (optimistic) => {
      const { store, restore } = restorable()
      const seen: Array<number> = []
      // the state is the sum of what was asked for, which the number of events does not tell
      const sums = {
        ...counter,
        decide: ({ add }: Command, sum: number) => {
          seen.push(sum)
          return E.right([{ type: 'Added', before: add } as const])
        },
        evolve: (sum: number, { before }: Event) => sum + before,
      }
      const handle = commandHandler({ decider: sums, store, cache: lruCache(10), optimistic })
      await handle(request('s', 'c1', 900))()
      await restore()
      await commandHandler({ decider: sums, store })(request('s', 'other', 5))()
      const outcome = await handle(request('s', 'c2', 1))()
      expect(outcome).toMatchObject({ right: { version: 2, state: 6 } })
      expect(seen.at(-1)).toBe(5)
    },
  )

  it('is a conflict for who expects a version by its mark', async () => {
    const { store, restore } = restorable()
    const handle = handlerOf(store)
    const first = await handle(request('s', 'c1', 1))()
    const mark = E.isRight(first) ? first.right.events[0] : undefined
    await restore(1)
    const expected = { type: 'Exactly', version: 1, mark: { commitId: mark?.commitId ?? '', position: 1 } } as const // prettier-ignore
    expect(await handle({ ...request('s', 'c2', 1), expected })()).toMatchObject({
      left: { type: 'VersionConflict', expected, actual: 1 },
    })
  })
})

describe('a fingerprint', () => {
  it.each([true, false])('ties a commit id to its request (optimistic: %s)', async (optimistic) => {
    const handle = commandHandler({ decider: counter, store: newStore(), optimistic })
    const first = { ...request('s', 'c1', 2), fingerprint: 'add 2' }
    const accepted = await handle(first)()
    expect(E.isRight(accepted)).toBe(true)
    await handle(request('s', 'c2', 1))()
    expect(await handle(first)()).toStrictEqual(accepted)
    expect(await handle({ ...request('s', 'c1', 3), fingerprint: 'add 3' })()).toStrictEqual(
      E.left({ type: 'CommitIdReused', commitId: 'c1', stream: 's' }),
    )
    // one who names none gets the first outcome, as before
    expect(await handle(request('s', 'c1', 3))()).toStrictEqual(accepted)
  })
})
