/**
 * How decoding a stored event fails, and events that decode to none or several.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issues } from '../Codec.ts'
import type { EncodedEvent, EventCodec, EventIssues } from '../internal/eventCodec.ts'
import { left, right } from '../../internal/either.ts'

/** The failure of one stored event. */
export const failure = (
  eventType: string,
  schemaVersion: number,
  issues: Issues,
): Either<EventIssues, never> => left({ eventType, schemaVersion, issues })

/** The failure of a stored event whose type the codec does not know. */
export const unknownType = (
  types: Iterable<unknown>,
  type: string,
  schemaVersion: number,
): Either<EventIssues, never> => {
  const expected = [...types].map((name) => JSON.stringify(name)).join(' | ')
  return failure(type, schemaVersion, [{ path: ['type'], expected, actual: type }])
}

/**
 * The event, if a stored event decodes to exactly one.
 */
export const onlyOne = <E>(
  { type, schemaVersion }: EncodedEvent,
  decoded: Either<EventIssues, ReadonlyArray<E>>,
): Either<EventIssues, E> => {
  if (decoded._tag === 'Left') return decoded
  const [event] = decoded.right
  if (event !== undefined && decoded.right.length === 1) return right(event)
  const expected = 'an event that becomes exactly one current event'
  return failure(type, schemaVersion, [{ path: ['type'], expected, actual: type }])
}

/** The former types of a codec; left out if there are none. */
export const formerOf = (types: ReadonlyArray<string>): Pick<EventCodec<never>, 'former'> =>
  types.length === 0 ? {} : { former: types }
