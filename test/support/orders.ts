// Orders to draw and one to read.
import fc from 'fast-check'
import { run } from '../../src/Decider.ts'
import type {
  OrderCommand,
  OrderEvent,
  OrderLifecycle,
  OrderState,
  OrderStatus,
} from '../../src/order/index.ts'
import { orderDecider, orderStatuses } from '../../src/order/index.ts'
import { plain } from './plain.ts'

/**
 * Every move among new, paid, confirmed and shipped: what a plain setter that only checks that the
 * status is one of the four would allow.
 */
export const anyStatus: OrderLifecycle = {
  new: ['paid', 'confirmed', 'shipped'],
  confirmed: ['new', 'paid', 'shipped'],
  paid: ['new', 'confirmed', 'shipped'],
  shipped: ['new', 'paid', 'confirmed'],
  cancelled: [],
}

const decider = orderDecider()

const productId = fc.constantFrom('11', '42', '72', '14', '51')

/** Numbers that are no quantity, no money, no discount, or only just. */
export const oddNumbers: ReadonlyArray<number> = [
  0,
  -0,
  -1,
  0.5,
  NaN,
  Infinity,
  10_000,
  10_001,
  2 ** 52,
  2 ** 53 - 1,
  2 ** 53,
  1e300,
]

const mostly = (arbitrary: fc.Arbitrary<number>, odd = 1): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 20, arbitrary },
    { weight: odd, arbitrary: fc.constantFrom(...oddNumbers) },
    { weight: odd, arbitrary: fc.maxSafeNat() },
  )

const numbers = (odd: number) => ({
  quantity: mostly(fc.integer({ min: 1, max: 9 }), odd),
  unitPrice: mostly(fc.integer({ min: 0, max: 20_000 }), odd),
  discount: mostly(fc.constantFrom(0, 500, 1_500, 3_333, 10_000), odd),
  amount: mostly(fc.integer({ min: 0, max: 300 }), odd),
})

const customerId = fc.constantFrom('VINET', 'VINET', 'HANAR')
const currency = fc.constantFrom('USD', 'USD', 'EUR')
const newStatus = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...orderStatuses) },
  { weight: 4, arbitrary: fc.constant<OrderStatus>('new') },
  { weight: 3, arbitrary: fc.constantFrom<OrderStatus>('confirmed', 'paid', 'shipped') },
)

const just = <T extends string>(type: T) => fc.constant(type)

/** Any command. Of a hundred, about `moves` ask for another status. */
export const commandWith = (moves: number): fc.Arbitrary<OrderCommand> => {
  const { quantity, unitPrice, discount, amount } = numbers(1)
  return fc.oneof<Array<fc.WeightedArbitrary<OrderCommand>>>(
    {
      weight: 30,
      arbitrary: plain({ type: just('AddLine'), productId, quantity, unitPrice, discount }),
    },
    {
      weight: 25,
      arbitrary: plain({ type: just('ChangeQuantity'), productId, quantity }),
    },
    { weight: 20, arbitrary: plain({ type: just('RemoveLine'), productId }) },
    { weight: 10, arbitrary: plain({ type: just('SetShipping'), amount }) },
    { weight: 10, arbitrary: plain({ type: just('SetTax'), amount }) },
    {
      weight: 5,
      arbitrary: plain({ type: just('CreateOrder'), customerId, currency }),
    },
    { weight: moves, arbitrary: plain({ type: just('ChangeStatus'), newStatus }) },
  )
}

export const command: fc.Arbitrary<OrderCommand> = commandWith(15)

/** Any event, whether or not a decider would ever emit it. */
export const event: fc.Arbitrary<OrderEvent> = (() => {
  const { quantity, unitPrice, discount, amount } = numbers(3)
  return fc.oneof<Array<fc.WeightedArbitrary<OrderEvent>>>(
    {
      weight: 6,
      arbitrary: plain({ type: just('LineAdded'), productId, quantity, unitPrice, discount }),
    },
    { weight: 5, arbitrary: plain({ type: just('QuantityChanged'), productId, quantity }) },
    { weight: 4, arbitrary: plain({ type: just('LineRemoved'), productId }) },
    { weight: 3, arbitrary: plain({ type: just('ShippingSet'), amount }) },
    { weight: 3, arbitrary: plain({ type: just('TaxSet'), amount }) },
    { weight: 2, arbitrary: plain({ type: just('OrderCreated'), customerId, currency }) },
    { weight: 1, arbitrary: plain({ type: just('StatusChanged'), newStatus }) },
    { weight: 1, arbitrary: fc.constant({ type: 'StatusChanged', newStatus: 'new' }) },
  )
})()

const create: OrderCommand = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }

/** Histories of any events at all; most of them begin with an order. */
export const anyHistory: fc.Arbitrary<ReadonlyArray<OrderEvent>> = fc
  .tuple(fc.boolean(), fc.array(event, { maxLength: 120, size: 'max' }))
  .map(([bare, events]) =>
    bare ? events : [{ type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }, ...events],
  )

/** Lists of commands up to `maxLength` long; most of them begin with an order. */
export const walk = (maxLength: number, moves: number): fc.Arbitrary<ReadonlyArray<OrderCommand>> =>
  fc
    .tuple(fc.nat({ max: 9 }), fc.array(commandWith(moves), { maxLength, size: 'max' }))
    .map(([bare, commands]) => (bare === 9 ? commands : [create, ...commands]))

/** How an order gets to each status under the standard lifecycle. */
export const pathTo: Readonly<Record<OrderStatus, ReadonlyArray<OrderStatus>>> = {
  new: [],
  confirmed: ['confirmed'],
  paid: ['confirmed', 'paid'],
  shipped: ['confirmed', 'paid', 'shipped'],
  cancelled: ['cancelled'],
}

/** An order of three lines: 168.00 + 98.00 + 147.90 (174.00 less 15 %), shipping 32.38, tax 5.00. */
export const threeLines: ReadonlyArray<OrderCommand> = [
  create,
  { type: 'AddLine', productId: '11', quantity: 12, unitPrice: 1_400, discount: 0 },
  { type: 'AddLine', productId: '42', quantity: 10, unitPrice: 980, discount: 0 },
  { type: 'AddLine', productId: '72', quantity: 5, unitPrice: 3_480, discount: 1_500 },
  { type: 'SetShipping', amount: 3_238 },
  { type: 'SetTax', amount: 500 },
]

/** The order of three lines, in a status. */
export const orderIn = (status: OrderStatus): OrderState =>
  run(decider)([
    ...threeLines,
    ...pathTo[status].map((next): OrderCommand => ({ type: 'ChangeStatus', newStatus: next })),
  ]).state
