/**
 * Ends suites that loop on a mutant: it throws when it is called far more often than the original was.
 *
 * @since 0.1.0
 */
import type { Decider } from '../../Decider.ts'
import type { Decision } from '../../Decision.ts'

/** How often a mutant may be called by a suite that calls the original so often. */
export const mostCalls = (calls: number): number => calls * 20 + 10_000

/** A decider that throws after too many calls, so that no loop on it runs for ever. */
export const limitCalls = <C, S, E, R>(
  { initialState, decide, evolve, isTerminal }: Decider<C, S, E, R>,
  most: number,
): Decider<C, S, E, R> => {
  const counted = withCallback(callLimit(most))
  return {
    initialState,
    decide: counted(decide),
    evolve: counted(evolve),
    isTerminal: counted(isTerminal),
  }
}

/** Throws when it is called once more than so often. */
export const callLimit = (most: number): (() => void) => {
  let calls = 0
  return () => {
    calls++
    if (calls > most) throw new Error(`the suite never ends: more than ${most} calls`)
  }
}

/** A decision that tells of each call of its functions. */
export const countCalls = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  onCall: () => void,
): Decision<C, S, E, R> => {
  const counted = withCallback(onCall)
  const { decide, evolve, isTerminal, reads, readsMore, tags } = decision
  return {
    ...decision,
    decide: counted(decide),
    evolve: counted(evolve),
    isTerminal: counted(isTerminal),
    reads: counted(reads),
    tags: counted(tags),
    ...(readsMore === undefined ? {} : { readsMore: counted(readsMore) }),
  }
}

const withCallback =
  (onCall: () => void) =>
  <A extends ReadonlyArray<unknown>, B>(f: (...args: A) => B) =>
  (...args: A): B => {
    onCall()
    return f(...args)
  }
