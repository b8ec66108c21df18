import fc from 'fast-check'
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Codec } from '../../src/codec/Codec.ts'
import { tagged } from '../../src/codec/Codec.ts'
import { eventCodecOf as codecOfEvents } from '../../src/codec/EventCodec.ts'
import { bigint, codec, date, where } from '../../src/codec/IoTs.ts'
import { freeze } from '../../src/codec/internal/json.ts'
import { next } from '../../src/codec/EventCodec/upcast.ts'
import { diff, structural } from '../../src/Diff.ts'
import { orderCommandCodec, orderEventCodec } from '../../src/order/codec.ts'
import type { OrderCommand, OrderEvent } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import {
  arbitrary,
  nearMisses,
  nearMissesOfEvents,
  tryArbitrary,
} from '../../src/testing/arbitrary.ts'
import { tryNearMisses } from '../../src/testing/arbitrary/nearMisses.ts'
import type { AnyType, Spec } from '../codec/types.ts'
import { allParts, recursion, spec, transforms, typeOf } from '../codec/types.ts'
import { runs } from '../setup.ts'
import { drawUntil, sameDraws } from '../support/draws.ts'

const decider = orderDecider()

const sample = <A>(from: fc.Arbitrary<A>, numRuns: number): ReadonlyArray<A> =>
  fc.sample(from, { numRuns, seed: Number(fc.readConfigureGlobal().seed) })

const isNarrowed = ({ kind }: Spec) => kind === 'where' || kind === 'refinement' || kind === 'brand'

/** Whether decoding fills in a field that is missing. */
const fillsIn = (part: Spec): boolean => {
  switch (part.kind) {
    case 'type':
      return Object.values(part.fields).some((field) => typeOf(field).is(undefined))
    case 'list':
    case 'chain':
      return typeOf(part.of).is(undefined)
    default:
      return false
  }
}

/** What nothing stands in the way of: no two types at once, no predicate, no member that changes. */
const isPlain = (one: Spec): boolean => {
  const parts = allParts(one)
  const strips = ['exact', 'strict', 'keys', 'domain']
  // no field is filled in where it has to fit all fields
  const breaks = parts.some(fillsIn) && parts.some(({ kind }) => kind === 'record')
  const alters = parts.some(({ kind }) => strips.includes(kind)) || breaks || transforms(one)
  const unions = parts.some(({ kind }) => kind === 'union' || kind === 'tree')
  return (
    !parts.some((part) => part.kind === 'intersection' || isNarrowed(part)) && !(unions && alters)
  )
}

const isLeaf = (one: Spec, ...names: ReadonlyArray<string>): boolean =>
  one.kind === 'leaf' && names.includes(one.leaf)

/** Fields, elements and leaves. */
const isProduct = (one: Spec): boolean =>
  allParts(one).every(
    (part) =>
      !['union', 'intersection', 'list', 'tree', 'chain'].includes(part.kind) &&
      (!isNarrowed(part) || ('of' in part && part.of.kind === 'leaf')),
  )

const holds = (type: AnyType, value: unknown): void => {
  expect(type.is(value)).toBe(true)
  decodesTo(type, type.encode(value), value)
}

/** Matchers of the test runner's would take a field `constructor` for the class. */
const decodesTo = (type: AnyType, input: unknown, value: unknown): void => {
  const decoded = type.decode(input)
  expect(isRight(decoded) && structural.equals(decoded.right, value)).toBe(true)
}

describe('laws', () => {
  it('law 1: what is generated for a random type is decoded to itself', async () => {
    let derived = 0
    let all = 0
    const property = fc.property(spec, (one) => {
      const type = typeOf(one)
      const made = tryArbitrary(type)
      all++
      if (isPlain(one)) expect(made._tag).toBe('Right')
      if (isLeft(made)) return
      derived++
      for (const value of sample(made.right, 15)) holds(type, value)
    })
    await drawUntil(
      () => all >= 60,
      (seed) => fc.assert(property, { numRuns: runs(150), seed }),
    )
    expect(derived / all).toBeGreaterThan(0.5)
  })

  it('law 2: and so is what it shrinks to', () => {
    fc.assert(
      fc.property(spec, fc.nat(), (one, someSeed) => {
        const type = typeOf(one)
        const made = tryArbitrary(type)
        if (isLeft(made)) return
        const seen: Array<unknown> = []
        const failing = fc.property(made.right, (value) => {
          seen.push(value)
          return false
        })
        fc.check(failing, { seed: someSeed })
        expect(seen).not.toHaveLength(0)
        for (const value of seen) holds(type, value)
      }),
      { numRuns: runs(40) },
    )
  })

  it('law 3: and survives JSON text', () => {
    const storable = spec.filter((one) => !allParts(one).some((part) => isLeaf(part, 'undefined')))
    fc.assert(
      fc.property(storable, (one) => {
        const type = typeOf(one)
        const made = tryArbitrary(type)
        if (isLeft(made)) return
        for (const value of sample(made.right, 15)) {
          const encoded: unknown = type.encode(value)
          expect(freeze(encoded)._tag).toBe('Right')
          const stored: unknown = JSON.parse(JSON.stringify(encoded))
          decodesTo(type, stored, value)
        }
      }),
      { numRuns: runs(150) },
    )
  })

  it('law 4: a near miss is rejected, and differs from valid data in one place', async () => {
    let found = 0
    const property = fc.property(spec, (one) => {
      const type = typeOf(one)
      const made = tryNearMisses(type)
      if (isLeft(made)) return
      for (const { input, valid, path } of sample(made.right, 15)) {
        found++
        expect(codec(type).decode(input)._tag).toBe('Left')
        expect(codec(type).decode(valid)._tag).toBe('Right')
        const changes = diff()(valid, input)
        expect(changes).not.toHaveLength(0)
        for (const change of changes) {
          expect(change.path.slice(0, path.length)).toStrictEqual(path)
        }
      }
    })
    await drawUntil(
      () => found > 200,
      (seed) => fc.assert(property, { numRuns: runs(150), seed }),
    )
  })

  it('law 5: where the type is a product, its issues lie where the fault is', () => {
    fc.assert(
      fc.property(spec.filter(isProduct), (one) => {
        const { decode } = codec(typeOf(one))
        const made = tryNearMisses(typeOf(one))
        if (isLeft(made)) return
        for (const { input, path } of sample(made.right, 15)) {
          const decoded = decode(input)
          expect(decoded._tag).toBe('Left')
          for (const issue of isLeft(decoded) ? decoded.left : []) {
            expect(issue.path.slice(0, path.length)).toStrictEqual(path)
          }
        }
      }),
      { numRuns: runs(120) },
    )
  })
})

interface Tree {
  readonly value: number
  readonly children: ReadonlyArray<Tree>
}
const Tree: t.Type<Tree> = t.recursion('Tree', (self) =>
  t.type({ value: t.number, children: t.readonlyArray(self) }),
)

interface Ping {
  readonly pong: Pong | null
}
interface Pong {
  readonly ping: Ping
}
const Ping: t.Type<Ping> = t.recursion('Ping', () => t.type({ pong: t.union([Pong, t.null]) }))
const Pong: t.Type<Pong> = t.recursion('Pong', () => t.type({ ping: Ping }))

// io-ts itself does not count it among them
const never = t.never as unknown as AnyType

const Endless: AnyType = recursion('Endless', (self) => t.type({ next: self }))

const depthOf = ({ children }: Tree): number => 1 + Math.max(0, ...children.map(depthOf))

describe('types that need no help', () => {
  const even = where(t.number, (n) => n % 2 === 0, 'an even number')
  const types: ReadonlyArray<readonly [string, AnyType]> = [
    ['void', t.void],
    ['any', t.any],
    ['object', t.object],
    ['UnknownArray', t.UnknownArray],
    ['native bigint', t.bigint],
    ['date', date],
    ['bigint', bigint],
    ['even', even],
    ['an even safe integer', t.brand(t.refinement(even, Number.isSafeInteger), (n): n is t.Branded<number, { readonly E: symbol }> => n > 0, 'E')], // prettier-ignore
    ['a percentage', where(t.number, (n) => n >= 0 && n <= 1, 'a share')],
    ['an example in quotes', where(t.string, (s) => /^[A-Z]{2}\d{4}$/.test(s), 'an id like "AB1234"')], // prettier-ignore
    ['in single quotes', where(t.string, (s) => /^\d\d\/\d\d$/.test(s), "as '10/24'")],
    ['a well-known form', where(t.string, (s) => /^[^@\s]+@[^@\s]+\.\w+$/.test(s), 'mail')],
    ['a range in order', where(t.type({ from: t.number, to: t.number }), ({ from, to }) => from <= to, 'Range')], // prettier-ignore
    ['a literal domain', t.record(t.union([t.literal('a'), t.literal('b')]), t.number)],
    ['tagged union', t.union([t.type({ tag: t.literal('A'), at: date }), t.type({ tag: t.literal('B'), n: bigint })])], // prettier-ignore
    ['intersection field by field', t.intersection([t.type({ a: t.string, n: t.number }), t.partial({ b: date }), t.type({ n: even })])], // prettier-ignore
    ['intersection with a union', t.intersection([t.type({ id: t.string }), t.union([t.type({ k: t.literal(1) }), t.type({ k: t.literal(2), z: date })])])], // prettier-ignore
    ['intersection with a record', t.intersection([t.record(t.string, t.union([t.string, t.number])), t.type({ n: t.number })])], // prettier-ignore
    ['intersection with a narrower record', t.intersection([t.record(t.string, t.literal('x')), t.type({ a: t.string })])], // prettier-ignore
    ['intersection of tags that exclude each other', t.intersection([t.union([t.type({ k: t.literal('a') }), t.type({ k: t.literal('b') })]), t.union([t.type({ k: t.literal('b') }), t.type({ k: t.literal('c') })])])], // prettier-ignore
    ['intersection of numbers', t.intersection([t.Int, even])],
    ['intersection with unknown', t.intersection([t.unknown, t.type({ a: t.string }), t.UnknownRecord])], // prettier-ignore
    ['exact of an intersection', t.exact(t.intersection([t.type({ a: t.string }), t.partial({ b: t.string })]))], // prettier-ignore
    ['tree', Tree],
    ['mutual recursion', Pong],
    ['a field that can not be', t.partial({ a: never, b: t.string })],
    ['a list that can only be empty', t.array(never)],
    ['a record that can only be empty', t.record(t.string, never)],
    ['a member that can not be', t.union([never, t.string])],
    ['strict class', new t.StrictType('S', (u): u is object => typeof u === 'object', t.success, t.identity, { a: t.string })], // prettier-ignore
  ]

  it.each(types)('%s', (_, type) => {
    const values = sample(arbitrary(type), 100)
    expect(values).toHaveLength(100)
    for (const value of values) expect(type.is(value)).toBe(true)
    if (type instanceof t.StrictType) return
    for (const value of values) holds(type, value)
  })

  it('unfolds a recursive type as often as it is told', () => {
    const deepest = (depth: number) =>
      Math.max(...fc.sample(arbitrary(Tree, { depth }), { numRuns: 200, seed: 1 }).map(depthOf))
    expect([1, 2, 4].map(deepest)).toEqual([1, 2, 4])
  })

  it('spreads over what breaks programs', () => {
    // what is rare may be missing from some thousands of values: one seed stands for all
    const drawn = <A>(from: fc.Arbitrary<A>, numRuns: number) =>
      fc.sample(from, { numRuns, seed: 1 })
    const texts = new Set(drawn(arbitrary(t.string), 2_000))
    for (const odd of ['', ' ', '__proto__', 'constructor', '\ud800', 'a\0b']) {
      expect(texts).toContain(odd)
    }
    const numbers = drawn(arbitrary(t.number), 20_000)
    for (const odd of [0, -1, 0.5, 2 ** 53 - 1, 2 ** 53, Number.MAX_VALUE]) {
      expect(numbers).toContain(odd)
    }
    expect(numbers.filter((n) => !Number.isFinite(n) || Object.is(n, -0))).toEqual([])
    const keys = drawn(arbitrary(t.record(t.string, t.null)), 2_000).flatMap(Object.keys)
    for (const odd of ['', 'constructor']) expect(keys).toContain(odd)
    expect(keys).not.toContain('__proto__')
    const partial = t.partial({ a: t.null })
    expect(new Set(drawn(arbitrary(partial), 50).map((value) => 'a' in value)).size).toBe(2)
  })

  it('reaches both ends of a range', () => {
    const discount = where(t.number, (n) => Number.isInteger(n) && n >= 0 && n <= 10_000, 'd')
    const values = fc.sample(arbitrary(discount), { numRuns: 500, seed: 1 })
    expect([Math.min(...values), Math.max(...values)]).toEqual([0, 10_000])
  })
})

describe('types that need a generator', () => {
  sameDraws()

  class Point {
    readonly x: number
    constructor(x: number) {
      this.x = x
    }
  }
  const point = new t.Type<Point, number>(
    'Point',
    (u): u is Point => u instanceof Point,
    (u, context) => (typeof u === 'number' ? t.success(new Point(u)) : t.failure(u, context)),
    ({ x }) => x,
  )
  const rare = where(t.number, (n) => n === 4_711.5, 'rare')

  const unsupported: ReadonlyArray<readonly [AnyType, string, string, RegExp]> = [
    [t.Function, '', 'Function', /functions/],
    [t.type({ lines: t.array(t.type({ price: rare })) }), 'lines[].price', 'rare', /hardly any/],
    [t.type({ at: t.tuple([t.null, point]) }), 'at[1]', 'Point', /structure is unknown/],
    [t.record(t.string, t.partial({ p: point })), '*.p', 'Point', /structure is unknown/],
    [t.record(rare as unknown as t.StringC, t.null), '(key)', 'rare', /hardly any/],
    [t.record(date as unknown as t.StringC, t.null), '', date.name, /not keys/],
    [t.intersection([t.type({ a: t.string }), t.type({ a: t.number })]), 'a', 'string & number', /fits all/], // prettier-ignore
    [t.type({ u: t.union([t.string, date]) }), 'u', `(string | ${date.name})`, /another member takes/], // prettier-ignore
    [t.union([t.strict({}), date]), '', '', /another member takes/],
    [t.type({ a: Endless }), 'a.next.next.next', 'Endless', /no finite/],
    [never, '', 'never', /no values/],
    [t.keyof({}) as unknown as AnyType, '', '', /no keys/],
    [t.literal(NaN), '', '', /nothing equals/],
    [t.type({ ['__proto__']: t.string }), '__proto__', '__proto__', /no store/],
  ]

  it.each(unsupported)('%j', (type, path, name, reason) => {
    const made = tryArbitrary(type)
    expect(made).toMatchObject(left({ type: 'UnsupportedType', path, reason: expect.stringMatching(reason) })) // prettier-ignore
    if (name !== '') expect(made).toMatchObject(left({ name }))
    expect(() => arbitrary(type)).toThrow(path === '' ? '(root)' : path)
    expect(isLeft(tryNearMisses(type))).toBe(true)
    expect(() => nearMisses(type)).toThrow(/^No generator for /)
  })

  it('take one by identity, by name and by place', () => {
    const type = t.type({
      a: point,
      b: t.array(t.type({ r: rare })),
      c: t.record(t.string, t.string),
      d: t.string,
    })
    const made = arbitrary(type, {
      given: [
        [point, fc.integer({ min: 1, max: 3 }).map((x) => new Point(x))],
        ['rare', fc.constantFrom(1, 4_711.5)],
        ['c.*', fc.constant('value')],
        ['d', fc.constant('here')],
        ['d', fc.constant('never asked')],
      ],
    })
    const values = sample(made, 50)
    for (const { a, b, c, d } of values) {
      expect([1, 2, 3]).toContain(a.x)
      expect(b.map(({ r }) => r)).toEqual(b.map(() => 4_711.5))
      expect(Object.values(c)).toEqual(Object.values(c).map(() => 'value'))
      expect(d).toBe('here')
    }
    expect(Math.max(...values.map(({ b }) => b.length))).toBeGreaterThan(1)
    const { counterexample } = fc.check(fc.property(made, ({ a }) => a.x < 2))
    expect(counterexample).toEqual([{ a: new Point(2), b: [], c: {}, d: 'here' }])
  })

  it('say so where the one given makes nothing of the type', () => {
    expect(tryArbitrary(t.type({ a: t.string }), { given: [['a', fc.nat()]] })).toMatchObject(
      left({ path: 'a', name: 'string', reason: expect.stringContaining('given') }),
    )
  })

  it('take one inside an intersection', () => {
    const type = t.intersection([t.type({ a: t.string }), t.type({ b: point })])
    const given = [[type.types[1], fc.constant({ b: new Point(7) })]] as const
    for (const value of sample(arbitrary(type, { given }), 20))
      expect(value.b).toEqual(new Point(7))
  })
})

describe('codecs', () => {
  sameDraws()

  it('of orders work as they are', () => {
    const commands = sample(arbitrary(orderCommandCodec), 500)
    const events = sample(arbitrary(orderEventCodec), 500)
    expectTypeOf(commands).toEqualTypeOf<ReadonlyArray<OrderCommand>>()
    expectTypeOf(events).toEqualTypeOf<ReadonlyArray<OrderEvent>>()
    for (const command of commands) {
      expect(orderCommandCodec.decode(orderCommandCodec.encode(command))).toStrictEqual(
        right(command),
      )
      expect(() => decider.decide(command, decider.initialState)).not.toThrow()
    }
    for (const event of events) {
      const encoded = orderEventCodec.encode(event)
      expect(isRight(encoded) && orderEventCodec.decode(encoded.right)).toStrictEqual(right(event))
    }
    expect(new Set(commands.map(({ type }) => type)).size).toBe(7)
    expect(new Set(events.map(({ type }) => type)).size).toBe(7)
  })

  it('take a generator for a place in every member, or in one', () => {
    const given = [
      ['AddLine.productId', fc.constant('11')],
      ['productId', fc.constant('42')],
    ] as const
    const products = sample(arbitrary(orderCommandCodec, { given }), 300).flatMap((command) =>
      'productId' in command ? [`${command.type} ${command.productId}`] : [],
    )
    expect([...new Set(products)].sort()).toEqual([
      'AddLine 11',
      'ChangeQuantity 42',
      'RemoveLine 42',
    ])
  })

  it('have near misses, with the tags of their members', () => {
    const misses = sample(nearMisses(orderCommandCodec), 1_000)
    for (const { input, path } of misses) {
      const decoded = orderCommandCodec.decode(input)
      // a value of one member under the tag of another is rejected for what the other lacks
      if (isLeft(decoded) && path.length > 0 && path[0] !== 'type')
        expect(decoded.left[0].path).toEqual(path)
      expect(decoded._tag).toBe('Left')
    }
    const changes = new Set(misses.map(({ change }) => change))
    for (const change of [
      'missing',
      'a number as a string',
      'a fraction',
      'null',
      'the tag of another member',
      'an unknown tag',
      'a name that every object inherits',
      'in lower case',
      'empty',
    ]) {
      expect(changes).toContain(change)
    }
  })

  it('of events have near misses as they are stored', () => {
    type Lamp = { readonly type: 'On'; readonly by: string; readonly at: Date } | { readonly type: 'Off' } // prettier-ignore
    const lamp = codecOfEvents<Lamp>({
      On: pipe(
        codec(t.type({ by: t.string })),
        next(codec(t.type({ type: t.literal('On'), by: t.string, at: date })), ({ by }) => ({
          type: 'On',
          by,
          at: new Date(0),
        })),
      ),
      Off: codec(t.type({ type: t.literal('Off') })),
    })
    const misses = sample(nearMissesOfEvents(lamp), 500)
    for (const { input, valid, path } of misses) {
      expect(isLeft(lamp.decode(input))).toBe(true)
      expect(isRight(lamp.decode(valid))).toBe(true)
      for (const change of diff()(valid, input)) {
        expect(change.path.slice(0, path.length)).toEqual(path)
      }
    }
    expect(new Set(misses.map(({ path }) => path[0]))).toEqual(
      new Set(['type', 'schemaVersion', 'data']),
    )
    const { decode, encode, types } = lamp
    expect(() => nearMissesOfEvents({ decode, encode, types })).toThrow('codec')
  })

  it('written by hand, or without members, are named', () => {
    const { decode, encode, is } = codec(t.string)
    const byHand: Codec<string> = { decode, encode, is }
    expect(tryArbitrary(byHand)).toMatchObject(left({ path: '', name: 'codec' }))
    type Ab = { readonly type: 'A' } | { readonly type: 'B'; readonly f: () => void }
    const ab = tagged<Ab>({
      A: codec(t.type({ type: t.literal('A') })),
      B: codec(t.type({ type: t.literal('B'), f: t.Function as unknown as t.Type<() => void> })),
    })
    expect(tryArbitrary(ab)).toMatchObject(left({ path: 'B.f' }))
    expect(tryArbitrary(tagged<never>({}))).toMatchObject(left({ reason: 'it has no members' }))
  })
})

describe('near misses', () => {
  sameDraws()

  const change = (type: AnyType, n = 400): ReadonlySet<string> =>
    new Set(sample(nearMisses(type), n).map((one) => one.change))

  it('of a type that rejects nothing: there are none', () => {
    const reason = 'it rejects nothing'
    const failure = { type: 'UnsupportedType', path: '', name: 'type', reason }
    expect(tryNearMisses(t.unknown)).toStrictEqual(left(failure))
    expect(() => nearMisses(t.unknown)).toThrow(`No generator for (root): type: ${reason}`)
  })

  it('break dates, big integers, tuples, ranges, unions and lists', () => {
    expect(change(date)).toContain('a day without a time')
    expect(change(bigint)).toContain('a leading zero')
    expect(change(t.tuple([t.string, t.number]))).toContain('an element removed')
    const small = where(t.number, (n) => n < 10, 'small')
    expect(change(small)).toContain('out of range')
    const union = t.union([
      t.type({ k: t.literal('a') }),
      t.type({ k: t.literal('b'), n: t.number }),
    ])
    expect(change(union)).toContain('the tag of another member')
    const paths = sample(nearMisses(t.array(t.array(t.number))), 200).map(({ path }) => path.length)
    expect(new Set(paths)).toEqual(new Set([0, 1, 2]))
  })

  it('shrink to a small near miss', () => {
    const type = codec(t.type({ a: t.string, b: t.array(t.number) }))
    const { counterexample } = fc.check(
      fc.property(nearMisses(type), ({ path }) => path[0] !== 'b'),
    )
    expect(counterexample?.[0].path[0]).toBe('b')
    expect(isLeft(type.decode(counterexample?.[0].input))).toBe(true)
    const small = t.type({ a: t.literal(''), b: t.array(t.literal(0)) })
    expect(small.is(counterexample?.[0].valid)).toBe(true)
  })
})
