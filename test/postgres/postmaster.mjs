// The process of a server that runs all its others: how it starts, when it is ready, how it ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

const linesOf = (path) => {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

/** The program under a limit of the size of each file that it writes, in blocks of 512 bytes. */
const limited = (fileSize, program) => [
  'sh',
  '-c',
  `ulimit -f ${Math.floor(fileSize / 512)} && exec "$@"`,
  'sh',
  ...program,
]

const mostAttempts = 300

/**
 * A server on files that are there, not yet started.
 *
 * @param {object} options
 * @param {string} options.home where it writes its log
 * @param {string} options.data
 * @param {ReturnType<typeof import('./programs.mjs').programs>} options.programs
 * @param {Readonly<Record<string, string | number>>} options.settings
 * @param {number | undefined} options.fileSize at which every file ends
 */
export const postmaster = ({ home, data, programs, settings, fileSize }) => {
  const file = join(home, 'log')
  /** @type {number | undefined} */
  let port
  let wasReady = false
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child
  const log = () => readFileSync(file, 'utf8')
  const isRunning = () => child !== undefined && child.exitCode === null && !child.signalCode

  const launch = () => {
    const own = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '' }
    const args = Object.entries({ ...own, ...settings }).map(
      ([name, value]) => `--${name}=${value}`,
    )
    const program = [programs.postgres, '-D', data, ...args]
    const [name, ...others] = fileSize === undefined ? program : limited(fileSize, program)
    const output = openSync(file, 'a')
    child = spawn(name, others, {
      ...programs.user,
      cwd: home,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', output, output],
      detached: true,
    })
    child.unref()
    closeSync(output)
  }

  /** Waits until it takes connections; false where it ended before. */
  const isReady = async () => {
    while (isRunning()) {
      const lines = linesOf(join(data, 'postmaster.pid'))
      if (lines[0] === String(child?.pid) && lines[7]?.trim() === 'ready') return true
      await pause(10)
    }
    return false
  }

  const start = async () => {
    for (let attempt = 1; ; attempt++) {
      port ??= await freePort()
      const before = linesOf(file).length
      launch()
      if (await isReady()) break
      const said = linesOf(file)
        .slice(before - 1)
        .join('\n')
      // somebody else took the port first
      if (!wasReady && said.includes('could not bind')) port = undefined
      // processes of one that was killed may hold its memory for a moment
      else if (!/shared memory|lock file/.test(said)) throw new Error(said)
      if (attempt === mostAttempts) throw new Error(said)
      await pause(50)
    }
    wasReady = true
  }

  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    if (child === undefined || !isRunning()) return
    const ended = once(child, 'exit')
    child.ref()
    child.kill(signal)
    await ended
  }

  return { start, end, log, port: () => port, pid: () => child?.pid }
}
