import { left, right } from 'fp-ts/lib/Either.js'
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFiles } from '../../src/store/PGlite/files.ts'
import { openPGlite } from '../../src/store/PGlite.ts'
import {
  commitOf,
  everything,
  exactly,
  leftOf,
  noStream,
  rightOf,
  repeated,
} from '../contract/commits.ts'
import { databaseContract } from '../contract/database.ts'
import { add, sumHandler, sumStore } from '../contract/handler.ts'
import { newDirectory, startChild } from './children.ts'
import {
  checkFence,
  checkRemoved,
  checkUnopened,
  emptyDatabase,
  fenceOf,
  lost,
  open,
  removals,
  statements,
  useEmptyDatabases,
} from './PGlite/directories.ts'

useEmptyDatabases()

describe('opening', () => {
  it('makes the directory, and gives back everything after closing and opening again', async () => {
    const parent = emptyDatabase()
    const directory = join(parent, 'deep', 'down')
    mkdirSync(join(parent, 'deep'))
    cpSync(join(parent, 'pg'), join(directory, 'pg'), { recursive: true })
    const before = await open(directory)
    const sent = commitOf('a', 'c1', noStream, 'x', { y: [1] })
    const recorded = rightOf(await before.store.append(sent)())
    await Promise.all([before.close(), before.close()])
    expect(leftOf(await before.store.load('a')())).toMatchObject({ type: 'StoreUnavailable' })

    const after = await open(directory)
    expect(await everything(after.store)).toStrictEqual(recorded)
    expect(await after.store.append(sent)()).toStrictEqual(right(repeated(recorded)))
    const next = rightOf(await after.store.append(commitOf('a', 'c2', exactly(2), 'z'))())
    expect(next[0]?.position).toBeGreaterThan(recorded[1]?.position ?? Infinity)
    await after.close()
  })

  it('handler law 4: the same commit id gives the first outcome after opening again', async () => {
    const directory = emptyDatabase()
    const before = await open(directory)
    const request = add('a', 'c1', [1], [2])
    const store = await sumStore(() => Promise.resolve(before.store))
    const outcome = await sumHandler(store)(request)()
    await before.close()

    const after = await open(directory)
    const again = await sumStore(() => Promise.resolve(after.store))
    expect(await sumHandler(again)(request)()).toStrictEqual(outcome)
    expect(await everything(after.store)).toHaveLength(2)
    await after.close()
  })

  it('fails with what stands in the way, and gives the lock back', async () => {
    const file = join(newDirectory(), 'file')
    writeFileSync(file, '')
    for (const impossible of [file, join(file, 'below')]) {
      expect(leftOf(await openPGlite(impossible)())).toMatchObject({ operation: 'open' })
    }
    const directory = emptyDatabase()
    writeFileSync(join(directory, 'pg', 'PG_VERSION'), 'of nothing')
    for (const n of [1, 2]) {
      expect(leftOf(await openPGlite(directory)())).toMatchObject({ type: 'StoreUnavailable' })
      expect(existsSync(join(directory, `lock.${n}`))).toBe(true)
    }
  })

  it.each(['PG_VERSION', 'global/pg_control', '.'])(
    'a database without %s is not taken for a new one, and left as it is',
    async (name) => {
      const directory = emptyDatabase()
      rmSync(join(directory, 'pg', name), { recursive: true })
      if (name === '.') symlinkSync('not-mounted', join(directory, 'pg'))
      for (let n = 1; n <= 2; n++) {
        expect(leftOf(await openPGlite(directory)())).toMatchObject({
          type: 'StoreUnavailable',
          cause: {
            type: 'DamagedDatabase',
            file: join(directory, 'pg', name === '.' ? 'PG_VERSION' : name),
          },
        })
      }
      expect(existsSync(join(directory, 'pg', name))).toBe(false)
    },
  )

  it('a database without base fails to open, each time', async () => {
    await expect(checkUnopened('base')).resolves.toBeUndefined()
  })

  it.runIf(existsSync('/proc/self'))('a directory that cannot be made ends at once', async () => {
    for (const impossible of ['/proc/x', '/proc/x/y/z', '/dev/null/x', '']) {
      expect(leftOf(await openPGlite(impossible)())).toMatchObject({ operation: 'open' })
    }
  })

  it('a program that forgets to close ends when it has nothing more to do', async () => {
    const child = startChild()
    await child.ask('open', { directory: emptyDatabase() })
    child.tell('end')
    const start = performance.now()
    await child.ended
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})

describe('one owner', () => {
  it('the same process is refused a second time, until it has closed', async () => {
    const directory = emptyDatabase()
    const { close } = await open(directory)
    expect(leftOf(await openPGlite(directory)())).toMatchObject({
      type: 'StoreLocked',
      owner: { pid: process.pid },
    })
    await close()
    await (await open(directory)).close()
  })

  it('another process is refused with the pid of the owner; killed, that is no owner', async () => {
    const directory = emptyDatabase()
    const child = startChild()
    expect(await child.ask('open', { directory })).toStrictEqual({ owner: child.pid })
    expect(leftOf(await openPGlite(directory)())).toMatchObject({
      type: 'StoreLocked',
      directory,
      owner: { pid: child.pid },
    })
    await child.kill()
    await (await open(directory)).close()
  })
})

describe('an owner that lost its directory', () => {
  it('taken over from while it was stopped, it acknowledges nothing any more', async () => {
    const directory = emptyDatabase()
    const child = startChild()
    await child.ask('open', { directory })
    child.tell('append')
    let acknowledged = 0
    while (acknowledged < 10) acknowledged = Object(await child.next()).acknowledged
    process.kill(child.pid, 'SIGSTOP')
    const { store, close } = rightOf(await openPGlite(directory, { takeOver: true })())
    const before = await everything(store)
    process.kill(child.pid, 'SIGCONT')
    let line = await child.next()
    for (; Object(line).acknowledged; line = await child.next()) {
      acknowledged = Object(line).acknowledged
    }
    expect(line).toMatchObject({ cause: { type: 'OwnershipLost', reason: expect.any(String) } })
    await child.kill()
    const ids = new Set(before.map(({ commitId }) => commitId))
    expect(Array.from({ length: acknowledged }, (_, i) => ids.has(`c${i + 1}`))).not.toContain(
      false,
    )
    rightOf(await store.append(commitOf('after', 'after', noStream, 1))())
    expect(await everything(store)).toHaveLength(before.length + 1)
    await close()
  })

  // of what may go on, and of what may become of the directory, one each: the long tests have all
  it('ends a long statement at a fence that is shut, and nothing is changed any more', async () => {
    await expect(checkFence(...statements[0])).resolves.toBeUndefined()
  })

  it('ends an opening at a fence that is shut', async () => {
    const { fence, shutAfter } = fenceOf()
    shutAfter(20)
    await expect(openFiles(emptyDatabase(), fence)).rejects.toBe(lost)
  })

  it('where its files are replaced by a copy, everything fails, and closing writes nothing', async () => {
    await expect(checkRemoved(...removals[0])).resolves.toBeUndefined()
  })
})

databaseContract('PGlite', () => open(emptyDatabase()))

describe('one connection', () => {
  it('appends wait for a transaction, in order, and are kept whatever becomes of it', async () => {
    const database = await open(emptyDatabase())
    await database.client.query('create table mine (n int)', [])
    const order: Array<string> = []
    const running = database.transaction((tx) => async () => {
      await tx.query('insert into mine values (2)', [])
      await new Promise((resume) => setTimeout(resume, 30))
      await tx.query('insert into mine values (2)', [])
      order.push('transaction')
      return left('rolled back')
    })()
    const appends = ['x', 'y', 'z'].map((each) =>
      database.store
        .append(commitOf(`w-${each}`, `w-${each}`, noStream, each))()
        .then((done) => {
          order.push(each)
          return done
        }),
    )
    expect(await running).toStrictEqual(left('rolled back'))
    const positions = (await Promise.all(appends)).map((each) => rightOf(each)[0].position)
    expect(order).toStrictEqual(['transaction', 'x', 'y', 'z'])
    expect(positions).toStrictEqual([...positions].sort((a, b) => a - b))
    await database.close()
  })
})

it('killed in the middle of appends, it has every commit that was acknowledged, and whole', async () => {
  const directory = emptyDatabase()
  let acknowledged = 0
  for (const atLeast of [20, 60]) {
    const child = startChild()
    await child.ask('open', { directory })
    // what was stored in the round before is acknowledged again, and stored once
    child.tell('append')
    while (acknowledged < atLeast) {
      acknowledged = Object(await child.next()).acknowledged
    }
    await child.kill()
    for (let line = await child.next(); line !== undefined; line = await child.next()) {
      acknowledged = Object(line).acknowledged
    }
    const { store, close } = await open(directory)
    const events = await everything(store)
    const commits = new Map<string, number>()
    for (const { commitId } of events) commits.set(commitId, (commits.get(commitId) ?? 0) + 1)
    const expected = Array.from({ length: acknowledged }, (_, i) => `c${i + 1}`)
    expect(expected.filter((id) => !commits.has(id))).toStrictEqual([])
    // at most one more was stored without an answer
    expect(commits.size - acknowledged).toBeLessThanOrEqual(1)
    expect(new Set(commits.values())).toStrictEqual(new Set([3]))
    for (const stream of ['s0', 's1', 's2']) {
      const versions = events.filter((each) => each.stream === stream).map((each) => each.version)
      expect(versions).toStrictEqual(versions.map((_, i) => i + 1))
    }
    await close()
  }
})

it('says what is missing where a lock file is not one of its own', async () => {
  const directory = newDirectory()
  const file = join(directory, 'lock.1')
  writeFileSync(file, 'mine')
  expect(await openPGlite(directory)()).toStrictEqual(
    left({ type: 'StoreUnavailable', operation: 'open', cause: { type: 'CorruptLock', file } }),
  )
})
