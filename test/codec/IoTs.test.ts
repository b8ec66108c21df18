import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it, vi } from 'vitest'
import type { Issue } from '../../src/codec/Codec.ts'
import { bigint, codec, date, where } from '../../src/codec/IoTs.ts'
import { runs } from '../setup.ts'
import type { AnyType } from './types.ts'
import {
  exactly,
  recursion,
  reportsDecoded,
  sameData,
  specAndFitting,
  specAndInputs,
  typeOf,
} from './types.ts'

const issuesOf = (type: AnyType, input: unknown): ReadonlyArray<Issue> => {
  const decoded = codec(type).decode(input)
  return E.isLeft(decoded) ? decoded.left : expect.unreachable('it was decoded')
}

const pathsOf = (type: AnyType, input: unknown): ReadonlyArray<Issue['path']> =>
  issuesOf(type, input).map(({ path }) => path)

/** A copy of a type with some of its functions exchanged, as libraries beside io-ts make them. */
const copyOf = (type: AnyType, functions: object): AnyType =>
  Object.assign(Object.create(Object.getPrototypeOf(type) as object) as AnyType, type, functions)

describe('laws', () => {
  it('law 1: decodes what io-ts decodes, to the same data without unknown fields', () => {
    fc.assert(
      fc.property(specAndInputs, ([one, inputs]) => {
        const type = typeOf(one)
        const { decode } = codec(type)
        for (const input of inputs) {
          const [actual, expected] = [decode(input), type.decode(input)]
          if (E.isLeft(expected)) {
            expect(E.isLeft(actual)).toBe(true)
            continue
          }
          // a predicate may hold before decoding alone, as that of a refinement within an exact type
          if (!type.is(expected.right)) continue
          const kept = exactly(one, expected.right)
          if (kept === expected.right || type.is(kept)) expect(actual).toStrictEqual(E.right(kept))
          else expect(E.isLeft(actual)).toBe(true)
        }
      }),
      { numRuns: runs(1_000) },
    )
  })

  it('law 3: encodes what io-ts encodes, without unknown fields', () => {
    fc.assert(
      fc.property(specAndInputs, ([one, inputs]) => {
        const type = typeOf(one)
        for (const input of inputs) {
          const decoded = type.decode(input)
          if (E.isLeft(decoded) || !type.is(decoded.right)) continue
          const kept = exactly(one, decoded.right)
          if (type.is(kept)) {
            expect(sameData(codec(type).encode(decoded.right), type.encode(kept))).toBe(true)
          }
        }
      }),
      { numRuns: runs(500) },
    )
  })

  it('law 1: what it refuses, it explains as often and with the same values as io-ts', () => {
    fc.assert(
      fc.property(specAndInputs, ([one, inputs]) => {
        const type = typeOf(one)
        const { decode } = codec(type)
        for (const input of inputs) {
          const [actual, expected] = [decode(input), type.decode(input)]
          if (E.isRight(expected) || expected.left.length === 0) continue
          expect(E.isLeft(actual) && actual.left.map((issue) => issue.actual)).toStrictEqual(
            expected.left.map(({ value }) => value),
          )
        }
      }),
      { numRuns: runs(300) },
    )
  })

  it('law 2: is what io-ts says it is', () => {
    fc.assert(
      fc.property(specAndInputs, ([one, inputs]) => {
        const type = typeOf(one)
        const { decode, is } = codec(type)
        for (const input of inputs) {
          expect(is(input)).toBe(type.is(input))
          const decoded = decode(input)
          if (E.isRight(decoded)) expect(is(decoded.right)).toBe(type.is(decoded.right))
        }
      }),
      { numRuns: runs(500) },
    )
  })

  it('law 4: dates and big integers survive encoding, JSON text and decoding', () => {
    const { decode, encode } = codec(t.type({ at: date, sizes: t.array(bigint) }))
    fc.assert(
      fc.property(
        fc.record(
          { at: fc.date({ noInvalidDate: true }), sizes: fc.array(fc.bigInt()) },
          { noNullPrototype: true },
        ),
        (value) => {
          const stored: unknown = JSON.parse(JSON.stringify(encode(value)))
          expect(decode(stored)).toStrictEqual(E.right(value))
        },
      ),
    )
  })
})

describe('the quick path', () => {
  const values = ['a', 1, true, null, undefined]
  const quick: ReadonlyArray<readonly [string, AnyType, ReadonlyArray<unknown>]> = [
    ['string', t.string, ['', 'a']],
    ['number', t.number, [0, NaN]],
    ['boolean', t.boolean, [true, false]],
    ['null', t.null, [null]],
    ['undefined', t.undefined, [undefined]],
    ['unknown', t.unknown, values],
    ['literal', t.literal('a'), ['a']],
    ['keyof', t.keyof({ a: null, b: null }), ['a', 'b']],
    [
      'type',
      t.type({ a: t.string, b: t.number }),
      [
        { a: '', b: 1 },
        { b: 1, a: '' },
      ],
    ],
    ['partial', t.partial({ a: t.string }), [{}, { a: '' }, { a: undefined }]],
    ['exact', t.exact(t.type({ a: t.string })), [{ a: '' }]],
    ['exact partial', t.exact(t.partial({ a: t.string })), [{}, { a: '' }]],
    [
      'exact intersection',
      t.exact(t.intersection([t.type({ a: t.string }), t.partial({ b: t.string })])),
      [{ a: '' }, { a: '', b: '' }],
    ],
    [
      'exact of wrapped',
      t.exact(t.readonly(t.refinement(t.type({ a: t.string }), () => true))),
      [{ a: '' }],
    ],
    ['strict', t.strict({ a: t.string }), [{ a: '' }]],
    ['array', t.array(t.string), [[], ['a', 'b']]],
    ['readonlyArray', t.readonlyArray(t.string), [[], ['a', 'b']]],
    ['readonly', t.readonly(t.type({ a: t.string })), [{ a: '' }]],
    ['record', t.record(t.string, t.number), [{}, { a: 1 }]],
    ['where', where(t.string, (s) => s !== '', 'some'), ['a']],
    ['refinement', t.refinement(t.number, (n) => n > 0), [1]],
    ['brand', t.Int, [1]],
    [
      'intersection',
      t.intersection([t.type({ a: t.string }), t.type({ b: t.null })]),
      [{ a: '', b: null }],
    ],
    ['union', t.union([t.string, t.null]), ['a', null]],
    [
      'union of tagged',
      t.union([t.type({ type: t.literal('A') }), t.type({ type: t.literal('B') })]),
      [{ type: 'A' }, { type: 'B' }],
    ],
    [
      'union of arrays',
      t.union([t.array(t.string), t.record(t.string, t.string)]),
      [['a'], { a: '' }],
    ],
    ['union of partials', t.union([t.partial({ a: t.string }), t.null]), [{ a: '' }, null]],
  ]

  it.each(quick)('%s: what fits is its own decoding, without asking io-ts', (_, type, fit) => {
    const { decode } = codec(type)
    const asked = vi.spyOn(type, 'decode')
    for (const value of fit) {
      const decoded = decode(value)
      expect(E.isRight(decoded) && Object.is(decoded.right, value)).toBe(true)
    }
    expect(asked).not.toHaveBeenCalled()
    asked.mockRestore()
  })

  it('anything that might be transformed is left to io-ts', () => {
    const slow: ReadonlyArray<readonly [AnyType, unknown]> = [
      [date, '1996-07-04T00:00:00.000Z'],
      [t.type({ a: bigint }), { a: '1' }],
      [t.partial({ a: bigint }), { a: '1' }],
      [t.array(bigint), ['1']],
      [t.record(t.string, bigint), { a: '1' }],
      [t.record(t.keyof({ a: null }), t.string), { a: 'a', b: 'b' }],
      [t.tuple([t.string, t.string]), ['a', 'b', 'c']],
      [t.exact(t.type({ a: t.string })), { a: '', b: '' }],
      [t.union([t.exact(t.type({ a: t.string })), t.type({ a: t.string })]), { a: '', b: '' }],
      [t.union([t.type({ a: t.undefined }), t.type({ b: t.string })]), { b: '' }],
    ]
    for (const [type, value] of slow) {
      expect(codec(type).decode(value)).toStrictEqual(type.decode(value))
      expect(type.decode(value)).not.toStrictEqual(E.right(value))
    }
  })

  it('a copy of a type with functions of its own is left to it, also as a part of another', () => {
    const trim = t.string.pipe(
      new t.Type('trim', t.string.is, (u) => t.success(String(u).trim()), t.identity),
    )
    const parts: ReadonlyArray<readonly [AnyType, unknown]> = [
      [t.string, ' a '],
      [t.literal(' a '), ' a '],
      [t.keyof({ ' a ': null }), ' a '],
      [t.refinement(t.string, () => true), ' a '],
      [where(t.string, () => true, 'any'), ' a '],
      [t.readonly(t.string), ' a '],
      [t.union([t.string, t.null]), ' a '],
      [t.intersection([t.string, t.unknown]), ' a '],
      [t.type({ a: t.string }), { a: '' }],
      [t.partial({ a: t.string }), { a: '' }],
      [t.strict({ a: t.string }), { a: '' }],
      [t.array(t.string), ['']],
      [t.readonlyArray(t.string), ['']],
      [t.record(t.string, t.string), { a: '' }],
      [
        t.union([t.type({ type: t.literal('A') }), t.type({ type: t.literal('B') })]),
        { type: 'A' },
      ],
    ]
    for (const [part, input] of parts) {
      const decoding = copyOf(part, { validate: trim.validate })
      const refusing = copyOf(part, { validate: t.never.validate })
      for (const type of [decoding, refusing]) {
        const wholes: ReadonlyArray<AnyType> = [
          type,
          t.type({ a: type }),
          t.array(type),
          t.union([t.null, type]),
        ]
        for (const [i, whole] of wholes.entries()) {
          const data = [input, { a: input }, [input], input][i]
          expect(codec(whole).decode(data)._tag).toBe(whole.decode(data)._tag)
          const [actual, expected] = [codec(whole).decode(data), whole.decode(data)]
          if (E.isRight(expected)) expect(actual).toStrictEqual(expected)
        }
      }
      const nobody = copyOf(part, { is: t.never.is })
      expect([codec(nobody).is(input), codec(t.array(nobody)).is([input])]).toEqual([false, false])
    }
    const keys = copyOf(t.string, { validate: t.never.validate })
    expect(codec(t.record(keys, t.string)).decode({ a: '' })).toStrictEqual(E.right({}))
  })

  it('a subclass is left to its own functions', () => {
    class Never extends t.InterfaceType<t.Props, unknown, unknown, unknown> {}
    const own = new Never('own', t.type({}).is, t.failure, t.identity, { a: t.string })
    expect(E.isLeft(codec(own).decode({ a: '' }))).toBe(true)
    expect(E.isLeft(codec(t.array(own)).decode([{ a: '' }]))).toBe(true)
  })

  it('a copy that decodes everything, or throws, is left to its own functions', () => {
    const decoding = copyOf(t.number, { decode: () => E.right('a') })
    expect(codec(decoding).decode(1)).toStrictEqual(E.right('a'))
    const throwing = copyOf(t.number, {
      decode: () => {
        throw new Error('out of order')
      },
    })
    expect(E.isLeft(codec(throwing).decode(1))).toBe(true)
    const silent = copyOf(t.number, { decode: () => E.left([]) })
    expect(E.isLeft(codec(silent).decode(1))).toBe(true)
  })

  it('a field that is inherited counts as it does for io-ts', () => {
    const heir: unknown = Object.create({ a: '', b: '' })
    const types: ReadonlyArray<AnyType> = [
      t.type({ a: t.string }),
      t.partial({ a: t.string, b: t.number }),
      t.record(t.string, t.number),
      t.strict({ a: t.string }),
    ]
    for (const type of types) {
      expect(codec(type).decode(heir)._tag).toBe(type.decode(heir)._tag)
      expect(codec(type).is(heir)).toBe(type.is(heir))
    }
  })

  it('a zero that is a literal is the one of the type', () => {
    expect(codec(t.literal(0)).decode(-0)).toStrictEqual(E.right(0))
    expect(codec(t.union([t.literal(0), t.number])).decode(-0)).toStrictEqual(E.right(0))
  })
})

describe('unknown fields are left out', () => {
  const point = t.type({ x: t.number })
  const named = t.partial({ name: t.string })
  const Tree = recursion('Tree', (self) => t.type({ x: t.number, parts: t.array(self) }))
  const shape = t.union([
    t.type({ kind: t.literal('circle'), center: point }),
    t.type({ kind: t.literal('line'), from: point, to: point }),
  ])
  const secret = 'secret'
  const dirty = { x: 1, secret }
  const clean = { x: 1 }
  const cases: ReadonlyArray<readonly [string, AnyType, unknown, unknown]> = [
    ['an object', point, dirty, clean],
    ['an object within another', t.type({ at: point }), { at: dirty }, { at: clean }],
    ['a partial object', named, { secret, name: 'a' }, { name: 'a' }],
    ['a strict object', t.strict({ x: t.number }), dirty, clean],
    ['an exact object', t.exact(t.type({ at: point })), { at: dirty, secret }, { at: clean }],
    ['a readonly object', t.readonly(point), dirty, clean],
    ['a refined object', where(point, ({ x }) => x > 0, 'positive'), dirty, clean],
    [
      'a branded object',
      t.brand(point, (u): u is t.Branded<{ x: number }, never> => u.x > 0, 'P'),
      dirty,
      clean,
    ],
    [
      'an intersection',
      t.intersection([point, named]),
      { ...dirty, name: 'a' },
      { ...clean, name: 'a' },
    ],
    [
      'fields that both members of an intersection name',
      t.intersection([t.type({ a: point }), t.type({ a: named })]),
      { a: { ...dirty, name: 'a' } },
      { a: { x: 1, name: 'a' } },
    ],
    [
      'a union',
      shape,
      { kind: 'line', from: dirty, to: dirty, center: dirty },
      { kind: 'line', from: clean, to: clean },
    ],
    ['a union with null', t.union([t.null, point]), dirty, clean],
    [
      'a field that is a union',
      t.type({ shape }),
      { shape: { kind: 'circle', center: dirty } },
      { shape: { kind: 'circle', center: clean } },
    ],
    ['an array', t.array(point), [clean, dirty], [clean, clean]],
    ['a readonly array', t.readonlyArray(point), [dirty], [clean]],
    [
      'elements that two members of a union accept',
      t.union([t.array(point), t.array(named)]),
      [{ ...dirty, name: 'a' }],
      [{ x: 1, name: 'a' }],
    ],
    ['a tuple', t.tuple([t.string, point]), ['a', dirty], ['a', clean]],
    ['a record', t.record(t.string, point), { a: dirty }, { a: clean }],
    ['a record of keys', t.record(t.keyof({ a: null }), point), { a: dirty, secret }, { a: clean }],
    [
      'a recursive type',
      Tree,
      { ...dirty, parts: [{ ...dirty, parts: [] }] },
      { ...clean, parts: [{ ...clean, parts: [] }] },
    ],
    [
      'a date beside',
      t.type({ at: date, on: point }),
      { at: '1970-01-01T00:00:00.000Z', on: dirty, secret },
      { at: '1970-01-01T00:00:00.000Z', on: clean },
    ],
    ['a field named __proto__', point, JSON.parse('{"x":1,"__proto__":{"secret":1}}'), clean],
  ]

  it.each(cases)('of %s, decoding and encoding', (_, type, input, stored) => {
    const { decode, encode } = codec(type)
    const decoded = decode(input)
    if (E.isLeft(decoded)) return expect.unreachable('it was refused')
    expect(decoded).toStrictEqual(decode(stored))
    const raw = type.decode(input)
    expect(E.isRight(raw) && encode(raw.right)).toStrictEqual(stored)
    expect(encode(decoded.right)).toStrictEqual(stored)
  })

  it('but not where the type says nothing of the fields', () => {
    const own = new t.Type<object, object>(
      'own',
      (u): u is object => typeof u === 'object',
      (u) => t.success(u as object),
      t.identity,
    )
    const open: ReadonlyArray<AnyType> = [
      t.unknown,
      t.UnknownRecord,
      t.object,
      own,
      t.intersection([point, t.UnknownRecord]),
      t.union([t.type({ kind: t.literal('a') }), own]),
      t.intersection([] as unknown as [AnyType, AnyType]), // of no types, which io-ts allows
    ]
    for (const type of open) {
      expect(codec(type).decode(dirty)).toStrictEqual(E.right(dirty))
      expect(codec(type).encode(dirty)).toStrictEqual(dirty)
    }
    expect(codec(t.UnknownArray).decode([dirty])).toStrictEqual(E.right([dirty]))
  })

  it('nor where a type changed after io-ts made it accepts what it does not describe', () => {
    const anything = { decode: (u: unknown) => E.right(u), is: t.unknown.is }
    const pair = copyOf(t.tuple([t.string, point]), anything)
    expect(codec(pair).decode(['a', dirty, dirty])).toStrictEqual(E.right(['a', clean, dirty]))
    const shapes = copyOf(t.union([t.type({ kind: t.literal('a') }), t.array(t.string)]), anything)
    expect(codec(shapes).decode(dirty)).toStrictEqual(E.right(dirty))
    expect(codec(copyOf(t.array(t.string), anything)).decode(dirty)).toStrictEqual(E.right(dirty))
    expect(codec(copyOf(point, anything)).decode([dirty])).toStrictEqual(E.right([dirty]))
  })

  it('a field stays where any member of a union that accepts the object names it', () => {
    const type = t.union([point, t.type({ x: t.number, y: t.number })])
    expect(codec(type).decode({ x: 1, y: 2, secret })).toStrictEqual(E.right({ x: 1, y: 2 }))
  })

  it('a class shows the fields that it inherits', () => {
    class Point {
      readonly secret = secret
      get x(): number {
        return 1
      }
    }
    const other = t.intersection([point, t.partial({ toString: t.unknown })])
    expect(codec(point).encode(new Point())).toStrictEqual(clean)
    expect(
      codec(t.intersection([point, t.record(t.keyof({ secret: null }), t.string)])).encode(
        new Point() as never,
      ),
    ).toMatchObject({ x: 1, secret })
    expect(Object.keys(codec(other).encode(new Point() as never) as object)).toContain('x')
  })

  it('at every level of a deep value, each field is looked at once', () => {
    const List = recursion('List', (self) => t.type({ at: date, next: t.union([t.null, self]) }))
    const at = '1970-01-01T00:00:00.000Z'
    const list = (depth: number, more: object): unknown =>
      depth === 0 ? null : { at, next: list(depth - 1, more), ...more }
    const { decode, encode } = codec(List)
    const decoded = decode(list(60, { secret }))
    expect(decoded).toStrictEqual(decode(list(60, {})))
    expect(E.isRight(decoded) && encode(decoded.right)).toStrictEqual(list(60, {}))
  })

  it('of a value that two recursive types describe', () => {
    const chain = (item: AnyType): AnyType =>
      recursion('Chain', (self) => t.intersection([t.type({ item }), t.partial({ next: self })]))
    const types: ReadonlyArray<AnyType> = [
      t.union([chain(t.unknown), chain(t.string)]),
      t.intersection([chain(t.unknown), chain(t.string)]),
    ]
    for (const type of types) {
      const { decode } = codec(type)
      for (const value of [{ item: '' }, { item: 'a', next: { item: 'b', next: { item: 'c' } } }]) {
        expect(decode(value)).toStrictEqual(E.right(value))
        expect(decode({ ...value, secret })).toStrictEqual(E.right(value))
      }
    }
  })

  it('and a value without any is given back as it is, also with NaN in it', () => {
    const field = t.union([t.number, point])
    const value = { x: NaN, y: [NaN] }
    expect(codec(t.type({ x: field, y: t.array(field) })).encode(value)).toBe(value)
  })

  it('of a recursive type that names itself twice in one field', () => {
    const Twice = recursion('Twice', (self) =>
      t.intersection([
        t.type({ x: t.number, next: t.union([t.null, self]) }),
        t.partial({ next: t.union([t.null, self]) }),
      ]),
    )
    expect(
      codec(Twice).decode({ ...dirty, next: { ...dirty, next: { ...dirty, next: null } } }),
    ).toStrictEqual(E.right({ x: 1, next: { x: 1, next: { x: 1, next: null } } }))
  })

  it('a type that stands on an unknown field refuses what is left without it', () => {
    const odd = where(point, (p) => 'secret' in p, 'with a secret')
    expect(issuesOf(odd, dirty)).toEqual([
      { path: [], expected: 'with a secret without unknown fields', actual: dirty },
    ])
  })

  it('members of a union are told apart at a glance where literals do', () => {
    const asked = vi.fn(() => true)
    const deep = where(point, asked, 'deep')
    const type = t.union([
      t.type({ kind: t.literal('a'), deep }),
      t.type({ kind: t.literal('b'), deep }),
    ])
    expect(codec(type).decode({ kind: 'b', deep: dirty })).toStrictEqual(
      E.right({ kind: 'b', deep: clean }),
    )
    // by the guard, by decoding, and once what is left is seen to be of the type
    expect(asked.mock.calls.length).toBeLessThanOrEqual(3)
  })
})

describe('paths', () => {
  const at = (input: unknown, path: Issue['path']): unknown =>
    path.reduce<unknown>((value, step) => {
      expect(typeof step).toBe(Array.isArray(value) ? 'number' : 'string')
      return (value as Readonly<Record<string | number, unknown>>)[step]
    }, input)

  it('a path leads through the data to the value that was refused', () => {
    fc.assert(
      fc.property(
        specAndInputs.filter(([one]) => !reportsDecoded(one)),
        ([one, inputs]) => {
          for (const input of inputs) {
            const decoded = codec(typeOf(one)).decode(input)
            if (E.isRight(decoded)) continue
            for (const { path, actual } of decoded.left) {
              expect([path, at(input, path)]).toStrictEqual([path, actual])
            }
          }
        },
      ),
      { numRuns: runs(500) },
    )
  })

  const leaf = t.type({ a: t.string })
  const other = t.type({ b: t.string })
  const bad = { a: 1 }
  const cases: ReadonlyArray<readonly [string, AnyType, unknown, Issue['path']]> = [
    ['the root', t.string, 1, []],
    ['a type', leaf, bad, ['a']],
    ['a partial', t.partial({ a: t.string }), bad, ['a']],
    ['an exact', t.exact(leaf), bad, ['a']],
    ['a strict', t.strict({ a: t.string }), bad, ['a']],
    ['a readonly', t.readonly(leaf), bad, ['a']],
    ['a refinement', t.refinement(leaf, () => true), bad, ['a']],
    ['a brand', t.brand(leaf, (u): u is t.Branded<{ a: string }, never> => true, 'B'), bad, ['a']],
    ['a where', where(leaf, () => true, 'w'), bad, ['a']],
    ['an array', t.array(leaf), [{ a: '' }, bad], [1, 'a']],
    ['a readonlyArray', t.readonlyArray(leaf), [bad], [0, 'a']],
    ['a tuple', t.tuple([t.string, leaf]), ['', bad], [1, 'a']],
    ['a record', t.record(t.string, leaf), { '1': bad }, ['1', 'a']],
    ['a record of keys', t.record(t.keyof({ k: null }), leaf), { k: bad }, ['k', 'a']],
    ['an intersection', t.intersection([other, leaf]), { ...bad, b: '' }, ['a']],
    ['an exact intersection', t.exact(t.intersection([other, leaf])), { ...bad, b: '' }, ['a']],
    ['a refined union', where(t.union([leaf, t.null]), () => true, 'w'), bad, ['a']],
    ['a refined array', where(t.array(leaf), () => true, 'w'), [bad], [0, 'a']],
    [
      'a union on a tag',
      t.union([t.type({ tag: t.literal('A') }), t.type({ tag: t.literal('B'), a: t.string })]),
      { ...bad, tag: 'B' },
      ['a'],
    ],
    [
      'all of it',
      t.type({ x: t.readonly(t.exact(t.intersection([leaf, t.partial({ ys: t.array(leaf) })]))) }),
      { x: { a: '', ys: [{ a: '' }, bad] } },
      ['x', 'ys', 1, 'a'],
    ],
  ]

  it.each(cases)('through %s', (_, type, input, path) => {
    expect(pathsOf(type, input)).toContainEqual(path)
    for (const one of pathsOf(type, input)) {
      expect(path.slice(0, one.length)).toStrictEqual(one)
    }
  })

  it('through a recursive union', () => {
    const Tree = recursion('Tree', (self) => t.union([t.string, t.array(self)]))
    expect(pathsOf(Tree, ['a', [1]])).toStrictEqual([[], [1], [1, 0], [1, 0]])
  })

  it('through a recursive intersection and array', () => {
    const Node = recursion('Node', (self) =>
      t.intersection([leaf, t.partial({ parts: t.readonly(t.array(self)) })]),
    )
    expect(pathsOf(Node, { a: '', parts: [{ a: '' }, bad] })).toStrictEqual([['parts', 1, 'a']])
  })
})

describe('refusals', () => {
  it('expect the name of the type, and of a where its own, whatever is wrong', () => {
    const even = where(t.number, (n) => n % 2 === 0, 'an even number')
    expect(issuesOf(even, 3)).toStrictEqual([{ path: [], expected: 'an even number', actual: 3 }])
    expect(issuesOf(even, 'x')).toStrictEqual([
      { path: [], expected: 'an even number', actual: 'x' },
    ])
    expect(issuesOf(t.type({ a: t.number }), {})).toStrictEqual([
      { path: ['a'], expected: 'number', actual: undefined },
    ])
  })

  it('name every field that is wrong', () => {
    expect(issuesOf(t.type({ a: t.number, b: t.string, c: t.null }), { b: 1, c: null })).toEqual([
      { path: ['a'], expected: 'number', actual: undefined },
      { path: ['b'], expected: 'string', actual: 1 },
    ])
  })

  const custom = (validate: t.Validate<unknown, unknown>): AnyType =>
    new t.Type('custom', (_): _ is unknown => true, validate, t.identity)

  it('say what the type says, where it has a message of its own', () => {
    const type = custom((u, context) => t.failure(u, context, 'something nicer'))
    expect(issuesOf(t.type({ a: type }), { a: 1 })).toEqual([
      { path: ['a'], expected: 'something nicer', actual: 1 },
    ])
  })

  it('are there even where the type gives no reason', () => {
    const silent = custom(() => t.failures([]))
    expect(issuesOf(silent, 1)).toEqual([{ path: [], expected: 'custom', actual: 1 }])
    const lost = custom((u) => t.failure(u, []))
    expect(issuesOf(lost, 1)).toEqual([{ path: [], expected: 'something else', actual: 1 }])
  })

  it('are values where decoding throws', () => {
    const broken = custom(() => {
      throw new Error('out of order')
    })
    expect(issuesOf(broken, 1)).toEqual([
      { path: [], expected: 'custom (decoding it failed: Error: out of order)', actual: 1 },
    ])
  })

  it('are values where a predicate throws', () => {
    const broken = where(
      t.string,
      () => {
        throw new Error('out of order')
      },
      'fine',
    )
    expect(issuesOf(broken, 'x')).toEqual([
      { path: [], expected: 'fine (decoding it failed: Error: out of order)', actual: 'x' },
    ])
    expect(codec(broken).is('x')).toBe(false)
  })

  it('are values for data nested deeper than the stack', () => {
    const Nested = recursion('Nested', (self) => t.array(self))
    let deep: unknown = []
    for (let i = 0; i < 10_000; i++) deep = [deep]
    const [issue] = issuesOf(Nested, deep)
    expect(issue).toMatchObject({ path: [], actual: deep })
    expect(issue?.expected).toMatch(/^Nested \(decoding it failed: RangeError/)
    expect(codec(Nested).is(deep)).toBe(false)
  })
})

describe('where', () => {
  const short = where(
    new t.Type<string, number>(
      'digits',
      t.string.is,
      (u, context) => (typeof u === 'number' ? t.success(String(u)) : t.failure(u, context)),
      Number,
    ),
    (s) => s.length < 3,
    'short',
  )

  it('holds its predicate against what was decoded, and encodes as the type beneath', () => {
    expect(codec(short).decode(12)).toStrictEqual(E.right('12'))
    expect(issuesOf(short, 123)).toEqual([{ path: [], expected: 'short', actual: 123 }])
    expect(codec(short).encode('12')).toBe(12)
    expect([codec(short).is('12'), codec(short).is('123'), codec(short).is(12)]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('date', () => {
  it('refuses other spellings and dates that are none', () => {
    for (const text of ['1996-07-04', '1996-07-04T00:00:00Z', '1996-02-30T00:00:00.000Z', '', 'x'])
      expect(E.isLeft(codec(date).decode(text))).toBe(true)
    for (const value of [0, null, undefined, new Date(0), {}])
      expect(E.isLeft(codec(date).decode(value))).toBe(true)
  })

  it('is a valid date', () => {
    const { is } = codec(date)
    expect([new Date(0), new Date(NaN), '1996-07-04T00:00:00.000Z', 0].map(is)).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  it('says what it expects', () => {
    expect(issuesOf(date, 0)).toEqual([
      { path: [], expected: 'an ISO 8601 instant like "1996-07-04T00:00:00.000Z"', actual: 0 },
    ])
  })
})

describe('bigint', () => {
  it('refuses other spellings', () => {
    for (const text of ['', '-0', '00', '01', '+1', '1.0', '0x1', ' 1', '1\n', '1n', 'a', '٣'])
      expect(E.isLeft(codec(bigint).decode(text))).toBe(true)
    for (const value of [0, 1n, null, undefined])
      expect(E.isLeft(codec(bigint).decode(value))).toBe(true)
  })

  it('takes digits of any length', () => {
    expect(codec(bigint).decode('0')).toStrictEqual(E.right(0n))
    expect(codec(bigint).decode('-90')).toStrictEqual(E.right(-90n))
    expect(codec(bigint).encode(-(10n ** 30n))).toBe(`-1${'0'.repeat(30)}`)
  })

  it('is a bigint', () => {
    expect([1n, 1, '1'].map(codec(bigint).is)).toEqual([true, false, false])
  })

  it('says what it expects', () => {
    expect(issuesOf(bigint, 'x')).toEqual([
      { path: [], expected: 'an integer in decimal digits', actual: 'x' },
    ])
  })
})

it('random types decode most of what is made to fit them', () => {
  const samples = fc.sample(specAndFitting, { numRuns: 300, seed: 1 })
  const decoded = samples.filter(([one, value]) => E.isRight(typeOf(one).decode(value)))
  expect(decoded.length).toBeGreaterThan(150)
})
