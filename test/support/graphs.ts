// Graphs to draw: of random deciders, of orders, and of anything at all.
import fc from 'fast-check'
import type { Decider } from '../../src/Decider.ts'
import { transition } from '../../src/Decider.ts'
import type { OrderCommand, OrderState } from '../../src/order/index.ts'
import { orderDecider, orderStatuses } from '../../src/order/index.ts'
import type {
  ExploredGraph,
  GraphEdge,
  GraphNode,
  GraphRefusal,
} from '../../src/testing/internal/graph.ts'
import { kindOf } from '../../src/testing/internal/kind.ts'
import { plain } from './plain.ts'

const decider = orderDecider()

const add = <A extends { readonly count: number }>(
  counted: Map<string, A>,
  key: ReadonlyArray<unknown>,
  one: A,
) => {
  const name = JSON.stringify(key)
  counted.set(name, { ...one, count: (counted.get(name)?.count ?? 0) + 1 })
}

/** What is met in walking breadth first through all states, which have to be few. */
export const graphOf = <C, S, E, R>(
  d: Decider<C, S, E, R>,
  commands: ReadonlyArray<C>,
  abstraction: (state: S) => string,
): ExploredGraph => {
  const seen = new Map([[JSON.stringify(d.initialState), d.initialState]])
  const nodes = new Map<string, GraphNode>()
  const edges = new Map<string, GraphEdge>()
  const refusals = new Map<string, GraphRefusal>()
  for (const state of seen.values()) {
    const from = abstraction(state)
    const node = nodes.get(from)
    nodes.set(from, {
      label: from,
      states: (node?.states ?? 0) + 1,
      terminal: (node?.terminal ?? true) && d.isTerminal(state),
    })
    for (const asked of commands) {
      const command = kindOf(asked)
      const step = transition(d)(asked, state)
      if (step._tag === 'Left') {
        const rejection = kindOf(step.left)
        add(refusals, [from, command, rejection], { from, command, rejection, count: 0 })
      } else {
        const to = abstraction(step.right.state)
        const events = step.right.events.map(kindOf)
        add(edges, [from, to, command, events], { from, to, command, events, count: 0 })
        seen.set(JSON.stringify(step.right.state), step.right.state)
      }
    }
  }
  return {
    initial: abstraction(d.initialState),
    nodes: [...nodes.values()],
    edges: [...edges.values()],
    refusals: [...refusals.values()],
  }
}

/** One product in quantities of 1 and 2, freight and tax of 0 and 1, and every status. */
export const orderCommands: ReadonlyArray<OrderCommand> = [
  { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
  { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 10, discount: 0 },
  { type: 'ChangeQuantity', productId: '11', quantity: 2 },
  { type: 'ChangeQuantity', productId: '11', quantity: 1 },
  { type: 'RemoveLine', productId: '11' },
  { type: 'SetShipping', amount: 0 },
  { type: 'SetShipping', amount: 1 },
  { type: 'SetTax', amount: 0 },
  { type: 'SetTax', amount: 1 },
  ...orderStatuses.map((newStatus): OrderCommand => ({ type: 'ChangeStatus', newStatus })),
]

export const status = (state: OrderState): string =>
  state.type === 'NoOrder' ? 'no order' : state.status

export const orderGraph: ExploredGraph = graphOf(decider, orderCommands, status)

/** Labels that a diagram's language might take for something else. */
export const label: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'new',
    'end',
    'state',
    '__proto__',
    '1. first',
    '[*]',
    '&amp;',
    '&#38;',
    '#38;',
    '\\N',
  ),
  fc.string({ unit: fc.constantFrom(...Array.from('a"\\:;#&<>[]{}*_`%-|$\n\r\t\0 lNGé漢😀')) }),
  fc.string({ unit: 'binary' }),
)

const uniqueBy =
  <A>(key: (value: A) => unknown) =>
  (arbitrary: fc.Arbitrary<A>) =>
    fc.uniqueArray(arbitrary, { selector: (value) => JSON.stringify(key(value)), maxLength: 12 })

/** Any graph: its edges join nodes that it has. */
export const graph: fc.Arbitrary<ExploredGraph> = fc
  .uniqueArray(label, { minLength: 1, maxLength: 5 })
  .chain((labels) => {
    const one = fc.constantFrom(...labels)
    const count = fc.integer({ min: 1, max: 9 })
    return plain<ExploredGraph>({
      initial: one,
      nodes: fc
        .tuple(...labels.map(() => fc.tuple(count, fc.boolean())))
        .map((drawn) =>
          drawn.map(([states, terminal], i) => ({ label: labels[i] ?? '', states, terminal })),
        ),
      edges: uniqueBy<GraphEdge>(({ from, to, command, events }) => [from, to, command, events])(
        plain({
          from: one,
          to: one,
          command: label,
          events: fc.array(label, { maxLength: 2 }),
          count,
        }).map((edge) => (edge.events.length === 0 ? { ...edge, to: edge.from } : edge)),
      ),
      refusals: uniqueBy<GraphRefusal>(({ from, command, rejection }) => [
        from,
        command,
        rejection,
      ])(plain({ from: one, command: label, rejection: label, count })),
    })
  })

/** A graph and the same one in another order. */
export const shuffled: fc.Arbitrary<readonly [ExploredGraph, ExploredGraph]> = graph.chain((g) =>
  fc
    .tuple(
      ...[g.nodes, g.edges, g.refusals].map((part) =>
        fc.shuffledSubarray([...part.keys()], { minLength: part.length }),
      ),
    )
    .map(([nodes = [], edges = [], refusals = []]) => [
      g,
      {
        initial: g.initial,
        nodes: nodes.flatMap((i) => g.nodes[i] ?? []),
        edges: edges.flatMap((i) => g.edges[i] ?? []),
        refusals: refusals.flatMap((i) => g.refusals[i] ?? []),
      },
    ]),
)
