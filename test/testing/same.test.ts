import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { structural } from '../../src/Diff.ts'
import { same } from '../../src/testing/same.ts'
import { copyOf } from '../../src/testing/frozen.ts'

const leaf = fc.constantFrom<unknown>(0, -0, 1, NaN, 'a', null, undefined, new Date(0), new Date(1))
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    leaf,
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 2 }),
    fc.array(tie('value'), { maxLength: 2 }),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b'), tie('value')), { maxLength: 2 })
      .map((p) => new Map(p)),
    fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }).map((names) => new Set(names)),
  ),
}))

describe('same', () => {
  it('is structural equality', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(same.equals(a, b)).toBe(structural.equals(a, b))
        expect(same.equals([a], [b])).toBe(structural.equals([a], [b]))
        expect(same.equals({ x: a }, { x: b })).toBe(structural.equals({ x: a }, { x: b }))
        expect(same.equals(a, copyOf(a))).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('does not touch the stack', () => {
    const nested = (n: number) => {
      let deep: unknown = n
      for (let i = 0; i < 2_000; i++) deep = [deep]
      return deep
    }
    expect(same.equals(nested(1), nested(1))).toBe(true)
    expect(same.equals(nested(1), nested(2))).toBe(false)
  })
})
