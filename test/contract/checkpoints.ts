// What a store of checkpoints of processes must do, on every engine.
import { right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type {
  ProcessCheckpoints,
  ProcessOwner,
  StoredCheckpoint,
} from '../../src/shell/ProcessRunner.ts'
import { rightOf } from './commits.ts'

const at = (position: number, more: Partial<StoredCheckpoint> = {}): StoredCheckpoint => ({
  fingerprint: 'one',
  position,
  commitId: `c'"\\`,
  recordedAt: -8.64e15,
  end: position + 1,
  state: { lines: [{ 'ç"': '\u0000\ud83d' }, null, 1e-7], b: 1, a: position },
  ...more,
})

const long = 60_000
/** A lease that has expired when it is given. */
const expired = -1_000

export const checkpointsContract = (
  name: string,
  makeStore: () => Promise<ProcessCheckpoints>,
): void => {
  const takenOf = async (store: ProcessCheckpoints, process: string, lease = long) => {
    const taken = rightOf(await store.take(process, lease)())
    if (taken._tag === 'None') throw new Error(`${process} has an owner`)
    return taken.value
  }

  describe(`${name} keeps checkpoints of processes`, () => {
    it('law 1: one of many gets a process, and the next one after a release or an expired lease', async () => {
      const store = await makeStore()
      const all = await Promise.all(Array.from({ length: 8 }, () => store.take('a', expired)()))
      // each of them found the lease of the one before expired
      expect(all.every((each) => rightOf(each)._tag === 'Some')).toBe(true)
      const racing = await Promise.all(Array.from({ length: 8 }, () => store.take('a', long)()))
      const [owner, ...others] = racing.flatMap((each) => {
        const taken = rightOf(each)
        return taken._tag === 'Some' ? [taken.value.owner] : []
      })
      expect(others).toStrictEqual([])
      expect(owner).toStrictEqual({ process: 'a', epoch: 9 })
      expect(await store.take('a', long)()).toStrictEqual(right(none))
      await store.release(owner as ProcessOwner)()
      const next = await takenOf(store, 'a', expired)
      expect(next.owner.epoch).toBeGreaterThan(9)
      // renewed before anybody took it
      expect(await store.renew(next.owner, long)()).toStrictEqual(right(true))
      expect(await store.take('a', long)()).toStrictEqual(right(none))
      await takenOf(store, 'b')
    })

    it('law 2: an owner that was replaced, or has released, renews, stores and releases nothing', async () => {
      const store = await makeStore()
      const { owner: first } = await takenOf(store, 'a', expired)
      const { owner: second } = await takenOf(store, 'a')
      expect(await store.renew(first, expired, at(5))()).toStrictEqual(right(false))
      expect(await store.release(first)()).toStrictEqual(right(undefined))
      expect(await store.take('a', long)()).toStrictEqual(right(none))
      expect(await store.renew(second, long)()).toStrictEqual(right(true))
      await store.release(second)()
      expect(await store.renew(second, long, at(6))()).toStrictEqual(right(false))
      expect((await takenOf(store, 'a')).checkpoint).toStrictEqual(none)
      expect(await store.renew({ process: 'none', epoch: 1 }, long)()).toStrictEqual(right(false))
    })

    it('laws 3 and 4: the last checkpoint comes back whole; it moves back with another fingerprint only', async () => {
      const store = await makeStore()
      const kept = async (checkpoint?: StoredCheckpoint) => {
        const { owner, checkpoint: before } = await takenOf(store, 'a')
        expect(await store.renew(owner, long, checkpoint)()).toStrictEqual(right(true))
        await store.release(owner)()
        return before
      }
      expect(await kept(at(3))).toStrictEqual(none)
      expect(await kept(at(7))).toStrictEqual(some(at(3)))
      expect(await kept(at(6))).toStrictEqual(some(at(7)))
      expect(await kept()).toStrictEqual(some(at(7)))
      const bare: StoredCheckpoint = { fingerprint: 'two', position: 2, state: null }
      expect(await kept(bare)).toStrictEqual(some(at(7)))
      expect(await kept(at(Number.MAX_SAFE_INTEGER))).toStrictEqual(some(bare))
      expect(await kept()).toStrictEqual(some(at(Number.MAX_SAFE_INTEGER)))
    })

    it('law 1: a process is never taken for another, whatever its name', async () => {
      const store = await makeStore()
      const { owner } = await takenOf(store, 'a\ufffd')
      for (const bad of ['a\ud800', 'a\0']) {
        expect(await store.renew({ ...owner, process: bad }, long, at(9))()).not.toStrictEqual(right(true)) // prettier-ignore
        await store.release({ ...owner, process: bad })()
        await store.discard(bad)()
        // a database cannot hold the name, and says so; it does not say that the process has an owner
        expect(await store.take(bad, long)()).not.toStrictEqual(right(none))
        expect(await store.renew(owner, long, at(7))()).toStrictEqual(right(true))
      }
      await store.release(owner)()
      expect((await takenOf(store, 'a\ufffd')).checkpoint).toStrictEqual(some(at(7)))
    })

    it('a discarded checkpoint is gone, and so is the ownership', async () => {
      const store = await makeStore()
      const { owner } = await takenOf(store, 'a')
      await store.renew(owner, long, at(7))()
      expect(await store.discard('a')()).toStrictEqual(right(undefined))
      expect(await store.renew(owner, long, at(8))()).toStrictEqual(right(false))
      expect((await takenOf(store, 'a')).checkpoint).toStrictEqual(none)
      expect(await store.discard('none')()).toStrictEqual(right(undefined))
    })

    it('tells how each process is doing', async () => {
      const store = await makeStore()
      expect(await store.status()).toStrictEqual(right([]))
      const { owner: b } = await takenOf(store, 'b')
      const { owner: a } = await takenOf(store, 'a')
      await store.renew(b, long, at(7))()
      await store.release(a)()
      const idle: unknown = expect.any(Number)
      expect(await store.status()).toStrictEqual(
        right([
          { process: 'a', position: 0, isOwned: false, epoch: 2, idle },
          { process: 'b', position: 7, isOwned: true, epoch: 1, idle },
        ]),
      )
    })
  })
}
