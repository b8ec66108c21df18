/**
 * The result of a check of a history.
 *
 * @since 0.1.0
 */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { CallCounts } from './calls.ts'
import type { HistoryViolation } from './violations.ts'

/**
 * A summary of what was checked. Look at it: a history in which nothing was refused or unknown proves little.
 *
 * @category model
 * @since 0.1.0
 */
export interface HistoryReport extends CallCounts {
  readonly events: number
  readonly commits: number
  readonly streams: number
  /** Commits in the log that were acknowledged to nobody. */
  readonly unacknowledged: number
  /** Conditions that the store told with its commits, if it was asked for them. */
  readonly conditions: number
}

/**
 * The laws that do not hold: the first violations of each type, and the total number.
 *
 * @category failures
 * @since 0.1.0
 */
export interface HistoryBroken {
  readonly type: 'HistoryBroken'
  readonly violations: ReadonlyNonEmptyArray<HistoryViolation>
  readonly total: number
  readonly report: HistoryReport
}
