/**
 * Caches folded states, so that a handler loads and folds only later events. A cached state is always
 * verified: the tail is loaded, and the store checks the version and the mark. After a restore from a backup,
 * or a loss of the last commits, the store may reach the same version with other events; then the whole
 * stream is folded again.
 *
 * `S` is the state.
 *
 * Laws:
 *
 * 1. a handler has the same outcomes with any cache and without one
 * 2. a cache of capacity `n` holds at most `n` streams: those with the latest accepted requests
 *
 * @since 0.1.0
 */

import type { HistoryMark } from '../../store/EventStore.ts'

/**
 * A state, the number of events in it, and the mark of the last one, which identifies the history. Without a
 * mark it is not used.
 *
 * @category model
 * @since 0.1.0
 */
export interface Folded<out S> {
  readonly version: number
  readonly state: S
  readonly mark: HistoryMark | undefined
}

/**
 * Stores states between requests, by stream. It may forget any of them at any time. A handler of decisions keeps
 * them by query, as a string, and with a position as the version.
 *
 * @category model
 * @since 0.1.0
 */
export interface StateCache<in out S> {
  readonly get: (stream: string) => Folded<S> | undefined
  readonly set: (stream: string, folded: Folded<S>) => void
  readonly forget: (stream: string) => void
}

/**
 * Makes caches in memory. Each holds at most `capacity` streams and forgets the one whose last accepted request
 * is the oldest. A handler makes one of its own: `commandHandler({ decider, store, cache: lruCache(1_000) })`.
 *
 * @example
 *   import { lruCache } from 'decider-ts/shell/CommandHandler'
 *   import assert from 'node:assert'
 *
 *   const cache = lruCache(2)<number>()
 *   for (const stream of ['a', 'b', 'c']) cache.set(stream, { version: 1, state: 1, mark: undefined })
 *   assert.strictEqual(cache.get('a'), undefined)
 *
 * @category constructors
 * @since 0.1.0
 */
export const lruCache =
  (capacity: number): (<S>() => StateCache<S>) =>
  <S>(): StateCache<S> => {
    /** A map keeps its keys in the order in which they were set. */
    const states = new Map<string, Folded<S>>()
    return {
      get: (stream) => states.get(stream),
      set: (stream, folded) => {
        states.delete(stream)
        states.set(stream, folded)
        // a capacity of NaN counts as 0
        if (!(states.size <= capacity))
          for (const oldest of states.keys()) return void states.delete(oldest)
      },
      forget: (stream) => void states.delete(stream),
    }
  }
