/**
 * Runs a process from the checkpoint that is kept of it, as its only owner, again and again until it is stopped.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Codec, Issues } from '../../codec/Codec.ts'
import { showPath } from '../../codec/Codec.ts'
import { left, right } from '../../internal/either.ts'
import type { GivenUp, Thrown } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { orThrown } from '../internal/orThrown.ts'
import { stateFingerprint } from '../internal/fingerprint.ts'
import { encodeState } from '../internal/keptState.ts'
import type {
  CheckpointFailure,
  InvalidCheckpoint,
  ProcessCheckpoints,
  ProcessOwner,
  StoredCheckpoint,
  TakenProcess,
} from './checkpoints.ts'
import type { CatchUpFailure, Checkpoint } from '../Projector.ts'
import type { LoopOptions } from './loop.ts'
import { loopProcess, sleep } from './loop.ts'

export interface KeepOptions<in out E, in out S, in out C, out F> extends Omit<
  LoopOptions<E, S, C, F>,
  'onFailure'
> {
  /** Under which its checkpoint is kept, and its owner is found. */
  readonly name: string
  readonly checkpoints: ProcessCheckpoints
  /** The codec of the state. Its structure is part of the fingerprint, unless it was written by hand. */
  readonly codec: Codec<S>
  /** To be changed together with `evolve`: the process then reads from the beginning, and sends what is outstanding. */
  readonly evolveVersion: string
  /** Milliseconds after which another may take over from an owner without a sign. Defaults to 15,000. */
  readonly lease?: number
  /**
   * After how many positions the checkpoint is stored at once. It is stored with each renewal of the lease, and at
   * the end, anyway; what was not stored is read again. Defaults to 100.
   */
  readonly saveEvery?: number
  /** Called, and awaited, when the store was unavailable or a run timed out, or a checkpoint failed. */
  readonly onFailure?: (failure: CatchUpFailure | CheckpointFailure) => unknown
}

/**
 * Runs a process as `loopProcess` does, from the checkpoint that is kept of it, until the signal is aborted. Any
 * number of processes may call it with the same name: one of them runs, the others wait, and one of them takes over
 * when it ends, or when its lease expires.
 *
 * A command is sent at least once: an owner that was paused may send what its successor sends too, under the same
 * id. Fails only as `loopProcess` does; after `HistoryChanged`, `discard` the checkpoint.
 *
 * @example
 *   import * as t from 'io-ts'
 *   import { codec } from 'decider-ts/codec/IoTs'
 *   import { fromPending } from 'decider-ts/Process'
 *   import { keepProcess } from 'decider-ts/shell/ProcessRunner'
 *   import { memoryCheckpoints, memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight, right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const stop = new AbortController()
 *   const process = fromPending({
 *     initialState: 0,
 *     evolve: (seen: number) => seen + 1,
 *     pending: () => [{ id: 'welcome', command: 'say hello' }],
 *     isTerminal: () => false,
 *   })
 *   const send = () => async () => {
 *     stop.abort()
 *     return right('said')
 *   }
 *   const kept = keepProcess({
 *     store: memoryStore(),
 *     process,
 *     send,
 *     now: Date.now,
 *     name: 'welcome',
 *     // with a database: sqlCheckpoints(client)
 *     checkpoints: memoryCheckpoints(),
 *     codec: codec(t.number),
 *     evolveVersion: '1',
 *   })
 *   assert.ok(isRight(await kept(stop.signal)()))
 *
 * @category running
 * @since 0.1.0
 */
export const keepProcess =
  <E, S, C, F>(
    options: KeepOptions<E, S, C, F>,
  ): ((signal: AbortSignal) => TaskEither<CatchUpFailure, void>) =>
  (signal) =>
  async () => {
    const { name, checkpoints, lease = defaultLease, pollEvery = 1_000 } = options
    try {
      while (!signal.aborted) {
        const taken = await takenWithin(signal, name, checkpoints, lease)
        if (taken._tag === 'Right' && taken.right._tag === 'Some') {
          const ended = await runOwned(options, taken.right.value, signal)
          if (ended._tag === 'Left') return ended
        } else if (!signal.aborted) {
          if (taken._tag === 'Left') await options.onFailure?.(taken.left)
          await sleep(signal, taken._tag === 'Left' ? pollEvery : lease / 3, undefined)
        }
      }
      return right(undefined)
    } catch (cause) {
      return left({ type: 'Thrown', cause })
    }
  }

const defaultLease = 15_000

/** Takes a process. If it is given after nobody waits any more, it is given back: others would wait for its lease. */
const takenWithin = async (
  signal: AbortSignal,
  name: string,
  checkpoints: ProcessCheckpoints,
  lease: number,
): Promise<Either<CheckpointFailure | GivenUp | Thrown, Option<TakenProcess>>> => {
  let isLate = false
  const taken = await within(signal, lease, async () => {
    const given = await checkpoints.take(name, lease)()
    if (isLate && given._tag === 'Right' && given.right._tag === 'Some') {
      await within(undefined, lease / 3, checkpoints.release(given.right.value.owner))
    }
    return given
  })
  isLate = taken._tag === 'Left'
  return taken
}

/** How many renewals in a row may fail: after that the lease has expired. */
const mostMisses = 3

/** A time during which this program owns a process. */
interface Ownership<S> {
  readonly owner: ProcessOwner
  readonly end: AbortController
  latest: Checkpoint<S>
  /** The position of the checkpoint that is stored. */
  saved: number
  misses: number
  isLost: boolean
}

const runOwned = async <E, S, C, F>(
  options: KeepOptions<E, S, C, F>,
  taken: TakenProcess,
  signal: AbortSignal,
): Promise<Either<CatchUpFailure, void>> => {
  const { lease = defaultLease, saveEvery = 100, checkpoints, onRun, onFailure, ...rest } = options
  const owned = await ownershipOf(options, taken)
  const end = (): void => owned.end.abort()
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  // `onFailure` may throw: the lease is not renewed any more then
  const renewing = orThrown(() => renewAgain(options, owned)).finally(end)
  const loop = loopProcess<E, S, C, F>({
    ...rest,
    ...(onFailure && { onFailure }),
    onRun: async (run) => {
      owned.latest = run.checkpoint
      if (!(owned.latest.position - owned.saved < saveEvery)) await renew(options, owned)
      await onRun?.(run)
    },
  })
  const ended = await loop(owned.latest, owned.end.signal)()
  end()
  signal.removeEventListener('abort', end)
  const renewed = await renewing
  if (ended._tag === 'Right') owned.latest = ended.right
  if (!owned.isLost && owned.latest.position !== owned.saved) await renew(options, owned)
  if (!owned.isLost) {
    const released = await within(undefined, lease / 3, checkpoints.release(owned.owner))
    if (released._tag === 'Left') await onFailure?.(released.left)
  }
  return ended._tag === 'Left' ? ended : renewed
}

/** What an owner starts with: the checkpoint that is kept, or the beginning. */
const ownershipOf = async <E, S, C, F>(
  options: KeepOptions<E, S, C, F>,
  { owner, checkpoint }: TakenProcess,
): Promise<Ownership<S>> => {
  const decoded = decodedCheckpoint(options, checkpoint)
  if (decoded?._tag === 'Left') await options.onFailure?.(decoded.left)
  const latest = decoded?._tag === 'Right' ? decoded.right : undefined
  return {
    owner,
    end: new AbortController(),
    latest: latest ?? { position: 0, state: options.process.initialState },
    saved: latest?.position ?? 0,
    misses: 0,
    isLost: false,
  }
}

/** Renews the lease, three times in its length, until the ownership ends. */
const renewAgain = async <E, S, C, F>(
  options: KeepOptions<E, S, C, F>,
  owned: Ownership<S>,
): Promise<Either<never, void>> => {
  const { signal } = owned.end
  for (;;) {
    await sleep(signal, (options.lease ?? defaultLease) / mostMisses, undefined)
    if (signal.aborted) return right(undefined)
    await renew(options, owned)
  }
}

/** Renews the lease and stores the checkpoint if it has moved. Without the lease, the ownership ends. */
const renew = async <E, S, C, F>(
  options: KeepOptions<E, S, C, F>,
  owned: Ownership<S>,
): Promise<void> => {
  const { checkpoints, lease = defaultLease, onFailure } = options
  const { position } = owned.latest
  const moved = position === owned.saved ? undefined : encodedCheckpoint(options, owned.latest)
  if (moved?._tag === 'Left') await onFailure?.(moved.left)
  const stored = moved?._tag === 'Right' ? moved.right : undefined
  const call = checkpoints.renew(owned.owner, lease, stored)
  const renewed = await within(undefined, lease / mostMisses, call)
  if (renewed._tag === 'Right' && renewed.right) {
    owned.misses = 0
    owned.saved = Math.max(owned.saved, position)
    return
  }
  if (renewed._tag === 'Left') await onFailure?.(renewed.left)
  if (renewed._tag === 'Left' && ++owned.misses < mostMisses) return
  owned.isLost = true
  owned.end.abort()
}

/** A call of the store of checkpoints, which may hang, or throw although its type does not allow it. */
const within = <F, A>(
  signal: AbortSignal | undefined,
  timeout: number,
  call: TaskEither<F, A>,
): Promise<Either<F | GivenUp | Thrown, A>> =>
  orThrown(() => bounded('checkpoint', { signal, timeout }, call))

type CodecFailure = InvalidCheckpoint | Thrown

const encodedCheckpoint = <E, S, C, F>(
  { name, codec, evolveVersion }: KeepOptions<E, S, C, F>,
  { position, state, commitId, recordedAt, end }: Checkpoint<S>,
): Either<CodecFailure, StoredCheckpoint> => {
  try {
    const data = encodeState(codec, state)
    if (data._tag === 'Left') return invalidCheckpoint('save', name, position, data.left)
    const fingerprint = stateFingerprint(evolveVersion, codec)
    return right({ fingerprint, position, commitId, recordedAt, end, state: data.right })
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
}

const decodedCheckpoint = <E, S, C, F>(
  { name, codec, evolveVersion }: KeepOptions<E, S, C, F>,
  kept: Option<StoredCheckpoint>,
): Either<CodecFailure, Checkpoint<S>> | undefined => {
  if (kept._tag === 'None' || kept.value.fingerprint !== stateFingerprint(evolveVersion, codec)) {
    return undefined
  }
  const { position, commitId, recordedAt, end } = kept.value
  try {
    const state = codec.decode(kept.value.state)
    if (state._tag === 'Left') return invalidCheckpoint('load', name, position, state.left)
    return right({ position, state: state.right, commitId, recordedAt, end })
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
}

const invalidCheckpoint = (
  operation: InvalidCheckpoint['operation'],
  process: string,
  position: number,
  issues: Issues,
): Either<InvalidCheckpoint, never> => {
  const path = showPath(issues[0].path)
  return left({ type: 'InvalidCheckpoint', operation, process, position, path, issues })
}
