// Against a JavaScript map, with keys that are hard on a trie.
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Dictionary } from '../src/Dictionary.ts'
import { empty, entries, get, modifyWith, remove, set } from '../src/Dictionary.ts'
import { runs } from './setup.ts'
import { deepFreeze } from './support/deepFreeze.ts'

/** FNV-1a in 32 bits over UTF-16 code units, by its definition. */
const fnv1a = (key: string): number => {
  let hash = 2_166_136_261n
  for (const unit of key.split('')) {
    hash = ((hash ^ BigInt(unit.charCodeAt(0))) * 16_777_619n) % 2n ** 32n
  }
  return Number(hash)
}

/** The way to a key: its hash, four bits at a time, the lowest ones first, and then the key itself. */
const wayTo = (key: string): string =>
  String.fromCharCode(...[0, 4, 8, 12, 16, 20, 24, 28].map((by) => (fnv1a(key) >>> by) & 15)) + key

/** Pairs of words with one hash. */
const colliding = [
  ['costarring', 'liquid'],
  ['declinate', 'macallums'],
  ['altarage', 'zinke'],
] as const

/** Four keys with one hash: what collides goes on colliding with the same text behind it. */
const fourfold = ['liquid', 'costarring'].flatMap((word) => [`${word}-359539`, `${word}-1454486`])

/** Pairs of keys whose hashes differ in their highest two bits only: they part at the last level. */
const deepest = [
  ['k620098', 'k808216'],
  ['k620099', 'k808217'],
] as const

/** Two blocks of two code units each that lead from the same hash to the same hash. */
const twins = (hash: number): readonly [readonly [string, string], number] => {
  const byHigh = new Map<number, number>()
  for (let unit = 0; ; unit++) {
    const mixed = Math.imul(hash ^ unit, 16_777_619)
    const other = byHigh.get(mixed >>> 16)
    byHigh.set(mixed >>> 16, unit)
    if (other === undefined) continue
    const low = (mixed ^ Math.imul(hash ^ other, 16_777_619)) & 0xffff
    const next = Math.imul(mixed, 16_777_619)
    return [[String.fromCharCode(unit, 0), String.fromCharCode(other, low)], next]
  }
}

/** `2 ** blocks` keys with one hash, as somebody makes them who wants a trie to degenerate. */
const flood = (blocks: number): ReadonlyArray<string> => {
  let made = ['']
  let hash = 2_166_136_261 | 0
  for (let i = 0; i < blocks; i++) {
    const [[one, other], next] = twins(hash)
    made = made.flatMap((k) => [k + one, k + other])
    hash = next
  }
  return made
}

/** Keys with one hash, each of which is the start of the next: behind `a`, the pair keeps the hash. */
const nested = (count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => `a${'\uefad\ue0b7'.repeat(i)}`)

const keys = [
  ...colliding.flat(),
  ...fourfold,
  ...deepest.flat(),
  ...flood(3),
  ...nested(6),
  '',
  'a',
  'b',
  '__proto__',
  'constructor',
  'ä',
  '😀',
]

const key = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...keys) },
  { weight: 1, arbitrary: fc.nat({ max: 2_000 }).map(String) },
  { weight: 1, arbitrary: fc.string() },
)

const value = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(NaN, -0, undefined))

type Value = number | undefined

const sets = fc.array(fc.tuple(key, value), { maxLength: 300, size: 'max' })

const setAll = (pairs: ReadonlyArray<readonly [string, Value]>): Dictionary<Value> =>
  pairs.reduce<Dictionary<Value>>((m, [k, v]) => set(k, v)(m), empty)

const same = (m: Dictionary<Value>, model: ReadonlyMap<string, Value>): boolean =>
  m.size === model.size &&
  entries(m).length === model.size &&
  entries(m).every(([k, v]) => model.has(k) && Object.is(model.get(k), v)) &&
  keys.every((k) => {
    const found = get(k)(m)
    return isSome(found) ? model.has(k) && Object.is(found.value, model.get(k)) : !model.has(k)
  })

describe('Dictionary', () => {
  it('is tried with keys whose hashes collide, wholly or but for two bits', () => {
    expect(colliding.filter(([a, b]) => fnv1a(a) !== fnv1a(b))).toStrictEqual([])
    for (const many of [fourfold, flood(5), nested(9)]) {
      expect(new Set(many.map(fnv1a)).size).toBe(1)
    }
    expect(deepest.map(([a, b]) => (fnv1a(a) ^ fnv1a(b)) & 0x3fffffff)).toStrictEqual(
      deepest.map(() => 0),
    )
  })

  it('Dictionary 1: a key holds what was set', () => {
    fc.assert(
      fc.property(sets, key, value, (pairs, k, v) => {
        expect(get(k)(set(k, v)(setAll(pairs)))).toStrictEqual(some(v))
      }),
    )
  })

  it('Dictionary 2: setting a key leaves every other one', () => {
    fc.assert(
      fc.property(sets, key, value, (pairs, k, v) => {
        const m = setAll(pairs)
        const after = set(k, v)(m)
        const others = [...keys, ...pairs.map(([j]) => j)].filter((j) => j !== k)
        expect(others.map((j) => get(j)(after))).toStrictEqual(others.map((j) => get(j)(m)))
      }),
    )
  })

  it('Dictionary 3: setting what a key holds already gives back the dictionary itself', () => {
    fc.assert(
      fc.property(sets, (pairs) => {
        const m = setAll(pairs)
        expect(entries(m).filter(([k, v]) => set(k, v)(m) !== m)).toStrictEqual([])
        // and only then
        expect(entries(m).filter(([k]) => set<unknown>(k, {})(m) === m)).toStrictEqual([])
        expect(
          keys.filter((k) => get(k)(m) === none && set<unknown>(k, undefined)(m) === m),
        ).toStrictEqual([])
      }),
    )
  })

  it('Dictionary 4: the entries have each key once, as many as the size', () => {
    fc.assert(
      fc.property(sets, (pairs) => {
        const m = setAll(pairs)
        const model = new Map(pairs)
        expect(m.size).toBe(model.size)
        expect(
          entries(m)
            .map(([k]) => k)
            .sort(),
        ).toStrictEqual([...model.keys()].sort())
      }),
    )
  })

  it('Dictionary 5: no version changes any more, whatever is set later', () => {
    fc.assert(
      fc.property(sets, (pairs) => {
        const model = new Map<string, Value>()
        let m: Dictionary<Value> = deepFreeze(empty)
        const versions = [[m, new Map(model)] as const]
        for (const [k, v] of pairs) {
          m = deepFreeze(set(k, v)(m))
          model.set(k, v)
          versions.push([m, new Map(model)])
        }
        expect(versions.findIndex(([version, then]) => !same(version, then))).toBe(-1)
      }),
      { numRuns: runs(30) },
    )
  })

  it('the entries of one dictionary come in one order, whatever came first', () => {
    const shuffled = fc
      .uniqueArray(fc.nat({ max: 500 }).map(String), { size: 'max', maxLength: 60 })
      .chain((unique) =>
        fc.tuple(
          fc.constant(unique),
          fc.shuffledSubarray(unique, { minLength: unique.length, maxLength: unique.length }),
        ),
      )
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const fill = (order: ReadonlyArray<string>) => entries(setAll(order.map((k) => [k, 1])))
        expect(fill(one)).toStrictEqual(fill(other))
      }),
    )
  })

  it('the entries come in the order of their hashes, so that it is the same in every runtime', () => {
    fc.assert(
      fc.property(sets, (pairs) => {
        const ways = entries(setAll(pairs)).map(([k]) => wayTo(k))
        expect(ways).toStrictEqual([...ways].sort((a, b) => (a < b ? -1 : 1)))
      }),
    )
  })

  it('keeps a hundred thousand keys apart', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `order-${i}`)
    const m = many.reduce<Dictionary<number>>((d, k, i) => set(k, i)(d), empty)
    expect(m.size).toBe(100_000)
    expect(entries(m)).toHaveLength(100_000)
    expect(
      many.filter((k, i) => {
        const found = get(k)(m)
        return !isSome(found) || found.value !== i
      }),
    ).toStrictEqual([])
    expect(get('order-100000')(m)).toStrictEqual(none)
  })

  it.each([
    ['two to the fourteenth', flood(14)],
    ['each the start of the next', nested(1_000)],
  ])('keys that share a hash cost no more than others: %s', (_, many) => {
    const m = many.reduce<Dictionary<number>>((d, k, i) => set(k, i)(d), empty)
    expect(m.size).toBe(many.length)
    expect(entries(m).map(([k]) => k)).toStrictEqual([...many].sort())
    expect(many.filter((k, i) => !isDeepStrictEqual(get(k)(m), some(i)))).toStrictEqual([])
    expect(get(`${many[0]}b`)(m)).toStrictEqual(none)
    expect(many.reduce((d, k) => remove(k)(d), m)).toStrictEqual(empty)
  })

  it('is empty to begin with', () => {
    expect(empty.size).toBe(0)
    expect(entries(empty)).toStrictEqual([])
    expect(get('a')(empty)).toStrictEqual(none)
  })

  it('Dictionary 6: a removed key is gone, every other one stays, and removing twice is removing once', () => {
    fc.assert(
      fc.property(sets, key, value, (pairs, k, v) => {
        const m = setAll(pairs)
        const after = remove(k)(m)
        const model = new Map(pairs)
        model.delete(k)
        expect(same(after, model)).toBe(true)
        expect(remove(k)(set(k, v)(m))).toStrictEqual(after)
        expect(remove(k)(after)).toBe(after)
      }),
    )
  })

  it('Dictionary 8: equal entries make deeply equal dictionaries, whatever led to them', () => {
    fc.assert(
      fc.property(
        sets,
        fc.array(key, { maxLength: 100 }),
        fc.infiniteStream(fc.nat()),
        (pairs, gone, order) => {
          const without = gone.reduce((m, k) => remove(k)(m), setAll(pairs))
          const left = [...new Map(pairs)].filter(([k]) => !gone.includes(k))
          const shuffled = left
            .map((pair) => ({ pair, at: order.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ pair }) => pair)
          expect(without).toStrictEqual(setAll(shuffled))
        },
      ),
      { numRuns: runs(300) },
    )
  })

  it('Dictionary 7: modifying sets what is made of the value, or removes what is made absent', () => {
    const absent = fc.constantFrom(0, undefined, NaN)
    fc.assert(
      fc.property(sets, key, value, absent, (pairs, k, v, a) => {
        // a key that holds what stands for none cannot come from modifyWith
        const m = setAll(pairs.filter(([, held]) => !Object.is(held, a)))
        const found = get(k)(m)
        const seen: Array<Value> = []
        const change = (before: Value, next: Value): Value => {
          seen.push(before)
          return next
        }
        const after = modifyWith<Value, Value>(m, k, a, change, v)
        expect(seen).toStrictEqual([isSome(found) ? found.value : a])
        expect(after).toStrictEqual(Object.is(v, a) ? remove(k)(m) : set(k, v)(m))
        if (Object.is(v, seen[0])) expect(after).toBe(m)
      }),
    )
  })

  it('Dictionary 5: removing never changes an older version', () => {
    fc.assert(
      fc.property(sets, fc.array(key), (pairs, gone) => {
        const m = deepFreeze(setAll(pairs))
        for (const k of gone) remove(k)(m)
        expect(same(m, new Map(pairs))).toBe(true)
      }),
    )
  })
})

it('equal dictionaries are built alike, also where hashes collide', () => {
  for (const [a, b] of colliding) {
    const one = set<number>(b, 2)(set<number>(a, 1)(empty))
    const other = set<number>(a, 1)(set<number>(b, 2)(empty))
    expect(one).toStrictEqual(other)
  }
})
