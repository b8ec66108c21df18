// The script of docs/examples/json in engines that have nothing but ECMAScript, and called from
// Python: everywhere the answers of the decider itself.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { getQuickJS } from 'quickjs-emscripten'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { script } from '../../docs/examples/json/build.mjs'
import { decideJson as own } from '../../docs/examples/json/order.ts'
import { runs } from '../setup.ts'
import { drawUntil } from '../support/draws.ts'
import type { Call } from './calls.ts'
import { someCalls } from './calls.ts'

const path = (from: string): string => fileURLToPath(new URL(from, import.meta.url))

type Ask = (before: string, command: string) => string

/** An engine with the script in it, and the names of what it left behind. */
interface Host {
  readonly decideJson: Ask
  readonly evolveJson: Ask
  readonly names: ReadonlyArray<string>
  readonly end: () => void
}

let source = ''
beforeAll(async () => {
  // from the sources, so that no build is needed
  source = await script({ tsconfig: path('../tsconfig.json') })
})

const globals = 'Object.getOwnPropertyNames(this)'

/** A context of Node's own engine, without what Node adds to it. */
const bare = (less: string): Host => {
  const context = createContext(Object.create(null))
  runInContext(`delete this.console; delete this.WebAssembly; ${less}`, context)
  const namesNow = () => new Set(runInContext(globals, context) as ReadonlyArray<string>)
  const before = namesNow()
  runInContext(source, context)
  return {
    decideJson: context['decideJson'] as Ask,
    evolveJson: context['evolveJson'] as Ask,
    names: [...namesNow()].filter((name) => !before.has(name)),
    end: () => undefined,
  }
}

/** What came after ECMAScript 2019, taken away. */
const newer = `
  for (const name of ['hasOwn', 'groupBy']) delete Object[name]
  for (const name of ['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced',
    'with']) delete Array.prototype[name]
  for (const name of ['at', 'replaceAll', 'matchAll', 'isWellFormed', 'toWellFormed'])
    delete String.prototype[name]
  for (const name of ['any', 'allSettled', 'withResolvers']) delete Promise[name]
  for (const name of ['WeakRef', 'FinalizationRegistry', 'AggregateError', 'Iterator', 'globalThis'])
    delete this[name]`

const quickJs = async (): Promise<Host> => {
  const context = (await getQuickJS()).newContext()
  const run = (code: string): unknown => {
    const result = context.unwrapResult(context.evalCode(code))
    return result.consume((handle): unknown => context.dump(handle))
  }
  const before = new Set(run(globals) as ReadonlyArray<string>)
  run(`${source};undefined`)
  const ask =
    (name: string): Ask =>
    (...texts) => {
      const handles = texts.map((text) => context.newString(text))
      const answer = context
        .getProp(context.global, name)
        .consume((f) =>
          context.unwrapResult(context.callFunction(f, context.undefined, ...handles)),
        )
        .consume((handle) => context.getString(handle))
      for (const handle of handles) handle.dispose()
      return answer
    }
  return {
    decideJson: ask('decideJson'),
    evolveJson: ask('evolveJson'),
    names: (run(globals) as ReadonlyArray<string>).filter((name) => !before.has(name)),
    end: () => context.dispose(),
  }
}

const textsOf = ({ before, command }: Call) =>
  [JSON.stringify(before), JSON.stringify(command)] as const

/** No calls, in ways that engines word differently. */
const faults: ReadonlyArray<readonly [string, string]> = [
  ['', ''],
  ['{"type":"Events","events":[]}', '{"type":"SetTax",}'],
  ['{"type":"Events","events":[]}', '{"type":"SetTax","amount":1e999}'],
  [
    '{"type":"Events","events":[]}',
    '{"type":"CreateOrder","customerId":"\\ud800é😀","currency":"€"}',
  ],
  [
    '{"type":"Events","events":[]}',
    '{"type":"CreateOrder","customerId":"\\ud800é😀","currency":"USD"}',
  ],
  ['['.repeat(100_000), '{}'],
  ['{"type":"Events","events":'.repeat(100_000), '{}'],
  ['['.repeat(256) + ']'.repeat(256), '{}'],
  ['{"type":"Events","events":[]}', '['.repeat(100_000) + ']'.repeat(100_000)],
]

describe.each<readonly [string, () => Host | Promise<Host>]>([
  ['a context with nothing but ECMAScript', () => bare('')],
  ['an engine of 2019', () => bare(newer)],
  ['QuickJS', quickJs],
])('in %s', (_, open) => {
  let host: Host
  beforeAll(async () => {
    host = await open()
  })
  afterAll(() => host.end())

  it('the script leaves its functions behind and nothing else', () => {
    expect([...host.names].sort()).toEqual(['decideJson', 'evolveJson', 'orders'])
  })

  it('the answers along walks are those of the decider', async () => {
    const unseen = new Set(['Accepted', 'Invalid', 'Rejected'])
    const draw = (seed: number) => {
      for (const call of someCalls(runs(48), 40, seed)) {
        const answer = host.decideJson(...textsOf(call))
        expect(JSON.parse(answer)).toStrictEqual(call.answer)
        expect(answer).toBe(own(...textsOf(call)))
        unseen.delete(call.answer.type)
      }
    }
    await drawUntil(() => unseen.size === 0, draw)
  })

  it('what is no call is answered to the letter as in Node', () => {
    for (const texts of faults) expect(host.decideJson(...texts)).toBe(own(...texts))
  })

  it('events are folded', () => {
    const [events, none] = ['[]', '{"type":"Events","events":[]}']
    expect(host.evolveJson(none, events)).toBe(
      '{"type":"Evolved","version":0,"isTerminal":false,"state":{"type":"NoOrder"}}',
    )
  })
})

it('without BigInt, a line whose cost needs it is a failure, and nothing else is', () => {
  const host = bare('delete this.BigInt')
  const created =
    '{"type":"OrderCreated","schemaVersion":1,"data":{"type":"OrderCreated","customerId":"V","currency":"USD"}}'
  const before = `{"type":"Events","events":[${created}]}`
  const line = (unitPrice: number) =>
    JSON.stringify({ type: 'AddLine', productId: '1', quantity: 1, unitPrice, discount: 0 })
  for (const price of [0, 10_000, 2 ** 53 / 10_000 - 1]) {
    const cents = Math.floor(price)
    expect(host.decideJson(before, line(cents))).toBe(own(before, line(cents)))
  }
  expect(JSON.parse(host.decideJson(before, line(2 ** 40)))).toEqual({
    type: 'Failed',
    part: 'decide',
    reason: 'threw ReferenceError: BigInt is not defined',
  })
})

describe('from Python', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'decider-ts-json-'))
    writeFileSync(join(folder, 'order.js'), source)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('the answers along walks are those of the decider', () => {
    const calls = someCalls(runs(12), 40, Number(process.env['FC_SEED']))
    const asked = calls.map(({ before, command }) => ({ before, command }))
    const args = [path('walks.py'), path('../../docs/examples/json'), join(folder, 'order.js')]
    const { error, status, stdout, stderr } = spawnSync('python3', args, {
      input: JSON.stringify(asked),
      encoding: 'utf8',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      maxBuffer: 2 ** 28,
    })
    expect([error, status, stderr]).toEqual([undefined, 0, ''])
    const answers = JSON.parse(stdout) as ReadonlyArray<unknown>
    expect(answers).toHaveLength(calls.length)
    for (const [i, { answer }] of calls.entries()) expect(answers[i]).toStrictEqual(answer)
  })

  it('the example prints what became of each command', () => {
    const args = [path('../../docs/examples/json/decide.py'), join(folder, 'order.js')]
    const { status, stdout } = spawnSync('python3', args, { encoding: 'utf8' })
    expect([
      status,
      ...stdout
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 40)),
    ]).toEqual([
      0,
      "CreateOrder -> ['OrderCreated']",
      "AddLine -> ['LineAdded']",
      "ChangeStatus -> refused: {'type': 'Illeg",
      'SetShipping -> invalid: amount: expected',
      "ChangeStatus -> ['StatusChanged']",
      '3 events; the order comes to 16800',
    ])
  })

  it('a line that is no call is answered, and the next one, too', () => {
    const lines = ['', '[', '7', '["{}"]', '{"length":2}', JSON.stringify(faults[1]), '[1,2]']
    const args = [path('../../docs/examples/json/lines.mjs'), join(folder, 'order.js')]
    const { status, stdout } = spawnSync('node', args, {
      input: lines.join('\n'),
      encoding: 'utf8',
    })
    const answers = stdout.trim().split('\n')
    expect([status, answers.length]).toEqual([0, lines.length])
    for (const answer of answers) expect(JSON.parse(answer)).toMatchObject({ type: 'Invalid' })
  })
})
