// What an order's shipment may go through. A warehouse outside reports when it has left.
import type { Decider } from 'decider-ts/Decider'
import type { EventCodec } from 'decider-ts/codec/EventCodec'
import { eventCodec } from 'decider-ts/codec/EventCodec'
import { codec } from 'decider-ts/codec/IoTs'
import { first } from 'decider-ts/codec/Upcast'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

export type ShipmentCommand =
  { readonly type: 'RequestShipment' } | { readonly type: 'ReportDispatched' }

export type ShipmentEvent =
  { readonly type: 'ShipmentRequested' } | { readonly type: 'ShipmentDispatched' }

export type ShipmentRejection = { readonly type: 'NotRequested' }

export type ShipmentState = { readonly type: 'NoShipment' | 'Requested' | 'Dispatched' }

export const shipment: Decider<ShipmentCommand, ShipmentState, ShipmentEvent, ShipmentRejection> = {
  initialState: { type: 'NoShipment' },
  decide: (command, state) => {
    switch (command.type) {
      case 'RequestShipment':
        return right(state.type === 'NoShipment' ? [{ type: 'ShipmentRequested' }] : [])
      case 'ReportDispatched':
        if (state.type === 'NoShipment') return left({ type: 'NotRequested' })
        return right(state.type === 'Requested' ? [{ type: 'ShipmentDispatched' }] : [])
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'ShipmentRequested':
        return state.type === 'NoShipment' ? { type: 'Requested' } : state
      case 'ShipmentDispatched':
        return state.type === 'Requested' ? { type: 'Dispatched' } : state
    }
  },
  isTerminal: (state) => state.type === 'Dispatched',
}

export const shipmentEvents: EventCodec<ShipmentEvent> = eventCodec<ShipmentEvent>({
  ShipmentRequested: first(codec(t.type({ type: t.literal('ShipmentRequested') }))),
  ShipmentDispatched: first(codec(t.type({ type: t.literal('ShipmentDispatched') }))),
})
