/**
 * Loads a long stream in pages, so that neither the database nor the driver has to hold all of it at once.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import { right } from '../../internal/either.ts'
import type { Recorded } from '../../Recorded.ts'
import type { StoreUnavailable } from '../EventStore.ts'
import { eventsPerChunk } from './chunks.ts'
import type { Engine, LoadProgress, StoredEvents } from '../internal/engineModel.ts'

/** Events per page: a tail of 1,000 events, as `everyEvents` leaves it by default, takes one. */
export const eventsPerPage = 2_000

/** What is asked of each of several reads: they share a page, but each gets a chunk. None asks for more than its limit. */
export const shareOfPage = (all: ReadonlyArray<{ readonly limit: number }>): number =>
  Math.min(
    Math.max(eventsPerChunk, Math.floor(eventsPerPage / all.length)),
    Math.max(...all.map(({ limit }) => limit)),
  )

/** The events of a stream after a version. */
export interface Tail {
  readonly stream: string
  readonly after: number
}

/** Loads tails, each up to so many events. */
export type SendLoads = (
  tails: ReadonlyArray<Tail>,
  limit: number,
) => Promise<Either<StoreUnavailable, ReadonlyArray<StoredEvents>>>

type LoadedPage = Either<StoreUnavailable, StoredEvents>

/** Reads at most `limit` events of a stream after a version. */
type LoadPage = (stream: string, afterVersion: number, limit: number) => Promise<LoadedPage>

/** The first events of a stream after a version, and whether there are no more. */
export type FirstPage = Either<
  StoreUnavailable,
  { readonly events: StoredEvents; readonly isWhole: boolean }
>

/** Reads at most `limit` events of a stream after a version, and at least one if there is any. */
export type LoadFirst = (
  stream: string,
  afterVersion: number,
  limit: number,
  call: LoadProgress,
) => Promise<FirstPage>

/**
 * Loads a stream page by page. A stream only grows, so its pages fit together: the result is the stream as it was
 * when the last page was read. The exception is a store that was restored, or lost its last commits in a fail-over,
 * while the pages were read. So each page begins with the last event of the page before; if that has changed, the
 * stream is loaded again from the start.
 */
export const loadInPages =
  (loadFirst: LoadFirst, loadPage: LoadPage): Engine['load'] =>
  async (stream, afterVersion, limit, call) => {
    for (;;) {
      const first = await loadFirst(stream, afterVersion, Math.min(limit, eventsPerPage), call)
      if (first._tag === 'Left') return first
      const { events, isWhole } = first.right
      if (isWhole || events.length >= limit) return right(events)
      const all = await loadRest(loadPage, events, limit, call)
      if (all !== undefined) return all
    }
  }

/** Returns `undefined` if the pages are of different histories. */
const loadRest = async (
  loadPage: LoadPage,
  first: StoredEvents,
  limit: number,
  call: LoadProgress,
): Promise<LoadedPage | undefined> => {
  const events = [...first]
  for (let isLast = false; !isLast && events.length < limit && !call.isGivenUp;) {
    const last = events[events.length - 1] as Recorded<EncodedEvent> // a page that is not whole
    const size = Math.min(limit - events.length, eventsPerPage)
    const page = await loadPage(last.stream, last.version - 1, size + 1)
    if (page._tag === 'Left') return page
    const [known, ...next] = page.right
    if (known === undefined || !isSameEvent(known, last)) return undefined
    for (const event of next) events.push(event)
    isLast = next.length < size
  }
  return right(events)
}

/** Whether events of the same version are of the same history. */
export const isSameEvent = (one: Recorded<unknown>, other: Recorded<unknown>): boolean =>
  one.commitId === other.commitId &&
  one.position === other.position &&
  one.recordedAt === other.recordedAt
