import { expect, it } from 'vitest'
import type { Projection } from '../../../src/Projection.ts'
import { foldedBy } from '../../../src/testing/history.ts'
import { reportOf } from './support.ts'
import { longHistory } from './synthetic.ts'
import type { Tampered } from './tamper.ts'
import type { Stored } from './tinyStore.ts'

const count: Projection<number, Stored> = { initialState: 0, evolve: (n) => n + 1 }
const readModels = [foldedBy('count', count)]

/** Microseconds of this process, the least of some runs. */
const cpuTimeOf = (history: Tampered, times: number): number =>
  Math.min(
    ...Array.from({ length: times }, () => {
      const before = process.cpuUsage()
      reportOf({ ...history, readModels })
      const { user, system } = process.cpuUsage(before)
      return user + system
    }),
  )

it('ten times as many calls take about ten times as long: not a hundred times', () => {
  const small = longHistory(2_000)
  const large = longHistory(20_000)
  expect(reportOf({ ...large, readModels })).toMatchObject({ calls: 20_000, events: 10_000 })
  expect(cpuTimeOf(large, 2) / cpuTimeOf(small, 5)).toBeLessThan(40)
})

it('so do calls that all concern one stream', () => {
  const small = longHistory(2_000, Infinity)
  const large = longHistory(20_000, Infinity)
  expect(cpuTimeOf(large, 2) / cpuTimeOf(small, 5)).toBeLessThan(40)
})
