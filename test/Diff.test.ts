import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { Option } from 'fp-ts/lib/Option.js'
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Change } from '../src/Diff.ts'
import type { KeyOf, Path } from '../src/internal/diff.ts'
import { diff, structural, valueAt } from '../src/Diff.ts'
import { deepFreeze } from './support/deepFreeze.ts'

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
  new Date(0),
  new Date(1),
)
const name = fc.constantFrom('a', 'b', '0', 'id')

/** Values of every kind, from few fields and few leaves, so that two of them have much in common. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(name, { maxLength: 3 }).map((names) => new Set(names)),
  ),
}))

/** Elements with an `id` are known by it. */
const byId: KeyOf = (element) =>
  typeof element === 'object' &&
  element !== null &&
  'id' in element &&
  typeof element.id === 'string'
    ? some(element.id)
    : none

const exchanged = ({ path, before, after }: Change): Change => ({
  path,
  before: after,
  after: before,
})

const written = (path: Path) => JSON.stringify(path)

const inOrder = (changes: ReadonlyArray<Change>) =>
  [...changes].sort((a, b) => (written(a.path) < written(b.path) ? -1 : 1))

/** Every path into a value, its own among them, by fields, keys and indexes. */
const places = (inside: unknown): ReadonlyArray<Path> => {
  const steps: ReadonlyArray<readonly [string | number, unknown]> = Array.isArray(inside)
    ? [...inside.entries()]
    : inside instanceof Map
      ? [...(inside as ReadonlyMap<string, unknown>)]
      : inside instanceof Set
        ? [...(inside as ReadonlySet<string>)].map((v) => [v, v] as const)
        : typeof inside === 'object' && inside !== null
          ? Object.entries(inside)
          : []
  return [[], ...steps.flatMap(([step, under]) => places(under).map((path) => [step, ...path]))]
}

const startsWith = (path: Path, start: Path) => start.every((step, i) => path[i] === step)

const pairs = fc.oneof(
  fc.tuple(value, value),
  value.map((v) => [v, structuredClone(v)] as const),
)

describe('Diff', () => {
  it('Diff 1: nothing differs between a value and itself, or a copy of it', () => {
    fc.assert(
      fc.property(value, (a) => {
        expect(diff()(a, a)).toStrictEqual([])
        expect(diff()(a, structuredClone(a))).toStrictEqual([])
        expect(diff(byId)(a, structuredClone(a))).toStrictEqual([])
      }),
    )
  })

  it('Diff 2: the other way round, before and after are exchanged', () => {
    fc.assert(
      fc.property(value, value, fc.constantFrom(undefined, byId), (a, b, keyOf) => {
        expect(inOrder(diff(keyOf)(b, a))).toStrictEqual(inOrder(diff(keyOf)(a, b).map(exchanged)))
      }),
    )
  })

  it('Diff 3: where no change is named, nor above or below, the values are the same', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const changes = diff()(a, b)
        const untouched = [...places(a), ...places(b)].filter(
          (place) =>
            !changes.some(({ path }) => startsWith(path, place) || startsWith(place, path)),
        )
        const wrong = untouched.filter(
          (place) => !isDeepStrictEqual(valueAt()(a, place), valueAt()(b, place)),
        )
        expect(wrong).toStrictEqual([])
      }),
    )
  })

  it('Diff 4: two values are equal when nothing differs, and when they look the same', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const equal = structural.equals(a, b)
        expect(equal).toBe(diff()(a, b).length === 0)
        expect(equal).toBe(isDeepStrictEqual(a, b))
      }),
    )
  })

  it('every change says what stands at its path, and that it differs', () => {
    fc.assert(
      fc.property(value, value, fc.constantFrom(undefined, byId), (a, b, keyOf) => {
        const at = valueAt(keyOf)
        const changes = diff(keyOf)(a, b)
        expect(changes).toStrictEqual(
          changes.map(({ path }) => ({ path, before: at(a, path), after: at(b, path) })),
        )
        expect(changes.filter((c) => isDeepStrictEqual(c.before, c.after))).toStrictEqual([])
        expect(new Set(changes.map(({ path }) => written(path))).size).toBe(changes.length)
      }),
    )
  })

  it('valueAt finds every place of a value, and no other', () => {
    fc.assert(
      fc.property(value, fc.array(fc.oneof(name, fc.nat({ max: 3 }))), (a, path) => {
        const all = places(a)
        expect(all.filter((place) => !isSome(valueAt()(a, place)))).toStrictEqual([])
        expect(isSome(valueAt()(a, path))).toBe(all.some((place) => isDeepStrictEqual(place, path)))
      }),
    )
  })

  it('leaves frozen values alone', () => {
    const [a, b] = deepFreeze([{ a: [{ id: 'x' }] }, { a: [{ id: 'y' }] }] as const)
    expect(diff(byId)(a, b)).toHaveLength(2)
  })

  it.each<[string, unknown, unknown, ReadonlyArray<Change>]>([
    ['one number for another', 1, 2, [{ path: [], before: some(1), after: some(2) }]],
    ['a field', { a: 1, b: 2 }, { a: 1, b: 3 }, [{ path: ['b'], before: some(2), after: some(3) }]],
    [
      'fields that come and go, in the order of the first, then of the second',
      { c: 1, a: 2 },
      { b: 3, a: 4 },
      [
        { path: ['c'], before: some(1), after: none },
        { path: ['a'], before: some(2), after: some(4) },
        { path: ['b'], before: none, after: some(3) },
      ],
    ],
    [
      'inner fields before later outer ones',
      { a: { x: 1, y: 1 }, b: 1 },
      { a: { x: 2, y: 2 }, b: 2 },
      [
        { path: ['a', 'x'], before: some(1), after: some(2) },
        { path: ['a', 'y'], before: some(1), after: some(2) },
        { path: ['b'], before: some(1), after: some(2) },
      ],
    ],
    [
      'a field that is there without a value',
      { a: undefined },
      {},
      [{ path: ['a'], before: some(undefined), after: none }],
    ],
    [
      'a field that comes without a value',
      {},
      { a: undefined },
      [{ path: ['a'], before: none, after: some(undefined) }],
    ],
    [
      'maps of which one has an object for a key',
      new Map<unknown, number>([[[], 1]]),
      new Map([['a', 1]]),
      [{ path: [], before: some(new Map([[[], 1]])), after: some(new Map([['a', 1]])) }],
    ],
    [
      'sets of which the other has an object for a member',
      new Set(['a']),
      new Set([[]]),
      [{ path: [], before: some(new Set(['a'])), after: some(new Set([[]])) }],
    ],
    [
      'elements by index',
      ['a', 'b', 'c'],
      ['b', 'c'],
      [
        { path: [0], before: some('a'), after: some('b') },
        { path: [1], before: some('b'), after: some('c') },
        { path: [2], before: some('c'), after: none },
      ],
    ],
    [
      'entries of maps',
      new Map([['a', 1]]),
      new Map([['b', 1]]),
      [
        { path: ['a'], before: some(1), after: none },
        { path: ['b'], before: none, after: some(1) },
      ],
    ],
    [
      'members of sets',
      new Set(['a', 'b']),
      new Set(['b', 'c']),
      [
        { path: ['a'], before: some('a'), after: none },
        { path: ['c'], before: none, after: some('c') },
      ],
    ],
    [
      'dates',
      { at: new Date(0), on: new Date(5) },
      { at: new Date(1), on: new Date(5) },
      [{ path: ['at'], before: some(new Date(0)), after: some(new Date(1)) }],
    ],
    ['invalid dates', new Date(NaN), new Date(NaN), []],
    ['not-a-numbers', NaN, NaN, []],
    ['zero and negative zero', 0, -0, [{ path: [], before: some(0), after: some(-0) }]],
    [
      'a date and a number',
      new Date(0),
      0,
      [{ path: [], before: some(new Date(0)), after: some(0) }],
    ],
    [
      'a number and a date',
      0,
      new Date(0),
      [{ path: [], before: some(0), after: some(new Date(0)) }],
    ],
    ['an array and an object', [], {}, [{ path: [], before: some([]), after: some({}) }]],
    ['a number and its text', 1, '1', [{ path: [], before: some(1), after: some('1') }]],
    [
      'null and undefined',
      null,
      undefined,
      [{ path: [], before: some(null), after: some(undefined) }],
    ],
    ['null and an object', null, {}, [{ path: [], before: some(null), after: some({}) }]],
    [
      'a map and a set',
      new Map(),
      new Set(),
      [{ path: [], before: some(new Map()), after: some(new Set()) }],
    ],
  ])('%s', (_, a, b, changes) => {
    expect(diff()(a, b)).toStrictEqual(changes)
  })

  describe('with names for elements', () => {
    const [x, y, z] = [
      { id: 'x', n: 1 },
      { id: 'y', n: 2 },
      { id: 'z', n: 3 },
    ]

    it('the first of three taken away is one change', () => {
      expect(diff(byId)([x, y, z], [y, z])).toStrictEqual([
        { path: ['x'], before: some(x), after: none },
      ])
    })

    it('an element is followed to its new place', () => {
      expect(diff(byId)([x, y], [{ id: 'y', n: 5 }, x])).toStrictEqual([
        { path: ['y', 'n'], before: some(2), after: some(5) },
      ])
    })

    it('an element without a name, or with one that is taken, stands at its index', () => {
      const again = { id: 'x', n: 9 }
      expect(diff(byId)([x, again, 'loose'], [x, 'loose'])).toStrictEqual([
        { path: [1], before: some(again), after: some('loose') },
        { path: [2], before: some('loose'), after: none },
      ])
      expect(valueAt(byId)([x, again], ['x'])).toStrictEqual(some(x))
      expect(valueAt(byId)([x, again], [1])).toStrictEqual(some(again))
      expect(valueAt(byId)([x, again], [0])).toStrictEqual(none)
    })

    it('a name of digits is no index', () => {
      expect(diff(byId)([{ id: '0' }], ['loose'])).toStrictEqual([
        { path: ['0'], before: some({ id: '0' }), after: none },
        { path: [0], before: none, after: some('loose') },
      ])
    })
  })

  it('negative zero is not zero, at the root as further in', () => {
    expect(structural.equals(0, -0)).toBe(false)
    expect(structural.equals([-0], [0])).toBe(false)
    expect(diff()({ a: 0 }, { a: -0 })).toStrictEqual([
      { path: ['a'], before: some(0), after: some(-0) },
    ])
  })

  it('does not look into what both values share', () => {
    const seen: Array<unknown> = []
    const differ = diff((element) => {
      seen.push(element)
      return none
    })
    const shared = [1, 2, 3]
    expect(differ({ shared, n: 1 }, { shared, n: 2 })).toHaveLength(1)
    expect(seen).toStrictEqual([])
  })

  it('keeps keys of maps apart that are written alike', () => {
    expect(diff()(new Map([[1, 'a']]), new Map([['1', 'b']]))).toStrictEqual([
      { path: [1], before: some('a'), after: none },
      { path: ['1'], before: none, after: some('b') },
    ])
    expect(valueAt()(new Map([[1, 'a']]), [1])).toStrictEqual(some('a'))
    expect(diff()(new Set([1n, 2n]), new Set([1n]))).toStrictEqual([
      { path: ['2'], before: some(2n), after: none },
    ])
    expect(diff()(new Map([[true, 1]]), new Map([[true, 2]]))).toStrictEqual([
      { path: ['true'], before: some(1), after: some(2) },
    ])
  })

  it.each<[string, unknown, unknown, string]>([
    ['big numbers', new Map([[1n, { a: 1 }]]), new Map([[1n, { a: 2 }]]), '1'],
    ['truths', new Map([[true, { a: 1 }]]), new Map([[true, { a: 2 }]]), 'true'],
    ['nothing', new Map([[null, { a: 1 }]]), new Map([[null, { a: 2 }]]), 'null'],
    ['symbols', new Map([[Symbol.iterator, { a: 1 }]]), new Map([[Symbol.iterator, { a: 2 }]]), 'Symbol(Symbol.iterator)'], // prettier-ignore
  ])('a path leads through keys that are no strings: %s', (_, before, after, step) => {
    const changes = diff()({ before }, { before: after })
    expect(changes).toStrictEqual([
      { path: ['before', step, 'a'], before: some(1), after: some(2) },
    ])
    expect(valueAt()({ before }, ['before', step, 'a'])).toStrictEqual(some(1))
    expect(valueAt()({ before }, ['before', step, 'b'])).toStrictEqual(none)
  })

  it('members that are no strings have a path, too', () => {
    expect(valueAt()(new Set([1n, 2n]), ['2'])).toStrictEqual(some(2n))
    expect(valueAt()(new Set([1n, 2n]), ['3'])).toStrictEqual(none)
    expect(valueAt()(new Set([1n]), [1])).toStrictEqual(none)
  })

  it('maps in which one path would lead to two places differ as a whole', () => {
    const rows: ReadonlyArray<readonly [unknown, unknown]> = [
      [new Map<unknown, number>([[1n, 1], ['1', 1]]), new Map<unknown, number>([[1n, 2], ['1', 1]])],
      [new Map([[true, 1]]), new Map([['true', 1]])],
      [new Set([1n]), new Set(['1'])],
      [new Set([Symbol('a')]), new Set([Symbol('a')])],
    ] // prettier-ignore
    for (const [before, after] of rows) {
      const whole = { path: ['x'], before: some(before), after: some(after) }
      expect(diff()({ x: before }, { x: after })).toStrictEqual([whole])
      expect(valueAt()({ x: before }, ['x'])).toStrictEqual(some(before))
    }
    const map = new Map<unknown, number>([[1n, 1], ['1', 2]]) // prettier-ignore
    expect(diff()(map, new Map(map))).toHaveLength(1)
  })

  it('parts that are shared over and over are entered a thousand times, and then told as a whole', () => {
    const shared = (levels: number, inner: unknown) =>
      Array.from({ length: levels }).reduce((under) => ({ a: under, b: under }), inner)
    const [one, other] = [shared(50, [1]), shared(50, [2])]
    expect(diff()(one, shared(50, [1]))).toHaveLength(0)
    const changes = diff()(one, other)
    expect(changes[0]?.path).toStrictEqual([...Array.from({ length: 50 }, () => 'a'), 0])
    expect(changes.at(-1)?.path).toStrictEqual(['b'])
    const stands = (value: unknown, path: Path, part: Option<unknown>) => {
      const found = valueAt()(value, path)
      return isSome(found) && isSome(part) && found.value === part.value
    }
    expect(
      changes.filter((c) => !stands(one, c.path, c.before) || !stands(other, c.path, c.after)),
    ).toHaveLength(0)
  })

  it('compares instances of classes by class and fields', () => {
    class Line {
      readonly n: number
      constructor(n: number) {
        this.n = n
      }
    }
    expect(diff()(new Line(1), new Line(1))).toStrictEqual([])
    expect(diff()(new Line(1), new Line(2))).toHaveLength(1)
    expect(diff()(new Line(1), { n: 1 })).toStrictEqual([
      { path: [], before: some(new Line(1)), after: some({ n: 1 }) },
    ])
    const bare: unknown = Object.assign(Object.create(null) as object, { n: 1 })
    expect(diff()(bare, { n: 1 })).toStrictEqual([])
    expect(diff()(Object.create(null), {})).toStrictEqual([])
  })

  it.each<[string, () => unknown]>([
    ['an address', () => new URL('http://a')],
    ['an error', () => new Error('a')],
    ['a set that holds objects', () => new Set([{ a: 1 }])],
    ['a map with objects for keys', () => new Map([[{ a: 1 }, 1]])],
  ])('takes what it can not look into for the same as itself alone: %s', (_, make) => {
    const [one, other] = [make(), make()]
    expect(diff()({ one }, { one })).toStrictEqual([])
    expect(diff()({ one }, { one: other })).toStrictEqual([
      { path: ['one'], before: some(one), after: some(other) },
    ])
  })

  it('finds its way out of values that hold themselves', () => {
    const ring = (last: number) => {
      const first: { n: number; next: unknown } = { n: 0, next: undefined }
      first.next = { n: 1, next: { n: last, next: first } }
      return first
    }
    expect(diff()(ring(2), ring(2))).toStrictEqual([])
    expect(diff()(ring(2), ring(3))).toStrictEqual([
      { path: ['next', 'next', 'n'], before: some(2), after: some(3) },
    ])
    const [one, two]: [{ n: number; next?: unknown }, unknown] = [
      { n: 0 },
      { n: 0, next: { n: 1, next: { n: 0 } } },
    ]
    one.next = one
    const changes: ReadonlyArray<Change> = [
      { path: ['next', 'n'], before: some(0), after: some(1) },
      { path: ['next', 'next', 'next'], before: some(one), after: none },
    ]
    expect(diff()(one, two)).toStrictEqual(changes)
    expect(diff()(two, one)).toStrictEqual(changes.map(exchanged))
    // what stands in two places differs in two
    const shared = { a: 1 }
    expect(diff()([shared, shared], [{ a: 2 }, { a: 2 }])).toHaveLength(2)
  })

  it('does not touch the stack on values nested two thousand deep', () => {
    const nest = (inner: unknown) =>
      Array.from({ length: 2_000 }).reduce((under: unknown) => ({ under }), inner)
    expect(diff()(nest(1), nest(2))).toHaveLength(1)
    expect(structural.equals(nest(1), nest(1))).toBe(true)
  })
})
