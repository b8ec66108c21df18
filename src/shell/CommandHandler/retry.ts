/**
 * How often, and after which pause, a request that met a version conflict is tried again.
 *
 * @since 0.1.0
 */

/**
 * How a request that met a version conflict is tried again.
 *
 * @category model
 * @since 0.1.0
 */
export interface RetryPolicy {
  /** How often it is tried in all, the first time included. */
  readonly attempts: number
  /**
   * How many milliseconds to wait after the n-th attempt, n from 1. The commit id is there so that
   * requests that met in one conflict need not meet in the next: a policy can spread them by it
   * without a source of randomness.
   */
  readonly pause: (attempt: number, commitId: string) => number
}

/**
 * Tries so many times, without a pause.
 *
 * @example
 *   import { immediate } from 'decider-ts/shell/CommandHandler'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual([immediate(3).attempts, immediate(3).pause(1, 'c1')], [3, 0])
 *
 * @category policies
 * @since 0.1.0
 */
export const immediate = (attempts: number): RetryPolicy => ({ attempts, pause: () => 0 })

/**
 * Tries so many times, and waits up to twice as long after each attempt as after the one before, up
 * to a longest pause. Of that time it waits between half and all, by the commit id, so that requests
 * that were refused together do not come back together.
 *
 * @example
 *   import { backoff } from 'decider-ts/shell/CommandHandler'
 *   import assert from 'node:assert'
 *
 *   const policy = backoff({ attempts: 5, shortest: 10, longest: 50 })
 *   const pauses = [1, 2, 3, 4].map((attempt) => policy.pause(attempt, 'c1'))
 *   assert.ok(pauses.every((pause, i) => pause >= [5, 10, 20, 25][i]! && pause <= [10, 20, 40, 50][i]!))
 *
 * @category policies
 * @since 0.1.0
 */
export const backoff = (options: {
  readonly attempts: number
  /** Milliseconds. */
  readonly shortest: number
  /** Milliseconds. */
  readonly longest: number
}): RetryPolicy => ({
  attempts: options.attempts,
  pause: (attempt, commitId) => {
    const whole = Math.min(options.shortest * 2 ** (attempt - 1), options.longest)
    return whole * (0.5 + 0.5 * fractionOf(commitId, attempt))
  },
})

/**
 * What a handler does that is given no policy: sixteen attempts with pauses of 5 to 500 ms, some five
 * seconds in all. Requests that go through one handler wait for their turn and do not meet in
 * conflicts; this is for those of other processes.
 *
 * @category policies
 * @since 0.1.0
 */
export const patient: RetryPolicy = backoff({ attempts: 16, shortest: 5, longest: 500 })

/** A number from 0 up to 1 that looks drawn: FNV-1a over the commit id and the attempt. */
const fractionOf = (commitId: string, attempt: number): number => {
  let hash = 0x81_1c_9d_c5 ^ attempt
  for (let i = 0; i < commitId.length; i++) {
    hash = Math.imul(hash ^ commitId.charCodeAt(i), 0x01_00_01_93)
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c_1b_3c_6d)
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32
}
