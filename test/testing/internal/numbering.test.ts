import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identical } from '../../../src/testing/explore/identical.ts'
import { isUnchanged, numberIn, valueTable } from '../../../src/testing/internal/numbering.ts'

describe('a table of values', () => {
  it('numbers values from 0 on, and the same value the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ a: fc.nat({ max: 500 }) }, { noNullPrototype: true }), {
          maxLength: 1_000,
        }),
        (all) => {
          const table = valueTable<{ readonly a: number }>(identical)
          const known: Array<number> = []
          for (const value of all) {
            if (!known.includes(value.a)) known.push(value.a)
            expect(numberIn(table, value, Infinity)).toBe(known.indexOf(value.a))
          }
          expect(table.values.map(({ a }) => a)).toStrictEqual(known)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('keeps no more than it may, and still knows those', () => {
    const table = valueTable<number>(identical)
    expect([7, 8, 9, 8, 7].map((n) => numberIn(table, n, 2))).toStrictEqual([0, 1, -1, 1, 0])
    expect(table.values).toStrictEqual([7, 8])
  })

  it('knows a value that was written to since', () => {
    const table = valueTable<{ n: number }>(identical)
    const values = Array.from({ length: 100 }, (_, n) => ({ n }))
    for (const value of values) numberIn(table, value, Infinity)
    expect(values.every((value, n) => isUnchanged(table, n, value))).toBe(true)
    expect(isUnchanged(table, 70, { n: 71 })).toBe(false)
    for (const value of values) value.n++
    expect(values.some((value, n) => isUnchanged(table, n, value))).toBe(false)
  })

  it('tells values with one hash apart', () => {
    // functions are known by identity, which no hash sees
    const table = valueTable<unknown>(identical)
    const all = Array.from({ length: 20 }, (_, i) => () => i)
    expect(all.map((value) => numberIn(table, value, Infinity))).toStrictEqual([...all.keys()])
    expect(new Set(table.hashes).size).toBe(1)
    expect(numberIn(table, all[10], Infinity)).toBe(10)
  })
})
