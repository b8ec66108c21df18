/**
 * A projection is an initial state and a function that takes a state and an event to the next
 * state; replaying a history is a left fold of that function.
 *
 * `S` is the state, `E` the event, `p` a projection, `fold(s, es)` the fold of `p.evolve`.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. empty history: `replay(p)([]) = p.initialState`
 * 2. monoid action: `fold(s, [...xs, ...ys]) = fold(fold(s, xs), ys)`
 * 3. the last of `states(p)(es)` is `replay(p)(es)`, and there is one more state than events
 * 4. `struct`: a product folds component-wise, `replay(struct({ a, b }))(es)` is
 *    `{ a: replay(a)(es), b: replay(b)(es) }`
 * 5. `selectEvent(f)(p)`: an event for which `f` returns `none` leaves the state unchanged, any other
 *    counts as what `f` returns
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'

/**
 * How events add up to a state. Every decider is one; a read model is one over recorded events. `evolve`
 * is called without a receiver.
 *
 * @category model
 * @since 0.1.0
 */
export interface Projection<in out S, in E> {
  readonly initialState: S
  readonly evolve: (state: S, event: E) => S
}

/**
 * The state after a history, from the initial state. A plain loop: the length of the history never
 * touches the stack.
 *
 * @example
 *   import { replay } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   const sum = { initialState: 0, evolve: (s: number, e: number) => s + e }
 *   assert.strictEqual(replay(sum)([1, 2, 3]), 6)
 *
 * @category folding
 * @since 0.1.0
 */
export const replay =
  <S, E>(projection: Projection<S, E>): ((events: ReadonlyArray<E>) => S) =>
  (events) =>
    replayFrom(projection)(projection.initialState, events)

/**
 * The state after a history, from any state: a snapshot and the events after it.
 *
 * @example
 *   import { replayFrom } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   const sum = { initialState: 0, evolve: (s: number, e: number) => s + e }
 *   assert.strictEqual(replayFrom(sum)(10, [1, 2, 3]), 16)
 *
 * @category folding
 * @since 0.1.0
 */
export const replayFrom =
  <S, E>(projection: Projection<S, E>): ((state: S, events: ReadonlyArray<E>) => S) =>
  (state, events) => {
    let next = state
    for (const event of events) next = projection.evolve(next, event)
    return next
  }

/**
 * Every state that a history passes through: the initial one, then one after each event. Element
 * `v` is the state at version `v`.
 *
 * @example
 *   import { states } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   const sum = { initialState: 0, evolve: (s: number, e: number) => s + e }
 *   assert.deepStrictEqual(states(sum)([1, 2, 3]), [0, 1, 3, 6])
 *
 * @category folding
 * @since 0.1.0
 */
export const states =
  <S, E>(projection: Projection<S, E>): ((events: ReadonlyArray<E>) => ReadonlyNonEmptyArray<S>) =>
  (events) => {
    let state = projection.initialState
    const seen: [S, ...Array<S>] = [state]
    for (const event of events) {
      state = projection.evolve(state, event)
      seen.push(state)
    }
    return seen
  }

/** Any projection at all: what `struct` takes as a part. */
interface AnyProjection {
  readonly initialState: unknown
  readonly evolve: (state: never, event: never) => unknown
}

/** The state of each part, by its name. */
type StatesOf<P> = {
  readonly [K in keyof P]: P[K] extends { readonly initialState: infer S } ? S : never
}

/** The events that every part folds. */
type EventsOf<P> = P[keyof P] extends {
  readonly evolve: (state: never, event: infer E) => unknown
}
  ? E
  : never

/** `Object.keys` does not list symbols. */
type NoSymbols<P> = { readonly [K in keyof P]: K extends symbol ? never : unknown }

type ProjectionsOf<S, E> = { readonly [K in keyof S]: Projection<S[K], E> }

/**
 * Several projections of the same events as one: the state of each, under its name. Projections of
 * different events are brought to the same first, by `selectEvent`.
 *
 * @example
 *   import { replay, struct } from 'decider-ts/Projection'
 *   import assert from 'node:assert'
 *
 *   const sum = { initialState: 0, evolve: (s: number, e: number) => s + e }
 *   const last = { initialState: 0, evolve: (_: number, e: number) => e }
 *   assert.deepStrictEqual(replay(struct({ sum, last }))([1, 2, 3]), { sum: 6, last: 3 })
 *
 * @category combining
 * @since 0.1.0
 */
export const struct = <P extends Readonly<Record<string, AnyProjection>>>(
  parts: P & ProjectionsOf<StatesOf<P>, EventsOf<P>> & NoSymbols<P>,
): Projection<StatesOf<P>, EventsOf<P>> => structProjection<StatesOf<P>, EventsOf<P>>(parts)

const structProjection = <S extends Readonly<Record<string, unknown>>, E>(
  parts: ProjectionsOf<S, E>,
): Projection<S, E> => {
  const names: ReadonlyArray<keyof S> = Object.keys(parts)
  return {
    // one state for each name
    initialState: Object.fromEntries(names.map((name) => [name, parts[name].initialState])) as S,
    evolve: (state, event) => {
      let next = state
      for (const name of names) {
        const before = state[name]
        const after = parts[name].evolve(before, event)
        if (Object.is(before, after)) continue
        // its fields are replaced, never added to, so the copy has the shape of the original
        if (next === state) next = { ...state }
        next[name] = after
      }
      return next
    },
  }
}

/**
 * The projection over other events: `f` says which of them count, and as what.
 *
 * @example
 *   import { replay, selectEvent } from 'decider-ts/Projection'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const sum = { initialState: 0, evolve: (s: number, e: number) => s + e }
 *   const even = pipe(sum, selectEvent((e: number) => (e % 2 === 0 ? some(e) : none)))
 *   assert.strictEqual(replay(even)([1, 2, 3, 4]), 6)
 *
 * @category combining
 * @since 0.1.0
 */
export const selectEvent =
  <E2, E>(f: (event: E2) => Option<E>): (<S>(projection: Projection<S, E>) => Projection<S, E2>) =>
  ({ initialState, evolve }) => ({
    initialState,
    evolve: (state, event) => {
      const own = f(event)
      return own._tag === 'None' ? state : evolve(state, own.value)
    },
  })
