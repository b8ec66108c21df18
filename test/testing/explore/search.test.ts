import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { ExploreOptions } from '../../../src/testing/explore.ts'
import { explore } from '../../../src/testing/explore.ts'
import type { ExploreProgress } from '../../../src/testing/explore/options.ts'
import type { System } from '../../../src/testing/explore/system.ts'

/** Where each action leads, by state; to no number where it is refused. */
type Moves = ReadonlyArray<Readonly<Record<string, number>>>

const system = (moves: Moves, end = -1): System<number, string, string, string> => ({
  initialState: 0,
  actions: (state) => Object.keys(moves[state] ?? {}),
  step: (action, state) => {
    const next = moves[state]?.[action] ?? NaN
    if (Number.isNaN(next)) return left('no')
    return right({ events: next === state ? [] : [`${action}ed`], state: next })
  },
  isTerminal: (state) => state === end,
})

/** Ten states in a row; the way back is refused. */
const row = system(
  Array.from({ length: 10 }, (_, n) => ({ back: NaN, ...(n < 9 ? { walk: n + 1 } : {}) })),
)

const sizes = (options: ExploreOptions<number, string, string> = {}) => {
  const { extent, states, transitions, refused, depth } = explore(row, options)
  return { extent, states, transitions, refused, depth }
}

describe('a search', () => {
  it('tries every action in each state, level by level', () => {
    expect(sizes()).toStrictEqual({
      extent: { type: 'Complete' },
      states: 10,
      transitions: 9,
      refused: 10,
      depth: 9,
    })
  })

  it('stops at the depth that it is told, without the actions there', () => {
    expect(sizes({ limits: { depth: 3 } })).toStrictEqual({
      extent: { type: 'Stopped', limit: 'Depth' },
      states: 4,
      transitions: 3,
      refused: 3,
      depth: 3,
    })
  })

  it('stops when its time is over, which is looked at before each state', () => {
    let time = 100
    const now = () => time++
    expect(sizes({ limits: { time: { milliseconds: 3, now } } })).toStrictEqual({
      extent: { type: 'Stopped', limit: 'Time' },
      states: 3,
      transitions: 2,
      refused: 2,
      depth: 2,
    })
    expect(time).toBe(104)
  })

  it('looks at its time among the commands of one state, too', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => n)
    let tries = 0
    const wide = (step: (n: number) => boolean): System<number, number, number, 'no'> => ({
      initialState: -1,
      actions: () => many,
      step: (n) => {
        tries++
        return step(n) ? right({ events: [n], state: -1 - (n % 2) }) : left('no')
      },
      isTerminal: () => false,
    })
    const limits = { time: { milliseconds: 1_500, now: () => tries } }
    const report = explore(
      wide(() => true),
      { limits, alwaysPossible: { never: () => false } },
    )
    expect(report).toMatchObject({
      extent: { type: 'Stopped', limit: 'Time' },
      depth: 0,
      alwaysPossible: { never: { type: 'Holds', complete: false } },
    })
    expect([tries, report.transitions]).toStrictEqual([2_048, 2_048])
    tries = 0
    // what was not tried may lead on
    expect(
      explore(
        wide(() => false),
        { limits },
      ).deadEnds.count,
    ).toBe(0)
    expect(tries).toBe(2_048)
    tries = 0
    expect(
      explore(
        wide(() => false),
        {},
      ).deadEnds.count,
    ).toBe(1)
  })

  it('looks at its time where a state has the same command for ever', () => {
    let looks = 0
    const step = () => right({ events: [], state: 0 })
    const same = Array.from({ length: 5_000 }, () => 'again')
    const report = explore(
      { initialState: 0, actions: () => same, step, isTerminal: () => false },
      { limits: { time: { milliseconds: 3, now: () => looks++ } } },
    )
    expect(report).toMatchObject({ extent: { limit: 'Time' }, transitions: 1 })
  })

  it('tries a command once in a state, however often it stands there', () => {
    const list = ['walk', 'back', 'walk']
    const twice = { ...row, actions: () => [...list, 'back'] }
    const told = explore({ ...row, actions: () => ['walk', 'back'] })
    expect([told.transitions, told.refused]).toStrictEqual([9, 11])
    expect(explore(twice)).toStrictEqual(told)
    expect(explore({ ...row, actions: () => list })).toStrictEqual(told)
  })

  it('stops at once where its time is no number', () => {
    for (const milliseconds of [NaN, -1, 0]) {
      const limits = { time: { milliseconds, now: () => 5 } }
      expect(sizes({ limits })).toMatchObject({ extent: { limit: 'Time' }, states: 1, depth: 0 })
    }
  })

  it('knows what led to the state that it had no room for, and nothing that came after', () => {
    const report = explore(system([{ no: NaN, go: 1, late: 0, never: NaN }]), {
      limits: { states: 1 },
      commands: ["'no'", "'go'", "'late'", "'never'"],
      events: ["'goed'"],
    })
    expect(report).toMatchObject({
      states: 1,
      transitions: 0,
      refused: 1,
      commands: [
        { command: "'no'", tried: 1, accepted: 0, emitted: 0 },
        { command: "'go'", tried: 1, accepted: 1, emitted: 1 },
      ],
      neverTried: ["'late'", "'never'"],
      neverAccepted: ["'no'"],
      refusedEverywhere: ['no'],
      neverEmitted: [],
      deadEnds: { count: 0 },
      graph: { edges: [] },
    })
  })

  it('stops where there is no room for one more state', () => {
    expect(sizes({ limits: { states: 4 } })).toStrictEqual({
      extent: { type: 'Stopped', limit: 'States' },
      states: 4,
      transitions: 3,
      refused: 4,
      depth: 3,
    })
  })

  it('says of a command that was offered, but not tried, that it was not', () => {
    const counter = system([{ inc: 1, reset: 0, never: NaN }, {}])
    const kinds = ["'inc'", "'reset'", "'never'"]
    const report = explore(counter, { limits: { states: 1 }, commands: kinds, events: ["'inced'"] })
    expect(report.neverTried).toStrictEqual(["'reset'", "'never'"])
    expect([report.neverAccepted, report.refusedEverywhere, report.neverEmitted]).toStrictEqual([
      [],
      [],
      [],
    ])
    expect(report.commands).toStrictEqual([{ command: "'inc'", tried: 1, accepted: 1, emitted: 1 }])
    expect([report.transitions, report.graph.edges]).toStrictEqual([0, []])
    const thrower = { ...counter, step: () => expect.unreachable('broken') }
    const thrown = explore(thrower, {})
    expect([thrown.refusedEverywhere, thrown.neverAccepted]).toStrictEqual([
      ['inc', 'reset', 'never'],
      kinds,
    ])
  })

  it('has limits that are whole numbers, and looks at one state at least', () => {
    const states = (limit: number) => explore(row, { limits: { states: limit } }).states
    expect([NaN, -1, 0, 1, 2.9].map(states)).toStrictEqual([1, 1, 1, 1, 2])
    const depth = (limit: number) => explore(row, { limits: { depth: limit } }).depth
    expect([NaN, -1, 0, 2.9, Infinity].map(depth)).toStrictEqual([0, 0, 0, 2, 9])
    expect(explore(row, { limits: { states: 0 } }).extent).toStrictEqual({
      type: 'Stopped',
      limit: 'States',
    })
  })

  it('tells how far it has come each time that so many actions were tried', () => {
    const told: Array<ExploreProgress> = []
    const tell = (progress: ExploreProgress) => void told.push(progress)
    sizes({ progress: { every: 5, tell } })
    const after = (states: number) => ({
      states: states + 1,
      waiting: 1,
      transitions: states,
      refused: states,
      depth: states - 1,
    })
    expect(told).toStrictEqual([after(3), after(6), after(9)])
  })

  it('knows the actions that were offered before, in whatever company', () => {
    const { commands } = explore(
      system([
        { a: 1, b: 1 },
        { b: 2, c: 2 },
        { c: 2, d: NaN },
      ]),
      {},
    )
    const used = commands.map(({ command, tried, accepted, emitted }) => ({
      command,
      counts: [tried, accepted, emitted],
    }))
    expect(used).toStrictEqual([
      { command: "'a'", counts: [1, 1, 1] },
      { command: "'b'", counts: [2, 2, 2] },
      { command: "'c'", counts: [2, 2, 1] },
      { command: "'d'", counts: [1, 0, 0] },
    ])
  })

  it('shows the first action that emits in a terminal state', () => {
    const { terminalLeft } = explore(system([{ end: 1 }, { stay: 1, x: 2, y: 2 }, {}], 1), {})
    expect(terminalLeft.count).toBe(1)
    const [trace] = terminalLeft.examples
    expect(trace?.steps.map(({ action }) => action)).toStrictEqual(['end', 'x'])
  })
})
