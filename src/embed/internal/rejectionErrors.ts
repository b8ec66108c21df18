/**
 * Rejections for libraries in which `decide` throws: each is wrapped in an `Error` and found again in it.
 *
 * `r` is a rejection, `errors` a result of `rejectionErrors`.
 *
 * Laws:
 *
 * 1. `errors.rejectionOf(errors.errorOf(r)) = some(r)`, and `none` for every other value
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { left, none, right, some } from '../../internal/either.ts'

/** A pair of inverses; it recognises only the errors that it made itself. */
export const rejectionErrors = <R>(): {
  readonly errorOf: (rejection: R) => Error
  readonly rejectionOf: (thrown: unknown) => Option<R>
} => {
  const rejections = new WeakMap<object, { readonly rejection: R }>()
  return {
    errorOf: (rejection) => {
      const error = Object.assign(new Error(rejectionMessage(rejection)), {
        name: 'Rejection',
        rejection,
      })
      rejections.set(error, { rejection })
      return error
    },
    rejectionOf: (thrown) => {
      const known = typeof thrown === 'object' && thrown !== null && rejections.get(thrown)
      return known ? some(known.rejection) : none
    },
  }
}

const rejectionMessage = (rejection: unknown): string => {
  const hasType = typeof rejection === 'object' && rejection !== null && 'type' in rejection
  return hasType && typeof rejection.type === 'string' ? `rejected: ${rejection.type}` : 'rejected'
}

/** The result of `run`. A rejection that it throws becomes a `Left`; any other error is thrown on. */
export const catchRejection = <R, A>(
  rejectionOf: (thrown: unknown) => Option<R>,
  run: () => A,
): Either<R, A> => {
  try {
    return right(run())
  } catch (thrown) {
    const rejection = rejectionOf(thrown)
    if (rejection._tag === 'Some') return left(rejection.value)
    throw thrown
  }
}
