// The two files brought together: each order with its lines. An order that a bad row belongs to, or may
// belong to, is held back as a whole.
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { KnownOrders } from './concern.ts'
import { concernIn, knownOrders } from './concern.ts'
import type { Row, Sheet } from './csv.ts'
import { Name } from './fields.ts'
import type { Place, Problem } from './problem.ts'
import { ordersHeldBack } from './problem.ts'
import type { LineRow, OrderRow } from './rows.ts'
import { readLineRow, readOrderRow } from './rows.ts'

export interface NorthwindOrder {
  readonly row: OrderRow
  readonly lines: ReadonlyArray<LineRow>
  /** Whether no bad row may belong to the order. Where one may, lines may lack. */
  readonly sound: boolean
}

export interface NorthwindOrders {
  readonly orders: ReadonlyArray<NorthwindOrder>
  readonly problems: ReadonlyArray<Problem>
}

/** The orders whose own row can be read, and what is wrong with the rows of both files. */
export const joinOrders = (ordersSheet: Sheet, linesSheet: Sheet): NorthwindOrders => {
  const own = readAll(ordersSheet, readOrderRow)
  const lines = readAll(linesSheet, readLineRow)
  const ids = own.good.map(({ value }) => value.order_id)
  const ownProblems = problemsOfOrders(ordersSheet, own, lines)
  const known = knownOrders([...ids, ...ordersHeldBack(ownProblems)])
  const firsts = firstOfEach(own.good.map(({ value }) => value))
  const problems = [
    ...ownProblems,
    ...firsts.problems,
    ...problemsOfLines(linesSheet, lines, known),
  ]
  const held = ordersHeldBack(problems)
  const linesOf = groupByOrder(lines.good.map(({ value }) => value))
  const orders = firsts.rows.map((row) => ({
    row,
    lines: linesOf.get(row.order_id) ?? [],
    sound: !held.has(row.order_id),
  }))
  return { orders, problems }
}

/** A row that can be read, and one that can't be, as the fields that it has. */
interface Good<A> {
  readonly value: A
  readonly fields: ReadonlyArray<string>
}

interface Bad {
  readonly place: Place
  readonly id: string
  readonly fields: ReadonlyArray<string>
  readonly reasons: ReadonlyArray<string>
}

interface Sorted<A> {
  readonly good: ReadonlyArray<Good<A>>
  readonly bad: ReadonlyArray<Bad>
}

const readAll = <A>(
  { columns, rows }: Sheet,
  read: (row: Row) => Either<ReadonlyArray<string>, A>,
): Sorted<A> => {
  const good: Array<Good<A>> = []
  const bad: Array<Bad> = []
  for (const row of rows) {
    const fields = columns.map((name) => row.fields[name] ?? '')
    const result = read(row)
    if (E.isRight(result)) good.push({ value: result.right, fields })
    else {
      const id = row.fields['order_id'] ?? ''
      bad.push({ place: row.place, id, fields, reasons: result.left })
    }
  }
  return { good, bad }
}

/**
 * An order is not imported without a row of its own, so a bad one whose order can't be told can make no
 * other incomplete.
 */
const problemsOfOrders = (
  sheet: Sheet,
  { good, bad }: Sorted<OrderRow>,
  lines: Sorted<LineRow>,
): ReadonlyArray<Problem> => {
  const known = knownOrders([
    ...[...good, ...lines.good].map(({ value }) => value.order_id),
    ...bad.flatMap(({ id }) => (id.trim() === '' ? [] : [id.trim()])),
  ])
  const { ofBad } = concernIn(sheet, known)
  return [
    ...sheet.broken.map(({ place, values, reason }) => ({ place, reason, orders: ofBad(values) })),
    ...bad.flatMap(({ place, id, reasons }) =>
      reasons.map((reason) => ({ place, reason, orders: known.like(id) })),
    ),
  ]
}

/** Every bad line holds back all orders that it may belong to. */
const problemsOfLines = (
  sheet: Sheet,
  { good, bad }: Sorted<LineRow>,
  known: KnownOrders,
): ReadonlyArray<Problem> => {
  const { ofBad, ofUnknown } = concernIn(sheet, known)
  const problem = (place: Place, reason: string, orders: ReadonlyArray<string>): Problem =>
    orders.length > 0
      ? { place, reason: `${reason}${showDoubt(orders)}`, orders }
      : {
          place,
          reason: `${reason}; it may belong to any order, so none is imported`,
          orders: known.all,
        }
  const unknown = good.filter(({ value }) => !known.has(value.order_id))
  return [
    ...sheet.broken.map(({ place, values, reason }) => problem(place, reason, ofBad(values))),
    ...bad.flatMap(({ place, id, fields, reasons }) => {
      const orders =
        E.isRight(Name.decode(id)) && !known.has(id) ? ownOr(id, ofUnknown(fields)) : ofBad(fields)
      return reasons.map((reason) => problem(place, reason, orders))
    }),
    ...unknown.map(({ value: { order_id, place }, fields }) => {
      const reason = `order_id: there is no order ${order_id} in the file of orders`
      return problem(place, reason, ownOr(order_id, ofUnknown(fields)))
    }),
  ]
}

const ownOr = (id: string, others: ReadonlyArray<string>): ReadonlyArray<string> =>
  others.length === 0 ? [id] : others

const showDoubt = (orders: ReadonlyArray<string>): string =>
  orders.length > 1 ? `; it may belong to order ${orders.join(' or ')}` : ''

interface Firsts {
  readonly rows: ReadonlyArray<OrderRow>
  readonly problems: ReadonlyArray<Problem>
}

/** The rows whose order has not come before, and a problem for each of the others. */
const firstOfEach = (all: ReadonlyArray<OrderRow>): Firsts => {
  const lineOf = new Map<string, number>()
  const rows: Array<OrderRow> = []
  const problems: Array<Problem> = []
  for (const row of all) {
    const { order_id, place } = row
    const line = lineOf.get(order_id)
    if (line === undefined) {
      lineOf.set(order_id, place.line)
      rows.push(row)
    } else {
      const reason = `order_id: order ${order_id} stands on line ${line} already`
      problems.push({ place, reason, orders: [order_id] })
    }
  }
  return { rows, problems }
}

const groupByOrder = (
  lines: ReadonlyArray<LineRow>,
): ReadonlyMap<string, ReadonlyArray<LineRow>> => {
  const groups = new Map<string, Array<LineRow>>()
  for (const line of lines) {
    const group = groups.get(line.order_id)
    if (group === undefined) groups.set(line.order_id, [line])
    else group.push(line)
  }
  return groups
}
