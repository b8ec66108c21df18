import { describe, expect, it } from 'vitest'
import { everySchedule } from '../../../src/testing/races/interleavings.ts'

/** Plays races with so many moves to choose from at each step, and keeps what it was asked to play. */
const played = async (
  widthsOf: (choices: ReadonlyArray<number>) => ReadonlyArray<number>,
  limit: number,
  stopsAt?: string,
) => {
  const asked: Array<string> = []
  const ended = await everySchedule(async (schedule) => {
    asked.push(schedule.join(' '))
    const widths = widthsOf(schedule)
    const choices = widths.map((_, i) => schedule[i] ?? 0)
    return { choices, widths, stop: asked.at(-1) === stopsAt }
  }, limit)
  return { asked, ended }
}

/** After the first move there are three ways, after the second none. */
const steps = ([first = 0]: ReadonlyArray<number>) => (first === 0 ? [2, 3] : [2])

describe('all schedules', () => {
  it('come each once, those with the fewest moves that are not the first before the others', async () => {
    expect(await played(() => [2, 3, 1], 6)).toStrictEqual({
      asked: ['', '1', '0 1', '0 2', '1 1', '1 2'],
      ended: 'All',
    })
    expect(await played(steps, 100)).toStrictEqual({ asked: ['', '1', '0 1', '0 2'], ended: 'All' })
  })

  it('are one where there is nothing to choose', async () => {
    expect(await played(() => [], 1)).toStrictEqual({ asked: [''], ended: 'All' })
    expect(await played(() => [1, 1, 1], 1)).toStrictEqual({ asked: [''], ended: 'All' })
  })

  it('end at the limit, which is met only where some are left', async () => {
    expect(await played(steps, 4)).toMatchObject({ ended: 'All' })
    expect(await played(steps, 3)).toStrictEqual({ asked: ['', '1', '0 1'], ended: 'Limit' })
    expect(await played(steps, 2)).toStrictEqual({ asked: ['', '1'], ended: 'Limit' })
    expect(await played(steps, 0)).toStrictEqual({ asked: [], ended: 'Limit' })
  })

  it('end where one says that it is enough', async () => {
    expect(await played(steps, 4, '0 1')).toStrictEqual({
      asked: ['', '1', '0 1'],
      ended: 'Stopped',
    })
  })
})
