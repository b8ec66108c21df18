/**
 * Loads of streams, which gather.
 *
 * Laws, beside those of `gather.ts`:
 *
 * 1. a load that is sent alone gets a page; several that are sent together share one, but each gets a chunk
 * 2. a load that finds no other under way or waiting is made in halves, by two calls, if its stream is known to be long
 *
 * @since 0.1.0
 */
import { right } from '../../internal/either.ts'
import type { StoredEvents } from '../internal/engineModel.ts'
import type { GatherLimits } from './gather.ts'
import { gathering } from './gather.ts'
import { halvingLoads } from './halves.ts'
import type { LoadFirst, SendLoads, Tail } from './pages.ts'
import { shareOfPage } from './pages.ts'

export interface LoadLimits extends GatherLimits {
  /** Whether the database works on several calls at the same time. */
  readonly halves: boolean
}

interface AskedTail extends Tail {
  readonly limit: number
}

interface LoadedTail {
  readonly events: StoredEvents
  readonly isWhole: boolean
}

export const loadQueue = (send: SendLoads, { halves, ...limits }: LoadLimits): LoadFirst => {
  const { alone, together } = halvingLoads(send)
  const load = gathering<AskedTail, LoadedTail>(async (tails, isIdle) => {
    const most = shareOfPage(tails)
    const sent = await (isIdle && halves ? alone : together)(tails, most)
    if (sent._tag === 'Left') return sent
    return right(
      tails.map(({ limit }, i) => {
        const events = sent.right[i] ?? []
        return {
          events: events.length > limit ? events.slice(0, limit) : events,
          isWhole: events.length < most,
        }
      }),
    )
  }, limits)
  return (stream, after, limit, call) => load({ stream, after, limit }, call)
}
