/**
 * Runs a suite on a mutant, and reports what became of all.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from '../../internal/either.ts'
import type { MutationProbe } from './mutate.ts'
import type { Mutation } from './mutation.ts'

export interface MutantResult {
  readonly mutation: Mutation
  readonly verdict: 'killed' | 'survived' | 'unreached' | 'unchanged'
  /** How the suite failed; `none` if it passed. */
  readonly failure: Option<string>
}

/**
 * The result of each mutant, and how many there are of each:
 *
 * - `killed`: the suite failed
 * - `survived`: the suite passed although the mutant gave another answer: no test checks this rule
 * - `unreached`: the suite passed and never came to the place: no test tries this rule
 * - `unchanged`: the suite passed, came to the place, and the mutant always gave the same answer
 * - `score`: from 0 to 1, without the `unchanged`; 1 if there are no others
 * - `commandsKnown`: whether the options say which commands there are. If not, the score says nothing of a
 *   command that the suite never uses
 *
 * @category model
 * @since 0.1.0
 */
export interface MutantsReport {
  readonly results: ReadonlyArray<MutantResult>
  readonly killed: number
  readonly survived: number
  readonly unreached: number
  readonly unchanged: number
  readonly score: number
  readonly commandsKnown: boolean
}

export type MutantsFailure =
  | { readonly type: 'SuiteFails'; readonly run: 1 | 2; readonly failure: string }
  | { readonly type: 'SuiteDecidesNothing' }

/** How a suite fails, if it does. Taking too long is a failure. */
export const suiteFailure = async <D>(
  suite: (decider: D) => void | Promise<void>,
  decider: D,
  timeLimit: number | undefined,
): Promise<Option<string>> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const done = suite(decider)
    const late = new Promise<never>((_, reject) => {
      if (timeLimit === undefined) return
      const fail = () => reject(new Error(`the suite takes more than ${timeLimit} ms`))
      timer = setTimeout(fail, timeLimit)
    })
    await Promise.race([done, late])
    return none
  } catch (error) {
    return some(error instanceof Error ? error.message : String(error))
  } finally {
    clearTimeout(timer)
  }
}

export const mutantVerdict = (
  failure: Option<string>,
  probe: MutationProbe,
): MutantResult['verdict'] => {
  if (failure._tag === 'Some') return 'killed'
  if (!probe.reached) return 'unreached'
  return probe.changed ? 'survived' : 'unchanged'
}

export const mutantsReport = (
  results: ReadonlyArray<MutantResult>,
  commandsKnown: boolean,
): MutantsReport => {
  const count = (verdict: MutantResult['verdict']) =>
    results.filter((result) => result.verdict === verdict).length
  const [killed, survived, unreached] = [count('killed'), count('survived'), count('unreached')]
  const counted = killed + survived + unreached
  return {
    results,
    killed,
    survived,
    unreached,
    unchanged: count('unchanged'),
    score: counted === 0 ? 1 : killed / counted,
    commandsKnown,
  }
}
