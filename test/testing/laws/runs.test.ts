import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { rejections, replays, stored } from '../../../src/testing/laws/runs.ts'
import { traceOf } from '../../../src/testing/internal/walkTrace.ts'
import { caseOf, look } from '../cases.ts'
import type { Command, Event, State, Till } from '../till.ts'
import { till } from '../till.ts'

const add = (n: number): Command => ({ type: 'Add', n })
const set = (n: number): Command => ({ type: 'Set', n })
const added = (n: number): Event => ({ type: 'Added', n })
const at = (n: number): State => ({ n, closed: false })

const boom = (): never => {
  throw new Error('boom')
}

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

describe('B10, rejections', () => {
  const commands = [add(1), add(9), add(2), add(8)]
  const violation = {
    law: 'B10',
    name: '',
    what: 'leaving out rejected commands makes a difference to a later one',
    given: [added(1)],
    command: some(add(2)),
    shows: { type: 'Events', events: [added(2)] },
    fails: 'varies',
    state: at(1),
  }

  it('are looked at where there are any', () => {
    expect(look(rejections, caseOf(till, [add(1), add(2)]))).toStrictEqual({
      found: undefined,
      times: 0,
    })
    const other = caseOf({ ...till, decide: boom }, [add(1)], { trace: traceOf(till, [add(1)]) })
    expect(look(rejections, other)).toStrictEqual({ found: undefined, times: 0 })
    expect(look(rejections, caseOf(till, commands))).toStrictEqual({ found: undefined, times: 2 })
  })

  it('make a difference where a later command gets another decision without them', () => {
    const resentful: Till = {
      ...till,
      decide: (c, s) => (c.type === 'Add' && c.n === 2 ? right([added(3)]) : till.decide(c, s)),
    }
    const of = caseOf(till, commands, { trace: traceOf(resentful, commands) })
    expect(look(rejections, of)).toStrictEqual({
      found: {
        ...violation,
        expected: 'the decision without the rejected commands, as shown above',
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
    expect(look(rejections, of).found).toStrictEqual({
      ...violation,
      expected: 'the same decision',
      seen: ['1 event', `    [0] { type: 'Added', n: 2 }`],
    })
  })

  it('make a difference where all ends in another state without them', () => {
    const slow: Till = { ...till, evolve: (s) => at(s.n + 1) }
    const of = caseOf(slow, commands, { trace: traceOf(till, commands) })
    expect(look(rejections, of).found).toStrictEqual({
      ...violation,
      what: 'leaving out rejected commands makes a difference to the state',
      given: [added(1), added(2)],
      command: none,
      shows: { type: 'State', state: at(2) },
      expected: 'the same state without the rejected commands',
      seen: ['with them { n: 3, closed: false }'],
      state: at(3),
    })
    const eq = { equals: (a: State, b: State) => a.closed === b.closed }
    expect(look(rejections, { ...of, eq }).found).toBeUndefined()
  })
})

describe('B11, stored states and stored events', () => {
  const walk = (count: number) => Array.from({ length: count }, (_, i) => set(i + 1))
  const violation = {
    law: 'B11',
    name: '',
    what: 'a copy of the state, as a store returns it, and the replayed events decide differently',
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
    const rejects = () => left('TooMuch' as const)
    expect(found(knowing(rejects, adds))).toStrictEqual({
      ...violation,
      seen: [
        'stored state: 1 event',
        `    [0] { type: 'Added', n: 3 }`,
        `replayed events: the rejection 'TooMuch'`,
      ],
    })
    expect(found(knowing(adds, rejects))).toStrictEqual({
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
      fails: false,
      seen: [
        'stored state: threw Error: boom',
        'replayed events: 1 event',
        `    [0] { type: 'Added', n: 3 }`,
      ],
    })
    expect(found(knowing(boom))).toBeUndefined()
  })

  it('decide differently where each throws something else', () => {
    const bang = () => {
      throw new Error('bang')
    }
    expect(found(knowing(boom, bang))).toStrictEqual({
      ...violation,
      shows: { type: 'Events', events: [] },
      fails: 'throws',
      seen: ['stored state: threw Error: bang', 'replayed events: threw Error: boom'],
    })
  })
})
