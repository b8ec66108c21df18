// A small read model with two tables over the states of accounts, and histories of transfers to draw.
import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import type { ReadModel, RecordedChange } from '../../src/ReadModel.ts'
import { column, readModelOver, table } from '../../src/ReadModel.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { plain } from './plain.ts'
import { recordedOf } from './recorded.ts'

export interface Moved {
  readonly type: 'Moved'
  readonly to: string
  readonly amount: number
}

/** How much each stream has given away, and in how many transfers. */
export interface Given {
  readonly sum: number
  readonly times: number
}

export const given = {
  initialState: { sum: 0, times: 0 },
  evolve: ({ sum, times }: Given, { amount }: Moved): Given => ({
    sum: sum + amount,
    times: times + 1,
  }),
}

type Change = RecordedChange<Given, Moved>

/** Both sides of a transfer; an account that holds nothing has no row. */
export const balances = table({
  columns: { account: column.text, balance: column.integer },
  key: ['account'],
  keys: ({ stream, event }: Change) => [{ account: event.to }, { account: stream }],
  evolve: (row, { stream, event }, { account }) => {
    const before = row._tag === 'Some' ? row.value.balance : 0
    const gain = (event.to === account ? event.amount : 0) - (stream === account ? event.amount : 0)
    if (gain === 0) return row
    const balance = before + gain
    return balance === 0 ? none : some({ account, balance })
  },
})

/** How many givers have given this often: a row moves its giver from one key to the next. */
export const givers = table({
  columns: { times: column.integer, givers: column.integer, largest: column.bigint },
  key: ['times'],
  keys: ({ before, after }: Change) => [{ times: before.times }, { times: after.times }],
  evolve: (row, { before, after }, { times }) => {
    const kept = row._tag === 'Some' ? row.value : { givers: 0, largest: 0n }
    const count = kept.givers + (times === after.times ? 1 : 0) - (times === before.times ? 1 : 0)
    const sum = BigInt(after.sum)
    const largest = times === after.times && sum > kept.largest ? sum : kept.largest
    return count <= 0 ? none : some({ times, givers: count, largest })
  },
  indexes: [['givers', 'largest']],
})

export const transfers: ReadModel<
  Moved,
  { readonly balances: typeof balances; readonly givers: typeof givers }
> = readModelOver(given)({ name: 'transfers', version: '1', tables: { balances, givers } })

const account = fc.constantFrom('ann', 'bob', 'eve', 'ü"\\')

/** Transfers between four accounts, some of them to oneself or of nothing. */
export const transferHistory: fc.Arbitrary<ReadonlyArray<Recorded<Moved>>> = recordedOf(
  fc.array(
    plain({
      stream: account,
      event: plain<Moved>({
        type: fc.constant('Moved' as const),
        to: account,
        amount: fc.integer({ min: 0, max: 4 }),
      }),
    }),
    { maxLength: 40, size: 'max' },
  ),
)

/** What the accounts hold, told without the library. */
export const balancesOf = (history: ReadonlyArray<Recorded<Moved>>) => {
  const sums = new Map<string, number>()
  for (const { stream, event } of history) {
    sums.set(stream, (sums.get(stream) ?? 0) - event.amount)
    sums.set(event.to, (sums.get(event.to) ?? 0) + event.amount)
  }
  return [...sums]
    .filter(([, balance]) => balance !== 0)
    .map(([account, balance]) => ({ account, balance }))
    .sort((a, b) => (a.account < b.account ? -1 : 1))
}
