import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { far, near } from '../runtimes/runtimes.mjs'

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const versionsIn = (path: string, group: string, names: ReadonlyArray<string>) => {
  const pinned = new Map(
    [...read(path).matchAll(/"([^"]+)": "(?:npm:node@)?(\d[^"]*)"/g)].map(([, name, version]) => [
      name,
      version,
    ]),
  )
  return names.map((name) => [`${group} ${name}`, pinned.get(name)] as const)
}

describe('the table of runtimes in the README', () => {
  it.each([
    ...versionsIn('test/runtimes/package.json', 'apart:', [
      'node20',
      'node22',
      'node24',
      'deno',
      'bun',
      'miniflare',
      'hermes-engine-cli',
    ]),
    ...versionsIn('package.json', 'always there:', ['quickjs-emscripten']),
  ])('names the version that is tested of %s', (_, version) => {
    expect(version).toMatch(/^\d+\./)
    const table = read('README.md').split('### Where it runs')[1]?.split('\n## ')[0]
    expect(table).toContain(String(version))
  })

  // `Node` is whichever runs the tests; the others are there on every machine
  it('is that of what is asked', () => {
    expect([...near, ...far].map(({ name }) => name)).toStrictEqual([
      'Node',
      'QuickJS',
      'Node 20',
      'Node 22',
      'Node 24',
      'Deno',
      'Bun',
      'Chromium',
      'workerd',
      'Hermes',
    ])
  })
})
