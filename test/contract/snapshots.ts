// What a store of snapshots must do, on every engine.
import { right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { SnapshotStore, StoredSnapshot } from '../../src/shell/Snapshots.ts'

const snapshot: StoredSnapshot = {
  stream: 'a',
  fingerprint: 'one',
  version: 7,
  mark: { commitId: `c'"\\`, position: Number.MAX_SAFE_INTEGER, recordedAt: -8.64e15 },
  state: { lines: [{ 'ç"': '\u0000\ud83d' }, null, 1e-7], b: 1, a: 2 },
}

export const snapshotStoreContract = (
  name: string,
  makeStore: () => Promise<SnapshotStore>,
): void => {
  describe(`${name} keeps snapshots`, () => {
    it('gives back the last one of a stream and a fingerprint, whatever its version', async () => {
      const store = await makeStore()
      expect(await store.load('none', 'one')()).toStrictEqual(right(none))
      const others = [
        { ...snapshot, stream: 'b', state: null },
        { ...snapshot, fingerprint: 'two', state: [] },
        { ...snapshot, version: 6, state: 'x"\\'.repeat(50_000) },
      ]
      for (const each of [snapshot, ...others]) {
        expect(await store.save(each)()).toStrictEqual(right(undefined))
        const found = await store.load(each.stream, each.fingerprint)()
        expect(found).toStrictEqual(right(some(each)))
      }
      expect(await store.load('b', 'one')()).toStrictEqual(right(some(others[0])))
      expect(await store.load('a', 'two')()).toStrictEqual(right(some(others[1])))
      expect(await store.load('b', 'two')()).toStrictEqual(right(none))
    })

    it('never gives back, or replaces, that of another stream, whatever its name', async () => {
      const store = await makeStore()
      const kept = { ...snapshot, stream: 'a\ufffd', fingerprint: 'f\ufffd' }
      for (const bad of ['\ud800', '\0']) {
        for (const other of [{ stream: `a${bad}` }, { fingerprint: `f${bad}` }]) {
          expect(await store.save(kept)()).toStrictEqual(right(undefined))
          const odd = { ...kept, ...other, state: 'other' }
          expect(await store.load(odd.stream, odd.fingerprint)()).toStrictEqual(right(none))
          // a database cannot hold it, and says so
          await store.save(odd)()
          expect(await store.load(kept.stream, kept.fingerprint)()).toStrictEqual(right(some(kept)))
        }
      }
    })
  })
}
