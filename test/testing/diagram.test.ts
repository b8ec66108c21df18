import { Graphviz } from '@hpcc-js/wasm-graphviz'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderDecider } from '../../src/order/index.ts'
import { adjacency, dot, mermaid } from '../../src/testing/diagram.ts'
import { explore } from '../../src/testing/explore.ts'
import type { ExploredGraph } from '../../src/testing/internal/graph.ts'
import { deciderSystem } from '../../src/testing/explore/system.ts'
import { commandCount, finite, tables } from '../support/finite.ts'
import { graph, graphOf, orderCommands, orderGraph, shuffled, status } from '../support/graphs.ts'

const decider = orderDecider()

const graphviz = await Graphviz.load()

type DiagramOptions = NonNullable<Parameters<typeof mermaid>[1]>

const options: fc.Arbitrary<DiagramOptions> = fc.record(
  {
    labels: fc.constantFrom('commands', 'events', 'both'),
    loops: fc.constantFrom('emitting', 'all', 'none'),
    merge: fc.boolean(),
    marks: fc.boolean(),
    direction: fc.constantFrom('LR', 'TB'),
  },
  { requiredKeys: [] },
)

interface Drawn {
  readonly nodes: ReadonlyMap<string, string>
  readonly arrows: ReadonlyArray<readonly [from: string, to: string, label: string]>
}

const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
])
const fromXml = (text: string) =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (all, code: string | undefined, name: string) =>
    code === undefined ? (entities.get(name) ?? all) : String.fromCodePoint(Number(code)),
  )

/** What Graphviz draws: the lines of every label, as they show. */
const readDot = (text: string): Drawn => {
  const nodes = new Map<string, string>()
  const arrows: Array<readonly [string, string, string]> = []
  const svg = graphviz.layout(text, 'svg', 'dot')
  for (const [, kind, group = ''] of svg.matchAll(/class="(node|edge)">([^]*?)<\/g>/g)) {
    const title = fromXml(/<title>(.*)<\/title>/.exec(group)?.[1] ?? '')
    const lines = [...group.matchAll(/<text[^>]*>([^]*?)<\/text>/g)].map(([, line = '']) => line)
    const label = fromXml(lines.join('\n'))
    if (kind === 'node') nodes.set(title, label)
    else arrows.push([...title.split('->'), label] as [string, string, string]) // its two ends
  }
  return { nodes, arrows }
}

const entity = /#(\d+);/g
const fromMermaid = (text: string) =>
  text.replaceAll('<br/>', '\n').replace(entity, (_, code) => String.fromCodePoint(Number(code)))

/** What the lines of a Mermaid text say, each of which has to be of a form that is known. */
const readMermaid = (text: string): Drawn => {
  const nodes = new Map<string, string>()
  const arrows: Array<readonly [string, string, string]> = []
  const [head, direction, ...lines] = text.replace(/\n$/, '').split('\n')
  expect(head).toBe('stateDiagram-v2')
  expect(direction).toMatch(/^ {2}direction (LR|TB)$/)
  const plainText = '(?:[\\p{L}\\p{N} .,()/+=-]|#\\d+;|<br/>)+'
  for (const line of lines) {
    const state = new RegExp(`^  state "(${plainText})" as (s\\d+)$`, 'u').exec(line)
    const arrow = new RegExp(`^  (s\\d+) --> (s\\d+) : (${plainText})$`, 'u').exec(line)
    const mark = /^ {2}(\[\*\] --> s0|s\d+ --> \[\*\])$/.exec(line)
    if ((state ?? arrow ?? mark) === null) throw new Error(`what is this: ${line}`)
    if (state !== null) nodes.set(state[2] ?? '', fromMermaid(state[1] ?? ''))
    if (arrow !== null) arrows.push([arrow[1] ?? '', arrow[2] ?? '', fromMermaid(arrow[3] ?? '')])
  }
  return { nodes, arrows }
}

/** A label as the reader of a diagram gets to see it, told in another way than the code does. */
const visible = (text: string) =>
  Array.from(text.replaceAll('\r\n', '\n').replaceAll('\r', '\n'))
    .map((char) => {
      const code = char.codePointAt(0) ?? 0
      if (char === '\n' || (code >= 32 && code < 127)) return char
      if (code < 32) return String.fromCodePoint(0x2400 + code)
      if (code === 127) return '␡'
      return (code >= 0xd800 && code < 0xe000) || code === 0xfffe || code === 0xffff
        ? '\ufffd'
        : char
    })
    .join('')
    .split('\n')
    .map((line) => (line === '' ? '\u00a0' : line))
    .join('\n')

/** What a diagram has to show, by labels: the states, and the lines between each two of them. */
const wanted = (g: ExploredGraph, { labels, loops }: DiagramOptions) => {
  const lines = new Map<string, Set<string>>()
  for (const { from, to, command, events } of g.edges) {
    if (from === to && (loops === 'none' || (loops !== 'all' && events.length === 0))) continue
    const emitted = events.join(', ')
    const both = events.length === 0 ? command : `${command} / ${emitted}`
    const eventsOnly = events.length === 0 ? 'no event' : emitted
    const line = labels === 'both' ? both : labels === 'events' ? eventsOnly : command
    const key = JSON.stringify([visible(from), visible(to)])
    lines.set(key, (lines.get(key) ?? new Set()).add(visible(line)))
  }
  return new Map([...lines].map(([key, set]) => [key, [...set].sort().join('\n')]))
}

const sortedLines = (text: string) => text.split('\n').sort().join('\n')

const shownIn = ({ nodes, arrows }: Drawn) => {
  const lines = new Map<string, Array<string>>()
  for (const [from, to, label] of arrows) {
    if (from === 'start') continue
    const key = JSON.stringify([nodes.get(from), nodes.get(to)])
    lines.set(key, [...(lines.get(key) ?? []), label])
  }
  return new Map([...lines].map(([key, all]) => [key, sortedLines(all.join('\n'))]))
}

/** Labels that look alike once control characters are pictures can't be told apart by their text. */
const distinct = (g: ExploredGraph) =>
  new Set(g.nodes.map(({ label }) => visible(label).replaceAll('\u00a0', ' '))).size ===
  g.nodes.length

/** A parcel, told in no order; an island is in it that nobody reaches. */
const parcel: ExploredGraph = {
  initial: 'packed',
  nodes: ['home', 'island', 'lost', 'packed', 'sent'].map((name) => ({
    label: name,
    states: 1,
    terminal: name === 'home' || name === 'island',
  })),
  edges: [
    { from: 'sent', to: 'home', command: 'Deliver', events: ['Delivered'], count: 1 },
    { from: 'sent', to: 'lost', command: 'Drop', events: ['Dropped'], count: 1 },
    { from: 'packed', to: 'sent', command: 'Send', events: ['Stamped', 'Sent'], count: 1 },
    { from: 'packed', to: 'sent', command: 'Send', events: ['Sent'], count: 2 },
    { from: 'packed', to: 'packed', command: 'Weigh', events: ['Weighed'], count: 1 },
    { from: 'packed', to: 'packed', command: 'Look', events: [], count: 1 },
    { from: 'packed', to: 'lost', command: 'Send', events: ['Dropped'], count: 1 },
    { from: 'sent', to: 'home', command: 'Collect', events: ['Delivered'], count: 1 },
    { from: 'lost', to: 'lost', command: 'Look', events: [], count: 3 },
  ],
  refusals: [{ from: 'home', command: 'Send', rejection: 'TooLate', count: 1 }],
}

describe('a diagram of a parcel', () => {
  it('in Mermaid has the states in the order of a walk, then the arrows by where they start', () => {
    expect(mermaid(parcel)).toBe(`stateDiagram-v2
  direction LR
  state "packed" as s0
  state "lost" as s1
  state "sent" as s2
  state "home" as s3
  state "island" as s4
  [*] --> s0
  s0 --> s0 : Weigh
  s0 --> s1 : Send
  s0 --> s2 : Send
  s2 --> s1 : Drop
  s2 --> s3 : Collect<br/>Deliver
  s3 --> [*]
  s4 --> [*]
`)
  })

  it('in Mermaid with all that can be shown, arrow by arrow and without marks', () => {
    const text = mermaid(parcel, {
      labels: 'both',
      loops: 'all',
      merge: false,
      marks: false,
      direction: 'TB',
    })
    expect(text).toBe(`stateDiagram-v2
  direction TB
  state "packed" as s0
  state "lost" as s1
  state "sent" as s2
  state "home" as s3
  state "island" as s4
  s0 --> s0 : Look
  s0 --> s0 : Weigh / Weighed
  s0 --> s1 : Send / Dropped
  s0 --> s2 : Send / Sent
  s0 --> s2 : Send / Stamped, Sent
  s1 --> s1 : Look
  s2 --> s1 : Drop / Dropped
  s2 --> s3 : Collect / Delivered
  s2 --> s3 : Deliver / Delivered
`)
  })

  it('in DOT has a point to start at, and a double border around an end', () => {
    expect(dot(parcel)).toBe(`digraph {
  rankdir=LR
  node [shape=box style=rounded fontname=Helvetica fontsize=13 margin="0.2,0.08"]
  edge [fontname=Helvetica fontsize=11 arrowsize=0.8]
  start [shape=circle style=filled fillcolor=black width=0.13 label=""]
  s0 [label="packed"]
  s1 [label="lost"]
  s2 [label="sent"]
  s3 [label="home" peripheries=2]
  s4 [label="island" peripheries=2]
  start -> s0
  s0 -> s0 [label="Weigh"]
  s0 -> s1 [label="Send"]
  s0 -> s2 [label="Send"]
  s2 -> s1 [label="Drop"]
  s2 -> s3 [label="Collect\\nDeliver"]
}
`)
  })

  it('in DOT with events, without loops and without marks', () => {
    const text = dot(parcel, { labels: 'events', loops: 'none', marks: false, direction: 'TB' })
    expect(text).toBe(`digraph {
  rankdir=TB
  node [shape=box style=rounded fontname=Helvetica fontsize=13 margin="0.2,0.08"]
  edge [fontname=Helvetica fontsize=11 arrowsize=0.8]
  s0 [label="packed"]
  s1 [label="lost"]
  s2 [label="sent"]
  s3 [label="home"]
  s4 [label="island"]
  s0 -> s1 [label="Dropped"]
  s0 -> s2 [label="Sent\\nStamped, Sent"]
  s2 -> s1 [label="Dropped"]
  s2 -> s3 [label="Delivered"]
}
`)
    expect(dot(parcel, { labels: 'events', loops: 'all' })).toContain(
      '  s1 -> s1 [label="no event"]\n',
    )
  })

  it('as plain data is sorted by name, with each place that a command leads to once', () => {
    expect(JSON.stringify(adjacency(parcel))).toBe(
      JSON.stringify({
        home: {},
        island: {},
        lost: { Look: ['lost'] },
        packed: { Look: ['packed'], Send: ['lost', 'sent'], Weigh: ['packed'] },
        sent: { Collect: ['home'], Deliver: ['home'], Drop: ['lost'] },
      }),
    )
  })

  it('has the labels that only an arrow or the beginning names', () => {
    const bare: ExploredGraph = { initial: 'start', nodes: [], edges: parcel.edges, refusals: [] }
    expect(Object.keys(adjacency(bare))).toStrictEqual(['home', 'lost', 'packed', 'sent', 'start'])
    expect(mermaid(bare).match(/"\w+" as s\d/g)).toStrictEqual([
      '"start" as s0',
      '"home" as s1',
      '"lost" as s2',
      '"packed" as s3',
      '"sent" as s4',
    ])
  })
})

describe('a diagram of states', () => {
  it('1. is the same in whatever order the graph comes', () => {
    fc.assert(
      fc.property(shuffled, options, ([one, other], o) => {
        expect(mermaid(other, o)).toBe(mermaid(one, o))
        expect(dot(other, o)).toBe(dot(one, o))
        expect(JSON.stringify(adjacency(other))).toBe(JSON.stringify(adjacency(one)))
      }),
    )
  })

  /** Spaces at the ends of a line may be of the kind that holds its place. */
  const spaced = (text: string) => text.replaceAll('\u00a0', ' ')
  const linesBetween = (map: ReadonlyMap<string, string>) =>
    [...map].map(([key, text]) => [spaced(key), sortedLines(spaced(text))].join('\n')).sort()
  const seen = (drawn: Drawn) => ({
    states: [...drawn.nodes].flatMap(([id, text]) => (id === 'start' ? [] : [spaced(text)])).sort(),
    lines: linesBetween(shownIn(drawn)),
  })
  const toBeSeen = (g: ExploredGraph, o: DiagramOptions) => ({
    states: g.nodes.map(({ label }) => spaced(visible(label))).sort(),
    lines: linesBetween(wanted(g, o)),
  })

  it('2. shows each label as it is, in Mermaid', () => {
    fc.assert(
      fc.property(graph.filter(distinct), options, (g, o) => {
        expect(seen(readMermaid(mermaid(g, o)))).toStrictEqual(toBeSeen(g, o))
      }),
    )
  })

  it('2. shows each label as it is, when Graphviz draws it', () => {
    fc.assert(
      fc.property(graph.filter(distinct), options, (g, o) => {
        expect(seen(readDot(dot(g, o)))).toStrictEqual(toBeSeen(g, o))
      }),
      { numRuns: 30 },
    )
  })

  it('3. adjacency has each label once, and under it the edges that leave it', () => {
    fc.assert(
      fc.property(graph, (g) => {
        const table = adjacency(g)
        expect(Object.keys(table).sort()).toStrictEqual(g.nodes.map(({ label }) => label).sort())
        const told = Object.entries(table).flatMap(([from, row]) =>
          Object.entries(row).flatMap(([command, targets]) =>
            targets.map((to) => JSON.stringify([from, command, to])),
          ),
        )
        const edges = g.edges.map(({ from, command, to }) => JSON.stringify([from, command, to]))
        expect(told.sort()).toStrictEqual([...new Set(edges)].sort())
        expect(JSON.parse(JSON.stringify(table))).toStrictEqual(table)
      }),
    )
  })

  it('marks the initial state and every terminal one, or none', () => {
    fc.assert(
      fc.property(tables, (t) => {
        const commands = [...Array(commandCount).keys()].map((command) => ({ command }))
        const g = graphOf(finite(t), commands, ({ state }) => `state ${state}`)
        const ends = g.nodes.filter(({ terminal }) => terminal).length
        expect(mermaid(g).match(/^ {2}s\d+ --> \[\*\]$/gm) ?? []).toHaveLength(ends)
        expect(mermaid(g).match(/^ {2}\[\*\] --> s0$/gm)).toHaveLength(1)
        expect(mermaid(g)).toContain('state "state 0" as s0')
        expect(dot(g).match(/peripheries=2/g) ?? []).toHaveLength(ends)
        expect(dot(g)).toContain('start -> s0')
        expect(mermaid(g, { marks: false })).not.toContain('[*]')
        expect(dot(g, { marks: false })).not.toMatch(/peripheries|start/)
      }),
    )
  })
})

describe('the life of an order', () => {
  it('is what an exploration finds', () => {
    const explored = explore(deciderSystem(decider, orderCommands), { abstraction: status })
    const sorted = ({ initial, nodes, edges, refusals }: ExploredGraph) => ({
      initial,
      parts: [...nodes, ...edges, ...refusals].map((part) => JSON.stringify(part)).sort(),
    })
    expect(sorted(explored.graph)).toStrictEqual(sorted(orderGraph))
    expect(mermaid(explored.graph)).toBe(mermaid(orderGraph))
    expect(dot(explored.graph)).toBe(dot(orderGraph))
  })

  it('in Mermaid', () => {
    expect(mermaid(orderGraph)).toBe(`stateDiagram-v2
  direction LR
  state "no order" as s0
  state "new" as s1
  state "cancelled" as s2
  state "confirmed" as s3
  state "paid" as s4
  state "shipped" as s5
  [*] --> s0
  s0 --> s1 : CreateOrder
  s1 --> s1 : AddLine<br/>ChangeQuantity<br/>RemoveLine<br/>SetShipping<br/>SetTax
  s1 --> s2 : ChangeStatus
  s1 --> s3 : ChangeStatus
  s3 --> s2 : ChangeStatus
  s3 --> s4 : ChangeStatus
  s4 --> s2 : ChangeStatus
  s4 --> s5 : ChangeStatus
  s2 --> [*]
  s5 --> [*]
`)
  })

  it('arrow by arrow with commands and events, from top to bottom', () => {
    const text = mermaid(orderGraph, { labels: 'both', merge: false, direction: 'TB' })
    expect(text).toContain('  direction TB\n')
    expect(text).toContain('  s1 --> s1 : AddLine / LineAdded\n')
    expect(text).toContain('  s1 --> s1 : SetTax / TaxSet\n')
  })

  it('with its events, and with what changes nothing', () => {
    const text = dot(orderGraph, { labels: 'events', loops: 'all' })
    expect(text).toContain('s3 -> s3 [label="no event"]')
    expect(text).toContain('s3 -> s4 [label="StatusChanged"]')
    expect(dot(orderGraph, { loops: 'none' })).not.toContain('s1 -> s1')
  })

  it('as plain data', () => {
    const table = adjacency(orderGraph)
    expect(Object.keys(table)).toStrictEqual([
      'cancelled',
      'confirmed',
      'new',
      'no order',
      'paid',
      'shipped',
    ])
    expect(table['paid']?.['ChangeStatus']).toStrictEqual(['cancelled', 'paid', 'shipped'])
    expect(table['no order']).toStrictEqual({ CreateOrder: ['new'] })
  })
})

describe('large graphs', () => {
  it('of thousands of states are drawn in no time', () => {
    const names = [...Array(3_000).keys()].map((i) => `state ${i}`)
    const chain: ExploredGraph = {
      initial: 'state 0',
      nodes: names.map((name) => ({ label: name, states: 1, terminal: false })),
      edges: names.slice(1).map((to, i) => ({
        from: `state ${i}`,
        to,
        command: 'Next',
        events: ['Moved'],
        count: 1,
      })),
      refusals: [],
    }
    expect(mermaid(chain).split('\n')).toHaveLength(6_003)
    expect(dot(chain)).toContain('s2998 -> s2999')
  })
})
