// Events that are skipped while their owner is at work, and so does not know of it.
import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, it } from 'vitest'
import type { Generation, SkippedEvent } from '../../../../src/shell/ReadModelRunner.ts'
import { runs } from '../../../setup.ts'
import { counts, useWorkshop } from '../../../support/readModelRunner.ts'
import { batchOf, ownedBy, rightOf } from '../../../support/sqlReadModels.ts'

const { at, tablesOf, append, rowsOf, expectedRows, renew } = useWorkshop()
const minute = 60_000

const listed = async (): Promise<Generation> =>
  rightOf(await tablesOf().status())[0] ?? expect.fail('it is listed')
const skip = async (event: SkippedEvent) => rightOf(await tablesOf().skip('counts', event)())

it('sqlReadModels 1: an event that was skipped since its owner read the list is left out', async () => {
  const tables = tablesOf()
  const start = await ownedBy(tables, counts)
  await append(3)
  await skip({ position: 2, reason: 'sent twice' })
  const { events } = rightOf(await at.store.readAll(0, 10)())
  rightOf(await tables.apply(counts, start, batchOf(0, events), minute)())
  expect(await rowsOf()).toStrictEqual(await expectedRows(counts, [2]))
})

it('sqlReadModels 2: a stop that comes after its event was skipped has no effect', async () => {
  const tables = tablesOf()
  const start = await ownedBy(tables, counts)
  const stopAt = async (position: number, type: 'PoisonEvent' | 'HistoryChanged') => {
    const reason = { type, position, message: 'no' } as const
    rightOf(await tables.stop(start, reason)())
    return reason
  }
  await skip({ position: 1, reason: 'broken' })
  await stopAt(1, 'PoisonEvent')
  expect((await listed()).stopped).toStrictEqual(none)
  // any other reason holds
  for (const reason of [await stopAt(2, 'PoisonEvent'), await stopAt(1, 'HistoryChanged')]) {
    await stopAt(reason.position, reason.type)
    expect((await listed()).stopped).toStrictEqual(some(reason))
  }
})

it('sqlReadModels 3: any text is a reason to skip an event, and comes back as it was given', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '',
      '\0',
      'a\u0000b',
      '\ud800',
      '\udc00x',
      '"',
      '\\u0000',
      ']',
      '{"position":3}',
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), async (reasons) => {
      await renew()
      const start = await ownedBy(tablesOf(), counts)
      const skipped = reasons.map((reason, i) => ({ position: 2 * i + 2, reason }))
      for (const each of skipped) await skip(each)
      expect((await listed()).skipped).toStrictEqual(skipped)
      // whatever the reasons are, it is known which events they belong to
      for (const [position, isStopped] of [
        [2, false],
        [3, true],
      ] as const) {
        const reason = { type: 'PoisonEvent', position, message: `at ${reasons[0]}` } as const
        rightOf(await tablesOf().stop(start, reason)())
        expect((await listed()).stopped).toStrictEqual(isStopped ? some(reason) : none)
      }
    }),
    { numRuns: runs(30) },
  )
})
