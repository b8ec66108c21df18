import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import type { ExploreOptions } from '../../../src/testing/explore.ts'
import { explore } from '../../../src/testing/explore.ts'
import {
  assertExplored,
  faultsOf,
  showExploration,
} from '../../../src/testing/explore/showExploration.ts'
import { deciderSystem } from '../../../src/testing/explore/system.ts'

type Command = { readonly type: 'Up' | 'Down' | 'Break' }
type Event = { readonly type: 'Upped' | 'Downed' }
type Rejection = { readonly type: 'NoFloor' }

/** A lift of three floors that breaks down on a word. */
const lift: Decider<Command, number, Event, Rejection> = {
  initialState: 0,
  decide: ({ type }, floor) => {
    if (type === 'Break' && floor > 0) throw new Error('broken')
    if (type === 'Break' || (type === 'Down' && floor === 0) || (type === 'Up' && floor === 2)) {
      return { _tag: 'Left', left: { type: 'NoFloor' } }
    }
    return { _tag: 'Right', right: [{ type: type === 'Up' ? 'Upped' : 'Downed' }] }
  },
  evolve: (floor, { type }) => (type === 'Upped' ? floor + 1 : floor - 1),
  isTerminal: () => false,
}
const up: Command = { type: 'Up' }
const down: Command = { type: 'Down' }
const crash: Command = { type: 'Break' }

const explored = (
  commands: ReadonlyArray<Command>,
  options: ExploreOptions<number, Command, Event> = {},
  d = lift,
) => explore(deciderSystem(d, commands), options)

describe('a report', () => {
  it('has no faults where all is well', () => {
    const report = explored([up, down], {
      invariants: { 'three floors': (floor) => floor >= 0 && floor <= 2 },
      commands: ['Up', 'Down'],
      events: ['Upped', 'Downed'],
      rejections: ['NoFloor'],
      find: (floor) => floor === 2,
    })
    expect(faultsOf(report)).toStrictEqual([])
    expect(() => {
      assertExplored(report)
    }).not.toThrow()
    expect(showExploration(report)).toBe(`3 states, 4 transitions, 2 refused, complete, depth 2
invariants
  holds    three floors
goal: found after 2 actions
1. { type: 'Up' }
   → { type: 'Upped' }
2. { type: 'Up' }
   → { type: 'Upped' }
state: 2
commands
  Up: tried 3, accepted 2, emitted 2
  Down: tried 3, accepted 2, emitted 2`)
  })

  it('shows what is broken with its trace and as a test, and fails a test with that', () => {
    const report = explored([up, down], {
      invariants: { low: (floor) => floor < 2 },
      stepInvariants: { 'never down': (before, _, __, after) => after > before },
      alwaysPossible: { roof: (floor) => floor === 3 },
    })
    const low = `invariant "low" is broken after 2 actions:
1. { type: 'Up' }
   → { type: 'Upped' }
2. { type: 'Up' }
   → { type: 'Upped' }
state: 2

scenario(decider)
  .given([{ type: 'Upped' }])
  .when({ type: 'Up' })
  .then([{ type: 'Upped' }])
// which leads to the state 2`
    const never = `step invariant "never down" is broken after 2 actions:
1. { type: 'Up' }
   → { type: 'Upped' }
2. { type: 'Down' }
   → { type: 'Downed' }
state: 0

scenario(decider)
  .given([{ type: 'Upped' }])
  .when({ type: 'Down' })
  .then([{ type: 'Downed' }])
// which leads to the state 0`
    const roof = `what must stay possible, "roof" is broken after 0 actions:
state: 0

scenario(decider)
  .given([])
  .thenState(0)`
    expect(faultsOf(report)).toStrictEqual([low, never, roof])
    expect(() => {
      assertExplored(report)
    }).toThrow(new Error(`${low}\n\n${never}\n\n${roof}`))
    expect(showExploration(report)).toBe(`3 states, 4 transitions, 2 refused, complete, depth 2
invariants
  broken   low, after 2 actions
  broken   never down, after 2 actions
  broken   roof, after 0 actions
commands
  Up: tried 3, accepted 2, emitted 2
  Down: tried 3, accepted 2, emitted 2

${low}

${never}

${roof}`)
  })

  it('has a test to paste for deciders alone, under their name', () => {
    const options: ExploreOptions<number, Command, Event> = {
      invariants: { low: (floor) => floor < 1 },
    }
    const { initialState, actions, step, isTerminal } = deciderSystem(lift, [up])
    const bare = { initialState, actions, step, isTerminal }
    const faults = faultsOf(explore(bare, options), ['DeadEnds'])
    expect(faults).toStrictEqual([
      "invariant \"low\" is broken after 1 action:\n1. { type: 'Up' }\n   → { type: 'Upped' }\nstate: 1",
    ])
    const named = faultsOf(explore({ ...bare, decider: 'lift' }, options), ['DeadEnds'])
    expect(named).toStrictEqual([
      `${faults[0]}

scenario(lift)
  .given([])
  .when({ type: 'Up' })
  .then([{ type: 'Upped' }])
// which leads to the state 1`,
    ])
    const start = explore({ ...bare, decider: 'lift' }, { invariants: { no: () => false } })
    expect(faultsOf(start)[0]).toContain('scenario(lift)\n  .given([])\n  .thenState(0)')
  })

  it('shows what was thrown, and where', () => {
    const report = explored([up, crash], { invariants: { 'not yet': (floor) => floor > 0 } })
    expect(faultsOf(report, ['DeadEnds', 'Incomplete', 'NeverAccepted'])).toStrictEqual([
      `invariant "not yet" is broken after 0 actions:
state: 0

scenario(decider)
  .given([])
  .thenState(0)`,
      `step threw Error: broken (2 times), first at:
1. { type: 'Up' }
   → { type: 'Upped' }
state: 1
with: { type: 'Break' }`,
    ])
    const brittle = {
      ...lift,
      isTerminal: (): boolean => {
        throw new Error('no end')
      },
    }
    const once = explored([], { limits: { depth: 0 } }, brittle)
    expect(faultsOf(once, ['Incomplete'])).toStrictEqual([
      'isTerminal threw Error: no end (once), first at:\nstate: 0',
    ])
  })

  it('is not complete where something threw', () => {
    const jammed = explored([up], {}, { ...lift, evolve: () => expect.unreachable('jam') })
    expect(showExploration(jammed)).toContain(
      '1 states, 0 transitions, 0 refused, cut short where something threw, all tried to depth 0\n',
    )
    expect(faultsOf(jammed)).toContain(
      'not complete: cut short where something threw, all tried to depth 0',
    )
  })

  it('shows where a state was written to, before all that it may be wrong about', () => {
    const floors: Decider<Command, { floor: number }, Event, Rejection> = {
      initialState: { floor: 0 },
      decide: (command, { floor }) => lift.decide(command, floor),
      evolve: (state, event) => {
        state.floor = lift.evolve(state.floor, event)
        return state
      },
      isTerminal: () => false,
    }
    const report = explore(deciderSystem(floors, [up]))
    const [written, incomplete, ...others] = faultsOf(report)
    expect(written).toBe(
      "a state was written to by decide, evolve, or a function that reads states, and is shown as it is now:\nstate: { floor: 1 }\nwith: { type: 'Up' }",
    )
    expect(incomplete).toBe(
      'not complete: cut short where a state was written to, all tried to depth 0',
    )
    expect(others).toStrictEqual([])
    expect(showExploration(report)).toContain('cut short where a state was written to')
  })

  const one = { ...lift, isTerminal: (floor: number) => floor === 0 }
  it.each<
    [NonNullable<Parameters<typeof faultsOf>[1]>[number], ReturnType<typeof explored>, string]
  >([
    [
      'DeadEnds',
      explored([up]),
      "a dead end that is not terminal: 1 state, such as\n1. { type: 'Up' }\n   → { type: 'Upped' }\n2. { type: 'Up' }\n   → { type: 'Upped' }\nstate: 2",
    ],
    [
      'TerminalLeft',
      explored([up, down], {}, one),
      "a terminal state is left: 1 state, such as\n1. { type: 'Up' }\n   → { type: 'Upped' }\nstate: 1",
    ],
    [
      'TerminalLeft',
      explored([up, down], {}, { ...lift, isTerminal: () => true }),
      "a terminal state is left: 3 states, such as\n1. { type: 'Up' }\n   → { type: 'Upped' }\nstate: 1",
    ],
    [
      'Incomplete',
      explored([up], { limits: { depth: 1 } }),
      'not complete: stopped at the limit of depth, all tried to depth 1',
    ],
    ['NotFound', explored([up, down], { find: () => false }), 'the goal was not found'],
    [
      'NeverTried',
      explored([up, down], { commands: ['Stop', 'Up', 'Open'] }),
      'commands never tried: Stop, Open',
    ],
    [
      'NeverAccepted',
      explored([down], {}, { ...lift, isTerminal: () => true }),
      'commands never accepted: Down',
    ],
    [
      'NeverEmitted',
      explored([up, down], { events: ['Upped', 'Opened'] }),
      'events never emitted: Opened',
    ],
    [
      'NeverGiven',
      explored([up, down], { rejections: ['NoFloor', 'Full'] }),
      'rejections never given: Full',
    ],
  ])('a fault that may be allowed: %s', (allowance, report, text) => {
    expect(faultsOf(report)).toStrictEqual([text])
    expect(faultsOf(report, [allowance])).toStrictEqual([])
    expect(() => {
      assertExplored(report)
    }).toThrow(new Error(text))
    assertExplored(report, [allowance])
  })

  it('shows that a goal was not found, large numbers, and each limit', () => {
    const endless: Decider<Command, number, Event, never> = {
      ...lift,
      decide: () => ({ _tag: 'Right', right: [{ type: 'Upped' }] }),
    }
    const report = explore(deciderSystem(endless, [up]), {
      limits: { states: 1_234 },
      find: (floor) => floor < 0,
    })
    expect(showExploration(report))
      .toBe(`1,234 states, 1,233 transitions, 0 refused, stopped at the limit of states, all tried to depth 1233
goal: not found
commands
  Up: tried 1,234, accepted 1,234, emitted 1,234`)
  })

  it('groups the digits of large numbers by three, and has no word of what there is none of', () => {
    const report = explored([], {}, { ...lift, isTerminal: () => true })
    expect(showExploration(report)).toBe('1 states, 0 transitions, 0 refused, complete, depth 0')
    const large = { ...report, states: 12_345, transitions: 1_234_567, refused: 999 }
    expect(showExploration(large)).toBe(
      '12,345 states, 1,234,567 transitions, 999 refused, complete, depth 0',
    )
  })
})
