/**
 * Checkpoints of processes in the database.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left, none, right, some } from '../../internal/either.ts'
import { isStorableText } from '../../internal/storableText.ts'
import type {
  CheckpointsUnavailable,
  ProcessCheckpoints,
  ProcessStatus,
  StoredCheckpoint,
  TakenProcess,
} from '../../shell/ProcessRunner.ts'
import type { SqlClient } from './client.ts'
import { hearErrors } from './pool.ts'
import { quotedIdentifier } from '../internal/sqlQuotes.ts'

export const processTable = (at: string): string => `
create table ${at}.decider_processes (
  name text collate "C" primary key,
  epoch bigint not null,
  leased_until timestamp with time zone,
  seen_at timestamp with time zone not null,
  position bigint not null default 0,
  fingerprint text,
  checkpoint json
);`

/**
 * Keeps checkpoints in the table `decider_processes` of a database that `createSchema` has prepared. Leases are
 * measured by the database's clock, so those of the programs do not matter.
 *
 * @example
 *   import { openPGlite } from 'decider-ts/store/PGlite'
 *   import { sqlCheckpoints } from 'decider-ts/store/Sql'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import { isSome } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const opened = await openPGlite('.data/shipping')()
 *   assert.ok(isRight(opened))
 *   const { client, close } = opened.right
 *   const taken = await sqlCheckpoints(client).take('shipping', 15_000)()
 *   assert.ok(isRight(taken) && isSome(taken.right))
 *   await close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const sqlCheckpoints = (
  client: SqlClient,
  { schema }: { readonly schema?: string } = {},
): ProcessCheckpoints => {
  hearErrors(client)
  const at = schema === undefined ? '' : `${quotedIdentifier(schema)}.`
  const asked = async (
    operation: CheckpointsUnavailable['operation'],
    text: string,
    params: Array<string | number | null>,
  ): Promise<Either<CheckpointsUnavailable, ReadonlyArray<Row>>> => {
    try {
      params.forEach(assertStorable)
      return right((await client.query(text, params)).rows)
    } catch (cause) {
      return left({ type: 'CheckpointsUnavailable', operation, cause })
    }
  }
  return {
    take: (process, lease) => async () => {
      const rows = await asked('take', takeText(at), [process, lease])
      if (rows._tag === 'Left') return rows
      const [row] = rows.right
      return right(row === undefined ? none : some(takenBy(process, row)))
    },
    renew: (owner, lease, checkpoint) => async () => {
      const { process, epoch } = owner
      const moved = checkpoint && [
        checkpoint.fingerprint,
        checkpoint.position,
        JSON.stringify(checkpoint),
      ]
      const params = [process, epoch, lease, ...(moved ?? [null, null, null])]
      const rows = await asked('renew', renewText(at), params)
      return rows._tag === 'Left' ? rows : right(rows.right.length > 0)
    },
    release:
      ({ process, epoch }) =>
      async () => {
        const rows = await asked('release', releaseText(at), [process, epoch])
        return rows._tag === 'Left' ? rows : right(undefined)
      },
    discard: (process) => async () => {
      const rows = await asked('discard', discardText(at), [process])
      return rows._tag === 'Left' ? rows : right(undefined)
    },
    status: async () => {
      const rows = await asked('status', statusText(at), [])
      return rows._tag === 'Left' ? rows : right(rows.right.map(statusIn))
    },
  }
}

/** A database may take a lone surrogate for U+FFFD, and so one process for another. */
const assertStorable = (param: string | number | null): void => {
  if (typeof param !== 'string' || isStorableText(param)) return
  throw new Error(`A name or a fingerprint has NUL or a lone surrogate: ${JSON.stringify(param)}`)
}

type Row = Readonly<Record<string, unknown>>

const takenBy = (process: string, row: Row): TakenProcess => {
  const kept = row['checkpoint']
  // only `renew` writes it
  const checkpoint = typeof kept === 'string' ? some(JSON.parse(kept) as StoredCheckpoint) : none
  return { owner: { process, epoch: Number(row['epoch']) }, checkpoint }
}

const statusIn = (row: Row): ProcessStatus => ({
  process: String(row['name']),
  position: Number(row['position']),
  isOwned: row['owned'] === true,
  epoch: Number(row['epoch']),
  idle: Number(row['idle']),
})

// `now` does not change within a transaction
const inMilliseconds = (param: string): string =>
  `clock_timestamp() + ${param}::float8 * interval '1 millisecond'`

const takeText = (at: string): string =>
  `insert into ${at}decider_processes as p (name, epoch, leased_until, seen_at)
    values ($1, 1, ${inMilliseconds('$2')}, clock_timestamp())
    on conflict (name) do update set epoch = p.epoch + 1, leased_until = excluded.leased_until,
      seen_at = clock_timestamp()
      where p.leased_until is null or p.leased_until < clock_timestamp()
    returning epoch, checkpoint::text as checkpoint`

/** Whether the given checkpoint is to be stored: not if it is behind that of the same fingerprint. */
const isMoved =
  '$4::text is not null and (p.fingerprint is distinct from $4::text or p.position <= $5::bigint)'

const renewText = (at: string): string => `update ${at}decider_processes p set
    leased_until = ${inMilliseconds('$3')}, seen_at = clock_timestamp(),
    fingerprint = case when ${isMoved} then $4::text else p.fingerprint end,
    position = case when ${isMoved} then $5::bigint else p.position end,
    checkpoint = case when ${isMoved} then $6::text::json else p.checkpoint end
  where p.name = $1::text and p.epoch = $2::bigint
  returning p.name`

const releaseText = (at: string): string => `update ${at}decider_processes
  set epoch = epoch + 1, leased_until = null, seen_at = clock_timestamp()
  where name = $1::text and epoch = $2::bigint`

const discardText = (at: string): string => `update ${at}decider_processes
  set epoch = epoch + 1, leased_until = null, seen_at = clock_timestamp(), position = 0,
    fingerprint = null, checkpoint = null
  where name = $1::text`

const statusText = (at: string): string => `select name, epoch, position,
    coalesce(leased_until >= clock_timestamp(), false) as owned,
    greatest(0, extract(epoch from clock_timestamp() - seen_at) * 1000)::bigint as idle
  from ${at}decider_processes order by name`
