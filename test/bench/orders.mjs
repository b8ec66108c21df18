// The workload: histories of orders, made from a fixed seed so that every run folds the same events.

/** Pseudo-random numbers from 0 to 1 (mulberry32). */
export const random = (seed) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const discounts = [0, 500, 1_000, 1_500]

/** One order of 20 products: `length` events, of which each changes the state that it meets. */
export const history = (next, length, id) => {
  const pick = (n) => Math.floor(next() * n)
  const line = (product) => ({
    type: 'LineAdded',
    productId: `P${product}`,
    quantity: 1 + pick(20),
    unitPrice: 100 + pick(10_000),
    discount: discounts[pick(4)],
  })
  const events = [{ type: 'OrderCreated', customerId: `C${id}`, currency: 'USD' }]
  const on = new Map()
  while (events.length < length - 1) {
    const product = pick(20)
    const kind = pick(10)
    if (!on.has(product)) {
      const event = line(product)
      on.set(product, event.quantity)
      events.push(event)
    } else if (kind < 6) {
      const quantity = (on.get(product) % 20) + 1
      on.set(product, quantity)
      events.push({ type: 'QuantityChanged', productId: `P${product}`, quantity })
    } else if (kind < 7) {
      on.delete(product)
      events.push({ type: 'LineRemoved', productId: `P${product}` })
    } else if (kind < 9) {
      events.push({ type: 'ShippingSet', amount: events.length * 10 + 1 })
    } else {
      events.push({ type: 'TaxSet', amount: events.length * 10 + 2 })
    }
  }
  events.push({ type: 'StatusChanged', newStatus: 'confirmed' })
  return events
}

/** Many orders of equal length. */
export const histories = (streams, length, seed = 1) => {
  const next = random(seed)
  return Array.from({ length: streams }, (_, id) => history(next, length, id))
}

/** The commands that lead to a history. */
export const commandOf = (event) => {
  switch (event.type) {
    case 'OrderCreated':
      return { ...event, type: 'CreateOrder' }
    case 'LineAdded':
      return { ...event, type: 'AddLine' }
    case 'QuantityChanged':
      return { ...event, type: 'ChangeQuantity' }
    case 'LineRemoved':
      return { ...event, type: 'RemoveLine' }
    case 'ShippingSet':
      return { ...event, type: 'SetShipping' }
    case 'TaxSet':
      return { ...event, type: 'SetTax' }
    case 'StatusChanged':
      return { ...event, type: 'ChangeStatus' }
  }
}
