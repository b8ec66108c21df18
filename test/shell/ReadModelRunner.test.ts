import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it, vi } from 'vitest'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import type { ReadModelTables } from '../../src/shell/ReadModelRunner.ts'
import { counting, counts, looping, useWorkshop } from '../support/readModelRunner.ts'
import {
  interrupting,
  leftOf,
  newSchema,
  rightOf,
  transactionsOf,
} from '../support/sqlReadModels.ts'

const { at, tablesOf, append, runnerOf, rowsOf, expectedRows, expire } = useWorkshop()

describe('runOnce', () => {
  it('brings all tables forward to the head, and tells how far they are', async () => {
    await append(3)
    const models = [counts, counting('others')]
    const runner = runnerOf({}, models)
    expect(runner.progress()).toStrictEqual([])
    const done = rightOf(await runner.runOnce()())
    expect(done).toStrictEqual(
      ['counts', 'others'].map((name) => ({
        readModel: name,
        role: 'live',
        owned: true,
        position: 3,
        head: 3,
        rate: none,
        timeLeft: none,
        problem: none,
      })),
    )
    expect(await rowsOf()).toStrictEqual(await expectedRows())
    expect(await rowsOf('others')).toStrictEqual(await expectedRows())
    // and gives them back
    expect(runner.progress().map(({ owned }) => owned)).toStrictEqual([false, false])
    expect(rightOf(await runnerOf().runOnce()())[0]).toMatchObject({ owned: true, position: 3 })
  })

  it('reads on in pages, and keeps within its budget', async () => {
    await append(25)
    const runner = runnerOf({ pageSize: 4 })
    expect(rightOf(await runner.runOnce({ events: 6 })())[0]?.position).toBe(8)
    expect(rightOf(await runner.runOnce({ milliseconds: 0 })())[0]?.position).toBe(12)
    const aborted = AbortSignal.abort('enough')
    expect(leftOf(await runner.runOnce({ signal: aborted })())).toMatchObject({ type: 'GivenUp' })
    expect(rightOf(await runner.runOnce()())[0]?.position).toBe(25)
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('ends in time, whatever the database does', async () => {
    const stuck = new Promise<never>(() => {})
    const tables: ReadModelTables = { ...tablesOf(), own: () => () => stuck }
    const runner = runnerOf({ tables })
    expect(leftOf(await runner.runOnce({ timeout: 20 })())).toMatchObject({
      type: 'GivenUp',
      reason: 'TimedOut',
    })
  })

  it('two at a time share the work', async () => {
    await append(10)
    const runner = runnerOf({ pageSize: 3 })
    const both = await Promise.all([runner.runOnce()(), runner.runOnce()()])
    expect(both.map((each) => rightOf(each)[0]?.position)).toStrictEqual([10, 10])
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('ReadModelRunner 1: exactly once, wherever runs are interrupted', async () => {
    await append(7)
    let rounds = 0
    for (const when of ['before', 'after'] as const) {
      for (let call = 0, isInterrupted = true; isInterrupted; call++, rounds++) {
        at.schema = await newSchema(at.pglite)
        const { db, arm, calls } = interrupting(transactionsOf(at.pglite))
        const fragile = runnerOf({ tables: tablesOf(db), pageSize: 3 })
        arm({ call, when })
        await fragile.runOnce()()
        isInterrupted = calls() > call
        arm({ call: -1, when })
        // the same process goes on, or another one
        const next = call % 2 === 0 ? fragile : runnerOf({ pageSize: 3 })
        if (next !== fragile) await expire()
        expect(rightOf(await next.runOnce()())[0]).toMatchObject({ position: 7, problem: none })
        expect(await rowsOf()).toStrictEqual(await expectedRows())
      }
    }
    // list, prepare, own, three batches, release: each statement, begin and commit, before and after
    expect(rounds).toBeGreaterThan(40)
  })
})

describe('reading', () => {
  const readings = () => {
    const pages: Array<number> = []
    const whole = at.store
    at.store = {
      ...whole,
      readAll: (after, limit, options) => {
        pages.push(after)
        return whole.readAll(after, limit, options)
      },
    }
    return pages
  }
  const fifty = Array.from({ length: 50 }, (_, i) => counting(`m${i}`))

  it('ReadModelRunner 2: is done once for all read models that are equally far', async () => {
    await append(20)
    const pages = readings()
    const runner = runnerOf({ pageSize: 5 }, fifty)
    const done = rightOf(await runner.runOnce()())
    expect(done.map(({ position }) => position)).toStrictEqual(fifty.map(() => 20))
    // each page after the first begins with the last event of the one before
    expect(pages).toStrictEqual([0, 4, 9, 14])
  })

  it('goes on while a batch is applied, but not beyond the head, nor for a run that is over', async () => {
    await append(12)
    const pages = readings()
    const seen: Array<ReadonlyArray<number>> = []
    const whole = tablesOf()
    const tables: ReadModelTables = {
      ...whole,
      apply: (...asked) => {
        seen.push([...pages])
        return whole.apply(...asked)
      },
    }
    const runner = runnerOf({ tables, pageSize: 5 })
    rightOf(await runner.runOnce({ milliseconds: 0 })())
    expect(seen).toStrictEqual([[0]])
    rightOf(await runner.runOnce()())
    expect(seen.slice(1)).toStrictEqual([
      [0, 4, 9],
      [0, 4, 9],
    ])
  })

  it('ReadModelRunner 4: keeps to its number of connections', async () => {
    await append(20)
    let now = 0
    let most = 0
    const counted =
      <A>(task: () => Promise<A>) =>
      async () => {
        most = Math.max(most, ++now)
        try {
          return await task()
        } finally {
          now--
        }
      }
    const { client, transaction } = transactionsOf(at.pglite)
    const tables = tablesOf({
      client: { query: (text, params) => counted(() => client.query(text, params))() },
      transaction: (run) => counted(transaction(run)),
    })
    const whole = at.store
    at.store = { ...whole, readAll: (...args) => counted(whole.readAll(...args)) }
    const runner = runnerOf({ tables, pageSize: 5, concurrency: 3 }, fifty)
    await Promise.all([
      runner.runOnce()(),
      ...[5, 10, 20].map((position) => runner.waitFor(position)()),
    ])
    expect(most).toBe(4)
  })

  it('fifty idle read models cost no more than two statements a second', async () => {
    await append(1)
    const { db, arm, calls } = interrupting(transactionsOf(at.pglite))
    const pages = readings()
    const runner = runnerOf({ tables: tablesOf(db), lease: 3_000 }, fifty)
    await looping(runner, async () => {
      await vi.waitFor(() => {
        expect(runner.progress().filter(({ position }) => position === 1)).toHaveLength(50)
      }, 20_000)
      // until the pauses have grown
      await new Promise((resume) => setTimeout(resume, 1_500))
      arm({ call: -1, when: 'before' })
      pages.length = 0
      await new Promise((resume) => setTimeout(resume, 2_000))
      expect(calls() + pages.length).toBeLessThanOrEqual(4)
      expect(runner.health().healthy).toBe(true)
    })
  })

  it('events that do not concern a read model move its checkpoint without a transaction', async () => {
    const others = {
      ...counting('others'),
      select: (event: EncodedEvent) => (event.type === 'Other' ? some(event) : none),
    }
    await append(30)
    const { db, arm, calls } = interrupting(transactionsOf(at.pglite))
    const runner = runnerOf({ tables: tablesOf(db), pageSize: 10 }, [others])
    await runner.runOnce({ milliseconds: 0 })()
    arm({ call: -1, when: 'before' })
    expect(rightOf(await runner.runOnce()())[0]?.position).toBe(30)
    // own, two checkpoints, release
    expect(calls()).toBe(4)
    expect(rightOf(await tablesOf().status())[0]?.position).toBe(30)
  })

  it('C20: a checkpoint is never ahead of what was read', async () => {
    // appends land while pages are on their way
    await append(3)
    const whole = at.store
    at.store = {
      ...whole,
      readAll: (after, limit, options) => async () => {
        const page = await whole.readAll(after, limit, options)()
        await append(1, 'late')
        return page
      },
    }
    const runner = runnerOf({ pageSize: 2 })
    for (let i = 0; i < 4; i++) await runner.runOnce()()
    at.store = whole
    await runnerOf().runOnce()()
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })
})
