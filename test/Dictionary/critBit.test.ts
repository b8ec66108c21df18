// Against a JavaScript map, with keys that begin and end alike.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fork } from '../../src/Dictionary/critBit.ts'
import { entriesInto, find, putKey, two, withoutKey } from '../../src/Dictionary/critBit.ts'

const key = fc.string({ unit: fc.constantFrom('a', '\0', '\uffff', '\u8000'), maxLength: 4 })

/** At least two entries, and keys to look for. */
const drawn = fc.tuple(
  fc.uniqueArray(fc.tuple(key, fc.nat({ max: 2 })), { minLength: 2, selector: ([k]) => k }),
  fc.array(key),
)

const treeOf = ([one, other, ...rest]: ReadonlyArray<readonly [string, number]>): Fork<number> =>
  rest.reduce<Fork<number>>(
    (tree, [k, v]) => putKey(tree, k, v) as Fork<number>,
    two(one as [string, number], other as [string, number]),
  )

const entriesOf = (tree: Parameters<typeof entriesInto<number>>[0]) => {
  const all: Array<readonly [string, number]> = []
  entriesInto(tree, all)
  return all
}

const byKey = ([a]: readonly [string, number], [b]: readonly [string, number]) => (a < b ? -1 : 1)

describe('CritBit', () => {
  it('holds each key once, in the order of code units', () => {
    fc.assert(
      fc.property(drawn, ([pairs]) => {
        expect(entriesOf(treeOf(pairs))).toStrictEqual(pairs.toSorted(byKey))
      }),
    )
  })

  it('finds the keys that it has, and no other', () => {
    fc.assert(
      fc.property(drawn, ([pairs, others]) => {
        const model = new Map(pairs)
        const tree = treeOf(pairs)
        for (const k of [...model.keys(), ...others]) {
          expect(find(tree, k)).toStrictEqual(model.has(k) ? [k, model.get(k)] : undefined)
        }
      }),
    )
  })

  it('has one shape for the same entries, whatever led to them', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), ([pairs, others], n) => {
        const turned = pairs.toReversed()
        expect(treeOf(turned)).toStrictEqual(treeOf(pairs))
        const [gone, held] = pairs[n % pairs.length] as [string, number]
        expect(putKey(withoutKey(treeOf(pairs), gone), gone, held)).toStrictEqual(treeOf(pairs))
        const extra = others.filter((k) => !new Map(pairs).has(k))
        const more = treeOf([...pairs, ...extra.map((k) => [k, 9] as const)])
        const left = [...new Set(extra)].reduce((t, k) => withoutKey(t, k) as Fork<number>, more)
        expect(left).toStrictEqual(treeOf(pairs))
      }),
    )
  })

  it('gives a key another value, and leaves the tree as it was', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), ([pairs], n) => {
        const [changed] = pairs[n % pairs.length] as [string, number]
        const tree = treeOf(pairs)
        const after = putKey(tree, changed, 7)
        expect(entriesOf(after)).toStrictEqual([...new Map(pairs).set(changed, 7)].toSorted(byKey))
        expect(tree).toStrictEqual(treeOf(pairs))
      }),
    )
  })
})
