import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { structural } from '../../src/Diff.ts'
import { hash } from '../../src/internal/hash.ts'
import { levelled, nest } from '../support/nested.ts'

const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    0,
    -0,
    1,
    NaN,
    '',
    'a',
    '1',
    true,
    false,
    null,
    undefined,
    1n,
    -1n,
    2n ** 64n + 1n,
    2n ** 80n + 1n,
    new Date(0),
    new Date(1),
    new Date(NaN),
  ),
  fc.double(),
  fc.string(),
)
const name = fc.constantFrom('a', 'b', '0', 'id')

/** Values of every kind, from few fields and mostly few leaves, so that two have much in common. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(name, { maxLength: 3 }).map((names) => new Set(names)),
  ),
}))

/** The same value with its fields, entries and members in the opposite order. */
const turned = (inside: unknown): unknown => {
  if (Array.isArray(inside)) return inside.map(turned)
  if (inside instanceof Date) return new Date(inside.getTime())
  if (inside instanceof Set) return new Set([...(inside as ReadonlySet<unknown>)].toReversed())
  if (inside instanceof Map) {
    const entries = [...(inside as ReadonlyMap<unknown, unknown>)]
    return new Map(entries.toReversed().map(([k, v]) => [k, turned(v)]))
  }
  if (typeof inside !== 'object' || inside === null) return inside
  const fields = Object.entries(inside).toReversed()
  return Object.fromEntries(fields.map(([k, v]) => [k, turned(v)]))
}

const pairs = fc.oneof(
  fc.tuple(value, value),
  value.map((v) => [v, turned(v)] as const),
  fc.tuple(leaf, leaf),
)

describe('Hash', () => {
  it('Hash 1: values that are the same have the same hash', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(hash(a)).toBe(hash(a) | 0)
        expect(!structural.equals(a, b) || hash(a) === hash(b)).toBe(true)
        expect(hash(turned(a))).toBe(hash(a))
      }),
      { numRuns: 1_000 },
    )
  })

  it('tells 40,000 values that hardly differ apart, but for a few', () => {
    const hashes = new Set<number>()
    for (let i = 0; i < 10_000; i++) {
      hashes.add(hash({ type: 'Order', lines: [{ id: `P${i % 100}`, n: Math.floor(i / 100) }] }))
      hashes.add(hash({ a: i, b: i + 1 }))
      hashes.add(hash([i, -i, `${i}`]))
      hashes.add(hash(new Map([[`${i}`, new Set([i / 2])]])))
    }
    // of so many numbers of 32 bits that are drawn at random, hardly one comes twice
    expect(hashes.size).toBeGreaterThan(40_000 - 10)
  })

  it.each<[string, unknown, unknown]>([
    ['fields whose values are exchanged', { a: 1, b: 2 }, { a: 2, b: 1 }],
    ['zero and negative zero', 0, -0],
    ['zero and negative zero in a field', { a: 0 }, { a: -0 }],
    ['a number and its text', 1, '1'],
    ['a number and a big one', 1, 1n],
    ['one and true', 1, true],
    ['true and false', true, false],
    ['a whole number and a fraction', 1, 1.5],
    ['fractions', 0.25, 0.75],
    ['numbers beyond 32 bits', 1, 2 ** 32 + 1],
    ['null and undefined', null, undefined],
    ['null and an object', null, {}],
    ['a field without a value, and none', { a: undefined }, {}],
    ['a field without a value, and another', { a: undefined }, { b: undefined }],
    ['an array and an object', [1], { 0: 1 }],
    ['an object and an array', { 0: 1 }, [1]],
    ['a map and a set', new Map(), new Set()],
    ['a set and an object', new Set(), {}],
    ['a date and an object', new Date(0), {}],
    ['dates', new Date(0), new Date(1)],
    ['big numbers', 1n, 2n],
    ['elements in another order', [1, 2], [2, 1]],
    ['pairs taken apart', [[1, 2], [3]], [[1], [2, 3]]],
    ['texts in another order', 'ab', 'ba'],
    ['keys of a map', new Map([['a', 1]]), new Map([['b', 1]])],
    ['values of a map', new Map([['a', 1]]), new Map([['a', 2]])],
    ['members of a set', new Set(['a']), new Set(['b'])],
    ['keys that are a number and its text', new Map([[1, 1]]), new Map([['1', 1]])],
    ['members that are objects', new Set([{ a: 1 }]), new Set([{ a: 2 }])],
    ['keys that are objects', new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 2]])],
    ['big numbers that share 64 bits', 1n, 2n ** 64n + 1n],
    ['big numbers with nothing below', 2n ** 64n, 2n ** 65n],
    ['addresses', new URL('http://a'), new URL('http://b')],
    ['patterns', /a/, /b/],
    ['errors', new Error('a'), new Error('b')],
    ['bytes', new Uint8Array([1]), new Uint8Array([2])],
  ])('tells apart: %s', (_, a, b) => {
    expect(hash(a)).not.toBe(hash(b))
  })

  it.each<[string, unknown, unknown]>([
    ['members in any order', new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])],
    ['keys that are objects', new Map([[[1], 'x']]), new Map([[[1], 'x']])],
    ['no prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    ['errors, wherever they come from', new Error('a'), [new Error('a')][0]],
    ['addresses', new URL('http://a'), new URL('http://a')],
    ['patterns', /a/g, /a/g],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    ['functions', { f: () => 1 }, { f: () => 2 }],
  ])('is alike: %s', (_, a, b) => {
    expect(hash(a)).toBe(hash(b))
  })

  it.each(levelled)('tells what is nested deep: %s', (_, within) => {
    for (const levels of [199, 200]) {
      expect(hash(nest(levels, 'a', within))).not.toBe(hash(nest(levels, 'b', within)))
      expect(hash(nest(levels, 'a', within))).toBe(hash(nest(levels, 'a', within)))
    }
  })

  it.each<[string, (under: unknown) => unknown]>([
    ...levelled,
    ['what instances show', (under) => ({ __proto__: { toJSON: () => under } })],
  ])('does not touch the stack on what is nested deep: %s', (_, within) => {
    expect(hash(nest(5_000, 'a', within))).toBe(hash(nest(20_000, 'a', within)))
  })

  it('is one for all instances that show nothing', () => {
    class Closed {
      readonly #n = 1
      get n() {
        return this.#n
      }
    }
    expect(hash(new Closed())).toBe(hash(new Closed()))
  })

  it('meets null among what is nested deep', () => {
    expect(hash(nest(200, { a: null }))).toBe(hash(nest(200, { a: null })))
    expect(hash(nest(200, { a: null }))).not.toBe(hash(nest(200, { a: undefined })))
  })

  it('tells lists apart that differ far down', () => {
    const list = (last: unknown, length: number) =>
      nest(length, { last }, (rest) => ({ head: 1, rest }))
    const hashes = [1, 2, 3].flatMap((last) => [800, 5_000].map((n) => hash(list(last, n))))
    expect(new Set(hashes).size).toBe(3)
    expect(hash(list({ a: 1, b: [2] }, 800))).toBe(hash(list({ b: [2], a: 1 }, 800)))
  })

  it('is the same whether parts are shared or not, however many there are', () => {
    const twice = (under: unknown) => ({ a: under, b: [under] })
    const apart = (levels: number): unknown =>
      levels === 0 ? [1] : { b: [apart(levels - 1)], a: apart(levels - 1) }
    for (const levels of [5, 11]) {
      expect(hash(nest(levels, [1], twice))).toBe(hash(apart(levels)))
      expect(hash(nest(levels, [1], twice))).not.toBe(hash(nest(levels, [2], twice)))
    }
    expect(hash(nest(60, [1], twice))).toBe(hash(nest(60, [1], twice)))
    expect(hash(nest(60, [1], twice))).not.toBe(hash(nest(60, [2], twice)))
  })

  it('tells large values apart, whatever order they are in', () => {
    const large = (last: number) => Array.from({ length: 5_500 }, (_, i) => ({ i, a: [last] }))
    expect(hash(large(1))).not.toBe(hash(large(2)))
    expect(hash(large(1))).toBe(hash(large(1).map(({ i, a }) => ({ a, i }))))
    expect(hash(new Set(large(1)))).toBe(hash(new Set(large(1).toReversed())))
  })

  it('is the same for rings that are the same, of whatever length', () => {
    const ring: Array<unknown> = [1]
    ring.push(ring, ring)
    const other: Array<unknown> = [1]
    other.push([1, other, other], other)
    expect(structural.equals(ring, other)).toBe(true)
    expect(hash(ring)).toBe(hash(other))
    const third: Array<unknown> = [2]
    third.push(third, third)
    expect(hash(ring)).not.toBe(hash(third))
  })

  it('is one for all values that can not be read', () => {
    const locked = {
      get key(): string {
        throw new Error('locked')
      },
    }
    expect(hash(locked)).toBe(hash([locked]))
  })
})
