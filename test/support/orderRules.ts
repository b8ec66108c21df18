import type { OrderState } from '../../src/order/index.ts'
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
