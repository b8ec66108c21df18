/**
 * Compares the history of a stream with what a writer or a reader expects.
 *
 * @since 0.1.0
 */
import { firstOf, laterThan } from '../../internal/loaded.ts'
import type { Loaded } from '../../Recorded.ts'
import type { ExpectedVersion, HistoryMark } from '../../store/EventStore.ts'

/** Whether a stream of `actual` events, the last of which has this mark, is what the writer expects. */
export const agrees = (
  expected: ExpectedVersion,
  actual: number,
  last: HistoryMark | undefined,
): boolean => {
  switch (expected.type) {
    case 'Any':
      return true
    case 'NoStream':
      return actual === 0
    case 'Exactly':
      return (
        actual === expected.version && (expected.mark === undefined || isAt(expected.mark, last))
      )
  }
}

/** Whether an event is the one that a mark names. */
export const isAt = <A extends HistoryMark>(mark: HistoryMark, event: A | undefined): event is A =>
  event !== undefined &&
  event.commitId === mark.commitId &&
  (mark.position === undefined || event.position === mark.position) &&
  (mark.recordedAt === undefined || event.recordedAt === mark.recordedAt)

/** Copies the mark of an event, so that a cache does not keep the event. */
export const markOf = ({
  commitId,
  position,
  recordedAt,
}: Required<HistoryMark>): Required<HistoryMark> => ({ commitId, position, recordedAt })

/** The loaded events after the one that a mark names; `undefined` if the first event is another one. */
export const tailAfter = <E>(
  loaded: Loaded<E>,
  mark: HistoryMark | undefined,
): Loaded<E> | undefined => {
  if (mark === undefined) return loaded
  const first = firstOf(loaded)
  return first !== undefined && isAt(mark, first) ? laterThan(loaded, first.position) : undefined
}

/**
 * Whether a known commit id is used for another request: both have a fingerprint, and they differ.
 */
export const isReuse = (given: string | undefined, stored: string | null | undefined): boolean =>
  given !== undefined && stored !== undefined && stored !== null && given !== stored
