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

/** The failure of an engine whose database failed. */
export const unavailable = (
  operation: StoreUnavailable['operation'],
  cause: unknown,
): Either<StoreUnavailable, never> => left({ type: 'StoreUnavailable', operation, cause })

/** Reads a clock; an event with an invalid time could be stored, but not shown. */
export const timeOf = (now: () => Instant): Either<StoreUnavailable, Instant> => {
  const instant = now()
  return isInstant(instant)
    ? right(instant)
    : unavailable('append', `the clock of the store gave ${String(instant)}`)
}

/** Clamps and truncates to a non-negative safe integer, as `slice` does; `NaN` counts as 0. */
export const toIndex = (n: number): number =>
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

/** A list as JSON, since drivers differ in how they pass arrays; null if absent. */
export const jsonListOf = (names: ReadonlyArray<string> | undefined): string | null =>
  names === undefined ? null : JSON.stringify(names)

/** The value of a nullable column. */
export const nullOf = (name: Option<string>): string | null =>
  name._tag === 'None' ? null : name.value
