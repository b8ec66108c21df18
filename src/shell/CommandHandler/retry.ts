/**
 * How often, and after which pause, a request is retried after a version conflict.
 *
 * @since 0.1.0
 */

/**
 * How a request is retried after a version conflict.
 *
 * @category model
 * @since 0.1.0
 */
export interface RetryPolicy {
  /** The number of attempts, including the first. */
  readonly attempts: number
  /**
   * How many milliseconds to wait after an attempt, counted from 1. A policy can derive different pauses from
   * the commit id, so that two requests that conflicted do not conflict again; no randomness is needed. `took` is how
   * long attempts took lately, and given while other processes are known to write to the same stream: those give way,
   * so that a short pause suffices.
   */
  readonly pause: (attempt: number, commitId: string, took?: number) => number
  /**
   * How many milliseconds to wait after a request was accepted, while other processes write to the same stream:
   * the one that was first knows the state, so without a pause it would be first again and again. `took` is how
   * long attempts took lately. Defaults to no pause.
   */
  readonly giveWay?: (took: number, commitId: string) => number
}

/**
 * A number of attempts without pauses.
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
 * A number of attempts with pauses that double after each attempt, up to `longest`. Depending on the commit id,
 * a pause is up to half shorter, so that requests that conflicted do not come back together. While other processes write
 * to the same stream, a pause is no longer than so many attempts as were made.
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
  pause: (attempt, commitId, took = Infinity) => {
    const most = Math.min(options.longest, took * attempt)
    const whole = Math.min(options.shortest * 2 ** (attempt - 1), most)
    return whole * (0.5 + 0.5 * fractionOf(commitId, attempt))
  },
  // long enough for each of eight processes to be accepted at the second or third attempt
  giveWay: (took, commitId) =>
    Math.min(took * 6, options.longest) * (0.5 + fractionOf(commitId, 0)),
})

/**
 * The default: sixteen attempts with pauses of 5 to 500 ms, about five seconds in all. Requests of one handler
 * wait for each other and never conflict; retries are for conflicts with other processes.
 *
 * @category policies
 * @since 0.1.0
 */
export const patient: RetryPolicy = backoff({ attempts: 16, shortest: 5, longest: 500 })

/** A number from 0 to 1 that looks random: FNV-1a over the commit id and the attempt. */
const fractionOf = (commitId: string, attempt: number): number => {
  let hash = 0x81_1c_9d_c5 ^ attempt
  for (let i = 0; i < commitId.length; i++) {
    hash = Math.imul(hash ^ commitId.charCodeAt(i), 0x01_00_01_93)
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c_1b_3c_6d)
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32
}
