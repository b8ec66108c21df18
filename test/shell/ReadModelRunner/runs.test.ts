// What runs and loops of one runner do for each other, and to each other.
import { none } from 'fp-ts/lib/Option.js'
import { expect, it } from 'vitest'
import type { ReadModelTables } from '../../../src/shell/ReadModelRunner.ts'
import type { Gate } from '../../support/readModelRunner.ts'
import { counting, counts, gate, settled, useWorkshop } from '../../support/readModelRunner.ts'
import { rightOf } from '../../support/sqlReadModels.ts'

const { append, tablesOf, runnerOf, rowsOf, expectedRows } = useWorkshop()

interface HeldUp {
  /** Passed when the batch is stored. */
  readonly stored: Gate
  /** Holds up its answer. */
  readonly answer: Gate
}

/** Tables whose first batch of each of these read models is held up. */
const holdingUp = (models: Readonly<Record<string, HeldUp>>): ReadModelTables => {
  const whole = tablesOf()
  const rest = new Map(Object.entries(models))
  const apply: ReadModelTables['apply'] =
    (model, ...asked) =>
    async () => {
      const applied = await whole.apply(model, ...asked)()
      const held = rest.get(model.name)
      rest.delete(model.name)
      held?.stored.open()
      await held?.answer.passed
      return applied
    }
  return { ...whole, apply }
}

const heldUp = (): HeldUp => ({ stored: gate(), answer: gate() })

it('ReadModelRunner 10: a run goes on where others with a budget end', async () => {
  await append(10)
  const runner = runnerOf({ pageSize: 1 })
  const budgets = [{ events: 2 }, { events: 2 }, {}]
  const [, , whole] = await Promise.all(budgets.map((each) => runner.runOnce(each)()))
  expect(whole && rightOf(whole)).toMatchObject([{ position: 10, problem: none }])
})

it('ReadModelRunner 10: a run goes on where a loop was stopped', async () => {
  await append(20)
  const first = heldUp()
  const runner = runnerOf({ pageSize: 1, tables: holdingUp({ counts: first }) })
  const stop = new AbortController()
  const loop = runner.loop({ signal: stop.signal })()
  await first.stored.passed
  stop.abort()
  const run = runner.runOnce()()
  await settled()
  first.answer.open()
  expect(rightOf(await run)).toMatchObject([{ position: 20, problem: none }])
  await loop
  expect(await rowsOf()).toStrictEqual(await expectedRows())
})

it('ReadModelRunner 10: a run beside a loop has what was stored before it', async () => {
  await append(1)
  const first = heldUp()
  const runner = runnerOf({ tables: holdingUp({ counts: first }) })
  const stop = new AbortController()
  const loop = runner.loop({ signal: stop.signal })()
  await first.stored.passed
  // the loop has read the end of the log before
  await append(1)
  const run = runner.runOnce()()
  await settled()
  first.answer.open()
  expect(rightOf(await run)).toMatchObject([{ position: 2, problem: none }])
  stop.abort()
  await loop
})

it('ReadModelRunner 10: a run tells the problem of a batch that it waited for', async () => {
  await append(2)
  const first = heldUp()
  const tables = holdingUp({ counts: first })
  const cause = new Error('the answer is lost')
  let isFirst = true
  const apply: ReadModelTables['apply'] =
    (...asked) =>
    async () => {
      const applied = await tables.apply(...asked)()
      if (!isFirst) return applied
      isFirst = false
      return { _tag: 'Left', left: { type: 'TablesUnavailable', operation: 'apply', cause } }
    }
  const runner = runnerOf({ tables: { ...tables, apply } })
  const both = [runner.runOnce()(), runner.runOnce()()]
  await first.stored.passed
  first.answer.open()
  const problem = { value: { type: 'TablesUnavailable', cause } }
  for (const each of await Promise.all(both)) expect(rightOf(each)).toMatchObject([{ problem }])
})

it('a budget that is spent while a run waits for another begins no batch', async () => {
  await append(3)
  const first = heldUp()
  const runner = runnerOf({ pageSize: 1, tables: holdingUp({ counts: first }) })
  const both = [
    runner.runOnce({ milliseconds: 0 })(),
    runner.runOnce({ milliseconds: 0 })(),
  ] as const
  await first.stored.passed
  first.answer.open()
  await Promise.all(both)
  expect(rightOf(await tablesOf().status())).toMatchObject([{ position: 1 }])
})

it('ReadModelRunner 10: nothing is released under a run that began while a loop ended', async () => {
  const models = [counts, counting('others')]
  await append(1)
  const first = heldUp()
  const second = gate()
  const tables = holdingUp({ counts: first })
  const others = gate()
  let isSecondRun = false
  const apply: ReadModelTables['apply'] =
    (model, ...asked) =>
    async () => {
      if (model.name !== 'others') return tables.apply(model, ...asked)()
      if (isSecondRun) await second.passed
      const applied = await tables.apply(model, ...asked)()
      others.open()
      return applied
    }
  const runner = runnerOf({ tables: { ...tables, apply } }, models)
  const stop = new AbortController()
  const loop = runner.loop({ signal: stop.signal })()
  await Promise.all([first.stored.passed, others.passed])
  stop.abort()
  await settled()
  isSecondRun = true
  await append(1)
  const run = runner.runOnce()()
  await settled()
  // the last batch of the loop ends, while one of the run is under way
  first.answer.open()
  await settled()
  second.open()
  expect(rightOf(await run)).toMatchObject([
    { readModel: 'counts', owned: true, position: 2, problem: none },
    { readModel: 'others', owned: true, position: 2, problem: none },
  ])
  await loop
  // the run has released them
  const owners = rightOf(await runnerOf({}, models).runOnce()())
  expect(owners.map(({ owned }) => owned)).toStrictEqual([true, true])
})
