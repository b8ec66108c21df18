/**
 * What a handler is asked, and what it answers.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Metadata, Recorded } from '../../Recorded.ts'
import type { AppendFailure, ExpectedVersion, Thrown } from '../../store/EventStore.ts'

/**
 * Commands for one stream, accepted together or not at all, with what they say about themselves. The
 * commit id is the request's own: once events are recorded under it, the request gets that outcome however
 * often it is sent again; a request that recorded nothing is decided anew. Only the fingerprint ties the id
 * to the commands: without one, other commands under a used id get the first outcome, too.
 *
 * @category model
 * @since 0.1.0
 */
export interface CommandRequest<out C> extends Metadata {
  readonly stream: string
  readonly commitId: string
  readonly commands: ReadonlyNonEmptyArray<C>
  /** Identifies the content; the same commit id with another fingerprint is `CommitIdReused`. */
  readonly fingerprint?: string | undefined
  /**
   * What the sender believes of the stream, as one who shows a version to a person and sends what
   * that person decided on it. Defaults to anything.
   */
  readonly expected?: ExpectedVersion
}

/**
 * What an accepted request led to: the events it recorded (none where it changed nothing), and the
 * state and the version of the stream after them.
 *
 * @category model
 * @since 0.1.0
 */
export interface Outcome<out S, out E> {
  readonly stream: string
  readonly version: number
  readonly state: S
  readonly events: ReadonlyArray<Recorded<E>>
}

/**
 * A command was refused by the decider: which one (from 0) and why, at which version of the stream.
 *
 * @category failures
 * @since 0.1.0
 */
export interface Rejected<out R> {
  readonly type: 'Rejected'
  readonly stream: string
  readonly version: number
  readonly index: number
  readonly rejection: R
}

/**
 * How handling a request fails. Whatever it is, this request wrote nothing, but for
 * `StoreUnavailable` on append, `GivenUp` with the outcome `Unknown`, and `Thrown`: what became of these
 * is unknown until the request is sent again.
 *
 * @category failures
 * @since 0.1.0
 */
export type HandlerFailure<R> = Rejected<R> | Thrown | AppendFailure

export type HandlerResult<S, E, R> = Either<HandlerFailure<R>, Outcome<S, E>>
