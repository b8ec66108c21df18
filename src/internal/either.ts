/**
 * `Either` and `Option` as plain data: fp-ts is needed for its types only.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'

export const left = <E>(failure: E): Either<E, never> => ({ _tag: 'Left', left: failure })

export const right = <A>(value: A): Either<never, A> => ({ _tag: 'Right', right: value })

export const some = <A>(value: A): Option<A> => ({ _tag: 'Some', value })

export const none: Option<never> = /* @__PURE__ */ Object.freeze({ _tag: 'None' })
