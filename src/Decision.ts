/**
 * A decision is a decider over the whole log that says which events a command depends on. A handler reads
 * only those, and appends only if nothing that matches the query was stored since. So one rule may span
 * streams: a student joins at most ten courses, and a course has thirty seats.
 *
 * @since 0.1.0
 */
import type { Decider } from './Decider.ts'
import type { Query, Tag } from './Query.ts'

/**
 * A decider over the whole log, with what its commands read and how its events are found again. Its functions
 * are called without a receiver.
 *
 * Deciding on what a command reads has to be the same as deciding on everything (V0).
 *
 * @category model
 * @since 0.1.0
 */
export interface Decision<in C, in out S, in out E, out R> extends Decider<C, S, E, R> {
  /** The events that the command depends on. */
  readonly reads: (command: C) => Query
  /**
   * Further events that the command depends on, where only the state tells which: the state that follows from
   * what `reads` matches. Both are then read anew, as one query. Defaults to `nothing`.
   */
  readonly readsMore?: (command: C, state: S) => Query
  /** Under which tags an event is found, in any order, without repeats. */
  readonly tags: (event: E) => ReadonlyArray<Tag>
  /**
   * The type that an event has in queries, which is the one that its codec stores it under. Defaults to its
   * field `type`.
   */
  readonly typeOf?: (event: E) => string
}
