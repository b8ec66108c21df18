// Packs the package, unpacks it as a user would have it, and loads every entry of `exports` by
// import and by require in plain Node, with no more installed beside it than it may need.
import { execFile, execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'))

// What an entry may load, by the first pattern that fits. The core takes only types from fp-ts.
const peers = [
  [/^\.(\/(?!order$)\w+)?$/, []],
  [/^\.\/(codec\/IoTs|order\/codec)$/, ['fp-ts', 'io-ts']],
  [
    /^\.\/store\/(?!EventStore$|Encoded$|Engine$|Memory$|BrowserTabs$|showFailure$)/,
    ['fp-ts', '@electric-sql/pglite'],
  ],
  [
    /^\.\/testing\/(laws|walk|arbitrary|mutants|races|conformance|readModel)$/,
    ['fp-ts', 'io-ts', 'fast-check'],
  ],
  [/./, ['fp-ts']],
]

mkdirSync('.build', { recursive: true })
const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', '.build'], {
  encoding: 'utf8',
})
renameSync(join('.build', JSON.parse(packed)[0].filename), '.build/package.tgz')

// Outside the project, whose node_modules would be found otherwise.
const home = mkdtempSync(join(tmpdir(), `${name}-smoke-`))
const consumer = (installed) => {
  const folder = mkdtempSync(join(home, 'consumer-'))
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, name), { recursive: true })
  execFileSync('tar', [
    '-xzf',
    '.build/package.tgz',
    '-C',
    join(modules, name),
    '--strip-components=1',
  ])
  for (const peer of installed) {
    mkdirSync(join(modules, peer, '..'), { recursive: true })
    symlinkSync(join(process.cwd(), 'node_modules', peer), join(modules, peer))
  }
  return folder
}

// One process loads all of a consumer's entries, and says of each why it does not load, or null.
const scripts = {
  'import.mjs': `
    for (const entry of process.argv.slice(2)) {
      const error = await import(entry).then(() => null, String)
      console.log(JSON.stringify([entry, error]))
    }`,
  'require.cjs': `
    for (const entry of process.argv.slice(2)) {
      let error = null
      try { require(entry) } catch (thrown) { error = String(thrown) }
      console.log(JSON.stringify([entry, error]))
    }`,
}

const node = promisify(execFile)
const entries = Object.keys(exports).filter((key) => !key.endsWith('.json'))
const installedFor = (entry) => peers.find(([pattern]) => pattern.test(entry))[1]
const failures = []
let passed = 0
for (const [, installed] of peers) {
  const specifiers = entries
    .filter((entry) => installedFor(entry) === installed)
    .map((entry) => entry.replace('.', name))
  const folder = consumer(installed)
  const outputs = await Promise.all(
    Object.entries(scripts).map(([script, text]) => {
      writeFileSync(join(folder, script), text)
      return node('node', ['--no-warnings', script, ...specifiers], { cwd: folder })
    }),
  )
  for (const line of outputs.flatMap(({ stdout }) => stdout.trim().split('\n')).filter(Boolean)) {
    const [specifier, error] = JSON.parse(line)
    if (error === null) passed++
    else failures.push([specifier, error, installed.join(' and ') || 'nothing'])
  }
}
for (const [specifier, error, beside] of failures) {
  console.error(`${specifier} does not load with ${beside} beside it: ${error}`)
}
// what nothing was said of has not loaded either
const failed = 2 * entries.length - passed
rmSync(home, { recursive: true })
writeFileSync('.build/smoke.json', JSON.stringify({ passed, failed }))
console.log(`${passed} loads passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
