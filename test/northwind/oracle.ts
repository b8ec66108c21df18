// What the figures must be, worked out from the files alone: BigInt, splitting at commas, and nothing
// of the library or of the example.
import { readFileSync } from 'node:fs'

export const data: URL = new URL('../../docs/examples/northwind/', import.meta.url)

const read = (name: string): ReadonlyArray<ReadonlyArray<string>> =>
  readFileSync(new URL(name, data), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))

const scaled = (text: string, decimals: number): bigint => {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

interface Sums {
  orders: number
  total: bigint
}

/** What is the same in all runs on the same orders. */
export interface Figures {
  readonly orders: number
  readonly events: number
  readonly byStatus: Readonly<Record<string, { readonly orders: number; readonly total: number }>>
}

/** The figures at the end of a day, but for some orders. */
export const figuresAt = (day: string, without: ReadonlyArray<string> = []): Figures => {
  const details = read('order_details.csv')
  const byStatus: Record<string, Sums> = {}
  const all = { orders: 0, events: 0, lines: 0, subtotal: 0n, shipping: 0n, total: 0n }
  for (const [id = '', , ordered = '', , shippedOn = '', freight = ''] of read('orders.csv')) {
    if (ordered > day || without.includes(id)) continue
    const lines = details.filter(([orderId]) => orderId === id)
    let subtotal = 0n
    for (const [, , price = '', quantity = '', discount = ''] of lines) {
      const amount = scaled(price, 2) * BigInt(quantity) * (10_000n - scaled(discount, 4))
      subtotal += (amount + 5_000n) / 10_000n
    }
    const shipping = scaled(freight, 2)
    const isShipped = shippedOn !== '' && shippedOn <= day
    all.orders += 1
    all.events += 1 + lines.length + (shipping === 0n ? 0 : 1) + 1 + (isShipped ? 2 : 0)
    all.lines += lines.length
    all.subtotal += subtotal
    all.shipping += shipping
    all.total += subtotal + shipping
    const sums = (byStatus[isShipped ? 'shipped' : 'confirmed'] ??= { orders: 0, total: 0n })
    sums.orders += 1
    sums.total += subtotal + shipping
  }
  const text = JSON.stringify({ ...all, tax: 0, byStatus }, (_, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  )
  // what was put together above
  return JSON.parse(text) as Figures
}
