/**
 * The final log with indexes for lookups. A place is an index into the log. A length `n` stands for the first
 * `n` events of the log: what a reader may see at one moment.
 *
 * @since 0.1.0
 */
import type { Recorded } from '../../Recorded.ts'
import { categoryOf } from '../../internal/category.ts'
import { storedDigests } from './digest.ts'
import type { FirstMatch } from './matching.ts'
import { firstMatchIn, placesBy } from './matching.ts'
import type { EventSelection, SeenEvent } from './model.ts'
import type { FoundViolations } from './violations.ts'

/** The adjacent events of one commit, from place `start` (inclusive) to `end` (exclusive). */
export interface StoredRun {
  readonly commitId: string
  readonly start: number
  readonly end: number
}

/** The final log with its indexes. */
export interface LogIndex<E> {
  readonly log: ReadonlyArray<Recorded<E>>
  /** Three for each event, in the order of `StoredDigests`. */
  readonly digests: Int32Array
  readonly runs: ReadonlyArray<StoredRun>
  /** By commit id; the first one if there are several. */
  readonly runOf: ReadonlyMap<string, StoredRun>
  /** The run that each event belongs to. */
  readonly runAt: ReadonlyArray<StoredRun>
  /** The places of the events of each stream. */
  readonly streams: ReadonlyMap<string, ReadonlyArray<number>>
  readonly firstMatch: FirstMatch
  /** The places of the selected events, as disjoint sorted lists; `undefined` means all events. */
  readonly selected: (selection: EventSelection) => ReadonlyArray<ReadonlyArray<number>> | undefined
}

export const logIndex = <E>(
  log: ReadonlyArray<Recorded<E>>,
  typeOf: (event: E) => string,
): LogIndex<E> => {
  const digests = new Int32Array(3 * log.length)
  log.forEach((recorded, place) => digests.set(storedDigests(recorded), 3 * place))
  const { runs, runOf, runAt } = runsOf(log)
  const streams = placesBy(log, ({ stream }) => [stream])
  const firstMatch = firstMatchIn(log, typeOf)
  const selected = selectionsOf(log, typeOf, firstMatch)
  return { log, digests, runs, runOf, runAt, streams, firstMatch, selected }
}

const runsOf = (
  log: ReadonlyArray<Recorded<unknown>>,
): Pick<LogIndex<unknown>, 'runs' | 'runAt' | 'runOf'> => {
  const runs: Array<StoredRun> = []
  const runOf = new Map<string, StoredRun>()
  const runAt: Array<StoredRun> = []
  for (let start = 0, end = 0; start < log.length; start = end) {
    const commitId = log[start]?.commitId ?? ''
    while (log[end]?.commitId === commitId) end++
    const run = { commitId, start, end }
    runs.push(run)
    if (!runOf.has(commitId)) runOf.set(commitId, run)
    for (let place = start; place < end; place++) runAt.push(run)
  }
  return { runs, runOf, runAt }
}

/** Each kind of index is built when a selection first needs it. */
const selectionsOf = <E>(
  log: ReadonlyArray<Recorded<E>>,
  typeOf: (event: E) => string,
  firstMatch: FirstMatch,
): LogIndex<E>['selected'] => {
  const indexes = new Map<string, ReadonlyMap<string, ReadonlyArray<number>>>()
  const indexBy = (name: string, keyOf: (recorded: Recorded<E>) => string) => {
    const known = indexes.get(name) ?? placesBy(log, (recorded) => [keyOf(recorded)])
    indexes.set(name, known)
    return known
  }
  const byType = () => indexBy('type', ({ event }) => typeOf(event))
  const byCategory = () => indexBy('category', ({ stream }) => categoryOf(stream))
  const byBoth = () =>
    indexBy('both', ({ event, stream }) => pairKey(typeOf(event), categoryOf(stream)))
  const byQuery = once((key) =>
    placesOfQuery(log, typeOf, firstMatch, JSON.parse(key) as EventSelection),
  )
  return ({ types, categories, query }) => {
    if (query !== undefined) return [byQuery(JSON.stringify({ types, categories, query }))]
    if (types === undefined && categories === undefined) return undefined
    const lists = (index: ReadonlyMap<string, ReadonlyArray<number>>, keys: Iterable<string>) =>
      [...new Set(keys)].map((key) => index.get(key) ?? [])
    if (types === undefined) return lists(byCategory(), categories ?? [])
    if (categories === undefined) return lists(byType(), types)
    const pairs = types.flatMap((type) => categories.map((category) => pairKey(type, category)))
    return lists(byBoth(), pairs)
  }
}

const placesOfQuery = <E>(
  log: ReadonlyArray<Recorded<E>>,
  typeOf: (event: E) => string,
  firstMatch: FirstMatch,
  { query, types, categories }: EventSelection,
): ReadonlyArray<number> => {
  const places: Array<number> = []
  for (let at = 0; query !== undefined; at++) {
    const place = firstMatch(query, at)
    if (place === undefined) break
    const { event, stream } = log[place] as Recorded<E> // a place of the log
    const isAsked =
      (types?.includes(typeOf(event)) ?? true) && (categories?.includes(categoryOf(stream)) ?? true)
    if (isAsked) places.push(place)
    at = place
  }
  return places
}

/** Remembers what was made for each key. */
const once = <A>(make: (key: string) => A): ((key: string) => A) => {
  const known = new Map<string, A>()
  return (key) => {
    const made = known.get(key) ?? make(key)
    known.set(key, made)
    return made
  }
}

const pairKey = (type: string, category: string): string => JSON.stringify([type, category])

/** The number of events at or below a position. */
export const lengthAt = ({ log }: LogIndex<unknown>, position: number): number => {
  // no search is needed if positions have no gaps
  if (position <= 0 || log[position - 1]?.position === position) return Math.max(0, position)
  let low = 0
  let high = log.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((log[middle]?.position ?? 0) <= position) low = middle + 1
    else high = middle
  }
  return low
}

/** The position of the last of the first `n` events; 0 if there are none. */
export const positionAt = ({ log }: LogIndex<unknown>, length: number): number =>
  log[length - 1]?.position ?? 0

/**
 * Rounds a length up to the end of the commit that it falls into. What was seen is rounded up like this,
 * because a commit becomes visible as a whole.
 */
export const withWholeCommit = ({ runAt }: LogIndex<unknown>, length: number): number =>
  length === 0 ? 0 : (runAt[length - 1]?.end ?? length)

/** The event at a place of the log, for a violation. */
export const seenAt = ({ log, digests }: LogIndex<unknown>, place: number): SeenEvent => {
  // the place is within the log
  const recorded = log[place] as Recorded<unknown>
  const { stream, version, position, commitId } = recorded
  return { stream, version, position, commitId, digest: digests[3 * place + 2] ?? 0 }
}

export const seenRun = (
  index: LogIndex<unknown>,
  { start, end }: StoredRun,
): ReadonlyArray<SeenEvent> =>
  index.log.slice(start, end).map((_, offset) => seenAt(index, start + offset))

/** Whether the event at a place may have been proposed with this digest. */
export const isProposedAt = (
  { digests }: LogIndex<unknown>,
  place: number,
  digest: number,
): boolean => digests[3 * place] === digest || digests[3 * place + 1] === digest

/** Whether an event is the one at a place of the log. */
export const isEventAt = (
  { log, digests }: LogIndex<unknown>,
  place: number | undefined,
  seen: SeenEvent,
): boolean => {
  const recorded = place === undefined ? undefined : log[place]
  return (
    recorded !== undefined &&
    recorded.position === seen.position &&
    recorded.version === seen.version &&
    recorded.stream === seen.stream &&
    recorded.commitId === seen.commitId &&
    digests[3 * (place ?? -1) + 2] === seen.digest
  )
}

/**
 * Checks laws 1, 2 and the first half of 4, which need only the log. Returns whether positions increase; if
 * not, nothing else can be checked.
 */
export const checkLog = (
  index: LogIndex<unknown>,
  gaps: boolean,
  found: FoundViolations,
): boolean => {
  let increasing = true
  index.log.forEach(({ position }, place) => {
    const previous = positionAt(index, place)
    if (!(position > previous)) increasing = false
    if (gaps ? position > previous : position === previous + 1) return
    found.add({ type: 'PositionsBroken', previous, event: seenAt(index, place) })
  })
  for (const places of index.streams.values()) {
    places.forEach((place, before) => {
      if (index.log[place]?.version === before + 1) return
      found.add({ type: 'VersionsBroken', expected: before + 1, event: seenAt(index, place) })
    })
  }
  for (const { commitId, start } of index.runs) {
    const first = index.runOf.get(commitId)?.start ?? start
    if (first === start) continue
    const positions = [positionAt(index, first + 1), positionAt(index, start + 1)] as const
    found.add({ type: 'StoredTwice', commitId, positions })
  }
  return increasing
}
