// What a running process does when the store, or the tables too, are set back to an earlier moment.
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { ReadModelProblem, ReadModelTables } from '../../../src/shell/ReadModelRunner.ts'
import { gate, looping, useWorkshop } from '../../support/readModelRunner.ts'
import { leftOf, rightOf } from '../../support/sqlReadModels.ts'

const { at, append, tablesOf, runnerOf, rowsOf, expectedRows, readingOn, restored } = useWorkshop()

// a machine may be slow, and what fails fails sooner
const patient = { timeout: 100_000 }

/** A copy of the tables and their checkpoint, which can be put back. */
const backUp = async (): Promise<() => Promise<unknown>> => {
  const copies = ['counts', 'decider_read_models'].map((name) => `${at.schema}.${name}`)
  for (const name of copies) {
    await at.pglite.exec(`create table ${name}_copy as select * from ${name}`)
  }
  return () =>
    at.pglite.transaction(async (tx) => {
      for (const name of copies) {
        await tx.exec(`delete from ${name}; insert into ${name} overriding system value
          select * from ${name}_copy`)
      }
    })
}

describe('log and tables of an earlier moment', () => {
  /** Three events in the log and in the tables, then two that are lost in both; the runner knew them. */
  const setBack = async (forward: (position: number) => Promise<unknown>): Promise<void> => {
    await append(3)
    await forward(3)
    const putBack = await backUp()
    await append(2, 'ghost')
    await forward(5)
    const earlier = await restored(3)
    // a server that is restored does not answer
    at.store = { ...at.store, readAll: () => () => Promise.resolve(away) }
    await putBack()
    at.store = earlier
  }
  const away = {
    _tag: 'Left',
    left: { type: 'StoreUnavailable', operation: 'readAll', cause: 'restored' },
  } as const

  it('ReadModelRunner 7: a run does not apply what was lost', async () => {
    const runner = runnerOf({ store: readingOn() })
    await setBack(async () => rightOf(await runner.runOnce()()))
    await append(4, 'real')
    expect(rightOf(await runner.runOnce()())).toMatchObject([{ position: 7, problem: none }])
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('ReadModelRunner 7: nor does a loop', async () => {
    const runner = runnerOf({ store: readingOn() })
    await looping(runner, async () => {
      await setBack(async (position) => rightOf(await runner.waitFor(position, patient)()))
      await append(4, 'real')
      rightOf(await runner.waitFor(7, patient)())
    })
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('ReadModelRunner 7: a loop that has seen the shorter log goes on from the tables', async () => {
    const noticed = gate()
    let isSetBack = false
    const runner = runnerOf({ store: readingOn(), lease: 1_000_000 })
    const onProblem = (_: string, { type }: ReadModelProblem): void => {
      if (isSetBack && type === 'HistoryChanged') noticed.open()
    }
    await looping(
      runner,
      async () => {
        await append(3)
        rightOf(await runner.waitFor(3, patient)())
        const putBack = await backUp()
        await append(2, 'ghost')
        rightOf(await runner.waitFor(5, patient)())
        const earlier = await restored(3)
        await putBack()
        isSetBack = true
        at.store = earlier
        await noticed.passed
        await append(4, 'real')
        rightOf(await runner.waitFor(7, patient)())
      },
      { onProblem },
    )
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('ReadModelRunner 7: a page that was read ahead is not applied after a batch that failed', async () => {
    await append(2)
    await append(2, 'ghost')
    const readAhead = gate()
    const store = readingOn()
    const readAll: typeof store.readAll =
      (after, ...asked) =>
      async () => {
        const page = await store.readAll(after, ...asked)()
        if (after > 0) readAhead.open()
        return page
      }
    const tables = tablesOf()
    let isFirst = true
    const apply: ReadModelTables['apply'] =
      (...asked) =>
      async () => {
        if (!isFirst) return tables.apply(...asked)()
        isFirst = false
        await readAhead.passed
        at.store = await restored(2)
        await append(4, 'real')
        const cause = 'connection lost'
        return { _tag: 'Left', left: { type: 'TablesUnavailable', operation: 'apply', cause } }
      }
    const runner = runnerOf({
      store: { ...store, readAll },
      pageSize: 2,
      tables: { ...tables, apply },
    })
    await looping(runner, async () => {
      rightOf(await runner.waitFor(6, patient)())
    })
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })
})

describe('a log of an earlier moment, and tables that are kept elsewhere', () => {
  it('ReadModelRunner 7: a run stops them', async () => {
    const runner = runnerOf({ store: readingOn() })
    await append(5, 'old')
    rightOf(await runner.runOnce()())
    at.store = await restored(3)
    await append(4, 'new')
    expect(rightOf(await runner.runOnce()())).toMatchObject([
      { position: 5, problem: some({ type: 'HistoryChanged', position: 5 }) },
    ])
  })

  it('ReadModelRunner 7: a loop stops them', async () => {
    const runner = runnerOf({ store: readingOn() })
    await append(5, 'old')
    await looping(runner, async () => {
      rightOf(await runner.waitFor(5, patient)())
      const earlier = await restored(3)
      await append(4, 'new', earlier)
      at.store = earlier
      expect(leftOf(await runner.waitFor(7, patient)())).toMatchObject({
        type: 'ReadModelStopped',
        reason: { type: 'HistoryChanged', position: 5 },
      })
    })
  })

  it('ReadModelRunner 7: also if it is set back while they catch up', async () => {
    await append(10, 'old')
    const earlier = await restored(2)
    const store = readingOn()
    const readAll: typeof store.readAll =
      (after, ...asked) =>
      async () => {
        const page = await store.readAll(after, ...asked)()
        if (after !== 3) return page
        at.store = earlier
        await append(20, 'new')
        return page
      }
    const runner = runnerOf({ store: { ...store, readAll }, pageSize: 2 })
    // the page after the fourth event was read before, and is applied
    expect(rightOf(await runner.runOnce()())).toMatchObject([
      { position: 6, problem: some({ type: 'HistoryChanged', position: 6 }) },
    ])
  })
})
