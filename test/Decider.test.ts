import fc from 'fast-check'
import { left, map as mapRight, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import type { Decider, Transition } from '../src/Decider.ts'
import {
  contramapCommand,
  imapEvent,
  imapState,
  mapRejection,
  run,
  transition,
  transitionAll,
} from '../src/Decider.ts'
import { replay, replayFrom, states } from '../src/Projection.ts'
import { deepFreeze } from './support/deepFreeze.ts'
import type { Command, Event, FiniteDecider, Rejection, State, Tables } from './support/finite.ts'
import {
  at,
  bijection,
  command,
  commandCount,
  commands,
  endo,
  event,
  eventCount,
  events,
  finite,
  rejectionCount,
  state,
  stateCount,
  tables,
} from './support/finite.ts'
import { observe } from './support/observe.ts'

/** The states that some list of commands leads to, found by walking the tables. */
const reachable = (t: Tables): ReadonlySet<number> => {
  const seen = new Set([0])
  for (const s of seen) {
    if (at(t.ends, s)) continue
    for (const row of t.decide) {
      const entry = at(row, s)
      let next = s
      for (const e of typeof entry === 'number' ? [] : entry) {
        next = at(at(t.evolve, next), e)
        seen.add(next)
      }
    }
  }
  return seen
}

describe('any decider', () => {
  it('B1 purity: frozen arguments, the same result twice', () => {
    fc.assert(
      fc.property(tables, command, commands, state, event, (t, c, cs, s, e) => {
        deepFreeze([t, c, cs, s, e])
        const d = deepFreeze(finite(t))
        expect(d.decide(c, s)).toStrictEqual(d.decide(c, s))
        expect(d.evolve(s, e)).toStrictEqual(d.evolve(s, e))
        expect(transition(d)(c, s)).toStrictEqual(transition(d)(c, s))
        expect(transitionAll(d)(cs, s)).toStrictEqual(transitionAll(d)(cs, s))
        expect(run(d)(cs)).toStrictEqual(run(d)(cs))
      }),
    )
  })

  it('B2 fold: no events leave the state, and a history folds part by part', () => {
    fc.assert(
      fc.property(tables, state, events, events, (t, s, xs, ys) => {
        const fold = replayFrom(finite(t))
        expect(fold(s, [])).toBe(s)
        expect(fold(s, [...xs, ...ys])).toStrictEqual(fold(fold(s, xs), ys))
      }),
    )
  })

  it('B3 replay: the state that commands led to is the fold of what they emitted', () => {
    fc.assert(
      fc.property(tables, commands, command, state, (t, cs, c, s) => {
        const d = finite(t)
        const ran = run(d)(cs)
        expect(ran.state).toStrictEqual(replay(d)(ran.events))
        const led = mapRight((to: Transition<State, Event>) => to.state)
        const folds = mapRight((to: Transition<State, Event>) => replayFrom(d)(s, to.events))
        const one = transition(d)(c, s)
        expect(led(one)).toStrictEqual(folds(one))
        const all = transitionAll(d)(cs, s)
        expect(led(all)).toStrictEqual(folds(all))
      }),
    )
  })

  it('B6 invariants: no prefix of what is emitted leaves the reachable states', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = finite(t)
        const allowed = reachable(t)
        const strays = states(d)(run(d)(cs).events).filter(({ state: s }) => !allowed.has(s))
        expect(strays).toStrictEqual([])
      }),
    )
  })

  it('B8 in a terminal state nothing is emitted any more, however the decider is mapped', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const mapped = pipe(
          finite(t),
          contramapCommand((c: Command) => c),
          mapRejection((r: Rejection) => r),
          imapState(
            (s: State) => [s],
            ([s]) => s ?? { state: 0 },
          ),
          imapEvent(
            (e: Event) => [e],
            ([e]) => e ?? { event: 0 },
          ),
        )
        const { outcomes, ended } = observe(mapped)(cs)
        const late = outcomes.filter(
          (outcome, i) => ended[i] === true && outcome._tag === 'Right' && outcome.right.length > 0,
        )
        expect(late).toStrictEqual([])
      }),
    )
  })

  it('B10 a rejection changes nothing: without the refused commands all goes the same', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = finite(t)
        const all = run(d)(cs)
        const accepted = all.outcomes.filter((outcome) => outcome._tag === 'Right')
        const without = run(d)(cs.filter((_, i) => all.outcomes[i]?._tag === 'Right'))
        expect(without).toStrictEqual({ ...all, outcomes: accepted })
      }),
    )
  })

  it('B11 the stored state and the stored events lead to the same events', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = finite(t)
        let stored = d.initialState
        const history: Array<Event> = []
        const byState = []
        const byEvents = []
        for (const c of cs) {
          const step = transition(d)(c, stored)
          const decision = d.decide(c, replay(d)(history))
          byState.push(
            pipe(
              step,
              mapRight(({ events: emitted }) => emitted),
            ),
          )
          byEvents.push(decision)
          if (step._tag === 'Right') stored = step.right.state
          if (decision._tag === 'Right') history.push(...decision.right)
        }
        expect(byState).toStrictEqual(byEvents)
        expect(run(d)(cs)).toStrictEqual({ events: history, state: stored, outcomes: byEvents })
      }),
    )
  })
})

describe('running', () => {
  it('run gives each command its own outcome, decided on all that came before', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = finite(t)
        const { outcomes, events: emitted } = run(d)(cs)
        expect(outcomes).toStrictEqual(observe(d)(cs).outcomes)
        expect(emitted).toStrictEqual(
          outcomes.flatMap((outcome) => (outcome._tag === 'Right' ? outcome.right : [])),
        )
      }),
    )
  })

  it('transition is decide with the state that the events lead to', () => {
    fc.assert(
      fc.property(tables, command, state, (t, c, s) => {
        const d = finite(t)
        expect(transition(d)(c, s)).toStrictEqual(
          pipe(
            d.decide(c, s),
            mapRight((emitted) => ({
              events: emitted,
              state: emitted.reduce((x, e) => d.evolve(x, e), s),
            })),
          ),
        )
      }),
    )
  })

  it('transitionAll is one transition after the other, up to the first rejection', () => {
    const oneByOne = (
      d: FiniteDecider,
      cs: ReadonlyArray<Command>,
      s: State,
    ): ReturnType<ReturnType<typeof transitionAll<Command, State, Event, Rejection>>> => {
      let now = s
      const emitted: Array<Event> = []
      for (const [index, c] of cs.entries()) {
        const step = transition(d)(c, now)
        if (step._tag === 'Left') return left({ index, rejection: step.left })
        now = step.right.state
        emitted.push(...step.right.events)
      }
      return right({ events: emitted, state: now })
    }
    fc.assert(
      fc.property(tables, commands, state, (t, cs, s) => {
        const d = finite(t)
        expect(transitionAll(d)(cs, s)).toStrictEqual(oneByOne(d, cs, s))
      }),
    )
  })

  it('200,000 events and as many commands do not touch the stack', () => {
    const many = Array<number>(200_000).fill(1)
    const counter: Decider<ReadonlyArray<number>, number, number, never> = {
      initialState: 0,
      decide: (steps) => right(steps),
      evolve: (n, by) => n + by,
      isTerminal: () => false,
    }
    const tally = pipe(
      counter,
      contramapCommand((by: number) => [by]),
    )
    for (const done of [
      right(run(counter)([many])),
      right(run(tally)(many)),
      transition(counter)(many, 0),
      transitionAll(counter)([many], 0),
      transitionAll(tally)(many, 0),
    ]) {
      const [emitted, reached] =
        done._tag === 'Right' ? [done.right.events.length, done.right.state] : []
      expect([emitted, reached]).toStrictEqual([200_000, 200_000])
    }
  })
})

/** A table as a function on what carries its numbers under a name. */
const through =
  <K extends string>(name: K, table: ReadonlyArray<number>) =>
  (value: Readonly<Record<K, number>>) =>
    ({ [name]: at(table, value[name]) }) as Readonly<Record<K, number>> // the computed key is K

const inverse = (table: ReadonlyArray<number>) => table.map((_, i) => table.indexOf(i))

describe('contramapCommand', () => {
  it('M1 identity', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = finite(t)
        expect(observe(contramapCommand((c: Command) => c)(d))(cs)).toStrictEqual(observe(d)(cs))
      }),
    )
  })

  it('M2 composition, the last function first', () => {
    fc.assert(
      fc.property(tables, commands, endo(commandCount), endo(commandCount), (t, cs, x, y) => {
        const f = through('command', x)
        const g = through('command', y)
        const d = finite(t)
        const twice = contramapCommand(g)(contramapCommand(f)(d))
        const once = contramapCommand((c: Command) => f(g(c)))(d)
        expect(observe(twice)(cs)).toStrictEqual(observe(once)(cs))
        expect(observe(once)(cs)).toStrictEqual(observe(d)(cs.map((c) => f(g(c)))))
      }),
    )
  })
})

describe('mapRejection', () => {
  it('M1 identity', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = finite(t)
        expect(observe(mapRejection((r: Rejection) => r)(d))(cs)).toStrictEqual(observe(d)(cs))
      }),
    )
  })

  it('M2 composition', () => {
    fc.assert(
      fc.property(tables, commands, endo(rejectionCount), endo(rejectionCount), (t, cs, x, y) => {
        const f = through('rejection', x)
        const g = through('rejection', y)
        const d = finite(t)
        const once = observe(mapRejection((r: Rejection) => g(f(r)))(d))(cs)
        expect(observe(mapRejection(g)(mapRejection(f)(d)))(cs)).toStrictEqual(once)
        const plain = observe(d)(cs)
        expect(once).toStrictEqual({
          ...plain,
          outcomes: plain.outcomes.map((o) => (o._tag === 'Left' ? left(g(f(o.left))) : o)),
        })
      }),
    )
  })
})

describe('imapState', () => {
  it('M1 identity', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = finite(t)
        const same = (s: State) => s
        expect(observe(imapState(same, same)(d))(cs)).toStrictEqual(observe(d)(cs))
      }),
    )
  })

  it('M2 composition', () => {
    fc.assert(
      fc.property(tables, commands, bijection(stateCount), bijection(stateCount), (t, cs, x, y) => {
        const [to, from] = [through('state', x), through('state', inverse(x))]
        const [to2, from2] = [through('state', y), through('state', inverse(y))]
        const d = finite(t)
        const twice = imapState(to2, from2)(imapState(to, from)(d))
        const once = imapState(
          (s: State) => to2(to(s)),
          (s: State) => from(from2(s)),
        )(d)
        expect(observe(twice)(cs)).toStrictEqual(observe(once)(cs))
        expect(run(twice)(cs)).toStrictEqual(run(once)(cs))
        expect(run(once)(cs)).toStrictEqual({ ...run(d)(cs), state: to2(to(run(d)(cs).state)) })
      }),
    )
  })

  it('cannot be seen from outside', () => {
    fc.assert(
      fc.property(tables, commands, bijection(stateCount), (t, cs, x) => {
        const d = finite(t)
        const hidden = imapState(through('state', x), through('state', inverse(x)))(d)
        expect(observe(hidden)(cs)).toStrictEqual(observe(d)(cs))
      }),
    )
  })
})

describe('imapEvent', () => {
  it('M1 identity', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = finite(t)
        const same = (e: Event) => e
        expect(observe(imapEvent(same, same)(d))(cs)).toStrictEqual(observe(d)(cs))
      }),
    )
  })

  it('M2 composition', () => {
    fc.assert(
      fc.property(tables, commands, bijection(eventCount), bijection(eventCount), (t, cs, x, y) => {
        const [to, from] = [through('event', x), through('event', inverse(x))]
        const [to2, from2] = [through('event', y), through('event', inverse(y))]
        const d = finite(t)
        const twice = imapEvent(to2, from2)(imapEvent(to, from)(d))
        const once = imapEvent(
          (e: Event) => to2(to(e)),
          (e: Event) => from(from2(e)),
        )(d)
        expect(observe(twice)(cs)).toStrictEqual(observe(once)(cs))
      }),
    )
  })

  it('leads to the same states by other events', () => {
    fc.assert(
      fc.property(tables, commands, bijection(eventCount), (t, cs, x) => {
        const d = finite(t)
        const to = through('event', x)
        const mapped = run(imapEvent(to, through('event', inverse(x)))(d))(cs)
        const plain = run(d)(cs)
        expect(mapped.state).toStrictEqual(plain.state)
        expect(mapped.events).toStrictEqual(plain.events.map(to))
      }),
    )
  })

  it('gives the function an event and nothing else', () => {
    const seen: Array<number> = []
    const d = finite({ decide: [[[0, 1]]], evolve: [[0, 0]], ends: [false] })
    const counted = (...args: [Event]) => {
      seen.push(args.length)
      return args[0]
    }
    run(imapEvent(counted, (e: Event) => e)(d))([{ command: 0 }])
    expect(seen).toStrictEqual([1, 1])
  })
})
