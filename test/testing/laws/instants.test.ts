import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  atInstant,
  instants,
  instantsFor,
  restart,
  tell,
  testClock,
} from '../../../src/testing/laws/instants.ts'

const days = instants.map((instant) => new Date(instant))

/** How many instants fall on each of the numbers from `from` on. */
const counts = (of: (day: Date) => number, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => days.filter((day) => of(day) === from + i).length)

afterEach(() => {
  vi.useRealTimers()
  restart()
})

describe('instants', () => {
  it('come up in every year, month, weekday and hour, whatever the day of today is', () => {
    expect(new Set(instants).size).toBe(512)
    expect(counts((day) => day.getUTCFullYear(), 2000, 2063).every((n) => n === 8)).toBe(true)
    expect(Math.min(...counts((day) => day.getUTCMonth(), 0, 11))).toBeGreaterThan(20)
    expect(Math.min(...counts((day) => day.getUTCDay(), 0, 6))).toBeGreaterThan(40)
    expect(Math.min(...counts((day) => day.getUTCHours(), 0, 23))).toBeGreaterThan(4)
    expect(Math.min(...counts((day) => day.getUTCDate(), 1, 28))).toBeGreaterThan(4)
    // neighbours are years apart
    expect(new Set(days.slice(0, 20).map((day) => day.getUTCFullYear())).size).toBeGreaterThan(12)
  })

  it('are none where the clock can not be moved', () => {
    expect(testClock()).toBeUndefined()
    expect(instantsFor(true)).toStrictEqual([undefined])
    expect(atInstant(0, () => Date.now())).toBeGreaterThan(0)
    expect(atInstant(undefined, () => 1)).toBe(1)
  })

  it('move the clock of a test, and put it back', () => {
    vi.useFakeTimers({ now: 5 })
    const { now } = Date
    expect(atInstant(99, () => [now(), new Date().getTime()])).toStrictEqual([99, 99])
    expect(Date.now()).toBe(5)
    const boom = () => {
      throw new Error('boom')
    }
    expect(() => atInstant(99, boom)).toThrow('boom')
    expect(Date.now()).toBe(5)
    expect(atInstant(undefined, now)).toBe(5)
  })

  it('come one after the other, or all atInstant once, and then those that made a difference', () => {
    vi.useFakeTimers()
    const [first, second, third] = [instantsFor(false), instantsFor(false), instantsFor(false)]
    expect([...first, ...second, ...third]).toStrictEqual(instants.slice(1, 4))
    expect(instantsFor(true)).toStrictEqual(instants)
    tell(undefined)
    expect(instantsFor(true)).toStrictEqual(instants.slice(4, 5))
    tell(7)
    tell(7)
    tell(9)
    expect([instantsFor(false), instantsFor(true)]).toStrictEqual([[7, 9], [7, 9]]) // prettier-ignore
    restart()
    expect(instantsFor(false)).toStrictEqual(first)
    for (let i = 0; i < 511; i++) instantsFor(false)
    expect(instantsFor(false)).toStrictEqual(first)
  })
})
