// What composition costs: the same events folded by the decider alone, by a struct of two and by one
// decider a key. The struct takes the events of two orders in turn; many takes those of 1,000 orders,
// round robin, where the plain fold keeps one state for each in an array. And what keys cost that were
// chosen to collide.
import assert from 'node:assert'
import { empty, get, remove, set } from '../../dist/Dictionary.js'
import { orderDecider } from '../../dist/order/index.js'
import { many, struct } from '../../dist/Product.js'
import { replay } from '../../dist/Projection.js'
import { median, ratio, turns } from './measure.mjs'
import { histories } from './orders.mjs'

const decider = orderDecider()

const perSecond = (count, ms) => `${(count / median(ms) / 1_000).toFixed(1)} M events/s`

const structTimes = async (pairs, length) => {
  const orders = histories(2 * pairs, length)
  const both = struct({ left: decider, right: decider })
  const mixed = Array.from({ length: pairs }, (_, p) =>
    orders[2 * p].flatMap((event, i) => [
      { type: 'left', event },
      { type: 'right', event: orders[2 * p + 1][i] },
    ]),
  )
  const fold = replay(decider)
  const foldBoth = replay(both)
  assert.deepStrictEqual(foldBoth(mixed[0]), { left: fold(orders[0]), right: fold(orders[1]) })
  return turns({ plain: () => orders.map(fold), struct: () => mixed.map(foldBoth) }, 9)
}

const manyTimes = async (keys, length) => {
  const orders = histories(keys, length)
  const names = orders.map((_, k) => `order-${k}`)
  const mixed = Array.from({ length }, (_, i) =>
    orders.map((events, k) => ({ key: names[k], event: events[i] })),
  ).flat()
  const foldMany = replay(many(decider))
  const plain = () => {
    const states = names.map(() => decider.initialState)
    for (let i = 0; i < length; i++) {
      for (let k = 0; k < keys; k++) states[k] = decider.evolve(states[k], orders[k][i])
    }
    return states
  }
  assert.deepStrictEqual(get(names[7])(foldMany(mixed)).value, plain()[7])
  return turns({ plain, many: () => foldMany(mixed) }, 9)
}

/** `2 ** blocks` keys of one hash (FNV-1a): pairs of code units that lead from one hash to the same one. */
const flood = (blocks) => {
  let keys = ['']
  let hash = 0x811c9dc5
  for (let i = 0; i < blocks; i++) {
    const byHigh = new Map()
    for (let unit = 0; ; unit++) {
      const mixed = Math.imul(hash ^ unit, 0x01000193)
      const other = byHigh.get(mixed >>> 16)
      byHigh.set(mixed >>> 16, unit)
      if (other === undefined) continue
      const low = (mixed ^ Math.imul(hash ^ other, 0x01000193)) & 0xffff
      const pair = [String.fromCharCode(unit, 0), String.fromCharCode(other, low)]
      keys = keys.flatMap((key) => pair.map((units) => key + units))
      hash = Math.imul(mixed, 0x01000193)
      break
    }
  }
  return keys
}

const dictionaryTimes = async () => {
  const colliding = flood(14)
  const ordinary = colliding.map((_, i) => `order-${String(i).padStart(22, '0')}`)
  const use = (keys) => () => {
    const full = keys.reduce((m, key, i) => set(key, i)(m), empty)
    for (const key of keys) assert.ok(get(key)(full)._tag === 'Some')
    assert.strictEqual(keys.reduce((m, key) => remove(key)(m), full).size, 0)
  }
  return turns({ ordinary: use(ordinary), colliding: use(colliding) }, 9)
}

export const productRows = async () => {
  const two = await structTimes(500, 500)
  const few = await manyTimes(10, 50_000)
  const thousand = await manyTimes(1_000, 500)
  const keys = await dictionaryTimes()
  const row = (what, times, name, limit) => ({
    what,
    value: perSecond(500_000, times[name]),
    against: 'plain replay',
    ratio: ratio(times, name, 'plain'),
    limit,
  })
  return [
    row('replay, struct of two orders', two, 'struct', 1.7),
    row('replay, many: 10 orders', few, 'many', 2),
    row('replay, many: 1,000 orders', thousand, 'many', 2),
    {
      what: 'Dictionary, 16,384 keys with one hash set, read and removed',
      value: `${median(keys.colliding).toFixed(0)} ms`,
      against: 'ordinary keys',
      ratio: ratio(keys, 'colliding', 'ordinary'),
      limit: 3,
    },
  ]
}
