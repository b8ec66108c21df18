// Every rule that keeps the rings apart, seen to refuse: each line of code below is put at a place
// in every ring, and the rule has to refuse it in just the places beside it.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { circles, homeless, homonyms, violations } from './layers.mjs'

const core = 'src/Decider.ts'
const codec = 'src/codec/EventCodec.ts'
const order = 'src/order/decide.ts'
const shell = 'src/shell/CommandHandler.ts'
const port = 'src/store/EventStore.ts'
const engine = 'src/store/Memory.ts'
const kit = 'src/testing/laws.ts'
const host = 'src/embed/Redux.ts'
const ioTs = ['src/codec/IoTs.ts', 'src/order/codec.ts']

const pure = [core, codec, order, ...ioTs]
const inner = [...pure, shell, port]
const outer = [...inner, kit, host]
const all = [...outer, engine]
const everywhere = [...all, 'test/a.ts']
const except = (...paths: ReadonlyArray<string>) => all.filter((path) => !paths.includes(path))

const notOrder = except(order, 'src/order/codec.ts')

describe('layers', () => {
  const rows: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    [`import type { Either } from 'fp-ts/lib/Either.js'`, []],
    [`import type { HKT } from 'fp-ts/HKT.js'`, []],
    [`import { left } from 'fp-ts/lib/Either.js'`, [core]],
    [`import { left } from 'fp-ts/Either'`, all],
    [`import type { Either } from 'fp-ts/Either'`, all],
    [`import { pipe } from 'fp-ts/es6/function.js'`, all],
    [`import * as t from 'io-ts'`, except(...ioTs)],
    [`import type * as t from 'io-ts'`, except(...ioTs, kit)],
    [`import { x } from './X.ts'`, [port]],
    [`import { x } from '../Decider.ts'`, [core]],
    [`import { x } from '../codec/EventCodec.ts'`, [core]],
    [`import { x } from '../shell/CommandHandler.ts'`, pure],
    [`import { x } from '../store/Memory.ts'`, except(kit, engine)],
    [`import type { x } from '../order/index.ts'`, notOrder],
    [`export * from '../order/index.ts'`, notOrder],
    [`export { x, } from '../order/index.ts'`, notOrder],
    [`const x = await import('../order/index.ts')`, notOrder],
    [`import '../order/index.ts'`, notOrder],
    [`import { readFileSync } from 'node:fs'`, all],
    [`import { PGlite } from '@electric-sql/pglite'`, all],
    [`import fc from 'fast-check'`, except(kit)],
    [`import { it } from 'vitest'`, all],
    [`if (x) throw x`, pure],
    [`export class X {}`, pure],
    [`const now = new Date()`, outer],
    [`const then = new Date(text)`, []],
    [`// no throw, no class, no new Date()`, []],
    [`/* import { x } from 'node:fs' */`, []],
    [`const says = 'a class may throw'`, []],
  ]

  it.each(rows)('refuses %s where it has to', (code, paths) => {
    expect(all.filter((path) => violations(path, code).length > 0)).toEqual(paths)
  })

  it('names the place, also within a longer file', () => {
    const text = `/** A header. */\nimport {\n  x,\n} from 'vitest'\n\nexport const f = () => {\n  throw x\n}\n`
    const found = [`${core}:2 may not import vitest`, `${core}:7 throws: throw`]
    expect(violations(core, text)).toEqual(found)
  })

  it('refuses a file outside every ring', () => {
    expect(violations('src/util/misc.ts', '')).toEqual(['src/util/misc.ts:1 belongs to no ring'])
  })
})

describe('doors', () => {
  const entering = (from: string, path: string) => violations(from, `import { x } from '${path}'`)

  it('a folder named after a module is private to that module', () => {
    expect(entering('src/testing/laws.ts', './laws/check.ts')).toEqual([])
    expect(entering('src/testing/laws/check.ts', './model.ts')).toEqual([])
    expect(entering('src/Dictionary.ts', './Dictionary/critBit.ts')).toEqual([])
    expect(entering('src/testing/races.ts', './laws/check.ts')).toEqual([
      'src/testing/races.ts:1 enters src/testing/laws/check.ts, which is private to src/testing/laws.ts',
    ])
    expect(entering('src/Process.ts', './Dictionary/critBit.ts')).toEqual([
      'src/Process.ts:1 enters src/Dictionary/critBit.ts, which is private to src/Dictionary.ts',
    ])
  })

  it('internal/ is open to its own ring and to those further out', () => {
    expect(entering('src/testing/laws/check.ts', '../internal/source.ts')).toEqual([])
    expect(entering('src/store/Memory.ts', '../shell/internal/bounded.ts')).toEqual([])
    expect(entering('src/codec/IoTs.ts', '../shell/internal/bounded.ts')).toHaveLength(1)
  })

  it('a private folder has a module beside it', () => {
    expect(
      homeless(['src/embed/Fetch.ts', 'src/embed/Fetch/read.ts', 'src/internal/a.ts']),
    ).toEqual([])
    expect(homeless(['src/embed/Fetch/read.ts'])).toEqual([
      'src/embed/Fetch/ has no module src/embed/Fetch.ts beside it',
    ])
  })

  it('circles are refused, also of types', () => {
    const texts = (b: string) =>
      [
        ['src/A.ts', `import type { B } from './B.ts'`],
        ['src/B.ts', b],
      ] as const
    expect(circles(new Map(texts(`import type { A } from './A.ts'`)))).toEqual([
      'circle: src/A.ts -> src/B.ts -> src/A.ts',
    ])
    expect(circles(new Map(texts('')))).toEqual([])
  })

  it('a name has one meaning', () => {
    const texts = (b: string) =>
      new Map([
        ['src/A.ts', 'const sizeOf = 1'],
        ['src/B.ts', b],
      ])
    expect(homonyms(texts('export type sizeOf = 1'))).toEqual([
      'sizeOf means several things: src/A.ts, src/B.ts',
    ])
    for (const b of [
      'export const size = 1',
      '  const sizeOf = 1',
      'const a = `\nlet sizeOf = 1`',
    ]) {
      expect(homonyms(texts(b))).toEqual([])
    }
  })
})

/** What oxlint refuses in files: each as path, line and rule. */
const refusedIn = (files: ReadonlyArray<readonly [string, string]>): ReadonlyArray<string> => {
  // outside the project, whose .gitignore would hide these files
  const root = mkdtempSync(join(tmpdir(), 'decider-ts-lint-'))
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  copyFileSync('.oxlintrc.json', join(root, '.oxlintrc.json'))
  writeFileSync(join(root, 'tsconfig.json'), '{ "compilerOptions": { "strict": true } }')
  const oxlint = [join(process.cwd(), 'node_modules/oxlint/bin/oxlint'), '--format=unix']
  const { stdout } = spawnSync('node', oxlint, { cwd: root, encoding: 'utf8' })
  rmSync(root, { recursive: true })
  return [...stdout.matchAll(/^(.+?):(\d+):.*\((.+?)\)\]$/gm)].map(
    ([, path, line, rule]) => `${path} ${line} ${rule}`,
  )
}

describe('oxlint', () => {
  const rows: ReadonlyArray<readonly [string, string, ReadonlyArray<string>]> = [
    [`export * from 'fp-ts/Either'`, 'no-restricted-imports', everywhere],
    [`export * from 'fp-ts/lib/Either'`, 'no-restricted-imports', everywhere],
    [`export * from 'fp-ts/es6/Either.js'`, 'no-restricted-imports', everywhere],
    [`export type * from 'io-ts/Decoder'`, 'no-restricted-imports', everywhere],
    [`{ const x = process.env }`, 'no-restricted-globals', all],
    [`{ const x = Buffer.from('') }`, 'no-restricted-globals', all],
    [`{ const x = globalThis.process }`, 'no-restricted-properties', all],
    [`{ const x = crypto.randomUUID() }`, 'no-restricted-globals', outer],
    [`{ const x = setTimeout(() => {}) }`, 'no-restricted-globals', pure],
    [`{ const x = Date.now() }`, 'no-restricted-properties', outer],
    [`{ const x = Math.random() }`, 'no-restricted-properties', outer],
    [`{ const x = async () => {} }`, 'no-async-await', pure],
    [`{ console.log() }`, 'no-console', all],
    [`{ const x: unknown = eval('1') }`, 'no-eval', everywhere],
    [`{ const x: unknown = new Function('return 1') }`, 'no-new-func', everywhere],
    [`{ const x: any = 1 }`, 'no-explicit-any', everywhere],
    [`{ const x = (y?: number) => y! }`, 'no-non-null-assertion', everywhere],
    [`{ const x = (y: number) => y == 1 }`, 'eqeqeq', everywhere],
    [`{ Promise.resolve() }`, 'no-floating-promises', everywhere],
    [`{ interface X { f(): void } }`, 'method-signature-style', all],
    [`import { X } from './X.ts'; { type Y = X }`, 'consistent-type-imports', everywhere],
  ]
  const found = new Set<string>()

  beforeAll(() => {
    const text = rows.map(([code]) => code).join('\n')
    for (const line of refusedIn(everywhere.map((path) => [path, text] as const))) found.add(line)
  })

  it.each(rows)('refuses %s where it has to, by %s', (code, rule, paths) => {
    const line = rows.findIndex((row) => row[0] === code) + 1
    expect(everywhere.filter((path) => found.has(`${path} ${line} ${rule}`))).toEqual(paths)
  })

  it('refuses files of more than 400 lines and functions of more than 60', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `export const x${i} = 1`).join('\n')
    const body = (count: number) => `export const f = () => {\n${'  f()\n'.repeat(count - 2)}}\n`
    const refused = refusedIn([
      ['src/Long.ts', lines(401)],
      ['src/Short.ts', lines(400)],
      ['src/shell/Long.ts', body(61)],
      ['src/shell/Short.ts', body(60)],
      ['test/Long.ts', `${lines(401)}\n${body(61)}`],
    ])
    expect(refused.toSorted()).toStrictEqual([
      'src/Long.ts 401 max-lines',
      'src/shell/Long.ts 1 max-lines-per-function',
    ])
  })
})
