/**
 * The requests that a handler takes, and its results.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Metadata, Recorded } from '../../Recorded.ts'
import type {
  AppendFailure,
  ExpectedVersion,
  Thrown,
  UnencodableCommand,
} from '../../store/EventStore.ts'

/**
 * Commands for one stream, accepted together or not at all, with their metadata. Once events are recorded
 * under its commit id, a request returns that outcome however often it is sent again; a request that
 * recorded nothing is decided again. Only the fingerprint ties the commit id to the commands: without one,
 * other commands under a used id return the first outcome, too.
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
   * The version that the sender knows, for example the one that a person saw before deciding. Defaults to
   * any version.
   */
  readonly expected?: ExpectedVersion
}

/**
 * The result of an accepted request: the events that it recorded (none if it changed nothing), and the state
 * and the version of the stream after them.
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
 * The decider rejected a command: which one (from 0), why, and at which version of the stream.
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
 * How handling a request can fail. The request wrote nothing, with three exceptions: after `StoreUnavailable`
 * on append, `GivenUp` with the outcome `Unknown`, and `Thrown`, it is unknown until the request is sent
 * again.
 *
 * @category failures
 * @since 0.1.0
 */
export type HandlerFailure<R> = Rejected<R> | Thrown | UnencodableCommand | AppendFailure

export type HandlerResult<S, E, R> = Either<HandlerFailure<R>, Outcome<S, E>>
