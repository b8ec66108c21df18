/**
 * A decider over HTTP: a function from a standard `Request` to a standard `Response`, for Hono,
 * `Deno.serve`, `Bun.serve`, Workers and Next. Each stream is a resource, and its version is the entity tag.
 *
 * `h` is `toFetchHandler(options)`, `c` the `commandHandler` of the same options, `s` a stream.
 *
 * Laws:
 *
 * 1. a POST to `s` responds with the result of `c` for the same commands, with the `Idempotency-Key` as
 *    the commit id; if it recorded events, sending it again gets the same response, otherwise it is
 *    decided again
 * 2. a GET of `s` responds with `stateAtVersion`, or with `stateAsOf` and the number of its events as the
 *    version; a GET of its history with all its events
 * 3. a request with `If-Match` or `If-None-Match` is accepted only at a version for which both hold
 *    (RFC 9110, 13.2.2); of several requests that expect the same version, one is accepted
 * 4. every request gets a response, and `h` never rejects; each failure of this library is a problem (RFC
 *    9457) whose `type` is `urn:decider-ts:` and its name; causes are not sent
 * 5. a HEAD is a GET without the body
 * 6. no command is decided and no stream is read unless the hooks `command` and `read` accept it
 * 7. once a request has recorded events, its key is refused with other commands or from another actor;
 *    commands are the same if the codec decodes them to the same
 * 8. every response is sent by the time limit, and the fault names what was running: reading the body, a
 *    hook, a function of the decider or a call of the store; if the request is aborted, its work ends
 * 9. a body of at most `maxBytes` is read before any response, also of a request that is refused for its headers or
 *    its path, so that hosts keep the connection for the client's next request; whoever sends more may find it closed
 *
 * | request                    | response                                      |
 * | -------------------------- | --------------------------------------------- |
 * | `POST {base}/{s}`          | `{ stream, version, state, events }`          |
 * | `GET {base}/{s}`           | `{ stream, version, state }`                  |
 * | `GET {base}/{s}?version=3` | the same, as it was at that version           |
 * | `GET {base}/{s}?asOf=…`    | the same, as it was at that instant           |
 * | `GET {base}/{s}/history`   | `{ stream, version, events }`; `?after=3`     |
 *
 * Decisions across streams name no stream: `toDecisionFetchHandler` takes their commands at one resource. Laws 1,
 * 4 and 6 to 9 hold for it with `decisionHandler` in the place of `c`; conditions on a version are refused.
 *
 * | request       | response                                                                     |
 * | ------------- | ---------------------------------------------------------------------------- |
 * | `POST {base}` | `{ stream, position, events }`, and `state` where the options show one       |
 *
 * @since 0.1.0
 */
import type { Codec } from '../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../codec/EventCodec.ts'
import type { Metadata } from '../Recorded.ts'
import type { Decider } from '../Decider.ts'
import type { Decision } from '../Decision.ts'
import type { RetryPolicy, StateCache } from '../shell/CommandHandler.ts'
import { commandHandler } from '../shell/CommandHandler.ts'
import { decisionHandler } from '../shell/DecisionHandler.ts'
import type { SnapshotOptions } from '../shell/Snapshots.ts'
import { withCodec } from '../store/Encoded.ts'
import type { EventStore } from '../store/EventStore.ts'
import type { DecisionWriting } from './Fetch/decide.ts'
import { writeDecision } from './Fetch/decide.ts'
import type { CommandHook, DecisionCommandHook, ReadHook, ServerFault } from './Fetch/model.ts'
export type { InvalidHookResult } from './internal/invalidHookResult.ts'
import type { StreamReading } from './Fetch/read.ts'
import { readStream } from './Fetch/read.ts'
import type { RespondingServer } from './Fetch/respond.ts'
import { respond, tellingOf } from './Fetch/respond.ts'
import { baseOf, faultAtBase, routeOf } from './Fetch/route.ts'
import { guardedStore } from './Fetch/answer.ts'
import type { StreamWriting } from './Fetch/write.ts'
import { writeCommands } from './Fetch/write.ts'
import { left, right } from '../internal/either.ts'

export type {
  CommandHook,
  DecisionCommandHook,
  FetchProblem,
  ReadHook,
  ServerFault,
} from './Fetch/model.ts'

/**
 * The options of `toFetchHandler`. `D` is what a client may send: the commands of the decider, or for
 * example commands without the time and the actor, which `command` adds.
 *
 * @category model
 * @since 0.1.0
 */
export type FetchOptions<C, S, E, R, D = C> = FetchParts<C, S, E, R, D> &
  ([D] extends [C]
    ? {
        /** Accepts, changes or refuses each decoded command. Defaults to accepting all. */
        readonly command?: CommandHook<D, C>
      }
    : {
        /** Turns what a client sent into a command, or refuses it. */
        readonly command: CommandHook<D, C>
      })

/** All options except `command`, which is optional only if clients send commands of the decider. */
interface FetchParts<in out C, in out S, in out E, in out R, in out D> {
  readonly decider: Decider<C, S, E, R>
  readonly store: EventStore<EncodedEvent>
  /** Decodes the body of a POST: one command, or each of an array, which is one batch. */
  readonly commands: Codec<D>
  /** Encodes events for the store and for responses. */
  readonly events: EventCodec<E>
  /** What a response shows of a state: a value that JSON can hold. */
  readonly state: (state: S) => unknown
  /**
   * The metadata of a request: when its commands happened, and who sent them. Nothing is taken from the
   * request unless this function does so, and it has to check what it takes: an instant or a name that
   * cannot be stored is a fault of the server. Defaults to the store's clock and no actor.
   */
  readonly metadata?: (request: Request, stream: string) => Metadata | Promise<Metadata>
  /** Accepts or refuses each GET and HEAD. Defaults to accepting all. */
  readonly read?: ReadHook
  /**
   * The commit id of a request without the header `Idempotency-Key`. Without this option such requests are
   * refused. An id that cannot be stored is a fault of the server.
   */
  readonly commitId?: (request: Request, stream: string) => string
  /**
   * The prefix of all paths, such as `/orders`. Defaults to none. Slashes around it do not matter;
   * `/my orders` and `/my%20orders` are the same.
   */
  readonly base?: string
  /** As in `commandHandler`. */
  readonly keepCommands?: EventCodec<NoInfer<C>>
  /** As in `commandHandler`. */
  readonly retry?: RetryPolicy
  /** As in `commandHandler`. */
  readonly cache?: () => StateCache<NoInfer<S>>
  /** As in `commandHandler`. */
  readonly optimistic?: boolean
  /** As in `commandHandler`. */
  readonly snapshots?: SnapshotOptions<NoInfer<S>>
  /** The maximum size of a body in bytes. Defaults to 100,000. */
  readonly maxBytes?: number
  /**
   * Milliseconds that a response may take; then it is a 503, or a 408 if the body has not arrived yet.
   * Defaults to 30,000.
   */
  readonly timeout?: number
  /** The status of a rejection, from 400 to 499; any other number becomes 422. Defaults to 422. */
  readonly rejectionStatus?: (rejection: R) => number
  /** What a response shows of a rejection. Defaults to the rejection itself. */
  readonly rejection?: (rejection: R) => unknown
  /** Called with each fault and its cause, for logging; no response waits for it. */
  readonly onFault?: (fault: ServerFault, request: Request) => void | Promise<void>
}

/**
 * A function from requests to responses; it never rejects.
 *
 * @category model
 * @since 0.1.0
 */
export type FetchHandler = (request: Request) => Promise<Response>

/**
 * Makes the handler of HTTP requests to the streams of a decider.
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
  // the type makes the hook optional only if every D is a C
  const { command = right as CommandHook<D, C> }: { readonly command?: CommandHook<D, C> } = options
  const server = serverOf(options, command)
  return (request) => respond(server, request)
}

/**
 * The options of `toDecisionFetchHandler`: those of `toFetchHandler` that are not about a stream.
 *
 * @category model
 * @since 0.1.0
 */
export type DecisionFetchOptions<C, S, E, R, D = C> = DecisionFetchParts<C, S, E, R, D> &
  ([D] extends [C]
    ? {
        /** Accepts, changes or refuses each decoded command. Defaults to accepting all. */
        readonly command?: DecisionCommandHook<D, C>
      }
    : {
        /** Turns what a client sent into a command, or refuses it. */
        readonly command: DecisionCommandHook<D, C>
      })

interface DecisionFetchParts<C, S, E, R, D> extends Omit<
  FetchParts<C, S, E, R, D>,
  'decider' | 'state' | 'metadata' | 'read' | 'commitId' | 'optimistic' | 'snapshots'
> {
  readonly decision: Decision<C, S, E, R>
  /** As in `decisionHandler`. */
  readonly stream: (command: NoInfer<C>) => string
  /** What a response shows of the state: of what was read, and the events. Defaults to nothing. */
  readonly state?: (state: S) => unknown
  /** As in `FetchOptions`. */
  readonly metadata?: (request: Request) => Metadata | Promise<Metadata>
  /** As in `FetchOptions`. */
  readonly commitId?: (request: Request) => string
}

/**
 * Makes the handler of HTTP requests to decisions: commands are posted to the base itself.
 *
 * @example
 *   import { codec, eventCodec } from 'decider-ts/codec/IoTs'
 *   import type { Decision } from 'decider-ts/Decision'
 *   import { toDecisionFetchHandler } from 'decider-ts/embed/Fetch'
 *   import { tag } from 'decider-ts/Query'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { left, right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   type Register = { readonly user: string; readonly name: string }
 *   type Registered = { readonly type: 'Registered'; readonly user: string; readonly name: string }
 *   const name = tag('name')
 *   const registration: Decision<Register, ReadonlySet<string>, Registered, 'Taken'> = {
 *     initialState: new Set(),
 *     reads: (command) => [{ types: ['Registered'], tags: [name(command.name)] }],
 *     tags: (event) => [name(event.name)],
 *     decide: (command, taken) =>
 *       taken.has(command.name) ? left('Taken') : right([{ type: 'Registered', ...command }]),
 *     evolve: (taken, event) => new Set([...taken, event.name]),
 *     isTerminal: () => false,
 *   }
 *   const handle = toDecisionFetchHandler({
 *     decision: registration,
 *     stream: ({ user }) => `user-${user}`,
 *     store: memoryStore(),
 *     commands: codec(t.readonly(t.type({ user: t.string, name: t.string }))),
 *     events: eventCodec({ Registered: { user: t.string, name: t.string } }),
 *     base: '/registrations',
 *   })
 *   const post = (key: string, user: string) =>
 *     handle(
 *       new Request('http://localhost/registrations', {
 *         method: 'POST',
 *         headers: { 'content-type': 'application/json', 'idempotency-key': key },
 *         body: JSON.stringify({ user, name: 'ada' }),
 *       }),
 *     )
 *   assert.strictEqual((await post('r1', 'u1')).status, 200)
 *   assert.strictEqual((await post('r2', 'u2')).status, 422)
 *   assert.strictEqual((await post('r1', 'u1')).status, 200)
 *
 * @category constructors
 * @since 0.1.0
 */
export const toDecisionFetchHandler = <C, S, E, R, D = C>(
  options: DecisionFetchOptions<C, S, E, R, D>,
): FetchHandler => {
  // the type makes the hook optional only if every D is a C
  const { command = right as DecisionCommandHook<D, C> }: { readonly command?: DecisionCommandHook<D, C> } = options // prettier-ignore
  const { decision, stream, commands, events, state, commitId, keepCommands, retry, cache } =
    options
  const { metadata = () => ({}), base = '', maxBytes = 100_000 } = options
  const store = guardedStore(options.store)
  const handle = decisionHandler<C, S, E, R>({
    decision,
    store,
    events,
    stream,
    ...(keepCommands && { keepCommands }),
    ...(retry && { retry }),
    ...(cache && { cache }),
  })
  const writing: DecisionWriting<D, C, S, E, R> = { handle, commands, command, events, state, metadata, commitId, maxBytes } // prettier-ignore
  const segments = baseOf(base)
  const server: RespondingServer<R> = {
    ...tellingOf(options),
    maxBytes,
    answer: async (request, limits) => {
      const fault = faultAtBase(segments, new URL(request.url).pathname, request.method)
      return fault === undefined ? writeDecision(writing, request, limits) : left(fault)
    },
  }
  return (request) => respond(server, request)
}

const serverOf = <D, C, S, E, R>(
  options: FetchParts<C, S, E, R, D>,
  command: CommandHook<D, C>,
): RespondingServer<R> => {
  const { decider, commands, events, state, read: mayRead, commitId } = options
  const { metadata = () => ({}), base = '', maxBytes = 100_000 } = options
  const encoded = guardedStore(options.store)
  const store = withCodec(events)(encoded)
  const handle = commandHandler<C, S, E, R>({ ...options, store: encoded, events })
  const reading: StreamReading<S, E> = { projection: decider, store, events, state, mayRead }
  const writing: StreamWriting<D, C, S, E, R> = { handle, store, commands, command, events, state, metadata, commitId, maxBytes } // prettier-ignore
  const segments = baseOf(base)
  return {
    ...tellingOf(options),
    maxBytes,
    answer: async (request, limits) => {
      const found = routeOf(segments, new URL(request.url).pathname, request.method)
      if (found._tag === 'Left') return found
      const { stream, resource, method } = found.right
      return method === 'POST'
        ? writeCommands(writing, request, stream, limits)
        : readStream(reading, request, stream, resource, limits)
    },
  }
}
