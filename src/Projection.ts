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
 *
 * @since 0.1.0
 */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'

/**
 * How events add up to a state. Every decider is one; a read model is one over recorded events.
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
 * The state after a history, from any state: how a snapshot meets its tail.
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
