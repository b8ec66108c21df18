import { describe, expect, it } from 'vitest'
import {
  commandKind,
  countAccepted,
  countEdge,
  countRefusal,
  countState,
  countThrow,
  graphOf,
  tally,
} from '../../../src/testing/explore/graphBuilder.ts'

describe('a tally', () => {
  it('adds up to a graph, each thing that was met once with how often it was', () => {
    const counts = tally()
    const open = countState(counts, 'open', false)
    const closed = countState(counts, 'closed', true)
    expect(countState(counts, 'closed', true)).toBe(closed)
    const [add, close] = [{ type: 'Add', n: 1 }, { type: 'Close' }].map((command) =>
      commandKind(counts, command),
    ) as [number, number] // two commands
    const [added, noted] = [{ type: 'Added', n: 1 }, { type: 'Noted' }]
    countEdge(counts, open, open, add, [added])
    countEdge(counts, open, open, add, [{ type: 'Added', n: 2 }])
    countEdge(counts, open, open, add, [added, noted])
    countEdge(counts, open, open, add, [noted, added, noted])
    countEdge(counts, open, open, add, [])
    countEdge(counts, open, closed, close, [{ type: 'Closed' }])
    countEdge(counts, closed, closed, close, [])
    countRefusal(counts, closed, add, { type: 'AlreadyClosed' })
    countRefusal(counts, open, add, 'TooMuch')
    countRefusal(counts, open, add, 'TooMuch')

    const edge = (from: string, to: string, command: string, events: ReadonlyArray<string>) => ({
      from,
      to,
      command,
      events,
      count: 1,
    })
    expect(graphOf(counts, open)).toStrictEqual({
      initial: 'open',
      nodes: [
        { label: 'open', states: 1, terminal: false },
        { label: 'closed', states: 2, terminal: true },
      ],
      edges: [
        { ...edge('open', 'open', 'Add', ['Added']), count: 2 },
        edge('open', 'open', 'Add', ['Added', 'Noted']),
        edge('open', 'open', 'Add', ['Noted', 'Added', 'Noted']),
        edge('open', 'open', 'Add', []),
        edge('open', 'closed', 'Close', ['Closed']),
        edge('closed', 'closed', 'Close', []),
      ],
      refusals: [
        { from: 'closed', command: 'Add', rejection: 'AlreadyClosed', count: 1 },
        { from: 'open', command: 'Add', rejection: `'TooMuch'`, count: 2 },
      ],
    })
  })

  it('has uses and events of what was accepted, though no edge, where it leads nowhere known', () => {
    const counts = tally()
    const add = commandKind(counts, { type: 'Add' })
    countAccepted(counts, add, [{ type: 'Added' }])
    expect(counts.uses).toStrictEqual({ tried: [1], accepted: [1], emitted: [1] })
    expect(counts.events.list).toStrictEqual(['Added'])
    expect(graphOf(counts, 0).edges).toStrictEqual([])
  })

  it('of nothing is no graph', () => {
    expect(graphOf(tally(), 0)).toStrictEqual({ initial: '', nodes: [], edges: [], refusals: [] })
  })

  it('has a terminal node where all of its states are', () => {
    const counts = tally()
    const labels = { first: [true, true, false], last: [false, true], all: [true, true] }
    for (const [label, states] of Object.entries(labels)) {
      for (const ended of states) countState(counts, label, ended)
    }
    expect(graphOf(counts, 1)).toStrictEqual({
      initial: 'last',
      nodes: [
        { label: 'first', states: 3, terminal: false },
        { label: 'last', states: 2, terminal: false },
        { label: 'all', states: 2, terminal: true },
      ],
      edges: [],
      refusals: [],
    })
  })

  it('says how often commands of a kind were tried, were accepted, and emitted something', () => {
    const counts = tally()
    const kinds = ['Add', 'Add', 'Throw', 'Refuse', 'Never', 'Idle'].map((type) =>
      commandKind(counts, { type }),
    )
    expect(kinds).toStrictEqual([0, 0, 1, 2, 3, 4])
    const node = countState(counts, 'open', false)
    countEdge(counts, node, node, 0, [{ type: 'Added' }])
    countEdge(counts, node, node, 0, [])
    countEdge(counts, node, node, 4, [])
    countThrow(counts, 1)
    countThrow(counts, 1)
    countRefusal(counts, node, 2, 'no')
    expect(counts.commands.list).toStrictEqual(['Add', 'Throw', 'Refuse', 'Never', 'Idle'])
    expect(counts.uses).toStrictEqual({
      tried: [2, 2, 1, 0, 1],
      accepted: [2, 0, 0, 0, 1],
      emitted: [1, 0, 0, 0, 0],
    })
  })
})
