// Exploring an order of four products: how many transitions a second, and how many bytes a state takes
// beside the state itself. There is nothing to compare it with, so it is held against a goal.
import { orderDecider } from '../../dist/order/index.js'
import { explore } from '../../dist/testing/explore.js'
import { deciderSystem } from '../../dist/testing/explore.js'
import { median, turns } from './measure.mjs'

const decider = orderDecider()

/** Orders of so many products, each in quantities up to `most`, with two costs of each kind. */
const system = (products, most) => {
  const ids = Array.from({ length: products }, (_, i) => `P${i}`)
  const quantities = Array.from({ length: most }, (_, i) => i + 1)
  return deciderSystem(decider, [
    { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
    ...ids.flatMap((productId) => [
      { type: 'AddLine', productId, quantity: 1, unitPrice: 1_000, discount: 500 },
      { type: 'RemoveLine', productId },
      ...quantities.map((quantity) => ({ type: 'ChangeQuantity', productId, quantity })),
    ]),
    { type: 'SetShipping', amount: 300 },
    { type: 'SetTax', amount: 200 },
    ...['new', 'confirmed', 'paid', 'shipped', 'cancelled'].map((newStatus) => ({
      type: 'ChangeStatus',
      newStatus,
    })),
  ])
}

const invariants = {
  'total adds up': (s) =>
    s.type === 'NoOrder' ||
    (s.total === s.subtotal + s.shipping + s.tax &&
      s.subtotal === s.lines.reduce((sum, line) => sum + line.total, 0)),
  'no empty order is confirmed': (s) =>
    s.type === 'NoOrder' || s.status === 'new' || s.status === 'cancelled' || s.lines.length > 0,
}
const abstraction = (s) => (s.type === 'NoOrder' ? 'none' : s.status)

const heap = () => {
  // the memory of typed arrays is given back by the second
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The heap while the explorer is at work, less the heap with nothing but the states it has found. */
const bytesAState = (large, tries) => {
  const kept = []
  const seen = { bytes: 0, states: 0 }
  explore(large, {
    invariants: { keep: (state) => kept.push(state) > 0 },
    abstraction,
    progress: {
      every: Math.floor(tries / 4),
      tell: ({ states }) => {
        seen.bytes = heap()
        seen.states = states
      },
    },
  })
  kept.length = seen.states
  const bare = heap()
  return (seen.bytes - bare) / kept.length
}

export const explorerRows = async () => {
  const options = { invariants, abstraction }
  const large = system(4, 3)
  const { states, transitions, refused } = explore(large, options)
  const bytes = bytesAState(large, transitions + refused)
  const times = await turns({ large: () => explore(large, options) }, 5)
  const second = median(times.large) / 1_000
  const found = `${states.toLocaleString('en')} states`
  return [
    {
      what: `explorer, order of 4 products, ${found}`,
      value: `${Math.round(transitions / second).toLocaleString('en')} transitions/s`,
      against: '200,000 transitions/s',
      ratio: transitions / second / 200_000,
      limit: 1,
      atLeast: true,
    },
    {
      what: 'explorer, the same with refused commands counted',
      value: `${Math.round((transitions + refused) / second).toLocaleString('en')} tries/s`,
      against: '200,000 tries/s',
      ratio: (transitions + refused) / second / 200_000,
    },
    {
      what: 'explorer, memory beside the states',
      value: `${Math.round(bytes)} bytes a state`,
      against: '200 bytes',
      ratio: bytes / 200,
      limit: 1,
    },
  ]
}
