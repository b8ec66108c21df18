// Over random finite deciders in a world that has a second command, event and field.
import fc from 'fast-check'
import { map as mapRight, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Lens, Prism } from '../src/Adapt.ts'
import { adapt } from '../src/Adapt.ts'
import { replayFrom } from '../src/Projection.ts'
import { deepFreeze } from './support/deepFreeze.ts'
import type { Command, Event, State } from './support/finite.ts'
import { command, event, finite, state, tables } from './support/finite.ts'
import { observe } from './support/observe.ts'
import { plain } from './support/plain.ts'

/** Something that is there beside the part, or the part. */
type Or<A> = { readonly part: A } | { readonly beside: number }
type World<A> = { readonly weather: number; readonly part: A }

const inOr = <A>(): Prism<Or<A>, A> => ({
  getOption: (or) => ('part' in or ? some(or.part) : none),
  reverseGet: (part) => ({ part }),
})
const inWorld = <A>(): Lens<World<A>, A> => ({
  get: (world) => world.part,
  set: (part) => (world) => ({ ...world, part }),
})
const self = <A>(): Prism<A, A> & Lens<A, A> => ({
  getOption: some,
  reverseGet: (a) => a,
  get: (a) => a,
  set: (a) => () => a,
})
const or = <A>(part: fc.Arbitrary<A>): fc.Arbitrary<Or<A>> =>
  fc.oneof(plain({ part }), plain({ beside: fc.nat() }))

const start: World<State> = { weather: 3, part: { state: 9 } }
const inside = adapt({
  command: inOr<Command>(),
  event: inOr<Event>(),
  state: inWorld<State>(),
  initialState: start,
})

const worlds = plain({ weather: fc.nat(), part: state })
const commands = fc.array(or(command), { maxLength: 30, size: 'max' })

describe('adapt', () => {
  it('its optics here are lawful', () => {
    fc.assert(
      fc.property(command, state, state, worlds, (c, x, y, w) => {
        expect(inOr<Command>().getOption(inOr<Command>().reverseGet(c))).toStrictEqual(some(c))
        const { get, set } = inWorld<State>()
        expect(get(set(x)(w))).toStrictEqual(x)
        expect(set(get(w))(w)).toStrictEqual(w)
        expect(set(x)(set(y)(w))).toStrictEqual(set(x)(w))
      }),
    )
  })

  it('Adapt 1: what is not selected emits nothing and changes nothing', () => {
    fc.assert(
      fc.property(tables, worlds, fc.nat(), (t, w, beside) => {
        const a = inside(finite(t))
        expect(a.decide({ beside }, deepFreeze(w))).toStrictEqual(right([]))
        expect(a.evolve(w, { beside })).toBe(w)
      }),
    )
  })

  it('Adapt 2: what is selected is what the decider does', () => {
    fc.assert(
      fc.property(tables, worlds, command, event, (t, w, c, e) => {
        const d = finite(t)
        const a = inside(d)
        expect(a.decide({ part: c }, deepFreeze(w))).toStrictEqual(
          pipe(
            d.decide(c, w.part),
            mapRight((es) => es.map((part) => ({ part }))),
          ),
        )
        expect(a.evolve(w, { part: e }).part).toStrictEqual(d.evolve(w.part, e))
        expect(a.isTerminal(w)).toBe(d.isTerminal(w.part))
        expect(a.initialState.part).toStrictEqual(d.initialState)
      }),
    )
  })

  it('Adapt 3: the world around the part stays as it is', () => {
    fc.assert(
      fc.property(tables, worlds, fc.array(or(event)), (t, w, es) => {
        expect(replayFrom(inside(finite(t)))(w, es).weather).toBe(w.weather)
        expect(inside(finite(t)).initialState.weather).toBe(start.weather)
      }),
    )
  })

  it('Adapt 4, identity', () => {
    fc.assert(
      fc.property(tables, fc.array(command), (t, cs) => {
        const same = adapt({
          command: self<Command>(),
          event: self<Event>(),
          state: self<State>(),
          initialState: { state: 2 },
        })(finite(t))
        expect(observe(same)(cs)).toStrictEqual(observe(finite(t))(cs))
      }),
    )
  })

  it('Adapt 5, composition', () => {
    const further: World<World<State>> = { weather: 5, part: start }
    const twice = adapt({
      command: inOr<Or<Command>>(),
      event: inOr<Or<Event>>(),
      state: inWorld<World<State>>(),
      initialState: further,
    })
    const composed = <A, B, C>(outer: Prism<A, B>, inner: Prism<B, C>): Prism<A, C> => ({
      getOption: (a) => {
        const b = outer.getOption(a)
        return b._tag === 'None' ? b : inner.getOption(b.value)
      },
      reverseGet: (c) => outer.reverseGet(inner.reverseGet(c)),
    })
    const once = adapt({
      command: composed(inOr<Or<Command>>(), inOr<Command>()),
      event: composed(inOr<Or<Event>>(), inOr<Event>()),
      state: {
        get: (w: World<World<State>>) => w.part.part,
        set: (part: State) => (w: World<World<State>>) => ({ ...w, part: { ...w.part, part } }),
      },
      initialState: further,
    })
    fc.assert(
      fc.property(tables, fc.array(or(or(command))), (t, cs) => {
        const d = finite(t)
        expect(observe(twice(inside(d)))(cs)).toStrictEqual(observe(once(d))(cs))
        expect(twice(inside(d)).initialState).toStrictEqual(once(d).initialState)
      }),
    )
  })

  it('keeps the very world where the part keeps its state', () => {
    const still = inside({ ...finite({ decide: [], evolve: [], ends: [] }), evolve: (s) => s })
    expect(still.evolve(start, { part: { event: 0 } })).toBe(start)
  })

  it('takes long lists of commands', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const own = cs.flatMap((c) => ('part' in c ? [c.part] : []))
        const seen = observe(inside(finite(t)))(cs)
        expect(seen.ended.at(-1)).toBe(observe(finite(t))(own).ended.at(-1))
      }),
    )
  })
})
