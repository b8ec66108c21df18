/**
 * Reads requests to a decider in a Durable Object from data, and encodes its answers as data.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Codec, Issue } from '../../codec/Codec.ts'
import { showIssue } from '../../codec/Codec.ts'
import type { EventCodec } from '../../codec/EventCodec.ts'
import { freeze } from '../../codec/internal/json.ts'
import type { Instant, Recorded } from '../../Recorded.ts'
import { withEvent } from '../../Recorded.ts'
import { anInstant, isInstant, isName } from '../../store/Engine.ts'
import { aName } from '../../store/internal/names.ts'
import type { CommandRequest, HandlerFailure, Rejected } from '../../shell/CommandHandler.ts'
import type { HistoryChanged } from '../../shell/Projector.ts'
import { isRecord } from '../../internal/isRecord.ts'
import { issuesAsData, showThrown } from '../internal/showing.ts'
import type { DurableData, DurableEvent, DurableFailure } from './model.ts'
import type { Read } from '../../codec/internal/untrusted.ts'
import { readData, refused } from '../../codec/internal/untrusted.ts'
import { left, right } from '../../internal/either.ts'

/** Reads an untrusted request. */
export const readRequest = <C>(
  codec: Codec<C>,
  stream: string,
  request: unknown,
  now: () => Instant,
): Read<CommandRequest<C>> => {
  if (!isRecord(request)) return refused([], 'a request', request)
  const { commitId, commands, occurredAt: given } = request
  if (typeof commitId !== 'string' || !isName(commitId)) {
    return refused(['commitId'], aName, commitId)
  }
  if (given !== undefined && !isInstant(given)) return refused(['occurredAt'], anInstant, given)
  // an instant is a number
  const occurredAt = given === undefined ? now() : Number(given)
  if (!Array.isArray(commands) || commands.length === 0) {
    return refused(['commands'], 'at least one command', commands)
  }
  const names: Partial<Record<(typeof nameFields)[number], string>> = {}
  for (const field of nameFields) {
    const name = request[field]
    if (name === undefined) continue
    if (typeof name !== 'string' || !isName(name)) return refused([field], aName, name)
    names[field] = name
  }
  const all: ReadonlyArray<unknown> = commands
  const decoded: Array<C> = []
  for (const each of all) {
    const command = readData(codec, each, ['commands', decoded.length])
    if (command._tag === 'Left') return command
    decoded.push(command.right)
  }
  // as many as there are commands, which is at least one
  const nonEmpty = decoded as unknown as ReadonlyNonEmptyArray<C>
  return right({ stream, commitId, commands: nonEmpty, occurredAt, ...names })
}

const nameFields = ['actor', 'correlationId', 'causationId'] as const

/** Checks an untrusted instant and the name of a clock. */
export const readTime = (instant: unknown, clock: unknown): Read<null> => {
  if (typeof instant !== 'number' || Number.isNaN(instant)) {
    return refused(['instant'], 'an instant', instant)
  }
  return clock === 'occurredAt' || clock === 'recordedAt'
    ? right(null)
    : refused(['clock'], '"occurredAt" | "recordedAt"', clock)
}

export const invalidRequest = (issues: ReadonlyArray<Issue>): DurableFailure => ({
  type: 'Invalid',
  issues: issuesAsData(issues),
})

export const thrownAnswer = (cause: unknown): DurableFailure => ({
  type: 'Failed',
  failure: 'Thrown',
  reason: showThrown(cause),
})

const notJson = (what: string, issue: Issue): Either<DurableFailure, never> =>
  left({ type: 'Failed', failure: 'NotJson', reason: `${what}: ${showIssue(issue)}` })

/** The data that the codec encodes a value to, or without a codec the value itself. */
export const encodedData = <A>(
  what: string,
  codec: Codec<A> | undefined,
  value: A,
): Either<DurableFailure, DurableData> => {
  const frozen = freeze(codec === undefined ? value : codec.encode(value))
  // only data that JSON can hold is frozen
  return frozen._tag === 'Left' ? notJson(what, frozen.left) : right(frozen.right as DurableData)
}

/** Recorded events, encoded in their newest version. */
export const encodedEvents = <E>(
  codec: EventCodec<E>,
  events: ReadonlyArray<Recorded<E>>,
): Either<DurableFailure, ReadonlyArray<Recorded<DurableEvent>>> => {
  const all: Array<Recorded<DurableEvent>> = []
  for (const recorded of events) {
    const encoded = codec.encode(recorded.event)
    if (encoded._tag === 'Left') return notJson(encoded.left.eventType, encoded.left.issues[0])
    const { type, schemaVersion } = encoded.right
    const data = encodedData(type, undefined, encoded.right.data)
    if (data._tag === 'Left') return data
    all.push(withEvent(recorded, { type, schemaVersion, data: data.right }))
  }
  return right(all)
}

type ShellFailure = Exclude<HandlerFailure<never>, Rejected<never>> | HistoryChanged

/** The answer for a failure of the shell, with the reason as a string. */
export const failedAnswer = (failure: ShellFailure): DurableFailure => ({
  type: 'Failed',
  failure: failure.type,
  reason: failureReason(failure),
})

const failureReason = (failure: ShellFailure): string => {
  switch (failure.type) {
    case 'StoreUnavailable':
    case 'Thrown':
      return showThrown(failure.cause)
    case 'VersionConflict':
      return `the stream is at version ${failure.actual}`
    case 'AppendConditionFailed':
    case 'HistoryChanged':
      return `at position ${failure.position}`
    case 'CommitIdTaken':
      return `by the stream ${failure.stream}`
    case 'CommitIdReused':
      return 'for a different request'
    case 'StoreBusy':
      return `${failure.waiting} appends are waiting`
    case 'GivenUp':
      return `${failure.operation}: ${failure.reason}`
    // the request was checked before, so its result or the clock is at fault
    case 'InvalidCommit':
      return showIssue(failure.issues[0])
    case 'UnencodableCommand':
      return `${failure.commandType}: ${showIssue(failure.issues[0])}`
    case 'UndecodableEvent':
    case 'UnencodableEvent':
      return `${failure.eventType}: ${showIssue(failure.issues[0])}`
  }
}
