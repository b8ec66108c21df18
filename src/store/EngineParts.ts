/**
 * What the engines share.
 *
 * @internal
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadOptions, StoreUnavailable } from './EventStore.ts'

/** The answer of an engine that something else has failed. */
export const unavailable = (
  operation: StoreUnavailable['operation'],
  cause: unknown,
): Either<StoreUnavailable, never> => ({
  _tag: 'Left',
  left: { type: 'StoreUnavailable', operation, cause },
})

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
