/**
 * A reducer with undo and redo. Its laws are those with the same numbers in `Redux`.
 *
 * @since 0.1.0
 */
import type { Projection } from '../../Projection.ts'
import { replay, replayFrom } from '../../Projection.ts'
import type { WithType } from '../../codec/internal/shortForm.ts'
import type { ActionTypes } from './actionTypes.ts'
import { hasTypeIn } from './actionTypes.ts'

/**
 * A state with the events that led to it and the events that were undone, both oldest first.
 *
 * @category model
 * @since 0.1.0
 */
export interface EventTimeline<out S, out E> {
  readonly past: ReadonlyArray<E>
  readonly present: S
  readonly future: ReadonlyArray<E>
}

/** Undoes or redoes a number of events. */
type TimelineStep = {
  readonly type: 'timeline/undo' | 'timeline/redo'
  /** A safe integer, so that it survives JSON. */
  readonly events: number
}

/**
 * The action that undoes the last events, one by default; `undo(Infinity)` undoes all. A command may have
 * emitted several events: its outcome tells how many.
 *
 * @example
 *   import { undo } from 'decider-ts/embed/Redux'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(undo(), { type: 'timeline/undo', events: 1 })
 *
 * @category time travel
 * @since 0.1.0
 */
export const undo = (events: number = 1): TimelineStep => ({
  type: 'timeline/undo',
  events: checkedCount(events),
})

/** JSON has no `Infinity`, and an action may be stored or sent to developer tools. `NaN` counts as 0. */
const checkedCount = (events: number): number =>
  Math.min(Math.max(0, Math.trunc(events)), Number.MAX_SAFE_INTEGER) || 0

/**
 * The action that redoes the next undone events, one by default.
 *
 * @example
 *   import { redo } from 'decider-ts/embed/Redux'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(redo(2), { type: 'timeline/redo', events: 2 })
 *
 * @category time travel
 * @since 0.1.0
 */
export const redo = (events: number = 1): TimelineStep => ({
  type: 'timeline/redo',
  events: checkedCount(events),
})

/**
 * Makes a reducer that remembers its events, so that `undo` and `redo` work. An event after an `undo`
 * discards what could have been redone.
 *
 * @example
 *   import { redo, toTimeline, undo } from 'decider-ts/embed/Redux'
 *   import assert from 'node:assert'
 *
 *   type Event = { readonly type: 'Added'; readonly amount: number }
 *   const sum = { initialState: 0, evolve: (state: number, event: Event) => state + event.amount }
 *   const reducer = toTimeline(sum, { Added: true })
 *   const three = reducer(reducer(undefined, { type: 'Added', amount: 1 }), { type: 'Added', amount: 2 })
 *   const one = reducer(three, undo())
 *   assert.deepStrictEqual([three.present, one.present], [3, 1])
 *   assert.deepStrictEqual(reducer(one, redo()), three)
 *   assert.deepStrictEqual(reducer(one, { type: 'Added', amount: 5 }).future, [])
 *
 * @category time travel
 * @since 0.1.0
 */
export const toTimeline = <S, E extends WithType>(
  projection: Projection<S, E>,
  types: ActionTypes<E>,
): ((state: EventTimeline<S, E> | undefined, action: E | TimelineStep) => EventTimeline<S, E>) => {
  const isEvent = hasTypeIn(types)
  const isStep = hasTypeIn<TimelineStep>({ 'timeline/undo': true, 'timeline/redo': true })
  const initial: EventTimeline<S, E> = { past: [], present: projection.initialState, future: [] }
  return (state, action) => {
    const before = state === undefined ? initial : state
    if (isEvent(action)) {
      const present = projection.evolve(before.present, action)
      return { past: [...before.past, action], present, future: [] }
    }
    return isStep(action) ? timelineAfter(projection, before, action) : before
  }
}

const timelineAfter = <S, E>(
  projection: Projection<S, E>,
  timeline: EventTimeline<S, E>,
  { type, events }: TimelineStep,
): EventTimeline<S, E> => {
  const { past, present, future } = timeline
  const back = type === 'timeline/undo'
  const steps = Math.min(checkedCount(events), (back ? past : future).length)
  if (steps === 0) return timeline
  if (back) {
    const kept = past.slice(0, -steps)
    const undone = past.slice(-steps)
    return { past: kept, present: replay(projection)(kept), future: [...undone, ...future] }
  }
  const redone = future.slice(0, steps)
  return {
    past: [...past, ...redone],
    present: replayFrom(projection)(present, redone),
    future: future.slice(steps),
  }
}
