// Bundles every module of the inner rings for a browser and for a worker, one by one, and refuses what
// they do not have: a built-in of Node anywhere behind an entry stops the bundle. Compares the sizes with
// sizes.json, and fails where one has grown by more than 5 %; --write brings that up to date.
import { build } from 'esbuild'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { modules } from './modules.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const edge = /^src\/store\/(PGlite|DirectoryLock)\.ts$/
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

const faults = []
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
