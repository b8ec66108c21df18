import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { memoryStore } from '../../src/store/Memory.ts'
import { createSchema, sqlStore } from '../../src/store/Sql.ts'
import { runs } from '../setup.ts'
import type { MakeStore } from './commits.ts'
import {
  anyVersion,
  commit,
  commitOf,
  everything,
  invalidCommit,
  leftOf,
  rightOf,
} from './commits.ts'
import { eventStoreContract } from './eventStore.ts'
import { handlerContract } from './handler.ts'

let client: PGlite

beforeAll(async () => {
  client = await PGlite.create({ initDbStartParams: ['--set', 'shared_buffers=8MB'] })
})
afterAll(() => client.close())

/** An empty store in the one database, in the place of the one before. */
const makeStore: MakeStore = async (now) => {
  await client.exec('drop schema public cascade; create schema public')
  rightOf(await createSchema(client)())
  return sqlStore(client, now ? { now } : {})
}

eventStoreContract('Sql', makeStore, { several: false })
handlerContract('Sql', makeStore)

it('a commit to several streams is refused, and nothing of it is stored', async () => {
  const store = await makeStore()
  const also = [{ stream: 'b', expected: anyVersion, events: [] }]
  const refused = leftOf(await store.append({ ...commitOf('a', 'c1', anyVersion, 1), also })())
  expect(refused).toMatchObject({ type: 'InvalidCommit', issues: [{ path: ['also'] }] })
  expect(await everything(store)).toStrictEqual([])
})

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
