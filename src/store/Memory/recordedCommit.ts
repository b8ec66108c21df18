/**
 * A commit as it was recorded, made of its events.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import { none, some } from '../../internal/either.ts'
import type { Recorded } from '../../Recorded.ts'
import type { CheckedCommit } from '../Engine.ts'
import type { StoredCommands } from '../internal/engineModel.ts'

export const recordedCommit = (
  events: ReadonlyNonEmptyArray<Recorded<EncodedEvent>>,
  { condition, commands }: Partial<Pick<CheckedCommit, 'condition' | 'commands'>>,
): StoredCommands => {
  const [first] = events
  const last = events[events.length - 1] ?? first
  const { commitId, stream, position, recordedAt, occurredAt } = first
  const { actor, correlationId, causationId } = first
  // prettier-ignore
  return {
    commitId, stream, position, lastPosition: last.position, recordedAt, occurredAt, actor, correlationId,
    causationId, streams: writtenStreams(events), condition: fromUndefined(condition), commands: fromUndefined(commands),
  }
}

const fromUndefined = <A>(value: A | undefined): Option<A> =>
  value === undefined ? none : some(value)

/** The events of one stream stand together. */
const writtenStreams = ([first, ...others]: ReadonlyNonEmptyArray<
  Recorded<EncodedEvent>
>): StoredCommands['streams'] => {
  let current = { stream: first.stream, version: first.version, lastVersion: first.version }
  const streams: [typeof current, ...Array<typeof current>] = [current]
  for (const { stream, version } of others) {
    if (stream === current.stream) current.lastVersion = version
    else {
      current = { stream, version, lastVersion: version }
      streams.push(current)
    }
  }
  return streams
}
