// The SQL store on a PostgreSQL server of its own, beside pgbench, COPY and Emmett on the same server, in one run:
// `npm run bench:postgres`. fsync is on. Prints a table, and writes the figures to a file with `--json FILE`;
// `npm run bench:postgres -- hot reading` runs some of the sections.
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { table, whereOf } from './postgres/table.mjs'
import { describeSetting, openSetting } from './postgres/setting.mjs'

const sections = {
  appends: async (setting) => (await import('./postgres/appends.mjs')).appendRows(setting),
  hot: async (setting) => (await import('./postgres/hot.mjs')).hotRows(setting),
  reading: async (setting) => (await import('./postgres/reading.mjs')).readingRows(setting),
  readModels: async (setting) => (await import('./postgres/readModels.mjs')).readModelRows(setting),
  emmett: async (setting) => (await import('./postgres/emmett.mjs')).emmettRows(setting),
  many: async (setting) => (await import('./postgres/manyEvents.mjs')).manyRows(setting),
}

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' } },
  allowPositionals: true,
})
const names = positionals.length === 0 ? Object.keys(sections) : positionals
const unknown = names.filter((name) => sections[name] === undefined)
if (unknown.length > 0) {
  console.error(`there is no section ${unknown.join(', ')}: ${Object.keys(sections).join(', ')}`)
  process.exit(2)
}

const setting = await openSetting({
  rounds: Number(process.env.ROUNDS ?? 5),
  seconds: Number(process.env.SECONDS ?? 3),
  warmUp: Number(process.env.WARM_UP ?? 4),
})
const where = { ...(await describeSetting(setting)), loadBefore: Number(loadavg()[0].toFixed(1)) }
const results = { ...where, rows: [] }
for (const name of names) {
  for (const row of await sections[name](setting)) results.rows.push({ section: name, ...row })
  // what was measured so far
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`)
  }
}
console.log(table(results))
console.log(whereOf(results))
await setting.close()
