/**
 * Exclusive ownership of a directory, across processes, containers and machines. It ends when the
 * owner gives it back or dies: nobody has to clean up after a `kill -9`. Node only.
 *
 * The lock is the file `lock.<n>` with the highest `n`; it says who the owner is and whether they
 * gave it back. Whoever finds its owner gone makes `lock.<n+1>` as a hard link to a file that is
 * written already, so that a lock file appears whole, and for one contender only. If a higher one is
 * there by then, they came late: they remove theirs and start over. Otherwise they own the directory,
 * and remove the lower ones.
 *
 * Laws:
 *
 * 1. of all that ask for a directory, at most one owns it at a time
 * 2. a directory whose owner gave it back, or died on this machine, can be owned at once; one whose
 *    owner died elsewhere, after 10 seconds
 * 3. an owner that was followed by another one is told so by `check`
 *
 * Why 1 holds: a file is removed only by somebody who has seen a higher one, so the highest number
 * never falls. Say that A owns `lock.a` and B owns a higher one. When A looked again, `lock.a` was
 * the highest, so there had been none higher before, hence no other `lock.a` either, for something
 * higher would have had to be there for it to be removed. So somebody made `lock.a+1` later, having
 * found `lock.a` the highest and read in it that A is gone: then A is not an owner any more. This
 * takes for granted that one contender alone makes a link, as on every local file system and on NFS,
 * and that a directory of few names is listed in one piece.
 *
 * Two proofs tell whether an owner lives:
 *
 * - The list of processes, where owner and newcomer share a running system and a namespace: a process
 *   is known by its number, when it started (on Linux) and the boot of the machine. A process that was
 *   stopped is alive; one that was killed is gone at once.
 * - The heartbeat, everywhere else (another machine, also one of the same host name; another
 *   container; after a reboot). The owner raises a counter in its lock file every second, in a thread
 *   of its own. The newcomer watches it: a counter that moves belongs to an owner that lives, one that
 *   stood still for 10 seconds to one that is gone. No clocks of two machines are compared.
 *
 * An owner that was paused for longer than that (`docker pause`, a suspended machine) may have lost
 * the directory when it goes on. It has to ask `check` before it writes and again before it says that
 * something is written.
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
import { unavailable } from '../internal/engineParts.ts'
import type { StoreUnavailable } from '../EventStore.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { CorruptLock, Lock, LockText, Owner } from './lockFile.ts'
import { codeOf, headOf, lookUp, ownLock, readLock, writeLock } from './lockFile.ts'
import { left, right } from '../../internal/either.ts'

/**
 * The directory belongs to another process, or to another place in this one.
 *
 * @category failures
 * @since 0.1.0
 */
export interface StoreLocked {
  readonly type: 'StoreLocked'
  readonly directory: string
  readonly owner: Owner
  /** How the owner is known to live: its process was found, or its heartbeat moved. */
  readonly proof: 'Process' | 'Heartbeat'
  /** Milliseconds without a heartbeat after which an owner that can't be looked up counts as gone. */
  readonly lease: number
}

/**
 * This process does not own the directory any more: another one took it over, or the files were
 * removed or replaced.
 *
 * @category failures
 * @since 0.1.0
 */
export interface OwnershipLost {
  readonly type: 'OwnershipLost'
  readonly directory: string
  readonly reason: 'TakenOver' | 'Removed'
}

/**
 * The cause of a `StoreUnavailable` where other processes got ahead at the lock each time.
 *
 * @category failures
 * @since 0.1.0
 */
export interface LockContended {
  readonly type: 'LockContended'
  readonly directory: string
}

/**
 * How a directory is to be locked.
 *
 * @category model
 * @since 0.1.0
 */
export interface LockOptions {
  /**
   * Take the directory whoever owns it, also past a lock file that is corrupt. An owner that lives
   * after all finds out by `check` before its next write. Defaults to false.
   */
  readonly takeOver?: boolean
}

/** A directory that this process owns. */
export interface DirectoryLock {
  /** Whether the directory is still owned. It costs two looks at the file system. */
  readonly check: IO<Either<OwnershipLost, void>>
  /** Gives the directory back. A second time it does nothing. */
  readonly release: Task<void>
}

/**
 * Makes this process the owner of a directory that exists. A lock file that can't be read or written
 * is `StoreUnavailable`. It answers within 10 seconds and a little: at once, or after it has watched
 * the heartbeat of an owner that it can't look up.
 */
export const lockDirectory = (
  directory: string,
  options: LockOptions = {},
): TaskEither<StoreLocked | StoreUnavailable, DirectoryLock> =>
  lockWithin({ beat: 1_000, lease: 10_000 })(directory, options)

/**
 * How often an owner shows that it lives, and how long one that does not is waited for, in
 * milliseconds. All that share a directory have to agree on it.
 *
 * @internal
 */
export interface LockTiming {
  readonly beat: number
  readonly lease: number
}

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
      const contender: Contender = { directory, temporary, own, takeOver, lease: timing.lease }
      for (let attempt = 1; attempt <= maxAttempts; attempt++) {
        const result = await tryLock(contender)
        if (result === 'Again') continue
        if (result._tag === 'Left') return result
        return right(owned(contender, result.right, timing.beat))
      }
      // others got ahead each time
      return unavailable('open', { type: 'LockContended', directory } satisfies LockContended)
    } catch (cause) {
      return unavailable('open', cause)
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

/** One that loses as often as this is on a file system that does not do as it says. */
const maxAttempts = 1_000

interface Contender {
  readonly directory: string
  readonly temporary: string
  readonly own: Lock
  readonly takeOver: boolean
  readonly lease: number
}

/** Takes the lock, and gives its number. Starting over means that another one got ahead. */
const tryLock = async (
  contender: Contender,
): Promise<Either<StoreLocked | StoreUnavailable, bigint> | 'Again'> => {
  const { directory, temporary, own, takeOver } = contender
  const highest = max(await numbersIn(directory))
  if (highest > 0n && !takeOver) {
    const file = fileOf(directory, highest)
    const read = await readLock(file)
    if (read === undefined) return 'Again'
    if (read._tag === 'Left') return unavailable('open', read.left satisfies CorruptLock)
    const found = await standing(contender, file, read.right)
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
    // a new owner that cleans up may have removed the temporary file
    if (codeOf(cause) === 'EEXIST' || codeOf(cause) === 'ENOENT') return 'Again'
    throw cause
  }
  if (max(await numbersIn(directory)) > next) {
    await rm(file, { force: true })
    return 'Again'
  }
  // what can't be removed does no harm
  await cleanUp(directory, next).catch(() => undefined)
  return right(next)
}

/** Whether the owner that a lock names still holds it, and how that is known. */
const standing = async (
  { own, lease }: Contender,
  file: string,
  { lock, text }: LockText,
): Promise<'Gone' | 'Again' | StoreLocked['proof']> => {
  if (lock.released) return 'Gone'
  const found = await lookUp(lock, own)
  if (found !== 'Unknown') return found === 'Alive' ? 'Process' : 'Gone'
  // counted in looks and not by the clock: time during which this machine was paused proves nothing
  for (let look = 1; look <= looks; look++) {
    await new Promise((resume) => setTimeout(resume, lease / looks))
    const now = await readLock(file)
    if (now === undefined || now._tag === 'Left') return 'Again'
    if (now.right.lock.released) return 'Gone'
    if (now.right.text !== text) return 'Heartbeat'
  }
  return 'Gone'
}

const looks = 40

const owned = (
  { directory, temporary, own }: Contender,
  n: bigint,
  beat: number,
): DirectoryLock => {
  const [file, next] = [fileOf(directory, n), fileOf(directory, n + 1n)]
  // open as long as it is owned, so that its number is given to no other file
  const descriptor = openSync(file, 'r')
  const { ino } = fstatSync(descriptor, { bigint: true })
  const heartbeat = startHeartbeat(file, headOf(own), beat)
  const lost = (reason: OwnershipLost['reason']): Either<OwnershipLost, never> =>
    left({ type: 'OwnershipLost', directory, reason })
  const check: DirectoryLock['check'] = () => {
    try {
      if (lstatSync(next, quietly) !== undefined) return lost('TakenOver')
      if (lstatSync(file, quietly)?.ino !== ino) return lost('Removed')
      return heartbeat.isLost() ? lost('TakenOver') : kept
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
    if (isOurs) await giveBack(file, temporary, own)
  }
  return { check, release }
}

const quietly = { bigint: true, throwIfNoEntry: false } as const

const kept: Either<never, void> = right(undefined)

/**
 * Marks the lock as given back. Should that fail, it is still given back when the process ends, so
 * there is nothing to report.
 */
const giveBack = async (file: string, temporary: string, own: Lock): Promise<void> => {
  try {
    await writeLock(temporary, { ...own, released: true })
    await rename(temporary, file)
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

const fileOf = (directory: string, n: bigint): string => join(directory, `lock.${n}`)

/** 0 where the name is not that of a lock. Numbers have no end, so that each has a next one. */
const numberOf = (name: string): bigint => BigInt(/^lock\.([1-9]\d*)$/.exec(name)?.[1] ?? 0)

const numbersIn = async (directory: string): Promise<ReadonlyArray<bigint>> =>
  (await readdir(directory)).map(numberOf)

const max = (numbers: ReadonlyArray<bigint>): bigint =>
  numbers.reduce((highest, n) => (n > highest ? n : highest), 0n)

/** Removes the lower locks, and what contenders that died have left. */
const cleanUp = async (directory: string, own: bigint): Promise<void> => {
  for (const name of await readdir(directory)) {
    const n = numberOf(name)
    const leftover = name.startsWith('lock.tmp.') || (n > 0n && n < own)
    if (leftover) await rm(join(directory, name), { force: true })
  }
}
