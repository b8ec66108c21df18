/**
 * Handling one request: a guess, or load, decide and append, and again where another writer came first.
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

/** What a handler is made of. */
export interface HandlerParts<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly store: EventStore<E>
  readonly retry: RetryPolicy
  readonly optimistic: boolean
  readonly cache: StateCache<S> | undefined
  /** What an empty stream is folded to. */
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

/** The answer if the stream stands where it is taken to stand; `undefined` if it has to be loaded. */
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
    case 'GivenUp':
      return appended
    case 'VersionConflict': {
      // the sender expects what was guessed; at the same version, another history is stored
      const { expected = anyVersion } = request
      const isAnswer = expected.type !== 'Any' && appended.left.actual !== from.version
      return isAnswer ? left(asSent(appended.left, expected)) : undefined
    }
    default:
      return undefined
  }
}

/**
 * Why an attempt gave no answer: what was folded is no longer good enough (`Refold`), the request's own
 * commit was stored meanwhile (`Stored`), or another writer came first.
 */
type Again = { readonly type: 'Refold' } | { readonly type: 'Stored' } | VersionConflict

/** Load, decide, append, and again where another writer came first. */
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
  const { mark } = from
  // another history than the one that was folded
  if (mark !== undefined && !isAt(mark, firstOf(loaded.right))) return refold
  const tail = mark === undefined ? loaded.right : laterThan(loaded.right, mark.position)
  const plan = planOf(parts.decider, request, from, tail, limits)
  if (plan.type === 'Known') return confirm(parts, request, limits, plan)
  if (plan.type === 'Answer') {
    // the commit id may be that of a commit before what was folded
    return from === parts.start ? remember(parts, request.stream, plan.answer, plan.mark) : refold
  }
  const appended = await appendWithin(parts, plan.commit, limits)
  // the same request got there first, and its commit is in the stream: load it
  if (appended._tag === 'Right') return outcomeAfter(parts, plan, appended.right) ?? storedMeanwhile
  const failure = appended.left
  // the commit is from before what was folded, and the codec drops all of it by now
  if (failure.type === 'UndecodableEvent' && from !== parts.start) return refold
  const { expected = anyVersion } = request
  return failure.type === 'VersionConflict' && expected.type === 'Any'
    ? failure
    : refusedAppend(parts, request, failure)
}

const refold: Again = { type: 'Refold' }
const storedMeanwhile: Again = { type: 'Stored' }

/** The events after a folded state, from the one on that it ends with. */
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

/** The answer where an append failed; a cached state may be why. */
const refusedAppend = <C, S, E, R>(
  { cache }: HandlerParts<C, S, E, R>,
  { stream, expected }: CommandRequest<C>,
  failure: AppendFailure,
): Either<AppendFailure, never> => {
  cache?.forget(stream)
  return left(asSent(failure, expected))
}

/** A conflict as its sender put it, without the mark of what was decided on. */
const asSent = (failure: AppendFailure, expected: ExpectedVersion | undefined): AppendFailure =>
  failure.type === 'VersionConflict' && expected !== undefined && expected.type !== 'Any'
    ? { ...failure, expected }
    : failure

/** With a fingerprint, the store says whether what it has under the commit id is this request. */
const confirm = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  { stream, commitId, fingerprint }: CommandRequest<C>,
  limits: CallOptions,
  { answer, events, end }: Known<S, E, R>,
): Promise<HandlerResult<S, E, R>> => {
  const last = markOf(end)
  // of a commit whose events the codec drops by now, there is nothing to show the store
  if (fingerprint === undefined || !isNonEmpty(events)) {
    return remember(parts, stream, answer, last)
  }
  const [head, ...more] = events
  const proposed = [proposedAs(head), ...more.map(proposedAs)] as const
  const again = { stream, expected: anyVersion, commitId, fingerprint, events: proposed }
  const confirmed = await appendWithin(parts, again, limits)
  return confirmed._tag === 'Left' ? confirmed : remember(parts, stream, answer, last)
}

/** A recorded event as it was proposed. */
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

/** The store breaks its own law: what it says it has stored, it does not load. */
const notLoaded: Either<StoreUnavailable, never> = left({
  type: 'StoreUnavailable',
  operation: 'load',
  cause: 'a stored commit was not loaded',
})

/** What an append led to; `undefined` where the commit had been recorded before, somewhere else. */
const outcomeAfter = <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  { version, state }: { readonly version: number; readonly state: S },
  events: ReadonlyNonEmptyArray<Recorded<E>>,
): HandlerResult<S, E, R> | undefined => {
  const [{ stream, version: first }] = events
  if (first !== version + 1) return undefined
  const outcome = recordedOutcome(parts.decider, state, events)
  return remember(parts, stream, outcome, markOf(events[events.length - 1]))
}

/** Keeps the state of an accepted request, with the mark of the event that it ends with. */
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
