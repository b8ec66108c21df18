// Reads the files: the only place that touches them on disk.
import { readFile } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { lefts, partitionMap } from 'fp-ts/lib/ReadonlyArray.js'
import type { Task } from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Sheet } from './csv.ts'
import { readCsv } from './csv.ts'
import { joinOrders } from './orders.ts'
import type { Problem } from './problem.ts'
import { ordersHeldBack } from './problem.ts'
import type { Plan } from './requests.ts'
import { planOrder } from './requests.ts'
import { lineColumns, orderColumns } from './rows.ts'

/** The rows of a file, or why it can't be used at all. */
const readSheet = (file: string, columns: ReadonlyArray<string>): TaskEither<Problem, Sheet> =>
  pipe(
    TE.tryCatch(
      () => readFile(file),
      (thrown) => ({
        place: { file, line: 1 },
        reason: `the file can't be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        orders: [],
      }),
    ),
    TE.chainEitherK((bytes) => decodeText(file, bytes)),
    TE.chainEitherK((text) => readCsv(file, text, columns)),
  )

/** UTF-8; what is not stays visible as U+FFFD, which no field that is needed may hold. */
const decodeText = (file: string, bytes: Buffer): Either<Problem, string> => {
  const [first = 0, second = 0] = bytes
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  const reason = 'the file is in UTF-16; save it in UTF-8'
  return isUtf16
    ? E.left({ place: { file, line: 1 }, reason, orders: [] })
    : E.right(bytes.toString('utf8'))
}

export interface Input {
  readonly plans: ReadonlyArray<Plan>
  readonly problems: ReadonlyArray<Problem>
  /** The orders that the files name, imported or not. */
  readonly named: ReadonlySet<string>
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
    const problems = [...joined.problems, ...left.flat()]
    const named = new Set([
      ...joined.orders.map(({ row }) => row.order_id),
      ...ordersHeldBack(problems),
    ])
    return E.right({ plans: right, problems, named })
  }

export interface Products {
  readonly names: ReadonlyMap<string, string>
  readonly problems: ReadonlyArray<Problem>
}

/** The names of the products, which are only shown: as far as there is a file with them. */
export const readProducts =
  (file: string): Task<Products> =>
  async () => {
    const sheet = await readSheet(file, ['product_id', 'product_name'])()
    if (E.isLeft(sheet)) return { names: new Map(), problems: [] }
    const { rows, broken } = sheet.right
    return {
      names: new Map(
        rows.map(({ fields }) => [fields['product_id'] ?? '', fields['product_name'] ?? '']),
      ),
      problems: broken.map(({ place, reason }) => ({ place, reason, orders: [] })),
    }
  }
