/**
 * The objects of the SQL engine in the database: an append-only table of events and three functions.
 *
 * The database plans a function once per connection, but a statement on every call: on PGlite, functions make
 * a load and an append of seven events more than twice as fast. A function that changes gets a new name, so
 * that processes of two versions of this library can share a database.
 *
 * @since 0.1.0
 */

// Collation "C" compares names by their bytes. Data is json, because jsonb would change it and cost more.
const table = (at: string): string => `
create table ${at}.decider_events (
  position bigint generated always as identity primary key,
  stream text collate "C" not null,
  version bigint not null,
  commit_id text collate "C" not null,
  commit_index int not null,
  type text not null,
  schema_version bigint not null,
  data json not null,
  occurred_at bigint not null,
  recorded_at bigint not null,
  actor text,
  correlation_id text,
  causation_id text,
  fingerprint text,
  unique (stream, version),
  unique (commit_id, commit_index)
);`

const appendOnly = (at: string): string => `
create function ${at}.decider_refuse() returns trigger language plpgsql as $function$
begin
  raise exception '% refused: decider_events is append-only', tg_op using errcode = '23001';
end $function$;

create trigger append_only before update or delete or truncate on ${at}.decider_events
  for each statement execute function ${at}.decider_refuse();`

// One statement reads and writes: it sees the head and the commit id at one moment, and a commit after that
// moment leads to a unique violation.
// Data are strings within the JSON, because the functions on json reject escapes that text can hold.
// Without statistics, as on PGlite, a plan made while the table is small would scan it forever.
const appendFunction = (at: string): string => `
create function ${at}.decider_append_3(
  a_stream text, a_commit_id text, a_expected bigint, a_recorded_at bigint, a_events text,
  a_fingerprint text, a_mark_commit_id text, a_mark_position bigint, a_mark_recorded_at bigint
) returns text language plpgsql set enable_seqscan = off as $function$
declare
  head bigint;
  repeated boolean;
  known json;
  written json;
begin
  with last as materialized (
    select version, commit_id, position, recorded_at from ${at}.decider_events
      where stream = a_stream order by version desc limit 1
  ), stored as materialized (
    select
      coalesce((select version from last), 0) as head,
      a_mark_commit_id is null or exists (
        select from last where commit_id = a_mark_commit_id and position = a_mark_position
          and (a_mark_recorded_at is null or recorded_at = a_mark_recorded_at)
      ) as marked,
      exists (select from ${at}.decider_events where commit_id = a_commit_id) as repeated
  ), inserted as (
    insert into ${at}.decider_events (
      stream, version, commit_id, commit_index, type, schema_version, data,
      occurred_at, recorded_at, actor, correlation_id, causation_id, fingerprint
    )
    select
      a_stream, stored.head + e.n, a_commit_id, e.n - 1, e.type, e.schema_version, e.data::json,
      e.occurred_at, a_recorded_at, e.actor, e.correlation_id, e.causation_id,
      a_fingerprint
    from stored, rows from (
      json_to_recordset(a_events::json) as (
        type text, schema_version bigint, data text, occurred_at bigint,
        actor text, correlation_id text, causation_id text
      )
    ) with ordinality as e (
      type, schema_version, data, occurred_at, actor, correlation_id, causation_id, n
    )
    where not stored.repeated and stored.marked and (a_expected is null or a_expected = stored.head)
    order by e.n
    returning position
  )
  select
    stored.head, stored.repeated, (select json_agg(position order by position) from inserted)
    into head, repeated, written from stored;
  if repeated then
    select json_agg(e order by e.commit_index) into known from ${at}.decider_events e
      where e.commit_id = a_commit_id;
  end if;
  return json_build_object('head', head, 'known', known, 'positions', written);
end $function$;`

const loadFunction = (at: string): string => `
create function ${at}.decider_load_2(a_stream text, a_after bigint)
returns setof text language plpgsql stable set enable_seqscan = off as $function$
begin
  return query select row_to_json(e)::text from ${at}.decider_events e
    where e.stream = a_stream and e.version > a_after
    order by e.version;
end $function$;`

const readFunction = (at: string): string => `
create function ${at}.decider_read_3(a_after bigint, a_limit bigint, a_types text, a_categories text)
returns setof text language plpgsql stable set enable_seqscan = off as $function$
declare
  types text[] := array(select json_array_elements_text(a_types::json));
  categories text[] := array(select json_array_elements_text(a_categories::json));
begin
  return query select row_to_json(e)::text from ${at}.decider_events e
    where e.position > a_after
      and (a_types is null or e.type = any(types))
      and (a_categories is null or split_part(e.stream, '-', 1) = any(categories))
    order by e.position limit a_limit;
end $function$;`

// created last: if it exists, everything does
const newest = 'decider_read_3'

// Queries the catalogue, because functions such as to_regclass may return what was true before the wait for
// the lock.
const made = (at: string): string => `exists (
  select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.proname = '${newest}' and n.nspname = '${escapedQuotes(nameOf(at))}'
)`

// Rows that were copied into the table have positions that the sequence has not given out. The lock makes
// inserts wait. A role that may only append leaves this to the owner.
const repair = (at: string): string => `
if has_sequence_privilege(${sequenceOf(at)}, 'update') then
if (select max(position) from ${at}.decider_events) > ${lastValueOf(at)} then
lock table ${at}.decider_events in share row exclusive mode;
perform setval(${sequenceOf(at)}, greatest(max(position), ${lastValueOf(at)}))
  from ${at}.decider_events;
end if;
end if;`

const sequenceOf = (at: string): string =>
  `pg_get_serial_sequence('${escapedQuotes(at)}.decider_events', 'position')::regclass`

const lastValueOf = (at: string): string => `coalesce(pg_sequence_last_value(${sequenceOf(at)}), 0)`

/** The name of a schema as an identifier in double quotes. */
export const quotedIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The name in a quoted identifier. */
const nameOf = (at: string): string => at.slice(1, -1).replaceAll('""', '"')

const escapedQuotes = (text: string): string => text.replaceAll("'", "''")

/**
 * One statement that creates what is missing in a schema, given as a quoted identifier: all of it or nothing.
 * The lock lets one of several connections do it while the others wait.
 */
export const schemaIn = (at: string): string => `do $schema$ begin
if not ${made(at)} then
perform pg_advisory_xact_lock(hashtext('decider_events'));
if not exists (
  select from pg_catalog.pg_namespace where nspname = '${escapedQuotes(nameOf(at))}'
) then
create schema ${at};
end if;
if not ${made(at)} then
if not exists (
  select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relname = 'decider_events' and n.nspname = '${escapedQuotes(nameOf(at))}'
) then
${table(at)}${appendOnly(at)}
else
alter table ${at}.decider_events add column if not exists fingerprint text;
end if;
${loadFunction(at)}${appendFunction(at)}${readFunction(at)}
end if;
end if;${repair(at)}
end $schema$`
