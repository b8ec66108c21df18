// An empty database of PGlite for the tests. Making one takes seconds, opening a copy a tenth of that: so
// one is made, closed, and kept in .build for as long as the version of PGlite is the same.
import { PGlite } from '@electric-sql/pglite'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const build = fileURLToPath(new URL('../../.build', import.meta.url))
const { version } = JSON.parse(
  readFileSync(new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url)),
)
const kept = join(build, `database-${version}`)

const make = async (directory) => {
  const pg = join(directory, 'pg')
  // small, so that it opens in a third of the time and is copied in a quarter
  const initDbStartParams = ['--set', 'shared_buffers=8MB']
  const first = await PGlite.create({ dataDir: pg, initDbStartParams })
  await first.close()
  // template1 and template0, from which others would be made, have these numbers in every cluster
  for (const unused of ['1', '4']) rmSync(join(pg, 'base', unused), { recursive: true })
  const again = await PGlite.create(pg)
  const archive = await again.dumpDataDir('none')
  await again.close()
  await writeFile(join(directory, 'pg.tar'), archive.stream())
}

const prepared = async () => {
  if (existsSync(kept)) return kept
  mkdirSync(build, { recursive: true })
  const directory = mkdtempSync(join(build, '.new-database-'))
  await make(directory)
  try {
    renameSync(directory, kept)
  } catch {
    // another process was faster
    rmSync(directory, { recursive: true })
  }
  return kept
}

/** Puts an empty database into a directory, as `openPGlite` would have left it after closing. */
export const copyDatabase = async (directory) =>
  cpSync(join(await prepared(), 'pg'), join(directory, 'pg'), { recursive: true })

/** Opens an empty database in memory. */
export const openInMemory = async () =>
  PGlite.create({ loadDataDir: new Blob([readFileSync(join(await prepared(), 'pg.tar'))]) })
