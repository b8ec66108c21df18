import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Order, OrderEvent, OrderState } from '../../src/order/index.ts'
import { orderState } from '../../src/order/index.ts'
import { maxMoney } from '../../src/order/Money.ts'
import { states } from '../../src/Projection.ts'
import { runs } from '../setup.ts'
import { deepFreeze } from '../support/deepFreeze.ts'
import { applies, brokenRules } from '../support/orderRules.ts'
import { anyHistory, event, orderIn } from '../support/orders.ts'

const fails = (history: ReadonlyArray<OrderEvent>, rule: number) =>
  states(orderState)(history).flatMap((state, version) =>
    brokenRules(state)
      .filter((broken) => broken.rule === rule)
      .map((broken) => ({ version, ...broken })),
  )

describe('order state, after any events at all', () => {
  it.each([
    [1, 'the cost summary adds up'],
    [2, 'lines are unique by product, with a quantity of at least 1'],
    [3, 'every sum is a whole number within its limit'],
  ])('State %i: %s', (rule) => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        expect(fails(history, rule)).toStrictEqual([])
      }),
    )
  })

  it('State 4: lines, shipping and tax change only while the order is new', () => {
    const costs = ({ lines, subtotal, shipping, tax, total }: Order) => [
      lines,
      subtotal,
      shipping,
      tax,
      total,
    ]
    fc.assert(
      fc.property(anyHistory, (history) => {
        const seen = states(orderState)(history)
        const changed = seen.filter((after, i) => {
          const before = seen[i - 1]
          return (
            before?.type === 'Order' &&
            before.status !== 'new' &&
            after.type === 'Order' &&
            costs(before).some((value, field) => !Object.is(value, costs(after)[field]))
          )
        })
        expect(changed).toStrictEqual([])
      }),
    )
  })

  it('B4 an event that applies changes the state, any other gives back the very state it met', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const seen = states(orderState)(history)
        const wrong = history.filter((e, i) => {
          const [before, after] = [seen[i], seen[i + 1]]
          return before === undefined || applies(before, e) === (before === after)
        })
        expect(wrong).toStrictEqual([])
      }),
      { numRuns: runs(300) },
    )
  })

  it('B4 on frozen states and events', () => {
    fc.assert(
      fc.property(anyHistory, event, (history, e) => {
        deepFreeze([history, e])
        const seen = states({
          initialState: deepFreeze(orderState.initialState),
          evolve: (s: OrderState, next: OrderEvent) => deepFreeze(orderState.evolve(s, next)),
        })(history)
        for (const state of seen) {
          expect(brokenRules(orderState.evolve(state, e))).toStrictEqual([])
        }
      }),
      { numRuns: runs(20) },
    )
  })
})

describe('each event, on an order of three lines', () => {
  const order = orderIn('new')
  const after = (e: OrderEvent) => orderState.evolve(order, e)

  it('starts with nothing', () => {
    expect(orderState.initialState).toStrictEqual({ type: 'NoOrder' })
  })

  it('OrderCreated makes an empty new order', () => {
    const created: OrderEvent = { type: 'OrderCreated', customerId: 'HANAR', currency: 'EUR' }
    expect(orderState.evolve({ type: 'NoOrder' }, created)).toStrictEqual({
      type: 'Order',
      customerId: 'HANAR',
      currency: 'EUR',
      status: 'new',
      lines: [],
      subtotal: 0,
      shipping: 0,
      tax: 0,
      total: 0,
    })
  })

  it('the order itself', () => {
    expect(order).toStrictEqual({
      type: 'Order',
      customerId: 'VINET',
      currency: 'USD',
      status: 'new',
      lines: [
        { productId: '11', quantity: 12, unitPrice: 1_400, discount: 0, total: 16_800 },
        { productId: '42', quantity: 10, unitPrice: 980, discount: 0, total: 9_800 },
        { productId: '72', quantity: 5, unitPrice: 3_480, discount: 1_500, total: 14_790 },
      ],
      subtotal: 41_390,
      shipping: 3_238,
      tax: 500,
      total: 45_128,
    })
  })

  it('LineAdded puts a line at the end', () => {
    const line = { productId: '14', quantity: 3, unitPrice: 1_250, discount: 1_500 }
    expect(after({ type: 'LineAdded', ...line })).toMatchObject({
      lines: [
        { productId: '11' },
        { productId: '42' },
        { productId: '72' },
        { ...line, total: 3_188 },
      ],
      subtotal: 44_578,
      total: 48_316,
    })
  })

  it('QuantityChanged leaves a line in its place', () => {
    expect(after({ type: 'QuantityChanged', productId: '42', quantity: 1 })).toMatchObject({
      lines: [
        { productId: '11', quantity: 12 },
        { productId: '42', quantity: 1, unitPrice: 980, discount: 0, total: 980 },
        { productId: '72', quantity: 5 },
      ],
      subtotal: 32_570,
      total: 36_308,
    })
  })

  it('LineRemoved closes the gap', () => {
    expect(after({ type: 'LineRemoved', productId: '11' })).toMatchObject({
      lines: [{ productId: '42' }, { productId: '72' }],
      subtotal: 24_590,
      total: 28_328,
    })
  })

  it('ShippingSet and TaxSet overwrite', () => {
    expect(after({ type: 'ShippingSet', amount: 0 })).toMatchObject({
      shipping: 0,
      tax: 500,
      subtotal: 41_390,
      total: 41_890,
    })
    expect(after({ type: 'TaxSet', amount: 1 })).toMatchObject({
      shipping: 3_238,
      tax: 1,
      subtotal: 41_390,
      total: 44_629,
    })
  })

  it('StatusChanged changes the status and nothing else', () => {
    expect(after({ type: 'StatusChanged', newStatus: 'paid' })).toStrictEqual({
      ...order,
      status: 'paid',
    })
  })

  it('a sum up to the largest applies, one beyond it leaves the state', () => {
    const room = maxMoney - 45_128
    const line = { productId: '14', quantity: 1, discount: 0 }
    expect(after({ type: 'LineAdded', ...line, unitPrice: room })).toMatchObject({
      total: maxMoney,
    })
    expect(after({ type: 'LineAdded', ...line, unitPrice: room + 1 })).toBe(order)
    expect(after({ type: 'TaxSet', amount: room + 500 })).toMatchObject({ total: maxMoney })
    expect(after({ type: 'TaxSet', amount: room + 501 })).toBe(order)
    expect(after({ type: 'TaxSet', amount: maxMoney })).toBe(order)
  })
})
