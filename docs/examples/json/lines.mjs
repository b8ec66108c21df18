// A host for the script: reads a line, a list of the two texts that decideJson takes, and writes the
// line that it answers. The script gets no more than ECMAScript, so it can do no more than answer.
//
//   node docs/examples/json/lines.mjs .build/json/order.js
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createContext, runInContext } from 'node:vm'

const context = createContext(Object.create(null))
runInContext(readFileSync(process.argv[2], 'utf8'), context)
const { decideJson } = context

const textsIn = (line) => {
  try {
    const texts = JSON.parse(line)
    return Array.isArray(texts) ? texts : []
  } catch {
    return []
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [before, command] = textsIn(line)
  process.stdout.write(`${decideJson(before, command)}\n`)
}
