/**
 * Reads commits in the storage of an object.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import { none, some } from '../../internal/either.ts'
import type { AppendCondition } from '../EventStore.ts'
import type { StoredCommands } from '../internal/engineModel.ts'
import type { EventRow } from '../internal/rows.ts'
import { fromNullable } from '../internal/rows.ts'
import type { DurableStorage } from './storage.ts'

/** A stream of a commit, with the columns of the commit's first event. */
type WrittenStreamRow = Omit<
  EventRow,
  'fingerprint' | 'data' | 'type' | 'schema_version' | 'version'
> & {
  readonly last_position: number
  readonly written_stream: string
  readonly first_version: number
  readonly last_version: number
  readonly commands: string | null
  readonly condition: string | null
}

/** Selects a row for each stream of each commit whose first event is among some. */
const commitsText = (firstEvents: string): string => `
with first as (${firstEvents})
select first.*, written.stream as written_stream, min(written.version) as first_version,
    max(written.version) as last_version, max(written.position) as last_position,
    (select commands from decider_commands c where c.position = first.position) as commands
  from first join decider_events written on written.commit_id = first.commit_id
  group by first.position, written.stream order by first.position, min(written.position)`

const columns =
  'position, commit_id, stream, recorded_at, occurred_at, actor, correlation_id, causation_id, condition'

const afterText = commitsText(
  `select ${columns} from decider_events where position > ? and commit_index = 0
    order by position limit ?`,
)

const byIdText = commitsText(
  `select ${columns} from decider_events where commit_id = ? and commit_index = 0`,
)

/** At most `limit` commits of which the first event is after a position. */
export const commitsAfter = (
  storage: DurableStorage,
  position: number,
  limit: number,
): ReadonlyArray<StoredCommands> => commitsIn(storage, afterText, position, limit)

export const commitOfId = (storage: DurableStorage, commitId: string): StoredCommands | undefined =>
  commitsIn(storage, byIdText, commitId)[0]

const commitsIn = (
  { sql }: DurableStorage,
  text: string,
  ...bindings: Array<string | number>
): ReadonlyArray<StoredCommands> => {
  // the query selects these columns
  const rows = sql.exec(text, ...bindings).toArray() as unknown as ReadonlyArray<WrittenStreamRow>
  const byPosition = new Map<number, [WrittenStreamRow, ...Array<WrittenStreamRow>]>()
  for (const row of rows) {
    const known = byPosition.get(row.position)
    if (known === undefined) byPosition.set(row.position, [row])
    else known.push(row)
  }
  return Array.from(byPosition.values(), storedCommands)
}

const storedCommands = (rows: [WrittenStreamRow, ...Array<WrittenStreamRow>]): StoredCommands => {
  const [first, ...others] = rows
  return {
    commitId: first.commit_id,
    stream: first.stream,
    position: first.position,
    lastPosition: Math.max(...rows.map(({ last_position }) => last_position)),
    recordedAt: first.recorded_at,
    occurredAt: first.occurred_at,
    actor: fromNullable(first.actor),
    correlationId: fromNullable(first.correlation_id),
    causationId: fromNullable(first.causation_id),
    streams: [streamOf(first), ...others.map(streamOf)],
    // only conditions are written
    condition:
      first.condition === null ? none : some(JSON.parse(first.condition) as AppendCondition),
    commands: first.commands === null ? none : some(encodedIn(first.commands)),
  }
}

const streamOf = (row: WrittenStreamRow): StoredCommands['streams'][number] => ({
  stream: row.written_stream,
  version: row.first_version,
  lastVersion: row.last_version,
})

/** Only lists of encoded commands are written. */
const encodedIn = (commands: string): ReadonlyArray<EncodedEvent> =>
  JSON.parse(commands) as ReadonlyArray<EncodedEvent>
