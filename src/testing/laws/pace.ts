/**
 * How long laws are tried. Walks have a time limit, and shrinking failures may take as long again.

 */

/** The time of one pass over the walks. */
export interface WalkPace {
  /** Whether the time for walks is up. */
  readonly late: () => boolean
  /** Starts shrinking; the result says whether the time for it is up. */
  readonly shrinking: () => () => boolean
}

export const endlessWait: WalkPace = { late: () => false, shrinking: () => () => false }

/** The pace of B1, which comes first, and of the others. */
export interface LawPaces {
  readonly first: WalkPace
  readonly rest: WalkPace
}

/** The share of B1, which calls everything twice on copies. */
const firstShare = 0.4

/** The least share of the time for shrinking one failure, however many there are. */
const leastShare = 0.05

export const pacesOf = (milliseconds: number, now: () => number): LawPaces => {
  if (milliseconds === Infinity) return { first: endlessWait, rest: endlessWait }
  const start = now()
  // time spent on shrinking is not taken from the walks
  let spent = 0
  const shrinking = () => {
    const from = now()
    const most = Math.max((milliseconds - spent) / 2, milliseconds * leastShare)
    const before = spent
    return () => {
      const took = now() - from
      spent = before + took
      return took > most
    }
  }
  const paceOf = (share: number): WalkPace => ({
    late: () => now() - start - spent > milliseconds * share,
    shrinking,
  })
  return { first: paceOf(firstShare), rest: paceOf(1) }
}
