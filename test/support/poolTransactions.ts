// Transactions of a pool of node-postgres, as every database has to give them.
import { left } from 'fp-ts/lib/Either.js'
import type { Pool } from 'pg'
import type { SqlTransactions } from '../../src/store/Sql.ts'

export const transactionsOfPool = (pool: Pool): SqlTransactions => ({
  client: pool,
  transaction: (run) => async () => {
    const failed = (cause: unknown) =>
      left({ type: 'TransactionFailed', reason: 'Failed', cause } as const)
    let client
    try {
      client = await pool.connect()
    } catch (cause) {
      return failed(cause)
    }
    // a connection that is lost between two statements
    const lost = (): void => {}
    client.on('error', lost)
    let broken: Error | undefined
    try {
      await client.query('begin')
      const result = await run(client)()
      await client.query(result._tag === 'Right' ? 'commit' : 'rollback')
      return result
    } catch (cause) {
      broken = cause instanceof Error ? cause : new Error(String(cause))
      return failed(cause)
    } finally {
      client.off('error', lost)
      // one that failed is not used again
      client.release(broken)
    }
  },
})
