/**
 * The functions of the SQL engine in the database that read.
 *
 * The database plans a function once per connection, but a statement on every call. If the code of a function
 * changes, it gets a new name, so that processes of two versions of this library can share a database. The
 * functions run as their owner: a role that may call them needs no right to write to the tables.
 *
 * Pages of events are JSON objects with one array for each column: the database writes them, and the program parses
 * them, in a quarter of the time that one JSON object for each event takes.
 *
 * @since 0.1.0
 */
import { itemsOf, positionsOf } from './matching.ts'
import { asOwner } from './owner.ts'

export const createReadFunctions = (at: string): string => `
${commitsFunction(at)}
${loadFunction(at)}
${readFunction(at)}
revoke all on function ${readFunctions.map((name) => `${at}.${name}`).join(', ')} from public;`

export const readFunctions: ReadonlyArray<string> = [
  'decider_commits_8',
  'decider_load_8',
  'decider_read_8',
]

/** The columns of events as arrays, from a relation \`e\` in the order of its rows. */
const columnArrays = `
  '"position":' || coalesce(json_agg(e.position)::text, '[]')
  || ',"stream":' || coalesce(json_agg(e.stream)::text, '[]')
  || ',"version":' || coalesce(json_agg(e.version)::text, '[]')
  || ',"commit_id":' || coalesce(json_agg(e.commit_id)::text, '[]')
  || ',"type":' || coalesce(json_agg(e.type)::text, '[]')
  || ',"schema_version":' || coalesce(json_agg(e.schema_version)::text, '[]')
  || ',"data":' || coalesce(json_agg(e.data)::text, '[]')
  || ',"occurred_at":' || coalesce(json_agg(e.occurred_at)::text, '[]')
  || ',"recorded_at":' || coalesce(json_agg(e.recorded_at)::text, '[]')
  || ',"actor":' || coalesce(json_agg(e.actor)::text, '[]')
  || ',"correlation_id":' || coalesce(json_agg(e.correlation_id)::text, '[]')
  || ',"causation_id":' || coalesce(json_agg(e.causation_id)::text, '[]')
  || ',"tags":' || coalesce(json_agg(e.tags)::text, '[]')`

/**
 * Returns the stored events of the commits with the given ids. Each commit is looked up separately (`offset 0`):
 * given the statistics of a large table, PostgreSQL planned a join that read all events.
 */
const commitsFunction = (at: string): string => `
create function ${at}.decider_commits_8(c_id text)
returns text language plpgsql stable ${asOwner} as $function$
declare
  answer text;
begin
  select '{"fingerprint":' || coalesce(json_agg(e.fingerprint)::text, '[]') || ',' || ${columnArrays} || '}'
    into answer from (
      select e.*, c.fingerprint from ${at}.decider_commits c cross join lateral (
          select e.* from ${at}.decider_events e
            where e.position between c.position and c.last_position and e.commit_id = c.commit_id offset 0
        ) e
        where c.commit_id = any(c_id::text[]) order by e.position
    ) e;
  return answer;
end $function$;`

const loadFunction = (at: string): string => `
create function ${at}.decider_load_8(a_stream text, a_after bigint, a_limit bigint)
returns text language plpgsql stable ${asOwner} as $function$
declare
  answer text;
begin
  select '{' || ${columnArrays} || '}' into answer from (
    select * from ${at}.decider_events
      where stream = a_stream and version > a_after order by version limit a_limit
  ) e;
  return answer;
end $function$;`

// one statement, so the head is that of the same snapshot
const readFunction = (at: string): string => `
create function ${at}.decider_read_8(
  a_after bigint, a_limit bigint, a_types text, a_categories text, q_types text, q_tags text
) returns text language plpgsql stable ${asOwner} as $function$
declare
  answer text;
begin
  if q_types is null then
    select ${headOf(at)} || ${columnArrays} || '}'
      into answer from (
        select * from ${at}.decider_events
          where position > a_after
            and (a_types is null or type = any(a_types::text[]))
            and (a_categories is null or split_part(stream, '-', 1) = any(a_categories::text[]))
          order by position limit a_limit
      ) e;
  else
    select ${headOf(at)} || ${columnArrays} || '}'
      into answer from (
        select e.* from (
          select distinct m.position from ${itemsOf('q_types', 'q_tags')}
            cross join ${positionsOf(at, { after: 'a_after', limit: 'a_limit', only: isWanted(at) })}
            order by m.position limit a_limit
        ) m join ${at}.decider_events e on e.position = m.position order by e.position
      ) e;
  end if;
  return answer;
end $function$;`

const headOf = (at: string): string =>
  `'{"head":' || (select position from ${at}.decider_counter where one) || ','`

/** What is asked of an event, or of a tag, beside the query. */
const isWanted = (at: string): string => `
          and (a_types is null or e.type = any(a_types::text[]))
          and (a_categories is null or split_part(
            (select s.stream from ${at}.decider_events s where s.position = e.position), '-', 1
          ) = any(a_categories::text[]))`
