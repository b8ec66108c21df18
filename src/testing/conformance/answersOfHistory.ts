/**
 * What time travel shows of stored events.
 *
 */
import { setBy, stateAsOf, timeline } from '../../History.ts'
import type { Projection } from '../../Projection.ts'
import type { Recorded } from '../../Recorded.ts'

/**
 * For each stream: what each event changed, the state at the instant in the middle by either clock,
 * and which event set each field that the last one changed.
 */
export const answersOfHistory = <S, E>(
  projection: Projection<S, E>,
  events: ReadonlyArray<Recorded<E>>,
): ReadonlyArray<unknown> =>
  byStream(events).flatMap((history) => {
    const moments = timeline(projection)(history)
    const middle = history[history.length >> 1]?.recordedAt ?? 0
    const last = moments[moments.length - 1]?.changes ?? []
    return [
      moments,
      stateAsOf(projection)(history, middle, 'recordedAt'),
      stateAsOf(projection)(history, middle, 'occurredAt'),
      last.map(({ path }) => setBy(projection)(history, path)),
    ]
  })

const byStream = <E>(
  events: ReadonlyArray<Recorded<E>>,
): ReadonlyArray<ReadonlyArray<Recorded<E>>> => {
  const streams = new Map<string, Array<Recorded<E>>>()
  for (const recorded of events) {
    const own = streams.get(recorded.stream)
    if (own === undefined) streams.set(recorded.stream, [recorded])
    else own.push(recorded)
  }
  return [...streams.values()]
}
