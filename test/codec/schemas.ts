// One set of events, as four libraries write it.
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as Schema from 'effect/Schema'
import * as v from 'valibot'
import * as z from 'zod'
import type { Codec } from '../../src/codec/Codec.ts'
import { schemaCodec } from '../../src/codec/StandardSchema.ts'

export interface Placed {
  readonly type: 'Placed'
  readonly customer: string
  readonly lines: ReadonlyArray<{ readonly product: string; readonly quantity: number }>
  readonly note?: string
}

/** Schemas of effect say nothing of themselves until they are asked. */
export const standard = <S extends Schema.Decoder<unknown>>(schema: S) =>
  Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema))

export const placed: Readonly<Record<string, Codec<Placed>>> = {
  zod: schemaCodec(
    z.object({
      type: z.literal('Placed'),
      customer: z.string().min(1),
      lines: z
        .array(z.object({ product: z.string(), quantity: z.number().int().min(1) }))
        .readonly(),
      note: z.string().exactOptional(),
    }),
  ),
  valibot: schemaCodec(
    toStandardJsonSchema(
      v.object({
        type: v.literal('Placed'),
        customer: v.pipe(v.string(), v.minLength(1)),
        lines: v.array(
          v.object({
            product: v.string(),
            quantity: v.pipe(v.number(), v.integer(), v.minValue(1)),
          }),
        ),
        note: v.exactOptional(v.string()),
      }),
    ),
  ),
  effect: schemaCodec(
    standard(
      Schema.Struct({
        type: Schema.Literal('Placed'),
        customer: Schema.NonEmptyString,
        lines: Schema.Array(
          Schema.Struct({
            product: Schema.String,
            quantity: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
          }),
        ),
        note: Schema.optionalKey(Schema.String),
      }),
    ),
  ),
  arktype: schemaCodec(
    type({
      type: "'Placed'",
      customer: 'string >= 1',
      lines: type({ product: 'string', quantity: 'number.integer >= 1' }).array(),
      'note?': 'string',
    }),
  ),
}
