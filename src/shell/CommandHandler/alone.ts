/**
 * Handles a request that has no time limit, while the handler has no other request for its stream: the common
 * case, in as few steps as possible. Rounds do everything else.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from '../../internal/either.ts'
import type { Appended, AppendFailure, VersionConflict } from '../../store/EventStore.ts'
import type { Folded } from './cache.ts'
import type { Unfinished } from './line.ts'
import type { StreamLines } from './lines.ts'
import type { CommandRequest, HandlerResult } from './model.ts'
import type { HandlerParts } from './parts.ts'
import { guessOf } from './parts.ts'
import { afterEvents, decideOn, foldedAfter, knownCommit } from './plan.ts'
import type { Basis } from './results.ts'
import { confirmed, eventsOf, failedAppend, isNext } from './results.ts'

/** Handles a request that has entered its stream, and lets the next ones in. */
export const handleAlone = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  lines: StreamLines<C, S, E, R>,
  request: CommandRequest<C>,
): Promise<HandlerResult<S, E, R>> => {
  const { store, cache } = parts
  let tried: HandlerResult<S, E, R> | Unfinished<S>
  try {
    const guess = guessOf(parts, request.stream)
    const basis = guess === undefined ? 'Whole' : 'Guess'
    const from = guess ?? (await loadWhole(parts, request))
    if ('_tag' in from || 'type' in from) tried = from
    else {
      const decided = decideOn(parts, request, from, undefined)
      if (!('_tag' in decided)) {
        tried = afterAppend(parts, request, from, basis, await store.append(decided)())
      } else if (basis === 'Guess') {
        // the commit id may belong to an earlier commit, which a folded state does not show
        tried = unfinished(from, parts.snapshots === undefined ? 'Whole' : 'Tail')
      } else {
        if (decided._tag === 'Right') cache?.set(request.stream, from)
        tried = decided
      }
    }
  } catch (cause) {
    tried = left({ type: 'Thrown', cause })
  }
  if (!('_tag' in tried)) return lines.goOn(request, tried)
  lines.leave(request.stream, tried)
  return tried
}

/**
 * Loads and folds the stream, or returns the result of the request if its commit is stored already. With
 * snapshots, this is left to a round.
 */
const loadWhole = async <C, S, E, R>(
  { decider, store, cache, snapshots, start }: HandlerParts<C, S, E, R>,
  request: CommandRequest<C>,
): Promise<Folded<S> | HandlerResult<S, E, R> | Unfinished<S>> => {
  if (snapshots !== undefined) return unfinished(start, 'Tail')
  const loaded = await store.load(request.stream, 0)()
  if (loaded._tag === 'Left') return loaded
  const from = foldedAfter(decider, start, loaded.right)
  const known = knownCommit(decider, start, loaded.right, request)
  if (known === undefined) return from
  cache?.set(request.stream, from)
  return confirmed(store, request, {}, known)
}

const afterAppend = <C, S, E, R>(
  { decider, cache, snapshots }: HandlerParts<C, S, E, R>,
  request: CommandRequest<C>,
  from: Folded<S>,
  basis: Basis,
  appended: Either<AppendFailure, Appended<E>>,
): HandlerResult<S, E, R> | Unfinished<S> => {
  const { stream } = request
  if (appended._tag === 'Left') {
    cache?.forget(stream)
    return afterFailure(request, from, basis, appended.left)
  }
  const events = appended.right
  if (!isNext(events, from.version, basis)) return unfinished(from, 'Whole', true)
  const at = afterEvents(decider, from.state, events)
  cache?.set(stream, at)
  snapshots?.offer(stream, from.version, at)
  return right({ stream, version: at.version, state: at.state, events: eventsOf(events) })
}

const afterFailure = <S, E, R>(
  request: CommandRequest<unknown>,
  from: Folded<S>,
  basis: Basis,
  failure: AppendFailure,
): HandlerResult<S, E, R> | Unfinished<S> => {
  const failed = failedAppend(request, failure, from.version, basis)
  if (failed !== undefined) return failed
  if (failure.type !== 'VersionConflict') return unfinished(from, 'Whole')
  return unfinished(from, 'Tail', false, basis === 'Whole' ? failure : undefined, true)
}

const unfinished = <S>(
  from: Folded<S>,
  load: 'Tail' | 'Whole',
  isStored = false,
  conflict?: VersionConflict,
  hasMet = false,
): Unfinished<S> => ({ type: 'Unfinished', from, load, isStored, conflict, hasMet })
