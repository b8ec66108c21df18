/**
 * Answers each request in time, with what a server makes of it, or with the problem that came up.
 *
 * @since 0.1.0
 */
import { left } from '../../internal/either.ts'
import { bounded, spanOf } from '../../shell/internal/bounded.ts'
import type { CallOptions } from '../../store/EventStore.ts'
import type { HttpAnswer, HttpResult } from './answer.ts'
import { bodyText } from './body.ts'
import type { FetchProblem, ServerFault } from './model.ts'
import type { FetchFailure } from './problem.ts'
import { problemOf } from './problem.ts'

/** See `FetchOptions`. */
interface AnswerOptions<in R> {
  readonly timeout?: number
  readonly rejectionStatus?: (rejection: R) => number
  readonly rejection?: (rejection: R) => unknown
  readonly onFault?: (fault: ServerFault, request: Request) => void | Promise<void>
}

/** What the answers to requests have in common. */
export interface RespondingServer<R> {
  readonly maxBytes: number
  readonly timeout: number
  readonly tell: (failure: FetchFailure<R>, request: Request) => FetchProblem
  readonly answer: (request: Request, limits: CallOptions) => Promise<HttpResult<R>>
}

/** How failures are told, by the options of a server. */
export const tellingOf = <R>(
  options: AnswerOptions<R>,
): Omit<RespondingServer<R>, 'answer' | 'maxBytes'> => {
  const { timeout = 30_000, onFault } = options
  const { rejectionStatus = () => 422, rejection = (own) => own } = options
  const rejections = { status: rejectionStatus, encode: rejection }
  return {
    timeout,
    tell: (failure, request) => {
      if (isFault(failure)) void quietly(() => onFault?.(failure, request))
      return problemOf(failure, rejections)
    },
  }
}

/** An exception in `onFault` is not another fault. */
const quietly = async (run: () => unknown): Promise<void> => {
  try {
    await run()
  } catch {
    // there is nowhere to report it
  }
}

const isFault = <R>(failure: FetchFailure<R>): failure is ServerFault => {
  switch (failure.type) {
    case 'StoreUnavailable':
    case 'StoreBusy':
    case 'UndecodableEvent':
    case 'UnencodableEvent':
    case 'UnencodableCommand':
    case 'InvalidCommit':
    case 'InvalidHookResult':
    case 'Thrown':
      return true
    case 'GivenUp':
      // a client that went away or did not send its whole body is at fault
      return failure.reason === 'TimedOut' && failure.operation !== 'body'
    default:
      return false
  }
}

export const respond = async <R>(
  server: RespondingServer<R>,
  request: Request,
): Promise<Response> => {
  const fail = (failure: FetchFailure<R>): Response =>
    responseOf(request, problemAnswer(server.tell(failure, request)))
  const span = spanOf({ signal: request.signal, timeout: server.timeout })
  const result = async (): Promise<HttpResult<R>> => {
    try {
      return span.told(await server.answer(request, span.options))
    } catch (cause) {
      return left({ type: 'Thrown', cause })
    }
  }
  try {
    const answered = await result()
    await readUnread(server, request, span.options)
    return answered._tag === 'Right' ? responseOf(request, answered.right) : fail(answered.left)
  } catch (cause) {
    return fail({ type: 'Thrown', cause })
  } finally {
    span.end()
  }
}

/**
 * Reads what the client still sends of a body that nobody asked for. Hosts may close a connection on which a body was
 * left unread, and the next request of a client that keeps its connections open would fail. A body that is too
 * long stays unread, and one that does not arrive is waited for until the time limit.
 */
const readUnread = async <R>(
  { maxBytes }: RespondingServer<R>,
  request: Request,
  limits: CallOptions,
): Promise<void> => {
  if (request.body === null || request.bodyUsed || request.body.locked) return
  await bounded('body', limits, () => bodyText(request, maxBytes, limits.signal ?? request.signal))
}

const problemAnswer = ({
  type,
  status,
  title,
  detail,
  data,
  headers,
}: FetchProblem): HttpAnswer => ({
  status,
  headers: { ...headers, 'content-type': 'application/problem+json' },
  body: { ...data, type, status, title, detail },
})

const responseOf = ({ method }: Request, { status, headers, body }: HttpAnswer): Response => {
  const fresh = { 'cache-control': 'no-cache', ...headers }
  if (body === undefined) return new Response(null, { status, headers: fresh })
  const text = JSON.stringify(body)
  const typed = { 'content-type': 'application/json', ...fresh }
  return new Response(method === 'HEAD' ? null : text, { status, headers: typed })
}
