import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type } from 'arktype'
import * as Schema from 'effect/Schema'
import fc from 'fast-check'
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Codec } from '../../../src/codec/Codec.ts'
import {
  schemaCommandCodec,
  schemaCodec,
  schemaEventCodec,
} from '../../../src/codec/StandardSchema.ts'
import * as zod from '../../../src/codec/Zod.ts'
import type { SchemaOverride } from '../../../src/embed/Json/schema.ts'
import { codecSchema, eventsSchema } from '../../../src/embed/Json/schema.ts'
import { arbitrary, nearMisses } from '../../../src/testing/arbitrary.ts'
import { placed, standard } from '../../codec/schemas.ts'
import { runs } from '../../setup.ts'

const ajv = new Ajv2020({ allowUnionTypes: true, validateFormats: false })

const $schema = 'https://json-schema.org/draft/2020-12/schema'

const tree = z.object({
  name: z.string(),
  get kids() {
    return z.array(tree)
  },
})

const written = <A>(of: Codec<A>, given: ReadonlyArray<SchemaOverride> = []): unknown => {
  const schema = codecSchema(of, { given })
  return schema._tag === 'Right' ? schema.right : schema.left
}

describe('laws 1 and 2: what the codec decodes is valid, and what it refuses is not', () => {
  const commands = {
    zod: schemaCommandCodec({ Plant: z.strictObject({ tree }), Cut: {} }),
    'zod, both ways': zod.zodCommandCodec({
      Plant: z.object({
        n: z.codec(z.string().regex(/^\d+$/), z.bigint(), { decode: BigInt, encode: String }),
      }),
    }),
    valibot: schemaCommandCodec({
      Plant: toStandardJsonSchema(v.object({ height: v.pipe(v.number(), v.minValue(1)) })),
    }),
    effect: schemaCommandCodec({ Plant: standard(Schema.Struct({ height: Schema.Finite })) }),
    arktype: schemaCommandCodec({
      Plant: type({ height: 'number > 0', 'kind?': "'oak' | 'elm'" }),
    }),
  }

  it.each<[string, unknown]>([...Object.entries(placed), ...Object.entries(commands)])(
    '%s',
    (_, one) => {
      const of = one as Codec<unknown>
      const schema = codecSchema(of)
      if (isLeft(schema)) return expect.unreachable(schema.left.reason)
      const check = ajv.compile(schema.right)
      fc.assert(
        fc.property(arbitrary(of), nearMisses(of), (value, { input }) => {
          expect(check(of.encode(value))).toBe(true)
          expect(check(input)).toBe(false)
        }),
        { numRuns: runs(20) },
      )
    },
  )
})

it('law 4: the mark of a skippable event is valid, also where a schema names all fields', () => {
  const n = z.number()
  const events = schemaEventCodec(
    {
      Strict: z.strictObject({ n }),
      Loose: z.object({ n }),
      Rest: z.object({}).catchall(n),
      Either: z.union([z.strictObject({ n }), z.strictObject({ m: n })]),
    },
    { skippable: ['Strict', 'Loose', 'Rest', 'Either'] },
  )
  const schema = eventsSchema(events)
  if (isLeft(schema)) return expect.unreachable(schema.left.reason)
  const check = ajv.compile(schema.right)
  for (const type of ['Strict', 'Loose', 'Rest', 'Either'] as const) {
    // the compiler does not see that each of the types has the field
    const encoded = events.encode({ type, n: 1 } as Parameters<typeof events.encode>[0])
    if (isLeft(encoded)) return expect.unreachable(type)
    const { data } = encoded.right
    expect(data).toStrictEqual({ type, n: 1, $skippable: true })
    expect(check(encoded.right)).toBe(true)
    expect(check({ ...encoded.right, data: { type, n: 1 } })).toBe(true)
    expect(check({ ...encoded.right, data: { type, n: 1, $skippable: 'x' } })).toBe(
      type === 'Loose',
    )
  }
})

it('what a schema refers to moves to the document', () => {
  const schema = eventsSchema(
    schemaEventCodec({ Planted: z.object({ tree }), Cut: z.object({ tree }) }),
  )
  const node = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      kids: { type: 'array', items: { $ref: '#/$defs/__schema0' } },
    },
    required: ['name', 'kids'],
  }
  expect(schema).toMatchObject(
    right({
      $schema,
      oneOf: [
        { properties: { data: { properties: { tree: { $ref: '#/$defs/__schema0' } } } } },
        { properties: { data: { properties: { tree: { $ref: '#/$defs/__schema02' } } } } },
      ],
      $defs: { __schema0: node },
    }),
  )
})

it('a schema that refers to itself as a whole moves, too', () => {
  expect(written(schemaCodec(tree))).toStrictEqual({
    $schema,
    type: 'object',
    properties: {
      name: { type: 'string' },
      kids: { type: 'array', items: { $ref: '#/$defs/Recursive' } },
    },
    required: ['name', 'kids'],
    $defs: {
      Recursive: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          kids: { type: 'array', items: { $ref: '#/$defs/Recursive' } },
        },
        required: ['name', 'kids'],
      },
    },
  })
})

const given = (jsonSchema: Readonly<Record<string, unknown>>) =>
  schemaCodec(z.unknown(), { jsonSchema })

it('a reference that leads nowhere is refused', () => {
  const reason = 'its JSON Schema has a broken reference'
  expect(written(given({ properties: { a: { $ref: 'other.json' } } }))).toStrictEqual({
    type: 'UnsupportedSchema',
    path: 'a',
    name: 'other.json',
    reason,
  })
})

it('where there is no JSON Schema, one can be given', () => {
  expect(codecSchema(schemaCodec(v.string()))).toStrictEqual(
    left({
      type: 'UnsupportedSchema',
      path: '',
      name: 'codec',
      reason: 'the library of its schema writes no JSON Schema, so pass one',
    }),
  )
  expect(written(schemaCodec(v.string()), [['codec', { type: 'string' }]])).toStrictEqual({
    $schema,
    type: 'string',
  })
})

it('a schema can be given for each place, and for a title', () => {
  const own = given({
    properties: {
      a: true,
      list: { items: true, prefixItems: [false, true], contains: {} },
      record: {
        additionalProperties: { type: 'string' },
        propertyNames: { pattern: 'x' },
        patternProperties: { y: {} },
      },
      named: { title: 'Cents' },
    },
    anyOf: [{ properties: { $ref: { type: 'null' } } }, { const: { $ref: '#/nowhere' } }],
    $defs: { unused: {} },
  })
  const of = (name: string) => ({ description: name })
  expect(
    written(own, [
      ['list[]', of('element')],
      ['record.*', of('value')],
      ['record.(key)', of('key')],
      ['Cents', of('cents')],
    ]),
  ).toStrictEqual({
    $schema,
    properties: {
      a: true,
      list: { items: true, prefixItems: [false, true], contains: of('element') },
      record: {
        additionalProperties: of('value'),
        propertyNames: of('key'),
        patternProperties: { y: of('value') },
      },
      named: of('cents'),
    },
    anyOf: [{ properties: { $ref: { type: 'null' } } }, { const: { $ref: '#/nowhere' } }],
  })
})

describe('the type of an event or a command', () => {
  const dataOf = (jsonSchema: Readonly<Record<string, unknown>>): unknown => {
    const own: Parameters<typeof schemaCommandCodec>[0] = {
      A: {
        '~standard': { validate: () => ({ value: {} }), jsonSchema: { input: () => jsonSchema } },
      },
    }
    const schema = codecSchema(schemaCommandCodec(own))
    return isLeft(schema) ? schema.left : schema.right
  }
  const tag = { type: 'object', properties: { type: { const: 'A' } }, required: ['type'] }

  it.each([
    [
      { type: 'object', additionalProperties: false },
      { ...tag, additionalProperties: false },
    ],
    [
      { type: 'object', required: ['type', 'b'] },
      { ...tag, required: ['type', 'b'] },
    ],
    [{ not: { type: 'null' } }, { allOf: [{ allOf: [{ not: { type: 'null' } }, tag] }, tag] }],
    [
      { oneOf: [{ type: 'object', properties: { b: {} } }, true, false] },
      {
        allOf: [{ oneOf: [{ ...tag, properties: { ...tag.properties, b: {} } }, tag, false] }, tag],
      },
    ],
  ])('%j', (own, expected) => {
    expect(dataOf(own)).toStrictEqual({ $schema, oneOf: [{ title: 'A', ...expected }] })
  })
})
