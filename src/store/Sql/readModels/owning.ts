/**
 * Statements about the list of generations: who owns them, their checkpoints, and why they stopped.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from '../../../internal/either.ts'
import type {
  CheckpointMove,
  Generation,
  SkippedEvent,
  StopReason,
} from '../../../shell/ReadModelRunner.ts'
import type { SqlClient } from '../client.ts'
import type { Owner } from './batch.ts'
import { generationColumns, generationOf, skippedOf } from './generations.ts'
import type { SqlModel } from './sqlTables.ts'

/**
 * Takes over what nobody owns and renews the leases of this owner. Rows that a batch has locked are skipped:
 * the batch renews their lease. It uses `clock_timestamp`, since `now` does not change within a transaction.
 */
export const own = async (
  client: SqlClient,
  schema: string,
  models: ReadonlyArray<SqlModel>,
  { name, lease }: Owner,
): Promise<ReadonlyArray<Generation>> => {
  const asked = models.map(({ model, fingerprint }) => ({ name: model.name, fingerprint }))
  const { rows } = await client.query(
    `with mine as (
      select m.id from ${schema}.decider_read_models m
        join json_to_recordset($1::text::json) as a(name text, fingerprint text) using (name, fingerprint)
        where role <> 'kept'
          and (owner is null or owner = $2::text or leased_until < clock_timestamp())
        order by m.id for update of m skip locked
    ), taken as (
      update ${schema}.decider_read_models m set
          epoch = epoch + case when owner is distinct from $2::text then 1 else 0 end,
          owner = $2::text, seen_at = clock_timestamp(),
          leased_until = clock_timestamp() + $3::float8 * interval '1 millisecond'
        from mine where m.id = mine.id returning m.*
    )
    select ${generationColumns('$2::text')} from taken
    union all
    select ${generationColumns('$2::text')} from ${schema}.decider_read_models
      join json_to_recordset($1::text::json) as a(name text, fingerprint text) using (name, fingerprint)
      where role <> 'kept' and id not in (select id from mine)`,
    [JSON.stringify(asked), name, lease],
  )
  return rows.map(generationOf)
}

export const release = async (client: SqlClient, schema: string, owner: string): Promise<void> => {
  await client.query(
    `update ${schema}.decider_read_models set owner = null, leased_until = null
      where owner = $1::text`,
    [owner],
  )
}

export const advance = async (
  client: SqlClient,
  schema: string,
  moves: ReadonlyArray<CheckpointMove>,
  owner: string,
): Promise<ReadonlyArray<number>> => {
  const records = moves.map(({ generation: { id, epoch, role }, from, to, mark }) => {
    const last = mark._tag === 'Some' ? mark.value : undefined
    const { commitId = null, position = null, recordedAt = null } = last ?? {}
    return {
      id,
      epoch,
      role,
      start: from,
      to,
      commit_id: commitId,
      position,
      recorded_at: recordedAt,
    }
  })
  const { rows } = await client.query(
    `update ${schema}.decider_read_models m set position = a.to,
        mark_commit_id = coalesce(a.commit_id, mark_commit_id),
        mark_position = coalesce(a.position, mark_position),
        mark_recorded_at = coalesce(a.recorded_at, mark_recorded_at), seen_at = clock_timestamp()
      from json_to_recordset($1::text::json) as a(
        id bigint, epoch bigint, role text, start bigint, "to" bigint,
        commit_id text, position bigint, recorded_at bigint
      )
      where m.id = a.id and m.epoch = a.epoch and m.role = a.role and m.position = a.start
        and m.owner = $2::text
      returning m.id`,
    [JSON.stringify(records), owner],
  )
  return rows.map(({ id }) => Number(id))
}

/** Stops a generation, in a transaction, unless it has gone on, or the event was skipped since its owner saw it. */
export const stop = async (
  client: SqlClient,
  schema: string,
  { id, epoch, position }: Generation,
  reason: StopReason,
): Promise<Either<never, void>> => {
  const { rows } = await client.query(
    `select skipped::text as skipped from ${schema}.decider_read_models
      where id = $1::bigint and epoch = $2::bigint and position = $3::bigint for update`,
    [id, epoch, position],
  )
  const [row] = rows
  const isSkipped =
    reason.type === 'PoisonEvent' &&
    row !== undefined &&
    skippedOf(row).some((each) => each.position === reason.position)
  if (row === undefined || isSkipped) return right(undefined)
  await client.query(
    `update ${schema}.decider_read_models set stopped = $2::text::json where id = $1::bigint`,
    [id, JSON.stringify(reason)],
  )
  return right(undefined)
}

export const status = async (
  client: SqlClient,
  schema: string,
  owner: string,
): Promise<ReadonlyArray<Generation>> => {
  const { rows } = await client.query(
    `select ${generationColumns('$1::text')} from ${schema}.decider_read_models order by name, id`,
    [owner],
  )
  return rows.map(generationOf)
}

// as json, since jsonb refuses NUL and lone surrogates in a text
export const skipEvent = async (
  client: SqlClient,
  schema: string,
  readModel: string,
  { position, reason }: SkippedEvent,
): Promise<void> => {
  await client.query(
    `update ${schema}.decider_read_models set stopped = null,
        skipped = array_to_json(array_append(array(select json_array_elements(skipped)), $3::text::json))
      where name = $1::text and position < $2::bigint`,
    [readModel, position, JSON.stringify({ position, reason })],
  )
}
