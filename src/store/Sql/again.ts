/**
 * Retries calls of the database, if another transaction came first or if there is no answer.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreUnavailable } from '../EventStore.ts'
import { unavailable } from '../internal/engine.ts'
import { errorKindOf } from './failures.ts'

/** Repeats a call until it is answered, or until retrying can't help. */
export type CallAgain = <A>(
  operation: StoreUnavailable['operation'],
  run: () => Promise<Either<StoreUnavailable, A>>,
) => Promise<Either<StoreUnavailable, A>>

/** The maximum number of attempts of a call that keeps losing to other transactions. */
const mostRaces = 40

/** Milliseconds during which a call is repeated while the connection or the server is gone. */
const patience = 10_000

/** One for all calls of a store. */
export const callAgain = (): CallAgain => {
  const outage = newOutage()
  return async (operation, run) => {
    for (let attempt = 1; ; attempt++) {
      const start = performance.now()
      try {
        const answer = await run()
        outage.end()
        return answer
      } catch (cause) {
        const kind = errorKindOf(cause)
        const isLast = kind === 'Raced' ? attempt >= mostRaces : outage.lasts(start) > patience
        if (kind === 'Refused' || isLast) return unavailable(operation, cause)
        await randomPause(attempt, kind === 'Raced' ? 64 : 500)
      }
    }
  }
}

/**
 * How long the database has not answered. The time is measured for all calls together; otherwise each of many
 * waiting calls in turn would wait for the full time.
 */
const newOutage = () => {
  let since = 0
  let last = -Infinity
  return {
    /**
     * Records that there is no answer to an attempt, and returns for how many milliseconds there has been none. It begins
     * anew after as long a time without attempts; an attempt itself may take longer.
     */
    lasts: (start: number): number => {
      const now = performance.now()
      if (start - last > patience) since = now
      last = now
      return now - since
    },
    end: (): void => {
      last = -Infinity
    },
  }
}

/** Waits before the next attempt: longer each time, and at random, so that processes do not collide again. */
const randomPause = (attempt: number, most: number): Promise<void> =>
  new Promise((resume) => setTimeout(resume, Math.random() * Math.min(2 ** attempt, most)))
