import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import type { LawOptions } from '../../src/testing/laws.ts'
import { checkLaws, laws } from '../../src/testing/laws.ts'

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

const failures = (more: More) =>
  checkLaws(list, { command, ...more }).flatMap(({ verdict }) =>
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
    expect(found[0]?.message).toMatch(/seen\n  was given [^]*  and made of it [^]*\n\nstate/)
    expect(found[0]?.commands.length).toBeLessThanOrEqual(2)
  })

  it('is noEffect where an event changes nothing, and eqState in each law that asks it', () => {
    const idle = { ...list, evolve: (s: State) => ({ items: [...s.items] }) }
    const report = checkLaws(idle, { command, noEffect: (_, { items }) => (items.push(1), true) })
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
        'B6 the state breaks "at most 3": it gives false',
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

describe('choices that write to the state they are given', () => {
  it('are told, and nothing is said of the decider', () => {
    const choices = ({ items }: State): ReadonlyArray<Command> => [{ add: [sorted(items).length] }]
    const why = 'choices writes to the state that it is given'
    const report = checkLaws(list, { choices })
    expect(new Set(report.map(({ verdict }) => verdict))).toStrictEqual(
      new Set(report.map(() => ({ type: 'NotRun', why }))),
    )
    expect(() => laws(list, { choices })).toThrow(`no law was put to the test: ${why}`)
    expect(() => laws(list, { choices: (s) => (s.items.push(1), [{ add: [1] }]) })).toThrow(why)
    expect(list.initialState).toStrictEqual({ items: [] })
  })
})
