// What tests do about chance. A property holds of all that can be drawn, so that each run draws anew. That something is met
// among what is drawn, such as a planted fault or a rare case, is true of most seeds only: such a test draws the same
// always, or draws until it has met enough.
import fc from 'fast-check'
import { afterEach, beforeEach } from 'vitest'

/**
 * Lets the tests of a file, or of a `describe`, draw the same in every run, however `FC_SEED` and `FC_RUNS` are set.
 * For what says no `numRuns` and `seed` of its own.
 */
export const sameDraws = (numRuns = 100): void => {
  const ofTheRun = fc.readConfigureGlobal()
  beforeEach(() => fc.configureGlobal({ ...ofTheRun, seed: 1, numRuns }))
  afterEach(() => fc.configureGlobal(ofTheRun))
}

/** How often to draw before what was to be met is said to be missing. */
const mostRounds = 100

/**
 * Draws with the seed of the run, and as long as that was not `enough` with other seeds. Rejects where it never is.
 *
 *     let ended = 0
 *     await drawUntil(() => ended > 5, (seed) => fc.assert(property, { seed }))
 */
export const drawUntil = async (
  enough: () => boolean,
  draw: (seed: number) => Promise<void> | void,
): Promise<void> => {
  const first = Number(fc.readConfigureGlobal().seed)
  for (let round = 0; round < mostRounds; round++) {
    await draw(first + round)
    if (enough()) return
  }
  throw new Error(`not met in ${mostRounds} rounds: ${String(enough)}`)
}
