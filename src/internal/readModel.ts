/**
 * What a read model is, and how an event changes its rows.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Projection } from '../Projection.ts'
import type { Recorded } from '../Recorded.ts'
import { withEvent } from '../Recorded.ts'
import type { Column } from './columns.ts'
import { storedValue, valueOfStored } from './columns.ts'
import { none, some } from './either.ts'

/** `Pick<Row, K>`, of which the type of the row is not inferred. */
type KeyFields<Row, K extends keyof Row> = {
  readonly [F in keyof Row as F extends K ? F : never]: Row[F]
}

/**
 * A table: which rows an event concerns, and how it changes such a row. `Row` is a row, `K` the names of the
 * fields that identify it, `A` the recorded event. The functions are pure and called without a receiver.
 *
 * @category model
 * @since 0.1.0
 */
export interface Table<in out Row, in out K extends keyof Row, in A> {
  readonly columns: { readonly [F in keyof Row]-?: Column<Row[F]> }
  /** The fields of the primary key, in its order. */
  readonly key: ReadonlyNonEmptyArray<K>
  /** The keys of the rows that an event concerns, in any order; repeated keys count once. */
  readonly keys: (recorded: A) => ReadonlyArray<KeyFields<Row, K>>
  /**
   * Returns the row of a key after an event, or `none` if it does not exist afterwards. If it returns the row
   * that it got, nothing is written.
   */
  readonly evolve: (row: Option<Row>, recorded: A, key: KeyFields<Row, K>) => Option<Row>
  /** Further indexes, as lists of fields. Defaults to none. */
  readonly indexes?: ReadonlyArray<ReadonlyNonEmptyArray<keyof Row>>
}

/**
 * A recorded event with the state of its stream before and after it.
 *
 * @category model
 * @since 0.1.0
 */
export interface RecordedChange<out S, out E> extends Recorded<E> {
  readonly before: S
  readonly after: S
}

/**
 * A table of any row: `A` is the recorded event.
 *
 * @category model
 * @since 0.1.0
 */
export interface AnyTable<in A> {
  readonly columns: Readonly<Record<string, Column<never>>>
  /** The names of fields; as strings they would widen those that `table` infers. */
  readonly key: { readonly length: number }
  readonly keys: (recorded: A) => ReadonlyArray<object>
  readonly evolve: (row: never, recorded: A, key: never) => Option<object>
  readonly indexes?: ReadonlyArray<ReadonlyArray<string>>
}

/**
 * One or several tables that are kept together. `E` is the event, `T` the tables by name.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModel<in E, out T> {
  /** Unique among the read models of a database. */
  readonly name: string
  /**
   * Change it whenever the same events lead to other rows, because the code or the codec of the events has
   * changed. A change of columns is noticed without it.
   */
  readonly version: string
  /** Maps the events that count, and returns `none` for the rest. */
  readonly select: (event: E) => Option<unknown>
  /** The states of streams that the tables need. */
  readonly state: Option<Projection<unknown, unknown>>
  readonly tables: T
}

/** A row of any table. */
export type AnyRow = Readonly<Record<string, unknown>>

/** A table whose types are not known, for code that works with any table. */
export interface OpenTable {
  readonly name: string
  readonly columns: Readonly<Record<string, Column<unknown>>>
  /** The columns with their names. */
  readonly fields: ReadonlyArray<readonly [string, Column<unknown>]>
  readonly key: ReadonlyArray<string>
  readonly keys: (recorded: Recorded<unknown>) => ReadonlyArray<AnyRow>
  readonly evolve: (row: Option<AnyRow>, recorded: Recorded<unknown>, key: AnyRow) => Option<AnyRow>
  readonly indexes: ReadonlyArray<ReadonlyArray<string>>
}

interface AnyIndexes {
  readonly indexes?: OpenTable['indexes']
}

/** The tables of a read model, in order of their names. */
export const openTables = (model: ReadModel<never, unknown>): ReadonlyArray<OpenTable> =>
  // `readModel` takes only tables; each gets only rows and keys that it returned itself
  Object.entries(
    model.tables as Readonly<Record<string, Omit<OpenTable, 'indexes' | 'fields'> & AnyIndexes>>,
  )
    .map(([name, { columns, key, keys, evolve, indexes = [] }]) => ({
      name,
      columns,
      fields: Object.entries(columns),
      key,
      keys,
      evolve,
      indexes,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))

/** A key as a string, different for each key of a table, and for values that are not of the types of the columns. */
export const keyText = ({ key }: OpenTable, row: AnyRow): string => {
  let text: string | undefined
  for (const field of key) {
    const value = row[field]
    const part = typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)
    text = text === undefined ? part : `${text},${part}`
  }
  return String(text)
}

/** The keys that an event concerns, once each, with their strings. */
export const touchedKeys = (
  table: OpenTable,
  recorded: Recorded<unknown>,
): ReadonlyArray<readonly [string, AnyRow]> => {
  const keys = table.keys(recorded).map((key) => [keyText(table, key), key] as const)
  return keys.length < 2 ? keys : [...new Map(keys)].map(([text, key]) => [text, key] as const)
}

/** The recorded event as the tables of a read model see it; none if it does not count. */
export const selected = <E>(
  model: ReadModel<E, unknown>,
  recorded: Recorded<E>,
): Option<Recorded<unknown>> => {
  const event = model.select(recorded.event)
  if (event._tag === 'None') return none
  return some(event.value === recorded.event ? recorded : withEvent(recorded, event.value))
}

/** A recorded event between two states of its stream. */
export const changeOf = (
  recorded: Recorded<unknown>,
  before: unknown,
  after: unknown,
): RecordedChange<unknown, unknown> => ({ ...recorded, before, after })

/** A value that does not fit its column, or a row whose key is not the one that it was evolved for. */
export interface Misfit {
  readonly table: string
  readonly field: string
  readonly expected: string
  readonly actual: unknown
}

/** Why an event can't concern the row of a key; `undefined` if it can. */
export const misfitInKey = (
  { name, key, columns }: OpenTable,
  { position }: Recorded<unknown>,
  given: AnyRow,
): Misfit | undefined => {
  for (const field of key) {
    const [of, actual] = [columns[field], given[field]]
    if (of?.fits(actual) !== true) {
      return { table: name, field, expected: expectedColumn(of), actual }
    }
    if (of.kind === 'position' && actual !== position) {
      return { table: name, field, expected: `the position of the event, ${position}`, actual }
    }
  }
  return undefined
}

/** Whether each row concerns one event only: then no row exists before its event. */
export const isOfOneEvent = ({ key, columns }: OpenTable): boolean =>
  key.some((field) => columns[field]?.kind === 'position')

/** Why a row can't be stored under a key, which is valid; `undefined` if it can. */
export const misfitInRow = (
  { name, key, fields }: OpenTable,
  asked: AnyRow,
  row: AnyRow,
): Misfit | undefined => {
  for (const [field, of] of fields) {
    const actual = row[field]
    if (!of.fits(actual)) return { table: name, field, expected: expectedColumn(of), actual }
  }
  for (const field of key) {
    if (row[field] !== asked[field]) {
      return { table: name, field, expected: `the key ${String(asked[field])}`, actual: row[field] }
    }
  }
  return undefined
}

const expectedColumn = (of: Column<unknown> | undefined): string =>
  of === undefined ? 'a column' : `${of.optional ? 'optional ' : ''}${of.kind}`

/** A row as its columns store it. */
export const storedRow = ({ fields }: OpenTable, row: AnyRow): AnyRow =>
  mapFields(fields, (of, field) => storedValue(of, row[field]))

/** The row of stored values. */
export const rowOfStored = ({ fields }: OpenTable, stored: AnyRow): AnyRow =>
  mapFields(fields, (of, field) => valueOfStored(of, stored[field]))

const mapFields = (
  fields: OpenTable['fields'],
  f: (of: Column<unknown>, field: string) => unknown,
): AnyRow => {
  const row: Record<string, unknown> = {}
  for (const [field, of] of fields) row[field] = f(of, field)
  return row
}
