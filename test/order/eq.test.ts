import fc from 'fast-check'
import type { Eq } from 'fp-ts/lib/Eq.js'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/Decider.ts'
import { orderDecider, orderState } from '../../src/order/index.ts'
import { structural } from '../../src/Diff.ts'
import { command, commandWith, event, orderIn, threeLines } from '../support/orders.ts'

const decider = orderDecider()

/** Values that differ from the first in one field, or in nothing. */
const variants = <A extends object>(value: A): ReadonlyArray<A> => [
  value,
  { ...value },
  ...Object.entries(value).map(([field, before]) => ({
    ...value,
    [field]:
      typeof before === 'number'
        ? Number.isNaN(before)
          ? 1
          : before / 2 + 1
        : `${String(before)}?`,
  })),
]

const digits = (n: number) => (Object.is(n, -0) ? '-0' : String(n))

/** Two values are the same when they are written the same. */
const written = (value: unknown) =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'number' ? digits(inner) : inner))

const agrees = <A extends object>(eq: Eq<A>, values: ReadonlyArray<A>) =>
  values.flatMap((a) =>
    values.flatMap((b) => (eq.equals(a, b) === (written(a) === written(b)) ? [] : [[a, b]])),
  )

describe('equality is that of every field', () => {
  it('of commands', () => {
    fc.assert(
      fc.property(command, command, (a, b) => {
        expect(agrees(structural, [...variants(a), ...variants(b)])).toStrictEqual([])
      }),
    )
  })

  it('zero and negative zero are two: decide takes the one and refuses the other', () => {
    const [zero, negative] = [0, -0].map((amount) => ({ type: 'SetTax', amount }) as const)
    expect(zero && negative && structural.equals(zero, negative)).toBe(false)
  })

  it('of events', () => {
    fc.assert(
      fc.property(event, event, (a, b) => {
        expect(agrees(structural, [...variants(a), ...variants(b)])).toStrictEqual([])
      }),
    )
  })

  it('of rejections', () => {
    fc.assert(
      fc.property(fc.array(commandWith(50), { minLength: 20, maxLength: 40 }), (commands) => {
        const rejections = run(decider)(commands).outcomes.flatMap((outcome) =>
          outcome._tag === 'Left' ? [outcome.left] : [],
        )
        expect(agrees(structural, rejections)).toStrictEqual([])
      }),
    )
  })

  it('of states, down to the lines', () => {
    const order = orderIn('new')
    const [created, ...rest] = threeLines
    expect(created).toBeDefined()
    expect(structural.equals(order, orderIn('new'))).toBe(true)
    expect(structural.equals(order, orderIn('paid'))).toBe(false)
    expect(structural.equals(order, { type: 'NoOrder' })).toBe(false)
    expect(structural.equals({ type: 'NoOrder' }, { type: 'NoOrder' })).toBe(true)
    for (const e of [
      { type: 'QuantityChanged', productId: '42', quantity: 11 },
      { type: 'LineRemoved', productId: '72' },
      { type: 'TaxSet', amount: 501 },
    ] as const) {
      expect(structural.equals(order, orderState.evolve(order, e))).toBe(false)
    }
    // the same lines in another order are another order
    const reordered = run(decider)([...threeLines.slice(0, 1), ...[...rest].reverse()]).state
    expect(structural.equals(order, reordered)).toBe(false)
  })
})
