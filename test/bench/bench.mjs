// Runs every benchmark and prints one table: what was measured, against what, the ratio, and what it
// should be. `npm run bench -- replay` runs one of them.
import Table from 'cli-table3'
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
globalThis.gc = runInNewContext('gc')

const sections = {
  replay: async () => (await import('./replay.mjs')).replayRows(),
  commands: async () => (await import('./commands.mjs')).commandRows(),
  northwind: async () => (await import('./northwind.mjs')).northwindRows(),
  size: async () => (await import('./size.mjs')).sizeRows(),
}

const version = (name, folder) =>
  JSON.parse(readFileSync(new URL(`${folder}/node_modules/${name}/package.json`, import.meta.url)))
    .version

const [wanted] = process.argv.slice(2)
const chosen = Object.entries(sections).filter(([name]) => wanted === undefined || name === wanted)

const table = new Table({ head: ['what', 'measured', 'against', 'ratio', 'goal', ''] })
for (const [name, run] of chosen) {
  process.stderr.write(`${name} …\n`)
  for (const { what, value, against, ratio, limit, atLeast } of await run()) {
    const goal = limit === undefined ? '' : `${atLeast ? '≥' : '≤'} ${limit}`
    const met = atLeast ? ratio >= limit : ratio <= limit
    table.push([
      what,
      value,
      against,
      ratio.toFixed(2),
      goal,
      limit === undefined ? '' : met ? 'met' : 'missed',
    ])
  }
}
console.log(table.toString())
const [cpu] = cpus()
console.log(
  `${cpu.model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; node ${process.version}; ` +
    `Emmett ${version('@event-driven-io/emmett', '.')}, PGlite ${version('@electric-sql/pglite', '../..')}`,
)
