import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { deciderSystem } from '../../../src/testing/explore/system.ts'
import type { Command } from '../till.ts'
import { till } from '../till.ts'

const add = (n: number): Command => ({ type: 'Add', n })

describe('the system of a decider', () => {
  it('starts, goes on and ends as the decider does, under its name', () => {
    const system = deciderSystem(till, [add(3), { type: 'Close' }])
    const { initialState, step, isTerminal } = system
    expect(initialState).toStrictEqual({ n: 0, closed: false })
    expect(step(add(3), initialState)).toStrictEqual(
      right({ events: [{ type: 'Added', n: 3 }], state: { n: 3, closed: false } }),
    )
    expect(step(add(6), initialState)).toStrictEqual(left('TooMuch'))
    expect([initialState, { n: 3, closed: true }].map(isTerminal)).toStrictEqual([false, true])
    expect(system.decider).toBe('decider')
  })

  it('tries the same commands everywhere, or those that a function gives for a state', () => {
    const everywhere = deciderSystem(till, [add(3)])
    expect(everywhere.actions({ n: 5, closed: true })).toStrictEqual([add(3)])
    const here = deciderSystem(till, ({ n }) => [add(n), add(n + 1)])
    expect(here.actions({ n: 5, closed: true })).toStrictEqual([add(5), add(6)])
  })
})
