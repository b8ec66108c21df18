import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/Decider.ts'
import type { OrderCommand } from '../../src/order/index.ts'
import { decider, statuses } from '../../src/order/index.ts'
import type { Cell, Table } from '../../src/testing/behaviour.ts'
import {
  fromGraph,
  merge,
  observe,
  show,
  showUntried,
  untried,
} from '../../src/testing/behaviour.ts'
import { kindOf } from '../../src/testing/kind.ts'
import type { State } from '../support/finite.ts'
import { command, commandCount, commands, event, finite, state, tables } from '../support/finite.ts'
import { graph, graphOf, orderGraph, status } from '../support/graphs.ts'
import { observe as look } from '../support/observe.ts'
import { orderIn } from '../support/orders.ts'

const abstraction = ({ state: s }: State) => (s < 2 ? 'low' : 'high')
const nothing: Table = { commands: [], states: [], cells: [] }

/** What some runs of a random decider touched. */
const seen: fc.Arbitrary<Table> = fc.oneof(
  graph.map(fromGraph),
  fc.tuple(tables, commands, fc.subarray(['low', 'middle'])).map(([t, cs, states]) => {
    const observed = observe(finite(t), { abstraction, states })
    run(observed.decider)(cs)
    return observed.table()
  }),
)

const sorted = ({ commands: cs, states, cells }: Table) => ({
  commands: [...cs].sort(),
  states: [...states].sort(),
  cells: [...cells].map((cell) => JSON.stringify(cell)).sort(),
})

/** Every outcome of a table or of some of its cells, as one text each. */
const outcomes = (cells: ReadonlyArray<Cell>) =>
  cells.flatMap(({ command: c, state: s, accepted, rejected }) => [
    ...accepted.map(({ events }) => JSON.stringify([c, s, events])),
    ...rejected.map(({ rejection }) => JSON.stringify([c, s, 'not', rejection])),
  ])

describe('observing', () => {
  it('1. gives what the decider gives, call by call', () => {
    fc.assert(
      fc.property(tables, commands, command, state, event, (t, cs, c, s, e) => {
        const d = finite(t)
        const { decider: observed } = observe(d, { abstraction })
        expect(look(observed)(cs)).toStrictEqual(look(d)(cs))
        expect(run(observed)(cs)).toStrictEqual(run(d)(cs))
        expect(observed.decide(c, s)).toStrictEqual(d.decide(c, s))
        expect(observed.evolve(s, e)).toStrictEqual(d.evolve(s, e))
      }),
    )
  })

  it('counts every decision under its command, its state and its outcome', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const observed = observe(finite(t), { abstraction })
        const expected = new Map<string, number>()
        let s: State = observed.decider.initialState
        for (const c of cs) {
          const decision = observed.decider.decide(c, s)
          const outcome =
            decision._tag === 'Left' ? ['not', kindOf(decision.left)] : [decision.right.map(kindOf)]
          const key = JSON.stringify([kindOf(c), abstraction(s), ...outcome])
          expected.set(key, (expected.get(key) ?? 0) + 1)
          for (const e of decision._tag === 'Right' ? decision.right : []) {
            s = observed.decider.evolve(s, e)
          }
        }
        const { cells } = observed.table()
        const counts = cells.flatMap(({ accepted, rejected }) =>
          [...accepted, ...rejected].map(({ count }) => count),
        )
        expect(new Map(outcomes(cells).map((key, i) => [key, counts[i]]))).toStrictEqual(expected)
      }),
    )
  })
})

describe('a table', () => {
  it('2. has a cell for each command in each state, once', () => {
    fc.assert(
      fc.property(seen, seen, (one, other) => {
        for (const t of [one, merge(one, other)]) {
          expect(t.cells.map((cell) => [cell.command, cell.state])).toStrictEqual(
            t.commands.flatMap((c) => t.states.map((s) => [c, s])),
          )
          expect(new Set(t.commands).size).toBe(t.commands.length)
          expect(new Set(t.states).size).toBe(t.states.length)
          expect(JSON.parse(JSON.stringify(t))).toStrictEqual(t)
        }
      }),
    )
  })

  it('3. merges with nothing, in any order and in any grouping', () => {
    fc.assert(
      fc.property(seen, seen, seen, (t, u, v) => {
        expect(merge(t, nothing)).toStrictEqual(t)
        expect(merge(nothing, t)).toStrictEqual(t)
        expect(sorted(merge(t, u))).toStrictEqual(sorted(merge(u, t)))
        expect(merge(merge(t, u), v)).toStrictEqual(merge(t, merge(u, v)))
      }),
    )
  })

  it('3. of two runs is the table of one run that does both', () => {
    fc.assert(
      fc.property(tables, commands, commands, (t, xs, ys) => {
        const tableOf = (...walks: ReadonlyArray<typeof xs>) => {
          const observed = observe(finite(t), { abstraction })
          for (const walk of walks) run(observed.decider)(walk)
          return observed.table()
        }
        expect(sorted(merge(tableOf(xs), tableOf(ys)))).toStrictEqual(sorted(tableOf(xs, ys)))
      }),
    )
  })

  it('4. lacks nothing of itself, and of another what it does not have', () => {
    fc.assert(
      fc.property(seen, seen, (t, u) => {
        expect(untried(t, t)).toStrictEqual([])
        const had = new Set(outcomes(u.cells))
        expect(outcomes(untried(t, u))).toStrictEqual(
          outcomes(t.cells).filter((outcome) => !had.has(outcome)),
        )
      }),
    )
  })

  it('of an exploration holds whatever a walk can touch', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const all = [...Array(commandCount).keys()].map((c) => ({ command: c }))
        const explored = fromGraph(graphOf(finite(t), all, abstraction))
        const observed = observe(finite(t), { abstraction })
        run(observed.decider)(cs)
        expect(untried(observed.table(), explored)).toStrictEqual([])
      }),
    )
  })
})

describe('the rules of orders', () => {
  const kinds = ['CreateOrder', 'AddLine', 'ChangeStatus']
  const states = ['no order', ...statuses]
  const create: OrderCommand = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
  const tested = () => {
    const observed = observe(decider, { abstraction: status, commands: kinds, states })
    run(observed.decider)([
      create,
      create,
      { type: 'ChangeStatus', newStatus: 'confirmed' },
      { type: 'ChangeStatus', newStatus: 'paid' },
      { type: 'ChangeStatus', newStatus: 'cancelled' },
      { type: 'ChangeStatus', newStatus: 'new' },
    ])
    return observed.table()
  }

  it('that a run touched, as text', () => {
    expect(show(tested()))
      .toBe(`              no order  new       confirmed  paid  shipped  cancelled
CreateOrder   accepted  accepted  -          -     -        -
AddLine       -         -         -          -     -        -
ChangeStatus  -         both      -          -     -        rejected

CreateOrder
  no order   accepted: OrderCreated (1)
  new        accepted: no event (1)
  confirmed  never tried
  paid       never tried
  shipped    never tried
  cancelled  never tried

AddLine
  no order   never tried
  new        never tried
  confirmed  never tried
  paid       never tried
  shipped    never tried
  cancelled  never tried

ChangeStatus
  no order   never tried
  new        accepted: StatusChanged (1); rejected: EmptyOrder (1), IllegalTransition (1)
  confirmed  never tried
  paid       never tried
  shipped    never tried
  cancelled  rejected: IllegalTransition (1)

4 of 18 tried
`)
  })

  it('that can be touched and were not', () => {
    const cells = untried(fromGraph(orderGraph), tested())
    expect(showUntried(cells.filter(({ state: s }) => s === 'new'))).toBe(`AddLine
  new  accepted: LineAdded (4); rejected: ProductAlreadyOnOrder (8)

ChangeQuantity
  new  accepted: QuantityChanged (8) | no event (8); rejected: ProductNotOnOrder (8)

ChangeStatus
  new  accepted: no event (12)

RemoveLine
  new  accepted: LineRemoved (8) | no event (4)

SetShipping
  new  accepted: ShippingSet (12) | no event (12)

SetTax
  new  accepted: TaxSet (12) | no event (12)
`)
    expect(showUntried([])).toBe('')
  })

  it('are put in columns whatever the names are', () => {
    const observed = observe(decider, { abstraction: () => 'two\nlines', commands: ['a b'] })
    observed.decider.decide(create, orderIn('new'))
    expect(observed.show()).toBe(show(observed.table()))
    expect(observed.show().split('\n').slice(0, 3)).toStrictEqual([
      '             two lines',
      'a b          -',
      'CreateOrder  accepted',
    ])
  })
})
