/**
 * Pages of the global order in joined columns: for each column one text, with its values between separators.
 *
 * The database joins texts in less than half of the time in which it writes them as arrays in JSON, and the program
 * parses either as JSON. But nothing is escaped: names that JSON would have to escape make a page unreadable, which the
 * program notices. Then it reads the page in another form.
 *
 * @since 0.1.0
 */
import type { EventColumns } from './columns.ts'
import { asOwner } from './owner.ts'

export const pageFunctions: ReadonlyArray<string> = ['decider_page_9']

const numbersJoined = (column: string): string => `string_agg(e.${column}::text, ',')`
const namesJoined = (column: string): string => `string_agg(e.${column}, '","')`
/** No name is empty, so an empty text stands for none. */
const namesOrNoneJoined = (column: string): string => `string_agg(coalesce(e.${column}, ''), '","')`

/** How each column is joined, from a relation `e` in the order of its rows. */
const joins: Readonly<Record<keyof EventColumns, string>> = {
  position: numbersJoined('position'),
  stream: namesJoined('stream'),
  version: numbersJoined('version'),
  commit_id: namesJoined('commit_id'),
  type: namesJoined('type'),
  schema_version: numbersJoined('schema_version'),
  data: `string_agg(e.data::text, ',')`,
  occurred_at: numbersJoined('occurred_at'),
  recorded_at: numbersJoined('recorded_at'),
  actor: namesOrNoneJoined('actor'),
  correlation_id: namesOrNoneJoined('correlation_id'),
  causation_id: namesOrNoneJoined('causation_id'),
  tags: `string_agg(coalesce(to_json(e.tags)::text, 'null'), ',')`,
}

/** Separate columns, since it would take the database long to put texts of this size together. */
const results = ['head', ...Object.keys(joins)].map((name) => `o_${name}`)

// one statement, so the head is that of the same snapshot
export const createPageFunction = (at: string): string => `
create function ${at}.decider_page_9(
  a_after bigint, a_limit bigint, a_types text, a_categories text,
  ${results.map((name) => `out ${name} text`).join(', ')}
) language plpgsql stable ${asOwner} as $function$
begin
  select (select position from ${at}.decider_counter where one), ${Object.values(joins).join(',\n    ')}
    into ${results.join(', ')} from (
      select * from ${at}.decider_events
        where position > a_after
          and (a_types is null or type = any(a_types::text[]))
          and (a_categories is null or split_part(stream, '-', 1) = any(a_categories::text[]))
        order by position limit a_limit
    ) e;
end $function$;
revoke all on function ${at}.decider_page_9 from public;`

/** What the function returns. */
type JoinedColumns = {
  readonly [K in keyof EventColumns as `o_${K}`]: string | null
} & { readonly o_head: string }

/** A page of events, and the head of the same snapshot. */
export interface ColumnsPage {
  readonly head: number
  readonly columns: EventColumns
}

/** The page in the row that the function returns; `undefined` if a name has a character that JSON would escape. */
export const pageInRow = (row: unknown): ColumnsPage | undefined => {
  // the function says which columns it has, and of which types
  const joined = row as JoinedColumns
  const position = listIn<number>(joined.o_position)
  const stream = separateNames(joined.o_stream, position)
  const commitId = separateNames(joined.o_commit_id, position)
  const type = separateNames(joined.o_type, position)
  const actor = separateNames(joined.o_actor, position)
  const correlationId = separateNames(joined.o_correlation_id, position)
  const causationId = separateNames(joined.o_causation_id, position)
  if (!stream || !commitId || !type || !actor || !correlationId || !causationId) return undefined
  return {
    head: Number(joined.o_head),
    columns: {
      position,
      stream,
      version: listIn(joined.o_version),
      commit_id: commitId,
      type,
      schema_version: listIn(joined.o_schema_version),
      data: listIn(joined.o_data),
      occurred_at: listIn(joined.o_occurred_at),
      recorded_at: listIn(joined.o_recorded_at),
      actor: actor.map(nullIfEmpty),
      correlation_id: correlationId.map(nullIfEmpty),
      causation_id: causationId.map(nullIfEmpty),
      tags: listIn(joined.o_tags),
    },
  }
}

const nullIfEmpty = (name: string): string | null => (name === '' ? null : name)

/** The values of a column; the database checks their types. */
const listIn = <A>(text: string | null): ReadonlyArray<A> =>
  text === null ? [] : (JSON.parse(`[${text}]`) as ReadonlyArray<A>)

/**
 * The names in a column, one for each row; `undefined` if they can't be told apart. Without backslashes, an array of
 * `n` strings has 2 `n` quotes. The text has as many for `n` rows, and further ones only if they are part of names.
 */
const separateNames = (
  text: string | null,
  rows: ReadonlyArray<unknown>,
): ReadonlyArray<string> | undefined => {
  if (text === null) return []
  if (text.includes('\\')) return undefined
  const names = arrayOrNot(`["${text}"]`)
  return names?.length === rows.length && names.every((name) => typeof name === 'string')
    ? names
    : undefined
}

/** `undefined` if a name has a quote or a control character. */
const arrayOrNot = (text: string): ReadonlyArray<unknown> | undefined => {
  try {
    return JSON.parse(text) as ReadonlyArray<unknown>
  } catch {
    return undefined
  }
}
