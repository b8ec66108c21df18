// What an order allows, rule by rule.
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/Decider.ts'
import type {
  OrderLifecycle,
  OrderCommand,
  OrderEvent,
  OrderRejection,
  OrderState,
  OrderStatus,
} from '../../src/order/index.ts'
import { orderDecider, standardLifecycle, orderStatuses } from '../../src/order/index.ts'
import { maxMoney } from '../../src/order/Money.ts'
import { anyStatus } from '../support/orders.ts'
import { orderIn } from '../support/orders.ts'

const decider = orderDecider()

const noOrder: OrderState = { type: 'NoOrder' }
const order = orderIn('new')

/** What the order of three lines may still grow by. */
const room = maxMoney - 45_128

const add: OrderCommand & { readonly type: 'AddLine' } = {
  type: 'AddLine',
  productId: '14',
  quantity: 3,
  unitPrice: 1_250,
  discount: 1_500,
}
const change: OrderCommand & { readonly type: 'ChangeQuantity' } = {
  type: 'ChangeQuantity',
  productId: '11',
  quantity: 5,
}

describe('accepted', () => {
  it.each<[string, OrderState, OrderCommand, OrderEvent]>([
    [
      'a first order',
      noOrder,
      { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
      { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' },
    ],
    ['a line', order, add, { ...add, type: 'LineAdded' }],
    [
      'a free line',
      order,
      { ...add, discount: 10_000 },
      { ...add, type: 'LineAdded', discount: 10_000 },
    ],
    [
      'a line without a price',
      order,
      { ...add, unitPrice: 0 },
      { ...add, type: 'LineAdded', unitPrice: 0 },
    ],
    ['a single piece', order, { ...add, quantity: 1 }, { ...add, type: 'LineAdded', quantity: 1 }],
    [
      'a line that fills the order to its limit',
      order,
      { ...add, quantity: 1, unitPrice: room, discount: 0 },
      { ...add, type: 'LineAdded', quantity: 1, unitPrice: room, discount: 0 },
    ],
    ['another quantity', order, change, { ...change, type: 'QuantityChanged' }],
    [
      'a line less',
      order,
      { type: 'RemoveLine', productId: '42' },
      { type: 'LineRemoved', productId: '42' },
    ],
    [
      'another freight',
      order,
      { type: 'SetShipping', amount: 0 },
      { type: 'ShippingSet', amount: 0 },
    ],
    ['another tax', order, { type: 'SetTax', amount: 3_238 }, { type: 'TaxSet', amount: 3_238 }],
    [
      'freight up to the limit',
      order,
      { type: 'SetShipping', amount: room + 3_238 },
      { type: 'ShippingSet', amount: room + 3_238 },
    ],
    [
      'tax up to the limit',
      order,
      { type: 'SetTax', amount: room + 500 },
      { type: 'TaxSet', amount: room + 500 },
    ],
  ])('%s', (_, state, command, event) => {
    expect(decider.decide(command, state)).toStrictEqual(right([event]))
  })

  it('a quantity up to the limit, and not one more', () => {
    const { state } = run(decider)([
      { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
      { ...add, quantity: 2, unitPrice: 1, discount: 0 },
      { type: 'SetTax', amount: 7 },
    ])
    const ask = (quantity: number) =>
      decider.decide({ type: 'ChangeQuantity', productId: '14', quantity }, state)
    expect(ask(maxMoney - 7)).toStrictEqual(
      right([{ type: 'QuantityChanged', productId: '14', quantity: maxMoney - 7 }]),
    )
    expect(ask(maxMoney - 6)).toStrictEqual(
      left({ type: 'MoneyOverflow', sum: 'total', limit: 9_007_199_254_740_991 }),
    )
  })
})

describe('refused, with the data that explains it', () => {
  const empty = run(decider)([{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }]).state

  const unlessCreated: ReadonlyArray<OrderCommand> = [
    add,
    change,
    { type: 'RemoveLine', productId: '11' },
    { type: 'SetShipping', amount: 0 },
    { type: 'SetTax', amount: 0 },
    { type: 'ChangeStatus', newStatus: 'new' },
  ]
  it.each(unlessCreated.map((command) => [command.type, command] as const))(
    '%s without an order',
    (_, command) => {
      expect(decider.decide(command, noOrder)).toStrictEqual(left({ type: 'OrderNotFound' }))
    },
  )

  it.each<[string, OrderState, OrderCommand, OrderRejection]>([
    [
      'an order for another customer',
      order,
      { type: 'CreateOrder', customerId: 'HANAR', currency: 'USD' },
      { type: 'OrderAlreadyExists', customerId: 'VINET', currency: 'USD' },
    ],
    [
      'an order in another currency',
      order,
      { type: 'CreateOrder', customerId: 'VINET', currency: 'EUR' },
      { type: 'OrderAlreadyExists', customerId: 'VINET', currency: 'USD' },
    ],
    [
      'a product that stands on a line',
      order,
      { ...add, productId: '42' },
      { type: 'ProductAlreadyOnOrder', productId: '42', quantity: 10 },
    ],
    [
      'another quantity of a product that is not there',
      order,
      { ...change, productId: '14' },
      { type: 'ProductNotOnOrder', productId: '14' },
    ],
    [
      'an empty order confirmed',
      empty,
      { type: 'ChangeStatus', newStatus: 'confirmed' },
      { type: 'EmptyOrder' },
    ],
    [
      'a line beyond the limit',
      order,
      { ...add, quantity: 2, unitPrice: maxMoney, discount: 0 },
      { type: 'MoneyOverflow', sum: 'line', limit: 9_007_199_254_740_991 },
    ],
    [
      'a line that takes the order beyond the limit',
      order,
      { ...add, quantity: 1, unitPrice: room + 1, discount: 0 },
      { type: 'MoneyOverflow', sum: 'total', limit: 9_007_199_254_740_991 },
    ],
    [
      'a quantity that takes its line beyond the limit',
      order,
      { ...change, quantity: maxMoney },
      { type: 'MoneyOverflow', sum: 'line', limit: 9_007_199_254_740_991 },
    ],
    [
      'freight beyond the limit',
      order,
      { type: 'SetShipping', amount: room + 3_239 },
      { type: 'MoneyOverflow', sum: 'total', limit: 9_007_199_254_740_991 },
    ],
    [
      'tax beyond the limit',
      order,
      { type: 'SetTax', amount: room + 501 },
      { type: 'MoneyOverflow', sum: 'total', limit: 9_007_199_254_740_991 },
    ],
  ])('%s', (_, state, command, rejection) => {
    expect(decider.decide(command, state)).toStrictEqual(left(rejection))
  })

  const noMoney = [-1, -0, 0.5, NaN, Infinity, 2 ** 53]
  const noQuantity = [...noMoney, 0]
  const noDiscount = [...noMoney, 10_001]

  it.each(noQuantity)('a quantity of %d', (quantity) => {
    expect(decider.decide({ ...add, quantity }, order)).toStrictEqual(
      left({ type: 'InvalidQuantity', productId: '14', quantity }),
    )
    expect(decider.decide({ ...change, quantity }, order)).toStrictEqual(
      left({ type: 'InvalidQuantity', productId: '11', quantity }),
    )
  })

  it.each(noMoney)('a unit price of %d', (unitPrice) => {
    expect(decider.decide({ ...add, unitPrice }, order)).toStrictEqual(
      left({ type: 'InvalidUnitPrice', productId: '14', unitPrice }),
    )
  })

  it.each(noDiscount)('a discount of %d', (discount) => {
    expect(decider.decide({ ...add, discount }, order)).toStrictEqual(
      left({ type: 'InvalidDiscount', productId: '14', discount }),
    )
  })

  it.each(noMoney)('freight or tax of %d', (amount) => {
    expect(decider.decide({ type: 'SetShipping', amount }, order)).toStrictEqual(
      left({ type: 'InvalidAmount', field: 'shipping', amount }),
    )
    expect(decider.decide({ type: 'SetTax', amount }, order)).toStrictEqual(
      left({ type: 'InvalidAmount', field: 'tax', amount }),
    )
    // not even where 0 stands already: negative zero is no sum of money
    expect(decider.decide({ type: 'SetTax', amount }, empty)).toStrictEqual(
      left({ type: 'InvalidAmount', field: 'tax', amount }),
    )
  })

  it.each(['confirmed', 'paid', 'shipped', 'cancelled'] as const)(
    'every edit of an order that is %s',
    (status) => {
      const edits: ReadonlyArray<OrderCommand> = [
        add,
        { ...add, productId: '11' },
        { ...add, quantity: 0 },
        change,
        { ...change, productId: '14' },
        { ...change, quantity: 0 },
        { type: 'RemoveLine', productId: '11' },
        { type: 'SetShipping', amount: 1 },
        { type: 'SetShipping', amount: -1 },
        { type: 'SetTax', amount: 1 },
      ]
      const state = orderIn(status)
      expect(edits.map((edit) => decider.decide(edit, state))).toStrictEqual(
        edits.map(() => left({ type: 'OrderNotEditable', status })),
      )
    },
  )
})

describe('nothing to do', () => {
  const unchanging = (status: OrderStatus): ReadonlyArray<OrderCommand> => [
    { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
    { type: 'ChangeQuantity', productId: '42', quantity: 10 },
    { type: 'RemoveLine', productId: '14' },
    { type: 'SetShipping', amount: 3_238 },
    { type: 'SetTax', amount: 500 },
    { type: 'ChangeStatus', newStatus: status },
  ]

  it.each(orderStatuses)(
    'a command that would change nothing of a %s order is accepted',
    (status) => {
      for (const lifecycle of [standardLifecycle, anyStatus]) {
        const outcomes = unchanging(status).map((command) =>
          orderDecider(lifecycle).decide(command, orderIn(status)),
        )
        expect(outcomes).toStrictEqual(unchanging(status).map(() => right([])))
      }
    },
  )
})

describe('moves', () => {
  const moves: ReadonlyArray<
    [string, OrderLifecycle, ReadonlyArray<[OrderStatus, ReadonlyArray<OrderStatus>]>]
  > = [
    [
      'standard',
      standardLifecycle,
      [
        ['new', ['confirmed', 'cancelled']],
        ['confirmed', ['paid', 'cancelled']],
        ['paid', ['shipped', 'cancelled']],
        ['shipped', []],
        ['cancelled', []],
      ],
    ],
    [
      'anyStatus',
      anyStatus,
      [
        ['new', ['paid', 'confirmed', 'shipped']],
        ['confirmed', ['new', 'paid', 'shipped']],
        ['paid', ['new', 'confirmed', 'shipped']],
        ['shipped', ['new', 'paid', 'confirmed']],
        ['cancelled', []],
      ],
    ],
  ]
  const each = moves.flatMap(([name, lifecycle, table]) =>
    table.map(([from, allowed]) => [name, from, allowed, lifecycle] as const),
  )

  it.each(each)('%s, from %s: only to %j', (_, from, allowed, lifecycle) => {
    const ask = (newStatus: OrderStatus) =>
      orderDecider(lifecycle).decide({ type: 'ChangeStatus', newStatus }, orderIn(from))
    const others = orderStatuses.filter((to) => to !== from)
    expect(others.map(ask)).toStrictEqual(
      others.map((to) =>
        allowed.includes(to)
          ? right([{ type: 'StatusChanged', newStatus: to }])
          : left({ type: 'IllegalTransition', from, to, allowed }),
      ),
    )
  })

  it.each(each)('%s, %s is terminal when it has no moves: %j', (_, from, allowed, lifecycle) => {
    expect(orderDecider(lifecycle).isTerminal(orderIn(from))).toBe(allowed.length === 0)
    expect(orderDecider(lifecycle).isTerminal(noOrder)).toBe(false)
  })

  it('an empty order may be paid where the lifecycle says so, and never confirmed', () => {
    const { state } = run(orderDecider(anyStatus))([
      { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
      { type: 'ChangeStatus', newStatus: 'paid' },
    ])
    expect(state).toMatchObject({ status: 'paid', lines: [] })
    expect(
      orderDecider(anyStatus).decide({ type: 'ChangeStatus', newStatus: 'confirmed' }, state),
    ).toStrictEqual(left({ type: 'EmptyOrder' }))
  })

  it('the default decider follows the standard lifecycle', () => {
    const paid: OrderCommand = { type: 'ChangeStatus', newStatus: 'paid' }
    expect(decider.decide(paid, order)).toStrictEqual(
      left({
        type: 'IllegalTransition',
        from: 'new',
        to: 'paid',
        allowed: ['confirmed', 'cancelled'],
      }),
    )
  })
})
