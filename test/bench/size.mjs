// What importing costs: bytes in a browser bundle, milliseconds in a cold process.
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { median, turns } from './measure.mjs'

// the package's own name resolves in its own folder
const root = fileURLToPath(new URL('../..', import.meta.url))

const bundle = async (contents) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external: ['fp-ts'],
    write: false,
  })
  return gzipSync(outputFiles[0].contents).length
}

const core = ['Decider', 'Projection', 'Recorded', 'History']

const start = (script) => () =>
  spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    stdio: 'inherit',
  })

export const sizeRows = async () => {
  const modules = core.map((name) => `export * as ${name} from 'decider-ts/${name}'`)
  const times = await turns({ empty: start(''), import: start("import 'decider-ts/Decider'") }, 21)
  const milliseconds = median(times.import.map((time, i) => time - times.empty[i]))
  const row = (what, bytes) => ({
    what,
    value: `${bytes.toLocaleString('en')} bytes gzipped`,
    against: '2 kB',
    ratio: bytes / 2_048,
    limit: 1,
  })
  return [
    row(`bundle of ${core.join(', ')}`, await bundle(modules.join('\n'))),
    row('bundle of all of decider-ts (ring 0)', await bundle("export * from 'decider-ts'")),
    {
      what: 'cold import of decider-ts/Decider',
      value: `${milliseconds.toFixed(1)} ms`,
      against: '15 ms over an empty script',
      ratio: milliseconds / 15,
      limit: 1,
    },
  ]
}
