/**
 * A flight: a batch of commits that are sent to the database in one call and stored in one transaction (a group
 * commit), each with a result of its own. Pure.
 *
 * @since 0.1.0
 */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { left, right } from '../../internal/either.ts'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Instant, Recorded } from '../../Recorded.ts'
import { isReuse } from '../../shell/internal/marks.ts'
import type { CheckedCommit, CheckedEvent, CheckedPart } from '../Engine.ts'
import type { AppendConditionFailed, VersionConflict } from '../EventStore.ts'
import type { CommitAnswer, StoredCommit } from '../internal/engineModel.ts'
import { repeated } from '../internal/engineModel.ts'
import type { EventColumns } from './columns.ts'
import { eventsInColumns } from './columns.ts'

/** A commit with the data of its events, and its commands, as JSON. */
export interface LoadedCommit {
  readonly commit: CheckedCommit
  readonly data: ReadonlyArray<string>
  readonly commands: string | null
}

/** A commit in a flight. */
export interface Passenger extends LoadedCommit {
  /** The first commit of its chain, or itself: an index into the flight. */
  readonly root: number
  /** How many events of its chain come before it. */
  readonly before: number
}

export type Flight = ReadonlyArray<Passenger>

/** The streams of a commit, its own first. */
export const partsOf = ({
  stream,
  expected,
  events,
  also,
}: CheckedCommit): ReadonlyNonEmptyArray<CheckedPart> => [{ stream, expected, events }, ...also]

/** What the append functions return. If all commits were accepted, there is nothing to say about each. */
export interface FlightAnswer {
  /** The position before the flight. */
  readonly base: number
  /** The version of each part's stream before the flight; of a chain, only the first commit has parts. */
  readonly heads: ReadonlyArray<number>
  /** What is to be added to the number of an event in the flight to get its position; null if it was not accepted. */
  readonly placed?: ReadonlyArray<number | null>
  readonly known?: ReadonlyArray<boolean>
  /** Whether each part's stream is as expected. */
  readonly agree?: ReadonlyArray<boolean>
  /** The number of the flight that ended at the base, if it had one. */
  readonly before?: number | null
  /** The first position that disturbs a commit's condition, or the head if it reads beyond that. */
  readonly disturbed?: ReadonlyArray<number | null> | null
}

/** The events of the commits that were stored before, with the fingerprint of the commit for each event. */
export type KnownColumns = EventColumns & { readonly fingerprint: ReadonlyArray<string | null> }

/** The ids of the commits that were stored before. */
export const knownIds = (flight: Flight, answer: FlightAnswer): ReadonlyArray<string> =>
  answer.known === undefined
    ? []
    : flight.flatMap(({ commit }, n) => (answer.known?.[n] === true ? [commit.commitId] : []))

/** The result of each commit, in order. */
export const verdicts = (
  flight: Flight,
  answer: FlightAnswer,
  stored: KnownColumns | undefined,
  recordedAt: Instant,
): ReadonlyArray<CommitAnswer> => {
  const known = stored === undefined ? [] : eventsInColumns(stored)
  const parts: Array<number> = []
  let nextPart = 0
  let earlier = 0
  return flight.map((passenger, n) => {
    const { commit, root } = passenger
    const first = parts[root] ?? nextPart
    parts.push(first)
    if (root === n) nextPart += 1 + commit.also.length
    const heads = answer.heads.slice(first, first + 1 + commit.also.length)
    const shift = answer.placed === undefined ? answer.base : answer.placed[n]
    const position = (shift ?? 0) + earlier
    earlier += countEvents(commit)
    if (answer.known?.[n] === true) {
      const at = known.findIndex(({ commitId }) => commitId === commit.commitId)
      const events = known.filter(({ commitId }) => commitId === commit.commitId)
      return knownVerdict(commit, events, stored?.fingerprint[at])
    }
    if (shift !== undefined && shift !== null) {
      return right(recordedBy(passenger, heads, position, recordedAt))
    }
    return left(whyRefused(flight, n, answer, heads, first))
  })
}

const countEvents = ({ events, also }: CheckedCommit): number =>
  also.reduce((sum, part) => sum + part.events.length, events.length)

/** Why a commit that is not known was not accepted, given its streams' versions. */
const whyRefused = (
  flight: Flight,
  n: number,
  { agree = [], disturbed, placed = [] }: FlightAnswer,
  heads: ReadonlyArray<number>,
  first: number,
): VersionConflict | AppendConditionFailed => {
  const { commit, root } = flight[n] as Passenger // n is an index
  // a commit that follows another of its chain has nothing to agree with
  const agrees = root === n ? agree.slice(first, first + heads.length) : []
  const position = disturbed?.[n] ?? null
  if (position !== null && commit.condition !== undefined && !agrees.includes(false)) {
    const { stream, condition } = commit
    return { type: 'AppendConditionFailed', stream, condition, position }
  }
  const refused = Math.max(0, agrees.indexOf(false))
  // a chain is stored up to the first commit that is not accepted
  const last = flight.find((other, i) => other.root === root && (placed[i] ?? null) === null)
  return flightConflict(commit, refused, (heads[refused] ?? 0) + (last?.before ?? 0))
}

const flightConflict = (commit: CheckedCommit, part: number, actual: number): VersionConflict => {
  const { stream, expected } = partsOf(commit)[part] ?? commit
  return { type: 'VersionConflict', stream, expected, actual }
}

const knownVerdict = (
  { stream, commitId, fingerprint }: CheckedCommit,
  events: ReadonlyArray<Recorded<EncodedEvent>>,
  print: string | null | undefined,
): CommitAnswer => {
  const holder = events[0]?.stream
  if (holder !== undefined && holder !== stream) {
    return left({ type: 'CommitIdTaken', commitId, stream: holder })
  }
  return isReuse(fingerprint, print)
    ? left({ type: 'CommitIdReused', commitId, stream })
    : // a known commit has at least one event
      right(repeated(events as unknown as StoredCommit))
}

/** The events of a commit as recorded, given each stream's version and the position before. */
const recordedBy = (
  { commit, before }: Passenger,
  heads: ReadonlyArray<number>,
  position: number,
  recordedAt: Instant,
): StoredCommit => {
  const { commitId, stream, events, also } = commit
  const recorded: Array<Recorded<EncodedEvent>> = []
  const add = (to: string, proposed: ReadonlyArray<CheckedEvent>, head: number): void => {
    let version = head + before
    for (const event of proposed) {
      const at = position + recorded.length + 1
      recorded.push(recordedEvent(event, to, ++version, at, commitId, recordedAt))
    }
  }
  add(stream, events, heads[0] ?? 0)
  also.forEach((part, i) => add(part.stream, part.events, heads[i + 1] ?? 0))
  // one for each event of the commit, of which there is at least one
  return recorded as unknown as StoredCommit
}

const recordedEvent = (
  { event, occurredAt, actor, correlationId, causationId, tags }: CheckedEvent,
  stream: string,
  version: number,
  position: number,
  commitId: string,
  recordedAt: Instant,
): Recorded<EncodedEvent> => {
  const recorded: { -readonly [K in keyof Recorded<EncodedEvent>]: Recorded<EncodedEvent>[K] } = {
    stream,
    version,
    position,
    commitId,
    recordedAt,
    occurredAt: occurredAt ?? recordedAt,
    actor,
    correlationId,
    causationId,
    event,
  }
  // measured: `{ ...recorded, tags }` took a fifth of what a commit with tags costs the program
  if (tags.length > 0) recorded.tags = tags
  return recorded
}
