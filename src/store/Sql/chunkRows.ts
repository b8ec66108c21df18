/**
 * Reads events out of chunks.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import { none, some } from '../../internal/either.ts'
import type { Tag } from '../../Query.ts'
import type { Recorded } from '../../Recorded.ts'

/** A row of a function; the columns that the other one has are left out. */
export interface ChunkRow {
  readonly o_version?: unknown
  readonly o_streams?: string | null
  readonly o_versions?: string | null
  readonly o_numbers: string | null
  readonly o_names: string | null
  readonly o_data: string | null
}

type EventList = Array<Recorded<EncodedEvent>>

/**
 * Adds the events of a stream after the version `last`. Returns the last version then; `undefined` if the chunk can't
 * be read, because of a name with a character that JSON would escape, or because its events are not the next ones.
 */
export const addOfStream = (
  events: EventList,
  row: ChunkRow,
  stream: string,
  last: number,
): number | undefined => {
  const size = addChunk(
    events,
    row,
    () => stream,
    (i) => last + 1 + i,
  )
  return size !== undefined && Number(row.o_version) === last + size ? last + size : undefined
}

/** Adds the events of a page; `false` if a name has a character that JSON would escape. */
export const addOfPage = (events: EventList, row: ChunkRow): boolean => {
  const versions = listIn(row.o_versions)
  const streams = separateNames(row.o_streams, versions.length)
  if (streams === undefined) return false
  return (
    addChunk(
      events,
      row,
      (i) => streams[i] as string,
      (i) => versions[i] as number,
    ) !== undefined
  )
}

/** The numbers of an event, its tags among them, and as many names. */
const namesPerEvent = 5

/** Adds the events of a chunk, and returns how many. */
const addChunk = (
  events: EventList,
  row: ChunkRow,
  streamOf: (i: number) => string,
  versionOf: (i: number) => number,
): number | undefined => {
  const numbers = listIn(row.o_numbers)
  const names = separateNames(row.o_names, numbers.length)
  if (names === undefined) return undefined
  const data = listIn(row.o_data)
  for (let i = 0, at = 0; i < data.length; i++, at += namesPerEvent) {
    // the function says what is where
    const recordedAt = numbers[at + 4] as number
    const tags = numbers[at + 3] as ReadonlyArray<Tag> | null
    const recorded = {
      stream: streamOf(i),
      version: versionOf(i),
      position: numbers[at] as number,
      commitId: names[at] as string,
      recordedAt,
      occurredAt: (numbers[at + 2] as number | null) ?? recordedAt,
      actor: nameOrNone(names[at + 2] as string),
      correlationId: nameOrNone(names[at + 3] as string),
      causationId: nameOrNone(names[at + 4] as string),
      event: {
        type: names[at + 1] as string,
        schemaVersion: numbers[at + 1] as number,
        data: data[i],
      },
    }
    events.push(tags === null ? recorded : { ...recorded, tags })
  }
  return data.length
}

const nameOrNone = (name: string) => (name === '' ? none : some(name))

/** The values of a column, as the database writes them. */
const listIn = (text: string | null | undefined): ReadonlyArray<unknown> =>
  typeof text === 'string' ? (JSON.parse(`[${text}]`) as ReadonlyArray<unknown>) : []

/**
 * So many names; `undefined` if they can't be told apart. Without backslashes, an array of `n` strings has 2 `n` quotes.
 * The text has as many for `n` names, and further ones only if they are part of names.
 */
const separateNames = (
  joined: string | null | undefined,
  n: number,
): ReadonlyArray<string> | undefined => {
  if (typeof joined !== 'string') return []
  if (joined.includes('\\')) return undefined
  const names = arrayOrNot(`["${joined}"]`)
  return names?.length === n && names.every((name) => typeof name === 'string') ? names : undefined
}

/** `undefined` if a name has a quote or a control character. */
const arrayOrNot = (text: string): ReadonlyArray<unknown> | undefined => {
  try {
    return JSON.parse(text) as ReadonlyArray<unknown>
  } catch {
    return undefined
  }
}
