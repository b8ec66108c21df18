/**
 * Recorded events by their streams.
 */
import type { Recorded } from '../../Recorded.ts'

/** The events of each stream, in their order. */
export const byStream = <E>(
  events: ReadonlyArray<Recorded<E>>,
): ReadonlyMap<string, ReadonlyArray<Recorded<E>>> => {
  const streams = new Map<string, Array<Recorded<E>>>()
  for (const recorded of events) {
    const known = streams.get(recorded.stream)
    if (known === undefined) streams.set(recorded.stream, [recorded])
    else known.push(recorded)
  }
  return streams
}
