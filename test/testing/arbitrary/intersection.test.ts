import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { date, where } from '../../../src/codec/IoTs.ts'
import { freeze } from '../../../src/codec/internal/json.ts'
import { deriveFrom } from '../../../src/testing/arbitrary/derive.ts'
import type { AnyType } from '../../codec/types.ts'
import { recursion, strictClass } from '../../codec/types.ts'

type Options = Parameters<typeof deriveFrom>[1]

const sample = (type: AnyType, options: Options = {}): ReadonlyArray<unknown> => {
  const derived = deriveFrom(type, options)
  if (derived._tag === 'Left') throw new Error(derived.left.reason)
  return fc.sample(derived.right, { numRuns: 100, seed: 1 })
}

/** Why there is no generator. */
const told = (type: AnyType, options: Options = {}) => {
  const derived = deriveFrom(type, options)
  if (derived._tag === 'Right') return 'made'
  const { kind, path, name, reason } = derived.left
  return `${kind}, ${path}${path === '' ? '' : ' '}${name}: ${reason}`
}

const text = (value: unknown) => {
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : undefined
  fields?.sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(fields === undefined ? value : Object.fromEntries(fields))
}

/** The different values, as text. */
const distinct = (type: AnyType, options: Options = {}) =>
  [...new Set(sample(type, options).map(text))].sort().join(' ')

// io-ts itself does not count them among them
const never = t.never as unknown as AnyType
const fn = t.Function as unknown as AnyType

const both = (...types: [AnyType, AnyType, ...Array<AnyType>]): AnyType =>
  new t.IntersectionType(
    types.map(({ name }) => name).join(' & '),
    (u): u is unknown => types.every((type) => type.is(u)),
    t.intersection(types as [AnyType, AnyType]).validate,
    t.intersection(types as [AnyType, AnyType]).encode,
    types,
  )

const a = t.type({ a: t.literal(1) }, 'a')
const b = t.partial({ b: t.literal(2) }, 'b')
const other: t.StringC = where(
  t.string,
  (key) => key.startsWith('x'),
  'like "xa"',
) as unknown as t.StringC
const one = t.literal(1)
const two = t.literal(2)
const n = t.type({ n: t.number }, 'n')
const nOne = t.type({ n: one }, 'n one')
const isExample = (value: unknown) => value === 'AB-1'
const k = (name: string) => t.type({ k: t.literal(name) }, name)
const endless = recursion('Endless', (self) => t.type({ next: self }))

describe('values that fit several types', () => {
  it.each<[string, AnyType, string]>([
    ['have the fields of each', both(a, b), '{"a":1,"b":2} {"a":1}'],
    ['have fields that fit each', both(a, t.type({ a: t.union([one, two]) })), '{"a":1}'],
    ['need what one of them needs', both(b, t.type({ b: t.number })), '{"b":2}'],
    ['have what one may have and another must', both(t.type({ b: t.number }), b), '{"b":2}'],
    ['may be any object besides', both(t.UnknownRecord, t.object, a, t.unknown, t.any), '{"a":1}'],
    ['are one of both unions', both(t.union([one, two]), t.union([two, t.literal(3)])), '2'],
    [
      'are members of unions',
      both(t.union([k('x'), k('y')]), a),
      '{"a":1,"k":"x"} {"a":1,"k":"y"}',
    ],
    [
      'leave out members that exclude each other',
      both(t.union([k('x'), k('y')]), k('y')),
      '{"k":"y"}',
    ],
    ['are in a wrapper', t.exact(t.intersection([a, t.readonly(b)])), '{"a":1,"b":2} {"a":1}'],
    [
      'are in two',
      both(both(a, b), t.type({ c: t.null })),
      '{"a":1,"b":2,"c":null} {"a":1,"c":null}',
    ],
    [
      'are in a type that is defined as both',
      recursion('R', () => both(a, k('x'))),
      '{"a":1,"k":"x"}',
    ],
    ['are narrowed', where(both(a, b), (value) => 'b' in value, 'with b'), '{"a":1,"b":2}'],
    [
      'are narrowed inside',
      both(
        where(a, () => true, 'any'),
        b,
      ),
      '{"a":1,"b":2} {"a":1}',
    ],
    ['are leaves', both(t.union([one, t.literal('x')]), t.number), '1'],
    ['are nothing but what is asked', both(t.unknown, one), '1'],
    ['are of one type twice', both(one, one), '1'],
    [
      'leave out what two types want to be different',
      both(a, t.partial({ x: one }), t.partial({ x: two })),
      '{"a":1}',
    ],
    ['leave out what can not be', both(a, t.partial({ c: never })), '{"a":1}'],
    ['leave out what has no end', both(a, t.partial({ c: endless })), '{"a":1}'],
    ['have the named keys of a record', both(a, t.record(t.keyof({ x: 1 }), two)), '{"a":1,"x":2}'],
    ['have no key of a record that can not be', both(a, t.record(other, never)), '{"a":1}'],
    [
      'have no key of a record that has none',
      both(a, t.record(date as unknown as t.StringC, one)),
      '{"a":1}',
    ],
    ['are as one type says', t.type({ a: one, b: two }), '{"a":1,"b":2}'],
    ['narrow a field in two', both(both(a, n), nOne), '{"a":1,"n":1}'],
    ['narrow a field in what is not to be changed', both(t.readonly(n), nOne), '{"n":1}'],
    ['narrow a field in what is exact', both(t.exact(n), nOne), '{"n":1}'],
    [
      'narrow a field in what is defined',
      both(
        recursion('R', () => n),
        nOne,
      ),
      '{"n":1}',
    ],
    ['narrow a field in a member', both(t.readonly(t.union([n, t.null])), nOne), '{"n":1}'],
    [
      'narrow a field in what is narrowed',
      both(
        where(both(n, t.UnknownRecord), () => true, 'any'),
        nOne,
      ),
      '{"n":1}',
    ],
    ['narrow a field of a strict class', both(strictClass({ n: t.number }), nOne), '{"n":1}'],
    ['narrow a named key', both(t.record(t.keyof({ n: 1 }), t.number), nOne), '{"n":1}'],
    ['are as an example says', both(where(t.string, isExample, 'like "AB-1"'), t.string), '"AB-1"'],
    [
      'are as an example of a member says',
      both(where(t.union([k('x'), t.string]), isExample, 'like "AB-1"'), t.string),
      '"AB-1"',
    ],
    [
      'are in a union that has itself as a member',
      both(
        t.number,
        recursion('R', (self) => t.union([one, self])),
      ),
      '1',
    ],
  ])('%s', (_, type, values) => {
    expect(distinct(type)).toBe(values)
  })

  it('have the keys of records besides, of which each has what its record says', () => {
    const type = both(a, b, t.record(t.string, t.union([one, two])), t.record(t.string, t.number))
    const values = sample(type).map((value) => Object.entries(Object(value)))
    const more = values.map((fields) => fields.filter(([key]) => key !== 'a' && key !== 'b'))
    expect(new Set(more.map(({ length }) => length))).toStrictEqual(new Set([0, 1, 2, 3, 4]))
    expect(new Set(more.flat().map(([, value]) => value))).toStrictEqual(new Set([1, 2]))
    expect(new Set(values.flat().flatMap(([key, n]) => (key === 'b' ? [n] : [])))).toStrictEqual(
      new Set([2]),
    )
    const records = both(t.record(t.string, t.number), t.record(t.string, one))
    expect(Math.max(...sample(records).map((value) => Object.keys(Object(value)).length))).toBe(4)
  })

  it('have no keys but those that each record has in its domain', () => {
    const early = where(t.string, (key) => key < 'n', 'early') as unknown as t.StringC
    const keys = (type: AnyType, options: Options = {}) =>
      new Set(sample(type, options).flatMap((value) => Object.keys(Object(value))))
    const drawn = keys(both(a, t.record(t.string, t.number), t.record(early, one)))
    expect([...drawn].filter((key) => key >= 'n')).toStrictEqual([])
    expect(drawn.size).toBeGreaterThan(20)
    expect(keys(both(a, t.record(other, one), t.record(t.string, t.number)))).toStrictEqual(
      new Set(['a', 'xa']),
    )
  })

  it('have keys of records where one key in ten is in the domain of each', () => {
    let next = 0
    const tens = (every: number) => {
      next = 0
      const domain = where(t.string, (key) => Number(key) % every === 0, 'tens')
      const type = both(t.record(t.string, one), t.record(domain as unknown as t.StringC, one))
      return distinct(type, { given: [['(key)', fc.constant(0).map(() => `${next++}`)]] })
    }
    expect([tens(10) === '{}', tens(11)]).toStrictEqual([false, '{}'])
  })

  it('have what records say in the fields of others', () => {
    const given = [['(key)', fc.constant('z')]] as const
    const ones = t.record(t.string, one)
    expect(distinct(both(n, ones), { given })).toBe('{"n":1,"z":1} {"n":1}')
    expect(distinct(both(t.partial({ n: t.number }), ones), { given })).toBe(
      '{"n":1,"z":1} {"n":1} {"z":1} {}',
    )
  })

  it('are plain objects', () => {
    const prototypes = [a, both(a, b), both(a, t.record(t.string, one))].flatMap((type) =>
      sample(type).map((value) => Object.getPrototypeOf(value)),
    )
    expect(new Set(prototypes)).toStrictEqual(new Set([Object.prototype]))
  })

  it('take no key of a record that is a field already', () => {
    const type = both(b, t.record(t.string, t.number))
    const from = (...names: ReadonlyArray<string>) =>
      distinct(type, {
        given: [
          ['(key)', fc.constantFrom(...names)],
          ['*', fc.constant(3)],
        ],
      })
    expect(from('b')).toBe('{"b":2} {}')
    expect(from('b', 'c')).toBe('{"b":2,"c":3} {"b":2} {"c":3} {}')
  })

  it('are what is given for one of them, over the fields of the others', () => {
    const c = t.type({ c: t.number }, 'c')
    expect(distinct(both(a, c), { given: [[c, fc.constant({ c: 9 })]] })).toBe('{"a":1,"c":9}')
    expect(distinct(both(a, c), { given: [['c', fc.constantFrom({ c: 9 }, 9)]] })).toBe(
      '{"a":1,"c":9}',
    )
    const hardly = 'the generator given for it makes hardly any of its values'
    expect(told(both(a, c), { given: [[c, fc.constant(9)]] })).toBe(`Unsupported, c: ${hardly}`)
  })

  it('are what is given for a union, and none of its members else', () => {
    const union = t.union([k('x'), k('y')])
    const given = [[union, fc.constant({ k: 'x' })]] as const
    expect(distinct(both(a, union), { given })).toBe('{"a":1,"k":"x"}')
  })

  it('fit in each field by itself, where all fields at once would hardly ever', () => {
    const digit = t.type({ digit: t.union([one, two, t.literal(3), t.literal(4), t.literal(5)]) })
    const first = where(digit, (value) => value.digit === 1, 'first')
    const type = both(t.type({ p: first, q: first }), t.type({ p: t.type({}), q: t.type({}) }))
    expect(distinct(type)).toBe('{"p":{"digit":1},"q":{"digit":1}}')
  })

  it('are tried among what such values often are, if what each makes does not fit the others', () => {
    const from = where(t.number, (n) => n >= 2_000, 'from')
    const to = where(t.number, (n) => n <= 2_100, 'to')
    const given = [
      [from, fc.constant(9_000)],
      [to, fc.constant(0)],
    ] as const
    const years = sample(both(from, to, t.Int), { given })
    expect(new Set(years).size).toBeGreaterThan(50)
    expect(years.filter((year) => !from.is(year) || !to.is(year))).toStrictEqual([])
  })

  it('shrink to the simplest alternative', () => {
    const type = both(a, t.union([t.type({ x: one, y: one }), t.type({ z: one })]))
    const derived = deriveFrom(type, {})
    if (derived._tag === 'Left') throw new Error(derived.left.reason)
    const never = fc.property(derived.right, () => false)
    const { counterexample } = fc.check(never, { seed: 1, endOnFailure: false })
    expect(counterexample).toStrictEqual([{ a: 1, z: 1 }])
  })

  const events = (n: number, fields: t.Props) =>
    Array.from({ length: n }, (_, i) => t.type({ type: t.literal(`E${i}`), ...fields }))
  const union = ([x = a, y = a, ...more]: ReadonlyArray<AnyType>) => t.union([x, y, ...more])
  const codes = Array.from({ length: 40 }, (_, i) => t.literal(`c${i}`))
  const kinds = (type: AnyType, key: string) => {
    const derived = deriveFrom(type, {})
    const values =
      derived._tag === 'Right' ? fc.sample(derived.right, { numRuns: 2_000, seed: 1 }) : []
    return new Set(values.map((value) => Reflect.get(Object(value), key))).size
  }

  it.each<[string, number, AnyType, string]>([
    ['are of each member of a long union', 50, both(a, union(events(50, { n: one }))), 'type'],
    [
      'are of each member that two long unions have in common',
      20,
      both(union(events(25, { n: one })), union(events(20, { m: one }).toReversed())),
      'type',
    ],
    [
      'are of each member that has more than one type itself',
      20,
      both(
        union(events(20, { n: one })),
        union(
          events(20, { m: one })
            .map((event) => t.intersection([b, event]))
            .toReversed(),
        ),
      ),
      'type',
    ],
    [
      'are each literal that two unions have in common',
      2,
      t.type({ x: both(union(codes), union(codes.slice(30, 32))) }),
      'x',
    ],
    [
      'are of each member that may lack what another must have',
      40,
      both(union(codes.map((x) => t.partial({ x }))), union(codes.map((x) => t.type({ x })))),
      'x',
    ],
  ])('%s', (_, n, type, key) => {
    expect(kinds(type, key)).toBe(n)
  })

  it('are tried in 128 combinations, of which each alternative is in some', () => {
    const bits = Array.from({ length: 9 }, (_, i) => `k${i}`)
    const [x = a, y = a, ...more] = bits.map((key) =>
      t.union([t.type({ [key]: one }), t.type({ [key]: two })]),
    )
    const type = both(x, y, ...more)
    const derived = deriveFrom(type, {})
    if (derived._tag === 'Left') throw new Error(derived.left.reason)
    const values = fc.sample(derived.right, { numRuns: 1_000, seed: 1 })
    expect(new Set(values.map(text)).size).toBe(128)
    const kindsOf = (key: string) => new Set(values.map((value) => Reflect.get(Object(value), key)))
    expect(bits.map((key) => kindsOf(key).size)).toStrictEqual(bits.map(() => 2))
  })

  it('have fields that are never absent where decoding fills them in, or where all objects have them', () => {
    const validate: t.Validate<unknown, number> = (u, c) =>
      t.success(u === undefined ? 10 : Number(u))
    const filled = new t.Type<number, unknown>('filled', t.number.is, validate, t.identity)
    const type = t.partial({ filled, constructor: one, maybe: t.undefined, other: one })
    for (const value of sample(type)) expect(type.decode(value)).toStrictEqual(E.right(value))
    const keys = new Set(
      sample(type).flatMap((value) => [Object.keys(Object(value)).sort().join()]),
    )
    expect([...keys].sort()).toStrictEqual([
      'constructor,filled',
      'constructor,filled,maybe',
      'constructor,filled,maybe,other',
      'constructor,filled,other',
    ])
  })

  it('are as deep as recursive types are unfolded, those that are unfolded together as once', () => {
    const list = (key: string) =>
      recursion(key, (self) => t.intersection([t.type({ [key]: one }), t.partial({ next: self })]))
    const depth = (value: unknown): number =>
      typeof value === 'object' && value !== null && 'next' in value ? 1 + depth(value.next) : 1
    const together = both(list('x'), list('y'))
    const deepest = (type: AnyType, unfoldings: number) =>
      Math.max(...sample(type, { depth: unfoldings }).map(depth))
    expect([1, 2, 3].map((times) => deepest(together, times))).toStrictEqual([1, 2, 3])
    expect([1, 2, 3].map((times) => deepest(list('x'), times))).toStrictEqual([1, 2, 3])
    expect(told(together, { depth: 0 })).toBe('made')
    expect(distinct(both(t.exact(n), nOne), { depth: 0 })).toBe('{"n":1}')
    const pair = recursion('Pair', (self) => t.type({ x: one, next: t.union([t.null, self]) }))
    const ends = both(pair, list('y'), t.type({ next: t.union([t.null, t.record(other, one)]) }))
    expect(told(ends)[0]).toBe('T')
  })

  it('survive JSON, also where another member takes them as they are', () => {
    const type = both(a, t.union([t.unknown, t.type({ at: date })]))
    expect(
      sample(type).filter((value) => freeze(type.encode(value))._tag === 'Left'),
    ).toStrictEqual([])
  })
})

describe('types that hardly anything fits', () => {
  const nothing = 'no value was found that fits all of it'
  const functions = 'functions cannot be generated, and no store keeps them'

  it.each<[AnyType, string]>([
    [
      both(t.type({ a: t.string }), t.type({ a: t.number })),
      `Contradiction, a string & number: ${nothing}`,
    ],
    [both(one, two), `Never, 1 & 2: ${nothing}`],
    [
      both(
        k('x'),
        where(t.type({ k: t.string }), () => false, 'no'),
      ),
      `Contradiction, x & no: ${nothing}`,
    ],
    // a field that one of them may leave out, the other has
    [both(k('x'), t.partial({ k: t.literal('y') }, 'Y')), `Never, x & Y: ${nothing}`],
    [both(t.partial({ k: t.literal('y') }, 'Y'), k('x')), `Never, Y & x: ${nothing}`],
    [
      both(
        a,
        recursion('Itself', (self) => self),
      ),
      'TooDeep, Itself: it has no finite values',
    ],
    [t.type({ in: both(a, t.type({ x: never })) }), 'Never, in.x never: it has no values'],
    [
      both(
        t.UnknownArray,
        recursion('Itself', (self) => self),
      ),
      'TooDeep, Itself: it has no finite values',
    ],
    [
      both(
        recursion('Chain', (self) => t.intersection([a, t.partial({ next: self })])),
        recursion('List', (self) => t.type({ next: t.union([t.null, self]) })),
      ),
      'TooDeep, next.next.next Chain: it has no finite values',
    ],
    [
      both(
        a,
        recursion('R', (self) => where(self, () => true, 'any')),
      ),
      'TooDeep, R: it has no finite values',
    ],
    [both(t.unknown, t.any), 'made'],
    [
      both(a, t.union([t.type({ a: t.string }), t.type({ f: fn })])),
      `Unsupported, f Function: ${functions}`,
    ],
    [both(a, t.partial({ f: fn })), `Unsupported, f Function: ${functions}`],
    [both(a, t.type({ f: t.union([fn, t.null]) })), `Unsupported, f Function: ${functions}`],
    [both(a, t.record(other, fn)), `Unsupported, * Function: ${functions}`],
    [
      both(a, t.union([t.type({ a: two }), t.type({ f: fn })])),
      `Unsupported, f Function: ${functions}`,
    ],
    [
      both(a, t.union([t.type({ f: fn }), t.type({ e: endless })])),
      'TooDeep, e.next.next.next Endless: it has no finite values',
    ],
    [
      both(a, t.union([t.type({ n: never }), t.type({ a: two })])),
      'Never, n never: it has no values',
    ],
    [
      t.type({ ['__proto__']: t.string }),
      'Unsupported, __proto__ __proto__: no store keeps such a field',
    ],
  ])('say why there is no generator, if there is none: %#', (type, why) => {
    expect(told(type)).toBe(why)
  })
})
