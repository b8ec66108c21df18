/**
 * The thinnest shell around a decider: load, replay, decide, append, and again where another writer
 * came first.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection.
 *
 * Laws:
 *
 * 1. what was committed at version `v` is exactly `decide` on the state at `v`
 * 2. `Right([])` writes nothing
 * 3. a failed attempt writes nothing
 * 4. the same commit id twice gives the first outcome, once; an outcome that wrote nothing leaves no
 *    trace, and is decided anew
 * 5. a batch is one commit: each command is decided on what the ones before it led to, and one
 *    rejection refuses them all
 * 6. a conflict is decided anew on what is stored now, as often as the policy says, and then it is
 *    the answer
 * 7. a request that expects a version is decided on that version alone; where the stream stands
 *    elsewhere, a conflict is the answer at once, unless law 4 has one
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Decider } from '../Decider.ts'
import type { Projection } from '../Projection.ts'
import { grown } from '../Grown.ts'
import type { Metadata, Recorded } from '../Recorded.ts'
import type {
  AppendFailure,
  Commit,
  EventStore,
  ExpectedVersion,
  Proposed,
  StoreUnavailable,
} from '../store/EventStore.ts'
import { agrees } from '../store/EventStore.ts'
import type { RetryPolicy } from './RetryPolicy.ts'
import type { Folded, StateCache } from './StateCache.ts'
import type { Thrown } from './Thrown.ts'

/**
 * A command with what it says about itself.
 *
 * @category model
 * @since 0.1.0
 */
export interface Envelope<out C> extends Metadata {
  readonly command: C
}

/**
 * A request: commands for one stream, accepted together or not at all. The commit id is the
 * request's own: once events are recorded under it, it gets that outcome however often it is sent again;
 * where there were none, it is decided anew. It is not tied to the commands: other commands under an id
 * that was used get that outcome, too.
 *
 * @category model
 * @since 0.1.0
 */
export interface Request<out C> {
  readonly stream: string
  readonly commitId: string
  /** Identifies the content; the same commit id with another fingerprint is `CommitIdReused`. */
  readonly fingerprint?: string | undefined
  readonly commands: ReadonlyNonEmptyArray<Envelope<C>>
  /**
   * What the sender believes of the stream, as one who shows a version to a person and sends what
   * that person decided on it. Anything if left out.
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
 * `StoreUnavailable` on append and `Thrown`, whose outcome is unknown: send the request again.
 *
 * @category failures
 * @since 0.1.0
 */
export type HandlerFailure<R> = Rejected<R> | Thrown | AppendFailure

/**
 * What a handler is put together from.
 *
 * @category model
 * @since 0.1.0
 */
export interface HandlerOptions<in C, in out S, in out E, out R> {
  readonly decider: Decider<C, S, E, R>
  readonly store: EventStore<E>
  readonly retry: RetryPolicy
  /** Where folded states are kept between requests; nowhere if left out. */
  readonly cache?: StateCache<S>
  /**
   * Whether to decide at once on what the cache holds, or on an empty stream where it holds nothing,
   * and load only if that does not settle it: one round trip instead of two for streams that are new,
   * or that nobody else writes to. The outcomes are the same.
   */
  readonly optimistic?: boolean
}

/**
 * From requests to outcomes.
 *
 * @category model
 * @since 0.1.0
 */
export type CommandHandler<C, S, E, R> = (
  request: Request<C>,
) => TaskEither<HandlerFailure<R>, Outcome<S, E>>

/**
 * The handler of a decider's commands over a store.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { eventCodec } from 'decider-ts/order/codec'
 *   import { occurredAt } from 'decider-ts/Recorded'
 *   import { commandHandler } from 'decider-ts/shell/CommandHandler'
 *   import { immediate } from 'decider-ts/shell/RetryPolicy'
 *   import { withCodec } from 'decider-ts/store/EventStore'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const store = withCodec(eventCodec)(memoryStore())
 *   const handle = commandHandler({ decider, store, retry: immediate(3) })
 *   const created = await handle({
 *     stream: '10248',
 *     commitId: 'create-10248',
 *     commands: [
 *       {
 *         ...occurredAt(Date.UTC(1996, 6, 4)),
 *         command: { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *       },
 *     ],
 *   })()
 *   assert.ok(isRight(created) && created.right.version === 1)
 *
 * @category constructors
 * @since 0.1.0
 */
export const commandHandler =
  <C, S, E, R>(options: HandlerOptions<C, S, E, R>): CommandHandler<C, S, E, R> =>
  (request) =>
  () =>
    handle(options, request)

type Result<S, E, R> = Either<HandlerFailure<R>, Outcome<S, E>>

const handle = async <C, S, E, R>(
  { decider, store, retry, cache, optimistic = false }: HandlerOptions<C, S, E, R>,
  request: Request<C>,
): Promise<Result<S, E, R>> => {
  try {
    const { stream } = request
    const start: Folded<S> = { version: 0, state: decider.initialState }
    let from = cache?.get(stream) ?? start
    let loads = !optimistic
    let hidden = false
    for (let attempt = 1; ;) {
      const loaded = loads ? await store.load(stream, from.version)() : unloaded
      if (loaded._tag === 'Left') return loaded
      const plan = planOf(decider, request, from, loaded.right)
      if (plan.type === 'Append') {
        const appended = await store.append(plan.commit)()
        if (appended._tag === 'Right') {
          const outcome = outcomeOf(decider, plan.state, appended.right)
          if (outcome.events[0]?.version === plan.version + 1) {
            return remember(cache, { _tag: 'Right', right: outcome })
          }
          // the same request got there first, and its commit is in the stream: load it
          if (hidden) return notLoaded
          hidden = true
        } else if (isFinal(appended.left, request, loads, attempt < retry.attempts)) {
          cache?.forget(stream)
          return appended
        } else if (loads) await milliseconds(retry.pause(attempt))
      } else if (plan.final || (loads && from === start)) return remember(cache, plan.answer)
      // a guess is no attempt
      if (plan.type === 'Append' && loads) attempt++
      from = start
      loads = true
    }
  } catch (cause) {
    return { _tag: 'Left', left: { type: 'Thrown', cause } }
  }
}

const milliseconds = (pause: number): Promise<unknown> | undefined =>
  pause > 0 ? new Promise((resume) => setTimeout(resume, pause)) : undefined

const any: ExpectedVersion = { type: 'Any' }

const expectedOf = ({ expected }: Request<unknown>): ExpectedVersion => expected ?? any

/**
 * Whether a failed append is the answer: on a guess only where it can't be told what became of it, or
 * where the guess was what the sender believes, too.
 */
const isFinal = (
  { type }: AppendFailure,
  request: Request<unknown>,
  loaded: boolean,
  more: boolean,
): boolean =>
  type === 'VersionConflict'
    ? expectedOf(request).type !== 'Any' || (loaded && !more)
    : loaded || type === 'StoreUnavailable'

/** The store breaks its own law: what it says it has stored, it does not load. */
const notLoaded: Either<StoreUnavailable, never> = {
  _tag: 'Left',
  left: { type: 'StoreUnavailable', operation: 'load', cause: 'a stored commit was not loaded' },
}

const unloaded: Either<never, ReadonlyArray<never>> = { _tag: 'Right', right: [] }

const remember = <S, E, R>(
  cache: StateCache<S> | undefined,
  answer: Result<S, E, R>,
): Result<S, E, R> => {
  if (cache !== undefined && answer._tag === 'Right') {
    const { stream, version, state } = answer.right
    cache.set(stream, { version, state })
  }
  return answer
}

/** What follows from the events after a folded state: an answer, or something to append. */
type Plan<S, E, R> =
  | { readonly type: 'Answer'; readonly answer: Result<S, E, R>; readonly final: boolean }
  | {
      readonly type: 'Append'
      readonly version: number
      readonly state: S
      readonly commit: Commit<E>
    }

const planOf = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  request: Request<C>,
  from: Folded<S>,
  tail: ReadonlyArray<Recorded<E>>,
): Plan<S, E, R> => {
  const { stream, commitId, fingerprint } = request
  const known = knownOutcome(decider, from.state, tail, commitId)
  if (known !== undefined) {
    return { type: 'Answer', answer: { _tag: 'Right', right: known }, final: true }
  }
  const version = from.version + tail.length
  const believed = expectedOf(request)
  if (!agrees(believed, version, tail.at(-1))) {
    const conflict = {
      type: 'VersionConflict',
      stream,
      expected: believed,
      actual: version,
    } as const
    return { type: 'Answer', answer: { _tag: 'Left', left: conflict }, final: false }
  }
  const state = foldRecorded(decider, from.state, tail)
  const decided = decideAll(decider, request, state, version)
  if (decided._tag === 'Left') return { type: 'Answer', answer: decided, final: false }
  const events = decided.right
  if (!isNonEmpty(events)) {
    const unchanged: Outcome<S, E> = { stream, version, state, events: [] }
    return { type: 'Answer', answer: { _tag: 'Right', right: unchanged }, final: false }
  }
  const expected = believed.type === 'Any' ? at(version) : believed
  return {
    type: 'Append',
    version,
    state,
    commit: { stream, expected, commitId, fingerprint, events },
  }
}

const at = (version: number): ExpectedVersion =>
  version === 0 ? { type: 'NoStream' } : { type: 'Exactly', version }

const isNonEmpty = <A>(as: ReadonlyArray<A>): as is ReadonlyNonEmptyArray<A> => as.length > 0

/** Events of one commit stand side by side in their stream, in the order of their versions. */
const outcomeOf = <S, E>(
  projection: Projection<S, E>,
  from: S,
  events: ReadonlyNonEmptyArray<Recorded<E>>,
): Outcome<S, E> => {
  const { stream, version } = events[0]
  const last = version + events.length - 1
  return { stream, version: last, state: foldRecorded(projection, from, events), events }
}

/** The outcome of a commit that lies in the tail already; `undefined` where it does not. */
const knownOutcome = <S, E>(
  projection: Projection<S, E>,
  from: S,
  tail: ReadonlyArray<Recorded<E>>,
  commitId: string,
): Outcome<S, E> | undefined => {
  let first = 0
  while (first < tail.length && tail[first]?.commitId !== commitId) first++
  if (first === tail.length) return undefined
  const events = tail.slice(first).filter((recorded) => recorded.commitId === commitId)
  if (!isNonEmpty(events)) return undefined
  return outcomeOf(projection, foldRecorded(projection, from, tail.slice(0, first)), events)
}

const foldRecorded = <S, E>(
  { evolve }: Projection<S, E>,
  state: S,
  history: ReadonlyArray<Recorded<E>>,
): S => {
  let next = state
  for (const recorded of history) next = evolve(next, recorded.event)
  return next
}

/** What all commands propose, each decided on what the ones before it led to. */
const decideAll = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  { stream, commands }: Request<C>,
  state: S,
  version: number,
): Either<Rejected<R>, ReadonlyArray<Proposed<E>>> => {
  const last = commands.length - 1
  let proposed: Array<Proposed<E>> | undefined
  let next = state
  let index = 0
  for (const { command, occurredAt, actor, correlationId, causationId } of commands) {
    const decision = decider.decide(command, next)
    if (decision._tag === 'Left') {
      const rejection = decision.left
      return { _tag: 'Left', left: { type: 'Rejected', stream, version, index, rejection } }
    }
    for (const event of decision.right) {
      proposed = grown(proposed, { event, occurredAt, actor, correlationId, causationId })
      // what is stored is folded anew, and nothing is decided on the state after the last command
      if (index < last) next = decider.evolve(next, event)
    }
    index++
  }
  return { _tag: 'Right', right: proposed ?? [] }
}
