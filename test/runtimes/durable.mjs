// What only workerd can tell: Durable Objects, whose storage no other runtime has. Ends with a line
// that counts.
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { install } from './install.mjs'
import { bundle, start } from './worker.mjs'

process.env.FC_SEED ??= String(randomInt(2 ** 31))
console.log(`fast-check seed ${process.env.FC_SEED}; repeat with FC_SEED=${process.env.FC_SEED}`)
install()

const here = import.meta.dirname

/** The contracts of every store, inside workerd: each of their tests, with why it failed, or null. */
const contract = async () => {
  const script = await bundle(join(here, 'durable/contract.mjs'))
  const miniflare = await start(script, { STORE: 'Store' })
  try {
    return await (await miniflare.dispatchFetch('http://localhost/')).json()
  } finally {
    await miniflare.dispose()
  }
}

/** The example against the platform's own types, which the rest of the project knows nothing of. */
const types = () => {
  const root = join(here, '../..')
  const args = ['node_modules/typescript/bin/tsc', '-p', 'docs/examples/durable-object']
  const { status, stdout } = spawnSync('node', args, { cwd: root, encoding: 'utf8' })
  return [
    { name: 'the example fits the types of the platform', error: status === 0 ? null : stdout },
  ]
}

const { objects } = await import('./durable/objects.mjs')
const results = [...types(), ...(await contract()), ...(await objects())]
const failures = results.filter(({ error }) => error !== null)
for (const { name, error } of failures) console.error(`FAIL ${name}\n${error}\n`)
console.log(`${results.length - failures.length} passed, ${failures.length} failed`)
process.exitCode = failures.length > 0 ? 1 : 0
