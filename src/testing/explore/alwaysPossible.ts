/**
 * From which states of a finished search others can be reached.
 *
 * @since 0.1.0
 */
import type { Place, Search } from './memory.ts'
import { holdsIn } from './memory.ts'

/**
 * The moves into each state: those into `s` come from `from[starts[s]]` up to `from[starts[s + 1] - 1]`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Arrivals {
  readonly starts: Uint32Array
  readonly from: Uint32Array
}

/**
 * The moves of a search by where they lead.
 *
 * @category reading
 * @since 0.1.0
 */
export const arrivalsOf = <S, A, E, R>({ states, moves }: Search<S, A, E, R>): Arrivals => {
  const starts = new Uint32Array(states.length + 1)
  const from = new Uint32Array(moves.count)
  const { numbers: left } = moves.from
  const { numbers: reached } = moves.to
  // moves below the count have both ends, and each end is a state
  for (let move = 0; move < moves.count; move++) bump(starts, (reached[move] as number) + 1)
  for (let state = 0; state < states.length; state++) {
    starts[state + 1] = (starts[state + 1] as number) + (starts[state] as number)
  }
  const next = starts.slice()
  for (let move = 0; move < moves.count; move++) {
    from[bump(next, reached[move] as number)] = left[move] as number
  }
  return { starts, from }
}

/** Adds one, and gives what it was. */
const bump = (numbers: Uint32Array, at: number): number => {
  const before = numbers[at] as number // within the array
  numbers[at] = before + 1
  return before
}

/**
 * The first state from which no way leads to one that satisfies a predicate. A state in which not
 * everything was tried, or something threw, may lead anywhere.
 *
 * @category reading
 * @since 0.1.0
 */
export const firstCutOff = <S, A, E, R>(
  search: Search<S, A, E, R>,
  { starts, from }: Arrivals,
  name: string,
  holds: (state: S) => boolean,
): Place | undefined => {
  const { states, expanded, unsure } = search
  const leads = new Uint8Array(states.length)
  const open: Array<number> = []
  for (let state = 0; state < states.length; state++) {
    // state < length
    if (state >= expanded || holdsIn(search, { name, holds }, state, states[state] as S)) {
      leads[state] = 1
      open.push(state)
    }
  }
  for (const state of unsure) {
    if (leads[state] === 1) continue
    leads[state] = 1
    open.push(state)
  }
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    // there is a start for each state, and one after the last
    for (let at = starts[state] as number; at < (starts[state + 1] as number); at++) {
      const before = from[at] as number // between two starts
      if (leads[before] === 1) continue
      leads[before] = 1
      open.push(before)
    }
  }
  const state = leads.indexOf(0)
  return state === -1 ? undefined : { state, action: -1 }
}
