/**
 * Snapshots in the database. The table is a cache: rows may be deleted at any time.
 *
 * @since 0.1.0
 */
import type { SnapshotStore } from '../../shell/Snapshots.ts'
import { none, some } from '../../internal/either.ts'
import { isStorableSnapshot, storableValues, tried } from '../internal/snapshots.ts'
import type { SqlClient } from './client.ts'
import { hearErrors } from './pool.ts'
import { quotedIdentifier } from '../internal/sqlQuotes.ts'
import { asOwner } from './owner.ts'

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
 * Reads a snapshot. The database plans a function once per connection: a statement, which it plans on every call,
 * took four times as long on PGlite.
 */
export const createSnapshotFunction = (at: string): string => `
create function ${at}.decider_snapshot_6(a_stream text, a_fingerprint text)
returns text language plpgsql stable ${asOwner} as $function$
declare
  answer text;
begin
  select '{"version":' || s.version || ',"commit_id":' || to_json(s.commit_id)::text
    || ',"position":' || s.position || ',"recorded_at":' || s.recorded_at || ',"state":' || s.state::text || '}'
    into answer from ${at}.decider_snapshots s
    where s.stream = a_stream and s.fingerprint = a_fingerprint;
  return answer;
end $function$;
revoke all on function ${at}.decider_snapshot_6 from public;`

export const snapshotFunctions: ReadonlyArray<string> = ['decider_snapshot_6']

/** What the function returns. */
interface FoundSnapshot {
  readonly version: number
  readonly commit_id: string
  readonly position: number
  readonly recorded_at: number
  readonly state: unknown
}

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
  hearErrors(client)
  const at = schema === undefined ? '' : `${quotedIdentifier(schema)}.`
  const load = `select ${at}decider_snapshot_6($1, $2) as snapshot`
  const save = `insert into ${at}decider_snapshots (stream, fingerprint, version, commit_id, position, recorded_at, state)
    values ($1, $2, $3, $4, $5, $6, $7::text::json)
    on conflict (stream, fingerprint) do update set version = excluded.version,
      commit_id = excluded.commit_id, position = excluded.position,
      recorded_at = excluded.recorded_at, state = excluded.state`
  return {
    load: (stream, fingerprint) => () =>
      tried('load', async () => {
        if (!isStorableSnapshot(stream, fingerprint)) return none
        const { rows } = await client.query(load, [stream, fingerprint])
        const found = rows[0]?.['snapshot']
        if (typeof found !== 'string') return none
        const row = JSON.parse(found) as FoundSnapshot
        return some({
          stream,
          fingerprint,
          version: row.version,
          mark: { commitId: row.commit_id, position: row.position, recordedAt: row.recorded_at },
          state: row.state,
        })
      }),
    save: (snapshot) => () =>
      tried('save', async () => {
        await client.query(save, storableValues(snapshot))
      }),
  }
}
