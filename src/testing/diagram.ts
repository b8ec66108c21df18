/**
 * A graph as a picture: the state machine that a decider is, in Mermaid, in DOT and as plain data.
 * Texts only; whoever reads Markdown or has Graphviz draws them.
 *
 * `g` is a graph.
 *
 * Laws:
 *
 * 1. the order of the nodes, edges and refusals of `g` makes no difference to any of its diagrams
 * 2. a label shows as it is, whatever is in it; it is never read as syntax
 * 3. `adjacency(g)` has each label of `g` once, and under it exactly the edges that leave it
 *
 * @since 0.1.0
 */
import type { ExploredGraph, GraphEdge } from './internal/graph.ts'
import { inDot, inMermaid } from './diagram/label.ts'

export type { SequenceOptions } from './diagram/sequence.ts'
export { sequence } from './diagram/sequence.ts'

/**
 * What a diagram of states shows.
 *
 * - `labels`: what stands on an arrow: the command (if nothing is said), its events, or
 *   `both` as `command / events`
 * - `loops`: which arrows from a state to itself are drawn: those of commands that emit something
 *   (`emitting`, if nothing is said), `all`, or `none`
 * - `merge`: whether all that leads from one state to another is one arrow, with a line for each
 *   command; it is, if nothing is said
 * - `marks`: whether the initial state and the terminal ones are marked; they are, if nothing is said
 * - `direction`: from left to right (`LR`, if nothing is said) or from top to bottom (`TB`)
 *
 * @category model
 * @since 0.1.0
 */
export interface DiagramOptions {
  readonly labels?: 'commands' | 'events' | 'both'
  readonly loops?: 'emitting' | 'all' | 'none'
  readonly merge?: boolean
  readonly marks?: boolean
  readonly direction?: 'LR' | 'TB'
}

/**
 * The graph as a Mermaid `stateDiagram-v2`, which GitHub and many editors draw within Markdown.
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
export const mermaid = (graph: ExploredGraph, options: DiagramOptions = {}): string => {
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
 * The graph in DOT, the language of Graphviz. A terminal state has a double border.
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
export const dot = (graph: ExploredGraph, options: DiagramOptions = {}): string => {
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
 * Where each command leads from each state: by the label of the state, then by the kind of the
 * command, the labels that its events led to.
 *
 * @category model
 * @since 0.1.0
 */
export type Adjacency = Readonly<Record<string, Readonly<Record<string, ReadonlyArray<string>>>>>

/**
 * The graph as plain data that JSON keeps, sorted by name: for a snapshot that a test compares, so
 * that a change of the state machine is seen in review. A command that leads to more than one label
 * is one whose outcome hangs on what the abstraction leaves out.
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
export const adjacency = (graph: ExploredGraph): Adjacency => {
  const table = new Map(labelsOf(graph).map((label) => [label, new Map<string, Array<string>>()]))
  for (const { from, command, to } of [...graph.edges].sort(byNames)) {
    const row = table.get(from)
    const targets = row?.get(command)
    if (targets === undefined) row?.set(command, [to])
    else if (!targets.includes(to)) targets.push(to)
  }
  return Object.fromEntries(
    [...table].map(([label, row]) => [label, Object.fromEntries(row)] as const),
  )
}

interface State {
  readonly id: string
  readonly label: string
  readonly terminal: boolean
}

interface Arrow {
  readonly from: string
  readonly to: string
  readonly lines: ReadonlyArray<string>
}

/** What both languages draw: the states in their order and the arrows between them. */
const drawing = (
  graph: ExploredGraph,
  options: DiagramOptions,
): { readonly states: ReadonlyArray<State>; readonly arrows: ReadonlyArray<Arrow> } => {
  const terminal = new Set(graph.nodes.filter((node) => node.terminal).map(({ label }) => label))
  const states = ordered(graph).map((label, i) => ({
    id: `s${i}`,
    label,
    terminal: terminal.has(label),
  }))
  const places = new Map(states.map(({ label }, i) => [label, i]))
  const between = new Map<number, Set<string>>()
  for (const edge of graph.edges) {
    if (!isShown(edge, options.loops ?? 'emitting')) continue
    // every label that an edge names has its place
    const key = (places.get(edge.from) as number) * states.length + (places.get(edge.to) as number)
    between.set(key, (between.get(key) ?? new Set()).add(lineOf(edge, options.labels)))
  }
  const arrows: Array<Arrow> = []
  for (const [key, texts] of [...between].sort(([a], [b]) => a - b)) {
    const from = `s${Math.floor(key / states.length)}`
    const to = `s${key % states.length}`
    const lines = [...texts].sort()
    if (options.merge ?? true) arrows.push({ from, to, lines })
    else arrows.push(...lines.map((line) => ({ from, to, lines: [line] })))
  }
  return { states, arrows }
}

const isShown = ({ from, to, events }: GraphEdge, loops: 'emitting' | 'all' | 'none'): boolean =>
  from !== to || loops === 'all' || (loops === 'emitting' && events.length > 0)

const lineOf = ({ command, events }: GraphEdge, labels: DiagramOptions['labels']): string => {
  if (labels === 'events') return events.length === 0 ? 'no event' : events.join(', ')
  return labels === 'both' && events.length > 0 ? `${command} / ${events.join(', ')}` : command
}

/**
 * The labels as a walk from the initial one meets them, breadth first and by the names of commands;
 * then those that it never meets.
 */
const ordered = (graph: ExploredGraph): ReadonlyArray<string> => {
  const targets = new Map<string, Array<string>>()
  for (const { from, to } of [...graph.edges].sort(byNames)) {
    const known = targets.get(from)
    if (known === undefined) targets.set(from, [to])
    else known.push(to)
  }
  const met = new Set([graph.initial])
  for (const label of met) {
    for (const target of targets.get(label) ?? []) met.add(target)
  }
  return [...new Set([...met, ...labelsOf(graph)])]
}

/** Every label that the graph names, sorted. */
const labelsOf = ({ initial, nodes, edges }: ExploredGraph): ReadonlyArray<string> =>
  [
    ...new Set([
      initial,
      ...nodes.map(({ label }) => label),
      ...edges.flatMap(({ from, to }) => [from, to]),
    ]),
  ].sort()

const byNames = (a: GraphEdge, b: GraphEdge): number =>
  compare(a.from, b.from) || compare(a.command, b.command) || compare(a.to, b.to)

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
