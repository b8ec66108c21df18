// Runs everything that has to hold before a change may stand, gate by gate, and starts no more once one
// has failed. Shows the output of that one only (VERBOSE=1: of all), and ends with a line that counts
// tests.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { sharedServer } from './postgres/shared.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const read = (path) => readFileSync(path, 'utf8')

// What the gates left behind that run tests, as [passed, failed].
const counted = (path) => () => {
  const { passed, failed, numPassedTests, numFailedTests } = JSON.parse(read(path))
  return [passed ?? numPassedTests, failed ?? numFailedTests]
}
const typeTests = () => {
  const files = readdirSync('test/types').filter((path) => path.endsWith('.test-d.ts'))
  const texts = files.map((path) => read(join('test/types', path)))
  return [texts.join('\n').match(/^\s*(it|test)\(/gm)?.length ?? 0, 0]
}

const vitest = (name, times, ...args) => ({
  name,
  run: [
    `FC_RUNS=${process.env.FC_RUNS ?? times}`,
    'vitest run --reporter=default --reporter=json',
    ...args,
  ]
    .concat(`--outputFile.json=.build/${name}.json`)
    .join(' '),
  count: counted(`.build/${name}.json`),
})
// Temporary files are in memory where there is room: no test cuts the power, so that none could tell, and each sync
// to a disk takes milliseconds.
const room = () => {
  try {
    const mounted = /^\S+ \/dev\/shm tmpfs (\S+)/m.exec(read('/proc/mounts'))?.[1].split(',')
    const { bavail, bsize } = statfsSync('/dev/shm')
    return mounted?.includes('rw') && !mounted.includes('noexec') && bavail * bsize > 4e9
  } catch {
    return false
  }
}
if (process.env.TMPDIR === undefined && room()) process.env.TMPDIR = '/dev/shm'

const build = { name: 'build', run: 'npm run --silent build' }
// The tests of the inner rings cover these whole. All others run faster where nobody measures that.
const inner = ['test/*.test.ts', 'test/{[A-Z]*,internal,codec,order}/**']
// Most use one core, so two of them run side by side, the longest first. The tests use both cores, but often
// wait, for the disk or for time to pass. The types of the package come from what the smoke test packs.
const gates = [
  { name: 'format', run: 'oxfmt --check' },
  // a quarter of the runs that the properties ask for: npm run long takes them all
  vitest('outer', 0.25, ...inner.map((files) => `--exclude '${files}'`)),
  { name: 'smoke', run: 'node test/package/smoke.mjs', count: counted('.build/smoke.json') },
  // lint checks all types as well
  { name: 'lint', run: 'npm run --silent lint', count: typeTests },
  {
    name: 'examples',
    run: 'node test/package/examples.mjs',
    count: counted('.build/examples.json'),
  },
  vitest(
    'inner',
    1,
    '--coverage',
    'test/*.test.ts',
    'test/[A-Z]*/',
    'test/internal/',
    'test/codec/',
    'test/order/',
  ),
  {
    name: 'docs',
    run: 'node test/package/docs.mjs --check && node test/package/diagram.mjs --check && node test/bench/chart.mjs --check && node test/package/links.mjs',
  },
  { name: 'consumer', after: 'smoke', run: 'node test/package/consumer.mjs' },
  { name: 'browser', run: 'node test/package/browser.mjs' },
  { name: 'exports', run: 'node test/package/exports.mjs' },
]

mkdirSync('.build', { recursive: true })
for (const file of ['examples', 'smoke', 'inner', 'outer'])
  rmSync(`.build/${file}.json`, { force: true })

const env = {
  ...process.env,
  FC_SEED: process.env.FC_SEED ?? String(Math.floor(Math.random() * 2 ** 31)),
  PATH: join(process.cwd(), 'node_modules/.bin') + delimiter + process.env.PATH,
  ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
}
const total = { passed: 0, failed: 0 }

/** What a command writes, and whether it went well. */
const outputOf = (command) =>
  new Promise((resolve) => {
    const child = spawn(`${command} 2>&1`, {
      shell: true,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (more) => (text += more))
    child.on('close', (code) => resolve({ text, fine: code === 0 }))
  })

const pass = async ({ name, run, count }) => {
  const start = performance.now()
  const { text: written, fine } = await outputOf(run)
  const text = process.stdout.isTTY ? written : stripVTControlCharacters(written)
  const seed = /^fast-check seed.*/m.exec(stripVTControlCharacters(text))?.[0] ?? ''
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  if (!fine || process.env.VERBOSE) process.stdout.write(`${text.trimEnd()}\n`)
  console.log(
    `${fine ? 'ok  ' : 'FAIL'} ${name.padEnd(9)} ${seconds.padStart(5)} s  ${seed}`.trimEnd(),
  )
  try {
    const [passed, failed] = count?.() ?? [0, 0]
    total.passed += passed
    total.failed += failed
  } catch {
    // the gate failed before it could count
  }
  // a gate that fails without a failing test (a type error, a coverage gap) counts as one
  if (!fine) {
    total.failed ||= 1
    process.exitCode = 1
  }
}

/** Passes one gate after the other, of those that nobody has begun and that have what they need. */
const lane = async (waiting, passed) => {
  while (total.failed === 0) {
    const next = waiting.findIndex(({ after }) => after === undefined || passed.has(after))
    if (next < 0) return
    const [gate] = waiting.splice(next, 1)
    await pass(gate)
    passed.add(gate.name)
  }
}

/** Starts the server that the gates share, while the build runs; it ends with this process. */
const postgres = async () => {
  try {
    const server = await sharedServer()
    env.DATABASE_URL = server.url
    return server
  } catch (cause) {
    console.log(`${cause.message}\nFAIL postgres`)
    total.failed ||= 1
    process.exitCode = 1
  }
}

const [server] = await Promise.all([postgres(), pass(build)])
const [waiting, passed] = [[...gates], new Set()]
await Promise.all([lane(waiting, passed), lane(waiting, passed)])
await server?.stop()
console.log(`Tests: ${total.passed} passed, ${total.failed} failed`)
