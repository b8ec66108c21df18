// The rings of src/: what a file of each may import, and what its code may not contain. A file
// imports from its own ring or further in; the first row whose pattern fits a file rules it.
// What oxlint can refuse (globals, the clock by name, async) stands in .oxlintrc.json.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { sources } from './modules.mjs'

// Any other way to reach fp-ts or io-ts type-checks, and then Node cannot load it.
const fpTs = /^fp-ts(\/(lib\/\w+|HKT)\.js)?$/
const ioTs = /^io-ts(\/lib\/\w+\.js)?$/
const beside = /^\.\/\w+\.ts$/
const core = /^\.\.\/\w+\.ts$/
const codec = /^\.\.\/codec\/\w+\.ts$/
const order = /^\.\.\/order\/\w+\.ts$/
const port = /^\.\.\/(store\/EventStore|shell\/\w+)\.ts$/
// the reference engine, which needs nothing of any runtime
const memory = /^\.\.\/store\/Memory\.ts$/

// what can name a stream, and what a commit has to be
const commit = /^\.\.\/store\/Commit\.ts$/

const clock = ['reads the clock', /\bnew Date\(\)/g]
const pure = [['throws', /\bthrow\b/g], ['is a class', /\bclass\b/g], clock]

// prettier-ignore
const rings = [
  { files: /^src\/\w+\.ts$/, values: [beside], types: [fpTs], never: pure },
  { files: /^src\/codec\/IoTs\.ts$/, values: [beside, core, fpTs, ioTs], never: pure },
  { files: /^src\/codec\/\w+\.ts$/, values: [beside, core, fpTs], never: pure },
  { files: /^src\/order\/codec\.ts$/, values: [beside, core, codec, fpTs, ioTs], never: pure },
  { files: /^src\/order\/\w+\.ts$/, values: [beside, core, codec, fpTs], never: pure },
  { files: /^src\/shell\/\w+\.ts$/, values: [beside, core, codec, port, fpTs], never: [clock] },
  { files: /^src\/testing\/\w+\.ts$/, values: [beside, core, codec, order, port, memory, fpTs, /^fast-check$/], types: [ioTs], never: [clock] },
  { files: /^src\/embed\/Node\.ts$/, values: [beside, fpTs, /^node:/], never: [clock] },
  { files: /^src\/embed\/\w+\.ts$/, values: [beside, core, codec, port, commit, fpTs], never: [clock] },
  { files: /^src\/store\/EventStore\.ts$/, values: [core, codec, port, fpTs], never: [clock] },
  { files: /^src\/store\/(PGlite|DirectoryLock|lockFile|heartbeat|pglite\w+)\.ts$/, values: [beside, core, codec, port, fpTs, /^node:/, /^@electric-sql\/pglite$/], never: [] },
  // failures of every module get words here
  { files: /^src\/store\/showFailure\.ts$/, values: [beside, core, codec, port, fpTs], types: [/^\.\.\/embed\/\w+\.ts$/], never: [] },
  { files: /^src\/store\/\w+\.ts$/, values: [beside, core, codec, port, fpTs], never: [] },
]

const notCode = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|`(?:\\.|[^`\\])*`|\/\*[^]*?\*\/|\/\/.*/g
const imports =
  /\b(?:import|export)\s+(type\s)?[\w\s{},*$]*?from\s*'([^']+)'|\bimport\s*\(?()\s*'([^']+)'/g

const blank = (text) => text.replace(/[^\n]/g, ' ')
const lineOf = (text, index) => text.slice(0, index).split('\n').length

/** The rules that a file breaks, each as one line of text that starts with the place. */
export const violations = (path, text) => {
  const ring = rings.find(({ files }) => files.test(path))
  if (ring === undefined) return [`${path}:1 belongs to no ring`]
  const uncommented = text.replace(notCode, (all, string) => string ?? blank(all))
  const code = uncommented.replace(notCode, blank)
  const found = []
  for (const { 1: type, 2: named, 4: bare, index } of uncommented.matchAll(imports)) {
    const allowed = type ? [...ring.values, ...(ring.types ?? [])] : ring.values
    const target = named ?? bare
    if (!allowed.some((pattern) => pattern.test(target))) {
      found.push(
        `${path}:${lineOf(text, index)} may not import ${type ? 'types of ' : ''}${target}`,
      )
    }
  }
  for (const [fault, pattern] of ring.never) {
    for (const { 0: match, index } of code.matchAll(pattern)) {
      found.push(`${path}:${lineOf(text, index)} ${fault}: ${match}`)
    }
  }
  return found
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = sources()
  const found = files.flatMap((path) =>
    violations(path, readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')),
  )
  for (const line of found) console.error(line)
  console.log(`${files.length} files in their rings, ${found.length} rules broken`)
  process.exitCode = found.length > 0 ? 1 : 0
}
