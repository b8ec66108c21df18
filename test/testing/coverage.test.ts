import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/Decider.ts'
import type { OrderCommand } from '../../src/order/index.ts'
import { orderDecider, orderStatuses } from '../../src/order/index.ts'
import type { Coverage } from '../../src/testing/coverage.ts'
import {
  graphCoverage,
  mergeCoverage,
  observeCoverage,
  showCoverage,
  showUncovered,
  uncovered,
} from '../../src/testing/coverage.ts'
import type { ExploredGraph } from '../../src/testing/internal/graph.ts'
import { kindOf } from '../../src/testing/internal/kind.ts'
import type { State } from '../support/finite.ts'
import { command, commandCount, commands, event, finite, state, tables } from '../support/finite.ts'
import { graph, graphOf, orderGraph, status } from '../support/graphs.ts'
import { observe as look } from '../support/observe.ts'
import { orderIn } from '../support/orders.ts'
import type { Command as TillCommand, State as TillState } from './till.ts'
import { till } from './till.ts'

const decider = orderDecider()

type CoverageCell = Coverage['cells'][number]

const abstraction = ({ state: s }: State) => (s < 2 ? 'low' : 'high')
const nothing: Coverage = { commands: [], states: [], cells: [] }

/** What some runs of a random decider touched. */
const seen: fc.Arbitrary<Coverage> = fc.oneof(
  graph.map(graphCoverage),
  fc.tuple(tables, commands, fc.subarray(['low', 'middle'])).map(([t, cs, states]) => {
    const observed = observeCoverage(finite(t), { abstraction, states })
    run(observed.decider)(cs)
    return observed.coverage()
  }),
)

const sorted = ({ commands: cs, states, cells }: Coverage) => ({
  commands: [...cs].sort(),
  states: [...states].sort(),
  cells: [...cells].map((cell) => JSON.stringify(cell)).sort(),
})

/** Every outcome of a table or of some of its cells, as one text each. */
const outcomes = (cells: ReadonlyArray<CoverageCell>) =>
  cells.flatMap(({ command: c, state: s, accepted, rejected }) => [
    ...accepted.map(({ events }) => JSON.stringify([c, s, events])),
    ...rejected.map(({ rejection }) => JSON.stringify([c, s, 'not', rejection])),
  ])

describe('what a till was asked', () => {
  const open = ({ closed }: TillState) => (closed ? 'closed' : 'open')
  const asked: ReadonlyArray<TillCommand> = [
    { type: 'Set', n: 3 },
    { type: 'Add', n: 1 },
    { type: 'Add', n: 9 },
    { type: 'Set', n: 4 },
    { type: 'Set', n: 2 },
    { type: 'Close' },
    { type: 'Close' },
    { type: 'Add', n: 1 },
  ]
  const tabled = () => {
    const observed = observeCoverage(till, { abstraction: open })
    run(observed.decider)(asked)
    return observed.coverage()
  }
  const cell = (
    c: string,
    s: string,
    accepted: CoverageCell['accepted'] = [],
    rejected: CoverageCell['rejected'] = [],
  ): CoverageCell => ({ command: c, state: s, accepted, rejected })
  const once = (...kinds: ReadonlyArray<string>) => ({ events: kinds, count: 1 })
  const seenOnce: Coverage = {
    commands: ['Add', 'Close', 'Set'],
    states: ['closed', 'open'],
    cells: [
      cell('Add', 'closed', [], [{ rejection: `'AlreadyClosed'`, count: 1 }]),
      cell('Add', 'open', [once('Added')], [{ rejection: `'TooMuch'`, count: 1 }]),
      cell('Close', 'closed', [once()]),
      cell('Close', 'open', [once('Closed')]),
      cell('Set', 'closed'),
      cell('Set', 'open', [{ events: ['WasSet'], count: 2 }, once()]),
    ],
  }
  const graphed: ExploredGraph = {
    initial: 'open',
    nodes: [
      { label: 'open', states: 9, terminal: false },
      { label: 'closed', states: 9, terminal: true },
      { label: 'broken', states: 9, terminal: false },
    ],
    edges: [
      { from: 'open', to: 'open', command: 'Set', events: ['WasSet', 'Noted'], count: 3 },
      { from: 'open', to: 'open', command: 'Set', events: ['WasSet'], count: 2 },
      { from: 'open', to: 'closed', command: 'Close', events: ['Closed'], count: 1 },
      { from: 'closed', to: 'closed', command: 'Set', events: [], count: 4 },
    ],
    refusals: [
      { from: 'closed', command: 'Set', rejection: 'Late', count: 5 },
      { from: 'closed', command: 'Add', rejection: 'Late', count: 6 },
      { from: 'closed', command: 'Set', rejection: 'Closed', count: 7 },
      { from: 'closed', command: 'Add', rejection: `'AlreadyClosed'`, count: 8 },
    ],
  }

  it('is a table, sorted where nothing was named', () => {
    expect(tabled()).toStrictEqual(seenOnce)
  })

  it('is read off an exploration with its labels first', () => {
    const late = { rejection: 'Late', count: 5 }
    expect(graphCoverage(graphed)).toStrictEqual({
      commands: ['Add', 'Close', 'Set'],
      states: ['open', 'closed', 'broken'],
      cells: [
        cell('Add', 'open'),
        cell(
          'Add',
          'closed',
          [],
          [
            { rejection: `'AlreadyClosed'`, count: 8 },
            { rejection: 'Late', count: 6 },
          ],
        ),
        cell('Add', 'broken'),
        cell('Close', 'open', [once('Closed')]),
        cell('Close', 'closed'),
        cell('Close', 'broken'),
        cell('Set', 'open', [
          { events: ['WasSet', 'Noted'], count: 3 },
          { events: ['WasSet'], count: 2 },
        ]),
        cell(
          'Set',
          'closed',
          [{ events: [], count: 4 }],
          [{ rejection: 'Closed', count: 7 }, late],
        ),
        cell('Set', 'broken'),
      ],
    })
  })

  it('adds up with another table', () => {
    const { commands: cs, states, cells } = mergeCoverage(seenOnce, graphCoverage(graphed))
    expect([cs, states]).toStrictEqual([
      ['Add', 'Close', 'Set'],
      ['closed', 'open', 'broken'],
    ])
    expect(cells.filter((one) => one.command === 'Set')).toStrictEqual([
      cell(
        'Set',
        'closed',
        [{ events: [], count: 4 }],
        [
          { rejection: 'Closed', count: 7 },
          { rejection: 'Late', count: 5 },
        ],
      ),
      cell('Set', 'open', [
        { events: ['WasSet', 'Noted'], count: 3 },
        { events: ['WasSet'], count: 4 },
        once(),
      ]),
      cell('Set', 'broken'),
    ])
  })

  it('keeps what was named for it in its order, tried or not', () => {
    const named = (commands: ReadonlyArray<string>, states: ReadonlyArray<string>) =>
      observeCoverage(till, { abstraction: open, commands, states }).coverage()
    expect(
      mergeCoverage(named(['Open', 'Add'], ['open']), named(['Lock', 'Add'], ['locked'])),
    ).toStrictEqual(named(['Open', 'Add', 'Lock'], ['open', 'locked']))
    expect(named(['Open'], ['open'])).toStrictEqual({
      commands: ['Open'],
      states: ['open'],
      cells: [cell('Open', 'open')],
    })
  })

  it('is told as text, with what is left to try', () => {
    const explored = graphCoverage(graphed)
    expect(showCoverage(explored)).toBe(`       open      closed    broken
Add    -         rejected  -
Close  accepted  -         -
Set    accepted  both      -

Add
  open    never tried
  closed  rejected: 'AlreadyClosed' (8), Late (6)
  broken  never tried

Close
  open    accepted: Closed (1)
  closed  never tried
  broken  never tried

Set
  open    accepted: WasSet, Noted (3) | WasSet (2)
  closed  accepted: no event (4); rejected: Closed (7), Late (5)
  broken  never tried

4 of 9 tried
`)
    const left = uncovered(explored, seenOnce)
    expect(left).toStrictEqual([
      cell('Add', 'closed', [], [{ rejection: 'Late', count: 6 }]),
      cell('Set', 'open', [{ events: ['WasSet', 'Noted'], count: 3 }]),
      cell(
        'Set',
        'closed',
        [{ events: [], count: 4 }],
        [
          { rejection: 'Closed', count: 7 },
          { rejection: 'Late', count: 5 },
        ],
      ),
    ])
    expect(showUncovered(left)).toBe(`Add
  closed  rejected: Late (6)

Set
  open    accepted: WasSet, Noted (3)
  closed  accepted: no event (4); rejected: Closed (7), Late (5)
`)
  })
})

describe('observing', () => {
  it('1. gives what the decider gives, call by call', () => {
    fc.assert(
      fc.property(tables, commands, command, state, event, (t, cs, c, s, e) => {
        const d = finite(t)
        const { decider: observed } = observeCoverage(d, { abstraction })
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
        const observed = observeCoverage(finite(t), { abstraction })
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
        const { cells } = observed.coverage()
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
        for (const t of [one, mergeCoverage(one, other)]) {
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
        expect(mergeCoverage(t, nothing)).toStrictEqual(t)
        expect(mergeCoverage(nothing, t)).toStrictEqual(t)
        expect(sorted(mergeCoverage(t, u))).toStrictEqual(sorted(mergeCoverage(u, t)))
        expect(mergeCoverage(mergeCoverage(t, u), v)).toStrictEqual(
          mergeCoverage(t, mergeCoverage(u, v)),
        )
      }),
    )
  })

  it('3. of two runs is the table of one run that does both', () => {
    fc.assert(
      fc.property(tables, commands, commands, (t, xs, ys) => {
        const tableOf = (...walks: ReadonlyArray<typeof xs>) => {
          const observed = observeCoverage(finite(t), { abstraction })
          for (const walk of walks) run(observed.decider)(walk)
          return observed.coverage()
        }
        expect(sorted(mergeCoverage(tableOf(xs), tableOf(ys)))).toStrictEqual(
          sorted(tableOf(xs, ys)),
        )
      }),
    )
  })

  it('4. lacks nothing of itself, and of another what it does not have', () => {
    fc.assert(
      fc.property(seen, seen, (t, u) => {
        expect(uncovered(t, t)).toStrictEqual([])
        const had = new Set(outcomes(u.cells))
        expect(outcomes(uncovered(t, u))).toStrictEqual(
          outcomes(t.cells).filter((outcome) => !had.has(outcome)),
        )
      }),
    )
  })

  it('of an exploration holds whatever a walk can touch', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const all = [...Array(commandCount).keys()].map((c) => ({ command: c }))
        const explored = graphCoverage(graphOf(finite(t), all, abstraction))
        const observed = observeCoverage(finite(t), { abstraction })
        run(observed.decider)(cs)
        expect(uncovered(observed.coverage(), explored)).toStrictEqual([])
      }),
    )
  })
})

describe('the rules of orders', () => {
  const kinds = ['CreateOrder', 'AddLine', 'ChangeStatus']
  const states = ['no order', ...orderStatuses]
  const create: OrderCommand = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
  const tested = () => {
    const observed = observeCoverage(decider, { abstraction: status, commands: kinds, states })
    run(observed.decider)([
      create,
      create,
      { type: 'ChangeStatus', newStatus: 'confirmed' },
      { type: 'ChangeStatus', newStatus: 'paid' },
      { type: 'ChangeStatus', newStatus: 'cancelled' },
      { type: 'ChangeStatus', newStatus: 'new' },
    ])
    return observed.coverage()
  }

  it('that a run touched, as text', () => {
    expect(showCoverage(tested()))
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
    const cells = uncovered(graphCoverage(orderGraph), tested())
    expect(showUncovered(cells.filter(({ state: s }) => s === 'new'))).toBe(`AddLine
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
    expect(showUncovered([])).toBe('')
  })

  it('are put in columns whatever the names are', () => {
    const observed = observeCoverage(decider, {
      abstraction: () => 'two\nlines',
      commands: ['a b'],
    })
    observed.decider.decide(create, orderIn('new'))
    expect(showCoverage(observed.coverage()).split('\n').slice(0, 3)).toStrictEqual([
      '             two lines',
      'a b          -',
      'CreateOrder  accepted',
    ])
  })
})
