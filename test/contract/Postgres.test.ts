import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Query } from '../../src/Query.ts'
import { tag } from '../../src/Query.ts'
import { createSchema, sqlCheckpoints, sqlSnapshots, sqlStore } from '../../src/store/Sql.ts'
import { useDatabase } from '../support/postgres.ts'
import type { MakeStore } from './commits.ts'
import { leftOf, rightOf } from './commits.ts'
import { checkpointsContract } from './checkpoints.ts'
import { eventStoreContract } from './eventStore.ts'
import { handlerContract } from './handler.ts'
import { about } from './queries.ts'
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
snapshotStoreContract('Postgres', async () => {
  await makeStore()
  return sqlSnapshots(pool, { schema: `s${count}` })
})
checkpointsContract('Postgres', async () => {
  await makeStore()
  return sqlCheckpoints(pool, { schema: `s${count}` })
})

it('C1 C20 C31 C34 what is being stored while somebody reads disturbs, once it is there', async () => {
  const store = await makeStore()
  const query: Query = [{ tags: [tag('name')('ada')] }]
  const slow = await pool.connect()
  try {
    await slow.query('begin')
    // another program, which has no condition and has not committed yet
    rightOf(
      await sqlStore(slow, { schema: `s${count}` }).append(about('c1', [tag('name')('ada')]))(),
    )
    const { events, end } = rightOf(await store.readAll(0, 9, { query })())
    expect([events, end]).toStrictEqual([[], 0])
    const later = store.append(about('c2', [], { query, after: end }))()
    await new Promise((resume) => setTimeout(resume, 20))
    await slow.query('commit')
    expect(leftOf(await later)).toMatchObject({ type: 'AppendConditionFailed', position: 1 })
    rightOf(await store.append(about('c2', [], { query, after: 1 }))())
  } finally {
    slow.release()
  }
})
