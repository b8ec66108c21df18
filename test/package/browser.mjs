// Bundles every module of the inner rings for a browser and for a worker, one by one, and refuses what
// they do not have: a built-in of Node anywhere behind an entry stops the bundle. Refuses globals of
// Node, and code made of text, in the package's own code. Compares the sizes with sizes.json, and fails
// where one has grown by more than 5 %; --write brings that up to date.
import { build, transform } from 'esbuild'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { modules, sources } from './modules.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const edge = /^src\/(store\/(PGlite|Postgres)(\.ts$|\/)|embed\/Node\.ts$)/
const table = 'test/package/sizes.json'
const growth = 1.05
const write = process.argv.includes('--write')
const recorded = write ? {} : JSON.parse(readFileSync(table, 'utf8'))

const hosts = [
  { name: 'browser', options: { platform: 'browser' } },
  {
    name: 'worker',
    options: {
      platform: 'neutral',
      conditions: ['workerd', 'worker'],
      mainFields: ['module', 'main'],
    },
  },
]

const bundle = async (built, options) => {
  const { outputFiles } = await build({
    ...options,
    entryPoints: [built],
    bundle: true,
    minify: true,
    format: 'esm',
    logLevel: 'silent',
    write: false,
  })
  return gzipSync(outputFiles[0].contents).length
}

// globalThis is among them, since every other stands behind it
const foreign = [
  'process',
  'Buffer',
  'global',
  'globalThis',
  'require',
  'setImmediate',
  '__dirname',
  '__filename',
  'eval',
  'Function',
]
const mark = (name) => `refused$${name}`
const define = Object.fromEntries(foreign.map((name) => [name, mark(name)]))

/**
 * What of these a built file names, without its comments. esbuild replaces a global only: a parameter
 * named `process` stays as it is.
 */
const foreignIn = async (built) => {
  const options = { define, minifyWhitespace: true, legalComments: 'none', logLevel: 'silent' }
  const { code } = await transform(readFileSync(built, 'utf8'), options)
  const words = new Set(code.match(/[\w$]+/g))
  return [
    ...foreign.filter((name) => words.has(mark(name))),
    ...['getBuiltinModule'].filter((name) => words.has(name)),
  ]
}

// what stands in for the clock while a decider is tested has to be put where the clock is, and for
// modules of Node where there are any; whether a function is a class is told by its source
const allowed = {
  'src/testing/laws/globals.ts': ['globalThis', 'getBuiltinModule'],
  'src/testing/internal/hidden.ts': ['Function'],
}

const faults = []
for (const file of sources().filter((path) => !edge.test(path))) {
  const named = await foreignIn(file.replace(/^src\/(.*)\.ts$/, 'dist/$1.js'))
  const found = named.filter((name) => allowed[file]?.includes(name) !== true)
  if (found.length > 0) faults.push(`${file} names ${found.join(', ')}`)
}
const sizes = {}
for (const { name, file, built } of modules().filter(({ file }) => !edge.test(file))) {
  for (const host of hosts) {
    try {
      const size = await bundle(built, host.options)
      if (host.name === 'browser') sizes[name] = size
    } catch (error) {
      faults.push(`${file} does not bundle for a ${host.name}: ${error.message}`)
    }
  }
  console.log(`${name.padEnd(28)} ${sizes[name]} bytes gzipped`)
}
for (const name of Object.keys({ ...recorded, ...sizes })) {
  if (write) break
  const [was, is] = [recorded[name], sizes[name]]
  if (was === undefined || is === undefined)
    faults.push(`${name} stands in one of ${table} and src`)
  else if (is > was * growth) faults.push(`${name} has grown from ${was} to ${is} bytes`)
}
if (write) writeFileSync(table, `${JSON.stringify(sizes, null, 2)}\n`)
if (faults.length > 0) console.error(`${faults.join('\n')}\nif that is as it should be: --write`)
process.exitCode = faults.length > 0 ? 1 : 0
