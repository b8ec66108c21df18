import type { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replay } from '../../src/Projection.ts'
import { inMemory, rowsIn } from '../../src/ReadModel.ts'
import type { Recorded } from '../../src/Recorded.ts'
import type { ReadModelTables } from '../../src/shell/ReadModelTables.ts'
import { sqlReadModels } from '../../src/store/SqlReadModels.ts'
import { runs } from '../setup.ts'
import type { Moved } from '../support/readModels.ts'
import { transferHistory, transfers } from '../support/readModels.ts'
import {
  batchOf,
  newSchema,
  openDatabase,
  ownedBy,
  rightOf,
  selectAll,
  transactionsOf,
} from '../support/sqlReadModels.ts'

let pglite: PGlite

beforeAll(async () => {
  pglite = await openDatabase()
})
afterAll(() => pglite.close())

type History = ReadonlyArray<Recorded<Moved>>

const inSchema = async () => {
  const schema = await newSchema(pglite)
  return { schema, tables: sqlReadModels(transactionsOf(pglite), { schema }) }
}

/** The rows of the tables of transfers, as the read model has them. */
const storedRows = async (schema: string) => ({
  balances: await selectAll(pglite, `${schema}.balances`, 'account'),
  givers: (await selectAll(pglite, `${schema}.givers`, 'times')).map((row) => ({
    ...row,
    largest: BigInt(String(row['largest'])),
  })),
})

const expectedRows = (history: History) => {
  const rows = replay(inMemory(transfers))(history)
  return {
    balances: rowsIn(transfers, 'balances')(rows),
    givers: rowsIn(transfers, 'givers')(rows),
  }
}

/** Applies a history in batches that end at some positions. */
const applyAll = async (tables: ReadModelTables, history: History, cuts: ReadonlyArray<number>) => {
  let generation = await ownedBy(tables, transfers)
  for (const to of [...new Set([...cuts, history.length])].sort((a, b) => a - b)) {
    const { position } = generation
    if (to <= position || to > history.length) continue
    const batch = batchOf(position, history.slice(position, to))
    rightOf(await tables.apply(transfers, generation, batch, 60_000)())
    generation = { ...generation, position: to }
  }
}

describe('sqlReadModels', () => {
  it('ReadModelTables 2: the rows are those of the fold in memory, in any batches', async () => {
    await fc.assert(
      fc.asyncProperty(transferHistory, fc.array(fc.nat({ max: 40 })), async (history, cuts) => {
        const { schema, tables } = await inSchema()
        await applyAll(tables, history, cuts)
        expect(await storedRows(schema)).toStrictEqual(expectedRows(history))
        await pglite.exec(`drop schema ${schema} cascade`)
      }),
      { numRuns: runs(30) },
    )
  })
})
