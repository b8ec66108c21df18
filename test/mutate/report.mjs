// Compares the mutants that survived the last run with docs/mutants.md, where each stands with the
// reason why no test notices it. Fails where one has no reason, where one that is written down
// survives no more, and where a reason that the compiler is to confirm is not true. With --write it
// brings the document up to date, but for the reasons: those are for people to write.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { original, refusal } from './compile.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const write = process.argv.includes('--write')
const document = 'docs/mutants.md'
const goal = 95
const refused = 'the compiler refuses it'

const { files } = JSON.parse(readFileSync('.build/mutate/report.json', 'utf8'))
const text = readFileSync(document, 'utf8')

/** Code on one line and not too long. */
const shown = (code) => {
  const line = code.replace(/\s+/g, ' ').trim()
  const short = line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-25)}` : line
  return short.includes('`') ? `\`\` ${short} \`\`` : `\`${short || ' '}\``
}

const area = (file) => /^src\/(?:(\w+)\/)?/.exec(file)[1] ?? 'ring 0'
const survives = ({ status }) => status === 'Survived' || status === 'NoCoverage'
const judged = (mutant) => survives(mutant) || ['Killed', 'Timeout'].includes(mutant.status)
const places = (a, b) =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1

const survivors = Object.entries(files)
  .flatMap(([file, { source, mutants }]) =>
    mutants.filter(survives).map((mutant) => ({
      file,
      ...mutant.location.start,
      // by what it does, which a change elsewhere in its file leaves alone
      what: `${shown(original(source, mutant))} → ${shown(mutant.replacement)}`,
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
const rows = survivors.map((survivor) => {
  const index = open.findIndex(({ file, what }) => file === survivor.file && what === survivor.what)
  const [known] = index < 0 ? [] : open.splice(index, 1)
  return { ...survivor, was: known?.line, reason: known?.reason ?? '' }
})

const lineOf = ({ file, line, what, reason }) => `- ${file}:${line} ${what}: ${reason}`.trimEnd()

/** The reason that the compiler gives, if it does. */
const compiled = (row) => {
  if (row.reason !== '' && !row.reason.startsWith(refused)) return row
  const codes = row.refusal()
  return { ...row, reason: codes.length > 0 ? `${refused} (${codes.join(', ')}).` : '' }
}

const judge = () => {
  const wrong = (title, list) => {
    if (list.length > 0) console.log(`\n${title}\n${list.map(lineOf).join('\n')}`)
    return list.length
  }
  return (
    wrong(
      `survive, without a reason in ${document}:`,
      rows.map(compiled).filter(({ was, reason }) => was === undefined || reason === ''),
    ) +
    wrong(
      `stand in ${document}, but survive no more:`,
      open.filter(({ file }) => file in files),
    ) +
    wrong(
      `stand in ${document} at another line:`,
      rows.filter(({ line, was }) => was !== undefined && was !== line),
    )
  )
}

const rewrite = () => {
  const kept = [...rows.map(compiled), ...open.filter(({ file }) => !(file in files))]
  const names = [...new Set(kept.map(({ file }) => file))].sort()
  const sections = names.map(
    (name) =>
      `\n## ${name}\n\n${kept
        .filter(({ file }) => file === name)
        .map(lineOf)
        .join('\n')}\n`,
  )
  const [head] = text.split('\n## ')
  writeFileSync(document, `${head.trimEnd()}\n${sections.join('')}`)
  return 0
}

const scores = () => {
  const all = Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants.filter(judged).map((mutant) => [area(file), survives(mutant)]),
  )
  return [...new Set(all.map(([name]) => name))].sort().map((name) => {
    const own = all.filter(([other]) => other === name)
    const noticed = own.filter(([, survived]) => !survived).length
    const score = (100 * noticed) / own.length
    console.log(`${name.padEnd(8)} ${score.toFixed(2).padStart(6)} %  ${noticed} of ${own.length}`)
    return score
  })
}

const wrong = write ? rewrite() : judge()
console.log('\nmutants noticed:')
if (scores().some((score) => score < goal) || wrong > 0) process.exitCode = 1
