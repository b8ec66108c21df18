// Law 7 of src/shell/CommandHandler.ts: requests that say what they believe of their stream.
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { HandlerFailure, Outcome, CommandRequest } from '../../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { immediate } from '../../../src/shell/CommandHandler/retry.ts'
import type { StateCache } from '../../../src/shell/CommandHandler/cache.ts'
import { lruCache } from '../../../src/shell/CommandHandler/cache.ts'
import type { EventStore, ExpectedVersion } from '../../../src/store/EventStore.ts'
import { runs } from '../../setup.ts'
import type { Command, Event, Rejection } from '../counter.ts'
import { counter, limit, newStore, request, spied } from '../counter.ts'

type Result = E.Either<HandlerFailure<Rejection>, Outcome<number, Event>>

const exactly = (version: number): ExpectedVersion => ({ type: 'Exactly', version })
const noStream: ExpectedVersion = { type: 'NoStream' }

const believing = (
  one: CommandRequest<Command>,
  expected: ExpectedVersion,
): CommandRequest<Command> => ({
  ...one,
  expected,
})

const conflict = (expected: ExpectedVersion, actual: number) =>
  E.left({ type: 'VersionConflict', stream: 's', expected, actual })

const handlers: ReadonlyArray<readonly [string, () => StateCache<number> | undefined, boolean]> = [
  ['no cache', () => undefined, false],
  ['a cache', () => lruCache(10)<number>(), false],
  ['no cache, optimistic', () => undefined, true],
  ['a cache, optimistic', () => lruCache(10)<number>(), true],
]

const handlerWith = (
  store: EventStore<Event>,
  cache: StateCache<number> | undefined,
  optimistic: boolean,
  retry = immediate(5),
) =>
  commandHandler({
    decider: counter,
    store,
    retry,
    optimistic,
    ...(cache === undefined ? {} : { cache: () => cache }),
  })

const beliefs: fc.Arbitrary<ExpectedVersion> = fc.oneof(
  fc.nat(limit + 1).map(exactly),
  fc.constant(noStream),
  fc.constant<ExpectedVersion>({ type: 'Any' }),
)

const steps = fc.array(
  fc.record({ id: fc.nat(9), add: fc.constantFrom(0, 1, 1, 2, 20), expected: beliefs }),
  { maxLength: 20 },
)

describe.each(handlers)('law 7, with %s', (_, newCache, optimistic) => {
  it('a request is decided on the version that it expects, or it is a conflict', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const store = newStore()
        const handle = handlerWith(store, newCache(), optimistic)
        const done = new Map<string, Result>()
        let count = 0
        for (const { id, add, expected } of all) {
          const one = request('s', `c${id}`, add)
          const result = await handle(believing(one, expected))()
          const first = done.get(one.commitId)
          const fits =
            expected.type === 'Any' ||
            count === (expected.type === 'Exactly' ? expected.version : 0)
          if (first !== undefined) expect(result).toStrictEqual(first)
          else if (!fits) expect(result).toStrictEqual(conflict(expected, count))
          else if (count + add > limit) {
            expect(result).toMatchObject(E.left({ type: 'Rejected', version: count }))
          } else {
            count += add
            expect(result).toMatchObject(E.right({ version: count, state: count }))
            if (add > 0) done.set(one.commitId, result)
          }
          expect(await stored(store)).toBe(count)
        }
      }),
      { numRuns: runs(100) },
    )
  })

  it('of many that expect one version, one is accepted', async () => {
    const store = newStore()
    const handle = handlerWith(store, newCache(), optimistic)
    await handle(request('s', 'c0', 2))()
    const ids = ['c1', 'c2', 'c3', 'c4']
    const results = await Promise.all(
      ids.map((id) => handle(believing(request('s', id, 1), exactly(2)))()),
    )
    expect(results.filter(E.isRight)).toHaveLength(1)
    for (const result of results) {
      if (E.isLeft(result)) expect(result).toStrictEqual(conflict(exactly(2), 3))
    }
  })

  it('the same request many times at once gives one outcome to all', async () => {
    const store = newStore()
    const handle = handlerWith(store, newCache(), optimistic)
    await handle(request('s', 'c0', 2))()
    const same = believing(request('s', 'c1', 2), exactly(2))
    const results = await Promise.all([1, 2, 3, 4].map(() => handle(same)()))
    for (const result of results) {
      expect(result).toMatchObject(E.right({ version: 4, state: 4 }))
      expect(result).toStrictEqual(results[0])
    }
  })
})

const stored = async (store: EventStore<Event>): Promise<number> => {
  const read = await store.load('s')()
  return E.isRight(read) ? read.right.length : -1
}

describe('law 7: a conflict is the answer at once', () => {
  const intruded = (optimistic: boolean) => {
    const store = newStore()
    const pause = vi.fn(() => 0)
    const { store: watched, calls } = spied(store, async (operation, n) => {
      if (operation === 'append' && n === 1) {
        await handlerWith(store, undefined, false)(request('s', 'intruder', 1))()
      }
    })
    const handle = handlerWith(watched, undefined, optimistic, { attempts: 5, pause })
    return { handle, calls, pause }
  }

  it('where another writer came between load and append', async () => {
    const { handle, calls, pause } = intruded(false)
    const result = await handle(believing(request('s', 'c1', 1), noStream))()
    expect(result).toStrictEqual(conflict(noStream, 1))
    expect(calls).toEqual(['load', 'append'])
    expect(pause).not.toHaveBeenCalled()
  })

  it('and where it was a guess', async () => {
    const { handle, calls, pause } = intruded(true)
    const result = await handle(believing(request('s', 'c1', 1), exactly(0)))()
    expect(result).toStrictEqual(conflict(exactly(0), 1))
    expect(calls).toEqual(['append'])
    expect(pause).not.toHaveBeenCalled()
  })

  it('and nothing is decided then', async () => {
    const decide = vi.fn(counter.decide)
    const handle = commandHandler({
      decider: { ...counter, decide },
      store: newStore(),
      retry: immediate(5),
    })
    expect(await handle(believing(request('s', 'c1', 1), exactly(1)))()).toStrictEqual(
      conflict(exactly(1), 0),
    )
    expect(decide).not.toHaveBeenCalled()
  })

  it('whoever expects anything is decided anew', async () => {
    const { handle, calls } = intruded(false)
    const result = await handle(believing(request('s', 'c1', 1), { type: 'Any' }))()
    expect(result).toMatchObject(E.right({ version: 2 }))
    expect(calls).toEqual(['load', 'append', 'load', 'append'])
  })

  it('a cache that is ahead of the store is not believed', async () => {
    const cache = lruCache(1)<number>()
    const handle = handlerWith(newStore(), cache, false)
    cache.set('s', { version: 5, state: 5, mark: { commitId: 'another', position: 5 } })
    expect(await handle(believing(request('s', 'c1', 1), exactly(5)))()).toStrictEqual(
      conflict(exactly(5), 0),
    )
    cache.set('s', { version: 5, state: 5, mark: { commitId: 'another', position: 5 } })
    expect(await handle(believing(request('s', 'c1', 1), noStream))()).toMatchObject(
      E.right({ version: 1 }),
    )
  })
})
