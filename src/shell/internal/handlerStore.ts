/**
 * The store of a handler.
 *
 * @since 0.1.0
 */
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import { withCodec } from '../../store/Encoded.ts'
import type { EventStore } from '../../store/EventStore.ts'

/**
 * Where a handler keeps its events: a store of encoded events together with the codec of the handler's events, or
 * a store that has a codec already (`withCodec`).
 */
export type HandlerStore<E> =
  | { readonly store: EventStore<EncodedEvent>; readonly events: EventCodec<E> }
  | { readonly store: EventStore<E>; readonly events?: never }

export const storeOf = <E>(options: HandlerStore<E>): EventStore<E> =>
  options.events === undefined ? options.store : withCodec(options.events)(options.store)
