// Workers for miniflare: bundled from sources, and run over a directory where there is one.
import { build } from 'esbuild'
import { join } from 'node:path'

const here = import.meta.dirname
const root = join(here, '../..')

/** A module for workerd, out of a file and all that it imports; `vitest` is what stands beside it. */
export const bundle = async (entry) => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    conditions: ['workerd', 'worker'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:workers', 'node:*'],
    alias: { vitest: join(here, 'durable/vitest.mjs') },
    tsconfigRaw: {
      compilerOptions: {
        paths: {
          'decider-ts/order': [join(root, 'src/order/index.ts')],
          'decider-ts/*': [join(root, 'src/*.ts')],
        },
      },
    },
    define: {
      'process.env': JSON.stringify({ FC_SEED: process.env.FC_SEED, FC_RUNS: process.env.FC_RUNS }),
    },
    logLevel: 'error',
    write: false,
  })
  return outputFiles[0].text
}

/** miniflare with one worker and its classes of objects, by the name of their binding. */
export const start = async (script, classes, options = {}) => {
  const { Miniflare } = await import(join(here, 'node_modules/miniflare/dist/src/index.js'))
  const durableObjects = Object.fromEntries(
    Object.entries(classes).map(([binding, className]) => [
      binding,
      { className, useSQLite: true },
    ]),
  )
  const miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2025-01-01',
    durableObjects,
    ...options,
  })
  await miniflare.ready
  return miniflare
}
