import type { Trace } from '../../src/testing/explore/trace.ts'

/** The state at the end of a trace. */
export const lastState = <S, A, E>({ initialState, steps }: Trace<S, A, E>): S => {
  const last = steps[steps.length - 1]
  return last === undefined ? initialState : last.state
}
