import { left, right } from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import type { ExploreOptions } from '../../../src/testing/explore.ts'
import { explore, shortest } from '../../../src/testing/explore.ts'
import { faultsOf, showExploration } from '../../../src/testing/explore/showExploration.ts'
import type { System } from '../../../src/testing/explore/system.ts'
import { deciderSystem } from '../../../src/testing/explore/system.ts'

type Counting = System<number, 'up' | 'reset', string, string>

/** Counts up to a number, and from there only back to the start. */
const counting = (top: number, more: Partial<Counting> = {}): Counting => ({
  initialState: 0,
  actions: () => ['up', 'reset'],
  step: (action, n) => {
    if (action === 'reset') return right({ events: ['reset'], state: 0 })
    return n === top ? left('no') : right({ events: ['up'], state: n + 1 })
  },
  isTerminal: () => false,
  ...more,
})

const explored = (
  options: ExploreOptions<number, 'up' | 'reset', string>,
  system: Counting = counting(9),
) => explore(system, options)

const unsound = (report: ReturnType<typeof explored>) =>
  report.unsound._tag === 'Some' ? report.unsound.value.what : undefined

const parity = (n: number) => n % 2

describe('two states that are taken for one', () => {
  it('prove nothing where they do not go on alike: what holds is not said to hold for good', () => {
    // the queue is a set, and who comes first is served first
    const queue: Decider<string, ReadonlySet<string>, string, string> = {
      initialState: new Set<string>(),
      decide: (command, waiting) => {
        const [first] = waiting
        if (command !== 'serve') return waiting.has(command) ? right([]) : right([command])
        return first === undefined ? left('nobody') : right([`serve ${first}`])
      },
      evolve: (waiting, event) => {
        const rest = [...waiting].slice(1)
        return event.startsWith('serve') ? new Set(rest) : new Set([...waiting, event])
      },
      isTerminal: () => false,
    }
    const system = deciderSystem(queue, ['a', 'b', 'serve'])
    expect(explore(system).extent).toStrictEqual({ type: 'Complete' })
    const stepInvariants = {
      'b is never served from two': (before: ReadonlySet<string>, _: string, events: ReadonlyArray<string>) => before.size < 2 || !events.includes('serve b'), // prettier-ignore
    }
    const sorted = (waiting: ReadonlySet<string>) => [...waiting].sort()
    for (const options of [{ canonical: sorted }, { identity: 'Structural' as const }]) {
      const report = explore(system, { ...options, stepInvariants })
      expect(report.extent).toStrictEqual({ type: 'Faulty' })
      expect(report.stepInvariants).toMatchObject({
        'b is never served from two': { type: 'Holds', complete: false },
      })
      expect(report.unsound).toMatchObject({
        value: {
          what: `"b is never served from two" is broken by 'serve' in one of them`,
          known: { steps: [{ action: 'a' }, { action: 'b' }] },
          other: { steps: [{ action: 'b' }, { action: 'a' }] },
        },
      })
      expect(explore(system, options).extent).toStrictEqual({ type: 'Faulty' })
      expect(showExploration(report)).toMatch(
        /cut short where two different states were merged, all tried/,
      )
    }
  })

  it('are told with a way to each, and what is true of one of them', () => {
    const report = explored({ canonical: parity })
    expect(unsound(report)).toBe("'up' is refused in one of them")
    expect(faultsOf(report)[0]).toMatch(
      /^two states were merged, but they behave differently: 'up' is refused.*\none of them:\n/,
    )
    // far behind what was merged, and by its shortest way
    expect(report.unsound).toMatchObject({
      value: { known: { steps: { length: 1 } }, other: { steps: { length: 9 } } },
    })
  })

  it.each<readonly [string, ExploreOptions<number, 'up' | 'reset', string>, Partial<Counting>]>([
    ['one of them is terminal', {}, { isTerminal: (n) => n === 3 }],
    ['one of them is a goal', { find: (n) => n === 3 }, {}],
    ['"near" holds of one of them', { alwaysPossible: { near: (n) => n < 3 } }, {}],
    ['"small" holds of one of them', { invariants: { small: (n) => n < 3 } }, {}],
    [
      '"slow" is broken by \'up\' in one of them',
      { stepInvariants: { slow: (_, action, __, after) => action === 'reset' || after < 4 } },
      {},
    ],
    ["'up' leads one of them where nothing leads the other", {}, {}],
  ])('are told apart where %s', (what, options, more) => {
    // 1 and 3 are one, and so are 2 and 4
    const canonical = (n: number) => (n < 3 ? n : n - 2)
    const ending = counting(5, more)
    expect(unsound(explored({ canonical, ...options }, ending))).toBe(what)
  })

  it('are one in truth where they go on alike, whatever throws', () => {
    const endless = counting(Infinity, {
      step: (action, n) => {
        if (action === 'reset') throw new Error('boom')
        return right({ events: [], state: n + 1 })
      },
    })
    const report = explored({ canonical: (n) => n % 600 }, endless)
    expect([report.states, report.unsound]).toStrictEqual([600, none])
    const lost = counting(Infinity, {
      actions: (n) => {
        if (n === 2) throw new Error('boom')
        return ['up']
      },
    })
    expect(unsound(explored({ canonical: parity }, lost))).toMatch(/leads one of them/)
    const thrown = { invariants: { odd: (n: number) => { if (n > 1) throw new Error('boom'); return true } } } // prettier-ignore
    expect(unsound(explored({ canonical: parity, ...thrown }))).toBe('"odd" holds of one of them')
  })

  it('are looked at as far as there are two thousand states, and as deep as was explored', () => {
    const deep = (top: number, options: ExploreOptions<number, 'up' | 'reset', string> = {}) =>
      explored({ canonical: parity, ...options }, counting(top)).extent.type
    expect([deep(1_999), deep(2_000)]).toStrictEqual(['Faulty', 'Complete'])
    const half = (n: number) => n % 50
    expect(deep(49, { canonical: half, limits: { depth: 40 } })).toBe('Stopped')
    expect(deep(49, { canonical: (n) => n % 9, limits: { depth: 8 } })).toBe('Stopped')
    expect(deep(60, { canonical: half, limits: { states: 50 } })).toBe('Faulty')
    // also if something threw before the limit
    const endless: Counting = counting(Infinity, {
      step: (action, n) => {
        if (action === 'reset') return n === 0 ? right({ events: [], state: 2 }) : left('no')
        return n === 2 ? left('no') : right({ events: ['up'], state: n === 1 ? 10 : n + 1 })
      },
      isTerminal: (n) => {
        if (n === 10) throw new Error('boom')
        return false
      },
    })
    const threw = explored({ canonical: (n) => (n === 2 ? 1 : n), limits: { depth: 5 } }, endless)
    expect(unsound(threw)).toBe("'up' leads one of them where nothing leads the other")
    // states at the limit were found, but nothing was tried in them
    const fork: Counting = counting(9, {
      step: (action, n) => {
        if (n > 0) return n === 1 ? right({ events: ['up'], state: 1 }) : left('no')
        return right({ events: [action], state: action === 'up' ? 1 : 2 })
      },
    })
    const canonical = (n: number) => Math.min(n, 1)
    expect(explored({ canonical, limits: { depth: 1 } }, fork).extent.type).toBe('Stopped')
    expect(explored({ canonical }, fork).extent.type).toBe('Faulty')
  })

  it('are no matter to a way that was found', () => {
    const system = counting(9)
    const options = { canonical: parity }
    expect(shortest(system, (n) => n === 1, options).type).toBe('Found')
    expect(shortest(system, (n) => n === 7, options)).toMatchObject({ type: 'NotFound', complete: false }) // prettier-ignore
  })
})
