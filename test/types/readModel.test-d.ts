import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { expectTypeOf, it } from 'vitest'
import type { OrderRow } from '../../src/order/index.ts'
import { orderTables } from '../../src/order/index.ts'
import type { ReadModel, RecordedChange, Table } from '../../src/ReadModel.ts'
import {
  column,
  readModel,
  readModelOver,
  rowsIn,
  selectEvent,
  table,
} from '../../src/ReadModel.ts'
import type { Recorded } from '../../src/Recorded.ts'

type Moved = { readonly type: 'Moved'; readonly by: number }

const places = table({
  columns: { robot: column.text, place: column.integer, by: column.optional(column.text) },
  key: ['robot'],
  keys: ({ stream }: Recorded<Moved>) => [{ robot: stream }],
  evolve: (row, { event, actor }, { robot }) =>
    some({ robot, place: event.by + (row._tag === 'Some' ? row.value.place : 0), by: actor }),
})

it('a table infers its rows and its key', () => {
  expectTypeOf(places).toEqualTypeOf<
    Table<{ robot: string; place: number; by: Option<string> }, 'robot', Recorded<Moved>>
  >()
})

it('a table takes keys of its key, and rows of its columns, alone', () => {
  table({
    columns: { a: column.text, b: column.integer },
    key: ['a'],
    // @ts-expect-error not the key
    keys: (_: Recorded<Moved>) => [{ b: 1 }],
    evolve: (row) => row,
  })
  table({
    columns: { a: column.text, b: column.integer },
    // @ts-expect-error no column
    key: ['c'],
    keys: (_: Recorded<Moved>) => [],
    evolve: (row) => row,
  })
  const narrower: Table<
    { readonly kind: 'a' | 'b'; readonly data: Date },
    'kind',
    Recorded<Moved>
  > = {
    // a column holds every type that is a part of its own
    columns: { kind: column.text, data: column.json },
    key: ['kind'],
    keys: () => [{ kind: 'a' }],
    evolve: () => none,
  }
  expectTypeOf(narrower.columns.kind.fits).parameter(0).toEqualTypeOf<'a' | 'b'>()
  const wrong: Table<{ readonly a: string }, 'a', Recorded<Moved>> = {
    // @ts-expect-error a string in a column of integers
    columns: { a: column.integer },
    key: ['a'],
    keys: () => [],
    evolve: () => none,
  }
  expectTypeOf(wrong.key).toEqualTypeOf<Table<{ readonly a: string }, 'a', never>['key']>()
})

it('a read model knows its events and its rows', () => {
  const model = readModel({ name: 'places', version: '1', tables: { places } })
  expectTypeOf(model).toEqualTypeOf<ReadModel<Moved, { places: typeof places }>>()
  expectTypeOf(rowsIn(orderTables, 'orders')).returns.toEqualTypeOf<ReadonlyArray<OrderRow>>()
  // @ts-expect-error no table
  const missing = () => rowsIn(model, 'robots')
  expectTypeOf(missing).toBeFunction()
  const wider = selectEvent((event: Moved | 'noise') => (event === 'noise' ? none : some(event)))
  expectTypeOf(wider(model)).toEqualTypeOf<ReadModel<Moved | 'noise', { places: typeof places }>>()
})

it('tables over states take the states of their projection', () => {
  const sum = { initialState: 0, evolve: (n: number, { by }: Moved) => n + by }
  const changes = table({
    columns: { robot: column.text, last: column.integer },
    key: ['robot'],
    keys: ({ stream }: RecordedChange<number, Moved>) => [{ robot: stream }],
    evolve: (_, { after }, { robot }) => some({ robot, last: after }),
  })
  // tables that need no state may stand beside those that do
  const model = readModelOver(sum)({ name: 'n', version: '1', tables: { changes, places } })
  expectTypeOf(model).toEqualTypeOf<
    ReadModel<Moved, { changes: typeof changes; places: typeof places }>
  >()
  // @ts-expect-error there are no states without a projection
  const stateless = () => readModel({ name: 'n', version: '1', tables: { changes } })
  const texts = { initialState: '', evolve: (text: string, _: Moved) => text }
  // @ts-expect-error states of another type
  const others = () => readModelOver(texts)({ name: 'n', version: '1', tables: { changes } })
  expectTypeOf([stateless, others]).toBeArray()
})
