/**
 * Caches the state that a query leads to. It is used only after its last event has been read again: a position alone is
 * no proof, since a store that was restored gives it to another event.
 *
 * @since 0.1.0
 */
import type { Projection } from '../../Projection.ts'
import type { Query } from '../../Query.ts'
import type { StateCache } from '../CommandHandler.ts'
import type { FoldedQuery } from './reading.ts'
import { resumed } from './reading.ts'

/** What is known of a query, to be confirmed by the next page; nothing without a cache. */
export const cachedOr = <S>(
  cache: StateCache<S> | undefined,
  projection: Projection<S, never>,
  query: Query,
): FoldedQuery<S> => resumed(projection, query, cache?.get(keyOf(query)))

/** Keeps what was read; a query that matches no event yet is quicker to read than to keep. */
export const remember = <S>(
  cache: StateCache<S> | undefined,
  { query, state, end, mark }: FoldedQuery<S>,
): void => {
  if (mark !== undefined) cache?.set(keyOf(query), { version: end, state, mark })
}

const keyOf = (query: Query): string => JSON.stringify(query)
