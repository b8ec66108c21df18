// What the processes of a soak do: count in streams, and keep a table of how far each stream is.
import { right } from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import { column, readModel, table } from '../../dist/ReadModel.js'
import { decidedBy, foldedBy } from '../../dist/testing/history.js'

/** Each event says how many there were before it, so that a decision on another state shows. */
export const counter = {
  initialState: 0,
  decide: ({ add }, count) =>
    right(
      Array.from({ length: add }, (_, i) => ({
        type: 'Added',
        schemaVersion: 1,
        data: { before: count + i },
      })),
    ),
  evolve: (count) => count + 1,
  isTerminal: () => false,
}

/** The id of a commit ends with what its command adds. */
export const commitIdOf = (name, n, add) => `${name}.${n}+${add}`
export const decisions = decidedBy(counter, (commitId) => [
  { add: Number(commitId.slice(commitId.lastIndexOf('+') + 1)) },
])

/** How many events each stream has, and the position of the last one. */
export const counts = readModel({
  name: 'counts',
  version: '1',
  tables: {
    counts: table({
      columns: { stream: column.text, events: column.integer, last: column.integer },
      key: ['stream'],
      keys: ({ stream }) => [{ stream }],
      evolve: (row, { position }, { stream }) =>
        some({
          stream,
          events: row._tag === 'Some' ? row.value.events + 1 : 1,
          last: position,
        }),
    }),
  },
})

/** What is looked at of the table: sums, in which a row that is wrong shows. */
export const lookAt = (schema) => `
  select (select position from ${schema}.decider_read_models where name = 'counts' and role = 'live'),
    count(*) as streams, coalesce(sum(events), 0) as events, coalesce(sum(last), 0) as lasts,
    coalesce(sum(events * (last % 1000)), 0) as products
  from ${schema}.counts`

export const stateOf = ({ streams, events, lasts, products }) =>
  [streams, events, lasts, products].map(Number)

const products = ({ events, last }) => events * (last % 1_000)

/** The same sums, folded. */
export const readModels = () => {
  const nothing = { events: 0, last: 0 }
  const initialState = { rows: new Map(), events: 0, lasts: 0, products: 0 }
  const evolve = (sums, { stream, position }) => {
    const before = sums.rows.get(stream) ?? nothing
    const after = { events: before.events + 1, last: position }
    // of this fold alone
    sums.rows.set(stream, after)
    return {
      rows: sums.rows,
      events: sums.events + 1,
      lasts: sums.lasts + after.last - before.last,
      products: sums.products + products(after) - products(before),
    }
  }
  const view = (sums) => stateOf({ ...sums, streams: sums.rows.size })
  return [foldedBy('counts', { initialState, evolve }, view)]
}
