import { left, right } from 'fp-ts/lib/Either.js'
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openPGlite } from '../../src/store/PGlite.ts'
import { commitOf, everything, exactly, leftOf, noStream, rightOf } from '../contract/commits.ts'
import { add, sumHandler, sumStore } from '../contract/handler.ts'
import { newDirectory, smallMemory, startChild } from './children.ts'

const open = async (directory: string) => rightOf(await openPGlite(directory)())

/** A database that is empty and closed: made once, by killing the one that makes it, and copied. */
let template: string
const emptyDatabase = (): string => {
  const directory = newDirectory()
  cpSync(join(template, 'pg'), join(directory, 'pg'), { recursive: true })
  return directory
}

/** Kills a process that opens a new directory, as soon as its database looks like one. */
const killFirstOpening = async (directory: string): Promise<void> => {
  const child = startChild()
  child.tell('open', { directory })
  const files = ['pg', 'pg.new'].map((name) => join(directory, name, 'PG_VERSION'))
  while (!files.some(existsSync)) await new Promise((resume) => setTimeout(resume, 1))
  await child.kill()
}

beforeAll(async () => {
  template = newDirectory()
  await killFirstOpening(template)
  const { close } = await open(template)
  await close()
  smallMemory(join(template, 'pg'))
})

describe('opening', () => {
  it('a first opening that was killed leaves nothing behind that stands in the way', () => {
    expect(readdirSync(template)).toStrictEqual(['lock.2', 'pg'])
  })

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
    expect(await after.store.append(sent)()).toStrictEqual(right(recorded))
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
    const directory = newDirectory()
    mkdirSync(join(directory, 'pg'))
    writeFileSync(join(directory, 'pg', 'PG_VERSION'), 'of nothing')
    for (const n of [1, 2]) {
      expect(leftOf(await openPGlite(directory)())).toMatchObject({ type: 'StoreUnavailable' })
      expect(existsSync(join(directory, `lock.${n}`))).toBe(true)
    }
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

  it('of two processes that race to open, one gets it, round after round', async () => {
    const directory = emptyDatabase()
    const children = [startChild(), startChild()]
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(children.map((child) => child.ask('open', { directory })))
      const winner = children.findIndex((_, i) => 'owner' in Object(answers[i]))
      const pid = children[winner]?.pid
      expect(answers[winner]).toStrictEqual({ owner: pid })
      expect(answers[1 - winner]).toMatchObject({
        refused: { type: 'StoreLocked', owner: { pid } },
      })
      expect(await children[winner]?.ask('close')).toBe('closed')
    }
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
