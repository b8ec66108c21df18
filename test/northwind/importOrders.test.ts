import { left, right } from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import { orderDecider } from 'decider-ts/order'
import { orderEventCodec } from 'decider-ts/order/codec'
import { catchUp } from 'decider-ts/shell/Projector'
import { commandHandler, immediate } from 'decider-ts/shell/CommandHandler'
import { withCodec } from 'decider-ts/store/Encoded'
import { memoryStore } from 'decider-ts/store/Memory'
import { describe, expect, it } from 'vitest'
import { importOrders } from '../../docs/examples/northwind/importOrders.ts'
import { showProblem } from '../../docs/examples/northwind/problem.ts'
import { silent } from '../../docs/examples/northwind/progress.ts'
import { work } from '../../docs/examples/northwind/work.ts'
import { line, order, plan } from './support.ts'

const decider = orderDecider()

const open = () => {
  const store = withCodec(orderEventCodec)(memoryStore())
  const handle = commandHandler({ decider, store, retry: immediate(1) })
  const count = { initialState: 0, evolve: (n: number) => n + 1 }
  return {
    handle,
    /** Imports rows, and gives the messages. */
    send: async (orders: ReadonlyArray<string>, lines: ReadonlyArray<string>) => {
      const { plans } = plan(orders, lines)
      const done = await work(store, {
        plans,
        named: new Set(),
        until: Infinity,
        order: none,
        progress: silent,
        tables: none,
        stopped: () => false,
      })()
      return done._tag === 'Right' ? done.right.problems.map(showProblem) : done.left
    },
    stored: async () => {
      const counted = await catchUp(store, count)({ position: 0, state: 0 })()
      return counted._tag === 'Right' ? counted.right.state : counted.left
    },
  }
}

describe('importing', () => {
  it('twice writes nothing twice', async () => {
    const { send, stored } = open()
    expect(await send([order('1')], [line('1')])).toEqual([])
    expect(await stored()).toBe(6)
    expect(await send([order('1')], [line('1')])).toEqual([])
    expect(await stored()).toBe(6)
  })

  it('an order that has shipped since adds what is new', async () => {
    const { send, stored } = open()
    expect(await send([order('1', '')], [line('1')])).toEqual([])
    expect(await stored()).toBe(4)
    expect(await send([order('1')], [line('1')])).toEqual([])
    expect(await stored()).toBe(6)
  })

  it.each([
    [
      'another customer',
      '1,TOMSP,1996-07-04,1996-07-16,32.38',
      [line('1')],
      'OrderCreated: customerId is VINET in the store and TOMSP in the file',
    ],
    [
      'another quantity',
      order('1'),
      ['1,11,14.00,13,0.15'],
      'LineAdded of product 11: quantity is 12 in the store and 13 in the file',
    ],
    [
      'another order date',
      '1,VINET,1996-07-05,1996-07-16,32.38',
      [line('1')],
      'OrderCreated: date is 1996-07-04 in the store and 1996-07-05 in the file',
    ],
    [
      'another shipping date',
      order('1', '1996-07-17'),
      [line('1')],
      'StatusChanged: date is 1996-07-16 in the store and 1996-07-17 in the file',
    ],
  ])('an order that is stored with %s is reported', async (_, own, lines, reason) => {
    const { send, stored } = open()
    await send([order('1')], [line('1')])
    expect(await send([own, order('2')], [...lines, line('2')])).toEqual([
      `o:2: order 1 was imported before with other data: ${reason}`,
    ])
    expect(await stored()).toBe(12)
  })

  it.each([
    [
      'a shipping date',
      order('1', ''),
      [line('1'), line('1', '12')],
      'StatusChanged to shipped: shipped_date is 1996-07-16 in the store and nothing in the file',
    ],
    [
      'a line',
      order('1'),
      [line('1')],
      'LineAdded of product 12 is in the store and not in the file',
    ],
    [
      'the freight',
      '1,VINET,1996-07-04,1996-07-16,0.00',
      [line('1'), line('1', '12')],
      'ShippingSet is in the store and not in the file',
    ],
  ])('%s that the file no longer has is told', async (_, own, lines, reason) => {
    const { send, stored } = open()
    await send([order('1')], [line('1'), line('1', '12')])
    const before = await stored()
    expect(await send([own], lines)).toEqual([
      `o:2: order 1 was imported before with other data: ${reason}`,
    ])
    expect(await stored()).toBe(before)
  })

  it('every difference of an order is told, and a line that is new', async () => {
    const { send } = open()
    await send([order('1')], [line('1')])
    expect(
      await send(['1,TOMSP,1996-07-05,1996-07-16,32.38'], ['1,11,14.00,13,0.15', line('1', '12')]),
    ).toEqual(
      [
        'OrderCreated: date is 1996-07-04 in the store and 1996-07-05 in the file',
        'LineAdded of product 12 is in the file and not in the store',
        'OrderCreated: customerId is VINET in the store and TOMSP in the file',
        'LineAdded of product 11: quantity is 12 in the store and 13 in the file',
      ].map((reason) => `o:2: order 1 was imported before with other data: ${reason}`),
    )
  })

  it('lines in another order are the same lines', async () => {
    const { send } = open()
    await send([order('1')], [line('1'), line('1', '12')])
    expect(await send([order('1')], [line('1', '12'), line('1')])).toEqual([])
  })

  it('an order that somebody else has changed is reported', async () => {
    const { send, handle, stored } = open()
    await send([order('1', '')], [line('1')])
    const [first] = plan([order('1')], [line('1')]).plans[0]?.requests ?? []
    const envelope = first?.request.commands[0] ?? expect.fail('there is a request')
    await handle({
      stream: '1',
      commitId: 'cancelled',
      ...envelope,
      commands: [{ type: 'ChangeStatus', newStatus: 'cancelled' }],
    })()
    expect(await send([order('1')], [line('1')])).toEqual([
      "o:2: order 1 can't be written: the order is cancelled and can not become paid: that is final",
    ])
    expect(await stored()).toBe(5)
  })

  it('ends when it is asked to, between two orders', async () => {
    const { handle, stored } = open()
    const { plans } = plan([order('1'), order('2')], [line('1'), line('2')])
    let done = 0
    const progress = { ...silent, show: (n: number) => void (done = n) }
    const job = { plans, progress, stopped: () => done === 1 }
    expect(await importOrders(handle, job)()).toEqual(right([]))
    expect(await stored()).toBe(6)
  })

  it('ends where the store fails', async () => {
    const failure = { type: 'StoreUnavailable', operation: 'load', cause: 'gone' } as const
    const { plans } = plan([order('1'), order('2')], [line('1'), line('2')])
    const job = { plans, progress: silent, stopped: () => false }
    let asked = 0
    const handle = () => () => {
      asked++
      return Promise.resolve(left(failure))
    }
    expect(await importOrders(handle, job)()).toEqual(left(failure))
    expect(asked).toBe(1)
  })
})
