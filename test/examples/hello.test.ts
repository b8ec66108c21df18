// The shortest durable program, as the README has it: in memory and on disk it differs in one name.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyDatabase } from '../support/database.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = Array.from(readme.matchAll(/^```ts\n([^]*?)^```$/gm), ([, code]) => code ?? '')
const decider = blocks.find((code) => code.includes('const account')) ?? ''
const durable = blocks.find((code) => code.includes('openMemory')) ?? ''

let folder = ''
beforeAll(() => {
  mkdirSync(join(root, '.build'), { recursive: true })
  folder = mkdtempSync(join(root, '.build/hello-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const runs = (name: string, code: string) => {
  const file = join(folder, `${name}.mts`)
  writeFileSync(file, `import assert from 'node:assert'\n${decider}\n${code}\nconsole.log(done)`)
  const args = ['--import', 'tsx', '--liftoff-only', file]
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
}

describe('a durable hello world', () => {
  it('takes at most 16 lines, 4 imports of ours and 3 of our names beside the decider', () => {
    const lines = durable.split('\n').filter((line) => line.trim() !== '')
    expect(lines.length).toBeLessThanOrEqual(16)
    const imports = [
      ...`${decider}${durable}`.matchAll(/^import (type )?\{(.*)\} from 'decider-ts/gm),
    ]
    expect(imports.length).toBeLessThanOrEqual(4)
    const values = imports.filter(([, type]) => type === undefined)
    expect(values.flatMap(([, , names = '']) => names.split(','))).toHaveLength(3)
  })

  it('runs in memory', () => {
    const { stdout, stderr, status } = runs('memory', durable)
    expect([stderr, status]).toEqual(['', 0])
    expect(stdout).toContain('state: 100')
  })

  it('runs on disk with one name changed', async () => {
    await copyDatabase(join(folder, 'data'))
    const onDisk = durable
      .replace(
        `{ openMemory } from 'decider-ts/store/Memory'`,
        `{ openPGlite } from 'decider-ts/store/PGlite'`,
      )
      .replace('openMemory()', `openPGlite('data')`)
    const { stdout, stderr, status } = runs('disk', onDisk)
    expect([stderr, status]).toEqual(['', 0])
    expect(stdout).toContain('version: 1')
  })

  it('ends with an error that names the failure where the directory can not be opened', () => {
    const onDisk = durable
      .replace(
        `{ openMemory } from 'decider-ts/store/Memory'`,
        `{ openPGlite } from 'decider-ts/store/PGlite'`,
      )
      .replace('openMemory()', `openPGlite('/proc/nowhere')`)
    const { stderr, status } = runs('nowhere', onDisk)
    expect(status).toBe(1)
    expect(stderr).toContain('StoreUnavailable')
  })
})
