import { describe, expect, it } from 'vitest'
import { structural } from '../../../src/Diff.ts'
import {
  differences,
  sameInAnyOrder,
  sideBySide,
} from '../../../src/testing/internal/differences.ts'

const is = { equals: (a: unknown, b: unknown) => a === b }

const beside = (expected: ReadonlyArray<unknown>, actual: ReadonlyArray<unknown>) =>
  sideBySide(expected, actual, structural)

const a = (n: number) => ({ type: 'A', n })
const b = (n: number) => ({ type: 'B', n })

describe('differences', () => {
  it('are told place by place, with what was wanted and what came', () => {
    expect(
      differences(
        { n: 1, gone: 'x', list: [1, 2], same: true },
        { n: 2, list: [1, 3], same: true, more: null },
      ),
    ).toStrictEqual([
      'n: expected 1, got 2',
      `gone: expected 'x', not there`,
      'list[1]: expected 2, got 3',
      'more: not expected, got null',
    ])
    expect(differences({ n: [1] }, { n: [1] })).toStrictEqual([])
    expect(differences(undefined, 1)).toStrictEqual(['(root): expected undefined, got 1'])
  })
})

describe('what reads the same', () => {
  it('is said to, since the texts would not show that it differs', () => {
    class Money {
      readonly #cents: number
      constructor(cents: number) {
        this.#cents = cents
      }
      plus(more: number) {
        return new Money(this.#cents + more)
      }
    }
    const [line] = differences({ price: new Money(1) }, { price: new Money(2) })
    expect(line).toMatch(/^price: expected .*, got another one that looks the same: pass an Eq/)
  })

  it('are two hundred at most, and not too long, and how many more', () => {
    const numbers = (n: number, from = 0) => Array.from({ length: n }, (_, i) => i + from)
    const all = differences(numbers(200), numbers(200, 1))
    expect(all.at(-1)).toBe('[199]: expected 199, got 200')
    const some = differences(numbers(10_000), numbers(10_000, 1))
    expect(some.length).toBe(201)
    expect(some.slice(-2)).toStrictEqual(['[199]: expected 199, got 200', '… 9,800 more places'])
    const texts = ['a', 'b', 'c', 'd'].map((text) => text.repeat(1_000_000))
    const long = differences([...texts, 1], [])
    expect(long).toHaveLength(3)
    expect(long[0]).toMatch(/^\[0\]: expected 'a{19999,}' … 98\d,\d{3} more characters, not there$/)
    expect(long[2]).toBe('… 3 more places')
    expect(long.join('').length).toBeLessThan(100_000)
  })

  it('go on as long as there are less than forty thousand characters', () => {
    const told = (n: number) =>
      differences(
        ['a', 'b', 'c'].map((text) => text.repeat(n)),
        [],
      )
    const around = `[0]: expected '', not there`.length
    expect(told(20_000 - around - 1)).toHaveLength(3)
    expect(told(20_000 - around - 1)[2]).toMatch(/^\[2\]: expected 'c+', not there$/)
    expect(told(20_000 - around)).toHaveLength(3)
    expect(told(20_000 - around)[2]).toBe('… 1 more places')
  })

  it('escape in a path what is not seen', () => {
    expect(differences({ 'a\u202e': 1 }, {})).toStrictEqual(['a\\u202e: expected 1, not there'])
  })

  it('name a class without a word about how it is written', () => {
    const at = new (class Money { cents = 1 })() // prettier-ignore
    expect(differences({ at }, { at: 1 })).toStrictEqual(['at: expected Money { cents: 1 }, got 1'])
  })
})

describe('two long lists side by side', () => {
  const numbers = Array.from({ length: 10_000 }, (_, i) => i)

  it('are told around the places where they differ, and where they begin', () => {
    const changed = numbers.map((n) => (n === 5_000 ? a(n) : n))
    expect(beside(numbers, changed)).toStrictEqual([
      ...[0, 1, 2].map((n) => `    [${n}] ${n}`),
      '    … 4,994 more rows',
      ...[4_997, 4_998, 4_999].map((n) => `    [${n}] ${n}`),
      "  ~ [5000] { type: 'A', n: 5000 }",
      "        (root): expected 5000, got { type: 'A', n: 5000 }",
      ...[5_001, 5_002, 5_003].map((n) => `    [${n}] ${n}`),
      '    … 4,996 more rows',
    ])
    expect(beside(numbers, numbers)).toHaveLength(4)
  })

  it('are told up to two hundred rows', () => {
    const some = numbers.slice(0, 200)
    expect(beside(some, some)).toStrictEqual(some.map((n) => `    [${n}] ${n}`))
    const more = beside([], numbers)
    expect(more).toHaveLength(204)
    expect(more.slice(199)).toStrictEqual([
      '  + [199] 199',
      '    … 9,797 more rows',
      ...[9_997, 9_998, 9_999].map((n) => `  + [${n}] ${n}`),
    ])
  })
})

describe('two lists side by side', () => {
  it('show what is in both, as it came', () => {
    expect(beside([], [])).toStrictEqual([])
    expect(beside([1, 'x'], [1, 'x'])).toStrictEqual(['    [0] 1', `    [1] 'x'`])
    expect(sideBySide([1], [2], { equals: () => true })).toStrictEqual(['    [0] 2'])
  })

  it('show what is missing and what is extra, at either end and between', () => {
    expect(beside([1, 2, 3], [2, 3, 4])).toStrictEqual([
      '  - [0] 1',
      '    [0] 2',
      '    [1] 3',
      '  + [2] 4',
    ])
    expect(beside([a(1), a(3)], [a(1), b(2), a(3)])).toStrictEqual([
      `    [0] { type: 'A', n: 1 }`,
      `  + [1] { type: 'B', n: 2 }`,
      `    [2] { type: 'A', n: 3 }`,
    ])
    expect(beside([a(1), b(2), a(3)], [a(1), a(3)])).toStrictEqual([
      `    [0] { type: 'A', n: 1 }`,
      `  - [1] { type: 'B', n: 2 }`,
      `    [1] { type: 'A', n: 3 }`,
    ])
    expect(beside([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3])).toStrictEqual([
      ...[0, 1, 2].map((n) => `    [${n}] ${n + 1}`),
      ...[3, 4, 5, 6, 7].map((n) => `  - [${n}] ${n + 1}`),
    ])
    expect(beside([1, 2, 1, 2, 1, 2], [1, 2])).toStrictEqual([
      '    [0] 1',
      '    [1] 2',
      ...[1, 2, 1, 2].map((value, i) => `  - [${i + 2}] ${value}`),
    ])
    expect(beside([1, 2], [1, 2, 1, 2, 1, 2])).toStrictEqual([
      '    [0] 1',
      '    [1] 2',
      ...[1, 2, 1, 2].map((value, i) => `  + [${i + 2}] ${value}`),
    ])
    expect(beside([1, 2], [])).toStrictEqual(['  - [0] 1', '  - [1] 2'])
    expect(beside([], [1, 2])).toStrictEqual(['  + [0] 1', '  + [1] 2'])
  })

  it('show what differs beside each other where it is of one kind, and apart where it is not', () => {
    expect(beside([a(1)], [a(2)])).toStrictEqual([
      `  ~ [0] { type: 'A', n: 2 }`,
      '        n: expected 1, got 2',
    ])
    expect(beside([a(1)], [b(1)])).toStrictEqual([
      `  - [0] { type: 'A', n: 1 }`,
      `  + [0] { type: 'B', n: 1 }`,
    ])
    expect(beside([a(1)], ['A'])).toStrictEqual([`  - [0] { type: 'A', n: 1 }`, `  + [0] 'A'`])
    expect(beside([null], [{ n: 1 }])).toStrictEqual([
      '  ~ [0] { n: 1 }',
      '        (root): expected null, got { n: 1 }',
    ])
    expect(beside([b(1), a(1)], [b(2), a(1), a(1)])).toStrictEqual([
      `  ~ [0] { type: 'B', n: 2 }`,
      '        n: expected 1, got 2',
      `    [1] { type: 'A', n: 1 }`,
      `  + [2] { type: 'A', n: 1 }`,
    ])
  })

  it('find an element elsewhere rather than call two of them different', () => {
    expect(beside([a(1), a(2)], [a(2), a(3)])).toStrictEqual([
      `  - [0] { type: 'A', n: 1 }`,
      `    [0] { type: 'A', n: 2 }`,
      `  + [1] { type: 'A', n: 3 }`,
    ])
    expect(beside([a(1), a(2), a(3)], [a(3), a(1), a(2)])).toStrictEqual([
      `  + [0] { type: 'A', n: 3 }`,
      `    [1] { type: 'A', n: 1 }`,
      `    [2] { type: 'A', n: 2 }`,
      `  - [2] { type: 'A', n: 3 }`,
    ])
  })

  it('compare nothing with what is not there', () => {
    const anyCase = { equals: (x: string, y: string) => x.toLowerCase() === y.toLowerCase() }
    expect(sideBySide(['a', 'b'], ['A', 'B', 'C', 'D'], anyCase)).toStrictEqual([
      `    [0] 'A'`,
      `    [1] 'B'`,
      `  + [2] 'C'`,
      `  + [3] 'D'`,
    ])
    expect(sideBySide(['a', 'b', 'c'], ['A'], anyCase)).toStrictEqual([
      `    [0] 'A'`,
      `  - [1] 'b'`,
      `  - [2] 'c'`,
    ])
  })

  it('break up what is too long for its line', () => {
    const long = { type: 'A', text: 'x'.repeat(60) }
    expect(beside([], [long])).toStrictEqual([
      '  + [0] {',
      `          type: 'A',`,
      `          text: '${long.text}',`,
      '        }',
    ])
  })

  it('are laid by their elements as long as there are no more than 250,000 pairs', () => {
    const numbers = (from: number, n: number) => Array.from({ length: n }, (_, i) => from + i)
    const fits = sideBySide(numbers(0, 500), numbers(1, 500), is)
    expect(fits).toStrictEqual([
      '  - [0] 0',
      ...numbers(0, 3).map((n) => `    [${n}] ${n + 1}`),
      '    … 493 more rows',
      ...numbers(496, 3).map((n) => `    [${n}] ${n + 1}`),
      '  + [499] 500',
    ])
    const beyond = sideBySide(numbers(0, 501), numbers(1, 500), is)
    expect(beyond).toStrictEqual([
      ...numbers(0, 200).flatMap((n) => [
        `  ~ [${n}] ${n + 1}`,
        `        (root): expected ${n}, got ${n + 1}`,
      ]),
      '    … 298 more rows',
      ...numbers(498, 2).flatMap((n) => [
        `  ~ [${n}] ${n + 1}`,
        `        (root): expected ${n}, got ${n + 1}`,
      ]),
      '  - [500] 500',
    ])
    const more = sideBySide(numbers(0, 500), numbers(0, 502), is)
    expect(more.slice(-5)).toStrictEqual([
      ...numbers(497, 3).map((n) => `    [${n}] ${n}`),
      '  + [500] 500',
      '  + [501] 501',
    ])
  })
})

describe('the same in any order', () => {
  it('is what has each element as often', () => {
    const same = (expected: ReadonlyArray<unknown>, actual: ReadonlyArray<unknown>) =>
      sameInAnyOrder(expected, actual, structural)
    expect(same([], [])).toBe(true)
    expect(same([a(1), a(2), a(1)], [a(1), a(1), a(2)])).toBe(true)
    expect(same([a(1), a(2), a(1)], [a(2), a(1), a(2)])).toBe(false)
    expect(same([a(1)], [a(1), a(2)])).toBe(false)
    expect(same([a(1), a(2)], [a(1)])).toBe(false)
    const actual = [1, 2]
    same([2, 1], actual)
    expect(actual).toStrictEqual([1, 2])
  })
})
