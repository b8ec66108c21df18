import * as E from 'fp-ts/lib/Either.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CommandHandler } from '../../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { immediate } from '../../../src/shell/CommandHandler/retry.ts'
import type { EventStore, StoreUnavailable } from '../../../src/store/EventStore.ts'
import type { RaceSetting } from '../../../src/testing/races/scheduler.ts'
import { requestLetter, play } from '../../../src/testing/races/scheduler.ts'
import type { Command, Event, Rejection } from '../../shell/counter.ts'
import { counter, newStore, request } from '../../shell/counter.ts'

type Store = EventStore<Event>
type Handler = CommandHandler<Command, number, Event, Rejection>
type Options = Partial<RaceSetting<Command, number, Event, Rejection>>

const real = (store: Store): Handler =>
  commandHandler({ decider: counter, store, retry: immediate(20) })

const one = [request('a', 'c1', 1)]
const two = [request('a', 'c1', 1), request('a', 'c2', 2)]

const raced = (options: Options) =>
  play({
    requests: one,
    store: newStore(),
    handle: real,
    processes: undefined,
    lateAnswers: false,
    losses: 0,
    choices: [],
    ...options,
  })

/** A race, with the version or the failure that each request got, and when. */
const told = async (options: Options) => {
  const { steps, choices, widths, runs } = await raced(options)
  const times = runs.map(({ result, from, to }) => [
    E.isRight(result) ? result.right.version : result.left.type,
    from,
    to,
  ])
  return { steps, choices, widths, times }
}

/** Answers with nothing once it has asked for something. */
const asking =
  (ask: (store: Store) => Promise<unknown>): ((store: Store) => Handler) =>
  (store) =>
  ({ stream }) =>
  async () => {
    await ask(store)
    return E.right({ stream, version: 0, state: 0, events: [] })
  }

const loads = (name: string, stream: string, count: string) =>
  `${name} loads ${stream} after version 0: ${count}`
const appends = (name: string, what: string) => `${name} appends ${what}`

describe('names of requests', () => {
  it('are letters as long as there are some', () => {
    expect([0, 1, 25, 26, 27].map(requestLetter)).toStrictEqual([
      'A',
      'B',
      'Z',
      'request 27',
      'request 28',
    ])
  })
})

describe('a race', () => {
  it('lets one request after the other go on to its end, where nothing else is chosen', async () => {
    expect(await told({ requests: two })).toStrictEqual({
      steps: [
        loads('A', 'a', '0 events'),
        appends('A', '1 event to a as c1, expecting NoStream: 1 event'),
        loads('B', 'a', '1 event'),
        appends('B', '2 events to a as c2, expecting version 1: 2 events'),
      ],
      choices: [0, 0, 0, 0],
      widths: [2, 2, 1, 1],
      times: [
        [1, 0, 2],
        [3, 0, 4],
      ],
    })
  })

  it('lets another one go on where that is chosen; who moved last comes first', async () => {
    const conflict = [
      appends('B', '2 events to a as c2, expecting NoStream: 2 events'),
      appends('A', '1 event to a as c1, expecting NoStream: VersionConflict'),
      loads('A', 'a', '2 events'),
      appends('A', '1 event to a as c1, expecting version 2: 1 event'),
    ]
    const times = [
      [3, 0, 6],
      [2, 0, 3],
    ]
    const [a, b] = [loads('A', 'a', '0 events'), loads('B', 'a', '0 events')]
    const widths = [2, 2, 2, 1, 1, 1]
    expect(await told({ requests: two, choices: [0, 1] })).toStrictEqual({
      steps: [a, b, ...conflict],
      choices: [0, 1, 0, 0, 0, 0],
      widths,
      times,
    })
    // a choice goes round where there are fewer moves
    expect(await told({ requests: two, choices: [3, 1, 5] })).toStrictEqual({
      steps: [b, a, ...conflict],
      choices: [1, 1, 1, 0, 0, 0],
      widths,
      times,
    })
  })

  it('has the others in their order', async () => {
    const requests = ['c1', 'c2', 'c3'].map((id, i) => request(`s${i}`, id, 0))
    const firsts = async (choices: ReadonlyArray<number>) =>
      (await raced({ requests, choices })).steps.map((step) => step.slice(0, 1)).join('')
    expect(await firsts([])).toBe('ABC')
    expect(await firsts([1])).toBe('BAC')
    expect(await firsts([2])).toBe('CAB')
    expect(await firsts([2, 1])).toBe('CBA')
  })

  it('can have being sent and being answered as steps of their own', async () => {
    expect(await told({ requests: two, lateAnswers: true, choices: [0, 0, 1, 1] })).toStrictEqual({
      steps: [
        'A is sent',
        loads('A', 'a', '0 events'),
        'B is sent',
        'A is answered',
        appends('A', '1 event to a as c1, expecting NoStream: 1 event'),
        'A is answered',
        loads('B', 'a', '1 event'),
        'B is answered',
        appends('B', '2 events to a as c2, expecting version 1: 2 events'),
        'B is answered',
      ],
      choices: [0, 0, 1, 1, 0, 0, 0, 0, 0, 0],
      widths: [2, 2, 2, 2, 2, 2, 1, 1, 1, 1],
      times: [
        [1, 1, 6],
        [3, 3, 10],
      ],
    })
  })

  it('tells what is asked of the store, and what it answers', async () => {
    const events = [{ occurredAt: 1, event: { type: 'Added', before: 0 } }] as const
    const commit = { stream: 'b', commitId: 'x', events }
    const handle = asking(async (store) => {
      await store.append({ ...commit, expected: { type: 'Any' } })()
      await store.append({ ...commit, commitId: 'y', expected: { type: 'Exactly', version: 7 } })()
      await store.load('b', 1)()
      await store.load('b')()
      await store.readAll(0, 10)()
      const also = [{ stream: 'c', expected: { type: 'NoStream' }, events }] as const
      await store.append({ ...commit, commitId: 'z', expected: { type: 'Any' }, also })()
      await store.load('b', 0, { limit: 1 })()
      await store.readAll(0, 10, { categories: ['c'] })()
      await store.readAll(0, 10, { types: ['Removed'] })()
    })
    expect(await told({ handle })).toStrictEqual({
      steps: [
        'A appends 1 event to b as x, expecting Any: 1 event',
        'A appends 1 event to b as y, expecting version 7: VersionConflict',
        'A loads b after version 1: 0 events',
        'A loads b after version 0: 1 event',
        'A reads all after position 0: 1 event',
        'A appends 1 event to b as z, expecting Any, and 1 event to c as z, expecting NoStream: 2 events',
        'A loads b after version 0, at most 1: 1 event',
        'A reads all after position 0: 1 event',
        'A reads all after position 0: 0 events',
      ],
      choices: Array(9).fill(0),
      widths: Array(9).fill(1),
      times: [[0, 0, 9]],
    })
  })
})

it('a busy store ends a request, and tells nothing of an append without an answer', async () => {
  const busy: Store['append'] = () => async () => E.left({ type: 'StoreBusy', waiting: 9 })
  const always = await told({ store: { ...newStore(), append: busy } })
  expect(always.times).toStrictEqual([['StoreBusy', 0, 2]])
  const store = newStore()
  let appends = 0
  const append: Store['append'] = (commit) => (++appends > 1 ? busy(commit) : store.append(commit))
  const hidden: Store['load'] = () => async () => E.right([])
  const later = { store: { ...store, append, load: hidden }, losses: 1, choices: [0, 1] }
  expect((await told(later)).times).toStrictEqual([['StoreUnavailable', 0, 4]])
})

describe('an append that goes astray', () => {
  const first = loads('A', 'a', '0 events')
  const append = appends('A', '1 event to a as c1, expecting NoStream:')

  it('can lose its answer, be late or be lost; the request is sent again', async () => {
    expect(await told({ losses: 1, choices: [0, 1] })).toStrictEqual({
      steps: [
        first,
        `${append} 1 event, but the answer is lost`,
        'A is sent again',
        loads('A', 'a', '1 event'),
      ],
      choices: [0, 1, 0],
      widths: [1, 4, 1],
      times: [[1, 0, 3]],
    })
    expect(await told({ losses: 1, choices: [0, 2] })).toStrictEqual({
      steps: [
        first,
        `${append} it is delayed`,
        'A is sent again',
        first,
        `${append} 1 event`,
        `${append} 1 event, late`,
      ],
      choices: [0, 2, 0, 0, 0],
      widths: [1, 4, 2, 2, 1],
      times: [[1, 0, 4]],
    })
    expect(await told({ losses: 1, choices: [0, 3] })).toStrictEqual({
      steps: [first, `${append} it is lost`, 'A is sent again', first, `${append} 1 event`],
      choices: [0, 3, 0, 0],
      widths: [1, 4, 1, 1],
      times: [[1, 0, 4]],
    })
  })

  it('that is late can come before its request is done', async () => {
    const { steps } = await told({ losses: 1, choices: [0, 2, 0, 1] })
    expect(steps).toStrictEqual([
      first,
      `${append} it is delayed`,
      'A is sent again',
      first,
      `${append} 1 event, late`,
      `${append} 1 event`,
    ])
  })

  it('that is late may break, where nobody waits for it', async () => {
    const store = newStore()
    let appended = 0
    const breaking: Store['append'] = (commit) => () =>
      ++appended === 2 ? Promise.reject(new Error('broken')) : store.append(commit)()
    const broken = { store: { ...store, append: breaking }, losses: 1, choices: [0, 2] }
    const { steps, times } = await told(broken)
    expect(steps.slice(-2)).toStrictEqual([
      `${append} 1 event`,
      `${append} it throws Error: broken, late`,
    ])
    expect(times).toStrictEqual([[1, 0, 4]])
  })

  it('is one of as many as may go astray, and comes after all that do not', async () => {
    expect(await told({ losses: 2, choices: [0, 1, 0, 0] })).toMatchObject({ widths: [1, 4, 1] })
    expect(await told({ losses: 2, choices: [0, 3, 0, 3] })).toMatchObject({
      widths: [1, 4, 1, 4, 1, 1],
    })
    const both = await told({ requests: two, losses: 1, choices: [0, 1, 2] })
    expect(both).toMatchObject({ choices: [0, 1, 2, 0, 0, 0, 0], widths: [2, 5, 8, 2, 1, 1, 1] })
    expect(both.steps[2]).toBe(
      'B appends 2 events to a as c2, expecting NoStream: 2 events, but the answer is lost',
    )
  })

  it('is given up waiting for, where being answered is a step', async () => {
    const { steps, times } = await told({ losses: 1, lateAnswers: true, choices: [0, 0, 0, 1] })
    expect(steps).toStrictEqual([
      'A is sent',
      first,
      'A is answered',
      `${append} 1 event, but the answer is lost`,
      'A gives up waiting',
      'A is sent again',
      loads('A', 'a', '1 event'),
      'A is answered',
    ])
    expect(times).toStrictEqual([[1, 1, 7]])
  })

  it('is sent again to the same handler, once more often than can get lost', async () => {
    const handlers: Array<number> = []
    const unavailable: StoreUnavailable = {
      type: 'StoreUnavailable',
      operation: 'append',
      cause: 'none',
    }
    const handle = () => {
      handlers.push(0)
      return () => async () => E.left(unavailable)
    }
    const again = 'A is sent again'
    expect(await told({ handle, losses: 0 })).toMatchObject({ steps: [again] })
    const { steps, times } = await told({ handle, losses: 2 })
    expect(steps).toStrictEqual([again, again, again])
    expect(times).toStrictEqual([['StoreUnavailable', 0, 0]])
    expect(handlers).toHaveLength(2)
  })
})

describe('a handler', () => {
  it('that refuses is not asked again', async () => {
    expect(await told({ requests: [request('a', 'c1', 13)], losses: 1 })).toMatchObject({
      steps: [loads('A', 'a', '0 events')],
      times: [['Rejected', 0, 1]],
    })
  })

  it('knows no more of an append whose answer is lost', async () => {
    const answers: Array<unknown> = []
    const events = [{ occurredAt: 1, event: { type: 'Added', before: 0 } }] as const
    const commit = { stream: 'a', commitId: 'c1', events, expected: { type: 'Any' } } as const
    const handle = asking(async (store) => {
      answers.push(await store.append(commit)())
    })
    for (const way of [1, 2, 3]) await raced({ handle, losses: 1, choices: [way] })
    const unanswered = E.left({
      type: 'StoreUnavailable',
      operation: 'append',
      cause: 'no answer, as far as it goes',
    })
    expect(answers).toStrictEqual([unanswered, unanswered, unanswered])
  })

  it('that throws has its outcome, too', async () => {
    const cause = new Error('broken')
    const thrown = [{ result: E.left({ type: 'Thrown', cause }), from: 0, to: 0 }]
    const rejects = await raced({ handle: () => () => () => Promise.reject(cause) })
    expect(rejects.runs).toStrictEqual(thrown)
    const throws = await raced({
      handle: () => {
        throw cause
      },
    })
    expect(throws.runs).toStrictEqual(thrown)
  })

  const later =
    <A>(answer: () => Promise<A>) =>
    async () => {
      await new Promise((go) => setTimeout(go, 1))
      return answer()
    }
  const slow = (): Store => {
    const own = newStore()
    return { ...own, load: (stream, after) => later(own.load(stream, after)) }
  }
  const loadsBoth = async (store: Store) => {
    await Promise.all(['a', 'b'].map((stream) => store.load(stream)()))
    await store.load('c')()
  }

  it('may ask for several things at once, of a store that waits for the world as well', async () => {
    for (const store of [newStore(), slow()]) {
      expect(await told({ store, handle: asking(loadsBoth), choices: [1] })).toStrictEqual({
        steps: ['b', 'a', 'c'].map((stream) => loads('A', stream, '0 events')),
        choices: [1, 0, 0],
        widths: [2, 1, 1],
        times: [[0, 0, 3]],
      })
    }
  })

  it('goes on with what it can before something else is chosen', async () => {
    // of two chains the first goes on while the second is still waited for
    const chains = async (store: Store) => {
      const chain = async (...streams: ReadonlyArray<string>) => {
        for (const stream of streams) {
          await store.load(stream)()
          for (let i = 0; i < 50; i++) await Promise.resolve()
        }
      }
      await Promise.all([chain('a', 'b'), chain('c')])
    }
    for (const store of [newStore(), slow()]) {
      expect(await told({ store, handle: asking(chains) })).toMatchObject({
        steps: ['a', 'c', 'b'].map((stream) => loads('A', stream, '0 events')),
        widths: [2, 2, 1],
      })
    }
  })

  it('may wait for the world between what it asks for', async () => {
    const pausing = async (store: Store) => {
      await store.load('a')()
      await later(store.load('b'))()
    }
    expect(await told({ handle: asking(pausing) })).toMatchObject({
      steps: ['a', 'b'].map((stream) => loads('A', stream, '0 events')),
      widths: [1, 1],
    })
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('is waited for up to ten seconds', async () => {
    vi.useFakeTimers()
    const waits = (ms: number) => asking(() => new Promise((go) => setTimeout(go, ms)))
    const inTime = told({ handle: waits(9_999) })
    const late = told({ handle: waits(10_001) })
    const oneSilent = raced({
      requests: two,
      handle: (store) => (asked) =>
        asked.commitId === 'c1' ? () => new Promise(() => undefined) : real(store)(asked),
    })
    const silent = told({ handle: asking(() => new Promise(() => undefined)) })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await inTime).toMatchObject({ times: [[0, 0, 0]] })
    const nothing = { steps: [], choices: [], widths: [], times: [] }
    expect(await late).toStrictEqual(nothing)
    expect(await silent).toStrictEqual(nothing)
    expect((await oneSilent).runs).toStrictEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
