// What the compiler says where a comment in the tests of types can't prove it: `@ts-expect-error` takes any error.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** What the compiler says about a program. */
const messagesOf = async (program: string): Promise<string> => {
  mkdirSync(join(root, '.build'), { recursive: true })
  const directory = mkdtempSync(join(root, '.build/messages-'))
  try {
    writeFileSync(join(directory, 'program.ts'), program)
    const config = { extends: '../../test/tsconfig.json', include: ['program.ts'] }
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(root, 'node_modules/.bin/tsc')
    return await new Promise((resolve) => {
      execFile(tsc, ['-p', directory, '--pretty', 'false'], (_, output) => {
        resolve(output)
      })
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const program = (options: string): string => `
import type { EventCodec } from '../../src/codec/EventCodec.ts'
import type { Decision } from '../../src/Decision.ts'
import { decisionHandler } from '../../src/shell/DecisionHandler.ts'
import { memoryStore } from '../../src/store/Memory.ts'
declare const decision: Decision<{ readonly name: string }, number, { readonly type: 'Named' }, 'Taken'>
declare const events: EventCodec<{ readonly type: 'Named' }>
const store = memoryStore()
const stream = () => 'names'
decisionHandler({ ${options} })
`

it('a handler of decisions without a stream is told so, and nothing of the decision', async () => {
  expect(await messagesOf(program('decision, events, store, stream'))).toBe('')
  const messages = await messagesOf(program('decision, events, store'))
  expect(messages).toContain("Property 'stream' is missing in type")
  expect(messages).toContain("required in type '{ readonly stream: (command:")
  expect(messages).not.toContain('unknown')
})
