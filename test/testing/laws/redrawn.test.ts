import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apart, redrawn, untilLate } from '../../../src/testing/laws/redrawn.ts'

const never = () => false

describe('what is drawn again', () => {
  /** An arbitrary that counts how often it is asked. */
  const counted = () => {
    const asked = { times: 0 }
    const arbitrary = fc.nat().map((n) => (asked.times++, n))
    return { asked, arbitrary }
  }
  const drawing = (arbitrary: fc.Arbitrary<number>, seed: number) =>
    fc.sample(arbitrary, { seed, numRuns: 20 })

  it('is what it was, without asking', () => {
    const { asked, arbitrary } = counted()
    const again = redrawn(new Map(), arbitrary, never)
    const first = drawing(again, 1)
    expect(drawing(again, 1)).toStrictEqual(first)
    expect(asked.times).toBe(20)
    expect(drawing(again, 2)).not.toStrictEqual(first)
    expect(first).toStrictEqual(drawing(fc.nat(), 1))
  })

  it('is not what was drawn when the time was up', () => {
    const { asked, arbitrary } = counted()
    const again = redrawn(new Map(), arbitrary, () => true)
    expect(drawing(again, 1)).toStrictEqual(drawing(again, 1))
    expect(asked.times).toBe(40)
  })

  it('is nothing once the time is up, but for the first', () => {
    const list = fc.array(fc.nat(), { minLength: 1 })
    const late = fc.sample(
      untilLate(list, () => true),
      { seed: 1, numRuns: 3 },
    )
    expect(late.map((drawn) => drawn.length > 0)).toStrictEqual([true, false, false])
    expect(fc.sample(untilLate(list, never), { seed: 1, numRuns: 3 })).toStrictEqual(
      fc.sample(list, { seed: 1, numRuns: 3 }),
    )
  })

  it('shrinks alike each time', () => {
    const source = fc.oneof(fc.constantFrom(5, 6, 7), fc.nat(9), fc.constant(3))
    const again = redrawn(new Map(), fc.array(source, { minLength: 1 }), never)
    const run = () =>
      fc.check(
        fc.property(again, (list) => list.length < 3),
        { seed: 4 },
      )
    const { counterexample, counterexamplePath } = run()
    const second = run()
    expect(second.counterexample).toStrictEqual(counterexample)
    expect(second.counterexamplePath).toBe(counterexamplePath)
    expect(again.canShrinkWithoutContext([3])).toBe(fc.array(source).canShrinkWithoutContext([3]))
  })

  it('leaves what is drawn beside it as it is, and is another', () => {
    const beside = fc.array(fc.nat())
    const pairs = (one: fc.Arbitrary<unknown>) =>
      fc.sample(fc.tuple(one, beside), { seed: 7, numRuns: 20 })
    const known = new Map()
    const first = pairs(apart(redrawn(known, fc.nat(), never), 1))
    expect(pairs(apart(redrawn(known, fc.nat(), never), 1))).toStrictEqual(first)
    const seconds = first.map(([, second]) => second)
    expect(pairs(fc.constant(0)).map(([, second]) => second)).toStrictEqual(seconds)
    const alone = fc.sample(fc.nat(), { seed: 7, numRuns: 20 })
    expect(first.map(([one]) => one)).not.toStrictEqual(alone)
    expect(pairs(apart(fc.nat(), 2)).map(([one]) => one)).not.toStrictEqual(
      first.map(([one]) => one),
    )
  })
})
