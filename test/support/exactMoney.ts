// What an order costs, told again in big integers and without the library's code.

const limit = 2n ** 53n - 1n

const isCount = (n: number) => Number.isInteger(n) && n >= 0 && !Object.is(n, -0) && n < 2 ** 53

/** What a line costs, or nothing where a factor is out of range or the result too large. */
export const exactLineTotal = (
  unitPrice: number,
  quantity: number,
  discount: number,
): bigint | undefined => {
  if (![unitPrice, quantity, discount].every(isCount) || quantity === 0 || discount > 10_000) {
    return undefined
  }
  const tenThousandths = BigInt(unitPrice) * BigInt(quantity) * (10_000n - BigInt(discount))
  const whole = tenThousandths / 10_000n
  const total = tenThousandths % 10_000n < 5_000n ? whole : whole + 1n
  return total > limit ? undefined : total
}

export const isExactMoney = isCount

interface Costs {
  readonly lines: ReadonlyArray<{
    readonly unitPrice: number
    readonly quantity: number
    readonly discount: number
  }>
  readonly shipping: number
  readonly tax: number
}

/** Subtotal and total from scratch, or nothing where a sum is too large. */
export const exactCosts = ({
  lines,
  shipping,
  tax,
}: Costs): { readonly subtotal: number; readonly total: number } | undefined => {
  let subtotal = 0n
  for (const { unitPrice, quantity, discount } of lines) {
    const total = exactLineTotal(unitPrice, quantity, discount)
    if (total === undefined) return undefined
    subtotal += total
  }
  const total = subtotal + BigInt(shipping) + BigInt(tax)
  return total > limit ? undefined : { subtotal: Number(subtotal), total: Number(total) }
}
