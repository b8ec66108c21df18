/**
 * Exclusive ownership of a directory, across processes and across whatever else runs in one. It ends
 * when the owner gives it back or dies: nobody has to clean up after a `kill -9`. Node only.
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
 * 2. a directory whose owner gave it back or died can be owned at once
 *
 * Why 1 holds: a file is removed only by somebody who has seen a higher one, so the highest number
 * never falls. Say that A owns `lock.a` and B owns a higher one. When A looked again, `lock.a` was
 * the highest, so there had been none higher before, hence no other `lock.a` either, for something
 * higher would have had to be there for it to be removed. So somebody made `lock.a+1` later, having
 * found `lock.a` the highest and read in it that A is gone: then A is not an owner any more. This
 * takes for granted that one contender alone makes a link, as on every local file system, and that
 * a directory of few names is listed in one piece.
 *
 * An owner is alive while its process is; a process is known by its number and, on Linux, by when it
 * started and in which boot of the machine and which namespace, so that another process that gets
 * the number later is not taken for it. Owners on other hosts or in other containers can't be
 * looked up: they count as alive unless `isGone` says otherwise. Where such an owner is known to be
 * gone, delete the lock files.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Instant } from '../Recorded.ts'
import { unavailable } from './EngineParts.ts'
import type { StoreUnavailable } from './EventStore.ts'

/**
 * The process that owns a directory.
 *
 * @category model
 * @since 0.1.0
 */
export interface Owner {
  readonly pid: number
  readonly host: string
  /** When it became the owner, by its own clock. */
  readonly since: Instant
}

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
}

/**
 * A lock file that nobody of ours has written so. It is left alone.
 *
 * @category failures
 * @since 0.1.0
 */
export interface CorruptLock {
  readonly type: 'CorruptLock'
  readonly file: string
}

/**
 * What is known of owners beyond what can be looked up.
 *
 * @category model
 * @since 0.1.0
 */
export interface LockOptions {
  /**
   * Whether an owner that can't be looked up from here is known to be gone; it is not, where this
   * is left out. A platform that runs one instance at a time knows it: `() => true`.
   */
  readonly isGone?: (owner: Owner) => boolean
}

/** What stands in a lock file. */
interface Lock extends Owner {
  /** The machine since its last start, and the namespace that `pid` counts in; null if unknown. */
  readonly boot: string | null
  readonly namespace: string | null
  /** When the process started, in ticks since the machine did; null if unknown. */
  readonly startedAt: string | null
  readonly released: boolean
}

/**
 * Makes this process the owner of a directory that exists, until the task that it gives is run. A
 * lock file that can't be read or written is `StoreUnavailable`.
 *
 * @example
 *   import { lockDirectory } from 'decider-ts/store/DirectoryLock'
 *   import { isLeft, isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *   import { mkdirSync } from 'node:fs'
 *
 *   const directory = '.data/locked'
 *   mkdirSync(directory, { recursive: true })
 *   const release = await lockDirectory(directory)()
 *   assert.ok(isRight(release))
 *   assert.ok(isLeft(await lockDirectory(directory)()))
 *   await release.right()
 *   assert.ok(isRight(await lockDirectory(directory)()))
 *
 * @category constructors
 * @since 0.1.0
 */
export const lockDirectory =
  (
    directory: string,
    { isGone = () => false }: LockOptions = {},
  ): TaskEither<StoreLocked | StoreUnavailable, Task<void>> =>
  async () => {
    const temporary = join(directory, `lock.tmp.${randomUUID()}`)
    try {
      const lock = await ownLock()
      for (;;) {
        const attempt = await tryLock(directory, temporary, lock, isGone)
        if (attempt === 'again') continue
        if (attempt._tag === 'Left') return attempt
        const file = attempt.right
        return { _tag: 'Right', right: () => release(file, temporary, lock) }
      }
    } catch (cause) {
      return unavailable('open', cause)
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

/** Takes the lock, and gives the file that it is. Starting over means that another one got ahead. */
const tryLock = async (
  directory: string,
  temporary: string,
  own: Lock,
  isGone: (owner: Owner) => boolean,
): Promise<Either<StoreLocked | StoreUnavailable, string> | 'again'> => {
  const highest = Math.max(0, ...(await numbersIn(directory)))
  if (highest > 0) {
    const file = fileOf(directory, highest)
    const text = await unless(readFile(file, 'utf8'), 'ENOENT')
    if (text === undefined) return 'again'
    const lock = parse(text)
    if (lock === undefined)
      return unavailable('open', { type: 'CorruptLock', file } satisfies CorruptLock)
    const { pid, host, since } = lock
    if (await isHeld(lock, own, isGone)) {
      return { _tag: 'Left', left: { type: 'StoreLocked', directory, owner: { pid, host, since } } }
    }
  }
  await writeFile(temporary, JSON.stringify(own))
  const file = fileOf(directory, highest + 1)
  const linked = await unless(
    // a new owner that cleans up may have removed the temporary file
    link(temporary, file).then(() => true),
    'EEXIST',
    'ENOENT',
  )
  if (!linked) return 'again'
  const numbers = await numbersIn(directory)
  if (Math.max(...numbers) > highest + 1) {
    await rm(file, { force: true })
    return 'again'
  }
  // what can't be removed does no harm
  await cleanUp(directory, highest + 1).catch(() => undefined)
  return { _tag: 'Right', right: file }
}

const fileOf = (directory: string, n: number): string => join(directory, `lock.${n}`)

const numberOf = (name: string): number => {
  const digits = /^lock\.([1-9]\d{0,14})$/.exec(name)?.[1]
  return digits === undefined ? NaN : Number(digits)
}

const numbersIn = async (directory: string): Promise<ReadonlyArray<number>> =>
  (await readdir(directory)).map(numberOf).filter((n) => !Number.isNaN(n))

/** What an operation gives, or `undefined` where it fails with one of these codes. */
const unless = <A>(
  operation: Promise<A>,
  ...codes: ReadonlyArray<string>
): Promise<A | undefined> =>
  operation.catch((cause: { readonly code?: string }) =>
    codes.includes(cause.code ?? '') ? undefined : Promise.reject(cause),
  )

/** Removes the lower locks, and what contenders that died have left. */
const cleanUp = async (directory: string, own: number): Promise<void> => {
  for (const name of await readdir(directory)) {
    const leftover = name.startsWith('lock.tmp.') || numberOf(name) < own
    if (leftover) await rm(join(directory, name), { force: true })
  }
}

/**
 * Marks the lock as given back. Should that fail, it is still given back when the process ends, so
 * there is nothing to report.
 */
const release = async (file: string, temporary: string, lock: Lock): Promise<void> => {
  try {
    await writeFile(temporary, JSON.stringify({ ...lock, released: true }))
    await rename(temporary, file)
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

const parse = (text: string): Lock | undefined => {
  try {
    const lock: unknown = JSON.parse(text)
    // the check of the fields that decide; the others are null or a text
    return isLock(lock as Partial<Lock> | null) ? (lock as Lock) : undefined
  } catch {
    return undefined
  }
}

const isLock = (lock: Partial<Lock> | null): boolean =>
  Number.isInteger(lock?.pid) &&
  typeof lock?.host === 'string' &&
  typeof lock.since === 'number' &&
  typeof lock.released === 'boolean'

const ownLock = async (): Promise<Lock> => ({
  pid: process.pid,
  host: hostname(),
  since: Date.now(),
  boot: (await textOf(readFile('/proc/sys/kernel/random/boot_id', 'utf8')))?.trim() ?? null,
  namespace: (await textOf(readlink('/proc/self/ns/pid'))) ?? null,
  startedAt: (await statOf(process.pid))?.startedAt ?? null,
  released: false,
})

const textOf = (reading: Promise<string>): Promise<string | undefined> =>
  reading.catch(() => undefined)

/** The state of a process and when it started, on Linux; the command before them is in brackets. */
const statOf = async (
  pid: number,
): Promise<{ readonly state: string; readonly startedAt: string } | undefined> => {
  const text = await textOf(readFile(`/proc/${pid}/stat`, 'utf8'))
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? []
  const [state, startedAt] = [fields[0], fields[19]]
  return state === undefined || startedAt === undefined ? undefined : { state, startedAt }
}

/** Whether the owner that a lock names still holds it, as far as can be told from here. */
const isHeld = async (
  lock: Lock,
  own: Lock,
  isGone: (owner: Owner) => boolean,
): Promise<boolean> => {
  if (lock.released) return false
  const { pid, host, since } = lock
  if (host !== own.host) return !isGone({ pid, host, since })
  // the machine was started anew since
  if (differ(lock.boot, own.boot)) return false
  if (differ(lock.namespace, own.namespace)) return !isGone({ pid, host, since })
  if (!exists(pid)) return false
  const stat = await statOf(pid)
  if (stat === undefined) return true
  // a zombie has ended, and waits for nobody but its parent
  if (stat.state === 'Z' || stat.state === 'X') return false
  return !differ(lock.startedAt, stat.startedAt)
}

/** Whether two things that may be unknown are known to be different. */
const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b

/** Whether there is a process of this number: asking for it with no signal tells. */
const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    // it is there, and belongs to another user
    return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EPERM'
  }
}
