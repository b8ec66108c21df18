// Refuses a package.json whose `exports` are not the public modules of src/, one entry each.
// With --write it puts them right.
import { readFileSync, writeFileSync } from 'node:fs'
import { modules } from './modules.mjs'

const path = new URL('../../package.json', import.meta.url)
const manifest = JSON.parse(readFileSync(path, 'utf8'))

const expected = {
  ...Object.fromEntries(
    modules().map(({ name, built }) => [
      name,
      { types: built.replace(/js$/, 'd.ts'), default: built },
    ]),
  ),
  './package.json': './package.json',
}

if (process.argv.includes('--write')) {
  writeFileSync(path, JSON.stringify({ ...manifest, exports: expected }, null, 2) + '\n')
}

const same = (name) => JSON.stringify(expected[name]) === JSON.stringify(manifest.exports[name])
const wrong = [...new Set([...Object.keys(expected), ...Object.keys(manifest.exports)])].filter(
  (name) => !same(name),
)
if (wrong.length > 0 && !process.argv.includes('--write')) {
  for (const name of wrong) {
    const fault = !(name in expected) ? 'no module in src/' : 'missing or wrong in package.json'
    console.error(`exports ${name}: ${fault}`)
  }
  console.error('Put right by: node test/package/exports.mjs --write')
  process.exit(1)
}
console.log(`${Object.keys(expected).length - 1} public modules`)
