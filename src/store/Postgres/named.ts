/**
 * Statements that a session keeps under a name. The first call describes its columns; the others are sent without
 * asking for them again.
 *
 * They are queries of our own instead of those of node-postgres, as `pg-cursor` has them. Measured: a call of an empty
 * function took 0.8 × the time.
 *
 * @since 0.1.0
 */
import type { PoolConnection, Protocol, StatementResult } from './driver.ts'

/** A column of the rows, and how its values are read. */
interface ResultColumn {
  readonly name: string
  readonly parse: (text: string) => unknown
}

interface KeptStatement {
  readonly text: string
  readonly columns: ReadonlyArray<ResultColumn>
}

/** Runs a statement that has a name; values are strings, numbers or null. */
export type RunNamed = (
  connection: PoolConnection,
  name: string,
  text: string,
  values: ReadonlyArray<unknown>,
) => Promise<StatementResult>

export const namedStatements = (): RunNamed => {
  const kept = new WeakMap<PoolConnection, Map<string, KeptStatement>>()
  return (connection, name, text, values) => {
    const statement = kept.get(connection)?.get(name)
    if (statement?.text === text) return runKept(connection, name, statement, values)
    return connection.query({ name, text, values }).then((results) => {
      const result = results as DescribedResult // the text is one statement
      const columns = speaksProtocol(connection) ? resultColumns(connection, result) : undefined
      if (columns !== undefined) {
        const statements = kept.get(connection) ?? new Map<string, KeptStatement>()
        kept.set(connection, statements.set(name, { text, columns }))
      }
      return result
    })
  }
}

interface DescribedResult extends StatementResult {
  readonly fields?: ReadonlyArray<{ readonly name: string; readonly dataTypeID: number }>
}

/** Not where the driver is the native one, another one, or sends several statements at once. */
const speaksProtocol = ({ connection, pipeline }: PoolConnection): boolean =>
  typeof connection?.bind === 'function' && pipeline !== true

const resultColumns = (
  connection: PoolConnection,
  { fields }: DescribedResult,
): ReadonlyArray<ResultColumn> | undefined =>
  fields?.map(({ name, dataTypeID }) => ({
    name,
    parse: connection.getTypeParser?.(dataTypeID, 'text') ?? String,
  }))

const runKept = (
  connection: PoolConnection,
  name: string,
  { text, columns }: KeptStatement,
  values: ReadonlyArray<unknown>,
): Promise<StatementResult> =>
  new Promise((resolve, reject) => {
    const rows: Array<Fields> = []
    const over = (cause: unknown): void => {
      if (cause !== null) return reject(cause)
      try {
        resolve({ rows: rows.map((fields) => readRow(columns, fields)), command: null })
      } catch (unread) {
        reject(unread)
      }
    }
    const sent = {
      name,
      text,
      // node-postgres wraps it for its time limit
      callback: over,
      submit: (protocol: Protocol): null => {
        protocol.stream.cork?.()
        try {
          const texts = (values as ReadonlyArray<Sendable>).map(textOrNull)
          protocol.bind({ portal: '', statement: name, values: texts })
          protocol.execute({})
        } catch (cause) {
          // such as values that are too long for a message
          sent.handleError(cause)
        } finally {
          protocol.sync()
          protocol.stream.uncork?.()
        }
        return null
      },
      handleDataRow: ({ fields }: { readonly fields: Fields }): void => {
        rows.push(fields)
      },
      handleError: (cause: unknown): void => sent.callback(cause),
      // also after an error, which is the answer then
      handleReadyForQuery: (): void => sent.callback(null),
      handleRowDescription: noted,
      handleCommandComplete: noted,
      handleEmptyQuery: noted,
    }
    const asked: unknown = connection.query(sent)
    // a client that somebody has wrapped may refuse without telling the query
    if (asked instanceof Promise) asked.catch(reject)
  })

/** Messages that say nothing new. */
const noted = (): void => {}

type Sendable = string | number | null | undefined

const textOrNull = (value: Sendable): string | null =>
  value === null || value === undefined ? null : String(value)

/** The values of a row as the server sends them. */
type Fields = ReadonlyArray<string | null>

const readRow = (
  columns: ReadonlyArray<ResultColumn>,
  fields: Fields,
): Readonly<Record<string, unknown>> => {
  const row: Record<string, unknown> = {}
  columns.forEach(({ name, parse }, i) => {
    const field = fields[i] ?? null
    row[name] = field === null ? null : parse(field)
  })
  return row
}
