/**
 * Calls of the database that are made again: if others came first, or if there is no answer.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreUnavailable } from '../EventStore.ts'
import { unavailable } from '../internal/engine.ts'
import { kindOf } from './failures.ts'

/** Makes a call until it has an answer, or there is no hope of one. */
export type CallAgain = <A>(
  operation: StoreUnavailable['operation'],
  run: () => Promise<Either<StoreUnavailable, A>>,
) => Promise<Either<StoreUnavailable, A>>

/** How often a call is made that other transactions came before. */
const mostRaces = 40

/** Milliseconds during which a call is made again if the connection or the server is gone. */
const patience = 10_000

/** For all calls of a store. */
export const callAgain = (): CallAgain => {
  const outage = newOutage()
  return async (operation, run) => {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await run()
        outage.end()
        return answer
      } catch (cause) {
        const kind = kindOf(cause)
        const isLast = kind === 'Raced' ? attempt >= mostRaces : outage.lasts() > patience
        if (kind === 'Refused' || isLast) return unavailable(operation, cause)
        await pause(attempt, kind === 'Raced' ? 64 : 500)
      }
    }
  }
}

/**
 * How long the database has not answered. The time counts for all calls together, so that the last of many does
 * not wait as many times as long.
 */
const newOutage = () => {
  let since = 0
  let last = -Infinity
  return {
    /** Tells that there is no answer now, and returns since how many milliseconds. */
    lasts: (): number => {
      const now = performance.now()
      if (now - last > patience) since = now
      last = now
      return now - since
    },
    end: (): void => {
      last = -Infinity
    },
  }
}

/** Waits before the next attempt, longer each time, and at random so that two processes differ. */
const pause = (attempt: number, most: number): Promise<void> =>
  new Promise((resume) => setTimeout(resume, Math.random() * Math.min(2 ** attempt, most)))
