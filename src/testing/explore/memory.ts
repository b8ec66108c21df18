/**
 * The memory of an exploration: states in the order in which they were found, each with the number of
 * the state before it and of the action between, in typed arrays.
 *
 * @since 0.1.0
 */
import type { Column } from './growing.ts'
import { column, put } from './growing.ts'
import type { Identity, Options } from './options.ts'
import { whole } from './options.ts'
import type { Extent } from './report.ts'
import { answer, settled } from '../internal/shapes.ts'
import { shown } from '../internal/source.ts'
import type { System } from './system.ts'
import type { Tally } from './graphBuilder.ts'
import { countState, tally } from './graphBuilder.ts'
import { seen } from '../internal/text.ts'
import type { Step } from './trace.ts'
import { identical } from './identical.ts'
import type { Relation } from '../internal/relation.ts'
import { structurally } from '../internal/relation.ts'
import type { ValueTable } from '../internal/numbering.ts'
import { isAsKept, numberOf, valueTable } from '../internal/numbering.ts'

/**
 * The end of a way: a state's number, and the number of an action taken in it, or -1.
 *
 * @category model
 * @since 0.1.0
 */
export interface Place {
  readonly state: number
  readonly action: number
}

/**
 * A named predicate, and where it failed first.
 *
 * @category model
 * @since 0.1.0
 */
export interface Watch<out F> {
  readonly name: string
  readonly holds: F
  broken: Place | undefined
}

/**
 * What was found in how many places, and the first few of those.
 *
 * @category model
 * @since 0.1.0
 */
export interface Finds {
  count: number
  readonly places: Array<Place>
}

/**
 * A message that was thrown.
 *
 * @category model
 * @since 0.1.0
 */
export interface Throw {
  readonly by: string
  readonly message: string
  readonly place: Place
  count: number
}

/**
 * The way to a state, the number of the one that it was taken for, and what is true of one alone.
 *
 * @category model
 * @since 0.1.0
 */
export interface Merger<out S, out A, out E> {
  readonly to: number
  readonly way: ReadonlyArray<Step<S, A, E>>
  readonly what: string
}

/**
 * The moves from one state to another, where they are kept.
 *
 * @category model
 * @since 0.1.0
 */
export interface Moves {
  readonly kept: boolean
  readonly from: Column
  readonly to: Column
  count: number
}

/**
 * A search under way.
 *
 * @category model
 * @since 0.1.0
 */
export interface Search<S, A, E, R> {
  readonly system: System<S, A, E, R>
  readonly options: Options<S, A, E>
  /** Whether the goal ends it. */
  readonly stopsAtGoal: boolean
  readonly limit: number
  readonly states: Array<S>
  /** Numbers for states by what makes them the same. */
  readonly keys: ValueTable<unknown>
  readonly parents: Column
  readonly arrivals: Column
  readonly labels: Column
  /** 1 for each terminal state. */
  readonly terminals: Column
  readonly actions: ValueTable<A>
  /** Of each action that was tried: its kind. */
  readonly kinds: Array<number>
  /** Of each action that was tried: whether a state accepts it. */
  readonly accepted: Array<boolean>
  /** Of each action that was tried: the last state in whose list it was looked up. */
  readonly triedIn: Array<number>
  readonly counts: Tally
  readonly invariants: ReadonlyArray<Watch<(state: S) => boolean>>
  readonly stepInvariants: ReadonlyArray<
    Watch<(before: S, action: A, events: ReadonlyArray<E>, after: S) => boolean>
  >
  readonly moves: Moves
  readonly deadEnds: Finds
  readonly terminalLeft: Finds
  readonly throws: Map<string, Throw>
  /** Two states that were taken for one and do not go on alike. */
  unsound: Merger<S, A, E> | undefined
  /** Where a state was written to, which ended the search. */
  written: Place | undefined
  goal: Place | undefined
  transitions: number
  refused: number
  depth: number
  /** In how many states, from the first on, every action was tried. */
  expanded: number
  /** States in which something threw: what they lead to is not known. */
  readonly unsure: Array<number>
  extent: Extent
  stopped: boolean
  offered: ReadonlyArray<A>
  offeredNumbers: Array<number>
}

const watches = <F>(named: Readonly<Record<string, F>> | undefined): ReadonlyArray<Watch<F>> =>
  Object.entries(named ?? {}).map(([name, holds]) => ({ name, holds, broken: undefined }))

/** By the name that an option has for it: what makes two states one. */
const relations: Readonly<Record<Identity, Relation>> = {
  Observable: identical,
  Structural: structurally,
}

/**
 * A search that knows the initial state.
 *
 * @category searching
 * @since 0.1.0
 */
export const begin = <S, A, E, R>(
  system: System<S, A, E, R>,
  options: Options<S, A, E>,
  stopsAtGoal: boolean,
): Search<S, A, E, R> => {
  const states: Array<S> = []
  const relation = relations[options.identity ?? 'Observable']
  const keys = valueTable<unknown>(options.canonical === undefined ? states : [], relation)
  const search: Search<S, A, E, R> = {
    system,
    options,
    stopsAtGoal,
    limit: whole(options.limits?.states ?? 100_000, 1),
    states,
    keys,
    parents: column(),
    arrivals: column(),
    labels: column(),
    terminals: column(),
    actions: valueTable<A>([], identical),
    kinds: [],
    accepted: [],
    triedIn: [],
    counts: tally(),
    invariants: watches(options.invariants),
    stepInvariants: watches(options.stepInvariants),
    moves: { kept: options.alwaysPossible !== undefined, from: column(), to: column(), count: 0 },
    deadEnds: { count: 0, places: [] },
    terminalLeft: { count: 0, places: [] },
    throws: new Map(),
    unsound: undefined,
    written: undefined,
    goal: undefined,
    transitions: 0,
    refused: 0,
    depth: 0,
    expanded: 0,
    unsure: [],
    extent: { type: 'Complete' },
    stopped: false,
    offered: [],
    offeredNumbers: [],
  }
  if (options.canonical !== undefined) {
    const codes = [1, 2].map(() => relation.hash(keyOf(search, system.initialState)))
    if (codes[0] !== codes[1]) throw new TypeError('canonical gives another value each time')
  }
  // no way leads to the initial state: neither of its numbers is read
  locate(search, system.initialState, 0, 0)
  return search
}

/**
 * Keeps a move from one state to another.
 *
 * @category searching
 * @since 0.1.0
 */
export const noteMove = (moves: Moves, from: number, to: number): void => {
  if (!moves.kept || from === to) return
  put(moves.from, moves.count, from)
  put(moves.to, moves.count, to)
  moves.count++
}

/**
 * The number of a state that was reached from another by an action: of the one that it is the same
 * as, or its own if it is new. -1 if it is new and there are as many as there may be.
 *
 * @category searching
 * @since 0.1.0
 */
export const locate = <S, A, E, R>(
  search: Search<S, A, E, R>,
  state: S,
  parent: number,
  arrival: number,
): number => {
  const { keys } = search
  const known = keys.values.length
  const number = numberOf(keys, keyOf(search, state), search.limit)
  if (number === known) discover(search, number, state, parent, arrival)
  return number
}

/**
 * What makes a state the same as others.
 *
 * @category searching
 * @since 0.1.0
 */
export const keyOf = <S, A, E, R>({ options }: Search<S, A, E, R>, state: S): unknown =>
  options.canonical === undefined ? state : settled('canonical', options.canonical(state))

/**
 * Ends the search where a state is no longer what it was when it was found: what is found from there on
 * would be found of another one.
 *
 * @category searching
 * @since 0.1.0
 */
export const checkKept = <S, A, E, R>(
  search: Search<S, A, E, R>,
  state: number,
  action: number,
): void => {
  // the number was given to a state
  if (isAsKept(search.keys, state, keyOf(search, search.states[state] as S))) return
  search.written ??= { state, action }
  search.extent = { type: 'Faulty' }
  search.stopped = true
}

const discover = <S, A, E, R>(
  search: Search<S, A, E, R>,
  number: number,
  state: S,
  parent: number,
  arrival: number,
): void => {
  const { states, options, counts, invariants } = search
  // without a canonical form the state is its own key, and stands there already
  if (states.length === number) states.push(state)
  put(search.parents, number, parent)
  put(search.arrivals, number, arrival)
  const label =
    options.abstraction === undefined ? 'any' : settled('abstraction', options.abstraction(state))
  const ended = endsIn(search, number, state)
  put(search.terminals, number, ended ? 1 : 0)
  put(search.labels, number, countState(counts, label, ended))
  for (const watch of invariants) {
    if (watch.broken === undefined && !holdsIn(search, watch, number, state)) {
      watch.broken = { state: number, action: -1 }
    }
  }
  if (search.goal === undefined && options.find !== undefined && answer(options.find(state))) {
    search.goal = { state: number, action: -1 }
    if (search.stopsAtGoal) search.stopped = true
  }
}

/**
 * Whether a state satisfies a named predicate. Where that throws, it does not.
 *
 * @category searching
 * @since 0.1.0
 */
export const holdsIn = <S, A, E, R>(
  search: Search<S, A, E, R>,
  { name, holds }: { readonly name: string; readonly holds: (state: S) => boolean },
  number: number,
  state: S,
): boolean => {
  try {
    return answer(holds(state))
  } catch (error) {
    noteThrow(search, name, error, number, -1)
    return false
  }
}

/**
 * Whether a state that was found is terminal.
 *
 * @category searching
 * @since 0.1.0
 */
export const isTerminal = <S, A, E, R>(
  { terminals }: Search<S, A, E, R>,
  number: number,
): boolean => terminals.numbers[number] === 1

/** Whether a state is terminal. Where that throws, it is not. */
const endsIn = <S, A, E, R>(search: Search<S, A, E, R>, number: number, state: S): boolean => {
  try {
    return answer(search.system.isTerminal(state))
  } catch (error) {
    search.extent = { type: 'Faulty' }
    noteThrow(search, 'isTerminal', error, number, -1)
    return false
  }
}

/**
 * Keeps what was thrown, once for each message and thrower.
 *
 * @category searching
 * @since 0.1.0
 */
export const noteThrow = <S, A, E, R>(
  { throws }: Search<S, A, E, R>,
  by: string,
  error: unknown,
  state: number,
  action: number,
): void => {
  const message = error instanceof Error ? seen(`${error.name}: ${error.message}`) : shown(error)
  const key = `${by} ${message}`
  const before = throws.get(key)
  if (before === undefined) throws.set(key, { by, message, place: { state, action }, count: 1 })
  else before.count++
}

/**
 * Counts a place, and keeps the first few.
 *
 * @category searching
 * @since 0.1.0
 */
export const notePlace = <S, A, E, R>(
  { options }: Search<S, A, E, R>,
  finds: Finds,
  state: number,
  action: number,
): void => {
  finds.count++
  if (finds.places.length < (options.examples ?? 3)) finds.places.push({ state, action })
}
