import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { run } from '../../../src/Decider.ts'
import type { Issued, Process } from '../../../src/Process.ts'
import { fromPending, withDecider } from '../../../src/Process.ts'
import { replay } from '../../../src/Projection.ts'
import { explore } from '../../../src/testing/explore.ts'
import type {
  ProcessAction,
  ProcessHappening,
  ProcessTrouble,
  ProcessWorld,
} from '../../../src/testing/explore/process.ts'
import { isSettled, processSystem } from '../../../src/testing/explore/process.ts'
import type { System } from '../../../src/testing/explore/system.ts'
import type { Trace } from '../../../src/testing/explore/trace.ts'
import { drawUntil } from '../../support/draws.ts'
import { lastState } from '../../support/lastState.ts'
import type { Command, Event, FiniteDecider, Rejection, State } from '../../support/finite.ts'
import {
  at,
  command,
  commandCount,
  eventCount,
  finite,
  stateCount,
  tables,
} from '../../support/finite.ts'
import { plain } from '../../support/plain.ts'
import type { Shipping } from '../shipping.ts'
import {
  asked,
  careless,
  forgetful,
  house,
  oneId,
  shipment,
  shipping,
  unmindful,
} from '../shipping.ts'

interface Watch {
  readonly evolve: ReadonlyArray<ReadonlyArray<number>>
  readonly pending: ReadonlyArray<ReadonlyArray<number>>
}
const exactly = <A>(n: number, of: fc.Arbitrary<A>) => fc.array(of, { minLength: n, maxLength: n })
const watches: fc.Arbitrary<Watch> = plain({
  evolve: exactly(stateCount, exactly(eventCount, fc.nat({ max: stateCount - 1 }))),
  pending: exactly(stateCount, fc.subarray([...Array(commandCount).keys()], { maxLength: 2 })),
})
const watch = (w: Watch): Process<Event, State, Command> =>
  fromPending({
    initialState: { state: 0 },
    evolve: ({ state }, { event }) => ({ state: at(at(w.evolve, state), event) }),
    pending: ({ state }) =>
      at(w.pending, state).map((n) => ({ id: `${n}`, command: { command: n } })),
    isTerminal: () => false,
  })

type FiniteWorld = ProcessWorld<State, State, Event, Command>
type FiniteAction = ProcessAction<Event, Command>
type FiniteSystem = System<
  FiniteWorld,
  FiniteAction,
  ProcessHappening<Event, Command, Rejection>,
  Rejection
>
type FiniteTrace = Trace<FiniteWorld, FiniteAction, ProcessHappening<Event, Command, Rejection>>

/** A way through the system, by picking one of the actions of each world. */
const walk = (system: FiniteSystem, picks: ReadonlyArray<number>): FiniteTrace => {
  const steps: Array<FiniteTrace['steps'][number]> = []
  let state = system.initialState
  for (const pick of picks) {
    const actions = system.actions(state)
    if (actions.length === 0) break
    const action = at(actions, pick % actions.length)
    const outcome = system.step(action, state)
    if (outcome._tag === 'Left') continue
    state = outcome.right.state
    steps.push({ action, events: outcome.right.events, state })
  }
  return { initialState: system.initialState, steps }
}

const picks = fc.array(fc.nat({ max: 30 }), { maxLength: 40, size: 'max' })
const troubles = plain<Required<ProcessTrouble>>({
  crashes: fc.nat({ max: 2 }),
  duplicates: fc.nat({ max: 2 }),
  backlog: fc.integer({ min: 1, max: 3 }),
  recognised: fc.boolean(),
})
const all: ReadonlyArray<Command> = [...Array(commandCount).keys()].map((n) => ({ command: n }))

const happened = (trace: FiniteTrace, type: 'Issued' | 'Recognised'): ReadonlyArray<string> =>
  trace.steps.flatMap(({ events }) =>
    events.flatMap((happening) => (happening.type === type ? [happening.command.key] : [])),
  )

describe('the worlds of a process', () => {
  const one = { id: '1', command: 'do' }
  const two = { id: '2', command: 'do' }
  /** Issues both at once for every event, and has nothing to resume. */
  const eager: Process<string, number, string> = {
    initialState: 0,
    evolve: (n) => n,
    react: () => [two, one],
    resume: () => [],
    isTerminal: () => false,
  }
  const counter = {
    initialState: 0,
    decide: (command: string, n: number) =>
      ({ _tag: 'Right', right: n < 9 ? [`${command} done`] : [] }) as const,
    evolve: (n: number) => n + 1,
    isTerminal: () => false,
  }
  const typesIn = (
    system: System<
      ProcessWorld<number, number, string, string>,
      ProcessAction<string, string>,
      unknown,
      unknown
    >,
    way: ReadonlyArray<ProcessAction<string, string>>,
  ) => {
    let world = system.initialState
    for (const action of way) {
      const outcome = system.step(action, world)
      if (outcome._tag === 'Right') world = outcome.right.state
    }
    const types = system
      .actions(world)
      .map((action) =>
        action.type === 'Deliver' || action.type === 'Duplicate'
          ? `${action.type} ${action.command.key}`
          : action.type,
      )
    return { world, types }
  }
  const ask = { type: 'Ask', command: 'ask' } as const
  const see = { type: 'See', event: 'ask done' } as const
  const deliver = ({ id, command: c }: Issued<string>) =>
    ({ type: 'Deliver', command: { key: id, command: c } }) as const
  const crash = { type: 'Crash' } as const

  it('ask no more with four events unseen, and see no more with four commands under way', () => {
    const system = processSystem(eager, counter, ['ask'])
    const asks = [ask, ask, ask]
    expect(typesIn(system, asks).types).toStrictEqual(['Ask', 'See'])
    expect(typesIn(system, [...asks, ask]).types).toStrictEqual(['See'])
    const full = typesIn(system, [...asks, ask, see, see])
    expect(full.world.underWay).toStrictEqual([one, one, two, two])
    expect(full.types).toStrictEqual([
      'Ask',
      'Deliver 1',
      'Duplicate 1',
      'Deliver 2',
      'Duplicate 2',
      'Crash',
    ])
  })

  it('are asked what a function gives for the state of the decider', () => {
    const asks = (n: number) => (n === 0 ? ['first'] : [])
    const system = processSystem(eager, counter, asks)
    const asked = { type: 'Ask', command: 'first' } as const
    expect(system.actions(system.initialState)).toStrictEqual([asked])
    expect(typesIn(system, [asked]).types).toStrictEqual(['See'])
  })

  /** Issues two commands under one id, and one of them under another id as well. */
  const alike: ReadonlyArray<Issued<string>> = [
    { id: '2', command: 'do' },
    { id: '1', command: 'redo' },
    { id: '1', command: 'do' },
  ]
  const muddled: typeof eager = { ...eager, react: () => alike }

  it('have commands of one id in the order in which they were issued', () => {
    const system = processSystem(muddled, counter, ['ask'])
    const { underWay } = typesIn(system, [ask, see]).world
    expect(underWay).toStrictEqual([alike[1], alike[2], alike[0]])
    expect(typesIn(system, [ask, ask, see, see]).world.underWay).toStrictEqual([
      alike[1],
      alike[2],
      alike[1],
      alike[2],
      alike[0],
      alike[0],
    ])
  })

  it('have just the command less that was delivered, by its id and what it asks for', () => {
    const system = processSystem(muddled, counter, ['ask'])
    const left = alike.map((issued) => typesIn(system, [ask, see, deliver(issued)]).world.underWay)
    expect(left).toStrictEqual([
      [alike[1], alike[2]],
      [alike[2], alike[0]],
      [alike[1], alike[0]],
    ])
  })

  it('tell what came of an action', () => {
    const picky = {
      ...counter,
      decide: (command: string, n: number) =>
        command === 'redo'
          ? ({ _tag: 'Left', left: 'never' } as const)
          : counter.decide(command, n),
    }
    const system = processSystem(muddled, picky, ['ask'], { recognised: true })
    const { world } = typesIn(system, [ask, ask, see])
    const happenings = (action: ProcessAction<string, string>, from: typeof world) => {
      const outcome = system.step(action, from)
      return outcome._tag === 'Right' ? outcome.right : outcome
    }
    expect(happenings(ask, world)).toStrictEqual({
      events: [{ type: 'Emitted', event: 'ask done' }],
      state: { ...world, decider: 3, unseen: ['ask done', 'ask done'] },
    })
    expect(happenings({ type: 'Ask', command: 'redo' }, world)).toStrictEqual({
      _tag: 'Left',
      left: 'never',
    })
    expect(happenings(see, world)).toMatchObject({
      events: alike.map(({ id, command: c }) => ({
        type: 'Issued',
        command: { key: id, command: c },
      })),
    })
    const refused = happenings(deliver({ id: '1', command: 'redo' }), world)
    expect(refused).toStrictEqual({
      events: [{ type: 'Refused', rejection: 'never' }],
      state: { ...world, underWay: [alike[2], alike[0]] },
    })
    const carried = happenings(deliver({ id: '1', command: 'do' }), world)
    expect(carried).toStrictEqual({
      events: [{ type: 'Emitted', event: 'do done' }],
      state: {
        ...world,
        decider: 3,
        unseen: ['ask done', 'do done'],
        underWay: [alike[1], alike[0]],
        carriedOut: ['1'],
      },
    })
    const again = { ...world, carriedOut: ['1'] }
    expect(happenings(deliver({ id: '1', command: 'do' }), again)).toStrictEqual({
      events: [{ type: 'Recognised', command: { key: '1', command: 'do' } }],
      state: { ...again, underWay: [alike[1], alike[0]] },
    })
    expect(happenings({ type: 'Crash' }, world)).toStrictEqual({
      events: [],
      state: { ...world, underWay: [], crashes: 1 },
    })
  })

  it('crash once and duplicate once, where nothing else is said', () => {
    const system = processSystem(eager, counter, ['ask'], {})
    const crashed = typesIn(system, [ask, see, crash, ask, see])
    expect(crashed.types).toStrictEqual([
      'Ask',
      'Deliver 1',
      'Duplicate 1',
      'Deliver 2',
      'Duplicate 2',
    ])
    const doubled = typesIn(system, [ask, see, { ...deliver(one), type: 'Duplicate' }])
    expect(doubled.types).toStrictEqual(['Ask', 'See', 'Deliver 1', 'Deliver 2', 'Crash'])
    expect(doubled.world).toMatchObject({ underWay: [one, two], decider: 2, duplicates: 1 })
  })

  it('know the ids that were carried out, in whatever order', () => {
    const system = processSystem(eager, counter, ['ask'], { recognised: true })
    const ways = [
      [ask, see, deliver(one), deliver(two)],
      [ask, see, deliver(two), deliver(one)],
    ]
    expect(ways.map((way) => typesIn(system, way).world.carriedOut)).toStrictEqual([
      ['1', '2'],
      ['1', '2'],
    ])
    // the second time it changes nothing
    const again = typesIn(system, [ask, ask, see, see, deliver(one), deliver(one)]).world
    expect(again).toMatchObject({ decider: 3, underWay: [two, two], carriedOut: ['1'] })
  })
})

describe('a process with its decider', () => {
  it('processSystem 1: each state is the fold of what it has seen', () => {
    fc.assert(
      fc.property(tables, watches, troubles, picks, (t, w, trouble, ps) => {
        const [d, p] = [finite(t), watch(w)]
        const trace = walk(processSystem(p, d, all, trouble), ps)
        const events = trace.steps.flatMap(({ events: es }) =>
          es.flatMap((happening) => (happening.type === 'Emitted' ? [happening.event] : [])),
        )
        const seen = trace.steps.flatMap(({ action }) =>
          action.type === 'See' ? [action.event] : [],
        )
        const world = lastState(trace)
        expect(world.decider).toStrictEqual(replay(d)(events))
        expect(world.process).toStrictEqual(replay(p)(seen))
        expect([...seen, ...world.unseen]).toStrictEqual(events)
      }),
    )
  })

  it('processSystem 2: without trouble, what was issued is under way until it is delivered', () => {
    fc.assert(
      fc.property(tables, watches, picks, (t, w, ps) => {
        const p = watch(w)
        const system = processSystem(p, finite(t), all, { crashes: 0, duplicates: 0 })
        const trace = walk(system, ps)
        const delivered = trace.steps.flatMap(({ action }) =>
          action.type === 'Deliver' ? [action.command.key] : [],
        )
        const issued = [
          ...p.resume(p.initialState).map(({ id }) => id),
          ...happened(trace, 'Issued'),
        ]
        const { underWay, crashes, duplicates } = lastState(trace)
        expect([...delivered, ...underWay.map(({ id }) => id)].sort()).toStrictEqual(issued.sort())
        expect([crashes, duplicates]).toStrictEqual([0, 0])
      }),
    )
  })

  it.each([0, -1, 0.5, NaN, 1])(
    'has room for one event and one command, with a backlog of %d',
    (n) => {
      const worlds = (backlog: number) =>
        explore(processSystem(shipping, house(shipment), asked, { backlog })).states
      expect([worlds(n), worlds(n) > 20]).toStrictEqual([worlds(1), true])
    },
  )

  it('processSystem 3: one command after the other, it does what withDecider does', async () => {
    let compared = 0
    const property = fc.property(
      tables,
      watches,
      fc.array(command, { maxLength: 5 }),
      (t, w, cs) => {
        const [d, p] = [finite(t), watch(w)]
        // withDecider reacts to events, and has nothing to resume at the start
        if (p.resume(p.initialState).length > 0) return
        const system = processSystem(p, d, all, { backlog: 100 })
        const closed = run(withDecider(p, 30)(d))(cs)
        let world = system.initialState
        const go = (action: FiniteAction): void => {
          const outcome = system.step(action, world)
          if (outcome._tag === 'Right') world = outcome.right.state
        }
        for (const [index, c] of cs.entries()) {
          if (closed.outcomes[index]?._tag === 'Left') return
          go({ type: 'Ask', command: c })
          // events before commands, and commands in the order in which they were issued
          const queue: Array<Issued<Command>> = []
          for (;;) {
            const event = world.unseen[0]
            if (event !== undefined) {
              queue.push(...p.react(world.process, event))
              go({ type: 'See', event })
              continue
            }
            const next = queue.shift()
            if (next === undefined) break
            go({ type: 'Deliver', command: { key: next.id, command: next.command } })
          }
        }
        compared++
        expect({ process: world.process, decider: world.decider }).toStrictEqual(closed.state)
      },
    )
    await drawUntil(
      () => compared > 10,
      (seed) => fc.assert(property, { numRuns: 300, seed }),
    )
  })

  it('processSystem 4: a terminal world stays as it is', async () => {
    let ended = 0
    const property = fc.property(tables, watches, troubles, picks, (t, w, trouble, ps) => {
      const system = processSystem(watch(w), finite(t), all, trouble)
      const world = lastState(walk(system, ps))
      if (!system.isTerminal(world)) return
      ended++
      for (const action of system.actions(world)) {
        const outcome = system.step(action, world)
        expect(outcome._tag === 'Left' || outcome.right.state).toStrictEqual(
          outcome._tag === 'Left' || world,
        )
      }
    })
    await drawUntil(
      () => ended > 5,
      (seed) => fc.assert(property, { seed }),
    )
  })

  it('is explored in as many worlds as a plain search finds', () => {
    fc.assert(
      fc.property(tables, watches, troubles, (t, w, trouble) => {
        const [d, p] = [finite(t), watch(w)]
        const limit = 400
        const report = explore(processSystem(p, d, all, trouble), { limits: { states: limit } })
        const found = plainSearch(d, p, trouble, limit)
        expect(report.states).toBe(Math.min(found, limit))
        expect(report.extent.type).toBe(found > limit ? 'Stopped' : 'Complete')
      }),
      { numRuns: 60 },
    )
  })
})

/** How many worlds there are, by another telling of the same story: texts in a set. */
const plainSearch = (
  d: FiniteDecider,
  p: Process<Event, State, Command>,
  { crashes, duplicates, backlog, recognised }: Required<ProcessTrouble>,
  limit: number,
): number => {
  type Plain = readonly [
    s: number,
    p: number,
    log: ReadonlyArray<number>,
    way: ReadonlyArray<number>,
    done: ReadonlyArray<number>,
    crashed: number,
    doubled: number,
  ]
  const issue = (issued: ReadonlyArray<Issued<Command>>) => issued.map((i) => i.command.command)
  const sorted = (ns: ReadonlyArray<number>) => [...ns].sort((a, b) => a - b)
  const seen = new Set([
    JSON.stringify([0, 0, [], sorted(issue(p.resume(p.initialState))), [], 0, 0]),
  ])
  for (const text of seen) {
    // texts are made of these below
    const [s, w, log, way, done, crashed, doubled] = JSON.parse(text) as Plain
    const add = (next: Plain) => seen.add(JSON.stringify(next))
    const decided = (c: number) => {
      const decision = d.decide({ command: c }, { state: s })
      if (decision._tag === 'Left') return { to: s, es: [] }
      const to = decision.right.reduce((state, event) => d.evolve(state, event), { state: s })
      return { to: to.state, es: decision.right.map(({ event }) => event) }
    }
    if (log.length < backlog) {
      for (const { command: c } of all) {
        const { to, es } = decided(c)
        add([to, w, [...log, ...es], way, done, crashed, doubled])
      }
    }
    const [event, ...later] = log
    if (event !== undefined && way.length < backlog) {
      const more = issue(p.react({ state: w }, { event }))
      const next = p.evolve({ state: w }, { event }).state
      add([s, next, later, sorted([...way, ...more]), done, crashed, doubled])
    }
    for (const c of way) {
      const rest = [...way]
      rest.splice(way.indexOf(c), 1)
      const known = recognised && done.includes(c)
      const { to, es } = known ? { to: s, es: [] } : decided(c)
      const marks = recognised && es.length > 0 ? sorted([...done, c]) : done
      add([to, w, [...log, ...es], rest, marks, crashed, doubled])
      if (doubled < duplicates) add([to, w, [...log, ...es], way, marks, crashed, doubled + 1])
    }
    const again = sorted(issue(p.resume({ state: w })))
    if (crashed < crashes && JSON.stringify(again) !== JSON.stringify(way)) {
      add([s, w, log, again, done, crashed + 1, doubled])
    }
    if (seen.size > limit) return seen.size
  }
  return seen.size
}

describe('an order and its shipment', () => {
  const explored = (
    process: Shipping,
    { goods = shipment, ...trouble }: ProcessTrouble & { readonly goods?: typeof shipment } = {},
  ) =>
    explore(processSystem(process, house(goods), asked, trouble), {
      invariants: {
        'what is paid is shipped and completed in the end': (world) =>
          !isSettled(process)(world) || world.decider.order !== 'paid',
        'what is completed was shipped': ({ decider }) =>
          decider.order !== 'completed' || decider.shipment.at === 'customer',
        'what is cancelled is not with the customer in the end': (world) =>
          !isSettled(process)(world) ||
          world.decider.order !== 'cancelled' ||
          world.decider.shipment.at !== 'customer',
        'there is one parcel at most': ({ decider }) => decider.shipment.parcels <= 1,
      },
      alwaysPossible: { rest: isSettled(process) },
      abstraction: ({ decider }) => `${decider.order} ${decider.shipment.at}`,
      limits: { states: 20_000 },
    })

  const brokenIn = (report: ReturnType<typeof explored>) =>
    Object.entries(report.invariants).flatMap(([name, verdict]) =>
      verdict.type === 'Broken' ? [name] : [],
    )

  const wayOf = (report: ReturnType<typeof explored>, name: string) => {
    const verdict = report.invariants[name]
    return verdict?.type !== 'Broken'
      ? undefined
      : verdict.trace.steps.map(({ action }) => {
          if (action.type === 'Crash') return action.type
          const what = action.type === 'See' ? action.event.event : action.command.command
          return `${action.type} ${'type' in what && !('command' in what) ? what.type : what.command.type}`
        })
  }

  it.each<[string, ProcessTrouble]>([
    ['without trouble', { crashes: 0, duplicates: 0 }],
    ['with a crash and a duplicate', {}],
    ['with two of each', { crashes: 2, duplicates: 2 }],
    ['with ids that are recognised', { crashes: 2, duplicates: 2, recognised: true }],
  ])('comes out right however messages are delivered, %s', (_, trouble) => {
    const report = explored(shipping, trouble)
    expect(report.extent).toStrictEqual({ type: 'Complete' })
    expect(brokenIn(report)).toStrictEqual([])
    expect(report).toMatchObject({
      alwaysPossible: { rest: { type: 'Holds', complete: true } },
      deadEnds: { count: 0 },
      terminalLeft: { count: 0 },
      thrown: [],
    })
    // not for want of states
    const labels = report.graph.nodes.map(({ label }) => label)
    expect(labels).toContain('completed customer')
    expect(labels).toContain('cancelled recalled')
  })

  it('shows that a command is lost in a crash', () => {
    const report = explored(forgetful)
    const broken = 'what is paid is shipped and completed in the end'
    expect(brokenIn(report)).toStrictEqual([broken])
    expect(wayOf(report, broken)).toStrictEqual([
      'Ask Place',
      'Ask Pay',
      'See Placed',
      'See Paid',
      'Crash',
    ])
    expect(brokenIn(explored(forgetful, { crashes: 0 }))).toStrictEqual([])
  })

  it('shows that a command which arrives twice is carried out twice', () => {
    const broken = 'there is one parcel at most'
    const report = explored(shipping, { goods: careless })
    expect(brokenIn(report)).toStrictEqual([broken])
    expect(wayOf(report, broken)).toStrictEqual([
      'Ask Place',
      'Ask Pay',
      'See Placed',
      'See Paid',
      'Duplicate Ship',
      'Deliver Ship',
    ])
    // a crash repeats what is outstanding, too
    const crashed = explored(shipping, { goods: careless, duplicates: 0 })
    expect(wayOf(crashed, broken)).toStrictEqual([
      'Ask Place',
      'Ask Pay',
      'See Placed',
      'See Paid',
      'Deliver Ship',
      'Crash',
      'Deliver Ship',
    ])
    // where ids are recognised, it is not
    expect(brokenIn(explored(shipping, { goods: careless, recognised: true }))).toStrictEqual([])
  })

  it('shows that goods go out after the order was cancelled', () => {
    const broken = 'what is cancelled is not with the customer in the end'
    const report = explored(unmindful)
    expect(brokenIn(report)).toStrictEqual([broken])
    // four events are seen, three commands asked, one delivered
    const way = wayOf(report, broken) ?? []
    expect(way).toHaveLength(8)
    expect([...way].sort()).toStrictEqual([
      'Ask Cancel',
      'Ask Pay',
      'Ask Place',
      'Deliver Ship',
      'See Cancelled',
      'See Paid',
      'See Placed',
      'See Shipped',
    ])
    expect(brokenIn(explored(unmindful, { crashes: 0, duplicates: 0 }))).toStrictEqual([broken])
  })

  it('shows that a command under the id of another is taken for it, and outstanding for good', () => {
    expect(explored(oneId).deadEnds.count).toBe(0)
    const { deadEnds, extent } = explored(oneId, { recognised: true, crashes: 0 })
    expect(extent.type).toBe('Complete')
    expect(deadEnds.count).toBeGreaterThan(0)
    const last = deadEnds.examples.map((trace) => lastState(trace).decider)
    expect(last[0]).toMatchObject({ order: 'cancelled', shipment: { at: 'customer' } })
  })

  it('names what happens in the graph', () => {
    const { graph } = explored(shipping, { crashes: 0, duplicates: 0 })
    const kinds = new Set(graph.edges.flatMap(({ command: c, events }) => [c, ...events]))
    expect([...kinds].filter((kind) => kind.includes('hip')).sort()).toStrictEqual([
      'Deliver.shipment.Recall',
      'Deliver.shipment.Ship',
      'Emitted.shipment.Recalled',
      'Emitted.shipment.Shipped',
      'Issued.shipment.Recall',
      'Issued.shipment.Ship',
      'Refused.shipment.Refused',
      'See.shipment.Recalled',
      'See.shipment.Shipped',
    ])
  })
})
