/**
 * Reads by query, which gather.
 *
 * Laws, beside those of `gather.ts`:
 *
 * 1. the page is that of a call of its own: what matches, and the head, of one snapshot
 * 2. a read that is sent alone gets a page; several that are sent together share one, but each gets a chunk. What does
 *    not fit is read again by a call of its own
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import { right } from '../../internal/either.ts'
import type { Query } from '../../Query.ts'
import type { Page, StoreUnavailable } from '../EventStore.ts'
import { pageOf } from '../internal/engine.ts'
import type { LoadProgress, StoredEvents } from '../internal/engineModel.ts'
import type { GatherLimits } from './gather.ts'
import { gathering } from './gather.ts'
import { eventsPerPage, shareOfPage } from './pages.ts'

/** The events after a position that match a query, at most so many. */
export interface QueryRead {
  readonly query: Query
  readonly after: number
  readonly limit: number
}

/** Events, and the head of the same snapshot. */
export interface EventsAndHead {
  readonly head: number
  readonly events: StoredEvents
}

/** Reads by several queries, each up to so many events. */
export type SendQueries = (
  reads: ReadonlyArray<QueryRead>,
  limit: number,
) => Promise<Either<StoreUnavailable, ReadonlyArray<EventsAndHead>>>

type QueryPage = Either<StoreUnavailable, Page<EncodedEvent>>

export const queryQueue = (
  send: SendQueries,
  limits: GatherLimits,
): ((read: QueryRead, call: LoadProgress) => Promise<QueryPage>) => {
  /** `undefined` for a read that found as much as its share. */
  const together = gathering<QueryRead, Page<EncodedEvent> | undefined>(async (reads) => {
    const most = shareOfPage(reads)
    const sent = await send(reads, most)
    if (sent._tag === 'Left') return sent
    return right(
      sent.right.map((found, i) => {
        const read = reads[i] as QueryRead
        return most >= read.limit || found.events.length < most
          ? pageWithin(read, found)
          : undefined
      }),
    )
  }, limits)

  const alone = async (read: QueryRead): Promise<QueryPage> => {
    const sent = await send([read], read.limit)
    return sent._tag === 'Left' ? sent : right(pageWithin(read, sent.right[0] as EventsAndHead))
  }

  return async (read, call) => {
    // more than others could wait for
    if (read.limit > eventsPerPage) return alone(read)
    const page = await together(read, call)
    if (page._tag === 'Left') return page
    return page.right === undefined ? alone(read) : right(page.right)
  }
}

const pageWithin = (
  { after, limit }: QueryRead,
  { events, head }: EventsAndHead,
): Page<EncodedEvent> =>
  pageOf(events.length > limit ? events.slice(0, limit) : events, after, limit, head)
