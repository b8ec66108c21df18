import type { Eq } from 'fp-ts/lib/Eq.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import {
  effects,
  endedViolation,
  firstBroken,
  idempotence,
  invariants,
} from '../../../src/testing/laws/steps.ts'
import { traceOf } from '../../../src/testing/internal/walkTrace.ts'
import { caseOf, look } from '../cases.ts'
import type { Command, Event, State, Till } from '../till.ts'
import { till } from '../till.ts'

const add = (n: number): Command => ({ type: 'Add', n })
const set = (n: number): Command => ({ type: 'Set', n })
const close: Command = { type: 'Close' }
const added = (n: number): Event => ({ type: 'Added', n })
const wasSet = (n: number): Event => ({ type: 'WasSet', n })
const closed: Event = { type: 'Closed' }

const boom = (): never => {
  throw new Error('boom')
}

describe('B5, effects', () => {
  const noisy: Till = {
    ...till,
    decide: (c, s) =>
      c.type === 'Close' ? right([added(-1), closed, wasSet(8)]) : till.decide(c, s),
  }
  const commands = [add(1), add(9), set(2), close, add(1)]

  it('are looked for event by event', () => {
    expect(look(effects, caseOf(till, [...commands, close]))).toStrictEqual({
      found: undefined,
      times: 3,
    })
  })

  it('are missing where an event leaves the state, with the events that would do instead', () => {
    const found = {
      law: 'B5',
      name: '',
      what: 'an event was emitted that changes nothing and is not declared to have no effect',
      given: [added(1), wasSet(2)],
      command: some(close),
      shows: { type: 'Events', events: [closed, wasSet(8)] },
      fails: true,
      expected: 'each event to change the state that it meets',
      seen: [`no change by { type: 'Added', n: -1 }`],
      state: { n: 2, closed: false },
    }
    expect(look(effects, caseOf(noisy, commands))).toStrictEqual({ found, times: 5 })
  })

  it('may be missing where that is declared of the event in the state that it met', () => {
    const noEffect = (event: Event, { closed: isClosed }: State): boolean =>
      isClosed ? event.type === 'WasSet' : event.type === 'Added'
    expect(look(effects, caseOf(noisy, commands, { noEffect })).found).toBeUndefined()
    const other = caseOf(noisy, commands, { noEffect: ({ type }) => type === 'Added' })
    expect(look(effects, other).found).toMatchObject({
      shows: { type: 'Events', events: [added(-1), closed] },
      seen: [`no change by { type: 'WasSet', n: 8 }`],
    })
  })

  it('are missing where the states are the same to the user', () => {
    const eq = { equals: () => true }
    expect(look(effects, caseOf(till, [add(1)], { eq })).found).toMatchObject({
      shows: { type: 'Events', events: [] },
    })
  })

  describe('of states that are instances of a class', () => {
    class Box {
      #n = 0
      readonly kind = 'box'
      plus(n: number): Box {
        const next = new Box()
        next.#n = this.#n + n
        return next
      }
      add(n: number): this {
        this.#n += n
        return this
      }
      get n(): number {
        return this.#n
      }
    }
    const boxed = (evolve: (box: Box, n: number) => Box): Decider<number, Box, number, never> => ({
      initialState: new Box(),
      decide: (n) => right([n]),
      evolve,
      isTerminal: () => false,
    })
    const plus = boxed((box, n) => box.plus(n))
    const eq = { equals: (a: Box, b: Box) => a.n === b.n }
    const seen = <S>(decider: Decider<number, S, number, never>, more: { eq?: Eq<S> } = {}) =>
      look(effects, caseOf(decider, [1], more)).found?.seen
    const hidden = [
      'no change by 1',
      'private fields of Box are not compared, only what its toJSON, valueOf or toString returns:',
      'the option eqState says when two states are the same',
    ]

    it('are missing where nothing of them can be seen, and it is said what to do', () => {
      expect(seen(plus)).toStrictEqual(hidden)
      const nested: Decider<number, { readonly in: ReadonlyArray<Box> }, number, never> = {
        initialState: { in: [new Box()] },
        decide: (n) => right([n]),
        isTerminal: () => false,
        evolve: (s, n) => ({ in: s.in.map((box) => box.plus(n)) }),
      }
      expect(seen(nested)).toStrictEqual(hidden)
      expect(seen(plus, { eq })).toBeUndefined()
    })

    it('are missing where it is the user who says so', () => {
      expect(
        seen(
          boxed((box) => box.plus(0)),
          { eq },
        ),
      ).toStrictEqual(['no change by 1'])
    })

    it('are missing where a state is written to in place', () => {
      expect(
        seen(
          boxed((box, n) => box.add(n)),
          { eq },
        ),
      ).toStrictEqual([
        'no change by 1',
        'evolve returned the same Box: what it writes to that is written to the state before as well',
      ])
    })
  })
})

describe('B6, invariants', () => {
  const yes = ['fine', () => true] as const
  const commands = [add(1), add(9), set(2), close]

  it('are not looked at where none is declared', () => {
    expect(look(invariants, caseOf(till, commands))).toStrictEqual({ found: undefined, times: 0 })
  })

  it('are asked at the start, at each step, and at each change', () => {
    const held = { found: undefined, times: 1 + 4 + 3 }
    expect(look(invariants, caseOf(till, commands, { invariants: [yes] }))).toStrictEqual(held)
    expect(look(invariants, caseOf(till, commands, { changes: [yes] }))).toStrictEqual(held)
    expect(
      look(invariants, caseOf(till, commands, { invariants: [yes], changes: [yes] })),
    ).toStrictEqual(held)
  })

  it('of decisions are asked of every command of both walks in every state as well', () => {
    const other = traceOf(till, [add(3), add(4)])
    const held = { found: undefined, times: 1 + 4 + 3 + 4 * 6 }
    expect(look(invariants, caseOf(till, commands, { decisions: [yes], other }))).toStrictEqual(
      held,
    )
    expect(
      look(invariants, caseOf(till, commands, { invariants: [yes], decisions: [yes], other })),
    ).toStrictEqual(held)
  })

  it('of decisions are asked of a share of the commands, all in turn, where there are many', () => {
    const walk = Array.from({ length: 40 }, (_, i) => set(i + 1))
    const asked: Array<readonly [number, number]> = []
    const listen = (c: Command, s: State): boolean => {
      asked.push([c.type === 'Set' ? c.n : 0, s.n])
      return true
    }
    const of = caseOf(till, walk, { decisions: [['listen', listen]] })
    look(invariants, of)
    // 300 for 41 states: 8 in each
    expect(asked.slice(40)).toStrictEqual(
      Array.from({ length: 41 * 8 }, (_, i) => [(i % 40) + 1, Math.floor(i / 8)]),
    )
    asked.length = 0
    look(invariants, { ...of, thorough: true })
    expect(asked).toHaveLength(40 + 41 * 40)
  })

  it('are broken by the initial state', () => {
    const of = caseOf(till, commands, { invariants: [yes, ['some', ({ n }) => n > 0]] })
    const found = {
      law: 'B6',
      name: '"some"',
      what: 'the initial state breaks "some": it returns false',
      given: [],
      command: none,
      shows: { type: 'State', state: { n: 0, closed: false } },
      fails: false,
      expected: '"some" to hold',
      seen: ['it returns false'],
      state: { n: 0, closed: false },
    }
    expect(look(invariants, of)).toStrictEqual({ found, times: 1 })
  })

  it('are broken by a decision', () => {
    const accepted = ['accepted', (_: Command, __: State, d: { _tag: string }) => d._tag === 'Right'] as const // prettier-ignore
    const found = {
      law: 'B6',
      name: '"accepted"',
      what: 'the decision breaks "accepted": it returns false',
      given: [added(1)],
      command: some(add(9)),
      shows: { type: 'Rejected', rejection: 'TooMuch' },
      fails: false,
      expected: '"accepted" to hold',
      seen: [`the rejection 'TooMuch'`],
      state: { n: 1, closed: false },
    }
    const of = caseOf(till, commands, { decisions: [yes, accepted] })
    expect(look(invariants, of)).toStrictEqual({ found, times: 1 + 2 + 1 })
  })

  it('are broken by a decision that no walk takes by itself', () => {
    const never = (c: Command, s: State): boolean => !(c.type === 'Close' && s.n === 1)
    const of = caseOf(till, [add(1), set(2)], {
      decisions: [['never', never]],
      other: traceOf(till, [close]),
    })
    const found = {
      law: 'B6',
      name: '"never"',
      what: 'the decision breaks "never": it returns false',
      given: [added(1)],
      command: some(close),
      shows: { type: 'Events', events: [closed] },
      fails: false,
      expected: '"never" to hold',
      seen: ['1 event', `    [0] { type: 'Closed' }`],
      state: { n: 1, closed: false },
      commands: [add(1), close],
    }
    // all three in the state before, and the first in this one
    expect(look(invariants, of)).toStrictEqual({ found, times: 1 + 2 + 2 + 3 + 1 })
  })

  it('are broken by a state, which is told before the change that led there', () => {
    const atMost1 = ['at most 1', ({ n }: State) => n < 2] as const
    const same = ['unchanged', (a: State, _: Event, b: State) => a.n === b.n || b.n === 1] as const
    const broken = {
      law: 'B6',
      given: [added(1)],
      command: some(set(2)),
      shows: { type: 'Events', events: [wasSet(2)] },
      fails: false,
      seen: [`event { type: 'WasSet', n: 2 }`, 'led to { n: 2, closed: false }'],
      state: { n: 1, closed: false },
    }
    const times = 1 + 3 + 2
    const state = {
      ...broken,
      name: '"at most 1"',
      what: 'the state breaks "at most 1": it returns false',
      expected: '"at most 1" to hold',
    }
    const both = caseOf(till, commands, { invariants: [yes, atMost1], changes: [same] })
    expect(look(invariants, both)).toStrictEqual({ found: state, times })
    const change = {
      ...broken,
      name: '"unchanged"',
      what: 'the change breaks "unchanged": it returns false',
      expected: '"unchanged" to hold',
    }
    const one = caseOf(till, commands, { invariants: [yes], changes: [yes, same] })
    expect(look(invariants, one)).toStrictEqual({ found: change, times })
  })

  it('are broken by the first that does not hold, or throws', () => {
    expect(firstBroken([yes], (holds) => holds())).toBeUndefined()
    expect(
      firstBroken<() => boolean>([yes, ['picky', boom], ['no', () => false]], (holds) => holds()),
    ).toStrictEqual({ name: '"picky"', how: 'it threw Error: boom' })
  })
})

describe('B7, idempotence', () => {
  const violation = {
    law: 'B7',
    name: '',
    what: 'a command declared idempotent, decided again, does not give Right([])',
    command: some(set(2)),
    shows: { type: 'Events', events: [] },
    fails: true,
    expected: 'no events',
    state: { n: 2, closed: false },
  }
  const commands = [add(1), set(2), add(2), add(9)]
  const idempotent = ({ type }: Command): boolean => type === 'Set'
  const again = (decide: Till['decide'], more = {}): Till => ({
    ...till,
    decide: (c, s) => (c.type === 'Set' && s.n === c.n ? decide(c, s) : till.decide(c, s)),
    ...more,
  })

  it('is looked at where it is declared, of commands that were accepted', () => {
    expect(look(idempotence, caseOf(till, commands))).toStrictEqual({ found: undefined, times: 0 })
    const all = { idempotent: () => true }
    expect(look(idempotence, caseOf(till, [add(9), set(1), set(1), close], all))).toStrictEqual({
      found: undefined,
      times: 3,
    })
    expect(look(idempotence, caseOf(till, commands, { idempotent }))).toStrictEqual({
      found: undefined,
      times: 1,
    })
  })

  it('is broken by events, by a refusal, and by an error', () => {
    const first = [added(1), wasSet(2)]
    const emits = again(() => right([added(1)]))
    expect(look(idempotence, caseOf(emits, commands, { idempotent }))).toStrictEqual({
      found: { ...violation, given: first, seen: ['1 event', `    [0] { type: 'Added', n: 1 }`] },
      times: 1,
    })
    const rejects = again(() => left('TooMuch'))
    expect(look(idempotence, caseOf(rejects, commands, { idempotent })).found).toStrictEqual({
      ...violation,
      given: first,
      seen: [`the rejection 'TooMuch'`],
    })
    expect(look(idempotence, caseOf(again(boom), commands, { idempotent })).found).toStrictEqual({
      ...violation,
      given: first,
      seen: ['threw Error: boom'],
    })
  })

  it('is asked of the state after all events of the command', () => {
    const slow: Till = {
      ...till,
      decide: (c, s) => (c.type === 'Set' ? right([wasSet(1), wasSet(c.n)]) : till.decide(c, s)),
    }
    expect(look(idempotence, caseOf(slow, commands, { idempotent })).found).toStrictEqual({
      ...violation,
      given: [added(1), wasSet(1), wasSet(2)],
      seen: ['2 events', `    [0] { type: 'WasSet', n: 1 }`, `    [1] { type: 'WasSet', n: 2 }`],
    })
  })
})

describe('B8, terminal states', () => {
  const early: Till = { ...till, isTerminal: ({ n }) => n > 2 }
  const violation = {
    law: 'B8',
    name: '',
    what: 'a command is accepted and emits in a terminal state',
    given: [added(1), added(2)],
    shows: { type: 'Events', events: [] },
    fails: true,
    expected: 'no events, or a rejection',
    state: { n: 3, closed: false },
  }

  it('are looked at where one was reached, with every command of both walks', () => {
    expect(look(endedViolation, caseOf(till, [add(1)]))).toStrictEqual({
      found: undefined,
      times: 0,
    })
    const other = traceOf(till, [set(3), close])
    expect(
      look(endedViolation, caseOf(till, [add(1), close, set(1), add(9)], { other })),
    ).toStrictEqual({
      found: undefined,
      times: 6,
    })
  })

  it('are none where a command emits in the first of them, or throws', () => {
    const walk = [add(1), add(2), add(3)]
    expect(look(endedViolation, caseOf(early, [set(3), ...walk]))).toStrictEqual({
      found: {
        ...violation,
        given: [wasSet(3)],
        command: some(add(1)),
        seen: ['1 event', `    [0] { type: 'Added', n: 1 }`],
      },
      times: 2,
    })
    const throws: Till = { ...early, decide: (c, s) => (s.n > 2 ? boom() : till.decide(c, s)) }
    expect(look(endedViolation, caseOf(throws, walk)).found).toStrictEqual({
      ...violation,
      command: some(add(1)),
      seen: ['threw Error: boom'],
    })
  })

  it('are looked at each, where an emission goes on after the first of them', () => {
    // full with 3, and open again with one more
    const reopened: Till = {
      ...till,
      decide: (c, s) => {
        if (s.n > 3) return right([added(1)])
        return c.type === 'Set' ? right([wasSet(3), added(1), closed]) : left('TooMuch')
      },
      evolve: (s, e) => (e.type === 'Closed' ? { n: s.n, closed: true } : till.evolve(s, e)),
      isTerminal: (s) => s.n === 3 || s.closed,
    }
    const { found, times } = look(endedViolation, caseOf(reopened, [set(3)], { trace: traceOf(reopened, [set(3)]) })) // prettier-ignore
    // the first of them emits on being set
    expect({ given: found?.given, times }).toStrictEqual({ given: [wasSet(3)], times: 1 })
    const firm: Till = {
      ...reopened,
      decide: (c, s) => (s.n === 3 ? left('TooMuch') : reopened.decide(c, s)),
    }
    expect(
      look(endedViolation, caseOf(firm, [set(3)], { trace: traceOf(firm, [set(3)]) })),
    ).toMatchObject({
      found: {
        given: [wasSet(3), added(1), closed],
        command: some(set(3)),
        state: { n: 4, closed: true },
      },
      times: 2,
    })
  })

  it('are none where only a command of the other walk emits', () => {
    const refusing: Till = {
      ...early,
      decide: (c, s) => (s.n > 2 && c.type === 'Add' ? left('TooMuch') : till.decide(c, s)),
    }
    const other = traceOf(refusing, [close])
    expect(look(endedViolation, caseOf(refusing, [add(1), add(2)], { other })).found).toStrictEqual(
      {
        ...violation,
        command: some(close),
        seen: ['1 event', `    [0] { type: 'Closed' }`],
      },
    )
  })
})
