/**
 * Handles one request: guesses, or loads, decides and appends, and retries if another writer came first.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Decider } from '../../Decider.ts'
import { left, right } from '../../internal/either.ts'
import type { Loaded, Recorded } from '../../Recorded.ts'
import { firstOf, laterThan } from '../../Recorded.ts'
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
  VersionConflict,
} from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { isAt } from '../internal/marks.ts'
import type { Folded, StateCache } from './cache.ts'
import type { CommandRequest, HandlerResult } from './model.ts'
import type { Known } from './plan.ts'
import { anyVersion, isNonEmpty, markOf, recordedOutcome, planOf } from './plan.ts'
import type { RetryPolicy } from './retry.ts'

/** The parts of a handler, with defaults. */
export interface HandlerParts<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly store: EventStore<E>
  readonly retry: RetryPolicy
  readonly optimistic: boolean
  readonly cache: StateCache<S> | undefined
  /** The state of an empty stream. */
  readonly start: Folded<S>
}

export const handle = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  request: CommandRequest<C>,
  limits: CallOptions,
): Promise<HandlerResult<S, E, R>> => {
  const cached = parts.cache?.get(request.stream)
  const from = cached?.mark === undefined ? parts.start : cached
  if (!parts.optimistic) return decideOnStored(parts, request, limits, from)
  const guessed = await guess(parts, request, limits, from)
  return guessed ?? decideOnStored(parts, request, limits, parts.start)
}

/** Decides on the state that the stream is assumed to have; returns `undefined` if it has to be loaded. */
const guess = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  request: CommandRequest<C>,
  limits: CallOptions,
  from: Folded<S>,
): Promise<HandlerResult<S, E, R> | undefined> => {
  const plan = planOf(parts.decider, request, from, [], limits)
  if (plan.type !== 'Append') return undefined
  const appended = await appendWithin(parts, plan.commit, limits)
  if (appended._tag === 'Right') return outcomeAfter(parts, plan, appended.right)
  switch (appended.left.type) {
    case 'StoreUnavailable':
    case 'StoreBusy':
    case 'GivenUp':
      return appended
    case 'VersionConflict': {
      // the sender expects the guessed version; if the stream is at it, it has another history
      const { expected = anyVersion } = request
      const isAnswer = expected.type !== 'Any' && appended.left.actual !== from.version
      return isAnswer ? left(asSent(appended.left, expected)) : undefined
    }
    default:
      return undefined
  }
}

/**
 * Why an attempt has no result: the whole stream must be folded again (`Refold`), the request's own commit
 * was stored meanwhile (`Stored`), or another writer came first.
 */
type Again = { readonly type: 'Refold' } | { readonly type: 'Stored' } | VersionConflict

/** Loads, decides and appends, again and again while other writers come first. */
const decideOnStored = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  request: CommandRequest<C>,
  limits: CallOptions,
  first: Folded<S>,
): Promise<HandlerResult<S, E, R>> => {
  const { retry, start } = parts
  let stored = false
  let conflicts = 0
  for (let from = first; ; from = start) {
    const tried = await attemptOnce(parts, request, limits, from, stored)
    if ('_tag' in tried) return tried
    if (tried.type === 'Stored') {
      if (stored) return notLoaded
      stored = true
    }
    if (tried.type === 'VersionConflict') {
      conflicts++
      // NaN counts as one attempt
      if (!(conflicts < retry.attempts)) return refusedAppend(parts, request, tried)
      const waited = await pauseWithin(limits, retry.pause(conflicts, request.commitId))
      if (waited._tag === 'Left') return waited
    }
  }
}

const attemptOnce = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  request: CommandRequest<C>,
  limits: CallOptions,
  from: Folded<S>,
  stored: boolean,
): Promise<HandlerResult<S, E, R> | Again> => {
  const loaded = await loadFrom(parts, request.stream, limits, from, stored)
  if (loaded._tag === 'Left') return loaded
  const tail = tailOf(loaded.right, from.mark)
  // the stream has another history than the one that was folded
  if (tail === undefined) return refold
  const plan = planOf(parts.decider, request, from, tail, limits)
  if (plan.type === 'Known') return confirm(parts, request, limits, plan)
  if (plan.type === 'Answer') {
    // the commit id may be that of an earlier commit, which the folded state does not show
    return from === parts.start ? remember(parts, request.stream, plan.answer, plan.mark) : refold
  }
  const appended = await appendWithin(parts, plan.commit, limits)
  // the same request got there first, and its commit is in the stream: load it
  if (appended._tag === 'Right') return outcomeAfter(parts, plan, appended.right) ?? storedMeanwhile
  const failure = appended.left
  // the commit is older than the folded state, and the codec now drops all its events
  if (failure.type === 'UndecodableEvent' && from !== parts.start) return refold
  const { expected = anyVersion } = request
  return failure.type === 'VersionConflict' && expected.type === 'Any'
    ? failure
    : refusedAppend(parts, request, failure)
}

/** What was loaded after the event of a mark; `undefined` if that event is another one. */
const tailOf = <E>(loaded: Loaded<E>, mark: HistoryMark | undefined): Loaded<E> | undefined => {
  if (mark === undefined) return loaded
  const first = firstOf(loaded)
  return isAt(mark, first) ? laterThan(loaded, first.position) : undefined
}

const refold: Again = { type: 'Refold' }
const storedMeanwhile: Again = { type: 'Stored' }

/** Loads the last event of a folded state and all after it. */
const loadFrom = <C, S, E, R>(
  { store }: HandlerParts<C, S, E, R>,
  stream: string,
  limits: CallOptions,
  { version, mark }: Folded<S>,
  stored: boolean,
): Promise<Either<LoadFailure, Loaded<E>>> => {
  const load = store.load(stream, mark === undefined ? version : version - 1, limits)
  return bounded('load', limits, load, stored ? 'Unknown' : 'NotStored')
}

const appendWithin = <C, S, E, R>(
  { store }: HandlerParts<C, S, E, R>,
  commit: Commit<E>,
  limits: CallOptions,
): Promise<Either<AppendFailure, ReadonlyNonEmptyArray<Recorded<E>>>> =>
  bounded('append', limits, store.append(commit, limits))

/** The failure of an append. Forgets the cached state, which may be the reason. */
const refusedAppend = <C, S, E, R>(
  { cache }: HandlerParts<C, S, E, R>,
  { stream, expected }: CommandRequest<C>,
  failure: AppendFailure,
): Either<AppendFailure, never> => {
  cache?.forget(stream)
  return left(asSent(failure, expected))
}

/** A conflict with what its sender expected, without the mark of the state that was decided on. */
const asSent = (failure: AppendFailure, expected: ExpectedVersion | undefined): AppendFailure =>
  failure.type === 'VersionConflict' && expected !== undefined && expected.type !== 'Any'
    ? { ...failure, expected }
    : failure

/** Appends a known commit again if it has a fingerprint, because only the store can compare that. */
const confirm = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  { stream, commitId, fingerprint }: CommandRequest<C>,
  limits: CallOptions,
  { answer, events, end }: Known<S, E, R>,
): Promise<HandlerResult<S, E, R>> => {
  const last = markOf(end)
  // a commit whose events the codec now drops can't be appended again
  if (fingerprint === undefined || !isNonEmpty(events)) {
    return remember(parts, stream, answer, last)
  }
  const [head, ...more] = events
  const proposed = [proposedAs(head), ...more.map(proposedAs)] as const
  const again = { stream, expected: anyVersion, commitId, fingerprint, events: proposed }
  const confirmed = await appendWithin(parts, again, limits)
  return confirmed._tag === 'Left' ? confirmed : remember(parts, stream, answer, last)
}

/** The proposal that a recorded event came from. */
const proposedAs = <E>(recorded: Recorded<E>): Proposed<E> => ({
  event: recorded.event,
  occurredAt: recorded.occurredAt,
  actor: toUndefined(recorded.actor),
  correlationId: toUndefined(recorded.correlationId),
  causationId: toUndefined(recorded.causationId),
})

const toUndefined = <A>(option: Option<A>): A | undefined =>
  option._tag === 'None' ? undefined : option.value

const pauseWithin = (
  limits: CallOptions,
  milliseconds: number,
): Either<never, void> | Promise<Either<GivenUp, void>> =>
  milliseconds > 0
    ? bounded('wait', limits, () => new Promise((resume) => setTimeout(resume, milliseconds, done)))
    : done

const done: Either<never, void> = right(undefined)

/** The store breaks its contract: it acknowledged the commit, but does not load it. */
const notLoaded: Either<StoreUnavailable, never> = left({
  type: 'StoreUnavailable',
  operation: 'load',
  cause: 'the store acknowledged a commit that it does not load',
})

/**
 * The outcome of an append; `undefined` if the commit had been recorded before, at another version or with
 * events of other streams.
 */
const outcomeAfter = <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  { version, state }: { readonly version: number; readonly state: S },
  events: ReadonlyNonEmptyArray<Recorded<E>>,
): HandlerResult<S, E, R> | undefined => {
  const [{ stream, version: first }] = events
  const last = events[events.length - 1]
  if (first !== version + 1 || last?.stream !== stream) return undefined
  const outcome = recordedOutcome(parts.decider, state, events)
  return remember(parts, stream, outcome, markOf(last))
}

/** Caches the state of an accepted request with the mark of its last event. */
const remember = <C, S, E, R>(
  { cache }: HandlerParts<C, S, E, R>,
  stream: string,
  answer: HandlerResult<S, E, R>,
  mark: HistoryMark | undefined,
): HandlerResult<S, E, R> => {
  if (cache !== undefined && answer._tag === 'Right') {
    const { version, state } = answer.right
    cache.set(stream, { version, state, mark })
  }
  return answer
}
