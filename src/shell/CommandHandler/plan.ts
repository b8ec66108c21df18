/**
 * Decides a request on the events of a stream. Pure.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Decider } from '../../Decider.ts'
import { left, right } from '../../internal/either.ts'
import type { Projection } from '../../Projection.ts'
import type { Loaded, Recorded } from '../../Recorded.ts'
import { lastOf, withDropped } from '../../Recorded.ts'
import type {
  CallOptions,
  Commit,
  ExpectedVersion,
  HistoryMark,
  Proposed,
} from '../../store/EventStore.ts'
import { agrees } from '../internal/marks.ts'
import { worked } from '../internal/timeLimit.ts'
import type { Folded } from './cache.ts'
import type { CommandRequest, Outcome, Rejected, HandlerResult } from './model.ts'

/** The request's own commit is stored already. */
export interface Known<S, E, R> {
  readonly type: 'Known'
  readonly answer: HandlerResult<S, E, R>
  readonly events: ReadonlyArray<Recorded<E>>
  /** The mark of its last event. */
  readonly end: HistoryMark
}

/** What to do with a request: return a result, or append a commit. */
export type Plan<S, E, R> =
  | {
      readonly type: 'Answer'
      readonly answer: HandlerResult<S, E, R>
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

export const planOf = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  request: CommandRequest<C>,
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
  const answer = (result: HandlerResult<S, E, R>): Plan<S, E, R> => ({
    type: 'Answer',
    answer: result,
    mark,
  })
  const believed = request.expected ?? anyVersion
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

/** What a request expects by default. */
export const anyVersion: ExpectedVersion = { type: 'Any' }

/** What to expect on append: at least that the stream is still as it was decided on. */
const expectedAt = (
  believed: ExpectedVersion,
  version: number,
  mark: HistoryMark | undefined,
): ExpectedVersion => {
  if (mark === undefined) return believed.type === 'Any' ? { type: 'NoStream' } : believed
  return { type: 'Exactly', version, mark }
}

/** Returns only the mark, so that a cache does not keep the event. */
export const markOf = (last: HistoryMark | undefined): HistoryMark | undefined =>
  last && { commitId: last.commitId, position: last.position, recordedAt: last.recordedAt }

export const isNonEmpty = <A>(as: ReadonlyArray<A>): as is ReadonlyNonEmptyArray<A> => as.length > 0

/** The outcome of a commit; its events are adjacent in their stream, in order of version. */
export const recordedOutcome = <S, E>(
  projection: Projection<S, E>,
  from: S,
  events: ReadonlyNonEmptyArray<Recorded<E>>,
): Either<never, Outcome<S, E>> => {
  // an event that an upcast made several of is in there several times, with one version
  const { stream, version } = events[events.length - 1] ?? events[0]
  const state = foldRecorded(projection, from, events)
  return right({ stream, version, state, events })
}

/** The outcome of the request's commit if the tail holds it already; otherwise `undefined`. */
const knownCommit = <S, E>(
  projection: Projection<S, E>,
  from: S,
  tail: Loaded<E>,
  { stream, commitId }: CommandRequest<unknown>,
): Plan<S, E, never> | undefined => {
  let first = 0
  while (first < tail.length && tail[first]?.commitId !== commitId) first++
  // the codec may now drop some or all events of the commit
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

/** The events of all commands, each decided on the state after the ones before it. */
const decideAll = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  request: CommandRequest<C>,
  state: S,
  version: number,
  signal: AbortSignal | undefined,
): Either<Rejected<R>, ReadonlyArray<Proposed<E>>> => {
  const { stream, commands, occurredAt, actor, correlationId, causationId } = request
  const last = commands.length - 1
  let proposed: Array<Proposed<E>> | undefined
  let next = state
  let index = 0
  for (const command of commands) {
    const decision = decider.decide(command, next)
    worked(signal, 'decide')
    if (decision._tag === 'Left') {
      const rejection = decision.left
      return left({ type: 'Rejected', stream, version, index, rejection })
    }
    for (const event of decision.right) {
      proposed ??= []
      proposed.push({ event, occurredAt, actor, correlationId, causationId })
      // the state after the last command is folded from what is stored, so it is not needed here
      if (index < last) next = decider.evolve(next, event)
    }
    worked(signal, 'evolve')
    index++
  }
  return right(proposed ?? [])
}
