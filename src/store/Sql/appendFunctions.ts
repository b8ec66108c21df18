/**
 * The functions that append, in the database.
 *
 * @since 0.1.0
 */
import { quotedLiteral } from '../internal/sqlQuotes.ts'
import type { ListName } from './lists.ts'
import { columnsOf, elementOf } from './lists.ts'
import { itemsOf, mayMatch, positionsOf } from './matching.ts'
import { asOwner } from './owner.ts'

export const appendFunctions: ReadonlyArray<string> = ['decider_append_13', 'decider_append_one_13']

export const createAppendFunctions = (at: string): string => `
${flightFunction(at)}
${singleFunction(at)}
revoke all on function ${appendFunctions.map((name) => `${at}.${name}`).join(', ')} from public;`

/**
 * First the lock, in a statement of its own, so that the next statement sees what the previous owner committed; then
 * the counter, before anything is checked, so that a transaction with an older snapshot fails.
 */
const enter = (at: string, size: string): string => `${lock(at)}
  update ${at}.decider_counter set position = position + ${size} where one
    returning position - ${size} into base;`

const lock = (at: string): string => `
  if isolation in ('repeatable read', 'serializable') then
    return json_build_object('isolation', isolation);
  end if;
  perform pg_advisory_xact_lock(hashtextextended(${quotedLiteral(`${at}.decider_counter`)}, 0));`

/** As `enter`, for a flight with a number: that is written in front of those that end where this one starts. */
const enterWithNumber = (at: string): string => `${lock(at)}
  if a_flight is null then
    update ${at}.decider_counter set position = position + size where one
      returning position - size into base;
  else
    update ${at}.decider_counter set position = position + size, flights_end = position + size, flights =
        case when flights_end = position then array[a_flight] || flights[1:2] else array[a_flight] end
      where one returning position - size, flights into base, numbers;
    follows := numbers[2] = a_known or (numbers[2] = any(a_own::bigint[]) and numbers[3] = a_known);
  end if;`

/** Whether the last event of a stream is what is expected. */
const agreesSql = (
  expected: string,
  markId: string,
  position: string,
  recordedAt: string,
): string =>
  `coalesce(${expected} = coalesce(last.version, 0), true) and (${markId} is null or (
        coalesce(last.commit_id = ${markId}, false)
        and coalesce(last.position = ${position}, true)
        and coalesce(last.recorded_at = ${recordedAt}, true)
      ))`

/**
 * The last event of a stream, looked for from a version on: the first of `from` that is not null. Looked for from the
 * beginning, the index would give all events of the stream in the page of the last one. Measured: a flight of 64 took the
 * server 1.13 × the time, and 1.2 × with conditions.
 */
const lastEventSql = (at: string, stream: string, from: string): string => `(
      select e.version, e.commit_id, e.position, e.recorded_at from ${at}.decider_events e
        where e.stream = ${stream} and e.version >= coalesce(${from}, 0)
        order by e.version desc limit 1
    ) last`

/** The version of a stream. */
const headSql = (at: string, stream: string): string =>
  `coalesce((select max(e.version) from ${at}.decider_events e where e.stream = ${stream}), 0)`

const commitRow =
  'position, last_position, commit_id, stream, recorded_at, fingerprint, commands, condition'

const eventRow = `position, stream, version, commit_id, type, schema_version, data,
    occurred_at, recorded_at, actor, correlation_id, causation_id, tags`

const textList = (list: ListName): string => `f_${list} text[] := a_${list};`
const numberList = (list: ListName): string => `f_${list} bigint[] := a_${list};`

/** JSON texts, one a line, as a list; null where a line is empty. */
const jsonLines = (lines: string): string => `string_to_array(${lines}, chr(10), '')`

/**
 * Stores one flight of commits, in one transaction: takes the lock, moves the counter, checks all commits against what
 * is stored, and writes those that are accepted.
 *
 * No two commits of a flight touch the same stream, except for a chain: commits of one stream, each of which
 * was decided on the one before. Only the first commit of a chain is compared with what is stored: the others follow
 * it, as long as none of the chain is known already.
 *
 * `placed` is for each commit by how much the numbers of its events are less than their positions, null if it is not
 * accepted.
 */
const flightFunction = (at: string): string => `
create function ${at}.decider_append_13(
  a_ids text, a_commits text, a_fingerprints text, a_commands text,
  a_streams text, a_expected text, a_seen text, a_marks text,
  a_events text, a_contents text, a_origins text, a_tags text,
  a_conditions text, a_asked text, a_items text, a_only_tags text, a_tag_sets text, a_types text,
  a_least_read bigint, a_furthest_read bigint,
  a_flight bigint, a_known bigint, a_own text, a_is_clear boolean, a_recorded_at bigint
) returns text language plpgsql ${asOwner} as $function$
declare
  isolation text := current_setting('transaction_isolation');
  f_ids text[] := a_ids;
  f_streams text[] := a_streams;
  f_expected bigint[] := a_expected;
  f_seen bigint[] := a_seen;
  f_tags text[] := a_tags;
  f_fingerprints text[] := a_fingerprints;
  f_commands text[] := ${jsonLines('a_commands')};
  f_conditions text[] := ${jsonLines('a_conditions')};
  ${numberList('commits')} ${textList('marks')} ${numberList('events')} ${textList('contents')} ${textList('origins')}
  f_asked bigint[]; f_items bigint[];
  f_only_tags text[]; f_tag_sets text[]; f_types text[];
  commits int := cardinality(f_ids);
  size int := cardinality(f_contents) / ${columnsOf.contents.length};
  base bigint;
  numbers bigint[];
  follows boolean;
  heads bigint[];
  agree boolean[];
  known boolean[];
  disturbed bigint[];
  placed bigint[];
  shift bigint;
  fine boolean;
  lost boolean;
begin${enterWithNumber(at)}
  select array_agg(p.head order by p.n), array_agg(p.agrees order by p.n), bool_and(p.agrees),
      bool_or(p.lost)
    into heads, agree, fine, lost
    from (
      select n, coalesce(last.version, 0) as head, ${agreesSql(
        'f_expected[n]',
        elementOf('marks', 'id', 'n'),
        `${elementOf('marks', 'position', 'n')}::bigint`,
        `${elementOf('marks', 'recordedAt', 'n')}::bigint`,
      )} as agrees, last.version is null and f_seen[n] is not null as lost
      from generate_series(1, cardinality(f_streams)) n
      left join lateral ${lastEventSql(at, 'f_streams[n]', 'f_expected[n], f_seen[n]')} on true
    ) p;
  perform from ${at}.decider_commits k where k.commit_id = any(f_ids) limit 1;
  if found then
    known := array(
      select coalesce(k.known, false)
      from generate_series(1, commits) n
      left join lateral (
        select true as known from ${at}.decider_commits k where k.commit_id = f_ids[n] limit 1
      ) k on true
      order by n
    );
  end if;
  if a_furthest_read > base or (a_least_read < base and (a_is_clear and follows) is not true) then
    f_asked := a_asked; f_items := a_items;
    f_only_tags := a_only_tags; f_tag_sets := a_tag_sets; f_types := a_types;
    if a_furthest_read > base or exists (
      select from generate_series(1, cardinality(f_items) / ${columnsOf.items.length}) n
      where ${mayMatch(
        at,
        `f_types[${elementOf('items', 'types', 'n')}]`,
        'f_only_tags[n]',
        elementOf('items', 'after', 'n'),
      )}
    ) then
      disturbed := array(
        select case when ${elementOf('asked', 'after', 'n')} > base then base else (
          select min(m.position) from (
            select f_types[${elementOf('items', 'types', 'j')}]::text[] as types,
              case when f_only_tags[j] is null then f_tag_sets[j]::text[] else array[f_only_tags[j]] end as tags
            from generate_series(
              ${elementOf('asked', 'item', 'n')},
              ${elementOf('asked', 'item', 'n')} + ${elementOf('asked', 'items', 'n')} - 1
            ) j
          ) i
          cross join ${positionsOf(at, { after: elementOf('asked', 'after', 'n'), limit: '1' })}
        ) end
        from generate_series(1, commits) n
        order by n
      );
    end if;
  end if;
  if not fine or lost then
    heads := array(
      select ${headSql(at, 'f_streams[n]')} from generate_series(1, cardinality(f_streams)) n order by n
    );
  end if;
  placed := array_fill(base, array[commits]);
  if not fine or known is not null or cardinality(array_remove(disturbed, null)) > 0 then
    fine := false;
    known := coalesce(known, array_fill(false, array[commits]));
    shift := base;
    for n in 1 .. commits loop
      if known[n] or disturbed[n] is not null
        or (${elementOf('commits', 'parts', 'n')} = 0 and placed[n - 1] is null)
        or false = any(agree[
          ${elementOf('commits', 'part', 'n')} :
          ${elementOf('commits', 'part', 'n')} + ${elementOf('commits', 'parts', 'n')} - 1
        ])
      then
        placed[n] := null;
        shift := shift - ${elementOf('commits', 'size', 'n')};
      else
        placed[n] := shift;
      end if;
    end loop;
    update ${at}.decider_counter set position = shift + size,
      flights_end = case when a_flight is null then flights_end else shift + size end where one;
  end if;
  insert into ${at}.decider_commits (${commitRow})
  select
    placed[n] + ${elementOf('commits', 'earlier', 'n')} + 1,
    placed[n] + ${elementOf('commits', 'earlier', 'n')} + ${elementOf('commits', 'size', 'n')},
    f_ids[n], f_streams[${elementOf('commits', 'part', 'n')}], a_recorded_at,
    f_fingerprints[n], f_commands[n]::json, f_conditions[n]::json
  from generate_series(1, commits) n
  where placed[n] is not null;
  insert into ${at}.decider_events (${eventRow})
  select
    placed[${elementOf('events', 'commit', 'n')}] + n,
    f_streams[${elementOf('events', 'part', 'n')}],
    heads[${elementOf('events', 'part', 'n')}] + ${elementOf('events', 'version', 'n')},
    f_ids[${elementOf('events', 'commit', 'n')}],
    ${elementOf('contents', 'type', 'n')}, ${elementOf('events', 'schemaVersion', 'n')},
    ${elementOf('contents', 'data', 'n')}::json,
    coalesce(${elementOf('origins', 'occurredAt', 'n')}::bigint, a_recorded_at), a_recorded_at,
    ${elementOf('contents', 'actor', 'n')},
    ${elementOf('origins', 'correlationId', 'n')}, ${elementOf('origins', 'causationId', 'n')}, f_tags[n]::text[]
  from generate_series(1, size) n
  where placed[${elementOf('events', 'commit', 'n')}] is not null;
  if f_tags is not null then
    insert into ${at}.decider_tags (tag, position, type)
    select
      unnest(f_tags[n]::text[]), placed[${elementOf('events', 'commit', 'n')}] + n,
      ${elementOf('contents', 'type', 'n')}
    from generate_series(1, size) n
    where placed[${elementOf('events', 'commit', 'n')}] is not null;
  end if;
  if fine then
    return json_build_object('base', base, 'heads', heads, 'before', numbers[2]);
  end if;
  return json_build_object(
    'base', base, 'heads', heads, 'before', numbers[2], 'placed', placed, 'known', known, 'agree', agree, 'disturbed', disturbed
  );
end $function$;`

/**
 * Stores a flight of one commit to one stream, step by step, with few and small expressions: the database prepares each
 * of them on every call. What belongs to an event is a value if there is one event, and the text of an array if there
 * are several.
 */
const singleFunction = (at: string): string => `
create function ${at}.decider_append_one_13(
  c_id text, c_fingerprint text, c_commands text, c_size bigint, c_after bigint, c_condition text,
  c_stream text, c_expected bigint, c_seen bigint, c_mark_id text, c_mark_position bigint, c_mark_recorded_at bigint,
  q_types text, q_tags text, q_only_tag text,
  e_type text, e_schema_version text, e_data text,
  e_occurred_at text, e_actor text, e_correlation_id text, e_causation_id text, e_tags text,
  a_recorded_at bigint
) returns text language plpgsql ${asOwner} as $function$
declare
  isolation text := current_setting('transaction_isolation');
  base bigint;
  head bigint;
  agree boolean;
  known boolean;
  disturbed bigint;
begin${enter(at, 'c_size')}
  select coalesce(last.version, 0), ${agreesSql(
    'c_expected',
    'c_mark_id',
    'c_mark_position',
    'c_mark_recorded_at',
  )}, k.known
    into head, agree, known
    from (select exists (select from ${at}.decider_commits k where k.commit_id = c_id) as known) k
    left join ${lastEventSql(at, 'c_stream', 'c_expected, c_seen')} on true;
  if not agree or (head = 0 and c_seen is not null) then
    head := ${headSql(at, 'c_stream')};
  end if;
  if c_after > base then
    disturbed := base;
  elsif c_after < base and agree and not known and exists (
    select from unnest(q_types::text[], q_only_tag::text[]) q (types, only_tag)
    where ${mayMatch(at, 'q.types', 'q.only_tag', 'c_after')}
  ) then
    select min(m.position) into disturbed from ${itemsOf('q_types', 'q_tags')}
      cross join ${positionsOf(at, { after: 'c_after', limit: '1' })};
  end if;
  if known or not agree or disturbed is not null then
    update ${at}.decider_counter set position = base where one;
    return json_build_object(
      'base', base, 'heads', array[head], 'placed', array[null::bigint], 'known', array[known],
      'agree', array[agree], 'disturbed', array[disturbed]
    );
  end if;
  if c_size = 1 then
    with c as (${singleCommit(at)})
    insert into ${at}.decider_events (${eventRow})
    values (
      base + 1, c_stream, head + 1, c_id, e_type, e_schema_version::bigint, e_data::json,
      coalesce(e_occurred_at::bigint, a_recorded_at), a_recorded_at, e_actor, e_correlation_id, e_causation_id,
      e_tags::text[]
    );
    if e_tags is not null then
      insert into ${at}.decider_tags (tag, position, type)
      select t.tag, base + 1, e_type from unnest(e_tags::text[]) t (tag);
    end if;
  else
    ${singleCommit(at)};
    insert into ${at}.decider_events (${eventRow})
    select
      base + e.n, c_stream, head + e.n, c_id, e.type, e.schema_version, e.data::json,
      coalesce(e.occurred_at, a_recorded_at), a_recorded_at, e.actor, e.correlation_id, e.causation_id,
      e.tags::text[]
    from unnest(
      e_type::text[], e_schema_version::bigint[], e_data::text[], e_occurred_at::bigint[],
      e_actor::text[], e_correlation_id::text[], e_causation_id::text[], e_tags::text[]
    ) with ordinality as e (
      type, schema_version, data, occurred_at, actor, correlation_id, causation_id, tags, n
    );
    if e_tags is not null then
      insert into ${at}.decider_tags (tag, position, type)
      select t.tag, base + e.n, e.type
      from unnest(e_type::text[], e_tags::text[]) with ordinality as e (type, tags, n)
      cross join unnest(e.tags::text[]) as t (tag);
    end if;
  end if;
  return '{"base":' || base || ',"heads":[' || head || ']}';
end $function$;`

const singleCommit = (at: string): string => `
    insert into ${at}.decider_commits (${commitRow})
    values (
      base + 1, base + c_size, c_id, c_stream, a_recorded_at, c_fingerprint, c_commands::json,
      c_condition::json
    )`
