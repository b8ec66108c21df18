/**
 * Reads and writes lock files. The first line is the owner as JSON and never changes; a counter follows,
 * which the owner raises while it is alive.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readFile, readlink } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { left, right } from '../../internal/either.ts'
import type { CorruptLock, LockOwner } from '../internal/pgliteFailures.ts'
import { errorCode } from '../internal/errorCode.ts'

/** An owner, and what distinguishes its process from all others. */
export interface Lock extends LockOwner {
  /** Random, for each program that loads this module. */
  readonly program: string
  /** The boot of the machine; null if unknown. */
  readonly boot: string | null
  /** The namespace of `pid`; null if unknown. */
  readonly namespace: string | null
  /** When the process started, in ticks since boot; null if unknown. */
  readonly startedAt: string | null
  readonly released: boolean
}

/** A lock file as it was read; `text` changes with each heartbeat. */
export interface LockText {
  readonly lock: Lock
  readonly text: string
}

const digits = 16

/** The counter, always with the same number of digits. */
export const counterOf = (beat: number): string => String(beat).padStart(digits, '0')

/** The part of a lock file before the counter. */
export const lockLine = (lock: Lock): string => `${JSON.stringify(lock)}\n`

/** Writes a new lock file and waits for the disk, so that a power failure leaves no partial file. */
export const writeLock = async (file: string, lock: Lock): Promise<void> => {
  const handle = await open(file, 'w')
  try {
    await handle.writeFile(lockLine(lock) + counterOf(0))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Reads a lock file; `undefined` if it does not exist. Anything that is not a file, such as a pipe or a broken
 * link, is corrupt; reading it never blocks.
 */
export const readLock = async (
  file: string,
): Promise<Either<CorruptLock, LockText> | undefined> => {
  const corrupt: Either<CorruptLock, never> = left({ type: 'CorruptLock', file })
  let handle
  try {
    handle = await open(file, readingNow)
  } catch (cause) {
    const code = errorCode(cause)
    if (code === 'ENOENT') return undefined
    // a link, a socket, a device without a driver
    if (code === 'ELOOP' || code === 'ENXIO' || code === 'ENODEV') return corrupt
    throw cause
  }
  try {
    const stats = await handle.stat()
    if (!stats.isFile() || stats.size > mostBytes) return corrupt
    const text = await handle.readFile('utf8')
    const lock = parse(text)
    return lock === undefined ? corrupt : right({ lock, text })
  } finally {
    await handle.close()
  }
}

const mostBytes = 65_536

// Windows lacks the last two
const readingNow = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

const parse = (text: string): Lock | undefined => {
  try {
    const lock: unknown = JSON.parse(text.split('\n', 1)[0] ?? '')
    // the check covers the fields that are needed; the others only distinguish processes
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

// identifies this program: one value for each time the module is loaded
const program = randomUUID()

/** The lock that this process writes. */
export const ownLock = async (): Promise<Lock> => ({
  pid: process.pid,
  host: hostname(),
  since: Date.now(),
  program,
  boot: await bootOf(),
  namespace: (await contentOf(readlink('/proc/self/ns/pid'))) ?? null,
  startedAt: (await processOf(process.pid))?.startedAt ?? null,
  released: false,
})

/** Linux has an id; elsewhere the network cards distinguish machines of the same host name. */
const bootOf = async (): Promise<string | null> => {
  if (process.platform === 'linux') {
    return (await contentOf(readFile('/proc/sys/kernel/random/boot_id', 'utf8')))?.trim() ?? null
  }
  const cards = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  const addresses = new Set(cards.flatMap(({ mac, internal }) => (internal ? [] : [mac])))
  return addresses.size > 0 ? [...addresses].sort().join() : null
}

const contentOf = (reading: Promise<string>): Promise<string | undefined> =>
  reading.catch(() => undefined)

/** The state and the start of a process, on Linux; they follow the command, which is in brackets. */
const processOf = async (
  pid: number,
): Promise<{ readonly state: string; readonly startedAt: string } | undefined> => {
  const text = await contentOf(readFile(`/proc/${pid}/stat`, 'utf8'))
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? []
  const [state, startedAt] = [fields[0], fields[19]]
  return state === undefined || startedAt === undefined ? undefined : { state, startedAt }
}

/**
 * Whether the process named in a lock is running. Unknown on another machine, in another container, and if the
 * operating system does not tell when a process started.
 */
export const lookUp = async (lock: Lock, own: Lock): Promise<'Alive' | 'Gone' | 'Unknown'> => {
  if (lock.program === own.program) return 'Alive'
  if (lock.boot === null || lock.boot !== own.boot || lock.host !== own.host) return 'Unknown'
  if (lock.namespace !== own.namespace) return 'Unknown'
  if (!exists(lock.pid)) return 'Gone'
  const found = await processOf(lock.pid)
  if (found === undefined || lock.startedAt === null) return 'Unknown'
  // a zombie has ended; only its entry remains
  if (found.state === 'Z' || found.state === 'X') return 'Gone'
  return lock.startedAt === found.startedAt ? 'Alive' : 'Gone'
}

/** Whether there is a process of this number: signal 0 only checks that. */
const exists = (pid: number): boolean => {
  // 0 and negative numbers mean process groups
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    // it exists and belongs to another user
    return errorCode(cause) === 'EPERM'
  }
}
