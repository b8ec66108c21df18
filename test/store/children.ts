// Processes for tests that need more than one, each running child.mjs on the built package.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach } from 'vitest'

export interface Child {
  readonly pid: number
  readonly ask: (command: string, more?: object) => Promise<unknown>
  readonly tell: (command: string, more?: object) => void
  /** The next line that it writes; `undefined` where it has ended. */
  readonly next: () => Promise<unknown>
  readonly kill: () => Promise<void>
  readonly ended: Promise<unknown>
}

const running = new Set<ChildProcess>()
const directories: Array<string> = []

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
})
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

export const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'decider-'))
  directories.push(directory)
  return directory
}

export const startChild = (): Child => {
  const script = fileURLToPath(new URL('child.mjs', import.meta.url))
  // it lives too short to pay for the optimised machine code of a whole database
  const args = ['--liftoff-only', script]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  running.add(child)
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const tell = (command: string, more: object = {}): void => {
    child.stdin.write(`${JSON.stringify({ do: command, ...more })}\n`)
  }
  const next = async (): Promise<unknown> => {
    const line = await lines.next()
    return line.done === true ? undefined : JSON.parse(line.value)
  }
  const ask = (command: string, more?: object): Promise<unknown> => {
    tell(command, more)
    return next()
  }
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    running.delete(child)
  }
  return { pid: child.pid ?? 0, ask, tell, next, kill, ended }
}
