// The questions as one script, from the built package: with the Northwind orders as the corpus.
import { build } from 'esbuild'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readInput } from '../../.build/northwind/files.js'

const root = join(import.meta.dirname, '../..')
const data = join(root, 'docs/examples/northwind')

/** The commands of each order, as they come from outside. */
const northwind = async () => {
  const files = { orders: join(data, 'orders.csv'), lines: join(data, 'order_details.csv') }
  const input = await readInput(files)()
  if (input._tag === 'Left') throw new Error(JSON.stringify(input.left))
  const { plans, problems } = input.right
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  return plans.map(({ requests }) =>
    requests.flatMap(({ request }) => request.commands.map(({ command }) => command)),
  )
}

/** The corpus, and some that is no command, or one at the wrong time. */
const corpusOf = async () => [
  ...(await northwind()),
  [
    null,
    { type: 'SetTax', amount: 1 },
    { type: 'CreateOrder', customerId: '', currency: 'usd' },
    { type: 'CreateOrder', customerId: '\u{1f600}\ud800', currency: 'USD' },
    { type: 'AddLine', productId: 'ß', quantity: '1', unitPrice: -0, discount: 0.1 },
    { type: 'AddLine', productId: 'ß', quantity: 3, unitPrice: 2 ** 53 - 1, discount: 3_333 },
    { type: 'AddLine', productId: 'ß', quantity: 1, unitPrice: 2 ** 53 - 1, discount: 3_333 },
    { type: 'SetShipping', amount: 2 ** 53 },
    { type: 'SetShipping', amount: 2 ** 53 - 1 },
    { type: 'ChangeStatus', newStatus: 'Confirmed' },
    { type: 'Delete' },
  ],
]

/**
 * A script that sets the global `ask`, a function without arguments that answers with a promise of
 * JSON text: the digests, and under `laws` what became of each law. It needs nothing but ECMAScript.
 */
export const questions = async () => {
  const corpus = JSON.stringify(await corpusOf())
  const { outputFiles } = await build({
    stdin: {
      resolveDir: root,
      contents: `
        import { orderConformance } from './docs/examples/conformance/orders.ts'
        const corpus = JSON.parse(${JSON.stringify(corpus)})
        globalThis.ask = () => {
          const laws = []
          const tell = (section, answer) => {
            if (section === 'laws') laws.push(verdictOf(answer))
          }
          return orderConformance({ corpus, walks: 20, tell })().then((answer) =>
            JSON.stringify({ ...answer, laws }),
          )
        }
        const verdictOf = ({ law, verdict: { type, why, failures = [] } }) => ({
          law,
          type,
          why: [why, ...failures.map(({ message }) => message)].filter(Boolean).join('\\n'),
        })`,
    },
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    // fast-check asks for these at every check, and calls them for none of ours
    banner: {
      js: 'globalThis.setTimeout ??= globalThis.clearTimeout ??= () => { throw "no timers" };',
    },
    platform: 'neutral',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    write: false,
  })
  return outputFiles[0].text
}

export const gzipped = (text) => gzipSync(text).length
