// Imports the Northwind orders as commands and shows what has become of them. From the outside in:
// options, files, plans, database, report.
import { orderEventCodec } from 'decider-ts/order/codec'
import { withCodec } from 'decider-ts/store/Encoded'
import type { StoreUnavailable } from 'decider-ts/store/EventStore'
import type { StoreLocked } from 'decider-ts/store/PGlite'
import { openPGlite } from 'decider-ts/store/PGlite'
import { openPostgres } from 'decider-ts/store/Postgres'
import type { SqlDatabase } from 'decider-ts/store/Sql'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { explainFailure } from './explain.ts'
import { showDay } from './fields.ts'
import type { Input } from './files.ts'
import { readInput, readProducts } from './files.ts'
import { figuresOf } from './figures.ts'
import type { Failure } from './importOrders.ts'
import type { Options } from './options.ts'
import { readOptions } from './options.ts'
import type { Problem } from './problem.ts'
import { ordersConcerned, showProblem, sortProblems } from './problem.ts'
import { progressBar, silent } from './progress.ts'
import { showReport } from './report.ts'
import type { Signals } from './signals.ts'
import { listen } from './signals.ts'
import type { TablesFailure } from './shown.ts'
import { colours, plain } from './table.ts'
import type { Done } from './work.ts'
import { work } from './work.ts'

const lastMillisecond = 24 * 60 * 60 * 1_000 - 1

const main = async (options: Options): Promise<number> => {
  const signals = listen(() =>
    complain('Stopping. What was imported stays; run it again to go on.'),
  )
  const input = await readInput(options)()
  if (E.isLeft(input)) return complainOf(options, input.left)
  const { problems } = input.right
  const done = await inDatabase(options, input.right, signals)()
  if (E.isLeft(done)) {
    complainOf(options, problems)
    return complain(explainFailure(done.left))
  }
  const all = [...problems, ...done.right.problems]
  const failed = complainOf(options, all)
  if (signals.stopped()) return signals.exitCode()
  return (await present(options, done.right, ordersConcerned(all))) || failed
}

const open = ({
  database,
  data,
  takeOver,
}: Options): TaskEither<StoreLocked | StoreUnavailable, SqlDatabase> =>
  O.isSome(database) ? openPostgres(database.value) : openPGlite(data, { takeOver })

/** The database is closed whatever happens in between. */
const inDatabase = (
  options: Options,
  { plans, named }: Input,
  { stopped }: Signals,
): TaskEither<Failure | TablesFailure | StoreLocked, Done> => {
  const { json, asOf, order } = options
  const watched = process.stdout.isTTY && process.stderr.isTTY && !json
  const progress = watched ? progressBar() : silent
  const until = O.isSome(asOf) ? asOf.value + lastMillisecond : Infinity
  return TE.bracketW(
    open(options),
    (database) => {
      // an earlier day is not what the tables hold
      const tables = json || O.isSome(asOf) ? O.none : O.some(database)
      const store = withCodec(orderEventCodec)(database.store)
      return work(store, { plans, named, until, order, tables, progress, stopped })
    },
    ({ close }) => TE.fromTask(close),
  )
}

/** Prints what was asked for, and gives the exit code. */
const present = async (options: Options, done: Done, rejected: number): Promise<number> => {
  const { json, order, asOf } = options
  const { views, history, newEvents } = done
  if (O.isSome(order) && history.length === 0) {
    const then = O.isSome(asOf) ? ` as of ${showDay(asOf.value)}` : ''
    return complain(`There is no order ${order.value}${then}.`)
  }
  if (json) {
    print(JSON.stringify(figuresOf(views, newEvents, rejected)))
    return 0
  }
  const style = process.stdout.isTTY && !process.env['NO_COLOR'] ? colours : plain
  const { names, problems } = await readProducts(options.products)()
  print(showReport(style, names, options, done))
  return complainOf(options, problems)
}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const complain = (text: string): number => {
  process.stderr.write(`${text}\n`)
  return 1
}

/** One line a problem, and the exit code. */
const complainOf = ({ orders, lines }: Options, problems: ReadonlyArray<Problem>): number =>
  sortProblems(problems, [orders, lines]).reduce((_, problem) => complain(showProblem(problem)), 0)

// a reader that has seen enough, as `| head`, is no failure
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') process.exitCode = 1
})

process.exitCode = await main(readOptions(process.argv.slice(2)))
