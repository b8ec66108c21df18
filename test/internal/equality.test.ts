import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { structural } from '../../src/Diff.ts'
import { differ, unnamed } from '../../src/internal/diff.ts'
import { exact, quickly, same } from '../../src/internal/equality.ts'

class Point {
  readonly x: unknown
  constructor(x: unknown) {
    this.x = x
  }
}
class Spot extends Point {}

class Itself extends Point {
  toJSON() {
    return this
  }
}

/** Shows itself unless it is 0, and a field in any case. */
class Moody {
  readonly x = 1
  readonly #n: number
  constructor(n: number) {
    this.#n = n
  }
  toJSON() {
    if (this.#n === 0) throw new Error('not today')
    return this.#n
  }
}

/** Has a field of the name of a method. */
class Numbered {
  readonly toJSON = 5
  readonly #n: number
  constructor(n: number) {
    this.#n = n
  }
  toString() {
    return `${this.#n}`
  }
}

/** What only its view tells, which `View` gives. */
class Hidden<View extends string> {
  readonly #value: unknown
  readonly shown: View
  constructor(view: View, value: unknown) {
    this.shown = view
    this.#value = value
    Object.defineProperty(this, view, { value: () => this.#value })
  }
}

const leaf = fc.constantFrom<unknown>(
  0,
  -0,
  1,
  NaN,
  '',
  'a',
  '1',
  true,
  null,
  undefined,
  1n,
  Symbol.iterator,
)
const name = fc.constantFrom('a', 'b', '0')
const symbol = fc.constantFrom(Symbol.for('a'), Symbol.for('b'))

/** Values of every kind, from few fields and few leaves, so that two of them have much in common. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.constantFrom(0, 1).map((time) => new Date(time)),
    fc.constantFrom(/a/, /b/, /a/g),
    fc.tuple(fc.constantFrom(Error, TypeError), name).map(([E, message]) => new E(message)),
    fc.array(fc.nat({ max: 1 }), { maxLength: 2 }).map((bytes) => new Uint8Array(bytes)),
    fc.array(fc.nat({ max: 1 }), { maxLength: 2 }).map((bytes) => new Uint8Array(bytes).buffer),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
    fc
      .tuple(fc.record({ a: tie('value') }), symbol, tie('value'))
      .map(([fields, key, under]) => ({ ...fields, [key]: under })),
    tie('value').map((x) => new Point(x)),
    tie('value').map((x) => new Spot(x)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(fc.tuple(tie('value'), leaf), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    fc.array(tie('value'), { maxLength: 3 }).map((members) => new Set(members)),
  ),
}))

/** The same value anew, with its fields, entries and members in the opposite order. */
const turned = (inside: unknown): unknown => {
  if (typeof inside !== 'object' || inside === null) return inside
  if (Array.isArray(inside)) return inside.map(turned)
  if (inside instanceof Set) {
    return new Set([...(inside as ReadonlySet<unknown>)].map(turned).toReversed())
  }
  if (inside instanceof Map) {
    const entries = [...(inside as ReadonlyMap<unknown, unknown>)].toReversed()
    return new Map(entries.map(([k, v]) => [turned(k), turned(v)]))
  }
  if (inside instanceof Spot) return new Spot(turned(inside.x))
  if (inside instanceof Point) return new Point(turned(inside.x))
  if (Object.getPrototypeOf(inside) !== Object.prototype) return structuredClone(inside)
  const fields = Reflect.ownKeys(inside).toReversed()
  return Object.fromEntries(fields.map((k) => [k, turned(Reflect.get(inside, k))]))
}

const pairs = fc.oneof(
  fc.tuple(value, value),
  value.map((v) => [v, turned(v)] as const),
  fc.tuple(leaf, leaf),
)

const differences = (a: unknown, b: unknown) => differ(exact, unnamed, a, b)

const nest = (levels: number, inner: unknown, within: (under: unknown) => unknown) =>
  Array.from({ length: levels }).reduce(within, inner)

const levelled: ReadonlyArray<[string, (under: unknown) => unknown]> = [
  ['objects', (under) => ({ under })],
  ['arrays', (under) => [under]],
  ['values of maps', (under) => new Map([['under', under]])],
  ['fields of instances', (under) => new Point(under)],
  ['causes of errors', (under) => new Error('a', { cause: under })],
]

describe('Same', () => {
  it('values are the same when they look the same to Node', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(same(a, b)).toBe(isDeepStrictEqual(a, b))
        expect(structural.equals(a, b)).toBe(same(a, b))
      }),
      { numRuns: 1_000 },
    )
  })

  it('Same 1: same is reflexive and symmetric, and transitive', () => {
    fc.assert(
      fc.property(value, pairs, (a, [b, c]) => {
        expect(same(a, a)).toBe(true)
        expect(same(a, turned(a))).toBe(true)
        expect(same(b, c)).toBe(same(c, b))
        expect(same(a, b)).toBe(same(turned(a), b))
      }),
      { numRuns: 500 },
    )
  })

  it('Same 2: objects are the same at once, or by their parts', () => {
    const partly = (a: object, b: object) => {
      const [left, right] = [exact.partsOf(a), exact.partsOf(b)]
      const keys = new Set([...(left ?? []), ...(right ?? [])].map(([key]) => key))
      return [...keys].every(
        (k) => left?.has(k) === true && right?.has(k) === true && same(left.get(k), right.get(k)),
      )
    }
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        fc.pre(typeof a === 'object' && typeof b === 'object')
        fc.pre(a !== null && b !== null && a !== b)
        expect(same(a, b)).toBe(exact.atOnce(a, b) ?? partly(a, b))
      }),
      { numRuns: 1_000 },
    )
  })

  const bare = (fields: object) => Object.assign(Object.create(null) as object, fields)
  const spot = (x: unknown) => new Spot(x)
  const tagged = () => Object.assign(new Point(1), { [Symbol.for('k')]: 1 })
  const hidden = (shown: unknown) => new Hidden('toJSON', shown)

  it.each<[string, unknown, unknown]>([
    ['errors with other messages', new Error('a'), new Error('b')],
    ['errors with other causes', new Error('a', { cause: 1 }), new Error('a', { cause: 2 })],
    [
      'an error with a cause, and one without',
      new Error('a', { cause: undefined }),
      new Error('a'),
    ],
    ['errors of two classes', new TypeError('a'), new RangeError('a')],
    ['errors with other fields', Object.assign(new Error('a'), { n: 1 }), new Error('a')],
    ['errors of many', new AggregateError([1], 'a'), new AggregateError([2], 'a')],
    ['patterns', /a/, /b/],
    ['flags', /a/g, /a/],
    ['where patterns go on', Object.assign(/a/g, { lastIndex: 1 }), /a/g],
    ['addresses', new URL('http://a'), new URL('http://b')],
    ['questions of addresses', new URLSearchParams('a=1'), new URLSearchParams('a=2')],
    ['what toJSON shows', hidden(1), hidden(2)],
    ['what valueOf shows', new Hidden('valueOf', 1), new Hidden('valueOf', 2)],
    ['what toString shows', new Hidden('toString', 'a'), new Hidden('toString', 'b')],
    ['numbers in objects', Object(1), Object(2)],
    ['a number in an object, and a number', Object(1), 1],
    ['members that are objects', new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 3 }, { a: 2 }])],
    ['members that come twice', new Set([{ a: 1 }, { a: 1 }]), new Set([{ a: 1 }, { a: 2 }])],
    ['members that are dates', new Set([new Date(1)]), new Set([new Date(2)])],
    ['keys that are objects', new Map([[{ a: 1 }, 'x']]), new Map([[{ a: 2 }, 'x']])],
    ['what is under such keys', new Map([[{ a: 1 }, 'x']]), new Map([[{ a: 1 }, 'y']])],
    ['keys that are dates', new Map([[new Date(1), 'x']]), new Map([[new Date(2), 'x']])],
    ['a number and its text as keys', new Map([[1, 'x']]), new Map([['1', 'x']])],
    ['a number and its text as members', new Set([1]), new Set(['1'])],
    ['a truth and its text as keys', new Map([[true, 'x']]), new Map([['true', 'x']])],
    [
      'one key more that is no name',
      new Map([[true, 1]]),
      new Map([
        [true, 1],
        [false, 1],
      ]),
    ],
    ['fields named by symbols', { [Symbol.for('k')]: 1 }, { [Symbol.for('k')]: 2 }],
    ['a field named by a symbol, and none', { [Symbol.for('k')]: 1 }, {}],
    ['fields named by other symbols', { [Symbol.for('k')]: 1 }, { [Symbol.for('j')]: 1 }],
    ['an instance and a plain object', new Point(1), { x: 1 }],
    ['instances of a class and of one made of it', new Point(1), new Spot(1)],
    ['an array and what is made of arrays', new (class A extends Array {})(), []],
    ['bytes', new Uint8Array([1]), new Uint8Array([2])],
    ['bytes and an array', new Uint8Array([1]), [1]],
    ['bytes, signed and not', new Uint8Array([1]), new Int8Array([1])],
    ['buffers', new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
    ['long and short buffers', new Uint8Array([1, 2]).buffer, new Uint8Array([1]).buffer],
    ['views of buffers', new DataView(new ArrayBuffer(1)), new DataView(new ArrayBuffer(2))],
    ['promises', Promise.resolve(1), Promise.resolve(1)],
    ['functions', () => 1, () => 1],
    ['errors with hidden names', new Error('a'), Object.defineProperty(new Error('a'), 'name', { value: 'B' })], // prettier-ignore
    ['fields that are undefined', spot({ a: undefined }), spot({ b: undefined })],
    ['a symbol beside a field', spot({ [Symbol.for('k')]: 1 }), spot({ [Symbol.for('k')]: 2 })],
    ['buffers of which one byte is the same', new Uint8Array([1, 2]).buffer, new Uint8Array([1, 3]).buffer], // prettier-ignore
    ['no entries, and one with an object for its key', new Map(), new Map([[{}, 1]])],
    ['one with an object for its key, and no entries', new Map([[{}, 1]]), new Map()],
    ['no members, and one that is an object', new Set(), new Set([{}])],
    ['what can be shown and what fails to be', new Moody(1), new Moody(0)],
    ['what toString shows where toJSON is no method', new Numbered(1), new Numbered(2)],
  ])('tells apart: %s', (_, a, b) => {
    expect(same(a, b)).toBe(false)
    expect(same(b, a)).toBe(false)
    expect(same({ a }, { a: b })).toBe(false)
    expect(differences({ a }, { a: b })).not.toStrictEqual([])
  })

  it.each<[string, unknown, unknown]>([
    ['errors', new Error('a', { cause: [1] }), new Error('a', { cause: [1] })],
    ['patterns', /a/g, /a/g],
    ['addresses', new URL('http://a/b'), new URL('http://a/b')],
    ['what toJSON shows', hidden([1]), hidden([1])],
    ['objects with and without a prototype', bare({ a: 1 }), { a: 1 }],
    ['a hole and undefined', [undefined], Object.assign([], { length: 1 })],
    ['members in another order', new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])],
    [
      'keys in another order',
      new Map([
        [[1], 1],
        [[2], 2],
      ]),
      new Map([
        [[2], 2],
        [[1], 1],
      ]),
    ],
    ['negative zeros under keys that are objects', new Map([[[1], -0], [[1], -0]]), new Map([[[1], -0], [[1], -0]])], // prettier-ignore
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    ['buffers', new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer],
    ['no bytes', new ArrayBuffer(0), new ArrayBuffer(0)],
    [
      'views of the same bytes',
      new DataView(new Uint8Array([0, 1]).buffer, 1),
      new DataView(new Uint8Array([1]).buffer),
    ],
    ['symbols that are not listed', Object.defineProperty({}, Symbol.for('k'), { value: 1 }), {}],
    ['numbers in objects', Object(1), Object(1)],
    ['a hole and undefined, further in', spot([undefined]), spot(Object.assign([], { length: 1 }))],
    ['a symbol beside a field', spot({ [Symbol.for('k')]: 1 }), spot({ [Symbol.for('k')]: 1 })],
    ['a symbol beside a field of an instance', tagged(), tagged()],
    ['what fails to be shown', new Moody(0), new Moody(0)],
  ])('takes for the same: %s', (_, a, b) => {
    expect(same(a, b)).toBe(true)
    expect(same(b, a)).toBe(true)
    expect(differences({ a }, { a: b })).toStrictEqual([])
  })

  it('an instance that shows nothing, or fails to, is the same as itself alone', () => {
    class Closed {
      readonly #n: number
      constructor(n: number) {
        this.#n = n
      }
      get n() {
        return this.#n
      }
    }
    class Failing extends Closed {
      toJSON() {
        throw new Error('no')
      }
    }
    for (const make of [() => new Closed(1), () => new Failing(1)]) {
      const one = make()
      expect(same({ one }, { one })).toBe(true)
      expect(same({ one }, { one: make() })).toBe(false)
    }
  })

  const k = Symbol.for('k')
  const k2 = Symbol.for('k2')
  const unlisted = (key: PropertyKey, fields: object) =>
    Object.defineProperty({ ...fields }, key, { value: 1 })

  it.each<[string, unknown, unknown]>([
    ['a field that is listed here, and not there', { x: 1 }, unlisted('x', { y: 2 })],
    ['a symbol that is listed here, and not there', { [k]: 1 }, unlisted(k, { [k2]: 1 })],
    ['both, further in', [new Point({ x: 1 })], [new Point(unlisted('x', { y: 2 }))]],
    ['both, of instances', Object.assign(new Point(1), { y: 1 }), Object.defineProperty(new Point(1), 'y', { value: 1 })], // prettier-ignore
    ['what only looks like a map', Object.create(Map.prototype), new Map()],
    ['what only looks like a set', Object.create(Set.prototype), new Set()],
    ['what only looks like a date', Object.create(Date.prototype), new Date(0)],
    ['what throws when it is read', { get a() { throw new Error('no') } }, { a: 1 }], // prettier-ignore
  ])('is asked the other way round and says the same: %s', (_, a, b) => {
    expect(same(a, b)).toBe(false)
    expect(same(b, a)).toBe(false)
  })

  describe('views without end', () => {
    class Again {
      readonly x: number
      constructor(x: number) {
        this.x = x
      }
      toJSON(): unknown {
        return new Again(this.x)
      }
    }
    class Nothing {
      readonly #x: number
      constructor(x: number) {
        this.#x = x
      }
      toJSON(): unknown {
        return new Nothing(this.#x)
      }
    }
    class Ping {
      toJSON(): unknown {
        return new Pong()
      }
    }
    class Pong {
      toJSON(): unknown {
        return { left: new Ping(), right: [new Ping()] }
      }
    }

    it('an instance that shows another one of its class is known by its fields', () => {
      expect(same(new Again(1), new Again(1))).toBe(true)
      expect(same(new Again(1), new Again(2))).toBe(false)
      expect(same(new Nothing(1), new Nothing(1))).toBe(false)
      expect(differences([new Again(1)], [new Again(2)])).toHaveLength(1)
    })

    it('classes that show each other come to an end', () => {
      const ping = new Ping()
      expect(same({ ping }, { ping })).toBe(true)
      expect(same(ping, new Ping())).toBe(false)
      expect(differences([ping], [new Ping()])).toHaveLength(1)
    })

    it('members that have no end are told apart by what comes first', () => {
      const endless = (n: number): object => ({
        get next() {
          return endless(n)
        },
        n,
      })
      expect(same(new Set([endless(1)]), new Set([endless(2)]))).toBe(false)
    })

    it('a tree that shows its children is looked through', () => {
      class Tree {
        readonly #children: ReadonlyArray<unknown>
        constructor(...children: ReadonlyArray<unknown>) {
          this.#children = children
        }
        toJSON() {
          return { children: this.#children }
        }
      }
      const tree = (last: unknown) => nest(50, last, (under) => new Tree(new Tree(), under))
      expect(same(tree(1), tree(1))).toBe(true)
      expect(same(tree(1), tree(2))).toBe(false)
    })
  })

  describe('parts that are shared over and over', () => {
    const twice: ReadonlyArray<[string, (under: unknown) => unknown]> = [
      ['arrays', (under) => [under, under]],
      ['objects', (under) => ({ a: under, b: under })],
      ['instances', (under) => new Point([under, under])],
      ['values of maps', (under) => new Map([['a', under], ['b', under]])], // prettier-ignore
      ['keys of maps', (under) => new Map([[under, under]])],
      ['members of sets', (under) => new Set([[under], [under], { under }])],
      ['views', (under) => new Hidden('toJSON', [under, under])],
      ['fields by symbols', (under) => ({ [k]: under, [k2]: under })],
      ['causes', (under) => new Error('a', { cause: [under, under] })],
    ]
    it.each(twice)('are compared once: %s', (_, within) => {
      const [one, other] = [nest(50, { n: 1 }, within), nest(50, { n: 2 }, within)]
      expect(same(one, nest(50, { n: 1 }, within))).toBe(true)
      expect(same(one, other)).toBe(false)
      expect(same(other, one)).toBe(false)
      expect(differences(one, nest(50, { n: 1 }, within))).toStrictEqual([])
      expect(differences(one, other).length).toBeGreaterThan(0)
    })

    it('whether a part is shared makes no difference', () => {
      const apart = (levels: number): unknown =>
        levels === 0 ? { n: 1 } : [apart(levels - 1), apart(levels - 1)]
      const shared = nest(12, { n: 1 }, (under) => [under, under])
      expect(same(shared, apart(12))).toBe(true)
      expect(same(apart(12), shared)).toBe(true)
    })

    it('whether an instance is shared makes no difference', () => {
      const apart = (levels: number): unknown =>
        new Point(levels === 0 ? { n: 1 } : [apart(levels - 1), apart(levels - 1)])
      const shared = nest(4, new Point({ n: 1 }), (under) => new Point([under, under]))
      expect(same(shared, apart(4))).toBe(true)
      expect(same(apart(4), shared)).toBe(true)
      expect(same(apart(4), new Point([shared, apart(3)]))).toBe(false)
    })
  })

  it('thousands of members that are objects take no time, in whatever order', () => {
    const many = (last: number) =>
      Array.from({ length: 1_000 }, (_, n) => ({ a: [{ n: n === 999 ? last : n }] }))
    expect(same(new Set(many(0)), new Set(many(0).toReversed()))).toBe(true)
    expect(same(new Set(many(-1)), new Set(many(-2)))).toBe(false)
    const entries = (last: number) => many(last).map((key) => [key, [key]] as const)
    expect(same(new Map(entries(0)), new Map(entries(0).toReversed()))).toBe(true)
    expect(same(new Map(entries(-1)), new Map(entries(-2)))).toBe(false)
    // known by identity, so that no hash tells them apart
    const closed = Array.from({ length: 500 }, () => Promise.resolve())
    expect(same(new Set(closed), new Set(closed.toReversed()))).toBe(true)
    expect(same(new Set(closed), new Set([...closed.slice(1), Promise.resolve()]))).toBe(false)
  })

  it('large values are compared to their end', () => {
    const large = (last: number) => Array.from({ length: 60_000 }, (_, n) => ({ n, last }))
    expect(same(large(1), large(1))).toBe(true)
    expect(same(large(1), large(2))).toBe(false)
  })

  it('a buffer that was handed over has no bytes', () => {
    const given = () => {
      const buffer = new ArrayBuffer(8)
      structuredClone(buffer, { transfer: [buffer] })
      return buffer
    }
    expect(same(given(), given())).toBe(true)
    expect(same(given(), new ArrayBuffer(8))).toBe(false)
  })

  it.each<[string, unknown, unknown, boolean | undefined]>([
    ['fields', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['another field', { a: 1, b: 2 }, { a: 1, b: 3 }, false],
    ['other names', { a: undefined }, { b: undefined }, false],
    ['a field more', { a: 1 }, { a: 1, b: 2 }, false],
    ['a field less', { a: 1, b: undefined }, { a: 1 }, false],
    ['a symbol here', { [k]: 1 }, {}, undefined],
    ['a symbol there', {}, { [k]: 1 }, undefined],
    ['what differs before a symbol', { a: 1 }, { a: 2, [k]: 1 }, false],
    ['elements', [1, 2], [1, 2], true],
    ['no elements', [], [], true],
    ['another element', [1, 2], [1, 3], false],
    ['an element more', [1], [1, undefined], false],
    ['what differs before an instance', [1, new Point(1)], [2, new Point(1)], false],
    ['what looks like an array', Object.create(Array.prototype), [], undefined],
    ['an array and what looks like one', [], Object.create(Array.prototype), undefined],
    ['entries', new Map([['a', 1]]), new Map([['a', 1]]), true],
    ['another value', new Map([['a', 1]]), new Map([['a', 2]]), false],
    ['another value further on', new Map([['a', 1], ['b', 1]]), new Map([['a', 1], ['b', 2]]), false], // prettier-ignore
    ['another key', new Map([['a', undefined]]), new Map([['b', undefined]]), false],
    ['an entry more', new Map(), new Map([['a', 1]]), false],
    ['a key that is an object', new Map([[[1], 1]]), new Map([[[1], 1]]), undefined],
    ['an instance in a map', new Map([[1, new Point(1)]]), new Map([[1, new Point(1)]]), undefined],
    ['members', new Set(['a', 1]), new Set([1, 'a']), true],
    ['another member', new Set(['a']), new Set(['b']), false],
    ['a member more', new Set(), new Set(['a']), false],
    ['a member that is an object', new Set([[1]]), new Set([[1]]), undefined],
    ['dates', new Date(1), new Date(1), true],
    ['another date', new Date(1), new Date(2), false],
    ['instances', new Point(1), new Point(1), undefined],
    ['two kinds', [], {}, undefined],
    ['an instance in a field', { a: new Point(1) }, { a: new Point(1) }, undefined],
    ['an instance in a list', [new Point(1)], [new Point(1)], undefined],
    ['an object and none', {}, null, false],
    ['200 levels', nest(200, 1, (a) => [a]), nest(200, 1, (a) => [a]), true],
    ['201 levels', nest(201, 1, (a) => [a]), nest(201, 1, (a) => [a]), undefined],
  ])('tells at a glance, or leaves it to a closer look: %s', (_, a, b, answer) => {
    expect(quickly(a, b, 0, { left: 1_000 })).toBe(answer)
  })

  it('names bytes by their numbers', () => {
    expect(differences(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toMatchObject([
      { path: [1] },
    ])
  })

  it.each(levelled)('does not touch the stack on what is nested deep: %s', (_, within) => {
    for (const levels of [199, 200, 201, 5_000]) {
      expect(same(nest(levels, 'a', within), nest(levels, 'a', within))).toBe(true)
      expect(same(nest(levels, 'a', within), nest(levels, 'b', within))).toBe(false)
    }
  })

  describe('values that hold themselves', () => {
    interface Node {
      name: string
      around: Array<Node>
      parent?: Node
    }
    /** A tree that knows its way up, with a leaf of this name far down. */
    const tree = (leafName: string, levels = 10): Node => {
      const root: Node = { name: 'root', around: [] }
      let here = root
      for (let i = 0; i < levels; i++) {
        const [left, right]: [Node, Node] = [
          { name: 'left', around: [], parent: here },
          { name: i === levels - 1 ? leafName : 'right', around: [], parent: here },
        ]
        here.around.push(left, right)
        here = right
      }
      return root
    }

    it('are compared to their end', () => {
      expect(same(tree('a'), tree('a'))).toBe(true)
      expect(same(tree('a'), tree('b'))).toBe(false)
      expect(differences(tree('a'), tree('a'))).toStrictEqual([])
      expect(differences(tree('a', 2), tree('b', 2)).map(({ path }) => path)).toStrictEqual([
        ['around', 1, 'around', 1, 'name'],
      ])
    })

    it.each<[string, (inner: unknown) => unknown]>([
      [
        'a set that is its member',
        (inner) => {
          const set = new Set([inner])
          return set.add(set)
        },
      ],
      [
        'a map that is its key',
        (inner) => {
          const map = new Map<unknown, unknown>([['a', inner]])
          return map.set(map, 1)
        },
      ],
      ['an instance that shows itself', (inner) => new Itself(inner)],
    ])('%s', (_, make) => {
      expect(same(make([1]), make([1]))).toBe(true)
      expect(same(make([1]), make([2]))).toBe(false)
      expect(differences(make([1]), make([1]))).toStrictEqual([])
      expect(differences(make([1]), make([2])).length).toBeGreaterThan(0)
    })

    it('twelve that all know each other take no time', () => {
      const circle = (last: number) => {
        const all: Array<{ n: number; others: Array<unknown> }> = Array.from(
          { length: 12 },
          (_, n) => ({ n: n === 11 ? last : n, others: [] }),
        )
        for (const one of all) one.others.push(...all)
        return all
      }
      expect(same(circle(11), circle(11))).toBe(true)
      expect(same(circle(11), circle(12))).toBe(false)
    })
  })
})
