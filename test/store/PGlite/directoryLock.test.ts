import { left, right } from 'fp-ts/lib/Either.js'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { DirectoryLock, LockOptions } from '../../../src/store/PGlite/directoryLock.ts'
import { lockWithin } from '../../../src/store/PGlite/directoryLock.ts'
import { leftOf, rightOf } from '../../contract/commits.ts'
import { newDirectory, startChild } from '../children.ts'

// a hundredth of what it is for users
const timing = { beat: 10, lease: 100 }
const held: Array<DirectoryLock> = []
afterEach(() => Promise.all(held.splice(0).map(({ release }) => release())))

/** As for users, but quicker, and given back when the test has ended. */
const lockDirectory = (directory: string, options?: LockOptions) => async () => {
  const locked = await lockWithin(timing)(directory, options)()
  if (locked._tag === 'Right') held.push(locked.right)
  return locked
}

const textOf = (directory: string, n: number): string =>
  readFileSync(join(directory, `lock.${n}`), 'utf8')

const lockOf = (directory: string, n: number): Record<string, unknown> =>
  JSON.parse(textOf(directory, n).split('\n')[0] ?? '') as Record<string, unknown>

const withCounter = (lock: object): string => `${JSON.stringify(lock)}\n${'0'.repeat(16)}`

/** A directory whose lock is that of another program, and this one's own but for what is given. */
const lockedBy = async (lock: object, number = '1'): Promise<string> => {
  const directory = newDirectory()
  await rightOf(await lockWithin(timing)(directory)()).release()
  const other = { ...lockOf(directory, 1), program: 'other', released: false, ...lock }
  rmSync(join(directory, 'lock.1'))
  writeFileSync(join(directory, `lock.${number}`), withCounter(other))
  return directory
}

/** Raises the counter of a lock that nobody else does, until it is stopped. */
const beating = (directory: string, number = 1): (() => void) => {
  // in place, as an owner does: nobody sees the file without its end
  const descriptor = openSync(join(directory, `lock.${number}`), 'r+')
  const offset = textOf(directory, number).length - 16
  let beat = 0
  const timer = setInterval(() => {
    writeSync(descriptor, String(++beat).padStart(16, '0'), offset)
  }, timing.beat)
  return () => {
    clearInterval(timer)
    closeSync(descriptor)
  }
}

/** A directory whose owner was killed. */
const abandoned = async (): Promise<string> => {
  const directory = newDirectory()
  const child = startChild()
  expect(await child.ask('lock', { directory })).toStrictEqual({ owner: child.pid })
  await child.kill()
  return directory
}

/** A lock that only its heartbeat tells about. */
const elsewhere: ReadonlyArray<[string, object]> = [
  ['on another host', { host: 'elsewhere' }],
  ['on another machine of the same host name', { boot: 'another' }],
  ['in another container', { namespace: 'pid:[1]', startedAt: '1' }],
  ['on a system that tells nothing', { boot: null, namespace: null, startedAt: null }],
]

const linux = existsSync('/proc/self/stat')

describe('law 1: at most one owner at a time', () => {
  it('the process that owns it is refused as well, and told who owns it', async () => {
    const directory = newDirectory()
    const before = Date.now()
    rightOf(await lockDirectory(directory)())
    const refused = leftOf(await lockDirectory(directory)())
    expect(refused).toMatchObject({
      type: 'StoreLocked',
      directory,
      owner: { pid: process.pid, host: hostname() },
    })
    const since = 'owner' in refused ? refused.owner.since : 0
    expect(since >= before && since <= Date.now()).toBe(true)
  })

  it('of many that ask at once in one process, one gets it', async () => {
    const directory = newDirectory()
    const results = await Promise.all(Array.from({ length: 20 }, () => lockDirectory(directory)()))
    expect(results.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
    expect(readdirSync(directory)).toStrictEqual(['lock.1'])
  })

  it('of eight processes that find the owner dead, one takes over', async () => {
    const contenders = Array.from({ length: 8 }, startChild)
    for (let round = 0; round < 5; round++) {
      const directory = await lockedBy({ pid: 2 ** 22 + 1, startedAt: '1' })
      const answers = await Promise.all(contenders.map((each) => each.ask('lock', { directory })))
      const owners = answers.filter((answer) => !JSON.stringify(answer).includes('refused'))
      expect(owners).toHaveLength(1)
      const { owner: pid } = owners[0] as { readonly owner: number }
      for (const answer of answers.filter((each) => each !== owners[0])) {
        expect(answer).toMatchObject({ refused: { type: 'StoreLocked', owner: { pid } } })
      }
      expect(readdirSync(directory)).toStrictEqual(['lock.2'])
    }
  })

  it('a contender that was slow sees that others came and went meanwhile', async () => {
    const directory = await lockedBy({ host: 'elsewhere' })
    const rival = { ...lockOf(directory, 1), program: 'rival', since: 7 }
    const contender = lockDirectory(directory)()
    // while it watches the heartbeat
    await new Promise((resume) => setTimeout(resume, timing.lease / 2))
    writeFileSync(join(directory, 'lock.3'), withCounter(rival))
    rmSync(join(directory, 'lock.1'))
    await new Promise((resume) => setTimeout(resume, 5))
    const stop = beating(directory, 3)
    const refused = leftOf(await contender)
    stop()
    expect(refused).toMatchObject({ type: 'StoreLocked', owner: { since: 7 } })
    expect(readdirSync(directory)).toStrictEqual(['lock.3'])
  })

  it('of many that watch a dead owner elsewhere, one takes over', async () => {
    const directory = await lockedBy({ host: 'elsewhere' })
    const results = await Promise.all(Array.from({ length: 12 }, () => lockDirectory(directory)()))
    expect(results.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
    expect(readdirSync(directory)).toStrictEqual(['lock.2'])
  })

  it.each(elsewhere)('an owner %s is alive as long as its heartbeat moves', async (_, lock) => {
    const directory = await lockedBy(lock)
    const stop = beating(directory)
    const refused = leftOf(await lockDirectory(directory)())
    stop()
    const owner = { pid: process.pid, host: 'elsewhere', since: 0, ...lock }
    expect(refused).toMatchObject({ type: 'StoreLocked', proof: 'Heartbeat', lease: timing.lease })
    expect('owner' in refused && refused.owner.pid).toBe(owner.pid)
    expect(readdirSync(directory)).toStrictEqual(['lock.1'])
  })

  it('an owner whose main thread is busy keeps its heartbeat', async () => {
    const directory = newDirectory()
    const child = startChild()
    await child.ask('lock', { directory })
    const before = textOf(directory, 1)
    child.tell('spin', { for: 200 })
    await expect.poll(() => textOf(directory, 1), { timeout: 10_000 }).not.toBe(before)
    expect(leftOf(await lockDirectory(directory)())).toMatchObject({ owner: { pid: child.pid } })
    expect(await child.next()).toBe('spun')
  })

  it('what owners do one after the other is never mixed up', async () => {
    const [directory, file] = [newDirectory(), join(newDirectory(), 'count')]
    writeFileSync(file, '0')
    const counters = Array.from({ length: 4 }, startChild)
    const task = { directory, file, times: 8 }
    await Promise.all(counters.map((each) => each.ask('count', task)))
    expect(readFileSync(file, 'utf8')).toBe('32')
  })
})

describe('law 2: an owner that is gone does not stand in the way', () => {
  it('given back, it can be had again', async () => {
    const directory = newDirectory()
    for (const n of [1, 2, 3]) {
      const { release } = rightOf(await lockDirectory(directory)())
      expect(readdirSync(directory)).toStrictEqual([`lock.${n}`])
      await Promise.all([release(), release()])
    }
  })

  it('an owner that was killed is followed at once', async () => {
    const directory = await abandoned()
    rightOf(await lockDirectory(directory)())
    expect(lockOf(directory, 2)).toMatchObject({ pid: process.pid, released: false })
  })

  it.runIf(linux)('another process with its number is not taken for it', async () => {
    rightOf(await lockDirectory(await lockedBy({ startedAt: '1' }))())
  })

  it.each(elsewhere)('an owner %s is gone after its lease without a beat', async (_, lock) => {
    const directory = await lockedBy(lock)
    // by the lock's own clock: a timer may end early by another one
    let waited = 0
    const wait = async (milliseconds: number): Promise<void> => {
      await new Promise((resume) => setTimeout(resume, milliseconds))
      waited += milliseconds
    }
    held.push(rightOf(await lockWithin({ ...timing, wait })(directory)()))
    expect(waited).toBe(timing.lease)
    expect(readdirSync(directory)).toStrictEqual(['lock.2'])
  })

  it.each([0, -1, 2 ** 31, 2 ** 53])(
    'a lock with pid %d, which no process has, is free',
    async (pid) => {
      rightOf(await lockDirectory(await lockedBy({ pid }))())
    },
  )

  it.each(['999999999999999', '9007199254740993', '9'.repeat(200)])(
    'a dead owner with the number %s is followed by the next number',
    async (number) => {
      const directory = await lockedBy({ pid: 0 }, number)
      rightOf(await lockDirectory(directory)())
      leftOf(await lockDirectory(directory)())
      expect(readdirSync(directory)).toStrictEqual([`lock.${BigInt(number) + 1n}`])
    },
  )

  it.runIf(linux)('a zombie is gone', async () => {
    // the shell becomes `sleep`, which never asks for the end of its child
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 20'])
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(String(line))
    const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8')
    while (!stat().includes(') Z ')) await new Promise((resume) => setTimeout(resume, 5))
    rightOf(await lockDirectory(await lockedBy({ pid, startedAt: null }))())
    parent.kill('SIGKILL')
  })

  it('leftovers of contenders that died are removed', async () => {
    const directory = await lockedBy({ released: true })
    for (const name of ['lock.tmp.x', 'lock.0', 'lock', 'lock.2.bak', 'locks']) {
      writeFileSync(join(directory, name), '')
    }
    rightOf(await lockDirectory(directory)())
    expect(readdirSync(directory).sort()).toStrictEqual(
      ['lock.2', 'lock', 'lock.0', 'lock.2.bak', 'locks'].sort(),
    )
  })
})

describe('law 3: an owner that was followed is told', () => {
  it('taken over from, whoever it is, its check fails, and giving back changes nothing', async () => {
    const directory = newDirectory()
    const first = rightOf(await lockDirectory(directory)())
    expect(first.check()).toStrictEqual(right(undefined))
    const second = rightOf(await lockDirectory(directory, { takeOver: true })())
    const lost = { type: 'OwnershipLost', directory, reason: 'TakenOver' }
    expect(first.check()).toMatchObject(left({ ...lost, reason: expect.any(String) as string }))
    await first.release()
    expect(readdirSync(directory)).toStrictEqual(['lock.2'])
    expect(second.check()).toStrictEqual(right(undefined))
    expect(lockOf(directory, 2)).toMatchObject({ released: false })
  })

  it('an owner that was stopped finds out when it goes on', async () => {
    const directory = newDirectory()
    const child = startChild()
    await child.ask('lock', { directory })
    process.kill(child.pid, 'SIGSTOP')
    expect(leftOf(await lockDirectory(directory)())).toMatchObject({ proof: 'Process' })
    rightOf(await lockDirectory(directory, { takeOver: true })())
    process.kill(child.pid, 'SIGCONT')
    expect(await child.ask('check')).toMatchObject({ left: { type: 'OwnershipLost' } })
  })

  it('two copies of one process do not both go on', async () => {
    const directory = newDirectory()
    const lock = rightOf(await lockDirectory(directory)())
    // what a copy of this process on a cloned machine would write
    const head = textOf(directory, 1).slice(0, -16)
    await expect
      .poll(() => {
        writeFileSync(join(directory, 'lock.1'), head + '0'.repeat(15) + '7')
        return lock.check()
      })
      .toMatchObject(left({ reason: 'TakenOver' }))
  })

  it.each([
    ['deleted', (directory: string) => rmSync(directory, { recursive: true })],
    ['moved', (directory: string) => renameSync(directory, `${directory}.moved`)],
    [
      'replaced by a copy',
      (directory: string) => {
        const text = textOf(directory, 1)
        rmSync(directory, { recursive: true })
        mkdirSync(directory)
        writeFileSync(join(directory, 'lock.1'), text)
      },
    ],
    [
      'replaced by a file',
      (directory: string) => {
        rmSync(directory, { recursive: true })
        writeFileSync(directory, '')
      },
    ],
  ])('the directory was %s', async (_, change) => {
    const directory = join(newDirectory(), 'data')
    mkdirSync(directory)
    const lock = rightOf(await lockDirectory(directory)())
    change(directory)
    expect(lock.check()).toStrictEqual(
      left({ type: 'OwnershipLost', directory, reason: 'Removed' }),
    )
    await lock.release()
  })
})

describe('failures', () => {
  it.each(['', 'null', '{}', '{"pid":1.5}', '{"pid":1,"host":"a","since":1}', '[1'])(
    'a lock file that says %j is named and left alone',
    async (text) => {
      const directory = newDirectory()
      const file = join(directory, 'lock.7')
      writeFileSync(file, text)
      expect(await lockDirectory(directory)()).toStrictEqual(
        left({
          type: 'StoreUnavailable',
          operation: 'open',
          cause: { type: 'CorruptLock', file },
        }),
      )
      expect(readdirSync(directory)).toStrictEqual(['lock.7'])
    },
  )

  it.runIf(linux).each([
    ['a link that leads nowhere', (file: string) => symlinkSync('nowhere', file)],
    ['a pipe', (file: string) => execFileSync('mkfifo', [file])],
    ['a directory', (file: string) => mkdirSync(file)],
    ['a link to a device', (file: string) => symlinkSync('/dev/zero', file)],
  ])('%s in the place of a lock ends at once, and can be taken over from', async (_, make) => {
    const directory = newDirectory()
    const file = join(directory, 'lock.1')
    make(file)
    const cause = { type: 'CorruptLock', file }
    expect(leftOf(await lockDirectory(directory)())).toMatchObject({ cause })
    rightOf(await lockDirectory(directory, { takeOver: true })())
    expect(readdirSync(directory)).toContain('lock.2')
  })

  it('a directory that is not there is unavailable', async () => {
    const refused = leftOf(await lockDirectory(join(newDirectory(), 'none'))())
    expect(refused).toMatchObject({ type: 'StoreUnavailable', operation: 'open' })
  })
})
