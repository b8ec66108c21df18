import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WalkItem } from '../../../src/testing/walk/item.ts'
import type { ShrunkWalk } from '../../../src/testing/walk/shrink.ts'
import {
  drawnWalk,
  itemOf,
  isKeptStep,
  smaller,
  shrinkable,
} from '../../../src/testing/walk/shrink.ts'
import { dice } from '../../support/dice.ts'

const walkOf = (letters: string) => drawnWalk(Array.from(letters, itemOf))

const joined = (commands: ReadonlyArray<unknown>) => commands.join(' ')

/** What is tried, in order: a thousand walks at most. */
const list = <C>(kept: ShrunkWalk<C>, source: Parameters<typeof smaller<C>>[1] = {}) => {
  const values: Array<fc.Value<ReadonlyArray<C>>> = []
  for (const value of smaller(kept, source)) if (values.push(value) > 1_000) break
  return values
}

const tried = <C>(kept: ShrunkWalk<C>, source: Parameters<typeof smaller<C>>[1] = {}) =>
  list(kept, source).map(({ value }) => joined(value))

/** The walk that is tried as these commands, with where to go on from. */
const found = <C>(
  kept: ShrunkWalk<C>,
  text: string,
  source: Parameters<typeof smaller<C>>[1] = {},
) => {
  const context = list(kept, source).find(({ value }) => joined(value) === text)?.context
  if (!isKeptStep<C>(context)) throw new Error(`${text} is not tried`)
  return context
}

const numbers = (n: number) => Array.from({ length: n }, (_, i) => itemOf(i))

const lengths = <C>(kept: ShrunkWalk<C>, length: number) =>
  list(kept).filter(({ value }) => value.length === length).length

describe('smaller walks', () => {
  it('are without all, half and single commands from the end on, then pairs, then one for two', () => {
    expect(tried(walkOf('abc'))).toStrictEqual(
      [
        [''],
        ['a b', 'a c', 'b c'],
        ['c', 'b', 'a'],
        // a is left out, and b or c is any of them
        ['a c', 'b c', 'c c', 'b a', 'b b', 'b c'],
        ['a c', 'b c', 'c c', 'a a', 'a b', 'a c'],
        ['a b', 'b b', 'c b', 'a a', 'a b', 'a c'],
      ].flat(),
    )
    expect(tried(walkOf('abcd')).slice(0, 13)).toStrictEqual(
      [
        [''],
        ['a b', 'c d'],
        ['a b c', 'a b d', 'a c d', 'b c d'],
        ['c d', 'b d', 'b c', 'a d', 'a c', 'a b'],
      ].flat(),
    )
    expect(tried(walkOf(''))).toStrictEqual([])
  })

  it('go on with as many commands at once, where the last ones were left out', () => {
    const kept = found(walkOf('abcdefgh'), 'a b c d g h')
    expect([kept.size, kept.place]).toStrictEqual([2, 4])
    expect(tried(kept).slice(0, 6)).toStrictEqual(
      [
        ['a b g h', 'c d g h', 'a b c d'],
        ['a b c d g', 'a b c d h', 'a b c g h'],
      ].flat(),
    )
    const first = found(walkOf('abcdefgh'), 'c d e f g h')
    expect(tried(first).slice(0, 3)).toStrictEqual(['c d e f', 'c d g h', 'e f g h'])
  })

  it('leave out every two of 16 commands, and of more only neighbours', () => {
    expect(lengths(drawnWalk(numbers(16)), 14)).toBe((16 * 15) / 2 + 8)
    expect(lengths(drawnWalk(numbers(17)), 15)).toBe(8)
  })

  it('take one for two of 8 commands, and of more none', () => {
    expect(lengths(drawnWalk(numbers(8)), 7)).toBe(8 + 8 * 7 * 8)
    // the first command is left out alone as well where fours or twos are, and one is left
    expect(lengths(drawnWalk(numbers(9)), 8)).toBe(9 + 2)
  })

  it('take one of 24 commands that were drawnWalk, evenly spread', () => {
    const spares = (n: number) => drawnWalk(numbers(n)).spares.map(({ command }) => command)
    expect(spares(3)).toStrictEqual([0, 1, 2])
    expect(spares(24)).toHaveLength(24)
    expect(spares(25)).toStrictEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24])
    // also those that were left out since
    expect(tried(found(walkOf('abc'), 'b c'))).toContain('a')
  })
})

describe('smaller commands', () => {
  const source = { command: fc.nat() }

  it('are tried between pairs and one for two', () => {
    const kept = drawnWalk([5, 0, 2].map(itemOf))
    expect(tried(kept, source).slice(4, 13)).toStrictEqual(
      [['2', '0', '5'], ['0 0 2', '3 0 2', '4 0 2', '5 0 0', '5 0 1'], ['5 2']].flat(),
    )
  })

  it('come first, and from there on, where one was found', () => {
    const kept = found(drawnWalk([2, 0, 3].map(itemOf)), '2 0 2', source)
    expect([kept.size, kept.place]).toStrictEqual([0, 2])
    expect(tried(kept, source).slice(0, 7)).toStrictEqual(
      [
        ['2 0 1', '0 0 2', '1 0 2'],
        ['2 0', '2 2', '0 2', '2'],
      ].flat(),
    )
    expect(tried(kept, source).filter((text) => text === '2 0 1')).toHaveLength(1)
  })

  it('are known of what the arbitrary drew, and of what it takes as it is', () => {
    const words = fc.nat({ max: 9 }).map((n) => `${n}`)
    const { value, context } = words.generate(dice({ '0-9': [5] }), undefined)
    const item: WalkItem<string> = { command: value, drawn: true, context }
    expect(tried(drawnWalk([item]), { command: words })).toStrictEqual(['', '0', '3', '4'])
    expect(tried(drawnWalk([itemOf(value)]), { command: words })).toStrictEqual([''])
    expect(tried(drawnWalk([item]))).toStrictEqual([''])
    const smallest = found(drawnWalk([item]), '3', { command: words })
    expect(tried(smallest, { command: words })).toStrictEqual(['2', ''])
  })

  it('are none of a command that the arbitrary would not draw', () => {
    const source = { command: fc.constantFrom('a', 'b') }
    expect(tried(walkOf('b'), source)).toStrictEqual(['', 'a'])
    expect(tried(walkOf('z'), source)).toStrictEqual([''])
  })
})

describe('what is kept of a walk', () => {
  it('is the context of its value', () => {
    const kept = walkOf('ab')
    const { value, context } = shrinkable(kept)
    expect(value).toStrictEqual(['a', 'b'])
    expect(context).toBe(kept)
    expect(isKeptStep(context)).toBe(true)
  })

  it.each([undefined, null, 1, {}, { items: [] }, { spares: [] }])('is not %j', (context) => {
    expect(isKeptStep(context)).toBe(false)
  })
})
