// Orders on random walks, hundreds of commands deep, under both lifecycles.
import fc from 'fast-check'
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { run, transition } from '../../src/Decider.ts'
import type {
  OrderLifecycle,
  OrderCommand,
  OrderEvent,
  OrderState,
  OrderStatus,
} from '../../src/order/index.ts'
import { orderDecider, standardLifecycle } from '../../src/order/index.ts'
import { anyStatus } from '../support/orders.ts'
import { replay, replayFrom, states } from '../../src/Projection.ts'
import { runs } from '../setup.ts'
import { deepFreeze } from '../support/deepFreeze.ts'
import { MutableOrder } from '../support/MutableOrder.ts'
import { observe } from '../support/observe.ts'
import { brokenRules } from '../support/orderRules.ts'
import { command, commandWith, event, walk } from '../support/orders.ts'

interface Subject {
  readonly name: string
  readonly lifecycle: OrderLifecycle
  /** The same lifecycle, told a second time. */
  readonly mayMove: (from: OrderStatus, to: OrderStatus) => boolean
  /** How many of a hundred commands ask for another status, so that walks get deep. */
  readonly moves: number
}

const subjects: ReadonlyArray<Subject> = [
  {
    name: 'standard',
    lifecycle: standardLifecycle,
    mayMove: (from, to) =>
      (from === 'new' && to === 'confirmed') ||
      (from === 'confirmed' && to === 'paid') ||
      (from === 'paid' && to === 'shipped') ||
      (to === 'cancelled' && (from === 'new' || from === 'confirmed' || from === 'paid')),
    moves: 2,
  },
  {
    name: 'anyStatus',
    lifecycle: anyStatus,
    mayMove: (_, to) => ['new', 'paid', 'confirmed', 'shipped'].includes(to),
    moves: 10,
  },
]

const deep = 500

/** Every state on the way, the first one included: one more than commands. */
const statesOf = (subject: Subject, commands: ReadonlyArray<OrderCommand>) => {
  const { evolve, initialState } = orderDecider(subject.lifecycle)
  let state = initialState
  return [
    state,
    ...run(orderDecider(subject.lifecycle))(commands).outcomes.map((outcome) => {
      if (outcome._tag === 'Right') for (const e of outcome.right) state = evolve(state, e)
      return state
    }),
  ]
}

const statusOf = (state: OrderState | undefined) =>
  state?.type === 'Order' ? state.status : undefined

describe.each(subjects)('order under $name', (subject) => {
  const d = orderDecider(subject.lifecycle)
  const walks = walk(deep, subject.moves)
  const short = walk(40, 3 * subject.moves)

  it('walks get deep: hundreds of events long, to every status of the lifecycle', () => {
    const sample = fc.sample(walk(deep, subject.moves), { numRuns: 100, seed: 1 })
    const emitted = sample.map((commands) => run(d)(commands).events)
    expect(Math.max(...emitted.map(({ length }) => length))).toBeGreaterThan(150)
    expect(emitted.filter(({ length }) => length > 50).length).toBeGreaterThan(40)
    const seen = emitted.flatMap((events) => states(d)(events).map(statusOf))
    const reached = Object.values(subject.lifecycle).flat()
    expect(new Set(seen)).toStrictEqual(new Set([undefined, 'new', ...reached]))
  })

  it('B1 purity: frozen arguments, the same result twice', () => {
    fc.assert(
      fc.property(walks, fc.array(event, { maxLength: 5 }), (commands, events) => {
        let state = deepFreeze(d.initialState)
        for (const c of commands) {
          const outcome = deepFreeze(d.decide(deepFreeze(c), state))
          if (outcome._tag === 'Right') {
            for (const e of outcome.right) state = deepFreeze(d.evolve(state, e))
          }
        }
        for (const e of deepFreeze(events)) {
          expect(d.evolve(state, e)).toStrictEqual(d.evolve(state, e))
        }
        expect(run(d)(commands)).toStrictEqual(run(d)(commands))
      }),
      { numRuns: runs(50) },
    )
  })

  it('B2 fold: replay of any prefix and the rest is replay of all', () => {
    fc.assert(
      fc.property(walks, fc.double({ min: 0, max: 1, noNaN: true }), (commands, part) => {
        const { events, state } = run(d)(commands)
        const cut = Math.floor(part * events.length)
        const prefix = replay(d)(events.slice(0, cut))
        expect(replayFrom(d)(prefix, events.slice(cut))).toStrictEqual(state)
        expect(replayFrom(d)(prefix, [])).toBe(prefix)
      }),
    )
  })

  it('B3 replay: the state that commands led to is the fold of what they emitted', () => {
    fc.assert(
      fc.property(walks, (commands) => {
        const { events, state } = run(d)(commands)
        expect(replay(d)(events)).toStrictEqual(state)
      }),
    )
  })

  it('B4 any event at all, in any state reached, leads to a state that keeps the rules', () => {
    fc.assert(
      fc.property(short, fc.array(event, { maxLength: 20, size: 'max' }), (commands, events) => {
        const broken = statesOf(subject, commands).flatMap((state) =>
          events.flatMap((e) => brokenRules(d.evolve(state, e))),
        )
        expect(broken).toStrictEqual([])
      }),
    )
  })

  it('B5 every emitted event changes the state that it meets', () => {
    fc.assert(
      fc.property(walks, (commands) => {
        const { events } = run(d)(commands)
        const seen = states(d)(events)
        expect(events.filter((_, i) => seen[i] === seen[i + 1])).toStrictEqual([])
      }),
    )
  })

  it('B6 invariants: cost summary and unique lines, at every prefix', () => {
    fc.assert(
      fc.property(walks, (commands) => {
        expect(states(d)(run(d)(commands).events).flatMap(brokenRules)).toStrictEqual([])
      }),
    )
  })

  it('B6 invariants: the statuses seen are a path of the lifecycle, from new on', () => {
    fc.assert(
      fc.property(walks, (commands) => {
        const seen = states(d)(run(d)(commands).events).map(statusOf)
        const jumps = seen.filter((to, i) => {
          const from = seen[i - 1]
          if (from === undefined || to === undefined) return to !== undefined && to !== 'new'
          return from !== to && !subject.mayMove(from, to)
        })
        expect(jumps).toStrictEqual([])
      }),
    )
  })

  it('B6 invariants: nothing but the status changes while an order is not new', () => {
    fc.assert(
      fc.property(walks, (commands) => {
        const { events } = run(d)(commands)
        const seen = states(d)(events)
        const late = events.filter((e, i) => {
          const [before, after] = [seen[i], seen[i + 1]]
          if (before?.type !== 'Order' || before.status === 'new') return false
          return (
            after?.type !== 'Order' || e.type !== 'StatusChanged' || !sameButStatus(before, after)
          )
        })
        expect(late).toStrictEqual([])
      }),
    )
  })

  it('B7 every command but AddLine is idempotent: asked again, nothing is left to do', () => {
    fc.assert(
      fc.property(short, command, (commands, c) => {
        fc.pre(c.type !== 'AddLine')
        const again = statesOf(subject, commands).flatMap((state) => {
          const step = transition(d)(c, state)
          return step._tag === 'Right' ? [d.decide(c, step.right.state)] : []
        })
        expect(again).toStrictEqual(again.map(() => right([])))
      }),
    )
  })

  it('B8 terminal absorbs: a shipped or cancelled order emits nothing any more', () => {
    fc.assert(
      fc.property(walk(40, 60), fc.array(commandWith(50)), (commands, more) => {
        const { outcomes, ended } = observe(d)([...commands, ...more])
        const late = outcomes.filter(
          (outcome, i) => ended[i] === true && outcome._tag === 'Right' && outcome.right.length > 0,
        )
        expect(late).toStrictEqual([])
      }),
    )
  })

  it('B10 a rejection changes nothing: without the rejected commands all goes the same', () => {
    fc.assert(
      fc.property(walks, (commands) => {
        const all = run(d)(commands)
        const without = run(d)(commands.filter((_, i) => all.outcomes[i]?._tag === 'Right'))
        const accepted = all.outcomes.filter((outcome) => outcome._tag === 'Right')
        expect(without).toStrictEqual({ ...all, outcomes: accepted })
      }),
    )
  })

  it('B11 the stored state and the stored events lead to the same decisions', () => {
    fc.assert(
      fc.property(walk(80, subject.moves), (commands) => {
        let stored = d.initialState
        const history: Array<OrderEvent> = []
        const byState = []
        const byEvents = []
        for (const c of commands) {
          const step = transition(d)(c, stored)
          const decision = d.decide(c, replay(d)(history))
          byState.push(step._tag === 'Right' ? right(step.right.events) : step)
          byEvents.push(decision)
          if (step._tag === 'Right') stored = step.right.state
          if (decision._tag === 'Right') history.push(...decision.right)
        }
        expect(byState).toStrictEqual(byEvents)
        expect(stored).toStrictEqual(replay(d)(history))
      }),
      { numRuns: runs(50) },
    )
  })

  it('holds exactly what a mutable order with a checked set_status would hold', () => {
    fc.assert(
      fc.property(walks, (commands) => {
        const mutable = new MutableOrder(subject.mayMove)
        const held = [
          mutable.snapshot(),
          ...commands.map((c) => {
            mutable.obey(c)
            return mutable.snapshot()
          }),
        ]
        expect(statesOf(subject, commands)).toStrictEqual(held)
      }),
    )
  })
})

const sameButStatus = (a: OrderState, b: OrderState): boolean =>
  a.type === 'Order' &&
  b.type === 'Order' &&
  a.customerId === b.customerId &&
  a.currency === b.currency &&
  a.lines === b.lines &&
  a.subtotal === b.subtotal &&
  a.shipping === b.shipping &&
  a.tax === b.tax &&
  a.total === b.total
