// What an order's payment may go through. A gateway outside reports what became of it.
import type { Decider } from 'decider-ts/Decider'
import type { Codec } from 'decider-ts/codec/Codec'
import type { EventCodec } from 'decider-ts/codec/EventCodec'
import { eventCodecOf } from 'decider-ts/codec/EventCodec'
import { codec } from 'decider-ts/codec/IoTs'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

export type PaymentCommand =
  | { readonly type: 'RequestPayment'; readonly amount: number }
  | { readonly type: 'ReportCaptured' }
  | { readonly type: 'ReportFailed'; readonly reason: string }
  | { readonly type: 'Refund' }

export type PaymentEvent =
  | { readonly type: 'PaymentRequested'; readonly amount: number }
  | { readonly type: 'PaymentCaptured' }
  | { readonly type: 'PaymentFailed'; readonly reason: string }
  | { readonly type: 'PaymentRefunded' }

export type PaymentRejection =
  | { readonly type: 'NotRequested' }
  | { readonly type: 'AlreadyRequested'; readonly amount: number }
  | { readonly type: 'AlreadySettled'; readonly as: 'Captured' | 'Failed' | 'Refunded' }
  | { readonly type: 'NotCaptured' }

export type PaymentState =
  | { readonly type: 'NoPayment' }
  | { readonly type: 'Requested'; readonly amount: number }
  | { readonly type: 'Captured'; readonly amount: number }
  | { readonly type: 'Failed'; readonly amount: number; readonly reason: string }
  | { readonly type: 'Refunded'; readonly amount: number }

/** A gateway may report a thing twice. What was refunded was captured before. */
const settle = (
  event: Extract<PaymentEvent, { readonly type: 'PaymentCaptured' | 'PaymentFailed' }>,
  state: PaymentState,
) => {
  const known: ReadonlyArray<PaymentState['type']> =
    event.type === 'PaymentCaptured' ? ['Captured', 'Refunded'] : ['Failed']
  switch (state.type) {
    case 'NoPayment':
      return left({ type: 'NotRequested' } as const)
    case 'Requested':
      return right([event])
    case 'Captured':
    case 'Failed':
    case 'Refunded':
      return known.includes(state.type)
        ? right([])
        : left({ type: 'AlreadySettled', as: state.type } as const)
  }
}

export const payment: Decider<PaymentCommand, PaymentState, PaymentEvent, PaymentRejection> = {
  initialState: { type: 'NoPayment' },
  decide: (command, state) => {
    switch (command.type) {
      case 'RequestPayment':
        if (state.type === 'NoPayment') {
          return right([{ type: 'PaymentRequested', amount: command.amount }])
        }
        return state.amount === command.amount
          ? right([])
          : left({ type: 'AlreadyRequested', amount: state.amount })
      case 'ReportCaptured':
        return settle({ type: 'PaymentCaptured' }, state)
      case 'ReportFailed':
        return settle({ type: 'PaymentFailed', reason: command.reason }, state)
      case 'Refund':
        if (state.type === 'Captured') return right([{ type: 'PaymentRefunded' }])
        return state.type === 'Refunded' ? right([]) : left({ type: 'NotCaptured' })
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'PaymentRequested':
        return state.type === 'NoPayment' ? { type: 'Requested', amount: event.amount } : state
      case 'PaymentCaptured':
        return state.type === 'Requested' ? { type: 'Captured', amount: state.amount } : state
      case 'PaymentFailed':
        return state.type === 'Requested'
          ? { type: 'Failed', amount: state.amount, reason: event.reason }
          : state
      case 'PaymentRefunded':
        return state.type === 'Captured' ? { type: 'Refunded', amount: state.amount } : state
    }
  },
  isTerminal: (state) => state.type === 'Failed' || state.type === 'Refunded',
}

const member = <P extends t.Props>(props: P): Codec<t.TypeOf<t.TypeC<P>>> => codec(t.type(props))

export const paymentEvents: EventCodec<PaymentEvent> = eventCodecOf<PaymentEvent>({
  PaymentRequested: member({ type: t.literal('PaymentRequested'), amount: t.number }),
  PaymentCaptured: member({ type: t.literal('PaymentCaptured') }),
  PaymentFailed: member({ type: t.literal('PaymentFailed'), reason: t.string }),
  PaymentRefunded: member({ type: t.literal('PaymentRefunded') }),
})
