import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
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
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('asks Diff only where values are neither plain objects nor arrays, or nested deep', () => {
    const asked = vi.spyOn(structural, 'equals')
    /** The answer, and how often it was asked for. */
    const compared = (a: unknown, b: unknown) => {
      asked.mockClear()
      return [same.equals(a, b), asked.mock.calls.length]
    }
    expect(compared([1, 2], [1, 3])).toStrictEqual([false, 0])
    expect(compared({ a: 1, b: 2 }, { a: 1, b: 3 })).toStrictEqual([false, 0])
    expect(compared({ a: undefined }, { b: undefined })).toStrictEqual([false, 0])
    expect(compared({ a: 1 }, { a: 1, b: 2 })).toStrictEqual([false, 0])
    const plain = { a: [1, { b: 2 }], c: 'd', e: [] }
    expect(compared(plain, copyOf(plain))).toStrictEqual([true, 0])
    const odd = { a: [new Date(0)], b: [] }
    expect(compared(odd, copyOf(odd))).toStrictEqual([true, 1])
    expect(compared([1], { 0: 1 })).toStrictEqual([false, 1])
    expect(compared({ 0: 1 }, [1])).toStrictEqual([false, 1])
    const nested = (kind: (inner: unknown) => unknown, levels: number) =>
      Array.from({ length: levels }).reduce(kind, 1)
    for (const kind of [(a: unknown) => [a], (a: unknown) => ({ a })]) {
      expect(compared(nested(kind, 51), nested(kind, 51))).toStrictEqual([true, 0])
      expect(compared(nested(kind, 52), nested(kind, 52))).toStrictEqual([true, 1])
    }
  })

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
