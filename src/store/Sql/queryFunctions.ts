/**
 * The function in the database that reads by queries, in chunks.
 *
 * @since 0.1.0
 */
import { chunkColumns, eventsPerChunk } from './chunks.ts'
import { positionsOf } from './matching.ts'
import { asOwner } from './owner.ts'

export const queryFunctions: ReadonlyArray<string> = ['decider_query_14']

export const createQueryFunctions = (at: string): string => `
${queriesInChunks(at)}
revoke all on function ${queryFunctions.map((name) => `${at}.${name}`).join(', ')} from public;`

/** The matching events of a relation m of positions, into the columns of the result. */
const chunkAt = (at: string, positions: string): string => `
        select count(*), max(e.position), string_agg(e.stream, '","'), string_agg(e.version::text, ','), ${chunkColumns}
          into l_size, l_last, o_streams, o_versions, o_numbers, o_names, o_data from (
            select e.* from (
              select distinct m.position from ${positions}
                order by m.position limit ${most}
            ) m join ${at}.decider_events e on e.position = m.position order by e.position
          ) e;`

const most = `least(l_left, ${eventsPerChunk})`

/** The items of a query. */
const items = 'generate_series(l_item, l_end - 1) j'

/** Measured: where each item has one tag, as most have, this takes a third to a half of the time of the general form. */
const byOneTag = (at: string): string => `${items} cross join lateral (
                select e.position from ${at}.decider_tags e
                  where e.tag = l_only[j] and e.position > l_last
                    and (l_types[j] is null or e.type = any(l_types[j]::text[]))
                  order by e.position limit ${most}
              ) m`

const byAnything = (at: string): string => `(
                select l_types[j]::text[] as types,
                  case when l_only[j] is null then l_tags[j]::text[] else array[l_only[j]] end as tags
                from ${items}
              ) i cross join ${positionsOf(at, { after: 'l_last', limit: most })}`

/**
 * Reads by some queries, each after a position and up to so many events. a_first has the number of the first item of each
 * query, and after the last one that of an item that would follow; the other lists have a row an item. A query has at
 * least one row, with its number, from 1, and the head. A stable function sees one snapshot.
 */
const queriesInChunks = (at: string): string => `
create function ${at}.decider_query_14(
  a_after text, a_first text, a_types text, a_tags text, a_only text, a_limit bigint,
  out o_query int, out o_head bigint, out o_streams text, out o_versions text,
  out o_numbers text, out o_names text, out o_data text
) returns setof record language plpgsql stable ${asOwner} as $function$
declare
  l_after bigint[] := a_after;
  l_first int[] := a_first;
  l_types text[] := a_types;
  l_tags text[] := a_tags;
  l_only text[] := a_only;
  l_item int;
  l_end int;
  l_last bigint;
  l_left bigint;
  l_size bigint;
begin
  select position into o_head from ${at}.decider_counter where one;
  for q in 1 .. cardinality(l_after) loop
    o_query := q;
    l_item := l_first[q];
    l_end := l_first[q + 1];
    l_last := l_after[q];
    l_left := a_limit;
    loop
      if array_position(l_only[l_item : l_end - 1], null) is null then${chunkAt(at, byOneTag(at))}
      else${chunkAt(at, byAnything(at))}
      end if;
      return next;
      exit when l_size < ${eventsPerChunk};
      l_left := l_left - l_size;
      exit when l_left <= 0;
    end loop;
  end loop;
end $function$;`
