// What an order's shipment may go through. A warehouse outside reports when it has left, and lets nothing
// go that was cancelled before.
import type { Decider } from 'decider-ts/Decider'
import type { EventCodec } from 'decider-ts/codec/EventCodec'
import { eventCodecOf } from 'decider-ts/codec/EventCodec'
import { codec } from 'decider-ts/codec/IoTs'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

export type ShipmentCommand = {
  readonly type: 'RequestShipment' | 'CancelShipment' | 'ReportDispatched'
}

export type ShipmentEvent =
  | { readonly type: 'ShipmentRequested' }
  | { readonly type: 'ShipmentCancelled' }
  | { readonly type: 'ShipmentDispatched' }

export type ShipmentRejection = {
  readonly type: 'NotRequested' | 'AlreadyCancelled' | 'AlreadyDispatched'
}

export type ShipmentState = {
  readonly type: 'NoShipment' | 'Requested' | 'Cancelled' | 'Dispatched'
}

export const shipment: Decider<ShipmentCommand, ShipmentState, ShipmentEvent, ShipmentRejection> = {
  initialState: { type: 'NoShipment' },
  decide: (command, state) => {
    switch (command.type) {
      case 'RequestShipment':
        if (state.type === 'Cancelled') return left({ type: 'AlreadyCancelled' })
        return right(state.type === 'NoShipment' ? [{ type: 'ShipmentRequested' }] : [])
      case 'CancelShipment':
        if (state.type === 'NoShipment') return left({ type: 'NotRequested' })
        if (state.type === 'Dispatched') return left({ type: 'AlreadyDispatched' })
        return right(state.type === 'Requested' ? [{ type: 'ShipmentCancelled' }] : [])
      case 'ReportDispatched':
        if (state.type === 'NoShipment') return left({ type: 'NotRequested' })
        if (state.type === 'Cancelled') return left({ type: 'AlreadyCancelled' })
        return right(state.type === 'Requested' ? [{ type: 'ShipmentDispatched' }] : [])
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'ShipmentRequested':
        return state.type === 'NoShipment' ? { type: 'Requested' } : state
      case 'ShipmentCancelled':
        return state.type === 'Requested' ? { type: 'Cancelled' } : state
      case 'ShipmentDispatched':
        return state.type === 'Requested' ? { type: 'Dispatched' } : state
    }
  },
  isTerminal: (state) => state.type === 'Dispatched' || state.type === 'Cancelled',
}

export const shipmentEvents: EventCodec<ShipmentEvent> = eventCodecOf<ShipmentEvent>({
  ShipmentRequested: codec(t.type({ type: t.literal('ShipmentRequested') })),
  ShipmentCancelled: codec(t.type({ type: t.literal('ShipmentCancelled') })),
  ShipmentDispatched: codec(t.type({ type: t.literal('ShipmentDispatched') })),
})
