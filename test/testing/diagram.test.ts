import { Graphviz } from '@hpcc-js/wasm-graphviz'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decider } from '../../src/order/index.ts'
import type { DiagramOptions } from '../../src/testing/diagram.ts'
import { adjacency, dot, mermaid } from '../../src/testing/diagram.ts'
import { explore } from '../../src/testing/explorer.ts'
import type { Graph } from '../../src/testing/graph.ts'
import { deciderSystem } from '../../src/testing/system.ts'
import { commandCount, finite, tables } from '../support/finite.ts'
import { graph, graphOf, orderCommands, orderGraph, shuffled, status } from '../support/graphs.ts'

const graphviz = await Graphviz.load()

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
const wanted = (g: Graph, { labels, loops }: DiagramOptions) => {
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
const distinct = (g: Graph) =>
  new Set(g.nodes.map(({ label }) => visible(label).replaceAll('\u00a0', ' '))).size ===
  g.nodes.length

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
  const toBeSeen = (g: Graph, o: DiagramOptions) => ({
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
    const sorted = ({ initial, nodes, edges, refusals }: Graph) => ({
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
    const chain: Graph = {
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
