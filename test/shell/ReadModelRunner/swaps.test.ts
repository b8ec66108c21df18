// When tables that were built or rolled back become the live ones.
import { none } from 'fp-ts/lib/Option.js'
import { expect, it, vi } from 'vitest'
import type { ReadModelTables } from '../../../src/shell/ReadModelRunner.ts'
import { sharedReader } from '../../../src/shell/ReadModelRunner/reader.ts'
import { slots } from '../../../src/shell/ReadModelRunner/slots.ts'
import type { Work, WorkTools } from '../../../src/shell/ReadModelRunner/work.ts'
import { bringForward } from '../../../src/shell/ReadModelRunner/work.ts'
import type { EncodedEvent } from '../../../src/codec/EventCodec.ts'
import { counts, looping, useWorkshop } from '../../support/readModelRunner.ts'
import { rightOf } from '../../support/sqlReadModels.ts'

const { at, append, tablesOf, runnerOf, rowsOf, expectedRows } = useWorkshop()

const later = { ...counts, version: '2' }

const fingerprints = async () =>
  Object.fromEntries(
    rightOf(await tablesOf().status()).map(({ role, fingerprint }) => [role, fingerprint]),
  )

const refused = {
  _tag: 'Left',
  left: { type: 'TablesUnavailable', operation: 'manage', cause: 'lock timeout' },
} as const

it('ReadModelRunner 9: tables that are rolled back become live on a quiet store', async () => {
  await append(3)
  rightOf(await runnerOf().runOnce()())
  const { live: first } = await fingerprints()
  rightOf(await runnerOf({ onChange: 'rebuild' }, [later]).runOnce()())
  const { live: second } = await fingerprints()
  rightOf(await tablesOf().rollBack(counts)())
  const [counted] = rightOf(await runnerOf().runOnce()())
  expect(counted).toMatchObject({ role: 'live', problem: none })
  expect(await fingerprints()).toStrictEqual({ live: first, kept: second })
  expect(await rowsOf()).toStrictEqual(await expectedRows())
})

it('ReadModelRunner 9: so do rebuilt ones of an empty log', async () => {
  rightOf(await runnerOf().runOnce()())
  rightOf(await runnerOf({ onChange: 'rebuild' }, [later]).runOnce()())
  expect(Object.keys(await fingerprints()).toSorted()).toStrictEqual(['kept', 'live'])
})

it('ReadModelRunner 9: a loop tries a swap again that did not happen', async () => {
  await append(3)
  rightOf(await runnerOf().runOnce()())
  const tables = tablesOf()
  const swap = vi.fn(tables.swap)
  swap.mockReturnValueOnce(() => Promise.resolve(refused))
  swap.mockReturnValueOnce(() => Promise.resolve({ _tag: 'Right', right: false }))
  // a second passes with each look at the clock
  let time = 0
  const now = () => (time += 1_000)
  const runner = runnerOf({ onChange: 'rebuild', tables: { ...tables, swap }, now }, [later])
  await looping(
    runner,
    () =>
      vi.waitFor(
        async () => {
          expect(Object.keys(await fingerprints()).toSorted()).toStrictEqual(['kept', 'live'])
        },
        { timeout: 100_000 },
      ),
    { pollEvery: 20 },
  )
  expect(swap).toHaveBeenCalledTimes(3)
})

/** A generation that is being built, and is brought forward by hand. */
const building = () => {
  let time = 0
  const swap = vi.fn<ReadModelTables['swap']>()
  const reader = sharedReader(at.store, 100, slots(1))
  const work: Work<EncodedEvent> = {
    model: counts,
    generation: {
      id: 1,
      readModel: 'counts',
      fingerprint: '',
      role: 'building',
      position: 0,
      mark: none,
      owned: true,
      epoch: 1,
      idle: none,
      stopped: none,
      skipped: [],
    },
    apart: undefined,
    unsure: false,
    refused: undefined,
    most: 100,
    problem: undefined,
    doneAt: 0,
    since: undefined,
    busy: undefined,
  }
  const tools: Omit<WorkTools<EncodedEvent>, 'look'> = {
    reader,
    tables: {
      ...tablesOf(),
      swap,
      apply: () => () => Promise.resolve({ _tag: 'Right', right: undefined }),
    },
    slot: slots(1),
    listSlot: slots(1),
    advance: () => Promise.resolve(undefined),
    now: () => time,
    lease: 15_000,
    pageSize: 100,
    goOn: () => true,
  }
  return {
    work,
    reader,
    /** What the next swap comes to. */
    next: (answer: typeof refused | boolean) => {
      const given =
        typeof answer === 'boolean' ? ({ _tag: 'Right', right: answer } as const) : answer
      swap.mockReturnValueOnce(() => Promise.resolve(given))
    },
    forward: async () => {
      await bringForward(work, { ...tools, look: reader.look() })
      return swap.mock.calls.length
    },
    pass: (milliseconds: number) => {
      time += milliseconds
    },
  }
}

it('ReadModelRunner 9: a swap that failed is tried again after the time of a lease', async () => {
  const { work, next, forward, pass } = building()
  await append(1)
  next(refused)
  expect(await forward()).toBe(1)
  expect(work).toMatchObject({ problem: refused.left, unsure: true })
  pass(14_999)
  // nor sooner if it moves
  await append(1)
  expect(await forward()).toBe(1)
  // meanwhile, people are told
  expect(work).toMatchObject({ problem: refused.left, generation: { position: 2 } })
  pass(1)
  next(true)
  expect(await forward()).toBe(2)
  expect(work).toMatchObject({ problem: undefined, generation: { role: 'live' } })
  expect(await forward()).toBe(2)
})

it('ReadModelRunner 9: one that was not possible yet is tried again once there is more', async () => {
  const { work, next, forward, pass } = building()
  await append(1)
  next(false)
  expect(await forward()).toBe(1)
  expect(work).toMatchObject({ problem: undefined, unsure: true, generation: { role: 'building' } })
  expect(await forward()).toBe(1)
  await append(1)
  next(false)
  expect(await forward()).toBe(2)
  pass(15_000)
  next(false)
  expect(await forward()).toBe(3)
  // a clock that was set back does not hold it up
  pass(-1)
  next(true)
  expect(await forward()).toBe(4)
  expect(work.generation.role).toBe('live')
})

it('ReadModelRunner 9: an end of the log that was seen before the last look is not the head', async () => {
  const { work, reader, next, forward } = building()
  await append(1)
  rightOf(await reader.after(0))
  await append(1)
  next(true)
  expect(await forward()).toBe(1)
  expect(work.generation).toMatchObject({ role: 'live', position: 2 })
})
