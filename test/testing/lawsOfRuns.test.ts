import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import { purity, refusals, replays, stored } from '../../src/testing/lawsOfRuns.ts'
import { traceOf } from '../../src/testing/lawTrace.ts'
import { caseOf, look } from './cases.ts'
import type { Command, Event, State, Till } from './till.ts'
import { till } from './till.ts'

const add = (n: number): Command => ({ type: 'Add', n })
const set = (n: number): Command => ({ type: 'Set', n })
const added = (n: number): Event => ({ type: 'Added', n })
const wasSet = (n: number): Event => ({ type: 'WasSet', n })
const at = (n: number): State => ({ n, closed: false })

const boom = (): never => {
  throw new Error('boom')
}

describe('B1, purity', () => {
  const commands = [add(1), add(9), set(2), set(2)]
  const impure = (name: string, seen: ReadonlyArray<string>) => ({
    law: 'B1',
    name,
    what: `${name} is not pure`,
    given: [added(1)],
    command: some(set(2)),
    shows: { type: 'Events', events: [wasSet(2)] },
    fails: false,
    expected: 'the same result twice on frozen arguments, and nothing thrown',
    seen,
    state: at(1),
  })
  const nothing = { type: 'Events', events: [] }
  const isSet = (c: Command): boolean => c.type === 'Set'

  /** Gives another answer each time that it is called. */
  const turns = <A>(...answers: ReadonlyArray<() => A>) => {
    let calls = 0
    return (): A => answers[calls++ % answers.length]?.() ?? boom()
  }

  it('is asked of every call on the way', () => {
    expect(look(purity, caseOf(till, commands))).toStrictEqual({ found: undefined, times: 10 })
  })

  it('is broken by isTerminal', () => {
    const answer = turns(
      () => false,
      () => true,
    )
    const moody: Till = { ...till, isTerminal: ({ n }) => n === 1 && answer() }
    // it is the next command that meets the state
    expect(look(purity, caseOf(moody, [add(1), set(2)]))).toStrictEqual({
      found: {
        ...impure('isTerminal', ['isTerminal gave false', 'and then true']),
        shows: nothing,
      },
      times: 3,
    })
  })

  it('is broken by decide that answers otherwise, throws, or throws when it is called again', () => {
    const found = (...answers: ReadonlyArray<() => ReturnType<Till['decide']>>) => {
      const answer = turns(...answers)
      const moody: Till = { ...till, decide: (c, s) => (isSet(c) ? answer() : till.decide(c, s)) }
      return look(purity, caseOf(moody, commands, { trace: traceOf(till, []) })).found
    }
    const sets = () => right([wasSet(2)])
    expect(found(sets, () => left('TooMuch'))).toStrictEqual(
      impure('decide', [
        `decide gave { _tag: 'Right', right: [{ type: 'WasSet', n: 2 }] }`,
        `and then { _tag: 'Left', left: 'TooMuch' }`,
      ]),
    )
    expect(found(boom)).toStrictEqual({
      ...impure('decide', ['decide threw Error: boom']),
      shows: nothing,
    })
    expect(found(sets, boom)).toStrictEqual({
      ...impure('decide', ['decide threw Error: boom when called again']),
      shows: nothing,
    })
    expect(found(() => left('TooMuch'), sets)).toMatchObject({
      shows: { type: 'Rejected', rejection: 'TooMuch' },
    })
  })

  it('is broken by evolve, at any event', () => {
    const answer = turns(
      () => at(3),
      () => at(4),
    )
    const moody: Till = {
      ...till,
      decide: (c, s) => (isSet(c) ? right([wasSet(1), wasSet(2)]) : till.decide(c, s)),
      evolve: (s, e) => (e.type === 'WasSet' && e.n === 2 ? answer() : till.evolve(s, e)),
    }
    expect(look(purity, caseOf(moody, commands))).toStrictEqual({
      found: {
        ...impure('evolve', [
          'evolve gave { n: 3, closed: false }',
          'and then { n: 4, closed: false }',
        ]),
        shows: { type: 'Events', events: [wasSet(1), wasSet(2)] },
      },
      times: 2 + 1 + 2 + 2 + 1,
    })
  })

  it('is broken by who writes to a command, a state or an event', () => {
    const readOnly = `TypeError: Cannot assign to read only property 'n' of object '#<Object>'`
    const seen = (writer: Till) =>
      look(purity, caseOf(writer, commands, { trace: traceOf(till, []) })).found?.seen
    expect(
      seen({ ...till, decide: (c, s) => till.decide(Object.assign(c, { n: 2 }), s) }),
    ).toStrictEqual([`decide threw ${readOnly}`])
    expect(seen({ ...till, evolve: (s, e) => Object.assign(s, till.evolve(s, e)) })).toStrictEqual([
      `evolve threw ${readOnly}`,
    ])
    expect(
      seen({ ...till, evolve: (s, e) => till.evolve(s, Object.assign(e, { n: 2 })) }),
    ).toStrictEqual([`evolve threw ${readOnly}`])
  })

  it('is broken by decide that answers otherwise in the initial state than it did before', () => {
    const earlier = [
      { command: add(9), decision: left('TooMuch' as const) },
      { command: set(2), decision: right([wasSet(1)]) },
    ]
    const found = (decider: Till) => look(purity, caseOf(decider, [], { earlier })).found
    const before = { ...impure('earlier', []), what: 'decide is not pure', given: [], state: at(0) }
    expect(found(till)).toStrictEqual({
      ...before,
      shows: { type: 'Events', events: [wasSet(1)] },
      seen: [
        `decide gave { _tag: 'Right', right: [{ type: 'WasSet', n: 1 }] }`,
        `and later { _tag: 'Right', right: [{ type: 'WasSet', n: 2 }] }`,
      ],
    })
    const throwing = { ...till, decide: (c: Command, s: State) => (isSet(c) ? boom() : till.decide(c, s)) } // prettier-ignore
    expect(found(throwing)?.seen[1]).toBe('threw Error: boom later')
    expect(look(purity, caseOf(till, [], { earlier: earlier.slice(0, 1) })).found).toBeUndefined()
  })

  it('takes two states for the same where the user says so', () => {
    const answer = turns(
      () => at(3),
      () => at(4),
    )
    const moody: Till = { ...till, evolve: answer }
    const of = caseOf(moody, [add(1)], { trace: traceOf(till, []) })
    expect(look(purity, of).found?.name).toBe('evolve')
    const eq = { equals: (a: State, b: State) => a.closed === b.closed }
    expect(look(purity, { ...of, eq }).found).toBeUndefined()
  })

  describe('of what can not be frozen', () => {
    type Bag = Map<string, number>
    const bag: Decider<Bag, Bag, Bag, never> = {
      initialState: new Map(),
      decide: (c) => right([new Map(c)]),
      evolve: (s, e) => new Map([...s, ...e]),
      isTerminal: () => false,
    }
    const filled = () => new Map([['a', 1]])
    const write = (into: Bag) => into.set('b', 2)

    it('holds where nobody writes to it', () => {
      expect(look(purity, caseOf(bag, [filled(), filled()]))).toStrictEqual({
        found: undefined,
        times: 6,
      })
    })

    it.each<readonly [string, string, Partial<typeof bag>]>([
      ['isTerminal', 'a state', { isTerminal: (s) => write(s).size === 0 }],
      ['decide', 'a command', { decide: (c) => (write(c), right([])) }],
      ['decide', 'a state', { decide: (_, s) => (write(s), right([])) }],
      ['evolve', 'a state', { evolve: (s) => (write(s), new Map()) }],
      ['evolve', 'an event', { evolve: (_, e) => (write(e), new Map()) }],
    ])('is broken by %s that writes to %s', (name, _, more) => {
      const writer = { ...bag, initialState: new Map(), ...more }
      const { found } = look(purity, caseOf(writer, [filled()], { trace: traceOf(bag, []) }))
      expect(found).toMatchObject({ name, seen: [`${name} changed its arguments`], given: [] })
      expect(found?.shows.type).toBe('Events')
    })

    it('is broken where all else is frozen', () => {
      const writer: Decider<string, Bag, string, never> = {
        initialState: new Map(),
        decide: (_, s) => (write(s), right([])),
        evolve: (s) => s,
        isTerminal: () => false,
      }
      const { found } = look(purity, caseOf(writer, ['a'], { trace: traceOf(writer, []) }))
      expect(found?.seen).toStrictEqual(['decide changed its arguments'])
    })
  })
})

describe('B3, replays', () => {
  it('is asked of a run that emitted something', () => {
    expect(look(replays, caseOf(till, [add(9)]))).toStrictEqual({ found: undefined, times: 0 })
    expect(look(replays, caseOf(till, [add(1), set(2)]))).toStrictEqual({
      found: undefined,
      times: 1,
    })
  })

  it('is broken where the events lead elsewhere than the run', () => {
    const twice: Till = { ...till, evolve: (s) => at(s.n + 2) }
    const of = caseOf(till, [add(1), add(2)], { trace: traceOf(twice, [add(1), add(2)]) })
    expect(look(replays, of)).toStrictEqual({
      found: {
        law: 'B3',
        name: '',
        what: 'the events of a run fold to another state than the run led to',
        given: [added(1), added(2)],
        command: none,
        shows: { type: 'State', state: at(4) },
        fails: true,
        expected: 'the state that the run led to',
        seen: ['replayed to { n: 3, closed: false }'],
        state: at(4),
      },
      times: 1,
    })
    const eq = { equals: (a: State, b: State) => a.closed === b.closed }
    expect(look(replays, { ...of, eq }).found).toBeUndefined()
  })
})

describe('B10, refusals', () => {
  const commands = [add(1), add(9), add(2), add(8)]
  const violation = {
    law: 'B10',
    name: '',
    what: 'refused commands, left out, make a difference to one that comes later',
    given: [added(1)],
    command: some(add(2)),
    shows: { type: 'Events', events: [added(2)] },
    fails: false,
    state: at(1),
  }

  it('are looked at where there are any', () => {
    expect(look(refusals, caseOf(till, [add(1), add(2)]))).toStrictEqual({
      found: undefined,
      times: 0,
    })
    const other = caseOf({ ...till, decide: boom }, [add(1)], { trace: traceOf(till, [add(1)]) })
    expect(look(refusals, other)).toStrictEqual({ found: undefined, times: 0 })
    expect(look(refusals, caseOf(till, commands))).toStrictEqual({ found: undefined, times: 2 })
  })

  it('make a difference where a later command gets another decision without them', () => {
    const resentful: Till = {
      ...till,
      decide: (c, s) => (c.type === 'Add' && c.n === 2 ? right([added(3)]) : till.decide(c, s)),
    }
    const of = caseOf(till, commands, { trace: traceOf(resentful, commands) })
    expect(look(refusals, of)).toStrictEqual({
      found: {
        ...violation,
        expected: 'the decision without the refused commands, as it is shown above',
        seen: ['1 event', `    [0] { type: 'Added', n: 3 }`],
      },
      times: 2,
    })
  })

  it('make a difference where a later command gets none without them', () => {
    const needy: Till = {
      ...till,
      decide: (c, s) => (c.type === 'Add' && c.n === 2 ? boom() : till.decide(c, s)),
    }
    const of = caseOf(needy, commands, { trace: traceOf(till, commands) })
    expect(look(refusals, of).found).toStrictEqual({
      ...violation,
      expected: 'the same decision',
      seen: ['1 event', `    [0] { type: 'Added', n: 2 }`],
    })
  })

  it('make a difference where all ends in another state without them', () => {
    const slow: Till = { ...till, evolve: (s) => at(s.n + 1) }
    const of = caseOf(slow, commands, { trace: traceOf(till, commands) })
    expect(look(refusals, of).found).toStrictEqual({
      ...violation,
      what: 'refused commands, left out, make a difference to the state',
      given: [added(1), added(2)],
      command: none,
      shows: { type: 'State', state: at(2) },
      expected: 'the same state without the refused commands',
      seen: ['with them { n: 3, closed: false }'],
      state: at(3),
    })
    const eq = { equals: (a: State, b: State) => a.closed === b.closed }
    expect(look(refusals, { ...of, eq }).found).toBeUndefined()
  })
})

describe('B11, stored states and stored events', () => {
  const walk = (count: number) => Array.from({ length: count }, (_, i) => set(i + 1))
  const violation = {
    law: 'B11',
    name: '',
    what: 'a copy of the state, as a store gives it back, and the replayed events decide differently',
    given: [added(1), added(2)],
    command: some(add(3)),
    shows: { type: 'Events', events: [added(3)] },
    fails: true,
    expected: 'the same decision from both',
    state: at(3),
  }

  it('are looked at for every step of a short walk, and for some of a long one', () => {
    const times = (count: number, thorough = false) =>
      look(stored, caseOf(till, walk(count), { thorough }))
    expect([0, 1, 20, 21, 41].map((count) => times(count).times)).toStrictEqual([0, 1, 20, 11, 14])
    expect(times(41, true)).toStrictEqual({ found: undefined, times: 41 })
  })

  it('are looked at for the last step of a walk always', () => {
    const asked: Array<number> = []
    const listening: Till = {
      ...till,
      decide: (c, s) => {
        asked.push(s.n)
        return till.decide(c, s)
      },
    }
    const of = caseOf(listening, walk(41))
    asked.length = 0
    look(stored, of)
    // by the state and by the events, each third step
    expect(asked).toStrictEqual(Array.from({ length: 28 }, (_, i) => 1 + 3 * Math.floor(i / 2)))
  })

  /** Knows the states that its own evolve made, which no store gives back. */
  const knowing = (known: () => ReturnType<Till['decide']>, unknown = known): Till => {
    const made = new WeakSet<State>()
    return {
      ...till,
      decide: (c, s) => {
        if (c.type !== 'Add' || c.n !== 3) return till.decide(c, s)
        return made.has(s) ? known() : unknown()
      },
      evolve: (s, e) => {
        const next = { ...till.evolve(s, e) }
        made.add(next)
        return next
      },
    }
  }
  const commands = [add(1), add(9), add(2), add(3)]
  const found = (decider: Till) =>
    look(stored, caseOf(decider, commands, { trace: traceOf(till, commands) })).found
  const adds = () => right([added(3)])

  it('decide differently where a state holds what no store keeps', () => {
    const refuses = () => left('TooMuch' as const)
    expect(found(knowing(refuses, adds))).toStrictEqual({
      ...violation,
      seen: [
        'stored state: 1 event',
        `    [0] { type: 'Added', n: 3 }`,
        `replayed events: the rejection 'TooMuch'`,
      ],
    })
    expect(found(knowing(adds, refuses))).toStrictEqual({
      ...violation,
      shows: { type: 'Rejected', rejection: 'TooMuch' },
      seen: [
        `stored state: the rejection 'TooMuch'`,
        'replayed events: 1 event',
        `    [0] { type: 'Added', n: 3 }`,
      ],
    })
  })

  it('decide differently where only one of them throws', () => {
    expect(found(knowing(boom, adds))?.seen).toStrictEqual([
      'stored state: 1 event',
      `    [0] { type: 'Added', n: 3 }`,
      'replayed events: threw Error: boom',
    ])
    expect(found(knowing(adds, boom))).toStrictEqual({
      ...violation,
      shows: { type: 'Events', events: [] },
      seen: [
        'stored state: threw Error: boom',
        'replayed events: 1 event',
        `    [0] { type: 'Added', n: 3 }`,
      ],
    })
    expect(found(knowing(boom))).toBeUndefined()
  })
})
