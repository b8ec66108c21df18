// What becomes the script: the decider of orders, and the codecs of everything that crosses the
// border. Those of commands and events are the library's own; states and rejections are added here.
import { tagged, type Codec } from 'decider-ts/codec/Codec'
import { codec, where } from 'decider-ts/codec/IoTs'
import { toJson, type JsonCodecs } from 'decider-ts/embed/Json'
import type { JsonSchema } from 'decider-ts/embed/Json'
import {
  orderDecider,
  lineTotal,
  type Order,
  type OrderCommand,
  type OrderEvent,
  type OrderRejection,
  type OrderState,
  type OrderStatus,
} from 'decider-ts/order'
import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
import * as t from 'io-ts'

const decider = orderDecider()

const Status: t.Type<OrderStatus> = t.keyof({
  new: null,
  confirmed: null,
  paid: null,
  shipped: null,
  cancelled: null,
})
const Id = where(t.string, (id) => id !== '', 'a non-empty string')
const Currency = where(t.string, (code) => /^[A-Z]{3}$/.test(code), 'a currency code like "USD"')
const Integer = where(t.number, Number.isSafeInteger, 'an integer')

/** Integers in a range; -0 is none, because JSON would lose its sign. */
const within = (least: number, most: number, name: string): t.Type<number> =>
  where(
    t.number,
    (n) => Number.isSafeInteger(n) && n >= least && n <= most && !Object.is(n, -0),
    name,
  )

const maxMoney = Number.MAX_SAFE_INTEGER
const Money = within(0, maxMoney, 'a non-negative integer of minor units')
const Quantity = within(1, Infinity, 'an integer of at least 1')
const Discount = within(0, 10_000, 'an integer of basis points from 0 to 10,000')

const Line = t.type({
  productId: Id,
  quantity: Quantity,
  unitPrice: Money,
  discount: Discount,
  total: Money,
})

/** A state that comes from outside is believed only where its sums are those of its lines. */
const addsUp = ({ lines, subtotal, shipping, tax, total }: Order): boolean => {
  let sum = 0
  for (const { unitPrice, quantity, discount, total: claimed } of lines) {
    const cost = lineTotal(unitPrice, quantity, discount)
    if (cost._tag === 'None' || cost.value !== claimed) return false
    sum += claimed
  }
  const products = new Set(lines.map(({ productId }) => productId))
  return products.size === lines.length && sum === subtotal && subtotal + shipping + tax === total
}

const stateCodec: Codec<OrderState> = tagged<OrderState>({
  NoOrder: codec(t.type({ type: t.literal('NoOrder') })),
  Order: codec(
    where(
      t.type({
        type: t.literal('Order'),
        customerId: Id,
        currency: Currency,
        status: Status,
        lines: t.readonlyArray(Line),
        subtotal: Money,
        shipping: Money,
        tax: Money,
        total: Money,
      }),
      addsUp,
      'an order whose sums are right, with each product on one line',
    ),
  ),
})

const rejectionCodec: Codec<OrderRejection> = tagged<OrderRejection>({
  OrderNotFound: codec(t.type({ type: t.literal('OrderNotFound') })),
  OrderAlreadyExists: codec(
    t.type({ type: t.literal('OrderAlreadyExists'), customerId: Id, currency: Currency }),
  ),
  OrderNotEditable: codec(t.type({ type: t.literal('OrderNotEditable'), status: Status })),
  ProductAlreadyOnOrder: codec(
    t.type({ type: t.literal('ProductAlreadyOnOrder'), productId: Id, quantity: Quantity }),
  ),
  ProductNotOnOrder: codec(t.type({ type: t.literal('ProductNotOnOrder'), productId: Id })),
  InvalidQuantity: codec(
    t.type({ type: t.literal('InvalidQuantity'), productId: Id, quantity: Integer }),
  ),
  InvalidUnitPrice: codec(
    t.type({ type: t.literal('InvalidUnitPrice'), productId: Id, unitPrice: Integer }),
  ),
  InvalidDiscount: codec(
    t.type({ type: t.literal('InvalidDiscount'), productId: Id, discount: Integer }),
  ),
  InvalidAmount: codec(
    t.type({
      type: t.literal('InvalidAmount'),
      field: t.keyof({ shipping: null, tax: null }),
      amount: Integer,
    }),
  ),
  MoneyOverflow: codec(
    t.type({
      type: t.literal('MoneyOverflow'),
      sum: t.keyof({ line: null, total: null }),
      limit: Money,
    }),
  ),
  EmptyOrder: codec(t.type({ type: t.literal('EmptyOrder') })),
  IllegalTransition: codec(
    t.type({
      type: t.literal('IllegalTransition'),
      from: Status,
      to: Status,
      allowed: t.readonlyArray(Status),
    }),
  ),
})

export const codecs: JsonCodecs<OrderCommand, OrderState, OrderEvent, OrderRejection> = {
  commands: orderCommandCodec,
  events: orderEventCodec,
  state: stateCodec,
  rejections: rejectionCodec,
}

/** What the predicates of these types ask for, in the words of a schema. */
export const given: ReadonlyArray<readonly [string, JsonSchema]> = [
  [Id.name, { type: 'string', minLength: 1 }],
  [Currency.name, { type: 'string', pattern: '^[A-Z]{3}$' }],
  [Money.name, { type: 'integer', minimum: 0, maximum: maxMoney }],
  [Quantity.name, { type: 'integer', minimum: 1, maximum: maxMoney }],
  [Discount.name, { type: 'integer', minimum: 0, maximum: 10_000 }],
]

export const { decideJson, evolveJson } = toJson(decider, codecs)
