/**
 * How often and from which seed a property is checked.
 */
import type { Parameters } from 'fast-check'
import { integer, readConfigureGlobal, sample } from 'fast-check'

export const parametersOf = ({
  runs,
  seed,
  path,
}: {
  readonly runs?: number
  readonly seed?: number
  readonly path?: string
}): Pick<Parameters, 'numRuns' | 'seed' | 'path'> => ({
  ...(runs === undefined ? {} : { numRuns: runs }),
  // one seed for all passes, so that all see the same walks
  seed: seed ?? readConfigureGlobal().seed ?? sample(integer(), 1)[0] ?? 0,
  ...(path === undefined ? {} : { path }),
})
