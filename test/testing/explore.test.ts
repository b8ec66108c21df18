import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import { transition } from '../../src/Decider.ts'
import { struct } from '../../src/Product.ts'
import type { ExploreOptions } from '../../src/testing/explore.ts'
import { explore, shortest } from '../../src/testing/explore.ts'
import type { ExploreProgress } from '../../src/testing/explore/options.ts'
import type { ExploreReport } from '../../src/testing/explore/report.ts'
import type { System } from '../../src/testing/explore/system.ts'
import { deciderSystem } from '../../src/testing/explore/system.ts'
import type { Trace } from '../../src/testing/explore/trace.ts'
import { lastState } from '../support/lastState.ts'
import type { Command, Event, State, Tables } from '../support/finite.ts'
import { at, commandCount, finite, stateCount, tables } from '../support/finite.ts'
import { jugCommands, jugs } from './jugs.ts'

const commands: ReadonlyArray<Command> = [...Array(commandCount).keys()].map((command) => ({
  command,
}))
const flags = fc.array(fc.boolean(), { minLength: stateCount, maxLength: stateCount })

/** Where each command leads from a state by the tables alone; `undefined` where it is refused. */
const nexts = (t: Tables, s: number): ReadonlyArray<number | undefined> =>
  t.decide.map((row) => {
    const entry = at(row, s)
    if (at(t.ends, s) || typeof entry === 'number') return undefined
    return entry.reduce((state, event) => at(at(t.evolve, state), event), s)
  })

/** How many commands it takes at the least to reach each state that can be reached. */
const distances = (t: Tables): ReadonlyMap<number, number> => {
  const found = new Map([[0, 0]])
  for (const [s, distance] of found) {
    for (const next of nexts(t, s)) {
      if (next !== undefined && !found.has(next)) found.set(next, distance + 1)
    }
  }
  return found
}

const explored = (t: Tables, options: ExploreOptions<State, Command, Event> = {}) =>
  explore(deciderSystem(finite(t), commands), options)

const tracesOf = <S, A, E>(report: ExploreReport<S, A, E>): ReadonlyArray<Trace<S, A, E>> => [
  ...Object.values({ ...report.invariants, ...report.stepInvariants }).flatMap((verdict) =>
    verdict.type === 'Broken' ? [verdict.trace] : [],
  ),
  ...report.deadEnds.examples,
  ...report.terminalLeft.examples,
  ...report.thrown.map(({ trace }) => trace),
  ...(report.goal._tag === 'Some' && report.goal.value.type === 'Found'
    ? [report.goal.value.trace]
    : []),
]

describe('explore, on any finite decider', () => {
  it('explorer 1: finds every state that commands lead to, and how far the furthest is', () => {
    fc.assert(
      fc.property(tables, (t) => {
        const { extent, states, depth } = explored(t)
        const reachable = distances(t)
        expect(extent).toStrictEqual({ type: 'Complete' })
        expect(states).toBe(reachable.size)
        expect(depth).toBe(Math.max(...reachable.values()))
      }),
    )
  })

  it('explorer 2: an invariant is broken exactly when a state breaks it, in the fewest commands', () => {
    fc.assert(
      fc.property(tables, flags, fc.nat({ max: 3 }), (t, good, limit) => {
        const holds = ({ state }: State) => at(good, state)
        const verdict = (report: ExploreReport<State, Command, Event>) => report.invariants['good']
        const far = [...distances(t)].filter(([s]) => !at(good, s)).map(([, distance]) => distance)
        const nearest = Math.min(...far)
        const whole = verdict(explored(t, { invariants: { good: holds } }))
        const bounded = verdict(
          explored(t, { invariants: { good: holds }, limits: { depth: limit } }),
        )
        expect(whole?.type).toBe(nearest < Infinity ? 'Broken' : 'Holds')
        expect(bounded?.type).toBe(nearest <= limit ? 'Broken' : 'Holds')
        for (const broken of [whole, bounded]) {
          if (broken?.type !== 'Broken') continue
          expect(broken.trace.steps).toHaveLength(nearest)
          expect(holds(lastState(broken.trace))).toBe(false)
        }
      }),
    )
  })

  it('explorer 2: so is an invariant of steps', () => {
    fc.assert(
      fc.property(tables, flags, fc.nat({ max: commandCount - 1 }), (t, bad, command) => {
        const { stepInvariants } = explored(t, {
          stepInvariants: {
            good: (before, action, events, after) =>
              !(at(bad, before.state) && action.command === command) ||
              (events.length === 0 && after.state === before.state),
          },
        })
        const far = [...distances(t)]
          .filter(([s]) => {
            const entry = at(at(t.decide, command), s)
            return at(bad, s) && !at(t.ends, s) && typeof entry === 'object' && entry.length > 0
          })
          .map(([, distance]) => distance + 1)
        const verdict = stepInvariants['good']
        expect(verdict?.type).toBe(far.length > 0 ? 'Broken' : 'Holds')
        if (verdict?.type !== 'Broken') return
        expect(verdict.trace.steps).toHaveLength(Math.min(...far))
        expect(verdict.trace.steps.at(-1)?.action).toStrictEqual({ command })
      }),
    )
  })

  it('explorer 3: every trace replays', () => {
    fc.assert(
      fc.property(tables, flags, flags, (t, good, ends) => {
        const d = { ...finite(t), isTerminal: ({ state }: State) => at(ends, state) }
        const report = explore(deciderSystem(d, commands), {
          invariants: { good: ({ state }) => at(good, state) },
          stepInvariants: {
            good: (before, action) => at(good, before.state) || action.command > 0,
          },
          find: ({ state }) => !at(good, state),
        })
        for (const { initialState, steps } of tracesOf(report)) {
          let state = initialState
          expect(state).toStrictEqual(d.initialState)
          for (const step of steps) {
            const { events, state: next } = step
            expect(transition(d)(step.action, state)).toStrictEqual({
              _tag: 'Right',
              right: { events, state: next },
            })
            state = next
          }
        }
      }),
    )
  })

  it('explorer 4: what must stay possible is broken where some state has no way to it', () => {
    fc.assert(
      fc.property(tables, flags, fc.nat({ max: 3 }), (t, good, limit) => {
        const possible = { good: ({ state }: State) => at(good, state) }
        const reachable = distances(t)
        const cutOff = [...reachable].filter(([s]) => {
          const onward = new Set([s])
          for (const one of onward) {
            for (const next of nexts(t, one)) if (next !== undefined) onward.add(next)
          }
          return [...onward].every((one) => !at(good, one))
        })
        const verdict = explored(t, { alwaysPossible: possible }).alwaysPossible['good']
        expect(verdict?.type).toBe(cutOff.length > 0 ? 'Broken' : 'Holds')
        const bounded = explored(t, { alwaysPossible: possible, limits: { depth: limit } })
        const early = bounded.alwaysPossible['good']
        // what was not tried may lead anywhere, so that a shorter look breaks no more
        expect(early?.type === 'Broken' && cutOff.length === 0).toBe(false)
        if (limit > bounded.depth || verdict?.type !== 'Broken') return
        expect(verdict.trace.steps).toHaveLength(Math.min(...cutOff.map(([, far]) => far)))
        expect(cutOff.map(([s]) => s)).toContain(lastState(verdict.trace).state)
      }),
    )
  })

  it('explorer 5: the graph counts states, accepted commands and refusals', () => {
    fc.assert(
      fc.property(tables, flags, (t, label) => {
        const nameOf = (s: number) => (at(label, s) ? 'yes' : 'no')
        const { graph, transitions, refused } = explored(t, {
          abstraction: ({ state }) => nameOf(state),
        })
        const reachable = [...distances(t).keys()]
        const under = (name: string) => reachable.filter((s) => nameOf(s) === name)
        const edges: Record<string, number> = {}
        const refusals: Record<string, number> = {}
        for (const s of reachable) {
          nexts(t, s).forEach((next, command) => {
            const entry = at(t.ends, s) ? 0 : at(at(t.decide, command), s)
            const text =
              typeof entry === 'number'
                ? `${nameOf(s)} ${command} ${entry}`
                : `${nameOf(s)} ${nameOf(next ?? 0)} ${command} ${entry.join()}`
            const counts = typeof entry === 'number' ? refusals : edges
            counts[text] = (counts[text] ?? 0) + 1
          })
        }
        const digits = (kind: string) => kind.replaceAll(/\D/g, '')
        expect(graph.initial).toBe(nameOf(0))
        expect(graph.nodes).toHaveLength(new Set(reachable.map(nameOf)).size)
        expect(graph.nodes).toStrictEqual(
          graph.nodes.map((node) => ({
            label: node.label,
            states: under(node.label).length,
            terminal: under(node.label).every((s) => at(t.ends, s)),
          })),
        )
        expect(
          Object.fromEntries(
            graph.edges.map(({ from, to, command, events, count }) => [
              `${from} ${to} ${digits(command)} ${events.map(digits).join()}`,
              count,
            ]),
          ),
        ).toStrictEqual(edges)
        expect(
          Object.fromEntries(
            graph.refusals.map(({ from, command, rejection, count }) => [
              `${from} ${digits(command)} ${digits(rejection)}`,
              count,
            ]),
          ),
        ).toStrictEqual(refusals)
        const sum = (counts: Record<string, number>) =>
          Object.values(counts).reduce((a, b) => a + b, 0)
        expect([transitions, refused]).toStrictEqual([sum(edges), sum(refusals)])
      }),
    )
  })

  it('finds dead ends and terminal states that are left, all of them', () => {
    fc.assert(
      fc.property(tables, flags, (t, ends) => {
        const open = { ...t, ends: t.ends.map(() => false) }
        const d = { ...finite(open), isTerminal: ({ state }: State) => at(ends, state) }
        const report = explore(deciderSystem(d, commands), { examples: 10 })
        const reachable = distances(open)
        const dead = [...reachable.keys()].filter(
          (s) => !at(ends, s) && nexts(open, s).every((next) => next === undefined || next === s),
        )
        const left = [...reachable.keys()].filter(
          (s) =>
            at(ends, s) &&
            open.decide.some((row) => {
              const entry = at(row, s)
              return typeof entry === 'object' && entry.length > 0
            }),
        )
        const { deadEnds, terminalLeft } = report
        expect([deadEnds.count, terminalLeft.count]).toStrictEqual([dead.length, left.length])
        expect(
          deadEnds.examples.map((trace) => lastState(trace).state).sort((a, b) => a - b),
        ).toStrictEqual(dead.sort((a, b) => a - b))
        for (const { steps } of terminalLeft.examples) {
          expect(steps.at(-1)?.events).not.toStrictEqual([])
          const before = steps.at(-2)?.state ?? d.initialState
          expect(left).toContain(before.state)
          expect(steps).toHaveLength((reachable.get(before.state) ?? 0) + 1)
        }
        for (const trace of deadEnds.examples) {
          expect(trace.steps).toHaveLength(reachable.get(lastState(trace).state) ?? -1)
        }
      }),
    )
  })

  it('knows which commands are accepted, events emitted and rejections given', () => {
    fc.assert(
      fc.property(tables, (t) => {
        const kinds = (field: string) => [0, 1, 2].map((n) => `{ ${field}: ${n} }`)
        const report = explored(t, {
          commands: [...kinds('command'), 'Unheard'],
          events: kinds('event'),
          rejections: kinds('rejection'),
        })
        const reachable = [...distances(t).keys()]
        const entries = t.decide.map((row) =>
          reachable.map((s) => (at(t.ends, s) ? 0 : at(row, s))),
        )
        const accepted = entries.map((row) => row.some((entry) => typeof entry === 'object'))
        const unused = [0, 1, 2].filter((c) => !accepted[c])
        expect(report.neverTried).toStrictEqual(['Unheard'])
        expect(report.neverAccepted).toStrictEqual(unused.map((c) => `{ command: ${c} }`))
        expect(report.refusedEverywhere).toStrictEqual(unused.map((command) => ({ command })))
        const emitted = entries
          .flat()
          .filter((entry) => typeof entry === 'object')
          .flat()
        expect(report.neverEmitted).toStrictEqual(
          [0, 1, 2].filter((e) => !emitted.includes(e)).map((e) => `{ event: ${e} }`),
        )
        const given = entries.flat().filter((entry) => typeof entry === 'number')
        expect(report.neverGiven).toStrictEqual(
          [0, 1, 2].filter((r) => !given.includes(r)).map((r) => `{ rejection: ${r} }`),
        )
        expect(report.commands.map(({ command, tried }) => [command, tried])).toStrictEqual(
          [0, 1, 2].map((c) => [`{ command: ${c} }`, reachable.length]),
        )
        expect(report.commands.map((use) => [use.accepted, use.emitted])).toStrictEqual(
          entries.map((row) => {
            const right = row.filter((entry) => typeof entry === 'object')
            return [right.length, right.filter((events) => events.length > 0).length]
          }),
        )
      }),
    )
  })

  it('at a limit speaks of what was tried, and of all that came of it', () => {
    fc.assert(
      fc.property(tables, fc.nat({ max: 4 }), fc.boolean(), (t, limit, deep) => {
        const kinds = (field: string, met: ReadonlyArray<number>) =>
          [0, 1, 2].filter((n) => !met.includes(n)).map((n) => `{ ${field}: ${n} }`)
        const [tried, accepted, emitted]: [Array<number>, Array<number>, Array<number>] = [
          [],
          [],
          [],
        ]
        const system = deciderSystem(finite(t), commands)
        const watched: typeof system = {
          ...system,
          step: (action, state) => {
            const outcome = system.step(action, state)
            tried.push(action.command)
            if (outcome._tag === 'Right') {
              accepted.push(action.command)
              emitted.push(...outcome.right.events.map(({ event }) => event))
            }
            return outcome
          },
        }
        const report = explore(watched, {
          limits: deep ? { depth: limit } : { states: limit },
          examples: 0, // a trace takes its steps once more
          commands: kinds('command', []),
          events: kinds('event', []),
        })
        const refused = [0, 1, 2].filter((c) => tried.includes(c) && !accepted.includes(c))
        expect(report.neverTried).toStrictEqual(kinds('command', tried))
        expect(report.neverAccepted).toStrictEqual(refused.map((c) => `{ command: ${c} }`))
        expect(report.refusedEverywhere).toStrictEqual(refused.map((command) => ({ command })))
        expect(report.neverEmitted).toStrictEqual(kinds('event', emitted))
        const times = (met: ReadonlyArray<number>, c: number) =>
          met.filter((one) => one === c).length
        expect(report.commands.map((use) => [use.command, use.tried, use.accepted])).toStrictEqual(
          [0, 1, 2]
            .filter((c) => tried.includes(c))
            .map((c) => [`{ command: ${c} }`, times(tried, c), times(accepted, c)]),
        )
        // the graph has all but the one action that there was no room for
        const full = report.extent.type === 'Stopped' && report.extent.limit === 'States'
        expect(report.transitions).toBe(accepted.length - (full ? 1 : 0))
        const edges = report.graph.edges.reduce((sum, { count }) => sum + count, 0)
        expect(edges).toBe(report.transitions)
      }),
    )
  })

  it('reads limits as whole numbers, and looks at the initial state whatever they are', () => {
    const odd = fc.oneof(fc.double(), fc.double({ min: -2, max: 9 }), fc.constant(NaN))
    const least = (limit: number, min: number) => (limit >= min ? Math.floor(limit) : min)
    fc.assert(
      fc.property(tables, flags, odd, (t, good, limit) => {
        const seen = (limits: NonNullable<ExploreOptions<State, Command, Event>['limits']>) =>
          explored(t, { limits, invariants: { good: ({ state }) => at(good, state) } })
        const all = distances(t)
        const bounded = seen({ states: limit })
        expect(bounded.states).toBe(Math.min(all.size, least(limit, 1)))
        expect(bounded.extent.type).toBe(all.size > least(limit, 1) ? 'Stopped' : 'Complete')
        expect(seen({ depth: limit })).toStrictEqual(seen({ depth: least(limit, 0) }))
        expect(seen({ depth: limit }).depth).toBeLessThanOrEqual(least(limit, 0))
        for (const report of [bounded, seen({ depth: limit })]) {
          if (!at(good, 0)) expect(report.invariants['good']?.type).toBe('Broken')
        }
      }),
    )
  })

  it('takes states with one canonical value for one', () => {
    fc.assert(
      fc.property(tables, tables, flags, (t, u, good) => {
        // two of a kind beside each other, so that exchanging them changes nothing
        const one = finite(t)
        type Both = readonly [State, State]
        type Sided = { readonly side: 0 | 1; readonly command: Command }
        const both: Decider<Sided, Both, { readonly side: 0 | 1; readonly event: Event }, unknown> =
          {
            // whether both are one object could be seen
            initialState: [one.initialState, { ...one.initialState }],
            decide: ({ side, command }, state) => {
              const decision = one.decide(command, state[side])
              return decision._tag === 'Left'
                ? decision
                : { _tag: 'Right', right: decision.right.map((event) => ({ side, event })) }
            },
            evolve: ([a, b], { side, event }) =>
              side === 0 ? [one.evolve(a, event), b] : [a, one.evolve(b, event)],
            isTerminal: ([a, b]) => one.isTerminal(a) && one.isTerminal(b),
          }
        const sided = commands.flatMap((command): ReadonlyArray<Sided> => [
          { side: 0, command },
          { side: 1, command },
        ])
        const system = deciderSystem(both, sided)
        const invariants = {
          good: ([a, b]: Both) => at(good, a.state) || at(good, b.state),
        }
        const full = explore(system, { invariants })
        const reduced = explore(system, {
          invariants,
          canonical: ([a, b]) => [a.state, b.state].sort((x, y) => x - y),
        })
        const n = distances(t).size
        expect(full.states).toBe(n * n)
        expect(reduced.states).toBe((n * (n + 1)) / 2)
        expect(reduced.depth).toBe(full.depth)
        const length = (report: typeof full) => {
          const verdict = report.invariants['good']
          return verdict?.type === 'Broken' ? verdict.trace.steps.length : undefined
        }
        expect(length(reduced)).toBe(length(full))
      }),
    )
  })
})

describe('explore', () => {
  const system = deciderSystem(jugs, jugCommands)
  const four = ({ big }: { readonly big: number }) => big === 4

  it('measures 4 litres with jugs of 3 and 5 in six steps', () => {
    const report = explore(system, { find: four })
    const found = shortest(system, four)
    expect(report.goal).toStrictEqual(some(found))
    expect(found.type === 'Found' && found.trace.steps.map(({ state }) => state)).toStrictEqual([
      { small: 0, big: 5 },
      { small: 3, big: 2 },
      { small: 0, big: 2 },
      { small: 2, big: 0 },
      { small: 2, big: 5 },
      { small: 3, big: 4 },
    ])
    // each jug is full or empty, or the other one is
    expect(report).toMatchObject({ extent: { type: 'Complete' }, states: 16, thrown: [] })
  })

  it('does not measure 6 litres in one jug, however it goes on', () => {
    expect(shortest(system, ({ big }) => big === 6)).toStrictEqual({
      type: 'NotFound',
      depth: 7,
      complete: true,
    })
    expect(shortest(system, four, { limits: { depth: 5 } })).toStrictEqual({
      type: 'NotFound',
      depth: 5,
      complete: false,
    })
  })

  it('finds a goal that is met at once, without a step', () => {
    const found = shortest(system, ({ big }) => big === 0)
    expect(found).toStrictEqual({
      type: 'Found',
      trace: { initialState: { small: 0, big: 0 }, steps: [] },
    })
  })

  it('has no word of a goal where none is given', () => {
    expect(explore(system).goal).toStrictEqual(none)
  })

  const counter: Decider<'up', number, 'upped', never> = {
    initialState: 0,
    decide: () => ({ _tag: 'Right', right: ['upped'] }),
    evolve: (n) => n + 1,
    isTerminal: () => false,
  }
  const endless = deciderSystem(counter, ['up'])

  it('goes no further than the goal, where that is all that is asked for', () => {
    const tried: Array<number> = []
    const watched = {
      ...endless,
      step: (action: 'up', n: number) => {
        tried.push(n)
        return endless.step(action, n)
      },
    }
    expect(shortest(watched, (n) => n === 3).type).toBe('Found')
    expect(Math.max(...tried)).toBe(2)
    // a report is about everything
    tried.length = 0
    explore(watched, { find: (n) => n === 3, limits: { depth: 9 } })
    expect(Math.max(...tried)).toBe(8)
  })

  it('stops at the depth that it is given', () => {
    const invariants = { small: (n: number) => n < 10 }
    expect(explore(endless, { invariants, limits: { depth: 9 } })).toMatchObject({
      extent: { type: 'Stopped', limit: 'Depth' },
      states: 10,
      transitions: 9,
      depth: 9,
      invariants: { small: { type: 'Holds', depth: 9, complete: false } },
    })
    expect(explore(endless, { invariants, limits: { depth: 10 } })).toMatchObject({
      depth: 10,
      invariants: { small: { type: 'Broken' } },
    })
    expect(explore(endless, { limits: { depth: 0 } })).toMatchObject({ states: 1, transitions: 0 })
  })

  it('stops at as many states as it may keep', () => {
    const report = explore(endless, { limits: { states: 5 } })
    expect(report).toMatchObject({
      extent: { type: 'Stopped', limit: 'States' },
      states: 5,
      transitions: 4,
      depth: 4,
      deadEnds: { count: 0 },
    })
    // as many as there are is enough
    expect(explore(system, { limits: { states: 16 } }).extent).toStrictEqual({ type: 'Complete' })
    expect(explore(system, { limits: { states: 15 } }).extent.type).toBe('Stopped')
  })

  it('keeps 100,000 states where nothing is said', () => {
    const report = explore(endless)
    expect(report).toMatchObject({ extent: { limit: 'States' }, states: 100_000 })
  })

  it('stops when the time is up', () => {
    let time = 0
    const now = () => (time += 10)
    const report = explore(endless, { limits: { time: { milliseconds: 100, now } } })
    expect(report).toMatchObject({
      extent: { type: 'Stopped', limit: 'Time' },
      states: 10,
      depth: 9,
    })
  })

  it('tells how far it has come', () => {
    const told: Array<ExploreProgress> = []
    explore(endless, {
      limits: { depth: 10 },
      progress: { every: 4, tell: (progress) => told.push(progress) },
    })
    expect(told).toStrictEqual([
      { states: 5, waiting: 1, transitions: 4, refused: 0, depth: 3 },
      { states: 9, waiting: 1, transitions: 8, refused: 0, depth: 7 },
    ])
  })

  it('goes on after a broken invariant, for the others', () => {
    const broken = (length: number) => ({ type: 'Broken', trace: { steps: { length } } })
    const report = explore(endless, {
      invariants: { first: (n) => n < 3, second: (n) => n < 6, third: (n) => n >= 0 },
      limits: { depth: 8 },
    })
    expect(report.invariants).toMatchObject({
      first: broken(3),
      second: broken(6),
      third: { type: 'Holds', depth: 8 },
    })
  })

  it('checks the initial state, too', () => {
    const report = explore(endless, { invariants: { no: (n) => n > 0 }, limits: { depth: 1 } })
    expect(report.invariants['no']).toStrictEqual({
      type: 'Broken',
      trace: { initialState: 0, steps: [] },
    })
  })

  it('reports what is thrown, with the shortest way to it, and goes on', () => {
    const brittle: Decider<'up' | 'two', number, 'upped', never> = {
      ...counter,
      decide: (command, n) => {
        if (command === 'two') throw new RangeError('no two')
        if (n === 6) throw 'six'
        return { _tag: 'Right', right: ['upped'] }
      },
      isTerminal: (n) => {
        if (n === 4) throw new Error('four')
        return false
      },
    }
    const report = explore(deciderSystem(brittle, ['two', 'up']), {
      invariants: {
        three: (n) => {
          if (n === 3) throw new Error('three')
          return true
        },
      },
      stepInvariants: {
        five: (_, __, ___, after) => {
          if (after === 5) throw new Error('five')
          return true
        },
      },
    })
    expect(
      report.thrown.map(({ by, message, trace, action }) => [
        by,
        message,
        trace.steps.length,
        action,
      ]),
    ).toStrictEqual([
      ['step', 'RangeError: no two', 0, some('two')],
      ['three', 'Error: three', 3, none],
      ['isTerminal', 'Error: four', 4, none],
      ['five', 'Error: five', 4, some('up')],
      ['step', "'six'", 6, some('up')],
    ])
    expect(report.thrown.map(({ count }) => count)).toStrictEqual([7, 1, 1, 1, 1])
    expect(report).toMatchObject({
      states: 7,
      transitions: 6,
      extent: { type: 'Faulty' },
      // whether anything leaves a state in which something throws is not known
      deadEnds: { count: 0 },
      invariants: { three: { type: 'Broken', trace: { steps: { length: 3 } } } },
      stepInvariants: { five: { type: 'Broken', trace: { steps: { length: 5 } } } },
      neverAccepted: ["'two'"],
    })
    expect(report.commands).toStrictEqual([
      { command: "'two'", tried: 7, accepted: 0, emitted: 0 },
      { command: "'up'", tried: 7, accepted: 6, emitted: 6 },
    ])
  })

  it('reports a list of actions that throws', () => {
    const report = explore({
      ...endless,
      actions: (n) => {
        if (n === 2) throw new Error('no more')
        return ['up'] as const
      },
    })
    expect(report.thrown).toMatchObject([
      { by: 'actions', message: 'Error: no more', trace: { steps: { length: 2 } }, action: none },
    ])
    expect(report.deadEnds.count).toBe(0)
  })

  it('proves nothing of what lies beyond what threw', () => {
    const throwing = (at: Partial<System<number, 'up', 'upped', never>>) =>
      explore(
        {
          initialState: 0,
          actions: (n): ReadonlyArray<'up'> => (n < 5 ? ['up'] : []),
          step: (_, n) => right({ events: ['upped'], state: n + 1 }),
          isTerminal: () => false,
          ...at,
        },
        {
          invariants: { low: (n) => n < 5 },
          stepInvariants: { slow: () => true },
          alwaysPossible: { five: (n) => n === 5 },
          find: (n) => n === 9,
        },
      )
    const fail = (): never => {
      throw new Error('broken')
    }
    const open = {
      extent: { type: 'Faulty' },
      invariants: { low: { type: 'Holds', complete: false } },
      stepInvariants: { slow: { type: 'Holds', complete: false } },
      // where it threw, a way may lead on
      alwaysPossible: { five: { type: 'Holds', complete: false } },
      goal: some({ type: 'NotFound', complete: false }),
    }
    expect(throwing({ step: fail })).toMatchObject({ ...open, states: 1 })
    expect(throwing({ actions: fail })).toMatchObject({ ...open, states: 1 })
    expect(throwing({ isTerminal: (n) => n === 5 && fail() })).toMatchObject({
      extent: { type: 'Faulty' },
      states: 6,
      invariants: { low: { type: 'Broken' } },
      stepInvariants: { slow: { type: 'Holds', complete: false } },
      alwaysPossible: { five: { type: 'Holds', complete: false } },
    })
    expect(throwing({}).extent).toStrictEqual({ type: 'Complete' })
  })

  it('proves nothing of a decider that writes to a state that it is given', () => {
    interface Basket {
      open: boolean
      readonly lines: Array<string>
    }
    const basket = (): Decider<'open' | 'add' | 'look', Basket, 'opened' | 'added', 'no'> => ({
      initialState: { open: false, lines: [] },
      decide: (command, { open, lines }) => {
        if (command === 'look') return left('no')
        if (command === 'open') return open ? left('no') : right(['opened'])
        return open && lines.length < 3 ? right(['added']) : left('no')
      },
      evolve: (state, event) => {
        if (event === 'opened') return { ...state, open: true }
        state.lines.push('line')
        return state
      },
      isTerminal: () => false,
    })
    const report = explore(deciderSystem(basket(), ['look', 'add', 'open']), {
      invariants: { open: ({ lines }) => lines.length < 2 },
      find: ({ lines }) => lines.length === 1,
    })
    expect(report).toMatchObject({
      extent: { type: 'Faulty' },
      written: some({ trace: { steps: [{ action: 'open' }] }, action: some('add') }),
      invariants: { open: { type: 'Holds', complete: false } },
      goal: some({ type: 'NotFound', complete: false }),
      deadEnds: { count: 0 },
      thrown: [],
    })
    expect(
      shortest(deciderSystem(basket(), ['add', 'open']), ({ lines }) => lines.length === 1),
    ).toMatchObject({ type: 'NotFound', complete: false })
  })

  it('knows that a state was written to late, by whom it was or not, and in maps and sets', () => {
    const sets = (at: number, write: (state: ReadonlySet<number>) => void) =>
      explore<ReadonlySet<number>, 'up', number, never>(
        {
          initialState: new Set<number>(),
          actions: () => ['up'],
          step: (_, state) => {
            if (state.size === at) write(state)
            const next = Math.min(state.size, 9_000)
            return right({ events: [], state: new Set([next]) })
          },
          isTerminal: () => false,
        },
        { canonical: (state) => [...state] },
      )
    expect(sets(1, (state) => void (state as Set<number>).add(-1))).toMatchObject({
      extent: { type: 'Faulty' },
      written: some({ trace: { steps: { length: 1 } }, action: some('up') }),
    })
    expect(sets(1, () => undefined)).toMatchObject({ extent: { type: 'Complete' }, written: none })
    const late = (write: boolean, at = 6_000): System<{ n: number }, 'up', number, never> => ({
      initialState: { n: 0 },
      actions: () => ['up'],
      step: (_, state) => {
        const { n } = state
        if (write && n === at) state.n = 5
        return right({ events: [], state: { n: Math.min(n + 1, 6_001) } })
      },
      isTerminal: () => false,
    })
    expect(explore(late(false)).extent).toStrictEqual({ type: 'Complete' })
    const sorted = explore(
      deciderSystem(
        {
          initialState: [2, 1],
          decide: () => right([3]),
          evolve: (numbers: ReadonlyArray<number>) => numbers,
          isTerminal: () => true,
        },
        ['go'],
      ),
      {
        invariants: {
          least: (numbers) => (numbers as Array<number>).sort((a, b) => a - b)[0] === 1,
        },
      },
    )
    expect(sorted).toMatchObject({
      extent: { type: 'Faulty' },
      transitions: 0,
      written: some({ trace: { steps: [] }, action: none }),
    })
    const step = late(false).step
    const few: typeof step = (_, { n }) => right({ events: [], state: { n: Math.min(n + 1, 2) } })
    const byInvariant = explore(
      { ...late(false), step: few },
      {
        stepInvariants: {
          writes: (before) => {
            if (before.n === 1) before.n = 7
            return true
          },
        },
      },
    )
    expect(byInvariant.written).toMatchObject(some({ trace: { steps: { length: 1 } }, action: none })) // prettier-ignore
    // of later states, every second is looked at
    expect(explore(late(true, 5_999)).written).toStrictEqual(none)
    // who it was is looked for in the beginning alone
    expect(explore(late(true))).toMatchObject({
      extent: { type: 'Faulty' },
      states: 6_002,
      written: some({ trace: { steps: { length: 6_000 } }, action: none }),
    })
    expect(shortest(late(true), ({ n }) => n === 6)).toMatchObject({ type: 'Found' })
    expect(shortest(late(true), ({ n }) => n === 6_001)).toMatchObject({ type: 'NotFound' })
    expect(shortest(late(false), ({ n }) => n === 6_001)).toMatchObject({ type: 'Found' })
  })

  it('stops at its limit, also where something threw before', () => {
    const brittle: System<number, 'break' | 'up', 'upped', never> = {
      initialState: 0,
      actions: () => ['break', 'up'],
      step: (action, n) => {
        if (action === 'break') throw new Error('broken')
        return right({ events: ['upped'], state: n + 1 })
      },
      isTerminal: () => false,
    }
    expect(explore(brittle, { limits: { states: 3 } }).extent).toStrictEqual({
      type: 'Stopped',
      limit: 'States',
    })
  })

  it('tries the commands that a function gives for a state', () => {
    const down: Decider<number, number, number, never> = {
      initialState: 12,
      decide: (by) => ({ _tag: 'Right', right: [by] }),
      evolve: (n, by) => n - by,
      isTerminal: (n) => n === 0,
    }
    const report = explore(
      deciderSystem(down, (n) => [5, 3].filter((by) => by <= n)),
      { find: (n) => n === 1 },
    )
    // 12, less fives and threes
    expect(report).toMatchObject({
      states: 9,
      // 1 and 2
      deadEnds: { count: 2 },
      terminalLeft: { count: 0 },
      goal: some({ type: 'Found', trace: { steps: { length: 3 } } }),
    })
  })

  it('knows what is no dead end and yet has no end', () => {
    // from 1 on it goes round and round
    const round: Decider<'go' | 'end', number, number, never> = {
      initialState: 0,
      decide: (command, n) => ({
        _tag: 'Right',
        right: command === 'end' ? (n === 0 ? [9] : []) : n === 9 ? [] : [n === 3 ? 1 : n + 1],
      }),
      evolve: (_, n) => n,
      isTerminal: (n) => n === 9,
    }
    const report = explore(deciderSystem(round, ['go', 'end']), {
      alwaysPossible: {
        end: round.isTerminal,
        one: (n) => n === 1 || n === 9,
        thrown: () => {
          throw new Error('never')
        },
      },
    })
    expect(report.deadEnds.count).toBe(0)
    expect(report.alwaysPossible).toMatchObject({
      end: { type: 'Broken', trace: { steps: [{ action: 'go', state: 1 }] } },
      one: { type: 'Holds', depth: 3, complete: true },
      thrown: { type: 'Broken', trace: { steps: [] } },
    })
    expect(report.thrown).toMatchObject([{ by: 'thrown', message: 'Error: never', count: 5 }])
    // after two steps it is not known whether the third leads out
    const short = explore(deciderSystem(round, ['go', 'end']), {
      alwaysPossible: { end: round.isTerminal },
      limits: { depth: 3 },
    })
    expect(short.alwaysPossible['end']).toStrictEqual({ type: 'Holds', depth: 3, complete: false })
  })

  it('shows as many examples as it is asked for', () => {
    const far: Decider<number, number, number, never> = {
      initialState: 0,
      decide: (n) => ({ _tag: 'Right', right: [n] }),
      evolve: (before, n) => (before === 0 ? n : before),
      isTerminal: () => false,
    }
    const ends = deciderSystem(far, [1, 2, 3, 4, 5])
    const examples = (n?: number) =>
      explore(ends, n === undefined ? {} : { examples: n }).deadEnds.examples.map(lastState)
    expect(examples()).toStrictEqual([1, 2, 3])
    expect(examples(1)).toStrictEqual([1])
    expect(examples(9)).toStrictEqual([1, 2, 3, 4, 5])
    expect(explore(ends, { examples: 1 }).deadEnds.count).toBe(5)
  })
})

describe('kinds', () => {
  type Failed = {
    readonly type: 'Failed'
    readonly rejection: string | { readonly code: string }
  }
  const failing = (rejection: Failed['rejection']): Decider<'go', boolean, Failed, never> => ({
    initialState: false,
    decide: () => right([{ type: 'Failed', rejection }]),
    evolve: () => true,
    isTerminal: () => false,
  })

  it.each<[Failed['rejection'], string]>([
    [{ code: 'x' }, 'Failed'],
    ['x', "Failed.'x'"],
    ["isn't", 'Failed."isn\'t"'],
  ])('an event with a rejection %j is met by its type', (rejection, kind) => {
    const report = explore(deciderSystem(failing(rejection), ['go']), {
      events: ['Failed', 'Fail'],
    })
    expect(report.neverEmitted).toStrictEqual(['Fail'])
    expect(report.graph.edges.map(({ events }) => events)).toStrictEqual([[kind]])
  })

  it('texts in a product are told apart', () => {
    const bit: Decider<'On' | 'Bad', boolean, 'Lit', 'no'> = {
      initialState: false,
      decide: (command) => (command === 'On' ? right(['Lit']) : left('no')),
      evolve: () => true,
      isTerminal: () => false,
    }
    const report = explore(
      deciderSystem(struct({ bit }), [
        { type: 'bit', command: 'On' },
        { type: 'bit', command: 'Bad' },
      ]),
    )
    expect(report.neverAccepted).toStrictEqual(["bit.'Bad'"])
  })
})
