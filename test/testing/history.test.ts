import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import type { HistoryRecord, HistoryReport, HistoryViolation } from '../../src/testing/history.ts'
import {
  checkHistory,
  decidedBy,
  foldedBy,
  historyLine,
  parseHistory,
  readLog,
  recordReadModel,
  recordReceived,
  recordStore,
} from '../../src/testing/history.ts'
import { runs } from '../setup.ts'
import { drawUntil } from '../support/draws.ts'
import { hammered, plan, readModels } from './history/hammer.ts'
import {
  anyVersion,
  commitOf,
  exactly,
  logOf,
  noStream,
  noted,
  recording,
  reportOf,
  typesOf,
  violationsOf,
} from './history/support.ts'
import type { Recording } from './history/support.ts'
import type { AnswerOf, Tamper, Tampered } from './history/tamper.ts'
import * as tamper from './history/tamper.ts'
import type { Event, Stored } from './history/tinyStore.ts'
import { tinyStore } from './history/tinyStore.ts'

/** Spoils histories at drawn places, and checks each, until there were three: few can be spoiled in some ways. */
const spoiled = async (spoil: Tamper, check: (history: Tampered) => void): Promise<void> => {
  let count = 0
  const property = fc.asyncProperty(
    plan,
    fc.infiniteStream(fc.nat({ max: 999 })),
    async (drawn, numbers) => {
      const history = await hammered(tinyStore(), drawn)
      const pick = <A>(all: ReadonlyArray<A>): A | undefined =>
        all[Number(numbers.next().value) % all.length]
      const changed = spoil(history, pick)
      if (changed === undefined) return
      count++
      check(changed)
    },
  )
  await drawUntil(
    () => count > 2,
    (seed) => fc.assert(property, { numRuns: runs(150), seed }),
  )
}

describe.each<[string, () => EventStore<Event>]>([
  ['the smallest store', () => tinyStore()],
  ['the store in memory', () => memoryStore({ now: () => 7 })],
])('clients of %s', (_, make) => {
  it('find no violation, whatever they do and however calls get lost', async () => {
    const sum: Record<string, number> = {}
    const property = fc.asyncProperty(plan, async (drawn) => {
      const history = await hammered(make(), drawn)
      for (const [name, n] of Object.entries(reportOf(history))) sum[name] = (sum[name] ?? 0) + n
    })
    // all of this is seen
    const isSeen = () => Object.entries(sum).every(([name, n]) => name === 'conditions' || n > 0)
    await drawUntil(isSeen, (seed) => fc.assert(property, { numRuns: runs(300), seed }))
    expect(sum['conditions']).toBe(0) // no commits were given
  })
})

const spoils: ReadonlyArray<[string, HistoryViolation['type'], Tamper]> = [
  ['1: positions are 1, 2, 3, …', 'PositionsBroken', tamper.positionShifted],
  ['2: versions of a stream are 1, 2, 3, …', 'VersionsBroken', tamper.versionShifted],
  ['3: a stored commit was appended', 'NeverAppended', tamper.callsForgotten],
  ['3: and not answered with a failure', 'StoredThoughRefused', tamper.answersDenied],
  ['4: a commit is stored once', 'StoredTwice', tamper.storedTwice],
  ['4: with all its events', 'StoredOtherwise', tamper.partLost],
  ['4: as they were proposed', 'StoredOtherwise', tamper.contentChanged],
  ['5: what was acknowledged is stored', 'AcknowledgementBroken', tamper.commitLost],
  ['5: at its place', 'AcknowledgementBroken', tamper.commitsSwapped],
  ['5: as it was acknowledged', 'AcknowledgementBroken', tamper.acknowledgedOtherwise],
  ['6: what a commit expects was true', 'ExpectationBroken', tamper.expectationChanged],
  ['8: what was read leaves nothing out', 'ReadBroken', tamper.eventUnread],
  ['8: and has nothing twice, or otherwise', 'ReadBroken', tamper.eventMisread],
  ['8: and no half commit', 'ReadBroken', tamper.halfSeen],
  ['9: a client sees what it has stored before', 'WentBack', tamper.ownForgotten],
  ['10: so do all clients', 'WentBack', tamper.othersForgotten],
  ['10: and nobody sees what is not there yet', 'WentBack', tamper.readBefore],
  ['11: a conflict tells what was true', 'RefusalUnjustified', tamper.conflictInvented],
  ['11: so does a taken commit id', 'RefusalUnjustified', tamper.idInvented],
  ['11: so does a failed condition', 'RefusalUnjustified', tamper.failureInvented],
  ['14: a condition held', 'ConditionBroken', tamper.conditionChanged],
  ['12: a state is the fold of the log', 'StateBroken', tamper.stateChanged],
  ['12: and its position never goes back', 'CheckpointWentBack', tamper.checkpointBack],
  ['13: a reader receives each event once', 'ReaderJumped', tamper.readerJumped],
]

describe('the laws of a history', () => {
  it.each(spoils)('%s', async (_, type, spoil) => {
    await spoiled(spoil, (history) => {
      expect(typesOf({ ...history, readModels, keep: 1 })).toContain(type)
    })
  })

  it('1: or only increase, with gaps', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (drawn) => {
        const history = await hammered(tinyStore(), drawn)
        const apart = spread(history)
        expect(checkHistory({ ...apart, gaps: true, readModels })).toStrictEqual(
          checkHistory({ ...history, readModels }),
        )
        expect(typesOf(apart)).toStrictEqual(history.log.length === 0 ? [] : ['PositionsBroken'])
      }),
    )
    await spoiled(tamper.positionShifted, (history) => {
      const [last, before] = [history.log.at(-1), history.log.at(-2)]
      const isLast = last !== undefined && last.position - (before?.position ?? 0) > 1
      const found = typesOf({ ...history, gaps: true, readModels })
      if (!isLast) expect(found).toStrictEqual(['PositionsBroken'])
    })
  })

  it('4: a commit that comes again is told by its places', async () => {
    const store = tinyStore()
    const { records, recorder } = recording()
    await recordStore(store, recorder, 'ann').append(commitOf('a', 'c1', noStream))()
    await recordStore(store, recorder, 'ann').append(commitOf('a', 'c2', exactly(1)))()
    const [first, second] = await logOf(store)
    if (first === undefined || second === undefined) expect.unreachable()
    const log = tamper.renumbered([first, second, first])
    expect(violationsOf({ records, log })).toStrictEqual([
      { type: 'StoredTwice', commitId: 'c1', positions: [1, 3] },
    ])
  })

  it.each<[string, (events: ReadonlyArray<Stored>) => ReadonlyArray<Stored>]>([
    ['not twice', (events) => [...events, ...events]],
    ['not to another stream', (events) => events.map((one) => ({ ...one, stream: 'b' }))],
  ])('4: its events are those that were proposed, %s', async (_, change) => {
    const store = tinyStore()
    const { records, recorder } = recording()
    await recordStore(store, recorder, 'ann').append(commitOf('a', 'c1', anyVersion))()
    const calls = records.filter(({ type }) => type === 'Called')
    const log = await logOf(store)
    expect(typesOf({ records: calls, log })).toStrictEqual([])
    const changed = tamper.renumbered(change(log))
    expect(typesOf({ records: calls, log: changed })).toStrictEqual(['StoredOtherwise'])
  })

  it('6: so was the mark that it expects', async () => {
    const marked = async (commitId: string) => {
      const { records, recorder } = recording()
      const store = recordStore(tinyStore(), recorder, 'ann')
      await store.append(commitOf('a', 'c1', noStream))()
      const expected = { type: 'Exactly', version: 1, mark: { commitId: 'c1' } } as const
      await store.append(commitOf('a', 'c2', expected))()
      const log = await logOf(store)
      const text = JSON.stringify(records).replace('"mark":{"commitId":"c1"', `"mark":{"commitId":"${commitId}"`) // prettier-ignore
      return { records: JSON.parse(text) as ReadonlyArray<HistoryRecord>, log }
    }
    expect(reportOf(await marked('c1'))).toMatchObject({ stored: 2 })
    expect(violationsOf(await marked('c0'))).toMatchObject([
      { type: 'ExpectationBroken', actual: 1 },
    ])
  })

  it('7: the events of a commit are what its commands give there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 3 })), { minLength: 1 }), // prettier-ignore
        fc.nat(),
        fc.constantFrom('Decided', 'Stale', 'Rejected'),
        async (requests, n, fate) => {
          const { records, recorder } = recording()
          const store = recordStore(tinyStore(), recorder, 'ann')
          const counts = new Map<string, number>()
          const wrong = n % requests.length
          for (const [i, [stream, adds]] of requests.entries()) {
            const before = counts.get(stream) ?? 0
            counts.set(stream, before + adds)
            const told = before + (fate === 'Stale' && i === wrong ? 1 : 0)
            const [first, ...others] = Array.from({ length: adds }, (_, j) => noted(told + j))
            const events = [first ?? noted(0), ...others] as const
            await store.append({ ...commitOf(stream, `c${i}`, anyVersion), events })()
          }
          const log = await logOf(store)
          const most = fate === 'Rejected' ? 0 : Infinity
          const decider = decidedBy(counter(most), (id) =>
            fate === 'Rejected' && id !== `c${wrong}` ? undefined : commandsOf(requests, id),
          )
          const found = violationsOf({ records, log, decider })
          if (fate === 'Decided') expect(found).toStrictEqual([])
          else {
            expect(found).toMatchObject([
              {
                type: 'DecidedOtherwise',
                stream: requests[wrong]?.[0],
                decided: { _tag: fate === 'Stale' ? 'Right' : 'Left' },
              },
            ])
          }
        },
      ),
    )
  })

  it('7: of a commit to several streams, those of its own', async () => {
    const { records, recorder } = recording()
    const store = recordStore(tinyStore(), recorder, 'ann')
    const also = [{ stream: 'b', expected: anyVersion, events: [noted('of b')] }]
    await store.append({ ...commitOf('a', 'c1', noStream, { also }), events: [noted(0)] })()
    await store.append({ ...commitOf('b', 'c2', exactly(1)), events: [noted(1)] })()
    const decider = decidedBy(counter(Infinity), () => [1])
    expect(reportOf({ records, log: await logOf(store), decider })).toMatchObject({ stored: 2 })
  })

  it('9: also where clients have no common clock', async () => {
    await spoiled(tamper.ownForgotten, (history) => {
      const found = violationsOf({ ...history, realTime: false })
      expect(found).toContainEqual(expect.objectContaining({ type: 'WentBack', law: 9 }))
      for (const one of found) if (one.type === 'WentBack') expect(one.law).toBe(9)
    })
  })

  it('10: unless they have no common clock', async () => {
    const { records, recorder } = recording()
    const store = tinyStore()
    await recordStore(store, recorder, 'ann').append(commitOf('a', 'c1', noStream))()
    await recordStore(tinyStore(), recorder, 'bob').load('a')()
    const history = { records, log: await logOf(store) }
    const wentBack = { type: 'WentBack', law: 10, seen: 1, reached: 0 }
    expect(violationsOf(history)).toMatchObject([wentBack])
    expect(violationsOf({ ...history, realTime: false })).toStrictEqual([])
  })

  it('10: a commit that two clients sent is not there before either has sent it', async () => {
    const store = tinyStore()
    const { records, recorder } = recording()
    for (const client of ['ann', 'bob']) {
      await recordStore(store, recorder, client).append(commitOf('a', 'c1', noStream))()
    }
    const calls = records.filter(({ type }) => type === 'Called')
    const own = recording()
    await recordStore(store, own.recorder, 'cleo').load('a')()
    const read = own.records.map((one) => ({ ...one, id: 'early', at: one.at - 100 }))
    const history = { records: [...read, ...calls], log: await logOf(store) }
    expect(violationsOf(history)).toMatchObject([
      { type: 'WentBack', law: 10, later: { client: 'ann' }, seen: 1, reached: 0 },
    ])
    expect(typesOf({ ...history, realTime: false })).toStrictEqual([])
  })

  it('10: a commit that two clients sent is of neither, where they have no common clock', async () => {
    const { records, recorder } = recording()
    const store = tinyStore()
    const [ann, bob] = ['ann', 'bob'].map((client) => recordStore(store, recorder, client))
    await bob?.append(commitOf('a', 'c1', noStream))()
    await bob?.append(commitOf('a', 'c2', exactly(1)))()
    await ann?.readAll(0, 9)()
    await ann?.append(commitOf('a', 'c1', noStream))()
    const log = await logOf(store)
    // bob's clock is far ahead
    const ahead = (one: HistoryRecord) =>
      ['1', '2'].includes(one.id) ? { ...one, at: one.at + 1_000 } : one
    expect(reportOf({ records, log })).toMatchObject({ stored: 3 })
    expect(reportOf({ records: records.map(ahead), log, realTime: false })).toMatchObject({ stored: 3 }) // prettier-ignore
  })
})

describe('what readers and read models show', () => {
  /** A commit of two events, of which somebody is shown the first, and then an empty page. */
  const shownBefore = async (show: (recorder: Recording['recorder'], first: Stored) => unknown) => {
    const store = tinyStore()
    const { records, recorder } = recording()
    const events = [noted(1), noted(2)] as const
    await recordStore(store, recorder, 'ann').append({ ...commitOf('a', 'c1', noStream), events })()
    const calls = records.filter(({ type }) => type === 'Called')
    const later = recording()
    const log = await logOf(store)
    if (log[0] === undefined) return expect.unreachable()
    await show(later.recorder, log[0])
    await recordStore(tinyStore(), later.recorder, 'bob').readAll(0, 1)()
    const shown = later.records.map((one) => ({ ...one, id: `later ${one.id}`, at: one.at + 100 }))
    return violationsOf({ records: [...calls, ...shown], log })
  }

  it('is there for everybody, with the whole commit', async () => {
    const wentBack = [{ type: 'WentBack', law: 10, seen: 2, reached: 0, later: { client: 'bob' } }]
    const received = await shownBefore((recorder, first) =>
      recordReceived(recorder, 'r', 0, { events: [first], end: 1 }),
    )
    expect(received).toMatchObject(wentBack)
    const looked = await shownBefore((recorder) =>
      recordReadModel(recorder, 'cleo', 'x', () =>
        Promise.resolve(E.right({ position: 1, state: 0 })),
      )(),
    )
    expect(looked).toMatchObject(wentBack)
  })

  it('is the view of a state', async () => {
    const store = tinyStore()
    const { records, recorder } = recording()
    const recorded = recordStore(store, recorder, 'ann')
    await recorded.append(commitOf('a', 'c1', noStream))()
    const seen = { position: 1, state: ['a'] }
    await recordReadModel(recorder, 'cleo', 'streams', () => Promise.resolve(E.right(seen)))()
    const evolve = (state: ReadonlySet<string>, { stream }: Stored) => new Set([...state, stream])
    const streams = { initialState: new Set<string>(), evolve }
    const history = { records, log: await logOf(store) }
    const rows = foldedBy('streams', streams, (state) => [...state])
    expect(violationsOf({ ...history, readModels: [rows] })).toStrictEqual([])
    expect(violationsOf({ ...history, readModels: [foldedBy('streams', streams)] })).toMatchObject([
      { type: 'StateBroken', state: ['a'], folded: new Set(['a']) },
    ])
  })

  it('12: goes back for one client only, where they have no common clock', async () => {
    const store = tinyStore()
    const { records, recorder } = recording()
    for (const id of ['c1', 'c2']) {
      await recordStore(store, recorder, 'ann').append(commitOf(id, id, noStream))()
    }
    const seen = async (client: string, position: number) => {
      const read = () => Promise.resolve(E.right({ position, state: {} }))
      await recordReadModel(recorder, client, 'counts', read)()
    }
    await seen('bob', 2)
    await seen('cleo', 1)
    const history = { records, log: await logOf(store) }
    expect(typesOf(history)).toStrictEqual(['CheckpointWentBack'])
    expect(typesOf({ ...history, realTime: false })).toStrictEqual([])
    await seen('bob', 1)
    expect(typesOf({ ...history, realTime: false })).toStrictEqual(['CheckpointWentBack'])
  })

  it('13: comes once, even if the end of a page goes back', async () => {
    const store = tinyStore()
    const { records, recorder } = recording()
    for (const id of ['c1', 'c2', 'c3']) {
      await recordStore(store, recorder, 'ann').append(commitOf(id, id, noStream))()
    }
    const log = await logOf(store)
    recordReceived(recorder, 'r', 0, { events: log, end: 3 })
    expect(typesOf({ records, log })).toStrictEqual([])
    recordReceived(recorder, 'r', 3, { events: [], end: 1 })
    expect(typesOf({ records, log })).toStrictEqual(['ReadBroken'])
    recordReceived(recorder, 'r', 1, { events: log.slice(1), end: 3 })
    expect(violationsOf({ records, log })).toMatchObject([
      { type: 'ReadBroken', fault: 'EndBeforeStart' },
      { type: 'ReaderJumped', reader: 'r', end: 3, afterPosition: 1 },
    ])
  })

  it('is in the log', async () => {
    const { records, recorder } = recording()
    const read = () => Promise.resolve(E.right({ position: 1, state: {} }))
    await recordReadModel(recorder, 'cleo', 'counts', read)()
    expect(typesOf({ records, log: [] })).toStrictEqual(['StateBroken'])
  })
})

describe('what may be missing in a history', () => {
  it('is any answer of an append, a read or a read model', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.infiniteStream(fc.boolean()), async (drawn, coins) => {
        const history = await hammered(tinyStore(), drawn)
        const isKept = (one: HistoryRecord) =>
          one.type === 'Called' || one.answer.type === 'Received' || coins.next().value === true
        const records = history.records.filter(isKept)
        expect(typesOf({ ...history, records, readModels })).toStrictEqual([])
      }),
    )
  })

  it('is no call: an answer without one is told', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(), async (drawn, n) => {
        const history = await hammered(tinyStore(), drawn)
        const answers = history.records.filter(({ type }) => type === 'Answered')
        const answer = answers[n % answers.length]
        if (answer === undefined) return
        const records = history.records.filter(
          ({ id, type }) => type !== 'Called' || id !== answer.id,
        )
        const fault = { type: 'UnmatchedRecord', id: answer.id, fault: 'AnswerWithoutCall' }
        expect(violationsOf({ ...history, records })).toContainEqual(fault)
      }),
    )
  })

  it('is the order between processes, and everything goes through JSON', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (drawn) => {
        const history = await hammered(tinyStore(), drawn)
        const clients = new Map<string, Array<HistoryRecord>>()
        const clientOf = new Map<string, string>()
        for (const one of history.records) {
          if (one.type === 'Called') clientOf.set(one.id, one.client)
          const client = clientOf.get(one.id) ?? ''
          clients.set(client, [...(clients.get(client) ?? []), one])
        }
        const records = [...clients.values()].reverse().flatMap((own) => {
          const parsed = parseHistory(own.map(historyLine))
          return E.isRight(parsed) ? parsed.right : []
        })
        expect(checkHistory({ ...history, records })).toStrictEqual(checkHistory(history))
      }),
    )
  })

  it('is what was stored before, if it is said so', async () => {
    const store = tinyStore()
    await store.append(commitOf('a', 'c1', noStream))()
    const { records, recorder } = recording()
    const recorded = recordStore(store, recorder, 'ann')
    await recorded.append(commitOf('a', 'c2', exactly(1)))()
    await recorded.append(commitOf('a', 'c1', noStream, { fingerprint: 'x' }))()
    await recorded.append(commitOf('b', 'c1', noStream))()
    const log = await logOf(store)
    expect(reportOf({ records, log, from: 1 })).toMatchObject({ stored: 2, refused: 1 })
    const reused = { type: 'CommitIdReused', commitId: 'c1', stream: 'a' } as const
    const history = tamper.withAnswer({ records, log }, '2', reused)
    expect(reportOf({ ...history, from: 1 })).toMatchObject({ stored: 1, refused: 2 })
    expect(typesOf({ records: records.slice(0, 2), log })).toStrictEqual(['NeverAppended'])
  })
})

describe('a recording that is broken', () => {
  it('has a call or an answer twice', async () => {
    const { records, recorder } = recording()
    await recordStore(tinyStore(), recorder, 'ann').load('a')()
    const [called, answer] = records
    if (called === undefined || answer === undefined) expect.unreachable()
    const faults = (all: ReadonlyArray<HistoryRecord>) => violationsOf({ records: all, log: [] })
    const broken = (fault: string) => [{ type: 'UnmatchedRecord', id: '1', fault }]
    expect(faults([called, called, answer])).toStrictEqual(broken('SecondCall'))
    expect(faults([called, answer, called])).toStrictEqual(broken('SecondCall'))
    expect(faults([called, answer, answer])).toStrictEqual(broken('SecondAnswer'))
  })
})

/** A page, or the events of a stream. */
type AnyRead = Pick<AnswerOf<'Page'>, 'events'>

describe('a read', () => {
  /** Three events to a and one to b, and then an answer of the store that is changed. */
  const answeredWith = async (
    call: (store: EventStore<Event>) => Promise<unknown>,
    change: (answer: AnyRead) => object,
  ) => {
    const { records, recorder } = recording()
    const inner = tinyStore()
    const store = recordStore(inner, recorder, 'ann')
    const events = [noted(1, 'One'), noted(2, 'Two')] as const
    await store.append({ ...commitOf('a', 'c1', noStream), events })()
    await store.append(commitOf('b', 'c2', noStream))()
    await store.append(commitOf('a', 'c3', exactly(2)))()
    await call(store)
    const log = await logOf(inner)
    const last = records.at(-1)
    if (last?.type !== 'Answered') return expect.unreachable()
    const answer = change(
      last.answer as AnswerOf<'Page'> & AnswerOf<'Loaded'>,
    ) as typeof last.answer
    return violationsOf({ log, records: [...records.slice(0, -1), { ...last, answer }] })
  }
  const fault = (of: string, position?: number) => [
    {
      type: 'ReadBroken',
      fault: of,
      ...(position === undefined ? {} : { event: { position } }),
    },
  ]
  type Change = Parameters<typeof answeredWith>[1]
  const rows: ReadonlyArray<[string, Parameters<typeof answeredWith>[0], Change, object]> = [
    ['has its events', (store) => store.readAll(0, 9)(), (page) => page, []],
    [
      'has no events beyond its end',
      (store) => store.readAll(0, 2)(),
      (page) => ({ ...page, end: 1 }),
      fault('NotAsked', 2),
    ],
    [
      'of a type has no others',
      (store) => store.readAll(0, 9, { types: ['One'] })(),
      (page) => ({ ...page, events: [] }),
      fault('Missing', 1),
    ],
    ['may start beyond the head', (store) => store.readAll(9, 9)(), (page) => page, []],
    [
      'does not end before its start',
      (store) => store.readAll(3, 9)(),
      (page) => ({ ...page, events: [], end: 2 }),
      fault('EndBeforeStart'),
    ],
    [
      'does not end before its start, even beyond the head',
      (store) => store.readAll(9, 9)(),
      (page) => ({ ...page, end: 4 }),
      fault('EndBeforeStart'),
    ],
    [
      'ends at the head, unless it is full',
      (store) => store.readAll(0, 9)(),
      (page) => ({ ...page, events: page.events.slice(0, 2), end: 2 }),
      fault('EndBeforeHead'),
    ],
    [
      'of a type ends at the head, unless it is full',
      (store) => store.readAll(0, 3, { types: ['One', 'Two'] })(),
      (page) => ({ ...page, end: 3 }),
      fault('EndBeforeHead'),
    ],
    ['may end before the head if it is full', (store) => store.readAll(0, 2)(), (page) => page, []],
    ['of no events may end where it begins', (store) => store.readAll(1, 0)(), (page) => page, []],
    [
      'has no events before its start',
      (store) => store.readAll(0, 2)(),
      (page) => ({ ...page, events: [...page.events].reverse() }),
      fault('OutOfOrder', 1),
    ],
    ['ends at the head', (store) => store.readAll(0, 9)(), (page) => ({ ...page, head: 3 }), fault('EndAfterHead')], // prettier-ignore
    ['has a head in the log', (store) => store.readAll(0, 9)(), (page) => ({ ...page, head: 5 }), fault('HeadNotInLog')], // prettier-ignore
    [
      'of a stream has no events of another',
      (store) => store.load('a')(),
      (read) => ({ ...read, events: read.events.map((one) => ({ ...one, stream: 'b' })) }),
      fault('NotInLog', 1),
    ],
    [
      'of a stream leaves none out',
      (store) => store.load('a')(),
      (read) => ({ ...read, events: read.events.slice(1) }),
      fault('Missing', 1),
    ],
    [
      'of a stream has each once',
      (store) => store.load('a')(),
      (read) => ({ ...read, events: [read.events[0], ...read.events] }),
      fault('OutOfOrder', 1),
    ],
    [
      'of a stream sees whole commits',
      (store) => store.load('a')(),
      (read) => ({ ...read, events: read.events.slice(0, 1) }),
      fault('HalfACommit', 2),
    ],
    [
      'of a stream sees what the client has stored',
      (store) => store.load('a')(),
      (read) => ({ ...read, events: read.events.slice(0, 2) }),
      [{ type: 'WentBack', law: 9, seen: 4, reached: 3 }],
    ],
  ]
  it.each(rows)('%s', async (_, call, change, expected) => {
    expect(await answeredWith(call, change)).toMatchObject(expected)
  })

  it('has no more events than were asked for', async () => {
    const { records, recorder } = recording()
    const store = tinyStore()
    const more = { ...store, load: (stream: string) => store.load(stream), readAll: () => store.readAll(0, 9) } // prettier-ignore
    const recorded = recordStore(more, recorder, 'ann')
    await recorded.append(commitOf('a', 'c1', noStream))()
    await recorded.append(commitOf('a', 'c2', exactly(1)))()
    await recorded.load('a', 0, { limit: 1 })()
    await recorded.readAll(0, 1)()
    expect(violationsOf({ records, log: await logOf(store) })).toMatchObject([
      ...fault('TooMany', 2),
      ...fault('TooMany', 2),
    ])
  })

  it('of a reader ends in the log', async () => {
    const { records, recorder } = recording()
    recordReceived(recorder, 'r', 0, { events: [], end: 3 })
    expect(violationsOf({ records, log: [] })).toMatchObject(fault('HeadNotInLog'))
  })

  it('of a reader may be of some types and categories', async () => {
    const { records, recorder } = recording()
    const store = recordStore(tinyStore(), recorder, 'ann')
    await store.append(commitOf('a-1', 'c1', noStream, { events: [noted(1, 'One')] }))()
    await store.append(commitOf('b-1', 'c2', noStream, { events: [noted(1, 'One')] }))()
    const log = await logOf(store)
    const received = (selection: object, ...events: ReadonlyArray<Stored | undefined>) => {
      const own = recording()
      const given = events.flatMap((one) => (one === undefined ? [] : [one]))
      recordReceived(own.recorder, 'r', 0, { events: given, end: 2 }, selection)
      const all = own.records.map((one) => ({ ...one, id: 'r', at: one.at + 100 }))
      return typesOf({ records: [...records, ...all], log })
    }
    expect(received({ types: ['One'], categories: ['a'] }, log[0])).toStrictEqual([])
    expect(received({ categories: ['b'] }, log[1])).toStrictEqual([])
    expect(received({ types: ['Two'] })).toStrictEqual([])
    expect(received({ types: ['One'] }, log[1])).toStrictEqual(['ReadBroken'])
    expect(received({ categories: ['a'] }, log[1])).toStrictEqual(['ReadBroken'])
  })

  it('selects by what typeOf says', async () => {
    const { records, recorder } = recording()
    const store = tinyStore()
    const recorded = recordStore(store, recorder, 'ann')
    await recorded.append(commitOf('a', 'c1', noStream))()
    await recorded.readAll(0, 9, { types: ['Noted'] })()
    const history = { records, log: await logOf(store) }
    expect(typesOf(history)).toStrictEqual([])
    expect(typesOf({ ...history, typeOf: () => 'Other' })).toStrictEqual(['ReadBroken'])
  })
})

describe('an append', () => {
  it('is refused for a commit id only by the stream that holds it', async () => {
    const store = tinyStore()
    const { records, recorder } = recording()
    const recorded = recordStore(store, recorder, 'ann')
    await recorded.append(commitOf('a', 'c1', noStream, { fingerprint: 'one' }))()
    await recorded.append(commitOf('a', 'c1', noStream, { fingerprint: 'two' }))()
    await recorded.append(commitOf('b', 'c1', noStream, { fingerprint: 'three' }))()
    await recorded.append(commitOf('a', 'c1', noStream))()
    const history = { records, log: await logOf(store) }
    expect(reportOf(history)).toMatchObject({ stored: 2, refused: 2 })
    const refused = (id: string, type: 'CommitIdTaken' | 'CommitIdReused', stream: string) =>
      typesOf(tamper.withAnswer(history, id, { type, commitId: 'c1', stream }))
    expect(refused('2', 'CommitIdTaken', 'a')).toStrictEqual(['RefusalUnjustified'])
    expect(refused('3', 'CommitIdReused', 'a')).toStrictEqual(['RefusalUnjustified'])
    expect(refused('3', 'CommitIdTaken', 'b')).toStrictEqual(['RefusalUnjustified'])
    expect(refused('4', 'CommitIdReused', 'a')).toStrictEqual(['RefusalUnjustified'])
    const events = tamper.answered(history, 'Append', 'Stored')[0]?.answer.events ?? []
    const taken = tamper.withAnswer(history, '3', { type: 'Stored', events })
    expect(typesOf(taken)).toStrictEqual(['AcknowledgementBroken'])
  })

  it('is not refused for a version when its commit is already stored', async () => {
    const store = tinyStore()
    const { records, recorder } = recording()
    const recorded = recordStore(store, recorder, 'ann')
    await recorded.append(commitOf('a', 'c1', noStream))()
    await recorded.append(commitOf('a', 'c1', noStream))()
    const conflict = {
      type: 'VersionConflict',
      stream: 'a',
      expected: noStream,
      actual: 1,
    } as const
    const history = { records, log: await logOf(store) }
    expect(typesOf(history)).toStrictEqual([])
    expect(typesOf(tamper.withAnswer(history, '2', conflict))).toStrictEqual(['RefusalUnjustified'])
  })

  it('is not refused for a stream that it does not name', async () => {
    const { records, recorder } = recording()
    const recorded = recordStore(tinyStore(), recorder, 'ann')
    await recorded.append(commitOf('a', 'c1', exactly(1)))()
    const history = { records, log: [] }
    const conflict = {
      type: 'VersionConflict',
      stream: 'a',
      expected: exactly(1),
      actual: 0,
    } as const
    expect(typesOf(tamper.withAnswer(history, '1', conflict))).toStrictEqual([])
    const other = { ...conflict, stream: 'b' }
    expect(typesOf(tamper.withAnswer(history, '1', other))).toStrictEqual(['RefusalUnjustified'])
  })
})

describe('the log of a store', () => {
  it('is read page by page', async () => {
    const store = memoryStore({ now: () => 7 })
    const [first, ...others] = Array.from({ length: 2_100 }, (_, i) => noted(i))
    if (first === undefined) expect.unreachable()
    await store.append({ ...commitOf('a', 'c1', noStream), events: [first, ...others] })()
    expect((await logOf(store)).map(({ position }) => position)).toStrictEqual(
      Array.from({ length: 2_100 }, (_, i) => i + 1),
    )
  })

  it('ends even if a store gives no end', async () => {
    const stuck = { events: [], end: 0, head: 3 }
    const store = { ...tinyStore(), readAll: () => () => Promise.resolve(E.right(stuck)) }
    expect(await readLog(store)()).toStrictEqual(E.right([]))
  })

  it('is a failure if the store fails', async () => {
    const cut = E.left({ type: 'StoreUnavailable', operation: 'readAll', cause: 'cut' } as const)
    const store = { ...tinyStore(), readAll: () => () => Promise.resolve(cut) }
    expect(await readLog(store)()).toBe(cut)
  })
})

describe('the result', () => {
  it('counts what was checked', async () => {
    const store = tinyStore()
    const { records, recorder } = recording()
    const ann = recordStore(store, recorder, 'ann')
    await ann.append(commitOf('a', 'c1', noStream))()
    await ann.append(commitOf('a', 'c2', noStream))()
    await ann.load('a')()
    await recordStore(store, recorder, 'bob').readAll(0, 1)()
    recorder.called('bob', { type: 'Load', stream: 'a', afterVersion: 0, limit: 1 })
    const history = { records, log: await logOf(store) }
    const report: HistoryReport = {
      events: 1,
      commits: 1,
      streams: 1,
      unacknowledged: 0,
      conditions: 0,
      clients: 2,
      calls: 5,
      stored: 1,
      refused: 1,
      notStored: 0,
      unknown: 0,
      loads: 1,
      pages: 1,
      received: 0,
      states: 0,
      notRead: 1,
    }
    expect(checkHistory(history)).toStrictEqual(E.right(report))
    const { records: others } = tamper.without(history, '2', '3', '4', '5')
    const unknown = others.filter(({ type }) => type === 'Called')
    expect(reportOf({ ...history, records: unknown })).toMatchObject({ unacknowledged: 1, unknown: 1 }) // prettier-ignore
  })

  it('keeps the first violations of a type, and counts all', () => {
    const event: Stored = {
      stream: 'a',
      version: 1,
      position: 1,
      commitId: 'c',
      recordedAt: 0,
      occurredAt: 0,
      actor: { _tag: 'None' },
      correlationId: { _tag: 'None' },
      causationId: { _tag: 'None' },
      event: noted(0).event,
    }
    const log = Array.from({ length: 9 }, (_, i) => ({
      ...event,
      stream: `s${i}`,
      position: i + 1,
      commitId: `c${i}`,
    }))
    const checked = (keep?: number) => checkHistory({ records: [], log, keep })
    expect(checked()).toMatchObject({ left: { total: 9, violations: { length: 5 } } })
    expect(checked(2)).toMatchObject({ left: { total: 9, violations: { length: 2 } } })
  })
})

/** Positions twice as far apart, everywhere. */
const spread = ({ records, log }: Tampered): Tampered => ({
  records: records.map((one) => JSON.parse(JSON.stringify(one), doubled) as HistoryRecord),
  log: log.map((one) => ({ ...one, position: 2 * one.position, recordedAt: one.recordedAt })),
})

const doubled = (key: string, value: unknown): unknown =>
  ['position', 'after', 'afterPosition', 'end', 'head'].includes(key) ? 2 * Number(value) : value

/** Writes into each event how many there were before it. */
const counter = (most: number): Decider<number, number, Event, 'TooMany'> => ({
  initialState: 0,
  decide: (adds, count) =>
    count + adds > most
      ? E.left('TooMany')
      : E.right(Array.from({ length: adds }, (_, i) => noted(count + i).event)),
  evolve: (count) => count + 1,
  isTerminal: () => false,
})

/** One by one. */
const commandsOf = (
  requests: ReadonlyArray<readonly [string, number]>,
  commitId: string,
): ReadonlyArray<number> =>
  Array.from({ length: requests[Number(commitId.slice(1))]?.[1] ?? 0 }, () => 1)
