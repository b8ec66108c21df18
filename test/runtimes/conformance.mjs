// Asks the same questions in every runtime and compares the answers: a table of runtime, version,
// digest, time and size. Whatever is missing, fails or answers otherwise makes it fail, and so does a
// law that does not hold, though it be broken alike everywhere.
import Table from 'cli-table3'
import { gzipped, questions } from './bundle.mjs'
import { install } from './install.mjs'
import { far, near } from './runtimes.mjs'

const script = await questions()

install()

const asked = async ({ name, version, ask, adapt = (same) => same }) => {
  const start = performance.now()
  try {
    const answer = JSON.parse(await ask(script))
    const ms = performance.now() - start
    return { name, version: await version(), answer, ms, size: gzipped(await adapt(script)) }
  } catch (error) {
    return { name, version: '', error: error.message.slice(0, 2_000) }
  }
}

const rows = []
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice('--only='.length)
for (const runtime of [...near, ...far].filter(({ name }) => only === undefined || name === only)) {
  if (process.stderr.isTTY) process.stderr.write(`${runtime.name} …\r`)
  rows.push(await asked(runtime))
}

const [first] = rows
const differs = ({ answer }) => answer?.digest !== first.answer?.digest
/** What became of the laws, where that is not that each was seen to hold. */
const brokenLaws = ({ answer }) => {
  if (answer === undefined) return []
  if (answer.laws.length === 0) return ['no law was tried']
  return answer.laws
    .filter(({ type }) => type !== 'Held')
    .map(({ law, type, why }) => `law ${law}: ${type}: ${why}`)
}
const table = new Table({
  head: ['runtime', 'version', 'digest', 'ms', 'times Node', 'bytes gzipped'],
})
for (const { name, version, answer, ms, size = '', error } of rows) {
  const shown = error === undefined ? answer.digest.slice(0, 16) : 'failed'
  const times = ms === undefined ? '' : (ms / first.ms).toFixed(1)
  table.push([name, version, shown, ms === undefined ? '' : Math.round(ms), times, size])
}
console.log(table.toString())
console.log(`script ${script.length} bytes, ${gzipped(script)} gzipped`)
for (const { name, error } of rows) if (error !== undefined) console.error(`${name}: ${error}`)
for (const row of rows.filter(({ error }) => error === undefined).filter(differs)) {
  const odd = row.answer.sections.filter(
    (section, i) => section.digest !== first.answer.sections[i]?.digest,
  )
  console.error(`${row.name} answers otherwise: ${odd.map(({ name }) => name).join(', ')}`)
}
for (const row of rows) for (const law of brokenLaws(row)) console.error(`${row.name}: ${law}`)
const isWrong = (row) => row.error !== undefined || differs(row) || brokenLaws(row).length > 0
const failed = rows.filter(isWrong).length
console.log(`${rows.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
