// By the numbers of the laws.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStorableText } from '../src/internal/storableText.ts'
import type { Query, Tag } from '../src/Query.ts'
import {
  covers,
  everything,
  idAfter,
  matches,
  normalForm,
  nothing,
  tag,
  union,
} from '../src/Query.ts'
import { runs } from './setup.ts'
import { query, someTags, someTypes } from './support/queries.ts'

/** Every event there is to tell queries apart by: each type, and another one, with each set of tags. */
const events: ReadonlyArray<readonly [type: string, tags: ReadonlyArray<Tag>]> = [
  ...someTypes,
  'Other',
].flatMap((type) =>
  someTags
    .reduce<ReadonlyArray<ReadonlyArray<Tag>>>(
      (sets, each) => [...sets, ...sets.map((set) => [...set, each])],
      [[]],
    )
    .map((tags) => [type, tags] as const),
)
const matched = (q: Query) => events.map(([type, tags]) => matches(q)(type, tags))

/** Strings made of what is escaped, and of what escapes look like. */
const hostile = fc.string({
  unit: fc.constantFrom(':', '\\', 'u', '0', 'd', 'a', '\0', '\ud800', '\udc00', '😀'),
  maxLength: 7,
})

describe('tag', () => {
  it('1: two tags are equal only if both their kinds and their ids are', () => {
    const named = fc.tuple(hostile, hostile)
    const near = named.chain(([kind, id]) =>
      fc.nat(kind.length + id.length).map((cut): [string, string] => {
        const all = kind + id
        return [all.slice(0, cut), all.slice(cut)]
      }),
    )
    fc.assert(
      fc.property(named, fc.oneof(named, near), ([kind, id], [kind2, id2]) => {
        const isSame = kind === kind2 && id === id2
        expect(tag(kind)(id) === tag(kind2)(id2)).toBe(isSame)
      }),
      { numRuns: runs(200) },
    )
    expect(tag('a')('\\u0000')).not.toBe(tag('a')('\0'))
    expect(tag('a:b')('c')).not.toBe(tag('a')('b:c'))
    expect(tag('a\\')('b')).not.toBe(tag('a')('\\:b'))
  })

  it('gives back the id that it was made for', () => {
    fc.assert(
      fc.property(hostile, hostile, (kind, id) => {
        expect(idAfter(tag(kind)(''), tag(kind)(id))).toBe(id)
      }),
      { numRuns: runs(200) },
    )
    for (const id of ['\\u0000', '\0', '\\', '\\\0', 'u0000', '\ud800\\ud800']) {
      expect(idAfter('k:', tag('k')(id))).toBe(id)
    }
  })

  it('can be stored, whatever the kind and the id', () => {
    fc.assert(
      fc.property(hostile, hostile, (kind, id) => {
        expect(isStorableText(tag(kind)(id))).toBe(true)
      }),
    )
    expect(tag('a')('😀\0')).toBe('a:😀\\u0000')
  })
})

describe('matches', () => {
  const [a, b] = [tag('k')('a'), tag('k')('b')]

  it('takes an empty array for none', () => {
    const isMatch = matches([{ types: [], tags: [] }])
    expect(isMatch('A', [])).toBe(true)
    expect(matched(everything)).toStrictEqual(events.map(() => true))
    expect(matched(nothing)).toStrictEqual(events.map(() => false))
  })

  it('3: neither order nor repeats of tags count', () => {
    expect(matches([{ tags: [a, b, a] }])('A', [b, a])).toBe(true)
    expect(matches([{ tags: [a, a] }])('A', [a])).toBe(true)
    expect(matches([{ tags: [a, b] }])('A', [a, a])).toBe(false)
    fc.assert(
      fc.property(query, (q) => {
        const [first, ...others] = q.map(({ types = [], tags = [] }) => ({
          types,
          tags: [...tags, ...tags].reverse(),
        }))
        expect(matched([first ?? {}, ...others])).toStrictEqual(matched(q))
      }),
    )
  })
})

describe('union', () => {
  it('2: matches what one of the queries matches, and nothing is its unit', () => {
    fc.assert(
      fc.property(query, query, (q, p) => {
        const [ofQ, ofP] = [matched(q), matched(p)]
        expect(matched(union([q, p]))).toStrictEqual(ofQ.map((isMatch, i) => isMatch || ofP[i]))
        expect(matched(union([q, nothing]))).toStrictEqual(ofQ)
        expect(union([q, everything])).toStrictEqual(everything)
      }),
      { numRuns: runs(200) },
    )
    expect(union([])).toStrictEqual(nothing)
  })
})

describe('normalForm', () => {
  it('4: queries match the same events if and only if their normal forms are equal', () => {
    fc.assert(
      fc.property(query, query, (q, p) => {
        const [nq, np] = [normalForm(q), normalForm(p)]
        expect(matched(nq)).toStrictEqual(matched(q))
        const isSame = JSON.stringify(matched(q)) === JSON.stringify(matched(p))
        expect(JSON.stringify(nq) === JSON.stringify(np)).toBe(isSame)
        expect(normalForm(nq)).toStrictEqual(nq)
      }),
      { numRuns: runs(200) },
    )
  })

  it('4: whatever the order of the items', () => {
    const [a, b] = [tag('k')('a'), tag('k')('b')]
    const items = [{ types: ['B', 'A'], tags: [a] }, { tags: [b, a], types: ['C'] }, { tags: [b] }]
    const normal = [{ types: ['A', 'B'], tags: [a] }, { tags: [b] }]
    for (const [first, ...others] of [items, [...items].reverse()]) {
      expect(normalForm([first ?? {}, ...others])).toStrictEqual(normal)
    }
    fc.assert(
      fc.property(query, fc.nat(7), (q, n) => {
        const [first, ...others] = [...q.slice(n), ...q.slice(0, n)].reverse()
        expect(normalForm([first ?? {}, ...others])).toStrictEqual(normalForm(q))
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('covers', () => {
  it('5: if and only if every event that the part matches is matched', () => {
    fc.assert(
      fc.property(query, query, (q, p) => {
        const ofQ = matched(q)
        expect(covers(q, p)).toBe(matched(p).every((isMatch, i) => !isMatch || ofQ[i]))
        expect(covers(union([q, p]), p)).toBe(true)
      }),
      { numRuns: runs(200) },
    )
  })
})
