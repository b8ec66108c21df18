/**
 * Time travel: the states of a stream at any version and at any instant.
 *
 * `p` is a projection, `h` a history: the recorded events of one stream from version 1 on, in order
 * of version.
 *
 * Laws:
 *
 * 1. `stateAtVersion(p)(h, v)` is `states(p)(events of h)[v]`, and `none` if the stream has no version
 *    `v`
 * 2. `stateAsOf(p)(h, t, clock)` is the fold of exactly the events whose instant on that clock is
 *    not after `t`
 * 3. `changesBetween` from `v` to `v` is empty; from `v` to `w` it is `diff` of the two states
 * 4. `setBy` returns the last event of `h` whose fold changed the value at the path
 * 5. the states of `timeline` are `states(p)(events of h)` without the first
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Change } from './Diff.ts'
import type { KeyOf, Path } from './internal/diff.ts'
import { diff, valueAt } from './Diff.ts'
import type { Projection } from './Projection.ts'
import type { Instant, Loaded, Recorded } from './Recorded.ts'
import { none, some } from './internal/either.ts'
import { lastOf } from './internal/loaded.ts'

/**
 * The recorded events of one stream, from version 1 on, in order of version.
 *
 * @category model
 * @since 0.1.0
 */
export type History<E> = Loaded<E>

/**
 * Which of an event's two instants counts: when it happened in the world, or when it was recorded. They
 * differ for events that are entered late or imported.
 *
 * @category model
 * @since 0.1.0
 */
export type Clock = 'occurredAt' | 'recordedAt'

/**
 * The state at a version: 0 is the initial state, `n` the state after the n-th stored event. `none` for
 * a version that the stream does not have.
 *
 * @example
 *   import { stateAtVersion } from 'decider-ts/History'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const sum = { initialState: 0, evolve: (s: number, e: number) => s + e }
 *   assert.deepStrictEqual(stateAtVersion(sum)([], 0), some(0))
 *   assert.deepStrictEqual(stateAtVersion(sum)([], 1), none)
 *
 * @category time travel
 * @since 0.1.0
 */
export const stateAtVersion =
  <S, E>(projection: Projection<S, E>): ((history: History<E>, version: number) => Option<S>) =>
  (history, version) => {
    if (!Number.isInteger(version) || version < 0 || version > (lastOf(history)?.version ?? 0))
      return none
    let state = projection.initialState
    for (const recorded of history) {
      if (recorded.version > version) break
      state = projection.evolve(state, recorded.event)
    }
    return some(state)
  }

/**
 * The state at an instant, that instant included. The clock decides when a late entry counts: by
 * `occurredAt` since it happened, by `recordedAt` since it was recorded. Events are folded in the order
 * of their versions, so by `occurredAt` an event that builds on one with a later instant does not find
 * it, and leaves the state unchanged.
 *
 * @example
 *   import { stateAsOf } from 'decider-ts/History'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const sum = { initialState: 0, evolve: (s: number, e: number) => s + e }
 *   const place = { stream: 'a', version: 1, position: 1, commitId: 'c', recordedAt: 2_000 }
 *   const history = [{ occurredAt: 1_000, actor: none, correlationId: none, causationId: none, ...place, event: 5 }]
 *   assert.strictEqual(stateAsOf(sum)(history, 1_500, 'occurredAt'), 5)
 *   assert.strictEqual(stateAsOf(sum)(history, 1_500, 'recordedAt'), 0)
 *
 * @category time travel
 * @since 0.1.0
 */
export const stateAsOf =
  <S, E>(
    projection: Projection<S, E>,
  ): ((history: History<E>, instant: Instant, clock: Clock) => S) =>
  (history, instant, clock) => {
    let state = projection.initialState
    for (const recorded of history) {
      if (recorded[clock] <= instant) state = projection.evolve(state, recorded.event)
    }
    return state
  }

/**
 * What changed between two versions, field by field; `none` if the stream lacks one of them. With
 * `keyOf`, elements of arrays are recognised by name instead of by index.
 *
 * @example
 *   import { changesBetween } from 'decider-ts/History'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const last = { initialState: { n: 0 }, evolve: (_: { n: number }, n: number) => ({ n }) }
 *   const place = { stream: 'a', version: 1, position: 1, commitId: 'c', recordedAt: 0 }
 *   const history = [{ occurredAt: 0, actor: none, correlationId: none, causationId: none, ...place, event: 5 }]
 *   assert.deepStrictEqual(
 *     changesBetween(last)(history, 0, 1),
 *     some([{ path: ['n'], before: some(0), after: some(5) }]),
 *   )
 *
 * @category time travel
 * @since 0.1.0
 */
export const changesBetween =
  <S, E>(
    projection: Projection<S, E>,
    keyOf?: KeyOf,
  ): ((history: History<E>, from: number, to: number) => Option<ReadonlyArray<Change>>) =>
  (history, from, to) => {
    const before = stateAtVersion(projection)(history, from)
    const after = stateAtVersion(projection)(history, to)
    return before._tag === 'None' || after._tag === 'None'
      ? none
      : some(diff(keyOf)(before.value, after.value))
  }

/**
 * The event that set the current value at a path: the last one whose fold changed it, or `none`.
 *
 * @example
 *   import { setBy } from 'decider-ts/History'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const last = { initialState: { n: 0 }, evolve: (_: { n: number }, n: number) => ({ n }) }
 *   const place = { stream: 'a', version: 1, position: 1, commitId: 'c', recordedAt: 0 }
 *   const history = [{ occurredAt: 0, actor: none, correlationId: none, causationId: none, ...place, event: 5 }]
 *   assert.deepStrictEqual(setBy(last)(history, ['n']), some(history[0]))
 *   assert.deepStrictEqual(setBy(last)(history, ['m']), none)
 *
 * @category time travel
 * @since 0.1.0
 */
export const setBy =
  <S, E>(
    projection: Projection<S, E>,
    keyOf?: KeyOf,
  ): ((history: History<E>, path: Path) => Option<Recorded<E>>) =>
  (history, path) => {
    const at = valueAt(keyOf)
    const differ = diff(keyOf)
    let setter: Option<Recorded<E>> = none
    let state = projection.initialState
    let value = at(state, path)
    for (const recorded of history) {
      state = projection.evolve(state, recorded.event)
      const next = at(state, path)
      if (differ(value, next).length > 0) setter = some(recorded)
      value = next
    }
    return setter
  }

/** One step of a history: the event, the state after it and what it changed. */
interface Moment<out S, out E> {
  readonly recorded: Recorded<E>
  readonly state: S
  readonly changes: ReadonlyArray<Change>
}

/**
 * A history step by step: each event with the state after it and the fields that it changed.
 *
 * @example
 *   import { timeline } from 'decider-ts/History'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const sum = { initialState: 0, evolve: (s: number, e: number) => s + e }
 *   const place = { stream: 'a', version: 1, position: 1, commitId: 'c', recordedAt: 0 }
 *   const history = [{ occurredAt: 0, actor: none, correlationId: none, causationId: none, ...place, event: 5 }]
 *   assert.deepStrictEqual(timeline(sum)(history).map((moment) => moment.state), [5])
 *
 * @category time travel
 * @since 0.1.0
 */
export const timeline =
  <S, E>(
    projection: Projection<S, E>,
    keyOf?: KeyOf,
  ): ((history: History<E>) => ReadonlyArray<Moment<S, E>>) =>
  (history) => {
    const differ = diff(keyOf)
    const moments: Array<Moment<S, E>> = []
    let state = projection.initialState
    for (const recorded of history) {
      const next = projection.evolve(state, recorded.event)
      moments.push({ recorded, state: next, changes: differ(state, next) })
      state = next
    }
    return moments
  }
