/**
 * The results of requests: whether an append settles one, and the outcome of a commit that is stored already.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from '../../internal/either.ts'
import type { Recorded } from '../../Recorded.ts'
import type {
  Appended,
  AppendFailure,
  CallOptions,
  EventStore,
  Thrown,
} from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { isNonEmpty } from '../internal/isNonEmpty.ts'
import { maybeStored } from '../internal/maybeStored.ts'
import { proposedAs } from '../internal/proposed.ts'
import type { CommandRequest, HandlerResult } from './model.ts'
import type { KnownCommit } from './plan.ts'
import { anyVersion } from './plan.ts'

/**
 * What a request was decided on: a state that nothing has confirmed yet (`Guess`), a state whose later events
 * were loaded (`Tail`), or the whole stream. Only the whole stream shows that a commit id was never used
 * before.
 */
export type Basis = 'Guess' | 'Tail' | 'Whole'

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

/** How sending a commit to the store can fail. */
export type SendFailure = AppendFailure | Thrown

/** Whether a failure is about the events of a commit, so that it tells nothing of an earlier commit with its id. */
export const isOfEvents = ({ type }: SendFailure): boolean =>
  type === 'InvalidCommit' || type === 'UnencodableEvent' || type === 'UndecodableEvent'

/** The result of a request whose append failed; `undefined` if it has to be decided again. */
export const failedAppend = (
  { expected = anyVersion }: CommandRequest<unknown>,
  failure: SendFailure,
  version: number,
  basis: Basis,
): Either<SendFailure, never> | undefined => {
  switch (failure.type) {
    case 'Thrown':
    case 'StoreUnavailable':
    case 'StoreBusy':
    case 'GivenUp':
      return left(failure)
    case 'VersionConflict':
      // the version is the same, but the history is not the one that was decided on
      return expected.type === 'Any' || failure.actual === version
        ? undefined
        : left({ ...failure, expected })
    case 'InvalidCommit':
    case 'UnencodableEvent':
    case 'UndecodableEvent':
      // if the commit is older than the folded state, its events do not matter: neither those that would be decided
      // now, nor the stored ones, all of which the codec may drop by now
      return basis === 'Whole' ? left(failure) : undefined
    default:
      return basis === 'Guess' ? undefined : left(failure)
  }
}

/**
 * The result of a request whose commit is stored. If it has a fingerprint, the commit is appended again,
 * because only the store can compare that.
 */
export const confirmed = async <C, S, E, R>(
  store: EventStore<E>,
  { stream, commitId, fingerprint }: CommandRequest<C>,
  limits: CallOptions,
  { outcome }: KnownCommit<S, E>,
): Promise<HandlerResult<S, E, R>> => {
  const { events } = outcome
  // a commit whose events the codec now drops can't be appended again
  if (fingerprint === undefined || !isNonEmpty(events)) return right(outcome)
  const [head, ...more] = events
  const proposed = [proposedAs(head), ...more.map(proposedAs)] as const
  const again = { stream, expected: anyVersion, commitId, fingerprint, events: proposed }
  const appended = await bounded('append', limits, store.append(again, limits))
  return appended._tag === 'Left' ? maybeStored(appended) : right(outcome)
}
