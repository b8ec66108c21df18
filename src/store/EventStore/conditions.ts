/**
 * What must hold for a commit to be stored.
 *
 * @since 0.1.0
 */
import type { Query } from '../../Query.ts'
import type { Instant } from '../../Recorded.ts'

/**
 * Identifies a stored event, and with it the history before it. A version or a position alone does not: a
 * store that was restored from a backup, or that lost its last commits in a fail-over, reaches the same
 * numbers again with other events.
 *
 * @category model
 * @since 0.1.0
 */
export interface HistoryMark {
  readonly commitId: string
  /**
   * Not compared if left out: a writer that sends several commits without waiting for the answers knows only
   * the id of the commit before.
   */
  readonly position?: number | undefined
  /**
   * When the event was recorded. If a store is restored to an earlier moment and the last request is sent
   * again, its event gets the same commit id and position as before; only this differs. Not compared if left
   * out.
   */
  readonly recordedAt?: Instant | undefined
}

/**
 * What the writer expects of the stream: that it does not exist, that it holds exactly `version` events, or
 * nothing. With a `mark`, the event at that version must be the one that the mark identifies.
 *
 * @category model
 * @since 0.1.0
 */
export type ExpectedVersion =
  | { readonly type: 'NoStream' }
  | { readonly type: 'Exactly'; readonly version: number; readonly mark?: HistoryMark }
  | { readonly type: 'Any' }

/**
 * What must not have happened for a commit to be stored: an event that the query selects, after the position up
 * to which the writer has read. It fails, too, if the store holds fewer events than the writer has read.
 *
 * @category model
 * @since 0.1.0
 */
export interface AppendCondition {
  readonly query: Query
  /** The `end` of what was read. */
  readonly after: number
}
