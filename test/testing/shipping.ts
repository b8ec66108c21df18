// An order and its shipment, and the process between them: what is paid is shipped, what is shipped
// completes the order, and what is cancelled comes back. Each as it should be, and with a mistake.
import type { Decider } from '../../src/Decider.ts'
import type { Issued, Process } from '../../src/Process.ts'
import { fromPending } from '../../src/Process.ts'
import { struct } from '../../src/Product.ts'

type OrderCommand = { readonly type: 'Place' | 'Pay' | 'Cancel' | 'Complete' }
type OrderEvent = { readonly type: 'Placed' | 'Paid' | 'Cancelled' | 'Completed' }
type OrderState = 'none' | 'placed' | 'paid' | 'cancelled' | 'completed'
type ShipmentCommand = { readonly type: 'Ship' | 'Recall' }
type ShipmentEvent = { readonly type: 'Shipped' | 'Recalled' }
export interface ShipmentState {
  readonly at: 'stock' | 'customer' | 'recalled'
  readonly parcels: number
}
type Refused = { readonly type: 'Refused' }

const moves: Readonly<
  Record<OrderCommand['type'], readonly [ReadonlyArray<OrderState>, OrderEvent, OrderState]>
> = {
  Place: [['none'], { type: 'Placed' }, 'placed'],
  Pay: [['placed'], { type: 'Paid' }, 'paid'],
  Cancel: [['placed', 'paid'], { type: 'Cancelled' }, 'cancelled'],
  Complete: [['paid'], { type: 'Completed' }, 'completed'],
}

const order: Decider<OrderCommand, OrderState, OrderEvent, Refused> = {
  initialState: 'none',
  decide: ({ type }, state) => {
    const [from, event, to] = moves[type]
    if (state === to) return { _tag: 'Right', right: [] }
    return from.includes(state)
      ? { _tag: 'Right', right: [event] }
      : { _tag: 'Left', left: { type: 'Refused' } }
  },
  evolve: (_, { type }) =>
    ({ Placed: 'placed', Paid: 'paid', Cancelled: 'cancelled', Completed: 'completed' } as const)[
      type
    ],
  isTerminal: (state) => state === 'cancelled' || state === 'completed',
}

export const shipment: Decider<ShipmentCommand, ShipmentState, ShipmentEvent, Refused> = {
  initialState: { at: 'stock', parcels: 0 },
  decide: ({ type }, { at }) => {
    if (type === 'Recall') {
      return { _tag: 'Right', right: at === 'recalled' ? [] : [{ type: 'Recalled' }] }
    }
    return at === 'recalled'
      ? { _tag: 'Left', left: { type: 'Refused' } }
      : { _tag: 'Right', right: at === 'customer' ? [] : [{ type: 'Shipped' }] }
  },
  evolve: ({ parcels }, { type }) =>
    type === 'Shipped' ? { at: 'customer', parcels: parcels + 1 } : { at: 'recalled', parcels },
  isTerminal: ({ at }) => at === 'recalled',
}

/** Ships again, however often it has shipped. */
export const careless: typeof shipment = {
  ...shipment,
  decide: (command, state) =>
    command.type === 'Ship' && state.at === 'customer'
      ? { _tag: 'Right', right: [{ type: 'Shipped' }] }
      : shipment.decide(command, state),
}

export const house = (shipping: typeof shipment) => struct({ order, shipment: shipping })

type HouseCommand = Parameters<ReturnType<typeof house>['decide']>[0]
type HouseEvent = Parameters<ReturnType<typeof house>['evolve']>[1]

/** What the process knows: how far the order is, whether it was ever paid, where the goods are. */
export interface Known {
  readonly order: 'open' | 'cancelled' | 'completed'
  readonly paid: boolean
  readonly goods: 'stock' | 'customer' | 'recalled'
}

const ship: Issued<HouseCommand> = {
  id: 'ship',
  command: { type: 'shipment', command: { type: 'Ship' } },
}
const recall: Issued<HouseCommand> = {
  id: 'recall',
  command: { type: 'shipment', command: { type: 'Recall' } },
}
const complete: Issued<HouseCommand> = {
  id: 'complete',
  command: { type: 'order', command: { type: 'Complete' } },
}

export type Shipping = Process<HouseEvent, Known, HouseCommand>

const told: Pick<Shipping, 'initialState' | 'evolve' | 'isTerminal'> & {
  readonly pending: Shipping['resume']
} = {
  initialState: { order: 'open', paid: false, goods: 'stock' },
  evolve: (known, event) => {
    switch (event.event.type) {
      case 'Placed':
        return known
      case 'Paid':
        return { ...known, paid: true }
      case 'Cancelled':
        return { ...known, order: 'cancelled' }
      case 'Completed':
        return { ...known, order: 'completed' }
      case 'Shipped':
        return { ...known, goods: known.goods === 'recalled' ? 'recalled' : 'customer' }
      case 'Recalled':
        return { ...known, goods: 'recalled' }
    }
  },
  pending: ({ order: stands, paid, goods }) => {
    if (!paid || stands === 'completed') return []
    if (stands === 'cancelled') return goods === 'recalled' ? [] : [recall]
    return goods === 'stock' ? [ship] : goods === 'customer' ? [complete] : []
  },
  isTerminal: () => false,
}

export const shipping: Shipping = fromPending(told)

/** Reacts as it should; after a crash it does not know that there was something to ship. */
export const forgetful: Shipping = {
  ...shipping,
  resume: (known) => shipping.resume(known).filter(({ id }) => id !== 'ship'),
}

/** Lets goods go that nobody wants any more. */
export const unmindful: Shipping = fromPending({
  ...told,
  pending: (known) => (known.order === 'cancelled' ? [] : told.pending(known)),
})

const underOneId = (issued: ReadonlyArray<Issued<HouseCommand>>) =>
  issued.map(({ command }) => ({ id: command.type, command }))

/** Recalls under the id under which it shipped. */
export const oneId: Shipping = {
  ...shipping,
  react: (known, event) => underOneId(shipping.react(known, event)),
  resume: (known) => underOneId(shipping.resume(known)),
}

export const asked: ReadonlyArray<HouseCommand> = (['Place', 'Pay', 'Cancel'] as const).map(
  (type) => ({ type: 'order', command: { type } }),
)
