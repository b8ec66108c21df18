// What takes long of the tests of databases in a directory: processes that race, stop and are killed.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commitOf, everything, noStream, rightOf } from '../contract/commits.ts'
import type { Child } from './children.ts'
import { newDirectory, startChild } from './children.ts'
import {
  checkFence,
  checkRemoved,
  checkUnopened,
  emptyDatabase,
  open,
  removals,
  statements,
  useEmptyDatabases,
} from './PGlite/directories.ts'

/** Kills a process that opens a new directory, as soon as its database looks like one. */
const killFirstOpening = async (directory: string): Promise<void> => {
  const child = startChild()
  child.tell('open', { directory })
  const files = ['pg', 'pg.new'].map((name) => join(directory, name, 'PG_VERSION'))
  while (!files.some(existsSync)) await new Promise((resume) => setTimeout(resume, 1))
  await child.kill()
}

useEmptyDatabases()

describe('opening', () => {
  it('a first opening that was killed leaves nothing behind that stands in the way', async () => {
    const directory = newDirectory()
    await killFirstOpening(directory)
    const { store, close } = await open(directory)
    const recorded = rightOf(await store.append(commitOf('a', 'c1', noStream, 'x'))())
    expect(await everything(store)).toStrictEqual(recorded)
    await close()
    expect(readdirSync(directory)).toStrictEqual(['lock.2', 'pg'])
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

describe('opening without a file', () => {
  it('a database without global/pg_filenode.map fails to open, each time', async () => {
    await expect(checkUnopened('global/pg_filenode.map')).resolves.toBeUndefined()
  })
})

describe('an owner that lost its directory', () => {
  it.each(statements)(
    'ends %s at a shut fence, and nothing is changed any more',
    async (...each) => {
      await expect(checkFence(...each)).resolves.toBeUndefined()
    },
  )

  it.each(removals)('where %s, everything fails, and closing writes nothing', async (...each) => {
    await expect(checkRemoved(...each)).resolves.toBeUndefined()
  })

  it.each([3, 30])(
    'stopped in an append after %i changes and taken over from, it makes no more',
    async (changes) => {
      const directory = emptyDatabase()
      const [owner, successor] = [startChild(), startChild()]
      const appended = async (child: Child, n: number, events: number): Promise<void> =>
        expect(await child.ask('appendOne', { n, events })).toStrictEqual({ acknowledged: n })
      await owner.ask('open', { directory })
      await appended(owner, 1, 3)
      const sent = { n: 2, events: 3_000, stopAfter: changes }
      expect(await owner.ask('appendOne', sent)).toBe('stopped')
      await successor.ask('open', { directory, takeOver: true })
      await appended(successor, 3, 200)
      process.kill(owner.pid, 'SIGCONT')
      const lost = { cause: { type: 'OwnershipLost' } }
      expect(await owner.next()).toMatchObject(lost)
      expect(await owner.ask('appendOne', { n: 4, events: 1 })).toMatchObject(lost)
      await appended(successor, 5, 200)
      // so that the next one needs all that was written ahead
      await successor.kill()
      const { store, close } = await open(directory)
      const ids = (await everything(store)).map(({ commitId }) => commitId)
      const count = (id: string): number => ids.filter((each) => each === id).length
      expect(['c1', 'c2', 'c3', 'c4', 'c5'].map(count)).toStrictEqual([3, 0, 200, 0, 200])
      await close()
    },
  )
})
