import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { expectTypeOf, it } from 'vitest'
import type { Codec } from '../../src/codec/Codec.ts'
import { tagged } from '../../src/codec/Codec.ts'
import type { EventCodec } from '../../src/codec/EventCodec.ts'
import { eventCodecOf } from '../../src/codec/EventCodec.ts'
import { codec, date, where } from '../../src/codec/IoTs.ts'
import type { Chain } from '../../src/codec/internal/versions.ts'
import { next } from '../../src/codec/EventCodec/upcast.ts'

type V1 = { readonly a: string }
type V2 = { readonly a: string; readonly b: number }
type V3 = { readonly a: string; readonly b: number; readonly at: Date }

const v1: Codec<V1> = codec(t.type({ a: t.string }))
const v2: Codec<V2> = codec(t.type({ a: t.string, b: t.number }))
const v3: Codec<V3> = codec(t.type({ a: t.string, b: t.number, at: date }))
const toV2 = (old: V1): V2 => ({ a: old.a, b: 0 })
const toV3 = (old: V2): V3 => ({ a: old.a, b: old.b, at: new Date(0) })

it('a codec is of what its io-ts type is of', () => {
  expectTypeOf(codec(t.string)).toEqualTypeOf<Codec<string>>()
  expectTypeOf(codec(date)).toEqualTypeOf<Codec<Date>>()
  expectTypeOf(where(t.number, Number.isInteger, 'whole')).toEqualTypeOf<t.Type<number>>()
})

it('a chain ends in its newest version', () => {
  expectTypeOf(pipe(v1, next(v2, toV2), next(v3, toV3))).toEqualTypeOf<Chain<V3>>()
})

it('a gap in a chain does not compile', () => {
  // @ts-expect-error there is no way from version 1 to version 3
  pipe(v1, next(v3, toV3))
  // @ts-expect-error the upcasts stand in the wrong order
  pipe(v1, next(v3, toV3), next(v2, toV2))
  // @ts-expect-error the upcast gives version 2
  pipe(v1, next(v3, toV2))
})

type Event =
  | { readonly type: 'Opened'; readonly by: string }
  | { readonly type: 'Closed'; readonly at: Date }

const opened = codec(t.type({ type: t.literal('Opened'), by: t.string }))
const closed = codec(t.type({ type: t.literal('Closed'), at: date }))

it('every type of event has a chain', () => {
  expectTypeOf(eventCodecOf<Event>({ Opened: opened, Closed: closed })).toEqualTypeOf<
    EventCodec<Event>
  >()
  // @ts-expect-error Closed has no chain
  eventCodecOf<Event>({ Opened: opened })
  // @ts-expect-error a chain has to end in the event of its type
  eventCodecOf<Event>({ Opened: opened, Closed: opened })
  // @ts-expect-error there is no event of that type
  eventCodecOf<Event>({ Opened: opened, Closed: closed, Lost: closed })
})

it('a retired chain ends in an event of today', () => {
  const data = codec(t.type({ by: t.string }))
  const shut = pipe(
    data,
    next(opened, ({ by }) => ({ type: 'Opened' as const, by })),
  )
  expectTypeOf(
    eventCodecOf<Event>({ Opened: opened, Closed: closed }, { retired: { Shut: shut } }),
  ).toEqualTypeOf<EventCodec<Event>>()
  // @ts-expect-error the data is no event
  eventCodecOf<Event>({ Opened: opened, Closed: closed }, { retired: { Shut: first(data) } })
})

it('a type that is written is not retired', () => {
  // @ts-expect-error Opened has a chain already
  eventCodecOf<Event>({ Opened: opened, Closed: closed }, { retired: { Opened: opened } })
  const retired = { Shut: opened, Closed: closed }
  // @ts-expect-error so has Closed, whatever else is retired
  eventCodecOf<Event>({ Opened: opened, Closed: closed }, { retired })
})

it('every member of a tagged union has a codec', () => {
  expectTypeOf(tagged<Event>({ Opened: opened, Closed: closed })).toEqualTypeOf<Codec<Event>>()
  // @ts-expect-error Closed has none
  tagged<Event>({ Opened: opened })
  // @ts-expect-error Closed has the codec of another
  tagged<Event>({ Opened: opened, Closed: opened })
})

it('what is decoded by one codec is not encoded by another', () => {
  // @ts-expect-error a codec takes and gives exactly its own type
  expectTypeOf<Codec<V2>>().toExtend<Codec<V1>>()
})
