import type { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { memoryStore } from '../../src/store/Memory.ts'
import { createSchema, sqlStore } from '../../src/store/Sql.ts'
import { runs } from '../setup.ts'
import { openInMemory } from '../support/database.mjs'
import type { MakeStore } from './commits.ts'
import { commit, everything, invalidCommit, rightOf } from './commits.ts'
import { eventStoreContract } from './eventStore.ts'
import { handlerContract } from './handler.ts'

let client: PGlite

beforeAll(async () => {
  client = await openInMemory()
})
afterAll(() => client.close())

/** An empty store in the one database, in the place of the one before. */
const makeStore: MakeStore = async (now) => {
  await client.exec('drop schema public cascade; create schema public')
  rightOf(await createSchema(client)())
  return sqlStore(client, now ? { now } : {})
}

eventStoreContract('Sql', makeStore)
handlerContract('Sql', makeStore)

it('answers exactly as the store in memory does', async () => {
  const commits = fc.array(fc.oneof({ weight: 5, arbitrary: commit }, invalidCommit), {
    maxLength: 20,
    size: 'max',
  })
  await fc.assert(
    fc.asyncProperty(commits, async (sent) => {
      let time = 0
      const memory = memoryStore({ now: () => time })
      const sql = await makeStore(() => time)
      for (const each of sent) {
        time++
        expect(await sql.append(each)()).toStrictEqual(await memory.append(each)())
      }
      expect(await everything(sql)).toStrictEqual(await everything(memory))
    }),
    { numRuns: runs(30) },
  )
})
