import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { ExploreOptions } from '../../../src/testing/explore.ts'
import { goalOf, reportOf } from '../../../src/testing/explore/conclude.ts'
import { counting, noFindings } from '../../../src/testing/explore/findings.ts'
import { searchRecord } from '../../../src/testing/explore/record.ts'
import { searchSystem } from '../../../src/testing/explore/search.ts'
import type { System } from '../../../src/testing/explore/system.ts'

type Action = 'up' | 'down' | 'jump' | 'rest'
type Lift = System<number, Action, string, string>

/** A lift of three floors, from which nobody jumps; the roof is the end, and is left all the same. */
const lift: Lift = {
  initialState: 0,
  actions: () => ['up', 'down', 'jump', 'rest'],
  step: (action, floor) => {
    if (action === 'rest') return right({ events: [], state: floor })
    if (action === 'jump') return floor === 1 ? left('high') : left('no')
    if (action === 'up' && floor === 2) throw new Error('too high')
    if (action === 'down' && floor === 0) return left('no')
    return right({ events: [action], state: action === 'up' ? floor + 1 : floor - 1 })
  },
  isTerminal: (floor) => floor === 2,
}

/** The same lift, which only refuses. */
const firm: Lift = {
  ...lift,
  step: (action, floor) =>
    action === 'up' && floor === 2 ? left('high') : lift.step(action, floor),
}

const searched = <A>(
  options: ExploreOptions<number, A, string>,
  system: System<number, A, string, string>,
) => {
  const record = searchRecord(system, options)
  const findings = noFindings(options, false)
  searchSystem(record, options, counting(record, findings))
  return { record, findings, unsound: undefined }
}

const reported = (options: ExploreOptions<number, Action, string>, system = lift) =>
  reportOf(searched(options, system))

const up = (state: number) => ({ action: 'up', events: ['up'], state })
const down = (state: number) => ({ action: 'down', events: ['down'], state })
const way = (...steps: ReadonlyArray<unknown>) => ({ initialState: 0, steps })

describe('what a search found', () => {
  it('is all told', () => {
    const report = reported({
      abstraction: (floor) => (floor === 2 ? 'roof' : 'floor'),
      invariants: { low: (floor) => floor < 2, real: (floor) => floor >= 0 },
      stepInvariants: { rising: (before, _, __, after) => after >= before, any: () => true },
      alwaysPossible: { ground: (floor) => floor === 0, cellar: (floor) => floor < 0 },
      find: (floor) => floor === 1,
      commands: ["'up'", "'fly'"],
      events: ["'up'", "'flown'"],
      rejections: ["'no'", "'never'"],
    })
    // where it threw is where it may go on
    const holds = { type: 'Holds', depth: 2, complete: false }
    const broken = (...steps: ReadonlyArray<unknown>) => ({ type: 'Broken', trace: way(...steps) })
    expect(report).toStrictEqual({
      decider: none,
      extent: { type: 'Faulty' },
      states: 3,
      transitions: 7,
      refused: 4,
      depth: 2,
      invariants: { low: broken(up(1), up(2)), real: holds },
      stepInvariants: { rising: broken(up(1), down(0)), any: holds },
      alwaysPossible: { ground: holds, cellar: holds },
      goal: some({ type: 'Found', trace: way(up(1)) }),
      commands: [
        { command: "'up'", tried: 3, accepted: 2, emitted: 2 },
        { command: "'down'", tried: 3, accepted: 2, emitted: 2 },
        { command: "'jump'", tried: 3, accepted: 0, emitted: 0 },
        { command: "'rest'", tried: 3, accepted: 3, emitted: 0 },
      ],
      neverTried: ["'fly'"],
      neverAccepted: ["'jump'"],
      refusedEverywhere: ['jump'],
      neverEmitted: ["'flown'"],
      neverGiven: ["'never'"],
      deadEnds: { count: 0, examples: [] },
      terminalLeft: { count: 1, examples: [way(up(1), up(2), down(1))] },
      thrown: [
        {
          by: 'step',
          message: 'Error: too high',
          count: 1,
          trace: way(up(1), up(2)),
          action: some('up'),
        },
      ],
      unsound: none,
      written: none,
      graph: report.graph,
    })
    expect(report.graph.initial).toBe('floor')
    expect(report.graph.nodes).toStrictEqual([
      { label: 'floor', states: 2, terminal: false },
      { label: 'roof', states: 1, terminal: true },
    ])
  })

  it('is proved where nothing threw', () => {
    const holds = { type: 'Holds', depth: 2, complete: true }
    expect(
      reported(
        {
          invariants: { real: (floor) => floor >= 0 },
          stepInvariants: { any: () => true },
          alwaysPossible: { ground: (floor) => floor === 0, cellar: (floor) => floor < 0 },
        },
        firm,
      ),
    ).toMatchObject({
      extent: { type: 'Complete' },
      invariants: { real: holds },
      stepInvariants: { any: holds },
      alwaysPossible: { ground: holds, cellar: { type: 'Broken', trace: way() } },
    })
  })

  it('is little where little was asked for', () => {
    const report = reported({}, { ...lift, decider: 'lift', actions: () => ['rest'] })
    expect(report).toMatchObject({
      decider: some('lift'),
      states: 1,
      invariants: {},
      stepInvariants: {},
      goal: none,
      neverTried: [],
      neverAccepted: [],
      refusedEverywhere: [],
      neverEmitted: [],
      neverGiven: [],
      deadEnds: { count: 1, examples: [way()] },
      terminalLeft: { count: 0, examples: [] },
      thrown: [],
    })
    expect([report.invariants, report.stepInvariants, report.alwaysPossible]).toStrictEqual([
      {},
      {},
      {},
    ])
  })

  it('holds as far as was looked', () => {
    const options = {
      invariants: { low: (floor: number) => floor < 2 },
      limits: { depth: 1 },
    }
    expect(reported(options).invariants).toStrictEqual({
      low: { type: 'Holds', depth: 1, complete: false },
    })
  })

  it('has what was thrown without an action where none was under way', () => {
    const isTerminal = (floor: number) => {
      if (floor === 1) throw new Error('one')
      return floor === 2
    }
    expect(reported({}, { ...lift, isTerminal }).thrown[0]).toStrictEqual({
      by: 'isTerminal',
      message: 'Error: one',
      count: 1,
      trace: way(up(1)),
      action: none,
    })
  })

  it('has the first state that was written to, and no goal then', () => {
    const found = searched({ find: (floor) => floor === 1 }, firm)
    found.record.faults.written = { state: 2, action: 1 }
    const { written, goal } = reportOf(found)
    expect(written).toStrictEqual(some({ trace: way(up(1), up(2)), action: some('down') }))
    expect(goal).toStrictEqual(some({ type: 'NotFound', depth: 2, complete: false }))
  })

  it('has met a kind where it met one with a text within', () => {
    const bit = (command: string) => ({ type: 'bit', command })
    const bits: System<number, ReturnType<typeof bit>, string, string> = {
      initialState: 0,
      actions: () => [],
      step: () => left('no'),
      isTerminal: () => true,
    }
    const neverTried = (text: string, ...commands: ReadonlyArray<string>) => {
      const system = { ...bits, actions: () => [bit(text)] }
      return reportOf(searched({ commands }, system)).neverTried
    }
    const others = ["bit.'off'", 'bi', 'on', "'on'"]
    expect(neverTried('on', 'bit', "bit.'on'", ...others)).toStrictEqual(others)
    expect(neverTried("isn't", 'bit', ...others)).toStrictEqual(others)
  })

  it('has a step that did nothing where a system refuses what it took before', () => {
    const taken = new Set<number>()
    const step: Lift['step'] = (action, floor) => {
      if (taken.has(floor)) return left('no')
      taken.add(floor)
      return lift.step(action, floor)
    }
    const { invariants } = reported(
      { invariants: { ground: (floor) => floor === 0 } },
      { ...lift, step, actions: () => ['up'] },
    )
    expect(invariants).toStrictEqual({
      ground: { type: 'Broken', trace: way({ action: 'up', events: [], state: 0 }) },
    })
  })
})

describe('a step of a trace', () => {
  it('did nothing where a system throws at what it took before', () => {
    const taken = new Set<number>()
    const step: Lift['step'] = (action, floor) => {
      if (taken.has(floor)) throw new Error('taken')
      taken.add(floor)
      return lift.step(action, floor)
    }
    const { invariants } = reported(
      { invariants: { ground: (floor) => floor === 0 } },
      { ...lift, step, actions: () => ['up'] },
    )
    expect(invariants).toStrictEqual({
      ground: { type: 'Broken', trace: way({ action: 'up', events: [], state: 0 }) },
    })
  })
})

describe('a goal', () => {
  it('is found on a shortest way, or not as far as was looked', () => {
    const found = (find: (floor: number) => boolean, depth: number, system: Lift = firm) =>
      goalOf(searched<Action>({ find, limits: { depth } }, system))
    expect(found((floor) => floor === 2, 9)).toStrictEqual({
      type: 'Found',
      trace: way(up(1), up(2)),
    })
    expect(found((floor) => floor === 3, 9)).toStrictEqual({
      type: 'NotFound',
      depth: 2,
      complete: true,
    })
    expect(found((floor) => floor === 3, 9, lift)).toStrictEqual({
      type: 'NotFound',
      depth: 2,
      complete: false,
    })
    expect(found((floor) => floor === 2, 1)).toStrictEqual({
      type: 'NotFound',
      depth: 1,
      complete: false,
    })
  })
})
