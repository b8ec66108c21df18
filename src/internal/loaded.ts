/**
 * Loaded events together with those that a codec dropped.
 *
 * @since 0.1.0
 */
import type { Loaded, Recorded } from '../Recorded.ts'

/** What is known of a stored event, even if a codec dropped it. */
type StoredPlace = NonNullable<Loaded<unknown>['dropped']>[number]

/** The first of the loaded events, dropped ones included. */
export const firstOf = (loaded: Loaded<unknown>): StoredPlace | undefined => {
  const [first] = loaded
  const dropped = loaded.dropped?.[0]
  return first === undefined || (dropped !== undefined && dropped.position < first.position)
    ? dropped
    : first
}

/** The last of the loaded events, dropped ones included: the end of the stream. */
export const lastOf = (loaded: Loaded<unknown>): StoredPlace | undefined => {
  const last = loaded[loaded.length - 1]
  const dropped = loaded.dropped?.[loaded.dropped.length - 1]
  return last === undefined || (dropped !== undefined && dropped.position > last.position)
    ? dropped
    : last
}

/** The loaded events after a position. */
export const laterThan = <E>(loaded: Loaded<E>, position: number): Loaded<E> => {
  const isLater = (event: StoredPlace): boolean => event.position > position
  return withDropped(loaded.filter(isLater), loaded.dropped?.filter(isLater))
}

/** The events together with those that a codec dropped. */
export const withDropped = <E>(
  events: ReadonlyArray<Recorded<E>>,
  dropped: ReadonlyArray<StoredPlace> | undefined,
): Loaded<E> =>
  dropped === undefined || dropped.length === 0 ? events : Object.assign([...events], { dropped })
