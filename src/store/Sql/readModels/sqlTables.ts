/**
 * The tables of a read model in SQL: their names, columns, and the statements that read and write rows. All
 * values are passed as JSON, which no driver changes.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issue, Issues } from '../../../codec/Codec.ts'
import type { Column } from '../../../internal/columns.ts'
import { column, isKeyColumn, storedValue, valueOfStored } from '../../../internal/columns.ts'
import type { AnyRow, OpenTable } from '../../../internal/readModel.ts'
import { openTables } from '../../../internal/readModel.ts'
import { left, right } from '../../../internal/either.ts'
import { fingerprintOf } from '../../../ReadModel.ts'
import type { AnyReadModel, InvalidReadModel } from '../../../shell/ReadModelRunner.ts'

/** A column, and how its values are written and read. */
interface SqlColumn {
  readonly field: string
  /** Its short name in records: `c0`, `c1`, … */
  readonly short: string
  /** In double quotes. */
  readonly name: string
  readonly of: Column<unknown>
  /** Its type in the table, and in the records that JSON is converted to. */
  readonly type: string
  readonly recordType: string
  readonly write: (value: string) => string
  readonly read: (value: string) => string
  /** The value of what `read` gives, as JSON. */
  readonly valueOf: (stored: unknown) => unknown
}

export interface SqlTable {
  readonly of: OpenTable
  /** Its plain name, without quotes. */
  readonly name: string
  readonly columns: ReadonlyArray<SqlColumn>
  /** The columns of the primary key, in order. */
  readonly key: ReadonlyArray<SqlColumn>
  readonly indexes: ReadonlyArray<ReadonlyArray<SqlColumn>>
}

export interface SqlModel {
  readonly model: AnyReadModel<unknown>
  readonly fingerprint: string
  readonly tables: ReadonlyArray<SqlTable>
  /** The states of streams; undefined if the read model needs none. */
  readonly states: SqlTable | undefined
}

/** All tables of a read model; the table of states is the last. */
export const everyTable = ({ tables, states }: SqlModel): ReadonlyArray<SqlTable> =>
  states === undefined ? tables : [...tables, states]

/** `orderLines` becomes `order_lines`. */
const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The longest name: with a suffix it has to fit into the 63 bytes of PostgreSQL. */
const longestName = 40

const isPlainName = (name: string): boolean =>
  /^[a-z][A-Za-z0-9]*$/.test(name) && snakeCase(name).length <= longestName

const aPlainName = `a name of letters and digits, up to ${longestName} characters as in snake_case`

const instantOf = (value: string): string =>
  `((timestamp 'epoch' + (${value} / 86400000)::int * interval '1 day'` +
  ` + (${value} % 86400000) * interval '1 millisecond') at time zone 'UTC')`

const asIs = (value: string): string => value

const sqlKinds: Readonly<
  Record<Column<never>['kind'], Pick<SqlColumn, 'type' | 'recordType' | 'write' | 'read'>>
> = {
  text: { type: 'text', recordType: 'text', write: asIs, read: asIs },
  integer: { type: 'bigint', recordType: 'bigint', write: asIs, read: asIs },
  position: { type: 'bigint', recordType: 'bigint', write: asIs, read: asIs },
  bigint: { type: 'numeric', recordType: 'numeric', write: asIs, read: (v) => `${v}::text` },
  double: { type: 'double precision', recordType: 'double precision', write: asIs, read: asIs },
  boolean: { type: 'boolean', recordType: 'boolean', write: asIs, read: asIs },
  instant: {
    type: 'timestamp with time zone',
    recordType: 'bigint',
    write: instantOf,
    read: (v) => `(extract(epoch from ${v}) * 1000)::bigint`,
  },
  json: { type: 'json', recordType: 'text', write: (v) => `${v}::json`, read: (v) => `${v}::text` },
}

const sqlColumn = (
  [field, of]: readonly [string, Column<unknown>],
  index: number,
  isKey: boolean,
): SqlColumn => {
  const { type, recordType, write, read } = sqlKinds[of.kind]
  // as text, it would be escaped and parsed twice; an option needs the text, to tell none from null
  const isWhole = of.kind === 'json' && !of.optional
  const collation = isKey && of.kind === 'text' ? ' collate "C"' : ''
  const nullable = of.optional ? '' : ' not null'
  return {
    field,
    short: `c${index}`,
    name: `"${snakeCase(field)}"`,
    of,
    type: `${type}${collation}${nullable}`,
    recordType,
    write,
    read: isWhole ? asIs : read,
    valueOf: isWhole ? (stored) => stored : (stored) => valueOfStored(of, stored),
  }
}

const sqlTable = (of: OpenTable, name: string): SqlTable => {
  const columns = of.fields.map((each, i) => sqlColumn(each, i, of.key.includes(each[0])))
  const named = (fields: ReadonlyArray<string>): ReadonlyArray<SqlColumn> =>
    fields.flatMap((field) => columns.filter((each) => each.field === field))
  return { of, name, columns, key: named(of.key), indexes: of.indexes.map(named) }
}

// they take any value, as the type of a table's columns says
const columnsOfStates = { stream: column.text as Column<unknown>, state: column.json }

/** The states of streams, as a table like all others. */
export const statesTable: OpenTable = {
  name: 'states',
  columns: columnsOfStates,
  fields: Object.entries(columnsOfStates),
  key: ['stream'],
  keys: () => [],
  evolve: (row) => row,
  indexes: [],
}

/** Why a table can't be kept in a database. */
const tableIssues = ({ name, columns, key, indexes }: OpenTable): ReadonlyArray<Issue> => {
  const issues: Array<Issue> = []
  const refuse = (path: Issue['path'], expected: string, actual: unknown): void => {
    issues.push({ path: ['tables', name, ...path], expected, actual })
  }
  if (!isPlainName(name)) refuse([], aPlainName, name)
  for (const field of Object.keys(columns)) {
    if (!isPlainName(field)) refuse(['columns', field], aPlainName, field)
  }
  if (key.length === 0) refuse(['key'], 'at least one field', key)
  for (const [i, field] of key.entries()) {
    const of = columns[field]
    if (of === undefined || !isKeyColumn(of)) {
      refuse(['key', i], 'a column that can identify a row', field)
    }
  }
  for (const [i, fields] of indexes.entries()) {
    const isIndexed = (field: string): boolean =>
      columns[field] !== undefined && columns[field].kind !== 'json'
    if (fields.length === 0 || !fields.every(isIndexed)) {
      refuse(['indexes', i], 'columns that can be indexed', fields)
    }
  }
  return issues
}

export const sqlModel = (model: AnyReadModel<never>): Either<InvalidReadModel, SqlModel> => {
  const opened = openTables(model)
  const issues = opened.flatMap(tableIssues)
  const { name, state } = model
  const [first, ...more] = [
    ...(isPlainName(name) ? [] : [{ path: ['name'], expected: aPlainName, actual: name }]),
    ...(opened.length > 0 ? [] : [{ path: ['tables'], expected: 'at least one', actual: {} }]),
    ...issues,
  ]
  if (first !== undefined) {
    const all: Issues = [first, ...more]
    return left({ type: 'InvalidReadModel', readModel: name, issues: all })
  }
  return right({
    // it is only given events that its own codec decoded
    model: model as AnyReadModel<unknown>,
    fingerprint: fingerprintOf(model),
    tables: opened.map((each) => sqlTable(each, snakeCase(each.name))),
    states: state._tag === 'None' ? undefined : sqlTable(statesTable, `${snakeCase(name)}__states`),
  })
}

const recordAlias = (alias: string, columns: ReadonlyArray<SqlColumn>): string =>
  `${alias}(${columns.map(({ short, recordType }) => `${short} ${recordType}`).join(', ')})`

/** Rows as JSON, with short names of fields. */
const recordsOf = (columns: ReadonlyArray<SqlColumn>, rows: Iterable<AnyRow>): string => {
  const records: Array<AnyRow> = []
  for (const row of rows) {
    const record: Record<string, unknown> = {}
    for (const { of, short, field } of columns) record[short] = storedValue(of, row[field])
    records.push(record)
  }
  return JSON.stringify(records)
}

/** One statement for several tables, with one parameter each. */
export interface SqlStatement {
  readonly text: string
  readonly params: Array<string>
}

/**
 * Reads the rows with the given keys, each as a list of values. It looks up each key separately, so that a
 * large table is never scanned.
 */
export const selectRows = (
  wanted: ReadonlyArray<{
    readonly table: SqlTable
    readonly at: string
    readonly keys: Iterable<AnyRow>
  }>,
): SqlStatement => ({
  text: wanted
    .map(({ table: { columns, key }, at }, i) => {
      const values = columns.map(({ name, read }) => read(`t.${name}`)).join(', ')
      const matches = key.map(({ name, short, write }) => `t.${name} = ${write(`k.${short}`)}`)
      return `select ${i} as n, json_build_array(${values})::text as row
        from json_to_recordset($${i + 1}::text::json) as ${recordAlias('k', key)},
        lateral (select * from ${at} t where ${matches.join(' and ')} offset 0) t`
    })
    .join('\nunion all\n'),
  params: wanted.map(({ table: { key }, keys }) => recordsOf(key, keys)),
})

/** A row as `selectRows` returns it. */
export const rowOf = ({ columns }: SqlTable, text: string): AnyRow => {
  const values = JSON.parse(text) as ReadonlyArray<unknown>
  const row: Record<string, unknown> = {}
  for (const [i, { field, valueOf }] of columns.entries()) row[field] = valueOf(values[i])
  return row
}

/** Changes of rows: those to insert or update, and the keys of those to delete. */
export interface RowChanges {
  readonly table: SqlTable
  readonly at: string
  readonly kept: ReadonlyArray<AnyRow>
  readonly removed: ReadonlyArray<AnyRow>
}

/** Writes all changes in one statement. */
export const writeRows = (changes: ReadonlyArray<RowChanges>): SqlStatement => {
  const parts: Array<string> = []
  const params: Array<string> = []
  for (const { table, at, kept, removed } of changes) {
    if (removed.length > 0) {
      params.push(recordsOf(table.key, removed))
      parts.push(deletion(table, at, params.length))
    }
    if (kept.length > 0) {
      params.push(recordsOf(table.columns, kept))
      parts.push(upsert(table, at, params.length))
    }
  }
  const all = parts.map((part, i) => `w${i} as (${part})`).join(',\n')
  return { text: `with ${all}\nselect 1`, params }
}

const deletion = ({ key }: SqlTable, at: string, param: number): string => {
  const matches = key.map(({ name, short, write }) => `t.${name} = ${write(`k.${short}`)}`)
  return `delete from ${at} t using json_to_recordset($${param}::text::json) as ${recordAlias('k', key)}
    where ${matches.join(' and ')}`
}

const upsert = ({ columns, key }: SqlTable, at: string, param: number): string => {
  const names = columns.map(({ name }) => name).join(', ')
  const values = columns.map(({ short, write }) => write(`r.${short}`)).join(', ')
  const others = columns.filter((each) => !key.includes(each))
  const updates = others.map(({ name }) => `${name} = excluded.${name}`).join(', ')
  return `insert into ${at} (${names}) select ${values}
    from json_to_recordset($${param}::text::json) as ${recordAlias('r', columns)}
    on conflict (${key.map(({ name }) => name).join(', ')})
    do ${updates === '' ? 'nothing' : `update set ${updates}`}`
}
