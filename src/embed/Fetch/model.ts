/**
 * What hooks of a server are given and give, and what goes wrong.
 *
 * @since 0.1.0
 */
import type { InvalidHookResult } from '../internal/invalidHookResult.ts'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Metadata } from '../../Recorded.ts'
import type {
  GivenUp,
  InvalidCommit,
  StoreUnavailable,
  Thrown,
  UndecodableEvent,
  UnencodableEvent,
} from '../../store/EventStore.ts'

/**
 * A failure that is the server's own: `GivenUp` where it took too long. Its client is told no more than
 * that.
 *
 * @category failures
 * @since 0.1.0
 */
export type ServerFault =
  | StoreUnavailable
  | UndecodableEvent
  | UnencodableEvent
  | InvalidCommit
  | InvalidHookResult
  | GivenUp
  | Thrown

/**
 * A failure that a hook answers a request with, as problem details have it (RFC 9457).
 *
 * @category failures
 * @since 0.1.0
 */
export interface FetchProblem {
  /** From 400 to 599; any other number is a fault of the server. A 401 needs the header `www-authenticate`. */
  readonly status: number
  readonly title: string
  /** A URI that names the kind of problem. Defaults to `about:blank`: no more than its status says. */
  readonly type?: string
  readonly detail?: string
  /** More fields of the answer, beside those above. */
  readonly data?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * What is known of a request when one of its commands is let in: the stream that it is for, and when it
 * happened and who asks, as the events will record it.
 *
 * @category model
 * @since 0.1.0
 */
export interface CommandContext {
  readonly request: Request
  readonly stream: string
  readonly metadata: Metadata
}

/**
 * Turns what a client sent into the command that the decider takes, or refuses it.
 *
 * @category model
 * @since 0.1.0
 */
export type CommandHook<in D, out C> = (
  decoded: D,
  context: CommandContext,
) => Either<FetchProblem, C> | Promise<Either<FetchProblem, C>>

/**
 * Decides whether whoever sent a request may read a stream: `Left` refuses it.
 *
 * @category model
 * @since 0.1.0
 */
export type ReadHook = (
  request: Request,
  stream: string,
) => Either<FetchProblem, unknown> | Promise<Either<FetchProblem, unknown>>
