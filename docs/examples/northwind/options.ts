// The command line.
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option as Choice } from 'commander'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { parseDay } from './fields.ts'

export interface Options {
  readonly orders: string
  readonly lines: string
  readonly products: string
  readonly data: string
  /** The URL of a database on a server, to be used instead. */
  readonly database: Option<string>
  readonly json: boolean
  /** Whether to take the database from whoever has it open. */
  readonly takeOver: boolean
  /** The start of the day at whose end everything is looked at. */
  readonly asOf: Option<number>
  readonly order: Option<string>
}

/** The files that come with the example; this module runs as .build/northwind/options.js. */
const bundled = (name: string): string =>
  relative('.', fileURLToPath(new URL(`../../docs/examples/northwind/${name}`, import.meta.url)))

const examples = `
Examples:
  npm start                                 import, then show the tables of one order and all totals
  npm start -- --order 10260                one order: its tables, and its history step by step
  npm start -- --as-of 1997-03-31           everything as it stood at the end of that day
  npm start --silent -- --json              the figures as JSON (--silent: without npm's own banner)
  npm start -- --orders a.csv --lines b.csv other files with the same header
  npm start -- --database postgres://user:password@localhost:5432/shop
                                            the same on a server, where psql shows the same tables

Running it again imports nothing twice. Where a row is bad, its order is not imported; the row is
reported on stderr as file:line: reason, all other orders are imported, and the exit code is 1.
Where it can't be told which order a bad line belongs to, no order is imported. What an earlier file
said of an order and this one says otherwise, or no longer, is reported and not changed.
What --database leaves out comes from PGHOST, PGPORT, PGUSER and PGPASSWORD, as with psql.`

const day = (text: string): number => {
  const start = parseDay(text)
  if (O.isSome(start)) return start.value
  throw new InvalidArgumentError('Expected a date like 1997-03-31.')
}

const filled = (text: string): string => {
  if (text !== '') return text
  throw new InvalidArgumentError('Expected a name.')
}

const databaseUrl = (text: string): string => {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text
  throw new InvalidArgumentError(
    'Expected a URL like postgres://user:password@localhost:5432/shop.',
  )
}

/** Ends the process, with a message, where the arguments make no sense or ask for help. */
export const readOptions = (argv: ReadonlyArray<string>): Options => {
  const program = new Command('npm start --')
    .description(
      'Imports the Northwind orders into a database, embedded or on a server, and shows them.',
    )
    .option('--json', 'print the figures as one line of JSON and nothing else', false)
    .option('--as-of <date>', 'show everything as it stood at the end of a day (UTC)', day)
    .option('--order <id>', 'show one order', filled)
    .option('--orders <file>', 'the orders', filled, bundled('orders.csv'))
    .option('--lines <file>', "the orders' lines", filled, bundled('order_details.csv'))
    .option('--data <dir>', 'where the embedded database lives', filled, '.data')
    .addOption(
      new Choice('--database <url>', 'a database on a PostgreSQL server, to be used instead')
        .argParser(databaseUrl)
        .conflicts(['data', 'takeOver']),
    )
    .option(
      '--take-over',
      'take the database from another process, which can then write no more',
      false,
    )
    .helpOption('--help', 'show this')
    .addHelpText('after', examples)
    .parse(argv, { from: 'user' })
  // as declared above
  const { asOf, order, database, ...given } = program.opts<{
    orders: string
    lines: string
    data: string
    database?: string
    json: boolean
    takeOver: boolean
    asOf?: number
    order?: string
  }>()
  return {
    ...given,
    products: join(dirname(given.lines), 'products.csv'),
    asOf: O.fromNullable(asOf),
    order: O.fromNullable(order),
    database: O.fromNullable(database),
  }
}
