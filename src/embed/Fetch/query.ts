/**
 * What the query of a request asks for: whole numbers, instants, one of several words. What can't be
 * read is named, and so is what should stand there.
 *
 * Laws:
 *
 * 1. `instantOf(isoOf(t))` is `t`, for every instant `t` of the years 0 to 9999
 * 2. `instantOf(String(t))` is `t`, for every instant `t`
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Instant } from '../../Recorded.ts'
import type { InvalidQuery } from './problem.ts'
import { left, right } from '../../internal/either.ts'

type Parsed<A> = Either<InvalidQuery, A>

const invalid = (parameter: string, expected: string): Either<InvalidQuery, never> =>
  left({ type: 'InvalidQuery', parameter, expected })

/** A parameter read by `read`, which gives `undefined` for what it refuses; `otherwise` if it is left out. */
const parameter = <A, B>(
  query: URLSearchParams,
  name: string,
  expected: string,
  read: (text: string) => A | undefined,
  otherwise: B,
): Parsed<A | B> => {
  const values = query.getAll(name)
  const [text] = values
  if (text === undefined) return right(otherwise)
  if (values.length > 1) return invalid(name, 'given once')
  const value = read(text)
  return value === undefined ? invalid(name, expected) : right(value)
}

const wholeOf = (text: string): number | undefined => {
  const value = Number(text)
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(value) ? value : undefined
}

export const wholeNumber = <B>(
  query: URLSearchParams,
  name: string,
  otherwise: B,
): Parsed<number | B> => parameter(query, name, 'a whole number, not negative', wholeOf, otherwise)

export const oneOf = <A extends string>(
  query: URLSearchParams,
  name: string,
  [first, second]: readonly [A, A],
): Parsed<A> =>
  parameter(
    query,
    name,
    `${first} or ${second}`,
    (text) => (text === first ? first : text === second ? second : undefined),
    first,
  )

export const instant = (query: URLSearchParams, name: string): Parsed<Instant | undefined> =>
  // a plus that was not percent-encoded arrives as a space, which no instant has
  parameter(query, name, anInstant, (text) => instantOf(text.replace(' ', '+')), undefined)

const anInstant = 'an instant like 1996-07-04T00:00:00Z, or whole milliseconds since 1970'

/** The range of `Date`: 100,000,000 days to either side of 1970. */
const maxInstant = 8_640_000_000_000_000

/** An instant as text: ISO 8601 in UTC, to the millisecond. */
export const isoOf = (at: Instant): string => new Date(at).toISOString()

const iso = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/i

/**
 * The instant of a text: whole milliseconds since 1970, or, as RFC 3339 has it, a day and a time, and
 * how far its clock is from UTC. What is finer than a millisecond is cut. A day that its month does not
 * have is none, nor is a leap second.
 */
export const instantOf = (text: string): Instant | undefined => {
  if (/^-?\d{1,16}$/.test(text))
    return Math.abs(Number(text)) <= maxInstant ? Number(text) + 0 : undefined
  const found = iso.exec(text)
  if (found === null) return undefined
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    hours = '0',
    minutes = '0',
  ] = found
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  date.setUTCHours(
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.slice(0, 3).padEnd(3, '0')),
  )
  // what is out of its range went over into the next field
  if (date.toISOString().slice(0, 19) !== text.slice(0, 19).toUpperCase()) return undefined
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000
  return date.getTime() + (sign === '-' ? offset : -offset)
}
