import * as E from 'fp-ts/lib/Either.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CommandHandler } from '../../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { immediate } from '../../../src/shell/CommandHandler/retry.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import type { RaceTrack } from '../../../src/testing/races/run.ts'
import { runOn } from '../../../src/testing/races/run.ts'
import type { Command, Event, Rejection } from '../../shell/counter.ts'
import { counter, newStore, request } from '../../shell/counter.ts'

type Store = EventStore<Event>
type Handler = CommandHandler<Command, number, Event, Rejection>

const real = (store: Store): Handler =>
  commandHandler({ decider: counter, store, retry: immediate(20) })

const track: RaceTrack<Command, number, Event, Rejection> = {
  decider: counter,
  store: newStore,
  handlers: () => real,
  before: [request('a', 'c0', 2)],
  processes: undefined,
  lateAnswers: false,
  losses: 0,
}
const requests = [request('b', 'c1', 1), request('a', 'c2', 1, 2)]

/** Tells of one more than there is. */
const boastful = (store: Store): Handler => {
  const handle = real(store)
  return (one) => () =>
    handle(one)().then(E.map((outcome) => ({ ...outcome, state: outcome.state + 1 })))
}

describe('one race', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('says which moves were made and how many there were, and nothing where all is explained', async () => {
    expect(await runOn(track, requests, [1, 1])).toStrictEqual({
      choices: [1, 1, 0, 0],
      widths: [2, 2, 2, 1],
      lost: undefined,
    })
  })

  it('is lost with all that happened, where no order explains it', async () => {
    const { lost } = await runOn({ ...track, handlers: () => boastful }, requests, [1, 0, 0, 0])
    expect(lost).toStrictEqual({
      reason: 'A got another state at version 1 than replaying b gives',
      requests,
      steps: [
        'B loads a after version 0: 2 events',
        'B appends 3 events to a as c2, expecting version 2: 3 events',
        'A loads b after version 0: 0 events',
        'A appends 1 event to b as c1, expecting NoStream: 1 event',
      ],
      schedule: [1],
      text: `Requests:
  A: c1 on b: [{ add: 1 }]
  B: c2 on a: [{ add: 1 }, { add: 2 }]
Steps:
  1. B loads a after version 0: 2 events
  2. B appends 3 events to a as c2, expecting version 2: 3 events
  3. A loads b after version 0: 0 events
  4. A appends 1 event to b as c1, expecting NoStream: 1 event
Outcomes:
  A: { accepted: [{ type: 'Added', before: 0 }], version: 1 }
  B: {
    accepted: [
      { type: 'Added', before: 2 },
      { type: 'Added', before: 3 },
      { type: 'Added', before: 4 },
    ],
    version: 5,
  }
Stream a:
  1 c0 { type: 'Added', before: 0 }
  2 c0 { type: 'Added', before: 1 }
  3 c2 { type: 'Added', before: 2 }
  4 c2 { type: 'Added', before: 3 }
  5 c2 { type: 'Added', before: 4 }
Stream b:
  1 c1 { type: 'Added', before: 0 }`,
    })
  })

  it('shows at which version a request expects its stream', async () => {
    const bound: typeof requests = [
      { ...request('b', 'c1', 1), expected: { type: 'NoStream' } },
      { ...request('a', 'c2', 1), expected: { type: 'Any' } },
    ]
    const { lost } = await runOn({ ...track, handlers: () => boastful }, bound, [])
    expect(lost?.text.split('\n').slice(0, 3)).toStrictEqual([
      'Requests:',
      "  A: c1 on b, expected { type: 'NoStream' }: [{ add: 1 }]",
      "  B: c2 on a, expected { type: 'Any' }: [{ add: 1 }]",
    ])
  })

  it('is lost where a stream that nothing was asked of holds something, and shows it', async () => {
    const copying = (): Store => {
      const store = newStore()
      return {
        ...store,
        append: (commit) => async () => {
          const stored = await store.append(commit)()
          if (commit.commitId === 'c2') {
            await store.append({
              ...commit,
              stream: `${commit.stream}/copy`,
              commitId: 'c2/copy',
              expected: { type: 'Any' },
            })()
          }
          return stored
        },
      }
    }
    const { lost } = await runOn({ ...track, store: copying }, requests, [])
    expect(lost?.reason).toBe(
      'a/copy holds c2/copy at version 1, position 7, and nothing was asked of a/copy',
    )
    expect(lost?.text.split('\n').slice(-6)).toStrictEqual([
      'Stream b:',
      "  1 c1 { type: 'Added', before: 0 }",
      'Stream a/copy:',
      "  1 c2/copy { type: 'Added', before: 2 }",
      "  2 c2/copy { type: 'Added', before: 3 }",
      "  3 c2/copy { type: 'Added', before: 4 }",
    ])
    expect((await runOn({ ...track, store: copying }, requests.slice(0, 1), [])).lost).toBe(
      undefined,
    )
  })

  it('leaves alone what stood in a store before, and one that can not be read as a whole', async () => {
    const old = newStore()
    for (let i = 0; i < 1_100; i++) {
      await old.append({
        stream: i < 1_050 ? 'old' : 'older',
        commitId: `old ${i}`,
        expected: { type: 'Any' },
        events: [{ occurredAt: 0, event: { type: 'Added', before: 0 } }],
      })()
    }
    expect((await runOn({ ...track, store: () => old }, requests, [])).lost).toBe(undefined)
    // now the requests stand there
    const again = [request('a', 'c3', 1), request('c', 'c4', 1)]
    const writing = (store: Store): Handler => {
      const handle = real(store)
      return (one) => async () => {
        await old.append({
          stream: 'old',
          commitId: `${one.commitId} too`,
          expected: { type: 'Any' },
          events: [{ occurredAt: 0, event: { type: 'Added', before: 0 } }],
        })()
        return handle(one)()
      }
    }
    const { lost } = await runOn(
      { ...track, before: [], store: () => old, handlers: () => writing },
      again,
      [],
    )
    expect(lost?.reason).toMatch(
      /^old holds c3 too at version 1051, position \d+, and nothing was asked of old$/,
    )
    const failure = { type: 'StoreUnavailable', operation: 'readAll', cause: 'gone' } as const
    const unread = (): Store => ({ ...newStore(), readAll: () => async () => E.left(failure) })
    expect((await runOn({ ...track, store: unread }, requests, [])).lost).toBe(undefined)
    const stuck = (): Store => {
      const store = newStore()
      return { ...store, readAll: (_, limit) => store.readAll(0, limit) }
    }
    expect((await runOn({ ...track, store: stuck }, requests, [])).lost).toBe(undefined)
  })

  it('has a schedule without what is chosen anyway', async () => {
    const schedule = async (...choices: ReadonlyArray<number>) =>
      (await runOn({ ...track, handlers: () => boastful }, requests, choices)).lost?.schedule
    expect(await schedule()).toStrictEqual([])
    expect(await schedule(0, 1, 0, 0, 0)).toStrictEqual([0, 1])
    expect(await schedule(1, 1)).toStrictEqual([1, 1])
  })

  it('is not begun where what comes before it fails', async () => {
    const before = [request('a', 'c0', 2), request('a', 'c9', 99)]
    expect(await runOn({ ...track, before }, requests, [1])).toStrictEqual({
      choices: [],
      widths: [],
      lost: {
        reason: 'before the race, c9 fails: Rejected',
        requests,
        steps: [],
        schedule: [],
        text: '',
      },
    })
  })

  it('is lost where a handler neither asks nor answers', async () => {
    vi.useFakeTimers()
    const mute = (): Handler => () => () => new Promise(() => {})
    const running = runOn({ ...track, before: [], handlers: () => mute }, requests, [])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await running).toStrictEqual({
      choices: [],
      widths: [],
      lost: {
        reason: 'a handler neither asks the store for anything nor answers',
        requests,
        steps: [],
        schedule: [],
        text: `Requests:
  A: c1 on b: [{ add: 1 }]
  B: c2 on a: [{ add: 1 }, { add: 2 }]
Steps:
Outcomes:
Stream a:
Stream b:`,
      },
    })
  })

  it('knows nothing of a stream that can not be loaded', async () => {
    const failure = { type: 'StoreUnavailable', operation: 'load', cause: 'gone' } as const
    const store = (): Store => ({ ...newStore(), load: () => async () => E.left(failure) })
    const { lost } = await runOn({ ...track, store, before: [], handlers: () => () => () => async () => E.left({ type: 'Thrown', cause: 'no' }) }, requests, []) // prettier-ignore
    expect(lost?.reason).toBe('the handler of A threw no')
    expect(lost?.text.split('\n').slice(-3)).toStrictEqual([
      `  B: { failed: 'Thrown' }`,
      'Stream a:',
      'Stream b:',
    ])
  })
})
