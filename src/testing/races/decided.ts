/**
 * What commands lead to on a history, and on what they read of it.
 *
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decision, Reading } from '../../internal/decision.ts'
import { readingOf } from '../../internal/decision.ts'
import { left, right } from '../../internal/either.ts'
import type { Query } from '../../Query.ts'
import { covers, union } from '../../Query.ts'

type RejectedCommand<R> = { readonly rejection: R; readonly index: number }

/** The events of all commands, each decided on the state after the ones before it. */
export const decideCommands = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  commands: ReadonlyArray<C>,
  state: S,
): Either<RejectedCommand<R>, ReadonlyArray<E>> => {
  const events: Array<E> = []
  let next = state
  for (const [index, command] of commands.entries()) {
    const decided = decision.decide(command, next)
    if (decided._tag === 'Left') return left({ rejection: decided.left, index })
    for (const event of decided.right) {
      events.push(event)
      next = decision.evolve(next, event)
    }
  }
  return right(events)
}

/** After so many stages a handler gives up. */
const mostReads = 30

interface DecidedReading<out S, out E, out R> {
  readonly reading: Reading<S, E>
  readonly outcome: Either<RejectedCommand<R>, ReadonlyArray<E>>
}

/** What commands read of a history, in all its stages, and lead to on that. */
export const decideAt = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  commands: ReadonlyArray<C>,
  history: ReadonlyArray<E>,
): DecidedReading<S, E, R> => {
  let reading = readingOf(decision, history, union(commands.map(decision.reads)))
  for (let stage = 1; stage <= mostReads; stage++) {
    const more = missingFromLog(decision, commands, reading)
    if (more === undefined) break
    reading = readingOf(decision, history, more)
  }
  return { reading, outcome: decideCommands(decision, commands, reading.state) }
}

/** The query that covers what the commands depend on in their states too, if that was not read. */
const missingFromLog = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  commands: ReadonlyArray<C>,
  { query, state }: Reading<S, E>,
): Query | undefined => {
  const { readsMore } = decision
  if (readsMore === undefined) return undefined
  let next = state
  for (const command of commands) {
    const more = readsMore(command, next)
    if (!covers(query, more)) return union([query, more])
    const decided = decision.decide(command, next)
    if (decided._tag === 'Left') return undefined
    for (const event of decided.right) next = decision.evolve(next, event)
  }
  return undefined
}

export const outcomeInBrief = <E, R>(
  outcome: Either<RejectedCommand<R>, ReadonlyArray<E>>,
): unknown =>
  outcome._tag === 'Right'
    ? { accepted: outcome.right }
    : { rejected: outcome.left.rejection, command: outcome.left.index }
