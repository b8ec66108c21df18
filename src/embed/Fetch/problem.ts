/**
 * Maps every failure to a status and problem details (RFC 9457). Causes are not sent to clients.
 *
 * @since 0.1.0
 */
import type { Issue } from '../../codec/Codec.ts'
import { issuesAsData } from '../internal/showing.ts'
import type { HandlerFailure } from '../../shell/CommandHandler.ts'
import type { DecisionFailure } from '../../shell/DecisionHandler.ts'
import type { LoadFailure } from '../../store/EventStore.ts'
import type { InvalidHookResult } from '../internal/invalidHookResult.ts'
import type { FetchProblem } from './model.ts'

/**
 * A query parameter that is invalid.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidQuery {
  readonly type: 'InvalidQuery'
  readonly parameter: string
  readonly expected: string
}

/**
 * Failures that are found before anything is decided.
 *
 * @category failures
 * @since 0.1.0
 */
export type RequestFailure =
  | InvalidQuery
  | { readonly type: 'UnknownPath' }
  | { readonly type: 'MalformedPath' }
  | { readonly type: 'MethodNotAllowed'; readonly allow: string }
  | { readonly type: 'InvalidHeader'; readonly header: string; readonly expected: string }
  | { readonly type: 'MissingIdempotencyKey' }
  | { readonly type: 'UnsupportedMediaType' }
  | { readonly type: 'UnsupportedContentEncoding' }
  | { readonly type: 'BodyTooLarge'; readonly limit: number }
  | { readonly type: 'UnreadableBody' }
  | { readonly type: 'MalformedJson' }
  | { readonly type: 'Refused'; readonly problem: FetchProblem }
  | { readonly type: 'InvalidCommand'; readonly issues: ReadonlyArray<Issue> }
  | { readonly type: 'StreamNotFound'; readonly stream: string }
  | {
      readonly type: 'VersionNotFound'
      readonly stream: string
      readonly version: number
      readonly actual: number
    }
  | { readonly type: 'PreconditionFailed'; readonly stream: string; readonly actual: number }

/**
 * Every failure of a request.
 *
 * @category failures
 * @since 0.1.0
 */
export type FetchFailure<R> =
  | RequestFailure
  | InvalidHookResult
  | LoadFailure
  | HandlerFailure<R>
  | DecisionFailure<R>

/**
 * How rejections are sent.
 *
 * @category model
 * @since 0.1.0
 */
export interface RejectionEncoding<in R> {
  readonly status: (rejection: R) => number
  readonly encode: (rejection: R) => unknown
}

type FailureType = FetchFailure<never>['type']

type ProblemMakers = {
  readonly [K in Exclude<FailureType, 'Rejected' | 'Refused'>]: (
    failure: Extract<FetchFailure<never>, { readonly type: K }>,
  ) => FetchProblem
}

/** Limits the response to a small request. */
const maxShownIssues = 20

const shownIssues = (issues: ReadonlyArray<Issue>): unknown =>
  issuesAsData(issues.slice(0, maxShownIssues))

const bad = (title: string, detail: string, data: FetchProblem['data'] = {}) => ({
  status: 400,
  title,
  detail,
  data,
})

const serverError = (title: string, detail: string, data: FetchProblem['data'] = {}) => ({
  status: 500,
  title,
  detail,
  data,
})

const problemMakers: ProblemMakers = {
  UnknownPath: () => ({
    status: 404,
    title: 'Not found',
    detail: 'There is nothing at this path.',
  }),
  MalformedPath: () =>
    bad(
      'Malformed path',
      'The path is not percent-encoded UTF-8, or its name of a stream is not valid.',
    ),
  MethodNotAllowed: ({ allow }) => ({
    status: 405,
    title: 'Method not allowed',
    detail: `The methods of this resource are: ${allow}.`,
    headers: { allow },
  }),
  InvalidQuery: ({ parameter, expected }) =>
    bad('Invalid query', `The parameter ${parameter} must be ${expected}.`, {
      parameter,
      expected,
    }),
  InvalidHeader: ({ header, expected }) =>
    bad('Invalid header', `The header ${header} must be ${expected}.`, { header, expected }),
  MissingIdempotencyKey: () =>
    bad(
      'Missing idempotency key',
      'A command needs the header Idempotency-Key, which identifies it if it is sent again.',
    ),
  UnsupportedMediaType: () => ({
    status: 415,
    title: 'Unsupported media type',
    detail: 'The body must be application/json in UTF-8.',
    headers: { accept: 'application/json' },
  }),
  // the header in the response tells the reason (RFC 9110, 12.5.3)
  UnsupportedContentEncoding: () => ({
    status: 415,
    title: 'Unsupported content encoding',
    detail: 'The body must not be compressed.',
    headers: { 'accept-encoding': 'identity' },
  }),
  BodyTooLarge: ({ limit }) => ({
    status: 413,
    title: 'Body too large',
    detail: `The body must be at most ${limit} bytes long.`,
    data: { limit },
  }),
  UnreadableBody: () => bad('Unreadable body', 'The body is incomplete, or it is not UTF-8.'),
  MalformedJson: () => bad('Malformed JSON', 'The body is not valid JSON.'),
  InvalidCommand: ({ issues }) =>
    bad('Invalid command', 'The body is not a valid command.', {
      issues: shownIssues(issues),
    }),
  StreamNotFound: ({ stream }) => ({
    status: 404,
    title: 'Stream not found',
    detail: 'There are no events under this name.',
    data: { stream },
  }),
  VersionNotFound: ({ stream, version, actual }) => ({
    status: 404,
    title: 'Version not found',
    detail: 'The stream does not have this version yet.',
    data: { stream, version, actual },
  }),
  PreconditionFailed: ({ stream, actual }) => ({
    status: 412,
    title: 'Precondition failed',
    detail: 'The stream is not at the version that the request expects.',
    data: { stream, actual },
  }),
  VersionConflict: ({ stream, actual }) => ({
    status: 409,
    title: 'Version conflict',
    detail:
      'Other requests came first in every attempt. Nothing was recorded; the request may be sent again.',
    data: { stream, actual },
  }),
  AppendConditionFailed: ({ stream, position }) => ({
    status: 409,
    title: 'Decided on outdated events',
    detail:
      'Other requests came first in every attempt. Nothing was recorded; the request may be sent again.',
    data: { stream, position },
  }),
  CommitIdTaken: ({ commitId }) => ({
    status: 422,
    title: 'Idempotency key in use',
    detail: 'The idempotency key belongs to a request to another stream.',
    data: { commitId },
  }),
  CommitIdReused: ({ stream, commitId }) => ({
    status: 422,
    title: 'Idempotency key reused',
    detail: 'The idempotency key was used before, for a request with other commands.',
    data: { stream, commitId },
  }),
  // what a client controls was checked before, so the server is at fault
  InvalidCommit: ({ stream }) =>
    serverError('Invalid commit', 'The command led to a commit that cannot be stored.', { stream }),
  InvalidHookResult: () =>
    serverError('Internal error', 'The server could not process this request.'),
  StoreUnavailable: () => ({
    status: 503,
    title: 'Store unavailable',
    detail:
      'The store did not answer. The request may be sent again under the same idempotency key.',
    headers: { 'retry-after': '1' },
  }),
  StoreBusy: () => ({
    status: 503,
    title: 'Store busy',
    detail:
      'Too many requests are waiting. Nothing was recorded; the request may be sent again later.',
    headers: { 'retry-after': '1' },
  }),
  GivenUp: ({ operation }) => ({
    // the sender is responsible for a stalled body
    status: operation === 'body' ? 408 : 503,
    title: 'Given up',
    detail: 'The request took too long. It may be sent again under the same idempotency key.',
    headers: operation === 'body' ? {} : { 'retry-after': '1' },
  }),
  UndecodableEvent: ({ stream, version }) =>
    serverError('Undecodable event', 'An event of this stream cannot be decoded.', {
      stream,
      version,
    }),
  UnencodableEvent: ({ stream }) =>
    serverError('Unencodable event', 'The command led to an event that cannot be encoded.', {
      stream,
    }),
  UnencodableCommand: ({ stream }) =>
    serverError('Unencodable command', 'The command cannot be encoded.', { stream }),
  Thrown: () =>
    serverError(
      'Internal error',
      'Something failed unexpectedly. The request may be sent again under the same idempotency key.',
    ),
}

/** The user's status for a rejection; 422 if it is not valid. */
const statusOf = (status: number): number =>
  Number.isInteger(status) && status >= 400 && status <= 499 ? status : 422

export const problemOf = <R>(
  failure: FetchFailure<R>,
  rejections: RejectionEncoding<R>,
): FetchProblem => {
  if (failure.type === 'Refused') return failure.problem
  const type = `urn:decider-ts:${failure.type}`
  if (failure.type === 'Rejected') {
    const { stream, index, rejection } = failure
    const told = { index, rejection: rejections.encode(rejection) }
    const isOfStream = 'version' in failure
    return {
      type,
      status: statusOf(rejections.status(rejection)),
      title: 'Command rejected',
      detail: isOfStream
        ? 'The decider rejected a command on the current state of the stream.'
        : 'The decision rejected a command on the current state of what it depends on.',
      data: isOfStream
        ? { stream, version: failure.version, ...told }
        : { stream, position: failure.position, ...told },
    }
  }
  // each entry takes the failures of its key
  const tell = problemMakers[failure.type] as (failure: FetchFailure<R>) => FetchProblem
  return { ...tell(failure), type }
}
