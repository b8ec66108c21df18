import fc from 'fast-check'
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { manyCodec, prefixed, structCodec } from '../../../src/codec/EventCodec/product.ts'
import type { OrderEvent } from '../../../src/order/index.ts'
import { orderEventCodec } from '../../../src/order/codec.ts'
import { event } from '../../support/orders.ts'
import { plain } from '../../support/plain.ts'

const both = structCodec({ order: orderEventCodec, other: orderEventCodec })
const named = plain({ type: fc.constantFrom('order' as const, 'other' as const), event })

const throughText = (u: unknown): unknown => JSON.parse(JSON.stringify(u))

describe('structCodec', () => {
  it('ProductCodec 1: what is encoded decodes to the same, also through JSON text', () => {
    fc.assert(
      fc.property(named, (e) => {
        const encoded = both.encode(e)
        expect(isLeft(encoded)).toBe(isLeft(orderEventCodec.encode(e.event)))
        if (isLeft(encoded)) return
        const { type, schemaVersion, data } = encoded.right
        expect(both.decode({ type, schemaVersion, data: throughText(data) })).toStrictEqual(
          right(e),
        )
        expect(type).toBe(`${e.type}.${e.event.type}`)
      }),
    )
  })

  it('ProductCodec 2: it encodes and refuses what the codec of the part does, under its name', () => {
    const bad: OrderEvent = { type: 'TaxSet', amount: -1 }
    const alone = orderEventCodec.encode(bad)
    const refused = both.encode({ type: 'other', event: bad })
    expect(isLeft(alone) && isLeft(refused)).toBe(true)
    if (isLeft(alone) && isLeft(refused)) {
      expect(refused.left).toStrictEqual({ ...alone.left, eventType: 'other.TaxSet' })
    }
    const read = both.decode({ type: 'order.TaxSet', schemaVersion: 1, data: { type: 'TaxSet' } })
    expect(isLeft(read) && [read.left.eventType, read.left.issues[0].path]).toStrictEqual([
      'order.TaxSet',
      ['amount'],
    ])
  })

  it.each(['fan.TaxSet', 'TaxSet', '.TaxSet', 'ord.TaxSet', 'orderTaxSet', ''])(
    'ProductCodec 3: %s belongs to no part',
    (type) => {
      const expected = '"order.…" | "other.…"'
      expect(both.decode({ type, schemaVersion: 2, data: {} })).toStrictEqual(
        left({
          eventType: type,
          schemaVersion: 2,
          issues: [{ path: ['type'], expected, actual: type }],
        }),
      )
    },
  )

  it('ProductCodec 3: an event of no part is not encoded', () => {
    const stray = { type: 'fan', event: { type: 'TaxSet', amount: 1 } }
    const refused = both.encode(stray as never)
    expect(isLeft(refused) && refused.left.issues[0]).toStrictEqual({
      path: ['type'],
      expected: '"order.…" | "other.…"',
      actual: 'fan',
    })
  })

  it.each<[string, Readonly<Record<string, typeof orderEventCodec>>, string]>([
    ['no parts', {}, 'nothing: there are no parts'],
    ['a part without a name', { '': orderEventCodec }, '".…" (the part "")'],
    [
      'one beside another',
      { order: orderEventCodec, '': orderEventCodec },
      '"order.…" | ".…" (the part "")',
    ],
  ])('ProductCodec 3: says what there is, of %s', (_, parts, expected) => {
    const codec = structCodec(parts)
    for (const type of ['TaxSet', 'other.TaxSet']) {
      const refused = codec.decode({ type, schemaVersion: 1, data: {} })
      expect(isLeft(refused) && refused.left.issues[0].expected).toBe(expected)
    }
    if ('' in parts) {
      const encoded = codec.encode({ type: '', event: { type: 'TaxSet', amount: 1 } })
      expect(isRight(encoded) && encoded.right.type).toBe('.TaxSet')
      expect(isRight(encoded) && isRight(codec.decode(encoded.right))).toBe(true)
    }
  })

  it('takes no name with a dot, which could not be told from the rest', () => {
    // @ts-expect-error a dot
    expect(structCodec({ 'a.b': orderEventCodec })).toBeDefined()
    // @ts-expect-error a number, which is read again as a text
    expect(structCodec({ 1: orderEventCodec })).toBeDefined()
  })
})

describe('prefixed', () => {
  it('stores as the product does, and reads its own events only', () => {
    fc.assert(
      fc.property(event, (e) => {
        const alone = prefixed('order', orderEventCodec).encode(e)
        expect(alone).toStrictEqual(both.encode({ type: 'order', event: e }))
        if (isRight(alone)) {
          expect(prefixed('order', orderEventCodec).decode(alone.right)).toStrictEqual(right(e))
          expect(isLeft(prefixed('other', orderEventCodec).decode(alone.right))).toBe(true)
          expect(isLeft(prefixed('orde', orderEventCodec).decode(alone.right))).toBe(true)
        }
      }),
    )
  })
})

describe('manyCodec', () => {
  const many = manyCodec(orderEventCodec)

  it('ProductCodec 1: what is encoded decodes to the same, also through JSON text', () => {
    fc.assert(
      fc.property(plain({ key: fc.string(), event }), (e) => {
        const encoded = many.encode(e)
        expect(isLeft(encoded)).toBe(isLeft(orderEventCodec.encode(e.event)))
        if (isLeft(encoded)) return
        const { type, schemaVersion, data } = encoded.right
        expect(type).toBe(e.event.type)
        expect(many.decode({ type, schemaVersion, data: throughText(data) })).toStrictEqual(
          right(e),
        )
      }),
    )
  })

  it('ProductCodec 2: it names the place under the event', () => {
    const data = { key: 'k', event: { type: 'TaxSet', amount: -1 } }
    const read = many.decode({ type: 'TaxSet', schemaVersion: 1, data })
    expect(isLeft(read) && read.left.issues.map(({ path }) => path)).toStrictEqual([
      ['event', 'amount'],
    ])
    const written = many.encode({ key: 'k', event: { type: 'TaxSet', amount: -1 } })
    expect(isLeft(written) && written.left.issues[0].path).toStrictEqual(['event', 'amount'])
  })

  it('names every place under the event', () => {
    const data = { key: 'k', event: { type: 'QuantityChanged', productId: '', quantity: 0 } }
    const read = many.decode({ type: 'QuantityChanged', schemaVersion: 1, data })
    expect(isLeft(read) && read.left.issues.map(({ path }) => path)).toStrictEqual([
      ['event', 'productId'],
      ['event', 'quantity'],
    ])
  })

  it.each([[null], ['k'], [{}], [{ key: 1, event: {} }], [{ key: 'k' }], [{ event: {} }]])(
    'ProductCodec 3: %j has no key and event',
    (data) => {
      expect(many.decode({ type: 'TaxSet', schemaVersion: 1, data })).toStrictEqual(
        left({
          eventType: 'TaxSet',
          schemaVersion: 1,
          issues: [{ path: ['key'], expected: 'a string that is a key', actual: data }],
        }),
      )
    },
  )
})

it('products know every type that may be stored', () => {
  const { types } = orderEventCodec
  expect(both.types).toStrictEqual([
    ...types.map((type) => `order.${type}`),
    ...types.map((type) => `other.${type}`),
  ])
  expect(prefixed('a', orderEventCodec).types).toStrictEqual(types.map((type) => `a.${type}`))
  expect(manyCodec(orderEventCodec).types).toStrictEqual(types)
})
