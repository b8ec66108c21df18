// The process that takes an order from confirmed to shipped: it asks for the payment, marks the order
// paid or cancels it, asks for the shipment, and marks the order shipped. Where somebody else cancels
// the order, it stops the shipment and sends the money back.
//
// It remembers what has happened to the order, its payment and its shipment, and what is outstanding
// follows from that. There is no second place where progress is kept, so none that could disagree.
import type { OrderCommand, OrderEvent, OrderState, OrderStatus } from 'decider-ts/order'
import { orderDecider } from 'decider-ts/order'
import type { Issued, Process } from 'decider-ts/Process'
import { fromPending } from 'decider-ts/Process'
import { struct } from 'decider-ts/Product'
import type { PaymentCommand, PaymentEvent, PaymentState } from './payment.ts'
import { payment } from './payment.ts'
import type { ShipmentCommand, ShipmentEvent, ShipmentState } from './shipment.ts'
import { shipment } from './shipment.ts'

const order = orderDecider()

/** The three deciders side by side. */
export const parts = struct({ order, payment, shipment })

export type PartCommand =
  | { readonly type: 'order'; readonly command: OrderCommand }
  | { readonly type: 'payment'; readonly command: PaymentCommand }
  | { readonly type: 'shipment'; readonly command: ShipmentCommand }

export type PartEvent =
  | { readonly type: 'order'; readonly event: OrderEvent }
  | { readonly type: 'payment'; readonly event: PaymentEvent }
  | { readonly type: 'shipment'; readonly event: ShipmentEvent }

export interface Seen {
  readonly order: OrderState
  readonly payment: PaymentState
  readonly shipment: ShipmentState
}

/** What has to happen next, which is one thing at most. */
const next = (seen: Seen): PartCommand | undefined => {
  if (seen.order.type === 'NoOrder') return undefined
  const move = (newStatus: OrderStatus): PartCommand => ({
    type: 'order',
    command: { type: 'ChangeStatus', newStatus },
  })
  const { status, total } = seen.order
  if (status === 'confirmed') {
    switch (seen.payment.type) {
      case 'NoPayment':
        return { type: 'payment', command: { type: 'RequestPayment', amount: total } }
      case 'Requested':
        return undefined
      case 'Captured':
        return move('paid')
      case 'Failed':
      case 'Refunded':
        return move('cancelled')
    }
  }
  // an order may be marked paid by others, too: what is shipped is what money has come for
  if (status === 'paid' && seen.payment.type === 'Captured') {
    switch (seen.shipment.type) {
      case 'NoShipment':
        return { type: 'shipment', command: { type: 'RequestShipment' } }
      case 'Requested':
      case 'Cancelled':
        return undefined
      case 'Dispatched':
        return move('shipped')
    }
  }
  // cancelled by others, maybe while a request is on its way: goods stay, then money goes back
  if (status === 'cancelled') {
    if (seen.shipment.type === 'Requested') {
      return { type: 'shipment', command: { type: 'CancelShipment' } }
    }
    if (seen.payment.type === 'Captured') return { type: 'payment', command: { type: 'Refund' } }
  }
  return undefined
}

const nameOf = ({ command }: PartCommand): string =>
  command.type === 'ChangeStatus' ? command.newStatus : command.type

/** The process of one order. Its commands' ids follow from the order and from what they ask for. */
export const fulfilment = (orderId: string): Process<PartEvent, Seen, PartCommand> =>
  fromPending({
    initialState: parts.initialState,
    evolve: parts.evolve,
    pending: (seen): ReadonlyArray<Issued<PartCommand>> => {
      const command = next(seen)
      return command === undefined ? [] : [{ id: `${orderId}/${nameOf(command)}`, command }]
    },
    isTerminal: ({ order: of, payment: money, shipment: goods }) =>
      of.type === 'Order' &&
      (of.status === 'shipped' ||
        // as long as a request may be on its way, what comes of it may have to be undone
        (of.status === 'cancelled' &&
          (money.type === 'Failed' || (money.type === 'Refunded' && shipment.isTerminal(goods))))),
  })
