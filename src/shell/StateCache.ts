/**
 * States that a handler has folded already, so that next time it need load and fold only what came
 * after them. What is cached is never taken for the truth: the tail is always loaded, and the store
 * checks the version.
 *
 * `S` is the state.
 *
 * Laws:
 *
 * 1. with any cache, and with none, a handler gives the same outcomes
 * 2. a cache of capacity `n` holds at most `n` streams: those whose requests were accepted last
 *
 * @since 0.1.0
 */

/**
 * A state, and how many events of its stream are in it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Folded<out S> {
  readonly version: number
  readonly state: S
}

/**
 * Where a handler keeps states between requests, by stream. May forget any of them at any time.
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
 * A cache in memory that forgets the stream whose last accepted request is the oldest.
 *
 * @example
 *   import { lruCache } from 'decider-ts/shell/StateCache'
 *   import assert from 'node:assert'
 *
 *   const cache = lruCache<number>(2)
 *   for (const stream of ['a', 'b', 'c']) cache.set(stream, { version: 1, state: 1 })
 *   assert.strictEqual(cache.get('a'), undefined)
 *
 * @category constructors
 * @since 0.1.0
 */
export const lruCache = <S>(capacity: number): StateCache<S> => {
  const entries = new Map<string, Entry<S>>()
  let oldest: Entry<S> | undefined
  let newest: Entry<S> | undefined
  const link = (entry: Entry<S>): void => {
    entry.older = newest
    entry.newer = undefined
    if (newest === undefined) oldest = entry
    else newest.newer = entry
    newest = entry
  }
  const unlink = ({ older, newer }: Entry<S>): void => {
    if (older === undefined) oldest = newer
    else older.newer = newer
    if (newer === undefined) newest = older
    else newer.older = older
  }
  const forget = (entry: Entry<S> | undefined): void => {
    if (entry !== undefined && entries.delete(entry.stream)) unlink(entry)
  }
  return {
    get: (stream) => entries.get(stream)?.folded,
    set: (stream, folded) => {
      const known = entries.get(stream)
      if (known === undefined) {
        const entry: Entry<S> = { stream, folded, older: undefined, newer: undefined }
        entries.set(stream, entry)
        link(entry)
        if (!(entries.size <= capacity)) forget(oldest)
      } else {
        known.folded = folded
        unlink(known)
        link(known)
      }
    },
    forget: (stream) => forget(entries.get(stream)),
  }
}

/** Linked by age: a map that keeps its keys in that order would walk over all those that it forgot. */
interface Entry<S> {
  readonly stream: string
  folded: Folded<S>
  older: Entry<S> | undefined
  newer: Entry<S> | undefined
}
