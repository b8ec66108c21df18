// Writes docs/modules/, one page a module and an index, from the doc comments in src/. With --check
// it writes nothing and refuses pages that are out of date.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format } from 'oxfmt'
import { modules, sources } from './modules.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const stage = '.build/docgen'
const target = 'docs/modules'
const read = (path) => readFileSync(path, 'utf8')
const style = JSON.parse(read('.oxfmtrc.json'))

const declares = /^export (?:declare )?(?:const|type|interface|function) \w/m
const passesOn = /^export (?:type )?\{([^}]*)\} from '(\..+)'\n/gm

/** The files that a public module passes names on from, each with these names. */
const passedOn = ({ file }) => {
  const from = new Map()
  for (const [, names, path] of read(file).matchAll(passesOn)) {
    const source = posix.join(posix.dirname(file), path)
    const more = names.split(',').map((name) => name.trim())
    from.set(source, [...(from.get(source) ?? []), ...more.filter((name) => name !== '')])
  }
  return from
}

/** What docgen describes: for each file the names to describe, or all that it exports. */
const shown = new Map(
  modules().flatMap((module) => [
    // the index passes on whole modules, which have pages of their own
    ...(module.name !== '.' && declares.test(read(module.file)) ? [[module.file, undefined]] : []),
    ...passedOn(module),
  ]),
)
const files = [...shown.keys()].sort()
const pageOf = ({ name }) => (name === '.' ? 'index.md' : `${name.slice(2)}.md`)

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
  // docgen describes a name where it is declared
  for (const [file, names] of shown) {
    const text = read(file)
      .replace(passesOn, '')
      .replace(/^export ((?:const|type|interface) (\w+))/gm, (all, declared, name) =>
        names === undefined || names.includes(name) ? all : declared,
      )
    writeFileSync(`${stage}/${file}`, text)
  }
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

/** A page of docgen in parts: what its header says, and its entries by category, each with its name. */
const partsOf = (file) => {
  const text = read(`${stage}/docs/modules/${file.replace(/^src\//, '')}.md`)
  const [head, body = ''] = text
    .slice(text.indexOf(`## ${posix.basename(file, '.ts')} overview`))
    .replace(/^.*\n/, '')
    .split(/^<h2.*>Table of contents<\/h2>\n[^]*?^---\n/m)
  const categories = body.split(/^(?=# )/m).filter((part) => part.startsWith('# '))
  const entries = categories.flatMap((part) => {
    const [title, ...all] = part.split(/^(?=## )/m)
    return all.map((entry) => ({
      category: title.slice(2).trim(),
      name: /^## (\w+)/.exec(entry)[1],
      title: /^## (.*)/.exec(entry)[1],
      text: entry.replace(/^## .*\n/, ''),
    }))
  })
  return { head: head.replace(/^---\n*$/gm, '').trim(), entries }
}

const anchor = (title) =>
  title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')
const grouped = (entries) => {
  const names = [...new Set(entries.map(({ category }) => category))].sort()
  return names.map((name) => [name, entries.filter(({ category }) => category === name)])
}

/** One page a module: what it declares itself, and what it passes on. Laws of files within it come first. */
const page = (module) => {
  const own = shown.has(module.file)
    ? partsOf(module.file)
    : { head: headerOf(module.file), entries: [] }
  const others = Array.from(passedOn(module), ([file, names]) => {
    const { head, entries } = partsOf(file)
    return { head, entries: entries.filter(({ name }) => names.includes(name)) }
  })
  const entries = [own, ...others].flatMap((part) => part.entries)
  const byName = entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const laws = others.map(({ head }) => head).filter((head) => head.includes('Laws'))
  const contents = grouped(byName).flatMap(([category, list]) => [
    `- [${category}](#${anchor(category)})`,
    ...list.map(({ title }) => `  - [${title}](#${anchor(title)})`),
  ])
  return [
    `# ${titleOf(module)}`,
    own.head,
    ...laws,
    ...(entries.length === 0 ? [] : ['---', contents.join('\n'), '---']),
    ...grouped(byName).flatMap(([category, list]) => [
      `## ${category}`,
      ...list.map(({ title, text }) => `### ${title}\n${text}`),
    ]),
  ].join('\n\n')
}

const titleOf = ({ name }) => (name === '.' ? 'decider-ts' : posix.basename(name))

const headerOf = (file) =>
  /^\/\*\*\n([^]*?) \*\//
    .exec(read(file))[1]
    .replace(/^ \* ?(?:@\w+.*)?/gm, '')
    .trim()

const summary = (file) => headerOf(file).split('\n\n')[0].replaceAll('\n', ' ')

const entry = (module) =>
  `- [\`${posix.join('decider-ts', module.name)}\`](${pageOf(module)}): ${summary(module.file)}`

const index = () =>
  `# Modules\n\nWritten by \`npm run docs\` from the comments in \`src/\`.\n\n` +
  modules().map(entry).join('\n')

docgen()
const texts = new Map([
  ['README.md', index()],
  ...modules().map((module) => [pageOf(module), page(module)]),
])
const pages = new Map()
for (const [path, text] of texts) {
  pages.set(path, (await format(path, text, style)).code)
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
