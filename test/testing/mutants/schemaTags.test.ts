import { type } from 'arktype'
import * as Schema from 'effect/Schema'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { schemaCodec, schemaEventCodec } from '../../../src/codec/StandardSchema.ts'
import { kindNames } from '../../../src/testing/mutants/kinds.ts'
import { standard } from '../../codec/schemas.ts'

const open = z.object({ type: z.literal('Open') })
const close = z.object({ type: z.literal('Close'), by: z.string() })

describe('the kinds that there are, as schemas name them', () => {
  it.each([
    [
      'by the schemas of fields',
      schemaEventCodec({ Open: {}, Close: z.object({ by: z.string() }) }),
    ],
    ['zod', schemaCodec(z.discriminatedUnion('type', [open, close]))],
    ['zod, of a list of names', schemaCodec(z.object({ type: z.enum(['Open', 'Close']) }))],
    [
      'zod, with more beside them',
      schemaCodec(z.union([open, close]).and(z.object({ at: z.number() }))),
    ],
    [
      'effect',
      schemaCodec(
        standard(
          Schema.Union([
            Schema.Struct({ type: Schema.Literal('Open') }),
            Schema.Struct({ type: Schema.Literal('Close'), by: Schema.String }),
          ]),
        ),
      ),
    ],
    ['arktype', schemaCodec(type({ type: "'Open'" }).or({ type: "'Close'", by: 'string' }))],
    [
      'a reference',
      schemaCodec(z.unknown(), {
        jsonSchema: {
          $ref: '#/$defs/d',
          $defs: { d: { properties: { type: { enum: ['Open', 'Close'] } } } },
        },
      }),
    ],
  ])('%s', (_, kinds) => {
    expect(new Set(kindNames(kinds))).toStrictEqual(new Set(['Open', 'Close']))
  })

  it.each([
    ['a schema without a type', schemaCodec(z.object({ kind: z.literal('Open') }))],
    ['a type that is any string', schemaCodec(z.object({ type: z.string() }))],
    [
      'a member without a type',
      schemaCodec(z.union([open, z.object({ kind: z.literal('Close') })])),
    ],
    ['a schema that writes no JSON Schema', schemaCodec(v.object({ type: v.literal('Open') }))],
    ['one that refers to itself alone', schemaCodec(z.unknown(), { jsonSchema: { $ref: '#' } })],
    ['types that are no strings', schemaCodec(z.object({ type: z.literal(1) }))],
  ])('are not known of %s', (_, kinds) => {
    expect(kindNames(kinds)).toBeUndefined()
  })
})
