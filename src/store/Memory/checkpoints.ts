/**
 * Checkpoints of processes in memory.
 *
 * @since 0.1.0
 */
import { none, right, some } from '../../internal/either.ts'
import type { Instant } from '../../Recorded.ts'
import type {
  ProcessCheckpoints,
  ProcessOwner,
  ProcessStatus,
  StoredCheckpoint,
} from '../../shell/ProcessRunner.ts'

interface KeptCheckpoint {
  readonly epoch: number
  readonly leasedUntil: Instant | undefined
  readonly seenAt: Instant
  readonly checkpoint: StoredCheckpoint | undefined
}

/**
 * Keeps checkpoints of processes in memory, for tests: all that use the same value are like programs that share a
 * database. `now` is the clock of leases, the system's by default.
 *
 * @example
 *   import { memoryCheckpoints } from 'decider-ts/store/Memory'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import { isNone } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const checkpoints = memoryCheckpoints()
 *   await checkpoints.take('shipping', 15_000)()
 *   const second = await checkpoints.take('shipping', 15_000)()
 *   assert.ok(isRight(second) && isNone(second.right))
 *
 * @category constructors
 * @since 0.1.0
 */
export const memoryCheckpoints = (now: () => Instant = Date.now): ProcessCheckpoints => {
  const processes = new Map<string, KeptCheckpoint>()
  const ownedBy = ({ process, epoch }: ProcessOwner): KeptCheckpoint | undefined => {
    const kept = processes.get(process)
    return kept?.epoch === epoch ? kept : undefined
  }
  return {
    take: (process, lease) => () => {
      const kept = processes.get(process)
      const at = now()
      if (kept?.leasedUntil !== undefined && !(kept.leasedUntil < at)) {
        return Promise.resolve(right(none))
      }
      const epoch = (kept?.epoch ?? 0) + 1
      const checkpoint = kept?.checkpoint
      processes.set(process, { epoch, leasedUntil: at + lease, seenAt: at, checkpoint })
      const stored = checkpoint === undefined ? none : some(checkpoint)
      return Promise.resolve(right(some({ owner: { process, epoch }, checkpoint: stored })))
    },
    renew: (owner, lease, checkpoint) => () => {
      const kept = ownedBy(owner)
      const at = now()
      if (kept !== undefined) {
        const next = isBehind(checkpoint, kept.checkpoint) ? kept.checkpoint : checkpoint
        processes.set(owner.process, {
          epoch: kept.epoch,
          leasedUntil: at + lease,
          seenAt: at,
          checkpoint: next ?? kept.checkpoint,
        })
      }
      return Promise.resolve(right(kept !== undefined))
    },
    release: (owner) => () => {
      const kept = ownedBy(owner)
      if (kept !== undefined) {
        const epoch = kept.epoch + 1
        processes.set(owner.process, { ...kept, epoch, leasedUntil: undefined, seenAt: now() })
      }
      return Promise.resolve(right(undefined))
    },
    discard: (process) => () => {
      const kept = processes.get(process)
      if (kept !== undefined) {
        const epoch = kept.epoch + 1
        const gone = { leasedUntil: undefined, checkpoint: undefined }
        processes.set(process, { ...gone, epoch, seenAt: now() })
      }
      return Promise.resolve(right(undefined))
    },
    status: () => Promise.resolve(right(processStatuses(processes, now()))),
  }
}

const processStatuses = (
  processes: ReadonlyMap<string, KeptCheckpoint>,
  at: Instant,
): ReadonlyArray<ProcessStatus> =>
  [...processes]
    .map(([process, { epoch, leasedUntil, seenAt, checkpoint }]) => ({
      process,
      position: checkpoint?.position ?? 0,
      isOwned: leasedUntil !== undefined && leasedUntil >= at,
      epoch,
      idle: at - seenAt,
    }))
    .sort((a, b) => (a.process < b.process ? -1 : 1))

const isBehind = (one: StoredCheckpoint | undefined, other: StoredCheckpoint | undefined) =>
  one !== undefined && one.fingerprint === other?.fingerprint && one.position < other.position
