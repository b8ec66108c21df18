/**
 * Finds the events that match a query by their tags and types, without looking at the others.
 *
 * Events are indexed when a query is asked: appends pay nothing.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import { matches } from '../../Query.ts'
import type { Query, QueryItem } from '../../Query.ts'
import type { Recorded } from '../../Recorded.ts'
import type { StoredEvents } from '../internal/engineModel.ts'
import { noTags } from '../internal/tags.ts'

type StoredEvent = Recorded<EncodedEvent>

/** Positions in increasing order. */
type Positions = ReadonlyArray<number>

/**
 * At most `limit` events after a position that match the query, and that `isAsked` accepts. The position of an
 * event is one more than its index in `all`.
 */
export type FindEvents = (
  query: Query,
  after: number,
  limit: number,
  isAsked: (event: StoredEvent) => boolean,
) => StoredEvents

export const queryIndex = (all: StoredEvents): FindEvents => {
  const byTag = new Map<string, Array<number>>()
  const byType = new Map<string, Array<number>>()
  let indexed = 0

  const catchUp = (): void => {
    for (; indexed < all.length; indexed++) {
      const { event, tags, position } = all[indexed] as StoredEvent // below the length
      put(byType, event.type, position)
      if (tags !== undefined) for (const tag of tags) put(byTag, tag, position)
    }
  }

  /** Lists that together hold every event of an item, or `undefined` if only all events do. */
  const listsOf = ({ types = [], tags = [] }: QueryItem): ReadonlyArray<Positions> | undefined => {
    if (tags.length > 0)
      return [tags.map((tag) => byTag.get(tag) ?? noPositions).reduce(fewerPositions)]
    return types.length > 0 ? types.map((type) => byType.get(type) ?? noPositions) : undefined
  }

  return (query, after, limit, isAsked) => {
    catchUp()
    const isMatch = matches(query)
    const found: Array<StoredEvent> = []
    for (const position of matchingPositions(query.map(listsOf), after, all.length)) {
      if (found.length >= limit) break
      const event = all[position - 1] as StoredEvent // every position is one of the store
      if (isMatch(event.event.type, event.tags ?? noTags) && isAsked(event)) found.push(event)
    }
    return found
  }
}

const noPositions: Positions = Object.freeze([])

const put = (lists: Map<string, Array<number>>, name: string, position: number): void => {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [position])
  else list.push(position)
}

const fewerPositions = (a: Positions, b: Positions): Positions => (b.length < a.length ? b : a)

/** The positions of all lists after one, in order and each once. */
function* matchingPositions(
  items: ReadonlyArray<ReadonlyArray<Positions> | undefined>,
  after: number,
  head: number,
): Generator<number, void> {
  const lists: Array<Positions> = []
  for (const item of items) {
    if (item === undefined) {
      for (let position = after + 1; position <= head; position++) yield position
      return
    }
    lists.push(...item)
  }
  const next = lists.map((list) => indexAfter(list, after))
  for (;;) {
    let least = Infinity
    lists.forEach((list, i) => {
      least = Math.min(least, list[next[i] ?? 0] ?? Infinity)
    })
    if (least === Infinity) return
    yield least
    lists.forEach((list, i) => {
      const at = next[i] ?? 0
      if (list[at] === least) next[i] = at + 1
    })
  }
}

/** The index of the first position in a list that is greater. */
const indexAfter = (list: Positions, position: number): number => {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle] ?? 0) > position) high = middle
    else low = middle + 1
  }
  return low
}
