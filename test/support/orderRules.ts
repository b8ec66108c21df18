import type { OrderEvent, OrderState } from '../../src/order/index.ts'
import { exactCosts, exactLineTotal, isExactMoney } from './exactMoney.ts'

interface Broken {
  /** The number of the law of the order's state. */
  readonly rule: 1 | 2 | 3
  readonly state: OrderState
}

/** The laws of one state that it breaks, found in big integers and without the library's code. */
export const brokenRules = (state: OrderState): ReadonlyArray<Broken> => {
  if (state.type === 'NoOrder') return []
  const { lines, subtotal, shipping, tax, total } = state
  const costs = exactCosts(state)
  const adds =
    costs?.subtotal === subtotal &&
    costs.total === total &&
    lines.every(
      (line) => exactLineTotal(line.unitPrice, line.quantity, line.discount) === BigInt(line.total),
    )
  const unique =
    new Set(lines.map(({ productId }) => productId)).size === lines.length &&
    lines.every(({ quantity }) => Number.isInteger(quantity) && quantity >= 1)
  const sums = [subtotal, shipping, tax, total, ...lines.map((line) => line.total)]
  return [
    ...(adds ? [] : [{ rule: 1, state } as const]),
    ...(unique ? [] : [{ rule: 2, state } as const]),
    ...(sums.every(isExactMoney) ? [] : [{ rule: 3, state } as const]),
  ]
}

/** Whether an event means anything to a state: told by the rules alone, in big integers. */
export const applies = (state: OrderState, e: OrderEvent): boolean => {
  if (state.type === 'NoOrder') return e.type === 'OrderCreated'
  if (e.type === 'OrderCreated') return false
  if (e.type === 'StatusChanged') return e.newStatus !== state.status
  if (state.status !== 'new') return false
  const { lines, shipping, tax } = state
  switch (e.type) {
    case 'LineAdded':
      return (
        !lines.some((line) => line.productId === e.productId) &&
        exactLineTotal(e.unitPrice, e.quantity, e.discount) !== undefined &&
        exactCosts({ lines: [...lines, e], shipping, tax }) !== undefined
      )
    case 'QuantityChanged': {
      const changed = lines.map((line) =>
        line.productId === e.productId ? { ...line, quantity: e.quantity } : line,
      )
      return (
        lines.some((line) => line.productId === e.productId && line.quantity !== e.quantity) &&
        exactCosts({ lines: changed, shipping, tax }) !== undefined
      )
    }
    case 'LineRemoved':
      return lines.some((line) => line.productId === e.productId)
    case 'ShippingSet':
      return (
        isExactMoney(e.amount) &&
        e.amount !== shipping &&
        exactCosts({ lines, shipping: e.amount, tax }) !== undefined
      )
    case 'TaxSet':
      return (
        isExactMoney(e.amount) &&
        e.amount !== tax &&
        exactCosts({ lines, shipping, tax: e.amount }) !== undefined
      )
  }
}
