// Type-checks every @example of src/ and every ```ts block of the README and the guides against the
// built package, then runs each in plain Node. The blocks of one page are one program, a block
// fenced as ```ts standalone is one of its own. Each program stands in .build/examples/ at the
// lines that it has in its source, so that messages name the right place.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDatabase, sharedServer } from '../postgres/shared.mjs'
import { copyDatabase } from '../support/database.mjs'
import { sources } from './modules.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const out = '.build/examples'

/** The lines from `start` up to `end`, each at its place. */
const inPlace = (lines, start, end) => lines.map((line, i) => (i >= start && i < end ? line : ''))

/** Each @example of a file as a program: it lasts until the next tag or the end of its comment. */
const fromSource = (file) => {
  const lines = readFileSync(file, 'utf8').split('\n')
  const starts = lines.flatMap((line, i) => (/^\s*\* @example/.test(line) ? [i + 1] : []))
  return starts.map((start) => {
    const length = lines.slice(start).findIndex((line) => /^\s*(\*\/|\* @)/.test(line))
    const code = lines.map((line) => line.replace(/^\s*\* ?(```.*)?/, ''))
    return { file, line: start + 1, lines: inPlace(code, start, start + length) }
  })
}

/** The programs of a page: one of all its plain blocks, and one of each block that stands alone. */
const fromPage = (file) => {
  const lines = readFileSync(file, 'utf8').split('\n')
  const shared = { file, line: 1, lines: lines.map(() => '') }
  const programs = []
  for (const [i, line] of lines.entries()) {
    const fence = /^```(?:ts|typescript)\b *(.*)$/.exec(line)
    if (fence === null) continue
    if (!['', 'standalone'].includes(fence[1])) {
      throw new Error(`${file}:${i + 1}: a block is fenced as ts or ts standalone, not ${line}`)
    }
    const end = lines.indexOf('```', i)
    const block = inPlace(lines, i + 1, end)
    if (fence[1] === 'standalone') programs.push({ file, line: i + 2, lines: block })
    else shared.lines = shared.lines.map((had, at) => had || block[at])
  }
  return shared.lines.some((line) => line !== '') ? [shared, ...programs] : programs
}

const pages = () => {
  const guides = existsSync('docs/guide') ? readdirSync('docs/guide', { recursive: true }) : []
  const all = ['README.md', ...guides.map((path) => `docs/guide/${path}`)]
  return all.filter((path) => path.endsWith('.md') && existsSync(path))
}

const programs = [...sources().flatMap(fromSource), ...pages().flatMap(fromPage)].map(
  (program) => ({ ...program, id: `${program.file.replace(/\.\w+$/, '')}.${program.line}` }),
)

/** Puts a database to wherever an example opens one, since making one takes seconds. */
const databases = async () => {
  const opened = programs.flatMap(({ lines }) => [
    ...lines.join('\n').matchAll(/openPGlite\('([^']+)'\)/g),
  ])
  const paths = new Set(opened.map(([, path]) => path))
  for (const path of paths) await copyDatabase(join(out, 'run', path))
}

/** Runs with an empty database on a server, which the guide to that uses by the URL in the environment. */
const onServer = async (run) => {
  const server = await sharedServer()
  const database = await createDatabase(server.url)
  try {
    return run({ ...process.env, DATABASE_URL: database.url })
  } finally {
    await database.drop()
    await server.stop()
  }
}

/** Turns places in the programs into places in the files they come from. */
const fileOf = new Map(programs.map(({ id, file }) => [id, file]))
const place = /[^\s(]*\.build\/examples\/(?:js\/)?([^\s(:]+?)\.[tj]s\b/g
const named = (text) => text.replace(place, (all, id) => fileOf.get(id) ?? all)

rmSync(out, { recursive: true, force: true })
for (const { id, lines } of programs) {
  mkdirSync(dirname(`${out}/${id}`), { recursive: true })
  writeFileSync(`${out}/${id}.ts`, lines.join('\n'))
}
// What a user has: the set-up guide's options, with the libraries that TypeScript takes by itself.
const options = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    types: ['node'],
    rootDir: '.',
    outDir: 'js',
    sourceMap: true,
    // strict programs compile as well
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    // the declarations of some of the frameworks in the guides don't check
    skipLibCheck: true,
    moduleDetection: 'force',
  },
  include: ['.'],
}
writeFileSync(`${out}/tsconfig.json`, JSON.stringify(options))
const tsc = spawnSync('node', ['node_modules/typescript/bin/tsc', '-p', out], { encoding: 'utf8' })
if (tsc.status !== 0) {
  console.error(named(tsc.stdout + tsc.stderr))
  process.exit(1)
}

// One process for all of them, in an empty folder, so that what an example writes stays there.
mkdirSync(`${out}/run`)
await databases()
writeFileSync(`${out}/results.json`, '{}')
writeFileSync(`${out}/programs.json`, JSON.stringify(programs.map(({ id }) => id)))
const driver = ['--enable-source-maps', '--liftoff-only', '../../../test/package/examples-run.mjs']
const run = await onServer((env) =>
  spawnSync('node', driver, { cwd: `${out}/run`, encoding: 'utf8', timeout: 600_000, env }),
)
const results = JSON.parse(readFileSync(`${out}/results.json`, 'utf8'))
const failures = programs
  .map(({ id, file, line }) => ({ file, line, error: id in results ? results[id] : 'never ended' }))
  .filter(({ error }) => error !== null)
if (failures.length > 0) console.error(named(run.stdout + run.stderr))
for (const { file, line, error } of failures) {
  console.error(`${file}:${line}: example failed\n${named(error)}\n`)
}

const counts = { passed: programs.length - failures.length, failed: failures.length }
writeFileSync('.build/examples.json', JSON.stringify(counts))
console.log(`${counts.passed} examples passed, ${counts.failed} failed`)
process.exitCode = failures.length > 0 ? 1 : 0
