// New types of event, and new versions, that programs from before may pass over.
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Codec } from '../../../src/codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../../../src/codec/EventCodec.ts'
import { eventCodecOf } from '../../../src/codec/EventCodec.ts'
import { eventCodec, variant } from '../../../src/codec/IoTs.ts'
import {
  manyCodec,
  mergeCodecs,
  prefixed,
  structCodec,
} from '../../../src/codec/EventCodec/product.ts'
import { schemaEventCodec as standardEvents } from '../../../src/codec/StandardSchema.ts'
import { next } from '../../../src/codec/EventCodec/upcast.ts'
import { zodEventCodec as zodEvents } from '../../../src/codec/Zod.ts'

const parts = { Added: { n: t.number } }
const older = eventCodec(parts)
const newer = eventCodec(
  { ...parts, Noted: { text: t.string }, Lost: {} },
  { skippable: ['Noted'] },
)
const note = { type: 'Noted', text: 'a regular' } as const

const encodedBy = <E>(codec: EventCodec<E>, event: E): EncodedEvent => {
  const encoded = codec.encode(event)
  return encoded._tag === 'Right' ? encoded.right : expect.unreachable('it is not encoded')
}

const unknown = (type: string) => left(expect.objectContaining({ eventType: type }))

describe('a type that is marked as skippable', () => {
  it('has the mark among its data, and no other type has it', () => {
    expect(newer.encode(note)).toStrictEqual(
      right({ type: 'Noted', schemaVersion: 1, data: { ...note, $skippable: true } }),
    )
    expect(newer.encode({ type: 'Lost' })).toStrictEqual(
      right({ type: 'Lost', schemaVersion: 1, data: { type: 'Lost' } }),
    )
  })

  it('is no event for a codec that does not know it, and one that is not marked is refused', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (...of) => {
          const [name, schemaVersion, data] = of
          const type = `New${name}`
          const stored = { type, schemaVersion, data }
          expect(older.decodeAll?.(stored)).toMatchObject(unknown(type))
          const marked = { type, schemaVersion, data: { ...data, $skippable: true } }
          expect(older.decodeAll?.(marked)).toStrictEqual(right([]))
          expect(older.decode(marked)).toMatchObject(unknown(type))
        },
      ),
    )
  })

  it('is decoded as it was by a codec that knows it, marked or not', () => {
    for (const codec of [newer, eventCodec({ ...parts, Noted: { text: t.string } })]) {
      for (const data of [note, { ...note, $skippable: true }]) {
        const stored = { type: 'Noted', schemaVersion: 1, data }
        expect(codec.decode(stored)).toStrictEqual(right(note))
        expect(codec.decodeAll?.(stored)).toStrictEqual(right([note]))
      }
    }
  })

  it('is refused by a codec that knows it where its data does not fit', () => {
    const damaged = { type: 'Noted', schemaVersion: 1, data: { type: 'Noted', $skippable: true } }
    expect(newer.decodeAll?.(damaged)).toMatchObject(unknown('Noted'))
  })

  it('is no mark unless it is exactly that', () => {
    for (const $skippable of [false, null, 1, 'true', {}]) {
      const stored = { type: 'New', schemaVersion: 1, data: { $skippable } }
      expect(older.decodeAll?.(stored)).toMatchObject(unknown('New'))
    }
    for (const data of [null, 'text', 1, []]) {
      const stored = { type: 'New', schemaVersion: 1, data }
      expect(older.decodeAll?.(stored)).toMatchObject(unknown('New'))
    }
  })
})

describe('a newer version of a type that is marked as skippable', () => {
  const chain = pipe(
    variant('Noted', { text: t.string }),
    next(variant('Noted', { lines: t.array(t.string) }), ({ type, text }) => ({
      type,
      lines: [text],
    })),
  )
  const latest = eventCodec({ ...parts, Noted: chain }, { skippable: ['Noted'] })
  const lines = encodedBy(latest, { type: 'Noted', lines: ['a', 'b'] })

  it('is passed over by a codec that knows only versions before', () => {
    expect(lines.schemaVersion).toBe(2)
    expect(newer.decodeAll?.(lines)).toStrictEqual(right([]))
    expect(eventCodec(parts, { retired: {}, dropped: ['Noted'] }).decodeAll?.(lines)).toStrictEqual(
      right([]),
    )
  })

  it('is refused where it is not marked, or there can be no such version', () => {
    expect(newer.decodeAll?.({ ...lines, data: { lines: [] } })).toMatchObject(unknown('Noted'))
    for (const schemaVersion of [0, -1, 0.5, NaN]) {
      expect(newer.decodeAll?.({ ...lines, schemaVersion })).toMatchObject(unknown('Noted'))
    }
  })

  it('the versions before are decoded, marked or not', () => {
    const brought = right({ type: 'Noted', lines: ['a regular'] })
    expect(latest.decode(encodedBy(newer, note))).toStrictEqual(brought)
    expect(latest.decode({ type: 'Noted', schemaVersion: 1, data: note })).toStrictEqual(brought)
  })
})

describe('an event that can not be marked is not encoded', () => {
  const any: Codec<{ readonly type: 'Any'; readonly data: unknown }> = {
    decode: (data) => right({ type: 'Any', data }),
    encode: ({ data }) => data,
    is: (u): u is { readonly type: 'Any'; readonly data: unknown } => u !== undefined,
  }
  type Any = { readonly type: 'Any'; readonly data: unknown }

  it('as its data is no object', () => {
    const codec = eventCodecOf<Any>({ Any: any }, { skippable: ['Any'] })
    for (const data of ['text', 1, null, [1], new Date(0)]) {
      expect(codec.encode({ type: 'Any', data })).toMatchObject(
        left({ issues: [{ path: [], expected: 'an object, to be marked' }] }),
      )
    }
    expect(codec.encode({ type: 'Any', data: {} })).toMatchObject(
      right({ data: { $skippable: true } }),
    )
  })

  it('as its data has the mark of its own, skippable or not', () => {
    for (const skippable of [[], ['Any']] as const) {
      const codec = eventCodecOf<Any>({ Any: any }, { skippable })
      expect(codec.encode({ type: 'Any', data: { $skippable: true } })).toMatchObject(
        left({ eventType: 'Any', issues: [{ path: ['$skippable'], actual: true }] }),
      )
    }
  })
})

describe('the mark does not get into the way of a schema that', () => {
  it.each<[string, (of: { skippable: ReadonlyArray<'Noted'> }) => EventCodec<typeof note>]>([
    [
      'is strict',
      (of) => standardEvents({ Noted: z.strictObject({ text: z.literal('a regular') }) }, of),
    ],
    [
      'is loose',
      (of) =>
        standardEvents({ Noted: z.looseObject({ text: z.literal('a regular') }) }, of) as never,
    ],
    [
      'transforms',
      (of) => zodEvents({ Noted: z.strictObject({ text: z.literal('a regular') }) }, of),
    ],
  ])('%s', (_, codecOf) => {
    // prettier-ignore
    const codec = codecOf({ skippable: ['Noted'] })
    const encoded = encodedBy(codec, note)
    expect(encoded.data).toMatchObject({ $skippable: true })
    expect(codec.decode(encoded)).toStrictEqual(right(note))
    expect(codecOf({ skippable: [] }).decode(encoded)).toStrictEqual(right(note))
    expect(older.decodeAll?.(encoded)).toStrictEqual(right([]))
  })
})

describe('codecs of several', () => {
  type Read = (encoded: EncodedEvent) => Either<unknown, ReadonlyArray<unknown>>
  const lamps = eventCodec({ SwitchedOn: {} })
  const byHand: EventCodec<{ readonly type: 'Added'; readonly n: number }> = {
    types: older.types,
    encode: older.encode,
    decode: older.decode,
  }
  const readers: Readonly<Record<string, Read | undefined>> = {
    one: older.decodeAll,
    'a prefix': prefixed('tally', older).decodeAll,
    'another prefix': prefixed('other', older).decodeAll,
    struct: structCodec({ tally: older }).decodeAll,
    'struct without the part': structCodec({ other: older }).decodeAll,
    many: manyCodec(older).decodeAll,
    merged: mergeCodecs(older, lamps).decodeAll,
    'by hand, prefixed': prefixed('tally', byHand).decodeAll,
    'by hand, many': manyCodec(byHand).decodeAll,
  }
  const key = '7'
  const writers: Readonly<Record<string, readonly [EncodedEvent, EncodedEvent]>> = {
    one: [encodedBy(newer, note), encodedBy(newer, { type: 'Lost' })],
    'a prefix': [
      encodedBy(prefixed('tally', newer), note),
      encodedBy(prefixed('tally', newer), { type: 'Lost' }),
    ],
    many: [
      encodedBy(manyCodec(newer), { key, event: note }),
      encodedBy(manyCodec(newer), { key, event: { type: 'Lost' } }),
    ],
    'many, prefixed': [
      encodedBy(prefixed('tally', manyCodec(newer)), { key, event: note }),
      encodedBy(prefixed('tally', manyCodec(newer)), { key, event: { type: 'Lost' } }),
    ],
  }

  it.each(Object.keys(readers))(
    '%s: an unknown event is passed over where it is marked',
    (name) => {
      for (const [marked, unmarked] of Object.values(writers)) {
        expect(readers[name]?.(marked)).toStrictEqual(right([]))
        expect(readers[name]?.(unmarked)).toMatchObject(left({ eventType: unmarked.type }))
      }
    },
  )

  it('by hand: an event that the codec knows is decoded or refused, marked or not', () => {
    const read = prefixed('tally', byHand).decodeAll
    const stored = { type: 'tally.Added', schemaVersion: 1 }
    const added = { type: 'Added', n: 1 } as const
    for (const mark of [{}, { $skippable: true }]) {
      expect(read?.({ ...stored, data: { ...added, ...mark } })).toStrictEqual(right([added]))
      expect(read?.({ ...stored, data: { ...mark } })).toMatchObject(unknown('tally.Added'))
    }
  })

  it('give back what is marked and known', () => {
    const keyed = { key, event: note }
    const many = manyCodec(newer)
    expect(many.decode(encodedBy(many, keyed))).toStrictEqual(right(keyed))
    const struct = structCodec({ tally: newer })
    const tagged = { type: 'tally', event: note } as const
    expect(struct.decode(encodedBy(struct, tagged))).toStrictEqual(right(tagged))
    const both = mergeCodecs(newer, lamps)
    expect(both.decode(encodedBy(both, note))).toStrictEqual(right(note))
  })
})
