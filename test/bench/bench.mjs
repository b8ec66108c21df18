// Runs every benchmark and prints one table: what was measured, against what, the ratio, and what it
// should be. Each has a process of its own, so that none leaves its garbage to the next.
// `npm run bench -- replay` runs one of them.
import Table from 'cli-table3'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const sections = {
  replay: async () => (await import('./replay.mjs')).replayRows(),
  commands: async () => (await import('./commands.mjs')).commandRows(),
  products: async () => (await import('./products.mjs')).productRows(),
  northwind: async () => (await import('./northwind.mjs')).northwindRows(),
  explorer: async () => (await import('./explorer.mjs')).explorerRows(),
  snapshots: async () => (await import('./snapshots.mjs')).snapshotRows(),
  size: async () => (await import('./size.mjs')).sizeRows(),
}

const version = (name, folder) =>
  JSON.parse(readFileSync(new URL(`${folder}/node_modules/${name}/package.json`, import.meta.url)))
    .version

const inProcess = (name) => {
  process.stderr.write(`${name} …\n`)
  const args = ['--expose-gc', fileURLToPath(import.meta.url), '--rows', name]
  const { stdout, status } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) process.exit(1)
  return JSON.parse(stdout)
}

const print = (names) => {
  const table = new Table({ head: ['what', 'measured', 'against', 'ratio', 'goal', ''] })
  for (const { what, value, against, ratio, limit, atLeast } of names.flatMap(inProcess)) {
    const goal = limit === undefined ? '' : `${atLeast ? '≥' : '≤'} ${limit}`
    const met = (atLeast ? ratio >= limit : ratio <= limit) ? 'met' : 'missed'
    table.push([what, value, against, ratio.toFixed(2), goal, limit === undefined ? '' : met])
  }
  console.log(table.toString())
  const [cpu] = cpus()
  console.log(
    `${cpu.model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; node ${process.version}; ` +
      `Emmett ${version('@event-driven-io/emmett', '.')}, PGlite ${version('@electric-sql/pglite', '../..')}`,
  )
}

const [first, second] = process.argv.slice(2)
if (first === '--rows') console.log(JSON.stringify(await sections[second]()))
else print(first === undefined ? Object.keys(sections) : [first])
