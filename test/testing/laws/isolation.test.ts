import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import { observeCoverage } from '../../../src/testing/coverage.ts'
import { untouched } from '../../../src/testing/laws/isolation.ts'
import type { State } from '../till.ts'
import { till } from '../till.ts'

const drawn = <C, S, E, R>(decider: Decider<C, S, E, R>) => untouched(decider).drawing

describe('a decider that walks are drawn with', () => {
  it('starts from a frozen copy, and decides on frozen copies of commands', () => {
    const { initialState } = till
    const frozen = drawn(till)
    expect(frozen.initialState).toStrictEqual(initialState)
    expect(frozen.initialState).not.toBe(initialState)
    expect([Object.isFrozen(frozen.initialState), Object.isFrozen(initialState)]).toStrictEqual([
      true,
      false,
    ])
    const close = { type: 'Close' } as const
    const seen: Array<unknown> = []
    const looking = drawn({
      ...till,
      decide: (c: typeof close, s: State) => {
        seen.push(c)
        return till.decide(c, s)
      },
    })
    expect(looking.decide(close, initialState)).toStrictEqual(till.decide(close, initialState))
    expect(seen).toStrictEqual([close])
    expect([Object.isFrozen(seen[0]), Object.isFrozen(close)]).toStrictEqual([true, false])
  })

  it('copies a command once a walk, as long as nobody can write to the copy', () => {
    const seen: Array<unknown> = []
    const looking = drawn({
      initialState: 0,
      decide: (command: object) => (seen.push(command), right([])),
      evolve: (n: number) => n,
      isTerminal: () => false,
    })
    const [plain, map] = [{ n: 1 }, { n: new Map([[1, 2]]) }]
    const start = looking.initialState
    for (const command of [plain, plain, map, map]) looking.decide(command, start)
    expect(seen).toStrictEqual([plain, plain, map, map])
    expect(seen[1]).toBe(seen[0])
    expect(seen[3]).not.toBe(seen[2])
    plain.n = 2
    looking.decide(plain, looking.initialState)
    expect([seen[0], seen[4]]).toStrictEqual([{ n: 1 }, { n: 2 }])
  })

  it('is asked as what it is: its methods know it', () => {
    class Steps {
      readonly initialState = 0
      private readonly by = 2
      decide() {
        return right([this.by])
      }
      evolve(state: number, event: number) {
        return state + event * this.by
      }
      isTerminal(state: number) {
        return state > this.by
      }
    }
    const frozen = drawn(new Steps())
    expect(frozen.decide({}, 0)).toStrictEqual(right([2]))
    expect([frozen.evolve(1, 2), frozen.isTerminal(2), frozen.isTerminal(3)]).toStrictEqual([
      5,
      false,
      true,
    ])
    const observed = observeCoverage(new Steps(), { abstraction: String }).decider
    expect([observed.evolve(1, 2), observed.isTerminal(2), observed.isTerminal(3)]).toStrictEqual([
      5,
      false,
      true,
    ])
  })

  it('starts from what was there, whatever was written to it, and so does what is tested', () => {
    class Pile {
      readonly items: Array<number> = []
    }
    const piling: Decider<number, { readonly pile: Pile }, number, never> = {
      initialState: { pile: new Pile() },
      decide: (n) => right([n]),
      evolve: (s, n) => (s.pile.items.push(n), s),
      isTerminal: () => false,
    }
    const { drawing, tested, restore } = untouched(piling)
    for (const decider of [drawing, tested]) {
      const state = decider.initialState
      expect(decider.evolve(state, 1).pile.items).toStrictEqual([1])
      expect(decider.initialState.pile.items).toStrictEqual([])
      expect(decider.initialState.pile).toBe(piling.initialState.pile)
    }
    tested.evolve(tested.initialState, 1)
    restore()
    expect(piling.initialState.pile.items).toStrictEqual([])
  })

  it('leaves commands that can not be frozen as they were, also where decide throws', () => {
    class Tags {
      readonly list = ['a']
    }
    const taking = drawn({
      initialState: 0,
      decide: ({ list }: Tags, n: number) => {
        const [tag] = list.splice(0)
        if (n > 0 || tag === undefined) throw new Error('boom')
        return right([tag])
      },
      evolve: (n) => n + 1,
      isTerminal: () => false,
    })
    const tags = new Tags()
    expect(taking.decide(tags, 0)).toStrictEqual(right(['a']))
    expect(() => taking.decide(tags, 1)).toThrow('boom')
    expect(tags.list).toStrictEqual(['a'])
  })

  it('remembers what was decided first in the initial state, up to eight times', () => {
    const { drawing, earlier } = untouched(till)
    const close = { type: 'Close' } as const
    const far = { type: 'Add', n: 9 } as const
    drawing.decide(far, till.initialState)
    expect(earlier).toStrictEqual([])
    const state = drawing.initialState
    drawing.decide(far, state)
    drawing.decide(close, state)
    drawing.decide(far, { n: 1, closed: false })
    drawing.evolve(state, { type: 'Closed' })
    drawing.decide(far, state)
    expect(earlier).toStrictEqual([
      { type: 'Decided', command: far, decision: left('TooMuch') },
      { type: 'Decided', command: close, decision: right([{ type: 'Closed' }]) },
    ])
    const again = drawing.initialState
    for (let i = 0; i < 9; i++) drawing.decide(far, again)
    expect(earlier).toHaveLength(8)
  })
})
