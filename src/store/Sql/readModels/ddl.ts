/**
 * The tables of read models in a database: one that lists the generations, and those of each generation. The
 * tables of the live generation have their plain names, those of the others have a suffix.
 *
 * @since 0.1.0
 */
import type { Generation } from '../../../shell/ReadModelRunner.ts'
import { quotedIdentifier, quotedLiteral } from '../../internal/sqlQuotes.ts'
import type { SqlModel, SqlTable } from './sqlTables.ts'
import { everyTable } from './sqlTables.ts'

type Role = Generation['role']

const roleSuffixes: Readonly<Record<Role, string>> = {
  live: '',
  building: '__building',
  kept: '__kept',
}

/** The name of a table, without quotes. */
export const nameAs = (name: string, role: Role): string => `${name}${roleSuffixes[role]}`

/** A table in a schema, given as a quoted identifier. */
export const placeOf = (schema: string, name: string, role: Role): string =>
  `${schema}.${quotedIdentifier(nameAs(name, role))}`

/** The names of the tables of a read model, those of its states included. */
export const namesOf = (model: SqlModel): ReadonlyArray<string> =>
  everyTable(model).map(({ name }) => name)

// The check comes first so that a role without the right to create tables can use existing ones.
export const createList = (schema: string): string => `do $create$ begin
if to_regclass(${quotedLiteral(`${schema}.decider_read_models`)}) is null then
create table ${schema}.decider_read_models (
  id bigint generated always as identity primary key,
  name text collate "C" not null,
  role text not null check (role in ('live', 'building', 'kept')),
  fingerprint text not null,
  tables json not null,
  position bigint not null default 0,
  mark_commit_id text,
  mark_position bigint,
  mark_recorded_at bigint,
  owner text,
  epoch bigint not null default 0,
  leased_until timestamp with time zone,
  seen_at timestamp with time zone,
  stopped json,
  skipped json not null default '[]',
  unique (name, role)
);
end if;
end $create$`

/** One statement for each table of a generation. */
export const createTables = (schema: string, model: SqlModel, role: Role): ReadonlyArray<string> =>
  everyTable(model).flatMap((table) => {
    const place = placeOf(schema, table.name, role)
    return [createTable(table, place), ...createIndexes(table, place)]
  })

const createTable = ({ columns, key }: SqlTable, place: string): string => {
  const lines = columns.map(({ name, type }) => `${name} ${type}`)
  const names = key.map(({ name }) => name)
  return `create table ${place} (\n  ${[...lines, `primary key (${names.join(', ')})`].join(',\n  ')}\n)`
}

// without a name, so that PostgreSQL chooses a free one, whatever was renamed before
const createIndexes = ({ indexes }: SqlTable, place: string): ReadonlyArray<string> =>
  indexes.map(
    (columns) => `create index on ${place} (${columns.map(({ name }) => name).join(', ')})`,
  )

/** One statement for all, since a policy of one may ask another. */
export const dropTables = (schema: string, names: ReadonlyArray<string>, role: Role): string =>
  `drop table if exists ${names.map((name) => placeOf(schema, name, role)).join(', ')}`

/** Nobody can query them, nor change their policies or make views of them, until the transaction ends. */
export const lockTables = (schema: string, names: ReadonlyArray<string>): string =>
  `lock table ${names.map((name) => placeOf(schema, name, 'live')).join(', ')} in access exclusive mode`

export const renameTables = (
  schema: string,
  names: ReadonlyArray<string>,
  from: Role,
  to: Role,
): ReadonlyArray<string> =>
  names.map(
    (name) =>
      `alter table ${placeOf(schema, name, from)} rename to ${quotedIdentifier(nameAs(name, to))}`,
  )
