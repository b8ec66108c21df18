import { describe, expect, it } from 'vitest'
import { standardLifecycle, orderStatuses } from '../../src/order/index.ts'
import { anyStatus } from '../support/orders.ts'

describe('lifecycles', () => {
  it('know five statuses', () => {
    expect(orderStatuses).toStrictEqual(['new', 'confirmed', 'paid', 'shipped', 'cancelled'])
  })

  it('standard: new → confirmed → paid → shipped, cancelled from any of the first three', () => {
    expect(standardLifecycle).toStrictEqual({
      new: ['confirmed', 'cancelled'],
      confirmed: ['paid', 'cancelled'],
      paid: ['shipped', 'cancelled'],
      shipped: [],
      cancelled: [],
    })
  })

  it('anyStatus: every move among new, paid, confirmed and shipped', () => {
    const four = ['new', 'paid', 'confirmed', 'shipped'] as const
    for (const from of four) {
      expect([...anyStatus[from]].sort()).toStrictEqual(four.filter((to) => to !== from).sort())
    }
    expect(anyStatus.cancelled).toStrictEqual([])
    expect(Object.keys(anyStatus).sort()).toStrictEqual([...orderStatuses].sort())
  })
})
