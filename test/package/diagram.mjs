// Writes docs/order-lifecycle.svg, the state machine that the order's decider is, as a walk through
// all its states finds it. With --check it writes nothing and refuses a picture that is out of date.
import { Graphviz } from '@hpcc-js/wasm-graphviz'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { transition } from '../../dist/Decider.js'
import { decider, statuses } from '../../dist/order/index.js'
import { dot } from '../../dist/testing/diagram.js'

const path = new URL('../../docs/order-lifecycle.svg', import.meta.url)

const commands = [
  { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
  { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 10, discount: 0 },
  { type: 'ChangeQuantity', productId: '11', quantity: 2 },
  { type: 'RemoveLine', productId: '11' },
  { type: 'SetShipping', amount: 1 },
  { type: 'SetTax', amount: 1 },
  ...statuses.map((newStatus) => ({ type: 'ChangeStatus', newStatus })),
]
const labelOf = (state) => (state.type === 'NoOrder' ? 'no order' : state.status)

const seen = new Map([[JSON.stringify(decider.initialState), decider.initialState]])
const nodes = new Map()
const edges = []
for (const state of seen.values()) {
  const from = labelOf(state)
  nodes.set(from, { label: from, states: 1, terminal: decider.isTerminal(state) })
  for (const command of commands) {
    const step = transition(decider)(command, state)
    if (step._tag === 'Left') continue
    const { events, state: next } = step.right
    const to = labelOf(next)
    edges.push({
      from,
      to,
      command: command.type,
      events: events.map(({ type }) => type),
      count: 1,
    })
    seen.set(JSON.stringify(next), next)
  }
}
const initial = labelOf(decider.initialState)
const text = dot({ initial, nodes: [...nodes.values()], edges, refusals: [] })

// Neither the version of the program that drew it, nor its names for things as tooltips.
const svg = (await Graphviz.load())
  .dot(text)
  .replace(/<!--[^]*?-->\n/g, '')
  .replace(/<title>.*<\/title>\n/g, '')
  .replace(/(<svg[^>]*>\n)/, '$1<title>The life of an order</title>\n')

if (!process.argv.includes('--check')) {
  writeFileSync(path, svg)
} else if (!existsSync(path) || readFileSync(path, 'utf8') !== svg) {
  console.error('docs/order-lifecycle.svg is out of date: npm run docs')
  process.exitCode = 1
}
console.log(`${nodes.size} states of an order drawn`)
