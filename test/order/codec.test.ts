import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it, vi } from 'vitest'
import type { Issue } from '../../src/codec/Codec.ts'
import { showIssue } from '../../src/codec/Codec.ts'
import type { OrderCommand, OrderEvent } from '../../src/order/index.ts'
import { orderCommand, orderEvent } from '../codec/orders.ts'

// bound when a type is made, so it has to be watched before the codecs are; another test file may have
// loaded them already
vi.resetModules()
const fullDecode = vi.spyOn(t.Type.prototype, 'decode')
const { orderCommandCodec: commandCodec, orderEventCodec: eventCodec } =
  await import('../../src/order/codec.ts')

const text = 'a non-empty string'
const code = 'a currency code like "USD"'
const whole = 'an integer'
const money = 'a non-negative integer of minor units'
const quantity = 'an integer of at least 1'
const discount = 'an integer of basis points from 0 to 10,000'
const status = '"new" | "confirmed" | "paid" | "shipped" | "cancelled"'

const noText = ['', 1, null, undefined, {}]
const noCode = ['', 'usd', 'US', 'USDX', 'USD\n', 1, undefined]
const noWhole = [0.5, NaN, Infinity, 2 ** 53, '1', 1n, null, undefined]
const noMoney = [-1, -0, ...noWhole]
const noQuantity = [0, -1, ...noWhole]
const noDiscount = [10_001, ...noMoney]
const noStatus = ['lost', 'New', '', 'toString', 0, null, undefined]

type Row<A> = readonly [A, Readonly<Record<string, readonly [string, ReadonlyArray<unknown>]>>]

const commands: ReadonlyArray<Row<OrderCommand>> = [
  [
    { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
    { customerId: [text, noText], currency: [code, noCode] },
  ],
  [
    { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 100, discount: 0 },
    {
      productId: [text, noText],
      quantity: [whole, noWhole],
      unitPrice: [whole, noWhole],
      discount: [whole, noWhole],
    },
  ],
  [
    { type: 'ChangeQuantity', productId: '11', quantity: 1 },
    { productId: [text, noText], quantity: [whole, noWhole] },
  ],
  [{ type: 'RemoveLine', productId: '11' }, { productId: [text, noText] }],
  [{ type: 'SetShipping', amount: 1 }, { amount: [whole, noWhole] }],
  [{ type: 'SetTax', amount: 1 }, { amount: [whole, noWhole] }],
  [{ type: 'ChangeStatus', newStatus: 'paid' }, { newStatus: [status, noStatus] }],
]

const events: ReadonlyArray<Row<OrderEvent>> = [
  [
    { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' },
    { customerId: [text, noText], currency: [code, noCode] },
  ],
  [
    { type: 'LineAdded', productId: '11', quantity: 1, unitPrice: 100, discount: 0 },
    {
      productId: [text, noText],
      quantity: [quantity, noQuantity],
      unitPrice: [money, noMoney],
      discount: [discount, noDiscount],
    },
  ],
  [
    { type: 'QuantityChanged', productId: '11', quantity: 1 },
    { productId: [text, noText], quantity: [quantity, noQuantity] },
  ],
  [{ type: 'LineRemoved', productId: '11' }, { productId: [text, noText] }],
  [{ type: 'ShippingSet', amount: 1 }, { amount: [money, noMoney] }],
  [{ type: 'TaxSet', amount: 1 }, { amount: [money, noMoney] }],
  [{ type: 'StatusChanged', newStatus: 'paid' }, { newStatus: [status, noStatus] }],
]

/** Each field of a row replaced by each of its wrong values, with the issue that must come of it. */
const refusals = <A extends { readonly type: string }>(
  rows: ReadonlyArray<Row<A>>,
): ReadonlyArray<readonly [string, A, ReadonlyArray<readonly [unknown, Issue]>]> =>
  rows.flatMap(([value, fields]) =>
    Object.entries(fields).map(([field, [expected, wrong]]) => {
      const missing = Object.fromEntries(Object.entries(value).filter(([key]) => key !== field))
      const none: readonly [unknown, Issue] = [
        missing,
        { path: [field], expected, actual: undefined },
      ]
      const changed = wrong.map(
        (actual) =>
          [
            { ...value, [field]: actual },
            { path: [field], expected, actual },
          ] as const,
      )
      return [`${value.type}.${field}`, value, [none, ...changed]] as const
    }),
  )

describe('commandCodec', () => {
  it('decodes every command to itself, without asking io-ts', () => {
    fullDecode.mockClear()
    fc.assert(
      fc.property(orderCommand, (command) => {
        const decoded = commandCodec.decode(command)
        expect(E.isRight(decoded) && decoded.right).toBe(command)
        expect(commandCodec.encode(command)).toBe(command)
        expect(commandCodec.is(command)).toBe(true)
      }),
    )
    expect(fullDecode).not.toHaveBeenCalled()
  })

  it.each(refusals(commands))('refuses a wrong %s', (_, __, wrong) => {
    for (const [command, issue] of wrong) {
      expect(commandCodec.decode(command)).toStrictEqual(E.left([issue]))
      expect(commandCodec.is(command)).toBe(false)
    }
  })

  it('refuses an unknown type and names those that there are', () => {
    const expected =
      '"CreateOrder" | "AddLine" | "ChangeQuantity" | "RemoveLine" | "SetShipping" | "SetTax" | "ChangeStatus"'
    for (const type of ['DropOrder', 'OrderCreated', undefined, null, 1])
      expect(commandCodec.decode({ type })).toStrictEqual(
        E.left([{ path: ['type'], expected, actual: type }]),
      )
  })

  it('names every field that is wrong', () => {
    const decoded = commandCodec.decode({ type: 'AddLine', productId: '', quantity: '2' })
    expect(E.isLeft(decoded) && decoded.left.map(showIssue)).toEqual([
      'productId: expected a non-empty string, got ""',
      'quantity: expected an integer, got "2"',
      'unitPrice: expected an integer, got undefined',
      'discount: expected an integer, got undefined',
    ])
  })

  it('takes whole numbers that are out of range: that is for decide to say', () => {
    for (const quantity of [0, -1, -0, Number.MAX_SAFE_INTEGER])
      expect(
        E.isRight(commandCodec.decode({ type: 'ChangeQuantity', productId: '11', quantity })),
      ).toBe(true)
  })
})

describe('eventCodec', () => {
  it('decodes every event to itself, without asking io-ts', () => {
    fullDecode.mockClear()
    fc.assert(
      fc.property(orderEvent, (event) => {
        const encoded = eventCodec.encode(event)
        expect(encoded).toStrictEqual(E.right({ type: event.type, schemaVersion: 1, data: event }))
        expect(E.isRight(encoded) && encoded.right.data).toBe(event)
        const decoded = eventCodec.decode({ type: event.type, schemaVersion: 1, data: event })
        expect(E.isRight(decoded) && decoded.right).toBe(event)
      }),
    )
    expect(fullDecode).not.toHaveBeenCalled()
  })

  it.each(refusals(events))('refuses a wrong %s', (_, { type }, wrong) => {
    for (const [data, issue] of wrong) {
      const refused = E.left({ eventType: type, schemaVersion: 1, issues: [issue] })
      expect(eventCodec.decode({ type, schemaVersion: 1, data })).toStrictEqual(refused)
      expect(eventCodec.encode(data as OrderEvent)).toStrictEqual(refused)
    }
  })

  it('refuses data of another type', () => {
    const data = { type: 'TaxSet', amount: 1 }
    expect(eventCodec.decode({ type: 'ShippingSet', schemaVersion: 1, data })).toStrictEqual(
      E.left({
        eventType: 'ShippingSet',
        schemaVersion: 1,
        issues: [{ path: ['type'], expected: '"ShippingSet"', actual: 'TaxSet' }],
      }),
    )
  })

  it('refuses an unknown type and names those that there are', () => {
    const refused = eventCodec.decode({ type: 'OrderDropped', schemaVersion: 1, data: {} })
    expect(refused).toStrictEqual(
      E.left({
        eventType: 'OrderDropped',
        schemaVersion: 1,
        issues: [
          {
            path: ['type'],
            expected:
              '"OrderCreated" | "LineAdded" | "QuantityChanged" | "LineRemoved" | "ShippingSet" | "TaxSet" | "StatusChanged"',
            actual: 'OrderDropped',
          },
        ],
      }),
    )
  })

  it('takes the limits of every range', () => {
    const limits: ReadonlyArray<OrderEvent> = [
      { type: 'TaxSet', amount: 0 },
      { type: 'TaxSet', amount: Number.MAX_SAFE_INTEGER },
      { type: 'LineAdded', productId: 'p', quantity: 1, unitPrice: 0, discount: 0 },
      { type: 'LineAdded', productId: 'p', quantity: 2 ** 53 - 1, unitPrice: 1, discount: 10_000 },
    ]
    for (const event of limits) expect(E.isRight(eventCodec.encode(event))).toBe(true)
  })
})
