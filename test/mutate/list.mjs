// mutants.md, the list of mutants that no test notices. Each entry names the declaration that the mutant
// stands in, the code and what replaces it, so that an edit elsewhere leaves it alone. Where one
// declaration holds the same code several times, a number says which one: `#2` is the second.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

export const document = 'test/mutate/mutants.md'

const declaration =
  /^(?:export )?(?:declare )?(?:const|let|var|function\*?|class|type|interface) ([\w$]+)/
const cut = ' … '

const onOneLine = (code) => code.replace(/\s+/g, ' ').trim()

/** Code on one line, and not too long. */
const shown = (code) => {
  const line = onOneLine(code)
  const short = line.length > 90 ? `${line.slice(0, 60)}${cut}${line.slice(-25)}` : line
  return short.includes('`') ? `\`\` ${short} \`\`` : `\`${short || ' '}\``
}

/** The lines of a source, each with the name of the top-level declaration that it belongs to. */
const linesOf = (source) => {
  let name = 'top'
  return source.split('\n').map((line) => {
    name = declaration.exec(line)?.[1] ?? name
    return { name, line }
  })
}

/** Mutants of one file, in their order, each with the key of its entry. */
export const keyed = (file, source, mutants, original) => {
  const lines = linesOf(source)
  const times = new Map()
  return [...mutants]
    .sort(
      ({ location: { start: a } }, { location: { start: b } }) =>
        a.line - b.line || a.column - b.column,
    )
    .map((mutant) => {
      const { name } = lines[mutant.location.start.line - 1]
      const what = `${shown(original(source, mutant))} → ${shown(mutant.replacement)}`
      const nth = (times.get(name + what) ?? 0) + 1
      times.set(name + what, nth)
      return { ...mutant, file, name, what, nth }
    })
}

const sameText = (a, b) => a.file === b.file && a.what === b.what
const sameDeclaration = (a, b) => sameText(a, b) && a.name === b.name

/** Whether two entries mean the same mutant. */
export const isSame = (a, b) => sameDeclaration(a, b) && a.nth === b.nth

/** From the same mutant to one that only looks the same: where a reason is taken from. */
export const likenesses = [isSame, sameDeclaration, sameText]

const entry = /^- ([\w$]+)(?: #(\d+))? (`.+?`): ?(.*)$/

export const entryOf = ({ name, nth, what, reason }) =>
  `- ${name}${nth > 1 ? ` #${nth}` : ''} ${what}: ${reason}`.trimEnd()

/** What stands before the entries, and the entries. */
export const readList = () => {
  const [head, ...sections] = readFileSync(document, 'utf8').split(/\n(?=## src\/)/)
  const entries = sections.flatMap((section) => {
    const [title, ...lines] = section.split('\n')
    return lines.flatMap((line) => {
      const [, name, nth = '1', what, reason] = entry.exec(line) ?? []
      return name === undefined
        ? []
        : [{ file: title.slice('## '.length), name, nth: Number(nth), what, reason }]
    })
  })
  return { head, entries }
}

export const writeList = ({ head, entries }) => {
  const sections = [...new Set(entries.map(({ file }) => file))].sort().map((name) => {
    const own = entries.filter(({ file }) => file === name)
    return `\n## ${name}\n\n${own.map(entryOf).join('\n')}\n`
  })
  writeFileSync(document, `${head.trimEnd()}\n${sections.join('')}`)
}

/** The top-level declarations of a file, each with its code on one line. */
const declarationsOf = (file) => {
  const texts = new Map()
  for (const { name, line } of linesOf(readFileSync(file, 'utf8'))) {
    texts.set(name, `${texts.get(name) ?? ''}\n${line}`)
  }
  return [...texts].map(([name, text]) => ({ file, name, text: onOneLine(text) }))
}

const codeOf = ({ what }) => /^(`+) ?(.*?) ?\1 → /.exec(what)?.[2] ?? ''

const holds = (code, { text }) => {
  const [begin, end = ''] = code.split(cut)
  const at = text.indexOf(begin)
  return at >= 0 && text.includes(end, at + begin.length)
}

/** Whether the code of an entry still stands in the declaration that the entry names. */
export const stands = (known) =>
  existsSync(known.file) &&
  declarationsOf(known.file).some((one) => one.name === known.name && holds(codeOf(known), one))

/** Shorter code is in many files. */
const leastTelling = 12

/**
 * The entry under the declaration that its code has moved to: the only one that holds it, in its own file or
 * else in any other. `undefined` if there is no such declaration, or more than one.
 */
export const relocated = (known, files) => {
  if (stands(known)) return known
  const code = codeOf(known)
  const within = (some) => some.flatMap(declarationsOf).filter((one) => holds(code, one))
  const own = existsSync(known.file) ? within([known.file]) : []
  const found = own.length > 0 || code.length < leastTelling ? own : within(files)
  const [{ file, name } = known] = found
  return found.length === 1 ? { ...known, file, name } : undefined
}
