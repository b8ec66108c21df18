import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const script = fileURLToPath(new URL('links.mjs', import.meta.url))
const home = 'https://github.com/somebody/project'
let project = ''

const page = (name: string, text: string): void => writeFileSync(join(project, name), text)
const links = (...args: ReadonlyArray<string>) => {
  const { status, stderr } = spawnSync(process.execPath, [script, ...args, project], {
    encoding: 'utf8',
  })
  return { status, faults: stderr.trim().split('\n').filter(Boolean) }
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'links-'))
  mkdirSync(join(project, 'docs/guide'), { recursive: true })
  page(
    'package.json',
    JSON.stringify({
      repository: { type: 'git', url: `git+${home}.git` },
      homepage: 'https://somebody.github.io/project/',
      bugs: `${home}/issues`,
    }),
  )
  page('README.md', `# One\n\n[guide](${home}/blob/main/docs/guide/a.md#two-words) [up](#one)\n`)
  page('CHANGELOG.md', '# Changes\n')
  page(
    'docs/guide/a.md',
    '# A\n\n## Two `words`\n\n## Two words\n\n[second](#two-words-1) [folder](../guide) [b](b.ts#L2)\n',
  )
  page('docs/guide/b.ts', 'export const b = 1\n\n')
})
afterEach(() => rmSync(project, { recursive: true }))

it('passes where every link leads somewhere', () => {
  expect(links()).toStrictEqual({ status: 0, faults: [] })
})

it('fails on each kind of dead link, and names its page and line', () => {
  const dead: ReadonlyArray<readonly [text: string, fault: string]> = [
    ['[x](c.md)', 'c.md leads nowhere'],
    ['[x](../../src/b.ts)', '../../src/b.ts leads nowhere'],
    ['[x](#three)', '#three has no such heading'],
    ['[x](../../README.md#x)', '../../README.md#x has no such heading'],
    ['[x](b.ts#L9)', 'b.ts#L9 has no such line'],
    ['![x](x.svg)', 'x.svg leads nowhere'],
    ['<img alt="" src="x.svg">', 'x.svg leads nowhere'],
    [`[x](${home}/blob/main/docs/c.md)`, `${home}/blob/main/docs/c.md leads nowhere`],
    ['[x][y]', 'z.md leads nowhere'],
  ]
  page('docs/guide/d.md', `# D\n\n${dead.map(([text]) => text).join('\n\n')}\n\n[y]: z.md\n`)
  expect(links()).toStrictEqual({
    status: 1,
    faults: dead.map(([, fault], i) => `docs/guide/d.md:${3 + 2 * i}: ${fault}`),
  })
})

it('leaves code and other sites alone', () => {
  page(
    'docs/guide/d.md',
    '# D\n\n`[x](c.md)`\n\n```md\n[x](c.md)\n```\n\n<https://example.com/c>\n',
  )
  expect(links().status).toBe(0)
})

it('wants whole addresses of this repository in what people read elsewhere, and writes them', () => {
  page(
    'README.md',
    '# One\n\n[a](docs/guide/a.md) [g](docs/guide) [o](https://github.com/other/project/tree/main/docs) [r]\n\n[r]: docs\n',
  )
  page(
    'package.json',
    JSON.stringify({ repository: { type: 'git', url: `git+${home}.git` }, bugs: 'elsewhere' }),
  )
  expect(links().faults).toHaveLength(6)
  expect(links('--fix').status).toBe(0)
  expect(links()).toStrictEqual({ status: 0, faults: [] })
  expect(readFileSync(join(project, 'README.md'), 'utf8')).toBe(
    `# One\n\n[a](${home}/blob/main/docs/guide/a.md) [g](${home}/tree/main/docs/guide) ` +
      `[o](${home}/tree/main/docs) [r]\n\n[r]: ${home}/tree/main/docs\n`,
  )
})
