import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { eventCodecOf } from '../../src/codec/EventCodec.ts'
import { codec, date, where } from '../../src/codec/IoTs.ts'
import type { Recorded } from '../../src/Recorded.ts'
import type { Commit, EventStore, StoreUnavailable } from '../../src/store/EventStore.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { nobody } from '../support/recorded.ts'

type Lamp =
  | { readonly type: 'SwitchedOn'; readonly at: Date; readonly by: ReadonlyArray<{ name: string }> }
  | { readonly type: 'Dimmed'; readonly to: number }

/** Takes any number of percent, but gives back whole ones only. */
const percent = new t.Type<number, string>(
  'percent',
  t.number.is,
  (u, context) =>
    typeof u === 'string' && /^\d+%$/.test(u)
      ? t.success(Number.parseInt(u, 10))
      : t.failure(u, context),
  (n) => `${n}%`,
)

const by = t.readonlyArray(t.type({ name: where(t.string, (s) => s !== '', 'a name') }))
const lamp = eventCodecOf<Lamp>({
  SwitchedOn: codec(t.type({ type: t.literal('SwitchedOn'), at: date, by })),
  Dimmed: codec(t.type({ type: t.literal('Dimmed'), to: percent })),
})

const on: Lamp = { type: 'SwitchedOn', at: new Date(0), by: [{ name: 'Ann' }] }
const dimmed = (to: number): Lamp => ({ type: 'Dimmed', to })

const commitOf = <A>(commitId: string, event: A, ...events: ReadonlyArray<A>): Commit<A> => ({
  stream: 'lamp-1',
  expected: { type: 'Any' },
  commitId,
  events: [{ occurredAt: 1, event }, ...events.map((other) => ({ occurredAt: 2, event: other }))],
})

const encoded = (type: string, data: unknown, schemaVersion = 1): EncodedEvent => ({
  type,
  schemaVersion,
  data,
})

const setUp = () => {
  const inner = memoryStore({ now: () => 7 })
  return { inner, store: withCodec(lamp)(inner) }
}

describe('unknown fields', () => {
  const dirty = {
    type: 'SwitchedOn',
    at: new Date(0),
    by: [{ name: 'Ann', password: 'secret' }],
    password: 'secret',
  } as const

  it('of an emitted event are neither stored nor given back', async () => {
    const { inner, store } = setUp()
    const appended = await store.append(commitOf<Lamp>('c1', dirty))()
    expect(E.isRight(appended) && appended.right[0].event).toStrictEqual(on)
    const raw = await inner.load('lamp-1')()
    expect(JSON.stringify(raw)).not.toContain('secret')
  })

  it('of an event that was stored with them are left out when it is loaded', async () => {
    const { inner, store } = setUp()
    const stored = encoded('SwitchedOn', { ...dirty, at: '1970-01-01T00:00:00.000Z' })
    await inner.append(commitOf('c1', stored))()
    const loaded = await store.load('lamp-1')()
    expect(E.isRight(loaded) && loaded.right.map(({ event }) => event)).toStrictEqual([on])
  })
})

it('what goes in is encoded, and what comes out is decoded, metadata and all', async () => {
  const { inner, store } = setUp()
  const metadata = {
    occurredAt: 3,
    actor: some('Ann'),
    correlationId: some('r1'),
    causationId: some('m1'),
  }
  const envelope = { stream: 'lamp-1', commitId: 'c1', recordedAt: 7 }
  const recorded = [
    { ...metadata, ...envelope, version: 1, position: 1, event: on },
    { ...nobody, occurredAt: 4, ...envelope, version: 2, position: 2, event: dimmed(40) },
  ]
  const appended = await store.append({
    stream: 'lamp-1',
    expected: { type: 'NoStream' },
    commitId: 'c1',
    events: [
      { occurredAt: 3, actor: 'Ann', correlationId: 'r1', causationId: 'm1', event: on },
      { occurredAt: 4, event: dimmed(40) },
    ],
  })()
  expect(appended).toStrictEqual(E.right(recorded))
  expect(await store.load('lamp-1')()).toStrictEqual(E.right(recorded))
  expect(await store.load('lamp-1', 1)()).toStrictEqual(E.right(recorded.slice(1)))
  const page = { events: recorded.slice(0, 1), end: 1, head: 2 }
  expect(await store.readAll(0, 1)()).toStrictEqual(E.right(page))
  const rest = { events: recorded.slice(1), end: 2, head: 2 }
  expect(await store.readAll(1, 9)()).toStrictEqual(E.right(rest))
  const raw = await inner.load('lamp-1')()
  expect(E.isRight(raw) && raw.right.map(({ event }) => event)).toStrictEqual([
    encoded('SwitchedOn', { ...on, at: '1970-01-01T00:00:00.000Z' }),
    encoded('Dimmed', { type: 'Dimmed', to: '40%' }),
  ])
})

it('an append that comes again gives what was recorded the first time', async () => {
  const { store } = setUp()
  const appended = await store.append(commitOf('c1', on, dimmed(1)))()
  await store.append(commitOf('c2', dimmed(2)))()
  const again = await store.append(commitOf('c1', on, dimmed(1)))()
  expect(E.map((events: ReadonlyArray<unknown>) => [...events])(again)).toStrictEqual(appended)
  expect(again).toMatchObject({ right: { repeated: true } })
  expect(appended).not.toMatchObject({ right: { repeated: true } })
})

describe('what was loaded', () => {
  const eventsOf = <A>(read: E.Either<unknown, ReadonlyArray<Recorded<A>>>) =>
    E.isRight(read) ? read.right : expect.unreachable('it can not be read')

  it('belongs to whoever got it: no other load shows what they do to it', async () => {
    const { store } = setUp()
    await store.append(commitOf('c1', on, dimmed(1)))()
    const one = eventsOf(await store.load('lamp-1')())
    if (one[0]?.event.type !== 'SwitchedOn') return expect.unreachable()
    one[0].event.at.setTime(9)
    const mutable = one as Array<(typeof one)[number]>
    mutable.length = 1
    Object.assign(mutable[0] ?? {}, { version: 7 })
    const again = eventsOf(await store.load('lamp-1')())
    expect(again.map(({ version, event }) => [version, event])).toStrictEqual([
      [1, on],
      [2, dimmed(1)],
    ])
  })
})

describe('an event that cannot be decoded', () => {
  const lost = encoded('Exploded', {}, 3)
  const broken = encoded('SwitchedOn', {
    type: 'SwitchedOn',
    at: '1970-01-01T00:00:00.000Z',
    by: [{ name: 'Ann' }, { name: '' }],
  })
  const fine = encoded('Dimmed', { type: 'Dimmed', to: '1%' })

  it('is a failure that names all there is to know of it', async () => {
    const { inner, store } = setUp()
    await inner.append({ ...commitOf('c0', fine), stream: 'lamp-0' })()
    await inner.append(commitOf('c1', fine, broken, fine))()
    const failure = {
      type: 'UndecodableEvent',
      stream: 'lamp-1',
      version: 2,
      position: 3,
      eventType: 'SwitchedOn',
      schemaVersion: 1,
      path: 'by[1].name',
      issues: [{ path: ['by', 1, 'name'], expected: 'a name', actual: '' }],
    }
    expect(await store.load('lamp-1')()).toStrictEqual(E.left(failure))
    expect(await store.load('lamp-1', 1)()).toStrictEqual(E.left(failure))
    expect(await store.readAll(0, 10)()).toStrictEqual(E.left(failure))
    expect(await store.append(commitOf('c1', on))()).toStrictEqual(E.left(failure))
  })

  it('is never skipped: only what lies on either side of it is read', async () => {
    const { inner, store } = setUp()
    await inner.append(commitOf('c1', fine, lost, fine))()
    const before = await store.readAll(0, 1)()
    const after = await store.load('lamp-1', 2)()
    expect(E.isRight(before) && before.right.events.map(({ version }) => version)).toEqual([1])
    expect(E.isRight(after) && after.right.map(({ version }) => version)).toEqual([3])
    for (const read of [store.readAll(0, 2), store.readAll(1, 1), store.load('lamp-1', 0)])
      expect(await read()).toMatchObject({ _tag: 'Left', left: { version: 2 } })
  })

  it('is so for its type and its version too', async () => {
    const { inner, store } = setUp()
    await inner.append(commitOf('c1', lost))()
    await inner.append({ ...commitOf('c2', { ...fine, schemaVersion: 2 }), stream: 'lamp-2' })()
    expect(await store.load('lamp-1')()).toStrictEqual(
      E.left({
        type: 'UndecodableEvent',
        stream: 'lamp-1',
        version: 1,
        position: 1,
        eventType: 'Exploded',
        schemaVersion: 3,
        path: 'type',
        issues: [{ path: ['type'], expected: '"SwitchedOn" | "Dimmed"', actual: 'Exploded' }],
      }),
    )
    expect(await store.load('lamp-2')()).toMatchObject(
      E.left({ eventType: 'Dimmed', schemaVersion: 2, position: 2, path: 'schemaVersion' }),
    )
  })
})

describe('an event that cannot be encoded', () => {
  it('is a failure with its place, and nothing of the commit is stored', async () => {
    const { inner, store } = setUp()
    const event = { ...on, by: [{ name: '' }] }
    expect(await store.append(commitOf('c1', on, on, event, on))()).toStrictEqual(
      E.left({
        type: 'UnencodableEvent',
        stream: 'lamp-1',
        index: 2,
        path: 'by[0].name',
        eventType: 'SwitchedOn',
        schemaVersion: 1,
        issues: expect.arrayContaining([
          { path: ['by', 0, 'name'], expected: 'a name', actual: '' },
        ]) as unknown,
      }),
    )
    expect(await inner.readAll(0, 10)()).toStrictEqual(E.right({ events: [], end: 0, head: 0 }))
  })

  it('is so where what it is encoded to would not decode again', async () => {
    const { inner, store } = setUp()
    expect(await store.append(commitOf('c1', dimmed(1), dimmed(0.5)))()).toStrictEqual(
      E.left({
        type: 'UnencodableEvent',
        stream: 'lamp-1',
        index: 1,
        path: 'to',
        eventType: 'Dimmed',
        schemaVersion: 1,
        issues: [{ path: ['to'], expected: 'percent', actual: '0.5%' }],
      }),
    )
    expect(await inner.readAll(0, 10)()).toStrictEqual(E.right({ events: [], end: 0, head: 0 }))
  })

  it('is so for an unknown type', async () => {
    const { store } = setUp()
    const event = { type: 'Exploded' } as never
    expect(await store.append(commitOf('c1', event))()).toMatchObject(
      E.left({ type: 'UnencodableEvent', index: 0, eventType: 'Exploded', path: 'type' }),
    )
  })
})

describe('a commit to several streams', () => {
  const part = (stream: string, ...events: ReadonlyArray<Lamp>) => ({
    stream,
    expected: { type: 'NoStream' } as const,
    events: events.map((event) => ({ actor: 'Ann', occurredAt: 3, event })),
  })

  it('is encoded and decoded in every stream', async () => {
    const { inner, store } = setUp()
    const commit = { ...commitOf('c1', on), also: [part('b'), part('c', dimmed(40), on)] }
    const appended = await store.append(commit)()
    if (E.isLeft(appended)) return expect.unreachable()
    expect(appended.right.map(({ stream, actor, event }) => [stream, actor, event])).toStrictEqual([
      ['lamp-1', none, on],
      ['c', some('Ann'), dimmed(40)],
      ['c', some('Ann'), on],
    ])
    const raw = await inner.load('c')()
    expect(E.isRight(raw) && raw.right[0]?.event).toStrictEqual(
      encoded('Dimmed', { type: 'Dimmed', to: '40%' }),
    )
    expect(await store.append({ ...commit, commitId: 'c2' })()).toMatchObject(
      E.left({ type: 'VersionConflict', stream: 'c' }),
    )
  })

  it('has the place of an event that can not be encoded among all of its events', async () => {
    const { inner, store } = setUp()
    const also = [part('b', on), part('c', on, dimmed(0.5))]
    expect(await store.append({ ...commitOf('c1', on, on), also })()).toMatchObject(
      E.left({ type: 'UnencodableEvent', stream: 'c', index: 4, eventType: 'Dimmed' }),
    )
    expect(await inner.readAll(0, 10)()).toStrictEqual(E.right({ events: [], end: 0, head: 0 }))
  })
})

it('C14: no unknown type and no payload that does not fit gets in', async () => {
  const { inner, store } = setUp()
  const strays = [{ type: 'Exploded' }, { type: 'Dimmed' }, { type: 'Dimmed', to: 'dark' }, {}]
  for (const [i, stray] of strays.entries()) {
    const appended = await store.append(commitOf(`c${i}`, stray as unknown as Lamp))()
    expect(appended).toMatchObject(E.left({ type: 'UnencodableEvent' }))
  }
  expect(await inner.readAll(0, 10)()).toStrictEqual(E.right({ events: [], end: 0, head: 0 }))
})

describe('failures of the store beneath', () => {
  it('pass through as they are', async () => {
    const down = (operation: StoreUnavailable['operation']): StoreUnavailable => ({
      type: 'StoreUnavailable',
      operation,
      cause: new Error('down'),
    })
    const refuse = (failure: StoreUnavailable) => () => Promise.resolve(E.left(failure))
    const [load, append, readAll] = [down('load'), down('append'), down('readAll')]
    const inner: EventStore<EncodedEvent> = {
      load: () => refuse(load),
      append: () => refuse(append),
      readAll: () => refuse(readAll),
    }
    const store = withCodec(lamp)(inner)
    for (const [read, failure] of [
      [store.load('a'), load],
      [store.append(commitOf('c1', on)), append],
      [store.readAll(0, 1), readAll],
    ] as const) {
      const result = await read()
      expect(E.isLeft(result) && result.left).toBe(failure)
    }
  })

  it('are conflicts and taken commit ids too', async () => {
    const { store } = setUp()
    await store.append(commitOf('c1', on))()
    const expected = { type: 'Exactly', version: 4 } as const
    expect(await store.append({ ...commitOf('c2', on), expected })()).toStrictEqual(
      E.left({ type: 'VersionConflict', stream: 'lamp-1', expected, actual: 1 }),
    )
    expect(await store.append({ ...commitOf('c1', on), stream: 'lamp-2' })()).toStrictEqual(
      E.left({ type: 'CommitIdTaken', commitId: 'c1', stream: 'lamp-1' }),
    )
    expect(await store.append({ ...commitOf('c3', on), stream: '' })()).toMatchObject(
      E.left({ type: 'InvalidCommit', issues: [{ path: ['stream'] }] }),
    )
  })
})

it('reads and appends happen when they are run, and every time that they are', async () => {
  const { inner, store } = setUp()
  const append = store.append(commitOf('c1', on))
  const load = store.load('lamp-1')
  expect(await inner.readAll(0, 10)()).toStrictEqual(E.right({ events: [], end: 0, head: 0 }))
  expect(await load()).toStrictEqual(E.right([]))
  await append()
  expect(E.isRight(await load()) && (await load())).toMatchObject({ right: [{ version: 1 }] })
})
