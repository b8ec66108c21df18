/**
 * The tables of the SQL engine, as one migration per version. A new database runs all of them.
 *
 * @since 0.1.0
 */

/**
 * Version 1: events alone, with positions from a sequence. Collation "C" compares names by their bytes. Data
 * are json, because jsonb would change them and cost more.
 */
export const firstTables = (at: string): string => `
create table if not exists ${at}.decider_events (
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
  unique (stream, version),
  unique (commit_id, commit_index)
);
alter table ${at}.decider_events add column if not exists fingerprint text;`

/**
 * Version 2: positions come from the one row of a counter, under a lock that is held until the transaction
 * ends. So they have no gaps, and become visible in order. A commit has a row of its own: its positions, the
 * commands that caused it, and the condition under which it was accepted.
 *
 * The functions of version 1 are dropped, so that a process that still calls them fails instead of writing
 * without the counter.
 */
export const counterAndCommits = (at: string): string => `
lock table ${at}.decider_events in access exclusive mode;
drop trigger if exists append_only on ${at}.decider_events;
${firstFunctions.map((name) => `drop function if exists ${at}.${name};`).join('\n')}
alter table ${at}.decider_events alter column position drop identity if exists;
create table ${at}.decider_counter (
  one boolean primary key default true check (one),
  position bigint not null
);
insert into ${at}.decider_counter (position) values (0);
create table ${at}.decider_commits (
  position bigint primary key,
  last_position bigint not null,
  commit_id text collate "C" not null unique,
  stream text collate "C" not null,
  recorded_at bigint not null,
  fingerprint text,
  commands json,
  condition json
);
insert into ${at}.decider_commits (position, last_position, commit_id, stream, recorded_at, fingerprint)
  select min(position), max(position), commit_id, min(stream), min(recorded_at), min(fingerprint)
    from ${at}.decider_events group by commit_id;
update ${at}.decider_counter set position = coalesce(
  (select max(position) from ${at}.decider_events), 0
);
alter table ${at}.decider_events drop column commit_index;
alter table ${at}.decider_events drop column fingerprint;
create function ${at}.decider_refuse() returns trigger language plpgsql as $function$
begin
  raise exception '% refused: % is append-only', tg_op, tg_table_name using errcode = '23001';
end $function$;
${appendOnly(at, 'decider_events')}
${appendOnly(at, 'decider_commits')}`

const firstFunctions = [
  'decider_load_2',
  'decider_read_3',
  'decider_append_3',
  'decider_refuse',
] as const

const appendOnly = (at: string, table: string): string =>
  `create trigger append_only before update or delete or truncate on ${at}.${table}
  for each statement execute function ${at}.decider_refuse();`

/**
 * Version 4: the tags of events, with the event as they are read and in a table by which they are found; and an
 * index of events by type. While that is built, appends wait: on a large table create it before, concurrently.
 */
export const tags = (at: string): string => `
alter table ${at}.decider_events add column tags text[];
create table ${at}.decider_tags (
  tag text collate "C" not null,
  position bigint not null,
  type text not null,
  primary key (tag, position)
);
create index if not exists decider_events_type on ${at}.decider_events (type, position);
${appendOnly(at, 'decider_tags')}`

/**
 * Version 12: the numbers of the last flights, newest first, each of which starts where the one before it ends, and where
 * the newest ends. They hold if that is where the counter stands.
 */
export const lastFlights = (at: string): string => `
alter table ${at}.decider_counter add column flights bigint[], add column flights_end bigint;`

/**
 * Counts events that were copied into the table, for example from a backup: adds the missing rows of their
 * commits, and moves the counter past them. The lock makes appends wait.
 */
export const countCopied = (at: string): string => `do $copied$ begin
lock table ${at}.decider_events in share row exclusive mode;
insert into ${at}.decider_commits (position, last_position, commit_id, stream, recorded_at)
  select min(position), max(position), commit_id, min(stream), min(recorded_at)
    from ${at}.decider_events group by commit_id
  on conflict do nothing;
insert into ${at}.decider_tags (tag, position, type)
  select t.tag, e.position, e.type from ${at}.decider_events e cross join unnest(e.tags) t (tag)
    where e.position > (select position from ${at}.decider_counter)
  on conflict do nothing;
update ${at}.decider_counter set position = greatest(
  position, (select max(position) from ${at}.decider_events)
);
end $copied$`
