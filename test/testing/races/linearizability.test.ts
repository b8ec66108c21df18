import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import type { CommandRequest } from '../../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { immediate } from '../../../src/shell/CommandHandler/retry.ts'
import type { ExpectedVersion } from '../../../src/store/EventStore.ts'
import type { RequestRun } from '../../../src/testing/races/scheduler.ts'
import type { RaceAccount } from '../../../src/testing/races/linearizability.ts'
import { brief, unexplained } from '../../../src/testing/races/linearizability.ts'
import { runs } from '../../setup.ts'
import type { Command, Event, Rejection } from '../../shell/counter.ts'
import { counter, newStore, request } from '../../shell/counter.ts'
import { drawUntil } from '../../support/draws.ts'
import { nobody } from '../../support/recorded.ts'

type Counted = RaceAccount<Command, number, Event, Rejection>
type Streams = ReadonlyMap<string, ReadonlyArray<Recorded<Event>>>
type RequestResult = RequestRun<number, Event, Rejection>['result']

const names = ['a', 'b']

type Told = Extract<RequestResult, E.Right<unknown>>['right']

/** Positions come from the order of all streams, of which nothing is asked here. */
const placed = (recorded: Recorded<Event>): Recorded<Event> => ({
  ...recorded,
  position: recorded.version,
})

interface OneByOne {
  readonly results: ReadonlyArray<RequestResult>
  /** Whether another stream held the commit id of a request when its turn came. */
  readonly taken: ReadonlyArray<boolean>
  readonly streams: Streams
}

/** What the requests get one after the other, in an order, and what is stored then. */
const oneByOne = async (
  requests: ReadonlyArray<CommandRequest<Command>>,
  order: ReadonlyArray<number>,
): Promise<OneByOne> => {
  const store = newStore()
  const handle = commandHandler({ decider: counter, store, retry: immediate(1) })
  const results: Array<RequestResult> = []
  const taken: Array<boolean> = []
  for (const i of order) {
    const { stream, commitId } = requests[i] as CommandRequest<Command> // an index
    const all = await store.readAll(0, 100)()
    const holders = E.isRight(all)
      ? all.right.events.filter((event) => event.commitId === commitId)
      : []
    taken[i] = holders.some((event) => event.stream !== stream)
    const result = await handle(requests[i] as CommandRequest<Command>)() // an index
    results[i] = E.map((one: Told) => ({ ...one, events: one.events.map(placed) }))(result)
  }
  const streams = new Map<string, ReadonlyArray<Recorded<Event>>>()
  for (const name of names) {
    const loaded = await store.load(name)()
    streams.set(name, E.isRight(loaded) ? loaded.right.map(placed) : [])
  }
  return { results, taken, streams }
}

const permutations = (n: number): ReadonlyArray<ReadonlyArray<number>> =>
  n === 0
    ? [[]]
    : permutations(n - 1).flatMap((shorter) =>
        Array.from({ length: n }, (_, at) => [
          ...shorter.slice(0, at),
          n - 1,
          ...shorter.slice(at),
        ]),
      )

const stored = (streams: Streams) =>
  names.map((name) => streams.get(name)?.map(({ commitId, version, event }) => [commitId, version, event])) // prettier-ignore

/** Tries all orders, with a real handler on a real store. */
const isExplained = async ({ requests, runs: ran, streams }: Counted): Promise<boolean> => {
  for (const order of permutations(requests.length)) {
    const inTime = order.every((i, at) =>
      order.slice(at + 1).every((j) => (ran[j]?.to ?? 0) >= (ran[i]?.from ?? 0)),
    )
    if (!inTime) continue
    const tried = await oneByOne(requests, order)
    const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
    const isSo = ({ result }: Counted['runs'][number], i: number) =>
      same(brief({ result: tried.results[i] as RequestResult }), brief({ result })) || // one a run
      (tried.taken[i] && E.isLeft(result) && result.left.type === 'CommitIdTaken')
    if (ran.every(isSo) && same(stored(tried.streams), stored(streams))) return true
  }
  return false
}

const before = new Map(names.map((name) => [name, 0]))

const anyRequest = fc
  .record({
    stream: fc.constantFrom('a', 'a', 'b'),
    id: fc.constantFrom('c1', 'c2', 'c3', 'c4'),
    adds: fc.array(fc.constantFrom(0, 1, 2, 6, 7), { minLength: 1, maxLength: 2 }),
    expected: fc.constantFrom<ExpectedVersion>(
      { type: 'Any' },
      { type: 'Any' },
      { type: 'NoStream' },
      { type: 'Exactly', version: 2 },
      { type: 'Exactly', version: 1 },
    ),
  })
  .map(({ stream, id, adds: [add = 0, ...more], expected }) => ({
    ...request(stream, id, add, ...more),
    expected,
  }))

/** Requests one after the other, with spans of time that may contradict that, and another order. */
const anyRuns = fc.array(anyRequest, { minLength: 1, maxLength: 4 }).chain((requests) => {
  const order = requests.map((_, i) => i)
  return fc.record({
    requests: fc.constant(requests),
    order: fc.shuffledSubarray(order, { minLength: order.length }),
    other: fc.shuffledSubarray(order, { minLength: order.length }),
    from: fc.array(fc.nat({ max: 4 }), { minLength: order.length, maxLength: order.length }),
    lasts: fc.array(fc.nat({ max: 4 }), { minLength: order.length, maxLength: order.length }),
    mixed: fc.array(fc.boolean(), { minLength: order.length, maxLength: order.length }),
  })
})

describe('an order that explains it all', () => {
  it('law 4: is found exactly where trying them all finds one', async () => {
    const counts = { explained: 0, not: 0 }
    const property = fc.asyncProperty(
      anyRuns,
      async ({ requests, order, other, from, lasts, mixed }) => {
        const one = await oneByOne(requests, order)
        const two = await oneByOne(requests, other)
        const ran = requests.map((_, i) => ({
          result: (mixed[i] ? two : one).results[i] as RequestResult,
          from: from[i] ?? 0,
          to: (from[i] ?? 0) + (lasts[i] ?? 0),
        }))
        const account: Counted = { decider: counter, requests, runs: ran, before, streams: one.streams } // prettier-ignore
        const explained = await isExplained(account)
        expect(unexplained(account) === undefined).toBe(explained)
        counts[explained ? 'explained' : 'not']++
      },
    )
    await drawUntil(
      () => Math.min(counts.explained, counts.not) > 10,
      (seed) => fc.assert(property, { numRuns: runs(400), seed }),
    )
  })
})

describe('what is wrong without looking for an order', () => {
  const requests = [request('a', 'c1', 2), request('a', 'c2', 1)]

  const fault = async (
    change: (account: Counted) => Partial<Counted>,
  ): Promise<string | undefined> => {
    const { results, streams } = await oneByOne(requests, [0, 1])
    const ran = results.map((result) => ({ result, from: 0, to: 0 }))
    const account: Counted = { decider: counter, requests, runs: ran, before, streams }
    return unexplained({ ...account, ...change(account) })
  }

  const inStream = (
    change: (events: ReadonlyArray<Recorded<Event>>) => ReadonlyArray<Recorded<Event>>,
  ) =>
    fault(({ streams }) => ({
      streams: new Map([...streams, ['a', change(streams.get('a') ?? [])]]),
    }))

  const inOutcome = (change: (result: RequestResult) => RequestResult) =>
    fault(({ runs: ran }) => ({
      runs: ran.map((run, i) => (i === 0 ? { ...run, result: change(run.result) } : run)),
    }))

  it('nothing is, where nothing was changed', async () => {
    expect(await fault(() => ({}))).toBe(undefined)
  })

  it('law 1: gaps, and positions that do not rise', async () => {
    const gap = await inStream((events) => events.map((e) => ({ ...e, version: e.version * 2 })))
    expect(gap).toBe('a has version 2 where 1 should stand')
    const flat = await inStream((events) => events.map((e) => ({ ...e, position: 1 })))
    expect(flat).toBe('in a, version 2 has no higher position than the one before it')
  })

  it('law 2: a commit in two pieces, and one of nobody', async () => {
    const ids = ['c1', 'c2', 'c1']
    const twice = await inStream((events) =>
      events.map((e, i) => ({ ...e, commitId: ids[i] ?? '' })),
    )
    expect(twice).toBe('a holds c1 twice')
    const nobody = await inStream((events) => events.map((e) => ({ ...e, commitId: 'c0' })))
    expect(nobody).toBe('a holds c0, which is the commit of no request')
    // it may have been stored before, so that it is known
    expect(await fault(() => ({ before: new Map([['a', 3]]) }))).toBe(undefined)
  })

  it('law 3: other events, another version, another state', async () => {
    const events = await inOutcome(E.map((one) => ({ ...one, events: one.events.slice(1) })))
    expect(events).toBe('A got other events than a holds of c1')
    const version = await inOutcome(E.map((one) => ({ ...one, version: 3, state: 3 })))
    expect(version).toBe('A got version 3, which is not the version of its last event')
    const beyond = await inOutcome(E.map((one) => ({ ...one, version: 9, events: [] })))
    expect(beyond).toBe('A got a version that a does not have')
    const state = await inOutcome(E.map((one) => ({ ...one, state: 7 })))
    expect(state).toBe('A got another state at version 2 than replaying a gives')
    const stream = await inOutcome(E.map((one) => ({ ...one, stream: 'b' })))
    expect(stream).toBe('A got stream b, but asked for a')
    const rejected = await inOutcome(() =>
      E.left({
        type: 'Rejected',
        stream: 'b',
        version: 0,
        index: 0,
        rejection: { type: 'TooMany', at: 0 },
      }),
    )
    expect(rejected).toBe('A got stream b, but asked for a')
    const conflict = await inOutcome(() =>
      E.left({ type: 'VersionConflict', stream: 'b', expected: { type: 'NoStream' }, actual: 1 }),
    )
    expect(conflict).toBe('A got stream b, but asked for a')
    const silent = await inOutcome(E.map((one) => ({ ...one, events: [] })))
    expect(silent).toContain('no order')
  })

  it('law 2: other metadata than its command has', async () => {
    const store = (change: Partial<Recorded<Event>>) =>
      fault(({ streams, runs: ran }) => {
        const changed = (events: ReadonlyArray<Recorded<Event>>) =>
          events.map((e) => (e.version === 2 ? { ...e, ...change } : e))
        return {
          streams: new Map([...streams, ['a', changed(streams.get('a') ?? [])]]),
          runs: ran.map(({ result, ...run }) => ({
            ...run,
            result: E.map((one: Told) => ({ ...one, events: changed(one.events) }))(result),
          })),
        }
      })
    expect(await store({ recordedAt: 99 })).toBe(undefined)
    expect(await store({ occurredAt: 3 })).toBe(
      'a holds c1 at version 2 with the occurredAt 3, where its request says 1',
    )
    expect(await store({ actor: some('ann') })).toBe(
      "a holds c1 at version 2 with the actor { _tag: 'Some', value: 'ann' }, where its request says { _tag: 'None' }",
    )
    const ids = { correlationId: some('x') }
    expect(await store(ids)).toContain('with the correlationId')
    expect(await store({ causationId: some('x') })).toContain('with the causationId')
  })

  it('law 4: what says that it wrote nothing, but did, and what does not know', async () => {
    const conflict = await inOutcome(() =>
      E.left({ type: 'VersionConflict', stream: 'a', expected: { type: 'NoStream' }, actual: 1 }),
    )
    expect(conflict).toContain('no order')
    const unknown = await inOutcome(() =>
      E.left({ type: 'StoreUnavailable', operation: 'append', cause: 'no answer' }),
    )
    expect(unknown).toBe(undefined)
    const busy = await inOutcome(() => E.left({ type: 'StoreBusy', waiting: 9 }))
    expect(busy).toContain('no order')
    const left = await fault(({ streams }) => ({ requests: [], runs: [], streams }))
    expect(left).toBe('a holds c1, which is the commit of no request')
    const thrown = await inOutcome(() => E.left({ type: 'Thrown', cause: 'why' }))
    expect(thrown).toBe('the handler of A threw why')
    const taken = await inOutcome(() =>
      E.left({ type: 'CommitIdTaken', commitId: 'c1', stream: 'b' }),
    )
    expect(taken).toContain('no order')
  })

  it('law 4: after all requests, events are left', async () => {
    const one = await oneByOne([request('a', 'c1', 0), request('a', 'c1', 2)], [1, 0])
    const reason = unexplained({
      decider: counter,
      requests: [request('a', 'c1', 0)],
      runs: [
        { result: E.right({ stream: 'a', version: 0, state: 0, events: [] }), from: 0, to: 0 },
      ],
      before,
      streams: one.streams,
    })
    expect(reason).toContain('events are left that no outcome names')
  })
})

describe('requests by hand', () => {
  /** Keeps what was set last; nothing above 9. */
  const last: Decider<number, number, number, string> = {
    initialState: 0,
    decide: (n, state) => (n > 9 ? E.left(`${n} after ${state}`) : E.right(n === state ? [] : [n])),
    evolve: (_, n) => n,
    isTerminal: () => false,
  }
  type Accounted = RaceAccount<number, number, number, string>
  type Got = Accounted['runs'][number]['result']

  const at = (version: number, commitId: string, event: number, stream = 'a') => ({
    ...nobody,
    occurredAt: 0,
    stream,
    version,
    position: version,
    commitId,
    recordedAt: 0,
    event,
  })
  const sets = (commitId: string, n: number, stream = 'a'): CommandRequest<number> => ({
    stream,
    commitId,
    occurredAt: 0,
    commands: [n],
  })
  const done = (...events: ReadonlyArray<ReturnType<typeof at>>): Got => {
    const { version, event, stream } = events.at(-1) ?? { version: 0, event: 0, stream: 'a' }
    return E.right({ stream, version, state: event, events })
  }
  const idle = (version: number, state: number): Got =>
    E.right({ stream: 'a', version, state, events: [] })
  const refused = (rejection: string, version: number): Got =>
    E.left({ type: 'Rejected', stream: 'a', version, index: 0, rejection })
  const unavailable: Got = E.left({
    type: 'StoreUnavailable',
    operation: 'append',
    cause: 'no answer',
  })
  const conflict: Got = E.left({
    type: 'VersionConflict',
    stream: 'a',
    expected: { type: 'NoStream' },
    actual: 1,
  })
  const taken: Got = E.left({ type: 'CommitIdTaken', commitId: 'c1', stream: 'b' })

  type Told = readonly [CommandRequest<number>, Got, from?: number, to?: number]

  /** What is said of requests, sent and answered at the same time where nothing is said of that. */
  const said = (
    told: ReadonlyArray<Told>,
    streams: ReadonlyArray<ReadonlyArray<ReturnType<typeof at>>>,
    held: ReadonlyArray<readonly [string, number]> = [],
  ) =>
    unexplained<number, number, number, string>({
      decider: last,
      requests: told.map(([asked]) => asked),
      runs: told.map(([, result, from = 0, to = from]) => ({ result, from, to })),
      before: new Map(held),
      streams: new Map(streams.map((events) => [events[0]?.stream ?? 'a', events])),
    })

  const none = 'no order explains the outcomes: the longest that does is'
  const eventsLeft = 'and then events are left that no outcome names'

  it('are explained by an order in which each got what it got', () => {
    const [one, two] = [at(1, 'c1', 1), at(2, 'c2', 2)]
    expect(said([], [])).toBeUndefined()
    expect(said([[sets('c1', 0), idle(0, 0)]], [[]])).toBeUndefined()
    expect(
      said(
        [
          [sets('c2', 2), done(two)],
          [sets('c1', 1), done(one)],
        ],
        [[one, two]],
      ),
    ).toBe(undefined)
    const late = refused('10 after 2', 2)
    expect(
      said(
        [
          [sets('c3', 10), late],
          [sets('c2', 2), done(two)],
          [sets('c1', 1), done(one)],
        ],
        [[one, two]],
      ),
    ).toBeUndefined()
  })

  it('of one id are told by the metadata of any, and of none where it was stored before', () => {
    const one = at(1, 'c1', 1)
    const of = (instant: number, n = 1): CommandRequest<number> => ({
      ...sets('c1', n),
      occurredAt: instant,
      commands: [n],
    })
    const [first, other] = [done(one), { ...done(one) }]
    for (const instants of [
      [0, 5],
      [5, 0],
    ] as const) {
      const told = instants.map((instant): Told => [of(instant), first])
      expect(said(told, [[one]])).toBe(undefined)
    }
    const wrong = 'a holds c1 at version 1 with the occurredAt 0, where its request says 5'
    expect(said([[of(5), first], [of(6), other]], [[one]])).toBe(wrong) // prettier-ignore
    // that of other commands would have written other events
    expect(said([[of(5), first], [of(0, 2), other]], [[one]])).toBe(wrong) // prettier-ignore
    // as would that of another id, or of another stream
    expect(said([[of(5), first], [{ ...of(0), commitId: 'c2' }, idle(1, 1)]], [[one]])).toBe(wrong) // prettier-ignore
    expect(said([[of(5), first], [{ ...of(0), stream: 'b' }, taken]], [[one]])).toBe(wrong) // prettier-ignore
    expect(said([[of(5), first]], [[one]], [['a', 1]])).toBe(undefined)
    expect(said([[of(5), first]], [[one]], [['a', 0]])).toBe(wrong)
  })

  it('of several commands all have the metadata of the request', () => {
    const request: CommandRequest<number> = { ...sets('c1', 1), occurredAt: 4, commands: [1, 2] }
    const stored = (second: number) => [
      { ...at(1, 'c1', 1), occurredAt: 4 },
      { ...at(2, 'c1', 2), occurredAt: second },
    ]
    expect(said([[request, done(...stored(4))]], [stored(4)])).toBe(undefined)
    expect(said([[request, done(...stored(5))]], [stored(5)])).toBe(
      'a holds c1 at version 2 with the occurredAt 5, where its request says 4',
    )
  })

  it('are refused at the command that is too much, and then do nothing', () => {
    const both: CommandRequest<number> = {
      ...sets('c1', 1),
      commands: [1, 10],
    }
    const second = (index: number): Got =>
      E.left({ type: 'Rejected', stream: 'a', version: 0, index, rejection: '10 after 1' })
    expect(said([[both, second(1)]], [[]])).toBeUndefined()
    expect(said([[both, second(0)]], [[]])).toBe(
      `${none} empty\nafter that, A should get { rejected: '10 after 1', command: 1, version: 0 }`,
    )
  })

  it('are told by the longest order that explains some, and what the others should have got', () => {
    const wrong = refused('no', 0)
    expect(said([[sets('c1', 1), wrong]], [[]])).toBe(
      `${none} empty\nafter that, A should get { accepted: [1], version: 1 }`,
    )
    const told: ReadonlyArray<Told> = [
      [sets('c1', 0), idle(0, 0)],
      [sets('c2', 0), idle(0, 0)],
      [sets('c3', 1), wrong],
      [sets('c4', 10), wrong],
    ]
    expect(said(told, [[]])).toBe(
      [
        `${none} B, A`,
        'after that, C should get { accepted: [1], version: 1 }',
        `after that, D should get { rejected: '10 after 0', command: 0, version: 0 }`,
      ].join('\n'),
    )
    // the append without an answer is taken for done, too
    const one = at(1, 'c1', 1)
    expect(
      said(
        [
          [sets('c1', 1), unavailable],
          [sets('c2', 2), wrong],
        ],
        [[one]],
      ),
    ).toBe(`${none} A\nafter that, B should get { accepted: [2], version: 2 }`)
  })

  it('may have been answered before others were sent, and then come before those', () => {
    const one = at(1, 'c1', 1)
    const early = refused('10 after 0', 0)
    const told = (from: number, to: number): ReadonlyArray<Told> => [
      [sets('c1', 1), done(one), from, to],
      [sets('c2', 10), early, 2, 3],
    ]
    expect(said(told(0, 2), [[one]])).toBeUndefined()
    expect(said(told(0, 1), [[one]])).toBe(
      `${none} A\nafter that, B should get { rejected: '10 after 1', command: 0, version: 1 }`,
    )
  })

  it('without an answer may have been carried out, or later, or never', () => {
    const one = at(1, 'c1', 1)
    expect(said([[sets('c1', 1), unavailable]], [[one]])).toBeUndefined()
    expect(said([[sets('c1', 1), unavailable]], [[]])).toBeUndefined()
    expect(
      said(
        [
          [sets('c1', 1), unavailable, 0, 1],
          [sets('c2', 10), refused('10 after 0', 0), 2, 3],
          [sets('c1', 1), done(one), 4, 5],
        ],
        [[one]],
      ),
    ).toBeUndefined()
    // but not at the place of another
    const [two, late] = [at(1, 'c2', 2), at(2, 'c1', 1)]
    expect(
      said(
        [
          [sets('c1', 1), unavailable],
          [sets('c2', 2), conflict],
          [sets('c1', 1), done(late)],
        ],
        [[two, late]],
      ),
    ).toBe(`${none} B, A\nafter that, C should get { accepted: [1], version: 1 }`)
    // nor with the events of another
    const other = at(1, 'c2', 1)
    expect(
      said(
        [
          [sets('c1', 1), unavailable],
          [sets('c2', 1), conflict],
        ],
        [[other]],
      ),
    ).toBe(`${none} B, A, ${eventsLeft}`)
  })

  it('that expect a version may stay without an answer, wherever the stream stands', () => {
    const bound = (expected: ExpectedVersion) => ({ ...sets('c1', 1), expected })
    expect(said([[bound({ type: 'NoStream' }), unavailable]], [[]])).toBeUndefined()
    expect(said([[bound({ type: 'Exactly', version: 5 }), unavailable]], [[]])).toBeUndefined()
    expect(said([[bound({ type: 'NoStream' }), conflict]], [[]])).toBe(
      `${none} empty\nafter that, A should get { accepted: [1], version: 1 }`,
    )
    const late = bound({ type: 'Exactly', version: 5 })
    expect(said([[late, conflict]], [[]])).toBeUndefined()
    expect(said([[late, idle(0, 0)]], [[]])).toBe(
      `${none} empty\nafter that, A should get VersionConflict`,
    )
  })

  it('that say that they wrote nothing are right where nothing is there', () => {
    expect(said([[sets('c1', 1), conflict]], [[]])).toBeUndefined()
    expect(said([[sets('c1', 1), conflict]], [[at(1, 'c1', 1)]])).toBe(`${none} A, ${eventsLeft}`)
    expect(said([[sets('c1', 1), taken]], [[]])).toBe(
      `${none} empty\nafter that, A should get { accepted: [1], version: 1 }`,
    )
  })

  it('that come again get what they got before', () => {
    const one = at(1, 'c1', 1)
    const first: Told = [sets('c1', 1), done(one)]
    expect(said([first, first], [[one]])).toBeUndefined()
    expect(said([first, [sets('c1', 1), unavailable, 1]], [[one]])).toBeUndefined()
    const other = `${none} A\nafter that, B should get the outcome of c1, which is stored already`
    expect(said([first, [sets('c1', 1), idle(1, 1), 1]], [[one]])).toBe(other)
    expect(said([first, [sets('c1', 1), conflict, 1]], [[one]])).toBe(other)
  })

  it('under an id that another stream has are refused for that, if they emit', () => {
    const other = at(1, 'c1', 1, 'b')
    const first: Told = [sets('c1', 1, 'b'), done(other)]
    expect(said([first, [sets('c1', 1), taken, 1]], [[], [other]])).toBeUndefined()
    expect(said([first, [sets('c1', 0), idle(0, 0), 1]], [[], [other]])).toBeUndefined()
    expect(said([first, [sets('c1', 1), conflict, 1]], [[], [other]])).toBe(
      `${none} A\nafter that, B should get CommitIdTaken`,
    )
  })

  it('may be refused for their id whatever they were decided on, once another stream has it', () => {
    const other = at(1, 'c1', 1, 'b')
    const first: Told = [sets('c1', 1, 'b'), done(other)]
    const late: Told = [sets('c1', 10), taken, 1]
    expect(said([first, late], [[at(1, 'c0', 5)], [other]], [['a', 1]])).toBeUndefined()
    expect(said([first, [sets('c1', 0), taken, 1]], [[], [other]])).toBeUndefined()
    expect(said([late], [[at(1, 'c0', 5)]], [['a', 1]])).toBe(
      `${none} empty\nafter that, A should get { rejected: '10 after 5', command: 0, version: 1 }`,
    )
  })

  it('find in their streams what was there before them', () => {
    const [old, one] = [at(1, 'c0', 5), at(2, 'c1', 1)]
    const told: ReadonlyArray<Told> = [[sets('c1', 1), done(one)]]
    expect(said(told, [[old, one]], [['a', 1]])).toBeUndefined()
    const nobody = 'a holds c0, which is the commit of no request'
    expect(said(told, [[old, one]])).toBe(nobody)
    expect(said(told, [[at(1, 'c1', 1), at(2, 'c0', 5)]], [['a', 1]])).toBe(nobody)
    expect(said([[sets('c1', 10), refused('10 after 5', 1)]], [[old]], [['a', 1]])).toBe(undefined)
    expect(said([[sets('c1', 1), idle(1, 1)]], [[old]], [['a', 1]])).toBe(
      'A got another state at version 1 than replaying a gives',
    )
  })

  it('are told in brief by what they got', () => {
    expect(brief({ result: done(at(1, 'c1', 1), at(2, 'c1', 2)) })).toStrictEqual({
      accepted: [1, 2],
      version: 2,
    })
    expect(brief({ result: refused('no', 3) })).toStrictEqual({
      rejected: 'no',
      command: 0,
      version: 3,
    })
    expect(brief({ result: conflict })).toStrictEqual({ failed: 'VersionConflict' })
  })
})
