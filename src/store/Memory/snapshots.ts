/**
 * Snapshots in memory.
 *
 * @since 0.1.0
 */
import { none, right, some } from '../../internal/either.ts'
import type { SnapshotStore, StoredSnapshot } from '../../shell/Snapshots.ts'

/**
 * Keeps snapshots in memory, for tests. Within one process, the cache of a handler serves the same purpose.
 *
 * @example
 *   import { memorySnapshots } from 'decider-ts/store/Memory'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(await memorySnapshots().load('lamp-1', 'f1')(), right(none))
 *
 * @category constructors
 * @since 0.1.0
 */
export const memorySnapshots = (): SnapshotStore => {
  const snapshots = new Map<string, StoredSnapshot>()
  const keyOf = (stream: string, fingerprint: string): string =>
    JSON.stringify([stream, fingerprint])
  return {
    load: (stream, fingerprint) => () => {
      const found = snapshots.get(keyOf(stream, fingerprint))
      return Promise.resolve(right(found === undefined ? none : some(found)))
    },
    save: (snapshot) => () => {
      snapshots.set(keyOf(snapshot.stream, snapshot.fingerprint), snapshot)
      return Promise.resolve(right(undefined))
    },
  }
}
