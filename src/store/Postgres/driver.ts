/**
 * Loads node-postgres. Its rows are made to look like those of PGlite.
 *
 * @since 0.1.0
 */
import { packageFailure } from '../internal/packageFailure.ts'
import { rejected } from '../internal/transactions.ts'

/** The result of a statement. */
export interface StatementResult {
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** The command tag, such as `SELECT`. */
  readonly command: string | null
}

/** A text of several statements gives one result for each. */
export type StatementResults = StatementResult | ReadonlyArray<StatementResult>

/** The result of the last of them. */
export const lastResult = (results: StatementResults): StatementResult =>
  'rows' in results ? results : (results.at(-1) ?? { rows: [], command: null })

/** The rows of all statements. */
export const inOneResult = (results: StatementResults): StatementResult =>
  'rows' in results
    ? results
    : { rows: results.flatMap(({ rows }) => rows), command: lastResult(results).command }

interface Statement {
  /** The session keeps the statement under it. */
  readonly name?: string
  readonly text: string
  readonly values?: ReadonlyArray<unknown>
  readonly query_timeout?: number
}

/** Messages to the server, as a query of our own sends them. */
export interface Protocol {
  readonly bind: (message: {
    readonly portal: string
    readonly statement: string
    readonly values: ReadonlyArray<string | null>
  }) => void
  readonly execute: (message: { readonly portal?: string }) => void
  readonly sync: () => void
  readonly stream: { readonly cork?: () => void; readonly uncork?: () => void }
}

/** A query of our own: the driver calls `submit` when it is its turn, and its other functions with the answers. */
interface OwnQuery {
  readonly submit: (protocol: Protocol) => null
}

/** A connection that was taken out of a pool. */
export interface PoolConnection {
  /** Rejects if the statement fails. A query of our own is returned as it is. */
  readonly query: (statement: Statement | OwnQuery) => Promise<StatementResults>
  readonly getTypeParser?: (type: number, format: 'text') => ParseText
  /** Only that of the driver in JavaScript has it. */
  readonly connection?: Partial<Protocol>
  /** Whether it sends a statement before the one before is answered. */
  readonly pipeline?: boolean
  readonly on: (
    event: 'error' | 'end' | 'notification',
    listener: (message: { readonly payload?: string }) => void,
  ) => unknown
  /** Returns it to the pool, or ends it. */
  readonly release: (end?: boolean) => void
  /** From now on, it keeps no program running. */
  readonly unref?: () => void
  /** `I` outside of a transaction. */
  readonly getTransactionStatus?: () => string | null
}

/** A connection before it is in a pool. */
export interface PostgresClient {
  readonly connect: (done: (failure?: unknown) => void) => void
  readonly end: (done: () => void) => void
}

export interface ConnectionPool {
  readonly connect: () => Promise<PoolConnection>
  readonly on: (event: 'error' | 'connect', listener: (subject: PoolConnection) => void) => unknown
  readonly end: () => Promise<void>
}

type ParseText = (text: string) => unknown

/**
 * The part of the package that is used. Its own types would have to be installed by users.
 */
export interface PostgresDriver {
  readonly Pool: new (config: Readonly<Record<string, unknown>>) => ConnectionPool
  readonly Client: new (config: Readonly<Record<string, unknown>>) => PostgresClient
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
    // a bundler may have wrapped the CommonJS module
    return loaded.default ?? loaded
  } catch (cause) {
    return rejected(packageFailure(name, cause))
  }
}

/** Parsers of values, by the number (OID) of their type. */
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
    // strings, which are exact: numeric[], interval, interval[], point
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

/** A number if it is exact as one; otherwise a bigint. */
const integer: ParseText = (text) => {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

/** Midnight UTC of the day, whatever the time zone of the program. */
const day: ParseText = (text) => new Date(text)
