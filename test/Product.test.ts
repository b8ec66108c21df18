// Over random finite deciders, by the numbers of the laws.
import fc from 'fast-check'
import { isLeft, map as mapRight, mapLeft, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { isNone, toUndefined } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../src/Decider.ts'
import { contramapCommand, imapEvent, mapRejection, run } from '../src/Decider.ts'
import type { Dictionary } from '../src/Dictionary.ts'
import { entries, get } from '../src/Dictionary.ts'
import { structural } from '../src/Diff.ts'
import type { OrderCommand } from '../src/order/index.ts'
import { orderDecider } from '../src/order/index.ts'
import { many, struct } from '../src/Product.ts'
import { replay, replayFrom } from '../src/Projection.ts'
import { deepFreeze } from './support/deepFreeze.ts'
import type { Command, Event, State, Tables } from './support/finite.ts'
import { command, event, finite, state, tables } from './support/finite.ts'
import { observe } from './support/observe.ts'
import { plain } from './support/plain.ts'

const order = orderDecider()

const many30 = <A>(of: fc.Arbitrary<A>) => fc.array(of, { maxLength: 30, size: 'max' })
const named = plain({ type: fc.constantFrom('a' as const, 'b' as const), command })
const namedEvents = many30(plain({ type: fc.constantFrom('a' as const, 'b' as const), event }))
const pair = (a: Tables, b: Tables) => struct({ a: finite(a), b: finite(b) })
const bothStates = plain({ a: state, b: state })

describe('struct', () => {
  it('Product 1: a command reaches the part it names, and only its events come back', () => {
    fc.assert(
      fc.property(tables, tables, bothStates, named, (a, b, s, c) => {
        const part = { a: finite(a), b: finite(b) }[c.type]
        const answer = pipe(
          part.decide(c.command, s[c.type]),
          mapLeft((rejection) => ({ type: c.type, rejection })),
          mapRight((es) => es.map((e) => ({ type: c.type, event: e }))),
        )
        expect(pair(a, b).decide(deepFreeze(c), deepFreeze(s))).toStrictEqual(answer)
      }),
    )
  })

  it('Product 2: the state of a part is the fold of its own events', () => {
    const own = (es: ReadonlyArray<{ type: string; event: Event }>, name: string) =>
      es.filter(({ type }) => type === name).map((e) => e.event)
    fc.assert(
      fc.property(tables, tables, bothStates, namedEvents, (a, b, s, es) => {
        expect(replayFrom(pair(a, b))(deepFreeze(s), deepFreeze(es))).toStrictEqual({
          a: replayFrom(finite(a))(s.a, own(es, 'a')),
          b: replayFrom(finite(b))(s.b, own(es, 'b')),
        })
      }),
    )
  })

  it('Product 3: events of different parts commute', () => {
    fc.assert(
      fc.property(tables, tables, bothStates, event, event, (a, b, s, x, y) => {
        const fold = replayFrom(pair(a, b))
        const ofA = { type: 'a', event: x } as const
        const ofB = { type: 'b', event: y } as const
        expect(fold(s, [ofA, ofB])).toStrictEqual(fold(s, [ofB, ofA]))
      }),
    )
  })

  it('Product 4, unit: a product of one is that one', () => {
    fc.assert(
      fc.property(tables, many30(command), (t, cs) => {
        const only = pipe(
          struct({ a: finite(t) }),
          contramapCommand((c: Command) => ({ type: 'a' as const, command: c })),
          mapRejection(({ rejection }) => rejection),
          imapEvent(
            (tagged) => tagged.event,
            (e: Event) => ({ type: 'a' as const, event: e }),
          ),
        )
        expect(observe(only)(cs)).toStrictEqual(observe(finite(t))(cs))
      }),
    )
  })

  it('Product 4, unit: a part that takes no command and has ended makes no difference', () => {
    const unit: Decider<never, 0, never, never> = {
      initialState: 0,
      decide: () => right([]),
      evolve: () => 0,
      isTerminal: () => true,
    }
    fc.assert(
      fc.property(tables, tables, many30(named), (a, b, cs) => {
        const more = struct({ a: finite(a), unit, b: finite(b) })
        expect(observe(more)(cs)).toStrictEqual(observe(pair(a, b))(cs))
      }),
    )
  })

  it('Product 4, symmetry: the order of the parts makes no difference', () => {
    fc.assert(
      fc.property(tables, tables, many30(named), (a, b, cs) => {
        const swapped = struct({ b: finite(b), a: finite(a) })
        expect(observe(swapped)(cs)).toStrictEqual(observe(pair(a, b))(cs))
      }),
    )
  })

  it('Product 4, associativity: nesting to the left is nesting to the right, but for the names', () => {
    type Three = 'a' | 'b' | 'c'
    type C3 = { readonly type: Three; readonly command: Command }
    type E3 = { readonly type: Three; readonly event: Event }
    const threes = many30(plain<C3>({ type: fc.constantFrom('a', 'b', 'c'), command }))
    fc.assert(
      fc.property(tables, tables, tables, threes, (x, y, z, cs) => {
        const [a, b, c] = [finite(x), finite(y), finite(z)]
        const toLeft = pipe(
          struct({ ab: struct({ a, b }), c }),
          contramapCommand(({ type, command: own }: C3) =>
            type === 'c'
              ? { type, command: own }
              : { type: 'ab' as const, command: { type, command: own } },
          ),
          mapRejection((r) => (r.type === 'c' ? r : r.rejection)),
          imapEvent(
            (e): E3 => (e.type === 'c' ? e : e.event),
            ({ type, event: own }: E3) =>
              type === 'c'
                ? { type, event: own }
                : { type: 'ab' as const, event: { type, event: own } },
          ),
        )
        const toRight = pipe(
          struct({ a, bc: struct({ b, c }) }),
          contramapCommand(({ type, command: own }: C3) =>
            type === 'a'
              ? { type, command: own }
              : { type: 'bc' as const, command: { type, command: own } },
          ),
          mapRejection((r) => (r.type === 'a' ? r : r.rejection)),
          imapEvent(
            (e): E3 => (e.type === 'a' ? e : e.event),
            ({ type, event: own }: E3) =>
              type === 'a'
                ? { type, event: own }
                : { type: 'bc' as const, event: { type, event: own } },
          ),
        )
        expect(observe(toLeft)(cs)).toStrictEqual(observe(toRight)(cs))
      }),
    )
  })

  it('Product 5: it is terminal where all of its parts are', () => {
    fc.assert(
      fc.property(tables, tables, bothStates, (a, b, s) => {
        const each = [finite(a).isTerminal(s.a), finite(b).isTerminal(s.b)]
        expect(pair(a, b).isTerminal(s)).toBe(!each.includes(false))
      }),
    )
  })

  it('keeps the very state where a part keeps its own', () => {
    const house = struct({ order, other: order })
    const start = house.initialState
    expect(house.evolve(start, { type: 'order', event: { type: 'TaxSet', amount: 1 } })).toBe(start)
  })

  // what JSON may hold, but no value of the types is
  it.each(['fan', 'constructor', '__proto__', 'toString', 1, ['order']])(
    'answers what names %j, which is no part, with nothing',
    (name) => {
      const house = struct({ order, '1': order })
      const start = house.initialState
      const stray = { type: name, command: { type: 'SetTax', amount: 1 } }
      expect(house.decide(stray as never, start)).toStrictEqual(right([]))
      expect(house.evolve(start, { type: name, event: { type: 'TaxSet' } } as never)).toBe(start)
    },
  )

  it('C9: parts that share names of commands, events and fields of state stay apart', () => {
    type Rated = { readonly type: 'TaxSet'; readonly rate: number }
    // it has an order's words for things of its own, and no branch for what is not its own
    const taxes: Decider<
      { readonly type: 'SetTax'; readonly rate: number },
      { readonly tax: number },
      Rated,
      never
    > = {
      initialState: { tax: 1 },
      decide: (c) => {
        if (!('rate' in c)) throw new Error('a foreign command')
        return right([{ type: 'TaxSet', rate: c.rate }])
      },
      evolve: (_, e) => {
        if (!('rate' in e)) throw new Error('a foreign event')
        return { tax: e.rate }
      },
      isTerminal: () => false,
    }
    const create: OrderCommand = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
    const setTax: OrderCommand = { type: 'SetTax', amount: 7 }
    const end = run(struct({ order, taxes }))([
      { type: 'order', command: create },
      { type: 'taxes', command: { type: 'SetTax', rate: 5 } },
      { type: 'order', command: setTax },
    ])
    expect(end.state).toStrictEqual({
      order: run(order)([create, setTax]).state,
      taxes: { tax: 5 },
    })
    expect(end.events).toStrictEqual([
      { type: 'order', event: { ...create, type: 'OrderCreated' } },
      { type: 'taxes', event: { type: 'TaxSet', rate: 5 } },
      { type: 'order', event: { type: 'TaxSet', amount: 7 } },
    ])
  })
})

const key = fc.constantFrom('k', 'j', '__proto__')
const keyed = plain({ key, command })
const keyedEvents = many30(plain({ key, event }))
const stateIn = (d: { readonly initialState: State }, k: string, states: Dictionary<State>) =>
  toUndefined(get(k)(states)) ?? d.initialState

describe('many', () => {
  it('Product 6: a command is decided on the state of its key, and its events leave others alone', () => {
    fc.assert(
      fc.property(tables, keyedEvents, keyed, (t, es, c) => {
        const d = finite(t)
        const states = replay(many(d))(es)
        const decision = many(d).decide(c, states)
        expect(decision).toStrictEqual(
          pipe(
            d.decide(c.command, stateIn(d, c.key, states)),
            mapLeft((rejection) => ({ key: c.key, rejection })),
            mapRight((own) => own.map((e) => ({ key: c.key, event: e }))),
          ),
        )
        const after = isLeft(decision) ? states : replayFrom(many(d))(states, decision.right)
        for (const other of ['k', 'j', '__proto__'].filter((k) => k !== c.key)) {
          expect(get(other)(after)).toStrictEqual(get(other)(states))
        }
      }),
    )
  })

  it('Product 7: the state of a key is the fold of its own events', () => {
    fc.assert(
      fc.property(tables, keyedEvents, fc.boolean(), (t, es, evicting) => {
        const d = finite(t)
        const states = replay(evicting ? many(d, structural) : many(d))(deepFreeze(es))
        for (const k of ['k', 'j', '__proto__', 'never seen']) {
          const own = es.filter((e) => e.key === k).map((e) => e.event)
          expect(stateIn(d, k, states)).toStrictEqual(replay(d)(own))
        }
      }),
    )
  })

  it('Product 8: events of different keys commute', () => {
    fc.assert(
      fc.property(tables, keyedEvents, event, event, fc.boolean(), (t, es, x, y, evicting) => {
        const d = evicting ? many(finite(t), structural) : many(finite(t))
        const fold = replayFrom(d)
        const before = replay(d)(es)
        const [ofK, ofJ] = [
          { key: 'k', event: x },
          { key: 'j', event: y },
        ]
        expect(fold(before, [ofK, ofJ])).toStrictEqual(fold(before, [ofJ, ofK]))
      }),
    )
  })

  it('Product 9, C8: it is never terminal, not even when it is empty', () => {
    fc.assert(
      fc.property(tables, keyedEvents, (t, es) => {
        const d = many(finite(t))
        expect(d.isTerminal(d.initialState)).toBe(false)
        expect(d.isTerminal(replay(d)(es))).toBe(false)
      }),
    )
  })

  it('Product 10: a key is held exactly while its state differs from the initial one', () => {
    fc.assert(
      fc.property(tables, keyedEvents, (t, es) => {
        const d = finite(t)
        const states = replay(many(d, structural))(es)
        for (const [, s] of entries(states)) expect(s).not.toStrictEqual(d.initialState)
        expect(states.size).toBe(entries(states).length)
      }),
    )
  })

  it('drops a key without being given an equality where the state is the very initial one', () => {
    const back: Decider<'go' | 'back', State, 'went' | 'came', never> = {
      initialState: { state: 0 },
      decide: (c) => right([c === 'go' ? 'went' : 'came']),
      evolve: (_, e) => (e === 'went' ? { state: 1 } : back.initialState),
      isTerminal: () => false,
    }
    const there = replay(many(back))([{ key: 'k', event: 'went' }])
    expect(there.size).toBe(1)
    const again = many(back).evolve(there, { key: 'k', event: 'came' })
    expect(isNone(get('k')(again))).toBe(true)
    expect(again).toStrictEqual(many(back).initialState)
  })

  it('keeps the very dictionary where nothing changes', () => {
    const orders = many(order)
    const before = replay(orders)([
      { key: 'k', event: { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' } },
    ])
    expect(orders.evolve(before, { key: 'j', event: { type: 'TaxSet', amount: 1 } })).toBe(before)
    expect(orders.evolve(before, { key: 'k', event: { type: 'TaxSet', amount: 0 } })).toBe(before)
  })
})
