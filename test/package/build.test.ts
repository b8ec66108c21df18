import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const script = fileURLToPath(new URL('build.mjs', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'build-'))
const out = join(project, 'out')
afterAll(() => rmSync(project, { recursive: true }))

const source = (name: string, text: string): void => writeFileSync(join(project, name), text)
const build = (): number | null => spawnSync(process.execPath, [script, project, out]).status
/** Which file it is: one that was written anew is another. */
const identity = (name: string): number => statSync(join(out, name)).ino

source(
  'tsconfig.json',
  '{ "compilerOptions": { "rootDir": ".", "types": [], "lib": ["es5"] }, "include": ["*.ts"] }',
)
source('a.ts', 'export const a = 1\n')
source('b.ts', 'export const b = 1\n')

it('a build leaves alone what has not changed, so that what is running goes on', () => {
  expect(build()).toBe(0)
  expect(readdirSync(out)).toEqual(['a.js', 'b.js'])
  const before = [identity('a.js'), identity('b.js')]
  source('b.ts', 'export const b = 2\n')
  expect(build()).toBe(0)
  expect(identity('a.js')).toBe(before[0])
  expect(identity('b.js')).not.toBe(before[1])
})

it('a build that fails leaves everything alone', () => {
  const before = identity('a.js')
  source('a.ts', 'export const a: string = 1\n')
  expect(build()).not.toBe(0)
  expect(identity('a.js')).toBe(before)
  source('a.ts', 'export const a = 1\n')
})

it('what has no source any more goes, and nothing else is left behind', () => {
  rmSync(join(project, 'b.ts'))
  expect(build()).toBe(0)
  expect(existsSync(join(out, 'b.js'))).toBe(false)
  expect(readdirSync(project).sort()).toEqual(['a.ts', 'out', 'tsconfig.json'])
})
