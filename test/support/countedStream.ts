// Streams of encoded events that differ in nothing but their versions.
import type { StoredEvents } from '../../src/store/internal/engineModel.ts'
import { record } from './recorded.ts'

/** A stream of so many events; those of another history have other times. */
export const countedStream = (length: number, history = 0, stream = 'a'): StoredEvents =>
  record(
    Array.from({ length }, () => ({
      stream,
      event: { type: 'Counted', schemaVersion: 1, data: null },
      occurredAt: history,
      recordedAt: history,
    })),
  )
