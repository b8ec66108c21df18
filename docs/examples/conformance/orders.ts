/**
 * The questions that show that orders are the same in every runtime: their rules and laws on drawn
 * walks and on a corpus of yours, money where it is largest and where it is rounded, dates and big
 * integers at their limits, read models and time travel, and every state that a few commands lead to.
 *
 * The laws are those of `conformance`.
 */
import type { Arbitrary } from 'fast-check'
import { constant, constantFrom, integer, oneof, record } from 'fast-check'
import type { Task } from 'fp-ts/lib/Task.js'
import type { Type } from 'io-ts'
import { bigint, codec, date } from 'decider-ts/codec/IoTs'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from 'decider-ts/order'
import {
  allRows,
  orderDecider,
  lineTotal,
  OrderLines,
  Orders,
  OrdersHistory,
  orderStatuses,
  statusTotals,
  TotalsByStatus,
} from 'decider-ts/order'
import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
import { structural } from 'decider-ts/Diff'
import { replay } from 'decider-ts/Projection'
import type { Conformance } from 'decider-ts/testing/conformance'
import { conformance } from 'decider-ts/testing/conformance'
import { deciderSystem, explore } from 'decider-ts/testing/explore'

const decider = orderDecider()

const edges = [0, 1, 2, 3, 4_999, 5_000, 9_999, 10_000, 10_001, 2 ** 31, 2 ** 52, 2 ** 53 - 1]
const oddities = [-1, -0, 0.5, NaN, Infinity, 2 ** 53]

const productId = constantFrom('11', '42')
const amount = oneof(
  { weight: 9, arbitrary: integer({ min: 0, max: 300 }) },
  { weight: 1, arbitrary: constantFrom(...edges, -1) },
)

const of = <T extends string>(type: T): Arbitrary<T> => constant(type)

const command: Arbitrary<OrderCommand> = oneof<Array<Arbitrary<OrderCommand>>>(
  record({ type: of('CreateOrder'), customerId: of('VINET'), currency: of('USD') }),
  record({
    type: of('AddLine'),
    productId,
    quantity: amount,
    unitPrice: amount,
    discount: constantFrom(0, 1_500, 3_333, 10_000, 10_001),
  }),
  record({ type: of('ChangeQuantity'), productId, quantity: amount }),
  record({ type: of('RemoveLine'), productId }),
  record({ type: of('SetShipping'), amount }),
  record({ type: of('SetTax'), amount }),
  record({ type: of('ChangeStatus'), newStatus: constantFrom(...orderStatuses) }),
)

const few: ReadonlyArray<OrderCommand> = [
  { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
  { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 990, discount: 1_500 },
  { type: 'AddLine', productId: '42', quantity: 2, unitPrice: 1_400, discount: 0 },
  { type: 'ChangeQuantity', productId: '11', quantity: 2 },
  { type: 'RemoveLine', productId: '42' },
  { type: 'SetTax', amount: 200 },
  ...orderStatuses.map((newStatus): OrderCommand => ({ type: 'ChangeStatus', newStatus })),
]

/** Totals of lines: each factor at its edges and beyond, and a little around them. */
const money = (): ReadonlyArray<unknown> => {
  const values = [...edges, ...oddities]
  return values.flatMap((unitPrice) =>
    values.flatMap((quantity) =>
      [0, 1, 1_500, 3_333, 5_000, 9_999, 10_000, 10_001].map((discount) =>
        lineTotal(unitPrice, quantity, discount),
      ),
    ),
  )
}

const latest = 8_640_000_000_000_000

/** Instants from one end of time to the other, and texts that are nearly one. */
const dates = (): ReadonlyArray<unknown> => {
  const days = [-latest, -62_198_755_200_000, -1, 0, 951_782_400_000, 4_107_542_399_999, latest]
  return roundTrips(date, [
    ...days.map((instant) => codec(date).encode(new Date(instant))),
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
  ])
}

const notIntegers = ['-0', '01', '+1', ' 1', '1.0', '1e3', '0x10', '1n', '', '٣', 1, null]

const integers = (): ReadonlyArray<unknown> => {
  const large = ['0', '9007199254740993', '18446744073709551616', '9'.repeat(400)]
  return roundTrips(bigint, [...large.flatMap((digits) => [digits, `-${digits}`]), ...notIntegers])
}

/** What each input is decoded to, and what that is encoded to again. */
const roundTrips = <A>(
  type: Type<A, string>,
  inputs: ReadonlyArray<unknown>,
): ReadonlyArray<unknown> => {
  const { decode, encode } = codec(type)
  return inputs.map((input) => {
    const decoded = decode(input)
    return decoded._tag === 'Left' ? decoded : [decoded.right, encode(decoded.right)]
  })
}

/**
 * All that orders answer, with lists of commands of yours as a corpus.
 */
export const orderConformance = (options?: Parameters<typeof conformance>[1]): Task<Conformance> =>
  conformance<OrderCommand, OrderState, OrderEvent, OrderRejection>(
    {
      decider,
      commands: orderCommandCodec,
      events: orderEventCodec,
      laws: {
        command,
        length: 40,
        codec: orderEventCodec,
        eqState: structural,
        idempotent: ({ type }) => type === 'CreateOrder' || type === 'RemoveLine',
        invariants: {
          'sums add up': (state) =>
            state.type === 'NoOrder' ||
            state.total ===
              state.lines.reduce((sum, { total }) => sum + total, 0) + state.shipping + state.tax,
        },
      },
      views: {
        orders: (history) => allRows(replay(Orders)(history)),
        lines: (history) => allRows(replay(OrderLines)(history)),
        'orders history': (history) => allRows(replay(OrdersHistory)(history)),
        totals: (history) => statusTotals(replay(TotalsByStatus)(history)),
      },
      more: {
        money,
        dates,
        integers,
        states: () => [explore(deciderSystem(decider, few))],
      },
    },
    options,
  )
