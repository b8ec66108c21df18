// The files of a database, made once by initdb and copied from then on.
import { randomBytes } from 'node:crypto'
import {
  lchownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kept, locked } from './locked.mjs'

/** Gives everything in a folder to a user. */
export const give = (path, { uid, gid }) => {
  if (uid === undefined) return
  lchownSync(path, uid, gid)
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    lchownSync(join(entry.parentPath, entry.name), uid, gid)
  }
}

// Not the locale "C", under which statements that forget the collation of a column go unnoticed.
const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US']

const make = ({ initdb, user, run }, place, more) => {
  // the user can't write where the project is
  const home = mkdtempSync(join(tmpdir(), 'decider-initdb-'))
  try {
    const [data, password] = [join(home, 'data'), join(home, 'password')]
    writeFileSync(password, randomBytes(16).toString('hex'))
    give(home, user)
    const args = ['-D', data, '-U', 'postgres', `--pwfile=${password}`, '--auth=scram-sha-256']
    run(initdb, [...args, ...locale, '--no-sync', ...more], { ...user, cwd: home })
    const made = `${place}.${process.pid}`
    mkdirSync(made, { mode: 0o700 })
    cpSync(home, made, { recursive: true })
    renameSync(made, place)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/**
 * Puts a new database in a folder.
 *
 * @param {ReturnType<typeof import('./programs.mjs').programs>} programs
 * @param {string} data where it does not yet exist
 * @param {ReadonlyArray<string>} more arguments of initdb
 * @returns {string} the password of its owner, `postgres`
 */
export const copyCluster = (programs, data, more) => {
  const name = ['cluster', programs.version, ...more].join('_').replace(/[^\w.=-]+/g, '-')
  const place = join(kept, name)
  if (!existsSync(place)) {
    locked(name, () => existsSync(place) || make(programs, place, more))
  }
  cpSync(join(place, 'data'), data, { recursive: true })
  return readFileSync(join(place, 'password'), 'utf8')
}
