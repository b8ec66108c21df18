/**
 * Folds the events of a stream and decides requests on the result. Pure.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Decider } from '../../Decider.ts'
import { left, right } from '../../internal/either.ts'
import type { Projection } from '../../Projection.ts'
import type { Loaded, Recorded } from '../../Recorded.ts'
import { lastOf, withDropped } from '../../internal/loaded.ts'
import type { Commit, ExpectedVersion, HistoryMark, Proposed } from '../../store/EventStore.ts'
import { agrees, markOf } from '../internal/marks.ts'
import { isNonEmpty } from '../internal/isNonEmpty.ts'
import { worked } from '../internal/timeLimit.ts'
import type { Folded } from './cache.ts'
import type { Commands } from '../internal/keeping.ts'
import { commandsOf } from '../internal/keeping.ts'
import type { CommandRequest, Outcome, Rejected, HandlerResult } from './model.ts'
import type { HandlerParts } from './parts.ts'

/** The default for `expected`. */
export const anyVersion: ExpectedVersion = { type: 'Any' }

/**
 * The commit of a request, or its result if there is nothing to store: no events, a rejection, or a decider that
 * threw.
 */
export const decideOn = <C, S, E, R>(
  { decider, keepCommands }: Pick<HandlerParts<C, S, E, R>, 'decider' | 'keepCommands'>,
  request: CommandRequest<C>,
  { version, state, mark }: Folded<S>,
  signal: AbortSignal | undefined,
): Commit<E> | HandlerResult<S, E, R> => {
  const { stream, commitId, fingerprint, expected = anyVersion } = request
  if (!agrees(expected, version, mark)) {
    return left({ type: 'VersionConflict', stream, expected, actual: version })
  }
  let { commands } = request
  let encoded: Commands<C>['encoded']
  let decided: Either<Rejected<R>, ReadonlyArray<Proposed<E>>>
  try {
    if (keepCommands !== undefined) {
      const given = commandsOf(keepCommands, stream, commands)
      if (given._tag === 'Left') return given
      ;({ commands, encoded } = given.right)
    }
    decided = decideAll(decider, request, commands, state, version, signal)
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
  if (decided._tag === 'Left') return decided
  const events = decided.right
  if (!isNonEmpty(events)) return right({ stream, version, state, events: [] })
  const at = expectedAt(expected, version, mark)
  return { stream, expected: at, commitId, fingerprint, events, commands: encoded }
}

/** What the append expects: at least that the stream is still as it was when the request was decided. */
const expectedAt = (
  expected: ExpectedVersion,
  version: number,
  mark: HistoryMark | undefined,
): ExpectedVersion => {
  if (mark === undefined) return expected.type === 'Any' ? { type: 'NoStream' } : expected
  return { type: 'Exactly', version, mark }
}

/** The events of all commands, each decided on the state after the ones before it. */
const decideAll = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  request: CommandRequest<C>,
  commands: ReadonlyNonEmptyArray<C>,
  state: S,
  version: number,
  signal: AbortSignal | undefined,
): Either<Rejected<R>, ReadonlyArray<Proposed<E>>> => {
  const { stream, occurredAt, actor, correlationId, causationId } = request
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
      const one = { event, occurredAt, actor, correlationId, causationId }
      // [] would take room for seventeen at the first push
      if (proposed === undefined) proposed = [one]
      else proposed.push(one)
      // the state after the last command is not needed: it is folded from the stored events
      if (index < last) next = decider.evolve(next, event)
    }
    worked(signal, 'evolve')
    index++
  }
  return right(proposed ?? [])
}

/** The state of a stream once a commit is stored, if its events are stored as they were decided. */
export const afterCommit = <S, E>(
  { evolve }: Projection<S, E>,
  { version, state }: Folded<S>,
  { commitId, events }: Commit<E>,
): Folded<S> => {
  let next = state
  for (const { event } of events) next = evolve(next, event)
  return { version: version + events.length, state: next, mark: { commitId } }
}

/** Folds the events that were loaded after a state. */
export const foldedAfter = <S, E>(
  projection: Projection<S, E>,
  from: Folded<S>,
  tail: Loaded<E>,
): Folded<S> => {
  const head = lastOf(tail)
  return head === undefined
    ? from
    : {
        version: head.version,
        state: foldRecorded(projection, from.state, tail),
        mark: markOf(head),
      }
}

/** The state after a commit, whose events are adjacent in the stream, in order of version. */
export const afterEvents = <S, E>(
  projection: Projection<S, E>,
  state: S,
  events: ReadonlyNonEmptyArray<Recorded<E>>,
): Folded<S> => {
  // if an upcast split an event, its parts share one version
  const last = events[events.length - 1] ?? events[0]
  return {
    version: last.version,
    state: foldRecorded(projection, state, events),
    mark: markOf(last),
  }
}

/** The outcome of a request whose commit is stored already. */
export interface KnownCommit<S, E> {
  readonly outcome: Outcome<S, E>
  /** The mark of its last event. */
  readonly mark: HistoryMark
}

/** The outcome of the request's commit if the tail holds it already; otherwise `undefined`. */
export const knownCommit = <S, E>(
  projection: Projection<S, E>,
  from: Folded<S>,
  tail: Loaded<E>,
  { stream, commitId }: CommandRequest<unknown>,
): KnownCommit<S, E> | undefined => {
  let first = 0
  while (first < tail.length && tail[first]?.commitId !== commitId) first++
  // the codec may now drop some or all events of the commit
  const dropped = tail.dropped?.filter((event) => event.commitId === commitId)
  if (first === tail.length && dropped === undefined) return undefined
  const events = tail.slice(first).filter((recorded) => recorded.commitId === commitId)
  const end = lastOf(withDropped(events, dropped))
  if (end === undefined) return undefined
  const upToIt = tail.filter(({ position }) => position <= end.position)
  const state = foldRecorded(projection, from.state, upToIt)
  return { outcome: { stream, version: end.version, state, events }, mark: markOf(end) }
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
