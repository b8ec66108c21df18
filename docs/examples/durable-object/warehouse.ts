// A warehouse that ships orders while it is open. Shipping what was shipped changes nothing.
import { tagged } from 'decider-ts/codec/Codec'
import { eventCodecOf } from 'decider-ts/codec/EventCodec'
import { codec } from 'decider-ts/codec/IoTs'
import type { Decider } from 'decider-ts/Decider'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

type Command =
  | { readonly type: 'Open' }
  | { readonly type: 'Close' }
  | { readonly type: 'Ship'; readonly order: string }
type Event =
  | { readonly type: 'Opened' }
  | { readonly type: 'Closed' }
  | { readonly type: 'Shipped'; readonly order: string }
interface State {
  readonly open: boolean
  readonly shipped: ReadonlyArray<string>
}
interface IsClosed {
  readonly type: 'IsClosed'
}

export const warehouse: Decider<Command, State, Event, IsClosed> = {
  initialState: { open: true, shipped: [] },
  decide: (command, { open, shipped }) => {
    switch (command.type) {
      case 'Open':
        return right(open ? [] : [{ type: 'Opened' }])
      case 'Close':
        return right(open ? [{ type: 'Closed' }] : [])
      case 'Ship': {
        const { order } = command
        if (shipped.includes(order)) return right([])
        return open ? right([{ type: 'Shipped', order }]) : left({ type: 'IsClosed' })
      }
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'Opened':
        return { open: true, shipped: state.shipped }
      case 'Closed':
        return { open: false, shipped: state.shipped }
      case 'Shipped':
        return { open: state.open, shipped: [...state.shipped, event.order] }
    }
  },
  isTerminal: () => false,
}

export const codecs = {
  commands: tagged<Command>({
    Open: codec(t.type({ type: t.literal('Open') })),
    Close: codec(t.type({ type: t.literal('Close') })),
    Ship: codec(t.type({ type: t.literal('Ship'), order: t.string })),
  }),
  events: eventCodecOf<Event>({
    Opened: codec(t.type({ type: t.literal('Opened') })),
    Closed: codec(t.type({ type: t.literal('Closed') })),
    Shipped: codec(t.type({ type: t.literal('Shipped'), order: t.string })),
  }),
}
