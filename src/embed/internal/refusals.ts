/**
 * Rejections for those who only know of thrown errors: each goes out in an `Error`, and comes back from
 * that very error.
 *
 * `r` is a rejection, `refusals` what `refusalsOf` gives.
 *
 * Laws:
 *
 * 1. `refusals.rejectionOf(refusals.errorOf(r)) = some(r)`, and `none` for every other value
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from '../../internal/either.ts'

/**
 * From a rejection to an error with the field `rejection`, and back.
 *
 * @category model
 * @since 0.1.0
 */
export interface Refusals<in out R> {
  readonly errorOf: (rejection: R) => Error
  readonly rejectionOf: (thrown: unknown) => Option<R>
}

/**
 * Errors that are remembered for as long as somebody holds them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refusalsOf = <R>(): Refusals<R> => {
  const rejections = new WeakMap<object, { readonly rejection: R }>()
  return {
    errorOf: (rejection) => {
      const error = Object.assign(new Error(messageOf(rejection)), { name: 'Rejection', rejection })
      rejections.set(error, { rejection })
      return error
    },
    rejectionOf: (thrown) => {
      const found = typeof thrown === 'object' && thrown !== null && rejections.get(thrown)
      return found ? some(found.rejection) : none
    },
  }
}

const messageOf = (rejection: unknown): string => {
  const typed = typeof rejection === 'object' && rejection !== null && 'type' in rejection
  return typed && typeof rejection.type === 'string' ? `refused: ${rejection.type}` : 'refused'
}
