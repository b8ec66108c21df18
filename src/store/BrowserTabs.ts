/**
 * One database for all tabs of a browser: a client for the SQL engine out of PGlite's worker for
 * several tabs, `PGliteWorker` of `@electric-sql/pglite/worker`.
 *
 * One tab, the leader, runs the database, and the others ask it. When the leader is closed, another
 * tab takes over, and what had been asked of the old one gets no answer: the promises of the worker
 * itself stay open for ever. With this client they end as `StoreUnavailable` with the cause
 * `LeaderChanged`. Whether an append was stored is then unknown, until it is sent again with the same
 * commit id.
 *
 * @since 0.1.0
 */
import type { SqlClient } from './Sql.ts'

/**
 * What is used of a `PGliteWorker`.
 *
 * @category model
 * @since 0.1.0
 */
export interface TabWorker extends SqlClient {
  /** Ends when there is a leader that has opened the database. */
  readonly waitReady: Promise<void>
  /** Calls back at each change, until the function that it gives is called. */
  readonly onLeaderChange: (callback: () => void) => () => void
}

/**
 * The cause of a `StoreUnavailable` where the tab that ran the database went away before it
 * answered.
 *
 * @category failures
 * @since 0.1.0
 */
export interface LeaderChanged {
  readonly type: 'LeaderChanged'
}

/**
 * The client of a worker. A question that is asked while there is no leader waits for one.
 *
 * @example
 *   import { sqlStore } from 'decider-ts/store/Sql'
 *   import { tabClient } from 'decider-ts/store/BrowserTabs'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   // in a browser: new PGliteWorker(new Worker('worker.js', { type: 'module' }))
 *   const worker = {
 *     waitReady: Promise.resolve(),
 *     onLeaderChange: () => () => undefined,
 *     query: () => Promise.resolve({ rows: [] }),
 *   }
 *   assert.deepStrictEqual(await sqlStore(tabClient(worker)).load('lamp-1')(), right([]))
 *
 * @category constructors
 * @since 0.1.0
 */
export const tabClient = (worker: TabWorker): SqlClient => ({
  query: (text, params) =>
    worker.waitReady.then(
      () =>
        new Promise((resolve, reject) => {
          const forget = worker.onLeaderChange(() => {
            forget()
            reject({ type: 'LeaderChanged' } satisfies LeaderChanged)
          })
          worker.query(text, params).then(resolve, reject).finally(forget)
        }),
    ),
})
