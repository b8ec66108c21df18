import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Codec } from '../../../src/codec/Codec.ts'
import { schemaCodec, schemaCommandCodec } from '../../../src/codec/StandardSchema.ts'
import * as zod from '../../../src/codec/Zod.ts'
import type { ArbitraryOptions } from '../../../src/testing/arbitrary.ts'
import { tryNearMisses } from '../../../src/testing/arbitrary/nearMisses.ts'
import { arbitrary, nearMisses, tryArbitrary } from '../../../src/testing/arbitrary.ts'
import { runs } from '../../setup.ts'

type JsonSchema = Readonly<Record<string, unknown>>

const ajv = new Ajv2020({ strict: false, validateFormats: false })

/** A codec that takes what is valid under a JSON Schema, as another implementation has it. */
const codecOf = (jsonSchema: JsonSchema) => {
  const check = ajv.compile(jsonSchema)
  return schemaCodec(
    z.unknown().refine((u) => check(u)),
    { jsonSchema },
  )
}

const list = { $ref: '#/$defs/list' }

describe('what is generated is valid', () => {
  it.each<JsonSchema>([
    {},
    { type: ['string', 'null'] },
    { type: 'boolean' },
    { type: 'number' },
    { type: 'number', minimum: -1, maximum: 1 },
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    { type: 'number', multipleOf: 0.01, minimum: 0 },
    { type: 'integer', minimum: 1_000_000, maximum: 1_000_010 },
    { type: 'integer', multipleOf: 25 },
    { minimum: 3, type: 'number' },
    { type: 'string', minLength: 3, maxLength: 3 },
    { type: 'string', maxLength: 2 },
    { type: 'string', pattern: '^[A-Z]{3}-\\d{4}$' },
    { type: 'string', pattern: '^(?=[a-z])[a-z0-9]{1,8}$' },
    ...[
      'date-time',
      'date',
      'time',
      'email',
      'uuid',
      'uri',
      'hostname',
      'ipv4',
      'ipv6',
      'duration',
    ].map((format) => ({ type: 'string', format })),
    { type: 'string', format: 'date', pattern: '^2026-' },
    { type: 'string', format: 'unheard-of' },
    { const: 7 },
    { const: { a: [1] } },
    { enum: ['a', 1, null, { b: 2 }] },
    { type: 'array' },
    { items: { type: 'integer' }, type: 'array', minItems: 1, maxItems: 2 },
    { type: 'array', items: { type: 'integer' }, minItems: 8 },
    { type: 'array', items: { type: 'integer' }, uniqueItems: true },
    {
      type: 'array',
      prefixItems: [{ type: 'string' }, { type: 'null' }],
      items: false,
      minItems: 2,
    },
    { type: 'object' },
    { type: 'object', additionalProperties: false },
    { type: 'object', properties: {} },
    { type: 'object', required: ['a'], additionalProperties: { type: 'number' } },
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: false, c: { not: {} } },
      required: ['a'],
    },
    { type: 'object', additionalProperties: { type: 'number' } },
    { type: 'object', additionalProperties: { type: 'null' }, propertyNames: { pattern: '^k' } },
    {
      type: 'object',
      patternProperties: { '^x_': { type: 'number' } },
      additionalProperties: false,
    },
    {
      type: 'object',
      propertyNames: { enum: ['a', 'b'] },
      additionalProperties: { type: 'number' },
      required: ['a', 'b'],
    },
    { anyOf: [{ type: 'string' }, { type: 'object', properties: { a: { type: 'null' } } }] },
    { oneOf: [{ type: 'integer' }, { type: 'string' }], not: { const: '' } },
    {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] },
      ],
    },
    {
      $ref: '#/$defs/list',
      $defs: {
        list: {
          type: 'object',
          properties: { head: { type: 'null' }, tail: list },
          required: ['head'],
        },
      },
    },
    {
      type: 'object',
      properties: { a: { $ref: '#/$defs/leaf' }, b: { $ref: '#/$defs/leaf' } },
      $defs: { leaf: { type: 'integer', minimum: 0 } },
    },
  ])('%j', (schema) => {
    const of = codecOf(schema)
    fc.assert(
      fc.property(arbitrary(of), (value) => {
        expect(of.decode(of.encode(value))).toStrictEqual(right(value))
      }),
      { numRuns: runs(10) },
    )
  })
})

const told = <A>(of: Codec<A>, options?: ArbitraryOptions): string => {
  const made = tryArbitrary(of, options)
  return isLeft(made) ? `${made.left.path}: ${made.left.reason}` : 'made'
}

it('what a check is after is found among common forms and ranges', () => {
  const of = schemaCodec(
    z.object({
      lines: z.array(z.object({ currency: z.string().refine((s) => /^[A-Z]{3}$/.test(s)) })),
      year: z.number().refine((n) => Number.isInteger(n) && n > 1_950 && n < 2_050),
    }),
  )
  const samples = fc.sample(arbitrary(of), { numRuns: 100, seed: 1 })
  expect(samples.some(({ lines }) => lines.length > 1)).toBe(true)
  expect(samples.every((one) => of.is(one))).toBe(true)
})

describe('where there is no generator, the failure says where', () => {
  const asksMore = 'the codec requires more than its JSON Schema says, so give a generator'

  it.each<[unknown, string]>([
    [
      z.object({
        lines: z.array(z.object({ sku: z.string().refine((s) => /^AB\d{9}$/.test(s)) })),
      }),
      `lines[].sku: ${asksMore}`,
    ],
    [z.number().refine(() => false), `: ${asksMore}`],
    [
      z.custom<string>(() => true),
      ': there is no JSON Schema of it (Error: Custom types cannot be represented in JSON Schema)',
    ],
  ])('%#', (schema, expected) => {
    expect(told(schemaCodec(schema as z.ZodType))).toBe(expected)
  })

  it.each<[JsonSchema, string]>([
    [
      { type: 'string', format: 'date', maxLength: 3 },
      'hardly any value fits it, so give a generator',
    ],
    [{ type: 'lost' }, 'it has no values'],
  ])('%j', (jsonSchema, reason) => {
    expect(told(schemaCodec(z.unknown(), { jsonSchema }))).toContain(reason)
  })

  it('what does not come back as it was', () => {
    const never = zod.zodCodec(
      z.codec(z.string(), z.number(), { decode: (s) => s.length, encode: () => '' }),
    )
    expect(told(never)).toContain('it accepts hardly any value')
  })
})

it('a pattern may need to be read without Unicode', () => {
  const of = schemaCodec(z.string().regex(new RegExp('^\\-[a-z]$')))
  fc.assert(
    fc.property(arbitrary(of), (value) => {
      expect(value).toMatch(/^-[a-z]$/)
    }),
  )
  expect(told(schemaCodec(z.string(), { jsonSchema: { type: 'string', pattern: '(' } }))).toBe(
    'made',
  )
})

describe('given generators', () => {
  const sku = z.string().refine((s) => /^AB\d{9}$/.test(s))
  const commands = schemaCommandCodec({
    Add: z.object({ sku }),
    Drop: z.object({ sku }),
    Clear: {},
  })
  const skus = fc.constantFrom('AB000000001', 'AB000000002')

  it('for a place, in all members or in one', () => {
    expect(told(commands, { given: [['sku', skus]] })).toBe('made')
    expect(told(commands, { given: [['Add.sku', skus]] })).toContain('Drop.sku: ')
  })

  it('for a member as a whole, and for all', () => {
    const whole = fc.constant({ type: 'Add', sku: 'AB000000003' })
    const wanted = arbitrary(commands, {
      given: [
        ['Add', whole],
        ['sku', skus],
      ],
    })
    const adds = fc.sample(wanted, { numRuns: 100, seed: 1 }).filter((one) => one.type === 'Add')
    expect(new Set(adds.map((one) => one.sku))).toStrictEqual(new Set(['AB000000003']))
    expect(told(commands, { given: [['', whole]] })).toBe('made')
  })

  it('a place that there is not is told', () => {
    expect(told(commands, { given: [['skew', skus]] })).toContain('"sku"')
    // of a schema that says nothing, no place is known
    const silent = schemaCodec(z.custom<string>(() => true))
    expect(told(silent, { given: [['anywhere', skus]] })).toContain('there is no JSON Schema')
  })
})

describe('near misses', () => {
  it('differ from valid data where they say', () => {
    const of = schemaCodec(
      z.object({ name: z.string(), lines: z.array(z.object({ quantity: z.int().min(1) })) }),
    )
    fc.assert(
      fc.property(nearMisses(of), ({ input, path, valid }) => {
        const rejected = of.decode(input)
        if (!isLeft(rejected)) return expect.unreachable()
        expect(of.decode(valid)).toStrictEqual(right(valid))
        for (const issue of rejected.left) {
          expect(issue.path.slice(0, path.length)).toStrictEqual(path)
        }
      }),
      { numRuns: runs(20) },
    )
  })

  it('need a JSON Schema', () => {
    expect(isLeft(tryNearMisses(schemaCodec(z.custom<string>(() => true))))).toBe(true)
  })
})
