/**
 * The hooks of a server, and its failures.
 *
 * @since 0.1.0
 */
import type { InvalidHookResult } from '../internal/invalidHookResult.ts'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Metadata } from '../../Recorded.ts'
import type {
  GivenUp,
  InvalidCommit,
  StoreBusy,
  StoreUnavailable,
  Thrown,
  UndecodableEvent,
  UnencodableCommand,
  UnencodableEvent,
} from '../../store/EventStore.ts'

/**
 * A failure of the server. Clients learn its name only. `GivenUp`: the time limit was reached.
 *
 * @category failures
 * @since 0.1.0
 */
export type ServerFault =
  | StoreUnavailable
  | StoreBusy
  | UndecodableEvent
  | UnencodableEvent
  | UnencodableCommand
  | InvalidCommit
  | InvalidHookResult
  | GivenUp
  | Thrown

/**
 * A hook's refusal of a request, in the form of problem details (RFC 9457).
 *
 * @category failures
 * @since 0.1.0
 */
export interface FetchProblem {
  /** From 400 to 599; any other status is a fault of the server. A 401 needs the header `www-authenticate`. */
  readonly status: number
  readonly title: string
  /** A URI that names the kind of problem. Defaults to `about:blank`, which adds nothing to the status. */
  readonly type?: string
  readonly detail?: string
  /** Further fields of the response body. */
  readonly data?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * What the hook `command` knows of a request: its stream, and the metadata that its events will have.
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
 * Turns what a client sent into a command of the decider, or refuses it.
 *
 * @category model
 * @since 0.1.0
 */
export type CommandHook<in D, out C> = (
  decoded: D,
  context: CommandContext,
) => Either<FetchProblem, C> | Promise<Either<FetchProblem, C>>

/**
 * As `CommandHook`, for a request that names no stream.
 *
 * @category model
 * @since 0.1.0
 */
export type DecisionCommandHook<in D, out C> = (
  decoded: D,
  context: Omit<CommandContext, 'stream'>,
) => Either<FetchProblem, C> | Promise<Either<FetchProblem, C>>

/**
 * Decides whether a request may read a stream; `Left` refuses it.
 *
 * @category model
 * @since 0.1.0
 */
export type ReadHook = (
  request: Request,
  stream: string,
) => Either<FetchProblem, unknown> | Promise<Either<FetchProblem, unknown>>
