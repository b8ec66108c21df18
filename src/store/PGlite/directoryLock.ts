/**
 * Exclusive ownership of a directory, across processes, containers and machines. It ends when the owner
 * releases it or dies: no cleanup is needed after a `kill -9`. Node only.
 *
 * The lock is the file `lock.<n>` with the highest `n`; it names the owner and says whether it was released.
 * A contender that finds the owner gone creates `lock.<n+1>` as a hard link to a complete file, so a lock
 * file is never partial and only one contender succeeds. Then it lists the directory again: if a higher lock
 * exists by now, it removes its own and starts over. Otherwise it owns the directory and removes the lower
 * ones.
 *
 * Laws:
 *
 * 1. at any time a directory has at most one owner
 * 2. a directory whose owner released it, or died on this machine, can be locked at once; one whose owner
 *    died elsewhere, after 10 seconds
 * 3. `check` tells an owner that it was replaced
 *
 * Why 1 holds: a lock file is removed only by a process that has seen a higher one, so the highest number
 * never decreases. Suppose A owns `lock.a` and B owns a higher one. When A looked again, `lock.a` was the
 * highest, so no higher one had existed before, and no other `lock.a` either, since removing it would have
 * required a higher one. So `lock.a+1` was created later, by a process that found `lock.a` the highest and
 * read in it that A is gone: then A is no longer the owner. This assumes that only one contender can create
 * a link, which holds on local file systems and on NFS, and that listing a small directory is atomic.
 *
 * Whether an owner is alive is known in one of two ways:
 *
 * - By the list of processes, if owner and contender share a booted system and a namespace: a process is
 *   identified by its number, its start time (on Linux) and the boot of the machine. A stopped process is
 *   alive; a killed one is gone at once.
 * - By the heartbeat everywhere else (another machine, even of the same host name; another container; after
 *   a reboot). A thread of the owner raises a counter in its lock file every second, and the contender
 *   watches it: if it does not change for 10 seconds, the owner counts as gone. Clocks of two machines are
 *   never compared.
 *
 * An owner that was paused for longer (`docker pause`, a suspended machine) may have lost the directory. So
 * it has to call `check` before it writes, and again before it acknowledges a write.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { IO } from 'fp-ts/lib/IO.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, lstatSync, openSync } from 'node:fs'
import { link, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { unavailable } from '../internal/engine.ts'
import type {
  CorruptLock,
  LockContended,
  OwnershipLost,
  StoreLocked,
} from '../internal/pgliteFailures.ts'
import type { StoreUnavailable } from '../EventStore.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { Lock, LockText } from './lockFile.ts'
import { lockLine, lookUp, ownLock, readLock, writeLock } from './lockFile.ts'
import { left, right } from '../../internal/either.ts'
import { errorCode } from '../internal/errorCode.ts'

export interface LockOptions {
  /**
   * Replace the owner, whoever it is, and ignore a corrupt lock file. An owner that is still alive notices
   * before its next write. Defaults to false.
   */
  readonly takeOver?: boolean
}

/** A directory that this process owns. */
export interface DirectoryLock {
  /** Whether this process still owns the directory. Costs two calls of the file system. */
  readonly check: IO<Either<OwnershipLost, void>>
  /** Releases the directory. The second call does nothing. */
  readonly release: Task<void>
}

/**
 * Locks an existing directory. Fails with `StoreUnavailable` if a lock file can't be read or written. Takes
 * about 10 seconds if it has to watch the heartbeat of an owner that it can't look up.
 */
export const lockDirectory = (
  directory: string,
  options: LockOptions = {},
): TaskEither<StoreLocked | StoreUnavailable, DirectoryLock> =>
  lockWithin({ beat: 1_000, lease: 10_000 })(directory, options)

/**
 * The interval of the heartbeat, and how long without one an owner counts as gone, in milliseconds. All
 * processes that share a directory must use the same.
 *
 * @internal
 */
export interface LockTiming {
  readonly beat: number
  readonly lease: number
  /** Waits so many milliseconds. The lease is counted in these. Defaults to a timer. */
  readonly wait?: (milliseconds: number) => Promise<void>
}

const timer = (milliseconds: number): Promise<void> =>
  new Promise((resume) => setTimeout(resume, milliseconds))

/**
 * `lockDirectory` with a timing of its own, for tests.
 *
 * @internal
 */
export const lockWithin =
  (timing: LockTiming) =>
  (
    directory: string,
    { takeOver = false }: LockOptions = {},
  ): TaskEither<StoreLocked | StoreUnavailable, DirectoryLock> =>
  async () => {
    const temporary = join(directory, `lock.tmp.${randomUUID()}`)
    try {
      const own = await ownLock()
      const { lease, wait = timer } = timing
      const contender: LockContender = { directory, temporary, own, takeOver, lease, wait }
      for (let attempt = 1; attempt <= maxAttempts; attempt++) {
        const result = await tryLock(contender)
        if (result === 'Again') continue
        if (result._tag === 'Left') return result
        return right(ownedLock(contender, result.right, timing.beat))
      }
      return unavailable('open', { type: 'LockContended', directory } satisfies LockContended)
    } catch (cause) {
      return unavailable('open', cause)
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

/** Losing more often means that the file system is broken. */
const maxAttempts = 1_000

interface LockContender {
  readonly directory: string
  readonly temporary: string
  readonly own: Lock
  readonly takeOver: boolean
  readonly lease: number
  readonly wait: (milliseconds: number) => Promise<void>
}

/** Takes the lock and returns its number. `Again`: another contender was faster, so start over. */
const tryLock = async (
  contender: LockContender,
): Promise<Either<StoreLocked | StoreUnavailable, bigint> | 'Again'> => {
  const { directory, temporary, own, takeOver } = contender
  const highest = max(await numbersIn(directory))
  if (highest > 0n && !takeOver) {
    const file = fileOf(directory, highest)
    const read = await readLock(file)
    if (read === undefined) return 'Again'
    if (read._tag === 'Left') return unavailable('open', read.left satisfies CorruptLock)
    const found = await ownerStatus(contender, file, read.right)
    if (found === 'Again') return 'Again'
    if (found !== 'Gone') {
      const { pid, host, since } = read.right.lock
      const owner = { pid, host, since }
      const { lease } = contender
      return left({ type: 'StoreLocked', directory, owner, proof: found, lease })
    }
  }
  await writeLock(temporary, own)
  const next = highest + 1n
  const file = fileOf(directory, next)
  try {
    await link(temporary, file)
  } catch (cause) {
    // a new owner may have removed the temporary file while cleaning up
    if (errorCode(cause) === 'EEXIST' || errorCode(cause) === 'ENOENT') return 'Again'
    throw cause
  }
  if (max(await numbersIn(directory)) > next) {
    await rm(file, { force: true })
    return 'Again'
  }
  // leftovers do no harm
  await cleanUp(directory, next).catch(() => undefined)
  return right(next)
}

/** Whether the owner named in a lock still holds it, and how that is known. */
const ownerStatus = async (
  { own, lease, wait }: LockContender,
  file: string,
  { lock, text }: LockText,
): Promise<'Gone' | 'Again' | StoreLocked['proof']> => {
  if (lock.released) return 'Gone'
  const found = await lookUp(lock, own)
  if (found !== 'Unknown') return found === 'Alive' ? 'Process' : 'Gone'
  // counts looks instead of reading a clock: time in which this machine was paused proves nothing
  for (let look = 1; look <= lookCount; look++) {
    await wait(lease / lookCount)
    const now = await readLock(file)
    if (now === undefined || now._tag === 'Left') return 'Again'
    if (now.right.lock.released) return 'Gone'
    if (now.right.text !== text) return 'Heartbeat'
  }
  return 'Gone'
}

const lookCount = 40

const ownedLock = (
  { directory, temporary, own }: LockContender,
  n: bigint,
  beat: number,
): DirectoryLock => {
  const [file, next] = [fileOf(directory, n), fileOf(directory, n + 1n)]
  // stays open while it is owned, so that its inode is not reused
  const descriptor = openSync(file, 'r')
  const { ino } = fstatSync(descriptor, { bigint: true })
  const heartbeat = startHeartbeat(file, lockLine(own), beat)
  const lost = (reason: OwnershipLost['reason']): Either<OwnershipLost, never> =>
    left({ type: 'OwnershipLost', directory, reason })
  const check: DirectoryLock['check'] = () => {
    try {
      if (lstatSync(next, quietStat) !== undefined) return lost('TakenOver')
      if (lstatSync(file, quietStat)?.ino !== ino) return lost('Removed')
      return heartbeat.isLost() ? lost('TakenOver') : stillOwned
    } catch {
      return lost('Removed')
    }
  }
  let released = false
  const release = async (): Promise<void> => {
    if (released) return
    released = true
    await heartbeat.stop()
    const isOurs = check()._tag === 'Right'
    closeSync(descriptor)
    if (isOurs) await markReleased(file, temporary, own)
  }
  return { check, release }
}

const quietStat = { bigint: true, throwIfNoEntry: false } as const

const stillOwned: Either<never, void> = right(undefined)

/**
 * Marks the lock as released. If that fails, it counts as released when the process ends, so there is
 * nothing to report.
 */
const markReleased = async (file: string, temporary: string, own: Lock): Promise<void> => {
  try {
    await writeLock(temporary, { ...own, released: true })
    await rename(temporary, file)
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

const fileOf = (directory: string, n: bigint): string => join(directory, `lock.${n}`)

/** 0 if this is not the name of a lock. A bigint, so that every number has a successor. */
const lockNumber = (name: string): bigint => BigInt(/^lock\.([1-9]\d*)$/.exec(name)?.[1] ?? 0)

const numbersIn = async (directory: string): Promise<ReadonlyArray<bigint>> =>
  (await readdir(directory)).map(lockNumber)

const max = (numbers: ReadonlyArray<bigint>): bigint =>
  numbers.reduce((highest, n) => (n > highest ? n : highest), 0n)

/** Removes the lower locks, and temporary files of contenders that died. */
const cleanUp = async (directory: string, own: bigint): Promise<void> => {
  for (const name of await readdir(directory)) {
    const n = lockNumber(name)
    const leftover = name.startsWith('lock.tmp.') || (n > 0n && n < own)
    if (leftover) await rm(join(directory, name), { force: true })
  }
}
