// Asks the compiler about a mutant that no test noticed: what does not compile is not a program, and no
// test could ever run it.
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const stage = '.build/mutate/compile'

/** What stands before a mutant, in its place, and after it. */
const parts = (source, { location: { start, end } }) => {
  const starts = [0]
  for (const { length } of source.split('\n')) starts.push(starts.at(-1) + length + 1)
  const [from, to] = [start, end].map(({ line, column }) => starts[line - 1] + column - 1)
  return [source.slice(0, from), source.slice(from, to), source.slice(to)]
}

/** The code that the mutant replaces. */
export const original = (source, mutant) => parts(source, mutant)[1]

/** The codes of the errors that the compiler finds in the mutant; none if it compiles. */
export const refusal = (file, source, mutant) => {
  rmSync(stage, { recursive: true, force: true })
  cpSync('src', `${stage}/src`, { recursive: true })
  const [before, , after] = parts(source, mutant)
  writeFileSync(`${stage}/${file}`, before + mutant.replacement + after)
  writeFileSync(`${stage}/tsconfig.json`, readFileSync('tsconfig.json'))
  const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', stage, '--noEmit'], {
    encoding: 'utf8',
  })
  return [...new Set(stdout.match(/TS\d+/g))].sort()
}
