// Over random finite processes beside random finite deciders, by the numbers of the laws.
import fc from 'fast-check'
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { none, some, toUndefined } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../src/Decider.ts'
import { run, transition } from '../src/Decider.ts'
import { get } from '../src/Dictionary.ts'
import type { Issued, Process } from '../src/Process.ts'
import {
  due,
  fromPending,
  many,
  mapCommand,
  nextDue,
  selectEvent,
  withDecider,
} from '../src/Process.ts'
import { replay, replayFrom } from '../src/Projection.ts'
import { deepFreeze } from './support/deepFreeze.ts'
import type { Command, Event, FiniteDecider, State } from './support/finite.ts'
import {
  at,
  command,
  commandCount,
  event,
  events,
  eventCount,
  finite,
  state,
  stateCount,
  tables,
} from './support/finite.ts'
import { observe } from './support/observe.ts'
import { plain } from './support/plain.ts'

/** A process as tables: by state and event the next state, by state what is pending and whether it ends. */
interface Watch {
  readonly evolve: ReadonlyArray<ReadonlyArray<number>>
  readonly pending: ReadonlyArray<ReadonlyArray<number>>
  readonly ends: ReadonlyArray<boolean>
}

const exactly = <A>(n: number, of: fc.Arbitrary<A>) => fc.array(of, { minLength: n, maxLength: n })
const watches: fc.Arbitrary<Watch> = plain({
  evolve: exactly(stateCount, exactly(eventCount, fc.nat({ max: stateCount - 1 }))),
  pending: exactly(stateCount, fc.subarray([...Array(commandCount).keys()])),
  ends: exactly(stateCount, fc.constantFrom(false, false, true)),
})

const issue = (n: number, prefix = ''): Issued<Command> => ({
  id: `${prefix}command-${n}`,
  command: { command: n },
})

const watch = (w: Watch, prefix = ''): Process<Event, State, Command> =>
  fromPending<Event, State, Command>({
    initialState: { state: 0 },
    evolve: ({ state: s }, { event: e }) => ({ state: at(at(w.evolve, s), e) }),
    pending: ({ state: s }) => at(w.pending, s).map((n) => issue(n, prefix)),
    isTerminal: ({ state: s }) => at(w.ends, s),
  })

const ids = (issued: ReadonlyArray<Issued<unknown>>) => issued.map(({ id }) => id)

describe('a process told by what is pending', () => {
  it('Process 1, 6: what it reacts with it resumes, and until an event takes it away', () => {
    fc.assert(
      fc.property(watches, state, events, (w, s, es) => {
        const p = watch(w)
        let now = deepFreeze(s)
        for (const e of es) {
          const after = p.evolve(now, e)
          const [reacted, before, resumed] = [p.react(now, e), p.resume(now), p.resume(after)]
          for (const one of reacted) expect(resumed).toContainEqual(one)
          // what it resumes after an event it resumed before it, or reacts with
          for (const one of resumed) expect([...before, ...reacted]).toContainEqual(one)
          now = after
        }
      }),
    )
  })

  it('Process 2, 6: nothing is outstanding in a terminal state', () => {
    fc.assert(
      fc.property(watches, state, (w, s) => {
        expect(watch(w).isTerminal(s) && watch(w).resume(s).length > 0).toBe(false)
      }),
    )
  })

  it('Process 3: a command has one id wherever it shows, and ids differ within a state', () => {
    fc.assert(
      fc.property(watches, state, event, (w, s, e) => {
        const p = watch(w)
        const known = new Map<string, Command>()
        for (const { id, command: c } of [
          ...p.react(s, e),
          ...p.resume(s),
          ...p.resume(p.evolve(s, e)),
          ...p.react(s, e),
        ]) {
          expect(known.get(id) ?? c).toStrictEqual(c)
          known.set(id, c)
        }
        expect(new Set(ids(p.resume(s))).size).toBe(p.resume(s).length)
      }),
    )
  })

  it('reacts with what is new only', () => {
    const p = fromPending<number, number, string>({
      initialState: 0,
      evolve: (s, e) => s + e,
      pending: (s) => ['one', 'two', 'three'].slice(0, s).map((id) => ({ id, command: id })),
      isTerminal: (s) => s >= 3,
    })
    expect(ids(p.react(0, 2))).toStrictEqual(['one', 'two'])
    expect(ids(p.react(1, 1))).toStrictEqual(['two'])
    expect(ids(p.react(2, -1))).toStrictEqual([])
    expect(ids(p.react(2, 1))).toStrictEqual([])
    expect(ids(p.resume(2))).toStrictEqual(['one', 'two'])
  })
})

describe('many processes', () => {
  const key = fc.constantFrom('k', 'j', 'none')
  const keyed = fc.array(plain({ key, event }), { maxLength: 30, size: 'max' })
  type Keyed = { readonly key: string; readonly event: Event }
  const keys = ['k', 'j']
  const all = (w: Watch) =>
    many<Keyed, State, Command>(
      (e) => (e.key === 'none' ? none : some(e.key)),
      (k) => {
        const p = watch(w, `${k}/`)
        return {
          ...p,
          evolve: (s, e) => p.evolve(s, e.event),
          react: (s, e) => p.react(s, e.event),
        }
      },
    )

  it('Process 7: the state of a key, and what it resumes, is what its own events alone give', () => {
    fc.assert(
      fc.property(watches, keyed, (w, es) => {
        const states = replay(all(w))(deepFreeze(es))
        const expected = keys.map((k) => {
          const own = es.filter((e) => e.key === k).map((e) => e.event)
          return { k, seen: own.length > 0, s: replay(watch(w))(own) }
        })
        for (const { k, s } of expected) {
          expect(toUndefined(get(k)(states)) ?? { state: 0 }).toStrictEqual(s)
        }
        const resumed = expected
          .filter(({ seen }) => seen)
          .flatMap(({ k, s }) => watch(w, `${k}/`).resume(s))
        expect(ids(all(w).resume(states)).sort()).toStrictEqual(ids(resumed).sort())
        expect(all(w).isTerminal(states)).toBe(false)
      }),
    )
  })

  it('Process 1, 7: it reacts as the process of a seen key does, and to nothing without a key', () => {
    fc.assert(
      fc.property(watches, keyed, key, event, (w, es, k, e) => {
        const states = replay(all(w))(es)
        const own = es.filter((one) => one.key === k).map((one) => one.event)
        const p = watch(w, `${k}/`)
        const now = replay(p)(own)
        const expected =
          k === 'none' ? [] : own.length > 0 ? p.react(now, e) : p.resume(p.evolve(now, e))
        const reacted = all(w).react(states, { key: k, event: e })
        expect(new Set(reacted)).toStrictEqual(new Set(expected))
        expect(reacted).toHaveLength(expected.length)
        if (k === 'none') expect(all(w).evolve(states, { key: k, event: e })).toBe(states)
      }),
    )
  })

  const still = (calls: boolean) =>
    many<string, number, string>(some, (k) => {
      const due = calls ? [{ id: k, command: 'go' }] : []
      return {
        initialState: 0,
        evolve: (s, e) => (e === 'up' ? s + 1 : s),
        react: () => due,
        resume: () => due,
        isTerminal: () => false,
      }
    })

  it('keeps the very states where a process keeps its own', () => {
    const p = still(false)
    expect(p.evolve(p.initialState, 'k')).toBe(p.initialState)
    const after = p.evolve(p.initialState, 'up')
    expect(p.evolve(p.evolve(after, 'k'), 'j')).toBe(after)
  })

  it('Process 1, 7: resumes what a key calls for in its initial state, once the key was seen', () => {
    const p = still(true)
    expect(p.resume(p.initialState)).toStrictEqual([])
    const seen = p.evolve(p.initialState, 'k')
    expect(p.resume(seen)).toStrictEqual(p.react(p.initialState, 'k'))
    expect(p.evolve(seen, 'k')).toBe(seen)
    expect(ids(p.resume(p.evolve(seen, 'j'))).sort()).toStrictEqual(['j', 'k'])
  })

  it('Process 1, 7: a key that is seen for the first time calls for all that it resumes then', () => {
    const pending = (s: string) =>
      s === 'new' ? ['greet'] : s === 'paid' ? ['greet', 'thank'] : ['thank']
    const p = many<readonly [string, string], string, string>(
      ([k]) => some(k),
      (k) =>
        fromPending({
          initialState: 'new',
          evolve: (s: string, [, e]: readonly [string, string]) => (e === 'seen' ? s : e),
          pending: (s) => pending(s).map((id) => ({ id: `${id} ${k}`, command: id })),
          isTerminal: () => false,
        }),
    )
    expect(ids(p.react(p.initialState, ['k', 'seen']))).toStrictEqual(['greet k'])
    expect(ids(p.react(p.initialState, ['k', 'paid']))).toStrictEqual(['thank k', 'greet k'])
    const seen = p.evolve(p.initialState, ['k', 'seen'])
    expect(p.react(seen, ['k', 'seen'])).toStrictEqual([])
    expect(ids(p.react(seen, ['k', 'paid']))).toStrictEqual(['thank k'])
    expect(ids(p.react(seen, ['j', 'greeted']))).toStrictEqual(['thank j'])
  })
})

describe('a process over other events and commands', () => {
  const other = (e: Event): string => `event ${e.event}`
  const eventOf = (text: string) =>
    text.startsWith('event ') ? some({ event: Number(text.slice(6)) }) : none
  const texts = fc.array(fc.oneof(event.map(other), fc.constant('none of its own')))

  it('Process 8: sees the events that are selected, as what they are, and nothing of others', () => {
    fc.assert(
      fc.property(watches, texts, (w, es) => {
        const p = watch(w)
        const over = selectEvent(eventOf)(p)
        let now = over.initialState
        expect(now).toBe(p.initialState)
        for (const e of es) {
          const own = toUndefined(eventOf(e))
          const after = over.evolve(now, e)
          if (own === undefined) {
            expect([after, over.react(now, e)]).toStrictEqual([now, []])
            expect(after).toBe(now)
          } else {
            expect(after).toStrictEqual(p.evolve(now, own))
            expect(over.react(now, e)).toStrictEqual(p.react(now, own))
          }
          expect(over.resume(after)).toStrictEqual(p.resume(after))
          expect(over.isTerminal(after)).toBe(p.isTerminal(after))
          now = after
        }
      }),
    )
  })

  it('Process 8: issues under the same ids what its commands are made to be', () => {
    const made = ({ command: n }: Command) => `do ${n}`
    const mapped = (all: ReadonlyArray<Issued<Command>>) =>
      all.map(({ id, command: c }) => ({ id, command: made(c) }))
    fc.assert(
      fc.property(watches, state, event, (w, s, e) => {
        const p = watch(w)
        const over = mapCommand(made)(p)
        expect(over.initialState).toBe(p.initialState)
        expect(over.evolve(s, e)).toStrictEqual(p.evolve(s, e))
        expect(over.react(s, e)).toStrictEqual(mapped(p.react(s, e)))
        expect(over.resume(s)).toStrictEqual(mapped(p.resume(s)))
        expect(over.isTerminal(s)).toBe(p.isTerminal(s))
      }),
    )
  })
})

/** The queue one by one, each state folded anew from all the events before it. */
const oneByOne = (
  p: Process<Event, State, Command>,
  d: FiniteDecider,
  from: { readonly process: State; readonly decider: State },
  c: Command,
  fuel: number,
) => {
  const emitted: Array<Event> = []
  const queue = [c]
  let reacted = 0
  for (let i = 0; i < queue.length; i++) {
    if (i > fuel) return 'out of fuel'
    const decision = d.decide(at(queue, i), replayFrom(d)(from.decider, emitted))
    if (isLeft(decision)) return i === 0 ? 'rejected' : 'follow-up rejected'
    emitted.push(...decision.right)
    for (; reacted < emitted.length; reacted++) {
      const watching = replayFrom(p)(from.process, emitted.slice(0, reacted))
      queue.push(...p.react(watching, at(emitted, reacted)).map((one) => one.command))
    }
  }
  return emitted
}

const stateWithProcess = plain({ process: state, decider: state })
const fuel = fc.nat({ max: 6 })

describe('a process with its decider', () => {
  it('Process 4, 5: it decides what running the queue one by one gives, or refuses the whole', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(tables, watches, stateWithProcess, command, fuel, (t, w, s, c, f) => {
        const [p, d] = [watch(w), finite(t)]
        const both = withDecider(p, f)(d)
        const expected = oneByOne(p, d, s, c, f)
        const decision = both.decide(deepFreeze(c), deepFreeze(s))
        if (isRight(decision)) {
          seen.add('accepted')
          expect(decision.right).toStrictEqual(expected)
        } else {
          seen.add(decision.left.type)
          const word = {
            Rejected: 'rejected',
            FollowUpRejected: 'follow-up rejected',
            OutOfFuel: 'out of fuel',
          }[decision.left.type]
          expect(word).toBe(expected)
        }
      }),
      { numRuns: 1_000 },
    )
    expect([...seen].sort()).toStrictEqual([
      'FollowUpRejected',
      'OutOfFuel',
      'Rejected',
      'accepted',
    ])
  })

  it('folds both states side by side', () => {
    fc.assert(
      fc.property(tables, watches, events, (t, w, es) => {
        const [p, d] = [watch(w), finite(t)]
        expect(replay(withDecider(p, 3)(d))(es)).toStrictEqual({
          process: replay(p)(es),
          decider: replay(d)(es),
        })
      }),
    )
  })

  it('keeps the very state where both keep theirs', () => {
    const still = {
      initialState: 0,
      evolve: (s: number, e: string) => (e === 'seen' || e === 'both' ? s + 1 : s),
      react: () => [],
      resume: () => [],
      isTerminal: () => false,
    }
    const decider: Decider<string, number, string, never> = {
      initialState: 0,
      decide: (c) => right([c]),
      evolve: (s, e) => (e === 'done' || e === 'both' ? s + 1 : s),
      isTerminal: () => false,
    }
    const both = withDecider(still, 1)(decider)
    const from = both.initialState
    expect(both.evolve(from, 'none')).toBe(from)
    expect(both.evolve(from, 'seen')).toStrictEqual({ process: 1, decider: 0 })
    expect(both.evolve(from, 'done')).toStrictEqual({ process: 0, decider: 1 })
    expect(both.evolve(from, 'both')).toStrictEqual({ process: 1, decider: 1 })
  })

  it('Process 4: carries out what was called for, also where later events take it back', () => {
    const p = fromPending({
      initialState: 'new',
      evolve: (_: string, e: string) => e,
      pending: (s) => (s === 'due' ? [{ id: 'do', command: ['done'] }] : []),
      isTerminal: () => false,
    })
    const says: Decider<ReadonlyArray<string>, number, string, never> = {
      initialState: 0,
      decide: right,
      evolve: (s) => s + 1,
      isTerminal: () => false,
    }
    const both = withDecider(p, 5)(says)
    expect(both.decide(['due', 'settled'], both.initialState)).toStrictEqual(
      right(['due', 'settled', 'done']),
    )
    // what was outstanding before the command does not follow from it
    expect(both.decide(['said'], { process: 'due', decider: 0 })).toStrictEqual(right(['said']))
  })

  it('a process that issues nothing is not seen from outside, but for the rejections', () => {
    const idle: Process<Event, 0, never> = {
      initialState: 0,
      evolve: () => 0,
      react: () => [],
      resume: () => [],
      isTerminal: () => true,
    }
    fc.assert(
      fc.property(tables, fc.array(command), (t, cs) => {
        const alone = observe(finite(t))(cs)
        const seen = observe(withDecider(idle, 0)(finite(t)))(cs)
        expect(seen.ended).toStrictEqual(alone.ended)
        expect(seen.outcomes).toStrictEqual(
          alone.outcomes.map((o) =>
            isLeft(o) ? left({ type: 'Rejected', rejection: o.left }) : o,
          ),
        )
      }),
    )
  })

  type Count = { readonly type: 'Add'; readonly n: number }
  type Counted = { readonly type: 'Added'; readonly n: number; readonly total: number }
  const counter: Decider<Count, number, Counted, 'TooMuch'> = {
    initialState: 0,
    decide: ({ n }, total) =>
      total + n > 100 ? left('TooMuch') : right([{ type: 'Added', n, total: total + n }]),
    evolve: (_, { total }) => total,
    isTerminal: () => false,
  }
  const follow = (react: (e: Counted) => ReadonlyArray<number>): Process<Counted, null, Count> => ({
    initialState: null,
    evolve: () => null,
    react: (_, e) =>
      react(e).map((n) => ({ id: `add-${e.total}-${n}`, command: { type: 'Add', n } })),
    resume: () => [],
    isTerminal: () => false,
  })

  it('C6: a follow-up is decided on the state after everything before it', () => {
    const both = withDecider(
      follow(({ n }) => (n === 1 ? [10, 20] : [])),
      5,
    )(counter)
    const step = transition(both)({ type: 'Add', n: 1 }, both.initialState)
    expect(isRight(step) && step.right.events.map(({ total }) => total)).toStrictEqual([1, 11, 31])
  })

  it('C6: a process that comes to rest by what it has seen does so', () => {
    const thrice: Process<Counted, number, Count> = {
      initialState: 0,
      evolve: (seen) => seen + 1,
      react: (seen, e) =>
        seen < 3 ? [{ id: `add-${e.total}`, command: { type: 'Add', n: 1 } }] : [],
      resume: () => [],
      isTerminal: (seen) => seen > 3,
    }
    const both = withDecider(thrice, 50)(counter)
    const { state: end } = run(both)([
      { type: 'Add', n: 1 },
      { type: 'Add', n: 1 },
    ])
    expect(end).toStrictEqual({ process: 5, decider: 5 })
  })

  it('C6: a process that never comes to rest is refused when the fuel is used up, as a whole', () => {
    const both = withDecider(
      follow(() => [0]),
      7,
    )(counter)
    const { state: end, events: emitted, outcomes } = run(both)([{ type: 'Add', n: 1 }])
    expect(outcomes).toStrictEqual([
      left({
        type: 'OutOfFuel',
        fuel: 7,
        outstanding: [{ id: 'add-1-0', command: { type: 'Add', n: 0 } }],
      }),
    ])
    expect(emitted).toStrictEqual([])
    expect(end).toStrictEqual(both.initialState)
  })

  it.each([
    [3, 'accepted'],
    [2, 'OutOfFuel'],
    [2.5, 'OutOfFuel'],
    [Infinity, 'accepted'],
    [0, 'OutOfFuel'],
    [-1, 'OutOfFuel'],
    [NaN, 'OutOfFuel'],
  ])('Process 5: with fuel %d, three follow-ups are %s', (n, expected) => {
    const both = withDecider(
      follow(({ n: added }) => (added < 4 ? [added + 1] : [])),
      n,
    )(counter)
    const decision = both.decide({ type: 'Add', n: 1 }, both.initialState)
    expect(isRight(decision) ? 'accepted' : decision.left.type).toBe(expected)
  })

  it('names the follow-up that was refused, and why', () => {
    const both = withDecider(
      follow(({ n }) => (n === 60 ? [50] : [])),
      5,
    )(counter)
    expect(both.decide({ type: 'Add', n: 60 }, both.initialState)).toStrictEqual(
      left({
        type: 'FollowUpRejected',
        id: 'add-60-50',
        command: { type: 'Add', n: 50 },
        rejection: 'TooMuch',
      }),
    )
  })
})

describe('deadlines', () => {
  const outstanding = fc.array(
    fc.record(
      {
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        command: fc.nat(3),
        dueAt: fc.integer({ min: -5, max: 20 }),
      },
      { requiredKeys: ['id', 'command'] },
    ),
    { maxLength: 6 },
  )
  const at = fc.integer({ min: -8, max: 24 })
  const waiting = (issued: ReadonlyArray<Issued<number>>) => ({ resume: () => issued })

  it('Process 9: what is due stays due, at last all is, and nothing becomes due before nextDue', () => {
    fc.assert(
      fc.property(outstanding, at, at, (issued, one, other) => {
        const dueNow = (instant: number) => due(waiting(issued))(undefined, instant)
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)]
        expect(dueNow(later)).toEqual(expect.arrayContaining([...dueNow(earlier)]))
        const ids = [...new Set(issued.map(({ id }) => id))]
        expect(dueNow(20).map(({ id }) => id)).toEqual(ids)
        const next = toUndefined(nextDue(waiting(issued))(undefined, earlier))
        expect(next === undefined || next > earlier).toBe(true)
        if (next === undefined || later < next) expect(dueNow(later)).toEqual(dueNow(earlier))
      }),
    )
  })

  it('mapCommand and many keep when a command is due', () => {
    const late = (key: string) =>
      fromPending({
        initialState: 0,
        evolve: (_: number, event: number) => event,
        pending: (n) => [{ id: key, command: n, dueAt: 7 }],
        isTerminal: () => false,
      })
    const all = mapCommand(String)(many((event: number) => some(`k${event}`), late))
    const state = all.evolve(all.initialState, 3)
    expect(all.resume(state)).toStrictEqual([{ id: 'k3', command: '3', dueAt: 7 }])
    expect(due(all)(state, 6)).toStrictEqual([])
  })

  it('Process 4: in one decision nothing follows that has a time', () => {
    const counter: Decider<'add', number, 'added', never> = {
      initialState: 0,
      decide: () => right(['added']),
      evolve: (n) => n + 1,
      isTerminal: () => false,
    }
    const later = fromPending({
      initialState: 0,
      evolve: (n: number) => n + 1,
      pending: (n): ReadonlyArray<Issued<'add'>> =>
        n < 3 ? [{ id: `at once ${n}`, command: 'add' }, { id: 'late', command: 'add', dueAt: 0 }] : [], // prettier-ignore
      isTerminal: () => false,
    })
    const { state } = run(withDecider(later, 10)(counter))(['add'])
    expect(state).toStrictEqual({ process: 3, decider: 3 })
    const onlyLate = fromPending({
      initialState: 0,
      evolve: (n: number) => n + 1,
      pending: (n): ReadonlyArray<Issued<'add'>> =>
        n === 0 ? [] : [{ id: 'late', command: 'add', dueAt: 0 }],
      isTerminal: () => false,
    })
    expect(run(withDecider(onlyLate, 10)(counter))(['add']).events).toStrictEqual(['added'])
  })
})
