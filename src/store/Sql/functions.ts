/**
 * The functions of the SQL engine in the database.
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
import { quotedLiteral } from '../internal/sqlQuotes.ts'
import { asOwner } from './owner.ts'

export const createFunctions = (at: string): string => `
${flightFunction(at)}
${singleFunction(at)}
${commitsFunction(at)}
${loadFunction(at)}
${readFunction(at)}
revoke all on function ${functions.map((name) => `${at}.${name}`).join(', ')} from public;`

export const functions: ReadonlyArray<string> = [
  'decider_append_8',
  'decider_append_one_8',
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
 * Stores one flight of commits, in one transaction. First it takes the lock, in a statement of its own, so that
 * the next statement sees what the previous owner committed; then it moves the counter, before anything is
 * checked, so that a transaction with an older snapshot fails; then one statement checks all commits against
 * what is stored, and writes those that are accepted.
 *
 * No two commits of a flight touch the same stream, except for a chain: commits of one stream, each of which
 * was decided on the one before. `p_root` is the first commit of the chain (or the commit itself), and only
 * that one is compared with what is stored: the others follow it, as long as none of the chain is known
 * already.
 *
 * Arrays are given as their text. Prefixes: `c` commit, `p` part (a stream of a commit), `q` item of the
 * query of a commit's condition, `e` event.
 */
const flightFunction = (at: string): string => `
create function ${at}.decider_append_8(
  c_id text, c_fingerprint text, c_commands text, c_size text, c_after text, c_condition text,
  p_commit text, p_root text, p_stream text, p_expected text,
  p_mark_id text, p_mark_position text, p_mark_recorded_at text,
  q_commit text, q_after text, q_types text, q_tags text,
  e_commit text, e_part text, e_index text, e_version text, e_type text, e_schema_version text, e_data text,
  e_occurred_at text, e_actor text, e_correlation_id text, e_causation_id text, e_tags text,
  a_recorded_at bigint
) returns text language plpgsql ${asOwner} as $function$
declare
  isolation text := current_setting('transaction_isolation');
  asked bigint := coalesce((select sum(s) from unnest(c_size::bigint[]) s), 0);
  base bigint;
  stored bigint;
  answer text;
begin
  if isolation in ('repeatable read', 'serializable') then
    return json_build_object('isolation', isolation);
  end if;
  perform pg_advisory_xact_lock(hashtextextended(${quotedLiteral(`${at}.decider_counter`)}, 0));
  update ${at}.decider_counter set position = position + asked where one returning position - asked into base;
  with c as materialized (
    select c.*, coalesce(k.known, false) as known
    from unnest(
      c_id::text[], c_fingerprint::text[], c_commands::text[], c_size::bigint[], c_after::bigint[],
      c_condition::text[]
    ) with ordinality as c (id, fingerprint, commands, size, after, condition, n)
    left join lateral (
      select true as known from ${at}.decider_commits k where k.commit_id = c.id limit 1
    ) k on true
  ), p as materialized (
    select p.*, coalesce(last.version, 0) as head,
      p.root < p.commit or (
        coalesce(p.expected = coalesce(last.version, 0), true)
        and (p.mark_id is null or (
          coalesce(last.commit_id = p.mark_id, false)
          and coalesce(last.position = p.mark_position, true)
          and coalesce(last.recorded_at = p.mark_recorded_at, true)
        ))
      ) as agrees
    from unnest(
      p_commit::bigint[], p_root::bigint[], p_stream::text[], p_expected::bigint[],
      p_mark_id::text[], p_mark_position::bigint[], p_mark_recorded_at::bigint[]
    ) with ordinality as p (
      commit, root, stream, expected, mark_id, mark_position, mark_recorded_at, n
    )
    left join lateral (
      select e.version, e.commit_id, e.position, e.recorded_at from ${at}.decider_events e
        where p.root = p.commit and e.stream = p.stream order by e.version desc limit 1
    ) last on true
  ), q as materialized (
    select i.commit, min(m.position) as position
    from (
      select q.commit, q.after, q.types::text[] as types, q.tags::text[] as tags
      from unnest(q_commit::bigint[], q_after::bigint[], q_types::text[], q_tags::text[])
        as q (commit, after, types, tags)
    ) i cross join ${positionsOf(at, { after: 'i.after', limit: '1' })}
    group by i.commit
  ), checked as materialized (
    select c.*, case when c.after > base then base else q.position end as disturbed
    from c left join q on q.commit = c.n
  ), judged as materialized (
    select c.*, bool_and(not c.known and a.agrees and c.disturbed is null)
      over (partition by a.root order by c.n) as accepted
    from checked c join (
      select commit, min(root) as root, bool_and(agrees) as agrees from p group by commit
    ) a on a.commit = c.n
  ), placed as materialized (
    select j.*, (base - j.size + sum(case when j.accepted then j.size else 0 end)
      over (order by j.n))::bigint as before
    from judged j
  ), new_commits as (
    insert into ${at}.decider_commits (
      position, last_position, commit_id, stream, recorded_at, fingerprint, commands, condition
    )
    select c.before + 1, c.before + c.size, c.id, p.stream, a_recorded_at, c.fingerprint, c.commands::json,
      c.condition::json
    from placed c join (select distinct on (commit) commit, stream from p order by commit, n) p
      on p.commit = c.n
    where c.accepted
  ), e as materialized (
    select
      c.before + e.index as position, p.stream, coalesce(r.head, p.head) + e.version as version, c.id,
      e.type, e.schema_version, e.data, e.occurred_at, e.actor, e.correlation_id, e.causation_id,
      e.tags::text[] as tags
    from unnest(
      e_commit::bigint[], e_part::bigint[], e_index::bigint[], e_version::bigint[], e_type::text[],
      e_schema_version::bigint[], e_data::text[], e_occurred_at::bigint[], e_actor::text[],
      e_correlation_id::text[], e_causation_id::text[], e_tags::text[]
    ) as e (
      commit, part, index, version, type, schema_version, data, occurred_at, actor, correlation_id,
      causation_id, tags
    )
    join placed c on c.n = e.commit
    join p on p.n = e.part
    left join p r on p.root < p.commit and r.commit = p.root
    where c.accepted
  ), new_events as (
    insert into ${at}.decider_events (
      position, stream, version, commit_id, type, schema_version, data,
      occurred_at, recorded_at, actor, correlation_id, causation_id, tags
    )
    select
      e.position, e.stream, e.version, e.id, e.type, e.schema_version, e.data::json,
      coalesce(e.occurred_at, a_recorded_at), a_recorded_at, e.actor, e.correlation_id, e.causation_id, e.tags
    from e
  ), new_tags as (
    insert into ${at}.decider_tags (tag, position, type)
    select t.tag, e.position, e.type from e cross join unnest(e.tags) as t (tag)
  )
  select
    (select coalesce(sum(size), 0) from placed where accepted),
    '{"accepted":' || (select json_agg(accepted order by n) from placed)::text
    || ',"known":' || (select json_agg(known order by n) from placed)::text
    || ',"before":' || (select json_agg(before order by n) from placed)::text
    || ',"head":' || (
      select json_agg(coalesce(r.head, p.head) order by p.n)
        from p left join p r on p.root < p.commit and r.commit = p.root
    )::text
    || ',"agrees":' || (select json_agg(agrees order by n) from p)::text
    || ',"disturbed":' || (select json_agg(disturbed order by n) from placed)::text || '}'
    into stored, answer;
  if stored < asked then
    update ${at}.decider_counter set position = base + stored where one;
  end if;
  return answer;
end $function$;`

/**
 * Stores a flight of one commit to one stream, step by step. For a single commit the statement for any flight
 * takes several times as long.
 */
const singleFunction = (at: string): string => `
create function ${at}.decider_append_one_8(
  c_id text, c_fingerprint text, c_commands text, c_size bigint, c_after bigint, c_condition text,
  c_stream text, c_expected bigint, c_mark_id text, c_mark_position bigint, c_mark_recorded_at bigint,
  q_types text, q_tags text,
  e_type text, e_schema_version text, e_data text,
  e_occurred_at text, e_actor text, e_correlation_id text, e_causation_id text, e_tags text,
  a_recorded_at bigint
) returns text language plpgsql ${asOwner} as $function$
declare
  isolation text := current_setting('transaction_isolation');
  base bigint;
  head bigint;
  last_id text;
  last_position bigint;
  last_recorded_at bigint;
  known boolean;
  agrees boolean;
  disturbed bigint;
begin
  if isolation in ('repeatable read', 'serializable') then
    return json_build_object('isolation', isolation);
  end if;
  perform pg_advisory_xact_lock(hashtextextended(${quotedLiteral(`${at}.decider_counter`)}, 0));
  update ${at}.decider_counter set position = position + c_size where one
    returning position - c_size into base;
  select e.version, e.commit_id, e.position, e.recorded_at
    into head, last_id, last_position, last_recorded_at
    from ${at}.decider_events e where e.stream = c_stream order by e.version desc limit 1;
  head := coalesce(head, 0);
  agrees := coalesce(c_expected = head, true) and (c_mark_id is null or (
    coalesce(last_id = c_mark_id, false)
    and coalesce(last_position = c_mark_position, true)
    and coalesce(last_recorded_at = c_mark_recorded_at, true)
  ));
  known := exists (select from ${at}.decider_commits k where k.commit_id = c_id);
  if c_after > base then
    disturbed := base;
  elsif c_after is not null and agrees and not known then
    select min(m.position) into disturbed from ${itemsOf('q_types', 'q_tags')}
      cross join ${positionsOf(at, { after: 'c_after', limit: '1' })};
  end if;
  if known or not agrees or disturbed is not null then
    update ${at}.decider_counter set position = base where one;
  else
    insert into ${at}.decider_commits (
      position, last_position, commit_id, stream, recorded_at, fingerprint, commands, condition
    ) values (
      base + 1, base + c_size, c_id, c_stream, a_recorded_at, c_fingerprint, c_commands::json, c_condition::json
    );
    insert into ${at}.decider_events (
      position, stream, version, commit_id, type, schema_version, data,
      occurred_at, recorded_at, actor, correlation_id, causation_id, tags
    )
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
  return '{"accepted":[' || (agrees and not known and disturbed is null)::text || '],"known":[' || known::text
    || '],"before":[' || base || '],"head":[' || head || '],"agrees":[' || agrees::text
    || '],"disturbed":[' || coalesce(disturbed::text, 'null') || ']}';
end $function$;`

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
