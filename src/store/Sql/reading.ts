/**
 * Calls the functions in the database that read.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Page, ReadOptions } from '../EventStore.ts'
import { pageOf } from '../internal/engine.ts'
import type { SqlClient } from './client.ts'
import type { EventColumns } from './columns.ts'
import { eventsInColumns } from './columns.ts'
import type { ColumnsPage } from './joinedColumns.ts'
import { pageInRow } from './joinedColumns.ts'
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

/** Reads a page of the global order. */
export const readPageAfter = async (
  client: SqlClient,
  at: string,
  afterPosition: number,
  limit: number,
  options: ReadOptions,
): Promise<Page<EncodedEvent>> => {
  const page =
    (await joinedPage(client, at, afterPosition, limit, options)) ??
    (await jsonPage(client, at, afterPosition, limit, options))
  return pageOf(eventsInColumns(page.columns), afterPosition, limit, page.head)
}

/** In the form that is faster, unless there is a query, or a name that the form can't hold. */
const joinedPage = async (
  client: SqlClient,
  at: string,
  afterPosition: number,
  limit: number,
  { types, categories, query }: ReadOptions,
): Promise<ColumnsPage | undefined> => {
  if (query !== undefined) return undefined
  const text = `select * from ${at}decider_page_9($1, $2, $3, $4)`
  const params = [afterPosition, limit, listText(types), listText(categories)]
  const { rows } = await client.query(text, params)
  return pageInRow(rows[0])
}

const jsonPage = async (
  client: SqlClient,
  at: string,
  afterPosition: number,
  limit: number,
  { types, categories, query }: ReadOptions,
): Promise<ColumnsPage> => {
  const items = query && queryParams(query)
  const text = `select ${at}decider_read_8($1, $2, $3, $4, $5, $6)`
  const lists = [types, categories, items?.types, items?.tags].map(listText)
  const params = [afterPosition, limit, ...lists]
  const columns = await fetched<EventColumns & { readonly head: number }>(client, text, params)
  return { head: columns.head, columns }
}

const listText = (all: ReadonlyArray<string | null> | undefined): string | null =>
  all === undefined ? null : arrayText(all)
