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
 * 8. requests for one stream that go through one handler are handled one after the other, in the order
 *    in which they came
 * 9. a request that is given up while it waits writes nothing and holds up no other; one that is given
 *    up later says whether it may have been stored, and what was running at that time
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Decider } from '../Decider.ts'
import type { Projection } from '../Projection.ts'
import { grown } from '../internal/grown.ts'
import type { Loaded, Metadata, Recorded } from '../Recorded.ts'
import { firstOf, lastOf, laterThan, withDropped } from '../Recorded.ts'
import type {
  AppendFailure,
  CallOptions,
  Commit,
  EventStore,
  ExpectedVersion,
  GivenUp,
  HistoryMark,
  LoadFailure,
  Proposed,
  StoreUnavailable,
  Thrown,
} from '../store/EventStore.ts'
import { agrees, isAt } from './internal/marks.ts'
import { bounded, spanOf, unlimited } from './internal/bounded.ts'
import type { RetryPolicy } from './CommandHandler/retry.ts'
import { patient } from './CommandHandler/retry.ts'
import type { Folded, StateCache } from './CommandHandler/cache.ts'
import { worked } from './internal/timeLimit.ts'
import { turns } from './internal/turns.ts'
import { left, right } from '../internal/either.ts'

export type { Folded, StateCache } from './CommandHandler/cache.ts'
export { lruCache } from './CommandHandler/cache.ts'
export type { RetryPolicy } from './CommandHandler/retry.ts'
export { backoff, immediate, patient } from './CommandHandler/retry.ts'

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
 * where there were none, it is decided anew. It is tied to the commands by the fingerprint alone: without
 * one, other commands under an id that was used get the first outcome, too.
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
 * `StoreUnavailable` on append, `GivenUp` with the outcome `Unknown`, and `Thrown`: what became of these
 * is unknown until the request is sent again.
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
  /** Defaults to `patient`: sixteen attempts, with pauses of 5 to 500 ms. */
  readonly retry?: RetryPolicy
  /** Makes the place where folded states are kept between requests. By default none are kept. */
  readonly cache?: () => StateCache<NoInfer<S>>
  /**
   * Whether to decide at once on what the cache holds, or on an empty stream where it holds nothing,
   * and load only if that does not settle it: one round trip instead of two for streams that are new,
   * or that nobody else writes to. The outcomes are the same.
   */
  readonly optimistic?: boolean
}

/**
 * From requests to outcomes. The signal and the time limit are for all of it: waiting for other
 * requests to the stream, loading, appending and trying again.
 *
 * @category model
 * @since 0.1.0
 */
export type CommandHandler<C, S, E, R> = (
  request: Request<C>,
  options?: CallOptions,
) => TaskEither<HandlerFailure<R>, Outcome<S, E>>

/**
 * The handler of a decider's commands over a store.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { occurredAt } from 'decider-ts/Recorded'
 *   import { commandHandler } from 'decider-ts/shell/CommandHandler'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const store = withCodec(orderEventCodec)(memoryStore())
 *   const handle = commandHandler({ decider, store })
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
export const commandHandler = <C, S, E, R>(
  options: HandlerOptions<C, S, E, R>,
): CommandHandler<C, S, E, R> => {
  const streams = turns()
  const parts: Parts<C, S, E, R> = {
    decider: options.decider,
    store: options.store,
    retry: options.retry ?? patient,
    optimistic: options.optimistic ?? false,
    cache: options.cache?.(),
    start: { version: 0, state: options.decider.initialState, mark: undefined },
  }
  return (request, limits) => async () => {
    const span = limits === undefined ? unlimited : spanOf(limits)
    try {
      const blocked = options.store.blocked?.()
      if (blocked !== undefined) return left(blocked)
      const turn = streams.enter(request.stream, span.options)
      if (turn !== undefined) {
        const waited = await turn
        if (waited._tag === 'Left') return span.told(waited)
      }
      try {
        return span.told(await handle(parts, request, span.options))
      } finally {
        streams.leave(request.stream)
      }
    } catch (cause) {
      return left({ type: 'Thrown', cause })
    } finally {
      span.end()
    }
  }
}

type Result<S, E, R> = Either<HandlerFailure<R>, Outcome<S, E>>

/** What a handler is made of. */
interface Parts<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly store: EventStore<E>
  readonly retry: RetryPolicy
  readonly optimistic: boolean
  readonly cache: StateCache<S> | undefined
  /** What an empty stream is folded to. */
  readonly start: Folded<S>
}

const handle = <C, S, E, R>(
  parts: Parts<C, S, E, R>,
  request: Request<C>,
  span: CallOptions,
): Promise<Result<S, E, R>> => {
  const cached = parts.cache?.get(request.stream)
  const from = cached?.mark === undefined ? parts.start : cached
  return parts.optimistic
    ? guessFirst(parts, request, span, from)
    : decideOnStored(parts, request, span, from)
}

const guessFirst = async <C, S, E, R>(
  parts: Parts<C, S, E, R>,
  request: Request<C>,
  span: CallOptions,
  from: Folded<S>,
): Promise<Result<S, E, R>> =>
  (await guess(parts, request, span, from)) ??
  (await decideOnStored(parts, request, span, parts.start))

/**
 * The answer where the stream stands at what is taken for its state; `undefined` where it has to be
 * loaded to tell.
 */
const guess = async <C, S, E, R>(
  parts: Parts<C, S, E, R>,
  request: Request<C>,
  span: CallOptions,
  from: Folded<S>,
): Promise<Result<S, E, R> | undefined> => {
  const plan = planOf(parts.decider, request, from, [], span)
  if (plan.type !== 'Append') return undefined
  const appended = await append(parts, plan.commit, span)
  if (appended._tag === 'Right') return outcomeAfter(parts, plan, appended.right)
  switch (appended.left.type) {
    case 'StoreUnavailable':
    case 'GivenUp':
      return appended
    case 'VersionConflict': {
      // the sender expects what was guessed; at the same version, another history is stored
      const { expected = any } = request
      const isAnswer = expected.type !== 'Any' && appended.left.actual !== from.version
      return isAnswer ? told(appended.left, expected) : undefined
    }
    default:
      return undefined
  }
}

/** Load, decide, append, and again where another writer came first. */
const decideOnStored = async <C, S, E, R>(
  parts: Parts<C, S, E, R>,
  request: Request<C>,
  span: CallOptions,
  first: Folded<S>,
): Promise<Result<S, E, R>> => {
  const { decider, start, retry } = parts
  let from = first
  let stored = false
  for (let attempt = 1; ; from = start) {
    const loaded = await loadFrom(parts, request.stream, span, from, stored)
    if (loaded._tag === 'Left') return loaded
    // another history than the one that was folded
    const { mark } = from
    if (mark !== undefined && !isAt(mark, firstOf(loaded.right))) continue
    const tail = mark === undefined ? loaded.right : laterThan(loaded.right, mark.position)
    const plan = planOf(decider, request, from, tail, span)
    if (plan.type === 'Known') return confirm(parts, request, span, plan)
    if (plan.type === 'Answer') {
      // the commit id may stand before what was folded
      if (from === start) return remember(parts, request.stream, plan.answer, plan.mark)
      continue
    }
    const appended = await append(parts, plan.commit, span)
    if (appended._tag === 'Right') {
      const outcome = outcomeAfter(parts, plan, appended.right)
      if (outcome !== undefined) return outcome
      // the same request got there first, and its commit is in the stream: load it
      if (stored) return notLoaded
      stored = true
      continue
    }
    // the commit stands before what was folded, and the codec drops all of it by now
    if (appended.left.type === 'UndecodableEvent' && from !== start) continue
    if (!isWorthAnother(appended.left, request, attempt < retry.attempts)) {
      parts.cache?.forget(request.stream)
      return told(appended.left, request.expected)
    }
    const waited = await pause(span, retry.pause(attempt, request.commitId))
    if (waited._tag === 'Left') return waited
    attempt++
  }
}

const isWorthAnother = (
  { type }: AppendFailure,
  { expected = any }: Request<unknown>,
  more: boolean,
): boolean => type === 'VersionConflict' && expected.type === 'Any' && more

/** The events after a folded state, behind the one that it ends with. */
const loadFrom = <C, S, E, R>(
  { store }: Parts<C, S, E, R>,
  stream: string,
  span: CallOptions,
  { version, mark }: Folded<S>,
  stored: boolean,
): Promise<Either<LoadFailure, Loaded<E>>> => {
  const load = store.load(stream, mark === undefined ? version : version - 1, span)
  return bounded('load', span, load, stored ? 'Unknown' : 'NotStored')
}

const append = <C, S, E, R>(
  { store }: Parts<C, S, E, R>,
  commit: Commit<E>,
  span: CallOptions,
): Promise<Either<AppendFailure, ReadonlyNonEmptyArray<Recorded<E>>>> =>
  bounded('append', span, store.append(commit, span))

/** A conflict as its sender put it, without the mark of what was decided on. */
const told = (
  failure: AppendFailure,
  expected: ExpectedVersion | undefined,
): Either<AppendFailure, never> =>
  left(
    failure.type === 'VersionConflict' && expected !== undefined && expected.type !== 'Any'
      ? { ...failure, expected }
      : failure,
  )

/** With a fingerprint, the store says whether what it has under the commit id is this request. */
const confirm = async <C, S, E, R>(
  parts: Parts<C, S, E, R>,
  { stream, commitId, fingerprint }: Request<C>,
  span: CallOptions,
  { answer, events, end }: Known<S, E, R>,
): Promise<Result<S, E, R>> => {
  const last = markOf(end)
  // of a commit whose events the codec drops by now, there is nothing to show the store
  if (fingerprint === undefined || !isNonEmpty(events)) {
    return remember(parts, stream, answer, last)
  }
  const again = { stream, expected: any, commitId, fingerprint, events }
  const confirmed = await append(parts, again, span)
  return confirmed._tag === 'Left' ? confirmed : remember(parts, stream, answer, last)
}

const pause = (
  span: CallOptions,
  milliseconds: number,
): Either<never, void> | Promise<Either<GivenUp, void>> =>
  milliseconds > 0
    ? bounded('wait', span, () => new Promise((resume) => setTimeout(resume, milliseconds, done)))
    : done

const done: Either<never, void> = right(undefined)

const any: ExpectedVersion = { type: 'Any' }

/** The store breaks its own law: what it says it has stored, it does not load. */
const notLoaded: Either<StoreUnavailable, never> = left({
  type: 'StoreUnavailable',
  operation: 'load',
  cause: 'a stored commit was not loaded',
})

/** Keeps the state of an accepted request, with the mark of the event that it ends with. */
const remember = <C, S, E, R>(
  { cache }: Parts<C, S, E, R>,
  stream: string,
  answer: Result<S, E, R>,
  mark: HistoryMark | undefined,
): Result<S, E, R> => {
  if (cache !== undefined && answer._tag === 'Right') {
    const { version, state } = answer.right
    cache.set(stream, { version, state, mark })
  }
  return answer
}

/** The request's own commit, which is stored already. */
interface Known<S, E, R> {
  readonly type: 'Known'
  readonly answer: Result<S, E, R>
  readonly events: ReadonlyArray<Recorded<E>>
  /** The last event that was stored with it. */
  readonly end: HistoryMark
}

/** What follows from the events after a folded state: an answer, or something to append. */
type Plan<S, E, R> =
  | {
      readonly type: 'Answer'
      readonly answer: Result<S, E, R>
      /** The mark of the last event of the stream. */
      readonly mark: HistoryMark | undefined
    }
  | Known<S, E, R>
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
  tail: Loaded<E>,
  { signal }: CallOptions,
): Plan<S, E, R> => {
  const { stream, commitId, fingerprint } = request
  const known = knownCommit(decider, from.state, tail, request)
  if (known !== undefined) {
    worked(signal, 'evolve')
    return known
  }
  const head = lastOf(tail)
  const version = head?.version ?? from.version
  const mark = head === undefined ? from.mark : markOf(head)
  const answer = (result: Result<S, E, R>): Plan<S, E, R> => ({
    type: 'Answer',
    answer: result,
    mark,
  })
  const believed = request.expected ?? any
  if (!agrees(believed, version, mark)) {
    const conflict = {
      type: 'VersionConflict',
      stream,
      expected: believed,
      actual: version,
    } as const
    return answer(left(conflict))
  }
  const state = foldRecorded(decider, from.state, tail)
  worked(signal, 'evolve')
  const decided = decideAll(decider, request, state, version, signal)
  if (decided._tag === 'Left') return answer(decided)
  const events = decided.right
  if (!isNonEmpty(events)) {
    return answer(right({ stream, version, state, events: [] }))
  }
  const expected = expectedAt(believed, version, mark)
  return {
    type: 'Append',
    version,
    state,
    commit: { stream, expected, commitId, fingerprint, events },
  }
}

/** What the request believes, and at least that the stream is still as it was decided on. */
const expectedAt = (
  believed: ExpectedVersion,
  version: number,
  mark: HistoryMark | undefined,
): ExpectedVersion => {
  if (mark === undefined) return believed.type === 'Any' ? { type: 'NoStream' } : believed
  return { type: 'Exactly', version, mark }
}

/** Without the event, so that a cache keeps none. */
const markOf = (last: HistoryMark | undefined): HistoryMark | undefined =>
  last && { commitId: last.commitId, position: last.position, recordedAt: last.recordedAt }

const isNonEmpty = <A>(as: ReadonlyArray<A>): as is ReadonlyNonEmptyArray<A> => as.length > 0

/** What an append led to; `undefined` where the commit had been recorded before, somewhere else. */
const outcomeAfter = <C, S, E, R>(
  parts: Parts<C, S, E, R>,
  { version, state }: { readonly version: number; readonly state: S },
  events: ReadonlyNonEmptyArray<Recorded<E>>,
): Result<S, E, R> | undefined => {
  const [{ stream, version: first }] = events
  if (first !== version + 1) return undefined
  const outcome = outcomeOf(parts.decider, state, events)
  return remember(parts, stream, outcome, markOf(events[events.length - 1]))
}

/** Events of one commit stand side by side in their stream, in the order of their versions. */
const outcomeOf = <S, E>(
  projection: Projection<S, E>,
  from: S,
  events: ReadonlyNonEmptyArray<Recorded<E>>,
): Either<never, Outcome<S, E>> => {
  // an event that has become several is in there several times
  const { stream, version } = events[events.length - 1] ?? events[0]
  const state = foldRecorded(projection, from, events)
  return right({ stream, version, state, events })
}

/** The outcome of a commit that lies in the tail already; `undefined` where it does not. */
const knownCommit = <S, E>(
  projection: Projection<S, E>,
  from: S,
  tail: Loaded<E>,
  { stream, commitId }: Request<unknown>,
): Plan<S, E, never> | undefined => {
  let first = 0
  while (first < tail.length && tail[first]?.commitId !== commitId) first++
  // a codec may drop by now what the commit held, or some of it
  const dropped = tail.dropped?.filter((event) => event.commitId === commitId)
  if (first === tail.length && dropped === undefined) return undefined
  const events = tail.slice(first).filter((recorded) => recorded.commitId === commitId)
  const end = lastOf(withDropped(events, dropped))
  if (end === undefined) return undefined
  const upToIt = tail.filter(({ position }) => position <= end.position)
  const state = foldRecorded(projection, from, upToIt)
  const outcome: Outcome<S, E> = { stream, version: end.version, state, events }
  return { type: 'Known', answer: right(outcome), events, end }
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
  signal: AbortSignal | undefined,
): Either<Rejected<R>, ReadonlyArray<Proposed<E>>> => {
  const last = commands.length - 1
  let proposed: Array<Proposed<E>> | undefined
  let next = state
  let index = 0
  for (const { command, occurredAt, actor, correlationId, causationId } of commands) {
    const decision = decider.decide(command, next)
    worked(signal, 'decide')
    if (decision._tag === 'Left') {
      const rejection = decision.left
      return left({ type: 'Rejected', stream, version, index, rejection })
    }
    for (const event of decision.right) {
      proposed = grown(proposed, { event, occurredAt, actor, correlationId, causationId })
      // what is stored is folded anew, and nothing is decided on the state after the last command
      if (index < last) next = decider.evolve(next, event)
    }
    worked(signal, 'evolve')
    index++
  }
  return right(proposed ?? [])
}
