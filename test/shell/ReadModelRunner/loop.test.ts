import { some } from 'fp-ts/lib/Option.js'
import { describe, expect, it, vi } from 'vitest'
import { watchAppends } from '../../../src/shell/ProcessRunner.ts'
import type { SqlTransactions } from '../../../src/store/Sql.ts'
import { counts, looping, useWorkshop } from '../../support/readModelRunner.ts'
import { interrupting, rightOf, transactionsOf } from '../../support/sqlReadModels.ts'

const { at, tablesOf, append, runnerOf, rowsOf, expectedRows } = useWorkshop()

describe('loop', () => {
  it('follows the store until it is stopped, and gives everything back', async () => {
    const runner = runnerOf()
    await looping(runner, async () => {
      for (let i = 0; i < 3; i++) {
        const position = await append(2)
        rightOf(await runner.waitFor(position)())
        expect(await rowsOf()).toStrictEqual(await expectedRows())
      }
    })
    expect(rightOf(await tablesOf().own([counts], 1_000)())[0]?.owned).toBe(true)
  })

  it('C28 and ReadModelRunner 6: a hint before the event can be read is made up for', async () => {
    let hint = (): void => {}
    const appended = () =>
      new Promise<void>((resolve) => {
        hint = resolve
      })
    const runner = runnerOf()
    await looping(
      runner,
      async () => {
        await new Promise((resume) => setTimeout(resume, 100))
        // nothing is there yet, and no hint follows
        hint()
        await new Promise((resume) => setTimeout(resume, 20))
        const position = await append(1)
        rightOf(await runner.waitFor(position, { timeout: 5_000 })())
      },
      { appended, pollEvery: 200 },
    )
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('a hint spares the wait for the next look', async () => {
    const watched = watchAppends(at.store)
    at.store = watched.store
    const runner = runnerOf()
    await looping(
      runner,
      async () => {
        await new Promise((resume) => setTimeout(resume, 1_500))
        rightOf(await runner.waitFor(await append(1), { timeout: 5_000 })())
      },
      { appended: watched.appended, pollEvery: 60_000 },
    )
  })

  it('takes over from an owner that died, after its lease', async () => {
    await append(2)
    const dead = tablesOf()
    rightOf(await dead.prepare(counts, 'refuse')())
    rightOf(await dead.own([counts], 400)())
    const runner = runnerOf({ lease: 300 })
    await looping(runner, async () => {
      rightOf(await runner.waitFor(2, { timeout: 10_000 })())
    })
    expect(rightOf(await dead.status())[0]?.epoch).toBe(2)
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('goes on after the database was away, and tells problems once', async () => {
    await append(2)
    const { db, arm } = interrupting(transactionsOf(at.pglite))
    let isAway = true
    const away: SqlTransactions = {
      client: {
        query: (text, params) =>
          isAway ? Promise.reject(new Error('away')) : db.client.query(text, params),
      },
      transaction: (run) => db.transaction(run),
    }
    arm({ call: 3, when: 'after' })
    const runner = runnerOf({ tables: tablesOf(away) })
    const onProblem = vi.fn()
    await looping(
      runner,
      async () => {
        await vi.waitFor(() => expect(onProblem).toHaveBeenCalled())
        await new Promise((resume) => setTimeout(resume, 200))
        expect(runner.health().healthy).toBe(false)
        expect(onProblem.mock.calls).toMatchObject([['counts', { type: 'TablesUnavailable' }]])
        isAway = false
        await vi.waitFor(() => expect(runner.health()).toMatchObject({ healthy: true }), 5_000)
      },
      { onProblem },
    )
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('C29: a rebuild beside the live tables has no effects, and is swapped in', async () => {
    await append(5)
    await runnerOf().runOnce()()
    const send = vi.fn(at.store.append)
    at.store = { ...at.store, append: send }
    const second = { ...counts, version: '2' }
    const runner = runnerOf({ onChange: 'rebuild', pageSize: 2 }, [second])
    const generations = () => tablesOf().status()
    await looping(runner, async () => {
      await vi.waitFor(async () => {
        expect(rightOf(await generations()).map(({ role }) => role)).toStrictEqual(['kept', 'live'])
      })
      rightOf(await runner.waitFor(await append(1))())
    })
    // the one append above
    expect(send).toHaveBeenCalledTimes(1)
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('an earlier version that goes on running gives way to a later one', async () => {
    await append(5)
    const first = runnerOf({ lease: 200 })
    const onProblem = vi.fn()
    await looping(
      first,
      async () => {
        rightOf(await first.waitFor(5)())
        await runnerOf({ onChange: 'rebuild' }, [{ ...counts, version: '2' }]).runOnce()()
        await append(1)
        await vi.waitFor(() => {
          expect(onProblem).toHaveBeenCalledWith('counts', {
            type: 'ReadModelReplaced',
            readModel: 'counts',
          })
        }, 5_000)
        await new Promise((resume) => setTimeout(resume, 300))
      },
      { onProblem },
    )
    expect(rightOf(await tablesOf().status())).toMatchObject([
      { role: 'kept', position: 5 },
      { role: 'live', position: 5 },
    ])
  })

  it('a read model that has changed is refused by default', async () => {
    await runnerOf().runOnce()()
    const [changed] = rightOf(await runnerOf({}, [{ ...counts, version: '2' }]).runOnce()())
    expect(changed?.problem).toMatchObject(some({ type: 'ReadModelChanged' }))
  })
})
