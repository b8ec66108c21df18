import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import type { Codec } from '../../../src/codec/Codec.ts'
import type { EventCodec } from '../../../src/codec/EventCodec.ts'
import { eventCodecOf as codecOf } from '../../../src/codec/EventCodec.ts'
import { codec, date, eventCodec, optional, variant } from '../../../src/codec/IoTs.ts'
import {
  manyCodec,
  mergeCodecs,
  prefixed,
  structCodec,
} from '../../../src/codec/EventCodec/product.ts'
import { addFields, next, split } from '../../../src/codec/EventCodec/upcast.ts'

type Trip =
  | { readonly type: 'Left'; readonly place: string }
  | { readonly type: 'Arrived'; readonly place: string; readonly at: Date }

const noon = new Date(Date.UTC(2026, 0, 1, 12))

const parts = { Left: { place: t.string }, Arrived: { place: t.string, at: date } }
const moved = pipe(
  variant('Moved', { from: t.string }),
  next(variant('Moved', { from: t.string, to: t.string }), (old) => ({ ...old, to: 'home' })),
  split(({ from, to }): ReadonlyArray<Trip> =>
    from === to
      ? []
      : [
          { type: 'Left', place: from },
          { type: 'Arrived', place: to, at: noon },
        ],
  ),
)
const trip = eventCodec<Trip>(parts, { retired: { Moved: moved }, dropped: ['Noted'] })

const stored = (type: string, data: object, schemaVersion = 1) => ({
  type,
  schemaVersion,
  data: { type, ...data },
})
const all = <A>(events: EventCodec<A>, encoded: ReturnType<typeof stored>): unknown =>
  events.decodeAll?.(encoded)
const left = (place: string): Trip => ({ type: 'Left', place })
const arrived = (place: string): Trip => ({ type: 'Arrived', place, at: noon })

describe('a dropped event', () => {
  it('is no event, whatever its version and data', () => {
    fc.assert(
      fc.property(fc.nat(), fc.anything(), (schemaVersion, data) => {
        expect(trip.decodeAll?.({ type: 'Noted', schemaVersion, data })).toStrictEqual(E.right([]))
      }),
    )
  })

  it('is refused by whoever asks for one event', () => {
    expect(trip.decode(stored('Noted', {}))).toStrictEqual(
      E.left({
        eventType: 'Noted',
        schemaVersion: 1,
        issues: [
          {
            path: ['type'],
            expected: 'an event that becomes exactly one current event',
            actual: 'Noted',
          },
        ],
      }),
    )
  })

  it('is known, and one of a type that is not listed is refused still', () => {
    expect(trip.types).toStrictEqual(['Noted', 'Moved', 'Left', 'Arrived'])
    expect(all(trip, stored('Lost', {}))).toMatchObject({ left: { eventType: 'Lost' } })
    expect([...(trip.versions?.keys() ?? [])]).toStrictEqual(['Moved', 'Left', 'Arrived'])
  })

  it('of a type that is written or retired is not dropped', () => {
    const both = eventCodec<Trip>(parts, { dropped: ['Left', 'Moved'], retired: { Moved: moved } })
    expect(all(both, stored('Left', { place: 'a' }))).toStrictEqual(E.right([left('a')]))
    expect(all(both, stored('Moved', { from: 'a', to: 'b' }, 2))).toMatchObject(E.right([{}, {}]))
  })
})

describe('a split event', () => {
  it('is several events, one or none, from any of its versions', () => {
    expect(all(trip, stored('Moved', { from: 'a' }))).toStrictEqual(
      E.right([left('a'), arrived('home')]),
    )
    expect(all(trip, stored('Moved', { from: 'a', to: 'b' }, 2))).toStrictEqual(
      E.right([left('a'), arrived('b')]),
    )
    expect(all(trip, stored('Moved', { from: 'a', to: 'a' }, 2))).toStrictEqual(E.right([]))
  })

  it('is refused where its data or its version do not fit', () => {
    expect(all(trip, stored('Moved', {}))).toMatchObject(
      E.left({ eventType: 'Moved', issues: [{ path: ['from'] }] }),
    )
    expect(all(trip, stored('Moved', {}, 3))).toMatchObject(
      E.left({ issues: [{ path: ['schemaVersion'], expected: 'a version from 1 to 2' }] }),
    )
    expect(trip.decode(stored('Moved', { from: 'a' }))._tag).toBe('Left')
    expect(all(trip, stored('Left', {}))).toMatchObject(E.left({ issues: [{ path: ['place'] }] }))
  })

  it('is refused where it becomes what is no event of today, or throws', () => {
    const movedTo = (upcast: () => ReadonlyArray<Trip>): EventCodec<Trip> =>
      eventCodec<Trip>(parts, { retired: { Moved: pipe(variant('Moved', {}), split(upcast)) } })
    for (const event of [{ type: 'Left' }, { type: 'Lost', place: 'a' }]) {
      const wrong = movedTo(() => [left('a'), event as Trip])
      expect(all(wrong, stored('Moved', {}))).toMatchObject(
        E.left({ eventType: 'Moved', issues: [{ path: [], actual: event }] }),
      )
    }
    const throws = movedTo(() => {
      throw new Error('lost')
    })
    expect(all(throws, stored('Moved', {}))).toMatchObject(
      E.left({ issues: [{ expected: 'an upcast that returns events' }] }),
    )
  })

  it('is refused where what it becomes could not be stored and read again', () => {
    type A = { readonly type: 'A' }
    const a = variant('A', {})
    const unreadable: Codec<A> = {
      ...a,
      decode: (actual) => E.left([{ path: [], expected: '?', actual }]),
    }
    const b = pipe(
      variant('B', {}),
      split((): ReadonlyArray<A> => [{ type: 'A' }]),
    )
    const events = codecOf<A>({ A: unreadable }, { retired: { B: b } })
    expect(all(events, stored('B', {}))).toMatchObject(E.left({ issues: [{ expected: '?' }] }))
  })

  it('has no fields that its codec does not name', () => {
    const spread = pipe(
      variant('Moved', { secret: t.string }),
      split((old): ReadonlyArray<Trip> => [{ ...old, ...left('a') }]),
    )
    const secret = eventCodec<Trip>(parts, { retired: { Moved: spread } })
    expect(all(secret, stored('Moved', { secret: 'x' }))).toStrictEqual(E.right([left('a')]))
  })

  it('may have the name of one that is written: the versions of that one come after it', () => {
    const leftBefore = pipe(
      variant('Left', { from: t.string }),
      split(({ from }): ReadonlyArray<Trip> => [left(from), arrived('home')]),
    )
    const named = eventCodec<Trip>(parts, { retired: { Left: leftBefore } })
    const encoded = named.encode(left('a'))
    expect(encoded).toStrictEqual(E.right(stored('Left', { place: 'a' }, 2)))
    expect(all(named, stored('Left', { place: 'a' }, 2))).toStrictEqual(E.right([left('a')]))
    expect(named.decode(stored('Left', { place: 'a' }, 2))).toStrictEqual(E.right(left('a')))
    expect(all(named, stored('Left', { from: 'a' }, 1))).toStrictEqual(
      E.right([left('a'), arrived('home')]),
    )
    expect(all(named, stored('Left', {}, 2))).toMatchObject(
      E.left({ issues: [{ path: ['place'] }] }),
    )
    for (const version of [0, 3, NaN]) {
      expect(all(named, stored('Left', { place: 'a' }, version))).toMatchObject(
        E.left({ issues: [{ path: ['schemaVersion'] }] }),
      )
    }
    expect(named.versions?.get('Left')).toHaveLength(2)
  })
})

describe('products of codecs with dropped and split events', () => {
  const moves = stored('Moved', { from: 'a', to: 'b' }, 2)
  const two = [left('a'), arrived('b')]
  const under = (type: string) => ({ ...moves, type })

  it('prefixed', () => {
    const own = prefixed('trip', trip)
    expect(all(own, under('trip.Moved'))).toStrictEqual(E.right(two))
    expect(all(own, under('trip.Noted'))).toStrictEqual(E.right([]))
    expect(all(own, under('Moved'))?.valueOf()).toMatchObject({ _tag: 'Left' })
    expect(all(own, under('trip.Lost'))).toMatchObject(E.left({ eventType: 'trip.Lost' }))
  })

  it('structCodec', () => {
    const both = structCodec({ trip, other: trip })
    expect(all(both, under('trip.Moved'))).toStrictEqual(
      E.right(two.map((event) => ({ type: 'trip', event }))),
    )
    expect(all(both, under('other.Noted'))).toStrictEqual(E.right([]))
    expect(all(both, under('Moved'))).toMatchObject({ _tag: 'Left' })
  })

  it('manyCodec', () => {
    const many = manyCodec(trip)
    const keyed = { ...moves, data: { key: 'k', event: moves.data } }
    expect(many.decodeAll?.(keyed)).toStrictEqual(
      E.right(two.map((event) => ({ key: 'k', event }))),
    )
  })

  it('mergeCodecs', () => {
    const merged = mergeCodecs(trip, eventCodec({ Opened: {} }))
    expect(all(merged, moves)).toStrictEqual(E.right(two))
    expect(all(merged, stored('Opened', {}))).toStrictEqual(E.right([{ type: 'Opened' }]))
  })
})

describe('mergeCodecs', () => {
  const doors = eventCodec({ Opened: { by: t.string } })
  const lamps = eventCodec({ SwitchedOn: {} })
  const house = mergeCodecs(lamps, doors)

  it('reads and writes the events of both, and of nobody else', () => {
    for (const event of [{ type: 'Opened', by: 'Ann' }, { type: 'SwitchedOn' }] as const) {
      const encoded = house.encode(event)
      expect(E.isRight(encoded) && house.decode(encoded.right)).toStrictEqual(E.right(event))
    }
    expect(house.types).toStrictEqual(['SwitchedOn', 'Opened'])
    expect(house.decode(stored('Lost', {}))).toMatchObject(
      E.left({ issues: [{ expected: '"SwitchedOn" | "Opened"', actual: 'Lost' }] }),
    )
  })

  it('says what is wrong in the terms of the codec whose event it is', () => {
    const wrong = { type: 'Opened', by: 7 } as never
    expect(house.encode(wrong)).toStrictEqual(doors.encode(wrong))
    expect(mergeCodecs(doors, lamps).encode(wrong)).toStrictEqual(doors.encode(wrong))
  })

  it('refuses a stored name that both claim, and never takes it for either’s', () => {
    const retired = eventCodec({ Left: {} }, { dropped: ['Opened'] })
    const merged = mergeCodecs(retired, doors)
    const issues = [
      { path: ['type'], expected: 'a type that only one of the codecs knows', actual: 'Opened' },
    ]
    expect(merged.decode(stored('Opened', { by: 'Ann' }))).toMatchObject(E.left({ issues }))
    expect(merged.encode({ type: 'Opened', by: 'Ann' })).toMatchObject(E.left({ issues }))
    // @ts-expect-error a type that both unions have does not compile
    expect(mergeCodecs(doors, doors).types).toStrictEqual(['Opened'])
  })

  it('tells what both were put together from, if both do', () => {
    expect(house.origin?.type === 'Tagged' && [...house.origin.members.keys()]).toStrictEqual([
      'SwitchedOn',
      'Opened',
    ])
    expect([...(house.versions?.keys() ?? [])]).toStrictEqual(['SwitchedOn', 'Opened'])
    const { encode, decode, types, origin } = doors
    expect(mergeCodecs(lamps, { encode, decode, types }).origin).toBeUndefined()
    expect(mergeCodecs({ encode, decode, types }, lamps).origin).toBeUndefined()
    expect(origin).toBeDefined()
    const bare = { encode, decode, types, origin: { type: 'Tagged', members: new Map() } } as const
    expect(
      mergeCodecs(bare, { ...bare, types: ['SwitchedOn'] } as unknown as typeof lamps).versions,
    ).toStrictEqual(new Map())
  })
})

describe('addFields', () => {
  type V1 = { readonly type: 'Created'; readonly customer: string }
  type V2 = V1 & { readonly channel: string; readonly address: { readonly street: string } }
  const v1 = variant('Created', { customer: t.string })
  const v2 = variant('Created', {
    customer: t.string,
    channel: t.string,
    address: t.type({ street: t.string }),
  })
  const toV2 = (old: V1): V2 => ({ ...old, channel: 'shop', address: { street: '' } })
  const chain = pipe(v1, addFields(v2, toV2))
  const before = eventCodec<V1>({ Created: v1 })
  const today = eventCodec<V2>({ Created: chain })
  const old: V1 = { type: 'Created', customer: 'ANN' }
  const created: V2 = { ...old, channel: 'web', address: { street: 'Main' } }

  it('law 4: an older program reads what is written with the fields, without them', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (customer, channel) => {
        const encoded = today.encode({ ...created, customer, channel })
        if (E.isLeft(encoded)) return expect.unreachable('it was refused')
        expect(encoded.right.schemaVersion).toBe(1)
        expect(before.decode(encoded.right)).toStrictEqual(E.right({ type: 'Created', customer }))
        expect(today.decode(encoded.right)).toStrictEqual(
          E.right({ ...created, customer, channel }),
        )
      }),
    )
  })

  it('law 4: what an older program wrote is brought up to date', () => {
    const encoded = before.encode(old)
    expect(E.isRight(encoded) && today.decode(encoded.right)).toStrictEqual(E.right(toV2(old)))
  })

  it('refuses data in which the fields do not fit, or from which an old one is missing', () => {
    expect(chain.decode(1, { ...created, channel: 7 })).toStrictEqual(
      E.left([{ path: ['channel'], expected: 'string', actual: 7 }]),
    )
    const { type, channel, address } = created
    const lacking = { type, channel, address }
    expect(chain.decode(1, lacking)).toMatchObject(E.left([{ path: ['customer'] }]))
    expect(chain.decode(2, created)).toMatchObject(E.left([{ path: ['schemaVersion'] }]))
    const wrong = pipe(
      v1,
      addFields(v2, (): V2 => old as V2),
    )
    expect(wrong.decode(1, old)).toMatchObject(
      E.left([{ expected: 'an upcast whose result fits version 1' }]),
    )
  })

  it('does not encode what an older program could not read', () => {
    const short = codec(t.type({ type: t.literal('Created'), customer: t.keyof({ ANN: null }) }))
    const wide = codec(t.type({ type: t.literal('Created'), customer: t.string, n: t.number }))
    const widened = pipe(
      short as unknown as typeof v1,
      addFields(wide, (one) => ({ ...one, n: 0 })),
    )
    const events = eventCodec<{
      readonly type: 'Created'
      readonly customer: string
      readonly n: number
    }>({
      Created: widened,
    })
    expect(events.encode({ type: 'Created', customer: 'ANN', n: 1 })._tag).toBe('Right')
    expect(events.encode({ type: 'Created', customer: 'BOB', n: 1 })).toMatchObject(
      E.left({ eventType: 'Created', issues: [{ path: ['customer'] }] }),
    )
  })

  it('adds to any version, again and again, and a version may follow', () => {
    type V3 = V2 & { readonly tags: ReadonlyArray<string> }
    const v3 = variant('Created', {
      customer: t.string,
      channel: t.string,
      address: t.type({ street: t.string }),
      tags: t.readonlyArray(t.string),
    })
    const last = variant('Created', { id: t.string, note: optional(t.string) })
    const whole = pipe(
      chain,
      addFields(v3, (one): V3 => ({ ...one, tags: [] })),
      next(last, ({ type, customer, tags }) => ({ type, id: `${customer}${tags.length}` })),
    )
    expect(whole.version).toBe(2)
    expect(whole.versions).toHaveLength(2)
    expect(whole.versions[0]?.before).toHaveLength(2)
    for (const data of [old, created, { ...created, tags: [] }]) {
      expect(whole.decode(1, data)).toStrictEqual(E.right({ type: 'Created', id: 'ANN0' }))
    }
    const byHand = { decode: v1.decode, encode: v1.encode, is: v1.is }
    expect(
      pipe(
        byHand,
        addFields({ ...byHand }, (one: V1) => one),
      ).versions,
    ).toStrictEqual([{ before: [{}] }])
  })
})
