/**
 * Reads query parameters: integers, instants, one of several words. A failure names the parameter and what was
 * expected.
 *
 * Laws:
 *
 * 1. `parseInstant(isoOf(t))` is `t`, for every instant `t` in the years 0 to 9999
 * 2. `parseInstant(String(t))` is `t`, for every instant `t`
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Instant } from '../../Recorded.ts'
import { isInstant } from '../../store/Engine.ts'
import { parseTimestamp } from '../internal/timestamps.ts'
import type { InvalidQuery } from './problem.ts'
import { left, right } from '../../internal/either.ts'

type QueryResult<A> = Either<InvalidQuery, A>

const invalidParameter = (parameter: string, expected: string): Either<InvalidQuery, never> =>
  left({ type: 'InvalidQuery', parameter, expected })

/** Reads a parameter with `read`, which returns `undefined` if it is invalid; `otherwise` if it is absent. */
const readParameter = <A, B>(
  query: URLSearchParams,
  name: string,
  expected: string,
  read: (text: string) => A | undefined,
  otherwise: B,
): QueryResult<A | B> => {
  const values = query.getAll(name)
  const [text] = values
  if (text === undefined) return right(otherwise)
  if (values.length > 1) return invalidParameter(name, 'given once')
  const value = read(text)
  return value === undefined ? invalidParameter(name, expected) : right(value)
}

const integerOf = (text: string): number | undefined => {
  const value = Number(text)
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(value) ? value : undefined
}

export const integerParameter = <B>(
  query: URLSearchParams,
  name: string,
  otherwise: B,
): QueryResult<number | B> =>
  readParameter(query, name, 'a non-negative integer', integerOf, otherwise)

export const choiceParameter = <A extends string>(
  query: URLSearchParams,
  name: string,
  [first, second]: readonly [A, A],
): QueryResult<A> =>
  readParameter(
    query,
    name,
    `${first} or ${second}`,
    (text) => (text === first ? first : text === second ? second : undefined),
    first,
  )

export const instantParameter = (
  query: URLSearchParams,
  name: string,
): QueryResult<Instant | undefined> =>
  // a plus that was not percent-encoded arrives as a space, and no instant contains one
  readParameter(
    query,
    name,
    anInstantText,
    (text) => parseInstant(text.replace(' ', '+')),
    undefined,
  )

const anInstantText = 'an instant like 1996-07-04T00:00:00Z, or integer milliseconds since 1970'

/** An instant as a string: ISO 8601 in UTC, to the millisecond. */
export const isoOf = (at: Instant): string => new Date(at).toISOString()

/** The instant of a string: integer milliseconds since 1970, or an RFC 3339 timestamp. */
export const parseInstant = (text: string): Instant | undefined => {
  if (!/^-?\d{1,16}$/.test(text)) return parseTimestamp(text)
  const instant = Number(text) + 0
  return isInstant(instant) ? instant : undefined
}
