// Runs the compiled examples one after another in this process, and after each writes down what
// became of all so far: null, or the error. Started by examples.mjs.
import fc from 'fast-check'
import { readFileSync, writeFileSync } from 'node:fs'

// Laws try all their walks, however slow the machine is, and whatever pages show of them is found in every run.
fc.configureGlobal({ seed: 1, interruptAfterTimeLimit: 600_000 })

const root = new URL('../../.build/examples/', import.meta.url)
const results = {}
let current = ''
const record = (error) => {
  results[current] ??= error === null ? null : (error?.stack ?? String(error))
  writeFileSync(new URL('results.json', root), JSON.stringify(results))
}

// An error that no example awaits belongs to the one that is running.
process.on('uncaughtException', record)
for (current of JSON.parse(readFileSync(new URL('programs.json', root), 'utf8'))) {
  try {
    await import(new URL(`js/${current}.js`, root))
    await new Promise((done) => setTimeout(done))
    record(null)
  } catch (error) {
    record(error)
  }
}
process.exit()
