// Random deciders over four states, three commands, three events and two rejections. They are
// drawn as tables, so that a failing one prints as it is and shrinks.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import type { Decider } from '../../src/Decider.ts'
import { plain } from './plain.ts'

export interface Command {
  readonly command: number
}
export interface State {
  readonly state: number
}
export interface Event {
  readonly event: number
}
export interface Rejection {
  readonly rejection: number
}
export type FiniteDecider = Decider<Command, State, Event, Rejection>

export interface Tables {
  /** By command, then state: a rejection, or the events. */
  readonly decide: ReadonlyArray<ReadonlyArray<number | ReadonlyArray<number>>>
  /** By state, then event: the next state. */
  readonly evolve: ReadonlyArray<ReadonlyArray<number>>
  /** By state: whether it is the end, where everything is refused. */
  readonly ends: ReadonlyArray<boolean>
}

export const stateCount = 4
export const commandCount = 3
export const eventCount = 3
export const rejectionCount = 2

const exactly = <A>(n: number, arbitrary: fc.Arbitrary<A>) =>
  fc.array(arbitrary, { minLength: n, maxLength: n })
const below = (n: number) => fc.nat({ max: n - 1 })

const outcome = fc.oneof(
  { weight: 3, arbitrary: fc.array(below(eventCount), { maxLength: 3 }) },
  { weight: 1, arbitrary: below(rejectionCount) },
)

export const tables: fc.Arbitrary<Tables> = plain({
  decide: exactly(commandCount, exactly(stateCount, outcome)),
  evolve: exactly(stateCount, exactly(eventCount, below(stateCount))),
  ends: exactly(stateCount, fc.constantFrom(false, false, false, true)),
})

export const command: fc.Arbitrary<Command> = plain({ command: below(commandCount) })
export const commands = fc.array(command, { maxLength: 30, size: 'max' })
export const event: fc.Arbitrary<Event> = plain({ event: below(eventCount) })
export const events = fc.array(event, { maxLength: 30, size: 'max' })
export const state: fc.Arbitrary<State> = plain({ state: below(stateCount) })

/** A function between numbers below `n`, as a table. */
export const endo = (n: number) => exactly(n, below(n))
/** A function between numbers below `n` that has an inverse, as a table. */
export const bijection = (n: number) =>
  fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n })
export const at = <A>(table: ReadonlyArray<A>, index: number): A => {
  const value = table[index]
  if (value === undefined) throw new Error(`nothing at ${index} in ${JSON.stringify(table)}`)
  return value
}

export const finite = (t: Tables): FiniteDecider => ({
  initialState: { state: 0 },
  decide: ({ command: c }, { state: s }) => {
    const entry = at(t.ends, s) ? 0 : at(at(t.decide, c), s)
    return typeof entry === 'number'
      ? left({ rejection: entry })
      : right(entry.map((e) => ({ event: e })))
  },
  evolve: ({ state: s }, { event: e }) => ({ state: at(at(t.evolve, s), e) }),
  isTerminal: ({ state: s }) => at(t.ends, s),
})
