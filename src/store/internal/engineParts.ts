/**
 * What the engines share.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Instant } from '../../Recorded.ts'
import { isInstant } from '../Engine.ts'
import type { ReadOptions, StoreUnavailable } from '../EventStore.ts'
import { left, right } from '../../internal/either.ts'

/** The answer of an engine that something else has failed. */
export const unavailable = (
  operation: StoreUnavailable['operation'],
  cause: unknown,
): Either<StoreUnavailable, never> => left({ type: 'StoreUnavailable', operation, cause })

/** What a clock says; an event recorded at no instant could be stored, and not be shown to anybody. */
export const timeOf = (now: () => Instant): Either<StoreUnavailable, Instant> => {
  const instant = now()
  return isInstant(instant)
    ? right(instant)
    : unavailable('append', `the clock of the store gave ${String(instant)}`)
}

/** The whole number from 0 on that `slice` would take for it. */
export const whole = (n: number): number =>
  Math.min(Math.max(0, Math.trunc(n)), Number.MAX_SAFE_INTEGER) || 0

/** The category of a stream: its name up to the first `-`. */
export const categoryOf = (stream: string): string => {
  const end = stream.indexOf('-')
  return end < 0 ? stream : stream.slice(0, end)
}

/** Whether reading with these options gives an event of this type in this stream. */
export const isRead = ({ types, categories }: ReadOptions, stream: string, type: string): boolean =>
  (types === undefined || types.includes(type)) &&
  (categories === undefined || categories.includes(categoryOf(stream)))

/** A list as JSON, since drivers differ in how they pass arrays; null where there is none. */
export const listOf = (names: ReadonlyArray<string> | undefined): string | null =>
  names === undefined ? null : JSON.stringify(names)

/** The value of a nullable column. */
export const nullOf = (name: Option<string>): string | null =>
  name._tag === 'None' ? null : name.value
