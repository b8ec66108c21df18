/**
 * The mark by which a stored event says that programs which do not know it may pass over it. It stands
 * among the event's data: these are what every engine keeps and every copy takes along, and the event has
 * the same name with it and without.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issue } from '../Codec.ts'
import { isPlain } from './unchanged.ts'
import { left, right } from '../../internal/either.ts'

export const mark = '$skippable'

type PlainObject = Readonly<Record<string, unknown>>

export const isMarked = (data: unknown): data is PlainObject =>
  typeof data === 'object' && data !== null && mark in data && data[mark] === true

/** The data with the mark. */
export const marked = (data: PlainObject): PlainObject => ({ ...data, [mark]: true })

/** The data as the codec of the event wrote it. */
export const unmarked = (data: unknown): unknown => {
  if (!isMarked(data)) return data
  const { [mark]: _, ...rest } = data
  return rest
}

/** What is written of an event: with the mark where it is skippable, and never by accident. */
export const written = (data: unknown, isSkippable: boolean): Either<Issue, unknown> => {
  if (isMarked(data)) {
    const expected = 'no field of this name, which marks events that may be passed over'
    return left({ path: [mark], expected, actual: true })
  }
  if (!isSkippable) return right(data)
  return isPlain(data)
    ? right(marked(data))
    : left({ path: [], expected: 'an object, to be marked', actual: data })
}

/** An event that a codec does not know is a failure, or no event where it is marked. */
export const unlessMarked = <F>(
  data: unknown,
  failure: Either<F, never>,
): Either<F, ReadonlyArray<never>> => (isMarked(data) ? right([]) : failure)
