// The two files brought together: each order with its lines.
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Sheet } from './csv.ts'
import type { Problem } from './problem.ts'
import type { LineRow, OrderRow } from './rows.ts'
import { readLineRow, readOrderRow } from './rows.ts'

export interface NorthwindOrder {
  readonly row: OrderRow
  readonly lines: ReadonlyArray<LineRow>
  /** Whether nothing was wrong with any row of the order so far. Where it is not, lines may lack. */
  readonly sound: boolean
}

export interface NorthwindOrders {
  readonly orders: ReadonlyArray<NorthwindOrder>
  readonly problems: ReadonlyArray<Problem>
}

/** The orders whose own row can be read, and what is wrong with the rows of both files. */
export const joinOrders = (ordersSheet: Sheet, linesSheet: Sheet): NorthwindOrders => {
  const ownRows = readAll(ordersSheet, readOrderRow)
  const firsts = firstOfEach(ownRows.good)
  const lineRows = readAll(linesSheet, readLineRow)
  const known = new Set([...ownRows.good.map((row) => row.order_id), ...idsOf(ownRows.problems)])
  const problems = [
    ...ownRows.problems,
    ...firsts.problems,
    ...lineRows.problems,
    ...lineRows.good.filter((line) => !known.has(line.order_id)).map(unknownOrder),
  ]
  const refused = new Set(idsOf(problems))
  const linesOf = groupByOrder(lineRows.good)
  const orders = firsts.good.map((row) => ({
    row,
    lines: linesOf.get(row.order_id) ?? [],
    sound: !refused.has(row.order_id),
  }))
  return { orders, problems }
}

interface Sorted<A> {
  readonly good: ReadonlyArray<A>
  readonly problems: ReadonlyArray<Problem>
}

const readAll = <A>(
  sheet: Sheet,
  read: (row: Sheet['rows'][number]) => E.Either<ReadonlyArray<Problem>, A>,
): Sorted<A> => {
  const good: Array<A> = []
  const problems: Array<Problem> = [...sheet.problems]
  for (const row of sheet.rows) {
    const result = read(row)
    if (E.isRight(result)) good.push(result.right)
    else problems.push(...result.left)
  }
  return { good, problems }
}

const idsOf = (problems: ReadonlyArray<Problem>): ReadonlyArray<string> =>
  problems.flatMap(({ orderId }) => (O.isSome(orderId) ? [orderId.value] : []))

/** The rows whose order has not come before, and a problem for each of the others. */
const firstOfEach = (rows: ReadonlyArray<OrderRow>): Sorted<OrderRow> => {
  const lineOf = new Map<string, number>()
  const good: Array<OrderRow> = []
  const problems: Array<Problem> = []
  for (const row of rows) {
    const { order_id, place } = row
    const line = lineOf.get(order_id)
    if (line === undefined) {
      lineOf.set(order_id, place.line)
      good.push(row)
    } else {
      const reason = `order_id: order ${order_id} stands on line ${line} already`
      problems.push({ place, reason, orderId: O.some(order_id) })
    }
  }
  return { good, problems }
}

const unknownOrder = ({ order_id, place }: LineRow): Problem => ({
  place,
  reason: `order_id: there is no order ${order_id} in the file of orders`,
  orderId: O.some(order_id),
})

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
