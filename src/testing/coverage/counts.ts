/**
 * How often what happened where: a command in an abstract state, and its outcomes there.
 *
 */

/** A kind of command in an abstract state. */
export interface Place {
  readonly command: string
  readonly state: string
}

/** By command, then by state, then by outcome. */
export type Counts = Map<string, Map<string, Map<string, number>>>

/** One outcome more, or so many. */
export const count = (
  counts: Counts,
  { command, state }: Place,
  outcome: string,
  times: number,
): void => {
  const states = counts.get(command) ?? new Map<string, Map<string, number>>()
  const outcomes = states.get(state) ?? new Map<string, number>()
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times)
  counts.set(command, states.set(state, outcomes))
}

/** Where anything happened. */
export const placesOf = (counts: Counts): ReadonlyArray<Place> =>
  [...counts].flatMap(([command, states]) =>
    [...states.keys()].map((state) => ({ command, state })),
  )

/** What happened at a place, sorted by outcome. */
export const countsOf = (
  counts: Counts,
  { command, state }: Place,
): ReadonlyArray<readonly [outcome: string, times: number]> =>
  [...(counts.get(command)?.get(state) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
