/**
 * A decider whose initial state is the same each time, whatever was done to it: what is drawn on it
 * leaves no trace in what is tested after.
 *
 * @internal
 */
import type { Decider } from '../../Decider.ts'
import { reading } from './globals.ts'
import type { Frozen } from '../internal/copy.ts'
import { frozen, frozenCopy } from '../internal/copy.ts'
import { kept } from '../internal/snapshot.ts'
import type { Earlier } from './model.ts'
import { isRead } from './model.ts'
import { call } from '../internal/walkTrace.ts'
import { wrongDecision } from '../internal/shapes.ts'

export interface Untouched<C, S, E, R> {
  /** What is tested: the decider itself, but for its initial state. */
  readonly tested: Decider<C, S, E, R>
  /** What walks are drawn with: it decides on frozen copies of commands. */
  readonly drawing: Decider<C, S, E, R>
  /** What was read when walks were drawn, and decided in the initial state before any event had come. */
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
  let left = remembered
  let hasRead = false
  const seeing = <A>(name: string, asked: ReadonlyArray<unknown>, f: () => A): A => {
    const { value, reads } = reading(f)
    if (reads.length > 0 && !hasRead && isRead(reads)) {
      hasRead = true
      const again = () => reading(() => call(f)).reads
      earlier.push({ type: 'Read', name, reads, asked: frozenCopy(asked), again })
    }
    return value
  }
  let fresh: { readonly state: S } | undefined
  let copies = new Map<C, Frozen<C>>()
  // a walk tries most of its commands again and again, in one state after the other
  const copied = (drawn: C): Frozen<C> => {
    const known = copies.get(drawn)
    if (known !== undefined) return known
    const made = frozen(drawn)
    // nobody can write to what is frozen, so that it can be given again
    if (!made.writable) copies.set(drawn, made)
    return made
  }
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
        copies = new Map()
        return fresh.state
      },
      decide: (drawn, state) => {
        const { value: command, writable } = copied(drawn)
        const before = writable ? kept(command) : undefined
        try {
          const decision = seeing('decide', [command, state], () => decide(command, state))
          const isFirst = fresh !== undefined && Object.is(state, fresh.state) && left > 0
          // what is no decision is found where the walk comes to it
          if (isFirst && wrongDecision(decision) === undefined) {
            left--
            earlier.push({ type: 'Decided', command: drawn, decision: frozenCopy(decision) })
          }
          return decision
        } finally {
          before?.restore()
        }
      },
      evolve: (state, event) => {
        fresh = undefined
        return seeing('evolve', [state, event], () => evolve(state, event))
      },
      isTerminal: (state) => seeing('isTerminal', [state], () => isTerminal(state)),
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
