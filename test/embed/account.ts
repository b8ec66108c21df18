// A small decider whose events have had several versions, and carry dates and big integers.
import { left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { tagged } from '../../src/codec/Codec.ts'
import { eventCodecOf } from '../../src/codec/EventCodec.ts'
import { bigint, codec, date } from '../../src/codec/IoTs.ts'
import { next } from '../../src/codec/EventCodec/upcast.ts'
import type { Decider } from '../../src/Decider.ts'
import type { JsonCodecs } from '../../src/embed/Json.ts'

export interface Pay {
  readonly type: 'Pay'
  readonly amount: bigint
  readonly at: Date
}
export interface Paid {
  readonly type: 'Paid'
  readonly amount: bigint
  readonly at: Date
  readonly by: string
}
export interface Balance {
  readonly sum: bigint
  readonly last: Date
  readonly by: ReadonlyArray<string>
}
export interface TooMuch {
  readonly type: 'TooMuch'
  readonly limit: bigint
}

export const epoch = new Date(0)
export const limit = 10n ** 20n

export const account: Decider<Pay, Balance, Paid, TooMuch> = {
  initialState: { sum: 0n, last: epoch, by: [] },
  decide: ({ amount, at }, { sum }) =>
    sum + amount > limit
      ? left({ type: 'TooMuch', limit })
      : right(amount === 0n ? [] : [{ type: 'Paid', amount, at, by: 'desk' }]),
  evolve: ({ sum, by }, paid) => ({
    sum: sum + paid.amount,
    last: paid.at,
    by: by.includes(paid.by) ? by : [...by, paid.by],
  }),
  isTerminal: ({ sum }) => sum === limit,
}

const type = t.literal('Paid')
export const v1 = codec(t.type({ cents: t.number }))
export const v2 = codec(t.type({ type, amount: bigint, at: date }))
export const v3 = codec(t.type({ type, amount: bigint, at: date, by: t.string }))
export const refunded = codec(t.type({ amount: bigint }))

export const toV2 = ({ cents }: { readonly cents: number }) =>
  ({ type: 'Paid', amount: BigInt(cents), at: epoch }) as const
export const toV3 = ({ amount, at }: Omit<Paid, 'by'>): Paid => ({
  type: 'Paid',
  amount,
  at,
  by: 'post',
})

export const codecs: JsonCodecs<Pay, Balance, Paid, TooMuch> = {
  commands: codec(t.type({ type: t.literal('Pay'), amount: bigint, at: date })),
  events: eventCodecOf<Paid>(
    { Paid: pipe(v1, next(v2, toV2), next(v3, toV3)) },
    {
      retired: {
        Refunded: pipe(
          refunded,
          next(v3, ({ amount }): Paid => ({
            type: 'Paid',
            amount: -amount,
            at: epoch,
            by: 'back',
          })),
        ),
      },
    },
  ),
  state: codec(t.type({ sum: bigint, last: date, by: t.readonlyArray(t.string) })),
  rejections: tagged<TooMuch>({
    TooMuch: codec(t.type({ type: t.literal('TooMuch'), limit: bigint })),
  }),
}
