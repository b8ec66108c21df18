/**
 * Compares the history of a stream with what a writer or a reader expects.
 *
 * @since 0.1.0
 */
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

/**
 * Whether a known commit id is used for another request: both have a fingerprint, and they differ.
 */
export const isReuse = (given: string | undefined, stored: string | null | undefined): boolean =>
  given !== undefined && stored !== undefined && stored !== null && given !== stored
