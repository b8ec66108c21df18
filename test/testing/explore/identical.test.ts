// Against a reader who writes down all that a pure function can see of a value.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { structural } from '../../../src/Diff.ts'
import { identityHash as hash } from '../../../src/testing/explore/hash.ts'
import { identical } from '../../../src/testing/explore/identical.ts'

/** Of values of two hashes a table of values knows that they are not identical. */
const isIdentical = (a: unknown, b: unknown): boolean =>
  hash(a) === hash(b) && identical.equals(a, b, hash(a))

/** All that can be seen of a plain value, and which parts are one object, as a string. */
const read = (value: unknown): string => {
  const met = new Map<object, number>()
  const readAt = (inside: unknown): unknown => {
    if (typeof inside === 'symbol') return ['symbol', inside.description]
    if (typeof inside !== 'object' || inside === null) {
      return [typeof inside, Object.is(inside, -0) ? '-0' : String(inside)]
    }
    const place = met.get(inside)
    if (place !== undefined) return place
    met.set(inside, met.size)
    const fields = Reflect.ownKeys(inside).map((name) => [
      String(name),
      Object.getOwnPropertyDescriptor(inside, name)?.enumerable,
      readAt(Reflect.get(inside, name)),
    ])
    const kind = Object.prototype.toString.call(inside)
    const isBare = Object.getPrototypeOf(inside) === null
    if (inside instanceof Date) return [kind, inside.getTime(), fields]
    const entries = inside instanceof Map ? [...inside].flatMap((entry) => entry) : []
    const members = inside instanceof Set ? [...inside] : []
    return [kind, isBare, fields, entries.map(readAt), members.map(readAt)]
  }
  return JSON.stringify(readAt(value))
}

const leaf = fc.constantFrom<unknown>(0, -0, 1, NaN, 'a', '1', null, undefined, 1n)
const name = fc.constantFrom('a', 'b', '0')

/** Values of few fields and few leaves, so that two of them are often near each other. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.constantFrom(0, 1).map((time) => new Date(time)),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 2 }).map((elements) => {
      const gaps: Array<unknown> = []
      gaps.length = elements.length + 1
      return Object.assign(gaps, elements)
    }),
    fc
      .tuple(fc.array(tie('value'), { maxLength: 1 }), name, tie('value'))
      .map(([elements, key, under]) => Object.assign(elements, { [`${key}x`]: under })),
    fc
      .tuple(name, tie('value'), fc.boolean())
      .map(([key, under, enumerable]) =>
        Object.defineProperty({}, key, { value: under, enumerable }),
      ),
    fc.tuple(tie('value'), tie('value')).map(([x, y]) => ({ [Symbol.for('a')]: x, y })),
    tie('value').map((x) => [x, x]),
    fc
      .array(fc.tuple(tie('value'), tie('value')), { maxLength: 2 })
      .map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((members) => new Set(members)),
  ),
}))

/** A copy in which the same parts are one object; `turn` puts what has an order the other way round. */
const copied = (original: unknown, turn: <A>(list: Array<A>) => Array<A>): unknown => {
  const copies = new Map<object, object>()
  const copyOf = (inside: unknown): unknown => {
    if (typeof inside !== 'object' || inside === null) return inside
    const known = copies.get(inside)
    if (known !== undefined) return known
    const copy = emptyFor(inside)
    copies.set(inside, copy)
    if (inside instanceof Map && copy instanceof Map) {
      for (const [k, v] of turn([...inside])) copy.set(copyOf(k), copyOf(v))
    } else if (inside instanceof Set && copy instanceof Set) {
      for (const member of turn([...inside])) copy.add(copyOf(member))
    }
    for (const key of turn(Reflect.ownKeys(inside))) {
      const field = Object.getOwnPropertyDescriptor(inside, key) ?? {}
      Object.defineProperty(copy, key, { ...field, value: copyOf(field.value) })
    }
    return copy
  }
  return copyOf(original)
}

const emptyFor = (inside: object): object => {
  if (inside instanceof Date) return new Date(inside.getTime())
  if (Array.isArray(inside)) return []
  if (inside instanceof Map) return new Map()
  return inside instanceof Set ? new Set() : Object.create(Object.getPrototypeOf(inside)) as object // prettier-ignore
}

const pairs = fc.oneof(
  fc.tuple(value, value),
  value.map((v) => [v, copied(v, (list) => list)] as const),
  value.map((v) => [v, copied(v, (list) => list.toReversed())] as const),
)

class Point {
  readonly x: unknown
  constructor(x: unknown) {
    this.x = x
  }
}
class Spot extends Point {}

/** Serves who came first, and tells nobody who that is. */
class Queue {
  readonly size: number
  readonly #waiting: ReadonlyArray<string>
  constructor(...waiting: ReadonlyArray<string>) {
    this.size = waiting.length
    this.#waiting = waiting
  }
  get next() {
    return this.#waiting[0]
  }
}
class Shown extends Queue {
  toJSON() {
    return [this.next]
  }
}
class Line extends Array<string> {
  readonly #last: string
  constructor(...waiting: ReadonlyArray<string>) {
    super()
    this.#last = waiting.join()
  }
  get last() {
    return this.#last
  }
}

describe('identical', () => {
  it('identical 1: it is reflexive, symmetric and transitive', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(isIdentical(a, a)).toBe(true)
        expect(isIdentical(a, b)).toBe(isIdentical(b, a))
        const copy = copied(a, (list) => list)
        expect(isIdentical(a, copy)).toBe(true)
        expect(isIdentical(copy, b)).toBe(isIdentical(a, b))
      }),
    )
  })

  it('identical 2: identical values are equal, and have one hash', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        if (!identical.equals(a, b, 1)) return
        expect(structural.equals(a, b)).toBe(true)
        expect(hash(a)).toBe(hash(b))
      }),
    )
  })

  it('identical 3: values are identical when they are read alike', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(isIdentical(a, b)).toBe(read(a) === read(b))
      }),
      { numRuns: 1_000 },
    )
  })

  const k = Symbol.for('k')
  const j = Symbol.for('j')
  const one = { n: 1 }
  const named = (made: object, fields: object) => Object.assign(made, fields)

  it.each<[string, unknown, unknown]>([
    ['the order of fields', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['the order of entries', new Map([['a', 1], ['b', 2]]), new Map([['b', 2], ['a', 1]])], // prettier-ignore
    ['the order of members', new Set(['a', 'b']), new Set(['b', 'a'])],
    ['the order of members that are objects', new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])], // prettier-ignore
    ['the order of symbols', { [k]: 1, [j]: 1 }, { [j]: 1, [k]: 1 }],
    ['a field that is not listed, and one that is', Object.defineProperty({}, 'a', { value: 1 }), { a: 1 }], // prettier-ignore
    ['a field that is not listed, and none', Object.defineProperty({}, 'a', { value: 1 }), {}],
    ['objects with and without a prototype', Object.create(null), {}],
    ['a hole and undefined', [undefined], Object.assign([], { length: 1 })],
    ['a field of an array', named([1], { index: 0 }), [1]],
    ['a field of a map', named(new Map(), { a: 1 }), new Map()],
    ['a field of a set', named(new Set(), { a: 1 }), new Set()],
    ['a field of a date', named(new Date(0), { a: 1 }), new Date(0)],
    ['a field of bytes', named(new Uint8Array(2), { a: 1 }), new Uint8Array(2)],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 3])],
    ['bytes of a view', new DataView(new Uint8Array([1]).buffer), new DataView(new ArrayBuffer(1))],
    ['negative zero', [0], [-0]],
    ['one object in two places, and two that are alike', [one, one], [one, { n: 1 }]],
    ['two that are alike, and one object in two places', { a: one, b: { n: 1 } }, { a: one, b: one }], // prettier-ignore
    ['which two of three are one', [one, one, { n: 1 }], [one, { n: 1 }, one]],
    ['where a pattern goes on', named(/a/g, { lastIndex: 1 }), /a/g],
    ['the message of an error', new Error('a'), new Error('b')],
    ['instances of a class and of one made of it', new Point(1), new Spot(1)],
    ['what private fields hold', new Queue('a', 'b'), new Queue('b', 'a')],
    ['private fields, though they hold the same', new Queue('a'), new Queue('a')],
    ['private fields of what extends an array', new Line('a'), new Line('a')],
    ['what is shown of private fields', new Shown('a', 'b'), new Shown('b', 'a')],
    ['what is native and shows nothing', named(Promise.resolve(1), { a: 1 }), named(Promise.resolve(1), { a: 1 })], // prettier-ignore
    ['functions', () => 1, () => 1],
    ['what only looks like a map', Object.create(Map.prototype), Object.create(Map.prototype)],
    ['what only looks like an array', Object.create(Array.prototype), []],
  ])('tells apart: %s', (_, a, b) => {
    for (const within of [(x: unknown) => x, (x: unknown) => ({ x }), (x: unknown) => [x, one]]) {
      expect(isIdentical(within(a), within(b))).toBe(false)
      expect(isIdentical(within(b), within(a))).toBe(false)
    }
  })

  const located = (message: string) => named(new Error(message, { cause: [1] }), { stack: 'here' })

  it.each<[string, unknown, unknown]>([
    ['fields, elements, entries and members', { a: [1, new Map([[one, new Set([1])]])] }, { a: [1, new Map([[{ n: 1 }, new Set([1])]])] }], // prettier-ignore
    ['errors from two places', new Error('a', { cause: [1] }), located('a')],
    ['frozen or not', Object.freeze({ a: 1 }), { a: 1 }],
    ['dates', { at: new Date(1) }, { at: new Date(1) }],
    ['patterns', /a/g, /a/g],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    ['instances of a class', new Point([1]), new Point([1])],
    ['what is shown of private fields', new Shown('a'), new Shown('a')],
    ['addresses', new URL('http://a'), new URL('http://a')],
    ['one object in two places', [one, one], structuredClone([one, one])],
    ['fields that are not listed', Object.defineProperty({}, 'a', { value: one }), Object.defineProperty({}, 'a', { value: { n: 1 } })], // prettier-ignore
  ])('takes for one: %s', (_, a, b) => {
    expect(isIdentical(a, b)).toBe(true)
    expect(isIdentical(b, a)).toBe(true)
  })

  const nest = (levels: number, inner: unknown, within: (under: unknown) => unknown) =>
    Array.from({ length: levels }).reduce(within, inner)

  it('takes time in proportion to what is there, however often parts are shared', () => {
    const twice = (under: unknown) => [under, under]
    expect(isIdentical(nest(50, [1], twice), nest(50, [1], twice))).toBe(true)
    expect(identical.equals(nest(50, [1], twice), nest(50, [2], twice), 1)).toBe(false)
  })

  it('does not touch the stack on what is nested deep', () => {
    for (const levels of [199, 200, 201, 5_000]) {
      const deep = (inner: unknown) => nest(levels, inner, (under) => ({ under }))
      expect(isIdentical(deep(1), deep(1))).toBe(true)
      expect(identical.equals(deep(1), deep(2), 0)).toBe(false)
    }
  })

  it('finds its way out of values that hold themselves', () => {
    const ring = (length: number) => {
      const first: { next?: unknown } = {}
      first.next = nest(length - 1, first, (next) => ({ next }))
      return first
    }
    expect(isIdentical(ring(3), ring(3))).toBe(true)
    // how many objects there are can be counted
    expect(isIdentical(ring(3), ring(4))).toBe(false)
    expect(structural.equals(ring(3), ring(4))).toBe(true)
  })

  it('comes to an end where views make new objects for ever', () => {
    class Mirror {
      toJSON(): unknown {
        return { a: new Mirror(), b: new Mirror() }
      }
    }
    expect(identical.equals(new Mirror(), new Mirror(), 1)).toBe(false)
  })
})
