import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { codec, date, where } from '../../../src/codec/IoTs.ts'
import type { Chain } from '../../../src/codec/internal/versions.ts'
import { chainOf, next } from '../../../src/codec/EventCodec/upcast.ts'

type V1 = { readonly name: string }
type V2 = { readonly name: string; readonly discount: number }
type V3 = { readonly name: string; readonly discount: number; readonly at: Date }

const v1 = codec(t.type({ name: t.string }))
const discount = where(t.number, (n) => n >= 0, 'a discount')
const v2 = codec(t.type({ name: t.string, discount }))
const v3 = codec(t.type({ name: t.string, discount: t.number, at: date }))
const toV2 = ({ name }: V1): V2 => ({ name, discount: name.length })
const toV3 = (old: V2): V3 => ({ ...old, at: new Date(0) })

const one = chainOf(v1)
const two = pipe(one, next(v2, toV2))
const three: Chain<V3> = pipe(two, next(v3, toV3))

const junk = fc.oneof(fc.anything(), fc.constantFrom({ name: 1 }, { name: '', discount: -1 }))
const named = fc.record({ name: fc.string() }, { noNullPrototype: true })
const discounted = fc.record({ name: fc.string(), discount: fc.nat() }, { noNullPrototype: true })
const dated = fc.record(
  {
    name: fc.string(),
    discount: fc.nat(),
    at: fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
  },
  { noNullPrototype: true },
)

describe('laws', () => {
  it('law 1: data of the newest version decodes as its codec says', () => {
    fc.assert(
      fc.property(fc.oneof(junk, named, discounted, dated), (data) => {
        expect(one.decode(1, data)).toStrictEqual(v1.decode(data))
        expect(two.decode(2, data)).toStrictEqual(v2.decode(data))
        expect(three.decode(3, data)).toStrictEqual(v3.decode(data))
      }),
    )
  })

  it('law 2: data of an older version decodes to what its successor’s upcast gives', () => {
    fc.assert(
      fc.property(fc.oneof(junk, named, discounted), (data) => {
        expect(two.decode(1, data)).toStrictEqual(E.map(toV2)(one.decode(1, data)))
        expect(three.decode(1, data)).toStrictEqual(E.map(toV3)(two.decode(1, data)))
        expect(three.decode(2, data)).toStrictEqual(E.map(toV3)(two.decode(2, data)))
      }),
    )
  })

  it('law 3: a version that the chain does not have is refused', () => {
    const versions = fc.oneof(
      fc.constantFrom(0, 4, 1.5, 2.5, -1, NaN, Infinity, -Infinity),
      fc.double().filter((n) => ![1, 2, 3].includes(n)),
      fc.integer().filter((n) => n < 1 || n > 3),
    )
    fc.assert(
      fc.property(versions, fc.oneof(junk, named, discounted, dated), (version, data) => {
        expect(three.decode(version, data)).toStrictEqual(
          E.left([{ path: ['schemaVersion'], expected: 'a version from 1 to 3', actual: version }]),
        )
      }),
    )
  })

  it('law 3: an upcast that does not fit the next version is refused', () => {
    const broken = pipe(
      one,
      next(v2, ({ name }) => ({ name, discount: -name.length })),
      next(v3, toV3),
    )
    expect(broken.decode(1, { name: 'Ann' })).toStrictEqual(
      E.left([
        {
          path: [],
          expected: 'an upcast whose result fits version 2',
          actual: { name: 'Ann', discount: -3 },
        },
      ]),
    )
    expect(broken.decode(2, { name: 'Ann', discount: 3 })).toStrictEqual(
      E.right({ name: 'Ann', discount: 3, at: new Date(0) }),
    )
  })
})

it('a chain of one version names it', () => {
  for (const version of [0, 2, 1.5, NaN]) {
    expect(one.decode(version, { name: 'Ann' })).toStrictEqual(
      E.left([{ path: ['schemaVersion'], expected: 'version 1', actual: version }]),
    )
  }
})

it('a chain knows its newest version and its codec', () => {
  expect([one.version, two.version, three.version]).toEqual([1, 2, 3])
  expect([one.codec, two.codec, three.codec]).toEqual([v1, v2, v3])
})

it('old data that its own version refuses is refused with its issues', () => {
  expect(three.decode(1, { name: 1 })).toStrictEqual(
    E.left([{ path: ['name'], expected: 'string', actual: 1 }]),
  )
})

it('law 3: data for which an upcast throws is refused', () => {
  const broken = pipe(
    codec(t.type({ a: t.string })),
    next(codec(t.type({ b: t.string })), (): { readonly b: string } => {
      throw new Error('out of order')
    }),
  )
  expect(broken.decode(1, { a: '' })).toMatchObject(
    E.left([{ path: [], expected: 'an upcast whose result fits version 2' }]),
  )
})

it('tells what the codec of each version was put together from', () => {
  expect(three.versions.map(({ origin }) => origin)).toStrictEqual(
    [v1, v2, v3].map(({ origin }) => origin),
  )
})

it('an upcast event has no fields that its codec does not name', () => {
  const spread = pipe(
    codec(t.type({ name: t.string, secret: t.string })),
    next(v2, (old) => ({ ...old, discount: 0 })),
  )
  expect(spread.decode(1, { name: 'Ann', secret: 'x' })).toStrictEqual(
    E.right({ name: 'Ann', discount: 0 }),
  )
})
