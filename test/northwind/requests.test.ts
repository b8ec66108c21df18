import fc from 'fast-check'
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
    expect(placed?.request.commands).toEqual([
      { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
      { type: 'AddLine', productId: '11', quantity: 12, unitPrice: 1_400, discount: 1_500 },
      { type: 'SetShipping', amount: 3_238 },
      { type: 'ChangeStatus', newStatus: 'confirmed' },
    ])
    expect(later?.request).toMatchObject({ stream: '10248', commitId: 'northwind:10248:shipped' })
    expect(later?.request.commands).toEqual([
      { type: 'ChangeStatus', newStatus: 'paid' },
      { type: 'ChangeStatus', newStatus: 'shipped' },
    ])
    for (const [request, instant] of [
      [placed, ordered],
      [later, shipped],
    ] as const) {
      expect(request?.request).toMatchObject({ occurredAt: instant, actor: 'northwind import' })
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

  it('rows of orders that can not be told count one a row', () => {
    expect(plan([',VINET,1996-07-04,,1.00', ',VINET,1996-07-04,,1.00'], []).rejected).toBe(2)
  })
})

describe('a bad line holds back every order that it may belong to', () => {
  const names = 'product_name,order_id,product_id,unit_price,quantity,discount'
  const named = (id: string, product = '11') => `Chai,${line(id, product)}`
  const fields =
    'expected 6 fields (product_name, order_id, product_id, unit_price, quantity, discount)'
  const none = '; it may belong to any order, so none is imported'
  const imported = (
    orders: ReadonlyArray<string>,
    lines: ReadonlyArray<string>,
    header?: string,
  ) => {
    const { plans, messages, rejected } = plan(
      orders.map((id) => order(id)),
      lines,
      header,
    )
    return { plans: plans.map(({ orderId }) => orderId), messages, rejected }
  }

  it('the order to the right of its column, where a field holds a comma without quotes', () => {
    expect(
      imported(['1', '2'], [named('1'), named('2'), 'Salt, fine,1,12,5.00,1,0'], names),
    ).toEqual({ plans: ['2'], messages: [`l:4: ${fields}, found 7`], rejected: 1 })
  })

  it('both, where two fields name an order', () => {
    expect(
      imported(
        ['1', '2', '12'],
        [named('1'), named('2'), named('12'), 'Salt,12,1,13,5.00,1,0'],
        names,
      ),
    ).toEqual({
      plans: ['2'],
      messages: [`l:5: ${fields}, found 7; it may belong to order 12 or 1`],
      rejected: 2,
    })
  })

  it('an order whose id has commas like a number', () => {
    expect(
      imported(['10248', '10249'], [line('10248'), line('10249'), '10,248,12,1.00,1,0']).plans,
    ).toEqual(['10249'])
  })

  it.each([
    ['a space before it', ' 1,12,5.00,1,0'],
    ['a space that does not break', '1\u00a0,12,5.00,1,0'],
    ['an invisible character', '\u200b1,12,5.00,1,0'],
    ['leading zeros', '001,12,5.00,1,0'],
    ['decimals', '1.0,12,5.00,1,0'],
    ['digits of full width', '１,12,5.00,1,0'],
    ['a sign for its number', '#1,12,5.00,1,0'],
  ])('an order whose id is written with %s', (_, row) => {
    const { plans, rejected, messages } = imported(['1', '2'], [line('1'), line('2'), row])
    expect({ plans, rejected }).toEqual({ plans: ['2'], rejected: 1 })
    expect(messages[0]).toMatch(/^l:4: order_id: /)
  })

  it('an order that seems to stand in another column', () => {
    // the last field is lacking, and the name has a comma
    const { plans, messages } = imported(
      ['1', '2'],
      [named('1'), named('2'), 'Salt,fine,1,5.00,1,0'],
      names,
    )
    expect(plans).toEqual(['2'])
    expect(messages).toEqual(['l:4: order_id: there is no order fine in the file of orders'])
  })

  it.each([
    ['without an order', ',12,5.00,1,0'],
    ['that lacks it, and names a product that is an order, too', '11,5.00,1,0'],
    ['of one field, which may be anything', '12'],
    ['with another separator', '1;12;5.00;1;0'],
    ['that a lone CR has cut', '1,12,5.00,1\r,0'],
    ['that is text', 'the end'],
    ['with a wrong quote and an id that no order has', '9"9,12,5.00,1,0'],
  ])('all orders, for a row %s', (_, row) => {
    const { plans, messages, rejected } = imported(
      ['1', '2', '11'],
      [line('1'), line('2'), line('11'), line('1', '12'), row],
    )
    expect({ plans, rejected }).toEqual({ plans: [], rejected: 3 })
    expect(messages.filter((message) => message.endsWith(none)).length).toBeGreaterThan(0)
  })

  it('one order alone, where a row lacks a field and its order is surely there', () => {
    expect(imported(['1', '2'], [line('1'), line('2'), '1,12,9.80,1']).plans).toEqual(['2'])
  })

  it('a row behind a lone CR is a row', () => {
    const { plans, messages } = imported(['1'], ['1,11,10.00,1,0\r1,12,5.00,1,0'])
    expect({ plans, messages }).toEqual({ plans: ['1'], messages: [] })
    const [placed] = plan([order('1')], ['1,11,10.00,1,0\r1,12,5.00,1,0']).plans[0]?.requests ?? []
    expect(placed?.events.map(({ type }) => type)).toEqual([
      'OrderCreated',
      'LineAdded',
      'LineAdded',
      'ShippingSet',
      'StatusChanged',
    ])
  })

  it('rows that a quote swallows are read, or hold their orders back', () => {
    const lines = [line('1'), '1,"12,5.00,1,0', line('2'), '2,13,"1.00,1,0', line('3')]
    expect(imported(['1', '2', '3'], lines).plans).toEqual(['3'])
  })

  it('never imports an order with fewer lines than the file has for it', () => {
    const ids = ['1', '2', '11']
    const damage = fc.constantFrom(
      (row: string) => row.replace(',', ''),
      (row: string) => row.replace(',', ',,'),
      (row: string) => row.slice(row.indexOf(',') + 1),
      (row: string) => row.slice(0, row.lastIndexOf(',')),
      (row: string) => row.slice(0, -3),
      (row: string) => ` ${row}`,
      (row: string) => `"${row}`,
      (row: string) => row.replace(',', ',"'),
      (row: string) => row.replace(',', '\r'),
      (row: string) => row.replaceAll(',', ';'),
      (row: string) => row.replace('.', ','),
    )
    const rows = ids.flatMap((id) => ['11', '12', '13'].map((product) => line(id, product)))
    fc.assert(
      fc.property(fc.nat({ max: rows.length - 1 }), damage, (at, broken) => {
        const damaged = rows.map((row, i) => (i === at ? broken(row) : row))
        const { plans, messages } = plan(
          ids.map((id) => order(id)),
          damaged,
        )
        for (const { requests } of plans) {
          const added = requests.flatMap(({ events }) =>
            events.filter(({ type }) => type === 'LineAdded'),
          )
          expect(added.length).toBe(3)
        }
        expect(messages.length > 0 || plans.length === ids.length).toBe(true)
      }),
    )
  })
})
