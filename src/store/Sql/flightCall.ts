/**
 * The call that appends a flight. Pure.
 *
 * @since 0.1.0
 */
import type { Instant } from '../../Recorded.ts'
import type { CheckedCommit, CheckedEvent, CheckedPart } from '../Engine.ts'
import type { AppendCondition, ExpectedVersion } from '../EventStore.ts'
import { nullOf } from '../internal/rows.ts'
import { possibleItems } from '../internal/tags.ts'
import type { Flight, Passenger } from './flight.ts'
import { partsOf } from './flight.ts'
import { queryParams } from './matching.ts'
import { arrayText } from './names.ts'
import type { FlightClaim } from './ownFlights.ts'
import type { SeenVersions } from './seenVersions.ts'

/** A call of a function: its name and its parameters. */
export interface FunctionCall {
  readonly name: string
  readonly params: Array<unknown>
}

/** A single commit to one stream has a cheaper function, which makes no claim. */
export const isSingle = (flight: Flight): boolean =>
  flight.length === 1 && flight[0]?.commit.also.length === 0

export const appendFunctionCall = (
  flight: Flight,
  recordedAt: Instant,
  seen: Pick<SeenVersions, 'of'>,
  claim?: FlightClaim,
): FunctionCall => {
  const first = flight[0]
  return first !== undefined && isSingle(flight)
    ? { name: 'decider_append_one_13', params: singleParams(first, recordedAt, seen) }
    : { name: 'decider_append_13', params: flightParams(flight, recordedAt, seen, claim) }
}

const singleParams = (
  { commit, data, commands }: Passenger,
  recordedAt: Instant,
  seen: Pick<SeenVersions, 'of'>,
): Array<unknown> => {
  const { stream, commitId, expected, fingerprint, events, condition } = commit
  const mark = expected.type === 'Exactly' ? expected.mark : undefined
  const items = condition && queryParams(condition.query)
  // prettier-ignore
  return [
    commitId, fingerprint ?? null, commands, events.length, condition?.after ?? null, conditionText(condition),
    stream, versionOf(expected), seenOf(commit, seen), mark?.commitId ?? null, mark?.position ?? null, mark?.recordedAt ?? null,
    items ? arrayText(items.types) : null, items ? arrayText(items.tags) : null,
    items ? arrayText(items.onlyTag) : null,
    ...(events.length === 1 ? eventParams(events[0], data[0]) : eventsParams(events, data)),
    recordedAt,
  ]
}

/** In a list, `undefined` is null. */
type Param = string | number | null | undefined

const eventParams = (
  { event, occurredAt, actor, correlationId, causationId, tags }: CheckedEvent,
  data: string | undefined,
): ReadonlyArray<Param> =>
  // prettier-ignore
  [
    event.type, event.schemaVersion, data, occurredAt ?? null, nullOf(actor), nullOf(correlationId),
    nullOf(causationId), tagsText(tags),
  ]

const eventsParams = (
  events: ReadonlyArray<CheckedEvent>,
  data: ReadonlyArray<string>,
): ReadonlyArray<Param> => [
  arrayText(events.map(({ event }) => event.type)),
  arrayText(events.map(({ event }) => event.schemaVersion)),
  arrayText(data),
  listParam(events.map(({ occurredAt }) => occurredAt)),
  listParam(events.map(({ actor }) => nullOf(actor))),
  listParam(events.map(({ correlationId }) => nullOf(correlationId))),
  listParam(events.map(({ causationId }) => nullOf(causationId))),
  listParam(events.map(({ tags }) => tagsText(tags))),
]

/** The condition as it is kept with its commit. */
const conditionText = (condition: AppendCondition | undefined): string | null =>
  condition === undefined ? null : JSON.stringify(condition)

const tagsText = (tags: CheckedEvent['tags']): string | null =>
  tags.length === 0 ? null : arrayText(tags)

/** A list of the database, null if it says nothing. */
const listParam = (list: ReadonlyArray<Param>): string | null =>
  list.some((element) => element !== null && element !== undefined) ? arrayText(list) : null

/** The parameters of the function for any flight, in its order. `columnsOf` has the columns of the lists. */
const flightParams = (
  flight: Flight,
  recordedAt: Instant,
  seen: Pick<SeenVersions, 'of'>,
  claim: FlightClaim | undefined,
): Array<unknown> => {
  const lists = emptyLists()
  const parts: Array<number> = []
  let earlier = 0
  flight.forEach((passenger, i) => {
    const part = parts[passenger.root] ?? lists.streams.length + 1
    parts.push(part)
    earlier += addCommit(lists, passenger, i + 1, part, earlier)
    if (passenger.root === i) addParts(lists, passenger.commit, seen)
  })
  // prettier-ignore
  return [
    arrayText(lists.ids), arrayText(lists.commits), listParam(lists.fingerprints), linesParam(lists.commands),
    arrayText(lists.streams), listParam(lists.expected), listParam(lists.seen), listParam(lists.marks),
    arrayText(lists.events), arrayText(lists.contents), listParam(lists.origins), listParam(lists.tags),
    ...conditionParams(lists), ...claimParams(claim), recordedAt,
  ]
}

const conditionParams = (lists: Lists): ReadonlyArray<Param> =>
  lists.leastRead > lists.furthestRead
    ? noConditions
    : // prettier-ignore
      [
        linesParam(lists.conditions), arrayText(lists.asked), arrayText(lists.items), listParam(lists.onlyTags),
        listParam(lists.tagSets), arrayText([...lists.types.keys()]), lists.leastRead, lists.furthestRead,
      ]

const claimParams = (claim: FlightClaim | undefined): ReadonlyArray<unknown> =>
  claim === undefined
    ? noClaim
    : [
        claim.flight,
        claim.known,
        claim.own.length === 0 ? null : arrayText(claim.own),
        claim.isClear,
      ]

const noClaim: ReadonlyArray<null> = [null, null, null, null]

const noConditions: ReadonlyArray<null> = Array.from({ length: 8 }, () => null)

const emptyLists = () => {
  const list = (): Array<Param> => []
  // prettier-ignore
  return {
    ids: list(), commits: list(), fingerprints: list(), commands: [] as Array<string | null>,
    streams: list(), expected: list(), seen: list(), marks: list(),
    events: list(), contents: list(), origins: list(), tags: list(),
    conditions: [] as Array<string | null>, asked: list(), items: list(), onlyTags: list(), tagSets: list(),
    types: new Map<string, number>(),
    /** The first and the last position that conditions were read up to. */
    leastRead: Infinity, furthestRead: -Infinity,
  }
}

/** JSON texts, one a line, since none has a line break; null if there are none. */
const linesParam = (texts: ReadonlyArray<string | null>): string | null =>
  texts.some((text) => text !== null) ? texts.join('\n') : null

type Lists = ReturnType<typeof emptyLists>

/** Adds commit number `n`, and returns how many events it has. */
const addCommit = (
  lists: Lists,
  passenger: Passenger,
  n: number,
  firstPart: number,
  earlier: number,
): number => {
  const { commit, commands, root } = passenger
  const parts = partsOf(commit)
  const isFirst = root === n - 1
  let size = 0
  parts.forEach((part, i) => {
    addEvents(lists, part.events, passenger, n, firstPart + i, size)
    size += part.events.length
  })
  lists.ids.push(commit.commitId)
  lists.commits.push(firstPart, isFirst ? parts.length : 0, earlier, size)
  lists.fingerprints.push(commit.fingerprint)
  lists.commands.push(commands)
  addCondition(lists, commit.condition)
  return size
}

const addParts = (lists: Lists, commit: CheckedCommit, seen: Pick<SeenVersions, 'of'>): void => {
  for (const part of partsOf(commit)) {
    const { stream, expected } = part
    const mark = expected.type === 'Exactly' ? expected.mark : undefined
    lists.streams.push(stream)
    lists.expected.push(versionOf(expected))
    lists.seen.push(seenOf(part, seen))
    lists.marks.push(mark?.commitId, mark?.position, mark?.recordedAt)
  }
}

const seenOf = (
  { stream, expected }: Pick<CheckedPart, 'stream' | 'expected'>,
  seen: Pick<SeenVersions, 'of'>,
): number | null => (expected.type === 'Any' ? (seen.of(stream) ?? null) : null)

/** Adds the events of a part; `earlier` events of the commit come before them. */
const addEvents = (
  lists: Lists,
  added: CheckedPart['events'],
  { data, before }: Passenger,
  n: number,
  part: number,
  earlier: number,
): void => {
  added.forEach(({ event, occurredAt, actor, correlationId, causationId, tags }, i) => {
    lists.events.push(n, part, before + i + 1, event.schemaVersion)
    lists.contents.push(event.type, data[earlier + i], nullOf(actor))
    lists.origins.push(occurredAt, nullOf(correlationId), nullOf(causationId))
    lists.tags.push(tagsText(tags))
  })
}

const addCondition = (lists: Lists, condition: AppendCondition | undefined): void => {
  lists.conditions.push(conditionText(condition))
  if (condition === undefined) {
    lists.asked.push(null, null, null)
    return
  }
  const { query, after } = condition
  const items = possibleItems(query)
  lists.asked.push(lists.onlyTags.length + 1, items.length, after)
  lists.leastRead = Math.min(lists.leastRead, after)
  lists.furthestRead = Math.max(lists.furthestRead, after)
  for (const { types, tags } of items) {
    lists.items.push(typesNumber(lists, types), after)
    lists.onlyTags.push(tags.length === 1 ? tags[0] : null)
    lists.tagSets.push(tags.length > 1 ? arrayText(tags) : null)
  }
}

/** Where types are in the list of types. Most conditions of a flight ask for the same. */
const typesNumber = ({ types: all }: Lists, types: ReadonlyArray<string>): number | null => {
  if (types.length === 0) return null
  const text = arrayText(types)
  const known = all.get(text)
  if (known === undefined) all.set(text, all.size + 1)
  return known ?? all.size
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
