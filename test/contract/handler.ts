// What the command handler and the projector promise, on every engine. The numbers are those of the
// laws in src/shell/CommandHandler.ts.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { eventCodecOf } from '../../src/codec/EventCodec.ts'
import { codec } from '../../src/codec/IoTs.ts'
import type { Decider } from '../../src/Decider.ts'
import { replay } from '../../src/Projection.ts'
import type { Recorded } from '../../src/Recorded.ts'
import type { CommandHandler, CommandRequest } from '../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { catchUp } from '../../src/shell/Projector.ts'
import { immediate } from '../../src/shell/CommandHandler/retry.ts'
import type { EventStore, ExpectedVersion } from '../../src/store/EventStore.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { runs } from '../setup.ts'
import type { MakeStore } from './commits.ts'
import { leftOf, rightOf } from './commits.ts'

/** Adds numbers, one event for each; what would take the sum below zero is refused. */
export interface Add {
  readonly type: 'Add'
  readonly numbers: ReadonlyArray<number>
}
export interface Added {
  readonly type: 'Added'
  readonly n: number
  readonly sum: number
}
type Refused = { readonly type: 'BelowZero'; readonly sum: number }
export type SumHandler = CommandHandler<Add, number, Added, Refused>

export const sums: Decider<Add, number, Added, Refused> = {
  initialState: 0,
  decide: ({ numbers }, before) => {
    const events: Array<Added> = []
    let sum = before
    for (const n of numbers) {
      sum += n
      if (sum < 0) return left({ type: 'BelowZero', sum })
      events.push({ type: 'Added', n, sum })
    }
    return right(events)
  },
  evolve: (_, { sum }) => sum,
  isTerminal: () => false,
}

export const addedCodec = eventCodecOf<Added>({
  Added: codec(t.type({ type: t.literal('Added'), n: t.number, sum: t.number })),
})

export const add = (
  stream: string,
  commitId: string,
  ...[head, ...tail]: [ReadonlyArray<number>, ...Array<ReadonlyArray<number>>]
): CommandRequest<Add> => {
  const adding = (numbers: ReadonlyArray<number>) => ({ type: 'Add', numbers }) as const
  return { stream, commitId, occurredAt: 0, commands: [adding(head), ...tail.map(adding)] }
}

export const sumHandler = (store: EventStore<Added>, attempts = 20): SumHandler =>
  commandHandler({ decider: sums, store, retry: immediate(attempts) })

export const sumStore = async (makeStore: MakeStore): Promise<EventStore<Added>> =>
  withCodec(addedCodec)(await makeStore())

const everything = async (store: EventStore<Added>): Promise<ReadonlyArray<Recorded<Added>>> =>
  rightOf(await store.readAll(0, 1_000_000)()).events

export const handlerContract = (name: string, makeStore: MakeStore): void => {
  describe(`${name} keeps the contract of a handler`, () => {
    laws(makeStore)
    pitfalls(makeStore)
  })
}

const numbers = fc.array(fc.integer({ min: -3, max: 5 }), { maxLength: 3 })
const request = fc
  .tuple(
    fc.constantFrom('a', 'b'),
    fc.nat({ max: 15 }),
    numbers,
    fc.array(numbers, { maxLength: 2 }),
  )
  .map(([stream, n, head, tail]) => add(stream, `${stream}${n}`, head, ...tail))

const laws = (makeStore: MakeStore): void => {
  it('laws 1, 4, 5: what many handlers commit at once is what each decided on the state before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
        const store = await sumStore(makeStore)
        const outcomes = await Promise.all(requests.map((each) => sumHandler(store)(each)()))
        const all = await everything(store)
        for (const [i, { stream, commitId, commands }] of requests.entries()) {
          const outcome = outcomes[i]
          if (outcome?._tag !== 'Right') continue
          const { events, state } = outcome.right
          const history = all.filter((event) => event.stream === stream)
          const mine = history.filter((event) => event.commitId === commitId)
          // another request of the same id may have got there before this one changed nothing
          if (events.length > 0) expect(events).toStrictEqual(mine)
          const sent = requests.filter((other) => other.commitId === commitId)
          if (sent.length > 1 || events.length === 0) continue
          const start = (mine[0]?.version ?? 1) - 1
          const before = replay(sums)(history.slice(0, start).map(({ event }) => event))
          const wanted = commands.flatMap(({ numbers }) => numbers)
          const decided = rightOf(sums.decide({ type: 'Add', numbers: wanted }, before))
          expect(mine.map(({ event }) => event)).toStrictEqual(decided)
          expect(state).toBe(decided.at(-1)?.sum)
        }
      }),
      { numRuns: runs(40) },
    )
  })

  it('law 2: no events write nothing', async () => {
    const store = await sumStore(makeStore)
    const outcome = rightOf(await sumHandler(store)(add('a', 'c1', [], []))())
    expect(outcome).toStrictEqual({ stream: 'a', version: 0, state: 0, events: [] })
    expect(await everything(store)).toStrictEqual([])
  })

  it('laws 3, 5: one rejection refuses the whole batch, and writes nothing', async () => {
    const store = await sumStore(makeStore)
    await sumHandler(store)(add('a', 'c1', [2]))()
    const refused = await sumHandler(store)(add('a', 'c2', [1], [-1, -3], [5]))()
    expect(refused).toStrictEqual(
      left({
        type: 'Rejected',
        stream: 'a',
        version: 1,
        index: 1,
        rejection: { type: 'BelowZero', sum: -1 },
      }),
    )
    expect(await everything(store)).toHaveLength(1)
  })

  it('law 4: the same commit id again gives the first outcome and writes nothing', async () => {
    const store = await sumStore(makeStore)
    const handle = sumHandler(store)
    const firstTime = await handle(add('a', 'c1', [1], [2, 3]))()
    await handle(add('a', 'c2', [4]))()
    expect(await handle(add('a', 'c1', [1], [2, 3]))()).toStrictEqual(firstTime)
    // whatever is asked under that id by then
    expect(await handle(add('a', 'c1', [100]))()).toStrictEqual(firstTime)
    expect(rightOf(firstTime)).toMatchObject({ version: 3, state: 6 })
    expect(await everything(store)).toHaveLength(4)
  })

  it('law 4: the same commit id many times at once gives one outcome to all', async () => {
    const store = await sumStore(makeStore)
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => sumHandler(store)(add('a', 'c1', [1, 2]))()),
    )
    const events = await everything(store)
    expect(events).toHaveLength(2)
    for (const outcome of outcomes) {
      expect(outcome).toStrictEqual(right({ stream: 'a', version: 2, state: 3, events }))
    }
  })

  it('law 7: who expects a version is decided on it alone', async () => {
    const store = await sumStore(makeStore)
    const handle = sumHandler(store)
    const expecting = (expected: ExpectedVersion, commitId: string) =>
      handle({ ...add('a', commitId, [1]), expected })()
    const conflict = (expected: ExpectedVersion, actual: number) =>
      left({ type: 'VersionConflict', stream: 'a', expected, actual })
    const [none, one, zero] = [
      { type: 'NoStream' },
      { type: 'Exactly', version: 1 },
      { type: 'Exactly', version: 0 },
    ] as const
    expect(await expecting(one, 'c1')).toStrictEqual(conflict(one, 0))
    const firstTime = await expecting(none, 'c1')
    expect(rightOf(firstTime)).toMatchObject({ version: 1, state: 1 })
    expect(await expecting(zero, 'c2')).toStrictEqual(conflict(zero, 1))
    expect(await expecting(none, 'c2')).toStrictEqual(conflict(none, 1))
    const raced = await Promise.all(['c3', 'c4', 'c5'].map((id) => expecting(one, id)))
    expect(raced.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
    expect(raced.filter(({ _tag }) => _tag === 'Left')).toStrictEqual([
      conflict(one, 2),
      conflict(one, 2),
    ])
    expect(await expecting(none, 'c1')).toStrictEqual(firstTime)
    expect(
      rightOf(await sumHandler(store)({ ...add('b', 'c6', [1]), expected: zero })()).version,
    ).toBe(1)
    expect(await everything(store)).toHaveLength(3)
  })

  it('law 5: a batch is one commit', async () => {
    const store = await sumStore(makeStore)
    await sumHandler(store)(add('a', 'c1', [1], [], [2, 3]))()
    const events = await everything(store)
    expect(events.map(({ commitId, version }) => [commitId, version])).toStrictEqual([
      ['c1', 1],
      ['c1', 2],
      ['c1', 3],
    ])
  })
}

/** A store in which another writer comes first, so many times. */
const contended = (store: EventStore<Added>, rival: string, times: number) => {
  let appends = 0
  const append: EventStore<Added>['append'] = (commit) => async () => {
    if (++appends <= times) {
      await sumHandler(store)(add(commit.stream, `${rival}-${appends}`, [10]))()
    }
    return store.append(commit)()
  }
  return { store: { ...store, append }, appends: () => appends }
}

const pitfalls = (makeStore: MakeStore): void => {
  it('C7 a retry reloads and is bounded', async () => {
    const store = await sumStore(makeStore)
    const rivals = contended(store, 'rival', 2)
    const outcome = rightOf(await sumHandler(rivals.store, 3)(add('a', 'c1', [1]))())
    // decided on what both rivals had stored
    expect(outcome.events.map(({ event }) => event)).toStrictEqual([
      { type: 'Added', n: 1, sum: 21 },
    ])
    expect(rivals.appends()).toBe(3)

    const tooMany = contended(store, 'pest', 1_000)
    const conflict = leftOf(await sumHandler(tooMany.store, 4)(add('a', 'c2', [1]))())
    expect(conflict).toStrictEqual({
      type: 'VersionConflict',
      stream: 'a',
      expected: {
        type: 'Exactly',
        version: 6,
        mark: { commitId: 'pest-3', position: 6, recordedAt: expect.any(Number) },
      },
      actual: 7,
    })
    expect(tooMany.appends()).toBe(4)
  })

  it('C12 a projection that throws does not turn a stored commit into a failed append', async () => {
    const store = await sumStore(makeStore)
    const cause = new Error('broken')
    const broken = {
      initialState: 0,
      evolve: (): number => {
        throw cause
      },
    }
    const outcome = await sumHandler(store)(add('a', 'c1', [1]))()
    const caughtUp = await catchUp(store, broken)({ position: 0, state: 0 })()
    expect(caughtUp).toStrictEqual(left({ type: 'Thrown', cause }))
    expect(outcome._tag).toBe('Right')
    expect(rightOf(outcome).events).toStrictEqual(await everything(store))

    const mended = { initialState: 0, evolve: (n: number, r: Recorded<Added>) => n + r.event.n }
    const state = rightOf(await catchUp(store, mended)({ position: 0, state: 0 })())
    expect(state).toMatchObject({ position: 1, state: 1, commitId: 'c1' })
  })
}
