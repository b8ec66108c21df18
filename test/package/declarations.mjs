// Compiles a program that imports every entry of the package, and checks the declarations of all of them
// in full, with the libraries that TypeScript takes by itself. The build does not notice where a
// declaration names a type that is not in it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'))
const folder = '.build/declarations'

const options = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
  },
  files: ['all.ts'],
}
mkdirSync(folder, { recursive: true })
writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(options))
writeFileSync(
  `${folder}/all.ts`,
  entries.map((entry, i) => `export type * as m${i} from '${entry.replace('.', name)}'`).join('\n'),
)
const tsc = ['node_modules/typescript/bin/tsc', '-p', folder]
process.exitCode = spawnSync(process.execPath, tsc, { stdio: 'inherit' }).status ?? 1
