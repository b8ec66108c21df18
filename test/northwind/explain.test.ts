import type { OrderRejection } from 'decider-ts/order'
import { expect, it } from 'vitest'
import { explainFailure, explainRejection } from '../../docs/examples/northwind/explain.ts'

const rejections: ReadonlyArray<readonly [OrderRejection, string]> = [
  [{ type: 'OrderNotFound' }, 'there is no such order yet'],
  [
    { type: 'OrderAlreadyExists', customerId: 'VINET', currency: 'USD' },
    'the order exists already, for customer VINET in USD',
  ],
  [
    { type: 'OrderNotEditable', status: 'paid' },
    'the order is paid; lines, shipping and tax change only while it is new',
  ],
  [{ type: 'ProductNotOnOrder', productId: '7' }, 'product_id: product 7 is not on the order'],
  [{ type: 'InvalidAmount', field: 'tax', amount: -5 }, 'tax: expected 0.00 or more, got -0.05'],
  [
    { type: 'IllegalTransition', from: 'new', to: 'shipped', allowed: ['confirmed', 'cancelled'] },
    'the order is new and can not become shipped: only confirmed or cancelled',
  ],
  [
    { type: 'IllegalTransition', from: 'shipped', to: 'paid', allowed: [] },
    'the order is shipped and can not become paid: that is final',
  ],
]

it.each(rejections)('$type', (rejection, text) => {
  expect(explainRejection(rejection)).toBe(text)
})

it('a locked database names its owner', () => {
  const owner = { pid: 42, host: 'vm', since: Date.UTC(2026, 0, 2) }
  expect(
    explainFailure({
      type: 'StoreLocked',
      directory: '.data',
      owner,
      proof: 'Process',
      lease: 10_000,
    }),
  ).toBe(
    '.data is in use by process 42 on vm since 2026-01-02T00:00:00.000Z; ' +
      'wait for it to end, choose another place with --data, or, where you know better, ' +
      'take it with --take-over',
  )
})

it('a store that fails says why', () => {
  const failure = { type: 'StoreUnavailable', operation: 'load' } as const
  expect(
    explainFailure({
      ...failure,
      cause: Object.assign(new Error('could not extend file'), { code: '53100' }),
    }),
  ).toBe(
    'the store failed (load): the disk is full: could not extend file (53100); free some space',
  )
  expect(explainFailure({ ...failure, cause: { type: 'CorruptLock', file: 'lock' } })).toBe(
    'the store failed (load): lock is not a lock file of this library; it was left untouched',
  )
})
