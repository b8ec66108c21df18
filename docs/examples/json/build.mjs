// Makes one script of the decider of orders that any engine can evaluate: no module, no timers,
// nothing but ECMAScript. It leaves two functions behind, decideJson and evolveJson.
//
//   node docs/examples/json/build.mjs             writes .build/json/order.js
//   node docs/examples/json/build.mjs --schema    writes order.schema.json anew
import { build } from 'esbuild'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const root = here('../../..')

const bundle = async (entry, options) => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [here(entry)],
    bundle: true,
    write: false,
    logLevel: 'silent',
    ...options,
  })
  return outputFiles[0].text
}

/** The script as text. */
export const script = (options = {}) =>
  bundle('order.ts', {
    format: 'iife',
    target: 'es2015',
    platform: 'neutral',
    mainFields: ['main'],
    charset: 'ascii',
    globalName: 'orders',
    footer: { js: 'var decideJson = orders.decideJson, evolveJson = orders.evolveJson;' },
    ...options,
  })

const writeSchema = async () => {
  const { format } = await import('oxfmt')
  const module = `${root}/.build/json/schema.mjs`
  writeFileSync(module, await bundle('schema.ts', { format: 'esm', platform: 'node' }))
  const { schema } = await import(pathToFileURL(module).href)
  if (schema._tag === 'Left') throw new Error(JSON.stringify(schema.left))
  const { code } = await format('order.schema.json', JSON.stringify(schema.right), {
    printWidth: 100,
  })
  writeFileSync(here('order.schema.json'), code)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  mkdirSync(`${root}/.build/json`, { recursive: true })
  if (process.argv.includes('--schema')) await writeSchema()
  else writeFileSync(`${root}/.build/json/order.js`, await script())
}
