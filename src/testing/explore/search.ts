/**
 * The first half of an exploration: goes through a system breadth first, in the order in which states
 * were found, and tries every action in each. It hands on what it met and draws no conclusions.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Transition } from '../../Decider.ts'
import { numberIn } from '../internal/numbering.ts'
import { listed, shapedStep } from '../internal/shapes.ts'
import type { ExploreOptions } from './options.ts'
import { integerFrom } from './options.ts'
import type { SearchRecord } from './record.ts'
import { checkUnchanged, noteThrown, stateNumber } from './record.ts'

/** What became of one action in one state. */
export interface ActionAttempt<out S, out E, out R> {
  readonly action: number
  /** `undefined` if it threw. */
  readonly outcome: Either<R, Transition<S, E>> | undefined
  /** The state that it led to; -1 if it was not accepted, or there was no room for that state. */
  readonly to: number
}

/** What became of the actions of one state, in their order. */
export interface StateExpansion<out S, out E, out R> {
  readonly state: number
  readonly attempts: ReadonlyArray<ActionAttempt<S, E, R>>
  /** Whether every action was tried and none threw. */
  readonly complete: boolean
}

/** The progress of a search. */
export interface SearchObserver<in S, in E, in R> {
  /** A new state. Returns whether to end the search there. */
  readonly found: (state: S, number: number) => boolean
  readonly expanded: (expansion: StateExpansion<S, E, R>) => void
}

interface SearchLimits {
  readonly depth: number
  readonly states: number
  readonly isLate: () => boolean
}

const limitsOf = ({
  depth,
  states,
  time,
}: NonNullable<ExploreOptions<never, never, never>['limits']>): SearchLimits => {
  const end = time === undefined ? 0 : time.now() + integerFrom(0, time.milliseconds)
  return {
    depth: integerFrom(0, depth ?? Infinity),
    states: integerFrom(1, states ?? 100_000),
    isLate: () => time !== undefined && time.now() >= end,
  }
}

/** A search under way: where to write down what is met, and whom to tell. */
interface RunningSearch<S, A, E, R> {
  readonly record: SearchRecord<S, A, E, R>
  readonly limits: SearchLimits
  readonly observer: SearchObserver<S, E, R>
}

/** The first states are checked for changes after each action, later ones every second time. */
const closelyWatched = 256

/** In a state with many actions, the clock is read each time after so many. */
const actionsBetweenClocks = 1_024

/** Goes on until every action was tried in every state, or a limit is met. */
export const searchSystem = <S, A, E, R>(
  record: SearchRecord<S, A, E, R>,
  options: ExploreOptions<S, A, E>,
  observer: SearchObserver<S, E, R>,
): void => {
  const { system, found, counts } = record
  const limits = limitsOf(options.limits ?? {})
  const under = { record, limits, observer }
  const report = progressReports(record, options)
  reach(under, system.initialState, -1, -1)
  let level = found.values.length
  for (let from = 0; from < found.values.length && record.end === undefined; from++) {
    if (from === level) {
      counts.depth++
      level = found.values.length
    }
    if (counts.depth === limits.depth) record.end = 'Depth'
    else if (limits.isLate()) record.end = 'Time'
    else expand(under, from)
    if (record.end === undefined) counts.expanded = from + 1
    report(from + 1)
  }
}

/** Tells of the progress each time after so many attempts. */
const progressReports = <S, A, E, R>(
  { found, counts }: SearchRecord<S, A, E, R>,
  { progress }: ExploreOptions<S, A, E>,
): ((expanded: number) => void) => {
  if (progress === undefined) return () => undefined
  let told = 0
  return (expanded) => {
    const { transitions, refused, depth } = counts
    if (transitions + refused - told < progress.every) return
    told = transitions + refused
    const states = found.values.length
    progress.tell({ states, waiting: states - expanded, transitions, refused, depth })
  }
}

/** The number of a state that is reached, which may be new. */
const reach = <S, A, E, R>(
  { record, limits, observer }: RunningSearch<S, A, E, R>,
  state: S,
  parent: number,
  arrival: number,
): number => {
  const known = record.found.values.length
  const number = stateNumber(record.found, state, parent, arrival, limits.states)
  if (number === known && observer.found(state, number)) record.end = 'Goal'
  return number
}

/** Tries every action in a state, each once. */
const expand = <S, A, E, R>(under: RunningSearch<S, A, E, R>, state: number): void => {
  const { record, limits, observer } = under
  const { faults } = record
  const offered = listedActions(record, state)
  if (offered === undefined) return
  const numbers = numbersFor(record, offered)
  const isWatched = state < closelyWatched
  if (isWatched) checkUnchanged(record, state, -1)
  const attempts: Array<ActionAttempt<S, E, R>> = []
  let threw = false
  for (let i = 0; i < offered.length && record.end === undefined; i++) {
    if (i > 0 && i % actionsBetweenClocks === 0 && limits.isLate()) {
      record.end = 'Time'
      break
    }
    const action = offered[i] as A // i < length
    const number = (numbers[i] ??= recordedAction(record, state, action))
    if (number === repeatedAction) continue
    const attempt = attemptIn(under, state, number, action)
    if (attempt.outcome === undefined) threw = true
    attempts.push(attempt)
    if (isWatched) checkUnchanged(record, state, number)
  }
  if (threw) faults.unsure.push(state)
  if (state % 2 === 0) checkUnchanged(record, state, -1)
  observer.expanded({ state, attempts, complete: !threw && record.end === undefined })
  if (isWatched) checkUnchanged(record, state, -1)
}

const listedActions = <S, A, E, R>(
  { system, found, faults }: SearchRecord<S, A, E, R>,
  state: number,
): ReadonlyArray<A> | undefined => {
  try {
    return listed('it', system.actions(found.values[state] as S)) // the number was given to a state
  } catch (error) {
    noteThrown(faults, 'actions', error, { state, action: -1 })
    faults.broken = true
    faults.unsure.push(state)
    return undefined
  }
}

/**
 * The numbers of a list's actions, as far as they are known. Most systems offer the same list in every
 * state, and without this memory the benchmark takes 1.24 times as long.
 */
const numbersFor = <S, A, E, R>(
  { tried }: SearchRecord<S, A, E, R>,
  offered: ReadonlyArray<A>,
): Array<number> => {
  if (tried.offered !== offered) {
    tried.offered = offered
    tried.offeredNumbers = []
  }
  return tried.offeredNumbers
}

/** In place of a number: the action stands in the list twice. */
const repeatedAction = -1

const recordedAction = <S, A, E, R>(
  { tried }: SearchRecord<S, A, E, R>,
  state: number,
  action: A,
): number => {
  const number = numberIn(tried.table, action, Infinity)
  if (tried.lastState[number] === state) return repeatedAction
  tried.lastState[number] = state
  return number
}

const attemptIn = <S, A, E, R>(
  under: RunningSearch<S, A, E, R>,
  state: number,
  number: number,
  action: A,
): ActionAttempt<S, E, R> => {
  const { system, found, faults, counts } = under.record
  let outcome: Either<R, Transition<S, E>>
  try {
    outcome = shapedStep(system.step(action, found.values[state] as S)) // the number was given to a state
  } catch (error) {
    noteThrown(faults, 'step', error, { state, action: number })
    faults.broken = true
    return { action: number, outcome: undefined, to: -1 }
  }
  if (outcome._tag === 'Left') {
    counts.refused++
    return { action: number, outcome, to: -1 }
  }
  const to = reach(under, outcome.right.state, state, number)
  if (to === -1) under.record.end = 'States'
  else counts.transitions++
  return { action: number, outcome, to }
}
