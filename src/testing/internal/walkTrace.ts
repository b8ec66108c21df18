/**
 * What a walk did, step by step.

 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider } from '../../Decider.ts'
import { wrongDecision, wrongState } from './shapes.ts'

export interface Step<out C, out S, out E, out R> {
  readonly command: C
  /** The state that it was decided in, and how many events led there. */
  readonly before: S
  readonly version: number
  readonly decision: Either<R, ReadonlyArray<E>>
  /** The state after the last event; the one before if there is none. */
  readonly after: S
}

export interface WalkTrace<out C, out S, out E, out R> {
  readonly steps: ReadonlyArray<Step<C, S, E, R>>
  /** All events, oldest first. */
  readonly events: ReadonlyArray<E>
  /** The state at each version: one more than there are events. */
  readonly states: ReadonlyArray<S>
  readonly state: S
}

/** Runs the commands up to the first on which the decider throws, or returns no decision. */
export const traceOf = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  commands: ReadonlyArray<C>,
): WalkTrace<C, S, E, R> => {
  let state = decider.initialState
  const steps: Array<Step<C, S, E, R>> = []
  const events: Array<E> = []
  const states: Array<S> = [state]
  try {
    for (const command of commands) {
      const before = state
      const version = events.length
      const decision = decider.decide(command, before)
      // only B1 reports malformed results
      if (wrongDecision(decision) !== undefined) break
      const reached: Array<S> = []
      if (decision._tag === 'Right') {
        for (const event of decision.right) {
          state = decider.evolve(state, event)
          if (wrongState(state) !== undefined) throw new TypeError('no state')
          reached.push(state)
        }
        for (const event of decision.right) events.push(event)
        for (const next of reached) states.push(next)
      }
      steps.push({ command, before, version, decision, after: state })
    }
  } catch {
    // a step that throws is not part of the trace
    return { steps, events, states, state: states[states.length - 1] as S } // never empty
  }
  return { steps, events, states, state }
}

/** The states before and after each event of a step. */
export const walkedChanges = <C, S, E, R>(
  trace: WalkTrace<C, S, E, R>,
  step: Step<C, S, E, R>,
): ReadonlyArray<{ readonly before: S; readonly event: E; readonly after: S }> =>
  step.decision._tag === 'Left'
    ? []
    : step.decision.right.map((event, i) => ({
        // a trace has a state at each version up to the number of its events
        before: trace.states[step.version + i] as S,
        event,
        after: trace.states[step.version + i + 1] as S,
      }))

/** The result of a call, or what it threw. */
export type CallResult<A> =
  | { readonly _tag: 'Returned'; readonly value: A }
  | { readonly _tag: 'Threw'; readonly error: unknown }

export const call = <A>(f: () => A): CallResult<A> => {
  try {
    return { _tag: 'Returned', value: f() }
  } catch (error) {
    return { _tag: 'Threw', error }
  }
}

export const fold = <S, E>(
  decider: { readonly evolve: (state: S, event: E) => S },
  from: S,
  events: ReadonlyArray<E>,
): S => {
  let state = from
  for (const event of events) state = decider.evolve(state, event)
  return state
}
