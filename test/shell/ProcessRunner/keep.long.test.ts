// A kept process whose checkpoint is in PostgreSQL, interrupted and delayed at every await.
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSchema, sqlCheckpoints } from '../../../src/store/Sql.ts'
import { rightOf } from '../../contract/commits.ts'
import { useDatabase } from '../../support/postgres.ts'
import type { MakeWorld } from './keeping.ts'
import { delayEach, endings, interruptEach } from './keeping.ts'

const lease = 3_000

const url = useDatabase()
let pool: pg.Pool
beforeAll(async () => {
  pool = new pg.Pool({ connectionString: url() })
  rightOf(await createSchema(pool)())
})
afterAll(() => pool.end())

const onPostgres: MakeWorld = async () => {
  await pool.query('delete from decider_processes')
  const expire = async (): Promise<void> => {
    await pool.query(
      "update decider_processes set leased_until = clock_timestamp() - interval '1 second' where leased_until is not null",
    )
  }
  return { checkpoints: sqlCheckpoints(pool), expire }
}

it.each(endings)('law 5 on PostgreSQL: whatever interrupts an owner (%s)', async (ending) => {
  expect(await interruptEach(onPostgres, lease, ending)).toBeGreaterThan(20)
})

it.each(['Before', 'After'] as const)(
  'law 5 on PostgreSQL: whatever delays an owner beyond its lease (%s)',
  async (when) => {
    expect(await delayEach(onPostgres, lease, when)).toBeGreaterThan(20)
  },
)
