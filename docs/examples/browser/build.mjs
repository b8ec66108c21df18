// Bundles the page into .build/browser/, with the files of PGlite beside it and some of the Northwind
// orders as what to send: node docs/examples/browser/build.mjs
import { build } from 'esbuild'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readInput } from '../../../.build/northwind/files.js'

const here = import.meta.dirname
const northwind = join(here, '../northwind')

/** The requests of the first orders of the files. */
export const sample = async (orders = 60) => {
  const files = { orders: 'orders.csv', lines: 'order_details.csv' }
  const input = await readInput({
    orders: join(northwind, files.orders),
    lines: join(northwind, files.lines),
  })()
  if (input._tag === 'Left') throw new Error(JSON.stringify(input.left))
  return input.right.plans
    .slice(0, orders)
    .flatMap(({ requests }) => requests.map(({ request }) => request))
}

export const buildPage = async (folder, entryPoints = []) => {
  await build({
    entryPoints: [join(here, 'page.ts'), join(here, 'worker.ts'), ...entryPoints],
    outdir: folder,
    entryNames: '[name]',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // PGlite asks for this where it finds itself in Node
    external: ['node:*'],
    logLevel: 'error',
  })
  const pglite = dirname(fileURLToPath(import.meta.resolve('@electric-sql/pglite')))
  for (const file of ['pglite.wasm', 'pglite.data', 'initdb.wasm']) {
    copyFileSync(join(pglite, file), join(folder, file))
  }
  copyFileSync(join(here, 'index.html'), join(folder, 'index.html'))
  writeFileSync(join(folder, 'sample.json'), JSON.stringify(await sample()))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(here, '../../../.build/browser')
  mkdirSync(folder, { recursive: true })
  await buildPage(folder)
}
