import fc from 'fast-check'
import { left } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { where } from '../../../src/codec/IoTs.ts'
import { derive } from '../../../src/testing/arbitrary/derive.ts'
import type { Deriving } from '../../../src/testing/arbitrary/context.ts'
import {
  costed,
  dictionaries,
  underivable,
  fieldPath,
  isAbsent,
  isDerivedTooDeep,
  keysOf,
  likely,
} from '../../../src/testing/arbitrary/context.ts'
import { asStructure } from '../../../src/testing/arbitrary/ioTs.ts'
import * as pools from '../../../src/testing/arbitrary/values.ts'

const sample = <A>(from: fc.Arbitrary<A>) => fc.sample(from, { numRuns: 200, seed: 1 })

const context: Deriving = {
  given: () => undefined,
  unfoldings: 0,
  memoKey: () => '',
  memo: new Map(),
  derive,
}

describe('what is derived', () => {
  it('is a generator that costs 1 where nothing is said, or why there is none', () => {
    const arbitrary = fc.nat()
    expect(costed(arbitrary)).toStrictEqual({ _tag: 'Right', right: { arbitrary, cost: 1 } })
    expect(costed(arbitrary, 0)).toStrictEqual({ _tag: 'Right', right: { arbitrary, cost: 0 } })
    expect(underivable('Never', 'a', t.never, 'why')).toStrictEqual(
      left({ kind: 'Never', path: 'a', name: 'never', reason: 'why' }),
    )
  })

  it('may be too deep', () => {
    const failures = (['TooDeep', 'Never'] as const).map((kind) =>
      underivable(kind, '', t.never, ''),
    )
    expect(failures.map(isDerivedTooDeep)).toStrictEqual([true, false])
    expect(isDerivedTooDeep(costed(fc.nat()))).toBe(false)
  })

  it('may be absent where there is no value, or only endless ones', () => {
    const kinds = ['TooDeep', 'Never', 'Contradiction', 'Unsupported'] as const
    const absent = kinds.map((kind) => isAbsent({ kind, path: '', name: '', reason: '' }))
    expect(absent).toStrictEqual([true, true, false, false])
  })
})

describe('paths', () => {
  it('are keys with points between them', () => {
    expect(fieldPath('', 'a')).toBe('a')
    expect(fieldPath(fieldPath('', 'a'), 'b')).toBe('a.b')
  })
})

describe('entries', () => {
  it('make plain objects of four fields or fewer', () => {
    const made = sample(dictionaries(fc.nat(), fc.constant('value')))
    expect(Math.max(...made.map((one) => Object.keys(one).length))).toBe(4)
    expect(made.filter((one) => Object.getPrototypeOf(one) !== Object.prototype)).toStrictEqual([])
  })
})

describe('keys', () => {
  const keys = (domain: unknown, given: Deriving['given'] = () => undefined) => {
    const derived = keysOf({ ...context, given }, asStructure(domain), 'map')
    return derived._tag === 'Left' ? derived : sample(derived.right.arbitrary)
  }

  it('of any text are mostly such as a person would choose, and never __proto__', () => {
    const made = keys(t.string)
    const chosen = Array.isArray(made) ? made.filter((key) => /^[a-z]{1,6}$/.test(String(key))) : []
    expect(chosen.length).toBeGreaterThan(120)
    expect(made).not.toContain('__proto__')
  })

  it('are as the domain has them, but for __proto__', () => {
    const domain = t.union([t.literal('a'), t.literal('__proto__')])
    expect(keys(domain)).toStrictEqual(Array(200).fill('a'))
  })

  it('are made by the generator that is given for their place', () => {
    const given: Deriving['given'] = (_, path) =>
      path === 'map.(key)' ? fc.constant('k') : undefined
    expect(keys(t.string, given)).toStrictEqual(Array(200).fill('k'))
  })

  it('are texts', () => {
    const failure = { kind: 'Unsupported', path: 'map', name: 'number', reason: 'its values are not keys' } // prettier-ignore
    expect(keys(t.number)).toStrictEqual(left(failure))
    expect(keys(t.never)).toStrictEqual(
      left({ kind: 'Never', path: 'map.(key)', name: 'never', reason: 'it has no values' }),
    )
  })
})

describe('what a refinement is likely after', () => {
  it('is a form of text or a range of numbers, by what lies beneath', () => {
    expect(likely(asStructure(t.string))).toBe(pools.texts)
    expect(
      likely(
        asStructure(
          where(
            where(t.number, () => true, 'a'),
            () => true,
            'b',
          ),
        ),
      ),
    ).toBe(pools.numbers)
    expect(likely(asStructure(t.boolean))).toStrictEqual([])
  })
})
