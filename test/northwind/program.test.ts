// The whole program as a person runs it: compiled, in a process of its own, on a database on disk and on a server.
// Each start costs as much as most tests, so these are few: what needs no process is in the tests of the modules,
// and all orders on disk are in the long tests.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../postgres/shared.mjs'
import { useDatabase } from '../support/postgres.ts'
import { figuresAt } from './oracle.ts'
import {
  cleanUp,
  copyOf,
  empty,
  end,
  everything,
  figures,
  file,
  linesOf,
  noFiles,
  place,
  prepare,
  run,
  start,
} from './running.ts'

/** How many lines of the files there are up to order 10287: enough for orders that nothing is wrong with. */
const first = { 'orders.csv': 41, 'order_details.csv': 108 }

const some = (name: keyof typeof first): string =>
  file(`some-${name}`, linesOf(name).slice(0, first[name]))
const files = ['--orders', some('orders.csv'), '--lines', some('order_details.csv')]
const idOf = (row: string): string => row.slice(0, 5)
const absent = linesOf('orders.csv').slice(first['orders.csv']).map(idOf)
const expected = { ...figuresAt(everything, absent), rejected: 0 }

let created: Record<string, unknown>
beforeAll(async () => {
  created = await prepare()
})
afterAll(cleanUp)

describe('on disk', () => {
  const database = join(place, 'some')

  it('the figures of no orders are zeros', () => {
    expect(created).toEqual({ ...figuresAt(''), newEvents: 0, rejected: 0 })
  })

  it('imports the orders, and tells of one and of all', async () => {
    copyOf(empty, 'some')
    const { code, out, err } = await run('--data', database, ...files)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const text of [
      '40 orders, told by',
      ' 10248  VINET     shipped      3  440.00 USD  32.38 USD  0.00 USD  472.38 USD  1996-07-04',
      ' 10248  11       Queso Cabrales                       12   14.00 USD       0 %  168.00 USD',
      ' 8   10248  StatusChanged  1996-07-16  northwind import  status: shipped',
      'Order 10248 as of 1996-07-15',
      ' status        confirmed        shipped  changed',
      // out of tables in SQL, with what a person would ask them
      "select * from orders where id = '10248';\n",
      "select * from order_lines where order_id = '10248' order by added_at;\n",
      "  where order_id = '10248' order by id;\n",
      'select status, currency, orders, total from totals_by_status\n',
    ]) {
      expect(out).toContain(text)
    }
    expect(out).toMatch(/ all +40 +\S+ USD\n/)
    expect(out).not.toContain('\u001b')
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('the figures as of a day are those of the files up to that day', async () => {
    const then = await figures('--data', database, '--as-of', '1996-07-16', ...noFiles)
    expect(then).toEqual({ ...figuresAt('1996-07-16'), newEvents: 0, rejected: 0 })
  })
})

/** The rows that are changed in, or added to, these; and what is said of them. */
const bad: Readonly<
  Record<keyof typeof first, ReadonlyArray<readonly [line: number, row: string, reason?: string]>>
> = {
  'orders.csv': [
    [
      4,
      '10250,HANAR,1996-02-30,1996-08-05,1996-07-12,65.83,Brazil',
      'order_date: expected a date like 1996-07-04, got "1996-02-30"',
    ],
    [
      5,
      '10251,VICTE,1996-07-08,1996-08-05,1996-07-07,41.34,France',
      'shipped_date: expected the order date 1996-07-08 or a later day, got "1996-07-07"',
    ],
    [
      6,
      '10252,SUPRD,1996-07-09,1996-08-06,1996-07-11,-51.30,Belgium',
      'freight: expected 0.00 or more, got -51.30',
    ],
    [
      7,
      '10253,HANAR,1996-07-10,1996-07-24,1996-07-16,58.17',
      'expected 7 fields (order_id, customer_id, order_date, required_date, shipped_date, freight, ship_country), found 6',
    ],
    [
      8,
      '10254,"CHOPS,1996-07-11,1996-08-08,1996-07-23,22.98,Switzerland',
      'wrong quote: a quoted field does not end on its line',
    ],
    [42, '10255,X,1996-07-12,,,1.00,X', 'order_id: order 10255 stands on line 9 already'],
    [43, '20000,X,1996-07-12,,,1.00,X', 'the order has no lines, so it can not be confirmed'],
  ],
  'order_details.csv': [
    [26, '10256,53,-26.20,15,0.00', 'unit_price: expected 0.00 or more, got -26.20'],
    [28, '10257,27,35.10,many,0.00', 'quantity: expected a whole number, got "many"'],
    [
      31,
      '10258,2,15.20,50',
      'expected 5 fields (order_id, product_id, unit_price, quantity, discount), found 4',
    ],
    [
      35,
      '10259,21,20.80,1,0.00',
      'product_id: product 21 is on the order already, with quantity 10',
    ],
    [
      37,
      '10260,57,15".60,50,0.00',
      'wrong quote: a quote stands inside a field that does not start with one',
    ],
    [40, '10261,21,90071992547409.91,2,0.00', 'the line would come to more than 90071992547409.91'],
    [109, '99999,1,1.00,1,0', 'order_id: there is no order 99999 in the file of orders'],
  ],
}

describe('bad rows', () => {
  const url = useDatabase()

  it('are reported, keep their orders out as a whole, and no others', async () => {
    const [orders = '', lines = ''] = (['orders.csv', 'order_details.csv'] as const).map((name) => {
      const changed = linesOf(name).slice(0, first[name])
      for (const [line, row] of bad[name]) changed[line - 1] = row
      return file(name, changed)
    })
    const changed = ['--orders', orders, '--lines', lines]
    const { code, out, err } = await run('--json', '--database', url(), ...changed)
    const messages = Object.entries(bad).flatMap(([name, rows]) =>
      rows.map(([line, , reason]) => `${join(place, name)}:${line}: ${reason}\n`),
    )
    expect(err).toBe(messages.join(''))
    expect(code).toBe(1)
    const refused = Array.from({ length: 12 }, (_, i) => String(10_250 + i))
    const others = figuresAt(everything, [...refused, ...absent])
    expect(others.orders).toBe(28)
    expect(JSON.parse(out)).toEqual({ ...others, newEvents: others.events, rejected: 14 })
  })

  it('a file that is not there can not be used, and nothing is touched', async () => {
    const database = join(place, 'never')
    const { code, out, err } = await run('--orders', 'nowhere.csv', '--data', database)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^nowhere\.csv:1: the file can't be read: /)
    expect(existsSync(database)).toBe(false)
  })
})

describe('on a server', () => {
  const url = useDatabase()

  it('lets nothing in where the order of a row can not be told, says so, and ends with 1', async () => {
    const lines = linesOf('order_details.csv').slice(0, 6)
    const untold = [
      '--orders',
      file('sound.csv', linesOf('orders.csv').slice(0, 3)),
      '--lines',
      file('untold.csv', [...lines, '12,14.00,1,0']),
    ]
    const ended = await run('--json', '--database', url(), ...untold)
    expect(ended).toMatchObject({ code: 1, out: expect.stringContaining('"rejected":2') as string })
    expect(ended.err).toMatch(/untold\.csv:7: expected 5 fields .*, so none is imported\n$/)
    expect(ended.out).toContain('{"orders":0,"events":0,')
  })

  it('gives the same figures, imports nothing twice, and has its tables there', async () => {
    const args = ['--database', url(), ...files]
    expect(await figures(...args)).toEqual({ ...expected, newEvents: expected.events })
    const { code, out, err } = await run(...args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^40 orders, told by/)
    expect(out).toContain("select * from orders where id = '10248';\n")
    expect(out).toContain('Nothing was new: 40 orders checked in ')
    const asked = 'select status, orders::int from totals_by_status order by status'
    const { byStatus } = expected
    expect(await ask(url(), asked)).toEqual(
      Object.entries(byStatus).map(([status, { orders }]) => ({ status, orders })),
    )
  })

  it('tells of an order step by step', async () => {
    const asked = ['--order', '10260', '--as-of', '1996-07-20', ...noFiles]
    const { code, out, err } = await run('--database', url(), ...asked)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('16 × 7.70 USD − 25 %')
    expect(out).toMatch(/7 +1996-07-19 +northwind import +StatusChanged +status +new +confirmed\n/)
    expect(out).not.toContain('shipped')
    // the tables hold today
    expect(out).not.toContain('select')
  })

  it('tells that there is no such order', async () => {
    const ended = await run('--database', url(), '--order', '77', ...noFiles)
    expect(ended).toEqual({ code: 1, out: '', err: 'There is no order 77.\n' })
  })

  it('may be cut short by its reader', async () => {
    const child = start(['--database', url(), ...noFiles])
    child.stdout?.destroy()
    expect(await end(child)).toEqual({ code: 0, out: '', err: '' })
  })

  it('that can not be reached, it says so and what to do', async () => {
    const nowhere = 'postgres://user:secret@127.0.0.1:1/shop'
    const { code, out, err } = await run('--database', nowhere, ...noFiles)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      /^the store failed \(open\): connection refused: .*; start the server, or correct its host and port\n$/,
    )
    expect(err).not.toContain('secret')
  })
})

it('an option that it does not have is refused', async () => {
  const { code, out, err } = await run('--jsn')
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain("unknown option '--jsn'")
})
