// The numbers are those of the laws in src/shell/Snapshots.ts.
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { expect, it } from 'vitest'
import { codec } from '../../src/codec/IoTs.ts'
import type { CommandRequest } from '../../src/shell/CommandHandler.ts'
import { commandHandler, immediate, lruCache } from '../../src/shell/CommandHandler.ts'
import { stateFingerprint } from '../../src/shell/internal/fingerprint.ts'
import type {
  SnapshotFailure,
  SnapshotOptions,
  SnapshotStore,
  StoredSnapshot,
} from '../../src/shell/Snapshots.ts'
import { everyEvents } from '../../src/shell/Snapshots.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { memorySnapshots } from '../../src/store/Memory.ts'
import { checkRaces } from '../../src/testing/races.ts'
import { runs } from '../setup.ts'
import type { Command, Event } from './counter.ts'
import { counter, newStore, request, spied } from './counter.ts'

const countCodec = codec(t.number)
const evolveVersion = '1'
const fingerprint = stateFingerprint(evolveVersion, countCodec)

type Options = Partial<SnapshotOptions<number>> & { readonly cached?: boolean }

const handlerOf = (store: EventStore<Event>, { cached = false, ...snapshots }: Options = {}) =>
  commandHandler({
    decider: counter,
    store,
    retry: immediate(5),
    ...(cached ? { cache: lruCache(9) } : {}),
    snapshots: {
      store: memorySnapshots(),
      codec: countCodec,
      evolveVersion,
      policy: everyEvents(1),
      ...snapshots,
    },
  })

/** Snapshots are saved by timers. */
const saved = (): Promise<unknown> => new Promise((resume) => setTimeout(resume, 0))

/** Snapshots that are lost, not answered, or of no use, as the dice say. */
const lossy = (next: () => number): SnapshotStore => {
  const kept = memorySnapshots()
  const down: E.Either<SnapshotFailure, never> = E.left({
    type: 'SnapshotsUnavailable',
    operation: 'load',
    cause: 'down',
  })
  return {
    load: (stream, key) => async () => {
      const found = await kept.load(stream, key)()
      if (found._tag === 'Left' || found.right._tag === 'None') return found
      const snapshot = found.right.value
      // what another program may have written
      const spoiled: ReadonlyArray<StoredSnapshot> = [
        { ...snapshot, state: 'x' },
        { ...snapshot, fingerprint: 'other', state: 99 },
        { ...snapshot, state: 99, mark: { ...snapshot.mark, commitId: 'another' } },
        { ...snapshot, state: 99, version: snapshot.version + 1 },
      ]
      const roll = next()
      if (roll === 0) return E.right(O.none)
      if (roll === 1) return down as E.Either<never, never>
      if (roll === 2) throw new Error('broken')
      return roll < 7 ? E.right(O.some(spoiled[roll - 3] as StoredSnapshot)) : found
    },
    save: (snapshot) => () =>
      next() < 3 ? Promise.reject(new Error('broken')) : kept.save(snapshot)(),
  }
}

const requests = fc.array(
  fc
    .record({
      stream: fc.constantFrom('a', 'b'),
      id: fc.nat(8),
      add: fc.integer({ min: 0, max: 5 }),
    })
    .map(({ stream, id, add }) => request(stream, `${stream}${id}`, add)),
  { maxLength: 12 },
)

it('laws 1 and 5: any policy and any loss of snapshots lead to the same outcomes', async () => {
  await fc.assert(
    fc.asyncProperty(
      requests,
      fc.array(fc.nat(11), { minLength: 1 }),
      fc.array(fc.boolean(), { minLength: 1 }),
      fc.boolean(),
      async (sent, dice, due, cached) => {
        let rolls = 0
        const store = lossy(() => dice[rolls++ % dice.length] ?? 0)
        const policy = { isDue: () => due[rolls++ % due.length] === true }
        const without = commandHandler({ decider: counter, store: newStore(), retry: immediate(5) })
        const events = newStore()
        let handle = handlerOf(events, { store, policy, cached })
        for (const each of sent) {
          // another process, now and then
          if ((dice[rolls++ % dice.length] ?? 0) < 4) handle = handlerOf(events, { store, policy, cached }) // prettier-ignore
          expect(await handle(each)()).toStrictEqual(await without(each)())
          await saved()
        }
      },
    ),
    { numRuns: runs(60) },
  )
})

it('law 1: races with snapshots are linearizable', async () => {
  const commands = [
    request('a', 'c1', 5),
    request('a', 'c2', 4),
    request('a', 'c3', 5),
    request('a', 'c1', 5),
  ]
  const checked = await checkRaces({
    decider: counter,
    store: newStore,
    before: [request('a', 'c0', 2)],
    requests: fc.shuffledSubarray<CommandRequest<Command>>(commands, { minLength: 2 }),
    handlers: () => {
      const store = memorySnapshots()
      return (own) => handlerOf(own, { store, policy: everyEvents(2) })
    },
    runs: runs(60),
  })
  expect(checked).toMatchObject({ _tag: 'Right' })
})

/** A store with a stream of some events, and snapshots of it as another process left them. */
const prepared = async (options: Options = {}) => {
  const snapshots = options.store ?? memorySnapshots()
  const events = newStore()
  const handle = handlerOf(events, { ...options, store: snapshots })
  E.getOrElseW(() => expect.fail())(await handle(request('a', 'c1', 3))())
  E.getOrElseW(() => expect.fail())(await handle(request('a', 'c2', 4))())
  await saved()
  return { events, snapshots, spy: spied(events) }
}

it('a handler loads the snapshot, and of the stream only what comes after', async () => {
  const { snapshots, events } = await prepared({ policy: everyEvents(5) })
  const found = await snapshots.load('a', fingerprint)()
  expect(found).toMatchObject(E.right(O.some({ version: 7, state: 7, mark: { commitId: 'c2' } })))
  const loads: Array<unknown> = []
  const store: EventStore<Event> = {
    ...events,
    load: (stream, after, limits) => {
      loads.push(after)
      return events.load(stream, after, limits)
    },
  }
  const outcome = await handlerOf(store, { store: snapshots })(request('a', 'c3', 1))()
  expect(outcome).toMatchObject(E.right({ version: 8, state: 8 }))
  // the event of the mark, and what comes after it; a rejection asks for the commit id alone
  const refused = await handlerOf(store, { store: snapshots })(request('a', 'c4', 9))()
  expect(refused).toMatchObject(E.left({ type: 'Rejected', rejection: { at: 8 }, version: 8 }))
  expect(await handlerOf(store, { store: snapshots })(request('a', 'c5', 0))()).toMatchObject(
    E.right({ version: 8, events: [] }),
  )
  expect(loads.every((after) => Number(after) >= 6)).toBe(true)
  // an old commit id has to be found
  const again = await handlerOf(store, { store: snapshots })(request('a', 'c1', 9))()
  expect(again).toMatchObject(E.right({ version: 3, state: 3 }))
})

it('law 2: a snapshot of another evolve or another codec is not read', async () => {
  const { snapshots, events } = await prepared()
  const wrong: SnapshotStore = {
    ...snapshots,
    load: (stream) => snapshots.load(stream, fingerprint),
  }
  const seen: Array<unknown> = []
  const decodes = { ...countCodec, decode: (u: unknown) => (seen.push(u), countCodec.decode(u)) }
  for (const store of [snapshots, wrong]) {
    const handle = handlerOf(events, { store, codec: decodes, evolveVersion: '2', policy: { isDue: () => false } }) // prettier-ignore
    expect(await handle(request('a', 'c3', 0))()).toMatchObject(E.right({ version: 7 }))
  }
  expect(seen).toStrictEqual([])
  const codecs = [
    codec(t.string),
    codec(t.type({ a: t.string })),
    codec(t.type({ a: t.number })),
    codec(t.type({ b: t.number })),
    codec(t.partial({ a: t.number })),
    codec(t.union([t.literal('a'), t.literal('b')])),
    codec(t.union([t.literal('a'), t.literal('c')])),
    codec(t.keyof({ a: null, b: null })),
    codec(t.array(t.type({ a: t.number }))),
    codec(t.record(t.string, t.number)),
    codec(t.type({ a: t.type({ deep: t.string }, 'Named') })),
    codec(t.type({ a: t.type({ deep: t.number }, 'Named') })),
  ]
  const prints = codecs.map((each) => stateFingerprint('1', each))
  expect(new Set(prints).size).toBe(codecs.length)
  expect(stateFingerprint('1', codec(t.type({ a: t.string })))).toBe(prints[1])
})

it('law 3: a snapshot of another history is recognised, and replaced', async () => {
  const { snapshots } = await prepared()
  // the store is restored, and goes on to the same version with other events
  const restored = newStore()
  const handle = handlerOf(restored, { store: snapshots })
  expect(await handle(request('a', 'd1', 2))()).toMatchObject(E.right({ version: 2, state: 2 }))
  await handle(request('a', 'd2', 6))()
  await saved()
  const found = await snapshots.load('a', fingerprint)()
  expect(found).toMatchObject(E.right(O.some({ version: 8, mark: { commitId: 'd2' } })))
})

it('law 4: a state that does not come back as it was is not stored, and that is told', async () => {
  const told: Array<SnapshotFailure> = []
  const onFailure = (failure: SnapshotFailure) => told.push(failure)
  const half = { ...countCodec, encode: (n: number) => Math.floor(n / 2) }
  const { snapshots } = await prepared({ codec: half, onFailure })
  expect(await snapshots.load('a', fingerprint)()).toStrictEqual(E.right(O.none))
  expect(told).toMatchObject([{ type: 'InvalidSnapshot', operation: 'save', version: 7 }])
  const dates = { ...countCodec, encode: () => new Date(0) }
  await prepared({ codec: dates, onFailure })
  expect(told[1]).toMatchObject({ type: 'InvalidSnapshot', operation: 'save' })
})

it('law 5: a store of snapshots that never answers, or a hook that throws, holds nobody up', async () => {
  const never = () => () => new Promise<never>(() => undefined)
  const told: Array<string> = []
  const onFailure = (failure: SnapshotFailure) => {
    told.push(failure.type)
    throw new Error('hook')
  }
  const store: SnapshotStore = { load: never, save: never }
  const events = newStore()
  const handle = handlerOf(events, { store, timeout: 5, onFailure })
  expect(await handle(request('a', 'c1', 1))()).toMatchObject(E.right({ version: 1 }))
  const policy = {
    isDue: () => {
      throw new Error('policy')
    },
  }
  const other = handlerOf(events, { timeout: 5, onFailure, policy })
  expect(await other(request('a', 'c2', 1))()).toMatchObject(E.right({ version: 2 }))
  await new Promise((resume) => setTimeout(resume, 30))
  expect(told).toStrictEqual(['GivenUp', 'Thrown', 'GivenUp'])
})
