// An order reserves everything it asks for from a shared stock, or nothing: in one decision, with no process
// manager that would have to give back what it got.
import type { TaggedProjection } from 'decider-ts/Decision'
import { fromProjections } from 'decider-ts/Decision'
import { tag } from 'decider-ts/Query'
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'

/** How many of each product. */
export type Quantities = Readonly<Record<string, number>>

export type StockCommand =
  | { readonly type: 'Receive'; readonly product: string; readonly quantity: number }
  | { readonly type: 'Place'; readonly order: string; readonly quantities: Quantities }
  | { readonly type: 'Cancel'; readonly order: string }

export type StockEvent =
  | { readonly type: 'Received'; readonly product: string; readonly quantity: number }
  | { readonly type: 'Placed'; readonly order: string; readonly quantities: Quantities }
  | { readonly type: 'Cancelled'; readonly order: string; readonly quantities: Quantities }

const product = tag('product')
const order = tag('order')

const available: TaggedProjection<number, StockEvent> = {
  tag: product,
  initialState: 0,
  evolve: {
    Received: (count, { quantity }) => count + quantity,
    Placed: (count, { quantities }, id) => count - (quantities[id] ?? 0),
    Cancelled: (count, { quantities }, id) => count + (quantities[id] ?? 0),
  },
}

const orders: TaggedProjection<Quantities | 'none' | 'cancelled', StockEvent> = {
  tag: order,
  initialState: 'none',
  evolve: { Placed: (_, { quantities }) => quantities, Cancelled: () => 'cancelled' },
}

export const reservation = fromProjections({
  projections: { available, orders },
  tags: (event: StockEvent) =>
    event.type === 'Received'
      ? [product(event.product)]
      : [order(event.order), ...Object.keys(event.quantities).map(product)],
  reads: (command: StockCommand) => {
    if (command.type === 'Receive') return {}
    const { order: id } = command
    return command.type === 'Place'
      ? { orders: [id], available: Object.keys(command.quantities) }
      : { orders: [id] }
  },
  decide: (command, state): Either<'OutOfStock' | 'OrderExists', ReadonlyArray<StockEvent>> => {
    if (command.type === 'Receive') return right([{ ...command, type: 'Received' }])
    const placed = state.orders(command.order)
    if (command.type === 'Cancel') {
      return right(
        typeof placed === 'string' ? [] : [{ ...command, type: 'Cancelled', quantities: placed }],
      )
    }
    if (placed !== 'none') return left('OrderExists')
    return Object.entries(command.quantities).some(([id, count]) => state.available(id) < count)
      ? left('OutOfStock')
      : right([{ ...command, type: 'Placed' }])
  },
})
