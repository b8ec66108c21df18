import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from '@xstate/graph'
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it, vi } from 'vitest'
import type { Snapshot } from 'xstate'
import { createActor, createMachine, setup, toPromise, waitFor } from 'xstate'
import type { Decider } from '../../src/Decider.ts'
import { toActorLogic, toMachine } from '../../src/embed/XState.ts'
import type { OrderCommand, OrderEvent } from '../../src/order/index.ts'
import { orderDecider, standardLifecycle } from '../../src/order/index.ts'
import { replay } from '../../src/Projection.ts'
import { explore, shortest } from '../../src/testing/explore.ts'
import type { ExploredGraph } from '../../src/testing/internal/graph.ts'
import { deciderSystem } from '../../src/testing/explore/system.ts'
import { graph, graphOf, orderCommands, orderGraph, status } from '../support/graphs.ts'
import { anyHistory, threeLines, walk } from '../support/orders.ts'

const decider = orderDecider()

/** What an actor has to show after each command: told without it. */
const expected = <C, S, E, R>(d: Decider<C, S, E, R>, commands: ReadonlyArray<C>, from: S) => {
  let state = from
  let decision: unknown = none
  let ended = d.isTerminal(state)
  return commands.map((command) => {
    if (!ended) {
      const outcome = d.decide(command, state)
      if (outcome._tag === 'Right') state = outcome.right.reduce((s, e) => d.evolve(s, e), state)
      decision = some(outcome)
      ended = d.isTerminal(state)
    }
    return { state, decision, ended }
  })
}

const logic = toActorLogic(decider)
const start = (input?: ReadonlyArray<OrderEvent>) => createActor(logic, { input }).start()

/** XState warns of what is sent to an actor that has ended, so that most tests don't send it. */
const sendTo = (actor: ReturnType<typeof start>, command: OrderCommand) => {
  if (actor.getSnapshot().status === 'active') actor.send(command)
}
const shown = ({ context, decision, status: now }: ReturnType<typeof logic.transition>) => ({
  state: context,
  decision,
  ended: now === 'done',
})

describe('an actor', () => {
  it('1. takes commands as run does', () => {
    fc.assert(
      fc.property(walk(30, 15), (commands) => {
        const actor = start()
        const seen = commands.map((command) => {
          sendTo(actor, command)
          return shown(actor.getSnapshot())
        })
        expect(seen).toEqual(expected(decider, commands, decider.initialState))
      }),
    )
  })

  it('1. begins where its input has led to', () => {
    fc.assert(
      fc.property(anyHistory, walk(5, 40), (history, commands) => {
        const actor = start(history)
        const state = replay(decider)(history)
        expect(actor.getSnapshot().context).toEqual(state)
        expect(actor.getSnapshot().decision).toEqual(none)
        const seen = commands.map((command) => {
          sendTo(actor, command)
          return shown(actor.getSnapshot())
        })
        expect(seen).toEqual(expected(decider, commands, state))
      }),
    )
  })

  it('2. is done in a terminal state, with that state for output', async () => {
    const actor = start()
    for (const command of threeLines) actor.send(command)
    expect(actor.getSnapshot().status).toBe('active')
    expect(actor.getSnapshot().output).toBe(undefined)
    actor.send({ type: 'ChangeStatus', newStatus: 'cancelled' })
    const { output, context, status: now } = actor.getSnapshot()
    expect(now).toBe('done')
    expect(output).toBe(context)
    expect(await toPromise(actor)).toMatchObject({ status: 'cancelled', total: 45_128 })
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    actor.send({ type: 'SetTax', amount: 1 })
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
    expect(actor.getSnapshot().context).toBe(output)
  })

  it('2. is done from the first where its history has ended', () => {
    const created: OrderEvent = { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }
    const actor = start([created, { type: 'StatusChanged', newStatus: 'cancelled' }])
    expect(actor.getSnapshot().status).toBe('done')
  })

  it('3. is stored as text and goes on', () => {
    fc.assert(
      fc.property(walk(15, 10), walk(15, 20), (before, after) => {
        const actor = start()
        for (const command of before) sendTo(actor, command)
        const text = JSON.stringify(actor.getPersistedSnapshot())
        const restored = createActor(logic, { snapshot: JSON.parse(text) as Snapshot<unknown> })
        restored.start()
        // text has no fields that are undefined
        expect(shown(restored.getSnapshot())).toEqual(
          JSON.parse(JSON.stringify(shown(actor.getSnapshot()))),
        )
        for (const command of after) {
          sendTo(actor, command)
          sendTo(restored, command)
          expect(shown(restored.getSnapshot())).toEqual(shown(actor.getSnapshot()))
        }
      }),
    )
  })

  it('tells subscribers of a rejection, and changes nothing else', () => {
    const actor = start()
    const told: Array<unknown> = []
    actor.subscribe(({ context, decision }) => told.push([context, decision]))
    actor.send({ type: 'SetTax', amount: 1 })
    expect(told).toEqual([[decider.initialState, some(left({ type: 'OrderNotFound' }))]])
  })

  it('emits the events, once the state that they lead to is there', () => {
    const actor = start()
    const heard: Array<unknown> = []
    actor.on('*', (event) => heard.push([event, actor.getSnapshot().context.type]))
    actor.send({ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' })
    actor.send({ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' })
    expect(heard).toEqual([
      [{ type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }, 'Order'],
    ])
    expect(actor.getSnapshot().decision).toEqual(some(right([])))
  })

  it('stops, and then keeps what it was', () => {
    const actor = start()
    actor.send({ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' })
    const { context, decision } = actor.getSnapshot()
    actor.stop()
    expect(actor.getSnapshot()).toEqual({
      status: 'stopped',
      output: undefined,
      error: undefined,
      context,
      decision,
    })
  })

  it('never decides what XState sends of its own', () => {
    const scope = { emit: () => {}, defer: () => {} }
    const before = logic.getInitialSnapshot(scope, undefined)
    const own = { type: 'xstate.done.actor.0' } as unknown as OrderCommand
    expect(logic.transition(before, own, scope)).toBe(before)
    const stopped = logic.transition(
      before,
      { ...own, type: 'xstate.stop' } as unknown as OrderCommand,
      scope,
    )
    expect(logic.transition(stopped, { type: 'SetTax', amount: 1 }, scope)).toBe(stopped)
  })

  it('is invoked by a machine, which goes on when it is done', async () => {
    const parent = setup({ actors: { order: logic } }).createMachine({
      initial: 'open',
      states: {
        open: { invoke: { id: 'order', src: 'order', onDone: 'closed' } },
        closed: { type: 'final' },
      },
    })
    const actor = createActor(parent).start()
    actor.getSnapshot().children.order?.send({
      type: 'CreateOrder',
      customerId: 'VINET',
      currency: 'USD',
    })
    actor.getSnapshot().children.order?.send({ type: 'ChangeStatus', newStatus: 'cancelled' })
    const { value } = await waitFor(actor, ({ status: now }) => now === 'done')
    expect(value).toBe('closed')
  })
})

/** The name of a label or a command in the machine, told a second time. */
const nameIn = (text: string) => {
  const core = text.replace(/~+$/, '')
  if (text.replace(/^~+/, '').startsWith('#')) return core.endsWith('.*') ? `~${text}~` : `~${text}`
  const special = core === '' || core === '__proto__' || core === '*' || core.endsWith('.*')
  return special ? `${text}~` : text
}

/** The labels that edges lead to from the initial one, each with the fewest edges. */
const distances = (g: ExploredGraph) => {
  const found = new Map([[g.initial, 0]])
  for (const [label, n] of found) {
    for (const { from, to } of g.edges) if (from === label && !found.has(to)) found.set(to, n + 1)
  }
  return found
}

const isFinal = (g: ExploredGraph, label: string) =>
  g.nodes.some((node) => node.label === label && node.terminal) &&
  g.edges.every(({ from, to }) => from !== label || to === label)

const key = (from: unknown, command: string, to: unknown) => JSON.stringify([from, command, to])

/** The transitions, the states with the lengths of their shortest paths, and the final ones. */
const asTold = (g: ExploredGraph) => {
  const labels = distances(g)
  const edges = g.edges.filter(({ from }) => labels.has(from) && !isFinal(g, from))
  return {
    transitions: new Set(
      edges.map(({ from, command, to }) => key(nameIn(from), nameIn(command), nameIn(to))),
    ),
    lengths: new Map([...labels].map(([label, n]) => [JSON.stringify(nameIn(label)), n])),
    final: new Set(
      [...labels.keys()].filter((label) => isFinal(g, label)).map((l) => JSON.stringify(nameIn(l))),
    ),
  }
}

/** The same as XState walks it. */
const asWalked = (g: ExploredGraph) => {
  const machine = createMachine(toMachine(g))
  const asked = g.edges.map(({ command, to }) => ({ type: nameIn(command), to }))
  const events = (snapshot: { readonly status: string }) =>
    snapshot.status === 'done' ? [] : asked
  const steps = adjacencyMapToArray(getAdjacencyMap(machine, { events }))
  // an event that is not taken leaves the machine where it is
  const taken = steps.filter(({ state, event }) => state.can(event))
  const paths = getShortestPaths(machine, { events })
  const done = paths.filter(({ state }) => state.status === 'done')
  return {
    transitions: new Set(
      taken.map(({ state, event, nextState }) => key(state.value, event.type, nextState.value)),
    ),
    lengths: new Map(paths.map(({ state, weight }) => [JSON.stringify(state.value), weight])),
    final: new Set(done.map(({ state }) => JSON.stringify(state.value))),
  }
}

describe('the machine of a graph', () => {
  it('4. has the states and edges of any graph, and no other', () => {
    fc.assert(
      fc.property(graph, (g) => {
        expect(asWalked(g)).toEqual(asTold(g))
      }),
      { numRuns: 200 },
    )
  })

  it('4. has those of the order', () => {
    expect(asWalked(orderGraph)).toEqual(asTold(orderGraph))
  })

  it('4. keeps names apart that XState has its own use for', () => {
    const edges = ['', '__proto__', '*', 'a.*', 'a\nb.*', '#a', '#.*', '~#a', '~#.*']
    const names = [...edges, ...edges.map((name) => `${name}~`), '~~', 'a.b', 'a', '\\']
    const odd: ExploredGraph = {
      initial: '',
      nodes: names.map((label) => ({ label, states: 1, terminal: label === '*' })),
      edges: names.map((command) => ({ from: '', to: command, command, events: ['e'], count: 1 })),
      refusals: [],
    }
    expect(asWalked(odd)).toEqual(asTold(odd))
    expect(asWalked(odd).lengths.size).toBe(names.length)
  })

  it('4. has the states that only edges name', () => {
    const bare: ExploredGraph = {
      initial: 'a',
      nodes: [],
      edges: [
        { from: 'b', to: 'c', command: 'Go', events: ['e'], count: 1 },
        { from: 'a', to: 'b', command: 'Go', events: ['e'], count: 1 },
      ],
      refusals: [],
    }
    expect(asWalked(bare)).toEqual(asTold(bare))
  })

  it('finds the ways that the explorer finds', () => {
    const lifecycle = orderDecider(standardLifecycle)
    const system = deciderSystem(lifecycle, orderCommands)
    const { graph: whole } = explore(system, { abstraction: (state) => JSON.stringify(state) })
    const machine = createMachine(toMachine(whole))
    const paths = getShortestPaths(machine, {
      events: (snapshot) =>
        whole.edges
          .filter(({ from }) => from === snapshot.value && snapshot.status !== 'done')
          .map(({ command, to }) => ({ type: command, to })),
    })
    expect(paths).toHaveLength(whole.nodes.length)
    for (const { state, weight } of paths) {
      const sought = shortest(system, (one) => JSON.stringify(one) === state.value)
      expect(sought.type === 'Found' && sought.trace.steps.length).toBe(weight)
    }
  })

  it('runs as an actor: a command that leads to several labels says which', () => {
    const few = graphOf(
      decider,
      [
        { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
        { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 10, discount: 0 },
        { type: 'ChangeStatus', newStatus: 'confirmed' },
        { type: 'ChangeStatus', newStatus: 'cancelled' },
      ],
      status,
    )
    const actor = createActor(createMachine(toMachine(few))).start()
    actor.send({ type: 'SetTax' })
    expect(actor.getSnapshot().value).toBe('no order')
    actor.send({ type: 'CreateOrder' })
    actor.send({ type: 'ChangeStatus' })
    expect(actor.getSnapshot().value).toBe('new')
    actor.send({ type: 'ChangeStatus', to: 'confirmed' })
    expect(actor.getSnapshot().value).toBe('confirmed')
    expect(actor.getSnapshot().status).toBe('active')
  })
})
