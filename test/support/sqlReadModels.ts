// A database in memory with transactions, tables of read models in it, and clients that fail on purpose.
import type { PGlite } from '@electric-sql/pglite'
import type { Either } from 'fp-ts/lib/Either.js'
import { left } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect } from 'vitest'
import { replay } from '../../src/Projection.ts'
import type { ReadModel } from '../../src/ReadModel.ts'
import { inMemory, rowsIn } from '../../src/ReadModel.ts'
import type { Recorded } from '../../src/Recorded.ts'
import type { Batch, Generation, ReadModelTables } from '../../src/shell/ReadModelRunner.ts'
import type { SqlTransactions } from '../../src/store/Sql.ts'
import { rowOf, sqlModel } from '../../src/store/Sql/readModels/sqlTables.ts'
import type { SqlClient } from '../../src/store/Sql.ts'

export const rightOf = <A>(result: Either<unknown, A>): A =>
  result._tag === 'Right' ? result.right : expect.fail(JSON.stringify(result.left))

export const leftOf = <F>(result: Either<F, unknown>): F =>
  result._tag === 'Left' ? result.left : expect.fail('it fails')

class RolledBack extends Error {
  readonly result: Either<never, never>
  constructor(result: Either<never, never>) {
    super('rolled back')
    this.result = result
  }
}

/** Transactions of PGlite, as every database has to give them. */
export const transactionsOf = (pglite: PGlite): SqlTransactions => ({
  client: pglite,
  transaction: (run) => async () => {
    try {
      return await pglite.transaction(async (tx) => {
        const result = await run(tx)()
        // a left is what the caller gets, and rolls back
        if (result._tag === 'Left') throw new RolledBack(result as Either<never, never>)
        return result
      })
    } catch (cause) {
      return cause instanceof RolledBack
        ? cause.result
        : left({ type: 'TransactionFailed', reason: 'Failed', cause })
    }
  },
})

/** An empty schema of its own. */
let schemas = 0
export const newSchema = async (client: SqlClient): Promise<string> => {
  const name = `s${++schemas}`
  await client.query(`create schema ${name}`, [])
  return name
}

/** The rows of a table as its fields, in the order of some columns. */
export const selectAll = async (
  client: SqlClient,
  table: string,
  order: string,
): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> => {
  const { rows } = await client.query(`select * from ${table} order by ${order}`, [])
  return rows
}

/** The rows of all tables of a read model, by its names of them, in the order of their keys. */
export const storedRowsOf = async (
  client: SqlClient,
  schema: string,
  model: ReadModel<never, unknown>,
): Promise<Readonly<Record<string, ReadonlyArray<unknown>>>> => {
  const found: Record<string, ReadonlyArray<unknown>> = {}
  for (const table of rightOf(sqlModel(model)).tables) {
    const values = table.columns.map(({ name, read }) => read(name)).join(', ')
    const order = table.key.map(({ name }) => name).join(', ')
    const { rows } = await client.query(
      `select json_build_array(${values})::text as row from ${schema}.${table.name} order by ${order}`,
      [],
    )
    found[table.of.name] = rows.map(({ row }) => rowOf(table, String(row)))
  }
  return found
}

/** The same in memory. */
export const memoryRowsOf = <E, T>(
  model: ReadModel<E, T>,
  history: ReadonlyArray<Recorded<E>>,
): Readonly<Record<string, ReadonlyArray<unknown>>> => {
  const rows = replay(inMemory(model))(history)
  const names = Object.keys(rows.tables) as Array<keyof T & string>
  return Object.fromEntries(names.map((name) => [name, rowsIn(model, name)(rows)]))
}

/** A batch of the events after a position. */
export const batchOf = <E>(
  from: number,
  events: ReadonlyArray<Recorded<E>>,
  to: number = events.at(-1)?.position ?? from,
): Batch<E> => {
  const last = events.at(-1)
  const mark =
    last === undefined
      ? none
      : some({ commitId: last.commitId, position: last.position, recordedAt: last.recordedAt })
  return { from, to, events, mark }
}

/** Prepares a read model and owns it. */
export const ownedBy = async <E, T>(
  tables: ReadModelTables,
  model: ReadModel<E, T>,
  lease = 60_000,
): Promise<Generation> => {
  rightOf(await tables.prepare(model, 'refuse')())
  const [first] = rightOf(await tables.own([model], lease)())
  return first?.owned === true ? first : expect.fail('it is owned')
}

export class Interrupted extends Error {}

/** Which call fails, from 0, and whether that is before it is made or when its answer comes. */
export interface Interruption {
  readonly call: number
  readonly when: 'before' | 'after'
}

/**
 * A database of which one call fails once it is armed: each statement, each begin and each commit counts as a
 * call. `calls` tells how many there were since.
 */
export const interrupting = (of: SqlTransactions) => {
  let armed: Interruption | undefined
  let count = 0
  const interrupted = async <A>(run: () => Promise<A>): Promise<A> => {
    const isNow = count++ === armed?.call
    if (isNow && armed?.when === 'before') throw new Interrupted('before')
    const result = await run()
    if (isNow) throw new Interrupted('after')
    return result
  }
  const clientOf = (client: SqlClient): SqlClient => ({
    query: (text, params) => interrupted(() => client.query(text, params)),
  })
  const nothing = (): Promise<void> => interrupted(() => Promise.resolve())
  const db: SqlTransactions = {
    client: clientOf(of.client),
    transaction: (run) => async () => {
      try {
        await nothing()
        const done = await of.transaction((tx) => run(clientOf(tx)))()
        // the answer to the commit may be lost
        await nothing()
        return done
      } catch (cause) {
        return left({ type: 'TransactionFailed', reason: 'Failed', cause })
      }
    },
  }
  const arm = (interruption: Interruption): void => {
    armed = interruption
    count = 0
  }
  return { db, arm, calls: () => count }
}
