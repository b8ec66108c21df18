import fc from 'fast-check'
import * as Schema from 'effect/Schema'
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { twoWaySchemaCodec } from '../../src/codec/StandardSchema.ts'
import { zodCodec, zodCommandCodec, zodEventCodec } from '../../src/codec/Zod.ts'

const instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (written) => new Date(written),
  encode: (value) => value.toISOString(),
})
const digits = z.codec(z.string().regex(/^\d+$/), z.bigint(), { decode: BigInt, encode: String })
const shipped = zodCodec(z.object({ on: instant, parcels: z.array(z.object({ grams: digits })) }))

const shipment = fc.record(
  {
    on: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
    parcels: fc.array(fc.record({ grams: fc.bigInt({ min: 0n }) }, { noNullPrototype: true })),
  },
  { noNullPrototype: true },
)

describe('laws', () => {
  it('law 1: round trip, also through JSON text', () => {
    fc.assert(
      fc.property(shipment, (value) => {
        const text = JSON.stringify(shipped.encode(value))
        expect(shipped.decode(JSON.parse(text))).toStrictEqual(right(value))
      }),
    )
  })

  it('law 2: a value is what zod encodes, and gets back as it was', () => {
    const value = { on: new Date(0), parcels: [{ grams: 1n }] }
    expect(shipped.is(value)).toBe(true)
    expect(shipped.is({ ...value, on: new Date(NaN) })).toBe(false)
    expect(shipped.is(shipped.encode(value))).toBe(false)
    const rounded = zodCodec(
      z.codec(z.number(), z.number(), { decode: (n) => n, encode: (n) => Math.round(n) }),
    )
    expect(rounded.is(2)).toBe(true)
    expect(rounded.is(2.5)).toBe(false)
  })

  it('a refusal says where', () => {
    const decoded = shipped.decode({ on: 'today', parcels: [{ grams: '1' }, { grams: 2 }] })
    expect(isLeft(decoded) && decoded.left).toMatchObject([
      { path: ['on'], actual: 'today' },
      { path: ['parcels', 1, 'grams'], expected: 'string', actual: 2 },
    ])
  })

  it('a default is filled in where old data lacks a field', () => {
    const named = zodCodec(z.object({ name: z.string().default('?') }))
    expect(named.decode({})).toStrictEqual(right({ name: '?' }))
    expect(named.encode({ name: 'Ann' })).toStrictEqual({ name: 'Ann' })
  })

  it('a schema without a way back has no values', () => {
    const length = zodCodec(z.object({ n: z.string().transform((s) => s.length) }))
    expect(length.is({ n: 3 })).toBe(false)
    const events = zodEventCodec({
      Measured: z.object({ n: z.string().transform((s) => s.length) }),
    })
    expect(isLeft(events.encode({ type: 'Measured', n: 3 }))).toBe(true)
  })

  it('a codec that answers later is refused', () => {
    const later = zodCodec(
      z.codec(z.string(), z.number(), { decode: async (s) => Number(s), encode: String }),
    )
    expect(isLeft(later.decode('3'))).toBe(true)
  })
})

describe('a field that a later member of a union names is not lost', () => {
  const day = '1970-01-01T00:00:00.000Z'
  const small = z.object({ on: instant })
  const large = z.object({ on: instant, note: z.string() })
  const maybe = z.object({ on: instant, note: z.string().optional() })
  const either = z.union([small, large])
  const stored = { on: day, note: 'x' }
  const days = Schema.Union([
    Schema.Struct({ on: Schema.DateFromString }),
    Schema.Struct({ on: Schema.DateFromString, note: Schema.String }),
  ])
  const [there, back] = [days, Schema.flip(days)].map((one) =>
    Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(one)),
  )

  const cases: ReadonlyArray<readonly [string, z.ZodType, (one: unknown) => unknown, string]> = [
    ['at the root', either, (one) => one, ''],
    ['in a field', z.object({ u: either }), (u) => ({ u }), 'u.'],
    ['of an optional field', z.union([small, maybe]), (one) => one, ''],
    ['in a list', z.array(either), (one) => [{ on: day }, one], '1.'],
    ['in a tuple', z.tuple([z.string(), either]), (one) => ['a', one], '1.'],
    ['in a record', z.record(z.string(), either), (one) => ({ k: one }), 'k.'],
    ['within another', z.union([z.string(), z.union([z.number(), either])]), (one) => one, ''],
    ['that may be null', either.nullable(), (one) => one, ''],
    ['that may be missing', z.object({ u: either.optional() }), (u) => ({ u }), 'u.'],
    [
      'of members with a tag',
      z.discriminatedUnion('t', [
        z.object({ t: z.literal('a'), u: either }),
        z.object({ t: z.literal('b') }),
      ]),
      (u) => ({ t: 'a', u }),
      'u.',
    ],
    ['both of two', z.intersection(either, z.object({ on: instant })), (one) => one, ''],
    ['beside a default', z.object({ u: either, n: z.number().default(1) }), (u) => ({ u }), 'u.'],
    [
      'of one that knows itself',
      z.object({
        u: either,
        get more() {
          return z.array(either)
        },
      }),
      (u) => ({ u: { on: day }, more: [u] }),
      'more.0.',
    ],
    [
      'beneath a codec of its own',
      z.codec(z.array(either), z.set(z.unknown()), {
        decode: (all) => new Set<unknown>(all),
        // what a set was made of
        encode: (all) => [...all] as Array<z.output<typeof either>>,
      }),
      (one) => [one],
      '0.',
    ],
  ]

  it.each(cases)('%s', (_, schema, around, path) => {
    const of = zodCodec(schema)
    const issues = of.decode(around(stored))
    expect(issues).toMatchObject(
      left([{ expected: 'a field of the first member of the union that fits', actual: 'x' }]),
    )
    expect(isLeft(issues) && issues.left[0].path.join('.')).toBe(`${path}note`)
    // unknown to all members
    const known = of.decode(around({ on: day }))
    expect(isLeft(known)).toBe(false)
    expect(of.decode(around({ on: day, other: [1] }))).toStrictEqual(known)
  })

  it('nor is it where an event is written', () => {
    const value = { on: new Date(0), note: 'x' }
    expect(zodCodec(either).is(value)).toBe(false)
    expect(zodCodec(z.object({ u: z.array(either) })).is({ u: [value] })).toBe(false)
    const events = zodEventCodec({ Shipped: either })
    expect(isLeft(events.encode({ type: 'Shipped', ...value }))).toBe(true)
    expect(zodCodec(either).is({ on: new Date(0) })).toBe(true)
    expect(zodCodec(either).is({ on: new Date(0), other: 1 })).toBe(true)
  })

  it('nor by schemas for each direction', () => {
    if (there === undefined || back === undefined) return expect.unreachable('there are two')
    const of = twoWaySchemaCodec({ decode: there, encode: back })
    expect(of.decode(stored)).toMatchObject(left([{ path: ['note'], actual: 'x' }]))
    expect(of.decode({ on: day, other: 1 })).toStrictEqual(right({ on: new Date(0) }))
  })

  it('nor where the later member is a record', () => {
    const of = zodCodec(z.union([small, z.record(z.string(), z.string())]))
    expect(of.decode(stored)).toMatchObject(left([{ path: ['note'], actual: 'x' }]))
    expect(of.decode({ note: 'x' })).toStrictEqual(right({ note: 'x' }))
  })

  it('with the larger member first, both are taken', () => {
    const of = zodCodec(z.union([large, small]))
    expect(of.decode(stored)).toStrictEqual(right({ on: new Date(0), note: 'x' }))
    expect(of.decode({ on: day })).toStrictEqual(right({ on: new Date(0) }))
    expect(of.is({ on: new Date(0), note: 'x' })).toBe(true)
  })

  it('a field that a codec leaves out by itself is no loss, whatever unions there are', () => {
    const renamed = z.codec(
      z.object({ name: z.string(), was: z.string().optional() }),
      z.object({ name: z.string() }),
      { decode: ({ name }) => ({ name }), encode: ({ name }) => ({ name }) },
    )
    const of = zodCodec(z.object({ renamed, u: either.nullable() }))
    expect(of.decode({ renamed: { name: 'a', was: 'b' }, u: null })).toStrictEqual(
      right({ renamed: { name: 'a' }, u: null }),
    )
  })

  it('nor is one that is undefined, or an element that comes up twice', () => {
    const set = z.codec(z.array(z.string()), z.set(z.string()), {
      decode: (all) => new Set(all),
      encode: (all) => [...all],
    })
    const of = zodCodec(z.object({ u: either, set }))
    const decoded = of.decode({ u: { on: day, note: undefined }, set: ['a', 'a'] })
    expect(decoded).toStrictEqual(right({ u: { on: new Date(0) }, set: new Set(['a']) }))
  })

  it('nothing is told where there is no way back', () => {
    const of = zodCodec(z.union([z.object({ n: z.string().transform(Number) }), z.string()]))
    expect(of.decode({ n: '1', more: 1 })).toStrictEqual(right({ n: 1 }))
  })
})

describe('events and commands by the schemas of their fields', () => {
  it('events', () => {
    const events = zodEventCodec({ Shipped: z.object({ on: instant }), Lost: {} })
    const event = { type: 'Shipped', on: new Date(0) } as const
    const data = { type: 'Shipped', on: '1970-01-01T00:00:00.000Z' }
    const encoded = { type: 'Shipped', schemaVersion: 1, data }
    expect(events.encode(event)).toStrictEqual(right(encoded))
    expect(events.decode(encoded)).toStrictEqual(right(event))
    expect(events.encode({ type: 'Lost' })).toStrictEqual(
      right({ type: 'Lost', schemaVersion: 1, data: { type: 'Lost' } }),
    )
  })

  it('commands', () => {
    const commands = zodCommandCodec({ Ship: z.object({ on: instant }) })
    const on = '1970-01-01T00:00:00.000Z'
    expect(commands.decode({ type: 'Ship', on })).toStrictEqual(
      right({ type: 'Ship', on: new Date(on) }),
    )
  })
})
