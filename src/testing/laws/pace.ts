/**
 * How long laws are tried. Walks have a time, and making failures smaller has as much again.
 *
 */

/** What one pass over the walks has. */
export interface Pace {
  /** Whether the time for walks is up. */
  readonly late: () => boolean
  /** Says that a failure was found; gives whether the time to make it smaller is up. */
  readonly shrinking: () => () => boolean
}

export const endless: Pace = { late: () => false, shrinking: () => () => false }

/** The pace of B1, which comes first, and that of the others. */
export interface Paces {
  readonly first: Pace
  readonly rest: Pace
}

/** Of the time, so much is for B1, which calls everything twice on copies. */
const firstShare = 0.4

/** No failure has less than this share of the time, however many there are. */
const leastShare = 0.05

export const pacesOf = (milliseconds: number, now: () => number): Paces => {
  if (milliseconds === Infinity) return { first: endless, rest: endless }
  const start = now()
  // what is spent on failures is not taken from the walks
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
  const paceOf = (share: number): Pace => ({
    late: () => now() - start - spent > milliseconds * share,
    shrinking,
  })
  return { first: paceOf(firstShare), rest: paceOf(1) }
}
