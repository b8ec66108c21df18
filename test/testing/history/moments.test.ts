import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LogMoment } from '../../../src/testing/history/moments.ts'
import { regresses } from '../../../src/testing/history/moments.ts'
import { runs } from '../../setup.ts'

const moment = fc
  .tuple(fc.nat({ max: 6 }), fc.nat({ max: 3 }), fc.nat({ max: 4 }), fc.nat({ max: 3 }))
  .map(([start, lasts, least, more]): LogMoment => ({
    span: { id: '', client: '', start, end: start + lasts, call: { type: 'ReadModel', name: '' } },
    least,
    most: least + more,
  }))

const moments = fc.array(moment, { maxLength: 6 })

const permutations = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  all.length === 0
    ? [[]]
    : all.flatMap((one, i) => permutations(all.toSpliced(i, 1)).map((rest) => [one, ...rest]))

/** Whether the calls can take effect in this order, at times within them, on a log that only grows. */
const isGrowth = (order: ReadonlyArray<LogMoment>): boolean => {
  let [time, length] = [0, 0]
  return order.every(({ span, least, most }) => {
    time = Math.max(time, span.start)
    length = Math.max(length, least)
    return time <= span.end && length <= most
  })
}

it('finds nothing if and only if there is a growth of the log that explains all calls', () => {
  fc.assert(
    fc.property(moments, (all) => {
      expect(regresses(all).length === 0).toBe(permutations(all).some(isGrowth))
    }),
    { numRuns: runs(300) },
  )
})

it('finds each call before which more was seen, with one that saw the most', () => {
  fc.assert(
    fc.property(moments, (all) => {
      const found = regresses(all)
      for (const later of all) {
        const before = all.filter(({ span }) => span.end < later.span.start)
        const most = Math.max(0, ...before.map(({ least }) => least))
        const own = found.find((one) => one.later === later)
        expect(own?.earlier.least).toBe(most > later.most ? most : undefined)
        if (own !== undefined) expect(before).toContain(own.earlier)
      }
    }),
    { numRuns: runs(300) },
  )
})
