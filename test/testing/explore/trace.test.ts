import { describe, expect, it } from 'vitest'
import type { Trace } from '../../../src/testing/explore/trace.ts'
import { showScenario, showTrace } from '../../../src/testing/explore/trace.ts'

const line = {
  type: 'LineAdded',
  productId: 'a product with a long name',
  quantity: 1,
  unitPrice: 1_400,
  discount: 0,
}

const trace: Trace<unknown, unknown, unknown> = {
  initialState: 'none',
  steps: [
    { action: { type: 'Create' }, events: [{ type: 'Created' }], state: 'new' },
    { action: { type: 'Create' }, events: [], state: 'new' },
    { action: { type: 'Add' }, events: [line, { type: 'Noted' }], state: { lines: [line] } },
  ],
}
const [first, ...rest] = trace.steps

describe('a trace', () => {
  it('shows an action a line, and what it emitted', () => {
    expect(showTrace(trace)).toBe(`1. { type: 'Create' }
   → { type: 'Created' }
2. { type: 'Create' }
   → nothing
3. { type: 'Add' }
   → {
       type: 'LineAdded',
       productId: 'a product with a long name',
       quantity: 1,
       unitPrice: 1400,
       discount: 0,
     }
   → { type: 'Noted' }
state: {
  lines: [
    {
      type: 'LineAdded',
      productId: 'a product with a long name',
      quantity: 1,
      unitPrice: 1400,
      discount: 0,
    },
  ],
}`)
    expect(showTrace({ ...trace, steps: [] })).toBe("state: 'none'")
  })

  it('is a test to paste: what was emitted before is given, the last action is the when', () => {
    expect(showScenario(trace)).toBe(`scenario(decider)
  .given([{ type: 'Created' }])
  .when({ type: 'Add' })
  .then([
    {
      type: 'LineAdded',
      productId: 'a product with a long name',
      quantity: 1,
      unitPrice: 1400,
      discount: 0,
    },
    { type: 'Noted' },
  ])
// which leads to the state {
//   lines: [
//     {
//       type: 'LineAdded',
//       productId: 'a product with a long name',
//       quantity: 1,
//       unitPrice: 1400,
//       discount: 0,
//     },
//   ],
// }`)
    expect(first).toBeDefined()
    expect(showScenario({ ...trace, steps: [...rest.slice(1), ...trace.steps.slice(0, 1)] }))
      .toBe(`scenario(decider)
  .given([
    {
      type: 'LineAdded',
      productId: 'a product with a long name',
      quantity: 1,
      unitPrice: 1400,
      discount: 0,
    },
    { type: 'Noted' },
  ])
  .when({ type: 'Create' })
  .then([{ type: 'Created' }])
// which leads to the state 'new'`)
    expect(showScenario({ ...trace, steps: [] })).toBe(
      "scenario(decider)\n  .given([])\n  .thenState('none')",
    )
  })

  it('is a test that is indented as deep as it stands, however long its parts are', () => {
    const add = (productId: string) => ({ ...line, type: 'AddLine', productId })
    const added = (productId: string) => ({ type: 'LineAdded', productId })
    const steps = ['11', '42', '72'].map((productId) => ({
      action: add(productId),
      events: [added(productId)],
      state: productId,
    }))
    expect(showScenario({ initialState: 'none', steps }, 'order')).toBe(`scenario(order)
  .given([{ type: 'LineAdded', productId: '11' }, { type: 'LineAdded', productId: '42' }])
  .when({ type: 'AddLine', productId: '72', quantity: 1, unitPrice: 1400, discount: 0 })
  .then([{ type: 'LineAdded', productId: '72' }])
// which leads to the state '72'`)
    const [step] = trace.steps
    const long = { ...trace, steps: [{ action: line, events: [], state: step?.state }] }
    expect(showScenario(long)).toBe(`scenario(decider)
  .given([])
  .when({
    type: 'LineAdded',
    productId: 'a product with a long name',
    quantity: 1,
    unitPrice: 1400,
    discount: 0,
  })
  .then([])
// which leads to the state 'new'`)
    expect(showScenario({ initialState: { lines: [line] }, steps: [] })).toBe(`scenario(decider)
  .given([])
  .thenState({
    lines: [
      {
        type: 'LineAdded',
        productId: 'a product with a long name',
        quantity: 1,
        unitPrice: 1400,
        discount: 0,
      },
    ],
  })`)
  })
})
