import fc from 'fast-check'
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { codec, commandCodec, eventCodec } from '../../src/codec/Zod.ts'

const instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (written) => new Date(written),
  encode: (value) => value.toISOString(),
})
const digits = z.codec(z.string().regex(/^\d+$/), z.bigint(), { decode: BigInt, encode: String })
const shipped = codec(z.object({ on: instant, parcels: z.array(z.object({ grams: digits })) }))

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
    const rounded = codec(
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
    const named = codec(z.object({ name: z.string().default('?') }))
    expect(named.decode({})).toStrictEqual(right({ name: '?' }))
    expect(named.encode({ name: 'Ann' })).toStrictEqual({ name: 'Ann' })
  })

  it('a schema without a way back has no values', () => {
    const length = codec(z.object({ n: z.string().transform((s) => s.length) }))
    expect(length.is({ n: 3 })).toBe(false)
    const events = eventCodec({ Measured: z.object({ n: z.string().transform((s) => s.length) }) })
    expect(isLeft(events.encode({ type: 'Measured', n: 3 }))).toBe(true)
  })

  it('a codec that answers later is refused', () => {
    const later = codec(
      z.codec(z.string(), z.number(), { decode: async (s) => Number(s), encode: String }),
    )
    expect(isLeft(later.decode('3'))).toBe(true)
  })
})

describe('events and commands by the schemas of their fields', () => {
  it('events', () => {
    const events = eventCodec({ Shipped: z.object({ on: instant }), Lost: {} })
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
    const commands = commandCodec({ Ship: z.object({ on: instant }) })
    const on = '1970-01-01T00:00:00.000Z'
    expect(commands.decode({ type: 'Ship', on })).toStrictEqual(
      right({ type: 'Ship', on: new Date(on) }),
    )
  })
})
