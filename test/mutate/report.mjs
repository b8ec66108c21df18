// Compares the mutants that no test noticed in the last run with mutants.md, which holds each with its
// reason. Fails if one has no reason, if a listed one is noticed now, or if the compiler is said to
// refuse one and does not. With --write it updates the list, except the reasons: people write those.
// With --prune it only moves entries
// to where their code is now, and drops those whose code is gone, which needs no run. With --laws it tells how
// many mutants of orders the laws alone notice, and which they do not.
//
// A mutant that was stopped by the clock may only be slow: it counts as noticed if its reason says that
// it never ends.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { original, refusal } from './compile.mjs'
import {
  document,
  entryOf,
  isSame,
  keyed,
  likenesses,
  readList,
  relocated,
  stands,
  writeList,
} from './list.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const write = process.argv.includes('--write')
const laws = process.argv.includes('--laws')
const goal = laws ? 90 : 95
const refused = 'the compiler refuses it'
const endless = 'it never ends'

const { head, entries } = readList()
const lineOf = (row) => `${row.file} ${entryOf(row)}`

const tell = (title, list) => {
  if (list.length > 0) console.log(`\n${title}\n${list.map(lineOf).join('\n')}`)
  return list.length
}

if (process.argv.includes('--prune')) {
  const { sources } = await import('../package/modules.mjs')
  const files = sources()
  const moved = entries.map((known) => relocated(known, files))
  writeList({ head, entries: moved.filter((known) => known !== undefined) })
  tell(
    `dropped from ${document}:`,
    entries.filter((_, i) => moved[i] === undefined),
  )
  process.exit()
}

const report = `.build/mutate/${laws ? 'laws' : 'report'}.json`
const { files } = JSON.parse(readFileSync(report, 'utf8'))

const area = (file) => /^src\/(order|testing)\//.exec(file)?.[1] ?? 'ring 0'

const unnoticed = Object.keys(files)
  .sort()
  .flatMap((file) => {
    const { source, mutants } = files[file]
    return keyed(file, source, mutants, original)
      .filter(({ status }) => ['Survived', 'NoCoverage', 'Timeout'].includes(status))
      .map((mutant) => ({
        ...mutant,
        timeout: mutant.status === 'Timeout',
        refusal: () => refusal(file, source, mutant),
      }))
  })

// Exact matches take their entries first; then entries that only look the same lend their reasons.
const open = [...entries]
const known = new Map()
for (const isAlike of likenesses) {
  for (const row of unnoticed.filter((mutant) => !known.has(mutant))) {
    const index = open.findIndex((other) => isAlike(row, other))
    if (index >= 0) known.set(row, open.splice(index, 1)[0])
  }
}
const rows = unnoticed.map((row) => ({ ...row, reason: known.get(row)?.reason ?? '' }))
const isListed = (row) => entries.some((other) => isSame(row, other))
const gone = open.filter(
  (other) => (other.file in files && !other.reason.startsWith(endless)) || !stands(other),
)
const kept = open.filter((other) => !gone.includes(other))

/** With the reason that the compiler gives, if it gives one. */
const compiled = (row) => {
  if (row.reason !== '' && !row.reason.startsWith(refused)) return row
  const codes = row.refusal()
  return { ...row, reason: codes.length > 0 ? `${refused} (${codes.join(', ')}).` : '' }
}

const judge = () =>
  tell(
    `not noticed, without a reason in ${document}:`,
    rows.map(compiled).filter((row) => !isListed(row) || row.reason === ''),
  ) + tell(`noticed now or gone, but in ${document}:`, gone)

const rewrite = () => {
  writeList({ head, entries: [...rows.map(compiled), ...kept] })
  return 0
}

/** Of all that are programs, as Stryker's own score has it. */
const scores = () => {
  const invalid = rows.filter(({ reason }) => reason.startsWith(refused))
  const missed = rows.filter(
    (row) => !invalid.includes(row) && (!row.timeout || !(laws || row.reason.startsWith(endless))),
  )
  const ofArea = (name) => Object.keys(files).filter((file) => area(file) === name)
  return [...new Set(Object.keys(files).map(area))].sort().map((name) => {
    const within = (list) => list.filter(({ file }) => area(file) === name).length
    const judged = ofArea(name)
      .flatMap((file) => files[file].mutants)
      .filter(({ status }) => ['Killed', 'Survived', 'NoCoverage', 'Timeout'].includes(status))
    const programs = judged.length - within(invalid)
    const noticed = programs - within(missed)
    const score = (100 * noticed) / programs
    console.log(
      `${name.padEnd(8)} ${score.toFixed(2).padStart(6)} %  ${noticed} of ${programs}` +
        `, without ${within(invalid)} that the compiler refuses`,
    )
    return score
  })
}

/** What the laws alone leave to other tests is no fault. */
const tellLaws = () => {
  tell('not noticed by the laws alone:', rows)
  return 0
}

const wrong = write ? rewrite() : laws ? tellLaws() : judge()
console.log('\nmutants noticed:')
if (scores().some((score) => score < goal) || wrong > 0) process.exitCode = 1
