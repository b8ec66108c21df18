/**
 * The events of the log that match a query.
 *
 * @since 0.1.0
 */
import type { Query, QueryItem } from '../../Query.ts'
import { matches } from '../../Query.ts'
import type { Recorded } from '../../Recorded.ts'

/** Sorted places in the log. */
export type Places = ReadonlyArray<number>

/** The places of events by some keys of each. */
export const placesBy = <E>(
  log: ReadonlyArray<Recorded<E>>,
  keysOf: (recorded: Recorded<E>) => ReadonlyArray<string>,
): ReadonlyMap<string, Places> => {
  const places = new Map<string, Array<number>>()
  log.forEach((recorded, place) => {
    for (const key of keysOf(recorded)) {
      const list = places.get(key)
      if (list === undefined) places.set(key, [place])
      else list.push(place)
    }
  })
  return places
}

/** How many numbers of a sorted list are below a bound. */
export const countBelow = (sorted: Places, bound: number): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < bound) low = middle + 1
    else high = middle
  }
  return low
}

/** The first place from a given one on whose event matches a query. Its indexes are built when first asked. */
export type FirstMatch = (query: Query, from: number) => number | undefined

/** It looks only at events with the rarest tag of an item, or with its types, from the given place on. */
export const firstMatchIn = <E>(
  log: ReadonlyArray<Recorded<E>>,
  typeOf: (event: E) => string,
): FirstMatch => {
  const once = <A>(make: () => A): (() => A) => {
    let made: A | undefined
    return () => (made ??= make())
  }
  const byTag = once(() => placesBy(log, ({ tags = [] }) => tags))
  const byType = once(() => placesBy(log, ({ event }) => [typeOf(event)]))
  const candidates = ({ types = [], tags = [] }: QueryItem): ReadonlyArray<Places> => {
    if (tags.length === 0) return types.map((type) => byType().get(type) ?? [])
    const lists = tags.map((tag) => byTag().get(tag) ?? [])
    return [lists.reduce((one, other) => (other.length < one.length ? other : one))]
  }
  return (query, from) => {
    const isMatch = matches(query)
    let first = Infinity
    for (const item of query) {
      if ((item.types ?? []).length === 0 && (item.tags ?? []).length === 0)
        first = Math.min(first, from)
      for (const places of candidates(item)) {
        for (let i = countBelow(places, from); i < places.length; i++) {
          const place = places[i] ?? Infinity
          const recorded = log[place]
          if (place >= first || recorded === undefined) break
          if (isMatch(typeOf(recorded.event), recorded.tags ?? [])) first = place
        }
      }
    }
    return first < log.length ? first : undefined
  }
}
