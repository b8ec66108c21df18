/**
 * Loads node-postgres. Its rows are made to look like those of PGlite.
 *
 * @since 0.1.0
 */
import { notLoaded } from '../internal/notLoaded.ts'
import { rejected } from '../internal/transactions.ts'

/** What a statement gives. */
export interface StatementResult {
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** What was done, such as `SELECT`. */
  readonly command: string | null
}

/** Several statements in one text give a result each. */
export type StatementResults = StatementResult | ReadonlyArray<StatementResult>

/** The result of the last of them. */
export const lastOf = (results: StatementResults): StatementResult =>
  'rows' in results ? results : (results.at(-1) ?? { rows: [], command: null })

interface Statement {
  readonly text: string
  readonly values?: ReadonlyArray<unknown>
  readonly query_timeout?: number
}

/** A connection that was taken out of a pool. */
export interface PoolConnection {
  readonly query: (statement: Statement) => Promise<StatementResults>
  readonly on: (
    event: 'error' | 'end' | 'notification',
    listener: (message: { readonly payload?: string }) => void,
  ) => unknown
  /** Gives it back, or ends it. */
  readonly release: (end?: boolean) => void
  /** From now on, it keeps no program running. */
  readonly unref?: () => void
  /** `I` outside of a transaction. */
  readonly getTransactionStatus?: () => string | null
}

export interface ConnectionPool {
  readonly connect: () => Promise<PoolConnection>
  readonly on: (event: 'error' | 'connect', listener: (subject: PoolConnection) => void) => unknown
  readonly end: () => Promise<void>
}

type ParseText = (text: string) => unknown

/**
 * What is used of the package. Its own types would make users install them.
 */
export interface PostgresDriver {
  readonly Pool: new (config: Readonly<Record<string, unknown>>) => ConnectionPool
  readonly types: {
    readonly getTypeParser: (type: number, format?: string) => ParseText
    readonly arrayParser: {
      readonly create: (text: string, parse: ParseText) => { readonly parse: () => unknown }
    }
  }
}

const name: string = 'pg'

export const loadDriver = async (): Promise<PostgresDriver> => {
  try {
    const loaded = (await import(name)) as PostgresDriver & { readonly default?: PostgresDriver }
    // a bundler may have made a module of CommonJS of it
    return loaded.default ?? loaded
  } catch (cause) {
    return rejected(notLoaded(name, cause))
  }
}

/** How the text of a value is read, by the number of its type. */
export const typeParsers = ({ types }: PostgresDriver) => {
  const listOf =
    (parse: ParseText): ParseText =>
    (text) =>
      types.arrayParser.create(text, parse).parse()
  const own = new Map<number, ParseText>([
    [20, integer],
    [1016, listOf(integer)],
    [1082, day],
    [1182, listOf(day)],
    // as text, which is exact: numeric[], interval, interval[], point
    [1231, listOf(asItIs)],
    [1186, asItIs],
    [1187, listOf(asItIs)],
    [600, asItIs],
  ])
  return {
    getTypeParser: (type: number, format?: string): ParseText =>
      (format === 'binary' ? undefined : own.get(type)) ?? types.getTypeParser(type, format),
  }
}

const asItIs: ParseText = (text) => text

/** A number where that is exact. */
const integer: ParseText = (text) => {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

/** A day begins at midnight in Greenwich, wherever the program runs. */
const day: ParseText = (text) => new Date(text)
