import { isRight } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../../src/store/Memory.ts'
import { counting, counts, useWorkshop } from '../../support/readModelRunner.ts'
import { rightOf, selectAll } from '../../support/sqlReadModels.ts'

const { at, tablesOf, append, runnerOf, rowsOf, expectedRows } = useWorkshop()

describe('an event that a read model cannot take in', () => {
  const fragile = (at: number) => counting('fragile', ({ position }) => position === at)

  it.each([1, 4, 5, 8])('ReadModelRunner 3: stops that one alone, at %i', async (at) => {
    await append(8)
    const models = [counts, fragile(at)]
    const runner = runnerOf({ pageSize: 4 }, models)
    const [others, stopped] = rightOf(await runner.runOnce()())
    expect(others).toMatchObject({ position: 8, problem: none })
    expect(stopped).toMatchObject({
      position: at - 1,
      problem: some({
        type: 'PoisonEvent',
        readModel: 'fragile',
        position: at,
        stream: 's',
        reason: 'evolve',
        cause: new Error(`fragile does not like ${at}`),
      }),
    })
    expect((await rowsOf('fragile')).map(({ events }) => events)).toStrictEqual(
      at === 1 ? [] : [at - 1],
    )
    // another process is told, too, and does not try again
    const [, again] = rightOf(await runnerOf({}, models).runOnce()())
    const message = `evolve, stream s: fragile does not like ${at}`
    const reason = { type: 'PoisonEvent', position: at, message }
    expect(again?.problem).toStrictEqual(
      some({ type: 'ReadModelStopped', readModel: 'fragile', reason }),
    )
    rightOf(await tablesOf().skip('fragile', { position: at, reason: 'known to be broken' })())
    const [, mended] = rightOf(await runner.runOnce()())
    expect(mended).toMatchObject({ position: 8, problem: none })
    expect(await rowsOf('fragile')).toStrictEqual(await expectedRows(fragile(0), [at]))
  })

  it('is found among many if the database refuses its rows', async () => {
    await append(30)
    const runner = runnerOf()
    await runner.runOnce({ milliseconds: 0 })()
    await at.pglite.exec(`alter table ${at.schema}.counts add check (events < 43)`)
    await append(20)
    const [stopped] = rightOf(await runner.runOnce()())
    expect(stopped).toMatchObject({
      position: 42,
      problem: some({ reason: 'write', position: 43 }),
    })
    expect(await selectAll(at.pglite, `${at.schema}.counts`, 'stream')).toMatchObject([
      { events: 42 },
    ])
  })

  it.each([1, 3, 6])('is skipped if it can not be decoded, at %i', async (bad) => {
    await append(6)
    const whole = at.store
    // positions from `bad` on can't be read past, as with a codec that rejects an event
    const readAll: typeof whole.readAll = (after, limit, options) => async () => {
      const page = await whole.readAll(after, limit, options)()
      const isThere = isRight(page) && page.right.events.some(({ position }) => position === bad)
      return isThere
        ? {
            _tag: 'Left',
            left: {
              type: 'UndecodableEvent',
              stream: 's',
              version: bad,
              position: bad,
              eventType: 'Happened',
              schemaVersion: 1,
              path: 'n',
              issues: [{ path: ['n'], expected: 'a number', actual: undefined }],
            },
          }
        : page
    }
    at.store = { ...whole, readAll }
    const runner = runnerOf({ pageSize: 100 })
    const [stopped] = rightOf(await runner.runOnce()())
    expect(stopped).toMatchObject({
      position: bad - 1,
      problem: some({ type: 'PoisonEvent', reason: 'decode', position: bad }),
    })
    expect(rightOf(await tablesOf().status())[0]?.stopped).toMatchObject(
      some({ message: "decode, stream s: it can't be decoded at n" }),
    )
    rightOf(await tablesOf().skip('counts', { position: bad, reason: 'of another program' })())
    const [done] = rightOf(await runner.runOnce()())
    expect(done).toMatchObject({ position: 6, problem: none })
    at.store = whole
    expect(await rowsOf()).toStrictEqual(await expectedRows(counts, [bad]))
  })
})

describe('another history', () => {
  it('of the store stops a read model, for good', async () => {
    await append(3)
    await runnerOf().runOnce()()
    at.store = memoryStore({ now: () => 0 })
    const [shorter] = rightOf(await runnerOf().runOnce()())
    expect(shorter?.problem).toMatchObject(some({ type: 'HistoryChanged', position: 3 }))
    await append(5)
    const [stopped] = rightOf(await runnerOf().runOnce()())
    expect(stopped).toMatchObject({
      position: 3,
      problem: some({ type: 'ReadModelStopped', reason: { type: 'HistoryChanged' } }),
    })
    rightOf(await tablesOf().rebuild(counts)())
    const runner = runnerOf()
    await runner.runOnce()()
    expect(await rowsOf()).toStrictEqual(await expectedRows())
  })

  it('of the same length is seen by its last event', async () => {
    await append(3)
    await runnerOf().runOnce()()
    at.store = memoryStore({ now: () => 0 })
    await append(4)
    const [other] = rightOf(await runnerOf().runOnce()())
    expect(other?.problem).toMatchObject(
      some({ type: 'HistoryChanged', expected: { _tag: 'Some' }, actual: { _tag: 'Some' } }),
    )
    expect(await rowsOf()).toMatchObject([{ events: 3 }])
  })
})
