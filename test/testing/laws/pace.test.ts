import { describe, expect, it } from 'vitest'
import { pacesOf } from '../../../src/testing/laws/pace.ts'

/** Paces of 100 milliseconds, and a clock to set. */
const timed = (milliseconds = 100) => {
  const clock = { now: 1_000 }
  return { clock, paces: pacesOf(milliseconds, () => clock.now) }
}

describe('the time for laws', () => {
  it('is shared: two fifths for B1, and what is left for the others', () => {
    const { clock, paces } = timed()
    clock.now += 40
    expect([paces.first.late(), paces.rest.late()]).toStrictEqual([false, false])
    clock.now += 1
    expect([paces.first.late(), paces.rest.late()]).toStrictEqual([true, false])
    clock.now += 60
    expect(paces.rest.late()).toBe(true)
  })

  it('is not spent by failures, which have as much again', () => {
    const { clock, paces } = timed()
    const first = paces.rest.shrinking()
    clock.now += 50
    expect(first()).toBe(false)
    clock.now += 1
    expect([first(), paces.rest.late(), paces.first.late()]).toStrictEqual([true, false, false])
    const second = paces.rest.shrinking()
    clock.now += 24
    expect(second()).toBe(false)
    clock.now += 1
    expect([second(), paces.rest.late()]).toStrictEqual([true, false])
    // each has a little, however many there are
    for (let i = 0; i < 20; i++) {
      const late = paces.rest.shrinking()
      clock.now += 5
      expect(late()).toBe(false)
    }
  })

  it('has no end where that is asked for', () => {
    const { clock, paces } = timed(Infinity)
    clock.now = Infinity
    const late = paces.rest.shrinking()
    expect([paces.first.late(), paces.rest.late(), late()]).toStrictEqual([false, false, false])
  })
})
