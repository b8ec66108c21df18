import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import type { Codec } from '../../../src/codec/Codec.ts'
import { tagged } from '../../../src/codec/Codec.ts'
import { codec, date, where } from '../../../src/codec/IoTs.ts'
import { derive, deriveFrom } from '../../../src/testing/arbitrary/derive.ts'
import type { Deriving } from '../../../src/testing/arbitrary/context.ts'
import { asStructure } from '../../../src/testing/arbitrary/ioTs.ts'
import type { AnyType } from '../../codec/types.ts'
import { recursion } from '../../codec/types.ts'

type Options = Parameters<typeof deriveFrom>[1]

const made = (source: object, options: Options = {}) => {
  const derived = deriveFrom(source, options)
  if (derived._tag === 'Left') throw new Error(derived.left.reason)
  return derived.right
}

const sample = (source: object, options: Options = {}) =>
  fc.sample(made(source, options), { numRuns: 300, seed: 1 })

/** The different ones, as text. */
const distinct = (values: ReadonlyArray<unknown>) =>
  [...new Set(values.map((value) => JSON.stringify(value)))].sort().join(' ')

const lengths = (values: ReadonlyArray<unknown>) =>
  Math.max(...values.map((value) => Object.keys(value ?? {}).length))

/** What a property that never holds shrinks to. */
const smallest = (source: object, options: Options = {}) =>
  fc.check(
    fc.property(made(source, options), () => false),
    { seed: 1, endOnFailure: false },
  ).counterexample?.[0]

// io-ts itself does not count it among them
const never = t.never as unknown as AnyType

const nothing = t.type({ n: never })
const fn = t.Function as unknown as AnyType
const functions = 'functions cannot be generated, and no store keeps them'
const rarely = 'it accepts hardly any value, so give a generator'
const endless = recursion('Endless', (self) => t.type({ next: self }))
const own = new t.Type('Own', (_): _ is 7.25 => false, t.never.validate, t.identity)
const odd = new t.Type('Odd', t.boolean.is, t.boolean.validate, t.identity)
const none: AnyType = new t.UnionType('none', t.string.is, t.string.validate, t.identity, [])

/** Why there is no generator. */
const told = (source: object, options: Options = {}) => {
  const derived = deriveFrom(source, options)
  if (derived._tag === 'Right') return 'made'
  const { kind, path, name, reason } = derived.left
  return `${kind}, ${path}${path === '' ? '' : ' '}${name}: ${reason}`
}

const context: Deriving = {
  given: () => undefined,
  unfoldings: 1,
  memoKey: () => '',
  memo: new Map(),
  derive,
}

describe('deriving', () => {
  it.each<[AnyType, number]>([
    [t.string, 1],
    [t.literal('a'), 1],
    [t.tuple([t.string, t.number]), 3],
    [t.array(t.string), 2],
    [t.readonlyArray(t.tuple([t.string])), 3],
    [t.record(t.string, t.tuple([t.string])), 3],
    [where(t.tuple([t.string]), () => true, 'any'), 2],
    [where(t.array(t.number), (all) => all.length > 2, 'long'), 2],
    [t.union([t.tuple([t.string]), t.string]), 1],
    [t.union([t.tuple([t.string, t.string]), t.tuple([t.string])]), 2],
    [t.type({ a: t.string, b: t.tuple([t.string]) }), 4],
    [t.partial({ a: t.string }), 2],
    [t.readonly(t.array(t.string)), 2],
    [t.intersection([t.type({ a: t.string }), t.type({ b: t.string })]), 3],
    [t.intersection([t.type({ a: t.string }), t.record(t.string, t.string)]), 3],
  ])('counts the parts of %j', (type, cost) => {
    const derived = derive({ ...context, memo: new Map() }, asStructure(type), '')
    expect(derived).toMatchObject({ _tag: 'Right', right: { cost } })
  })

  it('looks at a type once, wherever it stands', () => {
    const asked: Array<string> = []
    const given: Deriving['given'] = ({ name }) => void asked.push(name)
    const inner = t.array(t.number, 'inner')
    const type = t.type({ a: inner, b: inner, c: t.array(inner, 'outer') }, 'all')
    derive({ ...context, given, memo: new Map() }, asStructure(type), '')
    const inside = asked.filter((name) => name !== 'all')
    expect(inside).toStrictEqual(['inner', 'number', 'outer'])
  })

  it.each<[AnyType, string]>([
    [fn, 'Unsupported, Function: functions cannot be generated, and no store keeps them'],
    [never, 'Never, never: it has no values'],
    [t.literal(NaN, 'nan'), 'Never, nan: nothing equals it'],
    [t.keyof({}, 'none') as unknown as AnyType, 'Never, none: it has no keys'],
    [t.tuple([t.null, never, fn]), 'Never, [1] never: it has no values'],
    [t.type({ a: t.array(t.type({ n: never })) }), 'made'],
    [t.type({ a: t.array(nothing), b: nothing }), 'Never, b.n never: it has no values'],
    [t.array(t.type({ f: fn })), `Unsupported, [].f Function: ${functions}`],
    [t.record(t.string, fn), `Unsupported, * Function: ${functions}`],
    [t.record(t.string, never), 'made'],
    [
      t.record(date as unknown as t.StringC, t.null),
      `Unsupported, ${date.name}: its values are not keys`,
    ],
    [endless, 'TooDeep, next.next.next Endless: it has no finite values'],
    [own, 'Unsupported, Own: its structure is unknown, so give a generator'],
    [where(t.number, (n) => n === 7.25, 'rare'), `Unsupported, rare: ${rarely}`],
    [where(t.array(t.null), (all) => all.length === 9, 'nine'), `Unsupported, nine: ${rarely}`],
    [where(never, () => true, 'any'), 'Never, never: it has no values'],
    [t.union([never, never]), 'Never, never: it has no values'],
    [none, 'Never, none: it has no members'],
    [t.union([never, endless]), 'TooDeep, next.next.next Endless: it has no finite values'],
    [t.union([t.string, fn]), `Unsupported, Function: ${functions}`],
    [
      t.union([t.string, date], 'u'),
      `Unsupported, u: another member takes the values of ${date.name}`,
    ],
    [
      t.union([t.strict({}), date], 'u'),
      `Unsupported, u: another member takes the values of ${date.name}`,
    ],
    [t.union([never, t.string]), 'made'],
    [t.union([date, t.null]), 'made'],
  ])('says why there is no generator, if there is none: %#', (source, why) => {
    expect(told(source)).toBe(why)
  })
})

describe('a derived generator', () => {
  it('makes lists of five elements at most, and of three where anything may be in them', () => {
    expect(lengths(sample(t.array(t.null)))).toBe(5)
    expect(lengths(sample(t.readonlyArray(t.null)))).toBe(5)
    expect(lengths(sample(t.UnknownArray))).toBe(3)
  })

  it.each<[AnyType, string]>([
    [t.boolean, 'false true'],
    [t.literal('a'), '"a"'],
    [t.keyof({ a: 1, b: 2 }), '"a" "b"'],
    [t.tuple([t.null, t.undefined, t.void]), '[null,null,null]'],
    [t.array(never), '[]'],
    [t.record(t.string, never), '{}'],
    [t.record(t.keyof({ a: 1, b: 2 }), t.null), '{"a":null,"b":null}'],
    [t.tuple([t.literal(1), t.literal(2)]), '[1,2]'],
    [t.readonly(t.exact(t.type({ a: t.null }))), '{"a":null}'],
    [t.union([never, t.null]), 'null'],
    [t.union([t.literal(1), t.literal(2)]), '1 2'],
    [
      t.array(t.union([t.type({ b: t.undefined }), t.type({})])),
      '[] [{},{},{},{},{}] [{},{},{},{}] [{},{},{}] [{},{}] [{}]',
    ],
    [odd, 'false true'],
  ])('makes all that the type says and nothing else: %#', (type, all) => {
    expect(distinct(sample(type))).toBe(all)
  })

  it('makes what another member takes as that member decodes it, where it is stored alike', () => {
    const note = t.union([t.string, t.undefined])
    const short = t.type({ name: t.literal('short'), note })
    const long = t.type({ name: t.literal('short'), total: t.literal(1) })
    const values = sample(t.union([short, long]))
    const longs = values.filter((value) => long.is(value))
    expect(longs.length).toBeGreaterThan(50)
    expect(longs.every((value) => short.is(value) && value.note === undefined)).toBe(true)
    const maybe = t.partial({ a: t.null, b: t.null, c: t.null, d: t.null, e: t.null })
    expect(told(t.union([t.strict({}), maybe], 'u'))).toBe(
      `Unsupported, u: another member takes the values of ${maybe.name}`,
    )
    expect(told(t.union([t.type({ b: t.undefined }), t.record(t.string, t.null)], 'u'))).toBe(
      'Unsupported, u: another member takes the values of { [K in string]: null }',
    )
  })

  it('makes any value where the type takes any', () => {
    const kinds = (type: AnyType) => [...new Set(sample(type).map((value) => typeof value))].sort()
    expect(kinds(t.bigint)).toStrictEqual(['bigint'])
    expect(kinds(t.string)).toStrictEqual(['string'])
    expect(kinds(t.number)).toStrictEqual(['number'])
    expect([kinds(t.undefined), kinds(t.void)]).toStrictEqual([['undefined'], ['undefined']])
    expect([kinds(t.object), kinds(t.UnknownRecord)]).toStrictEqual([['object'], ['object']])
    const any = ['boolean', 'number', 'object', 'string']
    expect([kinds(t.any), kinds(t.unknown)]).toStrictEqual([any, any])
    expect(sample(date).every((value) => value instanceof Date)).toBe(true)
  })

  it('shrinks to the simplest member', () => {
    const pair = t.tuple([t.literal('x'), t.literal('y')])
    expect(smallest(t.union([pair, t.tuple([t.null]), t.null]))).toBe(null)
    expect(smallest(t.union([pair, t.tuple([t.null])]))).toStrictEqual([null])
    type Ab = { readonly type: 'A'; readonly n: null } | { readonly type: 'B' }
    const ab = tagged<Ab>({
      A: codec(t.type({ type: t.literal('A'), n: t.null })),
      B: codec(t.type({ type: t.literal('B') })),
    })
    expect(smallest(ab)).toStrictEqual({ type: 'B' })
    const values = sample(ab)
    expect(new Set(values.map((value) => Object.keys(Object(value)).length))).toStrictEqual(
      new Set([1, 2]),
    )
    const inside = derive({ ...context, memo: new Map() }, asStructure(t.array(t.null)), '')
    expect(inside).toMatchObject({ right: { cost: 2 } })
  })

  it('is only filtered where at least half of it is accepted, and helped by examples else', () => {
    let next = 0
    const short = where(t.string, (text) => text.length < 3, 'short like "ab"')
    const from = (...texts: ReadonlyArray<string>) => {
      const turns = fc.constant(0).map(() => texts[next++ % texts.length] ?? '')
      return sample(short, { given: [[t.string, turns]] })
    }
    expect(distinct(from('x', 'long'))).toBe('"x"')
    const helped = new Set(from('x', 'long', 'longer'))
    expect(['x', 'ab', 'zz'].map((text) => helped.has(text))).toStrictEqual([true, true, false])
    const year = where(t.Int, (n) => n >= 1_950 && n <= 2_050, 'year')
    expect(new Set(sample(year)).size).toBeGreaterThan(80)
  })

  it('unfolds a type until it has an end, four times more than it was told', () => {
    const chain = (links: number): AnyType =>
      links === 0 ? t.null : recursion(`R${links}`, () => t.tuple([chain(links - 1)]))
    const depths = (links: number, depth: number) => told(chain(links), { depth })
    expect([4, 5].map((links) => depths(links, 0))).toStrictEqual([
      'made',
      'TooDeep, R5: it has no finite values',
    ])
    const late = recursion('Late', () => t.tuple([recursion('Inner', () => t.tuple([fn]))]))
    expect(told(late, { depth: 0 })).toBe(`Unsupported, [0][0] Function: ${functions}`)
    expect([6, 7].map((links) => depths(links, 2)[0])).toStrictEqual(['m', 'T'])
    expect([7, 8].map((links) => told(chain(links))[0])).toStrictEqual(['m', 'T'])
  })
})

describe('a recursive type', () => {
  const base = t.type({ id: t.null })
  const tree = recursion('Tree', (self) =>
    t.intersection([base, t.type({ children: t.array(self) })]),
  )
  const size = (value: unknown): number => JSON.stringify(value).split('id').length - 1

  it('has values that hardly grow with its unfoldings, but get deeper', () => {
    const sizes = (depth: number) => sample(tree, { depth }).map(size)
    const mean = (ns: ReadonlyArray<number>) => ns.reduce((a, b) => a + b, 0) / ns.length
    expect(mean(sizes(3))).toBeGreaterThan(5)
    expect(mean(sizes(8))).toBeLessThan(30)
    const depth = (value: unknown): number => {
      const children: ReadonlyArray<unknown> = Reflect.get(Object(value), 'children')
      return 1 + Math.max(0, ...children.map(depth))
    }
    const deepest = (depths: number) => Math.max(...sample(tree, { depth: depths }).map(depth))
    expect([deepest(1), deepest(3)]).toStrictEqual([1, 3])
    expect(deepest(7)).toBeGreaterThan(4)
  })

  it('is derived once for each unfolding, also where generators are given for other places', () => {
    let asked = 0
    const leaf = t.type({ leaf: t.null })
    Object.defineProperty(leaf, 'name', { get: () => `leaf ${++asked}` })
    const fork = recursion('Fork', (self) => t.union([leaf, t.tuple([self, self])]))
    told(fork, { depth: 6, given: [['null', fc.constant(null)]] })
    expect(asked).toBeLessThan(100)
  })

  it('is unfolded 0 to 20 times, whatever is asked for', () => {
    const chain = recursion('Chain', (self) => t.union([t.null, t.tuple([self])]))
    const deepest = (depth: number) => {
      const texts = sample(chain, { depth }).map((value) => JSON.stringify(value).length)
      return (Math.max(...texts) - 4) / 2
    }
    expect([NaN, -1, 0, 1.9, 2].map(deepest)).toStrictEqual([0, 0, 0, 0, 1])
    expect([deepest(20), deepest(Infinity)]).toStrictEqual([deepest(21), deepest(1e9)])
  })
})

describe('a generator that is given', () => {
  const value = fc.constant('given')
  const type = t.type({ a: t.string, b: t.array(t.type({ c: t.string })) }, 'all')
  const texts = (given: Options['given']) =>
    new Set(
      JSON.stringify(sample(type, given === undefined ? {} : { given })).match(/"\w+":"\w*"/g),
    )

  it('is taken for a type, a name, or a place', () => {
    const both = new Set(['"a":"given"', '"c":"given"'])
    expect(texts([[t.string, value]])).toStrictEqual(both)
    expect(texts([['string', value]])).toStrictEqual(both)
    const [a, c] = [texts([['a', value]]), texts([['b[].c', value]])]
    expect([a.has('"a":"given"'), a.has('"c":"given"')]).toStrictEqual([true, false])
    expect([c.has('"a":"given"'), c.has('"c":"given"')]).toStrictEqual([false, true])
    const whole = sample(type, { given: [['', fc.constant({ a: '', b: [] })]] })
    expect(distinct(whole)).toBe('{"a":"","b":[]}')
  })

  it('is taken for one of two places of the same type', () => {
    const list = t.array(t.type({ c: t.string }))
    const twice = t.type({ b: list, d: list }, 'twice')
    const given = [
      [t.number, value],
      ['d[].c', value],
    ] as const
    const places = (source: object, options: Options) => {
      const all = sample(source, options).map((one) => JSON.stringify(one))
      return ['b', 'd'].map((key) =>
        all.some((one) => new RegExp(`"${key}":[^\\]]*given`).test(one)),
      )
    }
    expect(places(twice, { given })).toStrictEqual([false, true])
    type One = { readonly type: 'One' } & t.TypeOf<typeof twice>
    const one = codec(t.type({ type: t.literal('One'), b: list, d: list }))
    const member = [['One.d[].c', value]] as const
    expect(places(tagged<One>({ One: one }), { given: member })).toStrictEqual([false, true])
    expect(places(tagged<One>({ One: one }), { given })).toStrictEqual([false, true])
  })

  it('is left out where its type rejects it, and is none where that leaves hardly any', () => {
    const some = fc.constantFrom<unknown>('given', 1)
    expect(distinct(sample(t.string, { given: [['string', some]] }))).toBe('"given"')
    const makes = 'the generator given for it makes hardly any of its values'
    expect(told(type, { given: [['b[].c', fc.nat()]] })).toBe(`Unsupported, b[].c string: ${makes}`)
  })
})

describe('a codec', () => {
  const { decode, encode, is } = codec(t.string)
  const byHand: Codec<string> = { decode, encode, is }
  type Ab = { readonly type: 'A' } | { readonly type: 'B'; readonly f: unknown }
  const ab = (f: AnyType) =>
    tagged<Ab>({
      A: codec(t.type({ type: t.literal('A') })),
      B: codec(t.type({ type: t.literal('B'), f })),
    })

  it('has the generator of the type that it is made from', () => {
    expect(distinct(sample(codec(t.boolean)))).toBe('false true')
    expect(distinct(sample(ab(t.null)))).toBe('{"type":"A"} {"type":"B","f":null}')
  })

  it('says why there is no generator, and in which member', () => {
    expect(told(byHand)).toBe('Unsupported, codec: it is not made from a type or schema')
    expect(told(tagged<never>({}))).toBe('Never, tagged: it has no members')
    expect(told(ab(fn))).toBe(`Unsupported, B.f Function: ${functions}`)
    const a = where(t.type({ type: t.literal('A') }), () => false, 'no')
    expect(told(tagged<t.TypeOf<typeof a>>({ A: codec(a) }))).toBe(`Unsupported, A no: ${rarely}`)
  })

  it('takes a generator for a place in one member', () => {
    const given = [['B.f', fc.constant('given')]] as const
    const values = sample(ab(t.string), { given })
    expect(distinct(values)).toBe('{"type":"A"} {"type":"B","f":"given"}')
  })

  it('takes none for a place that there is not', () => {
    expect(told(ab(t.string), { given: [['C', fc.nat()]] })).toMatch(
      /^Unsupported, C given: there is no such path/,
    )
  })

  it('takes a generator for all of it, or for a member', () => {
    const all = fc.constantFrom<unknown>({ type: 'A' }, { type: 'B', f: null }, { type: 'C' })
    const whole = ab(t.null)
    expect(distinct(sample(whole, { given: [['', all]] }))).toBe(
      '{"type":"A"} {"type":"B","f":null}',
    )
    const b = fc.constant({ type: 'B', f: 'given' })
    const values = distinct(sample(ab(t.string), { given: [['B', b]] }))
    expect(values).toBe('{"type":"A"} {"type":"B","f":"given"}')
    const makes = 'the generator given for it makes hardly any of its values'
    expect(told(whole, { given: [['', fc.nat()]] })).toBe(`Unsupported, tagged: ${makes}`)
    expect(told(tagged<Ab>({ A: byHand, B: byHand } as never), { given: [['', all]] })[0]).toBe('U')
  })
})
