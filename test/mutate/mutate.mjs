// Mutation testing: Stryker changes the sources in one place at a time, and a test has to notice.
// Passes its arguments on to Stryker: npm run mutate -- --mutate 'src/order/**/*.ts'. Judges only what
// changed since the last run; --force judges everything. Prints how long it took.
// With --laws first, the mutants of orders are judged by the laws of orders alone. With --near first,
// each file is judged only by the test that mirrors its path, which takes a tenth of the time; a run
// without it then judges again only what that test did not notice.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const run = (command, args, env = {}) => {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (status !== 0) process.exit(status ?? 1)
}

// The packages of mutation testing are installed separately: a plain npm ci of the project skips them.
const stryker = 'test/mutate/node_modules/@stryker-mutator/core'
const { dependencies } = JSON.parse(readFileSync('test/mutate/package.json', 'utf8'))
const installed =
  existsSync(`${stryker}/package.json`) &&
  JSON.parse(readFileSync(`${stryker}/package.json`, 'utf8')).version ===
    dependencies['@stryker-mutator/core']
if (!installed) run('npm', ['ci', '--prefix', 'test/mutate', '--silent'])

const args = process.argv.slice(2)
const laws = args[0] === '--laws'
const config = `test/mutate/stryker${laws ? '.laws' : ''}.config.mjs`
const near = args[0] === '--near'
const passedOn = laws || near ? args.slice(1) : args

mkdirSync('.build/mutate', { recursive: true })
const start = performance.now()
run(
  process.execPath,
  [`${stryker}/bin/stryker.js`, 'run', config, '--incremental', ...passedOn],
  // One seed, so that a mutant that survives here survives again.
  { FC_SEED: process.env.FC_SEED ?? '1', MUTATE_NEAR: near ? '1' : '0' },
)
console.log(`took ${((performance.now() - start) / 60_000).toFixed(1)} min`)
run(process.execPath, ['test/mutate/report.mjs', ...(laws ? ['--laws'] : [])])
