import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it, vi } from 'vitest'
import type { SqlTransactions } from '../../../src/store/Sql.ts'
import { counting, counts, useWorkshop } from '../../support/readModelRunner.ts'
import { leftOf, rightOf, transactionsOf } from '../../support/sqlReadModels.ts'

const { at, tablesOf, append, runnerOf } = useWorkshop()

describe('waitFor', () => {
  it('ReadModelRunner 5: ends when a read model has stopped before the position', async () => {
    const position = await append(3)
    const model = counting('fragile', (recorded) => recorded.position === 2)
    const runner = runnerOf({}, [model])
    const waiting = runner.waitFor(position)()
    await runner.runOnce()()
    expect(leftOf(await waiting)).toMatchObject({
      type: 'ReadModelStopped',
      readModel: 'fragile',
      reason: { position: 2 },
    })
    // what came before is there
    rightOf(await runner.waitFor(1)())
  })

  it('ends in time, or when it is given up, or with the database', async () => {
    const runner = runnerOf()
    // nobody has made the tables yet
    expect(leftOf(await runner.waitFor(1, { timeout: 30 })())).toMatchObject({ reason: 'TimedOut' })
    await runner.runOnce()()
    const stop = new AbortController()
    const waiting = runner.waitFor(1, { signal: stop.signal })()
    stop.abort('enough')
    expect(leftOf(await waiting)).toMatchObject({ reason: 'Aborted', cause: 'enough' })
    const failing: SqlTransactions = {
      ...transactionsOf(at.pglite),
      client: { query: () => Promise.reject(new Error('away')) },
    }
    const without = runnerOf({ tables: tablesOf(failing) })
    expect(leftOf(await without.waitFor(1)())).toMatchObject({ type: 'TablesUnavailable' })
  })

  it('waits for those read models that are asked for', async () => {
    await append(2)
    await runnerOf().runOnce()()
    const runner = runnerOf({}, [counts, counting('others')])
    rightOf(await runner.waitFor(2, { readModels: ['counts'] })())
    expect(leftOf(await runner.waitFor(2, { timeout: 30 })())).toMatchObject({ type: 'GivenUp' })
  })
})

describe('progress and health', () => {
  it('C32: a worker that does nothing is never green', async () => {
    let time = 1_000_000
    const now = () => time
    const runner = runnerOf({ now })
    expect(runner.health()).toMatchObject({ healthy: false, age: Infinity })
    await append(1)
    await runner.runOnce()()
    expect(runner.health()).toStrictEqual({ healthy: true, age: 0, lag: 0, problems: [] })
    time += 31_000
    expect(runner.health()).toMatchObject({ healthy: false, age: 31_000 })
    expect(runner.health(60_000).healthy).toBe(true)
  })

  it('C32: nor is one whose batches hang, or whose store does not answer', async () => {
    await append(1)
    let isHanging = false
    const whole = at.store
    at.store = {
      ...whole,
      readAll: (...args) => (isHanging ? () => new Promise(() => {}) : whole.readAll(...args)),
    }
    let time = 1_000_000
    const runner = runnerOf({ now: () => time, lease: 30_000 })
    const stop = new AbortController()
    void runner.loop({ signal: stop.signal })()
    await vi.waitFor(() => expect(runner.health().healthy).toBe(true))
    isHanging = true
    await new Promise((resume) => setTimeout(resume, 1_200))
    time += 31_000
    expect(runner.health().healthy).toBe(false)
    stop.abort()
  })

  it('a standby is as healthy as the owner', async () => {
    await append(1)
    const owner = tablesOf()
    await runnerOf({ tables: owner }).runOnce()()
    rightOf(await owner.own([counts], 60_000)())
    const standby = runnerOf()
    const [seen] = rightOf(await standby.runOnce()())
    expect(seen).toMatchObject({ owned: false, position: 1 })
    expect(standby.health().healthy).toBe(true)
    await at.pglite.exec(
      `update ${at.schema}.decider_read_models set seen_at = clock_timestamp() - interval '1 minute'`,
    )
    await standby.runOnce()()
    expect(standby.health()).toMatchObject({ healthy: false })
    expect(standby.health().age).toBeGreaterThan(59_000)
  })

  it('tells the rate, the time that is left, and the lag', async () => {
    await append(100)
    let time = 0
    // a second passes with each look at the clock
    const runner = runnerOf({ now: () => (time += 1_000), pageSize: 10, lease: 1_000_000 })
    const [half] = rightOf(await runner.runOnce({ events: 50 })())
    expect(half).toMatchObject({ position: 50, head: 100 })
    const { rate, timeLeft } = half ?? {}
    if (rate?._tag !== 'Some' || timeLeft?._tag !== 'Some') return expect.fail()
    expect(timeLeft.value).toBeCloseTo((50 / rate.value) * 1_000)
    expect(runner.health().lag).toBe(50)
    const [all] = rightOf(await runner.runOnce()())
    expect(all).toMatchObject({ rate: none, timeLeft: none })
  })

  it('a store that throws is a problem of the read models alone', async () => {
    at.store = {
      ...at.store,
      readAll: () => () => {
        throw new Error('no')
      },
    }
    const [thrown] = rightOf(await runnerOf().runOnce()())
    expect(thrown?.problem).toStrictEqual(some({ type: 'Thrown', cause: new Error('no') }))
  })
})
