// Over random decisions, by the numbers of the laws.
import fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decision } from '../src/Decision.ts'
import * as D from '../src/Decision.ts'
import { set } from '../src/Dictionary.ts'
import { readingOf, typeOfEvent } from '../src/internal/decision.ts'
import type { Process } from '../src/Process.ts'
import { withDecider } from '../src/Process.ts'
import { replay } from '../src/Projection.ts'
import type { Query } from '../src/Query.ts'
import { covers, everything, matches, normalForm, nothing, tag, union } from '../src/Query.ts'
import { runs } from './setup.ts'
import type { DrawnCommand, DrawnEvent } from './support/decisions.ts'
import {
  decideOnAll,
  decideOnRead,
  decisionTables,
  drawnCommand,
  drawnCommands,
  drawnDecision,
  drawnEvent,
  historyOf,
} from './support/decisions.ts'
import { command, event, finite, tables } from './support/finite.ts'
import { query } from './support/queries.ts'

/** A decision, with commands and events to test it on. */
interface Case<C, S, E, R> {
  readonly decision: Decision<C, S, E, R>
  readonly command: fc.Arbitrary<C>
  readonly event: fc.Arbitrary<E>
}
type Check = <C, S, E, R>(one: Case<C, S, E, R>) => true

const each = runs(6)

/** Much quicker than `toStrictEqual`. */
const same = (a: unknown, b: unknown) => {
  expect(JSON.stringify(a)).toBe(JSON.stringify(b))
}

/** V0, V1, V2, V5 and V6 of one decision. */
const keepsItsLaws: Check = ({ decision, command: of, event: any }) => {
  const walk = fc.array(of, { maxLength: 12, size: 'max' })
  fc.assert(
    fc.property(walk, of, of, fc.array(any, { maxLength: 6 }), fc.nat(), (cs, c, c2, strays, n) => {
      const history = historyOf(decision)(cs)
      const seen = decideOnRead(decision)(c, history)
      // V0
      same(decideOnAll(decision)(c, history), seen)
      // V1
      const { query: own } = D.read(decision)(c, history)
      const unmatched = strays.filter(
        (e) => !matches(own)(typeOfEvent(decision, e), decision.tags(e)),
      )
      const place = n % (history.length + 1)
      const more = [...history.slice(0, place), ...unmatched, ...history.slice(place)]
      same(decideOnAll(decision)(c, more), seen)
      same(decideOnRead(decision)(c, more), seen)
      // V2
      const both = union([own, D.read(decision)(c2, history).query])
      same(decision.decide(c, readingOf(decision, history, both).state), seen)
      // V5
      for (const e of [...history, ...strays]) {
        const tags = decision.tags(e)
        expect(new Set(tags).size).toBe(tags.length)
      }
      // V6
      const emitted = decideOnAll(decision)(c2, history)
      if (emitted._tag === 'Left') return
      emitted.right.forEach((e, i) => {
        const before = [...history, ...emitted.right.slice(0, i)]
        const [at0, at1] = [before, [...before, e]].map((h) => decideOnAll(decision)(c, h))
        const { query: reads } = D.read(decision)(c, before)
        const isMatch = matches(reads)(typeOfEvent(decision, e), decision.tags(e))
        if (!isMatch) same(at1, at0)
      })
    }),
    { numRuns: each },
  )
  return true
}

const drawn = decisionTables.map((t) => drawnDecision(t))
const ofDrawn = <A>(f: (decision: ReturnType<typeof drawnDecision>) => A) =>
  fc.assert(
    fc.property(drawn, (d) => {
      f(d)
    }),
    { numRuns: each },
  )

const keyed = <A extends object, N extends string>(name: N, of: fc.Arbitrary<A>) =>
  fc
    .tuple(fc.constantFrom('x', 'l', ':\\'), of)
    .map(
      ([key, value]) =>
        ({ key, [name]: value }) as { readonly key: string } & Readonly<Record<N, A>>,
    )

describe('a decision', () => {
  it('V0, V1, V2, V5, V6: of projections', () => {
    ofDrawn((decision) => {
      expect(keepsItsLaws({ decision, command: drawnCommand, event: drawnEvent })).toBe(true)
    })
  })

  it('V0, V1, V2, V5, V6: contramapCommand, mapRejection, imapState and imapEvent keep them', () => {
    const swap = ({ command: n, a, b }: DrawnCommand): DrawnCommand => ({ command: n, a: b, b: a })
    ofDrawn((d) => {
      const decision = pipe(
        d,
        D.contramapCommand(swap),
        D.mapRejection((rejection: number) => ({ rejection })),
        D.imapState(
          (state: typeof d.initialState) => ({ state }),
          (box) => box.state,
        ),
        D.imapEvent(
          (e: DrawnEvent) => [e] as const,
          ([e]: readonly [DrawnEvent]) => e,
        ),
      )
      const boxed = drawnEvent.map((e) => [e] as const)
      expect(keepsItsLaws({ decision, command: drawnCommand, event: boxed })).toBe(true)
      const c = { command: 0, a: 'x', b: 'y' }
      expect(decision.reads(c)).toStrictEqual(d.reads(swap(c)))
      const state = replay(d)(fc.sample(drawnEvent, 9))
      expect(decision.readsMore?.(c, { state })).toStrictEqual(d.readsMore?.(swap(c), state))
      expect(typeOfEvent(decision, [{ type: 'E0', a: 'x', b: 'y' }])).toBe('E0')
    })
  })

  it('V0, V1, V2, V5, V6: adapt keeps them, and reads nothing for the rest of the world', () => {
    type Own<A> = { readonly type: 'Own'; readonly own: A }
    type World<A> = Own<A> | { readonly type: 'Other' }
    const own = <A>(value: A): World<A> => ({ type: 'Own', own: value })
    const getOption = <A>(of: World<A>) => (of.type === 'Own' ? some(of.own) : none)
    const world = <A>(of: fc.Arbitrary<A>) =>
      fc.oneof(of.map(own), fc.constant<World<A>>({ type: 'Other' }))
    ofDrawn((d) => {
      type S = typeof d.initialState
      const decision = D.adapt<
        World<DrawnCommand>,
        DrawnCommand,
        { readonly at: S },
        S,
        World<DrawnEvent>,
        DrawnEvent
      >({
        command: { getOption, reverseGet: own },
        event: { getOption, reverseGet: own },
        state: { get: ({ at }) => at, set: (at) => () => ({ at }) },
        initialState: { at: d.initialState },
      })(d)
      expect(
        keepsItsLaws({ decision, command: world(drawnCommand), event: world(drawnEvent) }),
      ).toBe(true)
      expect(decision.reads({ type: 'Other' })).toStrictEqual(nothing)
      const c = { command: 0, a: 'x', b: 'y' }
      const at = replay(d)(fc.sample(drawnEvent, 9))
      expect(decision.readsMore?.(own(c), { at })).toStrictEqual(d.readsMore?.(c, at))
      expect(decision.tags({ type: 'Other' })).toStrictEqual([])
      expect(typeOfEvent(decision, { type: 'Other' })).toBe('Other')
    })
  })

  it('V0, V1, V2, V5, V6: many keeps them, of deciders and of decisions', () => {
    fc.assert(
      fc.property(tables, (t) => {
        expect(
          keepsItsLaws({
            decision: D.many(tag('k'))(finite(t)),
            command: keyed('command', command),
            event: keyed('event', event),
          }),
        ).toBe(true)
      }),
      { numRuns: each },
    )
    ofDrawn((d) => {
      expect(
        keepsItsLaws({
          // the tags of the keys are also tags within them
          decision: D.many(tag('a'))(d),
          command: keyed('command', drawnCommand),
          event: keyed('event', drawnEvent),
        }),
      ).toBe(true)
    })
  })

  it('V0, V1, V2, V5, V6: struct keeps them', () => {
    fc.assert(
      fc.property(drawn, tables, (a, t) => {
        const k = D.many(tag('a'))(finite(t))
        const inA = <A extends object, N extends string>(name: N, of: fc.Arbitrary<A>) =>
          of.map(
            (value) =>
              ({ type: 'a' as const, [name]: value }) as { readonly type: 'a' } & Record<N, A>,
          )
        const inK = <A extends object, N extends string>(name: N, of: fc.Arbitrary<A>) =>
          of.map(
            (value) =>
              ({ type: 'k' as const, [name]: value }) as { readonly type: 'k' } & Record<N, A>,
          )
        expect(
          keepsItsLaws({
            decision: D.struct({ a, k }),
            command: fc.oneof(
              inA('command', drawnCommand),
              inK('command', keyed('command', command)),
            ),
            event: fc.oneof(inA('event', drawnEvent), inK('event', keyed('event', event))),
          }),
        ).toBe(true)
      }),
      { numRuns: each },
    )
  })

  it('V3: the condition covers both stages of what was read', () => {
    fc.assert(
      fc.property(drawn, drawnCommands, drawnCommand, (d, cs, c) => {
        const history = historyOf(d)(cs)
        const { query: condition } = D.read(d)(c, history)
        const first = readingOf(d, history, d.reads(c))
        expect(covers(condition, d.reads(c))).toBe(true)
        expect(covers(condition, d.readsMore?.(c, first.state) ?? nothing)).toBe(true)
      }),
    )
  })

  it('V4: widening a query never turns a conflict into a success', () => {
    fc.assert(
      fc.property(query, query, drawnEvent, (p, more, e) => {
        const wider = union([p, more])
        const tags = [tag('course')('1'), tag('course')('2')]
        if (matches(p)(e.type, tags)) expect(matches(wider)(e.type, tags)).toBe(true)
        expect(covers(wider, p)).toBe(true)
      }),
    )
  })

  it('V11: events after what was read that its query does not match change no decision', () => {
    fc.assert(
      fc.property(drawn, drawnCommands, drawnCommand, fc.array(drawnEvent), (d, cs, c, later) => {
        const history = historyOf(d)(cs)
        const { query: condition } = D.read(d)(c, history)
        const harmless = later.filter((e) => !matches(condition)(e.type, d.tags(e)))
        const after = decideOnAll(d)(c, [...history, ...harmless])
        expect(after).toStrictEqual(decideOnAll(d)(c, history))
      }),
    )
  })
})

const noTables = { a: {}, b: {}, decide: [], looks: [] }

describe('a decision by hand', () => {
  it('has events whose type in queries is their field, or what typeOf says', () => {
    expect(typeOfEvent({}, { type: 'A' })).toBe('A')
    expect([
      typeOfEvent({}, { type: 1 }),
      typeOfEvent({}, 'A'),
      typeOfEvent({}, null),
    ]).toStrictEqual(['', '', ''])
    expect(typeOfEvent({ typeOf: (e: string) => e }, 'A')).toBe('A')
  })

  it('reads nothing in a part that there is not', () => {
    const parts = D.struct({ a: D.many(tag('a'))(finite({ decide: [], evolve: [], ends: [] })) })
    const unknown = { type: 'b', command: {}, event: {} } as never
    expect(parts.reads(unknown)).toStrictEqual(nothing)
    expect(parts.readsMore?.(unknown, parts.initialState)).toStrictEqual(nothing)
    expect(parts.tags(unknown)).toStrictEqual([])
    expect(typeOfEvent(parts, unknown)).toBe('b.')
  })

  it('reads within many by types alone, of its key', () => {
    const typed = { ...drawnDecision(noTables), reads: (): Query => [{ types: ['E0'] }] }
    const many = D.many(tag('k'))(typed)
    const c = { key: 'l', command: { command: 0, a: 'x', b: 'y' } }
    expect(many.reads(c)).toStrictEqual([{ types: ['E0'], tags: [tag('k')('l')] }])
  })

  it('reads within many by the state of the key, in the second stage', () => {
    const x = tag('x')
    const decider = drawnDecision(noTables)
    const many = D.many(tag('k'))({
      ...decider,
      readsMore: (_: DrawnCommand, state) =>
        state === decider.initialState ? nothing : [{ tags: [x('more')] }],
    })
    const c = { key: 'l', command: { command: 0, a: 'x', b: 'y' } }
    const before = many.readsMore?.(c, many.initialState)
    expect(before && normalForm(before)).toStrictEqual(nothing)
    const states = set('l', { ...decider.initialState })(many.initialState)
    expect(many.readsMore?.(c, states)).toStrictEqual([{ tags: [tag('k')('l'), x('more')] }])
  })

  it('tags the events of many deciders with their keys alone', () => {
    const many = D.many(tag('k'))(finite({ decide: [], evolve: [], ends: [] }))
    expect(many.tags({ key: 'l', event: { event: 0 } })).toStrictEqual([tag('k')('l')])
  })

  it('reads in a part what the part reads, by the name of the part', () => {
    const typed = { ...drawnDecision(noTables), reads: (): Query => [{ types: ['E0'] }] }
    const parts = D.struct({ a: typed, b: D.many(tag('b'))(typed) })
    const command = { command: 0, a: 'x', b: 'y' }
    expect(parts.reads({ type: 'a', command })).toStrictEqual([{ types: ['a.E0'] }])
    expect(parts.reads({ type: 'b', command: { key: 'l', command } })).toStrictEqual([
      { types: ['b.E0'], tags: [tag('b')('l')] },
    ])
  })

  it('keeps having one stage, whatever it is mapped by', () => {
    const k = D.many(tag('k'))(finite({ decide: [], evolve: [], ends: [] }))
    const same1 = D.imapState(
      (state: typeof k.initialState) => state,
      (state) => state,
    )(k)
    const asked = { key: 'a', command: { command: 0 } }
    expect(D.read(same1)(asked, []).query).toStrictEqual([{ tags: [tag('k')('a')] }])
  })

  it('is closed over a process manager, and given what the follow-ups read', () => {
    // every second command follows from the first: the other thing, too
    const process: Process<DrawnEvent, null, DrawnCommand> = {
      initialState: null,
      evolve: () => null,
      react: (_, { type, a, b }) =>
        type === 'E0' ? [{ id: a, command: { command: 1, a: b, b: a } }] : [],
      resume: () => [],
      isTerminal: () => false,
    }
    fc.assert(
      fc.property(drawn, (d) => {
        expect(
          keepsItsLaws({
            decision: { ...withDecider(process, 3)(d), reads: () => everything, tags: d.tags },
            command: drawnCommand,
            event: drawnEvent,
          }),
        ).toBe(true)
      }),
      { numRuns: runs(3) },
    )
  })
})
