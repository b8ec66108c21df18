// What an order of two products can be asked, what must hold of it, and deciders of orders with one
// realistic mistake each.
import type { Decider } from '../../src/Decider.ts'
import type {
  Order,
  OrderCommand,
  OrderEvent,
  OrderRejection,
  OrderState,
  OrderStatus,
} from '../../src/order/index.ts'
import type { OrderLine } from '../../src/order/State.ts'
import { orderDecider, standardLifecycle, orderStatuses } from '../../src/order/index.ts'
import type { ExploreOptions } from '../../src/testing/explore.ts'
import { brokenRules } from '../support/orderRules.ts'

const decider = orderDecider()

export type OrderDecider = Decider<OrderCommand, OrderState, OrderEvent, OrderRejection>

const products = [
  // 841.5 for one: half a cent to round
  { productId: '11', unitPrice: 990, discount: 1_500 },
  { productId: '42', unitPrice: 1_400, discount: 0 },
]

/** Two products in quantities of 1 and 2, one amount of shipping, one of tax, and every status. */
export const orderCommands: ReadonlyArray<OrderCommand> = [
  { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
  ...products.flatMap((product): ReadonlyArray<OrderCommand> => {
    const { productId } = product
    return [
      { type: 'AddLine', ...product, quantity: 1 },
      { type: 'AddLine', ...product, quantity: 2 },
      { type: 'ChangeQuantity', productId, quantity: 1 },
      { type: 'ChangeQuantity', productId, quantity: 2 },
      { type: 'RemoveLine', productId },
    ]
  }),
  { type: 'SetShipping', amount: 300 },
  { type: 'SetTax', amount: 200 },
  ...orderStatuses.map((newStatus): OrderCommand => ({ type: 'ChangeStatus', newStatus })),
]

/** The same, and quantities that are none. */
export const oddCommands: ReadonlyArray<OrderCommand> = [
  ...orderCommands,
  { type: 'ChangeQuantity', productId: '11', quantity: 0 },
  { type: 'AddLine', productId: '42', quantity: 0, unitPrice: 1_400, discount: 0 },
]

const rule = (number: 1 | 2 | 3) => (state: OrderState) =>
  brokenRules(state).every((broken) => broken.rule !== number)

const may: Readonly<Record<OrderStatus, string>> = {
  new: 'confirmed cancelled',
  confirmed: 'paid cancelled',
  paid: 'shipped cancelled',
  shipped: '',
  cancelled: '',
}

const contents = ({ lines, shipping, tax }: Order) => JSON.stringify([lines, shipping, tax])

/** What must hold of orders in each state, and of each step. */
export const orderLaws = {
  invariants: {
    'sums add up': rule(1),
    'a product stands on one line, with a quantity': rule(2),
    'sums are money': rule(3),
    'no order without lines goes on': (state) =>
      state.type === 'NoOrder' ||
      state.lines.length > 0 ||
      state.status === 'new' ||
      state.status === 'cancelled',
  },
  stepInvariants: {
    'statuses follow the lifecycle': (before, _, __, after) =>
      before.type === 'NoOrder' ||
      (after.type === 'Order' &&
        (before.status === after.status || may[before.status].includes(after.status))),
    'only a new order is edited': (before, _, __, after) =>
      before.type === 'NoOrder' ||
      before.status === 'new' ||
      (after.type === 'Order' && contents(before) === contents(after)),
    'what is emitted has an effect': (before, _, events, after) =>
      events.length === 0 || JSON.stringify(before) !== JSON.stringify(after),
    'other lines are left alone': (before, command, _, after) =>
      before.type === 'NoOrder' ||
      after.type === 'NoOrder' ||
      !('productId' in command) ||
      before.lines.every(
        (line) => line.productId === command.productId || after.lines.includes(line),
      ),
  },
} satisfies ExploreOptions<OrderState, OrderCommand, OrderEvent>

export interface Planted {
  readonly bug: string
  readonly broken: keyof typeof orderLaws.invariants | keyof typeof orderLaws.stepInvariants
  /** The fewest commands that show it, worked out by hand. */
  readonly way: ReadonlyArray<OrderCommand['type'] | OrderStatus>
  readonly decider: OrderDecider
}

const decides = (
  f: (command: OrderCommand, order: Order) => ReadonlyArray<OrderEvent> | undefined,
): OrderDecider['decide'] => {
  return (command, state) => {
    const events = state.type === 'Order' ? f(command, state) : undefined
    return events === undefined ? decider.decide(command, state) : { _tag: 'Right', right: events }
  }
}

/** What `f` makes of an order and what an event rightly makes of it. */
const evolves = (
  f: (right: Order, event: OrderEvent, before: Order) => OrderState,
): OrderDecider['evolve'] => {
  return (state, event) => {
    const right = decider.evolve(state, event)
    return state.type === 'Order' && right.type === 'Order' ? f(right, event, state) : right
  }
}

const lineOf = (order: Order, productId: string): OrderLine | undefined =>
  order.lines.find((line) => line.productId === productId)

const total = ({ subtotal, shipping, tax }: Order) => subtotal + shipping + tax

const resummed = (order: Order): Order => {
  const subtotal = order.lines.reduce((sum, line) => sum + line.total, 0)
  return { ...order, subtotal, total: total({ ...order, subtotal }) }
}

export const planted: ReadonlyArray<Planted> = [
  {
    bug: 'the total stays when a line goes',
    broken: 'sums add up',
    way: ['CreateOrder', 'AddLine', 'RemoveLine'],
    decider: {
      ...decider,
      evolve: evolves((right, event, before) =>
        event.type === 'LineRemoved' ? { ...right, total: before.total } : right,
      ),
    },
  },
  {
    bug: 'the subtotal stays when a line goes',
    broken: 'sums add up',
    way: ['CreateOrder', 'AddLine', 'RemoveLine'],
    decider: {
      ...decider,
      evolve: evolves((right, event, { subtotal }) =>
        event.type === 'LineRemoved'
          ? { ...right, subtotal, total: total({ ...right, subtotal }) }
          : right,
      ),
    },
  },
  {
    bug: 'a quantity of 0 is taken',
    broken: 'a product stands on one line, with a quantity',
    way: ['CreateOrder', 'AddLine', 'ChangeQuantity'],
    decider: {
      ...decider,
      decide: decides((command, order) =>
        command.type === 'ChangeQuantity' &&
        order.status === 'new' &&
        lineOf(order, command.productId) !== undefined
          ? [{ ...command, type: 'QuantityChanged' }]
          : undefined,
      ),
      evolve: evolves((right, event, before) =>
        event.type === 'QuantityChanged' && event.quantity === 0
          ? resummed({
              ...before,
              lines: before.lines.map((line) =>
                line.productId === event.productId ? { ...line, quantity: 0, total: 0 } : line,
              ),
            })
          : right,
      ),
    },
  },
  {
    bug: 'a product is added twice',
    broken: 'a product stands on one line, with a quantity',
    way: ['CreateOrder', 'AddLine', 'AddLine'],
    decider: {
      ...decider,
      decide: (command, state) =>
        decider.decide(
          command,
          state.type === 'Order' && command.type === 'AddLine' ? { ...state, lines: [] } : state,
        ),
      evolve: (state, event) => {
        if (state.type === 'NoOrder' || event.type !== 'LineAdded') {
          return decider.evolve(state, event)
        }
        const alone = decider.evolve({ ...state, lines: [] }, event)
        return alone.type === 'Order'
          ? resummed({ ...alone, lines: [...state.lines, ...alone.lines] })
          : alone
      },
    },
  },
  {
    bug: 'shipping changes after the order is confirmed',
    broken: 'only a new order is edited',
    way: ['CreateOrder', 'AddLine', 'confirmed', 'SetShipping'],
    decider: {
      ...decider,
      decide: decides((command, { status, shipping }) =>
        command.type === 'SetShipping' && status === 'confirmed' && command.amount !== shipping
          ? [{ type: 'ShippingSet', amount: command.amount }]
          : undefined,
      ),
      evolve: evolves((right, event) =>
        event.type === 'ShippingSet' ? resummed({ ...right, shipping: event.amount }) : right,
      ),
    },
  },
  {
    bug: 'a paid order is new again',
    broken: 'statuses follow the lifecycle',
    way: ['CreateOrder', 'AddLine', 'confirmed', 'paid', 'new'],
    decider: orderDecider({ ...standardLifecycle, paid: ['shipped', 'cancelled', 'new'] }),
  },
  {
    bug: 'an order without lines is confirmed',
    broken: 'no order without lines goes on',
    way: ['CreateOrder', 'confirmed'],
    decider: {
      ...decider,
      decide: decides((command, { status }) =>
        command.type === 'ChangeStatus' && command.newStatus === 'confirmed' && status === 'new'
          ? [{ type: 'StatusChanged', newStatus: 'confirmed' }]
          : undefined,
      ),
    },
  },
  {
    bug: 'a cancelled order is opened again',
    broken: 'statuses follow the lifecycle',
    way: ['CreateOrder', 'cancelled', 'new'],
    decider: orderDecider({ ...standardLifecycle, cancelled: ['new'] }),
  },
  {
    bug: 'tax counts twice',
    broken: 'sums add up',
    way: ['CreateOrder', 'SetTax'],
    decider: {
      ...decider,
      evolve: evolves((right) => ({ ...right, total: total(right) + right.tax })),
    },
  },
  {
    bug: 'another quantity is emitted and has no effect',
    broken: 'what is emitted has an effect',
    way: ['CreateOrder', 'AddLine', 'ChangeQuantity'],
    decider: {
      ...decider,
      evolve: evolves((right, event, before) =>
        event.type === 'QuantityChanged' ? before : right,
      ),
    },
  },
  {
    bug: 'discounts are rounded down',
    broken: 'sums add up',
    way: ['CreateOrder', 'AddLine'],
    decider: {
      ...decider,
      evolve: evolves((right) =>
        resummed({
          ...right,
          lines: right.lines.map((line) => ({
            ...line,
            total: Math.floor((line.unitPrice * line.quantity * (10_000 - line.discount)) / 10_000),
          })),
        }),
      ),
    },
  },
  {
    bug: 'the first line goes, whichever was meant',
    broken: 'other lines are left alone',
    way: ['CreateOrder', 'AddLine', 'AddLine', 'RemoveLine'],
    decider: {
      ...decider,
      evolve: (state, event) =>
        state.type === 'Order' && event.type === 'LineRemoved' && state.status === 'new'
          ? resummed({ ...state, lines: state.lines.slice(1) })
          : decider.evolve(state, event),
    },
  },
  {
    bug: 'an order is shipped that was not paid',
    broken: 'statuses follow the lifecycle',
    way: ['CreateOrder', 'AddLine', 'confirmed', 'shipped'],
    decider: orderDecider({ ...standardLifecycle, confirmed: ['paid', 'shipped', 'cancelled'] }),
  },
]
