/**
 * A decider over HTTP: a function from a standard `Request` to a standard `Response`, as Hono,
 * `Deno.serve`, `Bun.serve`, Workers and Next take it. A stream is a resource; its version is its
 * entity tag.
 *
 * `h` is `toFetchHandler(options)`, `c` the `commandHandler` of the same options, `s` a stream.
 *
 * Laws:
 *
 * 1. a POST to `s` answers what `c` gives for the same commands, under the id in `Idempotency-Key`;
 *    one that recorded events gets the same answer when it is sent again, any other is decided anew
 * 2. a GET of `s` answers `stateAtVersion`, or `stateAsOf` with the number of events that count as the
 *    version; a GET of its history, all its events
 * 3. a request with `If-Match` or `If-None-Match` is accepted only at a version for which both hold
 *    (RFC 9110, 13.2.2); of many that expect one version, one is accepted
 * 4. every request is answered, and `h` never rejects; a failure of ours is a problem (RFC 9457) whose
 *    `type` is `urn:decider-ts:` and its name; no cause goes out
 * 5. a HEAD is a GET without its body
 * 6. no command is decided, and no stream read, that the hooks `command` and `read` did not let in
 * 7. a key whose request recorded events is refused with other commands, and from another actor; commands
 *    are other ones where the codec decodes them to others
 * 8. every answer is there by the time limit, and the fault names what was running then: reading the body,
 *    a hook, a function of the decider, a call of the store; where the request is aborted, its work ends
 *
 * | request                    | answer                                        |
 * | -------------------------- | --------------------------------------------- |
 * | `POST {base}/{s}`          | `{ stream, version, state, events }`          |
 * | `GET {base}/{s}`           | `{ stream, version, state }`                  |
 * | `GET {base}/{s}?version=3` | the same, as it was at that version           |
 * | `GET {base}/{s}?asOf=…`    | the same, as it was at that instant           |
 * | `GET {base}/{s}/history`   | `{ stream, version, events }`; `?after=3`     |
 *
 * @since 0.1.0
 */
import type { Codec } from '../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../codec/EventCodec.ts'
import type { Metadata } from '../Recorded.ts'
import type { Decider } from '../Decider.ts'
import type { RetryPolicy, StateCache } from '../shell/CommandHandler.ts'
import { commandHandler } from '../shell/CommandHandler.ts'
import { withCodec } from '../store/Encoded.ts'
import { spanOf } from '../shell/internal/bounded.ts'
import type { CallOptions, EventStore } from '../store/EventStore.ts'
import type { CommandHook, ServerFault, FetchProblem, ReadHook } from './Fetch/model.ts'
export type { InvalidHookResult } from './internal/invalidHookResult.ts'
import type { Failure } from './Fetch/problem.ts'
import { problemOf } from './Fetch/problem.ts'
import type { StreamReading } from './Fetch/read.ts'
import { readStream } from './Fetch/read.ts'
import { baseOf, routeOf } from './Fetch/route.ts'
import type { HttpAnswer, Answered } from './Fetch/answer.ts'
import { guardedStore } from './Fetch/answer.ts'
import type { StreamWriting } from './Fetch/write.ts'
import { writeCommands } from './Fetch/write.ts'
import { right } from '../internal/either.ts'

export type { CommandHook, FetchProblem, ReadHook, ServerFault } from './Fetch/model.ts'

/**
 * What a handler of HTTP requests is put together from. `D` is what a client may send: the commands
 * of the decider, or less, such as commands without the time and the actor, which `command` adds.
 *
 * @category model
 * @since 0.1.0
 */
export type FetchOptions<C, S, E, R, D = C> = FetchParts<C, S, E, R, D> &
  ([D] extends [C]
    ? {
        /** Lets each decoded command in, changes it or refuses it. Lets all in by default. */
        readonly command?: CommandHook<D, C>
      }
    : {
        /** Makes a command of what a client sent, or refuses it. */
        readonly command: CommandHook<D, C>
      })

/** All options except `command`, which is optional only if clients send commands of the decider. */
interface FetchParts<in out C, in out S, in out E, in out R, in out D> {
  readonly decider: Decider<C, S, E, R>
  readonly store: EventStore<EncodedEvent>
  /** Of the body of a POST: one command, or an array of them as one batch. */
  readonly commands: Codec<D>
  /** How events are stored, and how they go out. */
  readonly events: EventCodec<E>
  /** How a state goes out: as a value that JSON can hold. */
  readonly state: (state: S) => unknown
  /**
   * What the server says of the commands of a request: when they happened, and who asked. Nothing of
   * it comes from the client, unless this function takes it from the request; it answers for what it
   * takes: an instant or a name that can't be stored is a fault of the server. Defaults to the store's clock,
   * and nobody.
   */
  readonly metadata?: (request: Request, stream: string) => Metadata | Promise<Metadata>
  /** Lets each GET and HEAD in, or refuses it. Lets all in by default. */
  readonly read?: ReadHook
  /**
   * The commit id of a request without the header `Idempotency-Key`. Such a request is refused if
   * this is left out. One that can't be stored is a fault of the server.
   */
  readonly commitId?: (request: Request, stream: string) => string
  /**
   * What the paths of all streams begin with, such as `/orders`. Defaults to nothing. With or without
   * slashes around it; `/my orders` and `/my%20orders` are the same.
   */
  readonly base?: string
  /** As in `commandHandler`. */
  readonly retry?: RetryPolicy
  /** As in `commandHandler`. */
  readonly cache?: () => StateCache<NoInfer<S>>
  /** As in `commandHandler`. */
  readonly optimistic?: boolean
  /** How many bytes a body may have. Defaults to 100,000. */
  readonly maxBytes?: number
  /**
   * How many milliseconds an answer may take; after that it is a 503, or a 408 where the body has not
   * arrived yet. Defaults to 30,000.
   */
  readonly timeout?: number
  /** The status of a rejection, from 400 to 499. Defaults to 422, as does any other number. */
  readonly rejectionStatus?: (rejection: R) => number
  /** How a rejection goes out. Defaults to the rejection as it is. */
  readonly rejection?: (rejection: R) => unknown
  /** Is told of each fault with its cause, to log it; no answer waits for it. */
  readonly onFault?: (fault: ServerFault, request: Request) => void | Promise<void>
}

/**
 * From requests to responses; it never rejects.
 *
 * @category model
 * @since 0.1.0
 */
export type FetchHandler = (request: Request) => Promise<Response>

/**
 * The handler of HTTP requests to the streams of a decider.
 *
 * @example
 *   import { toFetchHandler } from 'decider-ts/embed/Fetch'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const handle = toFetchHandler({
 *     decider,
 *     store: memoryStore(),
 *     commands: orderCommandCodec,
 *     events: orderEventCodec,
 *     state: (order) => order,
 *     base: '/orders',
 *   })
 *   const post = (body: unknown) =>
 *     handle(
 *       new Request('http://localhost/orders/10248', {
 *         method: 'POST',
 *         headers: { 'content-type': 'application/json', 'idempotency-key': 'create-10248' },
 *         body: JSON.stringify(body),
 *       }),
 *     )
 *
 *   const created = await post({ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' })
 *   assert.strictEqual(created.status, 200)
 *   assert.match(created.headers.get('etag') ?? '', /^"1\./)
 *
 *   const refused = await post({ type: 'CreateOrder', customerId: 'VINET' })
 *   assert.strictEqual(refused.status, 400)
 *   assert.strictEqual(refused.headers.get('content-type'), 'application/problem+json')
 *
 * @category constructors
 * @since 0.1.0
 */
export const toFetchHandler = <C, S, E, R, D = C>(
  options: FetchOptions<C, S, E, R, D>,
): FetchHandler => {
  // the type lets the hook be left out only where every D is a C
  const { command = right as CommandHook<D, C> }: { readonly command?: CommandHook<D, C> } = options
  const server = serverOf(options, command)
  return (request) => respond(server, request)
}

interface Server<in out D, in out C, in out S, in out E, in out R> {
  readonly base: ReadonlyArray<string>
  readonly reading: StreamReading<S, E>
  readonly writing: StreamWriting<D, C, S, E, R>
  readonly timeout: number
  readonly tell: (failure: Failure<R>, request: Request) => FetchProblem
}

const serverOf = <D, C, S, E, R>(
  options: FetchParts<C, S, E, R, D>,
  command: CommandHook<D, C>,
): Server<D, C, S, E, R> => {
  const { decider, commands, events, state, read: mayRead, commitId } = options
  const { metadata = () => ({}) } = options
  const { base = '', maxBytes = 100_000, timeout = 30_000, onFault } = options
  const { rejectionStatus = () => 422, rejection = (own) => own } = options
  const encoded = guardedStore(options.store)
  const store = withCodec(events)(encoded)
  const handle = commandHandler<C, S, E, R>({ ...options, store: encoded, events })
  const rejections = { status: rejectionStatus, encode: rejection }
  return {
    base: baseOf(base),
    timeout,
    reading: { projection: decider, store, events, state, mayRead },
    writing: { handle, store, commands, command, events, state, metadata, commitId, maxBytes },
    tell: (failure, request) => {
      if (isFault(failure)) void quietly(() => onFault?.(failure, request))
      return problemOf(failure, rejections)
    },
  }
}

/** Whoever is told of a fault does not make it another one. */
const quietly = async (run: () => unknown): Promise<void> => {
  try {
    await run()
  } catch {
    // there is nobody left to tell
  }
}

const isFault = <R>(failure: Failure<R>): failure is ServerFault => {
  switch (failure.type) {
    case 'StoreUnavailable':
    case 'UndecodableEvent':
    case 'UnencodableEvent':
    case 'InvalidCommit':
    case 'InvalidHookResult':
    case 'Thrown':
      return true
    case 'GivenUp':
      // whoever went away, or did not send what was announced, is at fault
      return failure.reason === 'TimedOut' && failure.operation !== 'body'
    default:
      return false
  }
}

const respond = async <D, C, S, E, R>(
  server: Server<D, C, S, E, R>,
  request: Request,
): Promise<Response> => {
  const fail = (failure: Failure<R>): Response =>
    responseOf(request, problemAnswer(server.tell(failure, request)))
  const span = spanOf({ signal: request.signal, timeout: server.timeout })
  try {
    const result = span.told(await route(server, request, span.options))
    return result._tag === 'Right' ? responseOf(request, result.right) : fail(result.left)
  } catch (cause) {
    return fail({ type: 'Thrown', cause })
  } finally {
    span.end()
  }
}

const route = async <D, C, S, E, R>(
  { base, reading, writing }: Server<D, C, S, E, R>,
  request: Request,
  limits: CallOptions,
): Promise<Answered<R>> => {
  const { pathname } = new URL(request.url)
  const found = routeOf(base, pathname, request.method)
  if (found._tag === 'Left') return found
  const { stream, resource, method } = found.right
  return method === 'POST'
    ? writeCommands(writing, request, stream, limits)
    : readStream(reading, request, stream, resource, limits)
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
