// Reads the files: the only place that touches them on disk.
import { readFile } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { lefts, partitionMap } from 'fp-ts/lib/ReadonlyArray.js'
import type { Task } from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Sheet } from './csv.ts'
import { readCsv } from './csv.ts'
import { joinOrders } from './orders.ts'
import type { Problem } from './problem.ts'
import type { Plan } from './requests.ts'
import { planOrder } from './requests.ts'
import { lineColumns, orderColumns } from './rows.ts'

/** The rows of a file, or why it can't be used at all. */
const readSheet = (file: string, columns: ReadonlyArray<string>): TaskEither<Problem, Sheet> =>
  pipe(
    TE.tryCatch(
      () => readFile(file, 'utf8'),
      (thrown) => ({
        place: { file, line: 1 },
        reason: `the file can't be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        orderId: O.none,
      }),
    ),
    TE.chainEitherK((text) => readCsv(file, text, columns)),
  )

export interface Input {
  readonly plans: ReadonlyArray<Plan>
  readonly problems: ReadonlyArray<Problem>
}

/** What the files ask for, or why one of them can't be used at all. */
export const readInput =
  (files: {
    readonly orders: string
    readonly lines: string
  }): TaskEither<ReadonlyArray<Problem>, Input> =>
  async () => {
    const orders = await readSheet(files.orders, orderColumns)()
    const lines = await readSheet(files.lines, lineColumns)()
    if (E.isLeft(orders) || E.isLeft(lines)) return E.left(lefts([orders, lines]))
    const joined = joinOrders(orders.right, lines.right)
    const { left, right } = partitionMap(planOrder)(joined.orders)
    return E.right({ plans: right, problems: [...joined.problems, ...left.flat()] })
  }

/** The names of the products, as far as there is a file with them. */
export const readProducts =
  (file: string): Task<ReadonlyMap<string, string>> =>
  async () => {
    const sheet = await readSheet(file, ['product_id', 'product_name'])()
    const rows = E.isRight(sheet) ? sheet.right.rows : []
    return new Map(
      rows.map(({ fields }) => [fields['product_id'] ?? '', fields['product_name'] ?? '']),
    )
  }
