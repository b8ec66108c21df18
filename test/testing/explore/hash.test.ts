import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identityHash, sharesParts } from '../../../src/testing/explore/hash.ts'
import { levelled as plainly, nest } from '../../support/nested.ts'

const levelled: typeof plainly = [
  ...plainly,
  ['what instances show', (under) => ({ __proto__: { toJSON: () => under } })],
]

describe('the hash of what can be seen', () => {
  it('is a whole number of 32 bits, and the same for a copy', () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withMap: true, withSet: true }), (a) => {
        expect(identityHash(a)).toBe(identityHash(a) | 0)
        expect(identityHash(structuredClone(a))).toBe(identityHash(a))
      }),
    )
  })

  it('tells 40,000 values that hardly differ apart, but for a few', () => {
    const hashes = new Set<number>()
    for (let i = 0; i < 10_000; i++) {
      hashes.add(
        identityHash({ type: 'Order', lines: [{ id: `P${i % 100}`, n: Math.floor(i / 100) }] }),
      )
      hashes.add(identityHash({ a: i, b: i + 1 }))
      hashes.add(identityHash([i, -i, `${i}`]))
      hashes.add(identityHash(new Map([[`${i}`, new Set([i / 2])]])))
    }
    // of so many numbers of 31 bits that are drawn at random, hardly one comes twice
    expect(hashes.size).toBeGreaterThan(40_000 - 10)
  })

  it('tells all orders of a queue apart, whatever it is kept in', () => {
    const orders = (rest: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
      rest.length === 0
        ? [[]]
        : rest.flatMap((n) => orders(rest.filter((m) => m !== n)).map((others) => [n, ...others]))
    const all = orders([0, 1, 2, 3, 4, 5])
    const distinct = (make: (order: ReadonlyArray<number>) => unknown) =>
      new Set(all.map((order) => identityHash(make(order)))).size
    expect(distinct((order) => new Set(order))).toBe(720)
    expect(distinct((order) => new Map(order.map((n) => [n, n])))).toBe(720)
    expect(distinct((order) => Object.fromEntries(order.map((n) => [`k${n}`, n])))).toBe(720)
  })

  const k = Symbol.for('k')
  it.each<[string, unknown, unknown]>([
    ['one object in two places, and two', [nest(1, 1), nest(1, 1)], Array(2).fill(nest(1, 1))],
    ['a date and an object', new Date(0), {}],
    ['dates', new Date(0), new Date(1)],
    ['addresses', new URL('http://a'), new URL('http://b')],
    ['patterns', /a/, /b/],
    ['errors', new Error('a'), new Error('b')],
    ['bytes', new Uint8Array([1]), new Uint8Array([2])],
    ['an array and an object', [1], { 0: 1 }],
  ])('tells apart: %s', (_, a, b) => {
    expect(identityHash(a)).not.toBe(identityHash(b))
  })

  it.each<[string, unknown, unknown]>([
    ['errors, wherever they come from', new Error('a'), [new Error('a')][0]],
    ['functions', { f: () => 1 }, { f: () => 2 }],
    ['fields that are not listed', { a: 1, [k]: 1 }, { a: 1, [k]: 2 }],
  ])('is alike: %s', (_, a, b) => {
    expect(identityHash(a)).toBe(identityHash(b))
  })

  it.each(levelled)('does not touch the stack on what is nested deep: %s', (_, within) => {
    for (const levels of [199, 200, 201, 5_000]) {
      expect(identityHash(nest(levels, 'a', within))).toBe(identityHash(nest(levels, 'a', within)))
      expect(identityHash(nest(levels, 'a', within))).not.toBe(
        identityHash(nest(levels, 'b', within)),
      )
    }
  })

  it('says whether one object may stand in two places', () => {
    const one = { n: 1 }
    const many = Array.from({ length: 40 }, (_, n) => ({ n }))
    const shares = (value: unknown) => sharesParts(identityHash(value))
    expect([[one, { n: 1 }], many, 1, 'a', null].map(shares)).not.toContain(true)
    expect([[one, one], [many, one, one], [many, many[0]], [...many, many[39]]].map(shares)).toStrictEqual([true, true, true, true]) // prettier-ignore
    const ring: Array<unknown> = []
    ring.push(ring)
    expect(shares(ring)).toBe(true)
  })

  it('takes no longer where parts are shared than where they are not', () => {
    const shared = nest(50, [1], (under) => [under, under])
    expect(identityHash(shared)).toBe(identityHash(structuredClone(shared)))
    expect(identityHash(shared)).not.toBe(identityHash(nest(51, [1], (under) => [under, under])))
  })

  it('comes to an end where getters make new objects for ever', () => {
    const endless = (): object => ({
      get next() {
        return endless()
      },
    })
    expect(sharesParts(identityHash(endless()))).toBe(true)
  })

  it('is a number also where a value can not be read', () => {
    const locked = {
      get key(): string {
        throw new Error('locked')
      },
    }
    expect(identityHash(locked)).toBe(identityHash([locked]))
  })
})
