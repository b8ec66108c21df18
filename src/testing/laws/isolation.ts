/**
 * A decider whose initial state is restored before each use, so that drawing walks does not affect what is
 * tested afterwards.
 */
import type { Decider } from '../../Decider.ts'
import { reading } from './globals.ts'
import type { FrozenCopy } from '../internal/copy.ts'
import { frozen, frozenCopy } from '../internal/copy.ts'
import { takeSnapshot } from '../internal/snapshot.ts'
import type { EarlierCall } from './model.ts'
import { call } from '../internal/walkTrace.ts'
import { wrongDecision } from '../internal/shapes.ts'

export interface IsolatedDecider<C, S, E, R> {
  /** The decider that is tested: the user's, except for its initial state. */
  readonly tested: Decider<C, S, E, R>
  /** The decider that walks are drawn with: it decides on frozen copies of commands. */
  readonly drawing: Decider<C, S, E, R>
  /** The first read while walks were drawn, and the first decisions in the initial state. */
  readonly earlier: ReadonlyArray<EarlierCall<C, E, R>>
  readonly restore: () => void
}

/** How many decisions in the initial state are remembered. */
const mostEarlier = 8

export const untouched = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
): IsolatedDecider<C, S, E, R> => {
  const { restore } = takeSnapshot(decider.initialState)
  const start = (): S => {
    restore()
    return frozenCopy(decider.initialState)
  }
  const tested: Decider<C, S, E, R> = {
    get initialState() {
      return start()
    },
    // called as methods, since a decider may be an instance of a class
    decide: (command, state) => decider.decide(command, state),
    evolve: (state, event) => decider.evolve(state, event),
    isTerminal: (state) => decider.isTerminal(state),
  }
  const earlier: Array<EarlierCall<C, E, R>> = []
  return { tested, drawing: drawingOn(tested, earlier), earlier, restore }
}

/** The decider that walks are drawn with. Adds to `earlier`. */
const drawingOn = <C, S, E, R>(
  tested: Decider<C, S, E, R>,
  earlier: Array<EarlierCall<C, E, R>>,
): Decider<C, S, E, R> => {
  const { decide, evolve, isTerminal } = tested
  const seeing = readsNotedIn(earlier)
  let left = mostEarlier
  let fresh: { readonly state: S } | undefined
  let copied = frozenOnce<C>()
  return {
    get initialState() {
      fresh = { state: tested.initialState }
      copied = frozenOnce()
      return fresh.state
    },
    decide: (drawn, state) => {
      const { value: command, writable } = copied(drawn)
      const before = writable ? takeSnapshot(command) : undefined
      try {
        const decision = seeing('decide', [command, state], () => decide(command, state))
        const isFirst = fresh !== undefined && Object.is(state, fresh.state) && left > 0
        // a malformed decision is found by the walk that leads to it
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
  }
}

/** Copies each command once per walk: most are tried repeatedly, so this halves the time. */
const frozenOnce = <C>(): ((drawn: C) => FrozenCopy<C>) => {
  const copies = new Map<C, FrozenCopy<C>>()
  return (drawn) => {
    const made = copies.get(drawn) ?? frozen(drawn)
    if (!made.writable) copies.set(drawn, made)
    return made
  }
}

/** Calls functions, and adds the first read of the outside world to `earlier`. */
const readsNotedIn = <C, E, R>(earlier: Array<EarlierCall<C, E, R>>) => {
  let hasRead = false
  return <A>(name: string, asked: ReadonlyArray<unknown>, f: () => A): A => {
    const { value, reads } = reading(f)
    if (!hasRead && reads.length > 0) {
      hasRead = true
      const again = () => reading(() => call(f)).reads
      earlier.push({ type: 'Read', name, reads, asked: frozenCopy(asked), again })
    }
    return value
  }
}
