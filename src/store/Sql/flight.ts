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
import type { AppendCondition, ExpectedVersion, VersionConflict } from '../EventStore.ts'
import type { CommitAnswer, StoredCommit } from '../internal/engineModel.ts'
import { repeated } from '../internal/engineModel.ts'
import { nullOf } from '../internal/rows.ts'
import type { EventColumns } from './columns.ts'
import { eventsInColumns } from './columns.ts'
import { queryParams } from './matching.ts'
import { arrayText } from './names.ts'

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

type ParamColumn = Array<string | number | null>

const emptyColumns = () => {
  // prettier-ignore
  const commits = { id: cells(), fingerprint: cells(), commands: cells(), size: cells(), after: cells(),
    condition: cells() }
  // prettier-ignore
  const parts = { commit: cells(), root: cells(), stream: cells(), expected: cells(), markId: cells(),
    markPosition: cells(), markRecordedAt: cells() }
  const queries = { commit: cells(), after: cells(), types: cells(), tags: cells() }
  // prettier-ignore
  const events = { commit: cells(), part: cells(), index: cells(), version: cells(), type: cells(),
    schemaVersion: cells(), data: cells(), occurredAt: cells(), actor: cells(), correlationId: cells(),
    causationId: cells(), tags: cells() }
  return { commits, parts, queries, events }
}

const cells = (): ParamColumn => []

/** A call of a function: its name and its parameters. */
export interface FunctionCall {
  readonly name: string
  readonly params: Array<unknown>
}

/** The call that appends a flight. A single commit to one stream has a cheaper function. */
export const appendFunctionCall = (flight: Flight, recordedAt: Instant): FunctionCall => {
  const [first, ...others] = flight
  return first !== undefined && others.length === 0 && first.commit.also.length === 0
    ? { name: 'decider_append_one_8', params: singleParams(first, recordedAt) }
    : { name: 'decider_append_8', params: flightParams(flight, recordedAt) }
}

const singleParams = (
  { commit, data, commands }: Passenger,
  recordedAt: Instant,
): Array<unknown> => {
  const { stream, commitId, expected, fingerprint, events, condition } = commit
  const mark = expected.type === 'Exactly' ? expected.mark : undefined
  const items = condition && queryParams(condition.query)
  // prettier-ignore
  return [
    commitId, fingerprint ?? null, commands, events.length, condition?.after ?? null, conditionText(condition),
    stream, versionOf(expected), mark?.commitId ?? null, mark?.position ?? null, mark?.recordedAt ?? null,
    items ? arrayText(items.types) : null, items ? arrayText(items.tags) : null,
    arrayText(events.map(({ event }) => event.type)),
    arrayText(events.map(({ event }) => event.schemaVersion)),
    arrayText(data),
    arrayText(events.map(({ occurredAt }) => occurredAt)),
    arrayText(events.map(({ actor }) => nullOf(actor))),
    arrayText(events.map(({ correlationId }) => nullOf(correlationId))),
    arrayText(events.map(({ causationId }) => nullOf(causationId))),
    events.some(({ tags }) => tags.length > 0) ? arrayText(events.map(tagsText)) : null,
    recordedAt,
  ]
}

/** The condition as it is kept with its commit. */
const conditionText = (condition: AppendCondition | undefined): string | null =>
  condition === undefined ? null : JSON.stringify(condition)

const tagsText = ({ tags }: CheckedEvent): string | null =>
  tags.length === 0 ? null : arrayText(tags)

/** The parameters of the function for any flight, in its order. In the database, indexes start at 1. */
const flightParams = (flight: Flight, recordedAt: Instant): Array<unknown> => {
  const columns = emptyColumns()
  flight.forEach((passenger, i) => {
    addCommit(columns, passenger, i + 1)
  })
  const { commits, parts, queries, events } = columns
  const all = [commits, parts, queries, events].flatMap((table) => Object.values(table))
  return [...all.map(arrayText), recordedAt]
}

type FlightColumns = ReturnType<typeof emptyColumns>

const addCommit = (columns: FlightColumns, passenger: Passenger, n: number): void => {
  const { commit, commands } = passenger
  const { commits } = columns
  let size = 0
  for (const part of partsOf(commit)) {
    addPart(columns, part, n, passenger.root + 1)
    addEvents(columns, part.events, passenger, n, size)
    size += part.events.length
  }
  commits.id.push(commit.commitId)
  commits.fingerprint.push(commit.fingerprint ?? null)
  commits.commands.push(commands)
  commits.size.push(size)
  commits.after.push(commit.condition?.after ?? null)
  commits.condition.push(conditionText(commit.condition))
  if (commit.condition !== undefined) addItems(columns, commit.condition, n)
}

const addPart = (
  { parts }: FlightColumns,
  { stream, expected }: CheckedPart,
  n: number,
  root: number,
): void => {
  const mark = expected.type === 'Exactly' ? expected.mark : undefined
  parts.commit.push(n)
  parts.root.push(root)
  parts.stream.push(stream)
  parts.expected.push(versionOf(expected))
  parts.markId.push(mark?.commitId ?? null)
  parts.markPosition.push(mark?.position ?? null)
  parts.markRecordedAt.push(mark?.recordedAt ?? null)
}

/** Adds the events of the part that was added last; `earlier` events of the commit come before them. */
const addEvents = (
  { parts, events }: FlightColumns,
  added: CheckedPart['events'],
  { data, before }: Passenger,
  n: number,
  earlier: number,
): void => {
  added.forEach((proposed, i) => {
    const { event, occurredAt, actor, correlationId, causationId } = proposed
    events.commit.push(n)
    events.part.push(parts.stream.length)
    events.data.push(data[earlier + i] ?? null)
    events.index.push(earlier + i + 1)
    events.version.push(before + i + 1)
    events.type.push(event.type)
    events.schemaVersion.push(event.schemaVersion)
    events.occurredAt.push(occurredAt ?? null)
    events.actor.push(nullOf(actor))
    events.correlationId.push(nullOf(correlationId))
    events.causationId.push(nullOf(causationId))
    events.tags.push(tagsText(proposed))
  })
}

/** Adds the items of a condition's query. */
const addItems = (
  { queries }: FlightColumns,
  { query, after }: AppendCondition,
  n: number,
): void => {
  const items = queryParams(query)
  items.types.forEach((types, i) => {
    queries.commit.push(n)
    queries.after.push(after)
    queries.types.push(types)
    queries.tags.push(items.tags[i] ?? null)
  })
}

const versionOf = (expected: ExpectedVersion): number | null => {
  switch (expected.type) {
    case 'Any':
      return null
    case 'NoStream':
      return 0
    case 'Exactly':
      return expected.version
  }
}

/** What the append functions return: an array for each column of the commits and of their parts. */
export interface FlightAnswer {
  readonly accepted: ReadonlyArray<boolean>
  readonly known: ReadonlyArray<boolean>
  /** The position before the first event of a commit that was accepted. */
  readonly before: ReadonlyArray<number>
  /** The version of each part's stream before the flight. */
  readonly head: ReadonlyArray<number>
  readonly agrees: ReadonlyArray<boolean>
  /** The first position that disturbs a commit's condition, or the head if it reads beyond that. */
  readonly disturbed: ReadonlyArray<number | null>
}

/** The events of the commits that were stored before, with the fingerprint of the commit for each event. */
export type KnownColumns = EventColumns & { readonly fingerprint: ReadonlyArray<string | null> }

/** The ids of the commits that were stored before. */
export const knownIds = (flight: Flight, answer: FlightAnswer): ReadonlyArray<string> =>
  flight.flatMap(({ commit }, n) => (answer.known[n] === true ? [commit.commitId] : []))

/** The result of each commit, in order. */
export const verdicts = (
  flight: Flight,
  answer: FlightAnswer,
  stored: KnownColumns | undefined,
  recordedAt: Instant,
): ReadonlyArray<CommitAnswer> => {
  const known = stored === undefined ? [] : eventsInColumns(stored)
  let parts = 0
  return flight.map((passenger, n) => {
    const { commit, root } = passenger
    const first = parts
    parts += 1 + commit.also.length
    if (answer.known[n] === true) {
      const at = known.findIndex(({ commitId }) => commitId === commit.commitId)
      const events = known.filter(({ commitId }) => commitId === commit.commitId)
      return knownVerdict(commit, events, stored?.fingerprint[at])
    }
    const heads = answer.head.slice(first, parts)
    if (answer.accepted[n] === true) {
      return right(recordedBy(passenger, heads, answer.before[n] as number, recordedAt))
    }
    const agrees = answer.agrees.slice(first, parts)
    const position = answer.disturbed[n] ?? null
    if (position !== null && commit.condition !== undefined && !agrees.includes(false)) {
      const { stream, condition } = commit
      return left({ type: 'AppendConditionFailed', stream, condition, position })
    }
    const refused = Math.max(0, agrees.indexOf(false))
    // a chain is stored up to the first commit that is not accepted
    const last = flight.find((other, i) => other.root === root && answer.accepted[i] !== true)
    return left(flightConflict(commit, refused, (heads[refused] ?? 0) + (last?.before ?? 0)))
  })
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
  let events = 0
  const recorded = partsOf(commit).flatMap(({ stream, events: proposed }, part) =>
    proposed.map(({ event, occurredAt, actor, correlationId, causationId, tags }, i) => ({
      stream,
      version: (heads[part] ?? 0) + before + i + 1,
      position: position + ++events,
      commitId: commit.commitId,
      recordedAt,
      occurredAt: occurredAt ?? recordedAt,
      actor,
      correlationId,
      causationId,
      event,
      ...(tags.length > 0 && { tags }),
    })),
  )
  // one for each event of the commit, of which there is at least one
  return recorded as unknown as StoredCommit
}
