/**
 * The port to the checkpoints of processes: how far each has read, its state, and who runs it.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Issues } from '../../codec/Codec.ts'
import type { GivenUp, Thrown } from '../../store/EventStore.ts'
import type { Checkpoint } from '../Projector.ts'

/**
 * A checkpoint as it is stored: with a JSON value as its state.
 *
 * @category model
 * @since 0.1.0
 */
export interface StoredCheckpoint extends Checkpoint<unknown> {
  /** How its state was made: by which codec and which `evolve`. */
  readonly fingerprint: string
}

/**
 * Names an owner of a process.
 *
 * @category model
 * @since 0.1.0
 */
export interface ProcessOwner {
  /** The name of the process. */
  readonly process: string
  readonly epoch: number
}

/**
 * A process that was taken over, and how far the owners before have come.
 *
 * @category model
 * @since 0.1.0
 */
export interface TakenProcess {
  readonly owner: ProcessOwner
  readonly checkpoint: Option<StoredCheckpoint>
}

/**
 * How a process is doing.
 *
 * @category model
 * @since 0.1.0
 */
export interface ProcessStatus {
  readonly process: string
  /** The position of its checkpoint; 0 if there is none. */
  readonly position: number
  /** Whether somebody runs it. */
  readonly isOwned: boolean
  readonly epoch: number
  /** Milliseconds since an owner last gave a sign, by the clock of the store. */
  readonly idle: number
}

/**
 * The store of checkpoints did not answer, or answered with an error, which is `cause`.
 *
 * @category failures
 * @since 0.1.0
 */
export interface CheckpointsUnavailable {
  readonly type: 'CheckpointsUnavailable'
  readonly operation: 'take' | 'renew' | 'release' | 'discard' | 'status'
  readonly cause: unknown
}

/**
 * A checkpoint that is of no use: the codec rejects what is stored (`load`), or what it encodes would not come back
 * as it was (`save`). The process then reads from the beginning, or keeps its earlier checkpoint.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidCheckpoint {
  readonly type: 'InvalidCheckpoint'
  readonly operation: 'load' | 'save'
  readonly process: string
  readonly position: number
  /** Where in the state the first issue lies, as `lines[0].quantity`. */
  readonly path: string
  readonly issues: Issues
}

/**
 * What can go wrong with checkpoints. The process goes on, or waits and tries again.
 *
 * @category failures
 * @since 0.1.0
 */
export type CheckpointFailure = CheckpointsUnavailable | InvalidCheckpoint | GivenUp | Thrown

/**
 * Keeps the checkpoints of processes, by name. Leases are measured by its own clock.
 *
 * A process has one owner at a time, which has to renew its lease. A fencing token, the epoch, changes with the
 * owner: a checkpoint is stored only by the owner of the current epoch, so a late one of an earlier owner is not.
 *
 * Laws:
 *
 * 1. of all that take a process at the same time, one gets it; nobody else does before it is released or its lease
 *    has expired
 * 2. each owner has a higher epoch than those before it; only the last one renews, stores and releases
 * 3. an owner gets the last checkpoint that was stored, whole
 * 4. within one fingerprint, the position never moves back, unless the checkpoint is discarded
 *
 * @category model
 * @since 0.1.0
 */
export interface ProcessCheckpoints {
  /** Takes a process for `lease` milliseconds, unless it has an owner. */
  readonly take: (
    process: string,
    lease: number,
  ) => TaskEither<CheckpointsUnavailable, Option<TakenProcess>>
  /** Renews the lease and stores a checkpoint, if one is given. Returns false if there is another owner by now. */
  readonly renew: (
    owner: ProcessOwner,
    lease: number,
    checkpoint?: StoredCheckpoint,
  ) => TaskEither<CheckpointsUnavailable, boolean>
  /** Ends an ownership, so that others need not wait for the lease. Later calls of that owner do nothing. */
  readonly release: (owner: ProcessOwner) => TaskEither<CheckpointsUnavailable, void>
  /** Forgets the checkpoint of a process and ends its ownership: it is run from the beginning again. */
  readonly discard: (process: string) => TaskEither<CheckpointsUnavailable, void>
  /** All processes, by name. */
  readonly status: TaskEither<CheckpointsUnavailable, ReadonlyArray<ProcessStatus>>
}
