/**
 * The mark that lets programs skip a stored event that they do not know. It is part of the event's data,
 * because every engine and every copy keeps the data, and the event's name stays the same.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issue } from '../Codec.ts'
import type { PlainObject } from '../../internal/parts.ts'
import { isJsonObject } from './json.ts'
import { left, right } from '../../internal/either.ts'

export const mark = '$skippable'

export const isMarked = (data: unknown): data is PlainObject =>
  typeof data === 'object' && data !== null && mark in data && data[mark] === true

/** The data with the mark. */
export const marked = (data: PlainObject): PlainObject => ({ ...data, [mark]: true })

/** The data without the mark, as the event's codec wrote it. */
export const unmarked = (data: unknown): unknown => {
  if (!isMarked(data)) return data
  const { [mark]: _, ...rest } = data
  return rest
}

/** The data to store: marked if the event is skippable, and never by accident. */
export const written = (data: unknown, isSkippable: boolean): Either<Issue, unknown> => {
  if (isMarked(data)) {
    const expected = 'no field of this name: it marks events that may be skipped'
    return left({ path: [mark], expected, actual: true })
  }
  if (!isSkippable) return right(data)
  return isJsonObject(data)
    ? right(marked(data))
    : left({ path: [], expected: 'an object, to be marked', actual: data })
}

/** An unknown event is no event if it is marked, and otherwise a failure. */
export const unlessMarked = <F>(
  data: unknown,
  failure: Either<F, never>,
): Either<F, ReadonlyArray<never>> => (isMarked(data) ? right([]) : failure)
