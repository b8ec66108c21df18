import { describe, expect, it } from 'vitest'
import { transition } from '../../../src/Decider.ts'
import type { OrderCommand, OrderEvent, OrderState } from '../../../src/order/index.ts'
import { orderDecider, standardLifecycle } from '../../../src/order/index.ts'
import { anyStatus } from '../../support/orders.ts'
import { explore } from '../../../src/testing/explore.ts'
import type { ExploreReport } from '../../../src/testing/explore/report.ts'
import { assertExplored } from '../../../src/testing/explore/showExploration.ts'
import { scenario } from '../../../src/testing/scenario.ts'
import { deciderSystem } from '../../../src/testing/explore/system.ts'
import type { OrderDecider } from '../orders.ts'
import { oddCommands, orderCommands, orderLaws, planted } from '../orders.ts'

const decider = orderDecider()

type OrderReport = ExploreReport<OrderState, OrderCommand, OrderEvent>

/** Some mistakes lead to ever more states; each shows itself among the first few. */
const explored = (d: OrderDecider): OrderReport =>
  explore(deciderSystem(d, oddCommands), { ...orderLaws, limits: { states: 3_000 } })

const verdictsOf = ({ invariants, stepInvariants }: OrderReport) =>
  Object.entries({ ...invariants, ...stepInvariants })

/** What went wrong by what `broken` says, and by which way, tried one by one: every list of commands. */
const bruteForce = (d: OrderDecider, broken: string): number => {
  const holds = new Map<string, (state: OrderState) => boolean>(
    Object.entries(orderLaws.invariants),
  ).get(broken)
  const stepHolds = new Map<
    string,
    (b: OrderState, c: OrderCommand, es: ReadonlyArray<OrderEvent>, a: OrderState) => boolean
  >(Object.entries(orderLaws.stepInvariants)).get(broken)
  let level: ReadonlyArray<OrderState> = [d.initialState]
  for (let length = 1; length < 6; length++) {
    const next: Array<OrderState> = []
    for (const state of level) {
      for (const command of oddCommands) {
        const step = transition(d)(command, state)
        if (step._tag === 'Left') continue
        const { events, state: after } = step.right
        const fine = holds?.(after) ?? stepHolds?.(state, command, events, after)
        if (fine === false) return length
        if (events.length > 0) next.push(after)
      }
    }
    level = next
  }
  return Infinity
}

describe('the lifecycle of orders', () => {
  const report = explore(deciderSystem(decider, orderCommands), {
    ...orderLaws,
    abstraction: (state) => (state.type === 'NoOrder' ? 'none' : state.status),
    events: [
      'OrderCreated',
      'LineAdded',
      'QuantityChanged',
      'LineRemoved',
      'ShippingSet',
      'TaxSet',
      'StatusChanged',
    ],
    rejections: [
      'OrderNotFound',
      'OrderNotEditable',
      'ProductAlreadyOnOrder',
      'ProductNotOnOrder',
      'EmptyOrder',
      'IllegalTransition',
    ],
  })

  it('keeps every invariant in every state that two products can lead to', () => {
    expect(report.extent).toStrictEqual({ type: 'Complete' })
    expect(verdictsOf(report).map(([, verdict]) => verdict)).toStrictEqual(
      Array.from({ length: 8 }, () => ({ type: 'Holds', depth: report.depth, complete: true })),
    )
    // create, two lines, shipping, tax, and three moves
    expect(report.depth).toBe(8)
    expect(() => assertExplored(report)).not.toThrow()
  })

  it('has as many states as can be counted by hand', () => {
    // no line, one of two products in two quantities, or both in either order; times shipping or
    // not, times tax or not
    const contents = (1 + 4 + 8) * 2 * 2
    const filled = (4 + 8) * 2 * 2
    expect(report.graph.nodes).toStrictEqual([
      { label: 'none', states: 1, terminal: false },
      { label: 'new', states: contents, terminal: false },
      { label: 'cancelled', states: contents, terminal: true },
      { label: 'confirmed', states: filled, terminal: false },
      { label: 'paid', states: filled, terminal: false },
      { label: 'shipped', states: filled, terminal: true },
    ])
    expect(report.states).toBe(1 + 2 * contents + 3 * filled)
    expect(report.transitions + report.refused).toBe(report.states * orderCommands.length)
  })

  it('has fewer states where the order of lines does not count, and the same verdicts', () => {
    const reduced = explore(deciderSystem(decider, orderCommands), {
      ...orderLaws,
      canonical: (state) =>
        state.type === 'NoOrder'
          ? state
          : {
              ...state,
              lines: state.lines.toSorted((a, b) => (a.productId < b.productId ? -1 : 1)),
            },
    })
    expect(reduced.states).toBe(1 + 2 * (9 * 4) + 3 * (8 * 4))
    expect(reduced.depth).toBe(report.depth)
    expect(reduced.invariants).toStrictEqual(report.invariants)
    expect(reduced.stepInvariants).toStrictEqual(report.stepInvariants)
  })

  it('moves between statuses as its lifecycle says, and no other way', () => {
    const moves = new Set(
      report.graph.edges
        .filter(({ from, to }) => from !== to)
        .map(({ from, to, command }) => `${from} ${command} ${to}`),
    )
    expect([...moves].sort()).toStrictEqual([
      'confirmed ChangeStatus cancelled',
      'confirmed ChangeStatus paid',
      'new ChangeStatus cancelled',
      'new ChangeStatus confirmed',
      'none CreateOrder new',
      'paid ChangeStatus cancelled',
      'paid ChangeStatus shipped',
    ])
  })

  it('can always be brought to an end', () => {
    const alwaysPossible = { 'an end': decider.isTerminal }
    const ends = explore(deciderSystem(decider, orderCommands), { alwaysPossible })
    expect(ends.alwaysPossible['an end']).toMatchObject({ type: 'Holds', complete: true })
    // paid and confirmed, and back again
    const endless = orderDecider({ ...standardLifecycle, confirmed: ['paid'], paid: ['confirmed'] })
    const report_ = explore(deciderSystem(endless, orderCommands), { alwaysPossible })
    expect(report_.deadEnds.count).toBe(0)
    expect(report_.alwaysPossible['an end']).toMatchObject({
      type: 'Broken',
      trace: { steps: { length: 3 } },
    })
  })

  it('does not keep them where any status may follow any', () => {
    const { stepInvariants } = explored(orderDecider(anyStatus))
    expect(stepInvariants['statuses follow the lifecycle']).toMatchObject({
      type: 'Broken',
      trace: { steps: { length: 2 } },
    })
  })

  it.each(planted)('shows by the shortest way that $bug', ({ broken, way, decider: d }) => {
    const report_ = explored(d)
    const verdict = new Map(verdictsOf(report_)).get(broken)
    if (verdict?.type !== 'Broken') expect.fail(`${broken} holds`)
    expect(
      verdict.trace.steps.map(({ action }) =>
        action.type === 'ChangeStatus' ? action.newStatus : action.type,
      ),
    ).toStrictEqual(way)
    // what the message says to paste is what the decider does
    const last = verdict.trace.steps.at(-1)
    if (last === undefined) expect.fail('no steps')
    const given = verdict.trace.steps.slice(0, -1).flatMap(({ events }) => events)
    scenario(d).given(given).when(last.action).then(last.events)
    expect(bruteForce(d, broken)).toBe(way.length)
    expect(() => assertExplored(report_, ['DeadEnds', 'Incomplete', 'TerminalLeft'])).toThrow(
      `"${broken}" is broken after ${way.length} actions`,
    )
  })

  it('shows an end that is left, and one that is not told', () => {
    const paidIsTheEnd: OrderDecider = {
      ...decider,
      isTerminal: (state) => state.type === 'Order' && state.status === 'paid',
    }
    const { terminalLeft, deadEnds } = explored(paidIsTheEnd)
    expect(terminalLeft.count).toBe(48)
    expect(terminalLeft.examples[0]?.steps.map(({ action }) => action)).toStrictEqual([
      { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
      { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 990, discount: 1_500 },
      { type: 'ChangeStatus', newStatus: 'confirmed' },
      { type: 'ChangeStatus', newStatus: 'paid' },
      { type: 'ChangeStatus', newStatus: 'shipped' },
    ])
    // shipped and cancelled
    expect(deadEnds.count).toBe(48 + 52)
    expect(deadEnds.examples[0]?.steps).toHaveLength(2)
  })
})
