/**
 * The laws of a read model, tested on drawn histories. A read model that keeps them has the same rows in
 * memory, in a database that follows the log, and in one that is rebuilt from the beginning.
 *
 * `m` is the read model. The laws:
 *
 * - M1 purity: called twice on frozen arguments, the functions of `m` give equal results, and none throws
 * - M2 rows fit their columns and have the key that they were evolved for; JSON can hold the states of streams
 * - M3 rebuild = live: if rows and states are stored and read back after every event, the rows are the same as
 *   without that
 * - M4 the rows are those that `expected` returns, if it is given
 *
 * @since 0.1.0
 */
import type { Arbitrary, RunDetails } from 'fast-check'
import { check, property } from 'fast-check'
import { openTables } from '../internal/readModel.ts'
import { replay } from '../Projection.ts'
import type { ReadModel, RowOf, RowsInMemory } from '../ReadModel.ts'
import { inMemory, rowsIn } from '../ReadModel.ts'
import type { Recorded } from '../Recorded.ts'
import { differences } from './internal/differences.ts'
import { parametersOf } from './internal/parameters.ts'
import { source } from './internal/source.ts'
import { fittingModel, pureModel, storedInBetween } from './readModel/observed.ts'

/**
 * What to test a read model on.
 *
 * - `history`: an arbitrary of recorded events, with increasing positions
 * - `expected`: for some tables or all, the rows that a history should lead to, in the order of their keys
 * - `runs`, `seed`, `path`: how many histories are drawn, and which. They default to those of fast-check
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelLawOptions<E, T> extends DrawnHistories<E> {
  readonly expected?: ExpectedRows<E, T>
}

type ExpectedRows<E, T> = {
  readonly [N in keyof T]?: (history: ReadonlyArray<Recorded<E>>) => ReadonlyArray<RowOf<T[N]>>
}

interface DrawnHistories<E> {
  readonly history: Arbitrary<ReadonlyArray<Recorded<E>>>
  readonly runs?: number
  readonly seed?: number
  readonly path?: string
}

/**
 * The result of a law. `Failed` has the shortest history that was found.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelLawReport<out E> {
  readonly law: 'M1' | 'M2' | 'M3' | 'M4'
  readonly verdict:
    | { readonly type: 'Held'; readonly times: number }
    | {
        readonly type: 'Failed'
        readonly message: string
        readonly history: ReadonlyArray<Recorded<E>>
        readonly seed: number
        readonly path: string
      }
    | { readonly type: 'NotSeen'; readonly why: string }
}

type Verdict<E> = ReadModelLawReport<E>['verdict']

/**
 * Tests the laws and returns the result of each.
 *
 * @example
 *   import { column, readModel, table } from 'decider-ts/ReadModel'
 *   import type { Recorded } from 'decider-ts/Recorded'
 *   import { checkReadModel } from 'decider-ts/testing/readModel'
 *   import fc from 'fast-check'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const recorded = fc.constant<Recorded<number>>({
 *     occurredAt: 0, actor: none, correlationId: none, causationId: none, recordedAt: 0,
 *     stream: 'a', version: 1, position: 1, commitId: 'c1', event: 0.1,
 *   })
 *   const sums = table({
 *     columns: { account: column.text, sum: column.integer },
 *     key: ['account'],
 *     keys: ({ stream }: Recorded<number>) => [{ account: stream }],
 *     evolve: (row, { event }, { account }) =>
 *       some({ account, sum: event + (row._tag === 'Some' ? row.value.sum : 0) }),
 *   })
 *   const report = checkReadModel(readModel({ name: 'sums', version: '1', tables: { sums } }), {
 *     history: fc.array(recorded),
 *   })
 *   const m2 = report.find(({ law }) => law === 'M2')
 *   assert.ok(m2?.verdict.type === 'Failed')
 *   assert.ok(m2.verdict.message.includes('sums.sum takes integer, but got 0.1'))
 *
 * @category testing
 * @since 0.1.0
 */
export const checkReadModel = <E, T>(
  model: ReadModel<E, T>,
  options: ReadModelLawOptions<E, T>,
): ReadonlyArray<ReadModelLawReport<E>> => {
  const expected: ExpectedRows<E, T> = options.expected ?? {}
  const fold = replay(inMemory(model))
  const live = replay(storedInBetween(model))
  // what `openTables` names are tables of the model
  const names = openTables(model).map(({ name }) => name as keyof T & string)
  const unseen = new Set<string>(names)
  const differ = (name: keyof T & string, rows: RowsInMemory, others: ReadonlyArray<unknown>) => {
    const different = differences(others, rowsIn(model, name)(rows))
    if (different.length > 0) throw new Error([`rows of ${name}:`, ...different].join('\n  '))
  }
  const verdict = (holds: (history: ReadonlyArray<Recorded<E>>) => unknown): Verdict<E> =>
    triedOn(options, holds)
  const m3 = verdict((history) => {
    const rebuilt = fold(history)
    const stored = live(history)
    for (const name of names) {
      const rows = rowsIn(model, name)(rebuilt)
      if (rows.length > 0) unseen.delete(name)
      differ(name, stored, rows)
    }
  })
  const m4 = verdict((history) => {
    const rows = fold(history)
    for (const name of names) {
      const wanted = expected[name]?.(history)
      if (wanted !== undefined) differ(name, rows, wanted)
    }
  })
  const isRowless = unseen.size > 0 && m3.type === 'Held'
  const isGiven = Object.keys(expected).length > 0
  return [
    { law: 'M1', verdict: verdict(replay(inMemory(pureModel(model)))) },
    { law: 'M2', verdict: verdict(replay(inMemory(fittingModel(model)))) },
    { law: 'M3', verdict: isRowless ? noRows(unseen) : m3 },
    { law: 'M4', verdict: isGiven ? m4 : notSeen('expected is not given') },
  ]
}

const notSeen = (why: string): Verdict<never> => ({ type: 'NotSeen', why })

const noRows = (tables: Iterable<string>): Verdict<never> =>
  notSeen(`no history led to a row of ${[...tables].join(', ')}`)

const triedOn = <E>(
  { history, ...options }: DrawnHistories<E>,
  holds: (history: ReadonlyArray<Recorded<E>>) => unknown,
): Verdict<E> => {
  const found: RunDetails<[ReadonlyArray<Recorded<E>>]> = check(
    property(history, (events) => {
      holds(events)
    }),
    parametersOf(options),
  )
  const { counterexample, counterexamplePath, errorInstance, numRuns, seed } = found
  if (counterexample === null || counterexamplePath === null) {
    return { type: 'Held', times: numRuns }
  }
  const [events] = counterexample
  const what = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  const message = `${what}\nafter ${source(events)}`
  return { type: 'Failed', message, history: events, seed, path: counterexamplePath }
}

/**
 * Tests the laws. Throws if one fails, with the shortest history that was found, or if no history led to a row
 * of some table; returns the report otherwise.
 *
 * @example
 *   import { orderTables, type OrderEvent } from 'decider-ts/order'
 *   import type { Recorded } from 'decider-ts/Recorded'
 *   import { readModelLaws } from 'decider-ts/testing/readModel'
 *   import fc from 'fast-check'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const event = fc.constantFrom<OrderEvent>(
 *     { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' },
 *     { type: 'LineAdded', productId: '11', quantity: 12, unitPrice: 1_400, discount: 0 },
 *     { type: 'LineRemoved', productId: '11' },
 *   )
 *   const history = fc.array(event).map((events) =>
 *     events.map(
 *       (event, i): Recorded<OrderEvent> => ({
 *         occurredAt: 0, actor: none, correlationId: none, causationId: none, recordedAt: 0,
 *         stream: '10248', version: i + 1, position: i + 1, commitId: `c${i}`, event,
 *       }),
 *     ),
 *   )
 *   const report = readModelLaws(orderTables, { history })
 *   assert.ok(report.some(({ law, verdict }) => law === 'M3' && verdict.type === 'Held'))
 *
 * @category testing
 * @since 0.1.0
 */
export const readModelLaws = <E, T>(
  model: ReadModel<E, T>,
  options: ReadModelLawOptions<E, T>,
): ReadonlyArray<ReadModelLawReport<E>> => {
  const report = checkReadModel(model, options)
  const wrong = report.flatMap(({ law, verdict }) => {
    if (verdict.type === 'Failed') return [`${law}: ${verdict.message}`]
    return law === 'M3' && verdict.type === 'NotSeen' ? [`${law}: ${verdict.why}`] : []
  })
  if (wrong.length > 0) throw new Error(wrong.join('\n\n'))
  return report
}
