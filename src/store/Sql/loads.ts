/**
 * The queue of loads that wait. An idle store sends a load at once; while calls are under way, loads gather, and are
 * made together by the next call.
 *
 * Laws:
 *
 * 1. every load gets exactly one answer
 * 2. a load that is given up before its call is sent is not sent
 * 3. loads are sent in the order in which they came
 * 4. a load that is sent alone gets a page; several that are sent together share one, but each gets a chunk
 * 5. if the database refuses a call for several, each is made alone, so that a bad one does not make the others fail
 * 6. at most a thousand loads are kept that were given up, or as many as wait
 * 7. a load that finds no other under way or waiting is made in halves, by two calls, if its stream is known to be long
 *
 * @since 0.1.0
 */
import { right } from '../../internal/either.ts'
import type { LoadProgress } from '../internal/engineModel.ts'
import { eventsPerChunk } from './chunks.ts'
import { errorKindOf } from './failures.ts'
import { halvingLoads } from './halves.ts'
import type { FirstPage, LoadFirst, SendLoads, Tail } from './pages.ts'
import { eventsPerPage } from './pages.ts'

export interface LoadLimits {
  /** The maximum number of calls under way at the same time. */
  readonly calls: number
  /** The maximum number of loads in a call. */
  readonly together: number
  /** Whether the database works on several calls at the same time. */
  readonly halves: boolean
}

interface WaitingLoad extends Tail {
  readonly limit: number
  readonly call: LoadProgress
  readonly answer: (page: FirstPage) => void
}

/** Loads that were given up are dropped when so many wait, and again when twice as many do. */
const leastToDrop = 1_000

export const loadQueue = (send: SendLoads, limits: LoadLimits): LoadFirst => {
  let waiting: Array<WaitingLoad> = []
  let calls = 0
  let enough = leastToDrop
  const { alone, together } = halvingLoads(send)

  const dropGivenUp = (): void => {
    waiting = waiting.filter(({ call }) => !call.isGivenUp)
    enough = Math.max(leastToDrop, 2 * waiting.length)
  }

  const depart = (): void => {
    dropGivenUp()
    while (calls < limits.calls && waiting.length > 0) {
      const loads = waiting.splice(0, limits.together)
      const isAlone = calls === 0 && loads.length === 1
      void load(loads, isAlone && limits.halves ? alone : together)
    }
  }

  const load = async (loads: ReadonlyArray<WaitingLoad>, by: SendLoads): Promise<void> => {
    calls++
    await answerAll(by, loads)
    calls--
    depart()
  }

  return (stream, after, limit, call) =>
    new Promise((answer) => {
      // loads that are made without waiting in between are sent together
      if (waiting.length === 0) queueMicrotask(depart)
      waiting.push({ stream, after, limit, call, answer })
      if (waiting.length > enough) dropGivenUp()
    })
}

const answerAll = async (send: SendLoads, loads: ReadonlyArray<WaitingLoad>): Promise<void> => {
  const share = Math.max(eventsPerChunk, Math.floor(eventsPerPage / loads.length))
  const most = Math.min(share, Math.max(...loads.map(({ limit }) => limit)))
  const sent = await send(loads, most)
  if (sent._tag === 'Left' && loads.length > 1 && errorKindOf(sent.left.cause) === 'Refused') {
    for (const each of loads) await answerAll(send, [each])
    return
  }
  loads.forEach(({ limit, answer }, i) => {
    if (sent._tag === 'Left') return answer(sent)
    const events = sent.right[i] ?? []
    answer(
      right({
        events: events.length > limit ? events.slice(0, limit) : events,
        isWhole: events.length < most,
      }),
    )
  })
}
