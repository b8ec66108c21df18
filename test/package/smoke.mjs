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
  [/^\.\/(codec\/IoTs|order\/codec|embed\/JsonSchema)$/, ['fp-ts', 'io-ts']],
  [/^\.\/store\/(?!EventStore$|Memory$|Tabs$)/, ['fp-ts', '@electric-sql/pglite']],
  [
    /^\.\/testing\/(laws|walk|arbitrary|races|conformance|orderConformance)$/,
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
  const folder = join(home, installed.join('+').replaceAll('/', '-') || 'alone')
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
  writeFileSync(join(folder, 'import.mjs'), 'await import(process.argv[2])')
  writeFileSync(join(folder, 'require.cjs'), 'require(process.argv[2])')
  return folder
}
const consumers = new Map(peers.map(([, installed]) => [installed, consumer(installed)]))

const node = promisify(execFile)
let failed = 0
let passed = 0
for (const entry of Object.keys(exports).filter((key) => !key.endsWith('.json'))) {
  const installed = peers.find(([pattern]) => pattern.test(entry))[1]
  const specifier = entry.replace('.', name)
  const runs = ['import.mjs', 'require.cjs'].map((script) =>
    node('node', ['--no-warnings', script, specifier], { cwd: consumers.get(installed) }),
  )
  for (const { status, reason } of await Promise.allSettled(runs)) {
    if (status === 'fulfilled') passed++
    else {
      failed++
      const beside = installed.join(' and ') || 'nothing'
      console.error(`${specifier} does not load with ${beside} beside it:\n${reason.stderr}`)
    }
  }
}
rmSync(home, { recursive: true })
writeFileSync('.build/smoke.json', JSON.stringify({ passed, failed }))
console.log(`${passed} loads passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
