// The laws of the order, and what is declared of it: every refusal with the data that it names, what
// each event changes, and the sums, told in big integers and without the library's code.
import { describe, expect, it } from 'vitest'
import { structural } from '../../src/Diff.ts'
import { orderCommandCodec, orderEventCodec } from '../../src/order/codec.ts'
import type {
  OrderLifecycle,
  Order,
  OrderCommand,
  OrderEvent,
  OrderRejection,
  OrderState,
  OrderStatus,
} from '../../src/order/index.ts'
import { lineTotal, orderDecider, standardLifecycle, orderStatuses } from '../../src/order/index.ts'
import { maxMoney } from '../../src/order/Money.ts'
import { anyStatus } from '../support/orders.ts'
import type { LawOptions } from '../../src/testing/laws.ts'
import { laws } from '../../src/testing/laws.ts'
import { runs } from '../setup.ts'
import { drawUntil } from '../support/draws.ts'
import { exactCosts, exactLineTotal, isExactMoney } from '../support/exactMoney.ts'
import { applies, brokenRules } from '../support/orderRules.ts'
import { commandWith, event } from '../support/orders.ts'

type Options = LawOptions<OrderCommand, OrderState, OrderEvent, OrderRejection>

interface Subject {
  readonly name: string
  readonly lifecycle: OrderLifecycle
  /** The same lifecycle, told a second time. */
  readonly moves: Readonly<Record<OrderStatus, string>>
  readonly ends: boolean
}

const subjects: ReadonlyArray<Subject> = [
  {
    name: 'standard',
    lifecycle: standardLifecycle,
    moves: {
      new: 'confirmed cancelled',
      confirmed: 'paid cancelled',
      paid: 'shipped cancelled',
      shipped: '',
      cancelled: '',
    },
    ends: true,
  },
  {
    name: 'anyStatus',
    lifecycle: anyStatus,
    moves: {
      new: 'paid confirmed shipped',
      confirmed: 'new paid shipped',
      paid: 'new confirmed shipped',
      shipped: 'new paid confirmed',
      cancelled: '',
    },
    ends: false,
  },
]

const movesFrom = ({ moves }: Subject, status: OrderStatus): ReadonlyArray<string> =>
  moves[status].split(' ').filter((to) => to !== '')

const isQuantity = (n: number): boolean => isExactMoney(n) && n > 0
const isDiscount = (n: number): boolean => isExactMoney(n) && n <= 10_000

const lineWith = ({ lines }: Order, productId: string) =>
  lines.find((line) => line.productId === productId)

/** What changing an order would cost, where it can be told. */
const fits = (order: Order, changed: Partial<Order>): boolean =>
  exactCosts({ ...order, ...changed }) !== undefined

const overflow = (sum: 'line' | 'total'): OrderRejection => ({
  type: 'MoneyOverflow',
  sum,
  limit: 9_007_199_254_740_991,
})

/** A refusal, where there is reason for it. */
type Reason = OrderRejection | false | undefined

/** The first of the rules that refuse a new line. */
const noLine = (c: OrderCommand & { type: 'AddLine' }, order: Order): Reason => {
  const { productId, quantity, unitPrice, discount } = c
  const there = lineWith(order, productId)
  const reasons: ReadonlyArray<Reason> = [
    there && { type: 'ProductAlreadyOnOrder', productId, quantity: there.quantity },
    !isQuantity(quantity) && { type: 'InvalidQuantity', productId, quantity },
    !isExactMoney(unitPrice) && { type: 'InvalidUnitPrice', productId, unitPrice },
    !isDiscount(discount) && { type: 'InvalidDiscount', productId, discount },
    exactLineTotal(unitPrice, quantity, discount) === undefined && overflow('line'),
    !fits(order, { lines: [...order.lines, { ...c, total: 0 }] }) && overflow('total'),
  ]
  return reasons.find(Boolean)
}

const noQuantity = (c: OrderCommand & { type: 'ChangeQuantity' }, order: Order): Reason => {
  const { productId, quantity } = c
  const there = lineWith(order, productId)
  if (there === undefined) return { type: 'ProductNotOnOrder', productId }
  const lines = order.lines.map((line) => (line === there ? { ...line, quantity } : line))
  const reasons: ReadonlyArray<Reason> = [
    !isQuantity(quantity) && { type: 'InvalidQuantity', productId, quantity },
    exactLineTotal(there.unitPrice, quantity, there.discount) === undefined && overflow('line'),
    !fits(order, { lines }) && overflow('total'),
  ]
  return reasons.find(Boolean)
}

const noAmount = (field: 'shipping' | 'tax', amount: number, order: Order): Reason =>
  !isExactMoney(amount)
    ? { type: 'InvalidAmount', field, amount }
    : !fits(order, { [field]: amount }) && overflow('total')

/** Whether everything that a command asks for is so already. */
const isDone = (c: OrderCommand, order: Order): boolean => {
  switch (c.type) {
    case 'CreateOrder':
      return c.customerId === order.customerId && c.currency === order.currency
    case 'AddLine':
      return false
    case 'ChangeQuantity':
      return lineWith(order, c.productId)?.quantity === c.quantity
    case 'RemoveLine':
      return lineWith(order, c.productId) === undefined
    case 'SetShipping':
      return Object.is(c.amount, order.shipping)
    case 'SetTax':
      return Object.is(c.amount, order.tax)
    case 'ChangeStatus':
      return c.newStatus === order.status
  }
}

/** Why a command that would change something is rejected. */
const refusalOf = (subject: Subject, c: OrderCommand, order: Order): Reason => {
  const { customerId, currency, status } = order
  if (c.type === 'CreateOrder') return { type: 'OrderAlreadyExists', customerId, currency }
  if (c.type === 'ChangeStatus') {
    const allowed = movesFrom(subject, status)
    if (!allowed.includes(c.newStatus)) {
      // the names of the moves are orderStatuses
      return { type: 'IllegalTransition', from: status, to: c.newStatus, allowed: allowed as [] }
    }
    return c.newStatus === 'confirmed' && order.lines.length === 0 && { type: 'EmptyOrder' }
  }
  if (status !== 'new') return { type: 'OrderNotEditable', status }
  switch (c.type) {
    case 'AddLine':
      return noLine(c, order)
    case 'ChangeQuantity':
      return noQuantity(c, order)
    case 'RemoveLine':
      return undefined
    case 'SetShipping':
      return noAmount('shipping', c.amount, order)
    case 'SetTax':
      return noAmount('tax', c.amount, order)
  }
}

/** The event that says that what was asked has happened. */
const eventOf = (c: OrderCommand): OrderEvent => {
  switch (c.type) {
    case 'CreateOrder':
      return { ...c, type: 'OrderCreated' }
    case 'AddLine':
      return { ...c, type: 'LineAdded' }
    case 'ChangeQuantity':
      return { ...c, type: 'QuantityChanged' }
    case 'RemoveLine':
      return { ...c, type: 'LineRemoved' }
    case 'SetShipping':
      return { ...c, type: 'ShippingSet' }
    case 'SetTax':
      return { ...c, type: 'TaxSet' }
    case 'ChangeStatus':
      return { ...c, type: 'StatusChanged' }
  }
}

/** The order after an event that applies, but for the sums. */
const changed = (e: OrderEvent, order: Order): Order => {
  const { lines } = order
  switch (e.type) {
    case 'OrderCreated':
      return order
    case 'LineAdded': {
      const { productId, quantity, unitPrice, discount } = e
      return { ...order, lines: [...lines, { productId, quantity, unitPrice, discount, total: 0 }] }
    }
    case 'QuantityChanged': {
      const { productId, quantity } = e
      const next = lines.map((line) =>
        line.productId === productId ? { ...line, quantity } : line,
      )
      return { ...order, lines: next }
    }
    case 'LineRemoved':
      return { ...order, lines: lines.filter((line) => line.productId !== e.productId) }
    case 'ShippingSet':
      return { ...order, shipping: e.amount }
    case 'TaxSet':
      return { ...order, tax: e.amount }
    case 'StatusChanged':
      return { ...order, status: e.newStatus }
  }
}

const opened = { status: 'new', lines: [], subtotal: 0, shipping: 0, tax: 0, total: 0 } as const

/** The order that an event meets: where there is none, the one that it opens. */
const metBy = (e: OrderEvent, state: OrderState): Order | undefined => {
  if (state.type === 'Order') return state
  if (e.type !== 'OrderCreated') return undefined
  const { customerId, currency } = e
  return { type: 'Order', customerId, currency, ...opened }
}

/** A line's total follows from its other fields, and an order's sums from its lines. */
const withSums = (order: Order): Order => ({
  ...order,
  lines: order.lines.map((line) => ({
    ...line,
    total: Number(exactLineTotal(line.unitPrice, line.quantity, line.discount)),
  })),
  ...exactCosts(order),
})

const isWhole = (value: unknown): boolean =>
  typeof value !== 'number' || Number.isSafeInteger(value)

/** Whether every number of an event is in its range. */
const isInRange = (e: OrderEvent): boolean =>
  (!('quantity' in e) || isQuantity(e.quantity)) &&
  (!('unitPrice' in e) || isExactMoney(e.unitPrice)) &&
  (!('discount' in e) || isDiscount(e.discount)) &&
  (!('amount' in e) || isExactMoney(e.amount))

/** Commands at the edge: that change nothing, that fill an order to its limit, and that go beyond. */
const edges = (state: OrderState): ReadonlyArray<OrderCommand> => {
  if (state.type === 'NoOrder') {
    return [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }]
  }
  const { customerId, currency, lines, shipping, tax, total } = state
  const room = maxMoney - total
  const line = { productId: '14', quantity: 1, discount: 0 }
  return [
    { type: 'AddLine', ...line, unitPrice: 250 },
    { type: 'SetTax', amount: tax + 1 },
    { type: 'RemoveLine', productId: '14' },
    { type: 'SetShipping', amount: 0 },
    ...lines
      .slice(0, 2)
      .flatMap(({ productId, quantity, unitPrice, total: cost }): ReadonlyArray<OrderCommand> => [
        { type: 'ChangeQuantity', productId, quantity },
        { type: 'ChangeQuantity', productId, quantity: quantity === 1 ? 2 : 1 },
        {
          type: 'ChangeQuantity',
          productId,
          quantity: Math.floor((room + cost) / Math.max(1, unitPrice)),
        },
      ]),
    ...orderStatuses.map((newStatus): OrderCommand => ({ type: 'ChangeStatus', newStatus })),
    { type: 'CreateOrder', customerId, currency },
    { type: 'SetTax', amount: tax },
    { type: 'SetShipping', amount: shipping },
    { type: 'AddLine', ...line, unitPrice: room },
    { type: 'AddLine', ...line, unitPrice: room + 1 },
    { type: 'SetTax', amount: room + tax },
    { type: 'SetTax', amount: room + tax + 1 },
    { type: 'SetShipping', amount: room + shipping },
    { type: 'SetShipping', amount: room + shipping + 1 },
  ]
}

const optionsFor = (subject: Subject): Options => ({
  command: commandWith(12),
  choices: edges,
  rejected: 25,
  event,
  codec: orderEventCodec,
  eqState: structural,
  idempotent: ({ type }) => type !== 'AddLine',
  applies: (e, state) => applies(state, e),
  invariants: {
    'the cost summary adds up, lines are unique with a quantity of at least 1, sums are in range': (
      state,
    ) => brokenRules(state).length === 0,
    'lineTotal says what a line costs': (state) =>
      state.type === 'NoOrder' ||
      state.lines.every((line) =>
        structural.equals(lineTotal(line.unitPrice, line.quantity, line.discount), {
          _tag: 'Some',
          value: line.total,
        }),
      ),
    'an order has ended where no move is left': (state) =>
      orderDecider(subject.lifecycle).isTerminal(state) ===
      (state.type === 'Order' && movesFrom(subject, state.status).length === 0),
  },
  decisions: {
    'without an order, it is created or not found': (c, state, decision) =>
      state.type === 'Order' ||
      structural.equals(
        decision,
        c.type === 'CreateOrder'
          ? { _tag: 'Right', right: [eventOf(c)] }
          : { _tag: 'Left', left: { type: 'OrderNotFound' } },
      ),
    'what is done already gives no event, whatever the status': (c, state, decision) =>
      state.type === 'NoOrder' ||
      !isDone(c, state) ||
      structural.equals(decision, { _tag: 'Right', right: [] }),
    'what a rule forbids is rejected, with the true data': (c, state, decision) => {
      if (state.type === 'NoOrder' || isDone(c, state)) return true
      const reason = refusalOf(subject, c, state)
      return !reason || structural.equals(decision, { _tag: 'Left', left: reason })
    },
    'what no rule forbids happens as it was asked': (c, state, decision) =>
      state.type === 'NoOrder' ||
      isDone(c, state) ||
      Boolean(refusalOf(subject, c, state)) ||
      structural.equals(decision, { _tag: 'Right', right: [eventOf(c)] }),
    'lineTotal tells what a line would cost where that can be told': (c) => {
      if (c.type !== 'AddLine') return true
      const exact = exactLineTotal(c.unitPrice, c.quantity, c.discount)
      const told = lineTotal(c.unitPrice, c.quantity, c.discount)
      return exact === undefined
        ? told._tag === 'None'
        : told._tag === 'Some' && told.value === Number(exact)
    },
    'the codec of commands takes exactly those with whole numbers': (c) => {
      const decoded = orderCommandCodec.decode(orderCommandCodec.encode(c))
      const whole = Object.values(c).every(isWhole)
      return (
        orderCommandCodec.is(c) === whole &&
        (whole ? structural.equals(decoded, { _tag: 'Right', right: c }) : decoded._tag === 'Left')
      )
    },
  },
  changes: {
    'an event that applies changes the order, any other gives back the very one it met': (
      before,
      e,
      after,
    ) => applies(before, e) === (before !== after),
    'an event changes what it says and nothing else': (before, e, after) => {
      const order = metBy(e, before)
      return (
        !applies(before, e) ||
        (order !== undefined && structural.equals(withSums(changed(e, order)), after))
      )
    },
    'the codec of events takes exactly those whose numbers are in range': (_, e) =>
      (orderEventCodec.encode(e)._tag === 'Right') === isInRange(e),
  },
})

describe.each(subjects)('order under $name', (subject) => {
  const decider = orderDecider(subject.lifecycle)

  it('keeps the laws, and what is declared of it', async () => {
    const unseen = new Set(['B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'B8', 'B9', 'B10', 'B11'])
    await drawUntil(
      () => unseen.size === Number(!subject.ends),
      (seed) => {
        const report = laws(decider, { ...optionsFor(subject), runs: runs(60), seed })
        for (const { law, verdict } of report) if (verdict.type === 'Held') unseen.delete(law)
      },
    )
    expect([...unseen]).toStrictEqual(subject.ends ? [] : ['B8'])
  })
})
