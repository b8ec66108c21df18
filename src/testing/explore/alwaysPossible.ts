/**
 * From which states others can be reached.
 */
import type { SearchRecord, TraceEnd } from './record.ts'

/** By number, the transitions between different states, as one linked list for each state reached. */
export interface TransitionLists {
  /** For each state, the last transition into it. */
  readonly last: Array<number | undefined>
  /** For each transition, the state that it leaves, and the transition before it into the same state. */
  readonly from: Array<number>
  readonly previous: Array<number | undefined>
}

/** No transitions. */
export const arrivals = (): TransitionLists => ({ last: [], from: [], previous: [] })

/** Adds a transition. One that leads nowhere else does not count. */
export const noteArrival = (
  { last, from, previous }: TransitionLists,
  before: number,
  after: number,
): void => {
  if (before === after) return
  previous.push(last[after])
  last[after] = from.push(before) - 1
}

/**
 * The first state from which no path leads to a state that satisfies a predicate. A state in which not
 * everything was tried, or something threw, may lead anywhere.
 */
export const firstCutOff = <S, A, E, R>(
  { found, counts, faults }: SearchRecord<S, A, E, R>,
  { last, from, previous }: TransitionLists,
  satisfies: (state: S, number: number) => boolean,
): TraceEnd | undefined => {
  const open: Array<number> = []
  const leads = found.values.map(() => false)
  const add = (state: number): void => {
    if (leads[state] === true) return
    leads[state] = true
    open.push(state)
  }
  found.values.forEach((state, number) => {
    if (number >= counts.expanded || satisfies(state, number)) add(number)
  })
  faults.unsure.forEach(add)
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (let move = last[state]; move !== undefined; move = previous[move])
      add(from[move] as number) // a transition leaves a state
  }
  const state = leads.indexOf(false)
  return state === -1 ? undefined : { state, action: -1 }
}
