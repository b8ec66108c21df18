import type { Either } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { OrderEvent } from '../../src/order/index.ts'
import {
  OrderLines,
  Orders,
  OrdersHistory,
  orderStatuses,
  TotalsByStatus,
  allRows,
  statusTotals,
} from '../../src/order/index.ts'
import { replay } from '../../src/Projection.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { orderConformance } from '../../docs/examples/conformance/orders.ts'
import { exactLineTotal } from '../support/exactMoney.ts'

describe('orderConformance', () => {
  const ask = async (walks: number) => {
    const told = new Map<string, Array<unknown>>()
    const answers = (section: string): ReadonlyArray<unknown> => told.get(section) ?? []
    const asked = await orderConformance({
      corpus: [[{ type: 'CreateOrder', customerId: 'ALFKI', currency: 'EUR' }]],
      walks,
      tell: (section, answer) => {
        const own = told.get(section)
        if (own === undefined) told.set(section, [answer])
        else own.push(answer)
      },
    })()
    const read = answers('handler').at(-2) as Either<never, ReadonlyArray<Recorded<OrderEvent>>> // all that is stored
    const history = read._tag === 'Right' ? read.right : []
    return { asked, told, answers, history }
  }

  it('finds every law of orders to hold, and every section to have answers', async () => {
    const { asked, told, answers } = await ask(5)
    expect(answers('laws')).toHaveLength(11)
    for (const law of answers('laws')) expect(law).toMatchObject({ verdict: { type: 'Held' } })
    expect(asked.sections.map(({ name }) => name)).toStrictEqual([...told.keys()])
  })

  it('walks through all that can happen to an order, in small amounts and at the edges', async () => {
    const { history } = await ask(5)
    const events = history.slice(1).map(({ event }) => event)
    const edges = [1, 2, 3, 4_999, 5_000, 9_999, 10_000, 10_001, 2 ** 31, 2 ** 52, 2 ** 53 - 1]
    const values = (field: string) =>
      new Set(
        events.map((event): unknown => Reflect.get(event, field)).filter((v) => v !== undefined),
      )
    expect(values('type')).toStrictEqual(
      new Set([
        'OrderCreated',
        'LineAdded',
        'QuantityChanged',
        'LineRemoved',
        'ShippingSet',
        'TaxSet',
        'StatusChanged',
      ]),
    )
    expect([values('customerId'), values('currency'), values('productId')]).toStrictEqual([
      new Set(['VINET']),
      new Set(['USD']),
      new Set(['11', '42']),
    ])
    expect(values('discount')).toStrictEqual(new Set([0, 1_500, 3_333, 10_000]))
    expect(
      [...values('newStatus')].filter((status) => !orderStatuses.some((s) => s === status)),
    ).toEqual([])
    for (const field of ['quantity', 'unitPrice', 'amount']) {
      const large = [...values(field)].filter((n) => typeof n !== 'number' || n > 300 || n < 0)
      expect(large.filter((n) => !edges.some((edge) => edge === n))).toStrictEqual([])
      expect(values(field).size).toBeGreaterThan(large.length)
    }
  })

  it('knows what lines cost, of amounts and discounts at their edges and beyond', async () => {
    const { answers } = await ask(0)
    const values = [
      0,
      1,
      2,
      3,
      4_999,
      5_000,
      9_999,
      10_000,
      10_001,
      2 ** 31,
      2 ** 52,
      2 ** 53 - 1,
      -1,
      -0,
      0.5,
      NaN,
      Infinity,
      2 ** 53,
    ]
    const discounts = [0, 1, 1_500, 3_333, 5_000, 9_999, 10_000, 10_001]
    const exact = values.flatMap((unitPrice) =>
      values.flatMap((quantity) =>
        discounts.map((discount) => {
          const total = exactLineTotal(unitPrice, quantity, discount)
          return total === undefined ? none : some(Number(total))
        }),
      ),
    )
    expect(answers('money')).toStrictEqual(exact)
  })

  const refused = (actual: unknown) => ({ _tag: 'Left', left: [{ path: [], actual }] })

  it('reads dates from one end of time to the other, and no other text', async () => {
    const { answers } = await ask(0)
    const texts = [
      '-271821-04-20T00:00:00.000Z',
      '-000001-01-01T00:00:00.000Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00.000Z',
      '2000-02-29T00:00:00.000Z',
      '2100-02-28T23:59:59.999Z',
      '+275760-09-13T00:00:00.000Z',
    ]
    const others = [
      '1996-07-04',
      '1996-07-04T00:00:00Z',
      '1996-07-04T00:00:00.000+00:00',
      '1996-07-04 00:00:00.000Z',
      '1997-02-29T00:00:00.000Z',
      '1996-07-04T24:00:00.000Z',
      '-000000-01-01T00:00:00.000Z',
      '+275760-09-13T00:00:00.001Z',
      'July 4, 1996',
      '',
      0,
      null,
    ]
    expect(answers('dates')).toMatchObject([
      ...texts.map((text) => [new Date(text), text]),
      ...others.map(refused),
    ])
  })

  it('reads integers of any length as they are written, and no other text', async () => {
    const { answers } = await ask(0)
    const large = ['9007199254740993', '18446744073709551616', '9'.repeat(400)]
    const others = ['-0', '01', '+1', ' 1', '1.0', '1e3', '0x10', '1n', '', '٣', 1, null]
    expect(answers('integers')).toMatchObject([
      [0n, '0'],
      refused('-0'),
      ...large.flatMap((text) => [
        [BigInt(text), text],
        [-BigInt(text), `-${text}`],
      ]),
      ...others.map(refused),
    ])
  })

  it('explores all that can become of an order of two products', async () => {
    const { answers } = await ask(0)
    const use = (command: string, tried: number, accepted: number, emitted: number) => ({
      command,
      tried,
      accepted,
      emitted,
    })
    // none, or with either product, both in either order, each in its quantities, and with or
    // without tax: 16 new ones and as many cancelled, and 14 that have lines in each other status
    expect(answers('states')).toMatchObject([
      {
        extent: { type: 'Complete' },
        states: 1 + 16 + 16 + 3 * 14,
        commands: [
          use('CreateOrder', 75, 75, 1),
          use('AddLine', 150, 10, 10),
          use('ChangeQuantity', 75, 36, 6),
          use('RemoveLine', 75, 34, 10),
          use('SetTax', 75, 45, 8),
          use('ChangeStatus', 375, 160, 86),
        ],
      },
    ])
  })

  it('shows what all read models make of what was stored in the end', async () => {
    const { answers, history } = await ask(2)
    expect(history.length).toBeGreaterThan(5)
    expect(answers('orders')).toStrictEqual([allRows(replay(Orders)(history))])
    expect(answers('lines')).toStrictEqual([allRows(replay(OrderLines)(history))])
    expect(answers('orders history')).toStrictEqual([allRows(replay(OrdersHistory)(history))])
    expect(answers('totals')).toStrictEqual([statusTotals(replay(TotalsByStatus)(history))])
  })
})
