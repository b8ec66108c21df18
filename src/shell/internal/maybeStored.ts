/**
 * Failures after a commit was stored, or may have been.
 *
 * @since 0.1.0
 */
import type { Either, Left } from 'fp-ts/lib/Either.js'
import { left } from '../../internal/either.ts'
import type { AppendFailure } from '../../store/EventStore.ts'

/**
 * The failure of a request whose commit is known to be stored: of the read that would have told its outcome, or of an
 * append of it once more. By itself it would say that nothing was written.
 */
export const maybeStored = (failed: Left<AppendFailure>): Either<AppendFailure, never> => {
  const failure = failed.left
  switch (failure.type) {
    case 'GivenUp':
      return left({ ...failure, outcome: 'Unknown' })
    case 'StoreUnavailable':
      // only after an append is it unknown what was stored
      return left({ ...failure, operation: 'append' })
    default:
      return failed
  }
}
