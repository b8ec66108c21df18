import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { orderDecider } from '../../src/order/index.ts'
import { orderCommandCodec, orderEventCodec } from '../../src/order/codec.ts'
import type { HandlerFailure, Outcome } from '../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { immediate } from '../../src/shell/CommandHandler/retry.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { arbitrary } from '../../src/testing/arbitrary.ts'
import type { RaceLost } from '../../src/testing/races.ts'
import { checkRaces, races } from '../../src/testing/races.ts'
import { runs } from '../setup.ts'
import type { Command, Event, Rejection } from '../shell/counter.ts'
import { counter, newStore, request } from '../shell/counter.ts'
import type { Handler, Options, Store } from './races/counting.ts'
import {
  both,
  check,
  first,
  four,
  fourToTwo,
  handlers,
  real,
  second,
  seed,
} from './races/counting.ts'

const decider = orderDecider()

const lostOf = async (
  options: Partial<Options> & Pick<Options, 'requests'>,
): Promise<RaceLost<Command>> => {
  // what is broken is there to be found in every run
  const checked = await check({ seed: 1, ...options })
  return E.isLeft(checked) ? checked.left : expect.unreachable('it was explained')
}

/** Requests that come again, cross each other, do nothing or ask too much. */
const anyRequests = fc.array(
  fc
    .record({
      stream: fc.constantFrom('a', 'a', 'a', 'b'),
      id: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6'),
      adds: fc.array(fc.constantFrom(0, 1, 2, 5, 7), { minLength: 1, maxLength: 2 }),
    })
    .map(({ stream, id, adds: [add = 0, ...more] }) => request(stream, id, add, ...more)),
  { minLength: 2, maxLength: 5 },
)

const anyVersion = (store: Store): Store => ({
  ...store,
  append: (commit) => store.append({ ...commit, expected: { type: 'Any' } }),
})

const toOutcome = (stream: string, events: Outcome<number, Event>['events']) => {
  const version = events.at(-1)?.version ?? 0
  return E.right({ stream, version, state: version, events })
}

describe('what races tell', () => {
  const broken = new Error('broken')
  const noStore = (): Store => {
    throw broken
  }
  const apart = (n: number) => Array.from({ length: n }, (_, i) => request(`s${i}`, `c${i}`, 1))
  const told = (n: number, complete: boolean) => E.right({ races: n, complete, seed })

  it('is how many were run, and whether these were all', async () => {
    const losses = 0
    expect(await check({ requests: apart(1) })).toStrictEqual(told(300, false))
    expect(await check({ requests: apart(2), runs: 7 })).toStrictEqual(told(7, false))
    const every = { requests: apart(2), exhaustive: true, losses }
    expect(await check(every)).toStrictEqual(told(6, true))
    expect(await check({ ...every, limit: 6 })).toStrictEqual(told(6, true))
    expect(await check({ ...every, limit: 5 })).toStrictEqual(told(5, false))
    expect(await check({ ...every, runs: 3 })).toStrictEqual(told(6, true))
    const drawn = { requests: fc.constant(apart(2)), exhaustive: true, losses }
    expect(await check(drawn)).toStrictEqual(told(120, false))
    expect(await check({ ...drawn, runs: 3 })).toStrictEqual(told(18, false))
    const other = await check({ requests: apart(1), runs: 2, seed: seed + 1 })
    expect(other).toStrictEqual(E.right({ races: 2, complete: false, seed: seed + 1 }))
  })

  it('has being sent and being answered as steps, but where every schedule is tried', async () => {
    const handlers = () => () => () => () => Promise.reject(broken)
    const stepsOf = async (options: Partial<Options>) =>
      (await lostOf({ requests: apart(1), handlers, ...options })).steps
    expect(await stepsOf({})).toStrictEqual(['A is sent'])
    expect(await stepsOf({ exhaustive: true })).toStrictEqual([])
    expect(await stepsOf({ schedule: [] })).toStrictEqual(['A is sent'])
    expect(await stepsOf({ lateAnswers: false })).toStrictEqual([])
  })

  it('is that of one schedule where one is given, which is not all there are', async () => {
    const schedule = [1, 0]
    const one = { requests: apart(2), schedule }
    expect(await check(one)).toStrictEqual(told(1, false))
    expect(await check({ ...one, exhaustive: true })).toStrictEqual(told(1, false))
    const drawn = { ...one, requests: fc.constant(apart(2)) }
    expect(await check({ ...drawn, runs: 4 })).toStrictEqual(told(4, false))
  })

  it('is why a race broke off', async () => {
    const reason = 'the race broke off: Error: broken'
    const lost = (of: string) => ({
      type: 'RaceLost',
      reason,
      requests: [],
      steps: [],
      schedule: [],
      seed: 1,
      path: '0',
      message: [
        'No serial order explains this race.',
        '',
        `Reason: ${reason}`,
        'To play it again: these requests, schedule: [], lateAnswers: false',
        `To draw it again${of}: seed: 1, path: '0'`,
      ].join('\n'),
    })
    const options = { requests: both, store: noStore, exhaustive: true }
    expect(await lostOf(options)).toStrictEqual(lost(' with these requests'))
    expect(await lostOf({ ...options, requests: fc.constant(both) })).toStrictEqual(lost(''))
  })

  it('has as few requests as can be, but those that were given where a race is played again', async () => {
    const throwing =
      (of: ReadonlyArray<string>) =>
      () =>
      (store: Store): Handler =>
      (one) =>
        of.includes(one.commitId) ? () => Promise.reject(broken) : real(store)(one)
    const idsOf = async (options: Partial<Options>) => {
      const { requests } = await lostOf({ requests: four, exhaustive: true, losses: 0, ...options })
      return requests.map(({ commitId }) => commitId)
    }
    expect(await idsOf({ handlers: throwing(['c3']) })).toStrictEqual(['c3'])
    expect(await idsOf({ handlers: throwing(['c1', 'c4']) })).toStrictEqual(['c4'])
    expect(await idsOf({ before: [request('a', 'c0', 13)] })).toStrictEqual(['c4'])
    expect(await idsOf({ handlers: () => (s) => real(anyVersion(s)) })).toStrictEqual(['c3', 'c4'])
    const given = { handlers: throwing(['c3']) }
    expect(await idsOf({ ...given, schedule: [] })).toStrictEqual(['c1', 'c2', 'c3', 'c4'])
    expect(await idsOf({ ...given, path: '0' })).toStrictEqual(['c1', 'c2', 'c3', 'c4'])
    expect(await idsOf({ ...given, requests: fc.constant(four) })).toHaveLength(4)
  })

  it('is a race that was lost, and not one that was tried after it', async () => {
    const handlers = () => (store: Store) => real(anyVersion(store))
    const { reason, requests, schedule } = await lostOf({ requests: both, handlers })
    expect(reason).toMatch(/^no order explains the outcomes/)
    const again = await lostOf({ requests, schedule, handlers })
    expect([again.reason, again.schedule]).toStrictEqual([reason, schedule])
  })

  it('has come of the seed that fast-check has been given, where none is said', async () => {
    const options = { decider: counter, store: newStore, requests: apart(1), runs: 1 }
    expect(await checkRaces(options)).toStrictEqual(told(1, false))
  })

  it('has taken no more than the races of its path, where one is given', async () => {
    const racesUntilLost = async (options: Partial<Options>) => {
      let count = 0
      const store = () => {
        count++
        return anyVersion(newStore())
      }
      const { path } = await lostOf({ requests: anyRequests, store, ...options })
      return { count, path }
    }
    const first = await racesUntilLost({})
    const again = await racesUntilLost({ path: first.path })
    expect(again.path).toBe(first.path)
    expect(again.count).toBeLessThan(first.count / 2)
  })

  it('has needed new handlers for each race, and one of them for each request', async () => {
    let started = 0
    let made = 0
    const handlers = () => {
      started++
      return (store: Store) => {
        made++
        return real(store)
      }
    }
    await check({ requests: apart(2), exhaustive: true, losses: 0, handlers })
    expect([started, made]).toStrictEqual([6, 12])
  })

  it('has come of races that switch late as well as early', async () => {
    const asks = 20
    const often =
      (store: Store): Handler =>
      ({ stream }) =>
      async () => {
        for (let i = 0; i < asks; i++) await store.load(stream)()
        return toOutcome(stream, [])
      }
    const calls: Array<string> = []
    const store = () => {
      const own = newStore()
      const load: Store['load'] = (stream, after) => {
        calls.push(stream)
        return own.load(stream, after)
      }
      return { ...own, load }
    }
    await check({ requests: apart(2), handlers: () => often, store, seed: 1, runs: 20 })
    // before and after each race, both streams are loaded once
    const loaded = Array.from({ length: 20 }, (_, i) =>
      calls.slice(i * (2 * asks + 4) + 2, (i + 1) * (2 * asks + 4) - 2),
    )
    const last = loaded.map((of) => of.findLastIndex((stream, i) => i > 0 && stream !== of[i - 1]))
    expect(Math.max(...last)).toBeGreaterThan(30)
  })
})

describe.each(handlers)('the command handler %s', (_, make) => {
  it('laws 1 to 4: stands in random races, with answers that are late or lost', async () => {
    const checked = await check({
      requests: anyRequests,
      handlers: make,
      losses: 2,
      runs: runs(300),
    })
    expect(checked).toStrictEqual(E.right({ races: runs(300), complete: false, seed }))
  })

  it('laws 1 to 4: stands where a commit id gets taken that it would not have needed any more', async () => {
    const requests = [request('a', 'c1', 7), request('b', 'c2', 5), request('a', 'c2', 7)]
    // the last is sent and loads first, and then the others are handled, one after the other
    const checked = await check({ requests, handlers: make, schedule: [2, 0, 1], losses: 0 })
    expect(checked).toMatchObject(E.right({ races: 1 }))
  })

  it('laws 1 to 4: stands in every race of three, and of two with late answers', async () => {
    const three = await check({
      requests: [...both, request('a', 'c3', 8)],
      handlers: make,
      exhaustive: true,
      losses: 0,
    })
    expect(three).toMatchObject(E.right({ complete: true }))
    const two = await check({
      requests: both,
      handlers: make,
      exhaustive: true,
      lateAnswers: true,
      losses: 0,
    })
    expect(two).toMatchObject(E.right({ complete: true }))
    const lossy = await check({ requests: both, handlers: make, exhaustive: true })
    expect(lossy).toMatchObject(E.right({ complete: true }))
  })
})

describe.each(handlers)('requests that share handlers: the command handler %s', (_, make) => {
  it('laws 1 to 4: stands in random races of two processes, with answers that are late or lost', async () => {
    const checked = await check({
      requests: anyRequests,
      handlers: make,
      processes: 2,
      losses: 2,
      runs: runs(300),
    })
    expect(checked).toStrictEqual(E.right({ races: runs(300), complete: false, seed }))
  })

  it('laws 1 to 4: what was decided behind a commit that another process had stored is decided again', async () => {
    const checked = await check({
      // the second and the third have one commit id, with other events
      requests: [
        request('a', 'c1', 0),
        request('a', 'c4', 1),
        request('a', 'c4', 5),
        request('a', 'c2', 7),
      ],
      handlers: make,
      processes: 2,
      losses: 2,
      lateAnswers: true,
      schedule: [3, 0, 2, 0, 4, 2, 0, 2, 0, 0, 1],
    })
    expect(checked).toMatchObject(E.right({ races: 1 }))
  })

  it('laws 1 to 4: stands in the races of four requests to two processes with the fewest switches', async () => {
    const limit = 700
    const checked = await check({ ...fourToTwo, handlers: make, limit })
    expect(checked).toMatchObject(E.right({ races: limit, complete: false }))
  })
})

type Answer = TaskEither<HandlerFailure<Rejection>, Outcome<number, Event>>

/** Appends what it decided at first, whatever has come before it since. */
const stale =
  (store: Store): Handler =>
  ({ stream, commitId, commands }) =>
  async () => {
    const loaded = await store.load(stream)()
    if (E.isLeft(loaded)) return loaded
    const add = commands[0].add
    const decided = counter.decide({ add }, loaded.right.length)
    if (E.isLeft(decided)) {
      const version = loaded.right.length
      return E.left({ type: 'Rejected', stream, version, index: 0, rejection: decided.left })
    }
    const [first, ...more] = decided.right.map((event) => ({ occurredAt: 1, event }))
    if (first === undefined) return toOutcome(stream, [])
    for (let version = loaded.right.length; ;) {
      const expected = { type: version === 0 ? 'NoStream' : 'Exactly', version } as const
      const appended = await store.append({
        stream,
        commitId,
        expected,
        events: [first, ...more],
      })()
      if (E.isRight(appended)) return toOutcome(stream, appended.right)
      if (appended.left.type !== 'VersionConflict') return appended
      version = appended.left.actual
    }
  }

/** Remembers what it first saw of a stream, and refuses on that without looking again. */
const forgetful = (): ((store: Store) => Handler) => {
  const seen = new Map<string, number>()
  return (store) => (one) => async (): ReturnType<Answer> => {
    const { stream, commands } = one
    const version = seen.get(stream) ?? 0
    const decided = counter.decide(commands[0], version)
    if (E.isLeft(decided)) {
      return E.left({ type: 'Rejected', stream, version, index: 0, rejection: decided.left })
    }
    const result = await real(store)(one)()
    if (E.isRight(result) && !seen.has(stream)) seen.set(stream, result.right.version)
    return result
  }
}

const broken: ReadonlyArray<readonly [string, Partial<Options>, RegExp]> = [
  ['a handler that appends whatever the version', { handlers: () => (s) => real(anyVersion(s)) }, /no order/], // prettier-ignore
  ['C7 a handler that retries with the stale state', { handlers: () => stale }, /no order/],
  ['a store that loses the version check', { store: () => anyVersion(newStore()) }, /no order/],
  [
    'a handler that sends again under another commit id',
    {
      handlers: () => (s) => {
        let sent = 0
        return (one) => real(s)({ ...one, commitId: `${one.commitId}/${sent++}` })
      },
    },
    /commit of no request|other events/,
  ],
  [
    'a handler that takes a conflict for success',
    {
      handlers: () => (s) => (one) => () =>
        commandHandler({ decider: counter, store: s, retry: immediate(1) })(one)().then((result) =>
          E.isLeft(result) && result.left.type === 'VersionConflict'
            ? E.right({ stream: one.stream, version: result.left.actual, state: result.left.actual, events: [] }) // prettier-ignore
            : result,
        ),
    },
    /no order/,
  ],
  [
    'a handler that tells of another state',
    {
      handlers: () => (s) => (one) => () =>
        real(s)(one)().then(E.map((outcome) => ({ ...outcome, state: outcome.state + 1 }))),
    },
    /another state/,
  ],
  [
    'a store that copies what it stores to another stream',
    {
      store: () => {
        const s = newStore()
        return {
          ...s,
          append: (commit) => async () => {
            const { stream, commitId } = commit
            await s.append({ ...commit, stream: `all of ${stream}`, commitId: `${commitId}'` })()
            return s.append(commit)()
          },
        }
      },
    },
    /^all of a holds c\d' at version 1, position \d, and nothing was asked of all of a$/,
  ],
  [
    'a handler that loses who asked',
    {
      requests: four.map((one, i) => ({
        ...one,
        actor: `user ${i}`,
      })),
      handlers: () => (s) => (one) => real(s)({ ...one, actor: undefined }),
    },
    /^a holds c\d at version \d with the actor \{ _tag: 'None' \}, where its request says .*user \d/,
  ],
  [
    'a store that loses who asked',
    {
      requests: [{ ...first, actor: 'ann' }, second],
      store: () => {
        const s = newStore()
        return {
          ...s,
          append: ({ events: [head, ...tail], ...commit }) =>
            s.append({
              ...commit,
              events: [
                { ...head, actor: undefined },
                ...tail.map((event) => ({ ...event, actor: undefined })),
              ],
            }),
        }
      },
    },
    /^a holds c1 at version \d with the actor/,
  ],
  [
    'a store that forgets what it said it has stored',
    {
      store: () => {
        const s = newStore()
        let appends = 0
        return {
          ...s,
          append: (commit) => (appends++ === 1 ? newStore().append(commit) : s.append(commit)),
        }
      },
    },
    /other events|conflict|no order/,
  ],
]

describe('what is broken is found', () => {
  it.each(broken)('%s, at random', async (_, options, reason) => {
    const lost = await lostOf({ requests: four, ...options })
    expect(lost.reason).toMatch(reason)
    expect(lost.requests.length).toBeLessThanOrEqual(2)
  })

  it.each(broken)('%s, by trying all', async (_, options, reason) => {
    const lost = await lostOf({ requests: four, exhaustive: true, ...options })
    expect(lost.reason).toMatch(reason)
    expect(lost.requests.length).toBeLessThanOrEqual(2)
    const { requests, schedule } = lost
    const again = await lostOf({ ...options, requests, schedule, lateAnswers: false })
    expect(again.message.split('\nTo play')[0]).toBe(lost.message.split('\nTo play')[0])
  })

  it('a handler that refuses on what it saw before the request was sent', async () => {
    const requests = [request('a', 'c1', 6), request('a', 'c2', 1), request('a', 'c3', 7)]
    const lost = await lostOf({ requests, handlers: forgetful, runs: 1_000, losses: 0 })
    expect(lost.reason).toMatch(/no order/)
    expect(lost.requests).toHaveLength(3)
    // where all are sent at the same time, it may have been sent before the others were answered
    const atOnce = { requests, handlers: forgetful, exhaustive: true, losses: 0 }
    expect(await check(atOnce)).toMatchObject(E.right({ complete: true }))
  })

  it('a handler that throws, one that hangs on nothing, and a store that can not be made', async () => {
    const cause = new Error('broken')
    const throwing = await lostOf({
      requests: both,
      handlers: () => () => () => () => Promise.reject(cause),
    })
    expect(throwing.reason).toBe('the handler of A threw Error: broken')
    const thrown = await lostOf({
      requests: both,
      handlers: () => () => {
        throw cause
      },
    })
    expect(thrown.reason).toBe('the handler of A threw Error: broken')
    const noStore = await lostOf({
      requests: both,
      store: () => {
        throw cause
      },
    })
    expect(noStore.reason).toContain('the race broke off')
    const refused = await lostOf({ requests: both, before: [request('a', 'c0', 13)] })
    expect(refused.reason).toBe('before the race, c0 fails: Rejected')
  })
})

describe('a failure', () => {
  /** Does not ask the store whether the version has moved on, though it says that it does. */
  const blind = (store: Store): Store => ({
    ...store,
    append: (commit) => store.append({ ...commit, expected: { type: 'Any' } }),
  })
  const handlers1 = { store: () => blind(newStore()) }

  it('reads as a story', async () => {
    const requests = [request('a', 'c1', 7), request('a', 'c2', 6), request('a', 'c3', 0)]
    const { message } = await lostOf({ requests, exhaustive: true, losses: 0, ...handlers1 })
    const events = (n: number) =>
      Array.from({ length: n }, (_, before) => `      { type: 'Added', before: ${before} },`)
    const stored = (from: number, id: string, n: number) =>
      Array.from({ length: n }, (_, i) => `  ${from + i} ${id} { type: 'Added', before: ${i} }`)
    expect(message.split('\n')).toEqual([
      'No serial order explains this race.',
      'Requests:',
      '  A: c1 on a: [{ add: 7 }]',
      '  B: c2 on a: [{ add: 6 }]',
      'Steps:',
      '  1. A loads a after version 0: 0 events',
      '  2. B loads a after version 0: 0 events',
      '  3. B appends 6 events to a as c2, expecting NoStream: 6 events',
      '  4. A appends 7 events to a as c1, expecting NoStream: 7 events',
      '  5. A loads a after version 0: 13 events',
      'Outcomes:',
      '  A: {',
      '    accepted: [',
      ...events(7),
      '    ],',
      '    version: 13,',
      '  }',
      '  B: {',
      '    accepted: [',
      ...events(6),
      '    ],',
      '    version: 6,',
      '  }',
      'Stream a:',
      ...stored(1, 'c2', 6),
      ...stored(7, 'c1', 7),
      'Reason: no order explains the outcomes: the longest that does is B',
      "after that, A should get { rejected: { type: 'TooMany', at: 6 }, command: 0, version: 6 }",
      'To play it again: these requests, schedule: [0, 1], lateAnswers: false',
      `To draw it again with these requests: seed: 1, path: '0'`,
    ])
  })

  it('says what the sender expected', async () => {
    const expected = { type: 'Exactly', version: 7 } as const
    const requests = [{ ...request('a', 'c1', 1), expected }]
    const ignores: Options['handlers'] = () => (store) => (own) =>
      real(store)({ ...own, expected: { type: 'Any' } })
    const lost = await lostOf({ requests, handlers: ignores, exhaustive: true })
    expect(lost.reason).toContain('after that, A should get VersionConflict')
    expect(lost.message).toContain(
      "A: c1 on a, expected { type: 'Exactly', version: 7 }: [{ add: 1 }]",
    )
    expect(await check({ requests, exhaustive: true })).toMatchObject({ right: { complete: true } })
  })

  it('is drawn again by its seed and path', async () => {
    const requests = anyRequests
    const lost = await lostOf({ requests, ...handlers1, runs: 1_000 })
    const again = await lostOf({ requests, ...handlers1, seed: lost.seed, path: lost.path })
    expect(again.steps).toStrictEqual(lost.steps)
  })

  it('is thrown with its story', async () => {
    const options = { decider: counter, requests: both, ...handlers1, seed }
    await expect(races(options)).rejects.toThrow(/^No serial order explains this race\.\nRequests:/)
    await expect(races({ ...options, store: newStore })).resolves.toEqual({
      races: 300,
      complete: false,
      seed,
    })
  })
})

describe('schedules', () => {
  const apart = (n: number) => Array.from({ length: n }, (_, i) => request(`s${i}`, `c${i}`, i + 1))

  it.each([
    // requests that never meet: the ways to shuffle their steps
    [2, false, 6],
    [3, false, 90],
    [2, true, 252],
  ])('of %i requests (late answers: %s) are %i in all', async (n, lateAnswers, all) => {
    const checked = await check({ requests: apart(n), exhaustive: true, lateAnswers, losses: 0 })
    expect(checked).toMatchObject(E.right({ races: all, complete: true }))
  })

  it('are all different', async () => {
    const orders: Array<string> = []
    await check({
      requests: apart(3),
      exhaustive: true,
      losses: 0,
      store: () => {
        const store = newStore()
        const index = orders.push('') - 1
        const note = (what: string) => {
          orders[index] += `${what} `
        }
        return {
          ...store,
          load: (stream, after) => () => {
            note(`load ${stream}`)
            return store.load(stream, after)()
          },
          append: (commit) => () => {
            note(`append ${commit.stream}`)
            return store.append(commit)()
          },
        }
      },
    })
    expect([orders.length, new Set(orders).size]).toEqual([90, 90])
  })

  it('are as many as the limit allows', async () => {
    const checked = await check({ requests: apart(3), exhaustive: true, losses: 0, limit: 50 })
    expect(checked).toMatchObject(E.right({ races: 50, complete: false }))
  })

  it('of drawn requests are not all there are', async () => {
    const requests = fc.constantFrom(apart(1), apart(2))
    const checked = await check({ requests, exhaustive: true, losses: 0, runs: 5 })
    expect(checked).toMatchObject(E.right({ complete: false }))
  })

  it('with appends that go astray in each way there is', async () => {
    const ways = new Set<string>()
    for (let way = 0; way <= 3; way++) {
      const lost = await lostOf({
        requests: [request('a', 'c1', 1)],
        schedule: [0, way],
        handlers: () => (s) => (one) => () =>
          real(s)(one)().then(E.map((outcome) => ({ ...outcome, version: 7 }))),
        lateAnswers: false,
      })
      ways.add(lost.steps.join('; '))
    }
    const loads = 'A loads a after version 0: 0 events'
    const appends = 'A appends 1 event to a as c1, expecting NoStream:'
    const known = 'A is sent again; A loads a after version 0: 1 event'
    expect([...ways]).toEqual([
      `${loads}; ${appends} 1 event`,
      `${loads}; ${appends} 1 event, but the answer is lost; ${known}`,
      `${loads}; ${appends} it is delayed; A is sent again; ${loads}; ${appends} 1 event; ${appends} 1 event, late`,
      `${loads}; ${appends} it is lost; A is sent again; ${loads}; ${appends} 1 event`,
    ])
  })
})

describe('handlers and stores of any making', () => {
  it('may wait for the world', async () => {
    const slow = (): Store => {
      const own = newStore()
      return {
        ...own,
        load: (stream, after) => async () => {
          await new Promise((go) => setTimeout(go, 1))
          return own.load(stream, after)()
        },
      }
    }
    const checked = await check({ requests: both, store: slow, exhaustive: true, losses: 0 })
    expect(checked).toMatchObject(E.right({ complete: true }))
  })

  it('may ask for several things at the same time', async () => {
    const parallel =
      (store: Store): Handler =>
      (one) =>
      async () => {
        await Promise.all([store.load('a')(), store.load('b')(), store.readAll(0, 10)()])
        return real(store)(one)()
      }
    const checked = await check({ requests: both, handlers: () => parallel, runs: runs(50) })
    expect(checked._tag).toBe('Right')
  })

  it('that never answer are given up', async () => {
    vi.useFakeTimers()
    const lost = lostOf({
      requests: [request('a', 'c1', 1)],
      schedule: [],
      handlers: () => () => () => () => new Promise(() => undefined),
    })
    await vi.advanceTimersByTimeAsync(20_000)
    expect((await lost).reason).toBe('a handler neither asks the store for anything nor answers')
  })

  afterEach(() => {
    vi.useRealTimers()
  })
})

describe('an id that another stream has', () => {
  const before = [request('a', 'c1', 1)]

  it('is taken, whoever took it, and before or after the version was looked at', async () => {
    const taken = { before, requests: [request('b', 'c1', 1)], exhaustive: true }
    expect(await check(taken)).toMatchObject({ right: { complete: true } })
    const expected = { type: 'Exactly', version: 3 } as const
    const requests = [...before, { ...request('b', 'c1', 1), expected }]
    const late = { requests, exhaustive: true, lateAnswers: true }
    expect(await check(late)).toMatchObject({ right: { complete: true } })
  })
})

describe('orders', () => {
  it('stand in races', async () => {
    const command = arbitrary(orderCommandCodec, {
      given: [
        ['productId', fc.constantFrom('11', '42')],
        ['newStatus', fc.constantFrom('confirmed', 'cancelled')],
        ['amount', fc.nat({ max: 100 })],
        ['quantity', fc.integer({ min: 1, max: 3 })],
        ['unitPrice', fc.nat({ max: 1_000 })],
        ['discount', fc.constant(0)],
      ],
    })
    const requests = fc.array(command, { minLength: 2, maxLength: 5 }).map((commands) =>
      commands.map((one, i) => ({
        stream: '10248',
        commitId: `c${i}`,
        occurredAt: 0,
        commands: [one] as const,
      })),
    )
    const create = {
      stream: '10248',
      commitId: 'create',
      occurredAt: 0,
      commands: [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }],
    } as const
    const report = await races({
      decider,
      store: () => withCodec(orderEventCodec)(memoryStore()),
      requests,
      before: [create],
      seed,
      runs: runs(200),
    })
    expect(report.races).toBe(runs(200))
  })
})
