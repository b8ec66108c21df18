// The processes of a soak, which are started, killed and stopped, and their histories.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseHistory } from '../../dist/testing/history.js'

const worker = join(import.meta.dirname, 'worker.mjs')

/** What a process does unless it is told otherwise: nothing. */
const idle = { writers: 0, streams: [], pause: 0, readers: 0, lease: 0, looks: false }

const linesOf = async (path) => {
  const lines = []
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    lines.push(line)
  return lines
}

/**
 * @param {{ url: string, schema: string, seed: number }} common
 * @param {string} [prefix] of the names of processes, which are unique in a database
 * @param {string} [script] what they run
 */
export const newCrew = (common, prefix = 'p', script = worker) => {
  const folder = mkdtempSync(join(tmpdir(), 'decider-soak-'))
  const running = new Map()
  let count = 0

  /** Starts a process, and returns what lets it begin. */
  const start = async (job) => {
    const name = `${prefix}${++count}`
    const history = join(folder, name)
    const options = JSON.stringify({ ...idle, ...common, ...job, name, history })
    const child = spawn(process.execPath, [script, options], { stdio: ['pipe', 'pipe', 'inherit'] })
    // one that was killed
    child.stdin.on('error', () => {})
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const ended = once(child, 'exit')
    running.set(name, { name, job, child, lines, ended })
    await lines.next()
    return () => child.stdin.write('go\n')
  }

  const kill = async (name) => {
    const { child, ended, job } = running.get(name)
    running.delete(name)
    child.kill('SIGKILL')
    await ended
    return job
  }

  /** Asks all to end, and returns their figures; one that doesn't end is a fault. */
  const stop = async (patience = 90_000) => {
    const all = [...running.values()]
    running.clear()
    for (const { child } of all) child.stdin.end()
    return Promise.all(
      all.map(async ({ name, child, lines, ended }) => {
        const timer = setTimeout(() => child.kill('SIGKILL'), patience)
        const { value } = await lines.next()
        await ended
        clearTimeout(timer)
        if (value === undefined) throw new Error(`process ${name} does not end, or broke down`)
        return JSON.parse(value)
      }),
    )
  }

  const histories = async () => {
    const records = []
    for (const name of readdirSync(folder)) {
      const parsed = parseHistory(await linesOf(join(folder, name)))
      if (parsed._tag === 'Left') throw new Error(`${name}: ${JSON.stringify(parsed.left)}`)
      for (const record of parsed.right) records.push(record)
    }
    return records
  }

  /** Starts some, which begin at the same time. */
  const startAll = async (jobs) => {
    for (const begin of await Promise.all(jobs.map(start))) begin()
  }

  return {
    startAll,
    kill,
    stop,
    histories,
    names: () => [...running.keys()],
    started: () => count,
    remove: () => {
      for (const { child } of running.values()) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
