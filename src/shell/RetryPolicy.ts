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
  /** How many milliseconds to wait after the n-th attempt, n from 1. */
  readonly pause: (attempt: number) => number
}

/**
 * Tries so many times, without a pause.
 *
 * @example
 *   import { immediate } from 'decider-ts/shell/RetryPolicy'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual([immediate(3).attempts, immediate(3).pause(1)], [3, 0])
 *
 * @category policies
 * @since 0.1.0
 */
export const immediate = (attempts: number): RetryPolicy => ({ attempts, pause: () => 0 })

/**
 * Tries so many times, and waits twice as long after each attempt as after the one before, up to a
 * longest pause.
 *
 * @example
 *   import { backoff } from 'decider-ts/shell/RetryPolicy'
 *   import assert from 'node:assert'
 *
 *   const policy = backoff({ attempts: 5, shortest: 10, longest: 50 })
 *   assert.deepStrictEqual([1, 2, 3, 4].map(policy.pause), [10, 20, 40, 50])
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
  pause: (attempt) => Math.min(options.shortest * 2 ** (attempt - 1), options.longest),
})
