/**
 * Checks reads: laws 8 and 13.
 *
 * @since 0.1.0
 */
import type { LogIndex } from './logIndex.ts'
import { countBelow } from './matching.ts'
import { isEventAt, lengthAt, positionAt, seenAt, withWholeCommit } from './logIndex.ts'
import type {
  CallSpan,
  EventSelection,
  HistoryAnswer,
  LoadCall,
  ReadAllCall,
  ReadEvents,
  SeenEvent,
} from './model.ts'
import type { LogMoment } from './moments.ts'
import type { FoundViolations, HistoryViolation } from './violations.ts'

type ReadFault = Extract<HistoryViolation, { readonly type: 'ReadBroken' }>['fault']

/** What is wrong with a read, and the event that shows it. */
interface FaultyRead {
  readonly fault: ReadFault
  readonly event?: SeenEvent | undefined
}

/** Reports what is wrong with a read. */
const addFault = (
  read: CallSpan,
  { fault, event }: FaultyRead,
  found: FoundViolations,
): undefined => {
  found.add({ type: 'ReadBroken', read, fault, event })
}

/** Checks the loaded events of a stream; if they are right, returns the bounds on the length of the log. */
export const checkLoaded = (
  index: LogIndex<unknown>,
  span: CallSpan,
  { stream, afterVersion, limit }: LoadCall,
  events: ReadonlyArray<SeenEvent>,
  found: FoundViolations,
): LogMoment | undefined => {
  const places = index.streams.get(stream) ?? []
  for (const [i, event] of events.entries()) {
    const place = places[afterVersion + i]
    if (isEventAt(index, place, event)) continue
    return addFault(span, faultOf(index, place, event), found)
  }
  if (events.length > limit)
    return addFault(span, { fault: 'TooMany', event: events[limit] }, found)
  const last = events.length === 0 ? undefined : places[afterVersion + events.length - 1]
  const next = events.length < limit ? places[afterVersion + events.length] : undefined
  const least = last === undefined ? 0 : withWholeCommit(index, last + 1)
  const most = next ?? index.log.length
  return least > most
    ? addFault(span, { fault: 'HalfACommit', event: seenAt(index, next ?? 0) }, found)
    : { span, least, most }
}

/** Why an event is not the one that should be read next. */
const faultOf = (
  index: LogIndex<unknown>,
  place: number | undefined,
  event: SeenEvent,
): FaultyRead => {
  const own = lengthAt(index, event.position) - 1
  if (!isEventAt(index, own, event)) return { fault: 'NotInLog', event }
  return place !== undefined && place < own
    ? { fault: 'Missing', event: seenAt(index, place) }
    : { fault: 'OutOfOrder', event }
}

/** Checks a page; if it is right, returns the bounds on the length of the log. */
export const checkPage = (
  index: LogIndex<unknown>,
  span: CallSpan,
  call: ReadAllCall,
  page: Extract<HistoryAnswer, { readonly type: 'Page' }>,
  found: FoundViolations,
): LogMoment | undefined => {
  const { afterPosition, limit } = call
  const { events, end, head } = page
  const fault = faultBetween(index, call, afterPosition, page)
  if (fault !== undefined) return addFault(span, fault, found)
  if (events.length > limit)
    return addFault(span, { fault: 'TooMany', event: events[limit] }, found)
  if (end > head && end > afterPosition) return addFault(span, { fault: 'EndAfterHead' }, found)
  const length = lengthAt(index, head)
  if (head !== positionAt(index, length)) return addFault(span, { fault: 'HeadNotInLog' }, found)
  if (end < head && events.length < limit) return addFault(span, { fault: 'EndBeforeHead' }, found)
  return withWholeCommit(index, length) === length
    ? { span, least: length, most: length }
    : addFault(span, { fault: 'HalfACommit', event: seenAt(index, length) }, found)
}

/**
 * Why these are not all selected events after a position up to an end, each once and in order. It checks each
 * event, and takes from an index how many there should be.
 */
const faultBetween = (
  index: LogIndex<unknown>,
  selection: EventSelection,
  afterPosition: number,
  { events, end }: ReadEvents,
): FaultyRead | undefined => {
  if (end < afterPosition) return { fault: 'EndBeforeStart' }
  const first = lengthAt(index, afterPosition)
  const last = lengthAt(index, end)
  const lists = index.selected(selection)
  let previous = first - 1
  for (const event of events) {
    const place = lengthAt(index, event.position) - 1
    if (!isEventAt(index, place, event)) return { fault: 'NotInLog', event }
    if (place >= last || !isIn(lists, place)) return { fault: 'NotAsked', event }
    if (place <= previous) return { fault: 'OutOfOrder', event }
    previous = place
  }
  const count =
    lists?.reduce((sum, list) => sum + countBelow(list, last) - countBelow(list, first), 0) ??
    last - first
  if (count === events.length) return undefined
  return { fault: 'Missing', event: firstMissing(index, lists, events, first) }
}

const isIn = (lists: ReadonlyArray<ReadonlyArray<number>> | undefined, place: number): boolean =>
  lists === undefined || lists.some((list) => list[countBelow(list, place)] === place)

/** The first selected event, from a place on, that is not among the given ones, which are in order. */
const firstMissing = (
  index: LogIndex<unknown>,
  lists: ReadonlyArray<ReadonlyArray<number>> | undefined,
  events: ReadonlyArray<SeenEvent>,
  first: number,
): SeenEvent | undefined => {
  let read = 0
  for (let place = first; place < index.log.length; place++) {
    if (!isIn(lists, place)) continue
    if (events[read]?.position !== positionAt(index, place + 1)) return seenAt(index, place)
    read++
  }
  return undefined
}

/** What a reader received, in order. */
export interface ReceivedEvents {
  readonly span: CallSpan
  readonly selection: EventSelection
  readonly answer: Extract<HistoryAnswer, { readonly type: 'Received' }>
}

/** Checks that a reader received each event once; returns the bounds up to the first fault. */
export const checkReader = (
  index: LogIndex<unknown>,
  reader: string,
  received: ReadonlyArray<ReceivedEvents>,
  found: FoundViolations,
): ReadonlyArray<LogMoment> => {
  const moments: Array<LogMoment> = []
  let reached: number | undefined
  for (const { span, selection, answer } of received) {
    const { afterPosition, end } = answer
    if (reached !== undefined && afterPosition !== reached) {
      found.add({ type: 'ReaderJumped', read: span, reader, end: reached, afterPosition })
    }
    // it has received what comes before, even if it is told to go back
    reached = Math.max(afterPosition, end)
    const length = lengthAt(index, end)
    const fault: FaultyRead | undefined =
      positionAt(index, length) === end
        ? faultBetween(index, selection, afterPosition, answer)
        : { fault: 'HeadNotInLog' }
    if (fault !== undefined) addFault(span, fault, found)
    else moments.push({ span, least: withWholeCommit(index, length), most: index.log.length })
  }
  return moments
}
