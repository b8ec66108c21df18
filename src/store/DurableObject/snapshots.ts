/**
 * Snapshots in the storage of an object.
 *
 * @since 0.1.0
 */
import type { SnapshotStore } from '../../shell/Snapshots.ts'
import { none } from '../../internal/either.ts'
import { isStorableSnapshot, snapshotOf, storableValues, tried } from '../internal/snapshots.ts'
import type { DurableStorage } from './storage.ts'

const snapshotsTable = `create table if not exists decider_snapshots (
  stream text not null,
  fingerprint text not null,
  version integer not null,
  commit_id text not null,
  position integer not null,
  recorded_at integer not null,
  state text not null,
  primary key (stream, fingerprint)
) strict`

/**
 * Keeps snapshots in an object's storage, of at most 2 MB each. Their table is created when it is first used.
 *
 * @example
 *   import { durableObjectSnapshots, type DurableStorage } from 'decider-ts/store/DurableObject'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   // in an object's class: durableObjectSnapshots(this.ctx.storage)
 *   const gone = (): never => {
 *     throw new Error('the object was reset')
 *   }
 *   const storage: DurableStorage = { sql: { exec: gone }, transactionSync: gone }
 *   assert.ok(isLeft(await durableObjectSnapshots(storage).load('lamp-1', 'f1')()))
 *
 * @category constructors
 * @since 0.1.0
 */
export const durableObjectSnapshots = ({ sql }: DurableStorage): SnapshotStore => ({
  load: (stream, fingerprint) => () =>
    tried('load', () => {
      if (!isStorableSnapshot(stream, fingerprint)) return none
      sql.exec(snapshotsTable)
      const text = 'select * from decider_snapshots where stream = ? and fingerprint = ?'
      return snapshotOf(sql.exec(text, stream, fingerprint).toArray()[0])
    }),
  save: (snapshot) => () =>
    tried('save', () => {
      sql.exec(snapshotsTable)
      const text = 'insert or replace into decider_snapshots values (?, ?, ?, ?, ?, ?, ?)'
      sql.exec(text, ...storableValues(snapshot))
    }),
})
