/**
 * Migrates a database to the schema version that this library uses, and finds out which version it has.
 *
 * @since 0.1.0
 */
import { appendFunctions, createAppendFunctions } from './appendFunctions.ts'
import { processTable } from './checkpoints.ts'
import { chunkFunctions, createChunkFunctions } from './chunks.ts'
import { commitFunctions, createCommitFunctions } from './commits.ts'
import { createReadFunctions, readFunctions } from './functions.ts'
import { createQueryFunctions, queryFunctions } from './queryFunctions.ts'
import { quotedLiteral } from '../internal/sqlQuotes.ts'
import { createSnapshotFunction, snapshotFunctions, snapshotTable } from './snapshots.ts'
import { counterAndCommits, firstTables, lastFlights, tags } from './tables.ts'

/** The schema version that this library uses. */
export const knownVersion = 14

/** The migrations: to version 1, to version 2, … */
const steps: ReadonlyArray<(at: string) => string> = [
  firstTables,
  counterAndCommits,
  // version 3 had only functions, which versions 8 and 13 replace
  () => '',
  tags,
  snapshotTable,
  createSnapshotFunction,
  processTable,
  (at) => `${createReadFunctions(at)}\n${createCommitFunctions(at)}`,
  // version 9 had only a function, which version 11 replaces
  () => '',
  // version 10 had only functions, which version 13 replaces
  () => '',
  createChunkFunctions,
  // its functions are replaced by those of version 13
  lastFlights,
  createAppendFunctions,
  createQueryFunctions,
]

/** The statements that migrate a schema, given as a quoted identifier, from a version to the newest. */
export const statementsFrom = (at: string, version: number): string => {
  const texts = steps.map(
    (step, i) => `${step(at)}\ninsert into ${at}.decider_schema (version) values (${i + 1});`,
  )
  return `create schema if not exists ${at};
create table if not exists ${at}.decider_schema (version int primary key);
${texts.slice(version).join('\n')}`
}

/** The statements that let a role, given as a quoted identifier, read and append. */
export const grantsIn = (
  at: string,
  role: string,
): string => `grant usage on schema ${at} to ${role};
grant select on ${tables.map((table) => `${at}.${table}`).join(', ')} to ${role};
grant select, insert, update, delete on ${at}.decider_snapshots, ${at}.decider_processes to ${role};
grant execute on function ${everyFunction.map((name) => `${at}.${name}`).join(', ')} to ${role};`

const everyFunction = [
  ...appendFunctions,
  ...readFunctions,
  ...commitFunctions,
  ...snapshotFunctions,
  ...chunkFunctions,
  ...queryFunctions,
]

const tables = [
  'decider_schema',
  'decider_counter',
  'decider_commits',
  'decider_events',
  'decider_tags',
]

/**
 * One statement that migrates a schema to the newest version, all or nothing. A lock makes sure that only one
 * connection does it; the others wait and then find nothing to do. A newer version is left alone.
 */
export const migrateIn = (at: string): string => `do $migrate$
declare
  found int;
begin
perform pg_advisory_xact_lock(hashtextextended(${quotedLiteral(`${at}.decider_schema`)}, 0));
if not exists (select from pg_catalog.pg_namespace where nspname = ${quotedLiteral(nameOf(at))}) then
create schema ${at};
end if;
create table if not exists ${at}.decider_schema (version int primary key);
select coalesce(max(version), 0) into found from ${at}.decider_schema;
${steps
  .map(
    (step, i) => `if found < ${i + 1} then
${step(at)}
insert into ${at}.decider_schema (version) values (${i + 1});
end if;`,
  )
  .join('\n')}
end $migrate$`

/** Selects whether a schema has a table. */
export const hasTableText = (at: string, table: string): string =>
  `select to_regclass(${quotedLiteral(`${at}.${table}`)}) is not null as found`

export const versionText = (at: string): string =>
  `select coalesce(max(version), 0) as version from ${at}.decider_schema`

/** Selects whether there are events that the counter does not know of. */
export const isBehindText = (at: string): string => `select
  (select max(position) from ${at}.decider_events) > (select position from ${at}.decider_counter)
    as behind`

/** The name in a quoted identifier. */
const nameOf = (at: string): string => at.slice(1, -1).replaceAll('""', '"')
