/**
 * Decides a request on what was read. Pure.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from '../../internal/either.ts'
import type { Query } from '../../Query.ts'
import { covers, union } from '../../Query.ts'
import type { Commit, Proposed, Thrown } from '../../store/EventStore.ts'
import { worked } from '../internal/timeLimit.ts'
import type { DecisionParts, DecisionRejected, DecisionRequest, GivenRequest } from './model.ts'
import type { FoldedQuery } from './reading.ts'

/** What all commands of a request read, whatever the state. */
export const queryOf = <C, S, E, R>(
  { decision }: DecisionParts<C, S, E, R>,
  { commands }: DecisionRequest<C>,
): Query =>
  commands.length === 1 ? decision.reads(commands[0]) : union(commands.map(decision.reads))

/** How often `readsMore` may ask for further events in one attempt. */
export const mostStages = 30

/** The commands depend on more than was read. */
export interface ReadMore {
  readonly type: 'ReadMore'
  readonly query: Query
}

/** What a request leads to: the events of all commands, none of them, or what has to be read first. */
type DecidedRequest<E, R> =
  | ReadMore
  | Either<DecisionRejected<R> | Thrown, ReadonlyArray<Proposed<E>>>

/**
 * The events of all commands, each decided on the state after the ones before it, or what has to be read first. A
 * decision that throws is a failure like a rejection: the request may have been accepted before.
 */
export const decideRequest = <C, S, E, R>(
  parts: DecisionParts<C, S, E, R>,
  request: DecisionRequest<C>,
  read: FoldedQuery<S>,
  signal: AbortSignal | undefined,
): DecidedRequest<E, R> => {
  try {
    return decideGiven(parts, request, read, signal)
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
}

const decideGiven = <C, S, E, R>(
  { decision, streamOf }: DecisionParts<C, S, E, R>,
  { commands, occurredAt, actor, correlationId, causationId }: DecisionRequest<C>,
  { query, state, end }: FoldedQuery<S>,
  signal: AbortSignal | undefined,
): DecidedRequest<E, R> => {
  const proposed: Array<Proposed<E>> = []
  let next = state
  for (const [index, command] of commands.entries()) {
    const more = decision.readsMore?.(command, next)
    if (more !== undefined && !covers(query, more)) {
      return { type: 'ReadMore', query: union([query, more]) }
    }
    const decided = decision.decide(command, next)
    worked(signal, 'decide')
    if (decided._tag === 'Left') {
      const stream = streamOf(commands[0])
      const rejection = decided.left
      return left({ type: 'Rejected', stream, position: end, index, rejection })
    }
    for (const event of decided.right) {
      const tags = decision.tags(event)
      proposed.push({ event, occurredAt, actor, correlationId, causationId, tags })
      next = decision.evolve(next, event)
    }
    worked(signal, 'evolve')
  }
  return right(proposed)
}

/** The commit of a request, with the condition that nothing came after what it was decided on. */
export const commitOf = <C, S, E, R>(
  { streamOf }: DecisionParts<C, S, E, R>,
  { commitId, commands, fingerprint, encoded }: GivenRequest<C>,
  { query, end }: FoldedQuery<S>,
  events: Commit<E>['events'],
): Commit<E> => ({
  stream: streamOf(commands[0]),
  expected: { type: 'Any' },
  commitId,
  fingerprint,
  events,
  commands: encoded,
  condition: { query, after: end },
})
