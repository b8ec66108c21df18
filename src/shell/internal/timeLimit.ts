/**
 * Tells what was running when a time limit passed. Timers can't fire during synchronous work, such as a fold.
 * So each operation reports its end, and the first that ends after the limit is the one that was running.
 *
 * @since 0.1.0
 */

import type { GivenUp } from '../../store/EventStore.ts'

/** What may be running. */
export type RunningOperation = GivenUp['operation']

export interface TimeLimit {
  /** The abort reason of the signal when the limit passes. */
  readonly reason: { readonly type: 'TimedOut' }
  readonly end: number
  /** The enclosing limit. */
  readonly outer: TimeLimit | undefined
  passedIn: RunningOperation | undefined
}

const limits = new WeakMap<AbortSignal, TimeLimit>()

/** Registers a limit of some milliseconds from now under its signal. */
export const timeLimitOf = (
  signal: AbortSignal,
  milliseconds: number,
  outer: AbortSignal | undefined,
): TimeLimit => {
  const limit: TimeLimit = {
    reason: { type: 'TimedOut' },
    end: performance.now() + milliseconds,
    outer: outer && limits.get(outer),
    passedIn: undefined,
  }
  limits.set(signal, limit)
  return limit
}

/** Reports the end of an operation to the limits of its signal. */
export const worked = (signal: AbortSignal | undefined, work: RunningOperation): void => {
  if (signal === undefined) return
  for (let limit = limits.get(signal); limit !== undefined; limit = limit.outer) {
    if (limit.passedIn === undefined && performance.now() >= limit.end) limit.passedIn = work
  }
}

/** The reason of a limit that has passed, even if its timer could not fire yet. */
export const overdue = (signal: AbortSignal | undefined): TimeLimit['reason'] | undefined => {
  if (signal === undefined) return undefined
  for (let limit = limits.get(signal); limit !== undefined; limit = limit.outer) {
    if (performance.now() >= limit.end) return limit.reason
  }
  return undefined
}
