/**
 * The requests to a handler of decisions, and its results.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Decision } from '../../Decision.ts'
import type { Metadata, Recorded } from '../../Recorded.ts'
import type {
  AppendFailure,
  EventStore,
  Thrown,
  UnencodableCommand,
} from '../../store/EventStore.ts'
import type { RetryPolicy, StateCache } from '../CommandHandler.ts'

/**
 * Commands that are accepted together or not at all, with their metadata. A request names no stream, since the
 * decision says what its commands depend on. Once events are recorded under its commit id, sending it again returns
 * the same outcome; a request that recorded nothing is decided again.
 *
 * @category model
 * @since 0.1.0
 */
export interface DecisionRequest<out C> extends Metadata {
  readonly commitId: string
  readonly commands: ReadonlyNonEmptyArray<C>
  /** Identifies the content; the same commit id with another fingerprint is `CommitIdReused`. */
  readonly fingerprint?: string | undefined
}

/**
 * The result of an accepted request: the events that it recorded (none if it changed nothing), and the state
 * after them.
 *
 * @category model
 * @since 0.1.0
 */
export interface DecisionOutcome<out S, out E> {
  /** The stream that the events are in. */
  readonly stream: string
  /** The position of the last of the events or, without events, the position up to which the store was read. */
  readonly position: number
  /** The state after the events that the commands read and those that they led to. */
  readonly state: S
  readonly events: ReadonlyArray<Recorded<E>>
}

/**
 * The decision rejected a command: which one (from 0), why, and after which position of the store.
 *
 * @category failures
 * @since 0.1.0
 */
export interface DecisionRejected<out R> {
  readonly type: 'Rejected'
  readonly stream: string
  readonly position: number
  readonly index: number
  readonly rejection: R
}

/**
 * How handling a request fails. The request wrote nothing, with three exceptions: after `StoreUnavailable` on
 * append, `GivenUp` with the outcome `Unknown`, and `Thrown`, it is unknown until the request is sent again.
 *
 * @category failures
 * @since 0.1.0
 */
export type DecisionFailure<R> = DecisionRejected<R> | Thrown | UnencodableCommand | AppendFailure

export type DecisionResult<S, E, R> = Either<DecisionFailure<R>, DecisionOutcome<S, E>>

/** A request, with its encoded commands if they are to be kept. */
export interface GivenRequest<out C> extends DecisionRequest<C> {
  readonly encoded: ReadonlyNonEmptyArray<EncodedEvent> | undefined
}

/** The parts of a handler, with defaults. */
export interface DecisionParts<C, S, E, R> {
  readonly decision: Decision<C, S, E, R>
  readonly store: EventStore<E>
  readonly streamOf: (command: C) => string
  readonly retry: RetryPolicy
  /** States by query. */
  readonly cache: StateCache<S> | undefined
}
