/**
 * One database for all tabs of a browser: makes a client for the SQL engine from PGlite's worker for several
 * tabs, `PGliteWorker` of `@electric-sql/pglite/worker`.
 *
 * One tab, the leader, runs the database for the others. When it is closed, another tab takes over. Calls
 * that the old leader had not answered would stay pending forever; this client ends them as
 * `StoreUnavailable` with the cause `LeaderChanged`. The outcome of an append is then unknown until it is
 * sent again with the same commit id.
 *
 * @since 0.1.0
 */
import type { SqlClient } from './Sql.ts'

/**
 * The part of a `PGliteWorker` that is used.
 *
 * @category model
 * @since 0.1.0
 */
export interface TabWorker extends SqlClient {
  /** Resolves when a leader has opened the database. */
  readonly waitReady: Promise<void>
  /** Calls back at each change; returns a function that ends this. */
  readonly onLeaderChange: (callback: () => void) => () => void
}

/**
 * The cause of a `StoreUnavailable` if the tab that ran the database was closed before it answered.
 *
 * @category failures
 * @since 0.1.0
 */
export interface LeaderChanged {
  readonly type: 'LeaderChanged'
}

/**
 * Makes a client from a worker. Calls wait while there is no leader.
 *
 * @example
 *   import { tabClient } from 'decider-ts/store/BrowserTabs'
 *   import assert from 'node:assert'
 *
 *   // in a browser: new PGliteWorker(new Worker('worker.js', { type: 'module' }))
 *   const worker = {
 *     waitReady: Promise.resolve(),
 *     onLeaderChange: () => () => undefined,
 *     query: () => Promise.resolve({ rows: [{ one: 1 }] }),
 *   }
 *   // the client of a store: sqlStore(tabClient(worker))
 *   const { rows } = await tabClient(worker).query('select 1 as one', [])
 *   assert.deepStrictEqual(rows, [{ one: 1 }])
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
