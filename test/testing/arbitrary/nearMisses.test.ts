import fc from 'fast-check'
import { left } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import type { Codec } from '../../../src/codec/Codec.ts'
import { tagged } from '../../../src/codec/Codec.ts'
import { eventCodecOf } from '../../../src/codec/EventCodec.ts'
import { codec } from '../../../src/codec/IoTs.ts'
import { next } from '../../../src/codec/EventCodec/upcast.ts'
import { tryNearMisses, tryNearMissesOfEvents } from '../../../src/testing/arbitrary/nearMisses.ts'
import { at } from '../../../src/testing/internal/path.ts'
import type { AnyType } from '../../codec/types.ts'
import { recursion, strictClass } from '../../codec/types.ts'

type Source<A> = Parameters<typeof tryNearMisses<A>>[0]

const misses = <A>(
  source: Source<A>,
  given: NonNullable<Parameters<typeof tryNearMisses>[1]>['given'] = [],
) => {
  const made = tryNearMisses(source, { given })
  if (made._tag === 'Left') throw new Error(made.left.reason)
  return fc.sample(made.right, { numRuns: 500, seed: 1 })
}

const sorted = (lines: ReadonlyArray<string>) => [...new Set(lines)].sort()

/** Every change at a place, with what stands there then. */
const changes = <A>(source: Source<A>, ...place: ReadonlyArray<string | number>) =>
  sorted(
    misses(source).flatMap(({ path, change, input }) => {
      if (path.join() !== place.join()) return []
      const [here] = at(input, place)
      return [`${change}: ${at(input, place).length === 0 ? 'nothing' : JSON.stringify(here)}`]
    }),
  )

const usual = (text: string) => ['null: null', `in an array: [${text}]`]
const inherited = ['constructor', '__proto__', 'toString'].map(
  (name) => `a name that every object inherits: "${name}"`,
)

describe('a near miss', () => {
  it('of a number', () => {
    expect(changes(t.literal(7))).toStrictEqual(
      sorted([
        'a number as a string: "7"',
        'a fraction: 7.5',
        'negative: -8',
        'zero: 0',
        'out of range: 10001',
        `too large to be exact: ${2 ** 53}`,
        'very large: 1e+300',
        'another number: 8',
        'a boolean: true',
        ...usual('7'),
      ]),
    )
    expect(changes(t.literal(-7))).toContain('negative: -8')
  })

  it('of a text', () => {
    const text = '1996-07-04 Ab'
    expect(changes(t.literal(text))).toStrictEqual(
      sorted([
        'empty: ""',
        `a trailing space: "${text} "`,
        `an extra letter: "${text}x"`,
        'the last letter removed: "1996-07-04 A"',
        'in upper case: "1996-07-04 AB"',
        'in lower case: "1996-07-04 ab"',
        `a leading zero: "0${text}"`,
        'a day without a time: "1996-07-04"',
        `very long: "${text}${'x'.repeat(300 - text.length)}"`,
        'a number: 1',
        ...usual(`"${text}"`),
        ...inherited,
      ]),
    )
  })

  it('of a text that is a number, but not of an empty one', () => {
    expect(changes(t.literal('1.50'))).toContain('a string as a number: 1.5')
    const empty = changes(t.literal(''))
    expect(empty.filter((change) => change.startsWith('a text as'))).toStrictEqual([])
  })

  it('of a boolean, and of anything else', () => {
    expect(changes(t.literal(true))).toStrictEqual(
      sorted(['a boolean as a string: "true"', 'a number: 0', ...usual('true')]),
    )
    const others = ['a string: "x"', 'a number: 1', 'an empty array: []', 'an empty object: {}']
    expect(changes(t.null)).toStrictEqual(sorted([...others, 'in an array: [null]']))
  })

  it('of a field that has to be there, or of one that need not', () => {
    const inside = [...usual('7'), 'a number as a string: "7"', 'a boolean: true', 'zero: 0']
    const both = t.intersection([t.type({ a: t.literal(7) }), t.partial({ b: t.literal(7) })])
    const [a, b] = [changes(both, 'a'), changes(both, 'b')]
    for (const change of inside) expect([a, b].map((all) => all.includes(change))).toStrictEqual([true, true]) // prettier-ignore
    expect([a.includes('missing: nothing'), b.includes('missing: nothing')]).toStrictEqual([
      true,
      false,
    ])
    expect(changes(t.strict({ a: t.literal(7) }), 'a')).toContain('missing: nothing')
    const nested = misses(t.type({ a: t.type({ b: t.null }) }))
    const out = nested.flatMap(({ change, input }) => (change === 'missing' ? [input] : []))
    expect(sorted(out.map((input) => JSON.stringify(input)))).toStrictEqual(['{"a":{}}', '{}'])
  })

  const places = <A>(source: Source<A>) =>
    sorted(misses(source).map(({ path }) => `/${path.join('/')}`))

  it.each<[string, AnyType, ReadonlyArray<string>]>([
    ['an object and its fields', t.type({ a: t.type({ b: t.null }) }), ['/', '/a', '/a/b']],
    ['optional ones', t.partial({ a: t.null }), ['/', '/a']],
    ['those of a strict type', t.strict({ a: t.null }), ['/', '/a']],
    ['a record of named keys', t.record(t.keyof({ a: 1, b: 1 }), t.null), ['/', '/a', '/b']],
    ['those of the class of strict types', strictClass({ a: t.null }), ['/', '/a']],
    ['a tuple', t.tuple([t.null, t.tuple([t.null])]), ['/', '/0', '/1', '/1/0']],
    ['what is wrapped', t.readonly(t.exact(t.type({ a: t.null }))), ['/', '/a']],
    [
      'each part of two',
      t.intersection([t.type({ a: t.null }), t.type({ b: t.null })]),
      ['/', '/a', '/b'],
    ],
    ['the member', t.union([t.null, t.type({ a: t.null })]), ['/', '/a']],
    [
      'a list',
      recursion('R', () => t.tuple([t.array(t.null)])),
      ['/', '/0', '/0/0', '/0/1', '/0/2', '/0/3', '/0/4'],
    ],
    [
      'a frozen list',
      t.tuple([t.readonlyArray(t.null)]),
      ['/', '/0', '/0/0', '/0/1', '/0/2', '/0/3', '/0/4'],
    ],
    ['nothing else', t.UnknownRecord, ['/']],
  ])('lies in %s', (_, type, all) => {
    expect(places(type)).toStrictEqual(all)
  })

  it('lies in what is there, however deep it may go on', () => {
    const list = recursion('List', (self) => t.partial({ next: self }))
    const made = fc.constant({ next: { next: {} } })
    const paths = misses(list, [[list, made]]).map(({ path }) => path.join('.'))
    expect(sorted(paths)).toStrictEqual(['', 'next', 'next.next'])
  })

  it('lies in each field of a record', () => {
    const keys = fc.constantFrom('a', 'b')
    const paths = misses(t.record(t.string, t.null), [['(key)', keys]]).map(({ path }) => path)
    expect(sorted(paths.map((path) => path.join('/')))).toStrictEqual(['', 'a', 'b'])
    const key = changes(t.record(t.keyof({ a: 1 }), t.null), 'a')
    expect(key).toContain('missing: nothing')
  })

  it('loses an element of a tuple', () => {
    const three = t.tuple([t.literal(1), t.literal(2), t.literal(3)])
    expect(changes(three)).toContain('an element removed: [1,2]')
  })

  it('takes the tag of another member', () => {
    const type = t.union([
      t.type({ k: t.literal('a'), same: t.literal(0) }),
      strictClass({ k: t.literal('b'), same: t.literal(0), n: t.literal(1) }),
      t.exact(t.type({ k: t.literal('c'), n: t.literal(2) })),
      t.type({ n: t.literal(3) }),
      t.type({ n: t.union([t.literal(4), t.literal(5)]) }),
    ])
    const tags = sorted(
      misses(type)
        .filter(({ change }) => change === 'the tag of another member')
        .map(
          ({ path, input, valid }) =>
            `${JSON.stringify(valid)} ${path.join()} ${JSON.stringify(input)}`,
        ),
    )
    // to an object of the first member any field may be added, and to one of the last
    expect(tags).toStrictEqual([
      '{"k":"a","same":0} k {"k":"b","same":0}',
      '{"k":"a","same":0} k {"k":"c","same":0}',
      '{"k":"b","same":0,"n":1} k {"k":"c","same":0,"n":1}',
      '{"k":"b","same":0,"n":1} n {"k":"b","same":0,"n":2}',
      '{"k":"c","n":2} k {"k":"a","n":2}',
      '{"k":"c","n":2} k {"k":"b","n":2}',
      '{"k":"c","n":2} n {"k":"c","n":1}',
      '{"n":3} n {"n":1}',
      '{"n":3} n {"n":2}',
    ])
  })

  it('keeps the valid value beside it, and all but one place of it', () => {
    const type = t.type({
      a: t.literal(1),
      b: t.tuple([t.literal(2), t.type({ c: t.literal(3) })]),
    })
    const valid = { a: 1, b: [2, { c: 3 }] }
    const texts = misses(type).filter(({ change }) => change === 'a number as a string')
    for (const miss of texts) expect(miss.valid).toStrictEqual(valid)
    expect(sorted(texts.map(({ input }) => JSON.stringify(input)))).toStrictEqual([
      '{"a":"1","b":[2,{"c":3}]}',
      '{"a":1,"b":["2",{"c":3}]}',
      '{"a":1,"b":[2,{"c":"3"}]}',
    ])
  })

  it('is none where less than one value in ten has one', () => {
    let counter = 0
    const rejected = (every: number) => {
      counter = 0
      const isRefused = (u: unknown) => Array.isArray(u) && u[0] % every === 0
      const type = new t.Type<unknown>(
        'Counted',
        (u): u is unknown => !isRefused(u),
        (u, context) => (isRefused(u) ? t.failure(u, context) : t.success(u)),
        t.identity,
      )
      const given = [[type, fc.constant(0).map(() => counter++)]] as const
      return tryNearMisses(type, { given })._tag
    }
    expect([10, 11].map(rejected)).toStrictEqual(['Right', 'Left'])
  })

  it('is none where nothing is rejected, or where no value is made', () => {
    const failure = {
      type: 'UnsupportedType',
      path: '',
      name: 'type',
      reason: 'it rejects nothing',
    }
    expect(tryNearMisses(t.unknown, {})).toStrictEqual(left(failure))
    expect(tryNearMisses(t.type({ f: t.Function }), {})).toMatchObject(left({ path: 'f' }))
  })
})

describe('a near miss of a codec', () => {
  interface A {
    readonly type: 'A'
  }
  interface B {
    readonly type: 'B'
    readonly n: 1
  }
  type Ab = A | B
  const a: Codec<A> = codec(t.type({ type: t.literal('A') }))
  const b: Codec<B> = codec(t.type({ type: t.literal('B'), n: t.literal(1) }))

  it('has the tag of another member, an unknown one or none, or a fault inside', () => {
    const ab = tagged<Ab>({ A: a, B: b })
    const tags = changes(ab, 'type')
    const known = tags.filter((change) => /tag|missing/.test(change))
    expect(known).toStrictEqual([
      'an unknown tag: "Unknown"',
      'missing: nothing',
      'the tag of another member: "B"',
    ])
    expect(changes(ab, 'n')).toContain('a number as a string: "1"')
    expect(sorted(misses(ab).map(({ path }) => path.join('.')))).toStrictEqual(['', 'n', 'type'])
  })

  it('of events is one as they are stored', () => {
    const events = eventCodecOf<Ab>({
      A: a,
      B: pipe(
        a,
        next(b, (): B => ({ type: 'B', n: 1 })),
      ),
    })
    const made = tryNearMissesOfEvents(events, {})
    if (made._tag === 'Left') throw new Error(made.left.reason)
    const all = fc.sample(made.right, { numRuns: 1_000, seed: 1 })
    const found = (place: string) =>
      sorted(
        all
          .filter(({ path }) => path.join('.') === place)
          .map(({ change, input }) => `${change}: ${JSON.stringify(Reflect.get(input, place))}`),
      )
    // what was stored as an A before is read as a B
    expect(found('type')).toStrictEqual(
      sorted([...inherited, 'an unknown type: "A?"', 'an unknown type: "B?"', 'another type: "A"']),
    )
    expect(found('schemaVersion')).toStrictEqual([
      'a fraction: 1.5',
      'a future version: 1000',
      'negative: -1',
      'no version: 0',
    ])
    expect(sorted(all.map(({ path }) => path.join('.')))).toStrictEqual([
      'data',
      'data.n',
      'data.type',
      'schemaVersion',
      'type',
    ])
  })

  it('of events is none without their codec, or without a value', () => {
    const { decode, encode, types } = eventCodecOf<{ readonly type: 'A' }>({ A: a })
    expect(tryNearMissesOfEvents({ decode, encode, types }, {})).toMatchObject(
      left({ name: 'codec' }),
    )
    const type = t.type({ type: t.literal('F'), f: t.Function })
    expect(
      tryNearMissesOfEvents(eventCodecOf<t.TypeOf<typeof type>>({ F: codec(type) }), {}),
    ).toMatchObject(left({ path: 'F.f' }))
  })
})
