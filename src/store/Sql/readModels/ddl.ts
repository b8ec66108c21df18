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

export const dropTables = (
  schema: string,
  names: ReadonlyArray<string>,
  role: Role,
): ReadonlyArray<string> =>
  names.map((name) => `drop table if exists ${placeOf(schema, name, role)}`)

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

/**
 * Selects the statements that transfer the rights and views of a live table to its successor. Select them
 * before the tables are renamed, and run them afterwards: a view's definition then names the successor, which
 * has the name by now.
 */
export const successionOf = (schema: string, name: string): string => {
  const place = placeOf(schema, name, 'live')
  const live = `to_regclass(${quotedLiteral(place)})`
  return `select format('grant %s on %s to %s%s', a.privilege_type, ${quotedLiteral(place)},
      case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
      case when a.is_grantable then ' with grant option' else '' end) as text
    from pg_class c, aclexplode(c.relacl) a where c.oid = ${live} and a.grantee <> c.relowner
  union all
  select distinct format('create or replace view %s as %s', v.oid::regclass, pg_get_viewdef(v.oid))
    from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
    where d.classid = 'pg_rewrite'::regclass and d.refobjid = ${live} and v.relkind = 'v'`
}
