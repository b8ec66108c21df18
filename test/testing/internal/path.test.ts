import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { set, empty } from '../../../src/Dictionary.ts'
import {
  at,
  changedAt,
  changedFields,
  numberPaths,
  offByOne,
  withOld,
} from '../../../src/testing/internal/path.ts'
import { deepFreeze } from '../../support/deepFreeze.ts'

const value = fc.object({ values: [fc.integer(), fc.string(), fc.boolean(), fc.constant(null)] })

describe('numbers', () => {
  it.each<[string, unknown, ReadonlyArray<ReadonlyArray<string | number>>]>([
    ['of plain objects only', [Object.assign(new Date(0), { n: 1 })], []],
    ['of an object without a prototype', Object.assign(Object.create(null), { n: 1 }), [['n']]],
    ['of a flat event', { type: 'A', n: 1, m: 2 }, [['n'], ['m']]],
    ['within', { a: { b: { n: 1 } }, c: 2n }, [['a', 'b', 'n'], ['c']]],
    ['of the first element', { list: [{ n: 1 }, { n: 2 }] }, [['list', 0, 'n']]],
    [
      'of none',
      { list: [], date: new Date(0), text: '1', no: null, gone: undefined, map: new Map([[1, 2]]) },
      [],
    ],
    ['of a number', 7, [[]]],
  ])('%s', (_, event, paths) => {
    expect(numberPaths(event)).toStrictEqual(paths)
  })

  it('are one more or one less', () => {
    expect([1, 2n, 'a'].map((n) => [offByOne(n, 1), offByOne(n, -1)])).toStrictEqual([
      [2, 0],
      [3n, 1n],
      ['a', 'a'],
    ])
  })

  it('stand where they are said to', () => {
    fc.assert(
      fc.property(value, (v) => {
        deepFreeze(v)
        for (const path of numberPaths(v)) {
          const [n] = at(v, path)
          expect(typeof n).toBe('number')
          const more = changedAt(v, path, (number) => offByOne(number, 1))
          expect(at(more, path)).toStrictEqual([Number(n) + 1])
          expect(changedAt(more, path, () => n)).toStrictEqual(v)
        }
      }),
    )
  })
})

describe('changed fields', () => {
  it.each<[string, unknown, unknown, ReadonlyArray<ReadonlyArray<string | number>>]>([
    ['of one object', { a: 1, b: 2, c: 3 }, { a: 1, b: 3, c: 4 }, [['b'], ['c']]],
    ['within', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [['a', 'c']]],
    ['as a whole, if an array', { a: [1] }, { a: [2] }, [['a']]],
    ['but equal ones', { a: [1], b: { c: 1 } }, { a: [1], b: { c: 1 } }, []],
    ['and what comes or goes', { a: 1, b: 1 }, { b: 2, c: 1 }, [['a'], ['b'], ['c']]],
    [
      'and what comes or goes within',
      { o: { _tag: 'A', n: 1 } },
      { o: { _tag: 'A', m: [1] } },
      [
        ['o', 'n'],
        ['o', 'm'],
      ],
    ],
    ['and what has the name of something inherited', {}, { toString: 1 }, [['toString']]],
    ['but what comes or goes as undefined', { a: undefined }, { b: undefined }, []],
    ['but what comes or goes with the kind', { type: 'A', n: 1 }, { type: 'B', m: 1 }, []],
    ['but what comes with a name of the kind', {}, { _tag: 'A', m: 1 }, []],
    ['but the name of the kind', { type: 'A', n: 1 }, { type: 'B', n: 2 }, [['n']]],
    ['but its tag', { _tag: 'A', n: 1 }, { _tag: 'B', n: 2 }, [['n']]],
    ['of what has a size and no root', { d: { size: 1 } }, { d: { size: 2 } }, [['d', 'size']]],
    [
      'as a whole, if of another type',
      { o: { type: 'A', n: 1 } },
      { o: { type: 'B', n: 1 } },
      [['o']],
    ],
    [
      'as a whole, if of another kind within',
      { o: { _tag: 'None' } },
      { o: { _tag: 'Some', value: 1 } },
      [['o']],
    ],
    [
      'within, if of one kind',
      { o: { type: 'A', n: 1 } },
      { o: { type: 'A', n: 2 } },
      [['o', 'n']],
    ],
    ['and the texts of both kinds', { type: 'A', text: 'x' }, { type: 'B', text: 'y' }, [['text']]],
    ['a type that is no name', { type: 1 }, { type: 2 }, [['type']]],
    ['of nothing', 1, 2, []],
    ['of a dictionary as a whole', { d: empty }, { d: set('a', 1)(empty) }, [['d']]],
    ['of nothing but a dictionary', empty, set('a', 1)(empty), []],
  ])('%s', (_, before, after, paths) => {
    expect(changedFields(before, after)).toStrictEqual(paths)
  })

  it('taken back one by one, leave an object of the same fields as it was', () => {
    fc.assert(
      fc.property(value, fc.func(value), (v, f) => {
        const before = { a: v, b: [v], c: 1 }
        const after = { a: f(v), b: [f(v)], c: 2 }
        deepFreeze([before, after])
        const paths = changedFields(before, after)
        for (const path of paths) {
          const back = withOld(before, after, path)
          expect(at(back, path)).toStrictEqual(at(before, path))
          expect(changedFields(after, back)).toStrictEqual([path])
        }
      }),
    )
  })

  it('lie in what is not shared, which is not even looked at', () => {
    const shared = {
      get secret() {
        throw new Error('looked at')
      },
    }
    expect(changedFields({ shared, n: 1 }, { shared, n: 2 })).toStrictEqual([['n']])
  })

  it('taken back, do not come, and do not go', () => {
    const [before, after] = [
      { n: 1, o: { type: 'A', gone: 'x' } },
      { n: 2, o: { type: 'A', note: 'y' }, come: 3 },
    ]
    deepFreeze([before, after])
    const back = (...path: ReadonlyArray<string>) => withOld(before, after, path)
    expect(back('come')).toStrictEqual({ n: 2, o: { type: 'A', note: 'y' } })
    expect(back('o', 'note')).toStrictEqual({ n: 2, o: { type: 'A' }, come: 3 })
    expect(back('o', 'gone')).toStrictEqual({
      n: 2,
      o: { type: 'A', note: 'y', gone: 'x' },
      come: 3,
    })
  })

  it('taken back, may be those that states of two kinds have both, or the whole', () => {
    const [before, after] = [{ type: 'A', n: 1 }, { type: 'B', n: 2 }] // prettier-ignore
    expect(withOld(before, after, ['n'])).toStrictEqual({ type: 'B', n: 1 })
    expect(withOld(before, after, [])).toBe(before)
  })

  it('are left alone where there are none', () => {
    const state = { a: { b: 1 } }
    expect(withOld({ a: {} }, state, ['a', 'c'])).toBe(state)
    expect(withOld({}, state, ['a', 'b'])).toBe(state)
    expect(withOld({ a: { type: 'A' } }, state, ['a', 'b'])).toBe(state)
    expect(withOld({ a: { _tag: 'A', c: 1 } }, state, ['a', 'c'])).toBe(state)
    expect(withOld({ a: [1] }, state, ['a', 'b'])).toBe(state)
    expect(withOld(state, { a: [1] }, ['a', 'b'])).toStrictEqual({ a: [1] })
    expect(withOld(1, state, ['a'])).toBe(state)
    expect(changedAt(state, ['a', 'b'], (n) => n)).toBe(state)
    expect(changedAt([1, 2], [1], () => 3)).toStrictEqual([1, 3])
  })
})

describe('a place', () => {
  it.each([undefined, null, 1, 'text'])('is not in %j', (value) => {
    expect(at(value, [0])).toStrictEqual([])
    expect(at({ a: value }, ['a', 0])).toStrictEqual([])
    expect(changedAt(value, [0], () => 2)).toBe(value)
    expect(changedAt({ a: value }, ['a', 0], () => 2)).toStrictEqual({ a: value })
  })
})

describe('parts that are shared over and over', () => {
  const shared = (inner: unknown) =>
    Array.from({ length: 50 }).reduce((under) => ({ a: under, b: under }), inner)

  it('hold so many numbers as are met before it gets too many', () => {
    const found = numberPaths(shared({ n: 1 }))
    expect(found[0]).toStrictEqual([...Array.from({ length: 50 }, () => 'a'), 'n'])
    expect(found.length).toBeLessThan(1_000)
    expect(numberPaths({ x: [{ n: 1 }], y: { n: 1 } })).toHaveLength(2)
  })

  it('are told as a whole where they differ once more', () => {
    const [one, other] = [shared({ n: 1 }), shared({ n: 2 })]
    const found = changedFields(one, other)
    expect(found[0]).toStrictEqual([...Array.from({ length: 50 }, () => 'a'), 'n'])
    expect(found.at(-1)).toStrictEqual(['b'])
    expect(found.length).toBeLessThan(1_000)
  })
})
