import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import type { LawOptions } from '../../../src/testing/laws.ts'
import { checkLaws, laws } from '../../../src/testing/laws.ts'
import { traceOf } from '../../../src/testing/internal/walkTrace.ts'
import { watchedChoices, writerIn } from '../../../src/testing/laws/sideEffects.ts'
import { caseOf } from '../cases.ts'
import { sameDraws } from '../../support/draws.ts'

sameDraws(20)

interface State {
  readonly items: Array<number>
}
interface Command {
  readonly add: Array<number>
}
interface Event {
  readonly added: Array<number>
}
type List = Decider<Command, State, Event, 'Full' | 'Nothing'>

/** Right in all: only that its types let who reads it write to it. */
const list: List = {
  initialState: { items: [] },
  decide: ({ add }, { items }) =>
    items.length > 5 ? left('Full') : add.length === 0 ? left('Nothing') : right([{ added: add }]),
  evolve: ({ items }, { added }) => ({ items: [...items, ...added] }),
  isTerminal: () => false,
}

const command = fc.array(fc.nat(5), { maxLength: 3 }).map((add): Command => ({ add }))

type More = Partial<LawOptions<Command, State, Event, 'Full' | 'Nothing'>>

/** Who writes does so in each walk, and nothing has to be found that is rare. */
const runs = 5

const failures = (more: More) =>
  checkLaws(list, { command, runs, ...more }).flatMap(({ verdict }) =>
    verdict.type === 'Failed' ? verdict.failures : [],
  )

const sorted = (items: Array<number>) => items.sort((a, b) => b - a)
const empties = (items: Array<unknown>) => items.splice(0).length >= 0

describe('a property that writes to what it is given', () => {
  it.each<readonly [string, More]>([
    ['the invariant "sorts"', { invariants: { sorts: ({ items }) => (sorted(items)[0] ?? 0) >= 0 } }], // prettier-ignore
    ['the decision "empties"', { decisions: { empties: ({ add }) => empties(add) } }],
    ['the decision "states"', { decisions: { states: (_, { items }) => empties(items) } }],
    ['the change "before"', { changes: { before: ({ items }) => empties(items) } }],
    ['the change "event"', { changes: { event: (_, { added }) => empties(added) } }],
    ['the change "after"', { changes: { after: (_, __, { items }) => empties(items) } }],
    ['idempotent', { idempotent: ({ add }) => !empties(add) }],
    ['applies', { applies: (_, { items }) => empties(items) }],
  ])('is told by name, and the decider is not blamed: %s', (name, more) => {
    const found = failures(more)
    expect(found.map(({ what }) => what)).toStrictEqual([`${name} writes to what it is given`])
    expect(found[0]?.message).toMatch(/seen\n  was given [^]*  and left [^]*\n\nstate/)
    expect(found[0]?.commands.length).toBeLessThanOrEqual(2)
  })

  it('is noEffect where an event changes nothing, and eqState in each law that asks it', () => {
    const idle = { ...list, evolve: (s: State) => ({ items: [...s.items] }) }
    const report = checkLaws(idle, {
      command,
      runs,
      noEffect: (_, { items }) => (items.push(1), true),
    })
    const told = report.flatMap(({ verdict }) =>
      verdict.type === 'Failed' ? verdict.failures.map(({ what }) => what) : [],
    )
    expect(told).toStrictEqual(['noEffect writes to what it is given'])
    const eqState = { equals: (a: State, b: State) => String(sorted(a.items)) === String(sorted(b.items)) } // prettier-ignore
    const found = failures({ eqState })
    expect(found.length).toBeGreaterThan(0)
    expect(new Set(found.map(({ what }) => what))).toStrictEqual(
      new Set(['eqState writes to what it is given']),
    )
  })

  it('does not hide another that does not hold', () => {
    const found = failures({
      invariants: {
        sorts: ({ items }) => (sorted(items)[0] ?? 0) >= 0,
        'at most 3': ({ items }) => items.length <= 3,
      },
    })
    expect(new Set(found.map(({ law, what }) => `${law} ${what}`))).toStrictEqual(
      new Set([
        'B6 the invariant "sorts" writes to what it is given',
        'B6 the state breaks "at most 3": it returns false',
      ]),
    )
  })

  it('is not one that gives a decider’s own constants, or throws', () => {
    const { initialState } = list
    const more: More = { invariants: { known: (s) => s === initialState || s.items.length > 0 } }
    expect(failures(more)).toStrictEqual([])
    const throwing: More = {
      invariants: {
        throws: ({ items }) => {
          empties(items)
          throw new Error('boom')
        },
      },
    }
    expect(failures(throwing).map(({ what }) => what)).toStrictEqual([
      'the initial state breaks "throws": it threw Error: boom',
    ])
  })
})

describe('what a property wrote', () => {
  const trace = traceOf(list, [{ add: [3, 4] }])
  const of = caseOf(list, [], { trace })
  const [first] = trace.events

  /** What is found where a law asks the changes of a walk alone. */
  const asked = (change: (before: State, event: Event) => boolean) =>
    writerIn({
      law: 'B4',
      of: { ...of, changes: [['change', change]] },
      find: ({ changes }) =>
        changes.every(([, holds]) => trace.events.every((e) => holds(trace.states[0] as State, e, trace.state))), // prettier-ignore
    })

  const told = (seen: ReadonlyArray<string>) => ({
    law: 'B4',
    name: '"change"',
    what: 'the change "change" writes to what it is given',
    given: [{ added: [3, 4] }],
    command: none,
    shows: { type: 'State', state: { items: [3, 4] } },
    fails: false,
    expected: 'arguments that stay as they are',
    seen,
    state: { items: [3, 4] },
  })

  it('is told, and put back', () => {
    expect(asked((_, { added }) => added.reverse().length > 0)).toStrictEqual(
      told(['was given { added: [3, 4] }', 'and left { added: [4, 3] }']),
    )
    expect(asked(({ items }) => items.push(9) > 0)).toStrictEqual(
      told(['was given { items: [] }', 'and left { items: [9] }']),
    )
    expect(first).toStrictEqual({ added: [3, 4] })
  })

  it('is not told where it looks the same', () => {
    const copies = (state: State) => Object.assign(state, { items: [...state.items] }) === state
    expect(asked(copies)).toStrictEqual(told(['was given { items: [] }']))
  })

  it('is nothing where nothing is written', () => {
    expect(asked(() => true)).toBeUndefined()
  })
})

describe('choices that write to the state they are given', () => {
  /** Whether it is told that choices wrote, where they are asked of a state so many times. */
  const wrote = (write: (state: State) => unknown, state: State, times = 1) => {
    const watched = watchedChoices((s: State) => (write(s), [1]))
    expect(watched.wrote()).toBe(false)
    const given = Array.from({ length: times }, () => watched.choices(state))
    expect(given).toStrictEqual(given.map(() => [1]))
    return watched.wrote()
  }

  it('are found, also where the state is frozen, and others are not', () => {
    const state = { items: [1] }
    expect(wrote(({ items }) => items.push(2), state)).toBe(true)
    expect(state).toStrictEqual({ items: [1] })
    const still = Object.freeze({ items: Object.freeze([1]) as Array<number> })
    expect(wrote(({ items }) => items.push(2), still)).toBe(true)
    expect(wrote(({ items }) => items.length, still)).toBe(false)
  })

  it('are looked at 200 times, and no more: that takes its time', () => {
    const at = (time: number) => {
      let asked = 0
      return wrote(({ items }) => ++asked === time && items.push(2), { items: [1] }, time)
    }
    expect([at(200), at(201)]).toStrictEqual([true, false])
  })

  it('are told, and nothing is said of the decider', () => {
    const choices = ({ items }: State): ReadonlyArray<Command> => [{ add: [sorted(items).length] }]
    const why = 'choices writes to the state that it is given'
    const report = checkLaws(list, { choices, runs })
    expect(new Set(report.map(({ verdict }) => verdict))).toStrictEqual(
      new Set(report.map(() => ({ type: 'NotRun', why }))),
    )
    expect(() => laws(list, { choices, runs })).toThrow(`no law was tested: ${why}`)
    expect(() => laws(list, { choices: (s) => (s.items.push(1), [{ add: [1] }]), runs })).toThrow(
      why,
    )
    expect(list.initialState).toStrictEqual({ items: [] })
  })
})
