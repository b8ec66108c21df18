// A program of yesterday over a store in which a program of today has written types of event that the
// first does not know: during a release, and after it was rolled back.
import fc from 'fast-check'
import { isRight, left, right } from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { commandCodec, eventCodec } from '../../../src/codec/IoTs.ts'
import type { Decider } from '../../../src/Decider.ts'
import { durableDecider } from '../../../src/embed/DurableDecider.ts'
import { toFetchHandler } from '../../../src/embed/Fetch.ts'
import { stateAtVersion } from '../../../src/History.ts'
import type { Issued } from '../../../src/Process.ts'
import { fromPending } from '../../../src/Process.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { runProcess } from '../../../src/shell/ProcessRunner.ts'
import { catchUp } from '../../../src/shell/Projector.ts'
import { lruCache } from '../../../src/shell/CommandHandler/cache.ts'
import { withCodec } from '../../../src/store/Encoded.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import { reply } from '../../embed/http.ts'

type Tally = { readonly type: 'Added'; readonly n: number }
type Today = Tally | { readonly type: 'Noted'; readonly text: string } | { readonly type: 'Halved' }

const parts = { Added: { n: t.number } }
const yesterday = eventCodec<Tally>(parts)
const today = eventCodec<Today>(
  { ...parts, Noted: { text: t.string }, Halved: {} },
  { skippable: ['Noted'] },
)

const added = (n: number): Tally => ({ type: 'Added', n })
const noted: Today = { type: 'Noted', text: 'a regular' }
const halved: Today = { type: 'Halved' }

const tally: Decider<number, number, Tally, never> = {
  initialState: 0,
  decide: (n) => right([added(n)]),
  evolve: (sum, { n }) => sum + n,
  isTerminal: () => false,
}

const setUp = async (...all: ReadonlyArray<Today>) => {
  const inner = memoryStore({ now: () => 7 })
  const newer = withCodec(today)(inner)
  const write = async (commitId: string, event: Today) => {
    const events = [{ occurredAt: 1, event }] as const
    const expected = { type: 'Any' } as const
    expect(isRight(await newer.append({ stream: 's-1', expected, commitId, events })())).toBe(true)
  }
  for (const [i, event] of all.entries()) await write(`t${i}`, event)
  return { inner, newer, write, store: withCodec(yesterday)(inner) }
}

const add = (commitId: string, n: number) =>
  ({ stream: 's-1', commitId, occurredAt: 1, commands: [n] }) as const

const sum = {
  initialState: 0,
  evolve: (all: number, { event }: Recorded<Tally>) => all + event.n,
}

const known = fc.array(fc.oneof(fc.nat(9).map(added), fc.constant(noted)), { maxLength: 12 })

describe('a stream in which only marked types are new', () => {
  it('is read without them, and every event keeps its version and position', async () => {
    await fc.assert(
      fc.asyncProperty(known, fc.integer({ min: 1, max: 5 }), async (all, pageSize) => {
        const { store } = await setUp(...all)
        const numbered = all.map((event, i) => [i + 1, event] as const)
        const kept = numbered.filter(([, { type }]) => type === 'Added')
        const skipped = numbered.filter(([, { type }]) => type === 'Noted')
        // twice, since a store in memory remembers what it decoded
        for (const loaded of [await store.load('s-1')(), await store.load('s-1')()]) {
          if (!isRight(loaded)) return expect.unreachable('it is not read')
          expect(
            loaded.right.map(({ version, position, event }) => [version, position, event]),
          ).toStrictEqual(kept.map(([version, event]) => [version, version, event]))
          expect((loaded.right.dropped ?? []).map(({ version }) => version)).toStrictEqual(
            skipped.map(([version]) => version),
          )
          for (const [version] of numbered) {
            const sums = kept.map(([at, event]) => (at <= version ? (event as Tally).n : 0))
            expect(stateAtVersion(tally)(loaded.right, version)).toMatchObject({
              value: sums.reduce((a, b) => a + b, 0),
            })
          }
        }
        const caughtUp = await catchUp(store, sum, { pageSize })({ position: 0, state: 0 })()
        expect(caughtUp).toMatchObject(
          right({ state: kept.reduce((a, [, event]) => a + (event as Tally).n, 0) }),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('is decided on and appended to at the version that is stored', async () => {
    await fc.assert(
      fc.asyncProperty(known, fc.boolean(), async (all, optimistic) => {
        const { store, newer, write } = await setUp(...all)
        const handle = commandHandler({ decider: tally, store, cache: lruCache(9), optimistic })
        const before = all.reduce((a, event) => a + (event.type === 'Added' ? event.n : 0), 0)
        const version = all.length + 1
        expect(await handle(add('c1', 1))()).toMatchObject(right({ version, state: before + 1 }))
        // the other program goes on beside it
        await write('w1', noted)
        const then = { version: version + 2, state: before + 3 }
        expect(await handle(add('c2', 2))()).toMatchObject(right(then))
        expect(await handle(add('c2', 2))()).toMatchObject(right(then))
        const read = await newer.load('s-1')()
        expect(isRight(read) && read.right.map((one) => one.version)).toStrictEqual(
          Array.from({ length: version + 2 }, (_, i) => i + 1),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('a request that a program of today has answered is answered without them', async () => {
    const { store } = await setUp(added(1), noted)
    const handle = commandHandler({ decider: tally, store })
    expect(await handle(add('t1', 5))()).toStrictEqual(
      right({ stream: 's-1', version: 2, state: 1, events: [] }),
    )
    expect(await handle(add('t0', 5))()).toMatchObject(right({ version: 1, state: 1 }))
  })

  it('is read page by page to its end, however many are skipped', async () => {
    const { store } = await setUp(noted, noted, noted, noted, added(3), noted)
    const page = await store.readAll(0, 2)()
    expect(isRight(page) && [...page.right.events]).toStrictEqual([])
    expect(page).toMatchObject(right({ end: 2, head: 6 }))
    const rest = await store.readAll(4, 2)()
    expect(rest).toMatchObject(right({ end: 6, head: 6 }))
    expect(isRight(rest) && rest.right.events.map(({ version }) => version)).toStrictEqual([5])
  })

  it('checkpoints at a skipped event hold', async () => {
    const { store } = await setUp(added(1), noted, added(4))
    const from = { position: 2, state: 1, commitId: 't1' }
    expect(await catchUp(store, sum)(from)()).toMatchObject(right({ position: 3, state: 5 }))
  })

  it('processes run on past them', async () => {
    const { store } = await setUp(noted, added(2), noted)
    const sent: Array<string> = []
    const process = fromPending<Recorded<Tally>, number, number>({
      initialState: 0,
      evolve: (all, { event }) => all + event.n,
      pending: (all) => (all === 0 ? [] : [{ id: `of-${all}`, command: all }]),
      isTerminal: () => false,
    })
    const send = ({ id }: Issued<number>) => {
      sent.push(id)
      return TE.right(undefined)
    }
    const run = runProcess({ store, process, send, now: () => 0, fuel: 1 })
    expect(isRight(await run({ position: 0, state: 0 })())).toBe(true)
    expect(sent).toStrictEqual(['of-2'])
  })

  it('hosts tell its version, over HTTP and in a Durable Object', async () => {
    const { inner } = await setUp(added(1), noted, added(3), noted)
    type Add = { readonly type: 'Add'; readonly n: number }
    const commands = commandCodec<Add>({ Add: { n: t.number } })
    const decider = { ...tally, decide: ({ n }: Add) => tally.decide(n, 0) }
    const fetch = toFetchHandler({
      decider,
      store: inner,
      commands,
      events: yesterday,
      state: (all) => all,
      metadata: () => ({ occurredAt: 0 }),
      base: '/tallies',
    })
    const get = async (path: string) =>
      reply(await fetch(new Request(`http://localhost/tallies/s-1${path}`)))
    expect((await get('')).body).toMatchObject({ version: 4, state: 4 })
    expect((await get('?version=2')).body).toMatchObject({ version: 2, state: 1 })
    expect((await get('/history')).body).toMatchObject({ version: 4, events: [{}, {}] })
    const codecs = { commands, events: yesterday }
    const host = durableDecider({ decider, codecs, stream: 's-1', store: inner, now: () => 7 })
    expect(await host.state()).toMatchObject({ version: 4, state: 4 })
    expect(await host.history(0)).toMatchObject({ events: [{ version: 1 }, { version: 3 }] })
    const handled = await host.handle({ commitId: 'c1', commands: [{ type: 'Add', n: 1 }] })
    expect(handled).toMatchObject({ type: 'Accepted', version: 5, state: 5 })
  })
})

it('one event of an unknown type that is not marked is a failure still', async () => {
  await fc.assert(
    fc.asyncProperty(known, fc.nat(), async (all, place) => {
      const at = place % (all.length + 1)
      const { store } = await setUp(...all.slice(0, at), halved, ...all.slice(at))
      const refused = left({
        type: 'UndecodableEvent',
        eventType: 'Halved',
        version: at + 1,
        position: at + 1,
      })
      expect(await store.load('s-1')()).toMatchObject(refused)
      expect(await store.readAll(0, 99)()).toMatchObject(refused)
      expect(await catchUp(store, sum)({ position: 0, state: 0 })()).toMatchObject(refused)
    }),
    { numRuns: 30 },
  )
})
