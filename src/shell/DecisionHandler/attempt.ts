/**
 * One attempt to handle a request: read, decide, append.
 *
 * @since 0.1.0
 */
import { left, right } from '../../internal/either.ts'
import type { AppendConditionFailed, CallOptions, Commit } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { isNonEmpty } from '../internal/isNonEmpty.ts'
import { cachedOr, remember } from './cached.ts'
import { commitOf, decideRequest, mostStages, queryOf } from './decide.ts'
import type { DecisionParts, DecisionResult, GivenRequest } from './model.ts'
import type { FoldedQuery } from './reading.ts'
import { foldEvents, readOn } from './reading.ts'
import { lastPosition, outcomeOf, storedOutcome } from './stored.ts'

/** The request was decided on events that are outdated by now. */
export interface Outdated<S> {
  readonly type: 'Outdated'
  readonly failure: AppendConditionFailed
  /** From where to read on. */
  readonly read: FoldedQuery<S>
}

/** Attempts to handle a request, given what an earlier attempt has read, and reads what came since. */
export const attempt = async <C, S, E, R>(
  parts: DecisionParts<C, S, E, R>,
  request: GivenRequest<C>,
  before: FoldedQuery<S> | undefined,
  limits: CallOptions,
): Promise<DecisionResult<S, E, R> | Outdated<S>> => {
  const { store, decision, cache } = parts
  let from = before ?? cachedOr(cache, decision, queryOf(parts, request))
  for (let stage = 1; stage <= mostStages; stage++) {
    const read = await readOn(store, decision, from, request.commitId, limits)
    if (read._tag === 'Left') return read
    remember(cache, read.right)
    if (read.right.isOwn) {
      const own = await storedOutcome(parts, request, limits)
      // another stream may hold the commit
      if (own !== undefined) return own
    }
    const decided = decideRequest(parts, request, read.right, limits.signal)
    if ('type' in decided) {
      from = cachedOr(cache, decision, decided.query)
      continue
    }
    if (decided._tag === 'Right' && isNonEmpty(decided.right)) {
      return append(parts, request, read.right, decided.right, limits)
    }
    // without events to store, only the stored commit tells a repeated request from a new one
    const stored = await storedOutcome(parts, request, limits)
    if (stored !== undefined) return stored
    if (decided._tag === 'Left') return decided
    const { state, end } = read.right
    return right({ stream: parts.streamOf(request.commands[0]), position: end, state, events: [] })
  }
  return left({ type: 'Thrown', cause: 'readsMore asks for more events every time' })
}

const append = async <C, S, E, R>(
  parts: DecisionParts<C, S, E, R>,
  request: GivenRequest<C>,
  read: FoldedQuery<S>,
  events: Commit<E>['events'],
  limits: CallOptions,
): Promise<DecisionResult<S, E, R> | Outdated<S>> => {
  const { store, decision } = parts
  const commit = commitOf(parts, request, read, events)
  const appended = await bounded('append', limits, store.append(commit, limits))
  if (appended._tag === 'Left') {
    const failure = appended.left
    switch (failure.type) {
      case 'AppendConditionFailed':
        return { type: 'Outdated', failure, read }
      case 'InvalidCommit':
      case 'UnencodableEvent':
        // if the request's commit was stored before, the events that it would have now do not matter
        return (await storedOutcome(parts, request, limits)) ?? appended
      default:
        return appended
    }
  }
  const stored = appended.right
  if (stored.repeated === true) return outcomeOf(parts, request, stored, limits)
  const state = foldEvents(decision, read.state, stored)
  const [{ stream }] = stored
  return right({ stream, position: lastPosition(stored), state, events: stored })
}
