import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Issue } from '../../../src/codec/Codec.ts'
import { freeze } from '../../../src/codec/internal/json.ts'
import { runs } from '../../setup.ts'

const frozen = (value: unknown): unknown => {
  const result = freeze(value)
  return E.isRight(result) ? result.right : expect.unreachable('it was refused')
}

const refused = (value: unknown): Issue => {
  const result = freeze(value)
  return E.isLeft(result) ? result.left : expect.unreachable('it was frozen')
}

/** All objects and arrays in a value, itself included. */
const objectsIn = (value: unknown): ReadonlyArray<object> =>
  typeof value === 'object' && value !== null
    ? [value, ...Object.values(value).flatMap(objectsIn)]
    : []

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
})

/** What JSON can hold, and fields that are undefined. */
const holdable = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.oneof(tie('value'), fc.constant(undefined)),
    ),
  ),
})).value

const nested = (depth: number): unknown => {
  let value: unknown = 0
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { in: value }
  return value
}

describe('laws', () => {
  it('law 1: what is frozen survives JSON text, and is what it was made of', () => {
    fc.assert(
      fc.property(fc.oneof(holdable, anything), (value) => {
        const result = freeze(value)
        if (E.isLeft(result)) return
        expect(JSON.parse(JSON.stringify(result.right))).toStrictEqual(result.right)
        // the text leaves out fields that are undefined, and knows one zero
        expect(JSON.stringify(result.right)).toBe(JSON.stringify(value))
      }),
      { numRuns: runs(500) },
    )
  })

  it('law 1: whatever JSON can hold is frozen', () => {
    fc.assert(
      fc.property(holdable, (value) => {
        expect(frozen(value)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('law 2: shares nothing with the original and can not be changed', () => {
    fc.assert(
      fc.property(holdable, (value) => {
        const before = structuredClone(value)
        const copy = frozen(value)
        const originals = new Set(objectsIn(value))
        for (const object of objectsIn(copy)) {
          expect(Object.isFrozen(object)).toBe(true)
          expect(originals.has(object)).toBe(false)
        }
        expect(structuredClone(value)).toStrictEqual(before)
        for (const object of originals) expect(Object.isFrozen(object)).toBe(false)
      }),
    )
  })
})

describe('refuses, and names the first place', () => {
  class Money {
    readonly amount = 1
  }

  const cases: ReadonlyArray<readonly [string, unknown]> = [
    ['undefined', undefined],
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
    ['a bigint', 1n],
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a set', new Set()],
    ['a class instance', new Money()],
    ['a boxed text', Object('a')],
    ['a typed array', new Uint8Array(1)],
    ['a regular expression', /a/],
    ['an heir of a plain object', Object.create({ a: 1 })],
  ]

  it.each(cases)('%s', (_, value) => {
    const expected = 'a value that JSON can hold'
    expect(refused(value)).toStrictEqual({ path: [], expected, actual: value })
    if (value !== undefined) {
      expect(refused({ a: value })).toStrictEqual({ path: ['a'], expected, actual: value })
    }
    expect(refused({ ok: 1, a: [0, { b: [value] }], z: NaN })).toStrictEqual({
      path: ['a', 1, 'b', 0],
      expected,
      actual: value,
    })
  })

  it('a hole in an array', () => {
    const sparse: Array<unknown> = [1]
    sparse[2] = 1
    expect(refused({ a: sparse }).path).toEqual(['a', 1])
  })

  it('a key that would set a prototype', () => {
    const parsed: unknown = JSON.parse('{"a":{"__proto__":{"admin":true}}}')
    expect(refused(parsed)).toMatchObject({ path: ['a', '__proto__'] })
    expect(refused(JSON.parse('{"__proto__":"text"}')).path).toEqual(['__proto__'])
  })

  it('a symbol as a key, which would be lost', () => {
    expect(refused({ a: { [Symbol('s')]: 1n } })).toMatchObject({ path: ['a'], actual: 1n })
  })

  it('nesting without end', () => {
    const cycle: { self?: unknown } = {}
    cycle.self = [cycle]
    expect(refused(cycle).path).toHaveLength(200)
  })

  it('nesting without end in two places, at once', () => {
    let visits = 0
    const cycle = {
      get left() {
        if (++visits > 1_000) throw new Error('it goes on and on')
        return cycle
      },
      get right() {
        return cycle
      },
    }
    expect(refused(cycle).path).toHaveLength(200)
  })

  it('nesting of more than 200 levels', () => {
    expect(frozen(nested(200))).toStrictEqual(nested(200))
    expect(refused(nested(201)).path).toHaveLength(200)
  })
})

describe('takes', () => {
  it('fields that are undefined for missing ones', () => {
    expect(frozen({ a: undefined, b: { c: undefined, d: null } })).toStrictEqual({ b: { d: null } })
  })

  it('negative zero for zero', () => {
    expect(frozen([-0, { a: -0 }])).toStrictEqual([0, { a: 0 }])
  })

  it('an object without a prototype for a plain one', () => {
    const bare: unknown = Object.assign(Object.create(null) as object, { a: 1 })
    expect(frozen(bare)).toStrictEqual({ a: 1 })
  })

  it('nothing of what all objects inherit', () => {
    const inherited = { value: 1, enumerable: true, writable: true, configurable: true }
    Object.defineProperty(Object.prototype, 'everywhere', inherited)
    const result = freeze({ a: 1, b: { c: 2 } })
    Reflect.deleteProperty(Object.prototype, 'everywhere')
    expect(result).toStrictEqual(E.right({ a: 1, b: { c: 2 } }))
  })

  it('an object twice for two', () => {
    const shared = { a: 1 }
    const copy = frozen([shared, shared]) as ReadonlyArray<unknown>
    expect(copy).toStrictEqual([{ a: 1 }, { a: 1 }])
  })

  it('parts that are shared over and over, once each', () => {
    const shared = (levels: number, inner: unknown): unknown => {
      let value = inner
      for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value, value] : { a: value, b: value }
      return value
    }
    const copy = frozen(shared(40, { n: [1] }))
    expect(frozen(copy) === copy).toBe(false)
    expect(frozen(shared(12, [1]))).toStrictEqual(shared(12, [1]))
    expect(refused(shared(40, 1n)).path).toHaveLength(40)
  })

  it('a shared part also where it stands deeper than before, but not too deep', () => {
    const shared = nested(100)
    const twice = (levels: number) => {
      let deeper: unknown = shared
      for (let i = 0; i < levels; i++) deeper = [deeper]
      return [Array.from({ length: 10_000 }, () => [0]), shared, deeper, shared]
    }
    expect(frozen(twice(99))).toStrictEqual(twice(99))
    expect(refused(twice(100)).path).toHaveLength(200)
  })

  it('what was frozen before', () => {
    expect(frozen(Object.freeze({ a: Object.freeze([1]) }))).toStrictEqual({ a: [1] })
  })

  it('any text as a value', () => {
    expect(frozen({ a: '\0\ud800' })).toStrictEqual({ a: '\0\ud800' })
  })
})
