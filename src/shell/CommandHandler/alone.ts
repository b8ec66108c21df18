/**
 * Handles a request that has no time limit, while the handler has no other request for its stream: the common
 * case, in as few steps as possible. Rounds do everything else.
 *
 * @since 0.1.0
 */
import { left, right } from '../../internal/either.ts'
import type { Recorded } from '../../Recorded.ts'
import type { Appended, AppendFailure, VersionConflict } from '../../store/EventStore.ts'
import type { Folded } from './cache.ts'
import type { CommandRequest, HandlerResult } from './model.ts'
import type { HandlerParts } from './parts.ts'
import { afterEvents, decideOn, foldedAfter, knownCommit } from './plan.ts'
import type { Basis } from './results.ts'
import { confirmed, failedAppend } from './results.ts'

/** A request that has to be decided again. */
export interface Unfinished<S> {
  readonly type: 'Unfinished'
  /** The state that it was decided on. */
  readonly from: Folded<S>
  /** How much to load before it is decided again. */
  readonly load: 'Tail' | 'Whole'
  /** Whether its commit is stored already, and has to be found in the stream. */
  readonly isStored: boolean
  /** Set if another writer came first although the stream had been loaded. */
  readonly conflict: VersionConflict | undefined
}

const unfinished = <S>(
  from: Folded<S>,
  load: 'Tail' | 'Whole',
  isStored = false,
  conflict?: VersionConflict,
): Unfinished<S> => ({ type: 'Unfinished', from, load, isStored, conflict })

/** The state to decide on without loading the stream, if there is one. */
export const guessOf = <C, S, E, R>(
  { cache, optimistic, start }: HandlerParts<C, S, E, R>,
  stream: string,
): Folded<S> | undefined => {
  const cached = cache?.get(stream)
  return cached?.mark === undefined ? (optimistic ? start : undefined) : cached
}

/**
 * Whether the events of a commit come directly after a version of the history that it was decided on. A guessed
 * state may belong to another history, unless this append stored the commit and so checked it.
 */
export const isNext = (events: Appended<unknown>, version: number, basis: Basis): boolean =>
  events[0].version === version + 1 &&
  (events.repeated !== true ||
    // a commit of several streams may have come before
    (basis !== 'Guess' && events[events.length - 1]?.stream === events[0].stream))

/** The events of an append, without its other fields. */
export const eventsOf = <E>(events: Appended<E>): ReadonlyArray<Recorded<E>> =>
  events.repeated === undefined && events.followers === undefined ? events : [...events]

export const handleAlone = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  request: CommandRequest<C>,
): Promise<HandlerResult<S, E, R> | Unfinished<S>> => {
  const { decider, store, cache, snapshots, start } = parts
  const { stream } = request
  try {
    const guess = guessOf(parts, stream)
    const basis = guess === undefined ? 'Whole' : 'Guess'
    let from = guess
    if (from === undefined) {
      if (snapshots !== undefined) return unfinished(start, 'Tail')
      const loaded = await store.load(stream, 0)()
      if (loaded._tag === 'Left') return loaded
      from = foldedAfter(decider, start, loaded.right)
      const known = knownCommit(decider, start, loaded.right, request)
      if (known !== undefined) {
        cache?.set(stream, from)
        return await confirmed(store, request, {}, known)
      }
    }
    const decided = decideOn(parts, request, from, undefined)
    if ('_tag' in decided) {
      // the commit id may belong to an earlier commit, which a folded state does not show
      if (guess !== undefined) return unfinished(from, snapshots === undefined ? 'Whole' : 'Tail')
      if (decided._tag === 'Right') cache?.set(stream, from)
      return decided
    }
    const appended = await store.append(decided)()
    if (appended._tag === 'Left') {
      return afterFailure(parts, request, from, basis, appended.left)
    }
    const events = appended.right
    if (!isNext(events, from.version, basis)) return unfinished(from, 'Whole', true)
    const at = afterEvents(decider, from.state, events)
    cache?.set(stream, at)
    snapshots?.offer(stream, from.version, at)
    return right({ stream, version: at.version, state: at.state, events: eventsOf(events) })
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
}

const afterFailure = <C, S, E, R>(
  { cache }: HandlerParts<C, S, E, R>,
  request: CommandRequest<C>,
  from: Folded<S>,
  basis: Basis,
  failure: AppendFailure,
): HandlerResult<S, E, R> | Unfinished<S> => {
  cache?.forget(request.stream)
  const failed = failedAppend(request, failure, from.version, basis)
  if (failed !== undefined) return failed
  if (failure.type !== 'VersionConflict') return unfinished(from, 'Whole')
  return unfinished(from, 'Tail', false, basis === 'Whole' ? failure : undefined)
}
