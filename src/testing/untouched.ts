/**
 * A decider whose initial state is the same each time, whatever was done to it: what is drawn on it
 * leaves no trace in what is tested after.
 *
 * @internal
 */
import type { Decider } from '../Decider.ts'
import { frozen, frozenCopy } from './frozen.ts'
import { kept } from './kept.ts'
import type { Earlier } from './lawCase.ts'

export interface Untouched<C, S, E, R> {
  /** What is tested: the decider itself, but for its initial state. */
  readonly tested: Decider<C, S, E, R>
  /** What walks are drawn with: it decides on frozen copies of commands. */
  readonly drawing: Decider<C, S, E, R>
  /** What was decided in the initial state when walks were drawn, before any event had come. */
  readonly earlier: ReadonlyArray<Earlier<C, E, R>>
  readonly restore: () => void
}

/** So many of the decisions in the initial state are remembered. */
const remembered = 8

export const untouched = <C, S, E, R>(decider: Decider<C, S, E, R>): Untouched<C, S, E, R> => {
  const { restore } = kept(decider.initialState)
  const start = (): S => {
    restore()
    return frozenCopy(decider.initialState)
  }
  const { decide, evolve, isTerminal } = boundTo(decider)
  const earlier: Array<Earlier<C, E, R>> = []
  let fresh: { readonly state: S } | undefined
  return {
    earlier,
    restore,
    tested: {
      get initialState() {
        return start()
      },
      decide,
      evolve,
      isTerminal,
    },
    drawing: {
      get initialState() {
        fresh = { state: start() }
        return fresh.state
      },
      decide: (drawn, state) => {
        const { value: command, writable } = frozen(drawn)
        const before = writable ? kept(command) : undefined
        try {
          const decision = decide(command, state)
          if (fresh !== undefined && Object.is(state, fresh.state) && earlier.length < remembered) {
            earlier.push({ command: drawn, decision: frozenCopy(decision) })
          }
          return decision
        } finally {
          before?.restore()
        }
      },
      evolve: (state, event) => {
        fresh = undefined
        return evolve(state, event)
      },
      isTerminal,
    },
  }
}

/** The functions of a decider that may be an object of a class. */
const boundTo = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
): Omit<Decider<C, S, E, R>, 'initialState'> => ({
  decide: (command, state) => decider.decide(command, state),
  evolve: (state, event) => decider.evolve(state, event),
  isTerminal: (state) => decider.isTerminal(state),
})
