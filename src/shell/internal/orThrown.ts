/**
 * Exceptions of stores as values.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left } from '../../internal/either.ts'
import type { Thrown } from '../../store/EventStore.ts'

/** The result of a call that may throw or reject, although its type does not allow it. */
export const orThrown = async <F, A>(
  run: () => Promise<Either<F, A>>,
): Promise<Either<F | Thrown, A>> => {
  try {
    return await run()
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
}
