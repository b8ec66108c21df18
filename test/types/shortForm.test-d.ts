import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { expectTypeOf, it } from 'vitest'
import type { Codec } from '../../src/codec/Codec.ts'
import type { EventCodec } from '../../src/codec/EventCodec.ts'
import { codec, commandCodec, date, eventCodec, optional, variant } from '../../src/codec/IoTs.ts'
import { next } from '../../src/codec/EventCodec/upcast.ts'

type Event =
  | { readonly type: 'Opened'; readonly by: string; readonly note?: string }
  | { readonly type: 'Closed'; readonly at: Date }

it('events are given by their fields', () => {
  const events = eventCodec<Event>({
    Opened: { by: t.string, note: optional(t.string) },
    Closed: { at: date },
  })
  expectTypeOf(events).toEqualTypeOf<EventCodec<Event>>()
  // @ts-expect-error Closed is missing
  eventCodec<Event>({ Opened: { by: t.string, note: optional(t.string) } })
  // @ts-expect-error the field `at` is missing
  eventCodec<Event>({ Opened: { by: t.string, note: optional(t.string) }, Closed: {} })
  // @ts-expect-error `note` may be left out
  eventCodec<Event>({ Opened: { by: t.string, note: t.string }, Closed: { at: date } })
  const opened = { by: t.string, note: optional(t.string) }
  // @ts-expect-error `at` is a date
  eventCodec<Event>({ Opened: opened, Closed: { at: t.string } })
})

it('codecs, chains and fields stand side by side', () => {
  const closed = pipe(
    variant('Closed', {}),
    next(variant('Closed', { at: date }), ({ type }) => ({ type, at: new Date(0) })),
  )
  const opened = codec(
    t.intersection([
      t.type({ type: t.literal('Opened'), by: t.string }),
      t.partial({ note: t.string }),
    ]),
  )
  expectTypeOf(eventCodec<Event>({ Opened: opened, Closed: closed })).toEqualTypeOf<
    EventCodec<Event>
  >()
  expectTypeOf(eventCodec({ Opened: opened, Closed: closed, Lost: { n: t.number } })).toExtend<
    EventCodec<Event | { readonly type: 'Lost'; readonly n: number }>
  >()
})

it('events that are not named are told by their fields', () => {
  const events = eventCodec({
    Opened: { by: t.string, note: optional(t.string) },
    Closed: { at: date },
  })
  expectTypeOf(events).toEqualTypeOf<EventCodec<Event>>()
  const named: EventCodec<Event> = events
  expectTypeOf(named).toEqualTypeOf<EventCodec<Event>>()
})

it('commands are given by their fields', () => {
  expectTypeOf(
    commandCodec<Event>({
      Opened: { by: t.string, note: optional(t.string) },
      Closed: { at: date },
    }),
  ).toEqualTypeOf<Codec<Event>>()
  expectTypeOf(commandCodec({ Close: {}, Open: { by: t.string } })).toEqualTypeOf<
    Codec<{ readonly type: 'Close' } | { readonly type: 'Open'; readonly by: string }>
  >()
})

it('a chain may begin with a codec', () => {
  const dated = variant('Closed', { at: date })
  pipe(
    variant('Closed', {}),
    // @ts-expect-error the upcast gives no `at`
    next(dated, ({ type }) => ({ type })),
  )
})
