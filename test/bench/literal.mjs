// What somebody would write by hand for orders alone: one loop, one switch, literals. It gives the
// same states as the library's decider, checks the same things, and knows nothing of deciders.
const max = Number.MAX_SAFE_INTEGER

/** A whole number from 0 on; negative zero is none. */
const isCount = (n) => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0)

const lineTotal = (unitPrice, quantity, discount) => {
  if (!isCount(unitPrice)) return -1
  if (!Number.isSafeInteger(quantity) || quantity < 1) return -1
  if (!isCount(discount) || discount > 10_000) return -1
  const product = unitPrice * quantity * (10_000 - discount)
  if (product > max) {
    const exact = BigInt(unitPrice) * BigInt(quantity) * BigInt(10_000 - discount)
    const total = (exact + 5_000n) / 10_000n
    return total > BigInt(max) ? -1 : Number(total)
  }
  const rest = product % 10_000
  return (product - rest) / 10_000 + (rest >= 5_000 ? 1 : 0)
}

const find = (lines, productId) => {
  for (let i = 0; i < lines.length; i++) if (lines[i].productId === productId) return i
  return -1
}

/** The state after an event. */
export const step = (s, e) => {
  if (s.type === 'NoOrder') {
    if (e.type !== 'OrderCreated') return s
    return {
      type: 'Order',
      customerId: e.customerId,
      currency: e.currency,
      status: 'new',
      lines: [],
      subtotal: 0,
      shipping: 0,
      tax: 0,
      total: 0,
    }
  }
  let { status, lines, subtotal, shipping, tax } = s
  if (e.type === 'StatusChanged') {
    if (status === e.newStatus) return s
    status = e.newStatus
  } else {
    if (status !== 'new') return s
    switch (e.type) {
      case 'LineAdded': {
        const { productId, quantity, unitPrice, discount } = e
        const total = lineTotal(unitPrice, quantity, discount)
        if (total < 0 || find(lines, productId) >= 0) return s
        lines = lines.slice()
        lines.push({ productId, quantity, unitPrice, discount, total })
        subtotal += total
        break
      }
      case 'QuantityChanged': {
        const at = find(lines, e.productId)
        if (at < 0) return s
        const { productId, quantity: before, unitPrice, discount, total: old } = lines[at]
        const quantity = e.quantity
        if (quantity === before) return s
        const total = lineTotal(unitPrice, quantity, discount)
        if (total < 0) return s
        lines = lines.slice()
        lines[at] = { productId, quantity, unitPrice, discount, total }
        subtotal += total - old
        break
      }
      case 'LineRemoved': {
        const at = find(lines, e.productId)
        if (at < 0) return s
        subtotal -= lines[at].total
        lines = lines.slice()
        lines.splice(at, 1)
        break
      }
      case 'ShippingSet':
        if (!isCount(e.amount) || e.amount === shipping) return s
        shipping = e.amount
        break
      case 'TaxSet':
        if (!isCount(e.amount) || e.amount === tax) return s
        tax = e.amount
        break
      default:
        return s
    }
  }
  const total = subtotal + shipping + tax
  if (total > max) return s
  return {
    type: 'Order',
    customerId: s.customerId,
    currency: s.currency,
    status,
    lines,
    subtotal,
    shipping,
    tax,
    total,
  }
}

/** The state after a history. */
export const replayByHand = (events) => {
  let state = { type: 'NoOrder' }
  for (let i = 0; i < events.length; i++) state = step(state, events[i])
  return state
}
