import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { createSchema, sqlSnapshots, sqlStore } from '../../src/store/Sql.ts'
import { useDatabase } from '../support/postgres.ts'
import type { MakeStore } from './commits.ts'
import { rightOf } from './commits.ts'
import { eventStoreContract } from './eventStore.ts'
import { handlerContract } from './handler.ts'
import { snapshotStoreContract } from './snapshots.ts'

const url = useDatabase()
let pool: pg.Pool
beforeAll(() => {
  pool = new pg.Pool({ connectionString: url(), max: 10 })
})
afterAll(() => pool.end())

let count = 0

/** An empty store in a schema of its own. */
const makeStore: MakeStore = async (now) => {
  const schema = `s${++count}`
  rightOf(await createSchema(pool, { schema })())
  return sqlStore(pool, now ? { schema, now } : { schema })
}

eventStoreContract('Postgres', makeStore)
handlerContract('Postgres', makeStore)
snapshotStoreContract('Postgres', () => {
  const schema = `s${count}`
  return sqlSnapshots(pool, { schema })
})
