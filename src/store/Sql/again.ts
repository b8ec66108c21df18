/**
 * Calls of the database that are made again: if others came first, or if there is no answer.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreUnavailable } from '../EventStore.ts'
import { unavailable } from '../internal/engine.ts'
import { kindOf } from './failures.ts'

/** How often a call is made that other transactions came before. */
const mostRaces = 40

/** Milliseconds during which a call is made again if the connection or the server is gone. */
const patience = 10_000

export const again = async <A>(
  operation: StoreUnavailable['operation'],
  run: () => Promise<Either<StoreUnavailable, A>>,
): Promise<Either<StoreUnavailable, A>> => {
  const start = performance.now()
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (cause) {
      const kind = kindOf(cause)
      const isLast = kind === 'Raced' ? attempt >= mostRaces : performance.now() - start > patience
      if (kind === 'Refused' || isLast) return unavailable(operation, cause)
      await pause(attempt, kind === 'Raced' ? 64 : 500)
    }
  }
}

/** Waits before the next attempt, longer each time, and at random so that two processes differ. */
const pause = (attempt: number, most: number): Promise<void> =>
  new Promise((resume) => setTimeout(resume, Math.random() * Math.min(2 ** attempt, most)))
