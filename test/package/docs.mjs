// Writes docs/modules/, one page a module and an index, from the doc comments in src/. With --check
// it writes nothing and refuses pages that are out of date.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as prettier from 'prettier'
import { modules, sources } from './modules.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const stage = '.build/docgen'
const target = 'docs/modules'
const read = (path) => readFileSync(path, 'utf8')
const style = JSON.parse(read('.prettierrc.json'))

/** The files whose names a public module shows: itself, or what its index passes on. */
const shown = ({ file }) => {
  if (posix.basename(file) !== 'index.ts') return [file]
  const passedOn = [...read(file).matchAll(/^(?:export|\}).* from '(.+)'/gm)]
  return [...new Set(passedOn.map(([, from]) => posix.join(posix.dirname(file), from)))]
}

const files = [...new Set(modules().flatMap(shown))].sort()
const pageOf = (file) => file.replace(/^src\/(.*)\.ts$/, '$1.md')

/** docgen wants a project with a homepage, and puts a web site around its pages: both stay here. */
const docgen = () => {
  const settings = {
    enforceDescriptions: true,
    exclude: sources().filter((file) => !files.includes(file)),
    parseCompilerOptions: {
      ...JSON.parse(read('tsconfig.json')).compilerOptions,
      // for docgen's own compiler, which is older than rewriteRelativeImportExtensions
      allowImportingTsExtensions: true,
      noEmit: true,
    },
  }
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage, { recursive: true })
  cpSync('src', `${stage}/src`, { recursive: true })
  writeFileSync(`${stage}/package.json`, '{ "name": "decider-ts", "homepage": "" }')
  writeFileSync(`${stage}/docgen.json`, JSON.stringify(settings))
  const { status, stdout } = spawnSync('node', ['../../node_modules/@effect/docgen/bin.cjs'], {
    cwd: stage,
    env: { ...process.env, DOCGEN_RUN_EXAMPLES: 'false' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) {
    console.error(stdout)
    process.exit(1)
  }
}

/** A page without the web site's front matter, under one title. */
const page = (file) => {
  const name = posix.basename(file, '.ts')
  const text = read(`${stage}/docs/modules/${file.replace(/^src\//, '')}.md`)
  return text
    .slice(text.indexOf(`## ${name} overview`))
    .replace(/^(?=#{1,3} )/gm, '#')
    .replace(/^.*$/m, `# ${name}`)
    .replace(/^<h2.*>$/m, '')
}

const summary = (file) => {
  const header = /^\/\*\*([^]*?)(?:\n \*\n|\*\/)/.exec(read(file))?.[1] ?? ''
  return header.replace(/\n \* ?/g, ' ').trim()
}

const link = (file) => `[${posix.basename(file, '.ts')}](${pageOf(file)})`

const entry = (module) =>
  `- \`${posix.join('decider-ts', module.name)}\` (${shown(module).map(link).join(', ')}): ` +
  summary(module.file)

const index = () =>
  `# Modules\n\nWritten by \`npm run docs\` from the comments in \`src/\`.\n\n` +
  modules().map(entry).join('\n')

docgen()
const texts = new Map([['README.md', index()], ...files.map((file) => [pageOf(file), page(file)])])
const pages = new Map()
for (const [path, text] of texts) {
  pages.set(path, await prettier.format(text, { ...style, parser: 'markdown' }))
}

if (process.argv.includes('--check')) {
  mkdirSync(target, { recursive: true })
  const present = readdirSync(target, { recursive: true }).filter((path) => path.endsWith('.md'))
  const paths = [...new Set([...present, ...pages.keys()])].sort()
  const stale = paths.filter(
    (path) => !present.includes(path) || read(`${target}/${path}`) !== pages.get(path),
  )
  for (const path of stale) console.error(`${target}/${path} is out of date: npm run docs`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  rmSync(target, { recursive: true, force: true })
  for (const [path, text] of pages) {
    mkdirSync(posix.dirname(`${target}/${path}`), { recursive: true })
    writeFileSync(`${target}/${path}`, text)
  }
}
console.log(`${pages.size} pages`)
