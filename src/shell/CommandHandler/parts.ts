/**
 * The parts of a handler, with defaults.
 *
 * @since 0.1.0
 */
import type { EventCodec } from '../../codec/EventCodec.ts'
import type { Decider } from '../../Decider.ts'
import type { EventStore } from '../../store/EventStore.ts'
import type { Folded, StateCache } from './cache.ts'
import type { RetryPolicy } from './retry.ts'
import type { Snapshots } from './snapshots.ts'

export interface HandlerParts<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly store: EventStore<E>
  readonly keepCommands: EventCodec<C> | undefined
  readonly retry: RetryPolicy
  readonly optimistic: boolean
  readonly cache: StateCache<S> | undefined
  readonly snapshots: Snapshots<S> | undefined
  /** The state of an empty stream. */
  readonly start: Folded<S>
  /** The maximum number of requests that are decided and appended at once. */
  mostTogether: number
}

/** The state to decide on without loading the stream, if there is one. */
export const guessOf = <C, S, E, R>(
  { cache, optimistic, start }: HandlerParts<C, S, E, R>,
  stream: string,
): Folded<S> | undefined => {
  const cached = cache?.get(stream)
  return cached?.mark === undefined ? (optimistic ? start : undefined) : cached
}
