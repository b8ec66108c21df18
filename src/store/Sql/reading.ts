/**
 * Calls the functions in the database that read.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Recorded } from '../../Recorded.ts'
import type { Page, ReadOptions } from '../EventStore.ts'
import { pageOf } from '../internal/engine.ts'
import type { StoredEvents } from '../internal/engineModel.ts'
import type { SqlClient } from './client.ts'
import type { EventColumns } from './columns.ts'
import { eventsInColumns } from './columns.ts'
import type { ChunkRow } from './chunkRows.ts'
import { addOfPage, addOfStream } from './chunkRows.ts'
import type { Tail } from './pages.ts'
import type { EventsAndHead, QueryRead } from './queries.ts'
import { queryParams } from './matching.ts'
import { arrayText } from './names.ts'

/** What a function of the store returns: JSON in the one column of the one row. */
export const fetched = async <A>(
  client: SqlClient,
  text: string,
  params: ReadonlyArray<unknown>,
): Promise<A> => {
  const { rows } = await client.query(text, [...params])
  return JSON.parse(String(Object.values(rows[0] ?? {})[0])) as A
}

/** Loads the ends of streams, each up to so many events. */
export const loadTails = async (
  client: SqlClient,
  at: string,
  tails: ReadonlyArray<Tail>,
  limit: number,
): Promise<ReadonlyArray<StoredEvents>> => {
  const text = `select * from ${at}decider_load_11($1, $2, $3)`
  const streams = arrayText(tails.map(({ stream }) => stream))
  const versions = arrayText(tails.map(({ after }) => after))
  const { rows } = await ask(client, 'decider_load_11', text, [streams, versions, limit])
  const lists = tails.map(({ stream, after }) => ({ events: newEvents(), stream, last: after }))
  const unreadable = new Set<number>()
  for (const row of rows) {
    const i = Number(row['o_stream']) - 1
    // the function answers with numbers of these streams
    const list = lists[i] as (typeof lists)[number]
    const last = addOfStream(list.events, chunkIn(row), list.stream, list.last)
    if (last === undefined) unreadable.add(i)
    else list.last = last
  }
  const all: Array<StoredEvents> = lists.map(({ events }) => events)
  for (const i of unreadable) all[i] = await jsonTail(client, at, tails[i] as Tail, limit)
  return all
}

/** The function says which columns it has, and of which types. */
const chunkIn = (row: Readonly<Record<string, unknown>>): ChunkRow => row as unknown as ChunkRow

const newEvents = (): Array<Recorded<EncodedEvent>> => []

/** The end of a stream in a form that can hold any name. */
const jsonTail = async (
  client: SqlClient,
  at: string,
  { stream, after }: Tail,
  limit: number,
): Promise<StoredEvents> =>
  eventsInColumns(
    await fetched(client, `select ${at}decider_load_8($1, $2, $3)`, [stream, after, limit]),
  )

/** Sends a statement of the store, under a name if sessions keep it. */
const ask = (
  client: SqlClient,
  name: string,
  text: string,
  params: Array<unknown>,
): ReturnType<SqlClient['query']> =>
  client.named?.(name, text, params) ?? client.query(text, params)

/** Reads a page of the global order. */
export const readPageAfter = async (
  client: SqlClient,
  at: string,
  afterPosition: number,
  limit: number,
  options: ReadOptions,
): Promise<Page<EncodedEvent>> => {
  const { head, events } =
    (await chunkedPage(client, at, afterPosition, limit, options)) ??
    (await jsonPage(client, at, afterPosition, limit, options))
  return pageOf(events, afterPosition, limit, head)
}

/** In the form that is faster, unless there is a query as well, or a name that the form can't hold. */
const chunkedPage = async (
  client: SqlClient,
  at: string,
  afterPosition: number,
  limit: number,
  { types, categories, query }: ReadOptions,
): Promise<EventsAndHead | undefined> => {
  if (query !== undefined) return undefined
  const text = `select * from ${at}decider_page_11($1, $2, $3, $4)`
  const params = [afterPosition, limit, listText(types), listText(categories)]
  const { rows } = await ask(client, 'decider_page_11', text, params)
  const events = newEvents()
  for (const row of rows) if (!addOfPage(events, chunkIn(row))) return undefined
  return { head: Number(rows[0]?.['o_head']), events }
}

const jsonPage = async (
  client: SqlClient,
  at: string,
  afterPosition: number,
  limit: number,
  { types, categories, query }: ReadOptions,
): Promise<EventsAndHead> => {
  const items = query && queryParams(query)
  const text = `select ${at}decider_read_8($1, $2, $3, $4, $5, $6)`
  const lists = [types, categories, items?.types, items?.tags].map(listText)
  const params = [afterPosition, limit, ...lists]
  const columns = await fetched<EventColumns & { readonly head: number }>(client, text, params)
  return { head: columns.head, events: eventsInColumns(columns) }
}

const listText = (all: ReadonlyArray<string | null> | undefined): string | null =>
  all === undefined ? null : arrayText(all)

/** Reads by several queries, each up to so many events. */
export const readQueries = async (
  client: SqlClient,
  at: string,
  reads: ReadonlyArray<QueryRead>,
  limit: number,
): Promise<ReadonlyArray<EventsAndHead>> => {
  const text = `select * from ${at}decider_query_14($1, $2, $3, $4, $5, $6)`
  const { rows } = await ask(client, 'decider_query_14', text, queryCallParams(reads, limit))
  const found = reads.map(() => ({ head: 0, events: newEvents() }))
  const unreadable = new Set<number>()
  for (const row of rows) {
    const i = Number(row['o_query']) - 1
    // the function answers with numbers of these queries
    const answer = found[i] as (typeof found)[number]
    answer.head = Number(row['o_head'])
    if (!addOfPage(answer.events, chunkIn(row))) unreadable.add(i)
  }
  const all: Array<EventsAndHead> = found
  for (const i of unreadable) {
    const { query, after } = reads[i] as QueryRead
    all[i] = await jsonPage(client, at, after, limit, { query })
  }
  return all
}

const queryCallParams = (reads: ReadonlyArray<QueryRead>, limit: number): Array<unknown> => {
  const items = reads.map(({ query }) => queryParams(query))
  const first = [1]
  for (const { types } of items) first.push((first.at(-1) as number) + types.length)
  return [
    arrayText(reads.map(({ after }) => after)),
    arrayText(first),
    arrayText(items.flatMap(({ types }) => types)),
    arrayText(items.flatMap(({ tags }) => tags)),
    arrayText(items.flatMap(({ onlyTag }) => onlyTag)),
    limit,
  ]
}
