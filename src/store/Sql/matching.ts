/**
 * Queries in the database: which events match, found by the tags and types that they ask for.
 *
 * `matches` of `Query` defines which events match. An item with tags reads the index of tags at its rarest tag; an
 * item with types alone reads the index of types.
 *
 * @since 0.1.0
 */
import type { Query } from '../../Query.ts'
import { possibleItems } from '../internal/tags.ts'
import { arrayText } from './names.ts'

/** A query: for each item the text of the array of its types and of its tags, null for any. */
export interface QueryParams {
  readonly types: ReadonlyArray<string | null>
  readonly tags: ReadonlyArray<string | null>
  /** The tag of an item that has one. */
  readonly onlyTag: ReadonlyArray<string | null>
}

export const queryParams = (query: Query): QueryParams => {
  const items = possibleItems(query)
  const textOf = (names: ReadonlyArray<string>) => (names.length === 0 ? null : arrayText(names))
  return {
    types: items.map(({ types }) => textOf(types)),
    tags: items.map(({ tags }) => textOf(tags)),
    onlyTag: items.map(({ tags: [tag, ...others] }) =>
      tag === undefined || others.length > 0 ? null : tag,
    ),
  }
}

/** SQL expressions for what is looked for, within which `i` is an item with `types` and `tags`. */
interface Wanted {
  readonly after: string
  readonly limit: string
  /** A further condition on an event or a tag `e`, which has a position and a type. Defaults to none. */
  readonly only?: string
}

/**
 * A lateral relation of the first positions that match an item, unordered. Each of its three parts is run
 * only for items of its shape, and stops at the limit. Events of a type are a range of the index of types; asked for
 * by `type = …`, PostgreSQL read all events in order of position instead, where it knew of few types.
 */
export const positionsOf = (at: string, { after, limit, only = '' }: Wanted): string => `lateral (
      (select e.position from ${at}.decider_tags e
        where i.tags is not null and e.tag = ${rarest(at, after)} and e.position > ${after}
          and (i.types is null or e.type = any(i.types))
          and (cardinality(i.tags) = 1 or not exists (
            select from unnest(i.tags) t (tag) where not exists (
              select from ${at}.decider_tags o where o.tag = t.tag and o.position = e.position
            )
          ))${only}
        order by e.position limit ${limit})
      union all
      (select f.position from unnest(i.types) t (type) cross join lateral (
          select e.position from ${at}.decider_events e
            where (e.type, e.position) > (t.type, ${after}) and e.type <= t.type${only}
            order by e.type, e.position limit ${limit}
        ) f
        where i.tags is null and i.types is not null)
      union all
      (select e.position from ${at}.decider_events e
        where i.tags is null and i.types is null and e.position > ${after}${only}
        order by e.position limit ${limit})
    ) m`

/**
 * Whether an event after a position may match an item: sure if the item has one tag, which takes a tenth of the time of
 * `positionsOf`. The types are the text of an array.
 */
export const mayMatch = (at: string, types: string, onlyTag: string, after: string): string => `(
      ${onlyTag} is null or (
        select true from ${at}.decider_tags e
          where e.tag = ${onlyTag} and e.position > ${after}
            and (${types} is null or e.type = any(${types}::text[]))
          limit 1
      )
    )`

/** The tag of an item that the fewest events have; at most a hundred events of each tag are counted. */
const rarest = (at: string, after: string): string => `(
            case when cardinality(i.tags) = 1 then i.tags[1] else (
              select t.tag from unnest(i.tags) t (tag) order by (
                select count(*) from (
                  select from ${at}.decider_tags o where o.tag = t.tag and o.position > ${after} limit 100
                ) few
              ) limit 1
            ) end
          )`

/** The items of a query, from the names of two parameters. */
export const itemsOf = (types: string, tags: string): string =>
  `(select t.types::text[] as types, t.tags::text[] as tags
      from unnest(${types}::text[], ${tags}::text[]) t (types, tags)) i`
