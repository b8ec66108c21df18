/**
 * Keeps read models up to date: reads the log once for all of them, and applies the events to their tables.
 *
 * Any number of processes may run the same read models. Each read model has one owner at a time; when it dies,
 * another takes over after the lease.
 *
 * Laws:
 *
 * 1. a run that was interrupted anywhere and repeated leads to the same rows as an undisturbed one
 * 2. each event is read once for all read models that have the same checkpoint; only the last one of a page is read
 *    again, with the next page
 * 3. a read model that can't continue does not hold up the others
 * 4. no more than `concurrency` + 1 calls of the store and the database are under way
 * 5. `waitFor` ends: when the position is in the tables, or with a failure that says why it is not
 * 6. hints are not needed: without them, the store is polled after `pollEvery`
 * 7. a batch is applied only if the page that it is from holds the last event in the tables: a restore of the store
 *    that lost this event stops the read model, unless its tables were restored, too. What was read before the restore
 *    may still be applied; then the next read tells. An event that can't be decoded any more is not compared
 * 8. `HistoryChanged` is told only if a read that began after the last event was applied does not find it
 * 9. tables that were rebuilt or rolled back become live once they are at the head, even if no event follows; a swap
 *    that did not happen is tried again: one that failed after the time of a lease, and until then its failure is the
 *    problem of the read model; any other also as soon as they have moved
 * 10. a run without a budget ends with everything in the tables that was stored before it, or with a problem,
 *     whatever else the runner does at that time; read models of other owners are left to them
 *
 * @since 0.1.0
 */
import { left, right } from '../internal/either.ts'
import type { Instant } from '../Recorded.ts'
import { bounded } from './internal/bounded.ts'
import { advancer } from './ReadModelRunner/advancer.ts'
import { crew } from './ReadModelRunner/crew.ts'
import { loopOn } from './ReadModelRunner/loop.ts'
import type { ReadModelRunner, ReadModelRunnerOptions, RunBudget } from './ReadModelRunner/model.ts'
import { healthOf, problemsIn, progressOf } from './ReadModelRunner/progress.ts'
import { sharedReader } from './ReadModelRunner/reader.ts'
import { roster } from './ReadModelRunner/roster.ts'
import { slots } from './ReadModelRunner/slots.ts'
import { waitUntil } from './ReadModelRunner/waiting.ts'

export type {
  ReadModelHealth,
  ReadModelLoopOptions,
  ReadModelProblem,
  ReadModelProgress,
  ReadModelRunner,
  ReadModelRunnerOptions,
  ReadModelStopped,
  RunBudget,
} from './ReadModelRunner/model.ts'
export type {
  AnyReadModel,
  Batch,
  BatchRefused,
  CheckpointMove,
  Generation,
  InvalidReadModel,
  NotOwned,
  PoisonEvent,
  ReadModelChanged,
  ReadModelReplaced,
  ReadModelTables,
  SkippedEvent,
  StopReason,
  TablesUnavailable,
} from './ReadModelRunner/tables.ts'

/**
 * A runner of read models: `loop` for a process that keeps running, `runOnce` for a job that ends.
 *
 * @example
 *   import { orderTables } from 'decider-ts/order'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { readModelRunner } from 'decider-ts/shell/ReadModelRunner'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { openPGlite } from 'decider-ts/store/PGlite'
 *   import { sqlReadModels } from 'decider-ts/store/Sql'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const opened = await openPGlite('.data/orders')()
 *   assert.ok(isRight(opened))
 *   const { client, close } = opened.right
 *   const store = withCodec(orderEventCodec)(opened.right.store)
 *   const runner = readModelRunner({
 *     store,
 *     tables: sqlReadModels(opened.right),
 *     models: [orderTables],
 *     now: Date.now,
 *   })
 *
 *   const appended = await store.append({
 *     stream: '10248',
 *     expected: { type: 'NoStream' },
 *     commitId: 'c1',
 *     events: [{ event: { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' } }],
 *   })()
 *   assert.ok(isRight(appended))
 *   const ran = await runner.runOnce()()
 *   assert.ok(isRight(ran))
 *   const { rows } = await client.query('select id, customer_id from orders', [])
 *   assert.deepStrictEqual(rows, [{ id: '10248', customer_id: 'VINET' }])
 *   await close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const readModelRunner = <E>(options: ReadModelRunnerOptions<E>): ReadModelRunner => {
  const { store, tables, models, now } = options
  const { concurrency = 3, pageSize = 1_000, lease = 15_000 } = options
  const slot = slots(concurrency)
  const listSlot = slots(1)
  const reader = sharedReader(store, pageSize, slot)
  const owned = roster(options, lease, pageSize, listSlot, reader.forget)
  const advance = advancer(tables, listSlot)
  const tools = { reader, tables, slot, listSlot, advance, now, lease, pageSize }
  const { look, run, whileRunning } = crew(owned, tools)
  const progress = (): ReturnType<ReadModelRunner['progress']> =>
    progressOf(owned, reader.head(), now())
  const problems = (): ReturnType<typeof problemsIn> => problemsIn(progress())
  return {
    runOnce:
      (budget = {}) =>
      () =>
        bounded('wait', budget, () =>
          whileRunning(async () => {
            const ran = await run(goingOn(budget, now))
            return ran._tag === 'Left' ? ran : right(progress())
          }),
        ).catch((cause: unknown) => left({ type: 'Thrown', cause })),
    loop: (loopOptions) => () =>
      whileRunning(() => loopOn({ look, head: reader.head, problems }, loopOptions)),
    waitFor: (position, { readModels, signal, timeout = 10_000 } = {}) => {
      const names = new Set(readModels ?? models.map(({ name }) => name))
      const status = (): ReturnType<typeof tables.status> => listSlot(tables.status)
      return () => waitUntil(status, position, names, { signal, timeout })
    },
    progress,
    health: (maxAge = 30_000) => healthOf(owned, reader.head(), now(), maxAge),
  }
}

/** Counts the events of a run, and returns whether its budget allows more. */
const goingOn = (
  { events = Infinity, milliseconds = Infinity, signal }: RunBudget,
  now: () => Instant,
): ((more: number) => boolean) => {
  const end = now() + milliseconds
  let count = 0
  return (more) => {
    count += more
    return count < events && now() < end && signal?.aborted !== true
  }
}
