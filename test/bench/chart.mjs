// Makes the table and the chart of docs/benchmarks.md from the figures of a run of `npm run bench:postgres -- --json FILE`:
// `node test/bench/chart.mjs [FILE]`, by default those that are kept in postgres.json beside this. With --check it writes
// nothing, and refuses what is out of date.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chart } from './postgres/chart.mjs'
import { markdown, whereOf } from './postgres/table.mjs'

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const kept = new URL('postgres.json', import.meta.url)
const page = new URL('../../docs/benchmarks.md', import.meta.url)
const picture = new URL('../../docs/postgres-benchmark.svg', import.meta.url)

const text = readFileSync(positionals[0] ?? kept, 'utf8')
const results = JSON.parse(text)
const written = readFileSync(page, 'utf8')
const marks = /(<!-- figures of postgres\.json -->\n)[^]*?(<!-- end -->)/
if (!marks.test(written)) throw new Error('docs/benchmarks.md has no place for the figures')
const filled = written.replace(
  marks,
  (_, begin, end) => `${begin}\n${markdown(results)}\n\n${whereOf(results)}\n\n${end}`,
)

const files = [
  [kept, text],
  [page, filled],
  [picture, chart(results)],
]
for (const [path, wanted] of files) {
  if (!values.check) writeFileSync(path, wanted)
  else if (readFileSync(path, 'utf8') !== wanted) {
    console.error(`${path.pathname.split('/').at(-1)} is out of date: node test/bench/chart.mjs`)
    process.exitCode = 1
  }
}
console.log(`${results.rows.length} rows of the benchmark on PostgreSQL drawn`)
