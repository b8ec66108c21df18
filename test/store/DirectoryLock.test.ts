import { left } from 'fp-ts/lib/Either.js'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockDirectory } from '../../src/store/DirectoryLock.ts'
import { leftOf, rightOf } from '../contract/commits.ts'
import { newDirectory, startChild } from './children.ts'

const lockOf = (directory: string, n: number): Record<string, unknown> =>
  JSON.parse(readFileSync(join(directory, `lock.${n}`), 'utf8')) as Record<string, unknown>

/** A directory whose lock is this process's own, but for what is given. */
const lockedBy = async (lock: object): Promise<string> => {
  const directory = newDirectory()
  rightOf(await lockDirectory(directory)())
  const text = JSON.stringify({ ...lockOf(directory, 1), ...lock })
  writeFileSync(join(directory, 'lock.1'), text)
  return directory
}

/** A directory whose owner was killed. */
const abandoned = async (): Promise<string> => {
  const directory = newDirectory()
  const child = startChild()
  expect(await child.ask('lock', { directory })).toStrictEqual({ owner: child.pid })
  await child.kill()
  return directory
}

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
    const results = await Promise.all(Array.from({ length: 20 }, lockDirectory(directory)))
    expect(results.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
    expect(readdirSync(directory)).toStrictEqual(['lock.1'])
  })

  it('of eight processes that find the owner dead, one takes over', async () => {
    const contenders = Array.from({ length: 8 }, startChild)
    for (let round = 0; round < 12; round++) {
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
    const rival = { ...lockOf(directory, 1), host: hostname(), since: 7 }
    // asked between reading the lock and making the next one
    const isGone = (): boolean => {
      writeFileSync(join(directory, 'lock.3'), JSON.stringify(rival))
      rmSync(join(directory, 'lock.1'))
      return true
    }
    const refused = leftOf(await lockDirectory(directory, { isGone })())
    expect(refused).toMatchObject({ type: 'StoreLocked', owner: { since: 7 } })
    expect(readdirSync(directory)).toStrictEqual(['lock.3'])
  })

  it('what owners do one after the other is never mixed up', async () => {
    const [directory, file] = [newDirectory(), join(newDirectory(), 'count')]
    writeFileSync(file, '0')
    const counters = Array.from({ length: 4 }, startChild)
    const task = { directory, file, times: 30 }
    await Promise.all(counters.map((each) => each.ask('count', task)))
    expect(readFileSync(file, 'utf8')).toBe('120')
  })
})

describe('law 2: an owner that is gone does not stand in the way', () => {
  it('given back, it can be had again', async () => {
    const directory = newDirectory()
    for (const n of [1, 2, 3]) {
      const release = rightOf(await lockDirectory(directory)())
      expect(readdirSync(directory)).toStrictEqual([`lock.${n}`])
      await release()
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

  it.runIf(linux)('an owner from before the machine was started is gone', async () => {
    rightOf(await lockDirectory(await lockedBy({ boot: 'another' }))())
  })

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

describe('an owner that cannot be looked up', () => {
  const container: [string, object] = [
    'in another container',
    { namespace: 'pid:[1]', startedAt: '1' },
  ]
  const elsewhere: ReadonlyArray<[string, object]> = [
    ['on another host', { host: 'elsewhere', pid: 2 ** 22 + 1 }],
    ...(linux ? [container] : []),
  ]

  it.each(elsewhere)('%s counts as alive, unless it is known to be gone', async (_, lock) => {
    const directory = await lockedBy(lock)
    const refused = leftOf(await lockDirectory(directory)())
    expect(refused).toMatchObject({ type: 'StoreLocked' })
    const asked: Array<unknown> = []
    const isGone = (owner: object): boolean => asked.push(owner) > 0
    rightOf(await lockDirectory(directory, { isGone })())
    expect(asked).toStrictEqual(['owner' in refused ? refused.owner : undefined])
  })

  it('isGone is not asked about an owner that can be looked up', async () => {
    const directory = newDirectory()
    rightOf(await lockDirectory(directory)())
    leftOf(await lockDirectory(directory, { isGone: () => true })())
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

  it('a directory that is not there is unavailable', async () => {
    const refused = leftOf(await lockDirectory(join(newDirectory(), 'none'))())
    expect(refused).toMatchObject({ type: 'StoreUnavailable', operation: 'open' })
  })

  it('giving back a directory that has gone is no failure', async () => {
    const directory = newDirectory()
    const release = rightOf(await lockDirectory(directory)())
    rmSync(directory, { recursive: true })
    await release()
  })
})
