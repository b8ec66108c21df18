import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Issued } from '../../../src/Process.ts'
import { fromPending } from '../../../src/Process.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import { watchAppends } from '../../../src/shell/ProcessRunner/appends.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import type { LoopOptions } from '../../../src/shell/ProcessRunner/loop.ts'
import { loopProcess } from '../../../src/shell/ProcessRunner/loop.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import type { Event } from '../counter.ts'
import { counter, newStore, request } from '../counter.ts'

const day = 24 * 3_600_000

interface Invoice {
  readonly since: number | undefined
  readonly reminded: boolean
}

/** Each stream is an invoice: three days after its first event it wants a second one, the reminder. */
const reminding = fromPending<Recorded<Event>, Invoice, string>({
  initialState: { since: undefined, reminded: false },
  evolve: ({ since }, { recordedAt }) => ({
    since: since ?? recordedAt,
    reminded: since !== undefined,
  }),
  pending: ({ since, reminded }) =>
    since === undefined || reminded
      ? []
      : [{ id: 'remind', command: 'Remind', dueAt: since + 3 * day }],
  isTerminal: ({ reminded }) => reminded,
})

const start = { position: 0, state: reminding.initialState }

beforeEach(() => {
  vi.useFakeTimers({ now: 7 })
})
afterEach(() => {
  vi.useRealTimers()
})

const world = () => {
  const stop = new AbortController()
  const { store, appended } = watchAppends(newStore())
  const handle = commandHandler({ decider: counter, store })
  const sent: Array<readonly [string, number]> = []
  const send = ({ id }: Issued<string>) => {
    sent.push([id, Date.now()])
    return handle(request('invoice', id, 1))
  }
  const loop = (more: Partial<LoopOptions<Event, Invoice, string, unknown>> = {}) =>
    loopProcess<Event, Invoice, string, unknown>({
      store,
      process: reminding,
      send,
      now: Date.now,
      appended,
      pollEvery: 60_000,
      ...more,
    })(start, stop.signal)()
  return { stop, store, handle, send, sent, loop }
}

describe('loopProcess', () => {
  it('law 2: sends the reminder after three days, not earlier, and once', async () => {
    const { stop, handle, sent, loop } = world()
    const ended = loop({ pollEvery: day / 24 })
    await vi.advanceTimersByTimeAsync(1_000)
    await handle(request('invoice', 'invoiced', 1))()
    // the store of these tests records everything at 7 ms
    await vi.advanceTimersByTimeAsync(3 * day - 2_000)
    expect(sent).toEqual([])
    await vi.advanceTimersByTimeAsync(10 * day)
    expect(sent).toEqual([['remind', 3 * day + 7]])
    stop.abort()
    expect(await ended).toStrictEqual(
      E.right({
        position: 2,
        state: { since: 7, reminded: true },
        commitId: 'remind',
        recordedAt: 7,
        end: 2,
      }),
    )
  })

  it('an append wakes it, long before the next look', async () => {
    const { stop, handle, loop } = world()
    const runs: Array<number> = []
    const ended = loop({ onRun: ({ checkpoint }) => runs.push(checkpoint.position) })
    await vi.advanceTimersByTimeAsync(10)
    expect(runs).toEqual([0])
    await handle(request('invoice', 'invoiced', 1))()
    await vi.advanceTimersByTimeAsync(10)
    expect(runs).toEqual([0, 1])
    stop.abort()
    await ended
  })

  it('without that it looks now and then', async () => {
    const { stop, store, loop } = world()
    const runs: Array<number> = []
    const ended = loopProcess({
      store: newStore(),
      process: reminding,
      send: () => TE.right(null),
      now: Date.now,
      onRun: ({ checkpoint }) => runs.push(checkpoint.position),
    })(start, stop.signal)()
    await vi.advanceTimersByTimeAsync(3_500)
    expect(runs).toHaveLength(4)
    stop.abort()
    await ended
    expect(store).toBeDefined()
    expect(loop).toBeDefined()
  })

  it('law 1: what no event acknowledges is not sent at every look, what failed is', async () => {
    const { stop } = world()
    const store = newStore()
    const sent: Array<string> = []
    const process = fromPending<Recorded<Event>, number, string>({
      initialState: 0,
      evolve: (n) => n + 1,
      pending: () => [
        { id: 'deaf', command: 'x' },
        { id: 'broken', command: 'y' },
      ],
      isTerminal: () => false,
    })
    const send = ({ id }: Issued<string>): TE.TaskEither<string, null> => {
      sent.push(id)
      return id === 'broken' ? TE.left('down') : TE.right(null)
    }
    const options = { store, process, send, now: Date.now, pollEvery: 100 }
    const ended = loopProcess(options)({ position: 0, state: 0 }, stop.signal)()
    await vi.advanceTimersByTimeAsync(250)
    stop.abort()
    await ended
    expect(sent).toEqual(['deaf', 'broken', 'broken', 'broken'])
  })

  it('law 3: a store that is down is asked again, ever more slowly, and then it goes on', async () => {
    const { stop, sent, store, handle } = world()
    await handle(request('invoice', 'invoiced', 1))()
    const failure = { type: 'StoreUnavailable', operation: 'readAll', cause: 'down' } as const
    let down = true
    const asked: Array<number> = []
    const flaky: EventStore<Event> = {
      ...store,
      readAll: (...args) => {
        asked.push(Date.now() - 7)
        return down ? TE.left(failure) : store.readAll(...args)
      },
    }
    const failures: Array<string> = []
    const { send } = world()
    const ended = loopProcess({
      store: flaky,
      process: reminding,
      send,
      now: Date.now,
      pollEvery: 1_000,
      onFailure: ({ type }) => failures.push(type),
    })(start, stop.signal)()
    await vi.advanceTimersByTimeAsync(8_000)
    expect(asked).toEqual([0, 1_000, 3_000, 7_000])
    expect(failures).toEqual(Array(4).fill('StoreUnavailable'))
    down = false
    await vi.advanceTimersByTimeAsync(100_000)
    expect(asked.length).toBeGreaterThan(50)
    stop.abort()
    expect(await ended).toMatchObject({ right: { position: 1 } })
    expect(sent).toEqual([])
  })

  it('law 3: what can not be read, and what throws, ends it', async () => {
    const { loop } = world()
    const left = { type: 'HistoryChanged', position: 1 }
    const cause = new Error('boom')
    const fail = () => {
      throw cause
    }
    expect(await loop({ onRun: fail })).toStrictEqual(E.left({ type: 'Thrown', cause }))
    const changed = loopProcess({
      store: newStore(),
      process: reminding,
      send: () => TE.right(null),
      now: Date.now,
    })(
      { position: 1, state: reminding.initialState, commitId: 'gone' },
      new AbortController().signal,
    )()
    expect(await changed).toMatchObject({ left })
  })

  it('law 4: it stops while it waits, while it reads and while it sends', async () => {
    const hanging = () => new Promise<never>(() => {})
    const { store, handle } = world()
    await handle(request('invoice', 'invoiced', 1))()
    for (const more of [
      {},
      { store: { ...store, readAll: () => hanging } },
      {
        process: { ...reminding, resume: () => [{ id: 'now', command: 'x' }] },
        send: () => hanging,
      },
    ]) {
      const { loop, stop } = world()
      const ended = loop(more)
      await vi.advanceTimersByTimeAsync(50)
      stop.abort()
      expect(E.isRight(await ended)).toBe(true)
    }
    const { loop, stop } = world()
    stop.abort()
    expect(await loop()).toStrictEqual(E.right(start))
  })

  it('law 4: a callback that never ends does not hold it up', async () => {
    const { loop, stop } = world()
    const ended = loop({ onRun: () => new Promise(() => {}) })
    await vi.advanceTimersByTimeAsync(5)
    stop.abort()
    expect(E.isRight(await ended)).toBe(true)
  })

  it.each([
    ['stands still', () => 6, 100],
    ['goes backwards', () => 6 - Date.now(), 100],
    // nothing is due at no time
    ['tells no time', () => NaN, 2],
  ])('near a due time it pauses, also where the clock %s', async (_, now, most) => {
    const { stop } = world()
    let looks = 0
    const process = { ...reminding, resume: () => [{ id: 'soon', command: 'x', dueAt: 7 }] }
    const ended = loopProcess({
      store: newStore(),
      process,
      send: () => TE.left('too early'),
      now,
      pollEvery: 1_000,
      onRun: ({ failed }) => {
        looks++
        expect(failed).toEqual([])
      },
    })(start, stop.signal)()
    await vi.advanceTimersByTimeAsync(1_000)
    stop.abort()
    expect(E.isRight(await ended)).toBe(true)
    expect(looks).toBeGreaterThan(0)
    expect(looks).toBeLessThanOrEqual(most + 1)
  })

  it.each([NaN, 0, -1])(
    'every %s milliseconds is every turn of the event loop',
    async (pollEvery) => {
      const { loop, stop } = world()
      let runs = 0
      const ended = loop({ pollEvery, onRun: () => runs++ })
      await vi.advanceTimersByTimeAsync(10)
      stop.abort()
      await ended
      expect(runs).toBeGreaterThan(1)
      expect(runs).toBeLessThan(20)
    },
  )

  it('a run that takes too long is given up and tried again', async () => {
    const { loop, stop, store } = world()
    const failures: Array<string> = []
    const ended = loop({
      store: { ...store, readAll: () => () => new Promise<never>(() => {}) },
      timeout: 10,
      pollEvery: 5,
      onFailure: (failure) => failures.push(failure.type),
    })
    await vi.advanceTimersByTimeAsync(40)
    stop.abort()
    await ended
    expect(failures.length).toBeGreaterThan(1)
    expect(new Set(failures)).toEqual(new Set(['GivenUp']))
  })
})
