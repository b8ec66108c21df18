/**
 * Events in chunks: a row for at most so many events, in a few texts with their values between separators.
 *
 * Of all forms that were tried, this costs least: the database joins texts in less time than it writes JSON or rows, and
 * small texts need no memory that goes back to the system after each call. The program parses each text as an array in JSON. But
 * names are not escaped, so one that JSON would have to escape makes a chunk unreadable, which the program notices. Then
 * it reads the events in another form.
 *
 * @since 0.1.0
 */
import { asOwner } from './owner.ts'

export const chunkFunctions: ReadonlyArray<string> = ['decider_load_11', 'decider_page_11']

export const createChunkFunctions = (at: string): string => `
${loadInChunks(at)}
${pageInChunks(at)}
revoke all on function ${chunkFunctions.map((name) => `${at}.${name}`).join(', ')} from public;`

/** Events of 100 bytes are then joined in memory that the process keeps. */
export const eventsPerChunk = 128

/** No name is empty, so an empty text stands for none. */
const optionalNames = `case when e.actor is null and e.correlation_id is null and e.causation_id is null then '","","","'
      else '","' || coalesce(e.actor, '') || '","' || coalesce(e.correlation_id, '') || '","'
        || coalesce(e.causation_id, '') end`

/** The version of the data's shape, when it happened unless that was when it was recorded, and tags. */
const mostlySame = `case when e.schema_version = 1 and e.tags is null and e.recorded_at = e.occurred_at then ',1,null,null,'
      else ',' || e.schema_version || ',' || e.occurred_at || ',' || coalesce(to_json(e.tags)::text, 'null') || ',' end`

/** The columns of a chunk, from a relation `e` in the order of its rows. */
export const chunkColumns: string = `string_agg(e.position || ${mostlySame} || e.recorded_at, ','),
    string_agg(e.commit_id || '","' || e.type || ${optionalNames}, '","'),
    string_agg(e.data::text, ',')`

/**
 * Loads some streams, each after a version and up to so many events. The rows of a stream come one after the other, each
 * with the number of the stream, from 1, and the version of its last event. Versions have no gaps.
 */
const loadInChunks = (at: string): string => `
create function ${at}.decider_load_11(
  a_streams text, a_after text, a_limit bigint,
  out o_stream int, out o_version bigint, out o_numbers text, out o_names text, out o_data text
) returns setof record language plpgsql stable ${asOwner} as $function$
declare
  l_streams text[] := a_streams;
  l_versions bigint[] := a_after;
  l_after bigint;
  l_left bigint;
begin
  for i in 1 .. cardinality(l_streams) loop
    o_stream := i;
    l_after := l_versions[i];
    l_left := a_limit;
    while l_left > 0 loop
      select max(e.version), ${chunkColumns}
        into o_version, o_numbers, o_names, o_data from (
          select * from ${at}.decider_events where stream = l_streams[i] and version > l_after
            order by version limit least(l_left, ${eventsPerChunk})
        ) e;
      exit when o_version is null;
      return next;
      exit when o_version - l_after < ${eventsPerChunk};
      l_after := o_version;
      l_left := l_left - ${eventsPerChunk};
    end loop;
  end loop;
end $function$;`

/**
 * Reads a page of the global order, as at least one row, with the head. A stable function sees one snapshot, so the head is
 * that of the rows.
 */
const pageInChunks = (at: string): string => `
create function ${at}.decider_page_11(
  a_after bigint, a_limit bigint, a_types text, a_categories text,
  out o_head bigint, out o_streams text, out o_versions text, out o_numbers text, out o_names text, out o_data text
) returns setof record language plpgsql stable ${asOwner} as $function$
declare
  l_types text[] := a_types;
  l_categories text[] := a_categories;
  l_after bigint := a_after;
  l_left bigint := a_limit;
  l_size bigint;
begin
  select position into o_head from ${at}.decider_counter where one;
  loop
    select count(*), max(e.position), string_agg(e.stream, '","'), string_agg(e.version::text, ','), ${chunkColumns}
      into l_size, l_after, o_streams, o_versions, o_numbers, o_names, o_data from (
        select * from ${at}.decider_events
          where position > l_after
            and (l_types is null or type = any(l_types))
            and (l_categories is null or split_part(stream, '-', 1) = any(l_categories))
          order by position limit least(l_left, ${eventsPerChunk})
      ) e;
    return next;
    exit when l_size < ${eventsPerChunk};
    l_left := l_left - l_size;
    exit when l_left <= 0;
  end loop;
end $function$;`
