/**
 * Snapshots in the database. The table is a cache: rows may be deleted at any time.
 *
 * @since 0.1.0
 */
import type { SnapshotStore } from '../../shell/Snapshots.ts'
import { snapshotOf, snapshotValues, tried } from '../internal/snapshots.ts'
import type { SqlClient } from './client.ts'
import { quotedIdentifier } from '../internal/sqlQuotes.ts'

export const snapshotTable = (at: string): string => `
create table ${at}.decider_snapshots (
  stream text collate "C" not null,
  fingerprint text collate "C" not null,
  version bigint not null,
  commit_id text collate "C" not null,
  position bigint not null,
  recorded_at bigint not null,
  state json not null,
  primary key (stream, fingerprint)
);`

/**
 * Keeps snapshots in the table `decider_snapshots` of a database that `createSchema` has prepared. Its rows may be
 * deleted at any time, for example those with a fingerprint that is no longer in use.
 *
 * @example
 *   import { openPGlite } from 'decider-ts/store/PGlite'
 *   import { sqlSnapshots } from 'decider-ts/store/Sql'
 *   import { isRight, right } from 'fp-ts/lib/Either.js'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const opened = await openPGlite('.data/snapshots')()
 *   assert.ok(isRight(opened))
 *   const { client, close } = opened.right
 *   assert.deepStrictEqual(await sqlSnapshots(client).load('lamp-1', 'f1')(), right(none))
 *   await close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const sqlSnapshots = (
  client: SqlClient,
  { schema }: { readonly schema?: string } = {},
): SnapshotStore => {
  const table = `${schema === undefined ? '' : `${quotedIdentifier(schema)}.`}decider_snapshots`
  const load = `select stream, fingerprint, version, commit_id, position, recorded_at, state::text as state
    from ${table} where stream = $1 and fingerprint = $2`
  const save = `insert into ${table} (stream, fingerprint, version, commit_id, position, recorded_at, state)
    values ($1, $2, $3, $4, $5, $6, $7::text::json)
    on conflict (stream, fingerprint) do update set version = excluded.version,
      commit_id = excluded.commit_id, position = excluded.position,
      recorded_at = excluded.recorded_at, state = excluded.state`
  return {
    load: (stream, fingerprint) => () =>
      tried('load', async () => {
        const { rows } = await client.query(load, [stream, fingerprint])
        return snapshotOf(rows[0])
      }),
    save: (snapshot) => () =>
      tried('save', async () => {
        await client.query(save, snapshotValues(snapshot))
      }),
  }
}
