// Folding 1,000,000 events of 1,000 orders: the library against a loop written by hand, and from
// raw JSON values, decoded first.
import assert from 'node:assert'
import { orderDecider } from '../../dist/order/index.js'
import { orderEventCodec } from '../../dist/order/codec.js'
import { replay } from '../../dist/Projection.js'
import { replayByHand } from './literal.mjs'
import { median, ratio, turns } from './measure.mjs'
import { histories } from './orders.mjs'

const decider = orderDecider()

const fold = replay(decider)

const decodeAndFold = (raw) => {
  let state = decider.initialState
  for (const data of raw) {
    const decoded = orderEventCodec.decode({ type: data.type, schemaVersion: 1, data })
    assert.strictEqual(decoded._tag, 'Right')
    state = decider.evolve(state, decoded.right)
  }
  return state
}

const million = (streams) => {
  const events = histories(streams, 1_000_000 / streams)
  const raw = JSON.parse(JSON.stringify(events))
  assert.deepStrictEqual(events.slice(0, 100).map(fold), events.slice(0, 100).map(replayByHand))
  assert.deepStrictEqual(raw.slice(0, 100).map(decodeAndFold), events.slice(0, 100).map(fold))
  return turns(
    {
      hand: () => events.map(replayByHand),
      library: () => events.map(fold),
      decoded: () => raw.map(decodeAndFold),
    },
    9,
  )
}

const perSecond = (ms) => `${(1_000 / median(ms)).toFixed(1)} M events/s`

/** Bytes that the final states of 20,000 orders take, 20 lines each. */
const bytes = (run, events) => {
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  const states = events.map(run)
  globalThis.gc()
  return (process.memoryUsage().heapUsed - before) / states.length
}

export const replayRows = async () => {
  const deep = await million(1_000)
  const short = await million(40_000)
  const events = histories(20_000, 40)
  const memory = bytes(fold, events) / bytes(replayByHand, events)
  const row = (what, times, name, base, limit) => ({
    what,
    value: perSecond(times[name]),
    against: base === 'hand' ? 'loop by hand' : 'plain fold',
    ratio: ratio(times, name, base),
    limit,
  })
  return [
    row('replay, 1,000 orders × 1,000 events', deep, 'library', 'hand', 1.1),
    row('replay, 40,000 orders × 25 events', short, 'library', 'hand', 1.1),
    row('decode + replay, 1,000 × 1,000', deep, 'decoded', 'library', 3),
    row('decode + replay, 40,000 × 25', short, 'decoded', 'library', 3),
    {
      what: 'memory of 20,000 folded orders',
      value: `${Math.round(bytes(fold, events))} bytes an order`,
      against: 'loop by hand',
      ratio: memory,
      limit: 1.2,
    },
  ]
}
