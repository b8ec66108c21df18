import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import { run } from '../../../src/Decider.ts'
import { laws } from '../../../src/testing/laws.ts'
import { itemOf } from '../../../src/testing/walk/shrink.ts'
import { walk } from '../../../src/testing/walk.ts'
import { waysOf } from '../../../src/testing/walk/ways.ts'
import type { JugCommand, Jugs } from '../jugs.ts'
import { jugCommands, jugs } from '../jugs.ts'

/** Letters lead from one letter to the next: `ab` from a to b. Nothing comes of one that fits nowhere. */
const letters = waysOf<string, string>({
  start: () => 'a',
  step: ({ command }, state) =>
    command === '!' ? undefined : { state: command[0] === state ? (command[1] ?? state) : state },
})

const items = (text: string) => text.split(' ').map(itemOf)
const shown = (found: ReturnType<typeof letters.withoutCircles>) =>
  found?.map(({ command }) => command).join(' ')

describe('ways', () => {
  it('without circles go on where a state was left last, and keep the last command', () => {
    const straight = (text: string) => shown(letters.withoutCircles(items(text)))
    expect(straight('ab bc ca ab bd de')).toBe('ab bd de')
    expect(straight('ab bc ca ad da')).toBe('ad da')
    expect(straight('xx ab xx bc')).toBe('ab bc')
    expect(straight('ab xx')).toBeUndefined()
    expect(straight('ab bc ca')).toBeUndefined()
    expect(straight('ab ba !')).toBe('!')
    expect(straight('ab ! ba')).toBeUndefined()
  })

  it('are shortest by the commands of the walk, to each of few states', () => {
    const shortest = (text: string) => [...letters.shortest(items(text), [])].map(shown)
    expect(shortest('ab bc cd ca ac cd xx')).toStrictEqual(
      [['xx'], ['ab', 'ab xx'], ['ac', 'ac xx'], ['ac cd', 'ac cd xx']].flat(),
    )
    expect(shortest('ab bc')).toStrictEqual(['bc', 'ab'])
    const others = [...letters.shortest(items('ab bc cd'), items('ad'))].map(shown)
    expect(others).toContain('ad')
    expect(shortest('ab')).toStrictEqual([])
    expect(shortest('ab ! bc')).toStrictEqual([])
    expect(shortest('ab bc !')).toStrictEqual(['!', 'ab', 'ab !', 'ab bc'])
  })

  /** Each of 40 numbers leads on from each state to another: there are 2 ** 40 of them. */
  const counting = (big: unknown) => {
    const asked = { times: 0 }
    const ways = waysOf<number, unknown>({
      start: () => [0, big],
      step: ({ command }, state) => {
        asked.times++
        const [n] = state as readonly [number, unknown]
        return { state: [n + command, big] }
      },
    })
    return { asked, ways }
  }
  const powers = Array.from({ length: 40 }, (_, i) => itemOf(2 ** i))

  it('are shortest to the last two states where there are many', () => {
    const one = itemOf(1)
    const three = itemOf(3)
    const { ways } = counting([])
    const back = itemOf(-1)
    const walked = [one, one, back, one, one, one, three]
    const found = [...ways.shortest(walked, [])].map((way) => way.map(({ command }) => command))
    expect(found).toStrictEqual([
      [1, 3, 3],
      [1, 3, 3, 3],
      [1, 3],
      [1, 3, 3],
    ])
  })

  it('are not looked for longer than a while, and less so where states are big', () => {
    const limits = [
      [],
      Array.from({ length: 1_000 }, (_, i) => i),
      new Set(Array.from({ length: 1_000 }, (_, i) => i)),
      new Map(Array.from({ length: 1_000 }, (_, i) => [i, i])),
      new Uint8Array(10_000),
    ].map((big) => {
      const { asked, ways } = counting(big)
      expect([...ways.shortest(powers, [])]).toStrictEqual([])
      return asked.times
    })
    expect(limits[0]).toBeLessThanOrEqual(20_100)
    expect(limits.slice(1).every((times) => times < 400)).toBe(true)
  })
})

/** Three missionaries and three cannibals cross a river; the shortest way has 11 crossings. */
interface Bank {
  readonly missionaries: number
  readonly cannibals: number
  readonly boat: boolean
}
interface Cross {
  readonly missionaries: number
  readonly cannibals: number
}
const crossings: ReadonlyArray<Cross> = [
  [1, 0],
  [2, 0],
  [0, 1],
  [0, 2],
  [1, 1],
].map(([missionaries = 0, cannibals = 0]) => ({ missionaries, cannibals }))
const river: Decider<Cross, Bank, Cross, 'no'> = {
  initialState: { missionaries: 3, cannibals: 3, boat: true },
  decide: (cross, bank) => {
    const next = river.evolve(bank, cross)
    const isSafe = ({ missionaries: m, cannibals: c }: Cross) =>
      m >= 0 && c >= 0 && (m === 0 || m >= c)
    const opposite = { missionaries: 3 - next.missionaries, cannibals: 3 - next.cannibals }
    return isSafe(next) && isSafe(opposite)
      ? { _tag: 'Right', right: [cross] }
      : { _tag: 'Left', left: 'no' }
  },
  evolve: ({ missionaries, cannibals, boat }, cross) => {
    const sign = boat ? -1 : 1
    return {
      missionaries: missionaries + sign * cross.missionaries,
      cannibals: cannibals + sign * cross.cannibals,
      boat: !boat,
    }
  },
  isTerminal: () => false,
}

describe('a walk through a puzzle', () => {
  it('shrinks to the shortest way across the river, whatever the seed', () => {
    const command = fc.constantFrom(...crossings)
    const walks = walk(river, { command, length: 300 })
    let solved = 0
    for (let seed = 1; seed <= 5; seed++) {
      const failing = fc.check(
        fc.property(walks, (commands) => {
          const { state } = run(river)(commands)
          return state.missionaries + state.cannibals > 0
        }),
        { seed, numRuns: 20 },
      )
      if (failing.counterexample === null) continue
      solved++
      expect(failing.counterexample[0]).toHaveLength(11)
    }
    expect(solved).toBeGreaterThan(0)
  })

  it('shrinks to the shortest way to four litres, in the laws as well', () => {
    const lengths = [1, 3].map((seed) => {
      try {
        laws(jugs, {
          command: fc.constantFrom(...jugCommands),
          invariants: { 'never four litres': ({ big }: Jugs) => big !== 4 },
          noEffect: () => true,
          seed,
          runs: 30,
          only: ['B6'],
        })
        return 0
      } catch (error) {
        const text = String(error)
        return text.slice(text.indexOf('commands\n')).match(/type: '(Fill|Empty|Pour)'/g)?.length
      }
    })
    const shortest: ReadonlyArray<JugCommand> = [
      { type: 'Fill', jug: 'big' },
      { type: 'Pour', from: 'big' },
      { type: 'Empty', jug: 'small' },
      { type: 'Pour', from: 'big' },
      { type: 'Fill', jug: 'big' },
      { type: 'Pour', from: 'big' },
    ]
    expect(run(jugs)(shortest).state.big).toBe(4)
    expect(lengths).toStrictEqual(lengths.map(() => 6))
  })
})
