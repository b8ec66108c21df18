// Plans out of a few rows, for the tests that need some.
import { isRight } from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import { readCsv } from '../../docs/examples/northwind/csv.ts'
import { joinOrders } from '../../docs/examples/northwind/orders.ts'
import type { Problem } from '../../docs/examples/northwind/problem.ts'
import {
  ordersConcerned,
  showProblem,
  sortProblems,
} from '../../docs/examples/northwind/problem.ts'
import type { Plan } from '../../docs/examples/northwind/requests.ts'
import { planOrder } from '../../docs/examples/northwind/requests.ts'
import { lineColumns, orderColumns } from '../../docs/examples/northwind/rows.ts'

const sheet = (
  file: string,
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<string>,
  header = columns.join(','),
) => {
  const read = readCsv(file, [header, ...rows].join('\n'), columns)
  return isRight(read) ? read.right : expect.fail('the header is right')
}

export interface Planning {
  readonly plans: ReadonlyArray<Plan>
  readonly messages: ReadonlyArray<string>
  readonly rejected: number
}

/** What would be sent, and the messages about the rest; the files are called `o` and `l`. */
export const plan = (
  orders: ReadonlyArray<string>,
  lines: ReadonlyArray<string>,
  headerOfLines?: string,
): Planning => {
  const joined = joinOrders(
    sheet('o', orderColumns, orders),
    sheet('l', lineColumns, lines, headerOfLines),
  )
  const results = joined.orders.map(planOrder)
  const refused: ReadonlyArray<Problem> = [
    ...joined.problems,
    ...results.flatMap((result) => (isRight(result) ? [] : result.left)),
  ]
  return {
    plans: results.flatMap((result) => (isRight(result) ? [result.right] : [])),
    messages: sortProblems(refused, ['o', 'l']).map(showProblem),
    rejected: ordersConcerned(refused),
  }
}

export const order = (id: string, shipped = '1996-07-16'): string =>
  `${id},VINET,1996-07-04,${shipped},32.38`

export const line = (id: string, product = '11'): string => `${id},${product},14.00,12,0.15`
