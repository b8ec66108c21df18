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
  const places = new Map<string, number>()
  const streams: Array<string> = ['']
  const states: Array<Folded<S> | undefined> = [undefined]
  const free: Array<number> = []
  const ages = ring()
  const drop = (place: number): void => {
    // every place in the ring has a stream
    places.delete(streams[place] as string)
    streams[place] = ''
    states[place] = undefined
    ages.take(place)
    free.push(place)
  }
  return {
    get: (stream) => {
      const place = places.get(stream)
      return place === undefined ? undefined : states[place]
    },
    set: (stream, folded) => {
      const known = places.get(stream)
      const place = known ?? free.pop() ?? streams.length
      states[place] = folded
      if (known === undefined) {
        streams[place] = stream
        places.set(stream, place)
      } else ages.take(place)
      ages.put(place)
      if (!(places.size <= capacity)) drop(ages.oldest())
    },
    forget: (stream) => {
      const place = places.get(stream)
      if (place !== undefined) drop(place)
    },
  }
}

/**
 * Places from 1 on, in the order in which they were put; 0 stands between the newest and the oldest. In
 * arrays of numbers, since to go from entry to entry would be to wait for memory each time.
 */
const ring = () => {
  const older = [0]
  const newer = [0]
  // what is in the ring has a neighbour on either side
  const after = (place: number): number => newer[place] as number
  const before = (place: number): number => older[place] as number
  const join = (a: number, b: number): void => {
    newer[a] = b
    older[b] = a
  }
  return {
    oldest: (): number => after(0),
    put: (place: number): void => {
      const newest = before(0)
      join(newest, place)
      join(place, 0)
    },
    take: (place: number): void => join(before(place), after(place)),
  }
}
