// The process over a store. The order, its payment and its shipment have a stream each; what the
// process issues goes to the handler of the stream, with its id as the commit id.
import type { Decider } from 'decider-ts/Decider'
import type { EncodedEvent, EventCodec } from 'decider-ts/codec/EventCodec'
import { prefixed, structCodec } from 'decider-ts/codec/EventCodec'
import type { Dictionary } from 'decider-ts/Dictionary'
import type { OrderRejection } from 'decider-ts/order'
import { orderDecider } from 'decider-ts/order'
import { orderEventCodec as orderEvents } from 'decider-ts/order/codec'
import type { Issued, Process } from 'decider-ts/Process'
import { many, mapCommand, selectEvent } from 'decider-ts/Process'
import type { Instant, Recorded } from 'decider-ts/Recorded'
import type { HandlerFailure } from 'decider-ts/shell/CommandHandler'
import { commandHandler } from 'decider-ts/shell/CommandHandler'
import type { ProcessRun } from 'decider-ts/shell/ProcessRunner'
import { runProcess } from 'decider-ts/shell/ProcessRunner'
import type { CatchUpFailure, Checkpoint } from 'decider-ts/shell/Projector'
import type { EventStore } from 'decider-ts/store/EventStore'
import { withCodec } from 'decider-ts/store/Encoded'
import { pipe } from 'fp-ts/lib/function.js'
import { some } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { PartCommand, PartEvent, Seen } from './fulfilment.ts'
import { fulfilment } from './fulfilment.ts'
import type { CustomerCommand, GatewayCommand, WarehouseCommand } from './outside.ts'
import type { PaymentRejection } from './payment.ts'
import { payment, paymentEvents } from './payment.ts'
import type { ShipmentRejection } from './shipment.ts'
import { shipment, shipmentEvents } from './shipment.ts'

const order = orderDecider()

/** Streams are named `order/42`, `payment/42`, `shipment/42`. */
const orderOf = (stream: string): string => stream.slice(stream.indexOf('/') + 1)

/** A command that the process issues, with the order that it is about. */
export interface Addressed {
  readonly orderId: string
  readonly to: PartCommand
}

type Watching = Dictionary<Seen>

/** One process for each order, told apart by the names of the streams. */
const perOrder: Process<Recorded<PartEvent>, Watching, Addressed> = many(
  ({ stream }: Recorded<PartEvent>) => some(orderOf(stream)),
  (orderId) =>
    pipe(
      fulfilment(orderId),
      selectEvent(({ event }: Recorded<PartEvent>) => some(event)),
      mapCommand((to) => ({ orderId, to })),
    ),
)

type Rejection = OrderRejection | PaymentRejection | ShipmentRejection
type Sent = TaskEither<HandlerFailure<Rejection>, unknown>

/**
 * What the outside uses: the commands for each part that are not the process's own, and the process, run
 * from a checkpoint on.
 */
export interface Service {
  readonly order: (orderId: string, commitId: string, command: CustomerCommand) => Sent
  readonly payment: (orderId: string, commitId: string, command: GatewayCommand) => Sent
  readonly shipment: (orderId: string, commitId: string, command: WarehouseCommand) => Sent
  readonly start: Checkpoint<Watching>
  readonly run: (
    from: Checkpoint<Watching>,
  ) => TaskEither<CatchUpFailure, ProcessRun<Watching, Addressed, HandlerFailure<Rejection>>>
}

export const service = (engine: EventStore<EncodedEvent>, now: () => Instant): Service => {
  const part = <C, S, E, R extends Rejection>(
    name: string,
    decider: Decider<C, S, E, R>,
    codec: EventCodec<E>,
  ) => {
    const store = withCodec(prefixed(name, codec))(engine)
    const handle = commandHandler({ decider, store })
    return (orderId: string, commitId: string, command: C): Sent =>
      handle({
        stream: `${name}/${orderId}`,
        commitId,
        occurredAt: now(),
        commands: [command],
      })
  }
  const parts = {
    order: part('order', order, orderEvents),
    payment: part('payment', payment, paymentEvents),
    shipment: part('shipment', shipment, shipmentEvents),
  }
  const send = ({ id, command: { orderId, to } }: Issued<Addressed>): Sent => {
    switch (to.type) {
      case 'order':
        return parts.order(orderId, id, to.command)
      case 'payment':
        return parts.payment(orderId, id, to.command)
      case 'shipment':
        return parts.shipment(orderId, id, to.command)
    }
  }
  const codecs = { order: orderEvents, payment: paymentEvents, shipment: shipmentEvents }
  return {
    ...parts,
    start: { position: 0, state: perOrder.initialState },
    run: runProcess({
      store: withCodec(structCodec(codecs))(engine),
      process: perOrder,
      send,
      now,
    }),
  }
}
