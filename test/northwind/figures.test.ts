import { orderDecider } from 'decider-ts/order'
import { orderEventCodec } from 'decider-ts/order/codec'
import { commandHandler, immediate } from 'decider-ts/shell/CommandHandler'
import { catchUp } from 'decider-ts/shell/Projector'
import { withCodec } from 'decider-ts/store/Encoded'
import { memoryStore } from 'decider-ts/store/Memory'
import { isRight } from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { figuresOf, viewsAsOf } from '../../docs/examples/northwind/figures.ts'
import { showReport } from '../../docs/examples/northwind/report.ts'
import { shownOf } from '../../docs/examples/northwind/shown.ts'
import { plain } from '../../docs/examples/northwind/table.ts'

const maxMoney = Number.MAX_SAFE_INTEGER
const decider = orderDecider()

/** The read models of orders of one line each, in a currency and at a price. */
const viewsOf = async (...orders: ReadonlyArray<readonly [currency: string, price: number]>) => {
  const store = withCodec(orderEventCodec)(memoryStore())
  const handle = commandHandler({ decider, store, retry: immediate(1) })
  for (const [i, [currency, unitPrice]] of orders.entries()) {
    const stream = String(i + 1)
    const placed = await handle({
      stream,
      commitId: stream,
      occurredAt: 0,
      commands: [
        { type: 'CreateOrder', customerId: 'VINET', currency },
        { type: 'AddLine', productId: '11', quantity: 1, unitPrice, discount: 0 },
        { type: 'ChangeStatus', newStatus: 'confirmed' },
      ],
    })()
    if (!isRight(placed)) expect.fail(JSON.stringify(placed.left))
  }
  const views = viewsAsOf(Infinity)
  const all = await catchUp(store, views)({ position: 0, state: views.initialState })()
  const history = await store.load('1')()
  return isRight(all) && isRight(history)
    ? { views: all.right.state, history: history.right }
    : expect.fail('the store can be read')
}

const sums = (orders: number, amount: number | string | null) => ({
  orders,
  lines: orders,
  subtotal: amount,
  tax: amount === null ? null : 0,
  shipping: amount === null ? null : 0,
  total: amount,
  byStatus: { confirmed: { orders, total: amount } },
})

const run = { newEvents: 0, rejected: 0 }

describe('the figures of orders', () => {
  it('in one currency are numbers', async () => {
    const { views } = await viewsOf(['USD', 100], ['USD', 250])
    expect(figuresOf(views, 0, 0)).toEqual({ ...run, events: 6, ...sums(2, 350) })
  })

  it('are exact beyond what a number holds: digits, which no reader of JSON rounds', async () => {
    const { views } = await viewsOf(['USD', maxMoney], ['USD', maxMoney - 1])
    const figures = figuresOf(views, 0, 0)
    expect(figures).toEqual({ ...run, events: 6, ...sums(2, '18014398509481981') })
    expect(JSON.parse(JSON.stringify(figures))).toEqual(figures)
  })

  it('in several currencies are never added up', async () => {
    const { views } = await viewsOf(['USD', 100], ['EUR', 250], ['USD', 7])
    expect(figuresOf(views, 0, 0)).toEqual({
      ...run,
      events: 9,
      ...sums(3, null),
      byCurrency: { EUR: sums(1, 250), USD: sums(2, 107) },
    })
  })

  it('in several currencies stand side by side in the table of totals', async () => {
    const opened = await viewsOf(['USD', 100], ['EUR', 250], ['USD', maxMoney], ['USD', maxMoney])
    const shown = shownOf(opened.views, '1')
    const done = {
      ...opened,
      shown,
      newEvents: 0,
      checked: 0,
      problems: [],
      unnamed: 4,
      seconds: 1,
    }
    const text = showReport(plain, new Map(), { order: none, asOf: none }, done)
    expect(text.split('\n').map((row) => row.trim().replaceAll(/ +/g, ' '))).toEqual(
      expect.arrayContaining([
        'confirmed 1 2.50 EUR',
        'confirmed 3 180,143,985,094,820.82 USD',
        'all 1 2.50 EUR',
        'all 3 180,143,985,094,820.82 USD',
        'Orders in the database that are not in these files: 4.',
      ]),
    )
  })
})
