// The files as they are on disk, imported into a store in memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { orderEventCodec } from 'decider-ts/order/codec'
import { withCodec } from 'decider-ts/store/Encoded'
import { memoryStore } from 'decider-ts/store/Memory'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import { afterAll, describe, expect, it } from 'vitest'
import { readInput } from '../../docs/examples/northwind/files.ts'
import { figuresOf } from '../../docs/examples/northwind/figures.ts'
import { showProblem } from '../../docs/examples/northwind/problem.ts'
import { silent } from '../../docs/examples/northwind/progress.ts'
import { work } from '../../docs/examples/northwind/work.ts'
import { data, figuresAt } from './oracle.ts'

const place = mkdtempSync(join(tmpdir(), 'northwind-'))
afterAll(() => rmSync(place, { recursive: true }))

const bundled = {
  orders: fileURLToPath(new URL('orders.csv', data)),
  lines: fileURLToPath(new URL('order_details.csv', data)),
}

it('all orders come to what the owner knows', async () => {
  const input = await readInput(bundled)()
  if (isLeft(input)) expect.fail(input.left.map(showProblem).join('\n'))
  const { plans, named, problems } = input.right
  expect(problems).toEqual([])
  const done = await work(withCodec(orderEventCodec)(memoryStore()), {
    plans,
    named,
    until: Infinity,
    order: none,
    tables: none,
    progress: silent,
    stopped: () => false,
  })()
  if (isLeft(done)) expect.fail(JSON.stringify(done.left))
  const { views, newEvents } = done.right
  const whole = figuresAt('9999-12-31')
  expect(figuresOf(views, newEvents, 0)).toEqual({
    ...whole,
    newEvents: whole.events,
    rejected: 0,
  })
  expect(whole).toMatchObject({
    orders: 830,
    lines: 2_155,
    byStatus: {
      confirmed: { orders: 21 },
      shipped: { orders: 809, total: 130_381_087 },
    },
    total: 133_073_598,
  })
})

describe('a file that can not be used', () => {
  it.each([
    ['that is not there', 'nowhere.csv', undefined],
    ['that is empty', 'empty.csv', ''],
    ['whose header lacks a column', 'header.csv', 'order_id,customer_id\n1,X\n'],
  ])('%s is reported', async (_, name, text) => {
    const orders = join(place, name)
    if (text !== undefined) writeFileSync(orders, text)
    const input = await readInput({ ...bundled, orders })()
    if (isRight(input)) expect.fail('it is used')
    expect(input.left.map(showProblem).join('\n')).toMatch(
      new RegExp(`^${orders}:1: (the file can't be read: |expected a header )`),
    )
  })
})
