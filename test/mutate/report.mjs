// Compares the mutants that no test noticed in the last run with docs/mutants.md, where each stands
// with the reason. Fails where one has no reason, where one that is written down is noticed now, and
// where the compiler is to refuse one and does not. With --write it brings the document up to date, but
// for the reasons: those are for people to write. With --laws it tells how many mutants of orders the
// laws alone notice, and which they do not.
//
// A mutant that was ended by the clock may be one that only takes longer: it counts as noticed where
// its reason says that it never ends.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { original, refusal } from './compile.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const write = process.argv.includes('--write')
const laws = process.argv.includes('--laws')
const document = 'docs/mutants.md'
const goal = laws ? 90 : 95
const refused = 'the compiler refuses it'
const endless = 'it never ends'

const report = `.build/mutate/${laws ? 'laws' : 'report'}.json`
const { files } = JSON.parse(readFileSync(report, 'utf8'))
const text = readFileSync(document, 'utf8')

/** Code on one line and not too long. */
const shown = (code) => {
  const line = code.replace(/\s+/g, ' ').trim()
  const short = line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-25)}` : line
  return short.includes('`') ? `\`\` ${short} \`\`` : `\`${short || ' '}\``
}

const area = (file) => /^src\/(?:(\w+)\/)?/.exec(file)[1] ?? 'ring 0'
const places = (a, b) =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1

const unnoticed = Object.entries(files)
  .flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => ['Survived', 'NoCoverage', 'Timeout'].includes(status))
      .map((mutant) => ({
        file,
        ...mutant.location.start,
        // by what it does, which a change elsewhere in its file leaves alone
        what: `${shown(original(source, mutant))} → ${shown(mutant.replacement)}`,
        timeout: mutant.status === 'Timeout',
        refusal: () => refusal(file, source, mutant),
      })),
  )
  .sort(places)

const entry = /^- (src\/\S+?):(\d+) (.+?`): ?(.*)$/
const open = text.split('\n').flatMap((line) => {
  const [, file, at, what, reason] = entry.exec(line) ?? []
  return file === undefined ? [] : [{ file, line: Number(at), what, reason }]
})

// A mutation may stand in a file more than once: the first is the first.
const rows = unnoticed.map((mutant) => {
  const index = open.findIndex(({ file, what }) => file === mutant.file && what === mutant.what)
  const [known] = index < 0 ? [] : open.splice(index, 1)
  return { ...mutant, was: known?.line, reason: known?.reason ?? '' }
})
const gone = open.filter(({ file, reason }) => file in files && !reason.startsWith(endless))
const kept = open.filter((known) => !gone.includes(known))

const lineOf = ({ file, line, what, reason }) => `- ${file}:${line} ${what}: ${reason}`.trimEnd()

const tell = (title, list) => {
  if (list.length > 0) console.log(`\n${title}\n${list.map(lineOf).join('\n')}`)
  return list.length
}

/** With the reason that the compiler gives, if it gives one. */
const compiled = (row) => {
  if (row.reason !== '' && !row.reason.startsWith(refused)) return row
  const codes = row.refusal()
  return { ...row, reason: codes.length > 0 ? `${refused} (${codes.join(', ')}).` : '' }
}

const judge = () =>
  tell(
    `not noticed, without a reason in ${document}:`,
    rows.map(compiled).filter(({ was, reason }) => was === undefined || reason === ''),
  ) +
  tell(`noticed now, but in ${document}:`, gone) +
  tell(
    `in ${document} at another line:`,
    rows.filter(({ line, was }) => was !== undefined && was !== line),
  )

const rewrite = () => {
  const all = [...rows.map(compiled), ...kept]
  const sections = [...new Set(all.map(({ file }) => file))].sort().map((name) => {
    const own = all.filter(({ file }) => file === name)
    return `\n## ${name}\n\n${own.map(lineOf).join('\n')}\n`
  })
  const [head] = text.split('\n## src/')
  writeFileSync(document, `${head.trimEnd()}\n${sections.join('')}`)
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
