/**
 * Rows of the table `decider_events`, as both SQL engines read and write them.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from '../../internal/either.ts'
import type { Tag } from '../../Query.ts'
import type { Recorded } from '../../Recorded.ts'

/** The database checks the types of the columns. */
export interface EventRow {
  readonly position: number
  readonly stream: string
  readonly version: number
  readonly commit_id: string
  readonly type: string
  readonly schema_version: number
  readonly data: unknown
  readonly occurred_at: number
  readonly recorded_at: number
  readonly actor: string | null
  readonly correlation_id: string | null
  readonly causation_id: string | null
  readonly tags: ReadonlyArray<Tag> | null
  readonly fingerprint: string | null
}

/** The recorded event of a row, with its parsed data. */
export const recordedOf = (row: EventRow, data: unknown): Recorded<EncodedEvent> => ({
  stream: row.stream,
  version: row.version,
  position: row.position,
  commitId: row.commit_id,
  recordedAt: row.recorded_at,
  occurredAt: row.occurred_at,
  actor: fromNullable(row.actor),
  correlationId: fromNullable(row.correlation_id),
  causationId: fromNullable(row.causation_id),
  event: { type: row.type, schemaVersion: row.schema_version, data },
  ...(row.tags !== null && { tags: row.tags }),
})

export const fromNullable = (name: string | null): Option<string> =>
  name === null ? none : some(name)

/** The value of a nullable column. */
export const nullOf = (name: Option<string>): string | null =>
  name._tag === 'None' ? null : name.value

/** A list as JSON, since drivers differ in how they pass arrays; null if absent. */
export const jsonListOf = (names: ReadonlyArray<string> | undefined): string | null =>
  names === undefined ? null : JSON.stringify(names)
