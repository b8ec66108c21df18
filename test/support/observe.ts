import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider } from '../../src/Decider.ts'

/**
 * All that can be seen of a decider from outside while it takes commands: what each gave, and
 * whether it had ended, at the start and after each. Two deciders are `≈` when they look the same.
 */
export const observe =
  <C, S, E, R>(d: Decider<C, S, E, R>) =>
  (commands: ReadonlyArray<C>) => {
    let state = d.initialState
    const outcomes: Array<Either<R, ReadonlyArray<E>>> = []
    const ended = [d.isTerminal(state)]
    for (const command of commands) {
      const outcome = d.decide(command, state)
      outcomes.push(outcome)
      if (outcome._tag === 'Right') {
        for (const event of outcome.right) state = d.evolve(state, event)
      }
      ended.push(d.isTerminal(state))
    }
    return { outcomes, ended }
  }
