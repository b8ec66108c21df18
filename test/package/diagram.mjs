// Writes docs/order-lifecycle.svg, the state machine that the order's decider is, as an exploration
// of all its states finds it. With --check it writes nothing and refuses a picture that is out of
// date.
import { Graphviz } from '@hpcc-js/wasm-graphviz'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { orderDecider, orderStatuses } from '../../dist/order/index.js'
import { dot } from '../../dist/testing/diagram.js'
import { explore, deciderSystem } from '../../dist/testing/explore.js'

const decider = orderDecider()

const path = new URL('../../docs/order-lifecycle.svg', import.meta.url)

const commands = [
  { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
  { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 10, discount: 0 },
  { type: 'ChangeQuantity', productId: '11', quantity: 2 },
  { type: 'RemoveLine', productId: '11' },
  { type: 'SetShipping', amount: 1 },
  { type: 'SetTax', amount: 1 },
  ...orderStatuses.map((newStatus) => ({ type: 'ChangeStatus', newStatus })),
]
const { graph, extent } = explore(deciderSystem(decider, commands), {
  abstraction: (state) => (state.type === 'NoOrder' ? 'no order' : state.status),
})
if (extent.type !== 'Complete') throw new Error(`not all states were explored: ${extent.type}`)

// Neither the version of the program that drew it, nor its names for things as tooltips.
const svg = (await Graphviz.load())
  .dot(dot(graph))
  .replace(/<!--[^]*?-->\n/g, '')
  .replace(/<title>.*<\/title>\n/g, '')
  .replace(/(<svg[^>]*>\n)/, '$1<title>The life of an order</title>\n')

if (!process.argv.includes('--check')) {
  writeFileSync(path, svg)
} else if (!existsSync(path) || readFileSync(path, 'utf8') !== svg) {
  console.error('docs/order-lifecycle.svg is out of date: npm run docs')
  process.exitCode = 1
}
console.log(`${graph.nodes.length} states of an order drawn`)
