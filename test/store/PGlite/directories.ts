// Databases in directories of their own, and what becomes of one whose directory is lost.
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { left } from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { beforeAll, expect } from 'vitest'
import type { OwnershipLost } from '../../../src/store/PGlite.ts'
import { openPGlite } from '../../../src/store/PGlite.ts'
import { openFiles } from '../../../src/store/PGlite/files.ts'
import type { SqlDatabase } from '../../../src/store/Sql.ts'
import { anyVersion, commitOf, leftOf, noStream, rightOf } from '../../contract/commits.ts'
import { copyDatabase } from '../../support/database.mjs'
import { newDirectory } from '../children.ts'

export const open = async (directory: string): Promise<SqlDatabase> =>
  rightOf(await openPGlite(directory)())

let template: string

/** Call it at the beginning of a test file that takes directories with empty databases. */
export const useEmptyDatabases = (): void =>
  beforeAll(async () => {
    template = newDirectory()
    await copyDatabase(template)
  })

export const emptyDatabase = (): string => {
  const directory = newDirectory()
  cpSync(join(template, 'pg'), join(directory, 'pg'), { recursive: true })
  return directory
}

/** Without a file that it can't do without, it fails to open, each time. */
export const checkUnopened = async (name: string): Promise<void> => {
  const directory = emptyDatabase()
  rmSync(join(directory, 'pg', name), { recursive: true })
  for (let n = 1; n <= 2; n++) {
    expect(leftOf(await openPGlite(directory)())).toMatchObject({ operation: 'open' })
  }
}

export const lost: OwnershipLost = { type: 'OwnershipLost', directory: 'here', reason: 'TakenOver' }

/** A fence that is shut after so many changes, once it is told so. */
export const fenceOf = () => {
  let left = Infinity
  let asked = 0
  return {
    fence: (): OwnershipLost | undefined => {
      asked++
      return left-- > 0 ? undefined : lost
    },
    shutAfter: (changes: number): void => {
      left = changes
    },
    asked: () => asked,
  }
}

/** What each file holds, by its path. */
const contents = (directory: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((name) => join(directory, name))
      .filter((file) => statSync(file).isFile())
      .map((file) => [file, readFileSync(file, 'latin1')]),
  )

/** Statements that a fence ends, and how many changes they have made by then. */
export const statements = [
  ['a long statement', 'insert into filled select n from generate_series(1, 50000) n', 20],
  ['the making of a file', 'create table other (n int)', 0],
  ['a checkpoint', 'checkpoint', 0],
] as const

/** Nothing is changed any more once a fence is shut. */
export const checkFence = async (_: string, text: string, changes: number): Promise<void> => {
  const directory = emptyDatabase()
  const { fence, shutAfter, asked } = fenceOf()
  const pglite = await openFiles(directory, fence)
  await pglite.exec('create table filled (n int primary key); insert into filled select -1')
  shutAfter(changes)
  const before = contents(directory)
  await expect(pglite.query(text, [])).rejects.toBe(lost)
  const after = contents(directory)
  if (changes === 0) expect(after).toStrictEqual(before)
  const times = asked()
  for (const next of ['select 1', 'rollback', text]) {
    await expect(pglite.query(next, [])).rejects.toBe(lost)
    await expect(pglite.exec(next)).rejects.toBe(lost)
  }
  await expect(pglite.transaction((tx) => tx.query(text, []))).rejects.toBe(lost)
  expect(contents(directory)).toStrictEqual(after)
  expect(asked()).toBe(times)
}

type Removal = readonly [name: string, remove: (directory: string) => void]

/** How a directory can be lost while it is open. */
export const removals: readonly [Removal, ...ReadonlyArray<Removal>] = [
  [
    'its files are replaced by a copy',
    (directory) => {
      cpSync(join(directory, 'pg'), join(directory, 'copy'), { recursive: true })
      rmSync(join(directory, 'pg'), { recursive: true })
      renameSync(join(directory, 'copy'), join(directory, 'pg'))
    },
  ],
  ['the directory is deleted', (directory) => rmSync(directory, { recursive: true })],
  ['its files are deleted', (directory) => rmSync(join(directory, 'pg'), { recursive: true })],
  ['it is moved', (directory) => renameSync(directory, `${directory}-moved`)],
]

/** Everything fails after that, and closing writes nothing. */
export const checkRemoved = async (...[, remove]: Removal): Promise<void> => {
  const directory = emptyDatabase()
  const { store, client, transaction, close } = await open(directory)
  rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())
  remove(directory)
  const listed = existsSync(directory) ? readdirSync(directory) : undefined
  const cause = { type: 'OwnershipLost', directory, reason: 'Removed' }
  const appended = await store.append(commitOf('a', 'c2', anyVersion, 1))()
  expect(appended).toStrictEqual(left({ type: 'StoreUnavailable', operation: 'append', cause }))
  expect(leftOf(await store.load('a')())).toMatchObject({ cause })
  await expect(client.query('select 1', [])).rejects.toStrictEqual(cause)
  expect(await transaction(() => TE.right(1))()).toMatchObject(left({ cause }))
  await close()
  expect(existsSync(directory) ? readdirSync(directory) : undefined).toStrictEqual(listed)
}
