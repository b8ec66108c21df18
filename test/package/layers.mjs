// The house rules of src/, checked on every import and export, those of types included.
//
// Doors: a file directly in a ring is public. A folder named after a module is private to that module;
// `internal/` is shared within its ring and further out, and never published.
// Floors: a file imports from its own ring or further in. No circles.
// Names: what stands at the top level of a file has a name of its own.
// What oxlint can refuse (globals, the clock by name, async) is in .oxlintrc.json.
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sources } from './modules.mjs'

// Any other way to reach fp-ts or io-ts type-checks, but Node cannot load it.
const fpTs = /^fp-ts(\/(lib\/\w+|HKT)\.js)?$/
const ioTs = /^io-ts(\/lib\/\w+\.js)?$/
const node = /^node:/

const core = /^src\/[^/]+\.ts$|^src\/(internal|[A-Z]\w*)\//
const codec = /^src\/codec\//
const order = /^src\/order\//
const port = /^src\/(shell\/|store\/(EventStore|Encoded)[./])/
const engine = /^src\/store\/(Engine\.ts$|internal\/)/
// the reference engine, which needs nothing of any runtime
const memory = /^src\/store\/Memory\.ts$/
const embed = /^src\/embed\//
const store = /^src\/store\//
const testing = /^src\/testing\//

const clock = ['reads the clock', /\bnew Date\(\)/g]
const pure = [['throws', /\bthrow\b/g], ['is a class', /\bclass\b/g], clock]

// The first row whose pattern matches a file applies to it.
// prettier-ignore
const floors = [
  { files: core, values: [core], types: [fpTs], never: pure },
  { files: /^src\/codec\/IoTs(\.ts$|\/)/, values: [codec, core, fpTs, ioTs], never: pure },
  { files: codec, values: [codec, core, fpTs], never: pure },
  { files: /^src\/order\/codec\.ts$/, values: [order, codec, core, fpTs, ioTs], never: pure },
  { files: order, values: [order, codec, core, fpTs], never: pure },
  { files: port, values: [port, codec, core, fpTs], never: [clock] },
  { files: testing, values: [testing, port, memory, codec, core, fpTs, /^fast-check$/], types: [ioTs], never: [clock] },
  { files: /^src\/embed\/Node(\.ts$|\/)/, values: [embed, fpTs, node], never: [clock] },
  { files: embed, values: [embed, engine, port, codec, core, fpTs], never: [clock] },
  { files: /^src\/store\/PGlite(\.ts$|\/)/, values: [store, port, codec, core, fpTs, node, /^@electric-sql\/pglite$/], never: [] },
  { files: /^src\/store\/Postgres(\.ts$|\/)/, values: [store, port, codec, core, fpTs, node], never: [] },
  // words for the failures of every module
  { files: /^src\/store\/showFailure(\.ts$|\/)/, values: [store, port, codec, core, fpTs], types: [embed], never: [] },
  { files: store, values: [store, port, codec, core, fpTs], never: [] },
]

const notCode = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|`(?:\\.|[^`\\])*`|\/\*[^]*?\*\/|\/\/.*/g
const imports =
  /\b(?:import|export)\s+(type\s)?[\w\s{},*$]*?from\s*'([^']+)'|\bimport\s*\(?()\s*'([^']+)'/g

const blank = (text) => text.replace(/[^\n]/g, ' ')
const lineOf = (text, index) => text.slice(0, index).split('\n').length
const withoutComments = (text) => text.replace(notCode, (all, string) => string ?? blank(all))

/** What a file imports: paths from the root of the project, and names of packages. */
const importsOf = (path, text) =>
  [...withoutComments(text).matchAll(imports)].map(({ 1: type, 2: named, 4: bare, index }) => {
    const name = named ?? bare
    const target = name.startsWith('.') ? posix.join(posix.dirname(path), name) : name
    return { type: type !== undefined, target, line: lineOf(text, index) }
  })

const rings = ['codec', 'order', 'shell', 'store', 'embed', 'testing']
/** The module, without its extension, to which a file in a private folder belongs. */
const privateTo = (path) => {
  if (!path.startsWith('src/')) return undefined
  const parts = path.split('/').slice(1, -1)
  if (parts.includes('internal')) return undefined
  const depth = rings.includes(parts[0]) ? 2 : 1
  return parts.length < depth ? undefined : ['src', ...parts.slice(0, depth)].join('/')
}

const isWithin = (path, owner) => path === `${owner}.ts` || path.startsWith(`${owner}/`)

/** The rules that a file breaks, each as one line of text that starts with the place. */
export const violations = (path, text) => {
  const floor = floors.find(({ files }) => files.test(path))
  if (floor === undefined) return [`${path}:1 belongs to no ring`]
  const found = []
  for (const { type, target, line } of importsOf(path, text)) {
    const allowed = type ? [...floor.values, ...(floor.types ?? [])] : floor.values
    const owner = privateTo(target)
    if (!allowed.some((pattern) => pattern.test(target))) {
      found.push(`${path}:${line} may not import ${type ? 'types of ' : ''}${target}`)
    } else if (owner !== undefined && !isWithin(path, owner)) {
      found.push(`${path}:${line} enters ${target}, which is private to ${owner}.ts`)
    }
  }
  const code = withoutComments(text).replace(notCode, blank)
  for (const [fault, pattern] of floor.never) {
    for (const { 0: match, index } of code.matchAll(pattern)) {
      found.push(`${path}:${lineOf(text, index)} ${fault}: ${match}`)
    }
  }
  return found
}

/** Each private folder needs the module that it is named after. */
export const homeless = (paths) =>
  [...new Set(paths.map(privateTo))]
    .filter((owner) => owner !== undefined && !paths.includes(`${owner}.ts`))
    .map((owner) => `${owner}/ has no module ${owner}.ts beside it`)

/** Circles of imports, each as the files along it; one for each import that closes a circle. */
export const circles = (texts) => {
  const done = new Set()
  const found = []
  const visit = (path, trail) => {
    const start = trail.indexOf(path)
    if (start >= 0) found.push([...trail.slice(start), path].join(' -> '))
    if (start >= 0 || done.has(path) || !texts.has(path)) return
    for (const { target } of importsOf(path, texts.get(path))) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of texts.keys()) visit(path, [])
  return found.map((circle) => `circle: ${circle}`)
}

// the same combinator for deciders, decisions, projections, processes and read models
const twins = new Set(
  'adapt contramapCommand imapEvent imapState many mapRejection selectEvent struct'.split(' '),
)
const definitions = /^(?:export )?(?:async )?(?:const|let|function\*?|type|interface) (\w+)/gm

/** Names that are defined at the top level of several files. `src/index.ts` only passes names on. */
export const homonyms = (texts) => {
  const places = new Map()
  for (const [path, text] of texts) {
    if (path === 'src/index.ts') continue
    const names = withoutComments(text).replace(notCode, blank).matchAll(definitions)
    for (const name of new Set(Array.from(names, ([, name]) => name))) {
      places.set(name, [...(places.get(name) ?? []), path])
    }
  }
  return [...places]
    .filter(([name, paths]) => paths.length > 1 && !twins.has(name))
    .map(([name, paths]) => `${name} means several things: ${paths.join(', ')}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const texts = new Map(sources().map((path) => [path, read(path)]))
  const found = [
    ...[...texts].flatMap(([path, text]) => violations(path, text)),
    ...homeless([...texts.keys()]),
    ...circles(texts),
    ...homonyms(texts),
  ]
  for (const line of found) console.error(line)
  console.log(`${texts.size} files in their rings, ${found.length} rules broken`)
  process.exitCode = found.length > 0 ? 1 : 0
}
