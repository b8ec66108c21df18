// What may be asked from outside. The commands that the process issues are not among it: nobody marks an
// order paid, requests a payment or has goods shipped but the process. Whatever comes over a network is
// decoded by these codecs.
import type { Codec } from 'decider-ts/codec/Codec'
import { commandCodec } from 'decider-ts/codec/IoTs'
import type { OrderCommand } from 'decider-ts/order'
import { orderCommandCodec as orderCommands } from 'decider-ts/order/codec'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { PaymentCommand } from './payment.ts'

/** A customer fills an order, confirms it, and may cancel it. */
export type CustomerCommand =
  | Exclude<OrderCommand, { readonly type: 'ChangeStatus' }>
  | { readonly type: 'ChangeStatus'; readonly newStatus: 'confirmed' | 'cancelled' }

/** The gateway reports what became of a payment. */
export type GatewayCommand = Extract<
  PaymentCommand,
  { readonly type: 'ReportCaptured' | 'ReportFailed' }
>

/** The warehouse reports that the goods have left. */
export type WarehouseCommand = { readonly type: 'ReportDispatched' }

const isOfCustomers = (command: OrderCommand): command is CustomerCommand =>
  command.type !== 'ChangeStatus' || ['confirmed', 'cancelled'].includes(command.newStatus)

export const customerCommands: Codec<CustomerCommand> = {
  decode: (input) => {
    const decoded = orderCommands.decode(input)
    if (decoded._tag === 'Left') return decoded
    const command = decoded.right
    if (isOfCustomers(command)) return right(command)
    const expected = '"confirmed" | "cancelled"'
    return left([{ path: ['newStatus'], expected, actual: Reflect.get(command, 'newStatus') }])
  },
  encode: orderCommands.encode,
  is: (input): input is CustomerCommand => orderCommands.is(input) && isOfCustomers(input),
}

export const gatewayCommands: Codec<GatewayCommand> = commandCodec<GatewayCommand>({
  ReportCaptured: {},
  ReportFailed: { reason: t.string },
})

export const warehouseCommands: Codec<WarehouseCommand> = commandCodec<WarehouseCommand>({
  ReportDispatched: {},
})
