/**
 * Proposals from recorded events.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Recorded } from '../../Recorded.ts'
import type { Proposed } from '../../store/EventStore.ts'

/** The proposal that a recorded event came from. */
export const proposedAs = <E>(recorded: Recorded<E>): Proposed<E> => ({
  event: recorded.event,
  occurredAt: recorded.occurredAt,
  actor: toUndefined(recorded.actor),
  correlationId: toUndefined(recorded.correlationId),
  causationId: toUndefined(recorded.causationId),
  tags: recorded.tags,
})

const toUndefined = <A>(option: Option<A>): A | undefined =>
  option._tag === 'None' ? undefined : option.value
