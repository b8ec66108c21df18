/**
 * What a search records: the states in the order in which they were found, each with the state and the
 * action before it, and what went wrong.
 *
 * The attempts in a state are handed on and not kept: kept one by one, they would take 155 bytes a state
 * of the benchmark's order, on top of all else.
 */
import { settled } from '../internal/shapes.ts'
import { shown } from '../internal/source.ts'
import { seen } from '../internal/text.ts'
import type { ValueTable } from '../internal/numbering.ts'
import { isUnchanged, numberIn, valueTable } from '../internal/numbering.ts'
import type { Relation } from '../internal/relation.ts'
import { structurally } from '../internal/relation.ts'
import { identical } from './identical.ts'
import type { ExploreOptions } from './options.ts'
import type { System } from './system.ts'

/** Where a trace ends: the number of a state, and of an action taken in it, or -1. */
export interface TraceEnd {
  readonly state: number
  readonly action: number
}

/** States by number, each with the way to it. */
export interface KnownStates<S> {
  readonly values: Array<S>
  /** What makes states one: the state itself, or its canonical value. */
  readonly keys: ValueTable<unknown>
  readonly keyOf: (state: S) => unknown
  /** The state before each state, and the action between. The initial state has neither. */
  readonly parents: Array<number>
  readonly arrivals: Array<number>
}

/** Actions by number. */
export interface TriedActions<A> {
  readonly table: ValueTable<A>
  /** For each action, the last state in which it was tried. */
  readonly lastState: Array<number>
  /** The last list of actions, and the numbers of those that were tried. */
  offered: ReadonlyArray<A>
  offeredNumbers: Array<number>
}

/** A message that was thrown, by what, where first, and how often. */
export interface ThrownMessage {
  readonly by: string
  readonly message: string
  readonly at: TraceEnd
  count: number
}

/** What went wrong. */
export interface SearchFaults {
  readonly thrown: Map<string, ThrownMessage>
  /** Whether `actions`, `step` or `isTerminal` threw, so that nothing is proved. */
  broken: boolean
  /** States whose actions are not all known to lead somewhere, because something threw. */
  readonly unsure: Array<number>
  /** A state that was written to. This ends the search. */
  written: TraceEnd | undefined
}

/** How far a search has come. */
export interface SearchCounts {
  transitions: number
  refused: number
  depth: number
  /** In how many states, from the first on, every action was tried. */
  expanded: number
}

/** What is known of a system. */
export interface SearchRecord<S, A, E, R> {
  readonly system: System<S, A, E, R>
  readonly found: KnownStates<S>
  readonly tried: TriedActions<A>
  readonly faults: SearchFaults
  readonly counts: SearchCounts
  /** Why the search ended before it was complete. */
  end: 'Depth' | 'States' | 'Time' | 'Goal' | 'Written' | undefined
}

/** What makes two states one. */
const relations: Readonly<Record<'Observable' | 'Structural', Relation>> = {
  Observable: identical,
  Structural: structurally,
}

/** A record without states. Throws if `canonical` gives another value each time. */
export const searchRecord = <S, A, E, R>(
  system: System<S, A, E, R>,
  { canonical, identity = 'Observable' }: ExploreOptions<S, A, E>,
): SearchRecord<S, A, E, R> => {
  const relation = relations[identity]
  const keyOf =
    canonical === undefined
      ? (state: S): unknown => state
      : (state: S): unknown => settled('canonical', canonical(state))
  if (canonical !== undefined) {
    const [one, other] = [1, 2].map(() => relation.hash(keyOf(system.initialState)))
    if (one !== other) throw new TypeError('canonical returns another value each time')
  }
  return {
    system,
    found: { values: [], keys: valueTable(relation), keyOf, parents: [], arrivals: [] },
    tried: { table: valueTable(identical), lastState: [], offered: [], offeredNumbers: [] },
    faults: { thrown: new Map(), broken: false, unsure: [], written: undefined },
    counts: { transitions: 0, refused: 0, depth: 0, expanded: 0 },
    end: undefined,
  }
}

/**
 * The number of a state that an action led to. A new state is added, unless there are `limit` states
 * already: then the result is -1.
 */
export const stateNumber = <S>(
  { values, keys, keyOf, parents, arrivals }: KnownStates<S>,
  state: S,
  parent: number,
  arrival: number,
  limit: number,
): number => {
  const number = numberIn(keys, keyOf(state), limit)
  if (number === values.length) {
    values.push(state)
    parents.push(parent)
    arrivals.push(arrival)
  }
  return number
}

/** Ends the search if a state has changed since it was found: what is found from then on is of another. */
export const checkUnchanged = <S, A, E, R>(
  record: SearchRecord<S, A, E, R>,
  state: number,
  action: number,
): void => {
  const { values, keys, keyOf } = record.found
  if (isUnchanged(keys, state, keyOf(values[state] as S))) return // the number was given to a state
  record.faults.written ??= { state, action }
  record.end = 'Written'
}

/** Notes what was thrown, once for each message and thrower. */
export const noteThrown = (
  { thrown }: SearchFaults,
  by: string,
  error: unknown,
  at: TraceEnd,
): void => {
  const message = error instanceof Error ? seen(`${error.name}: ${error.message}`) : shown(error)
  const key = `${by} ${message}`
  const known = thrown.get(key)
  if (known === undefined) thrown.set(key, { by, message, at, count: 1 })
  else known.count++
}
