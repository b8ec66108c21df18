import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { showIssue, showPath, tagged } from '../../src/codec/Codec.ts'
import { bigint, codec, date, where } from '../../src/codec/IoTs.ts'
import { runs } from '../setup.ts'
import { specAndFitting, transforms, typeOf } from './types.ts'

type Shape =
  | { readonly type: 'Circle'; readonly radius: bigint }
  | { readonly type: 'Square'; readonly side: number; readonly drawn: Date }

const shapes = tagged<Shape>({
  Circle: codec(t.type({ type: t.literal('Circle'), radius: bigint })),
  Square: codec(t.type({ type: t.literal('Square'), side: t.number, drawn: date })),
})

const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.record(
    { type: fc.constant('Circle' as const), radius: fc.bigInt() },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      type: fc.constant('Square' as const),
      side: fc.double(),
      drawn: fc.date({ noInvalidDate: true }),
    },
    { noNullPrototype: true },
  ),
)

describe('laws', () => {
  it('law 1: round trip', () => {
    fc.assert(
      fc.property(shape, (value) => {
        expect(shapes.decode(shapes.encode(value))).toStrictEqual(E.right(value))
      }),
    )
  })

  it('law 1: round trip of random types', () => {
    fc.assert(
      fc.property(specAndFitting, ([spec, input]) => {
        // io-ts may encode by another member than it decoded by
        fc.pre(!transforms(spec) && !/"union"|"tree"/.test(JSON.stringify(spec)))
        const { decode, encode, is } = codec(typeOf(spec))
        const decoded = decode(input)
        if (E.isLeft(decoded) || !is(decoded.right)) return
        expect(decode(encode(decoded.right))).toStrictEqual(decoded)
      }),
      { numRuns: runs(500) },
    )
  })

  it('law 2: is a value exactly where encode takes it', () => {
    fc.assert(
      fc.property(shape, (value) => {
        expect(shapes.is(value)).toBe(true)
        expect(shapes.is({ ...value, type: 'Triangle' })).toBe(false)
        expect(shapes.is({ ...value, type: value.type === 'Circle' ? 'Square' : 'Circle' })).toBe(
          false,
        )
        expect(shapes.is(shapes.encode(value))).toBe(false)
      }),
    )
    for (const value of [null, undefined, 1, 'Circle', [], {}, { type: 'toString' }])
      expect(shapes.is(value)).toBe(false)
  })
})

describe('tagged', () => {
  it('refuses an unknown type and names those that there are', () => {
    const expected = '"Circle" | "Square"'
    for (const type of ['Triangle', 'circle', '', 'toString', '__proto__', null, 1, undefined])
      expect(shapes.decode({ type, radius: '1' })).toStrictEqual(
        E.left([{ path: ['type'], expected, actual: type }]),
      )
    for (const input of [null, undefined, 1, 'Circle', [], {}])
      expect(shapes.decode(input)).toStrictEqual(
        E.left([{ path: ['type'], expected, actual: undefined }]),
      )
  })

  it('explains a refusal in the terms of the one member', () => {
    expect(shapes.decode({ type: 'Square', side: 'x', drawn: 'never' })).toStrictEqual(
      E.left([
        { path: ['side'], expected: 'number', actual: 'x' },
        {
          path: ['drawn'],
          expected: 'an ISO 8601 instant like "1996-07-04T00:00:00.000Z"',
          actual: 'never',
        },
      ]),
    )
  })

  it('asks one member only', () => {
    const asked: Array<string> = []
    const member = <K extends string>(name: K) =>
      codec(where(t.type({ type: t.literal(name) }), () => asked.push(name) > 0, name))
    const both = tagged<{ type: 'A' } | { type: 'B' }>({ A: member('A'), B: member('B') })
    expect(both.decode({ type: 'B' })).toStrictEqual(E.right({ type: 'B' }))
    expect(both.is({ type: 'B' })).toBe(true)
    expect(asked).toEqual(['B', 'B'])
  })
})

it('showPath writes fields with dots and places in brackets', () => {
  const shown = [[], ['a'], [0], ['a', 'b'], ['a', 0, 1, 'b'], [0, 'a']].map(showPath)
  expect(shown).toEqual(['(root)', 'a', '[0]', 'a.b', 'a[0][1].b', '[0].a'])
})

describe('showIssue', () => {
  const got = (actual: unknown): string => showIssue({ path: ['a'], expected: 'b', actual })

  it('is one line', () => {
    expect(showIssue({ path: ['a', 0], expected: 'b', actual: 1 })).toBe('a[0]: expected b, got 1')
  })

  it('says what there is, whatever it is', () => {
    const shown = [
      ['x "y"', '"x \\"y\\""'],
      ['a\nb', '"a\\nb"'],
      [1n, '1'],
      [NaN, 'NaN'],
      [null, 'null'],
      [undefined, 'undefined'],
      [true, 'true'],
      [[1, 2], 'an array of 2'],
      [{ a: 1 }, 'an object'],
      [Object.create(null), 'an object'],
      [() => 1, 'a function'],
      [Symbol('s'), 'Symbol(s)'],
    ] as const
    for (const [value, text] of shown) expect(got(value)).toBe(`a: expected b, got ${text}`)
  })

  it('is cut after 80 characters of the value', () => {
    const prefix = 'a: expected b, got '
    expect(got('x'.repeat(78))).toBe(`${prefix}"${'x'.repeat(78)}"`)
    expect(got('x'.repeat(79))).toBe(`${prefix}"${'x'.repeat(78)}…`)
    expect(got('x'.repeat(100_000))).toHaveLength(prefix.length + 80)
  })
})
