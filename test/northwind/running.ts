// Runs the compiled program in processes of its own, on databases on disk.
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyDatabase } from '../support/database.mjs'
import { data, figuresAt } from './oracle.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const place = mkdtempSync(join(tmpdir(), 'northwind-'))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

// a run is too short to pay for the optimised machine code of a whole database
export const start = (args: ReadonlyArray<string>): ChildProcess =>
  spawn(process.execPath, ['--liftoff-only', '.build/northwind/main.js', ...args], {
    cwd: root,
    stdio: 'pipe',
  })

export const end = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    const [out, err] = [Array<string>(), Array<string>()]
    child.stdout?.on('data', (chunk) => out.push(String(chunk)))
    child.stderr?.on('data', (chunk) => err.push(String(chunk)))
    child.on('close', (code) => resolve({ code, out: out.join(''), err: err.join('') }))
  })

export const run = (...args: ReadonlyArray<string>): Promise<Ended> => end(start(args))

/** What `--json` prints: one object on one line, and nothing else anywhere. */
export const figures = async (...args: ReadonlyArray<string>): Promise<Record<string, unknown>> => {
  const { code, out, err } = await run('--json', ...args)
  if (code !== 0 || err !== '' || !/^\{.*\}\n$/.test(out)) throw new Error(`${code}: ${err}${out}`)
  const parsed = JSON.parse(out) as Record<string, unknown>
  return parsed
}

/** A database without events, which is only ever copied. */
export const empty = join(place, 'empty')

export const copyOf = (database: string, name: string): string => {
  const copy = join(place, name)
  cpSync(database, copy, { recursive: true })
  return copy
}

export const file = (name: string, lines: ReadonlyArray<string>): string => {
  const path = join(place, name)
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return path
}

export const linesOf = (name: string): ReadonlyArray<string> =>
  readFileSync(new URL(name, data), 'utf8').trim().split('\n')

/** Imports nothing, to look at what is there. */
export const noFiles = [
  '--orders',
  file('no-orders.csv', linesOf('orders.csv').slice(0, 1)),
  '--lines',
  file('no-lines.csv', linesOf('order_details.csv').slice(0, 1)),
]

export const everything = '9999-12-31'
export const whole = { ...figuresAt(everything), rejected: 0 }
export const all = whole.events

/** Compiles the program, and makes the database without events. Returns its figures. */
export const prepare = async (): Promise<Record<string, unknown>> => {
  cpSync(new URL('products.csv', data), join(place, 'products.csv'))
  const shell = (command: string): void => {
    const { status, stdout } = spawnSync(command, { cwd: root, shell: true, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${command}\n${stdout}`)
  }
  if (!existsSync(join(root, 'dist/index.js'))) shell('npm run --silent build')
  shell('npm run --silent build:northwind')
  await copyDatabase(empty)
  return figures('--data', empty, ...noFiles)
}

export const cleanUp = (): void => rmSync(place, { recursive: true, force: true })
