/**
 * A graph as a picture: the state machine that a decider is, in Mermaid, in DOT and as plain data. These
 * are strings only; Markdown viewers and Graphviz draw them.
 *
 * `g` is the graph in the report of an exploration.
 *
 * Laws:
 *
 * 1. the order of the nodes, edges and refusals of `g` makes no difference to any of its diagrams
 * 2. a label is shown as it is, whatever characters it has, and is never read as syntax
 * 3. `adjacency(g)` has each label of `g` once, and under it exactly the edges that leave it
 *
 * @since 0.1.0
 */
import type { ExploredGraph, GraphEdge } from './internal/graph.ts'
import type { PathCounts } from './internal/pathCounts.ts'
import { along, pathCounts } from './internal/pathCounts.ts'
import { inDot, inMermaid } from './diagram/label.ts'

export { sequence } from './diagram/sequence.ts'

/** What a state diagram shows. */
interface StateDiagramOptions {
  /**
   * What is written on an arrow: the command, its events, or both as `command / events`. Defaults to
   * `commands`.
   */
  readonly labels?: 'commands' | 'events' | 'both'
  /**
   * Which arrows from a state to itself are drawn: those of commands that emit events (`emitting`), `all`
   * or `none`. Defaults to `emitting`.
   */
  readonly loops?: 'emitting' | 'all' | 'none'
  /** Whether all arrows from one state to another are one, with a line for each. Defaults to `true`. */
  readonly merge?: boolean
  /** Whether the initial state and the terminal states are marked. Defaults to `true`. */
  readonly marks?: boolean
  /** From left to right (`LR`) or from top to bottom (`TB`). Defaults to `LR`. */
  readonly direction?: 'LR' | 'TB'
}

/**
 * The graph as a Mermaid `stateDiagram-v2`, which GitHub and many editors draw inside Markdown.
 *
 * `options` has five fields. `labels` says what is written on arrows: `commands` (the default), `events`,
 * or `both`. `loops` says which arrows from a state to itself are drawn: those of commands that emit
 * events (`emitting`, the default), `all`, or `none`. `merge` draws all arrows between two states as one,
 * and `marks` shows the initial and the terminal states; both default to `true`. `direction` is `LR`, from
 * left to right (the default), or `TB`, from top to bottom.
 *
 * @example
 *   import { mermaid } from 'decider-ts/testing/diagram'
 *   import assert from 'node:assert'
 *
 *   const text = mermaid({
 *     initial: 'open',
 *     nodes: [
 *       { label: 'open', states: 1, terminal: false },
 *       { label: 'closed', states: 1, terminal: true },
 *     ],
 *     edges: [{ from: 'open', to: 'closed', command: 'Close', events: ['Closed'], count: 1 }],
 *     refusals: [],
 *   })
 *   assert.deepStrictEqual(text.split('\n'), [
 *     'stateDiagram-v2',
 *     '  direction LR',
 *     '  state "open" as s0',
 *     '  state "closed" as s1',
 *     '  [*] --> s0',
 *     '  s0 --> s1 : Close',
 *     '  s1 --> [*]',
 *     '',
 *   ])
 *
 * @category drawing
 * @since 0.1.0
 */
export const mermaid = (graph: ExploredGraph, options: StateDiagramOptions = {}): string => {
  const { states, arrows } = drawing(graph, options)
  const marks = options.marks ?? true
  const terminal = states.filter((state) => marks && state.terminal)
  return (
    [
      'stateDiagram-v2',
      `  direction ${options.direction ?? 'LR'}`,
      ...states.map(({ id, label }) => `  state "${inMermaid(label)}" as ${id}`),
      ...(marks ? ['  [*] --> s0'] : []),
      ...arrows.map(
        ({ from, to, lines }) => `  ${from} --> ${to} : ${lines.map(inMermaid).join('<br/>')}`,
      ),
      ...terminal.map(({ id }) => `  ${id} --> [*]`),
    ].join('\n') + '\n'
  )
}

/**
 * The graph in DOT, the language of Graphviz, with the options of `mermaid`. A terminal state has a double
 * border.
 *
 * @example
 *   import { dot } from 'decider-ts/testing/diagram'
 *   import assert from 'node:assert'
 *
 *   const text = dot({
 *     initial: 'open',
 *     nodes: [
 *       { label: 'open', states: 1, terminal: false },
 *       { label: 'closed', states: 1, terminal: true },
 *     ],
 *     edges: [{ from: 'open', to: 'closed', command: 'Close', events: ['Closed'], count: 1 }],
 *     refusals: [],
 *   })
 *   assert.ok(text.includes('s0 -> s1 [label="Close"]'))
 *
 * @category drawing
 * @since 0.1.0
 */
export const dot = (graph: ExploredGraph, options: StateDiagramOptions = {}): string => {
  const { states, arrows } = drawing(graph, options)
  const marks = options.marks ?? true
  return (
    [
      'digraph {',
      `  rankdir=${options.direction ?? 'LR'}`,
      '  node [shape=box style=rounded fontname=Helvetica fontsize=13 margin="0.2,0.08"]',
      '  edge [fontname=Helvetica fontsize=11 arrowsize=0.8]',
      ...(marks ? ['  start [shape=circle style=filled fillcolor=black width=0.13 label=""]'] : []),
      ...states.map(
        ({ id, label, terminal }) =>
          `  ${id} [label=${inDot([label])}${marks && terminal ? ' peripheries=2' : ''}]`,
      ),
      ...(marks ? ['  start -> s0'] : []),
      ...arrows.map(({ from, to, lines }) => `  ${from} -> ${to} [label=${inDot(lines)}]`),
      '}',
    ].join('\n') + '\n'
  )
}

/**
 * The graph as plain data that survives JSON, sorted by name: by the label of a state, then by the kind of
 * a command, the labels that its events lead to. A test can compare it with a snapshot, so that a changed
 * state machine shows up in review. If a command leads to more than one label, its outcome depends on
 * something that the abstraction leaves out.
 *
 * @example
 *   import { adjacency } from 'decider-ts/testing/diagram'
 *   import assert from 'node:assert'
 *
 *   const machine = adjacency({
 *     initial: 'open',
 *     nodes: [
 *       { label: 'open', states: 1, terminal: false },
 *       { label: 'closed', states: 1, terminal: true },
 *     ],
 *     edges: [{ from: 'open', to: 'closed', command: 'Close', events: ['Closed'], count: 1 }],
 *     refusals: [],
 *   })
 *   assert.deepStrictEqual(machine, { closed: {}, open: { Close: ['closed'] } })
 *
 * @category reading
 * @since 0.1.0
 */
export const adjacency = (
  graph: ExploredGraph,
): Readonly<Record<string, Readonly<Record<string, ReadonlyArray<string>>>>> => {
  const moves = [...graphPathCounts(graph).next].map(
    ([label, { next }]) =>
      [
        label,
        Object.fromEntries([...next].map(([command, to]) => [command, [...to.next.keys()]])),
      ] as const,
  )
  return Object.fromEntries(moves)
}

interface DrawnState {
  readonly id: string
  readonly label: string
  readonly terminal: boolean
}

interface DrawnArrow {
  readonly from: string
  readonly to: string
  readonly lines: ReadonlyArray<string>
}

/** What both languages draw: the states in order, and the arrows between them. */
const drawing = (
  graph: ExploredGraph,
  options: StateDiagramOptions,
): { readonly states: ReadonlyArray<DrawnState>; readonly arrows: ReadonlyArray<DrawnArrow> } => {
  const terminal = new Set(graph.nodes.filter((node) => node.terminal).map(({ label }) => label))
  const states = ordered(graph).map((label, i) => ({
    id: `s${i}`,
    label,
    terminal: terminal.has(label),
  }))
  const places = new Map(states.map(({ label }, i) => [label, i]))
  const between = new Map<number, Set<string>>()
  for (const edge of graph.edges) {
    if (!isDrawn(edge, options.loops ?? 'emitting')) continue
    // every label of an edge has a place
    const key = (places.get(edge.from) as number) * states.length + (places.get(edge.to) as number)
    between.set(key, (between.get(key) ?? new Set()).add(edgeLabel(edge, options.labels)))
  }
  const arrows: Array<DrawnArrow> = []
  for (const [key, labels] of [...between].sort(([a], [b]) => a - b)) {
    const from = `s${Math.floor(key / states.length)}`
    const to = `s${key % states.length}`
    const lines = [...labels].sort()
    if (options.merge ?? true) arrows.push({ from, to, lines })
    else arrows.push(...lines.map((line) => ({ from, to, lines: [line] })))
  }
  return { states, arrows }
}

const isDrawn = ({ from, to, events }: GraphEdge, loops: 'emitting' | 'all' | 'none'): boolean =>
  from !== to || loops === 'all' || (loops === 'emitting' && events.length > 0)

const edgeLabel = (
  { command, events }: GraphEdge,
  labels: StateDiagramOptions['labels'],
): string => {
  if (labels === 'events') return events.length === 0 ? 'no event' : events.join(', ')
  return labels === 'both' && events.length > 0 ? `${command} / ${events.join(', ')}` : command
}

/**
 * The labels in breadth-first order from the initial one, sorted by the names of commands; then those that
 * cannot be reached.
 */
const ordered = (graph: ExploredGraph): ReadonlyArray<string> => {
  const moves = graphPathCounts(graph).next
  const reached = new Set([graph.initial])
  for (const label of reached) {
    for (const { next } of moves.get(label)?.next.values() ?? []) {
      for (const target of next.keys()) reached.add(target)
    }
  }
  return [...new Set([...reached, ...moves.keys()])]
}

/** Every label, then the commands that lead from it, then the labels that they lead to, all sorted. */
const graphPathCounts = ({ initial, nodes, edges }: ExploredGraph): PathCounts => {
  const moves = pathCounts()
  const labels = [initial, ...nodes.map(({ label }) => label), ...edges.flatMap((edge) => [edge.from, edge.to])] // prettier-ignore
  for (const label of labels.sort()) along(moves, label)
  for (const { from, command, to } of [...edges].sort(byNames)) {
    along(along(along(moves, from), command), to)
  }
  return moves
}

const byNames = (a: GraphEdge, b: GraphEdge): number =>
  compare(a.from, b.from) || compare(a.command, b.command) || compare(a.to, b.to)

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
