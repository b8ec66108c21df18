/**
 * Read models that watch what their functions are given and return.
 */
import type { Dictionary } from '../../Dictionary.ts'
import { empty, entries, set } from '../../Dictionary.ts'
import { column, storedValue, valueOfStored } from '../../internal/columns.ts'
import type { AnyRow, Misfit, OpenTable } from '../../internal/readModel.ts'
import {
  misfitInKey,
  misfitInRow,
  openTables,
  rowOfStored,
  storedRow,
} from '../../internal/readModel.ts'
import type { Projection } from '../../Projection.ts'
import type { ReadModel, RowsInMemory } from '../../ReadModel.ts'
import { inMemory } from '../../ReadModel.ts'
import type { Recorded } from '../../Recorded.ts'
import { alike } from '../internal/alike.ts'
import { frozenCopy } from '../internal/copy.ts'
import { shown } from '../internal/source.ts'

type Call<A extends ReadonlyArray<unknown>, B> = (...given: A) => B

const refuseModel = (what: string): never => {
  throw new Error(what)
}

/** Calls a function twice on frozen copies. */
const pureCall =
  <A extends ReadonlyArray<unknown>, B>(name: string, f: Call<A, B>): Call<A, B> =>
  (...given) => {
    const call = (): B => {
      try {
        return f(...frozenCopy(given))
      } catch (cause) {
        return refuseModel(`${name} threw ${String(cause)} on ${shown(given)}`)
      }
    }
    const first = call()
    const second = call()
    if (alike.equals(first, second)) return first
    return refuseModel(
      `${name} is not pure: it returned ${shown(first)}, then ${shown(second)}, on ${shown(given)}`,
    )
  }

const mapModel = <E, T>(
  model: ReadModel<E, T>,
  onState: (state: Projection<unknown, unknown>) => Projection<unknown, unknown>,
  onTable: (table: OpenTable) => OpenTable,
): ReadModel<E, T> => ({
  ...model,
  state:
    model.state._tag === 'None'
      ? model.state
      : { ...model.state, value: onState(model.state.value) },
  // tables of the same names and rows
  tables: Object.fromEntries(openTables(model).map((each) => [each.name, onTable(each)])) as T,
})

/** M1 */
export const pureModel = <E, T>(model: ReadModel<E, T>): ReadModel<E, T> => ({
  ...mapModel(
    model,
    ({ initialState, evolve }) => ({
      initialState,
      evolve: pureCall('evolve of the state', evolve),
    }),
    (table) => ({
      ...table,
      keys: pureCall(`keys of ${table.name}`, table.keys),
      evolve: pureCall(`evolve of ${table.name}`, table.evolve),
    }),
  ),
  select: pureCall('select', model.select),
})

const noMisfit = (misfit: Misfit | undefined): void => {
  if (misfit === undefined) return
  const { table, field, expected, actual } = misfit
  refuseModel(`${table}.${field} takes ${expected}, but got ${shown(actual)}`)
}

/** M2 */
export const fittingModel = <E, T>(model: ReadModel<E, T>): ReadModel<E, T> =>
  mapModel(
    model,
    ({ initialState, evolve }) => ({
      initialState,
      evolve: (state, event) => {
        const next = evolve(state, event)
        return column.json.fits(next)
          ? next
          : refuseModel(`a state must be a value that JSON can hold, but is ${shown(next)}`)
      },
    }),
    (table) => ({
      ...table,
      keys: (recorded) => {
        const keys = table.keys(recorded)
        for (const key of keys) noMisfit(misfitInKey(table, recorded, key))
        return keys
      },
      evolve: (before, recorded, key) => {
        const row = table.evolve(before, recorded, key)
        if (row._tag === 'Some') noMisfit(misfitInRow(table, key, row.value))
        return row
      },
    }),
  )

/** M3: the fold with everything stored and read back after each event. */
export const storedInBetween = <E>(
  model: ReadModel<E, unknown>,
): Projection<RowsInMemory, Recorded<E>> => {
  const { initialState, evolve } = inMemory(model)
  const tables = openTables(model)
  const throughState = (state: unknown): unknown =>
    valueOfStored(column.json, storedValue(column.json, state))
  return {
    initialState,
    evolve: (kept, recorded) => {
      const next = evolve(kept, recorded)
      return {
        states: mapValues(next.states, throughState),
        tables: Object.fromEntries(
          tables.map((table) => [
            table.name,
            mapValues(next.tables[table.name] ?? empty, (row) => throughTable(table, row)),
          ]),
        ),
      }
    },
  }
}

const throughTable = (table: OpenTable, row: AnyRow): AnyRow =>
  // values are sent to a database as JSON
  rowOfStored(table, JSON.parse(JSON.stringify(storedRow(table, row))) as AnyRow)

const mapValues = <A, B>(of: Dictionary<A>, f: (value: A) => B): Dictionary<B> => {
  let mapped: Dictionary<B> = empty
  for (const [key, value] of entries(of)) mapped = set(key, f(value))(mapped)
  return mapped
}
