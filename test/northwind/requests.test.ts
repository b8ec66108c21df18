import { some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { line, order, plan } from './support.ts'

describe('an order becomes requests', () => {
  const ordered = Date.UTC(1996, 6, 4)
  const shipped = Date.UTC(1996, 6, 16)

  it('placed and shipped, each at its date, by the import', () => {
    const { plans, messages } = plan([order('10248')], [line('10248')])
    expect(messages).toEqual([])
    expect(plans).toHaveLength(1)
    const [placed, later] = plans[0]?.requests ?? []
    expect(placed?.request).toMatchObject({ stream: '10248', commitId: 'northwind:10248:placed' })
    expect(placed?.request.commands.map(({ command }) => command)).toEqual([
      { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
      { type: 'AddLine', productId: '11', quantity: 12, unitPrice: 1_400, discount: 1_500 },
      { type: 'SetShipping', amount: 3_238 },
      { type: 'ChangeStatus', newStatus: 'confirmed' },
    ])
    expect(later?.request).toMatchObject({ stream: '10248', commitId: 'northwind:10248:shipped' })
    expect(later?.request.commands.map(({ command }) => command)).toEqual([
      { type: 'ChangeStatus', newStatus: 'paid' },
      { type: 'ChangeStatus', newStatus: 'shipped' },
    ])
    for (const [request, instant] of [
      [placed, ordered],
      [later, shipped],
    ] as const) {
      for (const { occurredAt, actor } of request?.request.commands ?? []) {
        expect([occurredAt, actor]).toEqual([instant, some('northwind import')])
      }
    }
  })

  it('with the events that each request leads to', () => {
    const { plans } = plan([order('1')], [line('1')])
    expect(plans[0]?.requests.map(({ events }) => events.map(({ type }) => type))).toEqual([
      ['OrderCreated', 'LineAdded', 'ShippingSet', 'StatusChanged'],
      ['StatusChanged', 'StatusChanged'],
    ])
  })

  it('one request where it is not shipped, no event for a freight of nothing', () => {
    const { plans } = plan(['1,VINET,1996-07-04,,0.00'], [line('1')])
    expect(plans[0]?.requests.map(({ events }) => events.map(({ type }) => type))).toEqual([
      ['OrderCreated', 'LineAdded', 'StatusChanged'],
    ])
  })
})

describe('what is refused, and why', () => {
  const max = '90071992547409.91'
  it.each([
    [
      'a negative price',
      [line('1'), '1,12,-14.00,1,0'],
      'l:3: unit_price: expected 0.00 or more, got -14.00',
    ],
    ['a quantity of nothing', ['1,11,14.00,0,0'], 'l:2: quantity: expected 1 or more, got 0'],
    ['a negative quantity', ['1,11,14.00,-3,0'], 'l:2: quantity: expected 1 or more, got -3'],
    [
      'too much discount',
      ['1,11,14.00,1,1.0001'],
      'l:2: discount: expected a fraction from 0 to 1, got 1.0001',
    ],
    [
      'a product twice',
      [line('1'), line('1')],
      'l:3: product_id: product 11 is on the order already, with quantity 12',
    ],
    ['a line too dear', [`1,11,${max},2,0`], `l:2: the line would come to more than ${max}`],
    [
      'a total too large',
      [line('1'), `1,12,${max},1,0`],
      `l:3: the total would come to more than ${max}`,
    ],
    ['no line', [], 'o:2: the order has no lines, so it can not be confirmed'],
    [
      'a broken line',
      [line('1'), '1,12,"9.80,1,0'],
      'l:3: wrong quote: a quoted field does not end on its line',
    ],
    [
      'a lacking field',
      [line('1'), '1,12,9.80,1'],
      'l:3: expected 5 fields (order_id, product_id, unit_price, quantity, discount), found 4',
    ],
  ])('%s', (_, lines, message) => {
    const { plans, messages, rejected } = plan([order('1'), order('2')], [...lines, line('2')])
    expect(messages).toEqual([message])
    expect(plans.map(({ orderId }) => orderId)).toEqual(['2'])
    expect(rejected).toBe(1)
  })

  it('a negative freight', () => {
    const { plans, messages } = plan(
      ['1,VINET,1996-07-04,,-1.00', order('2')],
      [line('1'), line('2')],
    )
    expect(messages).toEqual(['o:2: freight: expected 0.00 or more, got -1.00'])
    expect(plans.map(({ orderId }) => orderId)).toEqual(['2'])
  })

  it('a line of no order', () => {
    const { plans, messages, rejected } = plan([order('1')], [line('1'), line('9')])
    expect(messages).toEqual(['l:3: order_id: there is no order 9 in the file of orders'])
    expect(plans).toHaveLength(1)
    expect(rejected).toBe(1)
  })

  it('an order id twice: neither is imported', () => {
    const { plans, messages, rejected } = plan([order('1'), order('1')], [line('1')])
    expect(messages).toEqual(['o:3: order_id: order 1 stands on line 2 already'])
    expect(plans).toEqual([])
    expect(rejected).toBe(1)
  })

  it('an order whose own row is bad does not make its lines unknown', () => {
    const bad = ['1,VINET,soon,,1.00', '2,VINET,1996-07-04,"", 1', '"3,VINET,1996-07-04,,1.00']
    const { plans, messages } = plan(bad, [line('1'), line('2'), line('3')])
    expect(messages.map((message) => message.slice(0, 4))).toEqual(['o:2:', 'o:3:', 'o:4:'])
    expect(plans).toEqual([])
  })

  it('every bad row of an order at once, and nothing that only follows', () => {
    const lines = [
      '1,11,x,1,0',
      '1,12,-1.00,1,0',
      '1,13,1.00,0,0',
      '1,14,1.00,1,0',
      '1,14,1.00,1,0',
    ]
    const { messages, rejected } = plan(['1,VINET,1996-07-04,,-2.00'], lines)
    expect(messages).toEqual([
      'o:2: freight: expected 0.00 or more, got -2.00',
      'l:2: unit_price: expected an amount with at most 2 decimals, below 90 trillion, got "x"',
      'l:3: unit_price: expected 0.00 or more, got -1.00',
      'l:4: quantity: expected 1 or more, got 0',
      'l:6: product_id: product 14 is on the order already, with quantity 1',
    ])
    expect(rejected).toBe(1)
  })

  it('orders that can not be told count one a row', () => {
    expect(plan([',VINET,1996-07-04,,1.00', ',VINET,1996-07-04,,1.00'], []).rejected).toBe(2)
  })
})
