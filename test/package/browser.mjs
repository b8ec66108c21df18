// Bundles every module of the inner rings for a browser, one by one, and refuses what a browser
// does not have: a `node:` built-in anywhere behind an entry stops the bundle.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { modules } from './modules.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const edge = /^src\/store\/(?!EventStore\.ts$|Memory\.ts$)/

let failed = 0
for (const { name, file, built } of modules().filter(({ file }) => !edge.test(file))) {
  try {
    const { outputFiles } = await build({
      entryPoints: [built],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      logLevel: 'silent',
      write: false,
    })
    console.log(`${name.padEnd(20)} ${gzipSync(outputFiles[0].contents).length} bytes gzipped`)
  } catch (error) {
    failed++
    console.error(`${file} does not bundle for a browser: ${error.message}`)
  }
}
process.exitCode = failed > 0 ? 1 : 0
