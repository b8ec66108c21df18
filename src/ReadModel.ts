/**
 * A read model says which rows of its tables an event concerns, and how it changes such a row. It is pure: the
 * same value is folded in memory (`inMemory`), or kept as tables of a database that people query with SQL.
 *
 * `E` is the event, `m` a read model, `es` a history.
 *
 * Laws:
 *
 * 1. an event changes no row whose key is not among its `keys`
 * 2. repeated keys count once, and their order does not matter
 * 3. rebuild = live: folding `es` at once gives the same rows as folding it in batches, with states and rows
 *    stored in their columns in between
 * 4. a table has the same rows with and without other tables beside it
 * 5. `readModelOver(p)`: `before` and `after` are what `p` makes of the earlier events of the stream, without
 *    and with the event
 * 6. `selectEvent(f)(m)`: an event for which `f` returns `none` changes nothing, any other counts as what `f`
 *    returns
 * 7. read models of different columns, keys, indexes or versions have different fingerprints
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Dictionary } from './Dictionary.ts'
import { empty, entries, get, remove, set } from './Dictionary.ts'
import { none, some } from './internal/either.ts'
import type {
  AnyRow,
  AnyTable,
  OpenTable,
  ReadModel,
  RecordedChange,
  Table,
} from './internal/readModel.ts'
import { changeOf, openTables, selected, touchedKeys } from './internal/readModel.ts'
import type { Projection } from './Projection.ts'
import { struct } from './Projection.ts'
import type { Recorded } from './Recorded.ts'

export type { Column } from './internal/columns.ts'
export { column, earliestInstant } from './internal/columns.ts'
export { storableText } from './internal/storableText.ts'
export type { AnyTable, ReadModel, RecordedChange, Table } from './internal/readModel.ts'

/**
 * Returns the table unchanged; infers its types. State the type of the event in `keys`.
 *
 * @example
 *   import { column, table } from 'decider-ts/ReadModel'
 *   import type { Recorded } from 'decider-ts/Recorded'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   type LampEvent = { readonly type: 'SwitchedOn' | 'SwitchedOff' }
 *   const lit = table({
 *     columns: { lamp: column.text, since: column.instant },
 *     key: ['lamp'],
 *     keys: ({ stream }: Recorded<LampEvent>) => [{ lamp: stream }],
 *     evolve: (row, { event, occurredAt }, { lamp }) => {
 *       if (event.type === 'SwitchedOff') return none
 *       return row._tag === 'Some' ? row : some({ lamp, since: occurredAt })
 *     },
 *   })
 *   assert.deepStrictEqual(lit.key, ['lamp'])
 *
 * @category constructors
 * @since 0.1.0
 */
export const table = <Row, K extends keyof Row, A>(of: Table<Row, K, A>): Table<Row, K, A> => of

interface ModelParts<out T> {
  readonly name: string
  readonly version: string
  readonly tables: T
}

/**
 * The read model of some tables.
 *
 * @example
 *   import { column, inMemory, readModel, rowsIn, table } from 'decider-ts/ReadModel'
 *   import { replay } from 'decider-ts/Projection'
 *   import type { Recorded } from 'decider-ts/Recorded'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const events = table({
 *     columns: { type: column.text, times: column.integer },
 *     key: ['type'],
 *     keys: ({ event }: Recorded<{ readonly type: string }>) => [event],
 *     evolve: (row, { event: { type } }) =>
 *       some({ type, times: row._tag === 'Some' ? row.value.times + 1 : 1 }),
 *   })
 *   const counts = readModel({ name: 'counts', version: '1', tables: { events } })
 *
 *   const recorded = {
 *     occurredAt: 0, actor: none, correlationId: none, causationId: none, recordedAt: 0,
 *     stream: 'lamp-1', version: 1, position: 1, commitId: 'c1', event: { type: 'SwitchedOn' },
 *   }
 *   const kept = replay(inMemory(counts))([recorded, recorded])
 *   assert.deepStrictEqual(rowsIn(counts, 'events')(kept), [{ type: 'SwitchedOn', times: 2 }])
 *
 * @category constructors
 * @since 0.1.0
 */
export const readModel = <E, T>(
  parts: ModelParts<T & Readonly<Record<string, AnyTable<Recorded<E>>>>>,
): ReadModel<E, T> => modelOf(parts, none)

/**
 * The read model of tables that need to know the state of an event's stream before and after it, which a
 * projection of the stream's events gives. The states are stored beside the tables, so they have to be values
 * that JSON can hold.
 *
 * @example
 *   import { column, inMemory, readModelOver, rowsIn, table } from 'decider-ts/ReadModel'
 *   import type { RecordedChange } from 'decider-ts/ReadModel'
 *   import { replay } from 'decider-ts/Projection'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const balance = { initialState: 0, evolve: (sum: number, amount: number) => sum + amount }
 *   const overdrawn = table({
 *     columns: { account: column.text, balance: column.integer },
 *     key: ['account'],
 *     keys: ({ stream }: RecordedChange<number, number>) => [{ account: stream }],
 *     evolve: (_, { after }, { account }) => (after < 0 ? some({ account, balance: after }) : none),
 *   })
 *   const accounts = readModelOver(balance)({ name: 'accounts', version: '1', tables: { overdrawn } })
 *
 *   const recorded = (stream: string, event: number) => ({
 *     occurredAt: 0, actor: none, correlationId: none, causationId: none, recordedAt: 0,
 *     stream, version: 1, position: 1, commitId: 'c1', event,
 *   })
 *   const kept = replay(inMemory(accounts))([recorded('a', 5), recorded('b', 1), recorded('a', -7)])
 *   assert.deepStrictEqual(rowsIn(accounts, 'overdrawn')(kept), [{ account: 'a', balance: -2 }])
 *
 * @category constructors
 * @since 0.1.0
 */
export const readModelOver =
  <S, E>(
    state: Projection<S, E>,
  ): (<T>(
    parts: ModelParts<T & Readonly<Record<string, AnyTable<RecordedChange<S, E>>>>>,
  ) => ReadModel<E, T>) =>
  (parts) =>
    // it is only given states that it returned itself, and events of `E`
    modelOf(parts, some(state as unknown as Projection<unknown, unknown>))

const modelOf = <E, T>(
  { name, version, tables }: ModelParts<T>,
  state: ReadModel<E, T>['state'],
): ReadModel<E, T> => ({ name, version, select: some, state, tables })

/**
 * The read model over other events: `f` maps those that count, and returns `none` for the rest.
 *
 * @example
 *   import { orderTables, type OrderEvent } from 'decider-ts/order'
 *   import { selectEvent } from 'decider-ts/ReadModel'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *
 *   // a store that holds events of orders and of lamps
 *   type Event = OrderEvent | { readonly type: 'SwitchedOn' }
 *   export const model = selectEvent((event: Event) =>
 *     event.type === 'SwitchedOn' ? none : some(event),
 *   )(orderTables)
 *
 * @category combining
 * @since 0.1.0
 */
export const selectEvent =
  <E2, E>(f: (event: E2) => Option<E>): (<T>(model: ReadModel<E, T>) => ReadModel<E2, T>) =>
  ({ name, version, select, state, tables }) => ({
    name,
    version,
    select: (event) => {
      const own = f(event)
      return own._tag === 'None' ? none : select(own.value)
    },
    state,
    tables,
  })

/**
 * A read model in memory: the rows of each table by their keys, and the states of streams.
 *
 * @category model
 * @since 0.1.0
 */
export interface RowsInMemory {
  readonly states: Dictionary<unknown>
  readonly tables: Readonly<Record<string, Dictionary<AnyRow>>>
}

/**
 * The fold of a read model over recorded events. `rowsIn` gives the rows.
 *
 * @example
 *   import { orderTables } from 'decider-ts/order'
 *   import { inMemory, rowsIn } from 'decider-ts/ReadModel'
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(rowsIn(orderTables, 'orders')(replay(inMemory(orderTables))([])), [])
 *
 * @category folding
 * @since 0.1.0
 */
export const inMemory = <E, T>(model: ReadModel<E, T>): Projection<RowsInMemory, Recorded<E>> => {
  const parts = openTables(model).map((each) => [each.name, rowsOf(each)] as const)
  const tables = struct<Record<string, Projection<Dictionary<AnyRow>, Recorded<unknown>>>>(
    Object.fromEntries(parts),
  )
  return {
    initialState: { states: empty, tables: tables.initialState },
    evolve: (kept, recorded) => {
      const own = selected(model, recorded)
      return own._tag === 'None' ? kept : evolveBoth(model.state, tables, kept, own.value)
    },
  }
}

/** The rows of one table, by their keys. */
const rowsOf = (of: OpenTable): Projection<Dictionary<AnyRow>, Recorded<unknown>> => ({
  initialState: empty,
  evolve: (before, recorded) => {
    let rows = before
    for (const [text, key] of touchedKeys(of, recorded)) {
      const row = of.evolve(get(text)(rows), recorded, key)
      rows = row._tag === 'Some' ? set(text, row.value)(rows) : remove(text)(rows)
    }
    return rows
  },
})

/** The state of the event's stream, and then the tables, which see its change. */
const evolveBoth = (
  state: ReadModel<never, unknown>['state'],
  tables: Projection<RowsInMemory['tables'], Recorded<unknown>>,
  kept: RowsInMemory,
  recorded: Recorded<unknown>,
): RowsInMemory => {
  if (state._tag === 'None') {
    const next = tables.evolve(kept.tables, recorded)
    return next === kept.tables ? kept : { states: kept.states, tables: next }
  }
  const { initialState, evolve } = state.value
  const stored = get(recorded.stream)(kept.states)
  const before = stored._tag === 'Some' ? stored.value : initialState
  const after = evolve(before, recorded.event)
  return {
    states: set(recorded.stream, after)(kept.states),
    tables: tables.evolve(kept.tables, changeOf(recorded, before, after)),
  }
}

/**
 * The row of a table.
 *
 * @category model
 * @since 0.1.0
 */
export type RowOf<Tab> = Tab extends { readonly evolve: (row: infer R, ...rest: never) => unknown }
  ? [R] extends [Option<infer Row>]
    ? Row
    : never
  : never

/**
 * The rows of a table, in the order of its key: strings by their code units, numbers and instants by size,
 * `false` before `true`.
 *
 * @category folding
 * @since 0.1.0
 */
export const rowsIn =
  <T, N extends keyof T & string>(
    model: ReadModel<never, T>,
    name: N,
  ): ((rows: RowsInMemory) => ReadonlyArray<RowOf<T[N]>>) =>
  ({ tables }) => {
    // `inMemory` keeps a dictionary for each table, of what the table's own `evolve` returned
    const { key } = openTables(model).find((each) => each.name === name) as OpenTable
    return entries(tables[name] as Dictionary<RowOf<T[N]> & AnyRow>)
      .map(([, row]) => row)
      .sort(byKey(key))
  }

const byKey =
  (key: ReadonlyArray<string>): ((a: AnyRow, b: AnyRow) => number) =>
  (a, b) => {
    // two rows differ in a field of the key, whose values have one type
    const field = key.find((each) => a[each] !== b[each]) as string
    return (a[field] as string) < (b[field] as string) ? -1 : 1
  }

/**
 * A string of what the tables of a read model depend on: its version, its columns, keys and indexes. Tables
 * with another fingerprint have to be rebuilt.
 *
 * @example
 *   import { orderTables } from 'decider-ts/order'
 *   import { fingerprintOf } from 'decider-ts/ReadModel'
 *   import assert from 'node:assert'
 *
 *   const { version } = orderTables
 *   assert.notStrictEqual(
 *     fingerprintOf(orderTables),
 *     fingerprintOf({ ...orderTables, version: `${version}.1` }),
 *   )
 *
 * @category comparing
 * @since 0.1.0
 */
export const fingerprintOf = (model: ReadModel<never, unknown>): string =>
  JSON.stringify([
    model.version,
    model.state._tag,
    openTables(model).map(({ name, columns, key, indexes }) => [
      name,
      Object.entries(columns)
        .map(([field, { kind, optional }]) => [field, kind, optional] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
      key,
      indexes,
    ]),
  ])
