// Requests that are sent again after their commit was stored, and what is said of a commit that may be stored.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventCodec } from '../../../src/codec/IoTs.ts'
import type { Decider } from '../../../src/Decider.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { lruCache } from '../../../src/shell/CommandHandler/cache.ts'
import type { AppendFailure, EventStore } from '../../../src/store/EventStore.ts'
import { withCodec } from '../../../src/store/Encoded.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import { counter, newStore, request } from '../counter.ts'
import type { Event } from '../counter.ts'

type Total = { readonly type: 'Total'; readonly total: number }

/** Writes into each event what it all comes to, of which the codec allows no more than ten. */
const totals: Decider<number, number, Total, string> = {
  initialState: 0,
  decide: (add, total) => E.right([{ type: 'Total', total: total + add }]),
  evolve: (_, { total }) => total,
  isTerminal: () => false,
}
const upToTen = t.refinement(t.number, (total) => total <= 10)
const small = eventCodec<Total>({ Total: { total: upToTen } })

const add = (commitId: string, n: number) => ({ stream: 's', commitId, commands: [n] }) as const

const ways = [
  ['without a cache', {}, undefined],
  ['with a cache', { cache: lruCache(10) }, undefined],
  ['in a line', {}, { timeout: 600_000 }],
  ['in a line, with a cache', { cache: lruCache(10) }, { timeout: 600_000 }],
  ['as a guess', { optimistic: true }, { timeout: 600_000 }],
] as const

describe('law 4, law 1 of caches: a commit that was stored is told, whatever would be decided today', () => {
  it.each(ways)('even what can not be encoded: %s', async (_, options, limits) => {
    const handle = commandHandler({
      decider: totals,
      store: memoryStore(),
      events: small,
      ...options,
    })
    const first = await handle(add('c1', 6), limits)()
    expect(await handle(add('c2', 4), limits)()).toMatchObject({ right: { version: 2 } })
    expect(await handle(add('c1', 6), limits)()).toStrictEqual(first)
    expect(await handle(add('c3', 6), limits)()).toMatchObject({
      left: { type: 'UnencodableEvent' },
    })
  })

  it.each(ways)('even what no store can keep: %s', async (_, options, limits) => {
    const store = withCodec(eventCodec<Total>({ Total: { total: t.number } }))(memoryStore())
    const tagged: typeof store = {
      ...store,
      // events of more than ten have a tag that is too long
      append: (commit, given) => {
        const isLong = commit.events[0].event.total > 10
        const events = [{ ...commit.events[0], tags: ['x'.repeat(isLong ? 100_000 : 1)] }] as const
        return store.append({ ...commit, events } as never, given)
      },
    }
    const handle = commandHandler({ decider: totals, store: tagged, ...options })
    const first = await handle(add('c1', 6), limits)()
    expect(await handle(add('c2', 4), limits)()).toMatchObject({ right: { version: 2 } })
    expect(await handle(add('c1', 6), limits)()).toStrictEqual(first)
    expect(await handle(add('c3', 6), limits)()).toMatchObject({ left: { type: 'InvalidCommit' } })
  })
})

/** A store that sends each append twice, as one does whose connection broke before the first answer came. */
const sentTwice = (store: EventStore<Event>): EventStore<Event> => ({
  ...store,
  append: (commit, limits) => async () => {
    await store.append(commit, limits)()
    return store.append(commit, limits)()
  },
})

describe('laws 3, 9: nobody is told that nothing was written after a commit was stored', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('where it can not be loaded', async () => {
    const store = newStore()
    const down: AppendFailure = { type: 'StoreUnavailable', operation: 'load', cause: 'down' }
    const handle = commandHandler({
      decider: counter,
      optimistic: true,
      store: { ...sentTwice(store), load: () => () => Promise.resolve(E.left(down)) },
    })
    expect(await handle(request('s', 'c1', 1))()).toStrictEqual(
      E.left({ ...down, operation: 'append' }),
    )
    expect(await store.load('s')()).toMatchObject({ right: [{ commitId: 'c1' }] })
  })

  it('where the time is over once it is folded', async () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const evolve = (count: number): number => {
      now += 900_000
      return count + 1
    }
    const store = sentTwice(newStore())
    const handle = commandHandler({ decider: { ...counter, evolve }, store, optimistic: true })
    const sent = { ...request('s', 'c1', 1), fingerprint: 'add 1' }
    expect(await handle(sent, { timeout: 600_000 })()).toMatchObject({
      left: { type: 'GivenUp', reason: 'TimedOut', operation: 'evolve', outcome: 'Unknown' },
    })
  })
})

const rounded = new t.Type<number, number>('Rounded', t.number.is, t.number.validate, Math.round)

it('law 8: what is rejected behind a commit is decided on its events as they are stored', async () => {
  const store = memoryStore()
  const decide = (n: number, total: number): E.Either<string, ReadonlyArray<Total>> =>
    n < 0 && total < 1 ? E.left(`only ${total}`) : E.right([{ type: 'Total', total: total + n }])
  const events = eventCodec<Total>({ Total: { total: rounded } })
  const handle = commandHandler({ decider: { ...totals, decide }, store, events })
  // the second and the third wait together while the first is appended
  const answers = await Promise.all(
    [add('c1', 0), add('c2', 0.6), add('c3', -1)].map((sent) => handle(sent)()),
  )
  expect(answers).toMatchObject([1, 2, 3].map((version) => ({ right: { version } })))
  expect(answers[2]).toMatchObject({ right: { state: 0 } })
})
