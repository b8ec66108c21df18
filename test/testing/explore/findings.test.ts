import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { ExploreOptions } from '../../../src/testing/explore.ts'
import { counting, noFindings } from '../../../src/testing/explore/findings.ts'
import { searchRecord } from '../../../src/testing/explore/record.ts'
import type { ActionAttempt } from '../../../src/testing/explore/search.ts'
import type { System } from '../../../src/testing/explore/system.ts'
import { countedPaths } from '../../../src/testing/internal/pathCounts.ts'

type Act = { readonly type: string; readonly n?: number }
type Told = string | { readonly type: string }

const system: System<number, Act, Told, Told> = {
  initialState: 0,
  actions: () => [],
  step: () => left('never asked'),
  isTerminal: (n) => {
    if (n < 0) throw new RangeError('below')
    return n === 2
  },
}

/** What is told of a search, step by step. */
const told = (options: ExploreOptions<number, Act, Told> = {}, stopsAtGoal = false) => {
  const record = searchRecord(system, options)
  const findings = noFindings(options, stopsAtGoal)
  const { found, expanded } = counting(record, findings)
  return {
    record,
    findings,
    find: (...states: ReadonlyArray<number>) =>
      states.map((state) => found(state, record.found.values.push(state) - 1)),
    expand: (
      state: number,
      attempts: ReadonlyArray<ActionAttempt<number, Told, Told>>,
      complete = true,
    ) => {
      expanded({ state, attempts, complete })
    },
    tried: (...actions: ReadonlyArray<Act>) => record.tried.table.values.push(...actions),
  }
}

const place = (state: number, action = -1) => ({ state, action })
const accepted = (action: number, to: number, ...events: ReadonlyArray<Told>) => ({
  action,
  outcome: right({ events, state: to }),
  to,
})
const refused = (action: number, rejection: Told) => ({ action, outcome: left(rejection), to: -1 })
const threw = (action: number) => ({ action, outcome: undefined, to: -1 })

describe('a state that is found', () => {
  it('is counted under its label, which is terminal if all its states are', () => {
    const { find, findings } = told({ abstraction: (n) => (n < 2 ? 'low' : 'high') })
    find(0, 1, 2)
    expect([...findings.nodes.values()]).toStrictEqual([
      { label: 'low', states: 2, terminal: false },
      { label: 'high', states: 1, terminal: true },
    ])
    const mixed = told({ abstraction: () => 'all' })
    mixed.find(2, 2, 3, 2)
    expect([...mixed.findings.nodes.values()]).toStrictEqual([
      { label: 'all', states: 4, terminal: false },
    ])
  })

  it('breaks an invariant if it is the first to; no other state is asked', () => {
    const asked: Array<number> = []
    const { find, findings } = told({
      invariants: {
        small: (n) => {
          asked.push(n)
          return n < 2
        },
        even: (n) => n % 2 === 0,
      },
    })
    find(0, 1, 2, 3)
    expect(findings.invariants.map(({ broken }) => broken)).toStrictEqual([place(2), place(1)])
    expect(asked).toStrictEqual([0, 1, 2])
  })

  it('is the goal if it is the first, and ends a search that looks for nothing else', () => {
    const goal = (n: number) => n > 1
    const [all, one, none] = [told({ find: goal }), told({ find: goal }, true), told({}, true)]
    expect([all, one, none].map(({ find }) => find(0, 1, 2, 3))).toStrictEqual([
      [false, false, false, false],
      [false, false, true, false],
      [false, false, false, false],
    ])
    expect([all, one, none].map(({ findings }) => findings.goal)).toStrictEqual([
      place(2),
      place(2),
      undefined,
    ])
  })

  it('does not satisfy what throws, and is not terminal if that throws', () => {
    const { find, findings, record } = told({
      invariants: {
        none: (n) => {
          if (n === 2) throw 'two'
          return true
        },
      },
    })
    find(0, -1)
    expect(record.faults.broken).toBe(true)
    find(2)
    expect(findings.terminal).toStrictEqual([false, false, true])
    expect(findings.invariants[0]?.broken).toStrictEqual(place(2))
    expect([...record.faults.thrown.values()]).toStrictEqual([
      { by: 'isTerminal', message: 'RangeError: below', at: place(1), count: 1 },
      { by: 'none', message: "'two'", at: place(2), count: 1 },
    ])
  })
})

describe('attempts', () => {
  it('add up to paths, each with how often it was taken', () => {
    const { find, findings, expand, tried } = told({
      abstraction: (n) => (n === 2 ? 'closed' : 'open'),
    })
    tried({ type: 'Add', n: 1 }, { type: 'Add', n: 2 }, { type: 'Close' })
    find(0, 1, 2)
    const [added, noted] = [{ type: 'Added' }, { type: 'Noted' }]
    expand(0, [accepted(0, 1, added), accepted(1, 1, added, noted), accepted(2, 2, 'Closed')])
    expand(1, [accepted(0, 1), accepted(1, 1, added), refused(2, 'TooMuch')])
    expand(2, [refused(0, { type: 'AlreadyClosed' }), accepted(2, 2)])
    expect(countedPaths(findings.edges)).toStrictEqual([
      { path: ['open', 'open', 'Add'], count: 1 },
      { path: ['open', 'open', 'Add', 'Added'], count: 2 },
      { path: ['open', 'open', 'Add', 'Added', 'Noted'], count: 1 },
      { path: ['open', 'closed', 'Close', "'Closed'"], count: 1 },
      { path: ['closed', 'closed', 'Close'], count: 1 },
    ])
    expect(countedPaths(findings.refusals)).toStrictEqual([
      { path: ['open', 'Close', "'TooMuch'"], count: 1 },
      { path: ['closed', 'Add', 'AlreadyClosed'], count: 1 },
    ])
  })

  it('say how often commands of a kind were tried, accepted, and emitted something', () => {
    const { find, findings, expand, tried } = told()
    tried({ type: 'Add', n: 1 }, { type: 'Throw' }, { type: 'Refuse' }, { type: 'Add', n: 2 })
    find(0)
    expand(0, [accepted(0, 0, 'Added'), threw(1), refused(2, 'no'), accepted(3, 0)], false)
    expect([...findings.uses.values()]).toStrictEqual([
      { command: 'Add', tried: 2, accepted: 2, emitted: 1 },
      { command: 'Throw', tried: 1, accepted: 0, emitted: 0 },
      { command: 'Refuse', tried: 1, accepted: 0, emitted: 0 },
    ])
    expect(findings.actions.map((one) => one.accepted)).toStrictEqual([true, false, false, true])
  })

  it('to a state beyond the limit are used, but are no edge and no transition', () => {
    const { find, findings, expand, tried } = told({ alwaysPossible: {} })
    tried({ type: 'Add' })
    find(0)
    expand(0, [{ ...accepted(0, 1, 'Added'), to: -1 }], false)
    expect(findings.uses.get('Add')).toStrictEqual({ command: 'Add', tried: 1, accepted: 1, emitted: 1 }) // prettier-ignore
    expect(findings.beyond).toStrictEqual(["'Added'"])
    expect([countedPaths(findings.edges), findings.arrivals?.from]).toStrictEqual([[], []])
  })

  it('break an invariant of steps, or throw in it', () => {
    const { find, findings, expand, tried, record } = told({
      stepInvariants: {
        rising: (before, _, __, after) => after >= before,
        quiet: (_, { n }) => {
          if (n === 1) throw new Error('one')
          return true
        },
        fine: () => true,
      },
    })
    tried({ type: 'Up', n: 1 }, { type: 'Down' })
    find(0, 1)
    expand(0, [accepted(0, 1)])
    expand(1, [refused(0, 'no'), accepted(1, 0), accepted(0, 0)])
    expect(findings.stepInvariants.map(({ broken }) => broken)).toStrictEqual([
      place(1, 1),
      place(0, 0),
      undefined,
    ])
    expect([...record.faults.thrown.keys()]).toStrictEqual(['quiet Error: one'])
  })

  it('leave a state, or it is a dead end; if it is terminal, what emits leaves it', () => {
    const { find, findings, expand, tried } = told({ examples: 1 })
    tried({ type: 'Go' }, { type: 'Say' })
    find(0, 1, 2, 3)
    expand(0, [accepted(0, 1)])
    expand(1, [accepted(1, 1, 'said'), refused(0, 'no')])
    expand(2, [accepted(0, 2), accepted(1, 2, 'said'), accepted(0, 3, 'gone')])
    expand(3, [refused(0, 'no')], false)
    expand(3, [])
    expect(findings.deadEnds).toStrictEqual({ count: 2, first: [place(1)] })
    expect(findings.terminalLeft).toStrictEqual({ count: 1, first: [place(2, 1)] })
  })

  it('are kept as transitions only if something must stay possible', () => {
    const kept = (options: ExploreOptions<number, Act, Told>) => {
      const { find, findings, expand, tried } = told(options)
      tried({ type: 'Go' })
      find(0, 1)
      expand(0, [accepted(0, 1)])
      return findings.arrivals?.from
    }
    expect([kept({}), kept({ alwaysPossible: {} })]).toStrictEqual([undefined, [0]])
  })
})
