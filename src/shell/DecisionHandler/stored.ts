/**
 * The outcome of a request whose commit is stored already.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { left, right } from '../../internal/either.ts'
import type { Recorded } from '../../Recorded.ts'
import type { CallOptions, CommitIdTaken, LoadFailure } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { maybeStored } from '../internal/maybeStored.ts'
import { proposedAs } from '../internal/proposed.ts'
import { decideRequest, mostStages, queryOf } from './decide.ts'
import type { DecisionParts, DecisionResult, GivenRequest } from './model.ts'
import { foldEvents, readBefore, unread } from './reading.ts'

type Events<E> = ReadonlyNonEmptyArray<Recorded<E>>

/** The outcome of the request's commit, if it is stored, with the state directly after it. */
export const storedOutcome = async <C, S, E, R>(
  parts: DecisionParts<C, S, E, R>,
  request: GivenRequest<C>,
  limits: CallOptions,
): Promise<DecisionResult<S, E, R> | undefined> => {
  const { store, streamOf } = parts
  const { commitId, commands, fingerprint } = request
  const stream = streamOf(commands[0])
  const found = await ownEvents(parts, stream, commitId, limits)
  if (found._tag === 'Left') return found
  const [first, ...others] = found.right
  if (first === undefined) return undefined
  // only the store can compare fingerprints; it returns the events that it holds
  const events = [proposedAs(first), ...others.map(proposedAs)] as const
  const again = { stream, expected: { type: 'Any' }, commitId, fingerprint, events } as const
  const appended = await bounded('append', limits, store.append(again, limits))
  return appended._tag === 'Left'
    ? maybeStored(appended)
    : outcomeOf(parts, request, appended.right, limits)
}

/** The events of a commit, if it is stored; without a way to find commits, only if it is in this stream. */
const ownEvents = async <C, S, E, R>(
  { store }: DecisionParts<C, S, E, R>,
  stream: string,
  commitId: string,
  limits: CallOptions,
): Promise<Either<LoadFailure | CommitIdTaken, ReadonlyArray<Recorded<E>>>> => {
  const { commits } = store
  if (commits !== undefined) {
    const found = await bounded('findCommit', limits, commits.find(commitId, limits))
    if (found._tag === 'Left') return found
    if (found.right._tag === 'None') return right([])
    const { stream: holder, position, lastPosition } = found.right.value
    if (holder !== stream) return left({ type: 'CommitIdTaken', commitId, stream: holder })
    const before = position - 1
    const count = lastPosition - before
    const read = await bounded('readAll', limits, store.readAll(before, count, limits))
    return read._tag === 'Left' ? read : right(read.right.events)
  }
  const loaded = await bounded('load', limits, store.load(stream, 0, limits))
  if (loaded._tag === 'Left') return loaded
  return right(loaded.right.filter((event) => event.commitId === commitId))
}

/** The outcome of a stored commit, after which other commits may have been stored. */
export const outcomeOf = async <C, S, E, R>(
  parts: DecisionParts<C, S, E, R>,
  request: GivenRequest<C>,
  stored: Events<E>,
  limits: CallOptions,
): Promise<DecisionResult<S, E, R>> => {
  const [{ stream, position }] = stored
  const before = await decidedState(parts, request, position, limits)
  if (before._tag === 'Left') return maybeStored(before)
  const state = foldEvents(parts.decision, before.right, stored)
  return right({ stream, position: lastPosition(stored), state, events: [...stored] })
}

/** The state that a request was decided on before a position: of all that it read, also by `readsMore`. */
const decidedState = async <C, S, E, R>(
  parts: DecisionParts<C, S, E, R>,
  request: GivenRequest<C>,
  position: number,
  limits: CallOptions,
): Promise<Either<LoadFailure, S>> => {
  const { store, decision } = parts
  let query = queryOf(parts, request)
  for (let stage = 1; ; stage++) {
    const before = await readBefore(store, decision, query, position, limits)
    if (decision.readsMore === undefined || stage === mostStages) return before
    if (before._tag === 'Left') return before
    const read = { ...unread(decision, query), state: before.right }
    const decided = decideRequest(parts, request, read, limits.signal)
    if (!('type' in decided)) return before
    query = decided.query
  }
}

export const lastPosition = (events: Events<unknown>): number =>
  events[events.length - 1]?.position ?? 0
