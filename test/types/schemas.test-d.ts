import { type } from 'arktype'
import * as Schema from 'effect/Schema'
import * as v from 'valibot'
import { expectTypeOf, it } from 'vitest'
import * as z from 'zod'
import type { Codec } from '../../src/codec/Codec.ts'
import type { EventCodec } from '../../src/codec/EventCodec.ts'
import {
  schemaCodec,
  schemaCommandCodec,
  schemaEventCodec,
} from '../../src/codec/StandardSchema.ts'
import * as zod from '../../src/codec/Zod.ts'

interface Line {
  readonly skus: ReadonlyArray<string>
  readonly note?: string
}

const instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (written) => new Date(written),
  encode: (value) => value.toISOString(),
})

it('a codec is of what its schema is of, with arrays that nobody writes to', () => {
  const fromZod: Codec<Line> = schemaCodec(
    z.object({ skus: z.array(z.string()), note: z.string().exactOptional() }),
  )
  const fromValibot: Codec<Line> = schemaCodec(
    v.object({ skus: v.array(v.string()), note: v.exactOptional(v.string()) }),
  )
  const fromEffect: Codec<Line> = schemaCodec(
    Schema.toStandardSchemaV1(
      Schema.Struct({ skus: Schema.Array(Schema.String), note: Schema.optionalKey(Schema.String) }),
    ),
  )
  const fromArkType: Codec<Line> = schemaCodec(type({ skus: 'string[]', 'note?': 'string' }))
  expectTypeOf([fromZod, fromValibot, fromEffect, fromArkType]).toEqualTypeOf<Codec<Line>[]>()
  expectTypeOf(schemaCodec(z.tuple([z.string(), z.unknown()]))).toEqualTypeOf<
    Codec<readonly [string, unknown]>
  >()
})

it('a schema that transforms does not compile', () => {
  // @ts-expect-error text becomes a number
  schemaCodec(z.object({ a: z.string().transform(Number) }))
  // @ts-expect-error a missing field is filled in
  schemaCodec(z.object({ a: z.string().default('x') }))
  // @ts-expect-error text becomes a date
  schemaCodec(z.object({ at: instant }))
  // @ts-expect-error text becomes a number
  schemaCodec(v.pipe(v.string(), v.transform(Number)))
  // @ts-expect-error text becomes a date
  schemaCodec(Schema.toStandardSchemaV1(Schema.DateFromString))
  // @ts-expect-error text becomes a number
  schemaCodec(type('string.numeric.parse'))
  // @ts-expect-error the fields of an event may not transform, either
  schemaEventCodec({ Shipped: z.object({ on: instant }) })
  // @ts-expect-error nor those of a command
  schemaCommandCodec({ Ship: z.object({ on: instant }) })
})

it('a brand is no change', () => {
  const Id = z.string().brand<'Id'>()
  type Id = z.infer<typeof Id>
  const ids: Codec<{ readonly ids: ReadonlyArray<Id>; readonly note?: string }> = schemaCodec(
    z.object({ ids: z.array(Id), note: z.string().exactOptional() }),
  )
  expectTypeOf(ids.encode).parameter(0).toHaveProperty('ids')
  schemaCodec(v.object({ n: v.pipe(v.number(), v.brand('Cents')), on: v.optional(v.boolean()) }))
  schemaCodec(
    Schema.toStandardSchemaV1(Schema.Struct({ id: Schema.String.pipe(Schema.brand('Id')) })),
  )
  schemaCodec(type({ id: 'string#id', 'n?': 'bigint#n' }))
  // @ts-expect-error with a brand or without, a default fills in
  schemaCodec(z.object({ id: Id.default('x' as Id) }))
})

it('codecs of zod have a way back', () => {
  expectTypeOf(zod.zodCodec(z.object({ on: z.array(instant) }))).toEqualTypeOf<
    Codec<{ readonly on: ReadonlyArray<Date> }>
  >()
  // @ts-expect-error a schema of valibot has none
  zod.zodCodec(v.string())
})

it('events are given by the schemas of their fields', () => {
  type Event =
    | { readonly type: 'Opened'; readonly by: string }
    | { readonly type: 'Shipped'; readonly on: Date }
    | { readonly type: 'Closed' }
  const dated = zod.zodCodec(z.object({ type: z.literal('Shipped'), on: instant }))
  expectTypeOf(
    schemaEventCodec({ Opened: z.object({ by: z.string() }), Shipped: dated, Closed: {} }),
  ).toEqualTypeOf<EventCodec<Event>>()
  expectTypeOf(
    zod.zodEventCodec({
      Opened: z.object({ by: z.string() }),
      Shipped: z.object({ on: instant }),
      Closed: z.object({}),
    }),
  ).toEqualTypeOf<EventCodec<Event>>()
  expectTypeOf(
    zod.zodCommandCodec({ Opened: z.object({ by: z.string() }), Shipped: dated, Closed: {} }),
  ).toEqualTypeOf<Codec<Event>>()
  // @ts-expect-error what is not a schema, a codec or a chain
  schemaEventCodec({ Opened: { by: 'string' } })
})
