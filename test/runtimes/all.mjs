// Runs the stores where they are to live, one program after another. `npm run runtimes`.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install } from './install.mjs'

const programs = ['embedded.mjs', 'browser.mjs', 'durable.mjs', 'http.mjs', 'tarball.mjs']

install()
const total = { passed: 0, failed: 0 }
for (const program of programs) {
  console.log(`\n${program}`)
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, program)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.stdout.write(stdout)
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(stdout) ?? [0, 0, 1]
  total.passed += Number(passed)
  // a program that ends with an error and counts none has failed all the same
  total.failed += Number(failed) || (status === 0 ? 0 : 1)
}
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 ? 1 : 0
